//! Parameter vectors, stored layer by layer.

use super::{Network, Scope};
use crate::kernel::exact::{OrderedField, charge, cost};

/// One list of numbers a layer, each in the layer's own order: a point, a direction, a coefficient of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters<F> {
    layers: Vec<Vec<F>>,
}

/// A list that has not the length the network asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ShapeError {
    /// Not one list a layer.
    Layers { found: usize, expected: usize },
    /// A list of another length than the layer's number of parameters.
    Layer { layer: usize, found: usize, expected: usize },
}

impl<F: OrderedField> Parameters<F> {
    /// Wraps one list of numbers a layer. Whether it fits a network is asked by [`Parameters::check_shape`].
    pub fn new(layers: Vec<Vec<F>>) -> Self {
        Parameters { layers }
    }

    /// The zero vector of a network.
    pub fn zero(network: &Network<F>) -> Self {
        charge(cost::CONNECTION * network.parameter_count() as u64);
        let zeros = |layer: &super::Layer<F>| vec![F::zero(); layer.parameters()];
        Parameters { layers: network.layers().iter().map(zeros).collect() }
    }

    /// The numbers, layer by layer.
    pub fn layers(&self) -> &[Vec<F>] {
        &self.layers
    }

    /// The numbers, to be changed in place.
    pub fn layers_mut(&mut self) -> &mut [Vec<F>] {
        &mut self.layers
    }

    /// Every number, first layer first.
    pub fn iter(&self) -> impl Iterator<Item = &F> + Clone {
        self.layers.iter().flatten()
    }

    /// Every number with its place: the layer, and the parameter's index in it.
    pub fn entries(&self) -> impl Iterator<Item = ((usize, usize), &F)> + Clone {
        let layers = self.layers.iter().enumerate();
        layers.flat_map(|(l, layer)| layer.iter().enumerate().map(move |(p, number)| ((l, p), number)))
    }

    /// Every number of the free layers.
    pub fn free(&self, scope: Scope) -> impl Iterator<Item = &F> {
        let free = self.layers.iter().enumerate().filter(move |(layer, _)| scope.contains(*layer));
        free.flat_map(|(_, layer)| layer)
    }

    /// Whether there is one list a layer, of the right length.
    ///
    /// # Errors
    /// The first list that does not fit.
    pub fn check_shape(&self, network: &Network<F>) -> Result<(), ShapeError> {
        if self.layers.len() != network.depth() {
            let (found, expected) = (self.layers.len(), network.depth());
            return Err(ShapeError::Layers { found, expected });
        }
        for (layer, (numbers, shape)) in self.layers.iter().zip(network.layers()).enumerate() {
            if numbers.len() != shape.parameters() {
                let (found, expected) = (numbers.len(), shape.parameters());
                return Err(ShapeError::Layer { layer, found, expected });
            }
        }
        Ok(())
    }

    /// The inner product over the free layers of two vectors of one shape.
    pub fn dot(&self, other: &Self, scope: Scope) -> F {
        F::dot(self.free(scope).zip(other.free(scope)))
    }

    /// The squared Euclidean norm over the free layers.
    pub fn norm_squared(&self, scope: Scope) -> F {
        self.dot(self, scope)
    }

    /// The first layer outside the scope that has a non-zero number, if any.
    pub fn leaves(&self, scope: Scope) -> Option<usize> {
        let moved = |((layer, _), number): &((usize, usize), &F)| !scope.contains(*layer) && !number.is_zero();
        self.entries().find(moved).map(|((layer, _), _)| layer)
    }
}
