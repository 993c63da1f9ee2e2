//! Random networks of every kind of layer, with parameters that fit.

use margincert::kernel::network::{Activation, Network, Parameters, Weights};
use proptest::prelude::*;

use crate::support::Q;

/// A small rational, zero now and then.
pub fn number() -> impl Strategy<Value = Q> {
    prop_oneof![1 => Just(0), 9 => -4i64..=4]
        .prop_flat_map(|n| (1i64..=3).prop_map(move |d| Q::from_ratio(n, d).expect("a positive denominator")))
}

pub fn activation() -> impl Strategy<Value = Activation<Q>> {
    prop_oneof![Just(Activation::Linear), Just(Activation::Relu), number().prop_map(Activation::LeakyRelu),]
}

/// Weights for a number of inputs; a template is made from any table of small numbers by naming its values anew.
pub fn weights(inputs: usize) -> impl Strategy<Value = Weights> {
    let patches = (1..=inputs).prop_flat_map(move |length| {
        let patch = Just((0..inputs).collect::<Vec<_>>()).prop_shuffle().prop_map(move |mut order| {
            order.truncate(length);
            order
        });
        prop::collection::vec(patch, 1..=3)
    });
    let cell = prop_oneof![1 => Just(None), 3 => (0usize..5).prop_map(Some)];
    let rows = prop::collection::vec(prop::collection::vec(cell, inputs), 1..=3);
    prop_oneof![
        (1usize..=3).prop_map(|outputs| Weights::Dense { outputs }),
        Just(Weights::Diagonal),
        (patches, 1usize..=2).prop_map(|(patches, filters)| Weights::Convolution { patches, filters }),
        rows.prop_filter_map("a template without parameters", |entries| {
            let mut used: Vec<usize> = entries.iter().flatten().flatten().copied().collect();
            used.sort_unstable();
            used.dedup();
            let rename = |cell: Option<usize>| cell.and_then(|index| used.binary_search(&index).ok());
            let entries = entries.into_iter().map(|row| row.into_iter().map(rename).collect()).collect();
            (!used.is_empty()).then_some(Weights::Template { entries })
        }),
    ]
}

fn outputs(inputs: usize, weights: &Weights) -> usize {
    match weights {
        Weights::Dense { outputs } => *outputs,
        Weights::Diagonal => inputs,
        Weights::Convolution { patches, filters } => patches.len() * filters,
        Weights::Template { entries } => entries.len(),
    }
}

/// The last width, and the layers.
type Hidden = (usize, Vec<(Weights, Activation<Q>)>);

fn hidden(inputs: usize, depth: usize) -> BoxedStrategy<Hidden> {
    if depth == 0 {
        return Just((inputs, Vec::new())).boxed();
    }
    let layer = (weights(inputs), activation());
    layer
        .prop_flat_map(move |layer| {
            let width = outputs(inputs, &layer.0);
            hidden(width, depth - 1).prop_map(move |(last, mut layers)| {
                layers.insert(0, layer.clone());
                (last, layers)
            })
        })
        .boxed()
}

/// A network of at most `depth` layers.
pub fn network(depth: usize) -> impl Strategy<Value = Network<Q>> {
    (1usize..=3, 0..depth).prop_flat_map(|(inputs, depth)| {
        hidden(inputs, depth).prop_map(move |(_, mut layers)| {
            layers.push((Weights::Dense { outputs: 1 }, Activation::Linear));
            Network::new(inputs, layers).expect("layers that fit")
        })
    })
}

/// Parameters of a network's shape.
pub fn parameters(network: &Network<Q>) -> BoxedStrategy<Parameters<Q>> {
    let mut layers = Just(Vec::new()).boxed();
    for layer in network.layers() {
        let numbers = prop::collection::vec(number(), layer.parameters());
        layers = (layers, numbers)
            .prop_map(|(mut layers, numbers)| {
                layers.push(numbers);
                layers
            })
            .boxed();
    }
    layers.prop_map(Parameters::new).boxed()
}
