//! A curve from a point enclosed by its parameters to better ones, as `enclosed/Departure.v` reads it.
//!
//! The parameters are `theta + t omega + t^2 delta`, `t > 0` being small. The kernel's argument keeps active margins at 1.
//! Here they rise a little, and so it is enough to solve linear equations for `delta` approximately.

use super::moves::shortest;
use crate::kernel::check::{ParametersEnclosed, ParametersOptimum};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::network::{Connection, Layer, Unit};
use crate::kernel::problem::{Label, Problem};
use crate::prove::rounding::{round_to_denominator, to_f64, to_f64s};

/// `omega` is rounded to multiples of the inverse of this.
const MOVE: u32 = 1_000_000_000;

type Parameters<T> = Vec<Vec<T>>;

/// `omega` and `delta`, if that can be found.
pub fn curve<F: OrderedField>(
    problem: &Problem<F>,
    evidence: &ParametersEnclosed<F>,
    optimum: &ParametersOptimum<F>,
) -> Option<[Parameters<Rational>; 2]> {
    let layers = problem.network().layers();
    let theta: Parameters<f64> = problem.point().layers().iter().map(|layer| to_f64s(layer)).collect();
    let zeros: Parameters<f64> = theta.iter().map(|layer| vec![0.0; layer.len()]).collect();
    let (mut omega, mut cost) = (zeros.clone(), 0.0);
    if let ParametersOptimum::DeadUnit { unit: Unit { layer, unit }, incoming, outgoing } = optimum {
        let edges = [
            (*layer, layers[*layer].incoming().get(*unit)?),
            (layer + 1, layers.get(layer + 1)?.outgoing().get(*unit)?),
        ];
        for ((layer, edges), direction) in edges.into_iter().zip([incoming, outgoing]) {
            let direction = to_f64s(direction);
            let length = direction.iter().map(|w| w * w).sum::<f64>().sqrt();
            edges.iter().zip(&direction).for_each(|(edge, w)| omega[layer][edge.parameter] = w / length);
        }
        cost = 1.0;
    }
    let (mut rows, mut added, mut rises) = (Vec::new(), Vec::new(), Vec::new());
    for ((&sample, kinds), place) in evidence.active.iter().zip(&evidence.patterns).zip(0..) {
        let (sample, label) = (&problem.samples()[sample], &problem.samples()[sample].y);
        let sign = if *label == Label::Positive { 1.0 } else { -1.0 };
        let pass = Pass::new(layers, &theta, kinds, to_f64s(&sample.x));
        let leaves = match optimum {
            ParametersOptimum::Kink { sample, unit } if evidence.active[place] == *sample => Some(*unit),
            _ => None,
        };
        let itself = pass.changes(&zeros, &omega, leaves);
        let columns: Vec<Vec<f64>> = free(&theta)
            .map(|(layer, parameter)| {
                let mut delta = zeros.clone();
                delta[layer][parameter] = 1.0;
                pass.changes(&delta, &zeros, None)
            })
            .collect();
        // The last one is the output's; the others are those of held kinks.
        for index in 0..itself.len() {
            let (factor, rise) = if index + 1 == itself.len() { (sign, 1.0) } else { (1.0, 0.0) };
            rows.push(columns.iter().map(|column| factor * column[index]).collect::<Vec<f64>>());
            added.push(factor * itself[index]);
            rises.push(rise);
        }
    }
    let solved = |rise: f64| {
        let sides: Vec<f64> = rises.iter().zip(&added).map(|(r, added)| rise * r - added).collect();
        shortest(&rows, &sides)
    };
    // Half of what is gained is given to the margins.
    let at_rest = solved(0.0)?;
    let along = free(&theta).zip(&at_rest).map(|((layer, parameter), delta)| theta[layer][parameter] * to_f64(delta));
    let gain = -along.sum::<f64>() - cost;
    let delta = solved(gain / (2.0 * to_f64s(&evidence.multipliers).iter().sum::<f64>()))?;
    let mut written: Parameters<Rational> = zeros.iter().map(|layer| vec![Rational::from(0); layer.len()]).collect();
    free(&theta).zip(delta).for_each(|((layer, parameter), delta)| written[layer][parameter] = delta);
    let omega = omega.iter().map(|layer| round_to_denominator(layer, MOVE)).collect::<Option<_>>()?;
    Some([omega, written])
}

/// The places of parameters that are not 0.
fn free(theta: &Parameters<f64>) -> impl Iterator<Item = (usize, usize)> + '_ {
    let places =
        |(layer, parameters): (usize, &Vec<f64>)| (0..parameters.len()).map(move |parameter| (layer, parameter));
    theta.iter().enumerate().flat_map(places).filter(|(layer, parameter)| theta[*layer][*parameter] != 0.0)
}

/// What a network computes on an active sample.
struct Pass<'a, F> {
    layers: &'a [Layer<F>],
    theta: &'a Parameters<f64>,
    kinds: &'a [Vec<Option<Sign>>],
    /// What each layer reads.
    reads: Vec<Vec<f64>>,
}

impl<'a, F: OrderedField> Pass<'a, F> {
    fn new(layers: &'a [Layer<F>], theta: &'a Parameters<f64>, kinds: &'a [Vec<Option<Sign>>], x: Vec<f64>) -> Self {
        let mut pass = Pass { layers, theta, kinds, reads: vec![x] };
        for (l, layer) in layers.iter().enumerate() {
            let read = &pass.reads[l];
            let sum = |row: &Vec<Connection>| row.iter().map(|c| theta[l][c.parameter] * read[c.unit]).sum::<f64>();
            let out = layer.incoming().iter().enumerate().map(|(u, row)| pass.slope(l, u) * sum(row)).collect();
            pass.reads.push(out);
        }
        pass
    }

    fn kind(&self, layer: usize, unit: usize) -> Option<Sign> {
        self.kinds.get(layer).map_or(Some(Sign::Positive), |units| units[unit])
    }

    /// The slope with which a unit passes on, 0 at held kinks.
    fn slope(&self, layer: usize, unit: usize) -> f64 {
        match self.kind(layer, unit) {
            Some(Sign::Zero) => 0.0,
            Some(side) => to_f64(&self.layers[layer].activation().slope(side)),
            None => to_f64(&self.layers[layer].activation().slope(Sign::Negative)),
        }
    }

    /// The multiples of `t^2` by which preactivations at held kinks and the output change, if held kinks pass on 0, but for
    /// one whose preactivation becomes `t^2`.
    fn changes(&self, delta: &Parameters<f64>, omega: &Parameters<f64>, leaves: Option<Unit>) -> Vec<f64> {
        let inputs = self.reads[0].len();
        let (mut first, mut second, mut changes) = (vec![0.0; inputs], vec![0.0; inputs], Vec::new());
        for (l, layer) in self.layers.iter().enumerate() {
            let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
            for (u, row) in layer.incoming().iter().enumerate() {
                let (mut a, mut b) = (0.0, 0.0);
                for Connection { unit, parameter } in row {
                    let (weight, read) = (self.theta[l][*parameter], self.reads[l][*unit]);
                    a += weight * first[*unit] + omega[l][*parameter] * read;
                    b += weight * second[*unit] + delta[l][*parameter] * read + omega[l][*parameter] * first[*unit];
                }
                if self.kind(l, u) == Some(Sign::Zero) {
                    changes.push(b - if leaves == Some(Unit { layer: l, unit: u }) { 1.0 } else { 0.0 });
                }
                // Of first order only a unit that is 0 changes.
                let side = if a < 0.0 { Sign::Negative } else { Sign::Positive };
                firsts.push(to_f64(&layer.activation().slope(side)) * a);
                let jump = leaves == Some(Unit { layer: l, unit: u });
                let upwards = to_f64(&layer.activation().slope(Sign::Positive));
                seconds.push(self.slope(l, u) * b + if jump { upwards } else { 0.0 });
            }
            (first, second) = (firsts, seconds);
        }
        changes.push(second[0]);
        changes
    }
}
