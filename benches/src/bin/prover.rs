//! The prover on families of instances whose verdict is known, and on the catalogue: the share decided, and the time.
//!
//! `cargo run --release -p margincert-benches --bin prover [DRAWS [SEED]]`
//!
//! Prints the tables of `docs/prover.md`. An instance that stays open, locally or globally, is written to standard error.

use std::path::{Path, PathBuf};
use std::time::Duration;

use margincert::kernel::certificate::{Certificate, Document};
use margincert::prove::certify::{Account, Answer, Prover, Question};
use margincert::prove::search::Random;
use margincert_benches::{median, timed};

#[path = "../../../tests/prove/families/mod.rs"]
mod families;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let draws = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(200);
    let seed = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1);
    by_family(draws, seed);
    println!();
    by_file();
}

/// The shortest of three runs, with the account of the first: the machine does other things too.
fn certify(run: impl Fn() -> Account) -> (Account, Duration) {
    let (account, first) = timed(&run);
    let best = (0..2).map(|_| timed(&run).1).fold(first, Duration::min);
    (account, best)
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64() * 1e3)
}

fn by_family(draws: usize, seed: u64) {
    println!("| family | instances | parameters | decided | global question settled | median ms | longest ms |");
    println!("|---|---|---|---|---|---|---|");
    for family in families::FAMILIES {
        let mut random = Random::new(seed);
        let (mut decided, mut global, mut times, mut sizes) = (0, 0, Vec::new(), Vec::new());
        for _ in 0..draws {
            let case = (family.draw)(&mut random);
            sizes.push(case.problem.network().parameter_count());
            let instance = Certificate::instance(None, case.problem);
            let (account, time) = certify(|| Prover::new().certify_over(&instance).1);
            times.push(time);
            match case.truth.agrees(account.verdict()) {
                Some(agrees) => {
                    assert!(agrees, "a wrong verdict: {account}\n{}", instance.to_text());
                    decided += 1;
                }
                None => eprintln!("{}: {account}{}", family.name, instance.to_text()),
            }
            let settled = |step: &&margincert::prove::certify::Step| {
                step.question == Question::Global { layer: None } && !matches!(step.answer, Answer::Open { .. })
            };
            if !account.steps().iter().any(|step| settled(&step)) {
                eprintln!("{}: the question of a global optimum is open: {account}{}", family.name, instance.to_text());
            }
            global += account.steps().iter().filter(settled).count();
        }
        let longest = times.iter().max().copied().unwrap_or_default();
        let sizes = (sizes.iter().min().unwrap_or(&0), sizes.iter().max().unwrap_or(&0));
        println!(
            "| {} | {draws} | {} to {} | {decided} | {global} | {} | {} |",
            family.name,
            sizes.0,
            sizes.1,
            milliseconds(median(times)),
            milliseconds(longest)
        );
    }
}

fn by_file() {
    let mut paths = Vec::new();
    find(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../proofs")), &mut paths);
    let (mut rational, mut algebraic) = (Vec::new(), Vec::new());
    for path in paths {
        let Some(document) = std::fs::read_to_string(&path).ok().and_then(|text| Document::parse(&text).ok()) else {
            continue;
        };
        let (account, time) = certify(|| Prover::new().certify(&document).1);
        if !account.decided() {
            eprintln!("{}: {account}", path.display());
        }
        let times = if matches!(document, Document::Rational(_)) { &mut rational } else { &mut algebraic };
        times.push((time, account.decided()));
    }
    println!("| catalogue | instances | decided | median ms | longest ms |");
    println!("|---|---|---|---|---|");
    for (name, runs) in [("over the rationals", rational), ("over number fields", algebraic)] {
        if runs.is_empty() {
            continue;
        }
        let times: Vec<Duration> = runs.iter().map(|(time, _)| *time).collect();
        let decided = runs.iter().filter(|(_, decided)| *decided).count();
        let longest = times.iter().max().copied().unwrap_or_default();
        println!(
            "| {name} | {} | {decided} | {} | {} |",
            runs.len(),
            milliseconds(median(times)),
            milliseconds(longest)
        );
    }
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        match path.extension() {
            _ if path.is_dir() => find(&path, found),
            Some(extension) if extension == "json" => found.push(path),
            _ => {}
        }
    }
}
