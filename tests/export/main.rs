//! `margincert export`: the files, the command, and that Rocq and the kernel agree.

mod agreement;
mod command;
mod kinks;
mod rocq;
#[path = "../support/scratch.rs"]
mod scratch;
