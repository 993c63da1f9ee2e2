//! Why a polynomial has the sign that the checker found, in a form that pen and paper can follow.

use super::Teller;
use crate::kernel::exact::{OrderedField, Polynomial, Rational, Sign};
use crate::report::document::Inline;
use crate::report::formula::{Formula, Operator, integer, letter, relate, row};

/// How often an interval is halved before the argument is left to root isolation.
const HALVINGS: usize = 6;

impl<F: OrderedField> Teller<'_, F> {
    /// Why `p`, known to be zero or of one sign on `(0, until]`, is so; the text begins after the polynomial.
    pub(super) fn why_sign_up_to(&self, p: &Polynomial<F>, until: &F) -> Inline {
        let Some((power, lowest)) = p.lowest() else { return Inline::from(" vanishes identically") };
        let is_negative = lowest.sign() == Sign::Negative;
        let word = if is_negative { "negative" } else { "positive" };
        let reduced = p.divide_by_power(power);
        let positive = if is_negative { -&reduced } else { reduced };
        if positive.coefficients().iter().all(|c| c.sign() != Sign::Negative) {
            return Inline::from(format!(" is {word} there, since no coefficient has the other sign"));
        }
        let factor = match power {
            0 => Inline::from(format!(" is {word} there: ")),
            _ => Inline::from(format!(" is {word} there: without the factor "))
                .math(monomial(power))
                .text(if is_negative { " and with the sign changed, " } else { ", " }),
        };
        let factor = if power == 0 && is_negative { factor.text("with the sign changed, ") } else { factor };
        let (bound, sum) = self.worst_case(&positive, until);
        if bound.sign() == Sign::Positive {
            return factor.text("it is at least ").math(self.equation(sum, &bound)).text(
                ", which is positive, each negative term being taken at the end of the interval, where it is least",
            );
        }
        match self.intervals(&positive, &F::zero(), until, HALVINGS) {
            Some(intervals) => {
                let ends = intervals
                    .iter()
                    .map(|(a, b)| Formula::Tuple(vec![self.notation.number(a), self.notation.number(b)]));
                factor
                    .text("it becomes a polynomial in ")
                    .math(letter("s"))
                    .text(" without negative coefficients when ")
                    .math(letter("t"))
                    .text(" is replaced by ")
                    .math(Formula::Fraction(
                        Box::new(row([letter("a"), Formula::Operator(Operator::Plus), letter("b"), letter("s")])),
                        Box::new(row([integer(1), Formula::Operator(Operator::Plus), letter("s")])),
                    ))
                    .text(" and the denominator is cleared, for ")
                    .math(relate(
                        Formula::Tuple(vec![letter("a"), letter("b")]),
                        Operator::Equal,
                        super::stationarity::comma_separated(ends),
                    ))
            }
            None if is_negative => Inline::from(" is not positive there, by exact isolation of its roots"),
            None => Inline::from(" is not negative there, by exact isolation of its roots"),
        }
    }

    /// Why `p`, known to be of one sign on `[start, infinity)`, is so.
    pub(super) fn why_sign_from(&self, p: &Polynomial<F>, start: &F, there: &str) -> Inline {
        let shifted = p.shift(start);
        let signs: Vec<Sign> = shifted.coefficients().iter().map(F::sign).collect();
        let has = |sign| signs.contains(&sign);
        let word = if p.evaluate(start).sign() == Sign::Negative { "negative" } else { "positive" };
        if shifted.degree() == Some(0) {
            return Inline::from(format!(" is {word}"));
        }
        if has(Sign::Positive) && has(Sign::Negative) {
            return Inline::from(format!(" is {word}{there}, by exact isolation of its roots"));
        }
        Inline::from(format!(" is {word}{there}: with "))
            .math(relate(
                letter("a"),
                Operator::Equal,
                row([self.notation.number(start), Formula::Operator(Operator::Plus), letter("s")]),
            ))
            .text(" it is ")
            .math(self.notation.polynomial(&shifted, "s"))
            .text(", where no coefficient has the other sign")
    }

    /// The constant term and each negative term at `until`: a lower bound on `[0, until]`.
    fn worst_case(&self, p: &Polynomial<F>, until: &F) -> (F, Formula) {
        let mut bound = F::zero();
        let mut parts = Vec::new();
        let mut power = F::one();
        for (k, coefficient) in p.coefficients().iter().enumerate() {
            if k == 0 || coefficient.sign() == Sign::Negative {
                bound.add_product(coefficient, &power);
                if k == 0 {
                    parts.push(self.notation.number(coefficient));
                } else {
                    let at_end = if k == 1 { self.factor(until) } else { self.base(until).sup(integer(k)) };
                    let size = self.factor(&-coefficient.clone());
                    parts.extend([
                        Formula::Operator(Operator::Minus),
                        size,
                        Formula::Operator(Operator::Times),
                        at_end,
                    ]);
                }
            }
            power = power * until;
        }
        (bound, row(parts))
    }

    /// Splits `[a, b]` into intervals on each of which the Moebius-transformed polynomial has no negative coefficient.
    fn intervals(&self, p: &Polynomial<F>, a: &F, b: &F, halvings: usize) -> Option<Vec<(F, F)>> {
        // (1 + s)^n p((a + b s) / (1 + s)): shift to a, scale to length 1, reverse, shift by 1, reverse.
        let length = b.clone() - a;
        let coefficients = p.shift(a).dilate(&length);
        let degree = p.degree()?;
        let mut reversed = coefficients.coefficients().to_vec();
        reversed.resize(degree + 1, F::zero());
        reversed.reverse();
        let moved = Polynomial::new(reversed).shift(&F::one());
        let ends_positive = p.evaluate(b).sign() == Sign::Positive && p.evaluate(a).sign() == Sign::Positive;
        if ends_positive && moved.coefficients().iter().all(|c| c.sign() != Sign::Negative) {
            return Some(vec![(a.clone(), b.clone())]);
        }
        if halvings == 0 {
            return None;
        }
        let half = F::from(Rational::from_ratio(1, 2)?);
        let middle = (a.clone() + b) * &half;
        let mut left = self.intervals(p, a, &middle, halvings - 1)?;
        left.extend(self.intervals(p, &middle, b, halvings - 1)?);
        Some(left)
    }
}

fn monomial(power: usize) -> Formula {
    match power {
        1 => letter("t"),
        _ => letter("t").sup(integer(power)),
    }
}
