//! The claim `not_local_optimum`: a curve of better points that starts at the point.

use super::prelude::*;

/// A polynomial curve `theta(t)` from the point, better than the point for every `t` in `(0, until]`.
///
/// **What it proves.** The point is feasible, and feasible points of smaller norm lie arbitrarily near to it.
///
/// **Why.** On `(0, until]` every preactivation that meets a non-linear unit keeps one sign, so norm and margins are polynomials
/// in `t`. *Norm*: each `theta(t)` is feasible, has a smaller norm, and `theta(t) -> theta~`. *Margin*: with `m(t) = min_i m_i(theta(t))`
/// the point `theta(t) / m(t)^(1/L)` is feasible by homogeneity and has a smaller norm since
/// `m_i(t)^2 ||theta~||^(2L) > ||theta(t)||^(2L)` for all `i`; it tends to `theta~` since `m(0) = 1`.
#[derive(Clone, Debug, PartialEq)]
pub struct NotLocalOptimum<F> {
    /// The free layer, or all; the curve moves nothing else.
    pub layer: Option<usize>,
    /// The curve.
    pub curve: Curve<F>,
    /// The end of the interval, greater than 0.
    pub until: F,
    /// How points of the curve are compared with the point.
    pub measure: Measure,
}

/// How points of a curve are compared with its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// They are feasible and have a smaller norm.
    Norm,
    /// Their least margin is greater in proportion to the norm; for claims about all layers.
    Margin,
}

/// Where the curve fails.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NotLocalOptimumRejection<F: OrderedField> {
    /// A premise fails.
    Premise(#[from] PremiseError<F>),
    /// The interval is empty.
    Until(F),
    /// The measure `margin` in a claim about one layer.
    MarginOfLayer,
    /// The point's least margin is not 1.
    NoActiveSample,
    /// A preactivation that does not keep one sign.
    PatternChanges { sample: usize, unit: Unit, polynomial: Polynomial<F> },
    /// The norm is not smaller on the whole interval.
    Norm(Polynomial<F>),
    /// A constraint fails on the interval.
    Constraint { sample: usize, margin: Polynomial<F> },
    /// A margin is not positive on the interval.
    MarginSign { sample: usize, margin: Polynomial<F> },
    /// A normalised margin does not grow.
    NormalisedMargin { sample: usize, difference: Polynomial<F> },
}

impl<F: OrderedField> Evidence<F> for NotLocalOptimum<F> {
    type Rejection = NotLocalOptimumRejection<F>;

    /// Checks the pattern along the curve, then norm and margins as polynomials.
    ///
    /// # Errors
    /// The first condition that fails.
    fn holds(&self, problem: &Problem<F>) -> Result<(), NotLocalOptimumRejection<F>> {
        let scope = premises::scope(problem, self.layer)?;
        premises::feasible(problem)?;
        premises::curve_moves_within(problem, "curve", &self.curve, scope)?;
        if self.until.sign() != Sign::Positive {
            return Err(NotLocalOptimumRejection::Until(self.until.clone()));
        }
        let interval = Interval::UpTo(self.until.clone());
        let parameters = self.curve.from_point(problem.point());
        let mut margins = Vec::with_capacity(problem.samples().len());
        for sample in problem.sample_indices() {
            let changes = |(unit, polynomial)| NotLocalOptimumRejection::PatternChanges { sample, unit, polynomial };
            let trace = trace_along(problem, &parameters, sample, &interval, Vanishing::Allowed);
            let trace = trace.map_err(changes)?;
            margins.push(margin_of(problem, sample, &trace));
        }
        let norm_squared = norm_squared(&parameters, scope);
        match (self.measure, scope) {
            (Measure::Norm, _) => smaller_norm(problem, scope, &norm_squared, margins, &interval),
            (Measure::Margin, Scope::Layer(_)) => Err(NotLocalOptimumRejection::MarginOfLayer),
            (Measure::Margin, Scope::All) => greater_margin(problem, &norm_squared, margins, &interval),
        }
    }
}

fn smaller_norm<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    norm_squared: &Polynomial<F>,
    margins: Vec<Polynomial<F>>,
    interval: &Interval<F>,
) -> Result<(), NotLocalOptimumRejection<F>> {
    let growth = norm_squared - &Polynomial::constant(problem.point().norm_squared(scope));
    if sign_on(&growth, interval) != SignOn::Negative {
        return Err(NotLocalOptimumRejection::Norm(growth));
    }
    for (sample, margin) in margins.into_iter().enumerate() {
        let excess = &margin - &Polynomial::constant(F::one());
        match sign_on(&excess, interval) {
            SignOn::Zero | SignOn::Positive | SignOn::Nonnegative => {}
            _ => return Err(NotLocalOptimumRejection::Constraint { sample, margin }),
        }
    }
    Ok(())
}

fn greater_margin<F: OrderedField>(
    problem: &Problem<F>,
    norm_squared: &Polynomial<F>,
    margins: Vec<Polynomial<F>>,
    interval: &Interval<F>,
) -> Result<(), NotLocalOptimumRejection<F>> {
    if !(0..margins.len()).any(|sample| problem.is_active(sample)) {
        return Err(NotLocalOptimumRejection::NoActiveSample);
    }
    let depth = problem.network().depth();
    let start = premises::power(&problem.point().norm_squared(Scope::All), depth);
    let along = norm_squared.pow(depth as u32);
    for (sample, margin) in margins.into_iter().enumerate() {
        if sign_on(&margin, interval) != SignOn::Positive {
            return Err(NotLocalOptimumRejection::MarginSign { sample, margin });
        }
        let difference = &(&margin * &margin).scale(&start) - &along;
        if sign_on(&difference, interval) != SignOn::Positive {
            return Err(NotLocalOptimumRejection::NormalisedMargin { sample, difference });
        }
    }
    Ok(())
}

/// `||theta(t)||^2` over the free layers of parameters that are polynomials in `t`.
pub fn norm_squared<F: OrderedField>(parameters: &[Vec<Polynomial<F>>], scope: Scope) -> Polynomial<F> {
    let free = parameters.iter().enumerate().filter(|(layer, _)| scope.contains(*layer));
    let squares = free.flat_map(|(_, layer)| layer).map(|entry| entry * entry);
    squares.fold(Polynomial::zero(), |sum, square| &sum + &square)
}

/// `m_i(theta(t))` from the sample's trace along the curve.
pub fn margin_of<F: OrderedField>(
    problem: &Problem<F>,
    sample: usize,
    trace: &Trace<F, Polynomial<F>>,
) -> Polynomial<F> {
    trace.output().scale(&problem.samples()[sample].y.times(F::one()))
}

/// Whether a preactivation that meets a non-linear unit may be identically zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vanishing {
    /// It may: the unit then passes on zero, whatever its slope.
    Allowed,
    /// It must not.
    Refused,
}

/// Runs the network on a sample with parameters that are polynomials in `t`, provided that on the whole interval every
/// preactivation that meets a non-linear unit keeps one sign (or vanishes identically, where that is allowed).
///
/// # Errors
/// The first unit whose preactivation does not, with that preactivation.
pub fn trace_along<F: OrderedField>(
    problem: &Problem<F>,
    parameters: &[Vec<Polynomial<F>>],
    sample: usize,
    interval: &Interval<F>,
    vanishing: Vanishing,
) -> Result<Trace<F, Polynomial<F>>, (Unit, Polynomial<F>)> {
    let network = problem.network();
    let x = problem.samples()[sample].x.iter().cloned().map(Polynomial::constant).collect();
    network.trace(parameters, x, |unit, preactivation| match sign_on(preactivation, interval) {
        SignOn::Zero if vanishing == Vanishing::Allowed => Ok(network.slope(unit, Sign::Zero)),
        SignOn::Positive => Ok(network.slope(unit, Sign::Positive)),
        SignOn::Negative => Ok(network.slope(unit, Sign::Negative)),
        _ => Err((unit, preactivation.clone())),
    })
}
