//! The claim `flow_converges`: gradient flow reaches the point's direction.

use super::prelude::*;

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

impl<F: OrderedField> Evidence<F> for FlowConverges<F> {
    /// Checks the ray's direction, the pattern, the margins and the gradient along it.
    ///
    /// # Errors
    /// The first condition that fails.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        let FlowConverges { offset, ray, start } = self;
        premises::move_within(problem, "offset", [offset], Scope::All)?;
        premises::move_within(problem, "ray", [ray], Scope::All)?;
        if start.sign() != Sign::Positive {
            return Err(Rejection::Start(start.clone()));
        }
        let pivot = positive_multiple(problem.point(), ray)?;
        let interval = Interval::From(start.clone());
        let parameters = Curve::new(vec![ray.clone()]).from_point(offset);
        let gradient = margin_gradient(problem, &parameters, &interval)?;
        along_ray(ray, pivot, &gradient, &interval)
    }
}

/// `ray = c * point` with `c > 0`; returns the place of a non-zero entry.
fn positive_multiple<F: OrderedField>(
    point: &Parameters<F>,
    ray: &Parameters<F>,
) -> Result<(usize, usize), Rejection<F>> {
    let mut pairs = point.entries().zip(ray.iter());
    let place = |((pivot, point), ray): (((usize, usize), &F), &F)| Some((pivot, point.reciprocal()? * ray));
    let (pivot, factor) = pairs.clone().find_map(place).ok_or(Rejection::ZeroPoint)?;
    let wrong = match factor.sign() {
        Sign::Positive => pairs.find(|((_, point), ray)| factor.clone() * *point != **ray).map(|((place, _), _)| place),
        _ => Some(pivot),
    };
    wrong.map_or(Ok(pivot), |(layer, parameter)| Err(Rejection::Direction { layer, parameter }))
}

/// `sum_i y_i grad Phi(.; x_i)` along the ray, once pattern and margins have passed.
fn margin_gradient<F: OrderedField>(
    problem: &Problem<F>,
    parameters: &[Vec<Polynomial<F>>],
    interval: &Interval<F>,
) -> Result<Vec<Vec<Polynomial<F>>>, Rejection<F>> {
    let network = problem.network();
    let mut sum: Vec<Vec<Polynomial<F>>> =
        parameters.iter().map(|layer| vec![Polynomial::zero(); layer.len()]).collect();
    let mut first: Option<Polynomial<F>> = None;
    for sample in problem.sample_indices() {
        let changes = |(unit, polynomial)| Rejection::PatternChangesOnRay { sample, unit, polynomial };
        // Where a preactivation is identically zero the loss may fail to be smooth.
        let trace = along::trace(problem, parameters, sample, interval, along::Vanishing::Refused);
        let trace = trace.map_err(changes)?;
        let other = along::margin(problem, sample, &trace);
        let first = first.get_or_insert_with(|| other.clone());
        if *first != other {
            let first = first.clone();
            return Err(Rejection::MarginsDiffer { sample, first, other });
        }
        let seed = Polynomial::constant(problem.samples()[sample].y.times(F::one()));
        let traced = (trace.inputs.as_slice(), trace.slopes.as_slice());
        let bytes = |sum: &[Vec<Polynomial<F>>]| sum.iter().flatten().map(Polynomial::bytes).sum::<u64>();
        let before = bytes(&sum);
        accumulate_gradient(&mut sum, network, parameters, traced, seed, Scope::All);
        cost::keep(bytes(&sum).saturating_sub(before));
    }
    Ok(sum)
}

/// `gradient = kappa * ray` with `kappa` positive on the interval.
fn along_ray<F: OrderedField>(
    ray: &Parameters<F>,
    (l, p): (usize, usize),
    gradient: &[Vec<Polynomial<F>>],
    interval: &Interval<F>,
) -> Result<(), Rejection<F>> {
    let inverse = ray.layers()[l][p].reciprocal().ok_or(Rejection::ZeroPoint)?;
    let kappa = gradient[l][p].scale(&inverse);
    let entries = ray.entries().zip(gradient.iter().flatten());
    for (((layer, parameter), entry), gradient) in entries.take_while(|_| !is_faulted()) {
        let share = kappa.scale(entry);
        if share != *gradient {
            let gradient = gradient.clone();
            return Err(Rejection::GradientLeaves { layer, parameter, gradient, share });
        }
    }
    if signs_on(&kappa, interval) == [Sign::Positive] { Ok(()) } else { Err(Rejection::Kappa(kappa)) }
}
