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

/// Gives verdicts on a document's claims; `None` if it cannot read it.
type Checker = fn(&[u8]) -> Option<Vec<bool>>;

/// The traps that a checker falls into, and the certificates that hold and that it does not accept.
fn mistakes(checker: Checker) -> Vec<String> {
    let files = |folder: &Path| {
        let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path());
        entries.filter(|path| path.extension().is_some_and(|end| end == "json")).collect::<Vec<_>>()
    };
    let holds = ["fixtures", "nearby"].into_iter().flat_map(|name| files(&folder().with_file_name(name)));
    let holds = holds.map(|path| (path, true));
    let cases = files(&folder()).into_iter().map(|path| (path, false)).chain(holds);
    let is_wrong = |path: &Path, expected: bool| {
        let verdicts = checker(&std::fs::read(path).expect("a file"));
        verdicts.is_some_and(|verdicts| verdicts.iter().all(|accepted| *accepted)) != expected
    };
    cases.filter(|(path, expected)| is_wrong(path, *expected)).map(|(path, _)| path.display().to_string()).collect()
}

/// The suite of traps is no proof of anything if a checker passes it that never looks.
#[test]
fn checkers_that_always_say_the_same_are_found_out() {
    let kernel: Checker = |bytes| Some(Document::parse_bytes(bytes).ok()?.check().iter().map(Result::is_ok).collect());
    assert_eq!(mistakes(kernel), Vec::<String>::new());
    let dummies: [Checker; 3] = [|_| Some(vec![true]), |_| Some(vec![false]), |_| None];
    for dummy in dummies {
        assert!(!mistakes(dummy).is_empty());
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
