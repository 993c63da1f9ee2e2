//! Definiteness of a matrix that is known up to intervals.

use super::Interval;
use crate::kernel::exact::{Sign, is_faulted};

/// Whether every symmetric matrix with these entries is positive definite. The matrix must be square; what is left of the diagonal is
/// not read.
///
/// **Why.** Elimination on a symmetric matrix meets positive pivots alone if and only if it is positive definite. Each step is done in
/// intervals, so that the pivots of every matrix within the first intervals lie in those that are met.
///
/// # Errors
/// The place of the first pivot that may not be positive, with its interval.
pub fn positive_definite(mut rows: Vec<Vec<Interval>>) -> Result<(), (usize, Interval)> {
    for place in 0..rows.len() {
        let (above, below) = rows.split_at_mut(place + 1);
        let pivot_row = &above[place];
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
