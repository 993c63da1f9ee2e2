//! Exact certificates about KKT points of the max-margin problem of small homogeneous networks.

pub mod kernel;
pub mod prove;
pub mod report;
mod write;
