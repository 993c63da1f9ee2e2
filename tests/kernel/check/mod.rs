//! For every claim and method: evidence that is accepted, and for each rejection its exact error.

mod cells;
mod feasible;
mod flow_converges;
mod infeasible;
mod kkt;
mod lagrangian;
mod linear_chain;
mod nonzero;
mod not_global_optimum;
mod not_kkt;
mod not_local_optimum;
mod second_order;

use margincert::kernel::check::PremiseError;
use margincert::kernel::network::{ShapeError, Unit};

use super::support::{Q, q};

/// A unit by layer and place.
fn at(layer: usize, unit: usize) -> Unit {
    Unit { layer, unit }
}

/// The point is not feasible.
fn infeasible(sample: usize, margin: &str) -> PremiseError<Q> {
    PremiseError::Infeasible { sample, margin: q(margin) }
}

/// There is no such layer.
fn no_such_layer(layer: usize, depth: usize) -> PremiseError<Q> {
    PremiseError::NoSuchLayer { layer, depth }
}

/// A vector of the wrong number of layers.
fn layer_count(what: &'static str, found: usize, expected: usize) -> PremiseError<Q> {
    PremiseError::Shape { what, error: ShapeError::Layers { found, expected } }
}

/// A vector with a layer of the wrong length.
fn layer_length(what: &'static str, layer: usize, found: usize, expected: usize) -> PremiseError<Q> {
    PremiseError::Shape { what, error: ShapeError::Layer { layer, found, expected } }
}

/// A list of multipliers of the wrong length.
fn count(what: &'static str, found: usize, expected: usize) -> PremiseError<Q> {
    PremiseError::MultiplierCount { what, found, expected }
}

/// A negative multiplier.
fn negative(index: usize, value: &str) -> PremiseError<Q> {
    PremiseError::NegativeMultiplier { index, value: q(value) }
}

/// A vector that moves another layer than the free one.
fn leaves(what: &'static str, moved: usize, layer: usize) -> PremiseError<Q> {
    PremiseError::LeavesLayer { what, moved, layer }
}
