//! The shortest vector that the conditions of a case, and slopes that are left open, make of a bound.

use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::field::ProofField;
use crate::prove::qp::{Combination, combination_within};

/// A vector within its bound: multipliers of the conditions, and shares of the ways.
pub struct Short<F> {
    /// One a condition, not negative.
    pub conditions: Vec<F>,
    /// One a way, from 0 to 1.
    pub shares: Vec<F>,
}

/// Looks for `mu >= 0` and shares `s` in `[0, 1]` with `|| target + sum mu_a condition_a + sum s_k way_k ||^2 <= bound`.
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
pub fn shorten<F: ProofField>(
    target: &[F],
    conditions: &[Vec<F>],
    ways: &[Vec<F>],
    bound: &F,
    deadline: Deadline,
) -> Result<Option<Short<F>>, OutOfTime> {
    // A share that would be more than 1 is held there, the worst first.
    let mut at_one = vec![false; ways.len()];
    for _ in 0..=ways.len() {
        let moving: Vec<usize> = (0..ways.len()).filter(|&k| !at_one[k]).collect();
        let mut shifted = target.to_vec();
        for (_, way) in ways.iter().enumerate().filter(|(k, _)| at_one[*k]) {
            shifted.iter_mut().zip(way).for_each(|(t, x)| *t = t.clone() + x);
        }
        let generators: Vec<Vec<F>> = conditions.iter().chain(moving.iter().map(|&k| &ways[k])).cloned().collect();
        let Combination::Within { mut weights, .. } = combination_within(&generators, &shifted, bound, deadline)?
        else {
            return Ok(None);
        };
        let of_moving = weights.split_off(conditions.len());
        let past = moving.iter().zip(&of_moving).filter(|(_, weight)| **weight > F::one());
        if let Some((&worst, _)) = past.max_by(|a, b| a.1.to_f64().total_cmp(&b.1.to_f64())) {
            at_one[worst] = true;
            continue;
        }
        let mut shares = vec![F::one(); ways.len()];
        moving.iter().zip(of_moving).for_each(|(&k, weight)| shares[k] = weight);
        return Ok(Some(Short { conditions: weights, shares }));
    }
    Ok(None)
}
