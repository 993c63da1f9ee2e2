//! What a database of an earlier version holds that is still of use.
//!
//! Version 1 gave one instance several ids where they differed in the signs of linear units or of the output, and its censuses counted such instances apart. So runs,
//! their counts and what they found are not taken over, but every certificate is, under the id that its instance has now.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::error::{DatabaseError, Problem};
use super::record::Kept;
use super::{Database, schema};
use crate::kernel::certificate::Document;

impl Database {
    /// The certificates in a database of an earlier version, those alone that the kernel accepts. The file is only read.
    ///
    /// # Errors
    /// When it cannot be read, or is not of an earlier version.
    pub fn of_earlier(path: &Path) -> Result<Vec<Kept>, DatabaseError> {
        certificates(path).map_err(|problem| problem.at(path))
    }
}

fn certificates(path: &Path) -> Result<Vec<Kept>, Problem> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(super::PATIENCE)?;
    match schema::recognise(&connection) {
        Err(Problem::Earlier(_)) => {}
        Err(problem) => return Err(problem),
        Ok(_) => return Err(Problem::NotEarlier),
    }
    let mut statement = connection.prepare("SELECT text FROM certificates ORDER BY instance, claims")?;
    let texts = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let checked = |text: &String| Kept::checked(&Document::parse(text).ok()?).ok();
    Ok(texts.iter().filter_map(checked).collect())
}
