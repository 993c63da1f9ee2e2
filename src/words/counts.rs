//! Numbers of things, of which there may be one.

/// A number of things: `1 sample`, `2 samples`.
pub(crate) fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// As [`count`], with the plural of things that do not only add an s.
pub(super) fn count_of(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// What follows `there` to say how many there are: `is 1 sample`, `are 2 samples`.
pub(super) fn are(number: usize, thing: &str) -> String {
    format!("{} {}", if number == 1 { "is" } else { "are" }, count(number, thing))
}
