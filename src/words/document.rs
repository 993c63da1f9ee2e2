//! Documents and their verdicts for people: where reading failed, and why a claim was rejected.

use super::bounded::Reasons;
use super::reading::shortened;
use super::syntax;
use crate::kernel::certificate::{Certificate, Document, MAX_BYTES, Misread, ReadProblem, read_network};
use crate::kernel::check::Claim;
use crate::kernel::exact::{OrderedField, Rational};
use crate::kernel::network::Network;

/// A document that cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadError {
    /// The line, counted from 1.
    pub line: usize,
    /// The column in bytes, counted from 1.
    pub column: usize,
    /// The place as a JSON path, such as `claims[2].multipliers[0]`; empty for the document itself.
    pub path: String,
    /// What stands there, where that is a number that is refused; cut if it is long.
    pub found: Option<String>,
    /// What is wrong there.
    pub problem: ReadProblem,
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, ", at {}", self.path)?;
        }
        f.write_str(": ")?;
        if let Some(found) = &self.found {
            write!(f, "found {found}, ")?;
        }
        self.problem.fmt(f)?;
        if self.is_matrix() { f.write_str("; the weights of a layer are one flat list, row after row") } else { Ok(()) }
    }
}

impl ReadError {
    /// Whether rows of a matrix were found where the weights of a layer are expected.
    fn is_matrix(&self) -> bool {
        let is_list = matches!(&self.problem, ReadProblem::Expected { found, .. } if found == "a list");
        is_list && self.path.starts_with("point[") && self.path.matches('[').count() == 2
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.problem)
    }
}

impl Document {
    /// Reads a document from text.
    ///
    /// # Errors
    /// What is wrong, and where: line, column and JSON path.
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        Self::read(text).map_err(|misread| located(text, misread))
    }

    /// Reads a document from bytes, which must be UTF-8.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, ReadError> {
        let refused = |valid: &[u8], problem| {
            let (line, column) = line_and_column(valid);
            ReadError { line, column, path: String::new(), found: None, problem }
        };
        if bytes.len() > MAX_BYTES {
            return Err(refused(&[], ReadProblem::TooLarge { found: bytes.len() }));
        }
        let text = std::str::from_utf8(bytes);
        Self::parse(text.map_err(|error| refused(&bytes[..error.valid_up_to()], ReadProblem::NotUtf8))?)
    }

    /// Checks every claim; a rejection is given in words, which are cut where numbers get too long. For its typed form match on the document and use
    /// [`Certificate::check`].
    pub fn check(&self) -> Vec<Result<(), String>> {
        fn in_words<F: OrderedField>(certificate: &Certificate<F>) -> Vec<Result<(), String>> {
            let mut reasons = Reasons::new();
            let verdicts = certificate.check().into_iter();
            verdicts.map(|v| v.map(|_| ()).map_err(|rejection| reasons.write(&rejection))).collect()
        }
        match self {
            Document::Rational(certificate) => in_words(certificate),
            Document::Algebraic(certificate) => in_words(certificate),
        }
    }

    /// The name and layer of each claim.
    pub fn claims(&self) -> Vec<(&'static str, Option<usize>)> {
        fn names<F>(claims: &[Claim<F>]) -> Vec<(&'static str, Option<usize>)> {
            claims.iter().map(|claim| (claim.name(), claim.layer())).collect()
        }
        match self {
            Document::Rational(certificate) => names(&certificate.claims),
            Document::Algebraic(certificate) => names(&certificate.claims),
        }
    }

    /// The title, if there is one.
    pub fn title(&self) -> Option<&str> {
        match self {
            Document::Rational(certificate) => certificate.title.as_deref(),
            Document::Algebraic(certificate) => certificate.title.as_deref(),
        }
    }
}

/// Reads a network by itself, with errors that name line and column.
///
/// # Errors
/// What is wrong with the text, and where.
pub fn parse_network(text: &str) -> Result<Network<Rational>, ReadError> {
    read_network(text).map_err(|misread| located(text, misread))
}

/// Finds the place of what was misread in the document that it is a part of.
fn located(text: &str, Misread { at, problem }: Misread<'_>) -> ReadError {
    let problem = match problem {
        ReadProblem::Syntax(said) => {
            // What is not JSON has no paths; where it ceases to be, only its parser knows.
            if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
                return not_json(text, &said, &error);
            }
            ReadProblem::Syntax(syntax::in_words(&said))
        }
        other => other,
    };
    let offset = (at.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let (line, column) = line_and_column(text.as_bytes().get(..offset).unwrap_or(text.as_bytes()));
    let is_number = matches!(problem, ReadProblem::Number(_) | ReadProblem::Float);
    let found = is_number.then(|| shortened(at));
    ReadError { line, column, path: path_at(text, offset), found, problem }
}

/// What is wrong with a text that is not JSON.
fn not_json(text: &str, said: &str, error: &serde_json::Error) -> ReadError {
    let refused = |line, column, problem| ReadError { line, column, path: String::new(), found: None, problem };
    if text.trim().is_empty() {
        let (expected, found) = ("an object: a certificate".into(), "an empty document".into());
        return refused(1, 1, ReadProblem::Expected { expected, found });
    }
    // The parser counts columns from 1, but calls the end of a line, where nothing is left to point to, 0 or the last one.
    let (line, column) = (error.line(), error.column().max(1));
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let offset = (start + column - 1).min(text.len());
    let slip = text.split_at_checked(offset).and_then(|(before, after)| syntax::slip(before, after));
    let slip = slip.map(|slip| format!("; {slip}")).unwrap_or_default();
    refused(line, column, ReadProblem::Syntax(syntax::in_words(said) + &slip))
}

/// The line and column, from 1, of the byte that follows these.
fn line_and_column(before: &[u8]) -> (usize, usize) {
    let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    let column = 1 + before.iter().rev().take_while(|&&byte| byte != b'\n').count();
    (line, column)
}

/// The JSON path of the value that begins at an offset, for the reader of an error message.
fn path_at(text: &str, offset: usize) -> String {
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
