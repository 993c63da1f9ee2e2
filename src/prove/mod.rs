//! The untrusted floor: from an instance to evidence that the kernel's checker accepts.

pub mod better;
mod bonds;
pub mod cases;
pub mod cells;
pub mod certify;
pub mod chain;
pub mod clock;
pub mod curvature;
pub mod curves;
pub mod deadline;
pub mod eigen;
pub mod field;
pub mod flow;
pub mod free;
pub mod halt;
pub mod kkt;
mod least_squares;
pub mod linear_algebra;
pub mod linear_chain;
pub mod lp;
pub mod optimality;
mod optimum;
mod padic;
pub mod paths;
pub mod qp;
pub mod rounding;
mod scaled;
pub mod search;
mod sides;
pub mod tangents;
#[cfg(feature = "trained")]
pub mod trained;
mod wiring;
