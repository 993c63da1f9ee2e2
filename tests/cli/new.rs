//! `margincert new`.

use margincert::kernel::certificate::Document;

use crate::scratch::Scratch;

#[test]
fn every_kind_of_network_is_written_readably() {
    let dense: &[&str] = &["--dense", "2,3,2,1", "--activation", "relu", "--samples", "3"];
    let kinds = [
        (dense, "\"outputs\": 3"),
        (&["--diagonal", "3", "--depth", "4"], "diagonal"),
        (&["--convolution", "6", "--patch", "2", "--stride", "2", "--filters", "2"], "[[0, 1], [2, 3], [4, 5]]"),
        (&["--template", "0 1 - / - 2 0", "--activation", "leaky:1/10"], "[[0, 1, null], [null, 2, 0]]"),
    ];
    for (arguments, part) in kinds {
        let run = Scratch::new().run(&[&["new"], arguments].concat());
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{arguments:?}");
        assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout);
        let Ok(Document::Rational(instance)) = Document::parse(&run.stdout) else {
            panic!("{}", run.stdout);
        };
        assert!(instance.claims.is_empty());
    }
}

#[test]
fn what_is_written_to_a_file_can_be_certified() {
    let scratch = Scratch::new();
    let run = scratch.run(&["new", "--dense", "2,1", "--samples", "2", "-o", "i.json"]);
    assert_eq!((run.status, run.stdout.as_str()), (0, ""), "{run:?}");
    let run = scratch.run(&["certify", "i.json", "-o", "c.json"]);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.stdout.starts_with("a global optimum"), "{}", run.stdout);
}

#[test]
fn networks_that_make_no_sense_have_status_2() {
    let cases: [&[&str]; 12] = [
        &["new"],
        &["new", "--dense", "2,2"],
        &["new", "--dense", "0,1"],
        &["new", "--dense", "2,1", "--diagonal", "2"],
        &["new", "--diagonal", "2", "--depth", "0"],
        &["new", "--diagonal", "2", "--depth", "1"],
        &["new", "--dense", "2,1", "--patch", "3"],
        &["new", "--convolution", "4", "--depth", "3"],
        &["new", "--convolution", "2", "--patch", "3"],
        &["new", "--convolution", "2", "--stride", "0"],
        &["new", "--template", "0 x"],
        &["new", "--dense", "2,1", "--activation", "tanh"],
    ];
    for arguments in cases {
        let run = Scratch::new().run(arguments);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!run.stderr.is_empty());
    }
}

#[test]
fn what_no_command_could_read_is_refused_before_memory_is_asked_for() {
    let cases: [(&[&str], &str); 9] = [
        (&["--dense", "2,2,1", "--samples", "99999999999999"], "limit"),
        (&["--dense", "2,2,1", "--samples", "100000000"], "100000000 samples of 2 inputs"),
        (&["--dense", "2,2,1", "--samples", "300000"], "the limit is 8388608"),
        (&["--dense", "1000000,1,1", "--samples", "1000"], "1000 samples of 1000000 inputs"),
        (&["--dense", "1000000,1,1"], "the limit is 8388608"),
        (&["--convolution", "1000000", "--patch", "500000"], "more than 1048576 connections"),
        (&["--convolution", "99999999999999"], "more than 1048576 connections"),
        (&["--diagonal", "99999999999"], "the limit is 1048576"),
        (&["--diagonal", "2", "--depth", "99999999999999"], "99999999999999 layers; the limit is 64"),
    ];
    let scratch = Scratch::new();
    for (arguments, said) in cases {
        let run = scratch.run(&[&["new", "-o", "big.json"], arguments].concat());
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
        assert!(!scratch.path("big.json").exists());
    }
}

#[test]
fn numbers_that_are_none_are_told_with_what_was_expected() {
    let cases: [(&[&str], &str); 7] = [
        (&["--dense", "2,a,1"], "'a' for '--dense <N,W,..,1>': expected a whole number, 1 or more"),
        (&["--dense", "2,1", "--samples", "-1"], "expected a whole number, 1 or more"),
        (&["--dense", "2,1", "--samples", "99999999999999999999"], "this number is too large"),
        (&["--diagonal", "0"], "expected a whole number, 1 or more"),
        (&["--convolution", "4", "--filters", "0"], "expected a whole number, 1 or more"),
        (&["--convolution", "2", "--patch", "3"], "a patch of length 3 does not fit into 2 inputs"),
        (&["--template", ""], "--template needs rows with an entry for each input"),
    ];
    for (arguments, said) in cases {
        let run = Scratch::new().run(&[&["new"], arguments].concat());
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn what_was_filled_in_is_not_replaced() {
    let scratch = Scratch::new();
    assert_eq!(scratch.run(&["new", "--dense", "2,1", "-o", "i.json"]).status, 0);
    let before = std::fs::read_to_string(scratch.path("i.json")).expect("an instance");
    let run = scratch.run(&["new", "--diagonal", "3", "-o", "i.json"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.contains("i.json is there already"), "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(scratch.path("i.json")).expect("an instance"), before);
    assert_eq!(scratch.run(&["new", "--diagonal", "3", "-o", "i.json", "--force"]).status, 0);
    assert_ne!(std::fs::read_to_string(scratch.path("i.json")).expect("an instance"), before);
}
