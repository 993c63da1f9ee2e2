//! The command `margincert`, which comes with the package.

use std::ffi::OsString;

use margincert::cli;
use pyo3::prelude::*;

/// Runs the command with these arguments, the first of which is its name; returns the exit status.
#[pyfunction]
pub fn command(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| cli::run(arguments) as u8)
}
