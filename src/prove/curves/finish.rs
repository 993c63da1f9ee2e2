//! From the coefficients of a curve to checked evidence with a generous end.

use crate::kernel::check::{Measure, NotLocalOptimum, check};
use crate::kernel::exact::Sign;
use crate::kernel::network::Scope;
use crate::prove::deadline::Deadline;
use crate::prove::field::ProofField;
use crate::prove::least_squares;

use super::cell::curve;
use super::completion::length;
use super::ground::Ground;

/// Ends tried, greatest first, as divisors of 1.
const ENDS: [i64; 21] = [
    1,
    2,
    3,
    4,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    1_000,
    10_000,
    100_000,
    1_000_000,
    100_000_000,
    10_000_000_000,
    1_000_000_000_000,
    10_000_000_000_000,
    100_000_000_000_000,
    1_000_000_000_000_000,
];

/// Differences in floats that are not looked at, in proportion to the terms that make up a sum.
const ROUNDING: f64 = 1e-11;

/// Evidence, and how long it is to read.
#[derive(Clone, Debug)]
pub struct Found<F> {
    pub evidence: NotLocalOptimum<F>,
    pub length: usize,
}

/// How many ends the kernel is asked about.
const CHECKS: usize = 8;
/// The points of an interval, as shares of its end, at which floats look before the kernel is asked.
const SHARES: [f64; 14] = [1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 1.0 / 64.0, 1.0 / 256.0];

/// The curve with a great end that the kernel accepts, if it accepts any.
pub fn finish<F: ProofField>(
    ground: &Ground<'_, F>,
    coefficients: &[Vec<F>],
    measure: Measure,
    deadline: Deadline,
) -> Option<Found<F>> {
    let zeros = coefficients.iter().rev().take_while(|c| c.iter().all(F::is_zero)).count();
    let coefficients = &coefficients[..coefficients.len() - zeros];
    let length = coefficients.iter().map(|c| length(c)).sum::<usize>();
    let layer = match ground.scope {
        Scope::All => None,
        Scope::Layer(layer) => Some(layer),
    };
    let floats: Vec<Vec<f64>> = coefficients.iter().map(|c| c.iter().map(F::to_f64).collect()).collect();
    let promising = |end: &usize| looks_good(ground, &floats, measure, 1.0 / ENDS[*end] as f64);
    let ends: Vec<usize> = (0..ENDS.len()).filter(promising).collect();
    let curve = curve(&ground.wiring, coefficients);
    // The greatest ends that look good, then by leaps to the smallest.
    let leaps = ends.iter().skip(3).step_by(3);
    for &end in ends.iter().take(3).chain(leaps).take(CHECKS) {
        let until = F::ratio(1, ENDS[end])?;
        let evidence = NotLocalOptimum { layer, curve: curve.clone(), until, measure };
        if deadline.bounded(|| check(ground.problem, &evidence).is_ok()).ok()? {
            return Some(Found { evidence, length: length + 2 * end });
        }
    }
    None
}

/// Whether a curve looks better than the point at some points up to an end, without change of the pattern.
fn looks_good<F: ProofField>(ground: &Ground<'_, F>, curve: &[Vec<f64>], measure: Measure, end: f64) -> bool {
    let free = |point: &[f64]| {
        let layers = ground.scope.layers(ground.depth());
        layers.flat_map(|layer| ground.wiring.range(layer)).map(|p| point[p] * point[p]).sum::<f64>()
    };
    let start = free(&ground.floats);
    // Only where a unit bends must its side be kept.
    let layers = ground.problem.network().layers();
    let kinked: Vec<usize> = (0..layers.len()).filter(|&layer| !layers[layer].activation().is_linear()).collect();
    let slope = |layer, side| ground.wiring.slope(layer, side).abs();
    let steeper = |layer| slope(layer, Sign::Positive).max(slope(layer, Sign::Negative));
    let steepest: Vec<f64> = (0..layers.len()).map(steeper).collect();
    let mut pattern: Vec<f64> = Vec::new();
    for share in SHARES {
        let t = share * end;
        let mut point = ground.floats.clone();
        let mut power = 1.0;
        for coefficient in curve {
            power *= t;
            least_squares::add(&mut point, power, coefficient);
        }
        let norm = free(&point);
        if measure == Measure::Norm && norm > start * (1.0 + ROUNDING) {
            return false;
        }
        // At equal proportion of norms the margin may be smaller by this factor.
        let bound = match measure {
            Measure::Norm => 1.0,
            Measure::Margin => (norm / start).powf(ground.depth() as f64 / 2.0),
        };
        let sizes: Vec<f64> = point.iter().map(|v| v.abs()).collect();
        let mut place = 0;
        for (y, x) in &ground.samples {
            let pass = ground.wiring.run(&point, x);
            // Where terms cancel that are long, what is left of a sum is rounding.
            let x_sizes: Vec<f64> = x.iter().map(|v| v.abs()).collect();
            let terms = ground.wiring.forward(&sizes, &x_sizes, |(layer, _), _| steepest[layer]);
            if y * pass.output() < bound - ROUNDING * bound.max(terms.output()) {
                return false;
            }
            let of_layer = |layer: usize| pass.preactivations[layer].iter().zip(&terms.preactivations[layer]);
            for (z, terms) in kinked.iter().flat_map(|&layer| of_layer(layer)) {
                let sign = if z.abs() < ROUNDING * terms.max(1.0) { 0.0 } else { z.signum() };
                match pattern.get_mut(place) {
                    None => pattern.push(sign),
                    Some(before) if *before == 0.0 => *before = sign,
                    Some(before) if sign != 0.0 && *before != sign => return false,
                    Some(_) => {}
                }
                place += 1;
            }
        }
    }
    true
}
