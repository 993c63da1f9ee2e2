//! How many KKT instances a second the sources make, and where the time goes.
//!
//! `cargo run --release -p margincert-benches --bin explore` prints tables in Markdown. Times are those of one thread.

use std::time::{Duration, Instant};

use margincert::explore::bounds::{ActivationKind, Architecture, Bounds};
use margincert::explore::sources::{Constructed, Construction, inverse};
use margincert::kernel::certificate::Certificate;
use margincert::kernel::exact::Rational;

fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(2);
    let budget = Duration::from_secs(seconds);
    let small = Bounds {
        architectures: vec![Architecture::Dense],
        activations: vec![ActivationKind::Relu],
        depth: 2..=2,
        inputs: 2..=2,
        samples: 2..=2,
        width: 2..=2,
        ..Bounds::default()
    };
    println!("| source | bounds | attempts/s | instances/s | kernel's check |");
    println!("|---|---|---|---|---|");
    row("inverse", "dense ReLU 2-2-1, 2 samples", &inverse(small.clone()), budget);
    row("inverse", "default", &inverse(Bounds::default()), budget);
}

fn row<C>(source: &str, bounds: &str, strategy: &Constructed<C>, budget: Duration)
where
    C: Construction<Value = Certificate<Rational>>,
{
    let start = Instant::now();
    let (mut attempts, mut found) = (0u64, Vec::new());
    while start.elapsed() < budget {
        found.extend(strategy.attempt_once(attempts));
        attempts += 1;
    }
    let making = start.elapsed().as_secs_f64();
    let start = Instant::now();
    assert!(found.iter().all(|instance| instance.check().iter().all(Result::is_ok)));
    let checking = start.elapsed().as_secs_f64();
    println!(
        "| {source} | {bounds} | {:.0} | {:.0} | {:.0} % |",
        attempts as f64 / making,
        found.len() as f64 / making,
        100.0 * checking / making
    );
}
