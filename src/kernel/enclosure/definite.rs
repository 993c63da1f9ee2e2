//! Definiteness of a matrix that is known up to intervals.

use super::Interval;
use crate::kernel::exact::{Sign, is_faulted};

/// Whether every symmetric matrix with these entries is positive definite. The matrix must be square; what is left of the diagonal is
/// not read.
///
/// **Why.** Let `M` have the middles and `R` the radii as entries, and let `r` be the greatest sum of a row of `R`. For `A` within the intervals
/// `x.A x >= x.M x - r |x|^2`, as no eigenvalue of a symmetric matrix exceeds the greatest sum of absolute values of a row. So it is enough that `M - r I`
/// is positive definite, and that it is if elimination meets positive pivots alone. This is done in intervals, whose widths grow from step to step:
/// from those of rounding alone, where elimination of the given intervals would soon know nothing.
///
/// # Errors
/// The place of the first pivot that may not be positive, with its interval.
pub fn positive_definite(mut rows: Vec<Vec<Interval>>) -> Result<(), (usize, Interval)> {
    let mut sums = vec![Interval::zero(); rows.len()];
    for (i, row) in rows.iter_mut().enumerate() {
        for (j, entry) in row.iter_mut().enumerate().skip(i).take_while(|_| !is_faulted()) {
            let (middle, radius) = entry.middle_and_radius();
            *entry = middle;
            sums[i] = sums[i].plus(&radius);
            if i != j {
                sums[j] = sums[j].plus(&radius);
            }
        }
    }
    let greatest = sums.iter().max_by_key(|sum| sum.upper()).cloned().unwrap_or_else(Interval::zero);
    for place in 0..rows.len() {
        let (above, below) = rows.split_at_mut(place + 1);
        let pivot_row = &mut above[place];
        pivot_row[place] = pivot_row[place].minus(&greatest);
        if pivot_row[place].sign() != Some(Sign::Positive) {
            return Err((place, pivot_row[place].clone()));
        }
        let reciprocal = pivot_row[place].reciprocal();
        for (i, row) in below.iter_mut().enumerate().map(|(i, row)| (place + 1 + i, row)) {
            let factor = pivot_row[i].times(&reciprocal);
            for (entry, above) in row[i..].iter_mut().zip(&pivot_row[i..]).take_while(|_| !is_faulted()) {
                *entry = entry.minus(&factor.times(above));
            }
        }
    }
    Ok(())
}
