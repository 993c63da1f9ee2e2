//! From a network that was trained in floats to a theorem about the KKT point that it approaches.
//!
//! [`polish`] scales the network to margin 1, finds which units live and in which directions, which samples are active and which kinks are held
//! (`cells`), solves the KKT equations of that structure to many digits (`newton`), has the kernel confirm the enclosure, and asks whether the
//! point is a local or a global optimum (`optimum`). Deeper networks, and those that are not dense, go another way to the same end
//! (`deep`). What the kernel does not accept is not claimed.

mod approximate;
mod cells;
mod cones;
mod deep;
mod dense;
mod enclose;
mod independent;
mod layout;
mod newton;
mod optimum;
mod polish;
mod report;
mod task;
mod words;

pub use layout::parameters_of;
pub use polish::polish;
pub use report::{DirectionFound, EnclosedPoint, LayerFound, NotEnclosed, Polished, Standing};
pub use task::{Task, TaskError, exact, labels};
