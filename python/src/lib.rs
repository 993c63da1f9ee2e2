//! The extension module `margincert._core`: the library, handed to Python as it is.
//!
//! Nothing is decided here. Python classes with documentation, types and numbers are in the folder `margincert/`; they pass documents as text,
//! which the library's own strict reader reads, and get back documents, words and lists of plain values.

mod certify;
mod command;
mod document;
mod errors;
mod hunt;
mod interrupt;
mod network;
mod polish;
mod report;

use pyo3::prelude::*;

/// The library behind the package `margincert`.
#[pymodule]
mod _core {
    #[pymodule_export]
    use super::certify::certify;
    #[pymodule_export]
    use super::command::command;
    #[pymodule_export]
    use super::document::{Document, enclosure, find, symbol};
    #[pymodule_export]
    use super::hunt::{explore, export, merge};
    #[pymodule_export]
    use super::network::layer_sizes;
    #[pymodule_export]
    use super::polish::{polish, polish_point};
    #[pymodule_export]
    use super::report::{atlas, card, explain, table};

    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
