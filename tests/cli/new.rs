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
fn what_was_filled_in_is_not_replaced() {
    let scratch = Scratch::new();
    assert_eq!(scratch.run(&["new", "--dense", "2,1", "-o", "i.json"]).status, 0);
    let before = std::fs::read_to_string(scratch.path("i.json")).expect("an instance");
    let run = scratch.run(&["new", "--diagonal", "3", "-o", "i.json"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.contains("i.json is there already"), "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(scratch.path("i.json")).expect("an instance"), before);
}
