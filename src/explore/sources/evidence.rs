//! From multipliers and slopes to a `kkt` claim that the kernel accepts.

use crate::kernel::certificate::Certificate;
use crate::kernel::check::{self, Claim, Kkt, Selection, Selections};
use crate::kernel::exact::{OrderedField, Rational, Sign, Value};
use crate::kernel::network::{Curve, Parameters, Scope, Unit};
use crate::kernel::problem::Problem;
use crate::prove::deadline::Deadline;
use crate::prove::halt::is_halted;
use crate::prove::kkt::{Stationarity, stationarity};
use crate::prove::search::Search;
use num_traits::{One, Zero};

/// The instance with its `kkt` claim, if the point is a KKT point with these multipliers and, at the kinks of the samples that
/// have one, these slopes.
pub fn certificate(
    problem: Problem<Rational>,
    multipliers: Vec<Rational>,
    slope: impl Fn(usize, Unit) -> Rational,
) -> Option<Certificate<Rational>> {
    let kinks: Vec<(usize, Vec<Unit>)> = (0..problem.samples().len())
        .filter(|&sample| !multipliers[sample].is_zero())
        .map(|sample| (sample, problem.kinks(sample, Scope::All)))
        .filter(|(_, kinks)| !kinks.is_empty())
        .collect();
    // Moves of later layers have to outweigh what moves of earlier ones do to later kinks.
    for growth in [1, 16] {
        if is_halted() {
            return None;
        }
        let selection = |(sample, kinks): &(usize, Vec<Unit>)| {
            let slopes: Vec<Rational> = kinks.iter().map(|&unit| slope(*sample, unit)).collect();
            (*sample, terms(&problem, *sample, (kinks, &slopes), growth))
        };
        let selections: Selections<Rational> = kinks.iter().map(selection).collect();
        let claim = Claim::Kkt(Kkt { layer: None, multipliers: multipliers.clone(), selections });
        if check::check(&problem, &claim).is_ok() {
            return Some(with_claim(problem, claim));
        }
        if kinks.is_empty() {
            return None;
        }
    }
    search(problem)
}

/// The instance with a `kkt` claim that a linear program finds, if there is one.
pub fn search(problem: Problem<Rational>) -> Option<Certificate<Rational>> {
    if problem.violated().is_some() {
        return None;
    }
    let Stationarity::Kkt(kkt) = stationarity(&problem, Scope::All, &mut Search::new(Deadline::none(), 0)) else {
        return None;
    };
    let claim = Claim::Kkt(kkt);
    let accepted = check::check(&problem, &claim).is_ok();
    accepted.then(|| with_claim(problem, claim))
}

fn with_claim(problem: Problem<Rational>, claim: Claim<Rational>) -> Certificate<Rational> {
    Certificate { claims: vec![claim], ..Certificate::instance(None, problem) }
}

/// A convex combination of choices of sides with the given slopes. The units are ordered by how much of the positive side
/// they take; each term takes the positive side of all units from some place of that order on.
fn terms(
    problem: &Problem<Rational>,
    sample: usize,
    (kinks, slopes): (&[Unit], &[Rational]),
    growth: i64,
) -> Vec<Selection<Rational>> {
    let network = problem.network();
    let shares: Vec<Rational> = kinks
        .iter()
        .zip(slopes)
        .map(|(&unit, slope)| {
            let (low, high) = (network.slope(unit, Sign::Negative), network.slope(unit, Sign::Positive));
            // The sides of a leaky unit of slope 1 are the same.
            (high - &low).reciprocal().map_or_else(Rational::one, |inverse| (slope - &low) * &inverse)
        })
        .collect();
    let mut levels: Vec<Rational> = shares.iter().cloned().chain([Rational::zero(), Rational::one()]).collect();
    levels.sort();
    levels.dedup();
    let term = |pair: &[Rational]| {
        let sides: Vec<bool> = shares.iter().map(|share| *share >= pair[1]).collect();
        Selection { weight: &pair[1] - &pair[0], toward: toward(problem, sample, kinks, &sides, growth) }
    };
    levels.windows(2).map(term).collect()
}

/// Moves the weights of each kink along what they read, so that its preactivation leaves zero to the given side. Where all that is
/// read is zero, it will be positive just after, if it can be.
fn toward(problem: &Problem<Rational>, sample: usize, kinks: &[Unit], sides: &[bool], growth: i64) -> Curve<Rational> {
    let network = problem.network();
    let reads = &problem.traces()[sample].inputs;
    let mut direction = Parameters::zero(network);
    for (unit, positive) in kinks.iter().zip(sides) {
        let scale = (0..unit.layer).fold(1, |scale: i64, _| scale.saturating_mul(growth));
        let step = Rational::from(if *positive { scale } else { -scale });
        let connections = &network.layers()[unit.layer].incoming()[unit.unit];
        let reads = &reads[unit.layer];
        let blank = connections.iter().all(|connection| reads[connection.unit].is_zero());
        for connection in connections {
            let entry = &mut direction.layers_mut()[unit.layer][connection.parameter];
            match blank {
                true => *entry += &step,
                false => entry.add_product(&step, &reads[connection.unit]),
            }
        }
    }
    Curve::new(vec![direction])
}
