//! Enclosing a point that is never written down: intervals with dyadic ends, the equations of a KKT point of a dense network of
//! depth 2, and the test that such equations have exactly one solution in a box.

mod contraction;
mod gram;
mod interval;

pub use contraction::{Contraction, contraction};
pub use gram::{Direction, GramSystem, Slope};
pub use interval::{FRACTION_BITS, Interval};
