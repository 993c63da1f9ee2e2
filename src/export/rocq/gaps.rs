//! What the kernel accepts and no theorem shows.

use super::claim::Uncovered;
use crate::kernel::check::chain::{is_monotone, keeps_slopes};
use crate::kernel::check::{Chain, MAX_SUBSET_SAMPLES};
use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::problem::Problem;

/// Rocq looks at all sets of samples, unless every unit has the same slope on all of them.
pub fn of_chain<F: OrderedField>(problem: &Problem<F>, chain: &Chain<F>, is_local: bool) -> Option<Uncovered> {
    let support: Vec<usize> = (0..chain.multipliers.len()).filter(|&i| !chain.multipliers[i].is_zero()).collect();
    let is_uniform = problem.network().is_linear_from(0)
        || is_monotone(problem, &support)
        || is_local && keeps_slopes(problem, &support);
    let (found, most) = (support.len(), MAX_SUBSET_SAMPLES);
    let are_many = found > most && (chain.by_label || !is_uniform) && point_away(problem, &support);
    are_many.then_some(Uncovered::Subsets { found, most })
}

/// Whether two of these samples, with their labels, make an obtuse angle on what a unit of the first layer reads.
fn point_away<F: OrderedField>(problem: &Problem<F>, support: &[usize]) -> bool {
    let samples = problem.samples();
    let rows = problem.network().layers().iter().take(1).flat_map(|layer| layer.incoming());
    rows.into_iter().any(|row| {
        support.iter().enumerate().any(|(place, &a)| {
            support[..place].iter().any(|&b| {
                let product = F::dot(row.iter().map(|read| (&samples[a].x[read.unit], &samples[b].x[read.unit])));
                samples[a].y.times(samples[b].y.times(product)).sign() == Sign::Negative
            })
        })
    })
}
