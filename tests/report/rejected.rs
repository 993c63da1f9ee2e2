//! What was not accepted is named as such and reported nowhere.

use crate::scratch::{Run, Scratch};
use crate::small::certificate;

/// An accepted certificate, its twin with a wrong multiplier, and a file that is none.
fn scratch() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("in/good.json", &certificate("the good one", "4"));
    scratch.write("in/twin.json", &certificate("the rejected twin", "3"));
    scratch.write("in/broken.json", "{");
    scratch.write(
        "in/instance.json",
        &certificate("the instance", "4")
            .replace(r#"{"claim": "feasible"}, "#, "")
            .replace(r#"{"claim": "kkt", "multipliers": ["4"]}"#, ""),
    );
    scratch
}

fn names_all(run: &Run) {
    assert_eq!(run.status, 2, "{run:?}");
    for told in
        ["twin.json: claim 1, kkt, is rejected", "broken.json: line 1", "instance.json: the document makes no claim"]
    {
        assert!(run.stderr.contains(told), "{told}: {}", run.stderr);
    }
}

#[test]
fn tables_leave_out_what_is_not_accepted_and_say_so() {
    for format in ["text", "markdown", "latex", "csv"] {
        for detail in [None, Some("--detail")] {
            let arguments: Vec<&str> = ["table", "in", "--format", format].into_iter().chain(detail).collect();
            let run = scratch().run(&arguments);
            names_all(&run);
            assert!(
                !run.stdout.contains("twin") && !run.stdout.contains("broken") && !run.stdout.contains("instance.json")
            );
            assert!(detail.is_none() || run.stdout.contains("good"), "{}", run.stdout);
        }
    }
}

#[test]
fn an_atlas_lists_them_apart_without_a_page() {
    let scratch = scratch();
    names_all(&scratch.run(&["atlas", "in", "-o", "out"]));
    let index = scratch.read("out/index.html");
    let (above, below) = index.split_once(r#"id="left-out""#).expect("a list of what was left out");
    assert!(above.contains("the good one") && !above.contains("twin"), "{above}");
    assert!(below.contains("twin.json: claim 1, kkt, is rejected"), "{below}");
    assert!(!scratch.path("out/certificates/twin.html").exists() && !scratch.path("out/files/twin.json").exists());
}

#[test]
fn a_rejected_certificate_is_not_explained() {
    let run = scratch().run(&["explain", "in/twin.json"]);
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("claim 1, kkt, is rejected: stationarity fails"), "{}", run.stderr);
    assert_eq!(scratch().run(&["explain", "in/broken.json"]).status, 2);
    assert_eq!(scratch().run(&["explain", "in/missing.json"]).status, 2);
}

#[test]
fn exit_statuses_are_those_of_check() {
    let scratch = scratch();
    for (file, status) in [("in/good.json", 0), ("in/twin.json", 1), ("in/broken.json", 2), ("nowhere", 2)] {
        assert_eq!(scratch.run(&["table", file]).status, status, "table {file}");
        assert_eq!(scratch.run(&["atlas", file, "-o", "out"]).status, status, "atlas {file}");
    }
    assert_eq!(scratch.run(&["table", "in/good.json", "--standalone"]).status, 2);
    assert_eq!(scratch.run(&["explain", "in/good.json", "--standalone"]).status, 2);
}

#[test]
fn where_nothing_was_accepted_nothing_is_printed_or_written() {
    let scratch = scratch();
    std::fs::create_dir(scratch.path("empty")).expect("a folder");
    for (path, said) in
        [("empty", "no certificate (*.json)"), ("nowhere", "nowhere: "), ("in/twin.json", "is rejected")]
    {
        for run in [scratch.run(&["table", path]), scratch.run(&["atlas", path, "-o", "out"])] {
            assert_eq!(run.stdout, "", "{path}");
            assert!(run.stderr.contains(said), "{path}: {}", run.stderr);
            assert_eq!(run.status, if path == "in/twin.json" { 1 } else { 2 });
        }
    }
    assert!(!scratch.path("out").exists());
    scratch.run(&["atlas", "empty", "-o", "way/out"]);
    assert!(!scratch.path("way").exists());
}

#[test]
fn a_folder_is_not_explained() {
    let run = scratch().run(&["explain", "in"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr, "margincert: in: this is a folder; name a file in it\n");
}
