//! Gauss-Jordan elimination over any ordered field: the way for irrational entries.

use super::integers::stored_coordinates;
use crate::kernel::exact::{OrderedField, Rational};
use crate::prove::deadline::{Deadline, OutOfTime};

/// Brings rows to reduced echelon form in the first `width` columns and returns the pivot columns;
/// pivot `k` is then in row `k`, and rows beyond the rank are zero there.
pub(super) fn reduce<F: OrderedField>(
    rows: &mut [Vec<F>],
    width: usize,
    deadline: Deadline,
) -> Result<Vec<usize>, OutOfTime> {
    let mut pivots = Vec::new();
    for column in 0..width {
        let rank = pivots.len();
        let candidates = (rank..rows.len()).filter(|&i| !rows[i][column].is_zero());
        // A pivot with few digits keeps the entries short.
        let Some(found) = candidates.min_by_key(|&i| height(&rows[i][column])) else {
            continue;
        };
        rows.swap(rank, found);
        // A non-zero element has a reciprocal.
        let inverse = rows[rank][column].reciprocal().unwrap_or_else(F::one);
        for entry in &mut rows[rank][column..] {
            if !entry.is_zero() {
                *entry = entry.clone() * &inverse;
            }
        }
        let pivot_row = rows[rank].clone();
        for (index, row) in rows.iter_mut().enumerate() {
            if index == rank || row[column].is_zero() {
                continue;
            }
            deadline.check()?;
            let factor = -row[column].clone();
            for (entry, pivot) in row[column..].iter_mut().zip(&pivot_row[column..]) {
                entry.add_product(&factor, pivot);
            }
        }
        pivots.push(column);
    }
    Ok(pivots)
}

/// Binary digits of all coordinates together.
fn height<F: OrderedField>(value: &F) -> u64 {
    stored_coordinates(value).iter().map(Rational::bits).sum()
}
