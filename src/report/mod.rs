//! What people do with a checked certificate: tables, proofs to read, an atlas to look at.
//!
//! Everything here is printed from [`Checked`](crate::kernel::check::Checked) values, so that nothing rejected can be
//! shown as proved. [`document`] and [`formula`] hold what is said; [`text`], [`markdown`], [`latex`] and [`mathml`] how it is spelled.

pub mod accepted;
#[cfg(feature = "atlas")]
pub mod atlas;
pub mod document;
pub mod explain;
pub mod formula;
#[cfg(feature = "atlas")]
pub mod html;
pub mod latex;
pub mod markdown;
pub mod mathml;
pub mod print;
pub mod provenance;
pub mod table;
pub mod text;
pub mod trials;
