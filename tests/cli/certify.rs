//! `margincert certify`.

use std::time::Instant;

use serde_json::Value;

use crate::scratch::Scratch;

const UNREADABLE: &str = "unreadable/float.json";

/// A ReLU network with a dead unit: a KKT point that is no local optimum.
fn instance(point: &str) -> Vec<u8> {
    on(r#"[{"x": ["1", "1/4"], "y": 1}, {"x": ["-1", "1/4"], "y": 1}]"#, point)
}

fn on(data: &str, point: &str) -> Vec<u8> {
    format!(
        r#"{{"format": "margincert/1",
            "network": {{"inputs": 2, "layers": [
                {{"weights": "dense", "outputs": 2, "activation": "relu"}},
                {{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
            "data": {data},
            "point": {point}}}"#
    )
    .into_bytes()
}

const DEAD: &str = r#"[["0", "2", "0", "0"], ["2", "0"]]"#;
const INFEASIBLE: &str = r#"[["0", "1", "0", "0"], ["1", "0"]]"#;
const NOT_KKT: &str = r#"[["0", "8", "0", "0"], ["2", "0"]]"#;

#[test]
fn the_certificate_is_written_and_passes_the_check() {
    let scratch = Scratch::new();
    scratch.write("i.json", &instance(DEAD));
    let run = scratch.run(&["certify", "i.json", "-o", "c.json"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.starts_with("a KKT point, not a local optimum\n"), "{}", run.stdout);
    let check = scratch.run(&["check", "c.json"]);
    assert_eq!(check.status, 0, "{check:?}");
    for claim in ["KKT", "not local", "not global", "flow"] {
        assert!(check.stdout.contains(claim), "{claim} is not in {}", check.stdout);
    }
}

#[test]
fn without_a_file_the_certificate_is_standard_output_and_the_account_standard_error() {
    let scratch = Scratch::new();
    scratch.write("i.json", &instance(DEAD));
    let run = scratch.run(&["certify", "i.json"]);
    assert_eq!(run.status, 0);
    assert!(run.stderr.contains("not_local_optimum"), "{}", run.stderr);
    scratch.write("c.json", run.stdout.as_bytes());
    assert_eq!(scratch.run(&["check", "c.json"]).status, 0);
}

#[test]
fn a_verdict_other_than_optimality_is_decided_too() {
    for (point, verdict) in [(INFEASIBLE, "infeasible"), (NOT_KKT, "feasible, not a KKT point")] {
        let scratch = Scratch::new();
        scratch.write("i.json", &instance(point));
        let run = scratch.run(&["certify", "i.json", "-o", "c.json"]);
        assert_eq!(run.status, 0, "{run:?}");
        assert_eq!(run.stdout.lines().next(), Some(verdict));
        assert_eq!(scratch.run(&["check", "c.json"]).status, 0);
    }
}

/// What is no KKT point is no optimum, and each layer is asked by itself.
#[test]
fn a_point_that_is_no_kkt_point_is_asked_about_all_the_same() {
    let scratch = Scratch::new();
    scratch.write("i.json", &instance(NOT_KKT));
    for (topics, steps) in [
        ("local", &["not_local_optimum ("][..]),
        ("global", &["not_global_optimum ("]),
        ("layers", &["  kkt, layer 0 ", "  kkt, layer 1 ", "  local, layer 1 ", "  global, layer 1 "]),
    ] {
        let run = scratch.run(&["certify", "i.json", "-o", "c.json", "--force", "--claims", topics]);
        assert_eq!(run.status, 0, "{run:?}");
        assert!(steps.iter().all(|step| run.stdout.contains(step)), "{}", run.stdout);
        assert_eq!(scratch.run(&["check", "c.json"]).status, 0);
    }
    // Without evidence the answer still follows.
    let run = scratch.run(&["certify", "i.json", "-o", "c.json", "--force", "--claims", "kkt"]);
    assert!(!run.stdout.contains("local"), "{}", run.stdout);
}

#[test]
fn a_point_of_the_wrong_length_is_told_how_to_change_it() {
    for (point, said) in [
        (
            r#"[["0", "8", "0", "0"], ["8", "0"]]"#,
            "the least margin is 16, and is 1 when the point is divided by 16^(1/2)",
        ),
        (INFEASIBLE, "the least margin is 1/4, and is 1 when the point is divided by (1/4)^(1/2)"),
    ] {
        let scratch = Scratch::new();
        scratch.write("i.json", &instance(point));
        let run = scratch.run(&["certify", "i.json", "-o", "c.json"]);
        assert!(run.stdout.contains(said), "{}", run.stdout);
    }
}

/// Bad points are decided, with a word on why; bad data as well.
#[test]
fn what_is_wrong_with_a_point_or_with_the_data_is_said() {
    const ZERO: &str = r#"[["0", "0", "0", "0"], ["0", "0"]]"#;
    let two_labels = r#"[{"x": ["1", "1/4"], "y": 1}, {"x": ["2", "1/2"], "y": -1}]"#;
    let at_zero = r#"[{"x": ["1", "1/4"], "y": 1}, {"x": ["0", "0"], "y": 1}]"#;
    let fine = r#"[{"x": ["1", "1/4"], "y": 1}, {"x": ["-1", "1/4"], "y": 1}]"#;
    for (data, point, said) in [
        (fine, INFEASIBLE, "sample 0 has margin 1/4, less than 1; "),
        (fine, ZERO, "sample 0 has margin 0, less than 1)"),
        (fine, NOT_KKT, "a direction in which the norm falls and no active margin does"),
        (two_labels, DEAD, "no point is feasible: samples 0 and 1 have one direction and two labels"),
        (at_zero, DEAD, "no point is feasible: sample 1 is 0, where the network is 0"),
    ] {
        let scratch = Scratch::new();
        scratch.write("i.json", &on(data, point));
        let run = scratch.run(&["certify", "i.json", "-o", "c.json"]);
        assert_eq!(run.status, 0, "{run:?}");
        assert!(run.stdout.contains(said), "{said:?} is not in {}", run.stdout);
        assert_eq!(scratch.run(&["check", "c.json"]).status, 0);
    }
}

/// Opposite inputs contradict each other on a linear network only.
#[test]
fn opposite_inputs_with_one_label_contradict_a_linear_network() {
    for (activation, said) in [("linear", true), ("relu", false)] {
        let scratch = Scratch::new();
        let network = format!(
            r#"{{"format": "margincert/1", "network": {{"inputs": 1, "layers": [
                {{"weights": "dense", "outputs": 1, "activation": "{activation}"}},
                {{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
                "data": [{{"x": [1], "y": 1}}, {{"x": [-2], "y": 1}}], "point": [[1], [1]]}}"#
        );
        scratch.write("i.json", network.as_bytes());
        let run = scratch.run(&["certify", "i.json", "-o", "c.json"]);
        assert_eq!(run.status, 0);
        assert_eq!(run.stdout.contains("opposite directions"), said, "{}", run.stdout);
    }
}

/// A point of another shape than the network's is no instance.
#[test]
fn a_point_in_the_wrong_shape_has_status_2() {
    for (point, said) in [
        (r#"[["0", "2", "0"], ["2", "0"]]"#, "point"),
        (r#"[["0", "2", "0", "0"]]"#, "point"),
        (r#"[["0", "2", "0", "0"], ["2", "0"], ["1"]]"#, "point"),
        (r#"["0", "2", "0", "0", "2", "0"]"#, "point"),
    ] {
        let scratch = Scratch::new();
        scratch.write("i.json", &instance(point));
        let run = scratch.run(&["certify", "i.json", "-o", "c.json"]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(run.stderr.starts_with("margincert: i.json: ") && run.stderr.contains(said), "{}", run.stderr);
        assert!(!scratch.path("c.json").exists());
    }
}

#[test]
fn without_time_the_status_is_3_and_the_account_says_what_was_tried() {
    let scratch = Scratch::new();
    scratch.write("i.json", &instance(DEAD));
    let run = scratch.run(&["certify", "i.json", "-o", "c.json", "--time-limit", "0"]);
    assert_eq!(run.status, 3, "{run:?}");
    assert!(run.stdout.contains("open; tried"), "{}", run.stdout);
    assert_eq!(scratch.run(&["check", "c.json"]).status, 0, "what was proved passes");
}

#[test]
fn what_is_left_open_names_what_was_tried() {
    let scratch = Scratch::new();
    scratch.write("i.json", &instance(DEAD));
    for limit in ["60", "0"] {
        let run = scratch.run(&["certify", "i.json", "-o", "c.json", "--force", "--time-limit", limit]);
        assert_eq!(run.stdout.contains("open; tried"), limit == "0", "{}", run.stdout);
        assert!(run.stdout.lines().all(|line| !line.ends_with("  open")), "{}", run.stdout);
    }
}

#[test]
fn what_was_not_asked_is_not_called_open() {
    let scratch = Scratch::new();
    scratch.write("i.json", &instance(DEAD));
    for (options, verdict) in [
        (["--claims", "hypotheses", "--seed", "0"], "feasible"),
        (["--claims", "kkt", "--seed", "0"], "a KKT point"),
        (["--claims", "kkt", "--time-limit", "0"], "feasible; whether a KKT point is open"),
    ] {
        let arguments: Vec<&str> =
            ["certify", "i.json", "-o", "c.json", "--force"].into_iter().chain(options).collect();
        let run = scratch.run(&arguments);
        assert_eq!(run.stdout.lines().next(), Some(verdict));
    }
}

#[test]
fn a_time_limit_is_a_number_of_seconds() {
    let scratch = Scratch::new();
    scratch.write("i.json", &instance(DEAD));
    for (limit, said) in [
        ("-1", "expected a number of seconds, 0 or more"),
        ("nan", "expected a number of seconds, 0 or more"),
        ("soon", "expected a number of seconds, 0 or more"),
        ("1e30", "too many seconds"),
    ] {
        let run = scratch.run(&["certify", "i.json", "--time-limit", limit]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    assert_eq!(scratch.run(&["certify", "i.json", "--time-limit", "1e9"]).status, 0);
    let seed = scratch.run(&["certify", "i.json", "--seed", "-1"]);
    assert_eq!(seed.status, 2);
    assert!(seed.stderr.contains("expected a whole number, 0 or more"), "{}", seed.stderr);
}

/// Nobody wants to wait for a proof and then learn that there is no place for it.
#[test]
fn a_file_that_cannot_be_written_is_told_of_before_the_work() {
    let scratch = Scratch::new();
    let (width, zeros) = (60, |count: usize| vec!["0"; count]);
    let first = |count: usize, place: usize| [zeros(place), vec!["1"], zeros(count - place - 1)].concat();
    let point = serde_json::json!([first(2 * width, 1), first(width * width, 0), first(width, 0)]);
    let hard = format!(
        r#"{{"format": "margincert/1", "network": {{"inputs": 2, "layers": [
            {{"weights": "dense", "outputs": {width}, "activation": "relu"}},
            {{"weights": "dense", "outputs": {width}, "activation": "relu"}},
            {{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
            "data": [{{"x": [3, 1], "y": 1}}, {{"x": [-3, 1], "y": 1}}], "point": {point}}}"#
    );
    scratch.write("i.json", hard.as_bytes());
    scratch.write("file", b"");
    std::fs::create_dir(scratch.path("folder")).expect("a folder");
    let timed = |output: &str| {
        let since = Instant::now();
        (scratch.run(&["certify", "i.json", "-o", output]), since.elapsed())
    };
    let (run, work) = timed("c.json");
    assert_ne!(run.status, 2, "{run:?}");
    for (output, said) in [
        ("no/such.json", "cannot write no/such.json: No such file or directory"),
        ("file/c.json", "cannot write file/c.json: "),
        ("folder", "cannot write folder: "),
    ] {
        let (run, time) = timed(output);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(said), "{}", run.stderr);
        assert!(time < work / 2, "{time:?} of {work:?}");
    }
}

#[test]
fn only_the_topics_named_are_asked_about() {
    let scratch = Scratch::new();
    scratch.write("i.json", &instance(DEAD));
    let run = scratch.run(&["certify", "i.json", "-o", "c.json", "--claims", "kkt,flow_converges", "--json"]);
    assert_eq!(run.status, 0, "{run:?}");
    let account: Value = serde_json::from_str(&run.stdout).expect("one object");
    let questions: Vec<_> = account["steps"].as_array().expect("steps").iter().map(|step| &step["question"]).collect();
    assert_eq!(questions, ["feasible", "kkt", "flow"]);
    let run = scratch.run(&["certify", "i.json", "--claims", "everything"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("expected hypotheses, kkt"), "{}", run.stderr);
}

#[test]
fn json_holds_the_account_and_without_a_file_the_certificate() {
    let scratch = Scratch::new();
    scratch.write("i.json", &instance(DEAD));
    let run = scratch.run(&["certify", "i.json", "--json"]);
    assert_eq!((run.status, run.stderr.as_str(), run.stdout.lines().count()), (0, "", 1));
    let account: Value = serde_json::from_str(&run.stdout).expect("one object");
    assert_eq!(account["decided"], true);
    scratch.write("c.json", account["certificate"].to_string().as_bytes());
    assert_eq!(scratch.run(&["check", "c.json"]).status, 0);
    let run = scratch.run(&["certify", "i.json", "--json", "-o", "c.json", "--force"]);
    let account: Value = serde_json::from_str(&run.stdout).expect("one object");
    assert_eq!(account["certificate"], Value::Null);
}

#[test]
fn an_instance_that_cannot_be_read_and_a_file_that_cannot_be_written_have_status_2() {
    let scratch = Scratch::with(&[("a.json", UNREADABLE)]);
    for file in ["a.json", "missing.json"] {
        let run = scratch.run(&["certify", file]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.starts_with(&format!("margincert: {file}: ")), "{}", run.stderr);
    }
    scratch.write("i.json", &instance(NOT_KKT));
    let run = scratch.run(&["certify", "i.json", "-o", "no/such/folder.json"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("cannot write no/such/folder.json"), "{}", run.stderr);
    assert_eq!(scratch.run(&["certify", "i.json", "--time-limit", "-1"]).status, 2);
}

/// Neither a certificate of one's own, nor the instance itself, nor a file that has nothing to do with it is lost.
#[test]
fn what_is_there_already_is_replaced_only_when_asked() {
    let scratch = Scratch::new();
    let by_hand = String::from_utf8(instance(DEAD)).expect("text").replacen(
        r#""point""#,
        r#""claims": [{"claim": "feasible"}], "point""#,
        1,
    );
    scratch.write("i.json", by_hand.as_bytes());
    scratch.write("other.txt", b"a letter");
    let read = |name: &str| std::fs::read_to_string(scratch.path(name)).expect("text");
    for (output, content) in [("i.json", by_hand.as_str()), ("other.txt", "a letter"), ("./i.json", &by_hand)] {
        let run = scratch.run(&["certify", "i.json", "-o", output]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run:?}");
        assert_eq!(run.stderr, format!("margincert: {output} is there already, and is not replaced without --force\n"));
        assert_eq!(read(output), content);
    }
    let run = scratch.run(&["certify", "i.json", "-o", "i.json", "--force"]);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(read("i.json").contains("not_local_optimum"));
    let names = std::fs::read_dir(scratch.path("")).expect("a folder").map(|entry| entry.expect("a file").file_name());
    assert_eq!(names.count(), 2, "nothing else is left there");
}

/// What takes what is written and keeps nothing has nothing to lose.
#[cfg(unix)]
#[test]
fn a_device_can_be_written_to() {
    let scratch = Scratch::new();
    scratch.write("i.json", &instance(NOT_KKT));
    for device in ["/dev/null", "/dev/stdout"] {
        assert_eq!(scratch.run(&["certify", "i.json", "-o", device]).status, 0, "{device}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_to_the_file_that_it_names() {
    let scratch = Scratch::new();
    scratch.write("i.json", &instance(NOT_KKT));
    scratch.write("real.json", b"old");
    std::os::unix::fs::symlink("real.json", scratch.path("link.json")).expect("a link");
    assert_eq!(scratch.run(&["certify", "i.json", "-o", "link.json"]).status, 2);
    assert_eq!(scratch.run(&["certify", "i.json", "-o", "link.json", "--force"]).status, 0);
    let real = std::fs::read_to_string(scratch.path("real.json")).expect("text");
    assert!(real.contains("not_kkt") && scratch.path("link.json").is_symlink());
}
