//! Bad certificates, each named for the trap it sets, with what must be said of it.
//!
//! Each file of `tests/traps` makes one claim, or several of which the last is the trap. `expected.txt` there has a line for each: the file's name, and what the reader
//! or the checker must answer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use margincert::kernel::certificate::Document;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps")
}

/// What is answered to a file: `unreadable: ..` or `rejected: ..`.
fn answer(path: &Path) -> String {
    let bytes = std::fs::read(path).expect("a file");
    match Document::parse_bytes(&bytes) {
        Err(error) => format!("unreadable: {error}"),
        Ok(document) => match document.check().as_slice() {
            [.., Ok(())] => "accepted".into(),
            [.., Err(reason)] => format!("rejected: {reason}"),
            [] => "no claim".into(),
        },
    }
}

#[test]
fn every_trap_is_seen_for_what_it_is() {
    let expected = std::fs::read_to_string(folder().join("expected.txt")).expect("a table");
    let mut expected: BTreeMap<&str, &str> = expected.lines().filter_map(|line| line.split_once(" | ")).collect();
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder()).expect("a folder") {
        let path = entry.expect("a file").path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".json")) else {
            continue;
        };
        let (expected, found) = (expected.remove(name), answer(&path));
        if expected != Some(&found) {
            wrong.push(format!("{name} | {found}"));
        }
    }
    wrong.sort();
    assert!(wrong.is_empty(), "these answers are not in expected.txt:\n{}", wrong.join("\n"));
    assert!(expected.is_empty(), "these have no file: {expected:?}");
}
