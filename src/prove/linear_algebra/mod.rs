//! Exact dense linear algebra over an ordered field.
//!
//! A matrix is a slice of rows of equal length. Rational input (also rational elements of a larger
//! field) goes through integers: a decomposition modulo a 61-bit prime says which rows and columns
//! are independent, p-adic lifting finds the solution, and a check over the integers verifies it. A system
//! over a number field becomes a larger rational one. Plain elimination is left for irrational kernels, for
//! irrational systems without a solution, and for a prime that does not suit the matrix. All answers are exact.

mod elimination;
mod extension;
mod integers;
mod lifting;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Zero};

use self::integers::{Entry, Integers, common_denominator, integers, rational, rationals, small_row};
use self::lifting::{Dependence, express, factorise};
use super::deadline::{Deadline, OutOfTime};
pub use super::scaled::Scaled;
use crate::kernel::exact::{OrderedField, Rational};

/// `a . b`, over the length of the shorter.
pub fn dot<F: OrderedField>(a: &[F], b: &[F]) -> F {
    let (a, b) = (&a[..a.len().min(b.len())], &b[..b.len().min(a.len())]);
    if let Some(total) = small_dot(a, b) {
        return fraction(total.into(), BigInt::one());
    }
    if let (Some(x), Some(y)) = (rationals(a), rationals(b)) {
        if let (Some((x, c)), Some((y, d))) = (small_row(&x), small_row(&y)) {
            return fraction(i64::dot(&x, &y), BigInt::from(c) * d);
        }
        let ((x, c), (y, d)) = (common_denominator(&x), common_denominator(&y));
        return fraction(BigInt::dot(&x, &y), c * d);
    }
    let ((x, c), (y, d)) = (extension::integral(a), extension::integral(b));
    let mut total = F::zero();
    for (x, y) in x.iter().zip(&y) {
        total.add_product(x, y);
    }
    if c.is_one() && d.is_one() { total } else { total * &(c * &d).reciprocal().unwrap_or_else(F::one) }
}

/// The dot product of machine integers, without a detour.
fn small_dot<F: OrderedField>(a: &[F], b: &[F]) -> Option<i128> {
    let integer = |x: &F| rational(x)?.small().filter(|s| s.1 == 1).map(|s| i128::from(s.0));
    let mut total = 0i128;
    for (x, y) in a.iter().zip(b) {
        total = total.checked_add(integer(x)? * integer(y)?)?;
    }
    Some(total)
}

/// The sum of all entries.
pub fn sum<F: OrderedField>(vector: &[F]) -> F {
    vector.iter().fold(F::zero(), |sum, entry| sum + entry)
}

/// The number `c` with `vector = c * direction`, for a direction that is not 0.
pub fn quotient<F: OrderedField>(vector: &[F], direction: &[F]) -> Option<F> {
    let place = direction.iter().position(|x| !x.is_zero())?;
    let quotient = vector[place].clone() * &direction[place].reciprocal()?;
    direction.iter().zip(vector).all(|(x, y)| x.clone() * &quotient == *y).then_some(quotient)
}

/// The matrix of all dot products of the vectors.
pub fn gram<F: OrderedField>(vectors: &[Vec<F>]) -> Vec<Vec<F>> {
    fn products<F: OrderedField, E: Entry>(rows: &[Vec<E>], scales: &[BigInt]) -> Vec<Vec<F>> {
        let entry = |i: usize, j: usize| fraction(E::dot(&rows[i], &rows[j]), &scales[i] * &scales[j]);
        symmetric(rows.len(), entry)
    }
    match integers(vectors) {
        Some((Integers::Small(rows), scales)) => products(&rows, &scales),
        Some((Integers::Big(rows), scales)) => products(&rows, &scales),
        None => symmetric(vectors.len(), |i, j| dot(&vectors[i], &vectors[j])),
    }
}

/// The symmetric matrix with these entries on and right of the diagonal.
fn symmetric<F: Clone>(size: usize, entry: impl Fn(usize, usize) -> F) -> Vec<Vec<F>> {
    let mut matrix: Vec<Vec<F>> = Vec::with_capacity(size);
    for i in 0..size {
        let mut row: Vec<F> = matrix.iter().map(|earlier| earlier[i].clone()).collect();
        row.extend((i..size).map(|j| entry(i, j)));
        matrix.push(row);
    }
    matrix
}

/// `matrix * vector`.
pub fn apply<F: OrderedField>(rows: &[Vec<F>], vector: &[F]) -> Vec<F> {
    rows.iter().map(|row| dot(row, vector)).collect()
}

/// `matrix * vector` over one denominator. For rational input nothing is brought to lowest terms, which
/// is most of the cost of a product; signs, order and norms can be read off all the same.
pub fn apply_scaled<F: OrderedField>(rows: &[Vec<F>], vector: &[F]) -> Scaled<F> {
    match (integers(rows), clear_denominators(vector)) {
        (Some((Integers::Small(rows), scales)), Some(vector)) => products(&rows, &scales, vector),
        (Some((Integers::Big(rows), scales)), Some(vector)) => products(&rows, &scales, vector),
        _ => {
            let (vector, denominator) = extension::integral(vector);
            Scaled { numerators: apply(rows, &vector), denominator }
        }
    }
}

fn products<F: OrderedField, E: Entry>(
    rows: &[Vec<E>],
    scales: &[BigInt],
    (vector, denominator): (Vec<BigInt>, BigInt),
) -> Scaled<F> {
    let common = scales
        .iter()
        .fold(BigInt::one(), |common, scale| if (&common % scale).is_zero() { common } else { common.lcm(scale) });
    let columns: Vec<usize> = (0..vector.len()).collect();
    let products = E::products(rows.iter(), &columns, &vector);
    let integer = |n: BigInt| F::from(Rational::from(n));
    let brought = |(n, scale): (BigInt, &BigInt)| match *scale == common {
        true => integer(n),
        false => integer(n * (&common / scale)),
    };
    Scaled { numerators: products.zip(scales).map(brought).collect(), denominator: integer(denominator * &common) }
}

/// Some solution of `matrix * x = rhs`, or `None` if there is none.
///
/// Columns that depend on columns before them get the value zero, so for one matrix the
/// solution is unique and has as few non-zero entries as the rank. (Over a number field with a reducible polynomial
/// it may be any other solution.)
///
/// # Example
/// ```
/// use margincert::kernel::exact::Rational;
/// use margincert::prove::{deadline::Deadline, linear_algebra::solve};
///
/// let int = |v: &[i64]| v.iter().map(|&x| Rational::from(x)).collect::<Vec<_>>();
/// let matrix = [int(&[2, 4, 1]), int(&[1, 2, 1])];
/// let x = solve(&matrix, &int(&[1, 0]), Deadline::none()).unwrap().unwrap();
/// assert_eq!(x, int(&[1, 0, -1]));
/// ```
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
pub fn solve<F: OrderedField>(rows: &[Vec<F>], rhs: &[F], deadline: Deadline) -> Result<Option<Vec<F>>, OutOfTime> {
    let width = rows.first().map_or(0, Vec::len);
    let mut augmented: Vec<Vec<F>> = Vec::with_capacity(rows.len());
    for (row, value) in rows.iter().zip(rhs) {
        let mut row = row.clone();
        row.push(value.clone());
        augmented.push(row);
    }
    let lifted = match integers(&augmented) {
        Some((Integers::Small(rows), _)) => solve_integers(&rows, width, deadline)?,
        Some((Integers::Big(rows), _)) => solve_integers(&rows, width, deadline)?,
        None => extension::solve_by_coordinates(rows, rhs, deadline)?.map(Some),
    };
    if let Some(answer) = lifted {
        return Ok(answer);
    }
    let pivots = elimination::reduce(&mut augmented, width, deadline)?;
    if augmented[pivots.len()..].iter().any(|row| !row[width].is_zero()) {
        return Ok(None);
    }
    let mut solution = vec![F::zero(); width];
    for (row, &column) in augmented.iter_mut().zip(&pivots) {
        solution[column] = std::mem::replace(&mut row[width], F::zero());
    }
    Ok(Some(solution))
}

/// Solves for the last column; the outer `None` says that the prime does not suit the matrix.
#[allow(clippy::type_complexity)]
fn solve_integers<F: OrderedField, E: Entry>(
    rows: &[Vec<E>],
    width: usize,
    deadline: Deadline,
) -> Result<Option<Option<Vec<F>>>, OutOfTime> {
    let pivots = factorise(rows, width, deadline)?;
    match express(rows, &pivots, width, deadline)? {
        Dependence::Combination(combination) => {
            let mut solution = vec![F::zero(); width];
            for (&column, value) in pivots.columns.iter().zip(fractions(combination)) {
                solution[column] = value;
            }
            Ok(Some(Some(solution)))
        }
        Dependence::Mismatch(row) => {
            // No solution, if the row depends on the pivot rows over the integers as well.
            let chosen = || pivots.rows.iter().chain([&row]);
            let transpose: Vec<Vec<E>> = (0..width).map(|c| chosen().map(|&r| rows[r][c].clone()).collect()).collect();
            let pivots = factorise(&transpose, pivots.rank(), deadline)?;
            let dependence = express(&transpose, &pivots, chosen().count() - 1, deadline)?;
            Ok(matches!(dependence, Dependence::Combination(_)).then_some(None))
        }
        Dependence::Unlucky => Ok(None),
    }
}

fn fractions<F: OrderedField>(vector: Scaled<BigInt>) -> impl Iterator<Item = F> {
    vector.numerators.into_iter().map(move |n| fraction(n, vector.denominator.clone()))
}

/// The fraction with a positive denominator.
fn fraction<F: OrderedField>(numerator: BigInt, denominator: BigInt) -> F {
    if denominator.is_one() {
        return F::from(Rational::from(numerator));
    }
    F::from(Rational::new(numerator, denominator).unwrap_or_else(Rational::zero))
}

/// The independent columns of a matrix, and its kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Nullspace<F> {
    /// The columns that do not depend on those before them, ascending. Their number is the rank.
    pub pivots: Vec<usize>,
    /// A basis of the kernel: one vector for each other column, with a 1 there and non-zero entries
    /// elsewhere only in pivot columns.
    pub basis: Vec<Vec<F>>,
}

/// The kernel of a matrix of `width` columns.
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
pub fn nullspace<F: OrderedField>(
    rows: &[Vec<F>],
    width: usize,
    deadline: Deadline,
) -> Result<Nullspace<F>, OutOfTime> {
    let lifted = match integers(rows) {
        Some((Integers::Small(rows), _)) => nullspace_integers(&rows, width, deadline)?,
        Some((Integers::Big(rows), _)) => nullspace_integers(&rows, width, deadline)?,
        None => None,
    };
    if let Some(answer) = lifted {
        return Ok(answer);
    }
    let mut reduced = rows.to_vec();
    let pivots = elimination::reduce(&mut reduced, width, deadline)?;
    let basis = others(&pivots, width).map(|free| {
        let mut vector = unit(free, width);
        for (row, &column) in reduced.iter().zip(&pivots) {
            vector[column] = -row[free].clone();
        }
        vector
    });
    Ok(Nullspace { basis: basis.collect(), pivots })
}

fn nullspace_integers<F: OrderedField, E: Entry>(
    rows: &[Vec<E>],
    width: usize,
    deadline: Deadline,
) -> Result<Option<Nullspace<F>>, OutOfTime> {
    let pivots = factorise(rows, width, deadline)?;
    let mut basis = Vec::new();
    for free in others(&pivots.columns, width) {
        let dependence = express(rows, &pivots, free, deadline)?;
        let Dependence::Combination(combination) = dependence else {
            return Ok(None);
        };
        let mut vector: Vec<F> = unit(free, width);
        for (&column, value) in pivots.columns.iter().zip(fractions::<F>(combination)) {
            vector[column] = -value;
        }
        basis.push(vector);
    }
    Ok(Some(Nullspace { basis, pivots: pivots.columns }))
}

/// The indices below `width` that are not in an ascending list.
fn others(list: &[usize], width: usize) -> impl Iterator<Item = usize> {
    (0..width).filter(|index| list.binary_search(index).is_err())
}

fn unit<F: OrderedField>(index: usize, width: usize) -> Vec<F> {
    let mut vector = vec![F::zero(); width];
    vector[index] = F::one();
    vector
}

/// The rank of a matrix.
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
pub fn rank<F: OrderedField>(rows: &[Vec<F>], deadline: Deadline) -> Result<usize, OutOfTime> {
    let width = rows.first().map_or(0, Vec::len);
    Ok(nullspace(rows, width, deadline)?.pivots.len())
}

/// The vectors that do not depend on those before them, by index, ascending.
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
pub fn independent<F: OrderedField>(vectors: &[Vec<F>], deadline: Deadline) -> Result<Vec<usize>, OutOfTime> {
    Ok(nullspace(&transpose(vectors), vectors.len(), deadline)?.pivots)
}

/// The columns of a matrix as rows.
pub fn transpose<F: OrderedField>(rows: &[Vec<F>]) -> Vec<Vec<F>> {
    let width = rows.first().map_or(0, Vec::len);
    (0..width).map(|c| rows.iter().map(|row| row[c].clone()).collect()).collect()
}

/// A minimiser of `|| matrix * x - rhs ||^2`, by the normal equations. As in [`solve`], dependent columns
/// get the value zero.
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
pub fn least_squares<F: OrderedField>(rows: &[Vec<F>], rhs: &[F], deadline: Deadline) -> Result<Vec<F>, OutOfTime> {
    let columns = transpose(rows);
    let solution = solve(&gram(&columns), &apply(&columns, rhs), deadline)?;
    // Normal equations always have a solution.
    Ok(solution.unwrap_or_else(|| vec![F::zero(); columns.len()]))
}

/// Numerators of rational numbers over their least common denominator, which comes second.
/// `None` if a number is irrational.
fn clear_denominators<F: OrderedField>(vector: &[F]) -> Option<(Vec<BigInt>, BigInt)> {
    Some(common_denominator(&rationals(vector)?))
}

/// The shortest integer vector on the ray of a rational vector. `None` if an entry is irrational.
pub fn primitive<F: OrderedField>(vector: &[F]) -> Option<Vec<F>> {
    let (mut numerators, _) = clear_denominators(vector)?;
    let content = numerators.iter().fold(BigInt::zero(), |gcd, n| gcd.gcd(n));
    if !content.is_zero() && !content.is_one() {
        numerators.iter_mut().for_each(|n| *n /= &content);
    }
    Some(numerators.into_iter().map(|n| F::from(Rational::from(n))).collect())
}
