//! From instances to certificates: every verdict of the catalogue, and families whose verdict is known.

use std::path::{Path, PathBuf};
use std::time::Duration;

use margincert::kernel::certificate::{Certificate, Document};
use margincert::prove::certify::{Prover, Verdict};
use margincert::prove::search::Random;

use super::families::FAMILIES;

fn proofs(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            proofs(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

fn prover() -> Prover {
    Prover::new().time_limit(Some(Duration::from_secs(120)))
}

/// The claims of every file are found again by the prover, given the instance alone. What a trained network approaches is the
/// business of polishing, and nothing looks for what changes of an input do.
#[test]
fn every_verdict_of_the_catalogue_is_found() {
    let mut paths = Vec::new();
    proofs(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/proofs")), &mut paths);
    paths.sort();
    assert!(!paths.is_empty());
    let mut missing = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a file");
        let document = Document::parse(&text).expect("a document");
        let (certificate, account) = prover().certify(&document);
        assert!(certificate.check().iter().all(Result::is_ok), "{}", path.display());
        let found = certificate.claims();
        let twice = found.iter().enumerate().find(|(place, claim)| found[..*place].contains(claim));
        assert!(twice.is_none(), "{}: {twice:?} is claimed twice", path.display());
        let is_looked_for = |claim: &str| !["kkt_enclosed", "adversarial", "robust"].contains(&claim);
        for (claim, layer) in document.claims().into_iter().filter(|(claim, _)| is_looked_for(claim)) {
            let stronger = claim == "local_optimum" && found.contains(&("global_optimum", layer));
            if !found.contains(&(claim, layer)) && !stronger {
                missing.push(format!("{}: {claim} {layer:?}\n{account}", path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// No wrong verdict, and at least 95 in 100 decided, in every family.
#[test]
fn families_are_decided() {
    const DRAWS: usize = 20;
    for family in FAMILIES {
        let mut random = Random::new(11);
        let mut open = Vec::new();
        for draw in 0..DRAWS {
            let case = (family.draw)(&mut random);
            let instance = Certificate::instance(None, case.problem);
            let (certificate, account) = prover().certify_over(&instance);
            assert!(certificate.check().iter().all(Result::is_ok));
            match case.truth.agrees(account.verdict()) {
                Some(agrees) => {
                    assert!(
                        agrees,
                        "{}: {:?}, not {}\n{}",
                        family.name,
                        case.truth,
                        account.verdict(),
                        instance.to_text()
                    )
                }
                None => open.push(format!("draw {draw}: {account}{}", instance.to_text())),
            }
        }
        assert!(open.len() * 20 <= DRAWS, "{}: {} of {DRAWS} open\n{}", family.name, open.len(), open.join("\n"));
    }
}

/// The same seed gives the same bytes: again, and on any number of threads, whatever ran there before.
#[test]
fn equal_seeds_give_equal_certificates() {
    let mut paths = Vec::new();
    proofs(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/proofs/paper")), &mut paths);
    paths.sort();
    let read = |path: &PathBuf| Document::parse(&std::fs::read_to_string(path).expect("a file")).expect("a document");
    let drawn = |family: &super::families::Family| {
        Document::Rational(Certificate::instance(None, (family.draw)(&mut Random::new(3)).problem))
    };
    let instances: Vec<Document> = FAMILIES.iter().map(drawn).chain(paths.iter().step_by(7).map(read)).collect();
    let text = |instance: &Document| prover().seed(1).certify(instance).0.to_text();
    let alone: Vec<String> = instances.iter().map(text).collect();
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let (instances, alone) = (&instances, &alone);
            scope.spawn(move || {
                for step in 0..instances.len() {
                    let place = if thread % 2 == 0 { step } else { instances.len() - 1 - step };
                    assert_eq!(text(&instances[place]), alone[place]);
                }
            });
        }
    });
}

/// A point that is not feasible, and one that is not a KKT point, say so.
#[test]
fn bad_points_are_told_apart() {
    let instance = |point: &str| {
        let text = format!(
            r#"{{"format": "margincert/1",
                "network": {{"inputs": 2, "layers": [
                    {{"weights": "dense", "outputs": 2, "activation": "relu"}},
                    {{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
                "data": [{{"x": ["1", "1/4"], "y": 1}}, {{"x": ["-1", "1/4"], "y": 1}}],
                "point": {point}}}"#
        );
        Document::parse(&text).expect("a document")
    };
    for (point, verdict) in [
        (r#"[["0", "0", "0", "0"], ["0", "0"]]"#, Verdict::Infeasible),
        (r#"[["0", "4", "0", "0"], ["1", "0"]]"#, Verdict::NotKkt),
        (r#"[["0", "8", "0", "0"], ["2", "0"]]"#, Verdict::NotKkt),
        (r#"[["0", "2", "0", "0"], ["2", "0"]]"#, Verdict::NotLocalOptimum),
    ] {
        let (certificate, account) = prover().certify(&instance(point));
        assert_eq!(account.verdict(), verdict, "{account}");
        assert!(account.decided());
        assert!(certificate.check().iter().all(Result::is_ok));
    }
}

/// Without time nothing is decided but what takes none, and the prover comes back at once.
#[test]
fn no_time_is_no_verdict() {
    let problem = (FAMILIES[8].draw)(&mut Random::new(1)).problem;
    let instance = Certificate::instance(None, problem);
    let (certificate, account) = Prover::new().time_limit(Some(Duration::ZERO)).certify_over(&instance);
    assert!(!account.decided());
    assert!(certificate.check().iter().all(Result::is_ok));
}
