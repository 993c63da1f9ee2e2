//! The tables, and whether a file holds them. `docs/database.md` says what they mean.

use rusqlite::{Connection, TransactionBehavior};

use super::error::Problem;

/// The version of the schema, in `PRAGMA user_version`.
///
/// Version 2 has the tables of version 1. Ids and the counts of censuses have another meaning: see `earlier.rs`.
pub const VERSION: i32 = 2;

/// What marks a file as a database of this program, in `PRAGMA application_id`: "mcrt".
pub const APPLICATION: i32 = 0x6d63_7274;

/// Every key is an id made from content or a number that does not depend on when or where the work was done, so that
/// two databases are joined by joining their rows.
const TABLES: &str = "
CREATE TABLE conjectures (
    id      TEXT PRIMARY KEY,
    text    TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    id         TEXT PRIMARY KEY,
    conjecture TEXT NOT NULL REFERENCES conjectures (id),
    source     TEXT NOT NULL,
    bounds     TEXT NOT NULL,
    seed       TEXT NOT NULL,
    version    TEXT NOT NULL,
    census     INTEGER CHECK (census >= 0),
    planned    INTEGER NOT NULL CHECK (planned >= 0),
    keep_going INTEGER NOT NULL CHECK (keep_going IN (0, 1)),
    UNIQUE (conjecture, source, bounds, seed, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE units (
    run       TEXT NOT NULL REFERENCES runs (id),
    unit      INTEGER NOT NULL CHECK (unit >= 0),
    instances INTEGER NOT NULL CHECK (instances >= 0),
    kkt       INTEGER NOT NULL CHECK (kkt >= 0),
    holds     INTEGER NOT NULL CHECK (holds >= 0),
    vacuous   INTEGER NOT NULL CHECK (vacuous >= 0),
    undecided INTEGER NOT NULL CHECK (undecided >= 0),
    broken    INTEGER NOT NULL CHECK (broken >= 0),
    PRIMARY KEY (run, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE instances (
    id       TEXT PRIMARY KEY,
    units    INTEGER NOT NULL,
    samples  INTEGER NOT NULL,
    inputs   INTEGER NOT NULL,
    layers   INTEGER NOT NULL,
    height   INTEGER NOT NULL,
    bits     INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE certificates (
    instance TEXT NOT NULL REFERENCES instances (id),
    claims   TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (instance, claims)
) STRICT, WITHOUT ROWID;

CREATE VIEW facts AS
SELECT instance, value ->> 'claim' AS claim, value ->> 'layer' AS layer, text AS certificate
FROM certificates, json_each(text, '$.claims');

CREATE TABLE finds (
    run      TEXT NOT NULL,
    unit     INTEGER NOT NULL,
    instance TEXT NOT NULL REFERENCES instances (id),
    PRIMARY KEY (run, unit, instance),
    FOREIGN KEY (run, unit) REFERENCES units (run, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE undecided (
    run      TEXT NOT NULL,
    unit     INTEGER NOT NULL,
    instance TEXT NOT NULL REFERENCES instances (id),
    PRIMARY KEY (run, unit, instance),
    FOREIGN KEY (run, unit) REFERENCES units (run, unit)
) STRICT, WITHOUT ROWID;

CREATE INDEX finds_by_instance ON finds (instance);
CREATE INDEX undecided_by_instance ON undecided (instance);
";

/// Makes the tables in an empty file; leaves a database of this version as it is.
///
/// # Errors
/// When the file is no database, another program's, or another version's; then it has not been touched.
pub fn prepare(connection: &mut Connection) -> Result<(), Problem> {
    if recognise(connection)? == State::Ready {
        return Ok(());
    }
    // The journal is set before the first table so that readers and the writer never wait for each other. Where a file
    // system cannot do it SQLite stays with its older journal, which is as safe.
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    if recognise(&transaction)? == State::Empty {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    Ok(transaction.commit()?)
}

/// Whether the tables are there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// They are.
    Ready,
    /// There is nothing at all.
    Empty,
}

/// Looks whose database this is.
///
/// # Errors
/// When it is no database, another program's, or another version's.
pub fn recognise(connection: &Connection) -> Result<State, Problem> {
    let number = |pragma: &str| connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, version) {
        (0, 0) if tables == 0 => Ok(State::Empty),
        (APPLICATION, VERSION) => Ok(State::Ready),
        (APPLICATION, version @ 1..VERSION) => Err(Problem::Earlier(version)),
        (APPLICATION, version) if version > VERSION => Err(Problem::Later(version)),
        (APPLICATION, version) => Err(Problem::Damaged(format!("its schema has the version {version}"))),
        (other, _) => Err(Problem::OfAnotherProgram(other)),
    }
}
