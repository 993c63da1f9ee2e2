//! What is kept: shards, certificates, exports, and disks that refuse.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::Value;

use super::{FALSE, TRUE};
use crate::scratch::{Run, Scratch};

#[test]
fn shards_are_joined() {
    let scratch = Scratch::new();
    let explore = |db: &str, shard: &str| {
        let run = scratch.run(&["explore", FALSE, "--units", "2", "--keep-going", "--db", db, "--shard", shard]);
        assert_eq!(run.status, 1, "{run:?}");
    };
    explore("0.db", "0/2");
    explore("1.db", "1/2");
    explore("whole.db", "0/1");
    for order in [["0.db", "1.db"], ["1.db", "0.db"]] {
        let joined = format!("joined-{}", order[0]);
        let merged = scratch.run(&["db", "merge", order[0], order[1], "--db", &joined]);
        assert_eq!(merged.status, 0, "{merged:?}");
        let list = |db: &str| scratch.run(&["db", "list", "--json", "--db", db]).stdout;
        assert_eq!(list(&joined), list("whole.db"));
        assert_eq!(scratch.run(&["db", "verify", "--db", &joined]).status, 0);
    }
}

#[test]
fn a_shard_that_is_done_is_a_success_for_a_scheduler() {
    let scratch = Scratch::new();
    let status = |shard: &str, more: &[&str]| {
        let arguments =
            ["explore", FALSE, "--units", "2", "--keep-going", "--resume", "--shard", shard, "--done-is-success"];
        scratch.run(&[&arguments[..], more].concat())
    };
    let begun = status("0/2", &["--time-limit", "0"]);
    assert_eq!(begun.status, 3, "there is work left: {begun:?}");
    let broken = status("0/2", &[]);
    assert_eq!(broken.status, 0, "{broken:?}");
    assert!(broken.stdout.contains("BROKEN"), "{broken:?}");
    let empty = status("2/3", &[]);
    assert_eq!(empty.status, 0, "{empty:?}");
    assert!(
        empty.stdout.contains("nothing to do in this shard") && !empty.stdout.contains("NOTHING TRIED"),
        "{empty:?}"
    );
    assert_eq!(status("3/3", &[]).status, 2);
}

#[test]
fn certificates_are_taken_only_when_they_are_accepted() {
    let scratch = Scratch::with(&[
        ("in/good.json", "accepted/one-unit.json"),
        ("in/bad.json", "rejected/wrong-multiplier.json"),
        ("in/none.json", "instance/no-claims.json"),
    ]);
    let run = scratch.run(&["db", "import", "in"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stdout.contains("1 certificate accepted and kept; 1 instance new"), "{}", run.stdout);
    assert_eq!(run.stderr.matches("left out").count(), 2, "{}", run.stderr);
    let exported = scratch.run(&["db", "export", "-o", "out"]);
    assert!(exported.stdout.contains("1 certificate written"), "{exported:?}");
    assert_eq!(scratch.run(&["check", "out"]).status, 0);
    let again = scratch.run(&["db", "import", "in/good.json", "out"]);
    assert_eq!(again.status, 0, "{again:?}");
    assert!(again.stdout.contains("0 instances new"), "{}", again.stdout);
}

/// An export replaces what it wrote before, as long as the new file says all that the old one said.
#[test]
fn an_export_loses_nothing_of_what_is_there() {
    let scratch = Scratch::with(&[("in/good.json", "accepted/one-unit.json")]);
    assert_eq!(scratch.run(&["db", "import", "in"]).status, 0);
    let export = |more: &[&str]| scratch.run(&[&["db", "export", "-o", "out"], more].concat());
    assert_eq!(export(&[]).status, 0);
    assert_eq!(export(&[]).status, 0, "the same again");
    let path =
        std::fs::read_dir(scratch.path("out")).expect("a folder").next().expect("a file").expect("a file").path();
    let written = std::fs::read_to_string(&path).expect("text");
    // A claim less, as an older database had it; one more; another title; another layout; no certificate.
    let first = "{\"claim\": \"feasible\"}";
    assert!(written.contains(first), "{written}");
    let layer = first.replace('}', ", \"layer\": 0}");
    let more = written.replacen(first, &format!("{first},\n    {layer}"), 1);
    let fewer = {
        let Ok(margincert::kernel::certificate::Document::Rational(mut certificate)) =
            margincert::kernel::certificate::Document::parse(&written)
        else {
            panic!("{written}")
        };
        certificate.claims.pop();
        certificate.to_text()
    };
    let titled = written.replacen("\"network\"", "\"title\": \"mine\",\n  \"network\"", 1);
    let other = format!("{written}\n");
    for (content, is_replaced) in
        [(fewer, true), (more, false), (titled, false), (other, false), ("a letter".to_string(), false)]
    {
        std::fs::write(&path, &content).expect("it can be written");
        let run = export(&[]);
        assert_eq!(run.status, if is_replaced { 0 } else { 2 }, "{content}\n{run:?}");
        let now = std::fs::read_to_string(&path).expect("text");
        assert_eq!(now, if is_replaced { written.clone() } else { content });
    }
    assert_eq!(export(&["--force"]).status, 0);
    assert_eq!(std::fs::read_to_string(&path).expect("text"), written);
}

#[test]
fn a_file_system_that_refuses_to_grow_a_file_loses_nothing() {
    let scratch = Scratch::new();
    // A limit on the size of files, in blocks of 512 or 1024 bytes, instead of a full disk.
    let script = format!(
        "trap '' XFSZ; ulimit -f 300; exec '{}' explore '{FALSE}' --units 100000 --keep-going --threads 2",
        env!("CARGO_BIN_EXE_margincert")
    );
    let output = Command::new("sh").args(["-c", &script]).current_dir(scratch.path("")).output().expect("a shell");
    let run = Run::from(output);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("all that was recorded before is kept"), "{}", run.stderr);
    assert_eq!(scratch.run(&["db", "verify"]).status, 0);
    let list = scratch.run(&["db", "list", "--json"]);
    let done: Value = serde_json::from_str(list.stdout.lines().last().expect("a run")).expect("an object");
    let done = done["done"].as_u64().expect("a number");
    assert!(done > 0, "{}", list.stdout);
    // With room again it goes on.
    let more = (done + 2).to_string();
    let resumed = scratch.run(&["explore", FALSE, "--units", &more, "--keep-going", "--resume"]);
    assert_eq!(resumed.status, 1, "{resumed:?}");
}

#[test]
fn a_database_that_may_not_be_written_is_read_without_a_trace() {
    let scratch = Scratch::new();
    assert_eq!(scratch.run(&["explore", FALSE, "--units", "1"]).status, 1);
    let path = scratch.path("margincert.db");
    let mut rights = std::fs::metadata(&path).expect("a database").permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&path, rights).expect("rights");
    let folder = path.parent().expect("a folder");
    let files = || -> Vec<_> {
        std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").file_name()).collect()
    };
    let list = scratch.run(&["db", "list"]);
    assert!(list.status == 0 && list.stdout.contains("BROKEN"), "{list:?}");
    let run = list.stdout.split_whitespace().find(|word| word.starts_with("r-")).expect("a run");
    assert_eq!(scratch.run(&["db", "show", run]).status, 0);
    assert_eq!(scratch.run(&["db", "verify"]).status, 0);
    assert_eq!(files(), ["margincert.db"]);
    // Nothing is recorded where nothing may be, or half of it, and nothing is left beside it.
    let before = std::fs::read(&path).expect("a database");
    let is_refused = |run: &Run| run.status == 2 && run.stderr.contains("margincert.db");
    let explore = scratch.run(&["explore", TRUE, "--units", "1"]);
    // Who may write everywhere, may write here, too.
    assert!(is_refused(&explore) || std::fs::read(&path).expect("a database") != before, "{explore:?}");
    assert_eq!(files(), ["margincert.db"]);
    // So does a folder in which nothing may be made.
    let other = Scratch::new();
    assert_eq!(other.run(&["explore", FALSE, "--units", "1"]).status, 1);
    let give = |rights: u32| {
        let folder = other.path("margincert.db").parent().expect("a folder").to_path_buf();
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(rights)).expect("rights");
    };
    give(0o500);
    let list = other.run(&["db", "list"]);
    give(0o700);
    assert!(list.status == 0 && list.stdout.contains("BROKEN"), "{list:?}");
}
