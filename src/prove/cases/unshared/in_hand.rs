//! Whether the multipliers in hand bound a case.

use std::collections::BTreeMap;

use super::super::both_layers::Case;
use super::super::shorten::Gradient;
use super::Grower;
use crate::kernel::check::Leaf;
use crate::kernel::exact::Sign;
use crate::kernel::network::Unit;
use crate::prove::deadline::OutOfTime;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::sum;
use crate::prove::search::Search;

/// What the multipliers in hand come to in a case.
pub(super) enum InHand<F> {
    /// They bound it.
    Settled(Leaf<F>),
    /// They do not do, or it cannot be told before this kink is split.
    Open(Option<(usize, usize)>),
}

impl<F: ProofField> Grower<'_, F> {
    /// Looks for multipliers of the sides, and slopes, for which the multipliers in hand bound the case.
    pub(super) fn in_hand(&self, case: &Case, search: &Search) -> Result<InHand<F>, OutOfTime> {
        if sum(self.multipliers) < self.half_norm {
            return Ok(InHand::Open(None));
        }
        let (mut products, mut slopes) = (Vec::new(), BTreeMap::new());
        for unit in 0..self.ground.outgoing.len() {
            let at = Unit { layer: 0, unit };
            let low = self.ground.problem.network().slope(at, Sign::Negative);
            let mut gradient = Gradient::of(vec![F::zero(); self.owners.len()]);
            for (sample, multiplier) in self.multipliers.iter().enumerate().filter(|(_, m)| !m.is_zero()) {
                let form = &self.ground.forms[unit][sample];
                let factor = self.ground.effect(case, sample, unit) * multiplier;
                match self.ground.slope(case, sample, unit) {
                    Some(slope) => gradient.add(&(factor * &slope), form),
                    None if self.ground.harms(case, sample, unit) => return Ok(InHand::Open(Some((sample, unit)))),
                    None => gradient.add_open((sample, at), low.clone(), &factor, form),
                }
            }
            let own: Vec<usize> = (0..case.kinks.len()).filter(|&kink| case.kinks[kink].unit == unit).collect();
            own.iter().for_each(|&kink| gradient.condition(self.ground.condition(&case.kinks[kink])));
            let Some(short) = gradient.shorten(&F::one(), search.deadline())? else { return Ok(InHand::Open(None)) };
            products.extend(self.products(case, own.into_iter().zip(short.conditions)));
            slopes.extend(short.slopes);
        }
        Ok(InHand::Settled(Leaf { multipliers: None, signs: Vec::new(), products, slopes }))
    }
}
