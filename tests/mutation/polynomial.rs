//! Polynomials by the book: schoolbook arithmetic, and signs by Sturm's theorem.

use num_rational::BigRational as R;
use num_traits::{One, Signed, Zero};

/// Coefficients, lowest power first; trailing zeros do no harm.
pub type Poly = Vec<R>;

pub fn trim(mut p: Poly) -> Poly {
    while p.last().is_some_and(R::is_zero) {
        p.pop();
    }
    p
}

pub fn add(a: &Poly, b: &Poly) -> Poly {
    let at = |p: &Poly, i: usize| p.get(i).cloned().unwrap_or_else(R::zero);
    trim((0..a.len().max(b.len())).map(|i| at(a, i) + at(b, i)).collect())
}

pub fn scale(a: &Poly, factor: &R) -> Poly {
    trim(a.iter().map(|c| c * factor).collect())
}

pub fn sub(a: &Poly, b: &Poly) -> Poly {
    add(a, &scale(b, &-R::one()))
}

pub fn mul(a: &Poly, b: &Poly) -> Poly {
    let mut product = vec![R::zero(); a.len() + b.len()];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            product[i + j] += x * y;
        }
    }
    trim(product)
}

pub fn power(a: &Poly, exponent: usize) -> Poly {
    (0..exponent).fold(vec![R::one()], |product, _| mul(&product, a))
}

fn at(p: &Poly, t: &R) -> R {
    p.iter().rev().fold(R::zero(), |value, c| value * t + c)
}

fn remainder(a: &Poly, b: &Poly) -> Poly {
    sub(a, &mul(&quotient(a, b), b))
}

fn quotient(a: &Poly, b: &Poly) -> Poly {
    let (mut rest, mut quotient) = (trim(a.clone()), Vec::new());
    while rest.len() >= b.len() {
        let factor = &rest[rest.len() - 1] / &b[b.len() - 1];
        let degree = rest.len() - b.len();
        let mut term = vec![R::zero(); degree];
        term.push(factor);
        quotient = add(&quotient, &term);
        rest = sub(&rest, &mul(&term, b));
    }
    quotient
}

fn derivative(p: &Poly) -> Poly {
    trim(p.iter().enumerate().skip(1).map(|(i, c)| c * R::from_integer(i.into())).collect())
}

/// The same roots, each once.
fn square_free(p: &Poly) -> Poly {
    let (mut a, mut b) = (p.clone(), derivative(p));
    while !b.is_empty() {
        let next = remainder(&a, &b);
        a = std::mem::replace(&mut b, next);
    }
    quotient(p, &a)
}

fn sturm(p: &Poly) -> Vec<Poly> {
    let mut chain = vec![p.clone(), derivative(p)];
    while !chain[chain.len() - 1].is_empty() {
        let next = remainder(&chain[chain.len() - 2], &chain[chain.len() - 1]);
        chain.push(scale(&next, &-R::one()));
    }
    chain.pop();
    chain
}

fn variations(chain: &[Poly], t: &R) -> usize {
    let signs: Vec<bool> = chain.iter().map(|p| at(p, t)).filter(|v| !v.is_zero()).map(|v| v.is_positive()).collect();
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// The signs a polynomial takes: positive, negative, zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    pub positive: bool,
    pub negative: bool,
    pub zero: bool,
}

impl Signs {
    fn record(&mut self, value: &R) {
        self.positive |= value.is_positive();
        self.negative |= value.is_negative();
        self.zero |= value.is_zero();
    }
    pub fn all_positive(self) -> bool {
        self.positive && !self.negative && !self.zero
    }
    pub fn all_negative(self) -> bool {
        self.negative && !self.positive && !self.zero
    }
}

/// The signs on `(lower, upper]`, or on `[lower, infinity)` without an upper end.
pub fn signs(p: &Poly, lower: &R, upper: Option<&R>) -> Signs {
    let mut signs = Signs::default();
    let p = trim(p.clone());
    if p.is_empty() {
        return Signs { zero: true, ..signs };
    }
    let bound = p.iter().map(|c| (c / &p[p.len() - 1]).abs()).fold(R::one(), |sum, c| sum + c);
    if upper.is_none() {
        signs.record(&at(&p, lower));
    }
    let last = upper.cloned().unwrap_or_else(|| lower.clone() + R::one() + bound);
    signs.record(&at(&p, &last));
    let chain = sturm(&square_free(&p));
    // Halve until each part holds no root, or one between two ends that are none.
    let mut parts = vec![(lower.clone(), last)];
    while let Some((a, b)) = parts.pop() {
        let middle = (&a + &b) / R::from_integer(2.into());
        signs.record(&at(&p, &middle));
        let (at_a, at_b) = (at(&p, &a), at(&p, &b));
        // Sturm's theorem counts the roots in (a, b].
        let inside = variations(&chain, &a) - variations(&chain, &b) - usize::from(at_b.is_zero());
        signs.zero |= inside > 0;
        if inside == 1 && !at_a.is_zero() && !at_b.is_zero() {
            signs.record(&at_a);
            signs.record(&at_b);
        } else if inside > 0 {
            parts.extend([(a, middle.clone()), (middle, b)]);
        }
    }
    signs
}

#[test]
fn signs_of_known_polynomials() {
    let number = |n: i64| R::from_integer(n.into());
    let linear = |root: i64| vec![number(-root), number(1)];
    let of = |roots: &[i64]| roots.iter().fold(vec![number(1)], |p, root| mul(&p, &linear(*root)));
    let word = |signs: Signs| {
        let marks = [(signs.positive, '+'), (signs.negative, '-'), (signs.zero, '0')];
        marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect::<String>()
    };
    let up_to = |roots: &[i64], end| word(signs(&of(roots), &number(0), Some(&number(end))));
    let from = |roots: &[i64], start| word(signs(&of(roots), &number(start), None));
    assert_eq!((up_to(&[3], 2), up_to(&[3], 3), up_to(&[3], 4)), ("-".into(), "-0".into(), "+-0".into()));
    assert_eq!((up_to(&[3, 3], 2), up_to(&[3, 3], 3), up_to(&[3, 3], 4)), ("+".into(), "+0".into(), "+0".into()));
    assert_eq!(
        (up_to(&[0], 1), up_to(&[0, 0, 2, 2, 5], 4), up_to(&[1, 2, 4], 4)),
        ("+".into(), "-0".into(), "+-0".into())
    );
    assert_eq!((from(&[3], 4), from(&[3], 3), from(&[3], 2)), ("+".into(), "+0".into(), "+-0".into()));
    assert_eq!((from(&[7, 7], 0), from(&[0, 0], 0), from(&[], 5)), ("+0".into(), "+0".into(), "+".into()));
    assert_eq!(word(signs(&Vec::new(), &number(0), None)), "0");
}
