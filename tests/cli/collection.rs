//! Collections: every command that reads certificates reads their entries, and verifying one finds what is wrong.

use std::fs;

use margincert::explore::canonical::ContentId;
use margincert::files::collection::line;
use margincert::kernel::certificate::Document;

use crate::scratch::{Scratch, argument};

/// A certificate of the repository, and the id of its instance.
fn known(name: &str) -> (String, String) {
    let text = fs::read_to_string(format!("{}/proofs/found/{name}.json", env!("CARGO_MANIFEST_DIR"))).expect("a file");
    let Ok(Document::Rational(certificate)) = Document::parse(&text) else { panic!("{name}") };
    (ContentId::of(&certificate.problem).to_string(), text)
}

fn entry(id: &str, text: &str) -> String {
    line(id, "a test", "2026-11-27", &["it is there".into()], text).expect("JSON")
}

fn with(name: &str, text: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write(name, text.as_bytes());
    scratch
}

#[test]
fn entries_are_read_like_files() {
    let (a, b) = (known("diagonal-depth2-linear"), known("fc-relu-dead-neuron"));
    let text = format!("{}\n{}\n", entry(&a.0, &a.1), entry(&b.0, &b.1));
    let scratch = with("proofs/collection.jsonl", &text);
    let checked = scratch.run(&["check"]);
    assert_eq!(checked.status, 0, "{checked:?}");
    assert!(checked.stdout.contains("proofs/collection.jsonl"), "{}", checked.stdout);
    assert!(checked.stdout.contains("2 entries, ") && checked.stdout.contains("2 certificates"), "{}", checked.stdout);
    let json = scratch.run(&["check", "--json"]);
    assert!(json.stdout.contains(&format!("proofs/collection.jsonl#{}", a.0)), "{}", json.stdout);
    let one = format!("proofs/collection.jsonl#{}", &a.0[..8]);
    for arguments in [&["check", &one][..], &["explain", &one], &["table", "proofs"], &["db", "import", "proofs"]] {
        let run = scratch.run(arguments);
        assert_eq!(run.status, 0, "{run:?}");
    }
    let verified = scratch.run(&["collection", "verify", "proofs/collection.jsonl"]);
    assert!(verified.status == 0 && verified.stdout.contains("2 entries, 2 instances"), "{verified:?}");
    let nothing = scratch.run(&["check", "proofs/collection.jsonl#ffffffff"]);
    assert!(nothing.status == 2 && nothing.stderr.contains("no entry whose id begins so"), "{nothing:?}");
}

#[test]
fn an_id_that_begins_several_is_told_from_one_that_begins_none() {
    let known = known("diagonal-depth2-linear");
    let other = if known.0.starts_with('0') { "1" } else { "0" };
    let twin = format!("{}{other}", &known.0[..31]);
    let twin = if twin == known.0 { format!("{}2", &known.0[..31]) } else { twin };
    let scratch = with("c.jsonl", &format!("{}\n{}\n", entry(&known.0, &known.1), entry(&twin, &known.1)));
    let of = |id: &str| scratch.run(&["check", &format!("c.jsonl#{id}")]).stderr;
    assert!(of(&known.0[..31]).contains("several ids of the collection begin so"), "{}", of(&known.0[..31]));
    assert!(of(other).contains("no entry whose id begins so"), "{}", of(other));
    assert!(!of(&known.0).contains("begin"), "{}", of(&known.0));
}

#[test]
fn what_is_wrong_in_a_collection_is_found() {
    let (a, b) = (known("diagonal-depth2-linear"), known("fc-relu-dead-neuron"));
    let verify = |text: &str| {
        let scratch = with("c.jsonl", text);
        let run = scratch.run(&["collection", "verify", "c.jsonl"]);
        (run.status, run.stderr)
    };
    // One instance under another's id, and twice.
    let (status, told) = verify(&format!("{}\n", entry(&a.0, &b.1)));
    assert!(status != 0 && told.contains(&format!("its instance has the id {}", b.0)), "{told}");
    let (status, told) = verify(&format!("{}\n{}\n", entry(&a.0, &a.1), entry(&a.0, &a.1)));
    assert!(status == 2 && told.contains("line 2: a second entry"), "{told}");
    // A rejected claim is one of the collection's as of any file's.
    let false_text = a.1.replacen("\"kkt\"", "\"not_kkt\"", 1).replacen("\"multipliers\"", "\"toward\"", 1);
    let scratch = with("c.jsonl", &format!("{}\n", entry(&a.0, &false_text)));
    let checked = scratch.run(&["check", "c.jsonl"]);
    assert!(checked.status != 0, "{checked:?}");
}

/// Those that are accepted are told on one line, which does not speak for the others.
#[test]
fn rejected_entries_are_not_told_as_accepted() {
    let a = known("diagonal-depth2-linear");
    let wrong = r#"{"format": "margincert/1",
        "network": {"inputs": 1, "layers": [{"weights": "dense", "outputs": 1, "activation": "linear"}]},
        "data": [{"x": ["1/2"], "y": 1}], "point": [["2"]], "claims": [{"claim": "kkt", "multipliers": ["5"]}]}"#;
    let scratch = with("c.jsonl", &format!("{}\n{}\n", entry(&a.0, &a.1), entry("0f", wrong)));
    let checked = scratch.run(&["check", "c.jsonl"]);
    assert_eq!(checked.status, 1, "{checked:?}");
    assert!(checked.stdout.contains("REJECTED    c.jsonl#0f"), "{}", checked.stdout);
    assert!(checked.stdout.contains("  1 of 2 entries, "), "{}", checked.stdout);
    let quiet = scratch.run(&["check", "-q", "c.jsonl"]);
    assert!(quiet.stdout.starts_with("REJECTED") && !quiet.stdout.contains("entries"), "{}", quiet.stdout);
}

#[test]
fn entries_are_certified_into_files_of_their_own() {
    let (a, b) = (known("diagonal-depth2-linear"), known("fc-relu-dead-neuron"));
    let scratch = with("in/deep/c.jsonl", &format!("{}\n{}\n", entry(&a.0, &a.1), entry(&b.0, &b.1)));
    for (paths, folder) in [("in", "out/deep"), ("in/deep/c.jsonl", "again")] {
        let run = scratch.run(&["certify", paths, "-o", folder.split('/').next().expect("a folder")]);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
        for (id, _) in [&a, &b] {
            let check = scratch.run(&["check", &format!("{folder}/{id}.json")]);
            assert_eq!(check.status, 0, "{check:?}");
        }
    }
}

/// The page says of its entries that no two are equal up to symmetry, and that their ids are those of their instances.
#[test]
fn the_page_of_the_collection_has_each_instance_once_under_its_own_id() {
    let (a, b) = (known("diagonal-depth2-linear"), known("fc-relu-dead-neuron"));
    let scratch = with("c.jsonl", &format!("{}\n{}\n", entry(&a.0, &a.1), entry("0f", &b.1)));
    scratch.write("again.jsonl", &format!("{}\n", entry(&a.0, &a.1)));
    let run = scratch.run(&["atlas", "c.jsonl", "again.jsonl", "-o", "out"]);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.stdout.starts_with("3 certificates: "), "{}", run.stdout);
    assert!(scratch.read("out/collection.html").contains("1 instance, no two equal up to symmetry"));
    let rows = scratch.read("out/collection-rows.js");
    assert!(rows.contains(&a.0) && !rows.contains(&b.0) && !rows.contains("\"0f\""), "{rows}");
    // The others are certificates like any.
    let index = scratch.read("out/index.html");
    assert!(index.contains("2 certificates, every claim of which passed the checker"), "{index}");
}

/// The facts of conjectures are looked up over the rationals alone.
#[test]
fn what_a_certificate_over_a_number_field_says_to_a_conjecture_is_unknown() {
    let scratch = Scratch::new();
    scratch.write("c/one.conj", "# title: one\n# status: open\n\nkkt -> local_optimum\n");
    let field = argument("proofs/paper/diagonal-deep-algebraic-relu-3.json");
    let run = scratch.run(&["atlas", &field, "-o", "out", "--conjectures", "c"]);
    assert_eq!(run.status, 0, "{run:?}");
    let page = scratch.read("out/conjectures/one.html");
    assert!(page.contains("it holds of 0, 0 certificates break it") && page.contains("of 1 it is unknown"), "{page}");
}

/// Every claim is accepted, every id is its instance's, and no two instances are equal up to symmetry.
#[test]
fn the_collection_that_ships_is_as_it_must_be() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/proofs/collection.jsonl");
    let run = Scratch::new().run(&["collection", "verify", path]);
    assert_eq!(run.status, 0, "{run:?}");
    let entries: usize = run.stdout.split(' ').next().and_then(|number| number.parse().ok()).expect("a number");
    assert!(entries >= 1000 && run.stdout.contains(", 0 defects"), "{}", run.stdout);
}
