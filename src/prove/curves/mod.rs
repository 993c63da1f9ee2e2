//! Curves of better points: evidence that a point is not a local optimum.
//!
//! In each activation cell next to the point the problem is smooth: polynomial margins, and the signs of the kinks'
//! preactivations as further constraints. A curve `theta~ + c1 t + c2 t^2 + ...` into the cell is better than the point if
//! the first coefficients of its norm and its constraints say so, order by order, and at every order the newest
//! coefficient enters linearly. So the search is: a cell; multipliers there, or else a descent direction of first
//! order; with multipliers, a critical direction of negative curvature, and a linear program for what repays it.
//! Floats propose, exact numbers dispose, and the kernel's check has the last word.

mod cell;
mod completion;
mod curvature;
mod finish;
mod first_order;
mod ground;
mod second_order;

use crate::kernel::check::{Kkt, Measure, NotLocalOptimum};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;

use super::field::ProofField;
use super::search::Search;
use cell::Cell;
use completion::complete;
use finish::{Found, finish};
use ground::Ground;

/// Looks for a curve of better points that starts at the point.
///
/// What is returned has passed the kernel's check. `None` proves nothing.
pub fn not_local_optimum<F: ProofField>(
    problem: &Problem<F>,
    scope: Scope,
    _kkt: Option<&Kkt<F>>,
    search: &mut Search,
) -> Option<NotLocalOptimum<F>> {
    if problem.violated().is_some() || !(scope.layers(problem.network().depth())).any(|l| l < problem.network().depth())
    {
        return None;
    }
    let ground = Ground::new(problem, scope);
    let mut best = Best::default();
    let cells = first_order::search(&ground, &mut best, search);
    if best.found.is_none() && scope == Scope::All {
        second_order::search(&ground, &cells, &mut best, search);
    }
    best.found.map(|found| found.evidence)
}

/// The shortest curve so far, and how many there were.
struct Best<F> {
    found: Option<Found<F>>,
    accepted: usize,
}

impl<F> Default for Best<F> {
    fn default() -> Self {
        Best { found: None, accepted: 0 }
    }
}

impl<F: ProofField> Best<F> {
    /// Completes a curve whose first coefficients are given by one more, in each measure, and keeps it if it is the
    /// shortest. Whether any was accepted.
    fn complete(&mut self, ground: &Ground<'_, F>, cell: &Cell<'_, '_, F>, prefix: &[Vec<F>], search: &Search) -> bool {
        let columns = cell.columns();
        let measures: &[Measure] = match ground.scope {
            Scope::All => &[Measure::Norm, Measure::Margin],
            Scope::Layer(_) => &[Measure::Norm],
        };
        let before = self.accepted;
        for &measure in measures {
            let Some(conditions) = cell.conditions(prefix, measure) else { continue };
            let last = complete(&conditions, &columns, ground.theta.len(), prefix.is_empty(), search);
            for last in last.into_iter().take(3) {
                let mut coefficients = prefix.to_vec();
                coefficients.push(last);
                let Some(found) = finish(ground, &coefficients, measure) else { continue };
                self.accepted += 1;
                if self.found.as_ref().is_none_or(|best| found.length < best.length) {
                    self.found = Some(found);
                }
            }
        }
        self.accepted > before
    }
}
