//! Whether intervals of matrices are positive definite, beside exact elimination on matrices in them.

use margincert::kernel::enclosure::{Interval, positive_definite};
use margincert::kernel::exact::{Definiteness, OrderedField, Rational, Sign, SymmetricMatrix};

use crate::support::{Q, q};

/// Numbers between -3 and 3, in sevenths.
fn numbers(seed: u64) -> impl FnMut() -> Q {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        Rational::from_ratio((state % 43) as i64 - 21, 7).expect("not 0")
    }
}

/// `A A^T - shift I` for random `A`.
fn matrix(size: usize, seed: u64, shift: &Q) -> Vec<Vec<Q>> {
    let mut next = numbers(seed);
    let rows: Vec<Vec<Q>> = (0..size).map(|_| (0..size).map(|_| next()).collect()).collect();
    let dot = |a: &[Q], b: &[Q]| a.iter().zip(b).fold(q("0"), |sum, (a, b)| sum + a * b);
    let entry = |i: usize, j: usize| dot(&rows[i], &rows[j]) - if i == j { shift.clone() } else { q("0") };
    (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect()
}

fn is_positive_definite(matrix: &[Vec<Q>]) -> bool {
    let mut exact = SymmetricMatrix::new(matrix.len());
    for (i, row) in matrix.iter().enumerate() {
        row.iter().enumerate().skip(i).for_each(|(j, entry)| exact.add(i, j, entry));
    }
    exact.definiteness() == Definiteness::PositiveDefinite
}

fn around(matrix: &[Vec<Q>], radius: &Q) -> Vec<Vec<Interval>> {
    matrix.iter().map(|row| row.iter().map(|entry| Interval::around(entry, radius)).collect()).collect()
}

#[test]
fn thin_intervals_say_what_exact_elimination_says() {
    let mut seen = [0, 0];
    for seed in 1..200 {
        let matrix = matrix(1 + seed as usize % 5, seed, &q("1/3"));
        let expected = is_positive_definite(&matrix);
        seen[usize::from(expected)] += 1;
        let found = positive_definite(around(&matrix, &q("0")));
        assert_eq!(found.is_ok(), expected, "seed {seed}: {found:?}");
    }
    assert!(seen[0] > 20 && seen[1] > 20, "{seen:?}");
}

/// A matrix of some size, as that of a network of 80 weights: elimination of intervals of this width would lose all digits.
#[test]
fn widths_do_not_grow_with_the_size() {
    let size = 80;
    let mut matrix = matrix(size, 7, &q("0"));
    (0..size).for_each(|i| matrix[i][i] += &q("1"));
    assert_eq!(positive_definite(around(&matrix, &q("1/100000000000000"))), Ok(()));
    // The sum of the radii of a row reaches the least eigenvalue, up to which it may be refused.
    assert!(positive_definite(around(&matrix, &q("1/10"))).is_err());
    (0..size).for_each(|i| matrix[i][i] -= &q("1000000"));
    assert!(positive_definite(around(&matrix, &q("0"))).is_err());
}

/// What is accepted holds for all members; here for those at corners.
#[test]
fn all_members_of_an_accepted_matrix_are_positive_definite() {
    let (mut accepted, mut refused) = (0, 0);
    for seed in 1..300 {
        let (size, radius) = (2 + seed as usize % 3, q("1/4"));
        let matrix = matrix(size, seed, &q("1/2"));
        if positive_definite(around(&matrix, &radius)).is_err() {
            refused += 1;
            continue;
        }
        accepted += 1;
        let mut sign = numbers(seed + 1000);
        for _ in 0..8 {
            let is_lower: Vec<bool> = (0..size * size).map(|_| sign().sign() == Sign::Negative).collect();
            let corner = |i: usize, j: usize| {
                let is_lower = is_lower[i.min(j) * size + i.max(j)];
                if is_lower { &matrix[i][j] - &radius } else { &matrix[i][j] + &radius }
            };
            let member: Vec<Vec<Q>> = (0..size).map(|i| (0..size).map(|j| corner(i, j)).collect()).collect();
            assert!(is_positive_definite(&member), "seed {seed}: {member:?}");
        }
    }
    assert!(accepted > 20 && refused > 20, "{accepted} {refused}");
}

#[test]
fn the_first_pivot_that_may_not_be_positive_is_named() {
    let matrix = [[q("1"), q("1")], [q("1"), q("1")]].map(Vec::from);
    let (place, pivot) = positive_definite(around(&matrix, &q("0"))).expect_err("singular");
    assert_eq!(place, 1);
    assert!(pivot.lower().sign() != Sign::Positive && pivot.upper().sign() != Sign::Negative);
    assert_eq!(positive_definite(Vec::new()), Ok(()));
}

#[test]
fn reciprocals_hold_those_of_the_members() {
    for (value, radius) in [("3", "0"), ("7/3", "1/5"), ("1/1000000000000000000000", "0"), ("1000000000000", "1")] {
        let (value, radius) = (q(value), q(radius));
        let interval = Interval::around(&value, &radius).reciprocal();
        for member in [&value - &radius, value.clone(), &value + &radius] {
            let exact = member.reciprocal().expect("not 0");
            assert!(interval.lower() <= exact && exact <= interval.upper(), "{exact}");
        }
        let wide = interval.upper() - interval.lower();
        let exact = (&value - &radius).reciprocal().expect("not 0") - (&value + &radius).reciprocal().expect("not 0");
        // The ends have 57 digits, relatively fewer for a small number.
        let needed =
            if value < q("1") { "1/1000000000" } else { "1/1000000000000000000000000000000000000000000000000000" };
        assert!(wide - exact < q(needed), "no wider than needed");
    }
    // Not all members have one.
    for (value, radius) in [("0", "0"), ("1", "1"), ("-1", "1/2")] {
        assert_eq!(Interval::around(&q(value), &q(radius)).reciprocal(), Interval::zero());
    }
}
