//! The claim `flow_converges`: gradient flow reaches the point's direction.

use super::not_local_optimum::{Vanishing, margin_of, trace_along};
use super::{Checked, PremiseError, premises};
use crate::kernel::exact::{
    Fault, Interval, OrderedField, Polynomial, Sign, SignOn, afford, charge, is_faulted, sign_on,
};
use crate::kernel::network::{Curve, Parameters, Scope, Unit, accumulate_gradient};
use crate::kernel::problem::{Problem, Sample};

/// A ray on which gradient flow stays.
///
/// **What it proves.** Gradient flow on the exponential or the logistic loss from `offset + start * ray` stays on
/// `{offset + a * ray}`, drives the loss to 0, and converges in direction to `theta~ / ||theta~||`.
///
/// **Why.** For `a >= start` no preactivation that meets a non-linear unit vanishes, so near the ray the loss is smooth and the
/// flow unique. All margins are one polynomial `q(a)` and `sum_i y_i grad Phi(.; x_i) = kappa(a) ray` with `kappa > 0`, so on the ray the
/// flow is `a' = -l'(q(a)) kappa(a) > 0`. As `sum_i q' = kappa ||ray||^2 > 0`, the polynomial `q` grows without bound;
/// `a'` is bounded, and positive on every bounded interval, so `a` exists for all times and grows without bound: the loss
/// tends to 0, and the direction to that of `ray`, a positive multiple of `theta~`. No theorem is cited.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowConverges<F> {
    /// Where the ray is based.
    pub offset: Parameters<F>,
    /// Its direction.
    pub ray: Parameters<F>,
    /// The value of `a` at time 0, greater than 0.
    pub start: F,
}

/// Where the argument fails.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[allow(missing_docs)]
pub enum FlowConvergesRejection<F: OrderedField> {
    /// A premise fails.
    #[error(transparent)]
    Premise(#[from] PremiseError<F>),
    /// The start is not positive.
    #[error("`start` is {0}, which is not positive")]
    Start(F),
    /// The ray is not a positive multiple of the point.
    #[error("the ray is not a positive multiple of the point (parameter {parameter} of layer {layer})")]
    Direction { layer: usize, parameter: usize },
    /// The point is zero and has no direction.
    #[error("the point is 0 and has no direction")]
    ZeroPoint,
    /// A preactivation that vanishes or changes sign on the ray.
    #[error("on sample {sample} the preactivation {polynomial} of unit {} of layer {} does not keep off 0 for all a >= start", unit.unit, unit.layer)]
    PatternChanges { sample: usize, unit: Unit, polynomial: Polynomial<F> },
    /// Two samples have different margins.
    #[error("the margins of samples 0 and {sample} differ along the ray: {first} and {other}")]
    MarginsDiffer { sample: usize, first: Polynomial<F>, other: Polynomial<F> },
    /// The gradient leaves the ray.
    #[error(
        "the gradient leaves the ray at parameter {parameter} of layer {layer}: it is {gradient}, the ray's share is {share}"
    )]
    GradientLeaves { layer: usize, parameter: usize, gradient: Polynomial<F>, share: Polynomial<F> },
    /// The flow does not move outward.
    #[error("kappa(a) = {0} is not positive for all a >= start")]
    Kappa(Polynomial<F>),
    /// The exact arithmetic came to no result.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Checks the ray's direction, the pattern, the margins and the gradient along it.
///
/// # Errors
/// The first condition that fails.
pub fn check<'a, F: OrderedField>(
    problem: &'a Problem<F>,
    evidence: &'a FlowConverges<F>,
) -> Result<Checked<'a, F, FlowConverges<F>>, FlowConvergesRejection<F>> {
    Checked::if_passes(problem, evidence, |problem, FlowConverges { offset, ray, start }| {
        premises::moves_within(problem, "offset", offset, Scope::All)?;
        premises::moves_within(problem, "ray", ray, Scope::All)?;
        if start.sign() != Sign::Positive {
            return Err(FlowConvergesRejection::Start(start.clone()));
        }
        charge(100 * problem.network().parameter_count() as u64);
        let pivot = positive_multiple(problem.point(), ray)?;
        let interval = Interval::From(start.clone());
        let parameters = Curve::new(vec![ray.clone()]).from_point(offset);
        let gradient = margin_gradient(problem, &parameters, &interval)?;
        along_ray(ray, pivot, &gradient, &interval)
    })
}

/// `ray = c * point` with `c > 0`; returns the place of a non-zero entry.
fn positive_multiple<F: OrderedField>(
    point: &Parameters<F>,
    ray: &Parameters<F>,
) -> Result<(usize, usize), FlowConvergesRejection<F>> {
    let entries = |(layer, (point, ray)): (usize, (&Vec<F>, &Vec<F>))| {
        let pairs: Vec<_> = point.iter().cloned().zip(ray.iter().cloned()).enumerate().collect();
        pairs.into_iter().map(move |(parameter, pair)| ((layer, parameter), pair))
    };
    let mut pairs = point.layers().iter().zip(ray.layers()).enumerate().flat_map(entries);
    let (pivot, factor) = pairs
        .clone()
        .find_map(|(place, (point, ray))| Some((place, point.reciprocal()? * &ray)))
        .ok_or(FlowConvergesRejection::ZeroPoint)?;
    let (layer, parameter) = pivot;
    if factor.sign() != Sign::Positive {
        return Err(FlowConvergesRejection::Direction { layer, parameter });
    }
    match pairs.find(|(_, (point, ray))| factor.clone() * point != *ray) {
        None => Ok(pivot),
        Some(((layer, parameter), _)) => Err(FlowConvergesRejection::Direction { layer, parameter }),
    }
}

/// `sum_i y_i grad Phi(.; x_i)` along the ray, once pattern and margins have passed.
fn margin_gradient<F: OrderedField>(
    problem: &Problem<F>,
    parameters: &[Vec<Polynomial<F>>],
    interval: &Interval<F>,
) -> Result<Vec<Vec<Polynomial<F>>>, FlowConvergesRejection<F>> {
    let network = problem.network();
    let mut sum: Vec<Vec<Polynomial<F>>> =
        parameters.iter().map(|layer| vec![Polynomial::zero(); layer.len()]).collect();
    let mut first: Option<Polynomial<F>> = None;
    for (sample, Sample { y, .. }) in problem.samples().iter().enumerate() {
        let changes = |(unit, polynomial)| FlowConvergesRejection::PatternChanges { sample, unit, polynomial };
        // Where a preactivation is identically zero the loss may fail to be smooth.
        let trace = trace_along(problem, parameters, sample, interval, Vanishing::Refused);
        let trace = trace.map_err(changes)?;
        let other = margin_of(problem, sample, &trace);
        let first = first.get_or_insert_with(|| other.clone());
        if *first != other {
            let first = first.clone();
            return Err(FlowConvergesRejection::MarginsDiffer { sample, first, other });
        }
        let seed = Polynomial::constant(y.times(F::one()));
        let traced = (trace.inputs.as_slice(), trace.slopes.as_slice());
        accumulate_gradient(&mut sum, network, parameters, traced, seed, Scope::All);
        if is_faulted() {
            break;
        }
    }
    Ok(sum)
}

/// `gradient = kappa * ray` with `kappa` positive on the interval.
fn along_ray<F: OrderedField>(
    ray: &Parameters<F>,
    (l, p): (usize, usize),
    gradient: &[Vec<Polynomial<F>>],
    interval: &Interval<F>,
) -> Result<(), FlowConvergesRejection<F>> {
    let inverse = ray.layers()[l][p].reciprocal().ok_or(FlowConvergesRejection::ZeroPoint)?;
    let kappa = gradient[l][p].scale(&inverse);
    for (layer, (ray, gradient)) in ray.layers().iter().zip(gradient).enumerate() {
        for (parameter, (entry, gradient)) in ray.iter().zip(gradient).enumerate() {
            if !afford(50 + 10 * kappa.coefficients().len() as u64) {
                break;
            }
            let share = kappa.scale(entry);
            if share != *gradient {
                let gradient = gradient.clone();
                return Err(FlowConvergesRejection::GradientLeaves { layer, parameter, gradient, share });
            }
        }
    }
    if sign_on(&kappa, interval) == SignOn::Positive { Ok(()) } else { Err(FlowConvergesRejection::Kappa(kappa)) }
}
