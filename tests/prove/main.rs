//! Tests of the untrusted floor: whatever it returns must hold exactly.

mod linear_algebra;
mod qp;
mod rounding;
