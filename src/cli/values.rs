//! Numbers among the arguments, and what is said when one is none.

use std::num::{IntErrorKind, ParseIntError};
use std::str::FromStr;

/// A whole number, 0 or more.
pub fn whole<N: FromStr<Err = ParseIntError>>(text: &str) -> Result<N, String> {
    text.parse().map_err(|error: ParseIntError| in_words(error.kind(), 0))
}

/// A whole number, 1 or more.
pub fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err(in_words(&IntErrorKind::Zero, 1)),
        Ok(number) => Ok(number),
        Err(error) => Err(in_words(error.kind(), 1)),
    }
}

fn in_words(kind: &IntErrorKind, least: usize) -> String {
    match kind {
        IntErrorKind::PosOverflow => "this number is too large".into(),
        _ => format!("expected a whole number, {least} or more"),
    }
}
