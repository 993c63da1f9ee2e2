//! Elements of a real number field.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};
use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::{One, Zero};

use super::cost::{self, ELEMENT, WORD};
use super::guard::{Fault, charge, is_faulted, report};
use super::number_field::PRECISIONS;
use super::unit_interval::common_denominator;
use super::{NumberField, OrderedField, Polynomial, Rational, Sign, Value};

/// A real algebraic number `a0 + a1 alpha + a2 alpha^2 + ...` with rational coordinates.
///
/// Made by [`NumberField::element`], or from a [`Rational`], which goes with every field. Comparison is by value.
///
/// Operands must be of one field (see [`same_field`](Self::same_field)). If they are not, the result has no meaning, and a
/// computation under [`guarded`](super::guarded) ends in [`Fault::MixedFields`](super::Fault::MixedFields).
#[derive(Clone)]
pub struct Algebraic {
    /// Without trailing zeros; fewer than or as many as the degree of the field's modulus.
    coordinates: Vec<Rational>,
    /// Present if and only if there are at least two coordinates.
    field: Option<Arc<NumberField>>,
}

impl Algebraic {
    /// From at most as many coordinates as the degree.
    pub(super) fn from_parts(mut coordinates: Vec<Rational>, field: Option<&Arc<NumberField>>) -> Self {
        charge(ELEMENT);
        while coordinates.last().is_some_and(Rational::is_zero) {
            coordinates.pop();
        }
        let field = field.filter(|_| coordinates.len() > 1).cloned();
        Self { coordinates, field }
    }

    /// The field, or `None` for a number that was recognised as rational.
    pub fn field(&self) -> Option<&Arc<NumberField>> {
        self.field.as_ref()
    }

    /// The coordinates as stored, without the zero test of [`coordinates`](OrderedField::coordinates): over a reducible
    /// polynomial, those of zero need not be zero.
    pub fn stored_coordinates(&self) -> &[Rational] {
        &self.coordinates
    }

    /// Whether there is a field in which both are.
    pub fn same_field(&self, other: &Self) -> bool {
        match (&self.field, &other.field) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => true,
        }
    }

    /// Two rationals, at most `2^-bits` apart, between which the number lies.
    pub fn enclosure(&self, bits: u32) -> (Rational, Rational) {
        let target = Rational::new(BigInt::one(), BigInt::one() << bits).unwrap_or_else(Rational::zero);
        let (numerators, unit) = self.integral();
        let narrow = |(lower, upper): (Rational, Rational)| {
            let (lower, upper) = (lower * &unit, upper * &unit);
            (&upper - &lower <= target).then_some((lower, upper))
        };
        let rational = self.coordinates.first().cloned().unwrap_or_else(Rational::zero);
        let enclosure = self.field.as_ref().and_then(|field| approximate(&numerators, field, narrow));
        enclosure.unwrap_or((rational.clone(), rational))
    }

    fn as_polynomial(&self) -> Polynomial<Rational> {
        Polynomial::new(self.coordinates.clone())
    }

    /// A multiple with integer coordinates, and the factor that leads back. Sums of products of long fractions need a
    /// common divisor for each term, and those of integers need none. Short fractions stay as they are.
    fn integral(&self) -> (Polynomial<Rational>, Rational) {
        if self.coordinates.iter().all(|coordinate| coordinate.small().is_some()) {
            return (self.as_polynomial(), Rational::one());
        }
        let common = common_denominator(&self.coordinates);
        let numerator = |coordinate: &Rational| {
            charge(cost::product(coordinate.bits(), common.bits()).saturating_mul(2));
            Rational::from(coordinate.numerator() * (&common / coordinate.denominator()))
        };
        let numerators = Polynomial::new(self.coordinates.iter().map(numerator).collect());
        (numerators, Rational::new(BigInt::one(), common).unwrap_or_else(Rational::zero))
    }

    /// Combines coordinates; the shorter operand is continued by zeros.
    fn combine(mut self, other: &Self, each: impl Fn(&mut Rational, &Rational)) -> Self {
        if !self.same_field(other) {
            return Self::mixed();
        }
        if self.coordinates.len() < other.coordinates.len() {
            self.coordinates.resize_with(other.coordinates.len(), Rational::zero);
        }
        for (x, y) in self.coordinates.iter_mut().zip(&other.coordinates) {
            each(x, y);
        }
        Self::from_parts(self.coordinates, self.field.as_ref().or(other.field.as_ref()))
    }

    /// What takes the place of a result over two fields.
    fn mixed() -> Self {
        report(Fault::MixedFields);
        Self::zero()
    }
}

/// Encloses a polynomial in the generator ever more closely until `decide` answers; `None` only if the computation is given up.
fn approximate<T>(
    number: &Polynomial<Rational>,
    field: &NumberField,
    decide: impl Fn((Rational, Rational)) -> Option<T>,
) -> Option<T> {
    let powers = field.powers();
    let (mut root, mut bits) = (field.root(), PRECISIONS[1]);
    let mut found = powers.iter().find_map(|powers| decide(between(number, powers)));
    while found.is_none() && !is_faulted() {
        bits = bits.saturating_mul(2);
        root.refine(bits);
        found = decide(between(number, &root.powers(powers[1].len(), bits)));
    }
    found
}

/// An enclosure of a polynomial in the generator from enclosures of the powers of the generator.
fn between(number: &Polynomial<Rational>, powers: &[(Rational, Rational)]) -> (Rational, Rational) {
    let (mut lower, mut upper) = (Rational::zero(), Rational::zero());
    for (coordinate, (least, greatest)) in number.coefficients().iter().zip(powers) {
        let is_negative = coordinate.sign() == Sign::Negative;
        let (least, greatest) = if is_negative { (greatest, least) } else { (least, greatest) };
        lower.add_product(coordinate, least);
        upper.add_product(coordinate, greatest);
    }
    (lower, upper)
}

impl OrderedField for Algebraic {
    fn sign(&self) -> Sign {
        let Some(field) = &self.field else {
            return self.coordinates.first().map_or(Sign::Zero, Rational::sign);
        };
        let decide = |(lower, upper): (Rational, Rational)| match (lower.sign(), upper.sign()) {
            (Sign::Positive, _) => Some(Sign::Positive),
            (_, Sign::Negative) => Some(Sign::Negative),
            _ => None,
        };
        let number = self.integral().0;
        (field.powers().iter().find_map(|powers| decide(between(&number, powers))))
            .or_else(|| field.vanishes(&number).then_some(Sign::Zero))
            .or_else(|| approximate(&number, field, decide))
            .unwrap_or(Sign::Zero)
    }

    fn reciprocal(&self) -> Option<Self> {
        match &self.field {
            None => self.coordinates.first()?.reciprocal().map(Self::from),
            Some(_) if self.is_zero() => None,
            Some(field) => field.inverse(&self.as_polynomial()),
        }
    }

    /// Over a reducible polynomial, a rational may have more coordinates than one.
    fn coordinates(&self) -> Vec<Rational> {
        if self.is_zero() { Vec::new() } else { self.coordinates.clone() }
    }
}

impl Value<Self> for Algebraic {
    fn add_product(&mut self, a: &Self, b: &Self) {
        charge(WORD);
        let (scalar, vector) = if a.coordinates.len() < b.coordinates.len() { (a, b) } else { (b, a) };
        let sum = std::mem::replace(self, Self::zero());
        *self = match scalar.coordinates.as_slice() {
            [] => sum,
            [scalar] => sum.combine(vector, |x, y| x.add_product(scalar, y)),
            _ => sum + &(a.clone() * b),
        };
    }

    fn scale(&self, factor: &Self) -> Self {
        self.clone() * factor
    }

    fn bytes(&self) -> u64 {
        size_of::<Self>() as u64 + self.coordinates.iter().map(Rational::bytes).sum::<u64>()
    }
}

impl From<Rational> for Algebraic {
    fn from(value: Rational) -> Self {
        Self::from_parts(vec![value], None)
    }
}

impl Zero for Algebraic {
    fn zero() -> Self {
        Self { coordinates: Vec::new(), field: None }
    }

    fn is_zero(&self) -> bool {
        self.coordinates.is_empty() || self.sign() == Sign::Zero
    }
}

impl One for Algebraic {
    fn one() -> Self {
        Self::from(Rational::one())
    }
}

impl PartialEq for Algebraic {
    fn eq(&self, other: &Self) -> bool {
        if !self.same_field(other) {
            report(Fault::MixedFields);
            return false;
        }
        self.coordinates == other.coordinates || (self.clone() - other).is_zero()
    }
}

impl PartialOrd for Algebraic {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some((self.clone() - other).sign().cmp(&Sign::Zero))
    }
}

impl Neg for Algebraic {
    type Output = Self;

    fn neg(mut self) -> Self {
        for coordinate in &mut self.coordinates {
            *coordinate = -&*coordinate;
        }
        self
    }
}

impl Add<&Self> for Algebraic {
    type Output = Self;

    fn add(self, other: &Self) -> Self {
        self.combine(other, |x, y| *x += y)
    }
}

impl Sub<&Self> for Algebraic {
    type Output = Self;

    fn sub(self, other: &Self) -> Self {
        self.combine(other, |x, y| *x -= y)
    }
}

impl Mul<&Self> for Algebraic {
    type Output = Self;

    fn mul(self, other: &Self) -> Self {
        match (&self.field, &other.field) {
            (Some(field), Some(_)) if self.same_field(other) => {
                let ((a, unit), (b, other_unit)) = (self.integral(), other.integral());
                let (product, unit) = (field.element_of(&a * &b), unit * other_unit);
                match unit.is_one() {
                    true => product,
                    false => Self::from_parts(product.coordinates.iter().map(|x| x * &unit).collect(), Some(field)),
                }
            }
            (Some(_), Some(_)) => Self::mixed(),
            _ => {
                let mut product = Self::zero();
                product.add_product(&self, other);
                product
            }
        }
    }
}

impl Add for Algebraic {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self + &other
    }
}

impl Mul for Algebraic {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        self * &other
    }
}
