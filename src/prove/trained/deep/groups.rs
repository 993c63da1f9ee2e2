//! Which units of a layer share weights: what is left out or merged of a network is a group of such units.

use std::collections::BTreeMap;

use crate::kernel::exact::Rational;
use crate::kernel::network::{Connection, Layer, Network};
use crate::prove::bonds::{joined, sharing};

/// Hidden units of a layer that share incoming or outgoing weights, directly or by others; in a dense layer each unit by itself.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The units.
    pub(super) units: Vec<usize>,
    /// Their incoming weights, parameters of the layer, in the order in which the units read with them.
    pub(super) incoming: Vec<usize>,
    /// Their outgoing weights, parameters of the next layer.
    pub(super) outgoing: Vec<usize>,
    /// The connections of each unit, incoming ones and then outgoing ones: the unit at the other end, and the place of the parameter in
    /// the list above.
    pub(super) wiring: Vec<[Vec<(usize, usize)>; 2]>,
}

/// The groups of each hidden layer.
pub(super) fn groups(network: &Network<Rational>) -> Vec<Vec<Group>> {
    network.layers().windows(2).map(|pair| of_layer(&pair[0], &pair[1])).collect()
}

fn of_layer(layer: &Layer<Rational>, above: &Layer<Rational>) -> Vec<Group> {
    let sides = [layer.incoming(), above.outgoing()];
    let groups = joined(layer.outputs(), sides.into_iter().flat_map(sharing));
    groups.into_iter().map(|units| group(units, sides)).collect()
}

fn group(units: Vec<usize>, sides: [&[Vec<Connection>]; 2]) -> Group {
    let mut wiring: Vec<[Vec<(usize, usize)>; 2]> = vec![Default::default(); units.len()];
    let mut parameters = [Vec::new(), Vec::new()];
    for (side, edges) in sides.iter().enumerate() {
        let mut places: BTreeMap<usize, usize> = BTreeMap::new();
        for (wiring, unit) in wiring.iter_mut().zip(&units) {
            for edge in &edges[*unit] {
                let place = *places.entry(edge.parameter).or_insert_with(|| {
                    parameters[side].push(edge.parameter);
                    parameters[side].len() - 1
                });
                wiring[side].push((edge.unit, place));
            }
        }
    }
    let [incoming, outgoing] = parameters;
    Group { units, incoming, outgoing, wiring }
}
