//! For every claim and method: evidence that is accepted, and for each rejection its exact error.

mod approximate_kkt;
mod cases;
mod cells;
mod chain;
mod enclosed_optimum;
mod feasibility;
mod flow_converges;
mod harmless;
mod implied;
mod kkt;
mod kkt_enclosed;
mod lagrangian;
mod nonzero;
mod not_global_optimum;
mod not_kkt;
mod not_local_optimum;
mod parameters_enclosed;
mod parameters_optimum;
mod parameters_shared_and_sparse;
mod paths;
mod robustness;
mod second_order;
mod splitting;

use margincert::kernel::check::Rejection;
use margincert::kernel::network::{ShapeError, Unit};

use super::support::{Q, q};

/// A unit by layer and place.
fn at(layer: usize, unit: usize) -> Unit {
    Unit { layer, unit }
}

/// The point is not feasible.
fn infeasible(sample: usize, margin: &str) -> Rejection<Q> {
    Rejection::Infeasible { sample, margin: q(margin) }
}

/// There is no such layer.
fn no_such_layer(layer: usize, depth: usize) -> Rejection<Q> {
    Rejection::NoSuchLayer { layer, depth }
}

/// A vector of the wrong number of layers.
fn layer_count(what: &'static str, found: usize, expected: usize) -> Rejection<Q> {
    Rejection::Shape { what, error: ShapeError::Layers { found, expected } }
}

/// A vector with a layer of the wrong length.
fn layer_length(what: &'static str, layer: usize, found: usize, expected: usize) -> Rejection<Q> {
    Rejection::Shape { what, error: ShapeError::Layer { layer, found, expected } }
}

/// A list of multipliers of the wrong length.
fn count(what: &'static str, found: usize, expected: usize) -> Rejection<Q> {
    Rejection::MultiplierCount { what, found, expected }
}

/// A negative multiplier.
fn negative(index: usize, value: &str) -> Rejection<Q> {
    Rejection::NegativeMultiplier { index, value: q(value) }
}

/// A vector that moves another layer than the free one.
fn leaves(what: &'static str, moved: usize, layer: usize) -> Rejection<Q> {
    Rejection::LeavesLayer { what, moved, layer }
}
