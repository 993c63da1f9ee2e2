//! A bar tells on a terminal how far a long run is, and nowhere else.

use std::process::{Command, Stdio};

use crate::scratch::{Scratch, argument};
use crate::tools;

#[test]
fn a_long_run_shows_a_bar_on_a_terminal_alone() {
    let scratch = Scratch::new();
    let file = argument("proofs/paper/fc-linear-global-depth-2.json");
    for command in [format!("table --trials 60 {file}"), format!("atlas --trials 60 -o out {file}")] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let run = scratch.run(&arguments);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
        // `script` gives the command a terminal.
        if !tools::has("script", "looking at the progress bar") {
            continue;
        }
        let line = format!("stty cols 100 && {} {command}", env!("CARGO_BIN_EXE_margincert"));
        let mut terminal = Command::new("script");
        terminal.args(["--quiet", "--return", "--command", &line, "/dev/null"]).current_dir(scratch.path(""));
        let output = terminal.env("TERM", "xterm").stdin(Stdio::null()).output().expect("it runs");
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && shown.contains("trials of theorems"), "{command}: {shown}");
        let counted = shown.split('/').nth(1).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        assert!(counted || shown.contains("/1"), "{shown}");
    }
}
