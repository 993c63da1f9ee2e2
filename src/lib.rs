//! Exact certificates about KKT points of the max-margin problem of small homogeneous networks.

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "explore")]
pub mod explore;
pub mod export;
pub mod files;
#[cfg(feature = "harness")]
pub mod harness;
pub mod instance;
pub mod kernel;
pub mod prove;
pub mod report;
pub mod words;
mod write;
