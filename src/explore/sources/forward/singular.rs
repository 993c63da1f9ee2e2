//! Singular pairs of small integer matrices, where value and vectors are rational.

use num_integer::Roots;

use crate::explore::sources::echelon::Echelon;
use crate::explore::sources::numbers::{norm_squared, square_root};
use crate::kernel::exact::{OrderedField, Rational, Value};
use num_traits::Zero;

/// Unit vectors `u` and `v` with `M v = value * u` and `M^T u = value * v`.
#[derive(Clone, Debug, PartialEq)]
pub struct SingularPair {
    /// A positive integer: the square of a singular value is an algebraic integer.
    pub value: i64,
    /// One entry a row.
    pub left: Vec<Rational>,
    /// One entry a column.
    pub right: Vec<Rational>,
}

/// The most rows of a matrix that has more columns, and the other way round.
const MAX_SIDE: usize = 4;
/// The greatest sum of squares of a matrix, so that a characteristic polynomial fits 128 bits.
const MAX_SQUARE: i64 = 1 << 26;
/// What combinations of two vectors are tried where a value has several.
const COMBINATIONS: [[i64; 2]; 8] = [[1, 0], [0, 1], [1, 1], [1, -1], [3, 4], [4, 3], [3, -4], [4, -3]];

/// The pairs of a matrix whose numbers are all rational, one of each two that differ in sign. Of a value that has a plane of
/// pairs or more only some; none at all if the matrix is too large.
pub fn rational_pairs(matrix: &[Vec<i64>]) -> Vec<SingularPair> {
    let columns = matrix.first().map_or(0, Vec::len);
    let tall = matrix.len() > columns;
    let short: Vec<Vec<i64>> = match tall {
        true => (0..columns).map(|c| matrix.iter().map(|row| row[c]).collect()).collect(),
        false => matrix.to_vec(),
    };
    let square = short.iter().flatten().try_fold(0i64, |sum, n| sum.checked_add(n.checked_mul(*n)?));
    let Some(square) = square.filter(|square| *square <= MAX_SQUARE && short.len() <= MAX_SIDE) else {
        return Vec::new();
    };
    let gram = gram(&short);
    let polynomial = characteristic_polynomial(&gram);
    let mut pairs = Vec::new();
    for value in 1..=square.sqrt() {
        let at = i128::from(value * value);
        if polynomial.iter().rev().fold(0, |sum, coefficient| sum * at + coefficient) != 0 {
            continue;
        }
        for vector in unit_eigenvectors(&gram, value * value) {
            let image: Vec<Rational> = (0..short[0].len())
                .map(|c| {
                    let column = short.iter().map(|row| Rational::from(row[c])).collect::<Vec<_>>();
                    Rational::dot(column.iter().zip(&vector)) * &inverse(value)
                })
                .collect();
            let (left, right) = if tall { (image, vector) } else { (vector, image) };
            pairs.push(SingularPair { value, left, right });
        }
    }
    pairs
}

/// `1 / value`.
fn inverse(value: i64) -> Rational {
    Rational::from_ratio(1, value).expect("singular values are positive here")
}

/// The products of all pairs of rows.
fn gram(rows: &[Vec<i64>]) -> Vec<Vec<i64>> {
    let product = |a: &[i64], b: &[i64]| a.iter().zip(b).map(|(a, b)| a * b).sum();
    rows.iter().map(|a| rows.iter().map(|b| product(a, b)).collect()).collect()
}

/// The coefficients of `det(t - matrix)`, constant first, by Faddeev and LeVerrier.
fn characteristic_polynomial(matrix: &[Vec<i64>]) -> Vec<i128> {
    let n = matrix.len();
    let mut coefficients = vec![0i128; n + 1];
    coefficients[n] = 1;
    let mut auxiliary = vec![vec![0i128; n]; n];
    for step in 1..=n {
        let mut next = vec![vec![0i128; n]; n];
        for i in 0..n {
            for j in 0..n {
                next[i][j] = (0..n).map(|k| i128::from(matrix[i][k]) * auxiliary[k][j]).sum();
            }
            next[i][i] += coefficients[n - step + 1];
        }
        let product = |i: usize| (0..n).map(|k| i128::from(matrix[i][k]) * next[k][i]).sum::<i128>();
        coefficients[n - step] = -(0..n).map(product).sum::<i128>() / step as i128;
        auxiliary = next;
    }
    coefficients
}

/// Rational eigenvectors of norm 1.
fn unit_eigenvectors(matrix: &[Vec<i64>], value: i64) -> Vec<Vec<Rational>> {
    let n = matrix.len();
    let mut system = Echelon::new(n);
    for (i, row) in matrix.iter().enumerate() {
        let entry = |(j, entry): (usize, &i64)| Rational::from(entry - if i == j { value } else { 0 });
        let equation = row.iter().enumerate().map(entry).chain([Rational::zero()]);
        system.insert(equation.collect()).expect("0 solves a homogeneous system");
    }
    let free = system.free().len();
    let vector = |weights: &[i64]| -> Option<Vec<Rational>> {
        let weights: Vec<Rational> = weights.iter().map(|&weight| Rational::from(weight)).collect();
        let vector = system.solution(&weights);
        let inverse = square_root(&norm_squared(vector.iter()))?.reciprocal()?;
        Some(vector.into_iter().map(|entry| entry * &inverse).collect())
    };
    match free {
        0 => Vec::new(),
        1 => vector(&[1]).into_iter().collect(),
        _ => {
            // Pairs of neighbouring basis vectors; the second of one is the first of the next.
            let pairs = (0..free - 1).flat_map(|first| {
                let skipped = usize::from(first > 0);
                COMBINATIONS.iter().skip(skipped).map(move |combination| (first, combination))
            });
            let weights = pairs.map(|(first, combination)| {
                let mut weights = vec![0; free];
                weights[first..first + 2].copy_from_slice(combination);
                weights
            });
            weights.filter_map(|weights| vector(&weights)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_traits::One;
    use proptest::prelude::*;

    fn values(matrix: &[&[i64]]) -> Vec<i64> {
        let rows: Vec<Vec<i64>> = matrix.iter().map(|row| row.to_vec()).collect();
        rational_pairs(&rows).iter().map(|pair| pair.value).collect()
    }

    #[test]
    fn values_are_found_and_irrational_ones_are_not() {
        assert_eq!(values(&[&[3, 4]]), [5]);
        assert_eq!(values(&[&[1, 1]]), Vec::<i64>::new());
        assert_eq!(values(&[&[2, 0], &[0, 3], &[0, 0]]), [2, 3]);
        // Of norm 5 and of norm 10, with vectors (3, 4) / 5 and (4, -3) / 5.
        assert_eq!(values(&[&[3, 4], &[8, -6]]), [5, 10]);
        // The value 1 has a plane of pairs, in which the combinations of rational norm are those along the axes and (3, 4).
        assert_eq!(values(&[&[1, 0], &[0, 1]]).len(), 6);
        // Values 2 and 1, but with eigenvectors of norm sqrt(2).
        assert_eq!(values(&[&[3, 1], &[1, 3]]), Vec::<i64>::new());
        assert_eq!(values(&[&[0, 0]]), Vec::<i64>::new());
    }

    #[test]
    fn large_matrices_are_refused() {
        assert_eq!(values(&[&[1 << 40]]), Vec::<i64>::new());
        assert_eq!(rational_pairs(&vec![vec![1; 5]; 5]), []);
    }

    proptest! {
        #[test]
        fn pairs_are_singular_pairs(
            rows in 1usize..5, columns in 1usize..5, entries in prop::collection::vec(-5i64..6, 16)
        ) {
            let matrix: Vec<Vec<i64>> = entries.chunks(columns).take(rows.min(16 / columns)).map(<[_]>::to_vec).collect();
            for SingularPair { value, left, right } in rational_pairs(&matrix) {
                prop_assert!(norm_squared(left.iter()).is_one() && norm_squared(right.iter()).is_one());
                let number = |n: i64| Rational::from(n);
                for (row, entry) in matrix.iter().zip(&left) {
                    let row: Vec<Rational> = row.iter().map(|&n| number(n)).collect();
                    prop_assert_eq!(Rational::dot(row.iter().zip(&right)), entry * &number(value));
                }
                for (c, entry) in right.iter().enumerate() {
                    let column: Vec<Rational> = matrix.iter().map(|row| number(row[c])).collect();
                    prop_assert_eq!(Rational::dot(column.iter().zip(&left)), entry * &number(value));
                }
            }
        }

        /// A diagonal matrix with both sides rotated: every pair is known.
        #[test]
        fn no_pair_is_missed(a in 1i64..6, b in 1i64..6) {
            prop_assume!(a != b);
            // 25 * (3/5, 4/5; -4/5, 3/5) diag(a, b) (4/5, 3/5; -3/5, 4/5).
            let left = [[3, 4], [-4, 3]];
            let right = [[4, 3], [-3, 4]];
            let entry = |i: usize, j: usize| left[i][0] * a * right[0][j] + left[i][1] * b * right[1][j];
            let matrix: Vec<Vec<i64>> = (0..2).map(|i| (0..2).map(|j| entry(i, j)).collect()).collect();
            let mut found: Vec<i64> = rational_pairs(&matrix).iter().map(|pair| pair.value).collect();
            found.sort_unstable();
            prop_assert_eq!(found, [25 * a.min(b), 25 * a.max(b)]);
        }
    }
}
