//! Rational numbers from their residues modulo a power of a prime.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

use super::prime::Prime;
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::scaled::Scaled;

/// The p-adic digits of a vector.
pub(super) struct Reconstruction {
    prime: Prime,
    digits: Vec<Vec<u64>>,
    /// The component that decided the last attempt; it goes first in the next one.
    witness: usize,
}

impl Reconstruction {
    pub(super) fn new(prime: Prime) -> Self {
        Self { prime, digits: Vec::new(), witness: 0 }
    }

    /// Appends the next digit of all components.
    pub(super) fn push(&mut self, digit: Vec<u64>) {
        self.digits.push(digit);
    }

    /// The number of digits.
    pub(super) fn len(&self) -> usize {
        self.digits.len()
    }

    /// Fractions over one denominator with these residues, if there are small ones. They may still
    /// be wrong.
    pub(super) fn attempt(&mut self, deadline: Deadline) -> Result<Option<Scaled<BigInt>>, OutOfTime> {
        let modulus = BigInt::from(BigUint::from(self.prime.value()).pow(self.len() as u32));
        let half: BigInt = &modulus >> 1;
        // Numerators and denominators this small are unique, and chance rarely produces them.
        let slack = 4 + self.len().min(16);
        let bound: BigInt = (&modulus >> slack).sqrt();
        let size = self.digits.first().map_or(0, Vec::len);
        let mut numerators = vec![BigInt::zero(); size];
        let mut denominators = vec![BigInt::one(); size];
        let mut denominator = BigInt::one();
        let order = (self.witness..size).chain(0..self.witness.min(size));
        for component in order {
            deadline.check()?;
            let mut value = self.component(component) * &denominator;
            value = value.mod_floor(&modulus);
            if value > half {
                value -= &modulus;
            }
            if value.abs() > bound {
                let limit = &bound / &denominator;
                let Some((numerator, factor)) = fraction(&modulus, value, &bound, &limit) else {
                    self.witness = component;
                    return Ok(None);
                };
                value = numerator;
                denominator *= factor;
            }
            numerators[component] = value;
            denominators[component] = denominator.clone();
        }
        for (numerator, own) in numerators.iter_mut().zip(&denominators) {
            if *own != denominator {
                *numerator *= &denominator / own;
            }
        }
        Ok(Some(Scaled { numerators, denominator }))
    }

    /// One component, from its digits.
    fn component(&self, index: usize) -> BigInt {
        let mut value = BigUint::zero();
        for digit in self.digits.iter().rev() {
            value = value * self.prime.value() + digit[index];
        }
        value.into()
    }
}

/// The fraction `n / d = value` modulo `modulus` with `|n| <= bound` and `0 < d <= limit`, by the
/// Euclidean algorithm stopped halfway (Wang 1981).
fn fraction(modulus: &BigInt, value: BigInt, bound: &BigInt, limit: &BigInt) -> Option<(BigInt, BigInt)> {
    let (mut r, mut next) = (modulus.clone(), value.mod_floor(modulus));
    let (mut s, mut next_s) = (BigInt::zero(), BigInt::one());
    while next > *bound {
        let (quotient, rest) = r.div_rem(&next);
        (r, next) = (next, rest);
        let after = s - quotient * &next_s;
        (s, next_s) = (next_s, after);
        if next_s.abs() > *limit {
            return None;
        }
    }
    let (n, d) = match next_s.is_negative() {
        true => (-next, -next_s),
        false => (next, next_s),
    };
    (!d.is_zero() && d <= *limit && n.gcd(&d).is_one()).then_some((n, d))
}
