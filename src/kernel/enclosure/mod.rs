//! Enclosing a point that is never written down: intervals with dyadic ends, the equations of a KKT point, in few unknowns for dense
//! networks of depth 2 and in the parameters for any depth, the test that such equations have exactly one solution in a box, and whether a
//! matrix known up to intervals is positive definite.

mod contraction;
mod definite;
mod dual;
mod equations;
mod gram;
mod interval;
mod parameters;

pub use contraction::{Contraction, contraction};
pub use definite::positive_definite;
pub use dual::Dual;
pub use equations::Equations;
pub use gram::{GramSystem, LiveDirection};
pub use interval::{FRACTION_BITS, Interval};
pub use parameters::{ParameterSystem, Pass};
