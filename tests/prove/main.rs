//! Tests of the untrusted floor: whatever it returns must hold exactly.

mod better;
mod catalogue;
mod cells;
mod certify;
mod clock;
mod curvature;
mod curves;
mod deadline;
mod effort;
mod families;
mod flow;
mod hard;
mod kkt;
mod layers;
mod limits;
mod linear_algebra;
mod lp;
mod lp_field;
mod lp_oracle;
mod number_fields;
mod open;
mod paper;
mod qp;
mod rounding;
mod scale;
mod theorems;
