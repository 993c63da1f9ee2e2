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

impl<F: OrderedField> Evidence<F> for NotLocalOptimum<F> {
    /// Checks the pattern along the curve, then norm and margins as polynomials.
    ///
    /// # Errors
    /// The first condition that fails.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        let scope = premises::scope(problem, self.layer)?;
        premises::feasible(problem)?;
        premises::move_within(problem, "curve", self.curve.coefficients(), scope)?;
        if self.until.sign() != Sign::Positive {
            return Err(Rejection::Until(self.until.clone()));
        }
        let interval = Interval::UpTo(self.until.clone());
        let parameters = self.curve.from_point(problem.point());
        let mut margins = Vec::with_capacity(problem.samples().len());
        for sample in problem.sample_indices() {
            let changes = |(unit, polynomial)| Rejection::PatternChanges { sample, unit, polynomial };
            let trace = along::trace(problem, &parameters, sample, &interval, along::Vanishing::Allowed);
            let trace = trace.map_err(changes)?;
            let margin = along::margin(problem, sample, &trace);
            cost::keep(margin.bytes());
            margins.push(margin);
        }
        let norm_squared = along::norm_squared(&parameters, scope);
        match (self.measure, scope) {
            (Measure::Norm, _) => smaller_norm(problem, scope, &norm_squared, margins, &interval),
            (Measure::Margin, Scope::Layer(_)) => Err(Rejection::MarginOfLayer),
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
) -> Result<(), Rejection<F>> {
    let growth = norm_squared - &Polynomial::constant(problem.point().norm_squared(scope));
    if signs_on(&growth, interval) != [Sign::Negative] {
        return Err(Rejection::NormNotSmaller(growth));
    }
    for (sample, margin) in margins.into_iter().enumerate() {
        let excess = &margin - &Polynomial::constant(F::one());
        if signs_on(&excess, interval).first().is_none_or(|least| *least == Sign::Negative) {
            return Err(Rejection::Constraint { sample, margin });
        }
    }
    Ok(())
}

fn greater_margin<F: OrderedField>(
    problem: &Problem<F>,
    norm_squared: &Polynomial<F>,
    margins: Vec<Polynomial<F>>,
    interval: &Interval<F>,
) -> Result<(), Rejection<F>> {
    if !(0..margins.len()).any(|sample| problem.is_active(sample)) {
        return Err(Rejection::NoActiveSample);
    }
    let depth = problem.network().depth();
    let start = num_traits::pow(problem.point().norm_squared(Scope::All), depth);
    let along = norm_squared.pow(depth as u32);
    for (sample, margin) in margins.into_iter().enumerate() {
        if signs_on(&margin, interval) != [Sign::Positive] {
            return Err(Rejection::MarginSign { sample, margin });
        }
        let difference = &(&margin * &margin).scale(&start) - &along;
        if signs_on(&difference, interval) != [Sign::Positive] {
            return Err(Rejection::NormalisedMargin { sample, difference });
        }
    }
    Ok(())
}
