//! Where instances come from: strategies whose values are KKT points, exact and with their `kkt` claim.

mod census;
mod choices;
mod constructed;
mod draft;
mod echelon;
mod evidence;
mod forward;
mod inverse;
mod neighbours;
mod numbers;
mod pattern;
mod points;
mod shapes;
mod slack;

pub use census::{Census, CensusError, Member};
pub use choices::Choices;
pub use constructed::{Constructed, Construction, Tree};
pub use forward::{Forward, forward};
pub use inverse::{Inverse, inverse};
pub use neighbours::{Neighbours, neighbours};
