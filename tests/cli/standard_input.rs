//! `-` stands for standard input.

use std::fs::File;

use crate::scratch::{Run, Scratch};

const INSTANCE: &str = r#"{"format": "margincert/1",
    "network": {"inputs": 1, "layers": [{"weights": "dense", "outputs": 1, "activation": "linear"}]},
    "data": [{"x": ["1/2"], "y": 1}], "point": [["2"]]}"#;

/// Runs the command in the folder with this on its standard input.
fn run_on(scratch: &Scratch, input: &str, arguments: &[&str]) -> Run {
    scratch.write("input", input.as_bytes());
    let input = File::open(scratch.path("input")).expect("it was written");
    Run::from(scratch.command(arguments).stdin(input).output().expect("the command runs"))
}

#[test]
fn what_certify_writes_is_what_the_others_read() {
    let scratch = Scratch::new();
    let certified = run_on(&scratch, INSTANCE, &["certify", "-"]);
    assert_eq!(certified.status, 0, "{certified:?}");
    let certificate = certified.stdout.as_str();
    for command in ["check", "explain", "table"] {
        let run = run_on(&scratch, certificate, &[command, "-"]);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{command}: {run:?}");
    }
    let imported = run_on(&scratch, certificate, &["db", "import", "-"]);
    assert_eq!(imported.status, 0, "{imported:?}");
}

#[test]
fn what_is_wrong_with_it_is_told() {
    let scratch = Scratch::new();
    for (input, status, said) in [("", 2, "-"), ("{}", 2, "format"), (INSTANCE, 2, "claim")] {
        let run = run_on(&scratch, input, &["check", "-"]);
        assert_eq!(run.status, status, "{run:?}");
        assert!(run.stderr.contains("margincert: -: ") && run.stderr.contains(said), "{run:?}");
    }
    let wrong = INSTANCE
        .replace(r#""point": [["2"]]"#, r#""point": [["2"]], "claims": [{"claim": "infeasible", "sample": 0}]"#);
    assert_eq!(run_on(&scratch, &wrong, &["check", "-"]).status, 1);
}

#[test]
fn a_file_of_that_name_can_be_named() {
    let scratch = Scratch::new();
    scratch.write("-", INSTANCE.as_bytes());
    assert_eq!(scratch.run(&["certify", "./-"]).status, 0);
    assert_eq!(scratch.run(&["certify", "-"]).status, 2, "standard input is empty");
}
