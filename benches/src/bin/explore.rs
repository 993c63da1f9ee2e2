//! How many KKT instances a second the sources make, and where the time goes.
//!
//! `cargo run --release -p margincert-benches --bin explore [SECONDS]` prints tables in Markdown; each row takes so many seconds.
//! Rates are those of one thread, by processor time. An attempt is one list of random choices; what is not handed out is lost, and the column *lost*
//! says how much of the time goes there. *problem* and *check* are the shares of running the network on the data and of the
//! kernel's check, both measured by doing them once more.

use std::time::Duration;

use margincert::explore::bounds::{ActivationKind, Architecture, Bounds};
use margincert::explore::hunt::{Hunt, Source};
use margincert::explore::sources::{Census, CensusError, Constructed, Construction, forward, inverse, neighbours};
use margincert::kernel::certificate::Certificate;
use margincert::kernel::exact::Rational;
use margincert::kernel::problem::Problem;
use margincert_benches::timed;

type Instance = Certificate<Rational>;

fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1.0);
    let budget = Duration::from_secs_f64(seconds);
    let small: Bounds = "dense; relu; depth 2, inputs 2, samples 2, width 2, height 5".parse().expect("bounds");
    println!("| source | bounds | attempts/s | instances/s | lost | problem | check |");
    println!("|---|---|---:|---:|---:|---:|---:|");
    let known = strategy_row("inverse", "dense ReLU 2-2-1, 2 samples", &inverse(small.clone()), budget);
    strategy_row("forward", "dense ReLU 2-2-1, 2 samples", &forward(small.clone()), budget);
    let wide = Bounds { samples: 1..=4, width: 1..=4, ..small.clone() };
    strategy_row("neighbours", "of the first row, to 4 units and samples", &neighbours(known, wide), budget);
    strategy_row("inverse", "default", &inverse(Bounds::default()), budget);
    strategy_row("forward", "default", &forward(Bounds::default()), budget);
    for architecture in Architecture::ALL {
        for kind in [ActivationKind::Linear, ActivationKind::Relu] {
            let bounds = Bounds { architectures: vec![architecture], activations: vec![kind], ..Bounds::default() };
            let name = format!("{architecture:?} {kind:?}");
            strategy_row("inverse", &name, &inverse(bounds.clone()), budget);
            strategy_row("forward", &name, &forward(bounds), budget);
        }
    }
    println!();
    println!("| hunt by inverse design | bounds | KKT instances judged/s | drawing | judging and shrinking |");
    println!("|---|---|---:|---:|---:|");
    for (hypothesis, bounds) in [("nonzero_inputs", &small), ("nonzero_weights", &small)] {
        let hunt = Hunt {
            source: Source::Inverse,
            bounds: bounds.clone(),
            ..Hunt::new(
                format!("kkt & dense & relu & depth == 2 & {hypothesis} -> local_optimum")
                    .parse()
                    .expect("a conjecture"),
            )
        };
        hunt_row(&hunt, "dense ReLU 2-2-1, 2 samples", budget);
    }
    println!();
    println!(
        "| census, height 2, up to 2 samples and units, 2 inputs (convolution: 3) | depth | candidates | instances | up to symmetry | undecided | units | opening, ms | seconds |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for architecture in Architecture::ALL {
        for kind in ActivationKind::ALL {
            (2..=3).for_each(|depth| census_row(architecture, kind, depth));
        }
    }
}

/// Draws for a while, and returns what was drawn first.
fn strategy_row<C>(source: &str, bounds: &str, strategy: &Constructed<C>, budget: Duration) -> Vec<Instance>
where
    C: Construction<Value = Instance>,
{
    let (mut attempts, mut found, mut lost) = (0u64, Vec::new(), Duration::ZERO);
    let mut total = Duration::ZERO;
    while total < budget {
        let (attempt, time) = timed(|| strategy.attempt_once(attempts));
        total += time;
        match attempt {
            Some(instance) => found.push(instance),
            None => lost += time,
        }
        attempts += 1;
    }
    let ((), problem) = timed(|| {
        for problem in found.iter().map(|instance: &Instance| &instance.problem) {
            let (network, samples, point) = (problem.network(), problem.samples(), problem.point());
            Problem::new(network.clone(), samples.to_vec(), point.clone()).expect("it was one");
        }
    });
    let (accepted, check) = timed(|| found.iter().all(|instance| instance.check().iter().all(Result::is_ok)));
    assert!(accepted);
    let rate = |count: u64| count as f64 / total.as_secs_f64();
    let share = |part: Duration| 100.0 * part.as_secs_f64() / total.as_secs_f64();
    println!(
        "| {source} | {bounds} | {:.0} | {:.0} | {:.0} % | {:.0} % | {:.0} % |",
        rate(attempts),
        rate(found.len() as u64),
        share(lost),
        share(problem),
        share(check)
    );
    found.truncate(100);
    found
}

/// Draws and judges for a while; then draws as many once more, to tell the one from the other.
fn hunt_row(hunt: &Hunt, bounds: &str, budget: Duration) {
    let (mut units, mut kkt, mut total) = (0, 0, Duration::ZERO);
    while total < budget {
        let (report, time) = timed(|| hunt.unit(units));
        kkt += report.kkt;
        total += time;
        units += 1;
    }
    let source = inverse(hunt.bounds.clone());
    let mut drawing = Duration::ZERO;
    let (mut drawn, mut seed) = (0, 0);
    while drawn < units * u64::from(hunt.draws) {
        let (instance, time) = timed(|| source.attempt_once(seed));
        drawn += u64::from(instance.is_some());
        drawing += time;
        seed += 1;
    }
    let share = 100.0 * drawing.as_secs_f64() / total.as_secs_f64();
    println!(
        "| `{}` | {bounds} | {:.0} | {share:.0} % | {:.0} % |",
        hunt.conjecture,
        kkt as f64 / total.as_secs_f64(),
        100.0 - share
    );
}

fn census_row(architecture: Architecture, kind: ActivationKind, depth: usize) {
    let bounds = Bounds {
        architectures: vec![architecture],
        activations: vec![kind],
        depth: depth..=depth,
        inputs: 1..=if architecture == Architecture::Convolution { 3 } else { 2 },
        samples: 1..=2,
        width: 1..=2,
        height: 2,
        ..Bounds::default()
    };
    let (census, opening) = timed(|| Census::new(&bounds));
    let census = match census {
        Ok(census) => census,
        // Mixed activations need two hidden layers.
        Err(CensusError::Empty) => return,
        Err(error) => panic!("small bounds: {error}"),
    };
    let (mut instances, mut orbits, mut undecided) = (0u128, 0u64, 0u64);
    let ((), time) = timed(|| {
        for member in (0..census.len_units()).flat_map(|unit| census.unit(unit)) {
            instances += member.orbit;
            orbits += 1;
            undecided += u64::from(member.instance.claims.is_empty());
        }
    });
    println!(
        "| {architecture:?} {kind:?} | {depth} | {} | {instances} | {orbits} | {undecided} | {} | {:.2} | {:.2} |",
        census.candidates(),
        census.len_units(),
        1000.0 * opening.as_secs_f64(),
        time.as_secs_f64()
    );
}
