//! An approximate inverse, as `enclosed/Solution.v` reads it.

use num_bigint::BigInt;

use super::syntax::list;
use crate::kernel::exact::Rational;

/// Binary places of the entries beyond those of their number. Any matrix will do that is near enough to the inverse, and
/// products with short numbers take less time.
const PLACES: u64 = 12;

/// The rows, rounded to multiples of a power of two, and with half of their range added so that they have no signs.
pub fn matrix(rows: &[Vec<Rational>]) -> String {
    let places = PLACES + u64::from(rows.len().next_power_of_two().trailing_zeros());
    let unit = Rational::from(BigInt::from(1) << places);
    let rounded = |value: &Rational| (value * &unit).floor();
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
