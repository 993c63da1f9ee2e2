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
mod game;
mod ground;
mod growth;
mod higher_order;
mod second_order;

use crate::kernel::check::{Kkt, Measure, NotLocalOptimum};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;

use super::deadline::{Deadline, OutOfTime};
use super::field::ProofField;
use super::search::Search;
use cell::{Cell, Condition, Source};
use completion::{Completion, complete, length};
use curvature::Multipliers;
use finish::{Found, finish};
use ground::Ground;

/// Looks for a curve of better points that starts at the point.
///
/// What is returned has passed the kernel's check. `None` proves nothing.
pub fn not_local_optimum<F: ProofField>(
    problem: &Problem<F>,
    scope: Scope,
    kkt: Option<&Kkt<F>>,
    search: &mut Search,
) -> Option<NotLocalOptimum<F>> {
    if problem.violated().is_some() || !(scope.layers(problem.network().depth())).any(|l| l < problem.network().depth())
    {
        return None;
    }
    let ground = Ground::new(problem, scope);
    let mut best = Best::default();
    let cells = first_order::search(&ground, kkt, &mut best, search);
    if best.found.is_none() && scope == Scope::All {
        let flat = second_order::search(&ground, &cells, &mut best, search);
        if best.found.is_none()
            && let Some(kkt) = kkt
        {
            growth::search(&ground, kkt, &mut best, search);
        }
        if best.found.is_none() {
            higher_order::search(&ground, &flat, &mut best, search);
        }
    }
    if best.found.is_none() {
        search.tried(match search.check() {
            Ok(()) => "curves of better points: none was found",
            Err(OutOfTime) => "curves of better points, stopped by the time limit",
        });
    }
    best.found.map(|found| found.evidence)
}

/// How many completions of one curve are checked in each measure.
const COMPLETIONS: usize = 2;
/// The work that checking one completion may take, in steps. Where a polynomial touches zero the kernel needs its square-free part, which takes
/// numbers of thousands of digits if the curve's are long; then another curve is the better choice.
const CHECKING: u64 = 100_000_000;

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

/// How an attempt to complete a curve went.
struct Attempt {
    /// Whether the kernel accepted some completion.
    accepted: bool,
    /// Multipliers for which the Lagrangian does not fall along the curve.
    obstruction: Option<Multipliers>,
}

impl<F: ProofField> Best<F> {
    /// Completes a curve whose first coefficients are given by one more, in each measure, and keeps it if it is the
    /// shortest.
    fn complete(
        &mut self,
        ground: &Ground<'_, F>,
        cell: &Cell<'_, '_, F>,
        prefix: &[Vec<F>],
        search: &Search,
    ) -> Attempt {
        let columns = cell.columns();
        let measures: &[Measure] = match ground.scope {
            Scope::All => &[Measure::Margin, Measure::Norm],
            Scope::Layer(_) => &[Measure::Norm],
        };
        let mut attempt = Attempt { accepted: false, obstruction: None };
        for &measure in measures {
            // The measure of margins leaves out what only rescales the point, so it takes fewer numbers; along straight
            // lines that need not be so.
            if attempt.accepted && !prefix.is_empty() {
                break;
            }
            let Some(conditions) = cell.conditions(prefix, measure) else { continue };
            let last = match complete(&conditions, &columns, ground.theta.len(), prefix.is_empty(), search) {
                Completion::Found(last) => last,
                Completion::Obstructed(weights) => {
                    // Both measures ask the same of the leading coefficients.
                    attempt.obstruction = multipliers(ground, &conditions, &weights);
                    return attempt;
                }
                Completion::Unknown => continue,
            };
            for last in last.into_iter().take(COMPLETIONS) {
                let mut coefficients = prefix.to_vec();
                coefficients.push(last);
                let limit = self.found.as_ref().map_or(usize::MAX, |best| best.length);
                // A longer curve than one in hand need not be checked.
                if coefficients.iter().map(|c| length(c)).sum::<usize>() < limit {
                    let checked =
                        |limit: Deadline| finish(ground, &coefficients, measure, search.deadline().min(limit));
                    let Some(found) = Deadline::within(CHECKING, checked).ok().flatten() else { continue };
                    if found.length < limit {
                        self.found = Some(found);
                    }
                }
                self.accepted += 1;
                attempt.accepted = true;
            }
        }
        attempt
    }
}

/// The multipliers in the weights of conditions, in proportion to the weight of the norm.
fn multipliers<F: ProofField>(
    ground: &Ground<'_, F>,
    conditions: &[Condition<F>],
    weights: &[F],
) -> Option<Multipliers> {
    let weight = |source: Source| {
        let pairs = conditions.iter().zip(weights).filter(|(condition, _)| condition.source == source);
        pairs.map(|(_, weight)| weight.to_f64()).sum::<f64>()
    };
    let places = 0..ground.active.len();
    let margins: f64 = places.clone().map(|place| weight(Source::Margin(place))).sum();
    let norm_squared: f64 = ground.floats.iter().map(|v| v * v).sum();
    // The norm's condition is on 2 theta~ . c; in the measure of margins each has a share L theta~ . c / ||theta~||^2.
    let of_norm = 2.0 * weight(Source::Norm);
    let scale = if of_norm > 0.0 { 1.0 / of_norm } else { norm_squared / (ground.depth() as f64 * margins) };
    let kinks = |place: usize| (0..ground.active[place].kinks.len()).map(move |kink| Source::Kink(place, kink));
    scale.is_finite().then(|| Multipliers {
        margins: places.clone().map(|place| scale * weight(Source::Margin(place))).collect(),
        kinks: places.map(|place| kinks(place).map(|source| scale * weight(source)).collect()).collect(),
    })
}
