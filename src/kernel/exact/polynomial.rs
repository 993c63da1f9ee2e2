//! Polynomials in one variable over an exact ordered field.

use std::ops::{Add, Mul, Neg, Sub};

use num_traits::Zero;

use super::cost::{CONNECTION, ELEMENT};
use super::guard::{afford, charge, is_faulted};
use super::{OrderedField, Value};

/// A polynomial, dense, lowest power first, without trailing zeros; the zero polynomial has no
/// coefficient.
///
/// ```
/// use margincert::kernel::exact::{Polynomial, Rational};
///
/// let line = Polynomial::new(vec![Rational::from(-1), Rational::from(1)]);
/// let square = &line * &line;
/// assert_eq!(square.degree(), Some(2));
/// assert_eq!(square.evaluate(&Rational::from(4)), Rational::from(9));
/// assert_eq!(square.gcd(&square.derivative()), line);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Polynomial<F> {
    coefficients: Vec<F>,
}

impl<F: OrderedField> Polynomial<F> {
    /// The polynomial `c0 + c1 t + c2 t^2 + ...`; trailing zeros are dropped.
    pub fn new(mut coefficients: Vec<F>) -> Self {
        charge(ELEMENT + CONNECTION * coefficients.len() as u64 + coefficients.iter().map(F::bytes).sum::<u64>() / 8);
        while coefficients.last().is_some_and(F::is_zero) {
            coefficients.pop();
        }
        Self { coefficients }
    }

    /// The polynomial of one value everywhere.
    pub fn constant(value: F) -> Self {
        Self::new(vec![value])
    }

    /// The coefficients, lowest power first, without trailing zeros.
    pub fn coefficients(&self) -> &[F] {
        &self.coefficients
    }

    /// The degree, or `None` for the zero polynomial.
    pub fn degree(&self) -> Option<usize> {
        self.coefficients.len().checked_sub(1)
    }

    /// The lowest power with a non-zero coefficient, and that coefficient; `None` for zero.
    pub fn lowest(&self) -> Option<(usize, &F)> {
        self.coefficients.iter().enumerate().find(|(_, c)| !c.is_zero())
    }

    /// The value at `t`.
    pub fn evaluate(&self, t: &F) -> F {
        let horner = |value: F, coefficient: &F| value * t + coefficient;
        self.coefficients.iter().rev().fold(F::zero(), horner)
    }

    /// `self` to a power; the power 0 is the constant 1.
    pub fn pow(&self, exponent: u32) -> Self {
        (0..exponent).fold(Self::constant(F::one()), |power, _| &power * self)
    }

    /// The derivative.
    pub fn derivative(&self) -> Self {
        let mut factor = F::zero();
        let terms = self.coefficients.iter().skip(1).map(|c| {
            factor = factor.clone() + &F::one();
            c.clone() * &factor
        });
        Self::new(terms.collect())
    }

    /// `p(t + s)`.
    pub fn shift(&self, s: &F) -> Self {
        let mut c = self.coefficients.clone();
        // Repeated synthetic division by t - s.
        for start in (0..c.len()).take_while(|_| !is_faulted()) {
            for j in (start + 1..c.len()).rev() {
                let (low, high) = c.split_at_mut(j);
                low[j - 1].add_product(&high[0], s);
            }
        }
        Self::new(c)
    }

    /// `p(u t)`.
    pub fn dilate(&self, u: &F) -> Self {
        let mut power = F::one();
        let terms = self.coefficients.iter().map(|c| {
            let term = c.clone() * &power;
            power = power.clone() * u;
            term
        });
        Self::new(terms.collect())
    }

    /// `t^n p(1/t)` for the degree `n` of `p`: the coefficients in reverse order.
    pub fn reverse(&self) -> Self {
        Self::new(self.coefficients.iter().rev().cloned().collect())
    }

    /// The quotient by `t^k`; terms below `t^k` are dropped.
    pub fn divide_by_power(&self, k: usize) -> Self {
        Self::new(self.coefficients.iter().skip(k).cloned().collect())
    }

    /// Quotient and remainder of Euclidean division, or `None` for the zero divisor (and in a computation given up).
    pub fn div_rem(&self, divisor: &Self) -> Option<(Self, Self)> {
        let (leading, tail) = divisor.coefficients.split_last()?;
        let inverse = leading.reciprocal()?;
        let mut rest = self.coefficients.clone();
        let mut quotient = vec![F::zero(); rest.len().saturating_sub(tail.len())];
        for (k, place) in quotient.iter_mut().enumerate().rev() {
            let factor = rest.pop().filter(|_| !is_faulted())? * &inverse;
            let negated = -factor.clone();
            for (target, c) in rest[k..].iter_mut().zip(tail) {
                target.add_product(&negated, c);
            }
            *place = factor;
        }
        Some((Self::new(quotient), Self::new(rest)))
    }

    /// The multiple with leading coefficient 1; zero stays zero.
    pub fn monic(&self) -> Self {
        match self.coefficients.last().and_then(F::reciprocal) {
            Some(inverse) => self.scale(&inverse),
            None => Self::zero(),
        }
    }

    /// The monic greatest common divisor; zero only if both are zero.
    pub fn gcd(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.monic(), other.monic());
        while let Some((_, remainder)) = a.div_rem(&b) {
            a = std::mem::replace(&mut b, remainder.monic());
        }
        a
    }

    /// The product of the distinct irreducible factors, monic: the same roots, each once.
    pub fn square_free_part(&self) -> Self {
        let quotient = self.div_rem(&self.gcd(&self.derivative()));
        quotient.map_or_else(Self::zero, |(quotient, _)| quotient.monic())
    }
}

impl<F: OrderedField> Value<F> for Polynomial<F> {
    fn add_product(&mut self, a: &Self, b: &Self) {
        let length = match (a.degree(), b.degree()) {
            (Some(m), Some(n)) => m + n + 1,
            _ => return,
        };
        if !afford(a.coefficients.len() as u64 * b.coefficients.len() as u64) {
            return;
        }
        let mut sum = std::mem::take(&mut self.coefficients);
        sum.resize_with(sum.len().max(length), F::zero);
        for (i, x) in a.coefficients.iter().enumerate() {
            for (target, y) in sum[i..].iter_mut().zip(&b.coefficients) {
                target.add_product(x, y);
            }
        }
        *self = Self::new(sum);
    }

    fn scale(&self, factor: &F) -> Self {
        Self::new(self.coefficients.iter().map(|c| c.clone() * factor).collect())
    }

    fn bytes(&self) -> u64 {
        size_of::<Self>() as u64 + self.coefficients.iter().map(F::bytes).sum::<u64>()
    }
}

impl<F: OrderedField> Zero for Polynomial<F> {
    fn zero() -> Self {
        Self { coefficients: Vec::new() }
    }

    fn is_zero(&self) -> bool {
        self.coefficients.is_empty()
    }
}

impl<F: OrderedField> Polynomial<F> {
    /// Combines coefficients of equal power; the shorter operand is continued by zeros.
    fn combine(mut self, other: &Self, combine: impl Fn(F, &F) -> F) -> Self {
        self.coefficients.resize_with(self.coefficients.len().max(other.coefficients.len()), F::zero);
        for (x, y) in self.coefficients.iter_mut().zip(&other.coefficients) {
            *x = combine(std::mem::replace(x, F::zero()), y);
        }
        Self::new(self.coefficients)
    }
}

impl<F: OrderedField> Add for Polynomial<F> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.combine(&other, |x, y| x + y)
    }
}

impl<F: OrderedField> Add for &Polynomial<F> {
    type Output = Polynomial<F>;

    fn add(self, other: Self) -> Polynomial<F> {
        self.clone().combine(other, |x, y| x + y)
    }
}

impl<F: OrderedField> Sub for &Polynomial<F> {
    type Output = Polynomial<F>;

    fn sub(self, other: Self) -> Polynomial<F> {
        self.clone().combine(other, |x, y| x - y)
    }
}

impl<F: OrderedField> Mul for &Polynomial<F> {
    type Output = Polynomial<F>;

    fn mul(self, other: Self) -> Polynomial<F> {
        let mut product = Polynomial::zero();
        product.add_product(self, other);
        product
    }
}

impl<F: OrderedField> Neg for &Polynomial<F> {
    type Output = Polynomial<F>;

    fn neg(self) -> Polynomial<F> {
        Polynomial::new(self.coefficients.iter().map(|c| -c.clone()).collect())
    }
}
