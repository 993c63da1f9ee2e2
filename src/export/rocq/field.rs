//! The number field, and what shows inside Rocq where its generator lies.

use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::{One, Zero};

use super::syntax::{rational, rationals, wrapped};
use crate::kernel::exact::{Interval, NumberField, Polynomial, Rational, Sign, signs_on};

/// The widths, in binary places, of the interval that decides most signs and of the one that decides the others.
const WIDTHS: [u32; 2] = [12, 96];

/// Beyond this the search for an interval is given up; Rocq then refuses the file.
const MOST_BITS: u32 = 4096;

/// The polynomial and the interval.
pub fn definition(field: &NumberField) -> String {
    let (lower, upper) = field.root_between();
    format!(
        "Definition the_field : field := Field {} {} {}.",
        rationals(field.polynomial()),
        rational(lower),
        rational(upper)
    )
}

/// Narrower intervals, and a monic factor that holds the root, with the theorem that there is exactly one.
pub fn evidence(field: &Arc<NumberField>) -> String {
    let whole = Polynomial::new(field.polynomial().to_vec());
    let factor = whole.square_free_part().monic();
    let cofactor = whole.div_rem(&factor).map_or_else(Polynomial::zero, |(quotient, _)| quotient);
    // The last coefficient is 1.
    let lower = factor.coefficients().iter().take(factor.degree().unwrap_or(0));
    let tail: Vec<Rational> = lower.map(|c| -c.clone()).collect();
    let around: Vec<String> = WIDTHS
        .iter()
        .map(|&bits| {
            let (lower, upper) = around(field, &whole, &cofactor, bits);
            format!("({}, {})", rational(&lower), rational(&upper))
        })
        .collect();
    let refined = format!(
        "Definition refined : refinement := Refinement [{}] {} {}.",
        around.join("; "),
        rationals(&tail),
        rationals(cofactor.coefficients())
    );
    format!(
        "{}\nLemma the_field_ok : check_field the_field refined = true.\nProof. vm_cast_no_check (eq_refl true). Qed.\n\
         Theorem alpha_is_unique : exists! alpha, is_root the_field alpha.\n\
         Proof. apply (root_exists the_field refined). vm_cast_no_check (eq_refl true). Qed.\n",
        wrapped(&refined)
    )
}

/// An open interval of about `2^-bits` around the generator, within the field's interval, on which neither the
/// polynomial's derivative nor the cofactor vanishes. Where this is too wide a narrower one is taken.
fn around(
    field: &Arc<NumberField>,
    polynomial: &Polynomial<Rational>,
    cofactor: &Polynomial<Rational>,
    mut bits: u32,
) -> (Rational, Rational) {
    let (start, end) = field.root_between();
    let derivative = polynomial.derivative();
    loop {
        let generator = field.element(vec![Rational::from(0), Rational::from(1)]);
        let (lower, upper) = generator.enclosure(bits);
        let power = BigInt::one() << bits;
        let scaled = |x: &Rational| x.clone() * &Rational::from(power.clone());
        let place = |k: BigInt| Rational::new(k, power.clone()).unwrap_or_else(|| start.clone());
        let (lower, upper) = (place(scaled(&lower).floor() - 1), place(scaled(&upper).floor() + 2));
        let width = upper.clone() - &lower;
        let vanishes_not = |p: &Polynomial<Rational>| {
            let signs = signs_on(&p.shift(&lower).dilate(&width), &Interval::UpTo(Rational::from(1)));
            matches!(signs[..], [Sign::Positive | Sign::Negative])
        };
        if (*start < lower && upper < *end && vanishes_not(&derivative) && vanishes_not(cofactor)) || bits >= MOST_BITS
        {
            return (lower, upper);
        }
        bits += 4;
    }
}
