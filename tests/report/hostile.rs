//! Titles full of the metacharacters of LaTeX, HTML, Markdown and the terminal come out intact and harmless.

use std::process::Command;

use crate::scratch::Scratch;
use crate::small::certificate;
use crate::tools;

const TITLE: &str =
    "\\end{document} $x_1^2$ & 50% #1 ~ {a} <script>alert('1')</script> \"q\" | *b* [l](u) `c` é \u{1b}[2J \u{202e}漢";

fn scratch() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("a.json", &certificate(TITLE, "4"));
    scratch
}

#[test]
fn html_has_the_title_as_text() {
    let scratch = scratch();
    assert_eq!(scratch.run(&["atlas", "a.json", "-o", "out"]).status, 0);
    for page in ["out/index.html", "out/certificates/a.html"] {
        let page = scratch.read(page);
        assert!(page.contains("&lt;script&gt;alert('1')&lt;/script&gt; &quot;q&quot; | *b*"), "{page}");
        assert!(!page.contains("<script>alert") && !page.contains('\u{1b}'));
    }
}

#[test]
fn markdown_has_the_title_escaped() {
    let run = scratch().run(&["explain", "a.json", "--format", "markdown"]);
    let title = run.stdout.lines().next().expect("a title");
    assert!(
        title.starts_with(r"# \\end\{document\} \$x\_1^2\$ &amp; 50% \#1 \~ \{a\} &lt;script&gt;alert\('1'\)"),
        "{title}"
    );
    assert!(title.contains(r"\*b\* \[l\]\(u\) \`c\` é"), "{title}");
}

#[test]
fn text_has_no_control_characters() {
    let run = scratch().run(&["explain", "a.json"]);
    assert!(run.stdout.starts_with(r"\end{document} $x_1^2$ & 50%"), "{}", run.stdout);
    assert!(!run.stdout.contains('\u{1b}'));
}

#[test]
fn csv_keeps_a_title_in_one_field_that_no_spreadsheet_runs() {
    let scratch = Scratch::new();
    scratch.write("a.json", &certificate("=1+\"a\",b\nc", "4"));
    let run = scratch.run(&["table", "--detail", "--format", "csv", "a.json"]);
    let line = run.stdout.lines().nth(1).expect("a row");
    assert!(line.starts_with(r#"a,"'=1+""a"",b c",fully-connected,"#), "{line}");
}

#[test]
fn latex_compiles_with_the_title() {
    let scratch = scratch();
    let run = scratch.run(&["explain", "a.json", "--format", "latex", "--standalone"]);
    assert!(
        run.stdout.contains(r"\textbackslash{}end\{document\} \$x\_1\textasciicircum{}2\$ \& 50\% \#1"),
        "{}",
        run.stdout
    );
    if tools::has("pdflatex", "compiling LaTeX") {
        scratch.write("a.tex", &run.stdout);
        let mut command = Command::new("pdflatex");
        command.args(["-interaction=batchmode", "-halt-on-error", "a.tex"]).current_dir(scratch.path(""));
        assert!(command.output().expect("it runs").status.success(), "{}", scratch.read("a.log"));
    }
}

#[test]
fn file_names_from_any_title_or_name_stay_in_the_site() {
    let scratch = Scratch::new();
    for name in ["a b.json", "A B.json", "é&<.json", "-.json", "x/a b.json"] {
        scratch.write(&format!("in/{name}"), &certificate("t", "4"));
    }
    let run = scratch.run(&["atlas", "in", "-o", "out"]);
    assert_eq!(run.status, 0, "{run:?}");
    let pages = std::fs::read_dir(scratch.path("out/certificates")).expect("pages");
    let names: Vec<String> =
        pages.map(|page| page.expect("a page").file_name().into_string().expect("ASCII")).collect();
    assert_eq!(names.len(), 5, "{names:?}");
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    assert!(names.iter().all(|name| name.chars().all(is_safe)), "{names:?}");
}

#[test]
fn a_site_that_cannot_be_made_is_named_as_it_was_asked_for() {
    let scratch = Scratch::new();
    scratch.write("a.json", &certificate("t", "4"));
    // As long as a name may be, so that none with an addition can be made beside it.
    let name = "n".repeat(255);
    let run = scratch.run(&["atlas", "a.json", "-o", &name]);
    assert!(run.status == 2 && run.stderr.starts_with(&format!("margincert: {name}: ")), "{run:?}");
}

/// A name for a file, which tables show: all that a file system here allows.
const NAME: &str = "a|b $x_1^2$ & 50% #1 ~ {c} <i>'1'</i> \"q\" *d* [l](u) `e` \\end";

/// A certificate with hostile texts wherever the format has free text: title, source, the field's symbol, the file's name.
fn hostile_everywhere() -> Scratch {
    let scratch = Scratch::new();
    let text = serde_json::to_string(TITLE).expect("a string");
    let field = r#"{"minimal_polynomial": ["-1", "-1", "1"], "root_between": ["1", "2"], "symbol": "#;
    let certificate = certificate(TITLE, "4").replacen(
        '{',
        &format!(r#"{{"field": {field}{text}}}, "source": {{"paper": {text}, "result": {text}, "note": {text}}}, "#),
        1,
    );
    let name = NAME.replace('/', "\u{2215}");
    scratch.write(
        &format!("in/{name}.json"),
        &certificate
            .replace(r#""x": ["1/2"]"#, r#""x": [[1, 1]]"#)
            .replace(r#""point": [["2"]]"#, r#""point": [[[2, -1]]]"#)
            .replace(r#""multipliers": ["4"]"#, r#""multipliers": [[5, -3]]"#),
    );
    scratch
}

fn outputs(scratch: &Scratch, format: &str) -> Vec<String> {
    let file = std::fs::read_dir(scratch.path("in")).expect("a folder").next().expect("a file").expect("an entry");
    let file = file.path().to_str().expect("UTF-8").to_string();
    let explain = (format != "csv").then(|| scratch.run(&["explain", &file, "--format", format]));
    let tables = [vec!["table", "in", "--format", format], vec!["table", "in", "--detail", "--format", format]];
    let runs = explain.into_iter().chain(tables.iter().map(|arguments| scratch.run(arguments)));
    runs.map(|run| {
        assert_eq!(run.status, 0, "{run:?}");
        run.stdout
    })
    .collect()
}

#[test]
fn no_command_lets_a_control_character_through() {
    let scratch = hostile_everywhere();
    for format in ["text", "markdown", "latex", "csv"] {
        for output in outputs(&scratch, format) {
            let is_bad = |c: char| c.is_control() && c != '\n' && c != '\r';
            assert!(!output.contains(is_bad), "{format}: {output:?}");
        }
    }
}

#[test]
fn markdown_tables_keep_their_columns_and_html_is_text() {
    for output in outputs(&hostile_everywhere(), "markdown") {
        let rows: Vec<&str> = output.lines().filter(|line| line.starts_with("| ")).collect();
        let columns = |row: &str| row.replace("\\\\", "").replace("\\|", "").matches('|').count();
        let table_of = |row: &&str| columns(row);
        assert!(rows.windows(2).all(|pair| table_of(&pair[0]) == table_of(&pair[1])) || rows.len() < 2, "{rows:#?}");
        assert!(!output.contains("<i>") && !output.contains("<script>"), "{output}");
    }
}

#[test]
fn latex_of_every_command_compiles() {
    let scratch = hostile_everywhere();
    if !tools::has("pdflatex", "compiling LaTeX") {
        return;
    }
    for (place, output) in outputs(&scratch, "latex").iter().enumerate() {
        assert!(!output.contains("\\end{document}"), "{output}");
        let name = format!("{place}.tex");
        let packages = "\\usepackage{amsmath,amssymb,array,booktabs,longtable}";
        scratch.write(
            &name,
            &format!("\\documentclass{{article}}\\usepackage[utf8]{{inputenc}}{packages}\\begin{{document}}{output}\\end{{document}}"),
        );
        let mut command = Command::new("pdflatex");
        command.args(["-interaction=batchmode", "-halt-on-error", &name]).current_dir(scratch.path(""));
        let log = name.replace("tex", "log");
        let succeeded = command.output().expect("it runs").status.success();
        let log = std::fs::read(scratch.path(&log)).expect("a log");
        assert!(succeeded, "{}", String::from_utf8_lossy(&log));
    }
}

#[test]
fn pages_of_hostile_texts_are_well_formed() {
    let scratch = hostile_everywhere();
    assert_eq!(scratch.run(&["atlas", "in", "-o", "out"]).status, 0);
    let page =
        std::fs::read_dir(scratch.path("out/certificates")).expect("pages").next().expect("a page").expect("an entry");
    for page in [page.path(), scratch.path("out/index.html")] {
        let page = std::fs::read_to_string(page).expect("a page");
        assert!(!page.contains("<i>'1'") && !page.contains("<script>alert") && page.contains("&lt;i&gt;"), "{page}");
        assert!(page.matches("<script>").count() <= 1);
    }
}
