//! The claim `approximate_kkt`: the point, exactly as written, is nearly a Karush-Kuhn-Tucker point.

use super::prelude::*;

/// Multipliers and Clarke subgradients that make the point stationary up to `epsilon`, and complementary up to `delta`.
///
/// **What it proves.** The point is an (epsilon, delta)-KKT point in the sense of Lyu and Li (ICLR 2020, Definition C.4): it is
/// feasible, and there are `lambda_i >= 0` and `g_i` in the Clarke subdifferential of `Phi(.; x_i)` at `theta~` with
/// `||theta~ - sum_i lambda_i y_i g_i|| <= epsilon` and `lambda_i (m_i - 1) <= delta` for every `i`. With a layer, the norm is that
/// of the layer's parameters. It says nothing of how near an exact KKT point is.
///
/// **Why.** These are the conditions themselves, with squares for norms; the `g_i` are as in [`Kkt`].
#[derive(Clone, Debug, PartialEq)]
pub struct ApproximateKkt<F> {
    /// The free layer, or all.
    pub layer: Option<usize>,
    /// `lambda`, one a sample.
    pub multipliers: Vec<F>,
    /// For each sample that has a kink and a positive multiplier, its Clarke subgradient. Others are ignored.
    pub selections: Selections<F>,
    /// How far from stationary the point may be.
    pub epsilon: F,
    /// How far from complementary.
    pub delta: F,
}

impl<F: OrderedField> Evidence<F> for ApproximateKkt<F> {
    /// Checks feasibility, each product of multiplier and slack, each selection, and the residual's norm.
    ///
    /// # Errors
    /// The first of these that fails.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        let scope = premises::scope(problem, self.layer)?;
        premises::feasible(problem)?;
        premises::multipliers(&self.multipliers, "samples", problem.samples().len())?;
        for (what, value) in [("epsilon", &self.epsilon), ("delta", &self.delta)] {
            if value.sign() == Sign::Negative {
                return Err(Rejection::NegativeTolerance { what, value: value.clone() });
            }
        }
        for (sample, multiplier) in problem.sample_indices().zip(&self.multipliers).filter(|(_, m)| !m.is_zero()) {
            let product = (problem.margin(sample) - &F::one()) * multiplier;
            if product > self.delta {
                return Err(Rejection::SlackAbove { sample, product, delta: self.delta.clone() });
            }
        }
        let combination = kkt::combination(problem, scope, &self.multipliers, Some(&self.selections))?;
        let difference = |(point, sum): (&F, &F)| point.clone() - sum;
        let residual: Vec<F> = problem.point().free(scope).zip(combination.free(scope)).map(difference).collect();
        let residual_squared = F::dot(residual.iter().zip(&residual));
        if residual_squared > self.epsilon.clone() * &self.epsilon {
            return Err(Rejection::ResidualAbove { residual_squared, epsilon: self.epsilon.clone() });
        }
        Ok(())
    }
}
