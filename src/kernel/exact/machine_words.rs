//! For speed alone: fractions of machine words. Whoever believes that they add and multiply as fractions do may skip this file.

use num_integer::Integer;

use super::cost::divisor_of_words;
use super::guard::charge;

/// A fraction of two machine words, not always in lowest terms; the denominator is positive.
pub(super) type Fraction = (i128, i128);

/// `a + c` for fractions whose parts fit 64 bits, so that no product passes 2^126.
#[inline]
pub(super) fn sum((a, b): Fraction, (c, d): Fraction) -> Fraction {
    if b == d { (a + c, b) } else { (a * d + c * b, b * d) }
}

/// `a c` for fractions whose parts fit 64 bits.
#[inline]
pub(super) fn product((a, b): Fraction, (c, d): Fraction) -> Fraction {
    (a * c, b * d)
}

/// The same fraction in lowest terms; common divisors are taken of shorter numbers where they fit, which is far faster.
#[inline]
pub(super) fn reduced((numerator, denominator): Fraction) -> Fraction {
    if is_power_of_two(denominator) {
        let shift = numerator.trailing_zeros().min(denominator.trailing_zeros());
        return (numerator >> shift, denominator >> shift);
    }
    let divisor = match (i64::try_from(numerator), i64::try_from(denominator)) {
        (_, Ok(1)) | (Ok(1), _) => 1,
        (Ok(n), Ok(d)) => {
            charge(divisor_of_words(64 - (n | d).leading_zeros()));
            n.unsigned_abs().gcd(&d.unsigned_abs()).into()
        }
        // The remainder is below the denominator.
        (Err(_), Ok(d)) => {
            charge(divisor_of_words(64));
            ((numerator % denominator) as i64).unsigned_abs().gcd(&d.unsigned_abs()).into()
        }
        _ => {
            charge(divisor_of_words(128));
            numerator.gcd(&denominator)
        }
    };
    (numerator / divisor, denominator / divisor)
}

/// The sum of two fractions over the denominator of one of them, where the other's divides it and nothing overflows: a common
/// divisor is costly, and most sums have few denominators.
#[inline]
pub(super) fn common_sum((a, b): Fraction, (c, d): Fraction) -> Option<Fraction> {
    if b == d {
        return Some((a.checked_add(c)?, b));
    }
    match (a, c) {
        (0, _) => Some((c, d)),
        (_, 0) => Some((a, b)),
        _ if b > d => Some((a.checked_add(c.checked_mul(multiple(b, d)?)?)?, b)),
        _ => Some((c.checked_add(a.checked_mul(multiple(d, b)?)?)?, d)),
    }
}

/// `larger / smaller`, if it is an integer. Floats are fractions over powers of two, and those need no division.
#[inline]
fn multiple(larger: i128, smaller: i128) -> Option<i128> {
    if is_power_of_two(larger) && is_power_of_two(smaller) {
        return Some(1 << (larger.trailing_zeros() - smaller.trailing_zeros()));
    }
    (larger % smaller == 0).then(|| larger / smaller)
}

/// Of a positive number.
#[inline]
fn is_power_of_two(number: i128) -> bool {
    number & (number - 1) == 0
}
