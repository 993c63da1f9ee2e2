//! Kinks that cannot raise a margin but by terms of third order: orders are the least number of zeros on a path, found path by path.

use num_rational::BigRational as R;
use num_traits::{One, Signed, Zero};
use serde_json::Value;

use crate::network::Slopes;
use crate::read::{Instance, number};

/// More than any count of zeros that matters.
const NEVER: usize = 1000;

impl Instance {
    /// The slopes of every sample at the point, with those stated for some kinks in their places; nothing if one is out of place.
    pub fn stated_slopes(&self, stated: &Value) -> Option<Vec<Slopes>> {
        let mut slopes: Vec<Slopes> = (0..self.samples.len()).map(|i| self.slopes(i)).collect();
        for entry in stated.as_array().into_iter().flatten() {
            let [sample, l, unit] = ["sample", "layer", "unit"].map(|key| entry[key].as_u64().expect("read") as usize);
            let low = self.layers.get(l)?.negative_slope.clone()?;
            let place = slopes.get_mut(sample)?.get_mut(l)?.get_mut(unit)?;
            let slope = number(&entry["slope"]).expect("read");
            let is_zero = self.preactivations(&self.point, sample, None)[l][unit].is_zero();
            let is_between =
                (&slope - low).abs() + (R::one() - &slope).abs() == (R::one() - self.slope(l, false)).abs();
            (is_zero && is_between).then(|| *place = slope)?;
        }
        Some(slopes)
    }

    /// Whether every kink of a sample is harmless.
    pub fn are_harmless(&self, sample: usize, layer: Option<usize>, slopes: &Slopes) -> bool {
        self.kinks(sample, layer).into_iter().all(|(l, unit)| {
            let felt = self.derivative((l, unit), slopes) * &self.samples[sample].1;
            let low = self.slope(l, false);
            let helps = if low <= R::one() { felt.is_negative() } else { felt.is_positive() };
            helps || self.before((l, unit), sample, layer) + self.after((l, unit), slopes, layer) >= 3
        })
    }

    fn of_weight(&self, l: usize, parameter: usize, layer: Option<usize>) -> usize {
        let is_free = layer.is_none_or(|only| only == l);
        if !self.point[l][parameter].is_zero() {
            0
        } else if is_free {
            1
        } else {
            NEVER
        }
    }

    /// The zeros between the sample and a preactivation.
    fn before(&self, (l, unit): (usize, usize), sample: usize, layer: Option<usize>) -> usize {
        let zs = self.preactivations(&self.point, sample, None);
        if !zs[l][unit].is_zero() {
            return 0;
        }
        let of_input = |k: usize| {
            if l == layer.unwrap_or(0) {
                let x = &self.samples[sample].0;
                let read = if l == 0 { x[k].clone() } else { self.slopes(sample)[l - 1][k].clone() * &zs[l - 1][k] };
                return if read.is_zero() { NEVER } else { 0 };
            }
            let is_off = self.layers[l - 1].is_relu && zs[l - 1][k].is_negative();
            if is_off { NEVER } else { self.before((l - 1, k), sample, layer) }
        };
        let row = self.layers[l].matrix[unit].iter().enumerate();
        let terms = row.filter_map(|(k, p)| Some(self.of_weight(l, (*p)?, layer) + of_input(k)));
        terms.min().unwrap_or(NEVER).clamp(1, NEVER)
    }

    /// The zeros between what a unit passes on and the output, with these slopes.
    fn after(&self, (l, unit): (usize, usize), slopes: &Slopes, layer: Option<usize>) -> usize {
        if !self.derivative((l, unit), slopes).is_zero() {
            return 0;
        }
        let of_next = |next: usize| match () {
            () if l + 2 == self.layers.len() => 0,
            () if slopes[l + 1][next].is_zero() => NEVER,
            () => self.after((l + 1, next), slopes, layer),
        };
        let rows = self.layers[l + 1].matrix.iter().enumerate();
        let terms = rows.filter_map(|(next, row)| Some(self.of_weight(l + 1, row[unit]?, layer) + of_next(next)));
        terms.min().unwrap_or(NEVER).clamp(1, NEVER)
    }
}
