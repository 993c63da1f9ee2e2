//! The classes that the summary tables sort certificates into.

use crate::kernel::exact::OrderedField;
use crate::kernel::network::{Activation, Layer, Network};

/// How the layers of a network are wired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// Every unit of a layer has a weight of its own for every unit before it.
    FullyConnected,
    /// Some connections are missing, and no two connections share a weight.
    Sparse,
    /// Some connections share a weight, as those of a convolution do.
    Convolutional,
}

/// The activations of the hidden layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Activations {
    /// All linear.
    Linear,
    /// All ReLU.
    Relu,
    /// All leaky ReLU, not necessarily of one slope.
    LeakyRelu,
    /// Of several kinds.
    Mixed,
}

/// The depths that the tables tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// No hidden layer.
    One,
    /// One hidden layer.
    Two,
    /// More.
    ThreeOrMore,
}

/// What is asked of the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hypothesis {
    /// Nothing.
    None,
    /// Every hidden unit has a non-zero incoming weight.
    NonzeroWeights,
    /// Every hidden unit has a non-zero preactivation on every sample.
    NonzeroInputs,
}

/// A row of a summary table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class {
    /// The wiring.
    pub architecture: Architecture,
    /// The hidden activations.
    pub activations: Activations,
    /// The depth.
    pub depth: Depth,
}

impl Architecture {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::FullyConnected => "fully connected",
            Architecture::Sparse => "sparse, no sharing",
            Architecture::Convolutional => "convolutional",
        }
    }

    /// As a word without spaces, for filters and CSV.
    pub fn key(self) -> &'static str {
        match self {
            Architecture::FullyConnected => "fully-connected",
            Architecture::Sparse => "sparse",
            Architecture::Convolutional => "convolutional",
        }
    }
}

impl Activations {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Activations::Linear => "linear",
            Activations::Relu => "ReLU",
            Activations::LeakyRelu => "leaky ReLU",
            Activations::Mixed => "mixed",
        }
    }

    /// As a word without spaces, for filters and CSV.
    pub fn key(self) -> &'static str {
        match self {
            Activations::Linear => "linear",
            Activations::Relu => "relu",
            Activations::LeakyRelu => "leaky-relu",
            Activations::Mixed => "mixed",
        }
    }
}

impl Depth {
    /// In digits.
    pub fn name(self) -> &'static str {
        match self {
            Depth::One => "1",
            Depth::Two => "2",
            Depth::ThreeOrMore => "≥ 3",
        }
    }

    /// As a word without spaces, for filters and CSV.
    pub fn key(self) -> &'static str {
        match self {
            Depth::One => "1",
            Depth::Two => "2",
            Depth::ThreeOrMore => "3+",
        }
    }
}

impl Hypothesis {
    /// From the weakest to the strongest; each one implies those before it.
    pub const ALL: [Hypothesis; 3] = [Hypothesis::None, Hypothesis::NonzeroWeights, Hypothesis::NonzeroInputs];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Hypothesis::None => "in general",
            Hypothesis::NonzeroWeights => "non-zero weights",
            Hypothesis::NonzeroInputs => "non-zero inputs",
        }
    }

    /// As a word without spaces, for filters and CSV.
    pub fn key(self) -> &'static str {
        match self {
            Hypothesis::None => "general",
            Hypothesis::NonzeroWeights => "nonzero-weights",
            Hypothesis::NonzeroInputs => "nonzero-inputs",
        }
    }
}

impl Class {
    /// The class of a network.
    pub fn of<F: OrderedField>(network: &Network<F>) -> Self {
        let layers = network.layers();
        let shares = |layer: &Layer<F>| layer.connection_count() != layer.parameters();
        let is_full = |layer: &Layer<F>| layer.parameters() == layer.inputs() * layer.outputs();
        let architecture = if layers.iter().any(shares) {
            Architecture::Convolutional
        } else if layers.iter().all(is_full) {
            Architecture::FullyConnected
        } else {
            Architecture::Sparse
        };
        let mut hidden = layers[..layers.len() - 1].iter().map(|layer| kind(layer.activation()));
        let first = hidden.next().unwrap_or(Activations::Linear);
        let activations = if hidden.all(|other| other == first) { first } else { Activations::Mixed };
        let depth = match network.depth() {
            1 => Depth::One,
            2 => Depth::Two,
            _ => Depth::ThreeOrMore,
        };
        Class { architecture, activations, depth }
    }
}

fn kind<F: OrderedField>(activation: &Activation<F>) -> Activations {
    match activation {
        Activation::Linear => Activations::Linear,
        Activation::Relu => Activations::Relu,
        Activation::LeakyRelu(_) => Activations::LeakyRelu,
    }
}
