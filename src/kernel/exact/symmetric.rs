//! Symmetric matrices and their definiteness, decided by exact elimination.

use std::collections::BTreeMap;

use super::guard::{afford, charge};
use super::{OrderedField, Rational, Sign, cost, fraction_free};

/// A symmetric matrix; memory is proportional to its non-zero entries.
///
/// ```
/// use margincert::kernel::exact::{Definiteness, Rational, SymmetricMatrix};
///
/// let mut matrix = SymmetricMatrix::new(2);
/// matrix.add(0, 0, &Rational::from(1));
/// matrix.add(1, 1, &Rational::from(4));
/// matrix.add(0, 1, &Rational::from(2));
/// assert_eq!(matrix.definiteness(), Definiteness::PositiveSemidefinite);
/// matrix.add(1, 1, &Rational::from(-1));
/// let pivot = Rational::from(-1);
/// assert_eq!(matrix.definiteness(), Definiteness::Indefinite { index: 1, pivot });
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SymmetricMatrix<F> {
    /// Row `i` holds the non-zero entries of the columns from `i` on.
    rows: Vec<BTreeMap<usize, F>>,
}

/// The definiteness of a symmetric matrix.
#[derive(Clone, Debug, PartialEq)]
pub enum Definiteness<F> {
    /// `x^T A x > 0` for every `x != 0`.
    PositiveDefinite,
    /// `x^T A x >= 0` for every `x`, with equality for some `x != 0`.
    PositiveSemidefinite,
    /// `x^T A x < 0` for some `x`.
    Indefinite {
        /// The row at which elimination stopped.
        index: usize,
        /// The diagonal entry it met there: negative, or zero in a row that is not zero.
        pivot: F,
    },
}

/// The fewest remaining rows for which elimination over the integers is worth its set-up.
const DENSE_FROM: usize = 4;

impl<F: OrderedField> SymmetricMatrix<F> {
    /// The zero matrix.
    pub fn new(dimension: usize) -> Self {
        Self { rows: vec![BTreeMap::new(); dimension] }
    }

    /// The identity matrix.
    pub fn identity(dimension: usize) -> Self {
        let row = |i| if afford(cost::ENTRY) { BTreeMap::from([(i, F::one())]) } else { BTreeMap::new() };
        Self { rows: (0..dimension).map(row).collect() }
    }

    /// The number of rows.
    pub fn dimension(&self) -> usize {
        self.rows.len()
    }

    /// Adds `value` to the entry `(i, j)` and, off the diagonal, to `(j, i)`.
    ///
    /// # Panics
    /// If an index is not below the dimension.
    pub fn add(&mut self, i: usize, j: usize, value: &F) {
        assert!(i.max(j) < self.rows.len(), "index out of the matrix");
        charge(cost::FIND);
        add_to(&mut self.rows[i.min(j)], i.max(j), |entry| {
            *entry = std::mem::replace(entry, F::zero()) + value;
        });
    }

    /// The entry `(i, j)`; zero outside the matrix.
    pub fn get(&self, i: usize, j: usize) -> F {
        let entry = self.rows.get(i.min(j)).and_then(|row| row.get(&i.max(j)));
        entry.cloned().unwrap_or_else(F::zero)
    }

    /// The non-zero entries of row `i`, which must be in range, from the diagonal on.
    pub fn row(&self, i: usize) -> &BTreeMap<usize, F> {
        &self.rows[i]
    }

    /// Whether the matrix is positive definite, positive semidefinite, or neither.
    ///
    /// Symmetric Gaussian elimination in the natural order. Let `p` be the first diagonal entry
    /// and `b` the rest of its row. If `p > 0`, the form is a square plus the form of the Schur
    /// complement of `p`, so both have the same definiteness. If `p = 0` and `b = 0`, the form
    /// does not depend on the first variable: it is semidefinite at best, and is so if the rest
    /// is. If `p < 0`, or `p = 0` and `b != 0`, it takes negative values. Connected components
    /// are independent of one another.
    ///
    /// A component whose remainder is dense and rational is finished over the integers.
    pub fn definiteness(&self) -> Definiteness<F> {
        self.rows.iter().flat_map(BTreeMap::values).for_each(|entry| cost::keep(entry.bytes()));
        let mut rows = self.rows.clone();
        let mut outcome = Definiteness::PositiveDefinite;
        for component in self.components() {
            match eliminate(&mut rows, &component) {
                Definiteness::PositiveDefinite => {}
                Definiteness::PositiveSemidefinite => outcome = Definiteness::PositiveSemidefinite,
                indefinite => return indefinite,
            }
        }
        outcome
    }

    /// The connected components of the graph of non-zero entries, each in ascending order.
    pub fn components(&self) -> impl Iterator<Item = Vec<usize>> {
        fn root(parent: &mut [usize], mut i: usize) -> usize {
            while parent[i] != i {
                parent[i] = parent[parent[i]];
                i = parent[i];
            }
            i
        }
        let mut parent: Vec<usize> = (0..self.rows.len()).collect();
        for (i, row) in self.rows.iter().enumerate() {
            for &j in row.keys() {
                let (a, b) = (root(&mut parent, i), root(&mut parent, j));
                parent[a.max(b)] = a.min(b);
            }
        }
        let mut components = vec![Vec::new(); parent.len()];
        for i in 0..parent.len() {
            components[root(&mut parent, i)].push(i);
        }
        components.into_iter().filter(|component| !component.is_empty())
    }
}

/// Changes one entry of a row, which keeps only non-zero entries.
fn add_to<F: OrderedField>(row: &mut BTreeMap<usize, F>, column: usize, add: impl Fn(&mut F)) {
    let entry = row.entry(column).or_insert_with(|| {
        charge(cost::ENTRY);
        F::zero()
    });
    let before = entry.bytes();
    add(entry);
    cost::keep(entry.bytes().saturating_sub(before));
    if entry.is_zero() {
        row.remove(&column);
    }
}

/// Eliminates one component; its rows are used up.
fn eliminate<F: OrderedField>(rows: &mut [BTreeMap<usize, F>], indices: &[usize]) -> Definiteness<F> {
    let mut outcome = Definiteness::PositiveDefinite;
    let mut entries: usize = indices.iter().map(|&i| rows[i].len()).sum();
    let mut remaining = indices;
    // Where there is an irrational entry, as many looks at all entries as pivots would take longer than elimination does.
    let mut next_attempt = indices.len();
    while let Some((&index, later)) = remaining.split_first() {
        let n = remaining.len();
        if (DENSE_FROM..=next_attempt).contains(&n) && 4 * entries >= n * (n + 1) / 2 {
            next_attempt = n / 2;
            if let Some(dense) = rational_triangle(rows, remaining) {
                return match fraction_free::definiteness(&dense) {
                    Definiteness::PositiveDefinite => outcome,
                    Definiteness::PositiveSemidefinite => Definiteness::PositiveSemidefinite,
                    Definiteness::Indefinite { index, pivot } => {
                        Definiteness::Indefinite { index: remaining[index], pivot: F::from(pivot) }
                    }
                };
            }
        }
        remaining = later;
        let mut row = std::mem::take(&mut rows[index]);
        entries -= row.len();
        if !afford(2 * cost::FIND * (row.len() as u64).pow(2)) {
            return outcome;
        }
        let pivot = row.remove(&index).unwrap_or_else(F::zero);
        match (pivot.sign(), pivot.reciprocal()) {
            (Sign::Positive, Some(inverse)) => {
                for (&i, a) in &row {
                    let factor = -(a.clone() * &inverse);
                    entries -= rows[i].len();
                    for (&j, b) in row.range(i..) {
                        add_to(&mut rows[i], j, |entry| entry.add_product(&factor, b));
                    }
                    entries += rows[i].len();
                }
            }
            (Sign::Zero, _) if row.is_empty() => outcome = Definiteness::PositiveSemidefinite,
            _ => return Definiteness::Indefinite { index, pivot },
        }
    }
    outcome
}

/// The upper triangle of some rows; `None` if an entry is not rational.
fn rational_triangle<F: OrderedField>(rows: &[BTreeMap<usize, F>], indices: &[usize]) -> Option<Vec<Vec<Rational>>> {
    let entry = |i: usize, j: usize| match rows[i].get(&j).map(F::coordinates).unwrap_or_default().as_slice() {
        [] => Some(Rational::from(0)),
        [value] => Some(value.clone()),
        _ => None,
    };
    let rows = indices.iter().enumerate();
    rows.map(|(k, &i)| indices[k..].iter().map(|&j| entry(i, j)).collect()).collect()
}
