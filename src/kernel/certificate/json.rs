//! Strict access to JSON values: no key unknown, doubled or lost, no number through a float.
//!
//! `serde_json` validates the syntax and splits each list or object into the source text of its parts; what a part means
//! is decided here. A part is a slice of the document, so its place (line, column, path) is worked out only for errors.

use std::borrow::Cow;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{ReadError, ReadProblem};

/// What is wrong, and the value at which.
pub(super) struct Misread<'a> {
    pub at: &'a RawValue,
    pub problem: ReadProblem,
}

impl<'a> Misread<'a> {
    pub(super) fn new(at: &'a RawValue, problem: impl Into<ReadProblem>) -> Self {
        Misread { at, problem: problem.into() }
    }

    /// Finds the place of the value in the document that it is a slice of.
    pub(super) fn locate(self, text: &str) -> ReadError {
        let offset = (self.at.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        ReadError::at_offset(text, offset, self.problem)
    }
}

pub(super) type Read<'a, T> = Result<T, Misread<'a>>;

pub(super) fn expected<T>(at: &RawValue, expected: impl Into<String>) -> Read<'_, T> {
    let found = match at.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        _ => at.get(),
    };
    expected_found(at, expected, found)
}

/// A text, or its beginning if it is long.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.into(),
    }
}

pub(super) fn expected_found<'a, T>(
    at: &'a RawValue,
    expected: impl Into<String>,
    found: impl Into<String>,
) -> Read<'a, T> {
    let (expected, found) = (expected.into(), shortened(&found.into()));
    Err(Misread::new(at, ReadProblem::Expected { expected, found }))
}

/// The whole document as one value.
pub(super) fn root(text: &str) -> Result<&RawValue, ReadError> {
    serde_json::from_str(text).map_err(|error| ReadError {
        line: error.line(),
        column: error.column(),
        path: String::new(),
        problem: ReadProblem::Syntax(error.to_string()),
    })
}

/// The parts of a list.
pub(super) fn list<'a>(value: &'a RawValue, what: &str) -> Read<'a, Vec<&'a RawValue>> {
    match value.get().as_bytes().first() {
        Some(b'[') => serde_json::from_str(value.get())
            .map_err(|error| Misread::new(value, ReadProblem::Syntax(error.to_string()))),
        _ => expected(value, what),
    }
}

/// A list read part by part.
pub(super) fn list_of<'a, T>(
    value: &'a RawValue,
    what: &str,
    read: impl FnMut(&'a RawValue) -> Read<'a, T>,
) -> Read<'a, Vec<T>> {
    list(value, what)?.into_iter().map(read).collect()
}

/// A string.
pub(super) fn string<'a>(value: &'a RawValue, what: &str) -> Read<'a, Cow<'a, str>> {
    match value.get().as_bytes() {
        // Without escapes the string is its own source text.
        [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => {
            let text = value.get();
            Ok(Cow::Borrowed(text.get(1..text.len() - 1).unwrap_or_default()))
        }
        [b'"', ..] => serde_json::from_str(value.get())
            .map(Cow::Owned)
            .map_err(|error| Misread::new(value, ReadProblem::Syntax(error.to_string()))),
        _ => expected(value, what),
    }
}

/// A non-negative JSON integer, such as an index or a count.
pub(super) fn index<'a>(value: &'a RawValue, what: &str) -> Read<'a, usize> {
    let text = value.get();
    match text.parse() {
        Ok(index) if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(index),
        _ => expected(value, what),
    }
}

/// An object whose keys have been compared with those the format knows.
pub(super) struct Object<'a> {
    at: &'a RawValue,
    entries: Vec<(String, &'a RawValue)>,
}

impl<'a> Object<'a> {
    /// The value under a key that may be absent.
    pub(super) fn optional(&self, key: &str) -> Option<&'a RawValue> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| *value)
    }

    /// The value under a key that must be there.
    pub(super) fn required(&self, key: &'static str) -> Read<'a, &'a RawValue> {
        self.optional(key).ok_or_else(|| Misread::new(self.at, ReadProblem::MissingKey(key)))
    }

    /// Refuses every key but these.
    pub(super) fn allow_only(&self, known: &[&'static str]) -> Read<'a, ()> {
        match self.entries.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some((_, value)) => Err(Misread::new(value, ReadProblem::UnknownKey(known.to_vec()))),
        }
    }

    /// Every key with its value, in the file's order.
    pub(super) fn into_entries(self) -> Vec<(String, &'a RawValue)> {
        self.entries
    }
}

/// An object, no key of which occurs twice.
pub(super) fn object<'a>(value: &'a RawValue, what: &str) -> Read<'a, Object<'a>> {
    if value.get().as_bytes().first() != Some(&b'{') {
        return expected(value, what);
    }
    let mut reader = serde_json::Deserializer::from_str(value.get());
    let entries =
        reader.deserialize_map(Entries).map_err(|error| Misread::new(value, ReadProblem::Syntax(error.to_string())))?;
    let mut keys = std::collections::BTreeSet::new();
    match entries.iter().find(|(key, _)| !keys.insert(key.as_str())) {
        Some((_, value)) => Err(Misread::new(value, ReadProblem::DuplicateKey)),
        None => Ok(Object { at: value, entries }),
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}

/// The line and column, from 1, of the byte that follows these.
pub(super) fn line_and_column(before: &[u8]) -> (usize, usize) {
    let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    let column = 1 + before.iter().rev().take_while(|&&byte| byte != b'\n').count();
    (line, column)
}

/// The JSON path of the value that begins at an offset, for the reader of an error message.
pub(super) fn path_at(text: &str, offset: usize) -> String {
    // One entry an open list or object: the index or the key of the value being passed.
    let mut open: Vec<(Option<usize>, &str)> = Vec::new();
    let mut string_start = None;
    let (mut last_string, mut escaped) = ("", false);
    for (place, byte) in text.bytes().enumerate().take(offset) {
        match (string_start, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(start), b'"') => {
                last_string = text.get(start..place).unwrap_or_default();
                string_start = None;
            }
            (Some(_), _) => {}
            (None, b'"') => string_start = Some(place + 1),
            (None, b'[') => open.push((Some(0), "")),
            (None, b'{') => open.push((None, "")),
            (None, b']' | b'}') => drop(open.pop()),
            (None, b':') => {
                if let Some((_, key)) = open.last_mut() {
                    *key = last_string;
                }
            }
            (None, b',') => match open.last_mut() {
                Some((Some(index), _)) => *index += 1,
                Some((None, key)) => *key = "",
                None => {}
            },
            _ => {}
        }
    }
    let mut path = String::new();
    for (index, key) in open {
        match index {
            Some(index) => path.push_str(&format!("[{index}]")),
            None if path.is_empty() || key.is_empty() => path.push_str(&shortened(key)),
            None => {
                path.push('.');
                path.push_str(&shortened(key));
            }
        }
    }
    path
}
