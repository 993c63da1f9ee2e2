//! What units add to the weighted margins in a case: a vector that is to be shortened.

use std::collections::BTreeMap;

use crate::kernel::network::Unit;
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::field::ProofField;
use crate::prove::qp::{Combination, combination_within};

/// The gradient of what units add to the weighted margins in a case, and what may be added to it.
pub struct Gradient<F> {
    /// The gradient, with the lower slopes at all kinks that are left open.
    vector: Vec<F>,
    /// What the case says is at least 0. Multiples that are not negative may be added.
    conditions: Vec<Vec<F>>,
    /// The kinks that are left open. Any part of their gains may be added.
    open: Vec<OpenKink<F>>,
}

/// A kink at which any slope may be taken from the lower one to 1.
struct OpenKink<F> {
    at: (usize, Unit),
    low: F,
    /// By how much the gradient changes from the lower slope to 1.
    gain: Vec<F>,
}

/// A gradient within its bound.
pub struct Short<F> {
    /// The multipliers of the conditions, not negative.
    pub conditions: Vec<F>,
    /// The slopes, by sample and unit, that are not the lower ones.
    pub slopes: BTreeMap<(usize, Unit), F>,
    /// The square of the gradient's length.
    pub norm_squared: F,
}

impl<F: ProofField> Gradient<F> {
    /// This vector, with no conditions and no open kinks.
    pub fn of(vector: Vec<F>) -> Self {
        Gradient { vector, conditions: Vec::new(), open: Vec::new() }
    }

    /// Adds a multiple of a form.
    pub fn add(&mut self, factor: &F, form: &[F]) {
        self.vector.iter_mut().zip(form).for_each(|(sum, x)| sum.add_product(factor, x));
    }

    /// Adds a condition.
    pub fn condition(&mut self, form: Vec<F>) {
        self.conditions.push(form);
    }

    /// Adds a multiple of a form by the slope of a kink, which is left open.
    pub fn add_open(&mut self, at: (usize, Unit), low: F, factor: &F, form: &[F]) {
        self.add(&(factor.clone() * &low), form);
        let gain = factor.clone() * &(F::one() - &low);
        self.open_kink(at, low, form.iter().map(|x| gain.clone() * x).collect());
    }

    /// Leaves a kink open whose lower slope is in the vector already.
    pub fn open_kink(&mut self, at: (usize, Unit), low: F, gain: Vec<F>) {
        self.open.push(OpenKink { at, low, gain });
    }

    /// Looks for multipliers and slopes for which the square of the length is within the bound.
    ///
    /// # Errors
    /// [`OutOfTime`] once the deadline has passed.
    pub fn shorten(&self, bound: &F, deadline: Deadline) -> Result<Option<Short<F>>, OutOfTime> {
        // A kink at which the slope would be more than 1 is held there, the worst first.
        let mut at_one = vec![false; self.open.len()];
        for _ in 0..=self.open.len() {
            let moving: Vec<usize> = (0..self.open.len()).filter(|&k| !at_one[k]).collect();
            let mut target = self.vector.clone();
            for (kink, _) in self.open.iter().zip(&at_one).filter(|(_, at_one)| **at_one) {
                target.iter_mut().zip(&kink.gain).for_each(|(t, x)| *t = t.clone() + x);
            }
            let gains = moving.iter().map(|&k| &self.open[k].gain);
            let generators: Vec<Vec<F>> = self.conditions.iter().chain(gains).cloned().collect();
            let Combination::Within { mut weights, norm_squared } =
                combination_within(&generators, &target, bound, deadline)?
            else {
                return Ok(None);
            };
            let parts = weights.split_off(self.conditions.len());
            let past = moving.iter().zip(&parts).filter(|(_, part)| **part > F::one());
            if let Some((&worst, _)) = past.max_by(|a, b| a.1.to_f64().total_cmp(&b.1.to_f64())) {
                at_one[worst] = true;
                continue;
            }
            let mut shares = vec![F::one(); self.open.len()];
            moving.iter().zip(parts).for_each(|(&k, part)| shares[k] = part);
            let raised = self.open.iter().zip(shares).filter(|(_, share)| !share.is_zero());
            let slope =
                |(kink, share): (&OpenKink<F>, F)| (kink.at, kink.low.clone() + &(share * &(F::one() - &kink.low)));
            return Ok(Some(Short { conditions: weights, slopes: raised.map(slope).collect(), norm_squared }));
        }
        Ok(None)
    }
}
