//! `margincert certify` on several instances and on folders.

use std::fs;

use serde_json::Value;

use crate::scratch::{Run, Scratch};

/// One unit on one sample; the point is the second layer's weight.
fn instance(weight: &str) -> Vec<u8> {
    format!(
        r#"{{"format": "margincert/1", "network": {{"inputs": 1, "layers": [
            {{"weights": "dense", "outputs": 1, "activation": "relu"}},
            {{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
            "data": [{{"x": ["1"], "y": 1}}], "point": [["1"], ["{weight}"]]}}"#
    )
    .into_bytes()
}

/// A global optimum, a point that is no KKT point, and one that is infeasible, in a folder with a subfolder.
fn folder() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("in/global.json", &instance("1"));
    scratch.write("in/deeper/not-kkt.json", &instance("2"));
    scratch.write("in/infeasible.json", &instance("1/2"));
    scratch
}

fn lines(run: &Run) -> Vec<&str> {
    run.stdout.lines().collect()
}

#[test]
fn a_folder_becomes_a_folder_of_the_same_shape() {
    let scratch = folder();
    let run = scratch.run(&["certify", "in", "-o", "out"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
    let starts = ["decided    in/deeper/not-kkt.json", "decided    in/global.json", "decided    in/infeasible.json"];
    assert!(starts.iter().zip(lines(&run)).all(|(start, line)| line.starts_with(start)), "{}", run.stdout);
    assert!(run.stdout.contains("\n3 instances: 3 decided  ("), "{}", run.stdout);
    for verdict in ["a global optimum", "feasible, not a KKT point", "infeasible"] {
        assert!(run.stdout.contains(&format!("\n     1  {verdict}\n")), "{}", run.stdout);
    }
    let check = scratch.run(&["check", "out"]);
    assert_eq!(check.status, 0, "{check:?}");
    for name in ["global.json", "deeper/not-kkt.json", "infeasible.json"] {
        assert!(scratch.path("out").join(name).is_file(), "{name}");
    }
}

/// Each certificate is the one that the instance has by itself.
#[test]
fn many_at_once_come_to_the_same_as_one_by_one() {
    let scratch = folder();
    assert_eq!(scratch.run(&["certify", "in", "-o", "out"]).status, 0);
    for name in ["global.json", "deeper/not-kkt.json", "infeasible.json"] {
        let alone = scratch.run(&["certify", &format!("in/{name}")]);
        let together = fs::read_to_string(scratch.path("out").join(name)).expect("a certificate");
        assert_eq!(alone.stdout, together, "{name}");
    }
}

#[test]
fn what_cannot_be_certified_is_told_and_the_rest_goes_on() {
    let scratch = folder();
    scratch.write("in/broken.json", b"{");
    let run = scratch.run(&["certify", "missing", "in", "-o", "out"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("margincert: missing: No such file"), "{}", run.stderr);
    assert!(run.stderr.contains("margincert: in/broken.json: "), "{}", run.stderr);
    assert!(run.stdout.starts_with("FAILED     missing\nFAILED     in/broken.json\n"), "{}", run.stdout);
    assert!(run.stdout.contains("\n5 instances: 3 decided, 2 without a certificate  ("), "{}", run.stdout);
    assert_eq!(scratch.run(&["check", "out"]).status, 0);
    assert!(!scratch.path("out/broken.json").exists());
}

/// A second run finds what the first one left to do, and nothing that somebody wrote is lost.
#[test]
fn what_is_there_already_is_left_as_it_is() {
    let scratch = folder();
    scratch.write("out/global.json", b"a letter");
    let run = scratch.run(&["certify", "in", "-o", "out"]);
    assert_eq!(run.status, 2, "{run:?}");
    let said = "margincert: out/global.json is there already, and is not replaced without --force\n";
    assert_eq!(run.stderr, said);
    let read = || fs::read_to_string(scratch.path("out/global.json")).expect("text");
    assert_eq!(read(), "a letter");
    assert!(scratch.path("out/infeasible.json").is_file());
    let run = scratch.run(&["certify", "in", "-o", "out", "--force"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
    assert!(read().contains("global_optimum"));
}

/// The folder for the certificates may lie among the instances.
#[test]
fn certificates_of_an_earlier_run_are_no_instances() {
    let scratch = folder();
    let count = || {
        let run = scratch.run(&["certify", ".", "-o", "out", "--force"]);
        assert_eq!(run.status, 0, "{run:?}");
        run.stdout.lines().filter(|line| line.starts_with("decided")).count()
    };
    assert_eq!((count(), count()), (3, 3));
}

#[test]
fn two_instances_never_share_a_file() {
    let scratch = folder();
    scratch.write("more/global.json", &instance("2"));
    let run = scratch.run(&["certify", "in", "more/global.json", "-o", "out"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.contains("in/global.json and more/global.json would both be certified in out/global.json"));
    assert!(!scratch.path("out").exists(), "nothing was done");
    // The same file named twice is one instance.
    let run = scratch.run(&["certify", "in/global.json", "in/global.json", "in", "-o", "out"]);
    assert!(run.status == 0 && run.stdout.contains("\n3 instances: "), "{run:?}");
}

#[test]
fn an_instance_left_open_has_status_3_and_an_error_outweighs_it() {
    let scratch = folder();
    let run = scratch.run(&["certify", "in", "-o", "out", "--time-limit", "0"]);
    assert_eq!(run.status, 3, "{run:?}");
    assert!(run.stdout.contains(" left open"), "{}", run.stdout);
    let run = scratch.run(&["certify", "in", "missing", "-o", "again", "--time-limit", "0"]);
    assert_eq!(run.status, 2, "{run:?}");
}

#[test]
fn without_a_folder_for_them_nothing_is_done() {
    let scratch = folder();
    for paths in [&["certify", "in"][..], &["certify", "in/global.json", "in/infeasible.json"]] {
        let run = scratch.run(paths);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains("need a folder for their certificates: name one with -o"), "{}", run.stderr);
    }
    let run = scratch.run(&["certify", "-", "in", "-o", "out"]);
    assert_eq!((run.status, run.stderr.contains("standard input, is certified by itself")), (2, true), "{run:?}");
    scratch.write("file", b"");
    let run = scratch.run(&["certify", "in", "-o", "file"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("cannot write file: "), "{}", run.stderr);
}

#[test]
fn json_has_a_line_an_instance_with_a_word_for_the_verdict() {
    let scratch = folder();
    scratch.write("in/broken.json", b"{");
    let run = scratch.run(&["certify", "in", "--json"]);
    assert_eq!((run.status, run.stderr.as_str()), (2, ""), "{run:?}");
    let objects: Vec<Value> = lines(&run).iter().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let verdicts: Vec<_> = objects.iter().map(|object| &object["verdict"]).collect();
    assert_eq!(verdicts, [&Value::Null, &"not_kkt".into(), &"global_optimum".into(), &"infeasible".into()]);
    assert!(objects[0]["error"].as_str().is_some_and(|error| error.starts_with("in/broken.json: ")));
    for object in &objects[1..] {
        assert_eq!(object["error"], Value::Null);
        scratch.write("c.json", object["certificate"].to_string().as_bytes());
        assert_eq!(scratch.run(&["check", "c.json"]).status, 0);
    }
}

#[test]
fn quiet_tells_of_errors_only() {
    let scratch = folder();
    scratch.write("in/broken.json", b"{");
    let run = scratch.run(&["certify", "-q", "in", "-o", "out"]);
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.lines().count()), (2, "", 1), "{run:?}");
    assert_eq!(scratch.run(&["check", "out"]).status, 0);
    let run = scratch.run(&["certify", "-q", "in/global.json", "-o", "c.json"]);
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    let run = scratch.run(&["certify", "--quiet", "in/global.json"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout, fs::read_to_string(scratch.path("c.json")).expect("text"));
    assert_eq!(scratch.run(&["certify", "-q", "--json", "in/global.json"]).status, 2, "one or the other");
}
