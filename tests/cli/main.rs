//! The command, run as a process; each test in a folder of its own.

mod certify;
mod certify_many;
mod check;
mod collection;
mod help;
mod install;
mod instance;
mod new;
mod output_file;
mod polish;
mod polish_network;
#[path = "../support/process.rs"]
mod process;
#[path = "../support/scratch.rs"]
mod scratch;
mod standard_input;
