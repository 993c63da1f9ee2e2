//! What can be wrong with a document, and where.

use std::str::Utf8Error;

use super::limits::{MAX_BYTES, MAX_CLAIMS, MAX_NESTING};
use super::{FORMAT, json};
use crate::kernel::exact::{FieldError, ParseRationalError};
use crate::kernel::network::{NetworkError, ShapeError};
use crate::kernel::problem::ProblemError;

/// A document that cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadError {
    /// The line, counted from 1.
    pub line: usize,
    /// The column in bytes, counted from 1.
    pub column: usize,
    /// The place as a JSON path, such as `claims[2].multipliers[0]`; empty for the document itself.
    pub path: String,
    /// What is wrong there.
    pub problem: ReadProblem,
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, ", at {}", self.path)?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.problem)
    }
}

/// What is wrong with a document.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[allow(missing_docs)]
pub enum ReadProblem {
    /// Too many bytes.
    #[error("the document has {found} bytes; the limit is {MAX_BYTES}")]
    TooLarge { found: usize },
    /// Too many lists and objects inside one another.
    #[error("lists and objects are nested more than {MAX_NESTING} deep, which is the limit")]
    TooDeep,
    /// Too many claims.
    #[error("{found} claims; the limit is {MAX_CLAIMS}")]
    TooManyClaims { found: usize },
    /// Not UTF-8.
    #[error("the document is not UTF-8")]
    NotUtf8,
    /// Not JSON.
    #[error("not JSON: {0}")]
    Syntax(String),
    /// Another value than the format asks for.
    #[error("expected {expected}, found {found}")]
    Expected { expected: String, found: String },
    /// A key that the format does not know here.
    #[error("unknown key; the keys here are {}", .0.join(", "))]
    UnknownKey(Vec<&'static str>),
    /// A key that occurs twice in one object.
    #[error("this key occurs twice in its object")]
    DuplicateKey,
    /// A key that must be there.
    #[error("the key `{0}` is missing")]
    MissingKey(&'static str),
    /// A format that this reader does not know.
    #[error("unknown format; this reader knows `{FORMAT}`")]
    Format,
    /// A JSON float.
    #[error("a JSON float is not an exact number; write it as a string, such as \"1/2\" or \"0.5\"")]
    Float,
    /// A string that is not a number.
    #[error(transparent)]
    Number(#[from] ParseRationalError),
    /// A field that is not one.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// Layers that do not fit.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// Numbers that do not fit the network.
    #[error("found {0}")]
    Shape(#[from] ShapeError),
    /// Samples or a point that do not fit the network.
    #[error(transparent)]
    Problem(#[from] ProblemError),
}

impl ReadError {
    pub(super) fn whole(problem: ReadProblem) -> Self {
        ReadError { line: 1, column: 1, path: String::new(), problem }
    }

    pub(super) fn not_utf8(bytes: &[u8], error: Utf8Error) -> Self {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let (line, column) = json::line_and_column(valid);
        ReadError { line, column, path: String::new(), problem: ReadProblem::NotUtf8 }
    }

    pub(super) fn at_offset(text: &str, offset: usize, problem: ReadProblem) -> Self {
        let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
        let (line, column) = json::line_and_column(before);
        ReadError { line, column, path: json::path_at(text, offset), problem }
    }
}
