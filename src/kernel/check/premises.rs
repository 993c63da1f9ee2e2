//! What several checks ask first: shapes, signs, and feasibility.

use super::prelude::*;

/// A premise that evidence fails.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PremiseError<F: OrderedField> {
    /// The point is not feasible.
    Infeasible { sample: usize, margin: F },
    /// A layer that the network has not.
    NoSuchLayer { layer: usize, depth: usize },
    /// A parameter vector of the wrong shape.
    Shape { what: &'static str, error: ShapeError },
    /// A vector that must stay within the claim's layer moves another one.
    LeavesLayer { what: &'static str, moved: usize, layer: usize },
    /// A list of multipliers of the wrong length.
    MultiplierCount { what: &'static str, found: usize, expected: usize },
    /// A negative multiplier.
    NegativeMultiplier { index: usize, value: F },
    /// The exact arithmetic came to no result.
    Fault(#[from] Fault),
}

/// The point satisfies every constraint.
pub(super) fn feasible<F: OrderedField>(problem: &Problem<F>) -> Result<(), PremiseError<F>> {
    match problem.violated() {
        None => Ok(()),
        Some((sample, margin)) => Err(PremiseError::Infeasible { sample, margin }),
    }
}

/// The claim's layer is one of the network's.
pub(super) fn scope<F: OrderedField>(problem: &Problem<F>, layer: Option<usize>) -> Result<Scope, PremiseError<F>> {
    let depth = problem.network().depth();
    match layer {
        Some(layer) if layer >= depth => Err(PremiseError::NoSuchLayer { layer, depth }),
        _ => Ok(Scope::of(layer)),
    }
}

/// A vector has the network's shape, and is zero outside the free layers.
pub(super) fn moves_within<F: OrderedField>(
    problem: &Problem<F>,
    what: &'static str,
    vector: &Parameters<F>,
    scope: Scope,
) -> Result<(), PremiseError<F>> {
    let shape = vector.check_shape(problem.network());
    shape.map_err(|error| PremiseError::Shape { what, error })?;
    match (vector.leaves(scope), scope) {
        (Some(moved), Scope::Layer(layer)) => Err(PremiseError::LeavesLayer { what, moved, layer }),
        _ => Ok(()),
    }
}

/// The same for every coefficient of a curve.
pub(super) fn curve_moves_within<F: OrderedField>(
    problem: &Problem<F>,
    what: &'static str,
    curve: &Curve<F>,
    scope: Scope,
) -> Result<(), PremiseError<F>> {
    curve.coefficients().iter().try_for_each(|c| moves_within(problem, what, c, scope))
}

/// One non-negative multiplier for each of `expected` things.
pub(super) fn multipliers<F: OrderedField>(
    multipliers: &[F],
    what: &'static str,
    expected: usize,
) -> Result<(), PremiseError<F>> {
    if multipliers.len() != expected {
        let found = multipliers.len();
        return Err(PremiseError::MultiplierCount { what, found, expected });
    }
    for (index, value) in multipliers.iter().enumerate() {
        if value.sign() == Sign::Negative {
            return Err(PremiseError::NegativeMultiplier { index, value: value.clone() });
        }
    }
    Ok(())
}

/// `base^exponent`.
pub(super) fn power<F: OrderedField>(base: &F, exponent: usize) -> F {
    (0..exponent).fold(F::one(), |product, _| product * base)
}
