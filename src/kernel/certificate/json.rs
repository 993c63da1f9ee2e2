//! Strict access to JSON values: no key unknown, doubled or lost, no number through a float.
//!
//! `serde_json` validates the syntax and splits each list or object into the source text of its parts; what a part means
//! is decided here. A part is a slice of the document, so its place (line, column, path) is worked out only for errors.

use std::borrow::Cow;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::ReadProblem;
use crate::kernel::exact::Rational;
use crate::kernel::problem::Label;

/// What is wrong, and the value at which.
#[derive(Clone, Debug, PartialEq)]
pub struct Misread<'a> {
    /// The document from that value on, or all of it.
    pub at: &'a str,
    /// What is wrong.
    pub problem: ReadProblem,
}

impl<'a> Misread<'a> {
    pub(super) fn new(at: &'a RawValue, problem: ReadProblem) -> Self {
        Misread { at: at.get(), problem }
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

pub(super) fn expected_found<'a, T>(
    at: &'a RawValue,
    expected: impl Into<String>,
    found: impl Into<String>,
) -> Read<'a, T> {
    Err(Misread::new(at, ReadProblem::Expected { expected: expected.into(), found: found.into() }))
}

/// The whole document as one value.
pub(super) fn root(text: &str) -> Read<'_, &RawValue> {
    serde_json::from_str(text).map_err(|error| Misread { at: text, problem: ReadProblem::Syntax(error.to_string()) })
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

/// `1` or `-1`.
pub(super) fn label(value: &RawValue) -> Read<'_, Label> {
    match value.get() {
        "1" => Ok(Label::Positive),
        "-1" => Ok(Label::Negative),
        _ => expected(value, "the JSON integer 1 or -1"),
    }
}

/// `true` or `false`.
pub(super) fn flag(value: &RawValue) -> Read<'_, bool> {
    match value.get() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => expected(value, "true or false"),
    }
}

/// A string in which each character stands for something.
pub(super) fn pattern<'a, T: Copy>(value: &'a RawValue, what: &str, meanings: &[(char, T)]) -> Read<'a, Vec<T>> {
    let meaning = |character| match meanings.iter().find(|(known, _)| *known == character) {
        Some((_, meaning)) => Ok(*meaning),
        None => expected(value, what),
    };
    string(value, what)?.chars().map(meaning).collect()
}

/// A rational number: a string, or a JSON integer.
pub(super) fn rational(value: &RawValue) -> Read<'_, Rational> {
    let source = value.get();
    let digits = match source.as_bytes() {
        [b'"', ..] => string(value, "a number")?,
        [b'-' | b'0'..=b'9', ..] if source.contains(['.', 'e', 'E']) => {
            return Err(Misread::new(value, ReadProblem::Float));
        }
        [b'-' | b'0'..=b'9', ..] => source.into(),
        _ => {
            return expected(value, "an exact number: a string such as \"-3/4\", or an integer");
        }
    };
    digits.parse().map_err(|error| Misread::new(value, ReadProblem::Number(error)))
}

/// A list of rational numbers.
pub(super) fn rationals(value: &RawValue) -> Read<'_, Vec<Rational>> {
    list_of(value, "a list of rationals", rational)
}

/// An object whose keys are to be compared with those the format knows.
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

    /// What is under a key that may be absent.
    pub(super) fn maybe<T>(&self, key: &str, read: impl FnOnce(&'a RawValue) -> Read<'a, T>) -> Read<'a, Option<T>> {
        self.optional(key).map(read).transpose()
    }

    /// The list under a key that must be there, read part by part.
    pub(super) fn list<T>(
        &self,
        key: &'static str,
        what: &str,
        read: impl FnMut(&'a RawValue) -> Read<'a, T>,
    ) -> Read<'a, Vec<T>> {
        list_of(self.required(key)?, what, read)
    }

    /// The indices under a key that must be there.
    pub(super) fn indices(&self, key: &'static str, what: &str, of: &str) -> Read<'a, Vec<usize>> {
        self.list(key, what, |value| index(value, of))
    }

    /// The rational number under a key that must be there.
    pub(super) fn rational(&self, key: &'static str) -> Read<'a, Rational> {
        rational(self.required(key)?)
    }

    /// The rational numbers under a key that must be there.
    pub(super) fn rationals(&self, key: &'static str) -> Read<'a, Vec<Rational>> {
        rationals(self.required(key)?)
    }

    /// The index or count under a key that must be there.
    pub(super) fn index(&self, key: &'static str, what: &str) -> Read<'a, usize> {
        index(self.required(key)?, what)
    }

    /// The index or count under a key that may be absent.
    pub(super) fn optional_index(&self, key: &str, what: &str) -> Read<'a, Option<usize>> {
        self.maybe(key, |value| index(value, what))
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

/// An object with no keys but these, none twice.
pub(super) fn object_of<'a>(value: &'a RawValue, what: &str, keys: &[&'static str]) -> Read<'a, Object<'a>> {
    let object = object(value, what)?;
    object.allow_only(keys)?;
    Ok(object)
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
