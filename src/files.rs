//! Certificates on disk: finding them in folders and collections, and reading them.

pub mod collection;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use collection::Collection;

use crate::kernel::certificate::{Document, MAX_BYTES, ReadProblem};
use crate::words::ReadError;

/// The extension of certificates that are searched for in a folder.
pub const EXTENSION: &str = "json";

/// The path that stands for standard input. A file of this name is `./-`.
pub const STANDARD_INPUT: &str = "-";

fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == STANDARD_INPUT
}

/// A file or folder from which no document could be had.
#[derive(Debug)]
pub struct FileError {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: FileProblem,
}

/// Why there is no document.
#[derive(Debug)]
pub enum FileProblem {
    /// The file or folder cannot be opened or read.
    Io(io::Error),
    /// It is a folder, and one file is asked for.
    Folder,
    /// It was found in a folder, and is a pipe, a device or the like, which may have no end.
    NoFile,
    /// The folder, searched to the bottom, holds no `*.json`.
    NoCertificates,
    /// What the file holds is no document.
    Document(Box<ReadError>),
    /// A line of a collection is no entry.
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        wrong: String,
    },
    /// No entry of the collection has the id.
    NoEntry,
    /// Several entries of the collection have ids that begin so.
    SeveralEntries,
    /// It is a collection, and one certificate is asked for.
    Collection,
}

impl FileError {
    fn new(path: &Path, problem: FileProblem) -> Self {
        FileError { path: path.to_path_buf(), problem }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.problem)
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            FileProblem::Io(error) => Some(error),
            FileProblem::Folder
            | FileProblem::NoFile
            | FileProblem::NoCertificates
            | FileProblem::Line { .. }
            | FileProblem::NoEntry
            | FileProblem::SeveralEntries
            | FileProblem::Collection => None,
            FileProblem::Document(error) => Some(&**error),
        }
    }
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileProblem::Io(error) => error.fmt(f),
            FileProblem::Folder => f.write_str("this is a folder; name a file in it"),
            FileProblem::NoFile => {
                f.write_str("this is no file but a pipe or the like; name it itself to have it read")
            }
            FileProblem::NoCertificates => write!(f, "no certificate (*.{EXTENSION}) in this folder"),
            FileProblem::Document(error) => error.fmt(f),
            FileProblem::Line { line, wrong } => write!(f, "line {line}: {wrong}"),
            FileProblem::NoEntry => f.write_str("the collection has no entry whose id begins so"),
            FileProblem::SeveralEntries => {
                f.write_str("several ids of the collection begin so; give more digits of the one that you mean")
            }
            FileProblem::Collection => f.write_str("this is a collection; name an entry, as in FILE.jsonl#ID"),
        }
    }
}

/// Reads the document in a file, in an entry of a collection, or from [`STANDARD_INPUT`].
///
/// A file larger than [`MAX_BYTES`] is refused without reading it.
///
/// # Errors
/// When the file cannot be read, is too large, or holds no valid document.
///
/// ```no_run
/// let document = margincert::files::read(std::path::Path::new("proofs/paper/diagonal-depth2.json"))?;
/// assert!(document.check().iter().all(Result::is_ok));
/// # Ok::<(), margincert::files::FileError>(())
/// ```
pub fn read(path: &Path) -> Result<Document, FileError> {
    let bytes = read_bytes(path)?;
    Document::parse_bytes(&bytes).map_err(|error| FileError::new(path, FileProblem::Document(error.into())))
}

/// The bytes of a file, of an entry of a collection, or of [`STANDARD_INPUT`].
///
/// # Errors
/// When the file cannot be read or is larger than [`MAX_BYTES`].
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, FileError> {
    limited_bytes(path).map_err(|problem| FileError::new(path, problem))
}

fn limited_bytes(path: &Path) -> Result<Vec<u8>, FileProblem> {
    if let Some((file, id)) = collection::split(path) {
        let collection = Collection::open(file)?;
        let entry = collection.get(id).ok_or_else(|| {
            let begins_so = |entry: &collection::Entry| !id.is_empty() && entry.id.starts_with(id);
            if collection.entries().iter().any(begins_so) { FileProblem::SeveralEntries } else { FileProblem::NoEntry }
        })?;
        return Ok(collection.certificate(entry).as_bytes().to_vec());
    }
    let too_large = |bytes: u64| {
        let found = usize::try_from(bytes).unwrap_or(usize::MAX);
        let (path, problem) = (String::new(), ReadProblem::TooLarge { found });
        FileProblem::Document(ReadError { line: 1, column: 1, path, found: None, problem }.into())
    };
    let (source, length): (Box<dyn Read>, u64) = match is_standard_input(path) {
        true => (Box::new(io::stdin().lock()), 0),
        false if path.is_dir() => return Err(FileProblem::Folder),
        false if collection::is_collection(path) => return Err(FileProblem::Collection),
        false => {
            let file = File::open(path).map_err(FileProblem::Io)?;
            let length = file.metadata().map_err(FileProblem::Io)?.len();
            (Box::new(file), length)
        }
    };
    if length > MAX_BYTES as u64 {
        return Err(too_large(length));
    }
    // A pipe tells no length, and a file may grow: one byte more than the limit is read, to notice.
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    source.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(FileProblem::Io)?;
    if bytes.len() > MAX_BYTES { Err(too_large(bytes.len() as u64)) } else { Ok(bytes) }
}

/// The documents that a path stands for: itself, or for a folder every `*.json` in it and in its subfolders, in the
/// order of their paths.
///
/// What cannot be searched, and a folder that holds no such file, is in the list as an error, so that nothing is passed over
/// in silence. Links to files are followed, links to folders below `path` are not.
pub fn find(path: &Path) -> Vec<Result<PathBuf, FileError>> {
    if is_standard_input(path) {
        return vec![Ok(path.to_path_buf())];
    }
    match fs::metadata(path) {
        Err(error) => vec![Err(FileError::new(path, FileProblem::Io(error)))],
        Ok(metadata) if metadata.is_dir() => {
            let mut found = Vec::new();
            search(path, &[EXTENSION], &mut found);
            if found.is_empty() {
                found.push(Err(FileError::new(path, FileProblem::NoCertificates)));
            }
            found
        }
        Ok(_) => vec![Ok(path.to_path_buf())],
    }
}

/// As [`find`], with the entries of every collection (`*.jsonl`) as well.
pub fn find_all(path: &Path) -> Vec<Result<PathBuf, FileError>> {
    if collection::split(path).is_some() {
        return vec![Ok(path.to_path_buf())];
    }
    let mut found = Vec::new();
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            search(path, &[EXTENSION, collection::EXTENSION], &mut found);
            if found.is_empty() {
                found.push(Err(FileError::new(path, FileProblem::NoCertificates)));
            }
        }
        _ => found = find(path),
    }
    let entries = |file: &Path| match Collection::open(file) {
        Ok(collection) => collection.entries().iter().map(|entry| Ok(collection::path_of(file, entry))).collect(),
        Err(problem) => vec![Err(FileError::new(file, problem))],
    };
    let expanded = found.into_iter().flat_map(|file| match file {
        Ok(file) if collection::is_collection(&file) => entries(&file),
        other => vec![other],
    });
    expanded.collect()
}

fn search(folder: &Path, extensions: &[&str], found: &mut Vec<Result<PathBuf, FileError>>) {
    let entries = fs::read_dir(folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return found.push(Err(FileError::new(folder, FileProblem::Io(error)))),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        match entry.file_type() {
            Err(error) => found.push(Err(FileError::new(&path, FileProblem::Io(error)))),
            Ok(kind) if kind.is_dir() => search(&path, extensions, found),
            // A link to a folder is left alone; any other link, a broken one included, counts as the file it names.
            Ok(kind) if kind.is_symlink() && path.is_dir() => {}
            Ok(_) if path.extension().is_none_or(|end| !extensions.iter().any(|extension| end == *extension)) => {}
            // Whoever opens a pipe waits for its writer.
            Ok(_) if fs::metadata(&path).is_ok_and(|kind| !kind.is_file()) => {
                found.push(Err(FileError::new(&path, FileProblem::NoFile)));
            }
            Ok(_) => found.push(Ok(path)),
        }
    }
}
