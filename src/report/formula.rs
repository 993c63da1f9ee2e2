//! Formulas as values, and the exact numbers of a certificate as formulas.
//!
//! One formula is printed as LaTeX, as plain text and as MathML; see [`super::latex`], [`super::text`] and [`super::mathml`].

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

use crate::kernel::exact::{NumberField, OrderedField, Polynomial, Rational};
use crate::words::symbol;

/// A formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    /// A non-negative integer, or a decimal.
    Integer(String),
    /// A letter or a word, spelled for each output.
    Name(Name),
    /// An operator or a relation between two parts.
    Operator(Operator),
    /// Parts next to one another.
    Row(Vec<Formula>),
    /// A fraction.
    Fraction(Box<Formula>, Box<Formula>),
    /// The real root of a non-negative integer: degree, radicand.
    Root(u32, String),
    /// A base with a lower index.
    Sub(Box<Formula>, Box<Formula>),
    /// A base with an exponent.
    Sup(Box<Formula>, Box<Formula>),
    /// A sum in parentheses, or any part that must hold together.
    Paren(Box<Formula>),
    /// A Euclidean norm.
    Norm(Box<Formula>),
    /// An absolute value.
    Abs(Box<Formula>),
    /// A list in parentheses.
    Tuple(Vec<Formula>),
    /// An interval between two numbers, which are not in it.
    Interval(Box<Formula>, Box<Formula>),
    /// A matrix, row by row.
    Matrix(Vec<Vec<Formula>>),
}

/// How a name is written: as LaTeX, and as Unicode text (which MathML uses too).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// LaTeX, in math mode.
    pub latex: String,
    /// Unicode.
    pub text: String,
}

/// Operators and relations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Operator {
    Plus,
    Minus,
    Times,
    Equal,
    NotEqual,
    Less,
    Greater,
    AtMost,
    AtLeast,
    In,
    Comma,
    Semicolon,
}

impl Operator {
    /// The operator as LaTeX and as Unicode text.
    pub fn spelling(self) -> (&'static str, &'static str) {
        match self {
            Operator::Plus => ("+", "+"),
            Operator::Minus => ("-", "−"),
            Operator::Times => (r"\cdot", "·"),
            Operator::Equal => ("=", "="),
            Operator::NotEqual => (r"\ne", "≠"),
            Operator::Less => ("<", "<"),
            Operator::Greater => (">", ">"),
            Operator::AtMost => (r"\le", "≤"),
            Operator::AtLeast => (r"\ge", "≥"),
            Operator::In => (r"\in", "∈"),
            Operator::Comma => (",", ","),
            Operator::Semicolon => (";", ";"),
        }
    }
}

/// The names that proofs use.
pub fn name(latex: &str, text: &str) -> Formula {
    Formula::Name(Name { latex: latex.into(), text: text.into() })
}

/// A single Latin letter, or any name that is spelled alike everywhere.
pub fn letter(text: &str) -> Formula {
    name(text, text)
}

/// A non-negative integer.
pub fn integer(value: usize) -> Formula {
    Formula::Integer(value.to_string())
}

/// Parts next to one another.
pub fn row(parts: impl IntoIterator<Item = Formula>) -> Formula {
    Formula::Row(parts.into_iter().collect())
}

/// `top / bottom`.
pub fn fraction(top: Formula, bottom: Formula) -> Formula {
    Formula::Fraction(Box::new(top), Box::new(bottom))
}

/// One half.
pub fn half() -> Formula {
    fraction(integer(1), integer(2))
}

/// `left op right`.
pub fn relate(left: Formula, operator: Operator, right: Formula) -> Formula {
    row([left, Formula::Operator(operator), right])
}

impl Formula {
    /// This with a lower index.
    // A subscript and not a difference, so not `std::ops::Sub`.
    #[allow(clippy::should_implement_trait)]
    pub fn sub(self, index: Formula) -> Formula {
        Formula::Sub(Box::new(self), Box::new(index))
    }

    /// This to a power.
    pub fn sup(self, exponent: Formula) -> Formula {
        Formula::Sup(Box::new(self), Box::new(exponent))
    }

    /// The square of this.
    pub fn squared(self) -> Formula {
        self.sup(integer(2))
    }

    /// The Euclidean norm of this.
    pub fn norm(self) -> Formula {
        Formula::Norm(Box::new(self))
    }

    /// The absolute value of this.
    pub fn abs(self) -> Formula {
        Formula::Abs(Box::new(self))
    }

    /// This in parentheses.
    pub fn paren(self) -> Formula {
        Formula::Paren(Box::new(self))
    }

    /// Whether brackets around this must grow.
    pub fn is_tall(&self) -> bool {
        match self {
            Formula::Fraction(..) | Formula::Matrix(_) => true,
            Formula::Row(parts) | Formula::Tuple(parts) => parts.iter().any(Formula::is_tall),
            Formula::Sub(base, _) | Formula::Sup(base, _) => base.is_tall(),
            _ => false,
        }
    }

    /// The style of this on a line of its own: lists stay in the style of text, so that plain parentheses fit their fractions.
    pub fn is_set_large(&self) -> bool {
        match self {
            Formula::Tuple(_) => false,
            Formula::Row(parts) => parts.iter().all(Formula::is_set_large),
            _ => true,
        }
    }

    /// Whether this is a number, with or without a sign, that is written as a decimal.
    pub fn is_decimal(&self) -> bool {
        match self {
            Formula::Integer(digits) => digits.contains('.'),
            Formula::Row(parts) => {
                matches!(&parts[..], [Formula::Operator(Operator::Minus), size] if size.is_decimal())
            }
            _ => false,
        }
    }

    fn begins_with_minus(&self) -> bool {
        match self {
            Formula::Row(parts) => parts.first().is_some_and(Formula::begins_with_minus),
            Formula::Operator(operator) => *operator == Operator::Minus,
            _ => false,
        }
    }
}

/// How the numbers of a field are written: with roots where the field's generator is one, else with its symbol.
#[derive(Clone, Debug, PartialEq)]
pub enum Notation {
    /// The rationals, which need no generator.
    Rational,
    /// The generator is the positive `degree`-th root of this integer.
    Radical {
        /// The degree of the root.
        degree: u32,
        /// The radicand.
        radicand: BigInt,
    },
    /// The generator has a symbol.
    Symbol(Name),
}

impl Notation {
    /// The notation for a certificate's field.
    pub fn of(field: Option<&NumberField>) -> Self {
        let Some(field) = field else { return Notation::Rational };
        let polynomial = field.polynomial();
        let degree = polynomial.len() - 1;
        let middle_is_zero = polynomial[1..degree].iter().all(Rational::is_zero);
        let lower_is_positive = !field.root_between().0.numerator().is_negative();
        if middle_is_zero && lower_is_positive && degree >= 2 {
            let radicand = -(polynomial[0].clone() * &polynomial[degree].reciprocal().unwrap_or_else(Rational::zero));
            if radicand.is_integer() && radicand.numerator().is_positive() {
                return Notation::Radical { degree: degree as u32, radicand: radicand.numerator() };
            }
        }
        Notation::Symbol(match symbol(field) {
            // It is set upright, and escaped by the printers.
            Some(symbol) => {
                Name { latex: format!(r"\text{{{}}}", super::latex::escape(symbol)), text: symbol.to_string() }
            }
            None => Name { latex: r"\alpha".into(), text: "α".into() },
        })
    }

    /// An exact number.
    pub fn number<F: OrderedField>(&self, value: &F) -> Formula {
        sum_of(value.coordinates().iter().enumerate().map(|(k, coordinate)| (coordinate.clone(), self.basis(k))))
    }

    /// A list of exact numbers in parentheses.
    pub fn tuple<F: OrderedField>(&self, values: &[F]) -> Formula {
        Formula::Tuple(values.iter().map(|value| self.number(value)).collect())
    }

    /// A polynomial in a variable, lowest power first.
    pub fn polynomial<F: OrderedField>(&self, polynomial: &Polynomial<F>, variable: &str) -> Formula {
        let mut parts = Vec::new();
        for (k, coefficient) in polynomial.coefficients().iter().enumerate().filter(|(_, c)| !c.is_zero()) {
            let power = power_of(letter(variable), k);
            let coordinates = coefficient.coordinates();
            let nonzero = coordinates.iter().filter(|c| !c.is_zero()).count();
            let term = match (power, nonzero) {
                (None, _) => self.number(coefficient),
                (Some(power), 1) => {
                    let mut terms = coordinates.iter().enumerate().filter(|(_, c)| !c.is_zero());
                    let (j, c) = terms.next().expect("one coordinate is not zero");
                    let basis = match self.basis(j) {
                        Some(basis) => row([basis, power]),
                        None => power,
                    };
                    sum_of([(c.clone(), Some(basis))])
                }
                (Some(power), _) => row([self.number(coefficient).paren(), power]),
            };
            append_term(&mut parts, term);
        }
        if parts.is_empty() { integer(0) } else { Formula::Row(parts) }
    }

    /// `alpha^k`, or nothing for `k = 0`.
    fn basis(&self, k: usize) -> Option<Formula> {
        match self {
            Notation::Radical { degree, radicand } if k > 0 => {
                let k = k as u32;
                let common = num_integer::gcd(k, *degree);
                let (degree, power) = (degree / common, k / common);
                let root = num_traits::pow(radicand.clone(), power as usize);
                Some(if degree == 1 {
                    Formula::Integer(root.to_string())
                } else {
                    Formula::Root(degree, root.to_string())
                })
            }
            Notation::Symbol(symbol) => power_of(Formula::Name(symbol.clone()), k),
            _ => None,
        }
    }
}

fn power_of(base: Formula, exponent: usize) -> Option<Formula> {
    match exponent {
        0 => None,
        1 => Some(base),
        _ => Some(base.sup(integer(exponent))),
    }
}

/// `sum coefficient * unit`, a missing unit standing for 1.
fn sum_of(terms: impl IntoIterator<Item = (Rational, Option<Formula>)>) -> Formula {
    let mut parts = Vec::new();
    for (coefficient, unit) in terms.into_iter().filter(|(coefficient, _)| !coefficient.is_zero()) {
        let numerator = coefficient.numerator();
        let (size, denominator) = (numerator.abs(), coefficient.denominator());
        let decimal = if unit.is_none() { finite_decimal(&size, &denominator) } else { None };
        let magnitude = match decimal {
            Some(decimal) => Formula::Integer(decimal),
            None if denominator.is_one() => Formula::Integer(size.to_string()),
            None => Formula::Fraction(
                Box::new(Formula::Integer(size.to_string())),
                Box::new(Formula::Integer(denominator.to_string())),
            ),
        };
        let is_one = size.is_one() && denominator.is_one();
        let term = match unit {
            Some(unit) if is_one => unit,
            Some(unit) => times(magnitude, unit),
            None => magnitude,
        };
        let signed = if numerator.is_negative() { row([Formula::Operator(Operator::Minus), term]) } else { term };
        append_term(&mut parts, signed);
    }
    match parts.len() {
        0 => integer(0),
        1 => parts.remove(0),
        _ => Formula::Row(parts),
    }
}

/// A long fraction as the decimal that it equals, if that ends soon: `1/8` stays, what was rounded to fifteen places is read as such.
fn finite_decimal(size: &BigInt, denominator: &BigInt) -> Option<String> {
    /// A fraction of fewer digits is as easily read.
    const LONG: usize = 16;
    /// The most places, and the bits of a denominator that cannot have more.
    const PLACES: (u32, u64) = (40, 140);
    if denominator.is_one() || denominator.bits() > PLACES.1 {
        return None;
    }
    if size.to_string().len() + denominator.to_string().len() <= LONG {
        return None;
    }
    let multiplicity = |prime: u32| {
        let (mut rest, mut count) = (denominator.clone(), 0);
        while (&rest % prime).is_zero() {
            rest /= prime;
            count += 1;
        }
        count
    };
    let places = multiplicity(2).max(multiplicity(5));
    let scale = num_traits::pow(BigInt::from(10), places as usize);
    ((&scale % denominator).is_zero() && places <= PLACES.0).then(|| decimal(&(size * scale / denominator), places))
}

/// `units / 10^places`, in decimal, without a sign.
pub fn decimal(units: &BigInt, places: u32) -> String {
    let places = places as usize;
    let digits = format!("{:0>width$}", units.abs().to_string(), width = places + 1);
    let (before, after) = digits.split_at(digits.len() - places);
    if after.is_empty() { before.to_string() } else { format!("{before}.{after}") }
}

/// A number and what follows it; a root goes into the numerator of a fraction.
fn times(number: Formula, unit: Formula) -> Formula {
    match (number, unit) {
        (Formula::Fraction(top, bottom), root @ Formula::Root(..)) => {
            let top = if *top == integer(1) { root } else { row([*top, root]) };
            Formula::Fraction(Box::new(top), bottom)
        }
        (number, Formula::Row(mut parts)) if matches!(parts.first(), Some(Formula::Root(..))) => {
            let root = parts.remove(0);
            row(std::iter::once(times(number, root)).chain(parts))
        }
        (number, unit) => row([number, unit]),
    }
}

/// Appends `+ term` or `- term`.
fn append_term(parts: &mut Vec<Formula>, term: Formula) {
    if !parts.is_empty() && !term.begins_with_minus() {
        parts.push(Formula::Operator(Operator::Plus));
    }
    parts.push(term);
}
