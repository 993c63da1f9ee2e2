//! The method `cases`: trees of convex programs.
//!
//! Over one layer a case is a convex quadratic program, so that a tree of them decides: either every case bounds the norm, or one of
//! them has a better point ([`layer`]). It grows with all units and samples together. With given multipliers, groups of units that have
//! nothing to do with each other can be looked at one by one ([`groups`]). Over both layers of a network of depth 2 the multipliers are
//! those of the point as well, and each hidden unit has a tree of its own ([`units`]); or, where no parameters are shared, there is one tree, in
//! which a case may have multipliers of its own ([`unshared`]); or one for units that share weights ([`shared`]).

mod both_layers;
mod ground;
mod groups;
mod growing;
mod layer;
mod reads;
mod rows;
mod shared;
mod shorten;
mod units;
mod unshared;

pub use groups::groups;
pub use layer::layer;
pub use shared::shared;
pub use units::units;
pub use unshared::unshared;

use self::growing::{Open, Stop};
use super::search::Search;
use crate::kernel::check::Cases;

/// The most cases of a tree.
pub const MAX_CASES: usize = 1 << 12;

/// What a tree comes to that ends with a proof or a better point.
pub enum Decision<F> {
    /// The point is an optimum.
    Optimum(Cases<F>),
    /// A better point: these free parameters, in a row. In a local question they are better within one case; the straight line there begins
    /// with better points.
    Better(Vec<F>),
}

impl<F> Decision<F> {
    /// What a search that grew a tree decides. Why it is open goes into its diary.
    fn of(grown: Result<Cases<F>, Stop<F>>, search: &mut Search) -> Option<Self> {
        match grown {
            Ok(cases) => Some(Decision::Optimum(cases)),
            Err(Stop::Better(parameters)) => Some(Decision::Better(parameters)),
            Err(Stop::Open(Open(why))) => {
                search.tried(why);
                None
            }
        }
    }
}
