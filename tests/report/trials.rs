//! The option `--trials` of the commands that print the summary tables.

use crate::scratch::{Scratch, argument};

const FILES: [&str; 2] = ["proofs/paper/fc-relu-local-not-global.json", "proofs/paper/fc-linear-global-depth-2.json"];

fn run(command: &[&str]) -> crate::scratch::Run {
    let files: Vec<String> = FILES.iter().map(|file| argument(file)).collect();
    Scratch::new().run(&command.iter().copied().chain(files.iter().map(String::as_str)).collect::<Vec<_>>())
}

#[test]
fn cells_tell_how_often_their_theorem_was_tried() {
    let csv = run(&["table", "--format", "csv", "--trials", "4", "--seed", "9"]).stdout;
    assert!(csv.contains("points,fully-connected,linear,2,general,global,1,4,fc-linear-global-depth-2"), "{csv}");
    assert!(csv.contains(r#"points,fully-connected,relu,2,nonzero-inputs,"local, not global",3,4,fc-relu"#), "{csv}");
    assert_eq!(csv, run(&["table", "--format", "csv", "--trials", "4", "--seed", "9"]).stdout);
    let text = run(&["table", "--trials", "1"]).stdout;
    assert!(text.contains("theorem 1 (1 trial") && text.contains("A trial takes"), "{text}");
}

#[test]
fn without_trials_nothing_is_said_of_them() {
    let text = run(&["table"]).stdout;
    assert!(!text.contains("trial") && text.contains("by theorem"), "{text}");
    assert!(run(&["table", "--format", "csv"]).stdout.contains("points,fully-connected,linear,2,general,global,1,0,"));
}

#[test]
fn the_atlas_tells_them_too() {
    let scratch = Scratch::new();
    let run = scratch.run(&["atlas", "--trials", "2", "-o", "out", &argument(FILES[0])]);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(scratch.read("out/index.html").contains("(2 trials without failure)"));
}

#[test]
fn trials_belong_to_the_summary_tables() {
    assert_eq!(run(&["table", "--detail", "--trials", "2"]).status, 2);
    assert_eq!(run(&["table", "--seed", "2"]).status, 2);
}

#[test]
fn numbers_that_are_none_are_told_with_what_was_expected() {
    for (option, value) in [("--trials", "-1"), ("--trials", "x"), ("--seed", "-1"), ("--seed", "x")] {
        let trials: &[&str] = if option == "--seed" { &["--trials", "1"] } else { &[] };
        let run = run(&[&["table", option, value], trials].concat());
        assert_eq!((run.status, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains("expected a whole number, 0 or more"), "{option} {value}: {}", run.stderr);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn however_many_trials_are_asked_for_they_take_no_memory() {
    use std::process::{Command, Stdio};

    use crate::process::Running;

    let mut command = Command::new(env!("CARGO_BIN_EXE_margincert"));
    command.args(["table", "--trials", "18446744073709551615", &argument(FILES[0])]);
    let mut child = Running::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
    std::thread::sleep(std::time::Duration::from_secs(3));
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it still runs");
    let ended = child.try_wait().expect("its status");
    drop(child);
    assert_eq!(ended, None);
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its greatest memory");
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    assert!(kilobytes < 500_000, "{kilobytes} kB");
}
