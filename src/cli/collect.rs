//! Certificates for reports: found, named, read and checked, many at once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Status;
use super::output::{Printable, diagnose};
use super::progress::Progress;
use crate::files::{self, FileError, FileProblem};
use crate::kernel::certificate::Document;
use crate::report::accepted::NotAccepted;
use crate::words::ReadError;

/// A file with the name that reports know it by.
pub struct Job {
    /// Where it is.
    pub path: PathBuf,
    /// The file's name without extension; its whole path where several files have one name.
    pub id: String,
}

/// A file of which nothing may be reported.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is no certificate.
    #[error("{}: {error}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: ReadError,
    },
    /// Not every claim passed, or there is none.
    #[error("{}: {why}", .path.display())]
    NotAccepted {
        /// The file.
        path: PathBuf,
        /// What was found.
        why: NotAccepted,
    },
}

impl Refused {
    /// The exit status that this file alone would have.
    pub fn status(&self) -> Status {
        match self {
            Refused::NotAccepted { why: NotAccepted::Rejected { .. }, .. } => Status::Rejected,
            _ => Status::Unreadable,
        }
    }
}

/// The files that the paths stand for, each once, and what could not be searched.
pub fn find(paths: &[PathBuf]) -> (Vec<Job>, Vec<Refused>) {
    jobs(paths.iter().flat_map(|path| files::find(path)))
}

/// As [`find`], without what lies in a folder that the command is to replace.
pub fn find_outside(paths: &[PathBuf], output: &Path) -> (Vec<Job>, Vec<Refused>) {
    match output.canonicalize() {
        Ok(output) => jobs(paths.iter().flat_map(|path| outside(path, &output))),
        Err(_) => find(paths),
    }
}

/// The files that a path stands for, without those in the folder `output`, unless the path leads there itself.
fn outside(path: &Path, output: &Path) -> Vec<Result<PathBuf, FileError>> {
    let mut found = files::find(path);
    let is_output = |path: &Path| path.canonicalize().is_ok_and(|path| path.starts_with(output));
    if !is_output(path) {
        found.retain(|file| !file.as_ref().is_ok_and(|file| is_output(file)));
        if found.is_empty() {
            found.push(Err(FileError { path: path.to_path_buf(), problem: FileProblem::NoCertificates }));
        }
    }
    found
}

fn jobs(files: impl Iterator<Item = Result<PathBuf, FileError>>) -> (Vec<Job>, Vec<Refused>) {
    let (mut found, mut refused, mut seen) = (Vec::new(), Vec::new(), std::collections::HashSet::new());
    for file in files {
        match file {
            Ok(path) if seen.insert(path.clone()) => found.push(path),
            Ok(_) => {}
            Err(error) => refused.push(Refused::File(error)),
        }
    }
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut uses: HashMap<String, usize> = HashMap::new();
    found.iter().for_each(|path| *uses.entry(stem(path)).or_default() += 1);
    let job = |path: PathBuf| {
        let stem = stem(&path);
        let is_unique = uses.get(&stem) == Some(&1);
        let id = if is_unique { stem } else { path.with_extension("").to_string_lossy().into_owned() };
        Job { path, id }
    };
    (found.into_iter().map(job).collect(), refused)
}

/// Reads a file and hands it on with its bytes.
///
/// # Errors
/// When it cannot be read, or `work` refuses it.
pub fn read<T>(job: &Job, work: impl FnOnce(&[u8], &Document) -> Result<T, NotAccepted>) -> Result<T, Refused> {
    let bytes = files::read_bytes(&job.path)?;
    let document =
        Document::parse_bytes(&bytes).map_err(|error| Refused::Unreadable { path: job.path.clone(), error })?;
    work(&bytes, &document).map_err(|why| Refused::NotAccepted { path: job.path.clone(), why })
}

/// Reads all files on all processors, one at a time on each, and keeps what `work` makes of them, in order.
pub fn read_all<T: Send>(
    jobs: &[Job],
    work: impl Fn(&Job, &[u8], &Document) -> Result<T, NotAccepted> + Sync,
) -> Vec<Result<T, Refused>> {
    let progress = Progress::new(jobs.len());
    let one = |job: &Job| {
        progress.at(Printable(&job.path.to_string_lossy()).to_string());
        let result = read(job, |bytes, document| work(job, bytes, document));
        progress.step();
        result
    };
    jobs.par_iter().map(one).collect()
}

/// Says on standard error what is left out, and what that means for the exit status.
pub fn tell(refused: &[Refused]) -> Status {
    refused.iter().for_each(|file| diagnose(format_args!("left out: {file}")));
    refused.iter().map(Refused::status).max().unwrap_or(Status::Accepted)
}
