//! A better point from a curve of better points.

use crate::kernel::check::{Measure, NotGlobalOptimum, NotLocalOptimum};
use crate::kernel::network::{Parameters, Scope};
use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;

/// The end of the curve; scaled to the constraints, where the curve was compared by its margin.
pub fn better_on_curve<F: ProofField>(
    problem: &Problem<F>,
    scope: Scope,
    evidence: &NotLocalOptimum<F>,
) -> Option<NotGlobalOptimum<F>> {
    let along = evidence.curve.from_point(problem.point());
    let end: Vec<Vec<F>> =
        along.iter().map(|layer| layer.iter().map(|entry| entry.evaluate(&evidence.until)).collect()).collect();
    let end = Parameters::new(end);
    let better = match evidence.measure {
        Measure::Norm => end,
        Measure::Margin => {
            let factor = factor(problem, &end)?;
            let scaled = |layer: &Vec<F>| layer.iter().map(|entry| entry.clone() * &factor).collect();
            Parameters::new(end.layers().iter().map(scaled).collect())
        }
    };
    let layer = if let Scope::Layer(layer) = scope { Some(layer) } else { None };
    Some(NotGlobalOptimum { layer, better })
}

/// A short number between the factor that makes the least margin 1 and that which gives the norm of the point.
fn factor<F: ProofField>(problem: &Problem<F>, end: &Parameters<F>) -> Option<F> {
    let depth = problem.network().depth() as f64;
    let margin =
        problem.sample_indices().map(|sample| problem.margin_at(end, sample).to_f64()).fold(f64::INFINITY, f64::min);
    let ratio = problem.point().norm_squared(Scope::All).to_f64() / end.norm_squared(Scope::All).to_f64();
    let (low, high) = (margin.powf(-1.0 / depth), ratio.sqrt());
    F::near((low + high) / 2.0, (high - low) * 0.45)
}
