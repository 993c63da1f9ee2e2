//! The prover on fresh instances of many families: what is decided, over all layers and each, and how long it takes.
//!
//! `cargo run --release -p margincert-benches --bin families [DRAWS [SEED [NAME]]]`
//!
//! Prints a table of `docs/prover.md`. An instance about which a question of optimality stays open is written to standard error. Where a verdict is known by construction,
//! another one ends the program.

mod changed;
mod deep;
mod draw;
mod odd;
mod shallow;
mod shared;
mod table;

#[path = "../../../../tests/prove/families/mod.rs"]
mod known;

use std::time::{Duration, Instant};

use margincert::prove::certify::Prover;
use margincert_benches::timed;

use draw::Family;
use table::{Row, Tally};

/// More than an instance takes of a processor, as the limit is kept by the clock and the machine may be under load.
const LIMIT: Duration = Duration::from_secs(30);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let draws: usize = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(20);
    let seed = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1);
    let only = arguments.next();
    let mut families = shallow::families();
    families.extend(deep::families());
    families.extend(shared::families());
    families.extend(odd::families());
    families.extend(changed::families());
    families.extend(known::FAMILIES.map(|family| Family::known(family.name, family.draw)));
    let started = Instant::now();
    let mut tally = Tally::new();
    for family in families.iter().filter(|family| only.as_ref().is_none_or(|name| family.name.contains(name))) {
        let mut random = margincert::prove::search::Random::new(seed);
        let mut row = Row::new(family.name);
        for _ in 0..draws {
            let (document, truth) = (family.draw)(&mut random);
            let ((_, account), time) = timed(|| Prover::new().time_limit(Some(LIMIT)).certify(&document));
            let verdict = account.verdict();
            assert!(
                truth.is_none_or(|truth| truth.allows(verdict)),
                "{}: a wrong verdict: {account}\n{}",
                family.name,
                document.to_text()
            );
            let before = row.open();
            row.add(&account, time);
            if row.open() > before {
                eprintln!("{}: {account}{}", family.name, document.to_text());
            }
        }
        tally.add(&row);
    }
    tally.print(started.elapsed());
}
