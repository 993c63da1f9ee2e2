//! Opening: to write, to read, and what to say when it cannot be.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::error::{DatabaseError, Problem};
use super::schema::{self, State};
use super::{Database, PATIENCE};

impl Database {
    /// Opens the database to record in it; makes it if there is none, or the file is empty.
    ///
    /// # Errors
    /// When it cannot be opened or written, is damaged, is no database of this program, or is a later version's. The file is
    /// then as it was.
    pub fn create(path: &Path) -> Result<Self, DatabaseError> {
        Self::writable(path, OpenFlags::SQLITE_OPEN_CREATE).map_err(|problem| problem.at(path))
    }

    /// Opens a database that is there to record in it.
    ///
    /// # Errors
    /// As [`create`](Self::create), and when there is none.
    pub fn open(path: &Path) -> Result<Self, DatabaseError> {
        let opened = if path.exists() { Self::writable(path, OpenFlags::empty()) } else { Err(Problem::Missing) };
        opened.map_err(|problem| problem.at(path))
    }

    /// Opens a database that is there to read it only; the file and its folder need not be writable.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_read_only(path: &Path) -> Result<Self, DatabaseError> {
        Self::readable(path).map_err(|problem| problem.at(path))
    }

    fn writable(path: &Path, flags: OpenFlags) -> Result<Self, Problem> {
        not_a_folder(path)?;
        let flags = flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        set_up(&connection)?;
        schema::prepare(&mut connection)?;
        // SQLite opens what it may not write as if it were asked to read only, and would say so at the first record.
        if connection.is_readonly("main")? {
            return Err(Problem::ReadOnly);
        }
        Ok(Database { connection, path: path.to_path_buf() })
    }

    fn readable(path: &Path) -> Result<Self, Problem> {
        not_a_folder(path)?;
        if !path.exists() {
            return Err(Problem::Missing);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let read = |connection: Connection| {
            set_up(&connection)?;
            let state = schema::recognise(&connection)?;
            Ok((state, connection))
        };
        // Of a file that nobody may write nothing is shared, so that nothing has to be left beside it.
        let is_fixed =
            path.metadata().is_ok_and(|file| file.permissions().readonly()) && !beside(path, "-wal").exists();
        let opened = match is_fixed {
            true => Err(Problem::ReadOnly),
            false => Connection::open_with_flags(path, flags).map_err(Problem::from).and_then(read),
        };
        // Readers of a database in use share an index file beside it. In a folder that cannot be written there may be
        // none, nor a process that would change the database meanwhile.
        let opened = match opened {
            Err(Problem::CannotOpen(_) | Problem::ReadOnly) if !beside(path, "-wal").exists() => {
                let flags = flags | OpenFlags::SQLITE_OPEN_URI;
                Connection::open_with_flags(immutable(path), flags).map_err(Problem::from).and_then(read)
            }
            opened => opened,
        };
        match opened? {
            (State::Ready, connection) => {
                let connection = if is_fixed { connection } else { tidy(path).unwrap_or(connection) };
                Ok(Database { connection, path: path.to_path_buf() })
            }
            (State::Empty, _) => Err(Problem::Missing),
        }
    }
}

/// A connection that reads only but may write, so that the last to close the database takes away the two files beside it. One that was opened
/// to read has to leave them there. Nothing where the file or its folder cannot be written.
fn tidy(path: &Path) -> Option<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).ok()?;
    set_up(&connection).ok()?;
    connection.pragma_update(None, "query_only", true).ok()?;
    // The first question opens what is beside the file.
    schema::recognise(&connection).ok()?;
    (!connection.is_readonly("main").ok()?).then_some(connection)
}

/// SQLite calls it an error of input and output.
fn not_a_folder(path: &Path) -> Result<(), Problem> {
    if path.is_dir() { Err(Problem::CannotOpen("it is a folder".into())) } else { Ok(()) }
}

fn set_up(connection: &Connection) -> Result<(), Problem> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A commit is on the disk before it counts, so that not even the machine's end undoes it.
    Ok(connection.pragma_update(None, "synchronous", "FULL")?)
}

/// The path with something behind its name.
fn beside(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(suffix);
    name.into()
}

/// The URI by which SQLite opens a file that nobody changes.
fn immutable(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => uri.push(char::from(*byte)),
            byte => uri.push_str(&format!("%{byte:02x}")),
        }
    }
    uri + "?immutable=1"
}
