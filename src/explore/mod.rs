//! The untrusted floor that hunts: instances at KKT points, conjectures about them, and what breaks one.

pub mod bounds;
pub mod canonical;
#[cfg(feature = "database")]
pub mod collection;
pub mod conjecture;
#[cfg(feature = "database")]
pub mod database;
pub mod facts;
pub mod hunt;
pub mod judge;
pub mod library;
pub mod on_file;
pub mod propose;
#[cfg(feature = "database")]
pub mod run;
pub mod shrink;
pub mod sources;
