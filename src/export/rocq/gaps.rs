//! What the kernel accepts and no theorem shows.

use super::claim::Uncovered;
use crate::kernel::check::chain::{is_monotone, keeps_slopes};
use crate::kernel::check::not_kkt::{Tied, least_derivative, tied_kinks};
use crate::kernel::check::{Chain, MAX_SUBSET_SAMPLES, NotKkt};
use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;

/// Rocq looks at every choice of sides, also at those that shared weights exclude. What is false by the other choices, it may refuse.
pub fn of_not_kkt<F: OrderedField>(problem: &Problem<F>, evidence: &NotKkt<F>) -> Option<Uncovered> {
    let scope = Scope::of(evidence.layer);
    let falls = |sample, kinks: &[Tied]| {
        let least = least_derivative(problem, scope, sample, &evidence.direction, kinks);
        least.map_or(true, |(least, _)| least.sign() == Sign::Negative)
    };
    let rests_on_ties = |sample| {
        let apart: Vec<Tied> = problem.kinks(sample, scope).into_iter().map(|unit| vec![(unit, true)]).collect();
        falls(sample, &apart) && !falls(sample, &tied_kinks(problem, scope, sample))
    };
    let mut active = problem.sample_indices().filter(|&sample| problem.is_active(sample));
    active.any(rests_on_ties).then_some(Uncovered::TiedKinks)
}

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
