//! `explain` and `table` write to a file where one is named: what they would print, and over nothing unasked.

use crate::scratch::{Scratch, argument};

#[test]
fn what_would_be_printed_is_written() {
    let certificate = argument("proofs/paper/fc-relu-dead-neuron.json");
    for asked in [&["explain", &certificate, "--format", "latex"][..], &["table", &certificate, "--format", "csv"]] {
        let scratch = Scratch::new();
        let printed = scratch.run(asked);
        assert!(printed.status == 0 && printed.stdout.len() > 500, "{printed:?}");
        let to_file = [asked, &["-o", "out"]].concat();
        let written = scratch.run(&to_file);
        assert_eq!((written.status, written.stdout.as_str(), written.stderr.as_str()), (0, "", ""), "{asked:?}");
        assert_eq!(scratch.read("out"), printed.stdout);
        // What is there stays, unless it is to be replaced.
        scratch.write("out", b"mine");
        let again = scratch.run(&to_file);
        assert!(again.status == 2 && again.stderr.contains("without --force"), "{again:?}");
        assert_eq!(scratch.read("out"), "mine");
        assert_eq!(scratch.run(&[&to_file[..], &["--force"]].concat()).status, 0);
        assert_eq!(scratch.read("out"), printed.stdout);
    }
}

#[test]
fn nothing_is_written_of_what_is_rejected() {
    let scratch = Scratch::new();
    let text = std::fs::read_to_string(argument("proofs/paper/fc-relu-dead-neuron.json")).expect("a certificate");
    scratch.write(
        "false.json",
        text.replace("\"multipliers\": [\"2\", \"2\"]", "\"multipliers\": [\"2\", \"3\"]").as_bytes(),
    );
    for command in ["explain", "table"] {
        let run = scratch.run(&[command, "false.json", "-o", "out"]);
        assert!(run.status == 1 && !scratch.path("out").exists(), "{run:?}");
    }
}
