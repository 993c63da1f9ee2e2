//! The library's errors as exceptions of the module `margincert.errors`.

use std::path::Path;

use margincert::files::{FileError, FileProblem};
use margincert::words::ReadError;
use pyo3::exceptions::{PyFileNotFoundError, PyIsADirectoryError, PyOSError, PyPermissionError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

/// An exception of `margincert.errors`, by its name.
pub fn exception(py: Python<'_>, class: &'static str, message: &str, facts: &Bound<'_, PyDict>) -> PyErr {
    let made = py.import("margincert.errors").and_then(|module| module.getattr(class)?.call((message,), Some(facts)));
    made.map_or_else(|error| error, PyErr::from_value)
}

/// A document that cannot be read: `FormatError` with its place.
pub fn unreadable(py: Python<'_>, error: &ReadError, file: Option<&Path>) -> PyErr {
    static FORMAT_ERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let make = || {
        let class = FORMAT_ERROR.import(py, "margincert.errors", "FormatError")?;
        let facts = PyDict::new(py);
        facts.set_item("place", &error.path)?;
        facts.set_item("line", error.line)?;
        facts.set_item("column", error.column)?;
        facts.set_item("file", file.map(|file| file.to_string_lossy().into_owned()))?;
        class.call((error.problem.to_string(),), Some(&facts))
    };
    make().map_or_else(|error| error, PyErr::from_value)
}

/// A file or folder from which nothing can be had.
pub fn no_document(py: Python<'_>, error: FileError) -> PyErr {
    let words = error.to_string();
    match error.problem {
        FileProblem::Document(read) => unreadable(py, &read, Some(&error.path)),
        FileProblem::Io(cause) => match cause.kind() {
            std::io::ErrorKind::NotFound => PyFileNotFoundError::new_err(words),
            std::io::ErrorKind::PermissionDenied => PyPermissionError::new_err(words),
            _ => PyOSError::new_err(words),
        },
        FileProblem::Folder => PyIsADirectoryError::new_err(words),
        FileProblem::NoFile | FileProblem::Line { .. } | FileProblem::Collection => PyOSError::new_err(words),
        FileProblem::NoCertificates | FileProblem::NoEntry | FileProblem::SeveralEntries => {
            PyFileNotFoundError::new_err(words)
        }
    }
}
