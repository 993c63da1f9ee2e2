//! Certificates for reports: found, named, read and checked, many at once.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;

use super::output::{Printable, diagnose};
use super::progress::Progress;
use super::{Failure, Status};
use crate::files::{self, FileError, FileProblem};
use crate::kernel::certificate::Document;
use crate::report::accepted::NotAccepted;
use crate::words::ReadError;

/// A file with the name that reports know it by.
pub struct Job {
    /// Where it is.
    pub path: PathBuf,
    /// The file's name without extension, with as many of the folders that it lies in as tell it apart from the others.
    pub id: String,
}

impl Job {
    /// A file that is reported on by itself.
    pub fn of(path: PathBuf) -> Self {
        let id = short_names(std::slice::from_ref(&path)).remove(0);
        Job { path, id }
    }
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
        error: Box<ReadError>,
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
    /// In words, the file being named without the folders that it lies in.
    pub fn without_folders(&self) -> String {
        let (path, text) = match self {
            Refused::File(error) => (&error.path, self.to_string()),
            Refused::Unreadable { path, .. } | Refused::NotAccepted { path, .. } => (path, self.to_string()),
        };
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        match text.strip_prefix(&path.display().to_string()) {
            Some(rest) => format!("{name}{rest}"),
            None => text,
        }
    }

    /// The exit status that this file alone would have.
    pub fn status(&self) -> Status {
        match self {
            Refused::NotAccepted { why: NotAccepted::Rejected { .. }, .. } => Status::Rejected,
            _ => Status::Unreadable,
        }
    }
}

/// The folder that is searched when no path is given.
pub const DEFAULT_FOLDER: &str = "proofs";

/// The paths that were given, or the folder that stands for none.
///
/// # Errors
/// There is no such folder, and nobody has typed its name.
pub fn given_or_default(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    match paths {
        [] if Path::new(DEFAULT_FOLDER).is_dir() => Ok(vec![DEFAULT_FOLDER.into()]),
        [] => Err(Failure::NothingNamed),
        given => Ok(given.to_vec()),
    }
}

/// The files that the paths stand for, each once, and what could not be searched.
pub fn find(paths: &[PathBuf]) -> (Vec<Job>, Vec<Refused>) {
    jobs(paths.iter().flat_map(|path| files::find_all(path)))
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
    let mut found = files::find_all(path);
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
    let (mut found, mut refused, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for file in files {
        match file {
            Ok(path) if seen.insert(path.clone()) => found.push(path),
            Ok(_) => {}
            Err(error) => refused.push(Refused::File(error)),
        }
    }
    let ids = short_names(&found);
    (found.into_iter().zip(ids).map(|(path, id)| Job { path, id }).collect(), refused)
}

/// A name for each path: that of the file without extension, after as few of the folders that it lies in as tell it apart from the
/// others. Where no folders do, a number does.
fn short_names(paths: &[PathBuf]) -> Vec<String> {
    let parts = |path: &PathBuf| -> Vec<String> {
        // An entry of a collection has a name of its own.
        if let Some((_, id)) = files::collection::split(path) {
            return vec![id.into()];
        }
        let path = path.with_extension("");
        let normal = path.components().filter(|part| matches!(part, Component::Normal(_)));
        normal.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
    };
    let parts: Vec<Vec<String>> = paths.iter().map(parts).collect();
    let last = |parts: &[String], count: usize| parts[parts.len().saturating_sub(count)..].join("/");
    let mut names: Vec<Option<String>> = vec![None; paths.len()];
    for count in 1..=parts.iter().map(Vec::len).max().unwrap_or(1).max(1) {
        let mut uses: HashMap<String, usize> = HashMap::new();
        parts.iter().for_each(|parts| *uses.entry(last(parts, count)).or_default() += 1);
        for (name, parts) in names.iter_mut().zip(&parts).filter(|(name, _)| name.is_none()) {
            *name = Some(last(parts, count)).filter(|name| uses.get(name) == Some(&1));
        }
    }
    let mut taken: HashSet<String> = names.iter().flatten().cloned().collect();
    let numbered = |(name, parts): (Option<String>, &Vec<String>)| {
        name.unwrap_or_else(|| {
            let whole = last(parts, parts.len().max(1));
            let candidates = std::iter::once(whole.clone()).chain((2..).map(|n| format!("{whole} ({n})")));
            candidates.into_iter().find(|name| taken.insert(name.clone())).unwrap_or(whole)
        })
    };
    names.into_iter().zip(&parts).map(numbered).collect()
}

/// Reads a file and hands it on with its bytes.
///
/// # Errors
/// When it cannot be read, or `work` refuses it.
pub fn read<T>(job: &Job, work: impl FnOnce(&[u8], &Document) -> Result<T, NotAccepted>) -> Result<T, Refused> {
    let bytes = files::read_bytes(&job.path)?;
    let document = Document::parse_bytes(&bytes)
        .map_err(|error| Refused::Unreadable { path: job.path.clone(), error: error.into() })?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_take_as_few_folders_as_tell_them_apart_and_never_the_root() {
        let names = |paths: &[&str]| short_names(&paths.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(names(&["/home/me/p/a.json", "/home/me/q/b.json"]), ["a", "b"]);
        assert_eq!(names(&["/home/me/p/a.json", "/home/me/q/a.json", "c.json"]), ["p/a", "q/a", "c"]);
        assert_eq!(names(&["/x/p/r/a.json", "/x/q/r/a.json", "/x/q/s/a.json"]), ["p/r/a", "q/r/a", "s/a"]);
        assert_eq!(names(&["a.json", "/x/a.json", "./a.JSON"]), ["a", "x/a", "a (2)"]);
        assert_eq!(names(&["-"]), ["-"]);
    }
}
