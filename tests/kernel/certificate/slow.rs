//! Small documents that kept a checker busy, or filled its memory, for work that was not charged for.

use std::path::{Path, PathBuf};

use margincert::kernel::certificate::Document;
use margincert::kernel::exact::BUDGET;

use crate::budget::{assert_charged, steps};

/// The documents of a folder.
fn documents(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
    paths.sort();
    paths
}

#[test]
fn what_they_cost_is_charged_for() {
    let paths = documents("tests/slow");
    assert_eq!(paths.len(), 8);
    for path in paths {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).expect("text");
        let read = assert_charged(BUDGET / 10, &format!("reading {name}"), || Document::parse(&text));
        let Some(Ok(document)) = read else { continue };
        // With the reasons in words, which are not charged for, but short.
        let Some(verdicts) = assert_charged(BUDGET / 10, &format!("checking {name}"), || document.check()) else {
            continue;
        };
        let reasons: usize = verdicts.iter().map(|verdict| verdict.as_ref().err().map_or(0, String::len)).sum();
        assert!(reasons < 5_000_000 && !verdicts.is_empty(), "{name}: {reasons} bytes");
    }
}

/// The name of the variable that tells a process which file to read.
#[cfg(target_os = "linux")]
const READER: &str = "MARGINCERT_TEST_READER";

/// Not a test: what a process does whose memory is measured.
#[cfg(target_os = "linux")]
#[test]
fn reader() {
    let Some(path) = std::env::var_os(READER) else { return };
    let text = std::fs::read_to_string(path).expect("text");
    if let (Some(Ok(document)), _) = steps(BUDGET / 20, || Document::parse(&text)) {
        steps(BUDGET / 20, || document.check());
    }
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM:")).expect("the most memory"));
}

/// What they keep is charged for: with a twentieth of the budget they come not far. A network of a million connections itself takes
/// some 200 MB while it is made.
#[cfg(target_os = "linux")]
#[test]
fn they_do_not_fill_the_memory() {
    for path in documents("tests/slow") {
        let mut command = std::process::Command::new(std::env::current_exe().expect("this test"));
        command.args(["--exact", "certificate::slow::reader", "--nocapture"]).env(READER, &path);
        let output = command.output().expect("it runs");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let memory = printed.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        let kilobytes: u64 = memory.and_then(|kb| kb.parse().ok()).unwrap_or_else(|| panic!("{printed}"));
        assert!(kilobytes < 350_000, "{}: {kilobytes} kB", path.display());
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
