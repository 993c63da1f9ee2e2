//! Arithmetic modulo a prime of one machine word.

/// A prime just below `2^61`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::prove) struct Prime(u64);

/// The Mersenne prime `2^61 - 1`, by which division is shift and add.
const MERSENNE: u64 = (1 << 61) - 1;

/// So many products of residues fit into 128 bits, with room for one residue more.
const CHUNK: usize = 32;

impl Prime {
    /// The largest primes below `2^61`, the one with the fastest arithmetic first.
    pub(in crate::prove) const ALL: [Prime; 4] =
        [Prime(MERSENNE), Prime((1 << 61) - 31), Prime((1 << 61) - 45), Prime((1 << 61) - 229)];

    /// The prime itself.
    pub(in crate::prove) fn value(self) -> u64 {
        self.0
    }

    /// The residue of a signed word.
    pub(in crate::prove) fn residue(self, value: i64) -> u64 {
        value.rem_euclid(self.0 as i64) as u64
    }

    /// Of any number below `2^127`.
    #[inline]
    pub(super) fn reduce(self, value: u128) -> u64 {
        if self.0 == MERSENNE {
            let folded = (value as u64 & MERSENNE) as u128 + (value >> 61);
            let folded = (folded as u64 & MERSENNE) + (folded >> 61) as u64;
            if folded >= MERSENNE { folded - MERSENNE } else { folded }
        } else {
            (value % u128::from(self.0)) as u64
        }
    }

    #[inline]
    pub(super) fn multiply(self, a: u64, b: u64) -> u64 {
        self.reduce(u128::from(a) * u128::from(b))
    }

    #[inline]
    pub(super) fn subtract(self, a: u64, b: u64) -> u64 {
        if a >= b { a - b } else { a + self.0 - b }
    }

    pub(super) fn dot(self, a: &[u64], b: &[u64]) -> u64 {
        let mut sum = 0u128;
        for (a, b) in a.chunks(CHUNK).zip(b.chunks(CHUNK)) {
            for (a, b) in a.iter().zip(b) {
                sum += u128::from(*a) * u128::from(*b);
            }
            sum = u128::from(self.reduce(sum));
        }
        sum as u64
    }

    /// The inverse of a residue that is not zero, by the extended Euclidean algorithm.
    pub(super) fn inverse(self, value: u64) -> u64 {
        let (mut r, mut next) = (self.0, value);
        let (mut s, mut next_s) = (0i64, 1i64);
        while next != 0 {
            let quotient = r / next;
            (r, next) = (next, r % next);
            (s, next_s) = (next_s, s.wrapping_sub((quotient as i64).wrapping_mul(next_s)));
        }
        self.residue(s)
    }
}
