//! Tests of the untrusted floor: whatever it returns must hold exactly.

mod curvature;
mod linear_algebra;
mod lp;
mod lp_oracle;
mod qp;
mod rounding;
