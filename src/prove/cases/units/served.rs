//! Cases that are empty: no unit can be on for some sample, so that its margin is not positive.

use std::collections::{BTreeMap, BTreeSet};

use super::Given;
use super::classes::Signed;
use crate::kernel::check::{Leaf, Side};
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::sum;
use crate::prove::sides::turned;

/// For which samples the units looked at so far are on.
#[derive(Clone)]
pub struct Served<F> {
    /// The samples whose margin one of them may raise.
    raised: BTreeSet<usize>,
    /// Units that are on for a sample against its label.
    against: Vec<Against<F>>,
}

/// A unit that is on for a sample and lowers its margin.
#[derive(Clone)]
struct Against<F> {
    sample: usize,
    /// The splits of the outgoing weight and of the kink.
    splits: (usize, usize),
    /// What the unit reads of the sample, as a positive multiple of the kink's condition.
    size: F,
}

impl<F: ProofField> Served<F> {
    /// Before any unit.
    pub fn none() -> Self {
        Served { raised: BTreeSet::new(), against: Vec::new() }
    }

    /// A unit may raise the margin of every sample.
    pub fn all(&mut self, given: &Given<'_, F>) {
        self.raised.extend(0..given.multipliers.len());
    }

    /// A unit on the sides of its first harmful classes, the first of which is at the split `first`.
    pub fn by(&mut self, signed: &Signed<F>, sides: &[Side], first: usize) {
        for ((class, side), split) in signed.harmful.iter().zip(sides).zip(first..) {
            for member in class.members.iter().filter(|member| member.is_on(*side)) {
                if member.is_raised() {
                    self.raised.insert(member.sample);
                } else {
                    let size = turned(*side, member.ratio.clone());
                    self.against.push(Against { sample: member.sample, splits: (signed.weight, split), size });
                }
            }
        }
    }

    /// A supporting sample whose margin no unit raises, but for those where one may yet.
    pub fn left_out(&self, given: &Given<'_, F>, mut may_yet: impl FnMut(usize) -> bool) -> Option<usize> {
        given.support().find(|sample| !self.raised.contains(sample) && !may_yet(*sample))
    }

    /// The leaf of a case in which this sample is left out: its multiplier bounds the case by as much as all multipliers do.
    pub fn empty(self, given: &Given<'_, F>, sample: usize) -> Leaf<F> {
        let total = sum(given.multipliers);
        let against = self.against.into_iter().filter(|against| against.sample == sample);
        let products = against.map(|Against { splits: (weight, kink), size, .. }| (weight, kink, size * &total));
        let products = products.collect();
        let mut own = vec![F::zero(); given.multipliers.len()];
        own[sample] = total;
        Leaf { multipliers: Some(own), signs: Vec::new(), products, slopes: BTreeMap::new() }
    }
}
