//! What a network computes on a sample: at a point, or along a polynomial curve.

use super::{Connection, Network, Scope};
use crate::kernel::exact::{OrderedField, Sign, Value, charge, cost, is_faulted};

/// A unit of the network: its layer and its place there, both 0-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit {
    /// The layer that computes it.
    pub layer: usize,
    /// Its place in that layer.
    pub unit: usize,
}

/// Everything computed on the way from one sample to the output.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace<F, V = F> {
    /// `inputs[l]`: what layer `l` reads; `inputs[0]` is the sample.
    pub inputs: Vec<Vec<V>>,
    /// `preactivations[l]`: what the units of layer `l` compute before their activation.
    pub preactivations: Vec<Vec<V>>,
    /// `slopes[l]`: the slope with which each unit of layer `l` passed its preactivation on.
    pub slopes: Vec<Vec<F>>,
}

/// The order of what is 0 for all parameters near the point; see [`Network::orders`].
pub const NULL: usize = usize::MAX;

impl<F: OrderedField, V: Value<F>> Trace<F, V> {
    /// The network's output.
    pub fn output(&self) -> V {
        self.preactivations.last().and_then(|last| last.first()).cloned().unwrap_or_else(V::zero)
    }
}

impl<F: OrderedField> Network<F> {
    /// Runs the network on `x`. At each unit that is not linear, `slope` is told the unit and its preactivation and
    /// chooses the slope, so the result is the polynomial of one activation pattern.
    ///
    /// # Errors
    /// What `slope` refuses.
    pub fn trace<V: Value<F>, E>(
        &self,
        parameters: &[Vec<V>],
        x: Vec<V>,
        mut slope: impl FnMut(Unit, &V) -> Result<F, E>,
    ) -> Result<Trace<F, V>, E> {
        let mut trace = Trace { inputs: vec![], preactivations: vec![], slopes: vec![] };
        let mut inputs = x;
        for (l, (layer, weights)) in self.layers().iter().zip(parameters).enumerate() {
            let mut preactivations = Vec::with_capacity(layer.outputs());
            for row in layer.incoming() {
                charge(cost::UNIT);
                let pair = |connection: &Connection| (&weights[connection.parameter], &inputs[connection.unit]);
                let value = if is_faulted() { V::zero() } else { V::dot(row.iter().map(pair)) };
                // It is kept, and so is about as much for what the unit passes on.
                cost::keep(2 * value.bytes() + size_of::<F>() as u64);
                preactivations.push(value);
            }
            let mut slopes = Vec::with_capacity(layer.outputs());
            let mut outputs = Vec::with_capacity(layer.outputs());
            for (unit, preactivation) in preactivations.iter().enumerate() {
                if layer.activation().is_linear() {
                    slopes.push(F::one());
                    outputs.push(preactivation.clone());
                } else {
                    let chosen = slope(Unit { layer: l, unit }, preactivation)?;
                    outputs.push(preactivation.scale(&chosen));
                    slopes.push(chosen);
                }
            }
            trace.inputs.push(std::mem::replace(&mut inputs, outputs));
            trace.preactivations.push(preactivations);
            trace.slopes.push(slopes);
        }
        Ok(trace)
    }

    /// Runs the network on `x` at a point, each unit with the slope of its preactivation's side.
    pub fn trace_at(&self, parameters: &[Vec<F>], x: &[F]) -> Trace<F> {
        let side =
            |unit: Unit, preactivation: &F| Ok::<F, std::convert::Infallible>(self.slope(unit, preactivation.sign()));
        match self.trace(parameters, x.to_vec(), side) {
            Ok(trace) => trace,
            Err(never) => match never {},
        }
    }

    /// The slope of a unit's activation on a side of zero.
    pub fn slope(&self, unit: Unit, side: Sign) -> F {
        self.layers().get(unit.layer).map_or_else(F::one, |layer| layer.activation().slope(side))
    }

    /// How fast preactivations vanish: `orders[l - first][o]`, for the layers from the first free one on, is a `k` such that the preactivation
    /// of unit `o` of layer `l` is `O(|d|^k)` where the free layers are within `|d|` of the point. It is 0 where the preactivation is not 0,
    /// and [`NULL`] where it is *null*: 0 for all parameters near the point.
    ///
    /// What the first free layer reads is constant, so null where it is 0. A preactivation is a sum of products of weights and inputs, in which
    /// orders add up; one that is 0 has at least order 1, as it is Lipschitz continuous. An output has the order of its preactivation, and is
    /// null if the unit has the slope 0 there.
    ///
    /// Along a curve, in polynomials of `t`, it is the same for every small `t > 0`.
    pub fn orders<V: Value<F>>(&self, parameters: &[Vec<V>], trace: &Trace<F, V>, scope: Scope) -> Vec<Vec<usize>> {
        let inputs = trace.inputs.get(scope.first()).into_iter().flatten();
        let mut read: Vec<usize> = inputs.map(|input| if input.is_zero() { NULL } else { 0 }).collect();
        let mut orders = Vec::new();
        for (l, layer) in self.layers().iter().enumerate().skip(scope.first()) {
            charge(cost::LOOK * layer.outputs() as u64);
            let rows = layer.incoming().iter().zip(&trace.preactivations[l]);
            let order = |(row, preactivation): (&Vec<Connection>, &V)| {
                if !preactivation.is_zero() {
                    return 0;
                }
                charge(cost::CONNECTION * row.len() as u64);
                let term = |c: &Connection| read[c.unit].saturating_add(scope.order(l, &parameters[l][c.parameter]));
                row.iter().map(term).min().unwrap_or(NULL).max(1)
            };
            let of_layer: Vec<usize> = rows.map(order).collect();
            let outputs = of_layer.iter().zip(&trace.slopes[l]);
            read = outputs.map(|(&order, slope)| if order == 0 && slope.is_zero() { NULL } else { order }).collect();
            orders.push(of_layer);
        }
        orders
    }

    /// The kinks of a sample at a point, or along a curve after its first point: the non-linear units from the first free layer on whose preactivation is zero, but not
    /// null. The slope of a unit with a null preactivation multiplies zero near the point, and whatever it is, the network is the same
    /// polynomial.
    pub fn kinks<V: Value<F>>(&self, parameters: &[Vec<V>], trace: &Trace<F, V>, scope: Scope) -> Vec<Unit> {
        let orders = self.orders(parameters, trace, scope).into_iter().enumerate();
        let layers = orders.map(|(place, orders)| (scope.first() + place, orders));
        let bent = layers.filter(|(layer, _)| !self.layers()[*layer].activation().is_linear());
        let units = bent.flat_map(|(layer, orders)| {
            let units = orders.into_iter().enumerate().filter(|(_, order)| (1..NULL).contains(order));
            units.map(move |(unit, _)| Unit { layer, unit })
        });
        units.collect()
    }
}
