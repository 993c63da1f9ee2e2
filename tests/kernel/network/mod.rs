//! Architectures, and derivatives against a second method.

mod architecture;
mod derivatives;
pub mod random;
