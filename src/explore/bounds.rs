//! What instances a hunt draws.

mod limits;
mod words;

use std::ops::RangeInclusive;

use crate::explore::conjecture::{Formula, Truth};
use crate::explore::facts::structure::{Parts, is_diagonal, is_written_dense};
use crate::explore::sources::shapes;
use crate::kernel::exact::Rational;
use crate::kernel::network::{Activation, Layer, MAX_CONNECTIONS, MAX_LAYERS, Network, Scope, Weights};
use crate::kernel::problem::Problem;
pub(in crate::explore) use limits::fewer;
pub use limits::{MAX_DATA, MAX_HEIGHT, MAX_INPUTS, TooWide};
use num_traits::Zero;
pub use words::NoBounds;

/// How a network's layers are wired. The last layer is dense in all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// Every layer is dense.
    Dense,
    /// Every hidden layer is diagonal: each unit reads one unit and feeds one, however that is written down.
    Diagonal,
    /// Hidden layers are diagonal or templates, and no parameter is shared.
    Sparse,
    /// The first layer is convolutional, with one filter or more; further hidden layers are dense.
    Convolution,
}

impl Architecture {
    /// All of them.
    pub const ALL: [Architecture; 4] =
        [Architecture::Dense, Architecture::Diagonal, Architecture::Sparse, Architecture::Convolution];

    /// Whether a network's hidden layers are wired so. A template that shares a parameter is of no architecture.
    pub fn wires(self, network: &Network<Rational>) -> bool {
        let hidden = &network.layers()[..network.depth() - 1];
        match self {
            Architecture::Dense => hidden.iter().all(is_written_dense),
            Architecture::Diagonal => hidden.iter().all(is_diagonal),
            Architecture::Sparse => hidden.iter().all(|layer| {
                matches!(layer.weights(), Weights::Template { .. } | Weights::Diagonal)
                    && layer.connection_count() == layer.parameters()
            }),
            Architecture::Convolution => match hidden {
                [first, rest @ ..] => {
                    matches!(first.weights(), Weights::Convolution { .. }) && rest.iter().all(is_written_dense)
                }
                [] => false,
            },
        }
    }
}

/// What the hidden layers of a network do. Every network with a hidden layer is of exactly one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActivationKind {
    /// The identity, in every hidden layer.
    Linear,
    /// `max(0, z)`, in every hidden layer.
    Relu,
    /// A leaky ReLU in every hidden layer; their slopes may differ.
    Leaky,
    /// Not the same in all hidden layers.
    Mixed,
}

impl ActivationKind {
    /// All of them.
    pub const ALL: [ActivationKind; 4] =
        [ActivationKind::Linear, ActivationKind::Relu, ActivationKind::Leaky, ActivationKind::Mixed];

    /// What hidden layers with these activations are; mixed if there is none.
    pub fn of<'a>(hidden: impl IntoIterator<Item = &'a Activation<Rational>>) -> Self {
        let kind = |activation: &Activation<Rational>| match activation {
            Activation::Linear => ActivationKind::Linear,
            Activation::Relu => ActivationKind::Relu,
            Activation::LeakyRelu(_) => ActivationKind::Leaky,
        };
        let mut kinds = hidden.into_iter().map(kind);
        match kinds.next() {
            Some(first) if kinds.all(|other| other == first) => first,
            _ => ActivationKind::Mixed,
        }
    }
}

/// The slopes that leaky units may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slopes {
    /// The rationals of the height between 0 and 1 (1/2 for height 1), and these besides.
    OfHeight(Vec<Rational>),
    /// These alone.
    Only(Vec<Rational>),
}

/// What instances a hunt draws: those that meet a conjecture's decidable hypotheses and the user's limits.
///
/// The sources choose only what these bounds allow; an instance that breaks one of them is never handed out.
///
/// ```
/// use margincert::explore::bounds::{ActivationKind, Architecture, Bounds};
///
/// let bounds = Bounds {
///     architectures: vec![Architecture::Dense],
///     activations: vec![ActivationKind::Relu],
///     depth: 2..=2,
///     ..Bounds::default()
/// };
/// assert!(!bounds.is_empty());
/// assert!(Bounds { activations: vec![], ..bounds }.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How the layers may be wired.
    pub architectures: Vec<Architecture>,
    /// What the hidden units may do.
    pub activations: Vec<ActivationKind>,
    /// The slopes of leaky units.
    pub slopes: Slopes,
    /// The number of layers; at least 2.
    pub depth: RangeInclusive<usize>,
    /// The dimension of the samples.
    pub inputs: RangeInclusive<usize>,
    /// The number of samples.
    pub samples: RangeInclusive<usize>,
    /// The number of units of each hidden layer.
    pub width: RangeInclusive<usize>,
    /// The greatest numerator, in absolute value, and denominator of the numbers that are chosen. Those that are solved
    /// for may be higher.
    pub height: u32,
    /// Only networks all of whose hidden units have a non-zero preactivation on every sample.
    pub nonzero_inputs: bool,
    /// Only points at which every hidden unit has a non-zero incoming weight.
    pub nonzero_weights: bool,
    /// Only instances with (`true`) or without (`false`) a kink on a sample.
    pub kinks: Option<bool>,
    /// Only instances of which this is not false by what can be read off them: sizes, wiring, activations.
    pub condition: Option<Formula>,
}

impl Default for Bounds {
    /// All architectures and activations, depth 2 to 4, up to 4 inputs, samples and units a layer.
    fn default() -> Self {
        Bounds {
            architectures: Architecture::ALL.to_vec(),
            activations: ActivationKind::ALL.to_vec(),
            slopes: Slopes::OfHeight(Vec::new()),
            depth: 2..=4,
            inputs: 1..=4,
            samples: 1..=4,
            width: 1..=4,
            height: 5,
            nonzero_inputs: false,
            nonzero_weights: false,
            kinks: None,
            condition: None,
        }
    }
}

impl Bounds {
    /// Whether no instance at all meets the bounds, as far as the bounds by themselves tell.
    pub fn is_empty(&self) -> bool {
        let at_least = |range: &RangeInclusive<usize>, least: usize| *range.end() >= least.max(*range.start());
        self.architectures.is_empty()
            || self.activations.is_empty()
            || !at_least(&self.depth, 2)
            || ![&self.inputs, &self.samples, &self.width].into_iter().all(|range| at_least(range, 1))
            || self.height == 0
            || self.nonzero_inputs && self.kinks == Some(true)
            || self.kinks == Some(true) && self.activations == [ActivationKind::Linear]
            || self.activations == [ActivationKind::Mixed] && *self.depth.end() <= 2
    }

    /// The same without sizes that nothing has: no hidden layer, no input, sample or unit, or more than the limits of the format and, of
    /// numbers, those of [`check`](Self::check).
    pub fn normalised(&self) -> Bounds {
        let within = |range: &RangeInclusive<usize>, least: usize, most: usize| {
            *range.start().max(&least)..=*range.end().min(&most)
        };
        // With one hidden layer there is nothing to differ from it.
        let differ = *self.depth.end() > 2;
        Bounds {
            activations: self
                .activations
                .iter()
                .copied()
                .filter(|kind| differ || *kind != ActivationKind::Mixed)
                .collect(),
            depth: within(&self.depth, 2, MAX_LAYERS),
            inputs: within(&self.inputs, 1, MAX_CONNECTIONS),
            samples: within(&self.samples, 1, MAX_CONNECTIONS),
            width: within(&self.width, 1, MAX_CONNECTIONS),
            height: self.height.min(MAX_HEIGHT),
            ..self.clone()
        }
    }

    /// Whether an instance is within the bounds, except for the height of its numbers.
    pub fn admits(&self, problem: &Problem<Rational>) -> bool {
        let network = problem.network();
        let hidden = &network.layers()[..network.depth() - 1];
        self.architectures.iter().any(|architecture| architecture.wires(network))
            && self.activations.contains(&ActivationKind::of(hidden.iter().map(Layer::activation)))
            && hidden.iter().all(|layer| self.allows_slope(layer.activation()))
            && self.depth.contains(&network.depth())
            && self.inputs.contains(&network.inputs())
            && self.samples.contains(&problem.samples().len())
            && hidden.iter().all(|layer| self.width.contains(&layer.outputs()))
            && (!self.nonzero_inputs || has_nonzero_inputs(problem))
            && (!self.nonzero_weights || has_nonzero_weights(problem))
            && self.kinks.is_none_or(|kinks| has_kink(problem) == kinks)
            && self.meets_condition(Parts::of(problem))
    }

    /// Whether an instance is in the class that a census of the bounds goes through, with the height of its numbers and slopes, and the shape of its
    /// convolutions.
    pub fn contains(&self, problem: &Problem<Rational>) -> bool {
        let is_low = |number: &Rational| match number.small() {
            Some((n, d)) => n.unsigned_abs().max(d.unsigned_abs()) <= u64::from(self.height),
            None => false,
        };
        let data = problem.samples().iter().flat_map(|sample| &sample.x);
        let layers = problem.network().layers();
        let slopes = shapes::slopes(self);
        let has_slope = |layer: &Layer<Rational>| match layer.activation() {
            Activation::LeakyRelu(slope) => slopes.contains(slope),
            _ => true,
        };
        // A template that reads all is dense by another name, and is not gone through as one, but for one of one unit that is diagonal.
        let goes_through = |architecture: Architecture| {
            self.architectures.contains(&architecture) && architecture.wires(problem.network())
        };
        let is_sparse = !Architecture::Sparse.wires(problem.network())
            || goes_through(Architecture::Diagonal)
            || layers[..layers.len() - 1].iter().any(|layer| layer.parameters() < layer.inputs() * layer.outputs());
        self.admits(problem)
            && data.chain(problem.point().iter()).all(is_low)
            && layers.iter().all(has_slope)
            && is_sparse
            && shapes::has_even_windows(problem.network())
            && layers.last().is_some_and(is_written_dense)
    }

    /// Whether the condition may hold of a network, or of a network with a point, whatever comes to it.
    pub fn meets_condition(&self, parts: Parts<'_>) -> bool {
        let read = |formula: &Formula| formula.value(&|atom| parts.read(atom).map(Truth::from)).is(Truth::False);
        !self.condition.as_ref().is_some_and(read)
    }

    fn allows_slope(&self, activation: &Activation<Rational>) -> bool {
        match (activation, &self.slopes) {
            (Activation::LeakyRelu(slope), Slopes::Only(slopes)) => slopes.contains(slope),
            _ => true,
        }
    }
}

fn has_nonzero_inputs(problem: &Problem<Rational>) -> bool {
    let hidden = problem.network().depth() - 1;
    problem.traces().iter().all(|trace| trace.preactivations[..hidden].iter().flatten().all(|z| !z.is_zero()))
}

fn has_nonzero_weights(problem: &Problem<Rational>) -> bool {
    let network = problem.network();
    network.layers()[..network.depth() - 1].iter().zip(problem.point().layers()).all(|(layer, numbers)| {
        layer.incoming().iter().all(|row| row.iter().any(|connection| !numbers[connection.parameter].is_zero()))
    })
}

fn has_kink(problem: &Problem<Rational>) -> bool {
    (0..problem.samples().len()).any(|sample| !problem.kinks(sample, Scope::All).is_empty())
}
