//! Exact solutions of integer systems, digit by digit in base of a prime (J. D. Dixon, "Exact solution of linear
//! equations using p-adic expansions", Numer. Math. 40, 1982).
//!
//! What holds modulo one prime is a guide, not a fact: a rank modulo the prime is only a lower bound for the rank over the
//! rationals, and fractions read off a few digits may be wrong. Whoever lifts verifies what comes out.

mod factorisation;
mod prime;
mod reconstruction;

use num_bigint::BigInt;

pub(super) use self::factorisation::Factorisation;
pub(super) use self::prime::Prime;
use self::reconstruction::Reconstruction;
use super::deadline::{Deadline, OutOfTime};
use super::scaled::Scaled;

/// What is left of the right-hand side of a system `A x = rhs`, divided by the power of the prime reached.
pub(super) trait Residual {
    /// The entries modulo the prime.
    fn modulo(&self, prime: Prime) -> Vec<u64>;

    /// Takes away `A digit`, which makes all entries multiples of the prime, and divides by the prime.
    fn advance(&mut self, digit: &[u64], prime: Prime);
}

/// The lifting of one solution.
pub(super) struct Lifting<R, I> {
    residual: R,
    /// Solves the system modulo the prime.
    invert: I,
    prime: Prime,
    reconstruction: Reconstruction,
    /// The number of digits at which fractions are read off next.
    next_attempt: usize,
}

impl<R: Residual, I: Fn(&[u64]) -> Vec<u64>> Lifting<R, I> {
    /// A lifting that has no digits yet.
    pub(super) fn new(residual: R, invert: I, prime: Prime) -> Self {
        Self { residual, invert, prime, reconstruction: Reconstruction::new(prime), next_attempt: 1 }
    }

    /// Lifts a little further and reads fractions off the digits, if there are small ones. They may be wrong.
    ///
    /// So small solutions are found early, whatever the size of the determinant.
    pub(super) fn candidate(&mut self, deadline: Deadline) -> Result<Option<Scaled<BigInt>>, OutOfTime> {
        while self.digits() < self.next_attempt {
            deadline.check()?;
            let digit = (self.invert)(&self.residual.modulo(self.prime));
            self.residual.advance(&digit, self.prime);
            self.reconstruction.push(digit);
        }
        self.next_attempt += self.next_attempt / 3 + 1;
        self.reconstruction.attempt(deadline)
    }

    /// The number of digits reached.
    pub(super) fn digits(&self) -> usize {
        self.reconstruction.len()
    }
}

/// So many digits that numerators and a denominator below `2^bits` are read off them.
pub(super) fn digits_for(bits: u64) -> usize {
    // Twice as many bits and the 20 of reconstruction's slack; a prime has a little less than 61.
    (2 * bits / 60 + 2) as usize
}
