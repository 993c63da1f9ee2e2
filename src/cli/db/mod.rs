//! `margincert db`: what the hunts have found.

mod json;
mod people;

use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::collect;
use super::output::{Output, Printable, diagnose};
use super::progress::Progress;
use super::replace::{Force, renew};
use super::{Failure, Status, status};
use crate::explore::database::{DEFAULT_PATH, Database, DatabaseError, Exported, Kept, Problem};
use crate::words::count;

const EXAMPLES: &str = "\
Examples:
  margincert db list                     conjectures, runs, counterexamples
  margincert db show 3f2a                what an id stands for, by its beginning
  margincert db export -o found          every certificate, one a file
  margincert db export c-91b6 -o found   the counterexamples to a conjecture
  margincert db import found --db o.db   every claim is checked again
  margincert db merge 1.db 2.db          into margincert.db
  margincert db verify                   the file, the counts, the certificates
  margincert db verify --again           and every census that proves something";

/// Look into the database of hunts, move certificates in and out, check it, join several.
#[derive(Debug, clap::Args)]
#[command(after_help = status::DB_HELP, after_long_help = format!("{EXAMPLES}\n\n{}", status::DB_HELP))]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// The database.
    #[arg(long, value_name = "PATH", default_value = DEFAULT_PATH, global = true)]
    db: PathBuf,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List conjectures and how they stand, runs, and counterexamples.
    #[command(after_help = status::DB_READ_HELP)]
    List {
        /// Print one JSON object per line.
        #[arg(long)]
        json: bool,
    },
    /// Show an instance with its certificate, a run, or a conjecture.
    #[command(after_help = status::DB_READ_HELP)]
    Show {
        /// The id of an instance, a run or a conjecture, or the beginning of one.
        #[arg(value_name = "ID")]
        id: String,

        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Write certificates to files that `check`, `table` and `atlas` read.
    #[command(after_help = status::DB_WRITE_HELP)]
    Export {
        /// Instances, and runs and conjectures for their counterexamples; every certificate if none is given.
        #[arg(value_name = "ID")]
        ids: Vec<String>,

        /// The folder; a file that is there is replaced if all that it says is in the new one, or with --force.
        #[arg(short, long, value_name = "DIR", default_value = "found")]
        output: PathBuf,

        #[command(flatten)]
        force: Force,
    },
    /// Take certificates from files, once every claim has been checked.
    #[command(after_help = status::DB_IMPORT_HELP)]
    Import {
        /// Files, and folders to search for *.json with their subfolders; - for standard input.
        #[arg(value_name = "PATH", required = true)]
        paths: Vec<PathBuf>,
    },
    /// Check the file, the references between tables, the counts, every certificate, and that every counterexample is one.
    #[command(after_help = status::DB_VERIFY_HELP)]
    Verify {
        /// Do every census that proves something again, and compare what each unit comes to. It takes as long as the runs did.
        #[arg(long)]
        again: bool,

        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Take over what other databases hold, such as those of the other shards.
    ///
    /// The order does not matter, nor how often. From a database that an earlier version wrote only the certificates are taken over, under the
    /// ids that their instances have now. If two databases disagree about a unit of work, nothing of the other one is taken over.
    #[command(after_help = status::DB_WRITE_HELP)]
    Merge {
        /// The other databases, which are only read.
        #[arg(value_name = "OTHER", required = true)]
        others: Vec<PathBuf>,
    },
}

/// Why a command could not be done.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Does what the arguments ask for.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    match attempt(&arguments, &mut Output::stdout()) {
        Ok(status) => Ok(status),
        Err(Refusal::Failure(failure)) => Err(failure),
        Err(Refusal::Database(error)) => {
            diagnose(error);
            Ok(Status::Unreadable)
        }
    }
}

fn attempt(arguments: &Arguments, output: &mut Output) -> Result<Status, Refusal> {
    let path = &arguments.db;
    match &arguments.command {
        Command::List { json } => {
            let database = Database::open_read_only(path)?;
            if *json { json::list(output, &database)? } else { people::list(output, &database)? }
        }
        Command::Show { id, json } => {
            let entry = Database::open_read_only(path)?.find(id)?;
            if *json { json::show(output, &entry)? } else { people::show(output, &entry)? }
        }
        Command::Export { ids, output: folder, force } => {
            let files = Database::open_read_only(path)?.export(ids)?;
            write(folder, &files, Some(*force))?;
            let files = count(files.len(), "certificate");
            output.line(format_args!("{files} written to {}", Printable(&folder.to_string_lossy())))?;
        }
        Command::Import { paths } => return import(path, paths, output),
        Command::Verify { again, json } => return verify(path, *again, *json, output),
        Command::Merge { others } => merge(path, others, output)?,
    }
    Ok(Status::Accepted)
}

fn import(path: &Path, paths: &[PathBuf], output: &mut Output) -> Result<Status, Refusal> {
    let mut database = Database::create(path)?;
    let (jobs, mut refused) = collect::find(paths);
    let mut accepted = Vec::new();
    for result in collect::read_all(&jobs, |_, _, document| Kept::checked(document)) {
        match result {
            Ok(kept) => accepted.push(kept),
            Err(file) => refused.push(file),
        }
    }
    let before = database.instance_ids()?.len();
    database.import(&accepted)?;
    let new = database.instance_ids()?.len() - before;
    let accepted = count(accepted.len(), "certificate");
    output.line(format_args!("{accepted} accepted and kept; {} new", count(new, "instance")))?;
    Ok(collect::tell(&refused))
}

fn verify(path: &Path, again: bool, json: bool, output: &mut Output) -> Result<Status, Refusal> {
    let database = Database::open_read_only(path)?;
    let progress = Progress::new(0);
    progress.at("instances");
    let mut verified = database.verify(&|done, all| progress.done(done as u64, all as u64))?;
    if again && verified.defects.is_empty() {
        for run in database.proofs()? {
            progress.at(format!("units of {} again", run.id()));
            database.verify_again(&run, &mut verified, &|done, all| progress.done(done as u64, all as u64))?;
        }
    }
    drop(progress);
    if json {
        json::verified(output, &verified)?
    } else {
        people::verified(output, path, &verified)?
    }
    Ok(if verified.defects.is_empty() { Status::Accepted } else { Status::Rejected })
}

fn merge(path: &Path, others: &[PathBuf], output: &mut Output) -> Result<(), Refusal> {
    // Every other one is opened before anything is written, so that a wrong name changes nothing.
    let opened: Vec<Other> = others.iter().map(|other| Other::open(other)).collect::<Result<_, _>>()?;
    let mut database = Database::create(path)?;
    let progress = Progress::new(others.len());
    for (other, path) in opened.iter().zip(others) {
        progress.at(Printable(&path.to_string_lossy()).to_string());
        match other {
            Other::Database(other) => database.merge(other)?,
            Other::Earlier(certificates) => database.import(certificates)?,
        }
        progress.step();
    }
    drop(progress);
    let (runs, instances) = (count(database.runs()?.len(), "run"), count(database.instance_ids()?.len(), "instance"));
    Ok(output.line(format_args!("{}: {runs} and {instances}", Printable(&path.to_string_lossy())))?)
}

/// What is merged.
enum Other {
    Database(Database),
    /// The certificates in a database of an earlier version.
    Earlier(Vec<Kept>),
}

impl Other {
    fn open(path: &Path) -> Result<Self, DatabaseError> {
        match Database::open_read_only(path) {
            Err(DatabaseError { problem: Problem::Earlier(_), .. }) => Ok(Other::Earlier(Database::of_earlier(path)?)),
            opened => Ok(Other::Database(opened?)),
        }
    }
}

/// Writes files to a folder, which is made if there is none. A file is there whole or not at all.
pub(super) fn write(folder: &Path, files: &[Exported], force: Option<Force>) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::File(folder.into(), error))?;
    // What cannot be written does not keep the others from being written.
    let failures: Vec<Failure> =
        files.par_iter().filter_map(|file| renew(&folder.join(&file.name), &file.text, force).err()).collect();
    failures.into_iter().next().map_or(Ok(()), Err)
}
