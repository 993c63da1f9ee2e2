//! From the coefficients of a curve to checked evidence with a generous end.

use crate::kernel::check::{Measure, NotLocalOptimum, not_local_optimum};
use crate::kernel::network::Scope;
use crate::prove::field::ProofField;

use super::cell::curve;
use super::completion::length;
use super::ground::Ground;

/// Ends tried, greatest first, as divisors of 1.
const ENDS: [i64; 20] = [
    1,
    2,
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

/// Evidence, and how long it is to read.
#[derive(Clone, Debug)]
pub struct Found<F> {
    pub evidence: NotLocalOptimum<F>,
    pub length: usize,
}

/// The curve with the greatest end that the kernel accepts, if it accepts any.
pub fn finish<F: ProofField>(ground: &Ground<'_, F>, coefficients: &[Vec<F>], measure: Measure) -> Option<Found<F>> {
    let layer = match ground.scope {
        Scope::All => None,
        Scope::Layer(layer) => Some(layer),
    };
    let zeros = coefficients.iter().rev().take_while(|c| c.iter().all(F::is_zero)).count();
    let coefficients = &coefficients[..coefficients.len() - zeros];
    let curve = curve(&ground.wiring, coefficients);
    let up_to = |end: usize| -> Option<NotLocalOptimum<F>> {
        let until = F::ratio(1, ENDS[end])?;
        let evidence = NotLocalOptimum { layer, curve: curve.clone(), until, measure };
        not_local_optimum::check(ground.problem, &evidence).is_ok().then_some(evidence)
    };
    // What is accepted up to one end is accepted up to every smaller one. A sound curve mostly reaches 1/1000.
    let (mut low, mut high) = match up_to(10) {
        Some(_) => (0, 10),
        None => (11, ENDS.len() - 1),
    };
    let mut best = None;
    while low < high {
        let middle = (low + high) / 2;
        match up_to(middle) {
            Some(evidence) => {
                best = Some((middle, evidence));
                high = middle;
            }
            None => low = middle + 1,
        }
    }
    let (end, evidence) = match best {
        Some(best) if best.0 == low => best,
        _ => (low, up_to(low)?),
    };
    let length = coefficients.iter().map(|c| length(c)).sum::<usize>() + 2 * end;
    Some(Found { evidence, length })
}
