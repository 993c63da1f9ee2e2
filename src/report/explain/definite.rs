//! Blocks and pivots of a symmetric matrix, for showing that it is positive semidefinite.

use std::collections::BTreeMap;

use crate::kernel::exact::{OrderedField, SymmetricMatrix};

/// The connected blocks, each in ascending order, without those of a single row that is that of the identity.
pub(super) fn blocks<F: OrderedField>(matrix: &SymmetricMatrix<F>) -> Vec<Vec<usize>> {
    let is_told = |block: &Vec<usize>| block.len() > 1 || !matrix.get(block[0], block[0]).is_one();
    matrix.components().filter(is_told).collect()
}

/// The pivots of symmetric elimination in order, for a block known to be positive semidefinite. Only non-zero entries are held, as a
/// block may be long and have few.
pub(super) fn pivots<F: OrderedField>(matrix: &SymmetricMatrix<F>, block: &[usize]) -> Vec<F> {
    let mut rows: BTreeMap<usize, BTreeMap<usize, F>> = block.iter().map(|&i| (i, matrix.row(i).clone())).collect();
    let mut pivots = Vec::with_capacity(block.len());
    for index in block {
        let mut row = rows.remove(index).unwrap_or_default();
        let pivot = row.remove(index).unwrap_or_else(F::zero);
        // A zero pivot has a zero row, and nothing is to be eliminated.
        if let Some(inverse) = pivot.reciprocal() {
            for (i, a) in &row {
                let factor = -(a.clone() * &inverse);
                let Some(later) = rows.get_mut(i) else { continue };
                for (j, b) in row.range(i..) {
                    later.entry(*j).or_insert_with(F::zero).add_product(&factor, b);
                }
            }
        }
        pivots.push(pivot);
    }
    pivots
}
