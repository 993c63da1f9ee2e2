//! Blocks and pivots of a symmetric matrix, for showing that it is positive semidefinite.

use crate::kernel::exact::{OrderedField, SymmetricMatrix};

/// The connected blocks, each in ascending order, without those of a single row that is that of the identity.
pub(super) fn blocks<F: OrderedField>(matrix: &SymmetricMatrix<F>) -> Vec<Vec<usize>> {
    let n = matrix.dimension();
    let mut seen = vec![false; n];
    let mut blocks = Vec::new();
    for first in 0..n {
        if std::mem::replace(&mut seen[first], true) {
            continue;
        }
        let mut block = vec![first];
        let mut next = 0;
        while let Some(&i) = block.get(next) {
            next += 1;
            for (j, seen) in seen.iter_mut().enumerate() {
                if !*seen && !matrix.get(i, j).is_zero() {
                    *seen = true;
                    block.push(j);
                }
            }
        }
        block.sort_unstable();
        if block.len() > 1 || !matrix.get(first, first).is_one() {
            blocks.push(block);
        }
    }
    blocks
}

/// The pivots of symmetric elimination in order, for a block known to be positive semidefinite.
pub(super) fn pivots<F: OrderedField>(matrix: &SymmetricMatrix<F>, block: &[usize]) -> Vec<F> {
    let mut rows: Vec<Vec<F>> = block.iter().map(|&i| block.iter().map(|&j| matrix.get(i, j)).collect()).collect();
    let mut pivots = Vec::with_capacity(block.len());
    for k in 0..block.len() {
        let pivot_row = rows[k].clone();
        // A zero pivot has a zero row, and nothing is to be eliminated.
        if let Some(inverse) = pivot_row[k].reciprocal() {
            for row in rows.iter_mut().skip(k + 1) {
                let factor = -(row[k].clone() * &inverse);
                row.iter_mut().zip(&pivot_row).for_each(|(entry, above)| entry.add_product(&factor, above));
            }
        }
        pivots.push(pivot_row[k].clone());
    }
    pivots
}
