//! The command, run as a process; each test in a folder of its own.

mod check;
mod help;
mod scratch;
