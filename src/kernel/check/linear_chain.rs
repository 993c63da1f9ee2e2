//! The method `linear_chain`: a dense linear network computes a support vector machine's predictor as cheaply as can be.

use super::prelude::*;

/// The dual solution of the linear support vector machine.
///
/// **What it proves.** The point is a global optimum.
///
/// **Why.** A feasible `theta'` whose layers multiply to the predictor `u'` has
/// `||u'|| <= prod ||W_l||_F <= (||theta'||^2 / L)^(L/2)` (arithmetic and geometric mean), and `u'` is feasible for
/// `min ||u'||, y_i u'.x_i >= 1`, whose optimum is `u = sum mu_i y_i x_i` by the conditions checked here.
/// So `||theta'||^2 >= L ||u||^(2/L) = ||theta~||^2`. (Vardi, Shamir and Srebro, NeurIPS 2022, Section 3.)
#[derive(Clone, Debug, PartialEq)]
pub struct LinearChain<F> {
    /// `mu`, one a sample.
    pub multipliers: Vec<F>,
}

/// Checks the architecture, feasibility, the machine's optimality conditions, and the norm.
pub(super) fn global<F: OrderedField>(problem: &Problem<F>, evidence: &LinearChain<F>) -> Result<(), Rejection<F>> {
    let (network, samples) = (problem.network(), problem.samples());
    let dense_linear = |l: &Layer<F>| l.is_dense() && l.activation().is_linear();
    if let Some(layer) = network.layers().iter().position(|layer| !dense_linear(layer)) {
        return Err(Rejection::NotDenseLinear { layer });
    }
    premises::feasible(problem)?;
    premises::multipliers(&evidence.multipliers, "samples", samples.len())?;
    let mut predictor = vec![F::zero(); network.inputs()];
    for i in problem.sample_indices() {
        let coefficient = samples[i].y.times(evidence.multipliers[i].clone());
        predictor.iter_mut().zip(&samples[i].x).for_each(|(u, x)| u.add_product(&coefficient, x));
    }
    let dot = |other: &[F]| F::dot(predictor.iter().zip(other));
    for (sample, multiplier) in problem.sample_indices().zip(&evidence.multipliers) {
        let margin = samples[sample].y.times(dot(&samples[sample].x));
        let excess = (margin.clone() - &F::one()).sign();
        if excess == Sign::Negative {
            return Err(Rejection::PredictorInfeasible { sample, margin });
        }
        if excess == Sign::Positive && !multiplier.is_zero() {
            let multiplier = multiplier.clone();
            return Err(Rejection::PredictorSlack { sample, multiplier, margin });
        }
    }
    let depth = F::from(Rational::from(network.depth() as i64));
    let depth_inverse = depth.reciprocal().unwrap_or_else(F::zero);
    let mean = problem.point().norm_squared(Scope::All) * &depth_inverse;
    let (point, predictor) = (premises::power(&mean, network.depth()), dot(&predictor));
    if point != predictor {
        return Err(Rejection::NormDiffers { point, predictor });
    }
    Ok(())
}
