//! `margincert collection`: makes a file of many certificates, as `proofs/` ships one, and looks whether one is as it must be.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::output::{Output, Printable, diagnose};
use super::progress::Progress;
use super::replace::{Force, renew};
use super::{Failure, Status, collect, status};
use crate::explore::canonical::ContentId;
use crate::explore::collection::{BuildError, Plan, build};
use crate::explore::library;
use crate::files::collection::Collection;
use crate::kernel::certificate::Document;
use crate::report::accepted::NotAccepted;
use crate::words::count;

const EXAMPLES: &str = "\
Examples:
  margincert collection build -o all.jsonl --finder me --date 2026-11-27
  margincert collection verify proofs/collection.jsonl
  margincert check proofs/collection.jsonl
  margincert explain proofs/collection.jsonl#fb79   one entry, by its id";

/// Make a collection of certificates, one entry per line, or verify one.
///
/// `check`, `table`, `atlas`, `explain` and `db import` read a collection, alone or in a folder, and the certificate of
/// one entry as FILE.jsonl#ID.
#[derive(Debug, clap::Args)]
#[command(after_help = status::CHECK_HELP, after_long_help = format!("{EXAMPLES}\n\n{}", status::CHECK_HELP))]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Go through the censuses of small classes and keep what is worth keeping. The same arguments make the same file.
    #[command(after_help = status::CHECK_HELP)]
    Build {
        /// Certificates to keep besides: files, and folders to search for *.json.
        #[arg(value_name = "PATH")]
        besides: Vec<PathBuf>,

        /// The file.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,

        /// Who is said to have found what the censuses hold.
        #[arg(long, value_name = "NAME")]
        finder: String,

        /// The day that is written down.
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
        date: String,

        /// A folder of conjectures (*.conj); what breaks one is kept for it.
        #[arg(long, value_name = "DIR", default_value = "proofs/conjectures")]
        conjectures: PathBuf,

        #[command(flatten)]
        force: Force,
    },
    /// Check that every claim is accepted, that every id is that of its instance, and that no two instances are equal up to symmetry.
    #[command(after_help = status::CHECK_HELP)]
    Verify {
        /// The collection.
        #[arg(value_name = "FILE")]
        collection: PathBuf,
    },
}

fn date(text: &str) -> Result<String, String> {
    let is_date = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, byte)| if i == 4 || i == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    if is_date { Ok(text.into()) } else { Err("expected a day such as 2026-11-27".into()) }
}

/// Does what the arguments ask for.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    match arguments.command {
        Command::Build { besides, output, finder, date, conjectures, force } => {
            let (besides, refused) = certificates(&besides);
            if !refused.is_empty() {
                return Ok(collect::tell(&refused));
            }
            let conjectures = match library::read(&conjectures) {
                Ok(entries) => entries.into_iter().map(|(name, entry)| (name, entry.conjecture)).collect(),
                Err(problem) => {
                    diagnose(problem);
                    return Ok(Status::Unreadable);
                }
            };
            write(&Plan { finder, date, conjectures, besides }, &output, force)
        }
        Command::Verify { collection } => verify(&collection),
    }
}

fn certificates(paths: &[PathBuf]) -> (Vec<Document>, Vec<collect::Refused>) {
    let (jobs, mut refused) = collect::find(paths);
    let mut accepted = Vec::new();
    for result in collect::read_all(&jobs, |_, _, document| all_accepted(document).map(|()| document.clone())) {
        match result {
            Ok(document) => accepted.push(document),
            Err(file) => refused.push(file),
        }
    }
    (accepted, refused)
}

fn all_accepted(document: &Document) -> Result<(), NotAccepted> {
    let claims = document.claims();
    if claims.is_empty() {
        return Err(NotAccepted::NoClaims);
    }
    let verdicts = claims.into_iter().zip(document.check()).enumerate();
    verdicts.into_iter().try_for_each(|(index, ((claim, layer), verdict))| {
        verdict.map_err(|reason| NotAccepted::Rejected { index, claim, layer, reason })
    })
}

fn write(plan: &Plan, output: &Path, force: Force) -> Result<Status, Failure> {
    let progress = Progress::new(0);
    let built = build(plan, &|what, done, all| {
        progress.at(what);
        progress.done(done as u64, all as u64);
    });
    drop(progress);
    match built {
        Ok(lines) => {
            renew(output, &(lines.join("\n") + "\n"), Some(force))?;
            let entries = crate::words::count_of(lines.len(), "entry", "entries");
            Output::stdout().line(format_args!("{entries}: {}", Printable(&output.to_string_lossy())))?;
            Ok(Status::Accepted)
        }
        Err(
            error @ (BuildError::Class(..) | BuildError::NoReason(_) | BuildError::Json(_) | BuildError::Interrupted),
        ) => {
            diagnose(error);
            Ok(Status::Unreadable)
        }
    }
}

fn verify(path: &Path) -> Result<Status, Failure> {
    let collection = match Collection::open(path) {
        Ok(collection) => collection,
        Err(problem) => {
            diagnose(format_args!("{}: {problem}", path.display()));
            return Ok(Status::Unreadable);
        }
    };
    let defect = |entry: &crate::files::collection::Entry| -> Result<ContentId, String> {
        let of = |problem: &dyn std::fmt::Display| format!("{}#{}: {problem}", path.display(), entry.id);
        let document = Document::parse(collection.certificate(entry)).map_err(|error| of(&error))?;
        all_accepted(&document).map_err(|error| of(&error))?;
        let Document::Rational(certificate) = &document else { return Err(of(&"its numbers are not all rational")) };
        let Some(id) = ContentId::exact(&certificate.problem) else {
            return Err(of(&"it has more symmetries than are looked at, so that it is not known what it is equal to"));
        };
        if id.to_string() == entry.id { Ok(id) } else { Err(of(&format_args!("its instance has the id {id}"))) }
    };
    let results: Vec<_> = collection.entries().par_iter().map(defect).collect();
    let (ids, defects): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    defects.iter().filter_map(|defect| defect.as_ref().err()).for_each(diagnose);
    let distinct: HashSet<ContentId> = ids.iter().filter_map(|id| id.as_ref().ok()).copied().collect();
    let (entries, wrong) = (collection.entries().len(), count(defects.len(), "defect"));
    let entries = crate::words::count_of(entries, "entry", "entries");
    Output::stdout().line(format_args!("{entries}, {} instances up to symmetry, {wrong}", distinct.len()))?;
    Ok(if defects.is_empty() && distinct.len() == collection.entries().len() {
        Status::Accepted
    } else {
        Status::Rejected
    })
}
