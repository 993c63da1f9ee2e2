//! The contraction test: as many equations as unknowns have exactly one solution in a box.

use super::Interval;
use crate::kernel::exact::{Rational, is_faulted};

/// What the test measured in the row of the equations in which it is closest to failing, or fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contraction {
    /// The row of `Y`.
    pub row: usize,
    /// An upper bound of `|(Y F(x))_row|`, `x` being the middle of the box.
    pub step: Rational,
    /// An upper bound of the sum of the absolute values of that row of `I - Y F'`, over the box.
    pub factor: Rational,
    /// An upper bound of `step + factor * radius`, which must not pass the radius.
    pub reach: Rational,
}

/// Whether `x -> x - Y F(x)` maps the box of all points at most `radius > 0` away from its middle, in each unknown, into itself
/// and contracts it; then `F` has exactly one zero in the box, and `F'` is regular on it.
///
/// `values` enclose `F` at the middle, `jacobian` encloses the derivative over the whole box. `inverse` is any matrix `Y`,
/// in practice an approximate inverse. All must have one size.
///
/// **Why.** Let `|.|` be the maximum norm, `T(x) = x - Y F(x)`, and `K` the greatest sum of absolute values of a row of
/// `I - Y F'` over the box. By the mean value theorem `|T(x) - T(x')| <= K |x - x'|`, and row by row
/// `|T(x) - middle| <= step + factor * radius <= radius`. If `K < 1`, Banach's theorem gives exactly one fixed point in the box. `K < 1` also makes
/// `Y F'` regular, hence `Y` and `F'`, so the fixed points are the zeros of `F`. (Krawczyk 1969.)
///
/// The row sums split the derivative into middles `M` and radii `R`: `|I - Y F'| <= |I - Y M| + |Y| R`.
///
/// # Errors
/// The first row that fails.
pub fn contraction(
    values: &[Interval],
    jacobian: &[Vec<Interval>],
    inverse: &[Vec<Interval>],
    radius: &Rational,
) -> Result<(), Contraction> {
    let size = values.len();
    let mut middles = vec![Vec::with_capacity(size); size];
    let mut radius_sums = Vec::with_capacity(size);
    for row in jacobian {
        let mut sum = Interval::zero();
        for (column, entry) in middles.iter_mut().zip(row) {
            let (middle, radius) = entry.middle_and_radius();
            sum = sum.plus(&radius);
            column.push(middle);
        }
        radius_sums.push(sum);
    }
    for (row, inverse) in inverse.iter().enumerate().take_while(|_| !is_faulted()) {
        let step = Interval::dot(inverse.iter().zip(values)).magnitude();
        let sizes: Vec<Interval> = inverse.iter().map(Interval::magnitude).collect();
        let mut factor = Interval::dot(sizes.iter().zip(&radius_sums));
        for (place, column) in middles.iter().enumerate().take_while(|_| !is_faulted()) {
            let product = Interval::dot(inverse.iter().zip(column));
            let entry = if place == row { Interval::one().minus(&product) } else { product };
            factor = factor.plus(&entry.magnitude());
        }
        let (step, factor) = (step.upper(), factor.upper());
        let reach = &step + &factor * radius;
        if factor >= Rational::from(1) || reach > *radius {
            return Err(Contraction { row, step, factor, reach });
        }
    }
    Ok(())
}
