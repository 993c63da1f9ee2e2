//! Norm and margins along a curve of better points in floats, for plots alone: the proof is in exact numbers.

use crate::kernel::check::{Measure, NotLocalOptimum};
use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::network::Scope;
use crate::kernel::problem::{Label, Problem};
use crate::prove::rounding::{to_f64, to_f64s};

/// How many points of a curve are computed.
const POINTS: usize = 121;
/// How far beyond the verified interval a plot goes.
const BEYOND: f64 = 1.25;

/// Values along a curve.
pub struct Trajectory {
    /// The parameter `t`.
    pub times: Vec<f64>,
    /// `||theta(t)||^2` over the free layers; for the measure `margin` of the point scaled to least margin 1.
    pub norms: Vec<f64>,
    /// A list a sample: its margin.
    pub margins: Vec<Vec<f64>>,
    /// The end of the verified interval.
    pub until: f64,
    /// Whether norms are those of scaled points.
    pub is_scaled: bool,
}

impl Trajectory {
    /// Follows the curve of accepted evidence.
    pub fn of<F: OrderedField>(problem: &Problem<F>, evidence: &NotLocalOptimum<F>) -> Self {
        let scope = Scope::of(evidence.layer);
        let until = to_f64(&evidence.until);
        let curve = evidence.curve.from_point(problem.point());
        let curve: Vec<Vec<Vec<f64>>> =
            curve.iter().map(|layer| layer.iter().map(|entry| to_f64s(entry.coefficients())).collect()).collect();
        let slopes: Vec<f64> =
            problem.network().layers().iter().map(|layer| to_f64(&layer.activation().slope(Sign::Negative))).collect();
        let samples: Vec<(Vec<f64>, f64)> = problem
            .samples()
            .iter()
            .map(|sample| (to_f64s(&sample.x), if sample.y == Label::Positive { 1.0 } else { -1.0 }))
            .collect();
        let is_scaled = evidence.measure == Measure::Margin;
        let mut trajectory = Trajectory {
            times: (0..POINTS).map(|k| BEYOND * until * k as f64 / (POINTS - 1) as f64).collect(),
            norms: Vec::with_capacity(POINTS),
            margins: vec![Vec::with_capacity(POINTS); samples.len()],
            until,
            is_scaled,
        };
        for &t in &trajectory.times {
            let horner = |entry: &Vec<f64>| entry.iter().rev().fold(0.0, |value, c| value * t + c);
            let at: Vec<Vec<f64>> = curve.iter().map(|layer| layer.iter().map(horner).collect()).collect();
            let mut least = f64::INFINITY;
            for (margins, (x, y)) in trajectory.margins.iter_mut().zip(&samples) {
                let margin = y * output(problem, &at, &slopes, x);
                least = least.min(margin);
                margins.push(margin);
            }
            let free = at.iter().enumerate().filter(|(layer, _)| scope.contains(*layer));
            let norm: f64 = free.flat_map(|(_, layer)| layer).map(|entry| entry * entry).sum();
            let scaled = || norm / least.powf(2.0 / at.len() as f64);
            trajectory.norms.push(if is_scaled { scaled() } else { norm });
        }
        trajectory
    }
}

fn output<F: OrderedField>(problem: &Problem<F>, parameters: &[Vec<f64>], slopes: &[f64], x: &[f64]) -> f64 {
    let mut values = x.to_vec();
    for ((layer, weights), slope) in problem.network().layers().iter().zip(parameters).zip(slopes) {
        let unit = |row: &Vec<crate::kernel::network::Connection>| {
            let z: f64 = row.iter().map(|c| weights[c.parameter] * values[c.unit]).sum();
            if z < 0.0 { slope * z } else { z }
        };
        values = layer.incoming().iter().map(unit).collect();
    }
    values.first().copied().unwrap_or(0.0)
}
