//! The kernel's numbers, rejections and errors in words.
//!
//! What the kernel decides is a type; how it reads is written here, outside the trusted floor. A wrong word misleads, but can make no
//! claim accepted.

mod bounded;
mod counts;
mod document;
mod enclosed;
mod numbers;
mod reading;
mod rejections;
mod symbol;
mod syntax;

pub(crate) use bounded::Reasons;
pub(crate) use counts::count;
#[cfg(any(feature = "cli", feature = "atlas"))]
pub(crate) use counts::count_of;
pub use document::{ReadError, parse_network};
pub(crate) use numbers::approximately;
pub use symbol::symbol;
