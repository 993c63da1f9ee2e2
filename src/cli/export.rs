//! `margincert export`: certificates as files of other proof checkers.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::collect;
use super::output::{Output, Printable, diagnose};
use super::replace::replace;
use super::{Failure, Status, status};
use crate::export::rocq::{Export, File, MARKER, module_names};
use crate::report::accepted;
use crate::words::count;

const EXAMPLES: &str = "\
Examples:
  make -C rocq                      builds the library, once
  margincert export --rocq proofs/paper/convolution-relu.json -o theorems
  coqc -Q rocq Margincert theorems/convolution_relu.v
                                    checks it, and prints what it assumes";

/// Export certificates as theorems that Rocq checks.
///
/// Each becomes a file of definitions and theorems about the real numbers, for the library in the folder `rocq` of
/// margincert's sources. They are checked first; one with a rejected claim is left out. A file that is there already is
/// replaced only if this command wrote it.
#[derive(Debug, clap::Args)]
#[command(after_help = status::EXPORT_HELP, after_long_help = format!("{EXAMPLES}\n\n{}", status::EXPORT_HELP))]
pub struct Arguments {
    /// Write theorems for Rocq (formerly Coq), the only kind of export so far.
    #[arg(long, required = true)]
    rocq: bool,

    /// Files, and folders to search for *.json with their subfolders; - for standard input [default: proofs].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The folder for the files; it is made if it is not there.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

/// Writes the files that the arguments ask for.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    debug_assert!(arguments.rocq, "the argument is required");
    let (jobs, mut refused) = collect::find(&collect::given_or_default(&arguments.paths)?);
    let names = module_names(jobs.iter().map(|job| job.id.as_str()));
    let names: HashMap<&str, &str> =
        jobs.iter().map(|job| job.id.as_str()).zip(names.iter().map(String::as_str)).collect();
    let exported = collect::read_all(&jobs, |job, _, document| accepted::read(document, &Export(&job.id)));
    let (mut written, mut proved, mut uncovered) = (0, 0, 0);
    for (job, result) in jobs.iter().zip(exported) {
        match result {
            Ok(file) => {
                let path = arguments.output.join(format!("{}.v", names[job.id.as_str()]));
                write(&path, &file).map_err(|error| Failure::File(path, error))?;
                for (index, claim, why) in &file.uncovered {
                    let place = Printable(&job.path.to_string_lossy()).to_string();
                    diagnose(format_args!("{place}: claim {index}, {claim}, is not shown: {why}"));
                }
                written += 1;
                proved += file.proved;
                uncovered += file.uncovered.len();
            }
            Err(file) => refused.push(file),
        }
    }
    if written > 0 {
        let (files, claims) = (count(written, "file"), count(proved, "claim"));
        let folder = arguments.output.to_string_lossy();
        Output::stdout().line(format_args!("{files} with {claims}: {}", Printable(&folder)))?;
    }
    Ok(match collect::tell(&refused) {
        Status::Accepted if uncovered > 0 => Status::Undecided,
        status => status,
    })
}

/// Writes a file whole or not at all, and replaces only what this command wrote.
fn write(path: &Path, file: &File) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::read(path) {
        Ok(old) if !old.starts_with(MARKER.as_bytes()) => {
            let why = "it is there already and was not written by margincert export; it is left as it is";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    replace(path, &file.text)
}
