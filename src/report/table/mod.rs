//! Tables of accepted certificates: what holds for which architecture, and a row a certificate.
//!
//! A certificate is read once, as a [`Summary`]; the tables are computed from summaries alone, so that thousands of
//! certificates need not be held at once.

pub mod class;
pub mod compact;
pub mod csv;
pub mod curve;
pub mod detail;
pub mod facts;
pub mod json;
pub mod outcome;
pub mod summary;
pub mod theorem;

pub use summary::{Summarise, Summary};
