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
    assert!(text.contains("theorem 1 (1 trial") && !text.contains("no trials run"), "{text}");
}

#[test]
fn without_trials_cells_say_so() {
    let text = run(&["table"]).stdout;
    assert!(text.contains("no trials run") && !text.contains("without failure"), "{text}");
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
