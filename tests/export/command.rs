//! The command, and its files against files that people have read. `MARGINCERT_BLESS=1 cargo test` writes them anew.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::rocq::{Scratch, compile, is_ready, repository};

/// Over the rationals with a kink, over a number field, and by cells.
const SHOWN: [&str; 3] =
    ["paper/fc-relu-dead-neuron", "paper/diagonal-deep-algebraic-relu-3", "paper/fc-relu-local-cells"];

fn export(certificate: &Path, folder: &Path) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_margincert"));
    let run = command.args(["export", "--rocq"]).arg(certificate).arg("-o").arg(folder).output().expect("a run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (run.status.code(), text(run.stdout), text(run.stderr))
}

fn module(name: &str) -> String {
    let stem = Path::new(name).file_name().expect("a name").to_string_lossy().replace('-', "_");
    format!("{stem}.v")
}

#[test]
fn files_are_as_read() {
    for name in SHOWN {
        let scratch = Scratch::new();
        let (status, _, diagnostics) = export(&repository(&format!("proofs/{name}.json")), &scratch.0);
        assert!(matches!(status, Some(0 | 3)), "{diagnostics}");
        let found = fs::read_to_string(scratch.0.join(module(name))).expect("the file");
        let golden = repository("tests/export/golden").join(module(name));
        if std::env::var_os("MARGINCERT_BLESS").is_some() {
            fs::write(&golden, &found).expect("a golden file");
            continue;
        }
        let expected = fs::read_to_string(&golden).unwrap_or_else(|error| panic!("{}: {error}", golden.display()));
        let differs = |(a, b): &(&str, &str)| a != b;
        let line = expected.lines().zip(found.lines()).enumerate().find(|(_, pair)| differs(pair));
        assert!(expected == found, "{name} differs, first at (line, (expected, found)) {line:#?}");
    }
}

#[test]
fn files_compile_and_assume_what_the_real_numbers_do() {
    if !is_ready() {
        return;
    }
    for name in SHOWN {
        let scratch = Scratch::new();
        export(&repository(&format!("proofs/{name}.json")), &scratch.0);
        let printed = compile(&scratch.0.join(module(name))).unwrap_or_else(|error| panic!("{name}: {error}"));
        let axioms = printed.lines().filter(|line| !line.starts_with(' ') && *line != "Axioms:");
        let known = ["sig_forall_dec", "sig_not_dec", "functional_extensionality_dep", "classic"];
        for axiom in axioms {
            assert!(known.iter().any(|known| axiom.split(' ').next().unwrap_or("").ends_with(known)), "{printed}");
        }
    }
}

#[test]
fn a_file_of_another_hand_is_not_replaced() {
    let scratch = Scratch::new();
    let certificate = repository("proofs/paper/fc-linear-not-kkt.json");
    let path = scratch.0.join("fc_linear_not_kkt.v");
    fs::write(&path, "(* mine *)").expect("a file");
    let (status, _, diagnostics) = export(&certificate, &scratch.0);
    assert_eq!(status, Some(2));
    assert!(diagnostics.contains("was not written by margincert export"), "{diagnostics}");
    assert_eq!(fs::read_to_string(&path).expect("the file"), "(* mine *)");
    fs::remove_file(&path).expect("the file");
    for _ in 0..2 {
        let (status, printed, diagnostics) = export(&certificate, &scratch.0);
        assert_eq!((status, diagnostics.as_str()), (Some(0), ""), "its own file is replaced");
        assert!(printed.starts_with("1 file with "), "{printed}");
    }
}

#[test]
fn a_claim_without_a_theorem_is_named() {
    let scratch = Scratch::new();
    let certificate = repository("proofs/trained/iris-relu-setosa-virginica.json");
    let (status, _, diagnostics) = export(&certificate, &scratch.0);
    assert_eq!(status, Some(3));
    assert!(diagnostics.contains("claim 0, kkt_enclosed, has no theorem for its method yet"), "{diagnostics}");
    let text = fs::read_to_string(scratch.0.join("iris_relu_setosa_virginica.v")).expect("the file");
    assert!(text.contains("(* Claim 0, kkt_enclosed, is not shown here"), "{text}");
    assert!(!text.contains("Theorem"), "{text}");
}

#[test]
fn a_rejected_certificate_is_left_out() {
    let scratch = Scratch::new();
    let folder = scratch.0.join("out");
    let (status, printed, diagnostics) = export(&repository("tests/traps/better-is-infeasible.json"), &folder);
    assert_eq!((status, printed.as_str()), (Some(1), ""));
    assert!(diagnostics.contains("left out"), "{diagnostics}");
    assert!(!folder.exists());
}
