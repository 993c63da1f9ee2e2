//! What several checks ask first: shapes, signs, and feasibility.

use super::prelude::*;

/// The point satisfies every constraint.
pub(super) fn feasible<F: OrderedField>(problem: &Problem<F>) -> Result<(), Rejection<F>> {
    match problem.violated() {
        None => Ok(()),
        Some((sample, margin)) => Err(Rejection::Infeasible { sample, margin }),
    }
}

/// The claim's layer is one of the network's.
pub(super) fn scope<F: OrderedField>(problem: &Problem<F>, layer: Option<usize>) -> Result<Scope, Rejection<F>> {
    let depth = problem.network().depth();
    match layer {
        Some(layer) if layer >= depth => Err(Rejection::NoSuchLayer { layer, depth }),
        _ => Ok(Scope::of(layer)),
    }
}

/// Each vector has the network's shape, and is zero outside the free layers.
pub(super) fn move_within<'a, F: OrderedField>(
    problem: &Problem<F>,
    what: &'static str,
    vectors: impl IntoIterator<Item = &'a Parameters<F>>,
    scope: Scope,
) -> Result<(), Rejection<F>> {
    vectors.into_iter().try_for_each(|vector| {
        let shape = vector.check_shape(problem.network());
        shape.map_err(|error| Rejection::Shape { what, error })?;
        match (vector.leaves(scope), scope) {
            (Some(moved), Scope::Layer(layer)) => Err(Rejection::LeavesLayer { what, moved, layer }),
            _ => Ok(()),
        }
    })
}

/// One non-negative multiplier for each of `expected` things.
pub(super) fn multipliers<F: OrderedField>(
    multipliers: &[F],
    what: &'static str,
    expected: usize,
) -> Result<(), Rejection<F>> {
    if multipliers.len() != expected {
        let found = multipliers.len();
        return Err(Rejection::MultiplierCount { what, found, expected });
    }
    for (index, value) in multipliers.iter().enumerate() {
        if value.sign() == Sign::Negative {
            return Err(Rejection::NegativeMultiplier { index, value: value.clone() });
        }
    }
    Ok(())
}

/// 1/2.
pub(super) fn half<F: OrderedField>() -> F {
    (F::one() + &F::one()).reciprocal().unwrap_or_else(F::zero)
}
