//! Proposals, measured by what is known.

use std::path::Path;

use margincert::explore::bounds::Bounds;
use margincert::explore::conjecture::Conjecture;
use margincert::explore::judge::{Judgement, breaks_by_its_claims, judge};
use margincert::explore::library::Status;
use margincert::explore::on_file;
use margincert::explore::propose::{
    Limits, Origin, Proposal, Record, Sampling, Theory, Vocabulary, gather, propose, theorems_told, try_to_break,
};
use margincert::explore::sources::inverse;
use margincert::files;
use margincert::files::collection::Collection;
use margincert::kernel::certificate::{Certificate, Document};
use margincert::kernel::exact::Rational;
use margincert::prove::halt::Halt;

/// The names under which the universal theorems of docs/mathematics.md are on file.
const UNIVERSAL: [&str; 7] = [
    "fc-linear-global",
    "no-sharing-linear-nonzero-weights",
    "no-sharing-relu-nonzero-inputs",
    "no-sharing-leaky-nonzero-inputs",
    "layer-linear-global",
    "layer-relu-local",
    "layer-leaky-local",
];

fn on_file(status: Status) -> Vec<(&'static str, Conjecture)> {
    let entries = on_file::entries().into_iter().filter(|(_, entry)| entry.status == status);
    entries.map(|(name, entry)| (name, entry.conjecture)).collect()
}

fn certificates() -> Vec<(String, Certificate<Rational>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs");
    let mut certificates = Vec::new();
    for path in files::find(&folder) {
        let path = path.expect("a file");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if let Document::Rational(certificate) = files::read(&path).expect("a document") {
            certificates.push((name, certificate));
        }
    }
    certificates
}

/// The entries of the collection, by id.
fn collected() -> Vec<(String, Certificate<Rational>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs/collection.jsonl");
    let collection = Collection::open(&path).expect("a collection");
    let rational = |text: &str| match Document::parse(text) {
        Ok(Document::Rational(certificate)) => Some(certificate),
        _ => None,
    };
    let entries = collection.entries().iter();
    entries.filter_map(|entry| Some((entry.id.to_string(), rational(collection.certificate(entry))?))).collect()
}

#[test]
fn no_proposal_on_file_is_broken_by_anything_on_file() {
    let proposals: Vec<_> = on_file::entries().into_iter().filter(|(name, _)| name.starts_with("proposed-")).collect();
    assert!(proposals.len() > 5, "{}", proposals.len());
    let collected = collected();
    assert!(collected.len() > 1000, "{}", collected.len());
    for (name, certificate) in certificates().into_iter().chain(collected) {
        for (proposal, entry) in &proposals {
            assert!(!breaks_by_its_claims(&entry.conjecture, &certificate), "{proposal} is broken by {name}");
        }
    }
}

/// What docs/mathematics.md says of points that are far from the best is in their certificates.
#[test]
fn points_far_from_the_best_break_a_bound_by_two() {
    let bound =
        |factor: u32| -> Conjecture { format!("kkt -> within_factor({factor})").parse().expect("a conjecture") };
    let far: Vec<_> = certificates().into_iter().filter(|(name, _)| name.starts_with("far-")).collect();
    assert!(far.len() > 10, "{}", far.len());
    for (name, certificate) in far {
        assert!(breaks_by_its_claims(&bound(2), &certificate), "{name}");
        assert!(!breaks_by_its_claims(&bound(100), &certificate), "{name}");
    }
}

fn texts(proposals: &[Proposal]) -> Vec<String> {
    proposals.iter().map(|proposal| proposal.conjecture.to_string()).collect()
}

/// From a record that is not told them the universal theorems are found again; nothing that is proposed is false by what is on file; everything is
/// tight, and follows from nothing else that is proposed.
#[test]
fn what_is_known_is_found_again_and_nothing_false_by_what_is_on_file() {
    let mut record = Record::new(Vocabulary::default());
    let sampling = Sampling { instances: 110, seed: 0, threads: 2 };
    gather(&mut record, &sampling, &Halt::default());
    assert!(record.len() > 180, "{}", record.len());
    // Counterexamples on file are told, theorems are not.
    let vocabulary = record.vocabulary().clone();
    let certificates = certificates();
    for (name, certificate) in &certificates {
        if let Some(entry) = vocabulary.examine(certificate.clone(), Origin::File(name.clone())) {
            record.insert(entry);
        }
    }
    let refuted: Vec<Conjecture> = on_file(Status::False).into_iter().map(|(_, conjecture)| conjecture).collect();
    let proposals = propose(&record, &Theory::definitions(), &refuted, Limits::default());

    let theorems = on_file(Status::True);
    let told = theorems_told(&proposals, &theorems);
    let universal: Vec<&str> = UNIVERSAL.into_iter().filter(|name| told.contains(name)).collect();
    assert!(universal.len() >= 6, "only {universal:?} follow from {:#?}", texts(&proposals));

    for (place, proposal) in proposals.iter().enumerate() {
        let conjecture = &proposal.conjecture;
        for (name, certificate) in &certificates {
            assert!(!breaks_by_its_claims(conjecture, certificate), "{conjecture} is broken by {name}");
        }
        let mut theory = Theory::definitions();
        theory.learn(conjecture);
        for false_one in &refuted {
            assert!(!theory.implies(false_one), "{conjecture} implies {false_one}");
        }
        let mut others = Theory::definitions();
        let rest = proposals.iter().enumerate().filter(|(other, _)| *other != place);
        rest.for_each(|(_, other)| others.learn(&other.conjecture));
        assert!(!others.implies(conjecture), "{conjecture} follows from the others");
        assert!(proposal.explained >= Limits::default().explained, "{conjecture}");
        assert_eq!(proposal.weakenings.len(), proposal.statement.assumed.count_ones() as usize, "{conjecture}");
        for weakening in &proposal.weakenings {
            let without = |formula: &str| {
                let kept = formula.split(" & ").filter(|part| *part != weakening.without.to_string());
                kept.collect::<Vec<_>>().join(" & ")
            };
            let hypothesis = without(&conjecture.hypothesis().expect("a hypothesis").to_string());
            let weaker: Conjecture =
                format!("{hypothesis} -> {}", conjecture.conclusion()).parse().expect("a conjecture");
            assert_ne!(weaker, *conjecture);
            // The record saw it with less work, and perhaps with claims that were given.
            let named = certificates.iter().find(|(name, _)| weakening.smallest.origin == Origin::File(name.clone()));
            let instance = named.map_or(&weakening.smallest.instance, |(_, certificate)| certificate);
            assert!(matches!(judge(&weaker, instance), Judgement::Broken(_)), "{weaker} is not broken");
        }
    }
    let told_theorems = {
        let mut theory = Theory::definitions();
        theorems.iter().for_each(|(_, theorem)| theory.learn(theorem));
        theory
    };
    for proposal in propose(&record, &told_theorems, &refuted, Limits::default()) {
        assert!(!told_theorems.implies(&proposal.conjecture), "{} is known", proposal.conjecture);
    }
}

fn small_vocabulary() -> Vocabulary {
    let formula = |text: &str| text.parse::<Conjecture>().expect("a fact").conclusion().clone();
    Vocabulary {
        assumed: ["dense", "linear"].map(formula).to_vec(),
        concluded: ["global_optimum"].map(formula).to_vec(),
    }
}

#[test]
fn a_record_counts_each_instance_once() {
    let mut record = Record::new(small_vocabulary());
    let bounds = Bounds { depth: 2..=2, inputs: 1..=2, samples: 1..=1, width: 1..=2, height: 2, ..Bounds::default() };
    let instance = inverse(bounds).draw(3).expect("an instance");
    for _ in 0..2 {
        let entry = record.vocabulary().examine(instance.clone(), Origin::Census).expect("a KKT point");
        record.insert(entry);
    }
    assert_eq!(record.len(), 1);
}

/// A record with dense linear networks alone knows no reason to assume that they are; a hunt finds one.
#[test]
fn hunts_break_what_a_narrow_record_proposes() {
    let mut record = Record::new(small_vocabulary());
    let bounds: Bounds =
        "dense; linear; depth 2, inputs 1..2, samples 1..2, width 1..2, height 3".parse().expect("bounds");
    let source = inverse(bounds);
    for instance in (0..60).filter_map(|seed| source.draw(seed)) {
        if let Some(entry) = record.vocabulary().examine(instance, Origin::Drawn("inverse")) {
            record.insert(entry);
        }
    }
    let limits = Limits { explained: 5, ..Limits::default() };
    let before = propose(&record, &Theory::definitions(), &[], limits);
    assert_eq!(texts(&before), ["kkt -> global_optimum"]);
    let known = record.len();
    let halt = Halt::default();
    let (after, tallies) = try_to_break(&mut record, &Theory::definitions(), &[], limits, 2, &halt, &|broken, _| {
        // Once it is broken, what takes its place is tried a little.
        if broken >= 1 {
            halt.set();
        }
    });
    assert!(record.len() > known);
    assert!(!texts(&after).contains(&"kkt -> global_optimum".to_string()), "{:?}", texts(&after));
    assert!(tallies[&before[0].statement].kkt > 0);
    for proposal in &after {
        assert!(proposal.weakenings.iter().all(|weakening| matches!(weakening.smallest.origin, Origin::Hunt(_))));
    }
}

#[cfg(feature = "cli")]
mod command {
    use crate::scratch::Scratch;
    use serde_json::Value;

    #[test]
    fn proposals_are_told_and_written_and_nothing_is_replaced() {
        let scratch = Scratch::new();
        let arguments =
            ["propose", "--instances", "12", "--explained", "5", "--json", "-o", "proposed", "--rediscover"];
        let run = scratch.run(&arguments);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
        let told: Value = serde_json::from_str(&run.stdout).expect("an object");
        let proposals = told["proposals"].as_array().expect("a list");
        assert!(!proposals.is_empty() && told["rediscovered"].is_array(), "{told}");
        assert!(proposals.iter().all(|proposal| proposal["explained"].as_u64() >= Some(5)));
        let files: Vec<_> = std::fs::read_dir(scratch.path("proposed")).expect("a folder").collect();
        assert_eq!(files.len(), proposals.len());
        // What is written is a conjecture that `explore` reads.
        let file = files[0].as_ref().expect("a file").path();
        let explored = scratch.run(&["explore", &file.to_string_lossy(), "--units", "1", "--done-is-success"]);
        assert_eq!(explored.status, 0, "{explored:?}");
        let again = scratch.run(&arguments);
        assert_eq!((again.status, again.stdout), (0, run.stdout));
        assert!(again.stderr.contains("is there already"), "{}", again.stderr);
    }

    /// What had no turn in a hunt must not look like what withstood it.
    #[test]
    fn what_was_not_tried_is_told() {
        let scratch = Scratch::new();
        let run = scratch.run(&["propose", "--instances", "12", "--explained", "5", "--hunt", "0"]);
        assert_eq!(run.status, 0, "{run:?}");
        let proposals: Vec<&str> = run.stdout.split("\n\n").skip(1).collect();
        let has_turn = |text: &&str| text.contains("tried on ");
        assert!(proposals.iter().all(|text| has_turn(text) != text.contains("not tried: ")), "{}", run.stdout);
        assert!(!proposals.iter().all(has_turn), "{}", run.stdout);
    }

    /// What is proposed rests on them, once each, and they are named where they break something.
    #[test]
    fn certificates_go_on_record() {
        let scratch = Scratch::new();
        std::fs::create_dir(scratch.path("known")).expect("a folder");
        for (of, name) in
            [("fc-relu-dead-neuron", "dead"), ("fc-relu-nonzero-weights", "alive"), ("fc-relu-dead-neuron", "copy")]
        {
            let from = crate::scratch::repository(&format!("proofs/paper/{of}.json"));
            std::fs::copy(from, scratch.path(&format!("known/{name}.json"))).expect("a copy");
        }
        let run = scratch.run(&["propose", "--known", "known", "--instances", "0", "--explained", "1", "--json"]);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
        let told: Value = serde_json::from_str(&run.stdout).expect("an object");
        assert_eq!((&told["instances"], &told["on_file"]), (&2.into(), &2.into()), "{told}");
        let proposals = told["proposals"].as_array().expect("a list");
        let broken = proposals.iter().flat_map(|proposal| proposal["weakenings"].as_array().expect("a list"));
        let found: Vec<_> = broken.map(|weakening| &weakening["smallest"]["found"]).collect();
        assert!(found.contains(&&"in alive.json".into()), "{found:?}");
        let none = scratch.run(&["propose", "--instances", "0", "--explained", "1", "--json"]);
        let none: Value = serde_json::from_str(&none.stdout).expect("an object");
        assert_eq!((&none["on_file"], &none["proposals"]), (&0.into(), &Value::Array(Vec::new())), "{none}");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let scratch = Scratch::new();
        for arguments in [["propose", "--known", "nothing"], ["propose", "--db", "nothing.db"]] {
            let run = scratch.run(&arguments);
            assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run:?}");
            assert!(run.stderr.contains("nothing"), "{}", run.stderr);
        }
    }
}
