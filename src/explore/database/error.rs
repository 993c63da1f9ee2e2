//! What can be wrong with a database, in words that say what to do about it.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use super::schema;

/// A database that cannot be used as it should be, and why.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", .path.display())]
pub struct DatabaseError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// There is no such file.
    #[error("there is no database here; `margincert explore` makes one, and --db PATH names another place")]
    Missing,
    /// The file or its folder cannot be opened.
    #[error(
        "the database cannot be opened: {0}; look whether the folder is there and may be read, or name another place with --db PATH"
    )]
    CannotOpen(String),
    /// The file is none that SQLite knows.
    #[error("this file is not a database, and is left as it is; name another place with --db PATH")]
    NotADatabase,
    /// Another program's database.
    #[error(
        "this is the database of another program (application id {0:#x}), and is left as it is; name another place with --db PATH"
    )]
    OfAnotherProgram(i32),
    /// The schema is newer than this program.
    #[error(
        "this database was written by a later version of margincert (its schema is {0}, this program knows up to {known}); use that version",
        known = schema::VERSION
    )]
    Later(i32),
    /// The schema is older than this program.
    #[error(
        "this database was written by an earlier version of margincert (its schema is {0}, that of this program {known}), which named instances and counted censuses \
         otherwise; it is left as it is. `margincert db merge OLD --db NEW` takes its certificates over, and runs can be done again",
        known = schema::VERSION
    )]
    Earlier(i32),
    /// It is asked for what an earlier version wrote, and this one did.
    #[error("this database is of this version of margincert, and needs no conversion")]
    NotEarlier,
    /// SQLite found the file damaged.
    #[error(
        "the database is damaged: {0}; keep a copy, take what can be read with `sqlite3 FILE .recover`, or go on in a new one with --db PATH (every certificate that was exported can be imported there)"
    )]
    Damaged(String),
    /// The file or its folder may not be written.
    #[error("the database cannot be written: the file or its folder is read-only; nothing was changed")]
    ReadOnly,
    /// No room is left.
    #[error(
        "there is no room left on the disk; all that was recorded before is kept: free some room, then go on with --resume"
    )]
    Full,
    /// Another process does not let go of the file.
    #[error(
        "another process is using the database and did not let go of it for {0} seconds; all that was recorded before is kept: try again later"
    )]
    Busy(u64),
    /// The system failed to read or write.
    #[error("the database cannot be read or written: {0}; all that was recorded before is kept")]
    System(String),
    /// The same unit of work came out differently.
    #[error(
        "unit {unit} of run {run} is recorded with other results than those found now, though equal seeds and versions give equal results; the database was written by another build of margincert, or damaged. Nothing was changed"
    )]
    Contradiction {
        /// The run.
        run: String,
        /// Its unit.
        unit: u64,
    },
    /// Nothing in it has such an id.
    #[error("nothing here has the id `{0}`; `margincert db list` shows what there is")]
    Unknown(String),
    /// Several things have an id that begins so.
    #[error("several ids begin with `{0}`, so more of its characters are needed: {1}")]
    Ambiguous(String, String),
    /// No id at all is given.
    #[error("an empty id names nothing; `margincert db list` shows what there is")]
    NoId,
    /// Any other fault of SQLite.
    #[error("{0}")]
    Other(rusqlite::Error),
}

impl Problem {
    /// At a path.
    pub(crate) fn at(self, path: &Path) -> DatabaseError {
        DatabaseError { path: path.to_path_buf(), problem: self }
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else { return Problem::Other(error) };
        let words = error.to_string();
        match code {
            ErrorCode::NotADatabase => Problem::NotADatabase,
            ErrorCode::DatabaseCorrupt => Problem::Damaged(words),
            ErrorCode::ReadOnly => Problem::ReadOnly,
            ErrorCode::DiskFull => Problem::Full,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Problem::Busy(super::PATIENCE.as_secs()),
            ErrorCode::CannotOpen => Problem::CannotOpen(words),
            ErrorCode::PermissionDenied => Problem::ReadOnly,
            ErrorCode::SystemIoFailure => Problem::System(words),
            _ => Problem::Other(error),
        }
    }
}
