//! The symbol that stands for a field's generator in messages and proofs.

use num_traits::Zero;

use crate::kernel::exact::{NumberField, OrderedField, Rational, Sign};

/// Longer names are not written out with every number.
const LONGEST: usize = 20;

/// Names that mean something else to every reader: the parameter of curves, and numbers that are in no such field.
const TAKEN: [&str; 5] = ["t", "e", "i", "pi", "\u{3c0}"];

/// The document's symbol, if it is a plain name, or a root that the generator is seen to be.
///
/// The document may say anything: `2^(1/3)` for the square root of 2. What claims to be a root is believed if the field's polynomial
/// is that of the root and the interval holds no negative number; whatever else is no plain name is not used.
pub fn symbol(field: &NumberField) -> Option<&str> {
    let symbol = field.given_symbol()?;
    let is_true = match root(symbol) {
        Some((degree, radicand)) => is_root(field, degree, &radicand),
        None => is_name(symbol),
    };
    is_true.then_some(symbol)
}

fn is_name(symbol: &str) -> bool {
    symbol.starts_with(char::is_alphabetic)
        && symbol.chars().all(|c| c.is_alphanumeric() || c == '_')
        && symbol.chars().count() <= LONGEST
        && !TAKEN.contains(&symbol)
        && !["sqrt", "cbrt", "root"].iter().any(|word| symbol.to_lowercase().starts_with(word))
}

/// Degree and radicand of what claims to be a root: `sqrt2`, `sqrt(2)`, `cbrt2`, `2^(1/3)`.
fn root(symbol: &str) -> Option<(usize, Rational)> {
    let (degree, radicand) = match symbol.strip_suffix(')').and_then(|power| power.split_once("^(1/")) {
        Some((radicand, degree)) => (degree.parse().ok()?, radicand),
        None => [("sqrt", 2), ("\u{221a}", 2), ("cbrt", 3)]
            .iter()
            .find_map(|(word, degree)| Some((*degree, symbol.strip_prefix(word)?)))?,
    };
    let bare = radicand.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(radicand);
    Some((degree, bare.parse().ok()?))
}

/// Whether the polynomial is a multiple of `x^degree - radicand`, and its root is not negative.
fn is_root(field: &NumberField, degree: usize, radicand: &Rational) -> bool {
    let [constant, between @ .., leading] = field.polynomial() else { return false };
    between.len() + 1 == degree
        && between.iter().all(Rational::is_zero)
        && (constant + &(leading * radicand)).is_zero()
        && field.root_between().0.sign() != Sign::Negative
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The symbol used for the positive root of `x^degree - radicand` in a field that says `said`.
    fn used(said: &str, degree: usize, radicand: i64) -> bool {
        let mut polynomial = vec![Rational::zero(); degree + 1];
        (polynomial[0], polynomial[degree]) = (Rational::from(-3 * radicand), Rational::from(3));
        let (lower, upper) = (Rational::zero(), Rational::from(radicand + 1));
        let field = NumberField::new(polynomial, lower, upper, Some(said.into())).expect("one positive root");
        symbol(&field) == Some(said)
    }

    #[test]
    fn roots_are_believed_if_they_are_the_generator() {
        for said in ["sqrt2", "sqrt(2)", "\u{221a}2", "2^(1/2)", "(2)^(1/2)", "sqrt(2.0)"] {
            assert!(used(said, 2, 2) && !used(said, 2, 3) && !used(said, 3, 2), "{said}");
        }
        for said in ["2^(1/3)", "cbrt2", "cbrt(2)"] {
            assert!(used(said, 3, 2) && !used(said, 2, 2) && !used(said, 3, 3), "{said}");
        }
        for said in ["sqrt3", "sqrt(3)", "\u{221a}3", "3^(1/2)", "2^(1/3)", "sqrt", "sqrt-2", "root2", "Sqrt3", "SQRT2"]
        {
            assert!(!used(said, 2, 2), "{said}");
        }
    }

    #[test]
    fn the_negative_root_is_not_called_by_the_positive_ones_name() {
        let polynomial = [-2, 0, 1].map(Rational::from).to_vec();
        let between = |lower: i64, upper: i64| {
            let field = NumberField::new(
                polynomial.clone(),
                Rational::from(lower),
                Rational::from(upper),
                Some("sqrt2".into()),
            );
            symbol(&field.expect("one root")).map(str::to_string)
        };
        assert_eq!(between(0, 2), Some("sqrt2".into()));
        assert_eq!(between(-2, 0), None);
        assert_eq!(between(-1, 2), None, "it is not seen which root it is");
    }

    #[test]
    fn names_are_used_and_nothing_else() {
        for said in ["alpha", "r", "rho", "phi", "alpha_1", "x2", "\u{3b1}"] {
            assert!(used(said, 2, 2), "{said}");
        }
        for said in ["", "2", "1 + x", "x + 1", "x*", "t", "pi", "\u{3c0}", "e", "i", "-a", "a b", "a\u{202e}b"] {
            assert!(!used(said, 2, 2), "{said}");
        }
        assert!(!used(&"a".repeat(LONGEST + 1), 2, 2));
    }
}
