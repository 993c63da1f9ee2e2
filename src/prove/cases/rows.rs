//! Linear forms that bound the margins of samples in a case, and the leaf that their multipliers make.

use std::collections::BTreeMap;

use crate::kernel::exact::Sign;
use crate::kernel::network::Unit;
use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;

/// A lower bound of 1 on a linear form that is at least the margin of a sample.
pub struct Row<F> {
    pub sample: usize,
    pub normal: Vec<F>,
    /// The slopes that the form takes at the kinks that the case leaves open.
    pub slopes: Vec<(Unit, F)>,
}

/// The multipliers of the samples, and the slopes by sample and unit, that come of multipliers of rows: a sample may have several.
pub fn combined<F: ProofField>(
    problem: &Problem<F>,
    rows: &[Row<F>],
    multipliers: &[F],
) -> (Vec<F>, BTreeMap<(usize, Unit), F>) {
    let mut own = vec![F::zero(); problem.samples().len()];
    let mut weighted: BTreeMap<(usize, Unit), F> = BTreeMap::new();
    for (row, multiplier) in rows.iter().zip(multipliers) {
        own[row.sample] = own[row.sample].clone() + multiplier;
        for (unit, slope) in &row.slopes {
            weighted.entry((row.sample, *unit)).or_insert_with(F::zero).add_product(multiplier, slope);
        }
    }
    let mean = |(at, sum): ((usize, Unit), F)| Some((at, sum.over(&own[at.0])?));
    // Slopes for negative inputs are what a leaf has without saying so.
    let is_said = |((_, unit), slope): &((usize, Unit), F)| *slope != problem.network().slope(*unit, Sign::Negative);
    let slopes = weighted.into_iter().filter_map(mean).filter(is_said).collect();
    (own, slopes)
}
