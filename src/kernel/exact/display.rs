//! Polynomials in words: `1 - 2 t + 3/4 t^2`.

use std::fmt::{Display, Formatter, Result};

use super::{OrderedField, Polynomial};

impl<F: OrderedField> Display for Polynomial<F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let mut is_first = true;
        for (power, coefficient) in self.coefficients().iter().enumerate() {
            if coefficient.is_zero() {
                continue;
            }
            let text = coefficient.to_string();
            let is_sum = coefficient.coordinates().len() > 1;
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
