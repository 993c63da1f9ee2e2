//! Every sample with numbers of a lattice that a point classifies with margin at least 1.

use super::points::Wired;
use super::symmetry::advance;
use crate::kernel::exact::Rational;
use crate::kernel::network::Activation;
use crate::kernel::problem::{Label, Sample};

/// A sample as integers, with what matters of it at a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LatticeSample {
    /// The numbers times the common denominator.
    pub x: Vec<i64>,
    /// The label that the network gives it.
    pub label: Label,
    /// Whether its margin is exactly 1.
    pub active: bool,
    /// Whether it has a kink.
    pub kinked: bool,
}

impl LatticeSample {
    /// As numbers.
    pub fn sample(&self, scale: i64) -> Sample<Rational> {
        let number = |n: &i64| crate::explore::sources::numbers::ratio(*n, scale);
        Sample { x: self.x.iter().map(number).collect(), y: self.label }
    }
}

/// What a network computes on integers: each value is the true one times a power of the common denominator of numbers and slope.
pub struct Evaluator<'a> {
    wired: &'a Wired,
    point: &'a [i64],
    /// Factors for positive and for negative preactivations, for each layer.
    slopes: Vec<(i128, i128)>,
    /// What stands for 1 at the output.
    one: i128,
}

/// How the network treats a sample.
struct Value {
    output: i128,
    /// Some hidden preactivation is zero.
    zero: bool,
    /// Some hidden unit that is not linear has a kink.
    kinked: bool,
}

impl<'a> Evaluator<'a> {
    /// At a point.
    pub fn new(wired: &'a Wired, point: &'a [i64], scale: i64) -> Self {
        let slopes: Vec<(i128, i128)> = wired
            .network
            .layers()
            .iter()
            .map(|layer| match layer.activation() {
                Activation::Linear => (1, 1),
                Activation::Relu => (1, 0),
                Activation::LeakyRelu(slope) => slope.small().map_or((1, 1), |(n, d)| (i128::from(d), i128::from(n))),
            })
            .collect();
        let scales = i128::from(scale).pow(wired.network.depth() as u32 + 1);
        let one = slopes.iter().fold(scales, |one, (positive, _)| one * positive);
        Evaluator { wired, point, slopes, one }
    }

    fn value(&self, x: &[i64]) -> Value {
        let mut reads: Vec<i128> = x.iter().map(|&entry| i128::from(entry)).collect();
        // What is 0 for all parameters near the point: see `Network::kinks`.
        let mut null: Vec<bool> = x.iter().map(|&entry| entry == 0).collect();
        let (mut zero, mut kinked) = (false, false);
        let last = self.slopes.len() - 1;
        for (l, layer) in self.wired.network.layers().iter().enumerate() {
            let weights = &self.point[self.wired.offsets[l]..];
            let (positive, negative) = self.slopes[l];
            let mut null_outputs = Vec::with_capacity(layer.outputs());
            let outputs = layer.incoming().iter().map(|row| {
                let reads_null = row.iter().all(|c| null[c.unit]);
                let sum: i128 = row.iter().map(|c| i128::from(weights[c.parameter]) * reads[c.unit]).sum();
                if sum == 0 && l < last {
                    zero = true;
                    kinked |= !reads_null && !layer.activation().is_linear();
                }
                null_outputs.push(reads_null || sum < 0 && *layer.activation() == Activation::Relu);
                sum * if sum > 0 { positive } else { negative }
            });
            reads = outputs.collect();
            null = null_outputs;
        }
        Value { output: reads[0], zero, kinked }
    }

    /// All samples with numbers among `values` and margin at least 1, those with margin 1 first. Of a linear network those with label 1: the others are
    /// the same conditions on the parameters.
    pub fn samples(&self, values: &[i64], nonzero_inputs: bool, no_kinks: bool) -> Vec<LatticeSample> {
        let one_label = self.wired.network.is_linear_from(0);
        let mut digits = vec![0; self.wired.network.inputs()];
        let mut all = Vec::new();
        loop {
            let x: Vec<i64> = digits.iter().map(|&digit| values[digit]).collect();
            let Value { output, zero, kinked } = self.value(&x);
            let is_gone_through = output > 0 || !one_label;
            if is_gone_through && output.abs() >= self.one && !(nonzero_inputs && zero) && !(no_kinks && kinked) {
                let label = if output > 0 { Label::Positive } else { Label::Negative };
                all.push(LatticeSample { x, label, active: output.abs() == self.one, kinked });
            }
            if !advance(&mut digits, |_| values.len()) {
                break;
            }
        }
        all.sort_by_key(|sample| !sample.active);
        all
    }
}
