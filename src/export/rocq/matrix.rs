//! An approximate inverse, as `enclosed/Solution.v` reads it.

use num_bigint::BigInt;

use super::syntax::list;
use crate::kernel::exact::Rational;
use crate::prove::rounding::to_f64s;

/// Binary places that the entries may get. The first number is taken with which the matrix is near enough to the inverse:
/// any such matrix will do, and products with short numbers take less time.
const PLACES: [u64; 7] = [8, 10, 12, 14, 16, 20, 28];

/// How far the product of the rounded matrix and the inverse of the other may be from the identity, in the maximum norm.
const FAR: f64 = 0.125;

/// The rows, rounded to multiples of a power of two, and with half of their range added so that they have no signs.
pub fn matrix(rows: &[Vec<Rational>]) -> String {
    let size = u64::from(rows.len().next_power_of_two().trailing_zeros());
    let given: Vec<Vec<f64>> = rows.iter().map(|row| to_f64s(row)).collect();
    let inverse = inverse(&given);
    let [.., last] = PLACES.map(|places| places + size);
    let is_near = |places: &u64| inverse.as_ref().is_some_and(|inverse| distance(&given, inverse, *places) <= FAR);
    let places = PLACES.map(|places| places + size).into_iter().find(is_near).unwrap_or(last);
    let unit = Rational::from(BigInt::from(1) << places);
    let half = Rational::from_ratio(1, 2).unwrap_or_else(|| Rational::from(0));
    let rounded = |value: &Rational| (&(value * &unit) + &half).floor();
    let rows: Vec<Vec<BigInt>> = rows.iter().map(|row| row.iter().map(rounded).collect()).collect();
    let bits = rows.iter().flatten().map(BigInt::bits).max().unwrap_or(0);
    // One bit more for the sign.
    let digits = usize::try_from(bits / 4 + 1).unwrap_or(1);
    let half = BigInt::from(1) << (4 * digits - 1);
    let row = |row: &Vec<BigInt>| {
        let entries: String = row.iter().map(|entry| format!("{:0digits$x}", entry + &half)).collect();
        format!("0x{entries}")
    };
    format!("Matrix {places} {} {}%digits", digits - 1, list(rows.iter().map(row)))
}

/// The greatest sum of a row of what rounding changes in the product with the inverse.
fn distance(rows: &[Vec<f64>], inverse: &[Vec<f64>], places: u64) -> f64 {
    let unit = 2f64.powi(i32::try_from(places).unwrap_or(i32::MAX));
    let of_row = |row: &Vec<f64>| {
        let mut product = vec![0.0; row.len()];
        for (entry, other) in row.iter().zip(inverse) {
            let change = entry - (entry * unit + 0.5).floor() / unit;
            product.iter_mut().zip(other).for_each(|(sum, factor)| *sum += change * factor);
        }
        product.iter().map(|entry| entry.abs()).sum::<f64>()
    };
    rows.iter().map(of_row).fold(0.0, f64::max)
}

/// The inverse in floats, by elimination with the greatest pivots.
fn inverse(rows: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let size = rows.len();
    let beside = |(place, row): (usize, &Vec<f64>)| {
        let mut row = row.clone();
        row.extend((0..size).map(|column| if column == place { 1.0 } else { 0.0 }));
        row
    };
    let mut rows: Vec<Vec<f64>> = rows.iter().enumerate().map(beside).collect();
    if rows.iter().any(|row| row.len() != 2 * size) {
        return None;
    }
    for column in 0..size {
        let pivot = (column..size).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
        rows.swap(column, pivot);
        let mut taken = std::mem::take(&mut rows[column]);
        let divisor = taken[column];
        if divisor == 0.0 {
            return None;
        }
        taken.iter_mut().for_each(|entry| *entry /= divisor);
        for row in rows.iter_mut().filter(|row| !row.is_empty()) {
            let factor = row[column];
            row.iter_mut().zip(&taken).for_each(|(entry, other)| *entry -= factor * other);
        }
        rows[column] = taken;
    }
    Some(rows.into_iter().map(|row| row[size..].to_vec()).collect())
}
