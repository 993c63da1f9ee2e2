//! Better points: evidence that a point is not a global optimum.
//!
//! Floats look for a point of small norm in proportion to its margin, from starts with few units first; what they
//! find is thinned out, rounded to short rationals with as much room as the better norm leaves, and checked exactly. What is
//! about as good as the point is compared with it exactly (`hair`).

mod descent;
mod hair;
mod starts;

use crate::kernel::check::{self, NotGlobalOptimum};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;

use super::deadline::{Deadline, OutOfTime};
use super::field::ProofField;
use super::rounding::round_to_denominator;
use super::search::Search;
use descent::Landscape;

/// How many better points are enough to choose the shortest from, if that is short.
const ENOUGH: usize = 3;
/// Numbers of this many characters on average count as short.
const SHORT: usize = 3;
/// The share of the gain in norm that thinning out may use up.
const SPENDABLE: f64 = 0.7;
/// Denominators tried, in this order.
const DENOMINATORS: [u32; 24] =
    [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 50, 64, 100, 128, 256, 1000, 4096, 65536, 1 << 24, 1 << 30];

/// Looks for a feasible point of smaller norm, near or far.
///
/// What is returned has passed the kernel's check. `None` proves nothing.
pub fn not_global_optimum<F: ProofField>(
    problem: &Problem<F>,
    scope: Scope,
    search: &mut Search,
) -> Option<NotGlobalOptimum<F>> {
    if scope.layers(problem.network().depth()).end > problem.network().depth() {
        return None;
    }
    let landscape = Landscape::new(problem, scope);
    let mut best: Option<(usize, NotGlobalOptimum<F>)> = None;
    let mut found = 0;
    let mut compared = hair::Compared::new();
    for start in starts::starts(&landscape, search) {
        let short = best.as_ref().is_some_and(|(length, _)| *length <= SHORT * landscape.free_indices().count());
        if search.check().is_err() || (found >= ENOUGH && short) || found >= 4 * ENOUGH {
            break;
        }
        let Some(point) = landscape.descend(start, search.deadline()) else { continue };
        let relative = landscape.relative(&point);
        if relative <= 1.0 - 1e-12
            && let Some((length, evidence)) = rationalise(problem, scope, &landscape, point.clone(), search.deadline())
        {
            found += 1;
            if best.as_ref().is_none_or(|(shortest, _)| length < *shortest) {
                best = Some((length, evidence));
            }
        } else if best.is_none()
            && hair::is_close(relative)
            && let Some(evidence) = compared.better(problem, &landscape, &point, search.deadline())
        {
            return Some(evidence);
        }
    }
    if best.is_none() && scope == Scope::All {
        // A network of single paths has a search that misses nothing, if it comes to an end.
        best = super::paths::better(problem, search).map(|evidence| (0, evidence));
    }
    if best.is_none() {
        search.tried(match search.check() {
            Ok(()) => "better points: none was found",
            Err(OutOfTime) => "better points, stopped by the time limit",
        });
    }
    best.map(|(_, evidence)| evidence)
}

/// The evidence for a better point, all layers being free, near one in floats of any length.
pub(super) fn near<F: ProofField>(
    problem: &Problem<F>,
    point: Vec<f64>,
    deadline: Deadline,
) -> Option<NotGlobalOptimum<F>> {
    let landscape = Landscape::new(problem, Scope::All);
    let point = landscape.normalised(point)?;
    rationalise(problem, Scope::All, &landscape, point, deadline).map(|(_, evidence)| evidence)
}

/// Short exact numbers near a better float point, and how many characters they take.
fn rationalise<F: ProofField>(
    problem: &Problem<F>,
    scope: Scope,
    landscape: &Landscape,
    point: Vec<f64>,
    deadline: Deadline,
) -> Option<(usize, NotGlobalOptimum<F>)> {
    let thin = thin_out(landscape, point.clone());
    let mut best: Option<(usize, NotGlobalOptimum<F>)> = None;
    for point in [thin, point] {
        // Its least margin is 1; lengthened by up to `room` it is still better.
        let room = (1.0 / landscape.relative(&point)).sqrt();
        for denominator in DENOMINATORS {
            let share = |k: i32| room.powf(f64::from(k) / 6.0);
            let candidates = [3, 2, 4, 1, 5, 0].into_iter().filter_map(|k| {
                let longer: Vec<f64> = landscape.free_entries(&point).map(|v| v * share(k)).collect();
                round_to_denominator(&longer, denominator)
            });
            let accepted = candidates.into_iter().find_map(|entries| {
                let mut exact: Vec<F> = landscape.exact_point(problem);
                landscape.free_indices().zip(entries).for_each(|(p, entry)| exact[p] = F::from(entry));
                let floats: Vec<f64> = exact.iter().map(F::to_f64).collect();
                if !landscape.looks_better(&floats) {
                    return None;
                }
                let layer = match scope {
                    Scope::All => None,
                    Scope::Layer(layer) => Some(layer),
                };
                let evidence = NotGlobalOptimum { layer, better: landscape.shaped(&exact) };
                deadline.bounded(|| check::check(problem, &evidence).is_ok()).ok()?.then_some(())?;
                let length = landscape.free_indices().map(|p| exact[p].to_string().len()).sum::<usize>();
                Some((length, evidence))
            });
            if let Some((length, evidence)) = accepted {
                if best.as_ref().is_none_or(|(shortest, _)| length < *shortest) {
                    best = Some((length, evidence));
                }
                break;
            }
        }
    }
    best
}

/// Sets parameters to zero, the smallest first, as long as most of the gain in norm remains.
fn thin_out(landscape: &Landscape, mut point: Vec<f64>) -> Vec<f64> {
    let limit = landscape.relative(&point).powf(1.0 - SPENDABLE);
    let mut order: Vec<usize> = landscape.free_indices().filter(|&p| point[p] != 0.0).collect();
    order.sort_by(|&a, &b| point[a].abs().total_cmp(&point[b].abs()));
    for p in order {
        let mut thinner = point.clone();
        thinner[p] = 0.0;
        if let Some(thinner) = landscape.normalised(thinner).filter(|t| landscape.relative(t) <= limit) {
            point = thinner;
        }
    }
    point
}
