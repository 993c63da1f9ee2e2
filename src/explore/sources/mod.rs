//! Where instances come from: exact KKT points with their `kkt` claim.
//!
//! | source | chooses | finds |
//! |---|---|---|
//! | [`inverse`] | network, point, activation patterns, labels | data, from linear equations and inequalities |
//! | [`forward`] | network, small-integer data | the point, from support vector machines and singular pairs |
//! | [`neighbours`] | a known instance and a small change | multipliers, by a linear program |
//! | [`patterns`] | network, point, perhaps a direction of descent | activation patterns, by a mixed-integer program, and then data |
//! | [`Census`] | nothing | everything up to a size and a height |
//!
//! All but the last are strategies of `proptest`, as are [`networks`] and [`datasets`]: they can be drawn from in tests of one's
//! own, and their values shrink. [`Constructed::draw`] draws without a test, from a seed.

mod census;
mod choices;
mod constructed;
mod design;
mod draft;
pub(super) mod echelon;
mod evidence;
mod forward;
mod inverse;
mod neighbours;
pub(super) mod numbers;
mod parts;
mod pattern;
mod patterns;
mod points;
pub(super) mod shapes;
mod slack;

pub use census::{Census, CensusError, Member};
pub use choices::{Choices, drafts};
pub use constructed::{Constructed, Construction, Tree};
pub use forward::{Forward, forward};
pub use inverse::{Inverse, inverse};
pub use neighbours::{Neighbours, neighbours};
pub use parts::{Datasets, Networks, datasets, networks};
pub use patterns::{Patterns, patterns, roomier};
