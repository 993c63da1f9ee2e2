//! What can be wrong with a document.

use crate::kernel::exact::{FieldError, ParseRationalError};
use crate::kernel::network::{NetworkError, ShapeError};
use crate::kernel::problem::ProblemError;

/// What is wrong with a document.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum ReadProblem {
    /// Too many bytes.
    TooLarge { found: usize },
    /// Too many lists and objects inside one another.
    TooDeep,
    /// Too many claims.
    TooManyClaims { found: usize },
    /// Not UTF-8.
    NotUtf8,
    /// Not JSON.
    Syntax(String),
    /// Another value than the format asks for.
    Expected { expected: String, found: String },
    /// A key that the format does not know here.
    UnknownKey(Vec<&'static str>),
    /// A key that occurs twice in one object.
    DuplicateKey,
    /// A key that must be there.
    MissingKey(&'static str),
    /// A format that this reader does not know.
    Format,
    /// A JSON float.
    Float,
    /// A string that is not a number.
    Number(ParseRationalError),
    /// A field that is not one.
    Field(FieldError),
    /// Layers that do not fit.
    Network(NetworkError),
    /// Numbers that do not fit the network.
    Shape(ShapeError),
    /// Samples or a point that do not fit the network.
    Problem(ProblemError),
}
