//! Numbers of things, of which there may be one.

use std::fmt::Display;

use num_traits::One;

/// A number of things: `1 sample`, `2 samples`.
pub(crate) fn count<N: Display + One + PartialEq>(number: N, thing: &str) -> String {
    format!("{number} {thing}{}", if number.is_one() { "" } else { "s" })
}

/// As [`count`], with the plural of things that do not only add an s.
pub(crate) fn count_of(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// What follows `there` to say how many there are: `is 1 sample`, `are 2 samples`.
pub(super) fn are(number: usize, thing: &str) -> String {
    format!("{} {}", if number == 1 { "is" } else { "are" }, count(number, thing))
}
