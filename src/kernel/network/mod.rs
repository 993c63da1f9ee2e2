//! Homogeneous networks without biases, and their derivatives within an activation pattern.
//!
//! Every layer, whatever its architecture, is one list of connections `(output, input, parameter)`:
//! dense, diagonal, convolutional and template layers differ only in how that list is written down.

mod activation;
mod curve;
mod gradient;
mod hessian;
mod layer;
mod parameters;
mod trace;

use std::ops::Range;

pub use activation::Activation;
pub use curve::Curve;
pub use gradient::{BackPropagated, accumulate_gradient, accumulate_gradients, output_derivatives};
pub use hessian::subtract_hessians;
pub use layer::{Connection, Layer, LayerError, Weights};
pub use parameters::{Parameters, ShapeError};
pub use trace::{NULL, Trace, Unit};

use num_traits::Zero;

use super::exact::OrderedField;

/// The most connections a network may have; checked before any is allocated.
pub const MAX_CONNECTIONS: usize = 1 << 20;
/// The most layers a network may have.
pub const MAX_LAYERS: usize = 64;

/// A network `Phi(theta; x)`: layers in order, the last with one linear output unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Network<F> {
    inputs: usize,
    layers: Vec<Layer<F>>,
}

/// Why a list of layers is not a network.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum NetworkError {
    /// The network reads nothing.
    NoInputs,
    /// More than [`MAX_CONNECTIONS`] inputs.
    TooManyInputs { found: usize },
    /// There is no layer.
    NoLayers,
    /// More than [`MAX_LAYERS`].
    TooManyLayers { found: usize },
    /// A layer that does not fit.
    Layer { layer: usize, error: LayerError },
    /// The last layer has more than one output.
    LastLayerOutputs { outputs: usize },
    /// The last layer is not linear.
    LastLayerActivation,
}

impl<F: OrderedField> Network<F> {
    /// Builds a network from its layers' weights and activations, first layer first.
    ///
    /// # Errors
    /// When sizes do not fit, an index is out of range, or a limit is passed; see [`NetworkError`].
    ///
    /// ```
    /// use margincert::kernel::exact::Rational;
    /// use margincert::kernel::network::{Activation, Network, Weights};
    ///
    /// let relu = Network::<Rational>::new(
    ///     2,
    ///     vec![
    ///         (Weights::Dense { outputs: 3 }, Activation::Relu),
    ///         (Weights::Dense { outputs: 1 }, Activation::Linear),
    ///     ],
    /// )?;
    /// assert_eq!((relu.depth(), relu.parameter_count()), (2, 9));
    /// # Ok::<(), margincert::kernel::network::NetworkError>(())
    /// ```
    pub fn new(inputs: usize, layers: Vec<(Weights, Activation<F>)>) -> Result<Self, NetworkError> {
        if inputs == 0 {
            return Err(NetworkError::NoInputs);
        }
        if inputs > MAX_CONNECTIONS {
            return Err(NetworkError::TooManyInputs { found: inputs });
        }
        if layers.len() > MAX_LAYERS {
            return Err(NetworkError::TooManyLayers { found: layers.len() });
        }
        let mut built: Vec<Layer<F>> = Vec::with_capacity(layers.len());
        let mut room = MAX_CONNECTIONS;
        for (index, (weights, activation)) in layers.into_iter().enumerate() {
            let width = built.last().map_or(inputs, Layer::outputs);
            let layer = Layer::new(width, weights, activation, room)
                .map_err(|error| NetworkError::Layer { layer: index, error })?;
            room -= layer.connection_count();
            built.push(layer);
        }
        let last = built.last().ok_or(NetworkError::NoLayers)?;
        if last.outputs() != 1 {
            return Err(NetworkError::LastLayerOutputs { outputs: last.outputs() });
        }
        if !last.activation().is_linear() {
            return Err(NetworkError::LastLayerActivation);
        }
        Ok(Network { inputs, layers: built })
    }

    /// The dimension of a sample.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The layers, first to last.
    pub fn layers(&self) -> &[Layer<F>] {
        &self.layers
    }

    /// The number of layers `L`, which is the degree of homogeneity.
    pub fn depth(&self) -> usize {
        self.layers.len()
    }

    /// The number of parameters of all layers.
    pub fn parameter_count(&self) -> usize {
        self.layers.iter().map(Layer::parameters).sum()
    }

    /// Whether every layer from `first` on has the linear activation.
    pub fn is_linear_from(&self, first: usize) -> bool {
        self.layers.iter().skip(first).all(|layer| layer.activation().is_linear())
    }
}

/// Which layers are free: all of them, or one with the others held at the point.
///
/// A claim with `"layer": l` is about the max-margin problem over layer `l` alone. What lies before that layer is
/// then constant, so only the units of layers `>= l` can have kinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every layer is free.
    All,
    /// Only this layer (0-based) is free.
    Layer(usize),
}

impl Scope {
    /// The scope of a claim's optional `layer` key.
    pub fn of(layer: Option<usize>) -> Self {
        layer.map_or(Scope::All, Scope::Layer)
    }

    /// The free layers of a network of the given depth.
    pub fn layers(self, depth: usize) -> Range<usize> {
        match self {
            Scope::All => 0..depth,
            Scope::Layer(layer) => layer..layer.saturating_add(1),
        }
    }

    /// The first free layer, from which on units can have kinks.
    pub fn first(self) -> usize {
        match self {
            Scope::All => 0,
            Scope::Layer(layer) => layer,
        }
    }

    /// Whether a layer is free.
    pub fn contains(self, layer: usize) -> bool {
        match self {
            Scope::All => true,
            Scope::Layer(only) => only == layer,
        }
    }

    /// The power of the distance from the point with which a weight of a layer vanishes: 0 if it does not, and [`NULL`] if it is held at 0.
    pub fn order<V: Zero>(self, layer: usize, weight: &V) -> usize {
        match weight.is_zero() {
            true if self.contains(layer) => 1,
            true => NULL,
            false => 0,
        }
    }
}
