//! Tests of the floor that hunts.

#[cfg(feature = "cli")]
mod command;
#[cfg(feature = "cli")]
mod kill;
#[cfg(feature = "database")]
mod opening;
#[cfg(feature = "database")]
mod runs;
#[cfg(feature = "cli")]
#[path = "../cli/scratch.rs"]
mod scratch;
mod sources;
#[cfg(feature = "database")]
mod synthetic;
