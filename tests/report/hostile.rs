//! Titles full of the metacharacters of LaTeX, HTML, Markdown and the terminal come out intact and harmless.

use std::process::Command;

use crate::scratch::{Scratch, certificate};
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
