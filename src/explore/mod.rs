//! The untrusted floor that hunts: instances at KKT points, conjectures about them, and what breaks one.

pub mod bounds;
pub mod sources;
