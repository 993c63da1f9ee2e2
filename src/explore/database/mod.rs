//! What was found, kept in SQLite.
//!
//! A database holds runs with the units of work that are done, the counterexamples that they found and what they had to leave
//! undecided, and for each instance what is known of it, as the text of certificates that the kernel accepts on their
//! own. `docs/database.md` describes the tables.
//!
//! A unit of work is recorded in one transaction: whatever happens to the process, the unit is there with all that
//! belongs to it, or not at all. Nothing in the tables depends on when, where, by how many threads or in which order
//! the work was done, so databases of several machines are joined by [`Database::merge`], in any order and as often as one likes.

mod earlier;
mod error;
mod exchange;
mod merge;
mod open;
mod query;
mod record;
mod schema;
#[cfg(test)]
mod tests;
mod verify;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

pub use error::{DatabaseError, Problem};
pub use exchange::Exported;
pub use query::{Conjecture, Entry, Found, Instance, Scope, Status, Summary};
pub use record::{Certified, Counts, Kept, Run, Unit};
pub use schema::VERSION as SCHEMA_VERSION;
pub use verify::{Defect, Verified};

/// Where the database is when no path is given.
pub const DEFAULT_PATH: &str = "margincert.db";

/// How long to wait for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open database.
///
/// ```
/// use margincert::explore::database::Database;
///
/// let folder = std::env::temp_dir().join(format!("margincert-example-{}", std::process::id()));
/// std::fs::create_dir_all(&folder)?;
/// let database = Database::create(&folder.join("margincert.db"))?;
/// assert!(database.runs()?.is_empty());
/// assert!(database.verify(&|_, _| ())?.defects.is_empty());
/// # drop(database);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    path: PathBuf,
}

impl Database {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the path to a problem.
    fn at_path<T, P: Into<Problem>>(&self, result: Result<T, P>) -> Result<T, DatabaseError> {
        result.map_err(|problem| problem.into().at(&self.path))
    }
}
