//! Exact convex quadratic programs: projections onto polyhedral cones, least-norm points of polyhedra.
//!
//! Both are one problem, a non-negative quadratic form in the multipliers ([`GramProgram`]), solved from the
//! dual side: it starts from no active constraint and adds the violated ones. A float solver guesses
//! the active set; exact arithmetic solves for it, repairs it if it was wrong, and verifies the
//! optimality conditions of what is returned on the original data.

mod cone;
mod gram_program;
mod hint;
mod least_norm;

pub use cone::{Combination, ConeProjection, combination_within, project_onto_cone};
pub use gram_program::{GramProgram, Minimum};
pub use least_norm::{LeastNorm, LeastNormPoint, Polyhedron, least_norm_point};
