//! Numbers, lists, comments and lines as Rocq reads them.

use std::collections::BTreeMap;

use num_traits::Zero;

use crate::kernel::exact::{OrderedField, Rational};
use crate::kernel::network::{Curve, Parameters, Unit};

/// The longest line, where it can be helped.
const WIDTH: usize = 110;

/// How the document's numbers are written: as a rational, or as the coordinates of an element of its field.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// Whether the document has a field.
    pub in_field: bool,
}

impl Numbers {
    /// Their type.
    pub fn kind(self) -> &'static str {
        if self.in_field { "(list Q)" } else { "Q" }
    }

    /// A number.
    pub fn number<F: OrderedField>(self, value: &F) -> String {
        let coordinates = value.coordinates();
        match self.in_field {
            true => rationals(&coordinates),
            false => coordinates.first().map_or("0".into(), rational),
        }
    }

    /// A list of numbers.
    pub fn list<F: OrderedField>(self, values: &[F]) -> String {
        list(values.iter().map(|value| self.number(value)))
    }

    /// The slopes of kinks, by sample, layer and unit.
    pub fn slopes<F: OrderedField>(self, slopes: &BTreeMap<(usize, Unit), F>) -> String {
        list(slopes.iter().map(|((sample, unit), slope)| {
            format!("({sample}%nat, {}%nat, {}%nat, {})", unit.layer, unit.unit, self.number(slope))
        }))
    }

    /// A parameter vector.
    pub fn shaped<F: OrderedField>(self, parameters: &Parameters<F>) -> String {
        list(parameters.layers().iter().map(|layer| self.list(layer)))
    }

    /// The coefficients of a curve.
    pub fn curve<F: OrderedField>(self, curve: &Curve<F>) -> String {
        list(curve.coefficients().iter().map(|coefficient| self.shaped(coefficient)))
    }
}

/// A rational.
pub fn rational(value: &Rational) -> String {
    let numerator = value.numerator();
    match value.is_integer() {
        true if numerator < Zero::zero() => format!("({numerator})"),
        true => numerator.to_string(),
        false => format!("({numerator} # {})", value.denominator()),
    }
}

/// A list of rationals.
pub fn rationals(values: &[Rational]) -> String {
    list(values.iter().map(rational))
}

/// A list.
pub fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join("; "))
}

/// A list of indices.
pub fn naturals(values: &[usize]) -> String {
    list(values.iter().map(usize::to_string))
}

/// Text that cannot end a comment, begin another, or open a string in it.
pub fn comment(text: &str) -> String {
    let safe = |c: char| match c {
        '"' => '\'',
        c if c.is_control() => ' ',
        c => c,
    };
    let mut text: String = text.chars().map(safe).collect();
    // Replacing one pair may make another, as in `((**`.
    while text.contains("(*") || text.contains("*)") {
        text = text.replace("(*", "( *").replace("*)", "* )");
    }
    // The comment goes on with a space or a line, so a last `(` or `*` is harmless.
    text
}

/// A sentence broken into lines at its spaces.
pub fn wrapped(sentence: &str) -> String {
    let (mut text, mut column) = (String::new(), 0);
    for (index, word) in sentence.split(' ').enumerate() {
        let length = word.chars().count();
        if index > 0 && column + 1 + length > WIDTH {
            text.push_str("\n  ");
            column = 2;
        } else if index > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_a_comment() {
        for text in ["*) Axiom a : False. (*", "((**))", "\"", "a\n*)", "*", "(*(*)*)"] {
            let escaped = comment(text);
            assert!(!escaped.contains("(*") && !escaped.contains("*)") && !escaped.contains(['"', '\n']), "{escaped}");
        }
    }

    #[test]
    fn numbers_have_a_sign_inside_parentheses() {
        let number = |text: &str| rational(&text.parse().expect("a rational"));
        assert_eq!((number("3"), number("-3")), ("3".into(), "(-3)".into()));
        assert_eq!((number("3/4"), number("-3/4")), ("(3 # 4)".into(), "(-3 # 4)".into()));
    }
}
