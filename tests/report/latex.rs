//! All LaTeX that the command writes is compiled by a real pdflatex.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use margincert::report::latex::{Page, escape, known, standalone};

use crate::scratch::{Scratch, argument, repository};
use crate::tools;

/// Compiles a file, and gives its log.
fn compile(scratch: &Scratch, name: &str) -> String {
    let mut command = Command::new("pdflatex");
    command.args(["-interaction=batchmode", "-halt-on-error", name]).current_dir(scratch.path(""));
    let succeeded = command.output().expect("it runs").status.success();
    let log = fs::read(scratch.path(name).with_extension("log")).expect("a log");
    let log = String::from_utf8_lossy(&log).into_owned();
    assert!(
        succeeded,
        "{name}:\n{}",
        log.lines().skip_while(|line| !line.starts_with('!')).take(20).collect::<Vec<_>>().join("\n")
    );
    log
}

/// How far a line runs into the margin, in points.
fn overfull(log: &str) -> Vec<f64> {
    let lines = log.lines().filter_map(|line| line.strip_prefix("Overfull \\hbox (")?.split("pt").next()?.parse().ok());
    lines.collect()
}

#[test]
fn every_explanation_of_the_catalogue_compiles_and_stays_on_the_page() {
    if !tools::has("pdflatex", "compiling LaTeX") {
        return;
    }
    let scratch = Scratch::new();
    let mut whole = String::new();
    let folders = ["proofs/paper", "proofs/found", "proofs/later", "proofs/trained", "tests/report/certificates"];
    for entry in folders.into_iter().flat_map(|folder| fs::read_dir(repository(folder)).expect("certificates")) {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let run = scratch.run(&["explain", path.to_str().expect("UTF-8"), "--format", "latex"]);
        assert_eq!(run.status, 0, "{run:?}");
        assert!(!run.stdout.contains("U+"), "{}: a character without a spelling", path.display());
        whole.push_str(&format!("{}\\clearpage\n", run.stdout));
    }
    // The preamble is that of a whole file, so that one run compiles all.
    let run = scratch.run(&[
        "explain",
        &argument("proofs/paper/fc-relu-dead-neuron.json"),
        "--format",
        "latex",
        "--standalone",
    ]);
    let (preamble, _) = run.stdout.split_once("\\section*").expect("a section");
    scratch.write("all.tex", &format!("{preamble}{whole}\\end{{document}}\n"));
    let log = compile(&scratch, "all.tex");
    assert!(overfull(&log).iter().all(|points| *points < 1.0), "{:?}", overfull(&log));
}

/// The source files below a folder of this repository.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn every_character_that_the_program_writes_itself_has_a_spelling() {
    let folders = ["src/report", "src/words", "src/prove", "src/kernel"];
    let mut files: Vec<PathBuf> = folders.iter().flat_map(|folder| sources(&repository(folder))).collect();
    // The table of spellings names characters that have none, too, and the atlas is for browsers alone.
    files.retain(|file| {
        !file.ends_with("latex/characters.rs") && !file.components().any(|part| part.as_os_str() == "atlas")
    });
    let texts: Vec<String> = files.iter().filter_map(|file| fs::read_to_string(file).ok()).collect();
    let lines = texts.iter().flat_map(|text| text.lines()).filter(|line| !line.trim_start().starts_with("//"));
    let characters: BTreeSet<char> = lines.flat_map(str::chars).filter(|c| !c.is_ascii()).collect();
    assert!(characters.contains(&'−') && characters.contains(&'ε') && characters.len() > 30, "{characters:?}");
    // A combining mark needs a letter to stand on.
    let unspelled = characters.into_iter().filter(|c| escape(&format!("x{c}")).contains("U+"));
    assert_eq!(unspelled.collect::<Vec<_>>(), Vec::<char>::new());
}

#[test]
fn every_known_character_compiles_in_text_and_in_formulas() {
    assert_eq!(escape("漢"), r"\texttt{U+6F22}");
    if !tools::has("pdflatex", "compiling LaTeX") {
        return;
    }
    let set = |c: char| format!("x{} $\\text{{{}}}$\n\n", escape(&c.to_string()), escape(&c.to_string()));
    let accented: String = (0x300..=0x327).filter_map(char::from_u32).map(|mark| format!("o{mark}")).collect();
    let body: String = known().map(set).collect();
    let scratch = Scratch::new();
    scratch.write("all.tex", &standalone(&(body + &escape(&accented)), Page::Portrait));
    let log = compile(&scratch, "all.tex");
    assert!(known().count() > 250 && !log.contains("Missing character"), "{log}");
}

#[test]
fn tables_compile_and_stay_on_the_page() {
    if !tools::has("pdflatex", "compiling LaTeX") {
        return;
    }
    let scratch = Scratch::new();
    let all = &["proofs/paper", "proofs/found", "proofs/later", "proofs/trained"][..];
    let kinds = [
        // The ids of the collection are long words.
        ("summary.tex", &["proofs"][..], &[][..]),
        ("compact.tex", all, &["--compact"]),
        // Trials take long, and their column is as wide for a few certificates as for all.
        ("trials.tex", &["proofs/later"], &["--trials", "1"]),
        ("detail.tex", all, &["--detail"]),
    ];
    for (name, folders, more) in kinds {
        let folders: Vec<String> = folders.iter().map(|folder| argument(folder)).collect();
        let arguments = folders.iter().map(String::as_str).chain(["--format", "latex", "--standalone"]);
        let arguments = ["table"].into_iter().chain(arguments).chain(more.iter().copied());
        let run = scratch.run(&arguments.collect::<Vec<_>>());
        assert_eq!(run.status, 0, "{run:?}");
        scratch.write(name, &run.stdout);
        // The widths of columns settle in the second run.
        compile(&scratch, name);
        let log = compile(&scratch, name);
        assert!(overfull(&log).iter().all(|points| *points < 1.0), "{name}: {:?}", overfull(&log));
    }
}
