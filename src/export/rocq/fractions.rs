//! Many rational numbers, written over one denominator.

use num_bigint::BigInt;
use num_integer::Integer;

use super::syntax::{Numbers, list, rational};
use crate::kernel::exact::{OrderedField, Rational};

/// Fewer inputs or weights are written one by one.
pub const MANY: usize = 1000;

/// The longest denominator, in bits.
const LONGEST: u64 = 256;

/// Numerators of at most so many digits are written in a row, if none is negative.
const SHORT: usize = 3;

/// How numbers of one kind are written.
pub struct Fractions {
    numbers: Numbers,
    /// The denominator, if the numbers have one.
    over: Option<BigInt>,
    /// The digits of each numerator, if all are short.
    digits: Option<usize>,
}

impl Fractions {
    /// If there are that many rationals with a denominator that is not long, they are written over it: Rocq reads only
    /// one integer a number then.
    pub fn of<'a, F: OrderedField>(numbers: Numbers, many: usize, values: impl Iterator<Item = &'a F> + Clone) -> Self {
        let (mut common, mut count) = (Some(BigInt::from(1)), 0);
        for value in values.clone() {
            count += 1;
            let of_value = |common: BigInt| match &value.coordinates()[..] {
                [] => Some(common),
                [value] => Some(common.lcm(&value.denominator())).filter(|common| common.bits() <= LONGEST),
                _ => None,
            };
            common = common.and_then(of_value);
        }
        let over = common.filter(|_| !numbers.in_field && count >= many);
        let length = |over: &BigInt| {
            let digits = |value: &'a F| {
                let numerator = numerator(value, over)?;
                (numerator >= BigInt::ZERO).then(|| numerator.to_string().len())
            };
            values.map(digits).collect::<Option<Vec<usize>>>()?.into_iter().max().filter(|digits| *digits <= SHORT)
        };
        let digits = over.as_ref().and_then(length);
        Fractions { numbers, over, digits }
    }

    /// Whether the numbers are written over a denominator.
    pub fn has_denominator(&self) -> bool {
        self.over.is_some()
    }

    /// A list of numbers.
    pub fn list<F: OrderedField>(&self, values: &[F]) -> String {
        let Some(over) = &self.over else { return self.numbers.list(values) };
        let numerators = values.iter().map(|value| numerator(value, over).unwrap_or(BigInt::ZERO));
        match self.digits.filter(|_| !values.is_empty()) {
            Some(digits) => {
                let row: Vec<String> = numerators.map(|numerator| format!("{numerator:0digits$}")).collect();
                format!("all_in_parts {over} {digits} {}", row.join("_"))
            }
            None => {
                let numerators = numerators.map(|numerator| rational(&Rational::from(numerator)));
                format!("map (in_parts {over}) {}%decimal", list(numerators))
            }
        }
    }
}

/// The number times a denominator, if it is rational.
fn numerator<F: OrderedField>(value: &F, over: &BigInt) -> Option<BigInt> {
    match &value.coordinates()[..] {
        [] => Some(BigInt::ZERO),
        [value] => Some((value * &Rational::from(over.clone())).floor()),
        _ => None,
    }
}
