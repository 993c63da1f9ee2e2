//! What each kind of work costs: one table for the whole kernel.
//!
//! A step is about a nanosecond on a common machine of 2020 in a release build. Where a kind of work varies the table is on the dear side of
//! what was measured, since a charge that is too low keeps the checker busy, and one that is too high only refuses earlier.
//!
//! | work | steps | measured (ns), and why it grows so |
//! |---|---|---|
//! | fractions of machine words: sum, product, comparison | [`WORD`] | 5 to 15 |
//! | their common divisor | [`divisor_of_words`] | 200 at 63 bits, 1500 to 2700 at 126: a step of the binary algorithm a bit |
//! | long integers: sum, copy | [`pass`] | 30 at 500 bits, 1100 at 65,000: one pass over the words |
//! | long integers: product, quotient | [`product`] | 2400 at 3300 bits: each word with each word |
//! | long integers: common divisor, lowest terms | [`divisor`] | 130,000 at 3300 bits, 2,300,000 at 16,000: a pass over the words a bit |
//! | long integers: square root | [`root`] | a few quotients, each of half the length of the one before |
//! | an element or polynomial made | [`ELEMENT`], and a pass over its bytes | 20 to 60: a list is allocated |
//! | a number of a list looked at in passing, or compared | [`LOOK`] | 1 to 5: memory is read in order |
//! | a connection followed, or a number made 0 | [`CONNECTION`] | 5 to 20: two places in memory |
//! | an entry of a sparse matrix, or of an ordered list, found or made | [`FIND`], [`ENTRY`] | 50, 100 and a node of some 150 bytes |
//! | a row of a network: unit on a sample | [`UNIT`], and the bytes of its values | lists of three numbers |
//! | an interval that stays | [`INTERVAL`] | two integers of some 200 bits, each with a place of its own |
//! | intervals: sum, product | [`interval_sum`], [`interval_product`] | 60, 150: two to four products of integers |
//! | a step of elimination without fractions | [`exact_elimination`] | two products and a quotient |
//! | bytes that stay until the check ends | [`BYTE`] | so that a whole budget of 3,000,000,000 keeps 125 MB at most |

use super::guard::charge;

/// An operation on fractions of machine words, but for their common divisor.
pub(in crate::kernel) const WORD: u64 = 10;
/// An element of a field or a polynomial, made of its coordinates.
pub(in crate::kernel) const ELEMENT: u64 = 50;
/// A number, or a connection, that is looked at in passing.
pub(in crate::kernel) const LOOK: u64 = 5;
/// A connection that is followed to its unit and its parameter.
pub(in crate::kernel) const CONNECTION: u64 = 20;
/// Looking for an entry of a sparse matrix.
pub(in crate::kernel) const FIND: u64 = 60;
/// A new entry of a sparse matrix, besides its number.
pub(in crate::kernel) const ENTRY: u64 = 500;
/// A byte that stays in memory.
pub(in crate::kernel) const BYTE: u64 = 24;
/// A unit of a network on a sample, besides its values.
pub(in crate::kernel) const UNIT: u64 = 200;
/// An interval that stays in memory.
pub(in crate::kernel) const INTERVAL: u64 = 160 * BYTE;

/// The greatest common divisor of two numbers of at most so many bits, 128 at most.
pub(in crate::kernel) fn divisor_of_words(bits: u32) -> u64 {
    u64::from(if bits <= 64 { 3 * bits } else { 15 * bits })
}

/// The greatest common divisor of two integers of at most so many bits, and dividing it out.
pub(in crate::kernel) fn divisor(bits: u64) -> u64 {
    bits.saturating_mul(20 + bits / 70)
}

/// The product of two integers of so many bits, or a quotient that makes one of them of the other.
pub(in crate::kernel) fn product(a: u64, b: u64) -> u64 {
    pass(a + b) + a.saturating_mul(b) / 3000
}

/// A sum, or a copy, of integers of so many bits.
pub(in crate::kernel) fn pass(bits: u64) -> u64 {
    40 + bits / 16
}

/// The square root of an integer of so many bits.
pub(in crate::kernel) fn root(bits: u64) -> u64 {
    1000 + bits.saturating_mul(bits) / 100
}

/// The sum of intervals whose ends have so many bits together.
pub(in crate::kernel) fn interval_sum(bits: u64) -> u64 {
    60 + bits / 16
}

/// A product of intervals whose ends have so many bits, added to a sum.
pub(in crate::kernel) fn interval_product(a: u64, b: u64) -> u64 {
    150 + (a + b) / 8 + a.saturating_mul(b) / 750
}

/// An entry that is eliminated with integers of so many bits: two products, a difference and a quotient.
pub(in crate::kernel) fn exact_elimination(bits: u64) -> u64 {
    100 + bits / 4 + bits.saturating_mul(bits) / 4000
}

/// Charges for bytes that stay in memory.
pub(in crate::kernel) fn keep(bytes: u64) {
    charge(bytes.saturating_mul(BYTE));
}
