//! Texts of bounded length: what is to be written may be made of numbers without end.

use std::fmt::{self, Display, Write};

/// The most bytes of one reason.
const REASON: usize = 1 << 17;

/// The most bytes of all the reasons of a document.
const ALL: usize = 1 << 22;

/// Writes reasons until there is no room left.
pub(crate) struct Reasons {
    room: usize,
}

impl Reasons {
    pub(crate) fn new() -> Self {
        Reasons { room: ALL }
    }

    /// A reason in words, cut where it gets too long. What is not written is not worked out.
    pub(crate) fn write(&mut self, reason: &impl Display) -> String {
        let mut text = Bounded { text: String::new(), room: self.room.min(REASON) };
        let is_whole = write!(text, "{reason}").is_ok();
        let mut text = text.text;
        self.room -= text.len();
        if !is_whole {
            text.push_str("... (too long to be written out)");
        }
        text
    }
}

/// A text that takes no more than it has room for.
struct Bounded {
    text: String,
    room: usize,
}

impl Write for Bounded {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let fits = part.len() <= self.room - self.text.len();
        let room = self.room - self.text.len();
        let end = if fits { part.len() } else { (0..=room).rev().find(|end| part.is_char_boundary(*end)).unwrap_or(0) };
        self.text.push_str(&part[..end]);
        if fits { Ok(()) } else { Err(fmt::Error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_reasons_are_cut_at_a_character_and_short_ones_are_whole() {
        let mut reasons = Reasons::new();
        assert_eq!(reasons.write(&"short"), "short");
        let long = reasons.write(&"\u{e9}".repeat(REASON));
        assert!(long.ends_with("\u{e9}... (too long to be written out)") && long.len() < REASON + 40);
        for _ in 0..2 * ALL / REASON {
            reasons.write(&"x".repeat(REASON));
        }
        assert_eq!(reasons.write(&"more"), "... (too long to be written out)");
    }
}
