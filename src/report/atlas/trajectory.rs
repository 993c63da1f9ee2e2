//! How norm and margins change along a curve of better points, in floats, for plots alone: the proof is in exact numbers.
//!
//! The changes are exact polynomials without a constant term, and only their values are rounded: a change of 10^-12 beside a norm
//! of 1 is as smooth as any other.

use crate::kernel::check::along::{self, Vanishing, norm_squared};
use crate::kernel::check::{Measure, NotLocalOptimum};
use crate::kernel::exact::{Interval, OrderedField, Polynomial};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;
use crate::prove::rounding::{to_f64, to_f64s};

/// How many points of a curve are computed.
const POINTS: usize = 161;

/// Values along a curve, over the verified interval.
pub struct Trajectory {
    /// The parameter `t`, from 0.
    pub times: Vec<f64>,
    /// What is added to `||theta||^2` over the free layers; for the measure `margin`, to that of the point scaled to the least margin 1.
    pub norm: Vec<f64>,
    /// What is added to 1: the margins of the samples that begin there, each with the sample's number.
    pub active: Vec<(usize, Vec<f64>)>,
    /// The other samples, with the margin at the start and at the end.
    pub slack: Vec<(usize, f64, f64)>,
    /// Whether norms are those of scaled points.
    pub is_scaled: bool,
}

impl Trajectory {
    /// Follows the curve of accepted evidence; nothing if a value is not finite as a float.
    pub fn of<F: OrderedField>(problem: &Problem<F>, evidence: &NotLocalOptimum<F>) -> Option<Self> {
        let scope = Scope::of(evidence.layer);
        let parameters = evidence.curve.from_point(problem.point());
        let interval = Interval::UpTo(evidence.until.clone());
        let trace = |sample| along::trace(problem, &parameters, sample, &interval, Vanishing::Allowed).ok();
        let margins = problem.sample_indices().map(|sample| Some(along::margin(problem, sample, &trace(sample)?)));
        let margins: Vec<Polynomial<F>> = margins.collect::<Option<_>>()?;
        let start = problem.point().norm_squared(scope);
        let until = to_f64(&evidence.until);
        let times: Vec<f64> = (0..POINTS).map(|k| until * k as f64 / (POINTS - 1) as f64).collect();
        let change = |polynomial: &Polynomial<F>, less: F| -> Vec<f64> {
            let coefficients = to_f64s((polynomial - &Polynomial::constant(less)).coefficients());
            let horner = |t: &f64| coefficients.iter().rev().fold(0.0, |value, c| value * t + c);
            times.iter().map(horner).collect()
        };
        let mut norm = change(&norm_squared(&parameters, scope), start.clone());
        let above: Vec<Vec<f64>> = margins.iter().map(|margin| change(margin, F::one())).collect();
        let is_scaled = evidence.measure == Measure::Margin;
        if is_scaled {
            // (N + n) (1 + m)^(-2/L) - N, without taking the difference of large numbers.
            let (start, power) = (to_f64(&start), -2.0 / problem.network().depth() as f64);
            for (k, change) in norm.iter_mut().enumerate() {
                let least = above.iter().map(|above| above[k]).fold(f64::INFINITY, f64::min);
                *change += (start + *change) * (power * least.ln_1p()).exp_m1();
            }
        }
        let (mut active, mut slack) = (Vec::new(), Vec::new());
        for (sample, above) in above.into_iter().enumerate() {
            if problem.is_active(sample) {
                active.push((sample, above));
            } else {
                let ends = [above.first(), above.last()].map(|end| 1.0 + end.copied().unwrap_or(f64::NAN));
                slack.push((sample, ends[0], ends[1]));
            }
        }
        let values = times.iter().chain(&norm).chain(active.iter().flat_map(|(_, above)| above));
        let values = values.chain(slack.iter().flat_map(|(_, from, to)| [from, to]));
        let is_finite = values.into_iter().all(|value| value.is_finite());
        is_finite.then_some(Trajectory { times, norm, active, slack, is_scaled })
    }
}
