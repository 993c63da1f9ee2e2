//! Elimination over a field.

use crate::kernel::exact::OrderedField;
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::scaled::Scaled;

use super::super::sparse::Sparse;
use super::{Factor, FactorError, Independent};

/// `P A = L U` with a unit lower triangle `L`, both triangles in one array.
pub struct FieldFactor<F> {
    rows: Vec<Vec<F>>,
    /// Which row of the matrix each row is of.
    origin: Vec<usize>,
    /// Reciprocals of the diagonal of `U`.
    reciprocal: Vec<F>,
}

impl<F: OrderedField> Factor<F> for FieldFactor<F> {
    fn new(matrix: Sparse<F>, deadline: Deadline) -> Result<Self, FactorError> {
        let size = matrix.columns();
        let mut rows: Vec<Vec<F>> = (0..size)
            .map(|row| {
                let mut dense = vec![F::zero(); size];
                for (column, value) in matrix.entries(row) {
                    dense[column] = value.clone();
                }
                dense
            })
            .collect();
        let mut origin: Vec<usize> = (0..size).collect();
        let mut reciprocal = Vec::with_capacity(size);
        let mut pivots = Vec::with_capacity(size);
        for column in 0..size {
            let rank = pivots.len();
            let found = (rank..size).find_map(|row| Some((row, rows[row][column].reciprocal()?)));
            let Some((row, inverse)) = found else {
                continue;
            };
            rows.swap(rank, row);
            origin.swap(rank, row);
            let (above, below) = rows.split_at_mut(rank + 1);
            let pivot_row = &above[rank];
            for row in below {
                if row[column].is_zero() {
                    continue;
                }
                deadline.check()?;
                let factor = row[column].clone() * &inverse;
                let minus = -factor.clone();
                for (entry, pivot) in row[column + 1..].iter_mut().zip(&pivot_row[column + 1..]) {
                    entry.add_product(&minus, pivot);
                }
                row[column] = factor;
            }
            pivots.push(column);
            reciprocal.push(inverse);
        }
        if pivots.len() < size {
            origin.truncate(pivots.len());
            return Err(FactorError::Singular(Independent { rows: origin, columns: pivots }));
        }
        Ok(Self { rows, origin, reciprocal })
    }

    fn solve(&self, rhs: &[F], deadline: Deadline) -> Result<Scaled<F>, OutOfTime> {
        deadline.check()?;
        let size = rhs.len();
        let mut x: Vec<F> = self.origin.iter().map(|&row| rhs[row].clone()).collect();
        for i in 0..size {
            for j in 0..i {
                let (known, rest) = x.split_at_mut(i);
                rest[0].add_product(&-self.rows[i][j].clone(), &known[j]);
            }
        }
        for i in (0..size).rev() {
            for j in i + 1..size {
                let (rest, known) = x.split_at_mut(j);
                rest[i].add_product(&-self.rows[i][j].clone(), &known[0]);
            }
            x[i] = x[i].clone() * &self.reciprocal[i];
        }
        Ok(whole(x))
    }

    fn solve_transposed(&self, rhs: &[F], deadline: Deadline) -> Result<Scaled<F>, OutOfTime> {
        deadline.check()?;
        let size = rhs.len();
        let mut x = rhs.to_vec();
        for i in 0..size {
            x[i] = x[i].clone() * &self.reciprocal[i];
            let minus = -x[i].clone();
            for (rest, entry) in x[i + 1..].iter_mut().zip(&self.rows[i][i + 1..]) {
                rest.add_product(&minus, entry);
            }
        }
        for i in (0..size).rev() {
            let minus = -x[i].clone();
            for (rest, entry) in x[..i].iter_mut().zip(&self.rows[i][..i]) {
                rest.add_product(&minus, entry);
            }
        }
        let mut solution = vec![F::zero(); size];
        for (&row, value) in self.origin.iter().zip(x) {
            solution[row] = value;
        }
        Ok(whole(solution))
    }
}

fn whole<F: OrderedField>(numerators: Vec<F>) -> Scaled<F> {
    Scaled { numerators, denominator: F::one() }
}
