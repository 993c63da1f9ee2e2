//! Files that commands write: nothing is replaced unasked, and what is replaced is replaced whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Failure;
use crate::kernel::certificate::{Certificate, Document};
use crate::kernel::exact::OrderedField;

/// Leave to replace what is there.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Force {
    /// Replace what is there already.
    #[arg(long)]
    force: bool,
}

/// A place for a file, looked at before the work.
#[derive(Debug)]
pub struct Place {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// There is nothing yet.
    New,
    /// A file that may be replaced.
    Replaceable,
    /// A terminal, a pipe, a device: something that is written to and loses nothing.
    Stream,
}

impl Place {
    /// Whether a file can and may be written there, as far as that can be told beforehand: nobody wants to wait for hours and then learn
    /// that there is no place for the outcome.
    ///
    /// # Errors
    /// Something is there already and may not be replaced, or nothing can be written there.
    pub fn at(path: &Path, force: Option<Force>) -> Result<Self, Failure> {
        let failure = |error| Failure::File(path.into(), error);
        let kind = match fs::metadata(path) {
            Ok(there) if there.is_dir() => return Err(failure(io::ErrorKind::IsADirectory.into())),
            Ok(there) if !there.is_file() => Kind::Stream,
            Ok(_) if force.is_some_and(|leave| leave.force) => {
                File::options().append(true).open(path).map_err(failure)?;
                Kind::Replaceable
            }
            Ok(_) => return Err(Failure::Exists { path: path.into(), can_be_forced: force.is_some() }),
            Err(_) => Kind::New,
        };
        // A link is followed, so that what is replaced is the file.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.into());
        if !matches!(kind, Kind::Stream) {
            let probe = beside(&path);
            File::create(&probe).and_then(|_| fs::remove_file(&probe)).map_err(failure)?;
        }
        Ok(Place { path, kind })
    }

    /// Writes the file. What has come there since is not replaced.
    ///
    /// # Errors
    /// When it cannot be written; what was there before is then still there.
    pub fn write(self, text: &str) -> Result<(), Failure> {
        let Place { path, kind } = self;
        let written = match kind {
            Kind::New => File::create_new(&path).and_then(|mut file| {
                file.write_all(text.as_bytes()).inspect_err(|_| {
                    let _ = fs::remove_file(&path);
                })
            }),
            Kind::Replaceable => replace(&path, text),
            Kind::Stream => fs::write(&path, text),
        };
        written.map_err(|error| Failure::File(path, error))
    }
}

/// The name of a file that is there only while another is written.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

/// Puts a file in the place of another; it is there whole, or the other one is.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let beside = beside(path);
    fs::write(&beside, text).and_then(|()| fs::rename(&beside, path)).inspect_err(|_| {
        let _ = fs::remove_file(&beside);
    })
}

/// Writes a certificate to a file that may hold an earlier one: it is replaced if nothing of it is lost.
///
/// # Errors
/// When the file holds what the new one does not, or it cannot be written.
pub fn renew(path: &Path, text: &str, force: Option<Force>) -> Result<(), Failure> {
    let failure = |error| Failure::File(path.into(), error);
    let may_replace = force.is_some_and(|leave| leave.force);
    match fs::read(path) {
        Ok(old) if old == text.as_bytes() => Ok(()),
        Ok(old) if may_replace || is_contained(&old, text) => replace(path, text).map_err(failure),
        Ok(_) => Err(Failure::Exists { path: path.into(), can_be_forced: force.is_some() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => replace(path, text).map_err(failure),
        Err(error) => Err(failure(error)),
    }
}

/// Whether a file is a certificate as this program writes them, and another one says all that it says.
fn is_contained(old: &[u8], new: &str) -> bool {
    fn says_all<F: OrderedField>(old: Certificate<F>, mut new: Certificate<F>) -> bool {
        let has_all = old.claims.iter().all(|claim| new.claims.contains(claim));
        new.claims.clone_from(&old.claims);
        has_all && new == old
    }
    let (Ok(before), Ok(after)) = (Document::parse_bytes(old), Document::parse(new)) else { return false };
    before.to_text().as_bytes() == old
        && match (before, after) {
            (Document::Rational(before), Document::Rational(after)) => says_all(before, after),
            (Document::Algebraic(before), Document::Algebraic(after)) => says_all(before, after),
            _ => false,
        }
}
