//! What is true of the trained network itself, scaled to margin 1: how nearly it is a KKT point.

use super::newton::significant;
use super::task::{Task, exact};
use crate::kernel::certificate::Certificate;
use crate::kernel::check::{ApproximateKkt, Claim, Feasible, Rejection, check};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::network::{Parameters, Scope};
use crate::kernel::problem::Problem;
use crate::prove::rounding::to_f64;

/// The most samples whose multipliers are sought: those of the least margins.
const MOST_SAMPLES: usize = 200;

/// Binary digits of the weights after the point: with more the exact arithmetic would leave machine words.
const WEIGHT_BITS: i32 = 30;

/// A certificate of the trained point, to nine digits; without claims where nothing was accepted, nothing where the network is too large for exact
/// arithmetic.
pub(super) fn certificate(task: &Task) -> Option<Certificate<Rational>> {
    let problem = scaled(task)?;
    let mut certificate = Certificate::instance(None, problem);
    let claims =
        [nearly_kkt(&certificate.problem).map(Claim::ApproximateKkt), Some(Claim::Feasible(Feasible { layer: None }))];
    let accepted = claims.into_iter().flatten().find(|claim| check(&certificate.problem, claim).is_ok());
    certificate.claims.extend(accepted);
    Some(certificate)
}

/// The trained point, scaled so that every margin is at least 1 in exact arithmetic, if it is.
fn scaled(task: &Task) -> Option<Problem<Rational>> {
    let margins = (0..task.samples.len()).map(|sample| task.margin(sample));
    let least = margins.fold(f64::INFINITY, f64::min);
    for slack in [1e-8, 1e-6, 1e-4, 1e-3] {
        let scale = least.powf(-1.0 / task.depth() as f64) * (1.0 + slack);
        let grid = 2_f64.powi(WEIGHT_BITS);
        let number = |weight: &f64| exact((weight * scale * grid).round() / grid).unwrap_or_else(|| Rational::from(0));
        let point = Parameters::new(task.parameters.iter().map(|layer| layer.iter().map(number).collect()).collect());
        let problem = Problem::new(task.network.clone(), task.samples.clone(), point).ok()?;
        if problem.violated().is_none() {
            return Some(problem);
        }
    }
    None
}

/// Multipliers that make the point nearly stationary, with the bounds that they reach.
fn nearly_kkt(problem: &Problem<Rational>) -> Option<ApproximateKkt<Rational>> {
    let mut order: Vec<usize> = (0..problem.samples().len()).collect();
    let margins: Vec<f64> = order.iter().map(|sample| to_f64(&problem.margin(*sample))).collect();
    order.sort_by(|a, b| margins[*a].total_cmp(&margins[*b]));
    order.truncate(MOST_SAMPLES);
    order.retain(|sample| problem.kinks(*sample, Scope::All).is_empty());
    let gradients: Vec<Vec<f64>> = order
        .iter()
        .map(|sample| {
            let mut gradient = Parameters::zero(problem.network());
            let seed = problem.samples()[*sample].y.times(Rational::from(1));
            problem.add_gradient(&mut gradient, *sample, &problem.traces()[*sample].slopes, seed, Scope::All);
            gradient.iter().map(to_f64).collect()
        })
        .collect();
    let point: Vec<f64> = problem.point().iter().map(to_f64).collect();
    let weights = non_negative_least_squares(&gradients, &point);
    let mut multipliers = vec![Rational::from(0); margins.len()];
    let mut delta = 0.0_f64;
    for (sample, weight) in order.iter().zip(weights) {
        multipliers[*sample] = significant(weight, 6);
        delta = delta.max(to_f64(&multipliers[*sample]) * (margins[*sample] - 1.0));
    }
    let delta = significant(delta.max(1e-15) * 1.01, 3);
    let mut claim =
        ApproximateKkt { layer: None, multipliers, selections: Default::default(), epsilon: Rational::from(0), delta };
    for _ in 0..2 {
        match check(problem, &claim) {
            Ok(_) => return Some(claim),
            Err(Rejection::ResidualAbove { residual_squared, .. }) => {
                claim.epsilon = significant(to_f64(&residual_squared).sqrt() * 1.01, 3);
                if claim.epsilon.sign() == Sign::Zero {
                    return None;
                }
            }
            Err(_) => return None,
        }
    }
    None
}

/// Weights `c >= 0` for which `sum c_i g_i` is near a vector, by coordinate descent.
fn non_negative_least_squares(vectors: &[Vec<f64>], target: &[f64]) -> Vec<f64> {
    use super::dense::dot;
    let gram: Vec<Vec<f64>> = vectors.iter().map(|a| vectors.iter().map(|b| dot(a, b)).collect()).collect();
    let mut residuals: Vec<f64> = vectors.iter().map(|g| dot(g, target)).collect();
    let mut weights = vec![0.0_f64; vectors.len()];
    for _ in 0..5000 {
        let mut moved = 0.0_f64;
        for i in 0..weights.len() {
            if gram[i][i] > 0.0 {
                let wanted = (weights[i] + residuals[i] / gram[i][i]).max(0.0);
                let change = wanted - weights[i];
                weights[i] = wanted;
                residuals.iter_mut().zip(&gram[i]).for_each(|(r, g)| *r -= change * g);
                moved = moved.max(change.abs() / (1e-300 + wanted.abs().max(1e-12)));
            }
        }
        if moved < 1e-10 {
            break;
        }
    }
    weights
}
