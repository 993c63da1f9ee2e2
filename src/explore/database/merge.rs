//! Joining databases.

use rusqlite::{Connection, params};

use super::Database;
use super::error::{DatabaseError, Problem};
use super::record::{
    Certified, counts_of, extent_of, in_transaction, put_certificate, put_counts, put_instance, put_place, put_run,
};

impl Database {
    /// Takes over all that another database holds, or nothing when there is an error. It does not matter in which order
    /// databases are joined, nor whether one is joined twice.
    ///
    /// # Errors
    /// When one of the two cannot be read or written, and when they hold different results for the same unit of work.
    pub fn merge(&mut self, other: &Database) -> Result<(), DatabaseError> {
        let runs = other.runs()?;
        // A reader sees one state of the other database from its first question to its last.
        let snapshot = other.at_path(other.connection.unchecked_transaction())?;
        let mut fault_of_other = None;
        let result = in_transaction(&mut self.connection, |connection| {
            for (run, scope) in &runs {
                put_run(connection, run, scope.units, scope.keep_going)?;
            }
            copy(&snapshot, connection).map_err(|fault| match fault {
                Fault::There(problem) => {
                    fault_of_other = Some(problem);
                    Problem::System("joining was given up".into())
                }
                Fault::Here(problem) => problem,
            })
        });
        match fault_of_other {
            Some(problem) => Err(problem.at(&other.path)),
            None => self.at_path(result),
        }
    }
}

/// On which side of a copy something went wrong.
enum Fault {
    There(Problem),
    Here(Problem),
}

/// Copies all rows but those of runs; rows that others refer to come first.
fn copy(from: &Connection, to: &Connection) -> Result<(), Fault> {
    each(from, "SELECT units, samples, inputs, layers, height, bits, id, document FROM instances", |row| {
        let (extent, id, document) = (extent_of(row)?, row.get::<_, String>(6)?, row.get::<_, String>(7)?);
        Ok(move || put_instance(to, &id, &extent, &document))
    })?;
    each(from, "SELECT instance, claims, text FROM certificates", |row| {
        let (instance, certificate) = (row.get::<_, String>(0)?, Certified { claims: row.get(1)?, text: row.get(2)? });
        Ok(move || put_certificate(to, &instance, &certificate))
    })?;
    each(from, "SELECT instances, kkt, holds, vacuous, undecided, broken, run, unit FROM units", |row| {
        let (counts, run, unit) = (counts_of(row)?, row.get::<_, String>(6)?, row.get::<_, i64>(7)?);
        Ok(move || put_counts(to, &run, unit.cast_unsigned(), &counts).map(|_| ()))
    })?;
    for table in ["finds", "undecided"] {
        each(from, &format!("SELECT run, unit, instance FROM {table}"), |row| {
            let (run, unit, instance): (String, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(move || put_place(to, table, &run, unit.cast_unsigned(), &instance))
        })?;
    }
    Ok(())
}

/// Reads row after row from one database and writes it to the other.
fn each<W: FnOnce() -> Result<(), Problem>>(
    from: &Connection,
    sql: &str,
    read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<W>,
) -> Result<(), Fault> {
    let there = |error: rusqlite::Error| Fault::There(error.into());
    let mut statement = from.prepare(sql).map_err(there)?;
    let mut rows = statement.query(params![]).map_err(there)?;
    while let Some(row) = rows.next().map_err(there)? {
        let write = read(row).map_err(there)?;
        write().map_err(Fault::Here)?;
    }
    Ok(())
}
