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
    /// What the function that divides by the denominator is called, and the denominator, if the numbers have one.
    over: Option<(String, BigInt)>,
}

impl Fractions {
    /// If there are many rationals with a denominator that is not long, they are written over it: Rocq reads one integer
    /// a number then.
    pub fn of<'a, F: OrderedField>(numbers: Numbers, what: &str, values: impl Iterator<Item = &'a F>) -> Self {
        let (mut common, mut count) = (Some(BigInt::from(1)), 0);
        for value in values {
            count += 1;
            let of_value = |common: BigInt| match &value.coordinates()[..] {
                [value] => Some(common.lcm(&value.denominator())).filter(|common| common.bits() <= LONGEST),
                _ => None,
            };
            common = common.and_then(of_value);
        }
        let fits = |common: &BigInt| !numbers.in_field && count >= MANY && common.bits() > 1;
        Fractions { numbers, over: common.filter(fits).map(|common| (format!("{what}_unit"), common)) }
    }

    /// The function's definition.
    pub fn definition(&self) -> Option<String> {
        let (name, common) = self.over.as_ref()?;
        Some(format!("Definition {name} (n : Z) : Q := n # {common}."))
    }

    /// A list of numbers.
    pub fn list<F: OrderedField>(&self, values: &[F]) -> String {
        let Some((name, common)) = &self.over else { return self.numbers.list(values) };
        let unit = Rational::from(common.clone());
        let whole = |value: &F| value.coordinates().first().map_or("0".into(), |value| rational(&(value * &unit)));
        format!("map {name} {}%Z", list(values.iter().map(whole)))
    }
}
