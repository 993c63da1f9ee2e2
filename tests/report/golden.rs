//! Every format of every report against files that people have read. `MARGINCERT_BLESS=1 cargo test` writes them anew.

use std::fs;

use crate::scratch::{Scratch, argument, repository};

/// Certificates that show every kind of claim and of evidence.
const SHOWN: [&str; 5] = [
    "fc-relu-dead-neuron",
    "convolution-relu",
    "diagonal-deep-live-path-3",
    "fc-relu-local-cells",
    "fc-linear-global-depth-3-rotated",
];

/// Certificates of the tests' own, for kinds that the catalogue does not hold.
const OWN: [&str; 4] = ["changed-input", "cubic-field", "infeasible", "not-kkt"];

/// More of the catalogue, for the other forms that a proof may take.
const FORMS: [&str; 4] =
    ["convolution-global", "diagonal-deep-algebraic-relu-3", "fc-relu-local-not-global", "layer-relu-not-local"];

fn compare(name: &str, found: &str) {
    let path = repository("tests/report/golden").join(name);
    if std::env::var_os("MARGINCERT_BLESS").is_some() {
        fs::write(&path, found).expect("a golden file");
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    if expected != found {
        let differs = |(a, b): &(&str, &str)| a != b;
        let line = expected.lines().zip(found.lines()).enumerate().find(|(_, pair)| differs(pair));
        panic!("{name} differs, first at (line, (expected, found)) {line:#?}; see MARGINCERT_BLESS in golden.rs");
    }
}

fn command(arguments: &[&str]) -> String {
    let run = Scratch::new().run(arguments);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{arguments:?}");
    run.stdout
}

#[test]
fn explanations() {
    let paper = SHOWN.iter().chain(&FORMS).map(|name| (name, format!("proofs/paper/{name}.json")));
    let own = OWN.iter().map(|name| (name, format!("tests/report/certificates/{name}.json")));
    for (name, file) in paper.chain(own) {
        let file = argument(&file);
        for (format, extension) in [("text", "txt"), ("markdown", "md"), ("latex", "tex")] {
            compare(&format!("{name}.{extension}"), &command(&["explain", &file, "--format", format]));
        }
    }
}

#[test]
fn tables() {
    let files: Vec<String> = SHOWN.iter().map(|name| argument(&format!("proofs/paper/{name}.json"))).collect();
    for (format, extension) in [("text", "txt"), ("markdown", "md"), ("latex", "tex"), ("csv", "csv")] {
        for (kind, flag) in [("summary", None), ("detail", Some("--detail"))] {
            let arguments = ["table", "--format", format].into_iter().chain(flag);
            let arguments: Vec<&str> = arguments.chain(files.iter().map(String::as_str)).collect();
            compare(&format!("table-{kind}.{extension}"), &command(&arguments));
        }
    }
    for (format, extension) in [("text", "txt"), ("markdown", "md"), ("latex", "tex")] {
        let arguments = ["table", "--compact", "--format", format].into_iter();
        let arguments: Vec<&str> = arguments.chain(files.iter().map(String::as_str)).collect();
        compare(&format!("table-compact.{extension}"), &command(&arguments));
    }
    let arguments = ["table", "--format", "csv", "--trials", "2"].into_iter();
    let arguments: Vec<&str> = arguments.chain(files.iter().map(String::as_str)).collect();
    compare("table-trials.csv", &command(&arguments));
}

#[test]
fn pages() {
    let files: Vec<String> = SHOWN.iter().map(|name| argument(&format!("proofs/paper/{name}.json"))).collect();
    let scratch = Scratch::new();
    let arguments: Vec<&str> = ["atlas", "-o", "atlas"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let run = scratch.run(&arguments);
    assert_eq!(run.status, 0, "{run:?}");
    compare("index.html", &scratch.read("atlas/index.html"));
    compare("page.html", &scratch.read("atlas/certificates/fc-relu-dead-neuron.html"));
}
