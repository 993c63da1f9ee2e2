//! Recording: runs, and units of work with all that belongs to them.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use super::Database;
use super::error::{DatabaseError, Problem};
use crate::explore::shrink::Extent;

/// What a search is for, and everything that its results depend on: equal runs give equal units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The conjecture's text.
    pub conjecture: String,
    /// The name of the source of its instances.
    pub source: String,
    /// What instances it draws, in words.
    pub bounds: String,
    /// The seed of the drawing.
    pub seed: u64,
    /// The version of the program.
    pub version: String,
    /// The number of units that hold every instance within the bounds, once up to symmetry; nothing if instances are drawn at
    /// random. To do them all is to prove a theorem.
    pub census: Option<u64>,
}

/// What came of one unit of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its number.
    pub unit: u64,
    /// How many instances came to what.
    pub counts: Counts,
    /// The counterexamples.
    pub finds: Vec<Kept>,
    /// Instances on which the conjecture was left undecided; a few of them if there are many.
    pub undecided: Vec<Kept>,
}

/// How many instances came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All that were drawn.
    pub instances: u64,
    /// Those at a certified KKT point.
    pub kkt: u64,
    /// Those on which the conjecture holds.
    pub holds: u64,
    /// Those on which its hypothesis fails.
    pub vacuous: u64,
    /// Those on which it could not be decided.
    pub undecided: u64,
    /// Those that break it.
    pub broken: u64,
}

/// An instance to keep, with what is certified of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its content id: equal for instances that are equal up to symmetry.
    pub id: String,
    /// How large it is.
    pub extent: Extent,
    /// The instance as a file's text.
    pub document: String,
    /// Certificates of it, or of what is equal to it up to symmetry, each with the names of its claims.
    pub certificates: Vec<Certified>,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    /// The names of its claims, in order, each once: `kkt,local_optimum[0]`.
    pub claims: String,
    /// The certificate as a file's text.
    pub text: String,
}

impl Run {
    /// The id of the run: equal for equal runs.
    pub fn id(&self) -> String {
        let parts = [&self.conjecture, &self.source, &self.bounds, &self.seed.to_string(), &self.version];
        identifier('r', parts.into_iter())
    }

    /// The id of its conjecture.
    pub fn conjecture_id(&self) -> String {
        identifier('c', [&self.conjecture].into_iter())
    }
}

/// A letter and twelve hexadecimal digits that depend on the texts alone.
fn identifier<'t>(letter: char, texts: impl Iterator<Item = &'t String>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        // The length keeps one text's end and the next one's beginning apart.
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    let digits: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{letter}-{digits}")
}

impl Counts {
    /// Those that say something about the conjecture: its hypothesis was not refuted.
    pub fn tried(&self) -> u64 {
        self.holds + self.undecided + self.broken
    }

    /// Of both.
    pub fn plus(self, other: Counts) -> Counts {
        Counts {
            instances: self.instances + other.instances,
            kkt: self.kkt + other.kkt,
            holds: self.holds + other.holds,
            vacuous: self.vacuous + other.vacuous,
            undecided: self.undecided + other.undecided,
            broken: self.broken + other.broken,
        }
    }
}

impl Database {
    /// Records that a run is to do its first `planned` units, and whether it goes on after a find. What was planned
    /// before stays planned.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn begin(&mut self, run: &Run, planned: u64, keep_going: bool) -> Result<(), DatabaseError> {
        let result = in_transaction(&mut self.connection, |connection| put_run(connection, run, planned, keep_going));
        self.at_path(result)
    }

    /// Records units of a run, all of them or, when there is an error, none. Returns how many of them were there already.
    ///
    /// # Errors
    /// When the database cannot be written, and when one of the units is recorded with other counts.
    pub fn record(&mut self, run: &str, units: &[Unit]) -> Result<usize, DatabaseError> {
        let result = in_transaction(&mut self.connection, |connection| {
            let mut repeated = 0;
            for unit in units {
                repeated += usize::from(!put_unit(connection, run, unit)?);
            }
            Ok(repeated)
        });
        self.at_path(result)
    }

    /// The numbers of the units of a run that are recorded, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn done(&self, run: &str) -> Result<Vec<u64>, DatabaseError> {
        let read = || {
            let mut statement =
                self.connection.prepare_cached("SELECT unit FROM units WHERE run = ?1 ORDER BY unit")?;
            let rows = statement.query_map([run], |row| row.get::<_, i64>(0))?;
            rows.map(|unit| unit.map(i64::cast_unsigned)).collect::<rusqlite::Result<_>>()
        };
        self.at_path(read())
    }
}

/// Does some writing, all of it or nothing.
pub(super) fn in_transaction<T>(
    connection: &mut Connection,
    write: impl FnOnce(&Connection) -> Result<T, Problem>,
) -> Result<T, Problem> {
    // Asking for the lock at once is what waits for another process; a reader that turns writer would fail instead.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let result = write(&transaction)?;
    transaction.commit()?;
    Ok(result)
}

pub(super) fn put_run(connection: &Connection, run: &Run, planned: u64, keep_going: bool) -> Result<(), Problem> {
    connection
        .prepare_cached("INSERT INTO conjectures VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute([run.conjecture_id(), run.conjecture.clone()])?;
    connection
        .prepare_cached(
            "INSERT INTO runs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET
                 planned = max(planned, excluded.planned), keep_going = max(keep_going, excluded.keep_going)",
        )?
        .execute(params![
            run.id(),
            run.conjecture_id(),
            run.source,
            run.bounds,
            run.seed.to_string(),
            run.version,
            run.census.map(u64::cast_signed),
            planned.cast_signed(),
            keep_going,
        ])?;
    Ok(())
}

/// Writes a unit, or nothing if it is there; returns whether it was new.
fn put_unit(connection: &Connection, run: &str, unit: &Unit) -> Result<bool, Problem> {
    let is_new = put_counts(connection, run, unit.unit, &unit.counts)?;
    for find in &unit.finds {
        put_kept(connection, find)?;
        put_place(connection, "finds", run, unit.unit, &find.id)?;
    }
    for instance in &unit.undecided {
        put_kept(connection, instance)?;
        put_place(connection, "undecided", run, unit.unit, &instance.id)?;
    }
    Ok(is_new)
}

/// Writes the counts of a unit; returns whether it is new.
pub(super) fn put_counts(connection: &Connection, run: &str, unit: u64, counts: &Counts) -> Result<bool, Problem> {
    let Counts { instances, kkt, holds, vacuous, undecided, broken } = *counts;
    let numbers = [instances, kkt, holds, vacuous, undecided, broken].map(u64::cast_signed);
    let [instances, kkt, holds, vacuous, undecided, broken] = numbers;
    let written = connection
        .prepare_cached("INSERT INTO units VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING")?
        .execute(params![run, unit.cast_signed(), instances, kkt, holds, vacuous, undecided, broken])?;
    if written == 1 {
        return Ok(true);
    }
    let recorded = connection
        .prepare_cached(
            "SELECT instances, kkt, holds, vacuous, undecided, broken FROM units WHERE run = ?1 AND unit = ?2",
        )?
        .query_row(params![run, unit.cast_signed()], counts_of)
        .optional()?;
    let contradiction = || Problem::Contradiction { run: run.into(), unit };
    if recorded == Some(*counts) { Ok(false) } else { Err(contradiction()) }
}

/// The counts in the first six columns.
pub(super) fn counts_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Counts> {
    let number = |column: usize| row.get::<_, i64>(column).map(i64::cast_unsigned);
    Ok(Counts {
        instances: number(0)?,
        kkt: number(1)?,
        holds: number(2)?,
        vacuous: number(3)?,
        undecided: number(4)?,
        broken: number(5)?,
    })
}

pub(super) fn put_kept(connection: &Connection, kept: &Kept) -> Result<(), Problem> {
    put_instance(connection, &kept.id, &kept.extent, &kept.document)?;
    kept.certificates.iter().try_for_each(|certificate| put_certificate(connection, &kept.id, certificate))
}

/// Of two texts for the same thing the shorter one is kept, or the first in order, so that it does not matter which
/// came first.
fn shorter(column: &str) -> String {
    format!(
        "UPDATE SET {column} = excluded.{column}
         WHERE (length(excluded.{column}), excluded.{column}) < (length({column}), {column})"
    )
}

pub(super) fn put_instance(connection: &Connection, id: &str, extent: &Extent, document: &str) -> Result<(), Problem> {
    let sql = format!(
        "INSERT INTO instances (units, samples, inputs, layers, height, bits, id, document)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO {}",
        shorter("document")
    );
    let Extent { units, samples, inputs, layers, height, bits } = *extent;
    let small = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let (height, bits) = (height.cast_signed(), bits.cast_signed());
    let sizes = [small(units), small(samples), small(inputs), small(layers), height, bits];
    let [units, samples, inputs, layers, height, bits] = sizes;
    let row = params![units, samples, inputs, layers, height, bits, id, document];
    connection.prepare_cached(&sql)?.execute(row)?;
    Ok(())
}

/// The extent in the first six columns.
pub(super) fn extent_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Extent> {
    let small = |column: usize| row.get::<_, i64>(column).map(|number| usize::try_from(number).unwrap_or(0));
    let large = |column: usize| row.get::<_, i64>(column).map(i64::cast_unsigned);
    Ok(Extent {
        units: small(0)?,
        samples: small(1)?,
        inputs: small(2)?,
        layers: small(3)?,
        height: large(4)?,
        bits: large(5)?,
    })
}

pub(super) fn put_certificate(connection: &Connection, instance: &str, new: &Certified) -> Result<(), Problem> {
    let sql = format!("INSERT INTO certificates VALUES (?1, ?2, ?3) ON CONFLICT DO {}", shorter("text"));
    connection.prepare_cached(&sql)?.execute([instance, &new.claims, &new.text])?;
    Ok(())
}

/// Notes in which unit an instance was found: `table` is `finds` or `undecided`.
pub(super) fn put_place(
    connection: &Connection,
    table: &str,
    run: &str,
    unit: u64,
    instance: &str,
) -> Result<(), Problem> {
    let sql = format!("INSERT INTO {table} VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");
    connection.prepare_cached(&sql)?.execute(params![run, unit.cast_signed(), instance])?;
    Ok(())
}
