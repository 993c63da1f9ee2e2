//! `margincert completions` and `margincert man`: what a shell and `man` are to know of the command.

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::output::{Output, Printable, diagnose};
use super::replace::replace;
use super::{Failure, Status};

const COMPLETIONS: &str = "\
Examples:
  margincert completions bash > /etc/bash_completion.d/margincert
  margincert completions zsh > ~/.zfunc/_margincert
  margincert completions fish > ~/.config/fish/completions/margincert.fish";

/// Print what a shell needs to complete the command's arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = COMPLETIONS)]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Write manual pages: one for the command, and one for each of its subcommands.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  margincert man ~/.local/share/man/man1")]
pub struct Manual {
    /// The folder that they are written to; it must exist.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Prints the completions of a shell.
pub fn completions(arguments: Completions) -> Result<Status, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "margincert", &mut text);
    Output::stdout().line(String::from_utf8_lossy(&text).trim_end())?;
    Ok(Status::Accepted)
}

/// Writes the manual pages; those of an earlier version are replaced, since they have the same names.
pub fn manual(arguments: Manual) -> Result<Status, Failure> {
    if !arguments.folder.is_dir() {
        diagnose(format_args!("{}: there is no such folder; make it first", arguments.folder.display()));
        return Ok(Status::Unreadable);
    }
    let mut command = super::Arguments::command().disable_help_subcommand(true);
    command.build();
    pages(&command, &arguments.folder)?;
    let first = arguments.folder.join("margincert.1");
    let first = first.to_string_lossy();
    Output::stdout().line(format_args!("{} and a page for each subcommand", Printable(&first)))?;
    Ok(Status::Accepted)
}

/// Writes the page of a command and those of its subcommands, each whole or not at all.
fn pages(command: &Command, folder: &Path) -> Result<(), Failure> {
    command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .try_for_each(|command| pages(command, folder))?;
    let page = Man::new(command.clone());
    let path = folder.join(page.get_filename());
    let mut text = Vec::new();
    let written = page.render(&mut text).and_then(|()| replace(&path, &String::from_utf8_lossy(&text)));
    written.map_err(|error| Failure::File(path, error))
}
