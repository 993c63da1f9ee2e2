//! Limits on what is read, checked before anything is allocated.

use super::ReadProblem;
use super::json::{Misread, Read};

/// The most bytes a document may have.
pub const MAX_BYTES: usize = 8 << 20;
/// The most lists and objects that may be open at once.
pub const MAX_NESTING: usize = 32;

/// The most claims a document may make: each may be rejected with values that are long to write out.
pub const MAX_CLAIMS: usize = 1000;

/// Compares the size, and counts brackets outside strings, so that no reader ever recurses deeper than [`MAX_NESTING`].
pub(super) fn check(text: &str) -> Read<'_, ()> {
    let found = text.len();
    if found > MAX_BYTES {
        return Err(Misread { at: text, problem: ReadProblem::TooLarge { found } });
    }
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_NESTING {
            return Err(Misread { at: text.get(offset..).unwrap_or(text), problem: ReadProblem::TooDeep });
        }
    }
    Ok(())
}
