//! How the numbers of a program become those that it is solved with.

use std::marker::PhantomData;

use num_traits::Zero;

use crate::kernel::exact::{OrderedField, Rational};

use super::int::Int;
use super::ring::Ring;

/// A way to compute with the numbers of a program.
pub trait Arithmetic {
    /// What the program is written in.
    type Number: OrderedField;
    /// What it is solved with.
    type Ring: Ring;

    /// A positive number that clears the denominators of all the values.
    fn common_denominator<'a>(values: impl Iterator<Item = &'a Self::Number>) -> Self::Ring;

    /// `value * denominator`, where `denominator` is a multiple of one that clears that of `value`.
    fn clear(value: &Self::Number, denominator: &Self::Ring) -> Self::Ring;

    /// `numerator / denominator` for a positive denominator.
    fn quotient(numerator: &Self::Ring, denominator: &Self::Ring) -> Self::Number;
}

/// Rational numbers as integers over common denominators.
pub struct Integral;

/// Elements of any field as they are.
pub struct Plain<F>(PhantomData<F>);

impl<F: OrderedField> Arithmetic for Plain<F> {
    type Number = F;
    type Ring = F;

    fn common_denominator<'a>(_values: impl Iterator<Item = &'a F>) -> F {
        F::one()
    }

    fn clear(value: &F, denominator: &F) -> F {
        if *denominator == F::one() {
            return value.clone();
        }
        value.clone() * denominator
    }

    fn quotient(numerator: &F, denominator: &F) -> F {
        if *denominator == F::one() {
            return numerator.clone();
        }
        let reciprocal = denominator.reciprocal().expect("a positive denominator");
        numerator.clone() * &reciprocal
    }
}

impl Arithmetic for Integral {
    type Number = Rational;
    type Ring = Int;

    fn common_denominator<'a>(values: impl Iterator<Item = &'a Rational>) -> Int {
        let mut common = Int::Small(1);
        for value in values {
            match value.small() {
                Some((_, 1)) => {}
                Some((_, denominator)) => common = common.lcm(&Int::Small(denominator)),
                None => {
                    let denominator = value.denominator();
                    // Solutions share their denominators: a division is much cheaper than a
                    // multiple.
                    if !(common.to_big() % &denominator).is_zero() {
                        common = common.lcm(&denominator.into());
                    }
                }
            }
        }
        common
    }

    fn clear(value: &Rational, denominator: &Int) -> Int {
        match value.small() {
            Some((numerator, 1)) => match denominator {
                Int::Small(1) => Int::Small(numerator),
                factor => Int::Small(numerator).times(factor),
            },
            Some((numerator, own)) => {
                let factor = denominator.divide_exactly(&Int::Small(own));
                Int::Small(numerator).times(&factor)
            }
            None => {
                let factor = denominator.divide_exactly(&value.denominator().into());
                Int::from(value.numerator()).times(&factor)
            }
        }
    }

    fn quotient(numerator: &Int, denominator: &Int) -> Rational {
        let quotient = match (numerator, denominator) {
            (Int::Small(numerator), Int::Small(1)) => Some(Rational::from(*numerator)),
            (Int::Small(numerator), Int::Small(denominator)) => Rational::from_ratio(*numerator, *denominator),
            (Int::Big(numerator), Int::Small(1)) => Some(Rational::from(numerator.clone())),
            _ => Rational::new(numerator.to_big(), denominator.to_big()),
        };
        quotient.expect("a positive denominator")
    }
}
