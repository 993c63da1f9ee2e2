//! Numbers and polynomials in words, and what can be wrong with them.

use std::fmt;

use num_bigint::BigInt;
use num_traits::{One, Zero};

use super::symbol::symbol;
use crate::kernel::exact::{
    Algebraic, Fault, FieldError, MAX_DEGREE, MAX_DIGITS, OrderedField, ParseRationalError, Polynomial, Rational, Sign,
};

/// Longer numbers are not written out: they could not be read again, and to write them takes quadratic time.
const MAX_DISPLAYED_BITS: u64 = 1 << 14;

impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bits() > MAX_DISPLAYED_BITS {
            return write!(f, "(a number of {} bits)", self.bits());
        }
        let (numerator, denominator) = (self.numerator(), self.denominator());
        if self.is_integer() { write!(f, "{numerator}") } else { write!(f, "{numerator}/{denominator}") }
    }
}

/// A number in at most so many significant digits, cut and not rounded: `1.25`, `3.3333e-20`.
pub(crate) fn approximately(value: &Rational, significant: usize) -> String {
    if value.is_zero() || value.is_integer() && value.bits() <= 40 {
        return value.to_string();
    }
    let length = |integer: &BigInt| i64::try_from(integer.magnitude().to_string().len()).unwrap_or(i64::MAX);
    let power = |exponent: i64| num_traits::pow(BigInt::from(10), usize::try_from(exponent).unwrap_or(0));
    let (numerator, denominator) = (value.numerator(), value.denominator());
    // One digit more than asked for, or two.
    let shift = i64::try_from(significant).unwrap_or(20) + 1 - (length(&numerator) - length(&denominator));
    let digits =
        (numerator.magnitude() * power(shift).magnitude()) / (denominator.magnitude() * power(-shift).magnitude());
    let text = digits.to_string();
    let exponent = i64::try_from(text.len()).unwrap_or(0) - 1 - shift;
    let kept = text.get(..significant).unwrap_or(&text).trim_end_matches('0');
    let sign = if value.sign() == Sign::Negative { "-" } else { "" };
    let places = usize::try_from(exponent.abs()).unwrap_or(0);
    match exponent {
        -4..0 => format!("{sign}0.{}{kept}", "0".repeat(places - 1)),
        0..=9 if kept.len() <= places + 1 => format!("{sign}{kept:0<width$}", width = places + 1),
        0..=9 => format!("{sign}{}.{}", &kept[..places + 1], &kept[places + 1..]),
        _ if kept.len() <= 1 => format!("{sign}{kept}e{exponent}"),
        _ => format!("{sign}{}.{}e{exponent}", &kept[..1], &kept[1..]),
    }
}

impl fmt::Debug for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A polynomial in the field's symbol, highest power first: `1/2*sqrt2 + 3`.
impl fmt::Display for Algebraic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = self.field().and_then(|field| symbol(field)).unwrap_or("alpha");
        let mut is_first = true;
        for (power, coordinate) in self.stored_coordinates().iter().enumerate().rev().filter(|(_, c)| !c.is_zero()) {
            let is_negative = coordinate.sign() == Sign::Negative;
            f.write_str(match (is_first, is_negative) {
                (true, true) => "-",
                (true, false) => "",
                (false, true) => " - ",
                (false, false) => " + ",
            })?;
            is_first = false;
            let size = coordinate.abs();
            match power {
                0 => write!(f, "{size}")?,
                _ if size.is_one() => f.write_str(symbol)?,
                _ => write!(f, "{size}*{symbol}")?,
            }
            if power > 1 {
                write!(f, "^{power}")?;
            }
        }
        if is_first { f.write_str("0") } else { Ok(()) }
    }
}

impl fmt::Debug for Algebraic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Lowest power first: `1 - 2 t + 3/4 t^2`. Coefficients are written as they are stored: to see that one is zero may take long.
impl<F: OrderedField> fmt::Display for Polynomial<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut is_first = true;
        for (power, coefficient) in self.coefficients().iter().enumerate() {
            let text = coefficient.to_string();
            if text == "0" {
                continue;
            }
            let is_sum = text.contains(' ') && !text.starts_with('(');
            let (sign, size) = match text.strip_prefix('-') {
                Some(size) if !is_sum => ("-", size.to_string()),
                _ if is_sum => ("+", format!("({text})")),
                _ => ("+", text),
            };
            match (is_first, sign) {
                (true, "+") => {}
                (true, _) => f.write_str("-")?,
                (false, sign) => write!(f, " {sign} ")?,
            }
            is_first = false;
            match (power, size.as_str()) {
                (0, size) => f.write_str(size)?,
                (1, "1") => f.write_str("t")?,
                (1, size) => write!(f, "{size} t")?,
                (_, "1") => write!(f, "t^{power}")?,
                (_, size) => write!(f, "{size} t^{power}")?,
            }
        }
        if is_first { f.write_str("0") } else { Ok(()) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exhausted => {
                f.write_str("the exact computation passed its limit on work: the numbers are too large or too many")
            }
            Self::MixedFields => f.write_str("numbers of two different number fields were mixed"),
        }
    }
}

impl fmt::Display for ParseRationalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("not a number of the form -12, 22/7 or 0.125"),
            Self::TooManyDigits => write!(f, "a number of more than {MAX_DIGITS} digits"),
            Self::ZeroDenominator => f.write_str("a zero denominator"),
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant => f.write_str("the field's polynomial is constant"),
            Self::LeadingZero => f.write_str("the leading coefficient of the field's polynomial is 0; leave it out"),
            Self::Degree(value) => write!(f, "the field's polynomial has degree {value}; the limit is {MAX_DEGREE}"),
            Self::EmptyInterval(lower, upper) => write!(f, "the interval ({lower}, {upper}) is empty"),
            Self::NoRoot => f.write_str("the field's polynomial has no root in the open interval"),
            Self::SeveralRoots(value) => {
                write!(f, "the field's polynomial has {value} different roots in the open interval; it must have one")
            }
            Self::MultipleRoot => {
                f.write_str("the root of the field's polynomial in the open interval is a multiple root")
            }
        }
    }
}

impl std::error::Error for Fault {}
impl std::error::Error for ParseRationalError {}
impl std::error::Error for FieldError {}
