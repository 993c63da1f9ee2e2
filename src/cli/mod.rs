//! The command `margincert`: arguments, output for people and for programs, exit status.
//!
//! A subcommand is one module with `Arguments`, which clap parses, and `run`, which validates them, does the work and
//! returns a [`Status`]. To add one: its module, and one variant and one arm here.

mod atlas;
mod certify;
mod check;
mod collect;
mod collection;
mod db;
mod explain;
mod explore;
mod export;
mod install;
mod new;
mod output;
mod polish;
mod progress;
mod propose;
mod replace;
mod status;
mod table;
mod trials;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::OnceLock;

use clap::{Parser, Subcommand};

pub use explore::explore_for_program;
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
    Export(export::Arguments),
    Table(table::Arguments),
    New(new::Arguments),
    Polish(polish::Arguments),
    Explore(explore::Arguments),
    Propose(propose::Arguments),
    Db(db::Arguments),
    Collection(collection::Arguments),
    Completions(install::Completions),
    Man(install::Manual),
}

/// The arguments that this process was given as a command, the command's name first.
static GIVEN: OnceLock<Vec<OsString>> = OnceLock::new();

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    run(std::env::args_os().collect()).into()
}

/// Runs the command with these arguments, the first of which is its name, and says what it came to.
pub fn run(arguments: Vec<OsString>) -> Status {
    let arguments = GIVEN.get_or_init(|| arguments);
    let parsed = match Arguments::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and version are no errors. Where neither can be printed nobody is there to read them.
            let _ = error.print();
            return if error.use_stderr() { Status::Unreadable } else { Status::Accepted };
        }
    };
    let outcome = match parsed.command {
        Command::Certify(arguments) => certify::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Atlas(arguments) => atlas::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Export(arguments) => export::run(arguments),
        Command::Table(arguments) => table::run(arguments),
        Command::New(arguments) => new::run(arguments),
        Command::Polish(arguments) => polish::run(arguments),
        Command::Explore(arguments) => explore::run(arguments),
        Command::Propose(arguments) => propose::run(arguments),
        Command::Db(arguments) => db::run(arguments),
        Command::Collection(arguments) => collection::run(arguments),
        Command::Completions(arguments) => install::completions(arguments),
        Command::Man(arguments) => install::manual(arguments),
    };
    outcome.unwrap_or_else(|failure| {
        output::diagnose(&failure);
        Status::Unreadable
    })
}

/// The words after the command's name, as they were given.
fn given_words() -> impl Iterator<Item = &'static OsString> {
    GIVEN.get().into_iter().flatten().skip(1)
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory};

    use super::Arguments;

    /// What clap prints below the options: what is indented is printed as it is, and paragraphs are wrapped.
    fn notes(command: &Command) -> Vec<String> {
        let own = [command.get_after_help(), command.get_after_long_help()].into_iter().flatten();
        own.map(|text| text.to_string()).chain(command.get_subcommands().flat_map(notes)).collect()
    }

    #[test]
    fn help_fits_a_terminal_of_80_columns() {
        let notes = notes(&Arguments::command());
        assert!(notes.len() > 20);
        for note in &notes {
            let lines: Vec<&str> = note.lines().collect();
            for line in lines.iter().filter(|line| line.starts_with(' ')) {
                assert!(line.chars().count() <= 80, "{line}");
            }
            // A paragraph that is broken into lines by hand is broken again, elsewhere.
            let is_text = |line: &str| !line.is_empty() && !line.starts_with(' ');
            assert!(!lines.windows(2).any(|pair| is_text(pair[0]) && is_text(pair[1])), "{note}");
        }
    }
}
