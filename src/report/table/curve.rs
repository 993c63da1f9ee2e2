//! A curve of better points in numbers: its order, where it ends, and what is gained there.

use crate::kernel::check::along::norm_squared;
use crate::kernel::check::{Measure, NotLocalOptimum};
use crate::kernel::exact::OrderedField;
use crate::kernel::network::{Parameters, Scope};
use crate::kernel::problem::Problem;
use crate::prove::rounding::to_f64;
use crate::report::formula::{Formula, Notation};

/// A curve of better points.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveSummary {
    /// The layer that it moves, or all.
    pub layer: Option<usize>,
    /// The highest power of `t` in it.
    pub order: usize,
    /// How its points are compared with the point.
    pub measure: Measure,
    /// The end of the verified interval.
    pub until: Formula,
    /// By how much `||theta||^2` drops at the end, exactly; for the measure `margin` the points are scaled to least margin 1
    /// by a root, and only [`drop_approximately`](Self::drop_approximately) is known.
    pub drop: Option<Formula>,
    /// The same, rounded to a float.
    pub drop_approximately: f64,
}

impl CurveSummary {
    /// Of accepted evidence.
    pub fn of<F: OrderedField>(problem: &Problem<F>, notation: &Notation, evidence: &NotLocalOptimum<F>) -> Self {
        let scope = Scope::of(evidence.layer);
        let curve = evidence.curve.from_point(problem.point());
        let start = problem.point().norm_squared(scope);
        let end = norm_squared(&curve, scope).evaluate(&evidence.until);
        let order = curve.iter().flatten().filter_map(|entry| entry.degree()).max().unwrap_or(0);
        let (drop, drop_approximately) = match evidence.measure {
            Measure::Norm => {
                let drop = start - &end;
                (Some(notation.number(&drop)), to_f64(&drop))
            }
            Measure::Margin => {
                let layers = curve.iter().map(|layer| layer.iter().map(|p| p.evaluate(&evidence.until)).collect());
                let parameters = Parameters::new(layers.collect());
                let margins = problem.sample_indices().map(|sample| problem.margin_at(&parameters, sample));
                let least = margins.map(|margin| to_f64(&margin)).fold(f64::INFINITY, f64::min);
                let scaled = to_f64(&end) / least.powf(2.0 / problem.network().depth() as f64);
                (None, to_f64(&start) - scaled)
            }
        };
        let until = notation.number(&evidence.until);
        CurveSummary { layer: evidence.layer, order, measure: evidence.measure, until, drop, drop_approximately }
    }

    /// The measure's name.
    pub fn measure_name(&self) -> &'static str {
        match self.measure {
            Measure::Norm => "norm",
            Measure::Margin => "margin",
        }
    }
}
