//! The untrusted floor: from an instance to evidence that the kernel's checker accepts.

pub mod curvature;
pub mod curves;
pub mod deadline;
pub mod eigen;
pub mod field;
pub mod free;
pub mod hints;
pub mod linear_algebra;
pub mod lp;
pub mod qp;
pub mod rounding;
pub mod search;
pub mod wiring;
