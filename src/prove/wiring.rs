//! The network as one flat list of parameters, for numbers of any kind: floats for guesses, exact ones for the rest.
//!
//! Everything is computed within one activation pattern, given by a slope for every unit.

use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::network::{Activation, Network, Parameters};

use super::field::ProofField;

/// What sums of products need; floats and exact numbers both have it.
pub trait Scalar: Clone {
    /// Zero.
    fn nil() -> Self;
    /// One.
    fn unit() -> Self;
    /// Whether this is zero.
    fn is_nil(&self) -> bool;
    /// `self += a * b`.
    fn accumulate(&mut self, a: &Self, b: &Self);
    /// `self * factor`.
    fn times(&self, factor: &Self) -> Self {
        let mut product = Self::nil();
        product.accumulate(self, factor);
        product
    }
}

impl Scalar for f64 {
    fn nil() -> Self {
        0.0
    }
    fn unit() -> Self {
        1.0
    }
    fn is_nil(&self) -> bool {
        *self == 0.0
    }
    fn accumulate(&mut self, a: &Self, b: &Self) {
        *self += a * b;
    }
}

impl<F: OrderedField> Scalar for F {
    fn nil() -> Self {
        F::zero()
    }
    fn unit() -> Self {
        F::one()
    }
    fn is_nil(&self) -> bool {
        self.is_zero()
    }
    fn accumulate(&mut self, a: &Self, b: &Self) {
        self.add_product(a, b);
    }
}

/// A place in the network: the layer, and the unit there.
pub type Place = (usize, usize);

/// The connections of a network with parameters numbered through, first layer first.
#[derive(Clone, Debug)]
pub struct Wiring {
    layers: Vec<WiredLayer>,
    parameters: usize,
    inputs: usize,
}

#[derive(Clone, Debug)]
struct WiredLayer {
    /// For each unit, the pairs (input, parameter) that it sums up.
    incoming: Vec<Vec<(usize, usize)>>,
    /// The parameters of the layer.
    range: std::ops::Range<usize>,
    inputs: usize,
    linear: bool,
    /// The slope on the negative side.
    leak: f64,
}

/// What a network computes on a sample within an activation pattern.
#[derive(Clone, Debug)]
pub struct Pass<T> {
    /// What each layer reads.
    pub inputs: Vec<Vec<T>>,
    /// What the units of each layer compute before their activation.
    pub preactivations: Vec<Vec<T>>,
    /// The slopes of the pattern.
    pub slopes: Vec<Vec<T>>,
}

impl<T: Scalar> Pass<T> {
    /// The network's output.
    pub fn output(&self) -> T {
        self.preactivations.last().and_then(|last| last.first()).cloned().unwrap_or_else(T::nil)
    }
}

impl Wiring {
    /// The wiring of a network.
    pub fn new<F: ProofField>(network: &Network<F>) -> Self {
        let mut parameters = 0;
        let mut layers = Vec::with_capacity(network.depth());
        for layer in network.layers() {
            let first = parameters;
            parameters += layer.parameters();
            let row = |row: &Vec<crate::kernel::network::Connection>| {
                row.iter().map(|c| (c.unit, first + c.parameter)).collect()
            };
            layers.push(WiredLayer {
                incoming: layer.incoming().iter().map(row).collect(),
                range: first..parameters,
                inputs: layer.inputs(),
                linear: layer.activation().is_linear(),
                leak: match layer.activation() {
                    Activation::Linear => 1.0,
                    Activation::Relu => 0.0,
                    Activation::LeakyRelu(slope) => slope.to_f64(),
                },
            });
        }
        Wiring { layers, parameters, inputs: network.inputs() }
    }

    /// The number of layers.
    pub fn depth(&self) -> usize {
        self.layers.len()
    }

    /// The number of parameters of all layers.
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// The number of inputs of the network.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The numbers of a layer's parameters.
    pub fn range(&self, layer: usize) -> std::ops::Range<usize> {
        self.layers[layer].range.clone()
    }

    /// The number of units of a layer.
    pub fn units(&self, layer: usize) -> usize {
        self.layers[layer].incoming.len()
    }

    /// The pairs (input, parameter) that a unit sums up.
    pub fn incoming(&self, (layer, unit): Place) -> &[(usize, usize)] {
        &self.layers[layer].incoming[unit]
    }

    /// The slope of a layer's units on a side of zero, as a float.
    pub fn slope(&self, layer: usize, side: Sign) -> f64 {
        if side == Sign::Positive { 1.0 } else { self.layers[layer].leak }
    }

    /// One list of numbers, first layer first.
    pub fn flatten<T: Clone>(layers: &[Vec<T>]) -> Vec<T> {
        layers.iter().flatten().cloned().collect()
    }

    /// One list of numbers a layer.
    pub fn shaped<F: OrderedField>(&self, flat: &[F]) -> Parameters<F> {
        Parameters::new(self.layers.iter().map(|layer| flat[layer.range.clone()].to_vec()).collect())
    }

    /// Runs the network; `slope` is asked for the slope of every unit that is not linear.
    pub fn forward<T: Scalar>(&self, theta: &[T], x: &[T], mut slope: impl FnMut(Place, &T) -> T) -> Pass<T> {
        let depth = self.layers.len();
        let mut pass = Pass {
            inputs: Vec::with_capacity(depth),
            preactivations: Vec::with_capacity(depth),
            slopes: Vec::with_capacity(depth),
        };
        let mut inputs = x.to_vec();
        for (l, layer) in self.layers.iter().enumerate() {
            let sums: Vec<T> = layer.incoming.iter().map(|row| weighted_sum(row, theta, &inputs)).collect();
            let slopes: Vec<T> = match layer.linear {
                true => vec![T::unit(); sums.len()],
                false => sums.iter().enumerate().map(|(unit, z)| slope((l, unit), z)).collect(),
            };
            let outputs = sums.iter().zip(&slopes).map(|(z, slope)| z.times(slope)).collect();
            pass.inputs.push(std::mem::replace(&mut inputs, outputs));
            pass.preactivations.push(sums);
            pass.slopes.push(slopes);
        }
        pass
    }

    /// Runs the network on floats, every unit with the slope of its own side.
    pub fn run(&self, theta: &[f64], x: &[f64]) -> Pass<f64> {
        self.forward(theta, x, |(layer, _), z| if *z > 0.0 { 1.0 } else { self.layers[layer].leak })
    }

    /// The derivatives of the preactivation at `of` with respect to those of its layer and all layers before.
    fn backward<T: Scalar>(&self, theta: &[T], slopes: &[Vec<T>], of: Place) -> Vec<Vec<T>> {
        let mut seed = vec![T::nil(); self.units(of.0)];
        seed[of.1] = T::unit();
        let mut derivatives = vec![seed];
        for l in (1..=of.0).rev() {
            let layer = &self.layers[l];
            let mut below = vec![T::nil(); layer.inputs];
            let above = &derivatives[derivatives.len() - 1];
            for (row, b) in layer.incoming.iter().zip(above).filter(|(_, b)| !b.is_nil()) {
                row.iter().for_each(|&(input, p)| below[input].accumulate(&theta[p], b));
            }
            let scaled = below.iter().zip(&slopes[l - 1]).map(|(b, slope)| b.times(slope)).collect();
            derivatives.push(scaled);
        }
        derivatives.reverse();
        derivatives
    }

    /// The gradient of the preactivation at `of` (of the output, for the last unit) within the pattern of a pass.
    pub fn gradient<T: Scalar>(&self, theta: &[T], pass: &Pass<T>, of: Place) -> Vec<T> {
        let mut gradient = vec![T::nil(); self.parameters];
        let derivatives = self.backward(theta, &pass.slopes, of);
        for (l, derivatives) in derivatives.iter().enumerate() {
            for (row, b) in self.layers[l].incoming.iter().zip(derivatives).filter(|(_, b)| !b.is_nil()) {
                row.iter().for_each(|&(input, p)| gradient[p].accumulate(b, &pass.inputs[l][input]));
            }
        }
        gradient
    }

    /// The derivative of the preactivation at `of` with respect to the one at `by`, within the pattern of a pass.
    pub fn derivative<T: Scalar>(&self, theta: &[T], pass: &Pass<T>, of: Place, by: Place) -> T {
        self.backward(theta, &pass.slopes, of)[by.0][by.1].clone()
    }

    /// The first derivatives along a direction of what each layer reads, within the pattern of a pass. A slope of the
    /// pass that is to depend on the direction can be changed by `resolve`, which is told the place and the derivative
    /// of its preactivation before anything that depends on that slope is computed.
    pub fn tangents<T: Scalar>(
        &self,
        theta: &[T],
        pass: &mut Pass<T>,
        direction: &[T],
        mut resolve: impl FnMut(Place, &T) -> Option<T>,
    ) -> Vec<Vec<T>> {
        let mut tangents = vec![vec![T::nil(); self.inputs]];
        for (l, layer) in self.layers.iter().enumerate() {
            let reads = &tangents[l];
            let mut changes = Vec::with_capacity(layer.incoming.len());
            for row in &layer.incoming {
                let mut change = T::nil();
                for &(input, p) in row {
                    change.accumulate(&direction[p], &pass.inputs[l][input]);
                    change.accumulate(&theta[p], &reads[input]);
                }
                changes.push(change);
            }
            if !layer.linear {
                for (unit, change) in changes.iter().enumerate() {
                    if let Some(slope) = resolve((l, unit), change) {
                        pass.slopes[l][unit] = slope;
                    }
                }
            }
            tangents.push(changes.iter().zip(&pass.slopes[l]).map(|(z, slope)| z.times(slope)).collect());
        }
        tangents
    }

    /// Adds `factor` times the Hessian of the preactivation at `of`, applied to the direction of the tangents.
    pub fn add_hessian_vector<T: Scalar>(
        &self,
        sum: &mut [T],
        theta: &[T],
        (pass, tangents): (&Pass<T>, &[Vec<T>]),
        direction: &[T],
        (of, factor): (Place, T),
    ) {
        let derivatives = self.backward(theta, &pass.slopes, of);
        // The derivatives' own derivatives along the direction.
        let mut change = vec![T::nil(); self.units(of.0)];
        for l in (0..=of.0).rev() {
            let layer = &self.layers[l];
            let mut below = vec![T::nil(); layer.inputs];
            for (unit, row) in layer.incoming.iter().enumerate() {
                let (b, db) = (&derivatives[l][unit], &change[unit]);
                if b.is_nil() && db.is_nil() {
                    continue;
                }
                for &(input, p) in row {
                    let mut entry = T::nil();
                    entry.accumulate(db, &pass.inputs[l][input]);
                    entry.accumulate(b, &tangents[l][input]);
                    sum[p].accumulate(&factor, &entry);
                    below[input].accumulate(&theta[p], db);
                    below[input].accumulate(&direction[p], b);
                }
            }
            if l > 0 {
                change = below.iter().zip(&pass.slopes[l - 1]).map(|(b, slope)| b.times(slope)).collect();
            }
        }
    }
}

fn weighted_sum<T: Scalar>(row: &[(usize, usize)], theta: &[T], inputs: &[T]) -> T {
    let mut sum = T::nil();
    row.iter().for_each(|&(input, p)| sum.accumulate(&theta[p], &inputs[input]));
    sum
}
