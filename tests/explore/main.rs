//! Tests of the floor that hunts.

mod canonical;
mod class;
#[cfg(feature = "cli")]
mod command;
mod conjecture;
mod facts;
#[cfg(feature = "database")]
mod interruption;
mod isomorphism;
mod judge;
#[cfg(feature = "cli")]
mod kill;
mod library;
#[cfg(feature = "database")]
mod opening;
#[cfg(feature = "cli")]
#[path = "../support/process.rs"]
mod process;
mod propose;
#[cfg(feature = "database")]
mod runs;
#[cfg(feature = "database")]
#[path = "../support/scratch.rs"]
mod scratch;
mod sources;
#[cfg(feature = "database")]
mod synthetic;
