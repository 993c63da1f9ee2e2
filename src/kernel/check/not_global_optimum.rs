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

impl<F: OrderedField> Evidence<F> for NotGlobalOptimum<F> {
    /// Compares norms, then computes the better point's margins.
    ///
    /// # Errors
    /// The first of these that fails.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        let scope = premises::scope(problem, self.layer)?;
        let better = &self.better;
        let shape = better.check_shape(problem.network());
        shape.map_err(|error| Rejection::Shape { what: "better point", error })?;
        if let Scope::Layer(layer) = scope {
            let mut pairs = better.entries().zip(problem.point().iter());
            if let Some((((differs, _), _), _)) = pairs.find(|(((l, _), a), b)| *l != layer && a != b) {
                return Err(Rejection::DiffersElsewhere { differs, layer });
            }
        }
        let (norm, point) = (better.norm_squared(scope), problem.point().norm_squared(scope));
        if norm >= point {
            return Err(Rejection::NotSmaller { better: norm, point });
        }
        for sample in problem.sample_indices() {
            let margin = problem.margin_at(better, sample);
            if margin < F::one() {
                return Err(Rejection::BetterInfeasible { sample, margin });
            }
        }
        Ok(())
    }
}
