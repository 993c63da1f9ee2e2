//! What is said of what makes no sense, and the help.

use std::process::Stdio;

use margincert::explore::bounds::Bounds;

use super::{FALSE, TRUE};
use crate::scratch::Scratch;

#[test]
fn what_makes_no_sense_is_said_at_once() {
    let scratch = Scratch::new();
    let cases: [(&[&str], &str); 21] = [
        (&["explore"], "Usage:"),
        (&["explore", "kkt -> nonsense"], "^^^^^^^^"),
        (&["explore", TRUE, "--depth", "3"], "no depth is at least 3 and at most 2"),
        // Sources find KKT points only, so that these could not fail.
        (&["explore", "feasible -> kkt"], "must assume `kkt`"),
        (&["explore", "relu & depth == 2"], "must assume `kkt`"),
        (&["explore", "kkt & depth == 2 -> global_optimum(layer 2)"], "there is no layer 2"),
        (&["explore", "kkt & depth == 2 -> !local_optimum(layer 2)"], "numbered from 0"),
        (&["explore", "nothing.conj"], "nothing.conj: there is no such file to read a conjecture from"),
        (&["explore", "./nothing"], "./nothing: there is no such file"),
        (&["explore", "."], "this is a folder"),
        (&["explore", TRUE, "--depth", "3..2"], "3 is more than 2"),
        (&["explore", TRUE, "--shard", "2/2"], "expected i/n"),
        (&["explore", TRUE, "--units", "0"], "expected a whole number from 1 to"),
        (&["explore", TRUE, "--instances", "-1"], "expected a whole number from 1 to"),
        (&["explore", TRUE, "--units", "1", "--instances", "1"], "cannot be used with"),
        (&["explore", TRUE, "--source", "hearsay"], "inverse"),
        (&["explore", TRUE, "--seed", "-1"], "expected a whole number, 0 or more"),
        (&["explore", TRUE, "--height", "4294967295"], "expected a whole number from 1 to 100"),
        (&["explore", "kkt -> feasible", "--samples", "1..99999999"], "the bounds are too wide: samples times inputs"),
        (&["explore", "kkt -> feasible", "--width", "300"], "lower the upper bound of width, depth or inputs"),
        (&["explore", "kkt -> feasible", "--inputs", "5000"], "128 is the most"),
    ];
    for (arguments, expected) in cases {
        let run = scratch.run(arguments);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
    }
    assert!(!scratch.path("margincert.db").exists());
    let run = scratch.run(&["explore", TRUE, "--db", "no/such/folder.db"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("name another place with --db"), "{}", run.stderr);
    for command in
        [&["db", "list"][..], &["db", "verify"], &["db", "export"], &["db", "show", "x"], &["db", "merge", "x"]]
    {
        let run = scratch.run(command);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{command:?}");
        assert!(run.stderr.contains("there is no database here"), "{command:?}: {}", run.stderr);
    }
}

#[test]
fn help_tells_the_options_and_the_statuses_and_the_language_its_facts() {
    let scratch = Scratch::new();
    for (arguments, expected) in [
        (
            &["explore", "--help"][..],
            &["Examples:", "--shard <I/N>", "--resume", "margincert.db", "Exit status:", "Bounds:", "- neighbours:"][..],
        ),
        (&["db", "--help"], &["merge", "verify", "Examples:", "Exit status:"]),
        (&["db", "verify", "--help"], &["Exit status:"]),
        (&["db", "list", "-h"], &["Exit status:"]),
        (&["explore", "--language"], &["nonzero_inputs", "local_optimum(layer 0)"]),
    ] {
        let run = scratch.run(arguments);
        assert_eq!(run.status, 0, "{run:?}");
        expected.iter().for_each(|part| assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout));
    }
}

/// The help cannot be made from the defaults, so it is compared with them.
#[test]
fn help_tells_the_defaults() {
    let help = Scratch::new().run(&["explore", "--help"]).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let bounds = Bounds::default();
    let ranges =
        [("depth", bounds.depth), ("inputs", bounds.inputs), ("samples", bounds.samples), ("width", bounds.width)];
    let ranges = ranges.map(|(name, range)| (name, format!("{}..{}", range.start(), range.end())));
    let others = [("height", bounds.height.to_string()), ("source", "mixed".into()), ("seed", "0".into())];
    for (name, default) in ranges.into_iter().chain(others) {
        let (_, rest) = help.split_once(&format!("--{name} <")).expect(name);
        let option = rest.split(" --").next().expect("a text");
        assert!(option.contains(&format!("[default: {default}]")), "{name}: {option}");
    }
}

#[test]
fn a_conjecture_comes_from_a_pipe_a_file_with_a_mark_or_with_comments() {
    let scratch = Scratch::new();
    scratch.write("marked.conj", format!("\u{feff}# so\n{FALSE} # and so\n").as_bytes());
    assert_eq!(scratch.run(&["explore", "marked.conj", "--units", "1"]).status, 1);
    assert_eq!(scratch.run(&["explore", &format!("{FALSE} # a comment"), "--units", "1"]).status, 1);
    let mut child = scratch
        .command(&["explore", "-", "--units", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the command runs");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), FALSE.as_bytes()).expect("it reads");
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
}

#[test]
fn what_cannot_be_begun_is_refused_before_the_hunt() {
    let scratch = Scratch::new();
    scratch.write("taken", b"a file");
    let run = scratch.run(&["explore", FALSE, "-o", "taken"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("taken") && !scratch.path("margincert.db").exists(), "{run:?}");
    // Another seed is another run, which would be begun in silence.
    assert_eq!(scratch.run(&["explore", TRUE, "--units", "2"]).status, 0);
    let other = scratch.run(&["explore", TRUE, "--units", "2", "--seed", "1", "--resume"]);
    assert_eq!(other.status, 2, "{other:?}");
    assert!(other.stderr.contains("seed 0"), "{}", other.stderr);
    assert_eq!(scratch.run(&["explore", TRUE, "--units", "2", "--resume"]).status, 0);
    // A limit that leaves nothing is named.
    for (conjecture, limit) in [
        ("kkt & depth == 100 -> feasible", "64"),
        ("kkt & diagonal & inputs == 3 & parameters == 7 -> local_optimum", "parameters == 7"),
    ] {
        let run = scratch.run(&["explore", conjecture]);
        assert_eq!(run.status, 2, "{run:?}");
        assert!(run.stderr.contains(limit), "{}", run.stderr);
    }
    for by_form in ["kkt & dense -> no_sharing", "kkt & dense & !dense -> local_optimum"] {
        let run = scratch.run(&["explore", by_form]);
        assert!(run.status == 0 && run.stdout.starts_with("PROVED by its form"), "{run:?}");
    }
    let run = scratch.run(&["explore", "kkt & kinks > 0 & linear -> local_optimum"]);
    assert!(run.status == 3 && run.stdout.contains("there can be no kinks"), "{run:?}");
    assert_eq!(
        scratch.run(&["explore", "kkt & !dense & !diagonal & !sparse & !convolution -> local_optimum"]).status,
        3
    );
}
