//! Polynomials in several variables up to degree 2: what a network computes near a point, to second order.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Add;

use num_traits::Zero;

use super::guard::{charge, is_faulted};
use super::{Definiteness, OrderedField, SymmetricMatrix, Value, cost};

/// `c + sum_i b_i t_i + sum_(i <= j) a_ij t_i t_j`. Products leave out what has a higher degree.
///
/// ```
/// use margincert::kernel::exact::{Quadratic, Rational, Value};
///
/// let number = |n: i64| Rational::from(n);
/// let (x, y) = (Quadratic::variable(0, number(0)), Quadratic::variable(1, number(3)));
/// let product = x.times(&y); // t_0 (3 + t_1)
/// assert_eq!(product.linear().get(&0), Some(&number(3)));
/// assert_eq!(product.times(&x).linear().len(), 0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Quadratic<F> {
    constant: F,
    /// `b_i`, without zeros.
    linear: BTreeMap<usize, F>,
    /// `a_ij` for `i <= j`, without zeros.
    square: BTreeMap<(usize, usize), F>,
}

/// Adds to an entry of a map that keeps no zeros.
fn add_to<K: Ord, F: OrderedField>(terms: &mut BTreeMap<K, F>, key: K, a: &F, b: &F) {
    charge(cost::WORD);
    if a.is_zero() || b.is_zero() {
        return;
    }
    // It is taken out and put back.
    charge(2 * cost::FIND);
    let mut entry = terms.remove(&key).unwrap_or_else(|| {
        charge(cost::ENTRY);
        F::zero()
    });
    entry.add_product(a, b);
    if !entry.is_zero() {
        terms.insert(key, entry);
    }
}

impl<F: OrderedField> Quadratic<F> {
    /// A number.
    pub fn constant(constant: F) -> Self {
        Quadratic { constant, linear: BTreeMap::new(), square: BTreeMap::new() }
    }

    /// `value + t_index`.
    pub fn variable(index: usize, value: F) -> Self {
        Quadratic { linear: BTreeMap::from([(index, F::one())]), ..Self::constant(value) }
    }

    /// The value where all variables are 0.
    pub fn value(&self) -> &F {
        &self.constant
    }

    /// The gradient where all variables are 0, without zeros.
    pub fn linear(&self) -> &BTreeMap<usize, F> {
        &self.linear
    }

    /// `a_ij` for `i <= j`, without zeros.
    pub fn square(&self) -> &BTreeMap<(usize, usize), F> {
        &self.square
    }

    /// The definiteness of the Hessian, in the variables that have a term of degree 2.
    pub fn definiteness(&self) -> Definiteness<F> {
        let variables: BTreeSet<usize> = self.square.keys().flat_map(|(i, j)| [*i, *j]).collect();
        let places: BTreeMap<usize, usize> = variables.iter().enumerate().map(|(place, i)| (*i, place)).collect();
        let mut matrix = SymmetricMatrix::new(places.len());
        for ((i, j), a) in &self.square {
            let entry = if i == j { a.clone() + a } else { a.clone() };
            matrix.add(places[i], places[j], &entry);
        }
        match matrix.definiteness() {
            Definiteness::Indefinite { index, pivot } => {
                let index = variables.into_iter().nth(index).unwrap_or(index);
                Definiteness::Indefinite { index, pivot }
            }
            other => other,
        }
    }

    /// `self += factor * other`.
    pub fn add_scaled(&mut self, factor: &F, other: &Self) {
        self.constant.add_product(factor, &other.constant);
        other.linear.iter().for_each(|(i, b)| add_to(&mut self.linear, *i, factor, b));
        other.square.iter().for_each(|(k, a)| add_to(&mut self.square, *k, factor, a));
    }

    /// The product, up to degree 2.
    pub fn times(&self, other: &Self) -> Self {
        let mut product = Self::constant(F::zero());
        product.add_product(self, other);
        product
    }

    /// The number `c` with `self = c * other`, if both are not zero and have no term of degree 2.
    pub fn ratio(&self, other: &Self) -> Option<F> {
        let (index, b) = other.linear.first_key_value()?;
        let ratio = self.linear.get(index)?.clone() * &b.reciprocal()?;
        let is_multiple = |(a, b): (&F, &F)| *a == b.clone() * &ratio;
        let mut terms = self.linear.iter().zip(&other.linear).take_while(|_| !is_faulted());
        let are_multiples = terms.all(|((i, a), (j, b))| {
            charge(cost::FIND);
            i == j && is_multiple((a, b))
        });
        let are_linear = self.square.is_empty() && other.square.is_empty() && self.linear.len() == other.linear.len();
        (are_linear && are_multiples && is_multiple((&self.constant, &other.constant))).then_some(ratio)
    }
}

impl<F: OrderedField> Value<F> for Quadratic<F> {
    /// `self += a * b`, up to degree 2.
    fn add_product(&mut self, a: &Self, b: &Self) {
        self.constant.add_product(&a.constant, &b.constant);
        for (one, other) in [(a, b), (b, a)] {
            one.linear.iter().for_each(|(i, x)| add_to(&mut self.linear, *i, x, &other.constant));
            one.square.iter().for_each(|(k, x)| add_to(&mut self.square, *k, x, &other.constant));
        }
        for (i, x) in a.linear.iter().take_while(|_| !is_faulted()) {
            for (j, y) in &b.linear {
                add_to(&mut self.square, (*i.min(j), *i.max(j)), x, y);
            }
        }
    }

    fn scale(&self, factor: &F) -> Self {
        let mut scaled = Self::zero();
        scaled.add_scaled(factor, self);
        scaled
    }

    fn bytes(&self) -> u64 {
        let numbers = self.linear.values().chain(self.square.values());
        // Beside a number its key, and its part of a node.
        size_of::<Self>() as u64 + self.constant.bytes() + numbers.map(|number| 50 + number.bytes()).sum::<u64>()
    }
}

impl<F: OrderedField> Zero for Quadratic<F> {
    fn zero() -> Self {
        Self::constant(F::zero())
    }

    fn is_zero(&self) -> bool {
        self.constant.is_zero() && self.linear.is_empty() && self.square.is_empty()
    }
}

impl<F: OrderedField> Add for Quadratic<F> {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self.add_scaled(&F::one(), &other);
        self
    }
}
