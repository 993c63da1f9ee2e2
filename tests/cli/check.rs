//! `margincert check`.

use std::io::Read;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::process::Running;
use crate::scratch::{Run, Scratch};

const ACCEPTED: &str = "accepted/one-unit.json";
const NOT_KKT: &str = "accepted/deeper/not-kkt.json";
const REJECTED: &str = "rejected/wrong-multiplier.json";
const UNREADABLE: &str = "unreadable/float.json";
const INSTANCE: &str = "instance/no-claims.json";

/// The lines of JSON on standard output.
fn objects(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

#[test]
fn accepted_certificates_have_status_0() {
    let run = Scratch::with(&[("a.json", ACCEPTED), ("b.json", NOT_KKT)]).run(&["check", "a.json", "b.json"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("2 certificates, 5 claims: all accepted"), "{}", run.stdout);
}

#[test]
fn a_line_tells_verdict_file_time_claims_and_a_title_that_is_not_the_files_name() {
    let run = Scratch::with(&[("a.json", ACCEPTED), ("not-kkt.json", NOT_KKT)]).run(&["check", "."]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[0].starts_with("accepted    ./a.json        "), "{}", run.stdout);
    assert!(lines[0].ends_with(" ms  feasible, KKT, KKT[0]  one linear unit on one sample"), "{}", run.stdout);
    assert!(lines[1].starts_with("accepted    ./not-kkt.json  "), "{}", run.stdout);
    assert!(lines[1].ends_with(" ms  not KKT, not global"), "{}", run.stdout);
}

#[test]
fn without_a_path_the_folder_proofs_is_checked() {
    let run = Scratch::with(&[("proofs/a.json", ACCEPTED), ("b.json", REJECTED)]).run(&["check"]);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.stdout.contains("proofs/a.json"), "{}", run.stdout);
}

#[test]
fn without_a_path_and_a_folder_proofs_the_status_is_2() {
    let scratch = Scratch::with(&[("a.json", ACCEPTED)]);
    for command in [&["check"][..], &["table"], &["atlas", "-o", "out"], &["export", "--rocq", "-o", "out"]] {
        let run = scratch.run(command);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run:?}");
        let said = "no file was named, and there is no folder `proofs` here";
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
}

#[test]
fn folders_are_searched_to_the_bottom_in_sorted_order_for_json_files_only() {
    let files = [("f/b.json", ACCEPTED), ("f/a/z.json", NOT_KKT), ("f/a.json", ACCEPTED), ("f/c.txt", REJECTED)];
    let scratch = Scratch::with(&files);
    std::fs::create_dir(scratch.path("f/folder.json")).expect("a folder");
    let run = scratch.run(&["check", "--json", "f"]);
    assert_eq!(run.status, 0, "{run:?}");
    let mut found: Vec<_> =
        objects(&run).iter().map(|line| line["file"].as_str().expect("a path").to_string()).collect();
    found.dedup();
    assert_eq!(found, ["f/a/z.json", "f/a.json", "f/b.json"]);
}

#[test]
fn a_rejected_claim_has_status_1_and_is_told_with_its_place_and_the_exact_values() {
    let run = Scratch::with(&[("a.json", REJECTED), ("b.json", ACCEPTED)]).run(&["check", "a.json", "b.json"]);
    assert_eq!((run.status, run.stderr.as_str()), (1, ""));
    let reason = "\n    claim 1, kkt, layer 0: stationarity fails at parameter 0 of layer 0: \
                  the point has 2, the multipliers give 3/2\n";
    assert!(run.stdout.starts_with("REJECTED    a.json") && run.stdout.contains(reason), "{}", run.stdout);
    assert!(run.stdout.contains("2 certificates, 5 claims: 1 claim rejected in 1 certificate"), "{}", run.stdout);
}

#[test]
fn an_unreadable_document_has_status_2_and_is_told_with_its_place() {
    let run = Scratch::with(&[("a.json", UNREADABLE), ("b.json", ACCEPTED)]).run(&["check", "a.json", "b.json"]);
    assert_eq!(run.status, 2, "{run:?}");
    let diagnostic =
        "margincert: a.json: line 4, column 19, at data[0].x[0]: found 0.5, a JSON float, which is no exact number";
    assert!(run.stderr.starts_with(diagnostic), "{}", run.stderr);
    assert!(run.stdout.contains("UNREADABLE  a.json\n"), "{}", run.stdout);
    assert!(run.stdout.contains("accepted    b.json"), "the others are still checked: {}", run.stdout);
    assert!(run.stdout.contains("1 path could not be checked"), "{}", run.stdout);
}

#[test]
fn unreadable_outweighs_rejected_in_either_order() {
    let scratch = Scratch::with(&[("a.json", REJECTED), ("b.json", UNREADABLE)]);
    for order in [["a.json", "b.json"], ["b.json", "a.json"]] {
        assert_eq!(scratch.run(&["check", order[0], order[1]]).status, 2);
        assert_eq!(scratch.run(&["check", "--json", order[0], order[1]]).status, 2);
    }
}

#[test]
fn json_has_one_object_a_claim() {
    let scratch = Scratch::with(&[("a.json", ACCEPTED), ("b.json", REJECTED)]);
    let run = scratch.run(&["check", "--json", "a.json", "b.json"]);
    assert_eq!((run.status, run.stderr.as_str()), (1, ""));
    let reason = "stationarity fails at parameter 0 of layer 0: the point has 2, the multipliers give 3/2";
    let line = |file: &str, index: usize, claim: &str, layer: Option<usize>, reason: Option<&str>| {
        let accepted = reason.is_none();
        let verdict = if accepted { "accepted" } else { "rejected" };
        json!({
            "file": file, "index": index, "claim": claim, "layer": layer, "accepted": accepted, "verdict": verdict, "reason": reason
        })
    };
    let expected = [
        line("a.json", 0, "feasible", None, None),
        line("a.json", 1, "kkt", None, None),
        line("a.json", 2, "kkt", Some(0), None),
        line("b.json", 0, "feasible", None, None),
        line("b.json", 1, "kkt", Some(0), Some(reason)),
    ];
    assert_eq!(objects(&run), expected);
}

#[test]
fn json_has_one_object_for_a_document_that_cannot_be_read() {
    let scratch = Scratch::with(&[("a.json", UNREADABLE), ("b.json", INSTANCE)]);
    let run = scratch.run(&["check", "--json", "a.json", "b.json", "missing.json"]);
    assert_eq!((run.status, run.stderr.as_str()), (2, ""));
    let objects = objects(&run);
    let expected = [("a.json", "unreadable"), ("b.json", "no_claim"), ("missing.json", "unreadable")];
    for (object, (file, verdict)) in objects.iter().zip(expected) {
        let reason = &object["reason"];
        assert!(reason.is_string());
        let expected = json!({"file": file, "index": null, "accepted": false, "verdict": verdict, "reason": reason});
        assert_eq!(*object, expected);
    }
    assert_eq!(objects.len(), 3);
}

#[test]
fn a_missing_file_is_named_and_has_status_2() {
    let run = Scratch::with(&[("a.json", ACCEPTED)]).run(&["check", "missing.json", "a.json"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.starts_with("margincert: missing.json: No such file"), "{}", run.stderr);
    assert!(run.stdout.contains("accepted    a.json"), "{}", run.stdout);
}

#[test]
fn a_folder_without_certificates_has_status_2() {
    let scratch = Scratch::with(&[("empty/notes.txt", ACCEPTED), ("a.json", ACCEPTED)]);
    for arguments in [&["check", "empty"][..], &["check", "a.json", "empty"], &["check", "--json", "empty"]] {
        let run = scratch.run(arguments);
        assert_eq!(run.status, 2, "{run:?}");
        let told = format!("{}{}", run.stdout, run.stderr);
        assert!(told.contains("no certificate (*.json) in this folder"), "{told}");
    }
}

#[test]
fn a_document_without_claims_has_status_2() {
    let scratch = Scratch::with(&[("a.json", INSTANCE)]);
    let run = scratch.run(&["check", "a.json"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.starts_with("margincert: a.json: the document makes no claim"), "{}", run.stderr);
    assert!(run.stdout.contains("nothing was checked"), "{}", run.stdout);
}

#[test]
fn a_file_over_the_limit_is_refused_unread() {
    let scratch = Scratch::new();
    // Sparse, so that only a checker that reads it pays for its size.
    let file = std::fs::File::create(scratch.path("large.json")).expect("a file");
    file.set_len(1 << 40).expect("a sparse file");
    let run = scratch.run(&["check", "large.json"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("the document has 1099511627776 bytes; the limit is 8388608"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_stream_over_the_limit_is_refused() {
    let run = Scratch::new().run(&["check", "/dev/zero"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("the limit is 8388608"), "{}", run.stderr);
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let scratch = Scratch::new();
    scratch.write("a.json", b"{\n\xff}");
    let run = scratch.run(&["check", "a.json"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("a.json: line 2, column 1: the document is not UTF-8"), "{}", run.stderr);
}

#[test]
fn pipes_get_no_colour_and_no_progress() {
    let run = Scratch::with(&[("a.json", REJECTED), ("b.json", UNREADABLE)]).run(&["check", "."]);
    assert!(!run.stdout.contains('\x1b') && !run.stderr.contains('\x1b'), "{run:?}");
}

#[test]
fn control_characters_of_a_title_do_not_reach_the_terminal() {
    let scratch = Scratch::new();
    let text = r#"{"format": "margincert/1", "title": "\u001b[2Jwiped", "data": [{"x": [1], "y": 1}], "point": [[1]],
        "network": {"inputs": 1, "layers": [{"weights": "diagonal", "activation": "linear"}]},
        "claims": [{"claim": "feasible"}]}"#;
    scratch.write("a.json", text.as_bytes());
    let run = scratch.run(&["check", "a.json"]);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.stdout.contains(r"\u{1b}[2Jwiped"), "{}", run.stdout);
}

#[test]
fn a_reader_that_leaves_early_changes_neither_the_status_nor_standard_error() {
    let scratch = Scratch::with(&[("a.json", ACCEPTED), ("b.json", REJECTED)]);
    for (files, status) in [(["a.json", "a.json"], 0), (["a.json", "b.json"], 1)] {
        let mut command = scratch.command(&["check", files[0], files[1]]);
        let mut child = Running::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("UTF-8");
        assert_eq!((child.wait().expect("it ends").code(), stderr.as_str()), (Some(status), ""));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let scratch = Scratch::with(&[("a.json", ACCEPTED)]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let output = scratch.command(&["check", "a.json"]).stdout(full).output().expect("the command runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write to standard output"));
}

#[cfg(unix)]
#[test]
fn links_to_files_are_followed_links_to_folders_below_the_path_are_not() {
    let scratch = Scratch::with(&[("f/a.json", ACCEPTED), ("b.json", NOT_KKT)]);
    std::os::unix::fs::symlink("..", scratch.path("f/loop")).expect("a link");
    std::os::unix::fs::symlink("../b.json", scratch.path("f/b.json")).expect("a link");
    let run = scratch.run(&["check", "f"]);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.stdout.contains("2 certificates"), "{}", run.stdout);
    std::os::unix::fs::symlink("nowhere", scratch.path("f/broken.json")).expect("a link");
    assert_eq!(scratch.run(&["check", "f"]).status, 2);
}

/// Whoever opens a pipe waits for its writer, perhaps for ever.
#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_is_told_of_and_not_opened() {
    let scratch = Scratch::with(&[("f/a.json", ACCEPTED)]);
    let made = std::process::Command::new("mkfifo").arg(scratch.path("f/pipe.json")).status();
    assert!(made.expect("it runs").success());
    let run = scratch.run(&["check", "f"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("f/pipe.json: this is no file but a pipe"), "{}", run.stderr);
    assert!(run.stdout.contains("accepted    f/a.json"), "{}", run.stdout);
    // Named itself it is read.
    let writer = {
        let (pipe, text) = (scratch.path("f/pipe.json"), std::fs::read(scratch.path("f/a.json")).expect("text"));
        std::thread::spawn(move || std::fs::write(pipe, text))
    };
    assert_eq!(scratch.run(&["check", "f/pipe.json"]).status, 0);
    writer.join().expect("no panic").expect("it is read");
}

#[test]
fn standard_input_is_read_once_only() {
    let run = Scratch::new().run(&["check", "-", "-"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("can be read once only"), "{}", run.stderr);
}

#[test]
fn a_byte_order_mark_is_named() {
    let scratch = Scratch::with(&[("a.json", ACCEPTED)]);
    let text = std::fs::read(scratch.path("a.json")).expect("text");
    scratch.write("a.json", &[b"\xef\xbb\xbf".as_slice(), &text].concat());
    for command in ["check", "certify", "explain"] {
        let run = scratch.run(&[command, "a.json"]);
        assert_eq!(run.status, 2, "{run:?}");
        assert!(run.stderr.contains("a byte order mark; save it as UTF-8 without one"), "{}", run.stderr);
    }
}

/// Silence means that all is well.
#[test]
fn quiet_tells_of_what_is_wrong_only() {
    let scratch = Scratch::with(&[("a.json", ACCEPTED), ("b.json", REJECTED), ("c.json", UNREADABLE)]);
    let run = scratch.run(&["check", "-q", "a.json"]);
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    let run = scratch.run(&["check", "--quiet", "a.json", "b.json", "c.json"]);
    assert_eq!(run.status, 2);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines.len() == 3 && lines[0].starts_with("REJECTED    b.json"), "{}", run.stdout);
    assert!(lines[1].contains("stationarity fails") && lines[2].starts_with("UNREADABLE  c.json"), "{}", run.stdout);
    assert!(run.stderr.starts_with("margincert: c.json: "), "{}", run.stderr);
}
