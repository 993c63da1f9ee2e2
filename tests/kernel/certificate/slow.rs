//! Small documents that kept a checker busy, or filled its memory, for work that was not charged for.
//!
//! What is compared is the work that was done with the steps that were charged for it, so that it does not matter how fast the machine is.

use std::path::{Path, PathBuf};
use std::time::Duration;

use margincert::kernel::certificate::Document;
use margincert::kernel::exact::{BUDGET, Fault, guarded_within, left};

use super::hostile::processor_time;

/// What a step may take, in nanoseconds: about one in a release build, some ten times as much without optimisation.
const STEP: u32 = if cfg!(debug_assertions) { 40 } else { 4 };

/// For what is not charged for, because it is bounded by the size of the document.
const REST: Duration = Duration::from_secs(1);

/// The documents of a folder.
fn documents(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
    paths.sort();
    paths
}

/// The steps, of these, that a computation was charged for: all, if it was given up.
fn steps<T>(limit: u64, computation: impl FnOnce() -> T) -> (Option<T>, u64) {
    match guarded_within(limit, || (computation(), left())) {
        Ok((result, left)) => (Some(result), limit - left.expect("within a guard")),
        Err(Fault::Exhausted) => (None, limit),
        Err(fault) => panic!("{fault}"),
    }
}

#[track_caller]
fn assert_charged<T>(what: &str, computation: impl FnOnce() -> T) -> Option<T> {
    let start = processor_time();
    let (result, steps) = steps(BUDGET / 10, computation);
    let taken = processor_time() - start;
    let charged = Duration::from_nanos(steps) * STEP + REST;
    assert!(taken < charged, "{what}: took {taken:?} for {steps} steps");
    result
}

#[test]
fn what_they_cost_is_charged_for() {
    let paths = documents("tests/slow");
    assert_eq!(paths.len(), 8);
    for path in paths {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).expect("text");
        let read = assert_charged(&format!("reading {name}"), || Document::parse(&text));
        let Some(Ok(document)) = read else { continue };
        // With the reasons in words, which are not charged for, but short.
        let Some(verdicts) = assert_charged(&format!("checking {name}"), || document.check()) else { continue };
        let reasons: usize = verdicts.iter().map(|verdict| verdict.as_ref().err().map_or(0, String::len)).sum();
        assert!(reasons < 5_000_000 && !verdicts.is_empty(), "{name}: {reasons} bytes");
    }
}

/// They do not keep more than the budget stands for: within this much address space the command ends by itself.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "takes minutes without optimisation"]
fn they_do_not_fill_the_memory() {
    for path in documents("tests/slow") {
        let command = "ulimit -v 500000; exec \"$1\" check --json \"$2\" >/dev/null";
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", command, "sh", env!("CARGO_BIN_EXE_margincert")]).arg(&path);
        let status = shell.status().expect("a shell");
        assert!(status.code().is_some_and(|code| code <= 2), "{}: {status}", path.display());
    }
}

/// A field given by a simple polynomial with two close roots costs little.
#[test]
fn close_roots_are_told_apart_within_the_budget() {
    // x^32 - 2 (10^5 x - 1)^2
    let mut polynomial = vec!["0".to_string(); 33];
    (polynomial[0], polynomial[1], polynomial[2], polynomial[32]) =
        ("-2".into(), "400000".into(), "-20000000000".into(), "1".into());
    let text = format!(
        r#"{{"format": "margincert/1", "field": {{"minimal_polynomial": [{}], "root_between": ["1/100000", 1]}},
            "network": {{"inputs": 1, "layers": [{{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
            "data": [{{"x": [[0, 100000]], "y": 1}}], "point": [[1]], "claims": [{{"claim": "feasible"}}]}}"#,
        polynomial.join(",")
    );
    let (document, read) = steps(BUDGET, || Document::parse(&text));
    let document = document.expect("not given up").unwrap_or_else(|error| panic!("{error}"));
    let (verdicts, checked) = steps(BUDGET, || document.check());
    assert_eq!(verdicts, Some(vec![Ok(())]), "the upper root is above 1/100000");
    assert!(read + checked < BUDGET / 2, "{read} and {checked} steps");
}
