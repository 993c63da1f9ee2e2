//! All LaTeX that the command writes is compiled by a real pdflatex.

use std::fs;
use std::process::Command;

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
    let folders = ["proofs/paper", "tests/report/certificates"];
    for entry in folders.into_iter().flat_map(|folder| fs::read_dir(repository(folder)).expect("certificates")) {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let run = scratch.run(&["explain", path.to_str().expect("UTF-8"), "--format", "latex"]);
        assert_eq!(run.status, 0, "{run:?}");
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
    assert!(overfull(&log).iter().all(|points| *points < 10.0), "{:?}", overfull(&log));
}

#[test]
fn tables_compile_and_stay_on_the_page() {
    if !tools::has("pdflatex", "compiling LaTeX") {
        return;
    }
    let scratch = Scratch::new();
    for (name, more) in [("summary.tex", &[][..]), ("trials.tex", &["--trials", "1"]), ("detail.tex", &["--detail"])] {
        let paper = argument("proofs/paper");
        let arguments = ["table", paper.as_str(), "--format", "latex", "--standalone"];
        let arguments = arguments.into_iter().chain(more.iter().copied());
        let run = scratch.run(&arguments.collect::<Vec<_>>());
        assert_eq!(run.status, 0, "{run:?}");
        scratch.write(name, &run.stdout);
        // The widths of columns settle in the second run.
        compile(&scratch, name);
        let log = compile(&scratch, name);
        assert!(overfull(&log).iter().all(|points| *points < 10.0), "{name}: {:?}", overfull(&log));
    }
}
