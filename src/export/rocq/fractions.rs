//! Many rational numbers, written over one denominator.

use num_bigint::BigInt;
use num_integer::Integer;

use super::syntax::{Numbers, list, rational};
use crate::kernel::exact::{OrderedField, Rational};

/// Fewer numbers are written one by one.
const MANY: usize = 1000;

/// The longest denominator, in bits.
const LONGEST: u64 = 128;

/// How numbers of one kind are written.
pub struct Fractions {
    numbers: Numbers,
    /// The denominator, if the numbers have one.
    over: Option<BigInt>,
}

impl Fractions {
    /// If there are many rationals with a denominator that is not long, they are written over it: Rocq reads only one
    /// integer a number then.
    pub fn of<'a, F: OrderedField>(numbers: Numbers, values: impl Iterator<Item = &'a F>) -> Self {
        let (mut common, mut count) = (Some(BigInt::from(1)), 0);
        for value in values {
            count += 1;
            let of_value = |common: BigInt| match &value.coordinates()[..] {
                [] => Some(common),
                [value] => Some(common.lcm(&value.denominator())).filter(|common| common.bits() <= LONGEST),
                _ => None,
            };
            common = common.and_then(of_value);
        }
        Fractions { numbers, over: common.filter(|_| !numbers.in_field && count >= MANY) }
    }

    /// Whether the numbers are written over a denominator.
    pub fn has_denominator(&self) -> bool {
        self.over.is_some()
    }

    /// A list of numbers.
    pub fn list<F: OrderedField>(&self, values: &[F]) -> String {
        let Some(common) = &self.over else { return self.numbers.list(values) };
        let unit = Rational::from(common.clone());
        let whole = |value: &F| value.coordinates().first().map_or("0".into(), |value| rational(&(value * &unit)));
        format!("map (in_parts {common}) {}%decimal", list(values.iter().map(whole)))
    }
}
