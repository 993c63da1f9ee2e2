//! Where an atlas may be written, and that it is whole or not there.

use std::fs;

use crate::scratch::{Scratch, repository};
use crate::small::certificate;

fn scratch() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("a.json", &certificate("first", "4"));
    scratch
}

fn entries(scratch: &Scratch) -> Vec<String> {
    let entries = fs::read_dir(scratch.path("")).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|e| e.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

#[test]
fn an_atlas_replaces_an_atlas_and_leaves_nothing_beside_it() {
    let scratch = scratch();
    fs::create_dir(scratch.path("out")).expect("an empty folder");
    assert_eq!(scratch.run(&["atlas", "a.json", "-o", "out"]).status, 0);
    fs::rename(scratch.path("a.json"), scratch.path("b.json")).expect("a new name");
    assert_eq!(scratch.run(&["atlas", "b.json", "-o", "out/"]).status, 0);
    assert!(!scratch.path("out/certificates/a.html").exists() && scratch.path("out/certificates/b.html").exists());
    assert_eq!(entries(&scratch), ["b.json", "out"]);
}

#[test]
fn an_atlas_of_the_folder_around_it_does_not_take_itself_in() {
    let scratch = scratch();
    for _ in 0..2 {
        let run = scratch.run(&["atlas", ".", "-o", "out"]);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""));
        assert!(run.stdout.starts_with("1 certificate: "), "{}", run.stdout);
    }
    std::fs::remove_file(scratch.path("a.json")).expect("it was there");
    let run = scratch.run(&["atlas", ".", "-o", "out"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "what it wrote itself is no certificate of the folder");
    assert!(run.stderr.contains("no certificate (*.json) in this folder"), "{}", run.stderr);
    assert_eq!(scratch.run(&["atlas", "out/files", "-o", "out"]).status, 0, "unless it is named");
}

#[test]
fn any_other_folder_or_file_is_left_as_it_is() {
    let scratch = scratch();
    scratch.write("mine/thesis.tex", "years of work");
    for place in ["mine", "a.json", ".", "/", "mine/.."] {
        let run = scratch.run(&["atlas", "a.json", "-o", place]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{place}: {run:?}");
        assert!(!run.stderr.is_empty());
    }
    assert_eq!(scratch.read("mine/thesis.tex"), "years of work");
    assert_eq!(entries(&scratch), ["a.json", "mine"]);
}

/// What was put into an atlas since it was written would go with it.
#[test]
fn an_atlas_that_holds_something_else_is_left_as_it_is() {
    let scratch = scratch();
    assert_eq!(scratch.run(&["atlas", "a.json", "-o", "out"]).status, 0);
    for place in [
        "out/notes.md",
        "out/certificates/notes.md",
        "out/files/notes.md",
        "out/files/notes.txt",
        "out/mine/thesis.tex",
    ] {
        scratch.write(place, "years of work");
        let run = scratch.run(&["atlas", "a.json", "-o", "out"]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{place}: {run:?}");
        assert!(run.stderr.contains("this is not the atlas's own and would be lost"), "{}", run.stderr);
        assert_eq!(scratch.read(place), "years of work");
        let _ = fs::remove_file(scratch.path(place));
    }
    fs::remove_dir(scratch.path("out/mine")).expect("an empty folder");
    assert_eq!(scratch.run(&["atlas", "a.json", "-o", "out"]).status, 0);
}

#[test]
fn folders_on_the_way_are_made() {
    let scratch = scratch();
    assert_eq!(scratch.run(&["atlas", "a.json", "-o", "new/deep/out"]).status, 0);
    assert_eq!(scratch.read("new/deep/out/files/a.json"), scratch.read("a.json"));
}

#[test]
fn theorems_stand_beside_their_certificate() {
    let scratch = Scratch::new();
    // The second has one claim, without a theorem.
    for (folder, name) in
        [("proofs/paper", "fc-relu-dead-neuron"), ("tests/export/certificates", "enclosed-idle-inputs")]
    {
        let text = fs::read_to_string(repository(folder).join(format!("{name}.json"))).expect("a certificate");
        scratch.write(&format!("{name}.json"), &text);
    }
    let run = scratch.run(&["atlas", ".", "-o", "out"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let theorems = scratch.read("out/files/fc_relu_dead_neuron.v");
    assert!(theorems.contains("_shown : kkt_"), "{theorems}");
    let page = scratch.read("out/certificates/fc-relu-dead-neuron.html");
    assert!(page.contains("../files/fc_relu_dead_neuron.v"), "{page}");
    assert!(page.contains("coqc -Q rocq Margincert fc_relu_dead_neuron.v"), "{page}");
    let other = scratch.read("out/certificates/enclosed-idle-inputs.html");
    assert!(!other.contains("coqc"), "{other}");
    assert!(!scratch.path("out/files/enclosed_idle_inputs.v").exists());
}
