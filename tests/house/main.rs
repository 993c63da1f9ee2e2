//! Tests of the house itself: what the trusted floor may use, and that the documents tell the truth.

#![recursion_limit = "256"]

mod documents;
mod kernel_floor;
mod package;
mod schema;
mod source;
