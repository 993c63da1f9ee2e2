//! Facts that are read off the instance.

use num_traits::Zero;

use crate::explore::conjecture::{Hidden, Size, Wiring};
use crate::kernel::exact::Rational;
use crate::kernel::network::{Activation, Layer, Network, Scope, Weights};
use crate::kernel::problem::Problem;

/// How the network is wired.
pub fn wiring(network: &Network<Rational>, wiring: Wiring) -> bool {
    let layers = network.layers();
    match wiring {
        Wiring::Dense => layers.iter().all(Layer::is_dense),
        Wiring::Diagonal => every_hidden(network, |layer| matches!(layer.weights(), Weights::Diagonal)),
        Wiring::Sparse => no_sharing(network) && !layers.iter().all(Layer::is_dense),
        Wiring::Convolution => layers.first().is_some_and(|l| matches!(l.weights(), Weights::Convolution { .. })),
        Wiring::Overlapping => layers.first().is_some_and(|layer| match layer.weights() {
            // No patch has an index twice.
            Weights::Convolution { patches, .. } => {
                (0..network.inputs()).any(|input| patches.iter().filter(|patch| patch.contains(&input)).count() > 1)
            }
            _ => false,
        }),
        Wiring::NoSharing => no_sharing(network),
    }
}

/// What the hidden units do.
pub fn hidden(network: &Network<Rational>, hidden: &Hidden) -> bool {
    every_hidden(network, |layer| match (hidden, layer.activation()) {
        (Hidden::Linear, Activation::Linear) | (Hidden::Relu, Activation::Relu) => true,
        (Hidden::Leaky(None), Activation::LeakyRelu(_)) => true,
        (Hidden::Leaky(Some(wanted)), Activation::LeakyRelu(slope)) => wanted == slope,
        _ => false,
    })
}

fn every_hidden(network: &Network<Rational>, property: impl Fn(&Layer<Rational>) -> bool) -> bool {
    let hidden = &network.layers()[..network.depth() - 1];
    !hidden.is_empty() && hidden.iter().all(property)
}

fn no_sharing(network: &Network<Rational>) -> bool {
    // No index is left out, so none is used twice if there are as many as connections.
    network.layers().iter().all(|layer| layer.parameters() == layer.connection_count())
}

/// A size; beyond 64 bits the greatest number of 64 bits.
pub fn size(problem: &Problem<Rational>, size: Size) -> u64 {
    let network = problem.network();
    let count = match size {
        Size::Depth => network.depth(),
        Size::Inputs => network.inputs(),
        Size::Samples => problem.samples().len(),
        Size::Width => network.layers()[..network.depth() - 1].iter().map(Layer::outputs).max().unwrap_or(0),
        Size::Filters => match network.layers().first().map(Layer::weights) {
            Some(Weights::Convolution { filters, .. }) => *filters,
            _ => 0,
        },
        Size::Parameters => network.parameter_count(),
        Size::Support => problem.point().iter().filter(|number| !number.is_zero()).count(),
        Size::Kinks => (0..problem.samples().len()).map(|sample| problem.kinks(sample, Scope::All).len()).sum(),
        Size::Height => return height(problem),
    };
    count as u64
}

fn height(problem: &Problem<Rational>) -> u64 {
    let data = problem.samples().iter().flat_map(|sample| &sample.x);
    let height = |number: &Rational| match number.small() {
        Some((numerator, denominator)) => numerator.unsigned_abs().max(denominator.unsigned_abs()),
        None => u64::MAX,
    };
    data.chain(problem.point().iter()).map(height).max().unwrap_or(0)
}
