//! The claim `not_global_optimum`.

use super::prelude::*;

/// A feasible point with a smaller norm than `theta~`.
#[derive(Clone, Debug, PartialEq)]
pub struct NotGlobalOptimum<F> {
    /// The free layer, or all; the better point differs from `theta~` there only.
    pub layer: Option<usize>,
    /// The better point.
    pub better: Parameters<F>,
}

/// Why the other point is not better.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NotGlobalOptimumRejection<F: OrderedField> {
    /// A premise fails.
    Premise(#[from] PremiseError<F>),
    /// It has not the network's shape.
    Shape(#[from] ShapeError),
    /// It differs in a layer that is not free.
    LeavesLayer { differs: usize, layer: usize },
    /// It is not feasible.
    Infeasible { sample: usize, margin: F },
    /// Its norm is not smaller.
    NotSmaller { better: F, point: F },
}

impl<F: OrderedField> Evidence<F> for NotGlobalOptimum<F> {
    type Rejection = NotGlobalOptimumRejection<F>;

    /// Compares norms, then computes the better point's margins.
    ///
    /// # Errors
    /// The first of these that fails.
    fn holds(&self, problem: &Problem<F>) -> Result<(), NotGlobalOptimumRejection<F>> {
        let scope = premises::scope(problem, self.layer)?;
        let better = &self.better;
        better.check_shape(problem.network())?;
        if let Scope::Layer(layer) = scope {
            let mut pairs = better.entries().zip(problem.point().iter());
            if let Some((((differs, _), _), _)) = pairs.find(|(((l, _), a), b)| *l != layer && a != b) {
                return Err(NotGlobalOptimumRejection::LeavesLayer { differs, layer });
            }
        }
        let (norm, point) = (better.norm_squared(scope), problem.point().norm_squared(scope));
        if norm >= point {
            return Err(NotGlobalOptimumRejection::NotSmaller { better: norm, point });
        }
        for sample in problem.sample_indices() {
            let margin = problem.margin_at(better, sample);
            if margin < F::one() {
                return Err(NotGlobalOptimumRejection::Infeasible { sample, margin });
            }
        }
        Ok(())
    }
}
