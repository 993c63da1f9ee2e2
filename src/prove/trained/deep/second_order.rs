//! Does the Lagrangian of an enclosed point curve up in all directions in which active margins and held kinks stay as they are, or down in one?

use super::super::newton::significant;
use super::enclose::Enclosed;
use crate::kernel::enclosure::{Equations, Interval};
use crate::kernel::exact::Rational;
use crate::prove::deadline::Deadline;
use crate::prove::eigen::symmetric_eigen;
use crate::prove::rounding::to_f64;

/// The most parameters whose second derivatives are looked at.
const MOST_PARAMETERS: usize = 250;

/// What counts as a curvature, relative to the largest.
const NOISE: f64 = 1e-9;

type Matrix = Vec<Vec<f64>>;

/// What was found of the curvature.
pub(super) enum Curvature {
    /// The evidence that the Lagrangian curves up in all directions that matter, the best first.
    Up(Vec<Rational>),
    /// It does not, as far as can be seen, and why.
    Unclear(String),
}

/// The curvature in these parameters.
pub(super) fn curvature(enclosed: &Enclosed, parameters: Vec<Vec<bool>>, until: Deadline) -> Curvature {
    let Some((hessian, gradients)) = derivatives(enclosed, parameters) else {
        return Curvature::Unclear("the equations cannot be set up again".into());
    };
    let (size, constraints) = (hessian.len(), gradients.len());
    if size > MOST_PARAMETERS {
        return Curvature::Unclear(format!(
            "second derivatives in {size} parameters are not looked at; the search goes up to {MOST_PARAMETERS}"
        ));
    }
    let mut bordered: Matrix = hessian.clone();
    for (column, row) in bordered.iter_mut().enumerate() {
        row.extend(gradients.iter().map(|gradient| gradient[column]));
    }
    let zeros = vec![0.0; constraints];
    bordered.extend(gradients.iter().map(|gradient| [gradient.as_slice(), &zeros].concat()));
    let Ok(Some(eigen)) = symmetric_eigen(&bordered, until) else {
        return Curvature::Unclear("the time was up before the curvature was known".into());
    };
    // As many negative eigenvalues as constraints, and one more for each direction in which the Lagrangian curves down.
    let largest = eigen.values.iter().fold(0.0, |m: f64, value| m.max(value.abs()));
    match eigen.values.get(constraints) {
        Some(value) if *value < -NOISE * largest => Curvature::Unclear(format!(
            "the Lagrangian curves down in a direction that leaves margins and held kinks as they are to first order ({value:.2e}), of which no \
             claim follows yet"
        )),
        Some(value) if *value < NOISE * largest => Curvature::Unclear(
            "the Lagrangian does not curve at all in some direction: units could be merged or rotated into each other, or the point is degenerate"
                .into(),
        ),
        _ => Curvature::Up(penalties(&hessian, &gradients)),
    }
}

/// The Hessian of the Lagrangian and the gradients of active margins and held kinks.
fn derivatives(enclosed: &Enclosed, parameters: Vec<Vec<bool>>) -> Option<(Matrix, Matrix)> {
    let Enclosed { problem, claim, .. } = enclosed;
    let system = claim.system(problem).ok()?.linearised(parameters);
    let unknowns = system.unknowns(problem.point().layers(), &claim.multipliers, &claim.slopes);
    let thin: Vec<Interval> = unknowns.iter().map(Interval::of).collect();
    let count = thin.len() - claim.multipliers.len() - claim.slopes.len();
    let middle = |entry: &Interval| to_f64(&entry.middle_and_radius().0.lower());
    let mut rows: Matrix = system.jacobian(&thin).iter().map(|row| row[..count].iter().map(middle).collect()).collect();
    let gradients = rows.split_off(count);
    Some((rows, gradients))
}

/// Penalties that make the Hessian positive definite, in ascending order, but first those whose least pivot is nearly as great as any.
fn penalties(hessian: &[Vec<f64>], gradients: &[Vec<f64>]) -> Vec<Rational> {
    let mut found: Vec<(f64, Rational)> = Vec::new();
    for exponent in -1..=6 {
        let penalty = 10_f64.powi(exponent);
        let mut matrix = hessian.to_vec();
        for gradient in gradients {
            for (row, factor) in matrix.iter_mut().zip(gradient) {
                row.iter_mut().zip(gradient).for_each(|(entry, other)| *entry += penalty * factor * other);
            }
        }
        found.extend(least_pivot(matrix).map(|pivot| (pivot, significant(penalty, 1))));
    }
    let greatest = found.iter().map(|(pivot, _)| *pivot).fold(0.0, f64::max);
    found.sort_by_key(|(pivot, _)| *pivot < 0.3 * greatest);
    found.into_iter().map(|(_, penalty)| penalty).collect()
}

/// The least pivot of elimination, if all are positive.
fn least_pivot(mut matrix: Matrix) -> Option<f64> {
    let mut least = f64::INFINITY;
    for place in 0..matrix.len() {
        let (above, below) = matrix.split_at_mut(place + 1);
        let pivot_row = &above[place];
        let pivot = pivot_row[place];
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        least = least.min(pivot);
        for row in below {
            let factor = row[place] / pivot;
            row.iter_mut().zip(pivot_row).for_each(|(entry, above)| *entry -= factor * above);
        }
    }
    Some(least)
}
