//! The command `margincert`: arguments, output for people and for programs, exit status.
//!
//! A subcommand is one module with `Arguments`, which clap parses, and `run`, which validates them, does the work and
//! returns a [`Status`]. To add one: its module, and one variant and one arm here.

mod atlas;
mod certify;
mod check;
mod collect;
mod db;
mod explain;
mod explore;
mod new;
mod output;
mod progress;
mod status;
mod table;
mod trials;
mod values;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use status::{Failure, Status};

/// Exact certificates about KKT points of the max-margin problem of small homogeneous networks.
///
/// A certificate is a JSON file: a network, a dataset, a point, and claims about that point (it is a KKT point, it is a
/// local optimum, gradient flow converges to it, ...), each with evidence from which the claim is confirmed by exact
/// arithmetic alone.
#[derive(Debug, Parser)]
#[command(name = "margincert", version, after_help = status::HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Certify(certify::Arguments),
    Check(check::Arguments),
    Atlas(atlas::Arguments),
    Explain(explain::Arguments),
    Table(table::Arguments),
    New(new::Arguments),
    Explore(explore::Arguments),
    Db(db::Arguments),
}

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Certify(arguments) => certify::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Atlas(arguments) => atlas::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Table(arguments) => table::run(arguments),
        Command::New(arguments) => new::run(arguments),
        Command::Explore(arguments) => explore::run(arguments),
        Command::Db(arguments) => db::run(arguments),
    };
    match outcome {
        Ok(status) => status.into(),
        Err(failure) => {
            output::diagnose(&failure);
            Status::Unreadable.into()
        }
    }
}
