//! A bar tells on a terminal how far a long run is, and nowhere else.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::process::{Running, Session};
use crate::scratch::{Scratch, argument};
use crate::tools;

/// Commands that go on for minutes on any machine; the tests end them.
fn long_commands() -> [String; 2] {
    let file = argument("proofs/paper/fc-linear-global-depth-2.json");
    [format!("table --trials 1000000 {file}"), format!("atlas --trials 1000000 -o out {file}")]
}

/// Whether a bar is among what was shown: what the run is at, after a count of the form `12/1000`.
fn shows_a_bar(shown: &str) -> bool {
    let count = |text: &str| text.trim_end().rsplit_once(' ').map_or(text, |(_, count)| count).to_string();
    let is_count = |text: String| {
        let of = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        text.split_once('/').is_some_and(|(done, total)| of(done) && of(total))
    };
    shown.match_indices("trials of theorems").any(|(at, _)| is_count(count(&shown[..at])))
}

/// Whether a process is no more, or only waits for somebody to ask how it ended; soon after it was killed.
fn has_ended(id: &str) -> bool {
    let ended = || {
        let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        status.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with(['Z', 'X']))
    };
    (0..100).any(|_| {
        sleep(Duration::from_millis(20));
        ended()
    })
}

#[test]
fn a_long_run_shows_a_bar_on_a_terminal() {
    // `script` gives the command a terminal.
    if !tools::has("script", "looking at the progress bar") {
        return;
    }
    let scratch = Scratch::new();
    for command in long_commands() {
        // The command runs in a session of the terminal's, which does not end with `script`.
        let session = Session(scratch.path("session"));
        let line = format!("echo $$ >session; stty cols 100 && exec {} {command}", env!("CARGO_BIN_EXE_margincert"));
        let mut terminal = Command::new("script");
        terminal.args(["--quiet", "--return", "--command", &line, "/dev/null"]).current_dir(scratch.path(""));
        terminal.env("TERM", "xterm").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut run = Running::start(&mut terminal);
        let mut output = run.stdout.take().expect("a pipe");
        let (mut shown, mut part) = (Vec::new(), [0; 4096]);
        // The bar may take its time, but a run that ends has shown none.
        while !shows_a_bar(&String::from_utf8_lossy(&shown)) {
            let read = output.read(&mut part).expect("it can be read");
            assert!(read > 0, "{command}: it ended without a bar: {}", String::from_utf8_lossy(&shown));
            shown.extend(&part[..read]);
        }
        let id = std::fs::read_to_string(&session.0).expect("the command's id");
        drop((run, session));
        assert!(has_ended(id.trim()), "{command}: process {id} goes on");
    }
}

#[test]
fn without_a_terminal_there_is_no_bar() {
    let scratch = Scratch::new();
    for command in long_commands() {
        let mut run = Command::new(env!("CARGO_BIN_EXE_margincert"));
        run.args(command.split(' ')).current_dir(scratch.path("")).stdin(Stdio::null());
        let mut run = Running::start(run.stdout(Stdio::piped()).stderr(Stdio::piped()));
        // On a terminal the bar would be there after one second.
        sleep(Duration::from_secs(3));
        assert!(run.try_wait().expect("it can be asked").is_none(), "{command}: it goes on");
        run.kill().expect("it can be ended");
        let mut said = String::new();
        run.stdout.take().expect("a pipe").read_to_string(&mut said).expect("text");
        run.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
        assert_eq!(said, "");
    }
}
