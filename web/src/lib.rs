//! The checker, and for the playground the prover too, as WebAssembly for a browser.
//!
//! The page and the module exchange bytes: the page asks for room with [`input`], writes there, calls a function, and reads
//! [`output_length`] bytes at [`output`]. All text is UTF-8. The page has no other way in, and the module none out but the
//! clock of the playground.

mod check;
mod exchange;
#[cfg(feature = "playground")]
mod playground;

pub use check::check;
pub use exchange::{input, output, output_length};
#[cfg(feature = "playground")]
pub use playground::{certify, draw};
