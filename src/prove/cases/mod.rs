//! The method `cases`: trees of convex programs.
//!
//! Over one layer a case is a convex quadratic program, so that a tree of them decides: either every case bounds the norm, or one of
//! them has a better point ([`layer`]). It grows with all units and samples together. With given multipliers, groups of units that have
//! nothing to do with each other can be looked at one by one ([`groups`]). Over both layers of a network of depth 2 the multipliers are
//! those of the point as well, and each hidden unit has a tree of its own ([`units`]); or, where no parameters are shared, there is one tree, in
//! which a case may have multipliers of its own ([`unshared`]).

mod ground;
mod groups;
mod layer;
mod reads;
mod shorten;
mod units;
mod unshared;

pub use groups::groups;
pub use layer::{Decision, layer};
pub use units::units;
pub use unshared::unshared;

use crate::kernel::check::Side;
use crate::kernel::exact::OrderedField;

/// The most cases of a tree.
pub const MAX_CASES: usize = 1 << 12;

/// The value, or its negative.
fn oriented<F: OrderedField>(side: Side, values: &[F]) -> Vec<F> {
    let orient = |value: &F| if side == Side::Positive { value.clone() } else { -value.clone() };
    values.iter().map(orient).collect()
}
