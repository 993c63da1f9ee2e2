//! Every certificate in `proofs/`, stripped of its evidence: what it says is not optimal must be found not to be, and
//! nothing may be found against what it says is optimal.

use std::path::{Path, PathBuf};
use std::time::Duration;

use margincert::kernel::certificate::{Certificate, Document};
use margincert::kernel::check::Claim;
use margincert::kernel::network::Scope;
use margincert::prove::better::not_global_optimum;
use margincert::prove::curves::not_local_optimum;
use margincert::prove::deadline::Deadline;
use margincert::prove::field::ProofField;
use margincert::prove::search::Search;

fn files(folder: &Path, list: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => files(&path, list),
            false if path.extension().is_some_and(|e| e == "json") => list.push(path),
            false => {}
        }
    }
}

fn examine<F: ProofField>(name: &str, certificate: &Certificate<F>, failures: &mut Vec<String>) {
    let problem = &certificate.problem;
    let search = || Search::new(Deadline::after(Duration::from_secs(20)), 1);
    for claim in &certificate.claims {
        let scope = Scope::of(claim.layer());
        let label = format!("{name} {} {scope:?}", claim.name());
        match claim {
            Claim::NotLocalOptimum(_) if not_local_optimum(problem, scope, None, &mut search()).is_none() => {
                failures.push(format!("no curve: {label}"));
            }
            Claim::NotGlobalOptimum(_) if not_global_optimum(problem, scope, &mut search()).is_none() => {
                failures.push(format!("no better point: {label}"));
            }
            Claim::LocalOptimum(_) | Claim::GlobalOptimum(_) => {
                if not_local_optimum(problem, scope, None, &mut search()).is_some() {
                    failures.push(format!("a curve from an optimum: {label}"));
                }
                let global = matches!(claim, Claim::GlobalOptimum(_));
                if global && not_global_optimum(problem, scope, &mut search()).is_some() {
                    failures.push(format!("better than an optimum: {label}"));
                }
            }
            _ => {}
        }
    }
}

#[test]
fn verdicts_are_found_again() {
    let mut list = Vec::new();
    files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/proofs")), &mut list);
    let mut failures = Vec::new();
    for path in list {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        match Document::parse(&std::fs::read_to_string(&path).unwrap()) {
            Ok(Document::Rational(certificate)) => examine(&name, &certificate, &mut failures),
            Ok(Document::Algebraic(certificate)) => examine(&name, &certificate, &mut failures),
            Err(error) => failures.push(format!("{name}: {error}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
