//! The conjectures on file, against what is known of them.

use std::path::Path;

use margincert::explore::hunt::Hunt;
use margincert::explore::library::{Entry, EntryError, Status};

fn entries() -> Vec<(String, Entry)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs/conjectures");
    let mut entries: Vec<(String, Entry)> = std::fs::read_dir(folder)
        .expect("the library")
        .map(|file| {
            let path = file.expect("a file").path();
            let text = std::fs::read_to_string(&path).expect("a text");
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let entry = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (name, entry)
        })
        .collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries
}

/// Hidden units, samples, inputs and layers of the catalogue's instance of a result.
fn in_the_catalogue(result: &str) -> (usize, usize, usize, usize) {
    match result {
        "fc-relu-dead-neuron" | "fc-relu-local-not-global" | "layer-relu-local-not-global" => (2, 2, 2, 2),
        "fc-relu-dead-neuron-deep" => (3, 2, 2, 3),
        "fc-relu-nonzero-weights" | "layer-relu-not-local" => (2, 4, 3, 2),
        "diagonal-depth2" => (2, 1, 2, 2),
        "diagonal-relu-local-not-global" => (2, 2, 2, 2),
        "diagonal-deep" => (4, 1, 2, 3),
        "convolution" => (2, 1, 4, 2),
        other => panic!("{other} is not in the catalogue"),
    }
}

#[test]
fn every_conjecture_is_read_and_printed() {
    let entries = entries();
    let count = |status| entries.iter().filter(|(_, entry)| entry.status == status).count();
    assert!(count(Status::False) >= 10 && count(Status::True) >= 6 && count(Status::Open) >= 6);
    for (name, entry) in &entries {
        assert_eq!(entry.conjecture.to_string().parse().as_ref(), Ok(&entry.conjecture), "{name}");
        assert!(!entry.conjecture.bounds().is_empty(), "{name}");
        assert!(!entry.title.is_empty() && !entry.comment.is_empty(), "{name}");
    }
}

/// Told nothing but the conjecture.
#[test]
fn what_is_false_is_broken_by_an_example_no_larger_than_the_catalogues() {
    for (name, entry) in entries().into_iter().filter(|(_, entry)| entry.status == Status::False) {
        let limit = in_the_catalogue(entry.result.as_deref().expect("a result"));
        let hunt = Hunt::new(entry.conjecture);
        let small_enough = |unit: u64| {
            let found = hunt.unit(unit).found;
            found.into_iter().find(|find| {
                let extent = find.extent;
                (extent.units, extent.samples, extent.inputs, extent.layers) <= limit
            })
        };
        let find = (0..200).find_map(small_enough).unwrap_or_else(|| panic!("{name} was not broken"));
        assert!(find.certificate.check().iter().all(Result::is_ok), "{name}");
        assert!(find.certificate.claims.iter().any(|claim| claim.name().starts_with("not_")), "{name}");
    }
}

#[test]
fn what_is_true_survives() {
    for (name, entry) in entries().into_iter().filter(|(_, entry)| entry.status == Status::True) {
        let hunt = Hunt::new(entry.conjecture);
        let reports: Vec<_> = (0..3).map(|unit| hunt.unit(unit)).collect();
        let sum = |count: fn(&margincert::explore::hunt::UnitReport) -> u64| reports.iter().map(count).sum::<u64>();
        assert_eq!((sum(|report| report.broken), sum(|report| report.undecided)), (0, 0), "{name}");
        assert!(sum(|report| report.holds) > 100, "{name}");
    }
}

#[test]
fn a_wrong_file_is_refused_with_the_place() {
    let read = |text: &str| text.parse::<Entry>().expect_err(text);
    assert_eq!(read("# title: x\nkkt"), EntryError::Missing("status"));
    assert_eq!(read("# title: x\n# status: maybe\n\nkkt"), EntryError::Status("maybe".into()));
    assert_eq!(read("# title: x\n# title: y\n"), EntryError::Twice { line: 2, key: "title".into() });
    assert_eq!(read("# title: x\n# colour: red\n"), EntryError::Key(2));
    let EntryError::Statement(error) = read("# title: x\n# status: open\n\nkkt &\n  nothing") else {
        panic!("it is no fact")
    };
    assert!(error.to_string().contains("5 |   nothing"), "{error}");
}
