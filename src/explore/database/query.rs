//! What is in a database: runs and what they came to, conjectures and how they stand, instances and their facts.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, Row, params};

use super::Database;
use super::error::{DatabaseError, Problem};
use super::record::{Certified, Counts, Kept, Run, counts_of, extent_of};
use crate::explore::conjecture::Conjecture as Statement;
use crate::explore::judge::breaks_by_its_claims;
use crate::explore::shrink::Extent;
use crate::kernel::certificate::Document;

/// What an id stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A run.
    Run(Run, Scope, Summary),
    /// A conjecture, with the ids of its counterexamples.
    Conjecture(Conjecture, Vec<String>),
    /// An instance.
    Instance(Instance),
}

/// Which units of a run are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The first so many.
    pub units: u64,
    /// Of these, those whose number leaves the first number when divided by the second.
    pub shard: (u64, u64),
    /// Whether those after the first with a find count.
    pub keep_going: bool,
}

/// What the units of a run came to, as far as they are done. It depends on the run, the scope and the set of units
/// that are done alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The number before which all units that count are: that after the first find, where the run stops there.
    pub end: u64,
    /// How many units there are to do: all in the scope or, where the run stops, those up to the first find.
    pub units: u64,
    /// How many of them are done.
    pub done: u64,
    /// The sum of their counts.
    pub counts: Counts,
    /// The distinct counterexamples, smallest first.
    pub finds: Vec<Found>,
}

/// A counterexample and where it was found first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The instance's content id.
    pub instance: String,
    /// How large it is.
    pub extent: Extent,
    /// The first unit in which it was found.
    pub unit: u64,
}

/// A conjecture and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conjecture {
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// How it stands.
    pub status: Status,
    /// The number of its runs.
    pub runs: u64,
    /// The instances at KKT points on which it was judged, over all runs.
    pub kkt: u64,
    /// How many of these were left undecided.
    pub undecided: u64,
    /// The classes on all of whose instances it holds: the bounds of runs that are complete and left nothing open.
    pub proved: Vec<String>,
    /// How many of its counterexamples were not found by its runs, but are on record and break it by what is certified of them.
    pub contradictions: usize,
}

/// How a conjecture stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// There is a certified counterexample.
    Broken,
    /// It holds on every instance within some bounds: a run over all of them is complete and left nothing undecided.
    Proved,
    /// No counterexample is known.
    Open,
}

/// An instance and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The instance with its facts.
    pub kept: Kept,
    /// The runs and units that found it as a counterexample.
    pub found: Vec<(String, u64)>,
    /// The runs and units that left it undecided.
    pub undecided: Vec<(String, u64)>,
    /// What its certificates leave to be decided outside of the checker where it is a counterexample, in a sentence.
    pub unclaimed: Option<&'static str>,
}

impl Scope {
    /// Of a run's row.
    pub(super) fn whole(planned: u64, keep_going: bool) -> Self {
        Scope { units: planned, shard: (0, 1), keep_going }
    }

    /// How many units there are before a number.
    fn size_before(&self, units: u64) -> u64 {
        let (index, count) = self.shard;
        units.min(self.units).saturating_sub(index).div_ceil(count.max(1))
    }
}

impl Database {
    /// Every run with the scope of what was planned for it, in the order of their ids.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn runs(&self) -> Result<Vec<(Run, Scope)>, DatabaseError> {
        let read = || {
            let sql = "SELECT text, source, bounds, seed, version, census, planned, keep_going
                       FROM runs JOIN conjectures ON conjecture = conjectures.id ORDER BY runs.id";
            let mut statement = self.connection.prepare_cached(sql)?;
            let rows = statement.query_map([], run_of)?;
            rows.collect::<rusqlite::Result<_>>()
        };
        self.at_path(read())
    }

    /// What the units of a run in a scope came to.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn summary(&self, run: &str, scope: Scope) -> Result<Summary, DatabaseError> {
        self.at_path(self.summarise(run, scope))
    }

    fn summarise(&self, run: &str, scope: Scope) -> Result<Summary, Problem> {
        let (index, count) = (scope.shard.0.cast_signed(), scope.shard.1.max(1).cast_signed());
        let mut units = scope.units;
        if !scope.keep_going {
            let sql = "SELECT min(unit) FROM finds WHERE run = ?1 AND unit < ?2 AND unit % ?3 = ?4";
            let first: Option<i64> = self
                .connection
                .prepare_cached(sql)?
                .query_row(params![run, units.cast_signed(), count, index], |row| row.get(0))?;
            units = first.map_or(units, |unit| unit.cast_unsigned() + 1);
        }
        let parameters = params![run, units.cast_signed(), count, index];
        let sql = "SELECT coalesce(sum(instances), 0), coalesce(sum(kkt), 0), coalesce(sum(holds), 0), coalesce(sum(vacuous), 0),
                          coalesce(sum(undecided), 0), coalesce(sum(broken), 0), count(*)
                   FROM units WHERE run = ?1 AND unit < ?2 AND unit % ?3 = ?4";
        let (counts, done) = self
            .connection
            .prepare_cached(sql)?
            .query_row(parameters, |row| Ok((counts_of(row)?, row.get::<_, i64>(6)?.cast_unsigned())))?;
        let sql = "SELECT units, samples, inputs, layers, height, bits, instance, min(unit)
                   FROM finds JOIN instances ON instance = id
                   WHERE run = ?1 AND unit < ?2 AND unit % ?3 = ?4 GROUP BY instance
                   ORDER BY units, samples, inputs, layers, height, bits, instance";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = |row: &Row<'_>| {
            let (extent, unit) = (extent_of(row)?, row.get::<_, i64>(7)?.cast_unsigned());
            Ok(Found { instance: row.get(6)?, extent, unit })
        };
        let finds = statement.query_map(parameters, found)?.collect::<rusqlite::Result<_>>()?;
        Ok(Summary { end: units, units: scope.size_before(units), done, counts, finds })
    }

    /// Every conjecture and how it stands by the runs that are recorded, with the ids of its counterexamples.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn conjectures(&self) -> Result<Vec<(Conjecture, Vec<String>)>, DatabaseError> {
        let runs = self.runs()?;
        let read = || {
            let mut statement = self.connection.prepare_cached("SELECT id, text FROM conjectures ORDER BY text")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<Vec<(String, String)>>>()
        };
        let texts = self.at_path(read())?;
        let names: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
        let mut on_record = self.at_path(self.broken_on_record(&names))?;
        let standing = |(id, text): (String, String)| {
            let (mut counts, mut proved, mut of_it) = (Counts::default(), Vec::new(), 0);
            let mut counterexamples = BTreeSet::new();
            for (run, scope) in runs.iter().filter(|(run, _)| run.conjecture == text) {
                let summary = self.summary(&run.id(), *scope)?;
                counts = counts.plus(summary.counts);
                if run.is_proved_by(&summary) {
                    proved.push(run.bounds.clone());
                }
                counterexamples.extend(summary.finds.into_iter().map(|find| find.instance));
                of_it += 1;
            }
            let found = counterexamples.len();
            counterexamples.extend(on_record.remove(&text).unwrap_or_default());
            let status = match (counterexamples.len(), proved.is_empty()) {
                (1.., _) => Status::Broken,
                (0, false) => Status::Proved,
                (0, true) => Status::Open,
            };
            let (kkt, undecided, contradictions) = (counts.kkt, counts.undecided, counterexamples.len() - found);
            let conjecture = Conjecture { id, text, status, runs: of_it, kkt, undecided, proved, contradictions };
            Ok((conjecture, counterexamples.into_iter().collect()))
        };
        texts.into_iter().map(standing).collect()
    }

    /// The instances on record that break a conjecture by what is certified of them, and that none of its runs has found.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn contradictions(&self, conjecture: &str) -> Result<Vec<String>, DatabaseError> {
        let found = || {
            let sql = "SELECT DISTINCT instance FROM finds JOIN runs ON run = runs.id
                       JOIN conjectures ON conjecture = conjectures.id WHERE text = ?1";
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.query_map([conjecture], |row| row.get(0))?.collect::<rusqlite::Result<BTreeSet<String>>>()
        };
        let found = self.at_path(found())?;
        let broken = self.at_path(self.broken_on_record(&[conjecture]))?.remove(conjecture).unwrap_or_default();
        Ok(broken.into_iter().filter(|instance| !found.contains(instance)).collect())
    }

    /// For each conjecture, whoever found them, the instances whose certificates break it as they are. It depends on what is on record alone, so that it is
    /// the same in whatever order instances and conjectures came.
    fn broken_on_record(&self, conjectures: &[&str]) -> Result<BTreeMap<String, BTreeSet<String>>, Problem> {
        let parsed: Vec<(&str, Statement)> =
            conjectures.iter().filter_map(|text| Some((*text, text.parse().ok()?))).collect();
        let mut broken: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut statement =
            self.connection.prepare_cached("SELECT instance, text FROM certificates ORDER BY instance")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let instance: String = row.get(0)?;
            // What cannot be read is for `verify` to report.
            let Ok(Document::Rational(certificate)) = Document::parse(row.get_ref(1)?.as_str().unwrap_or_default())
            else {
                continue;
            };
            for (text, conjecture) in &parsed {
                if breaks_by_its_claims(conjecture, &certificate) {
                    broken.entry((*text).into()).or_default().insert(instance.clone());
                }
            }
        }
        Ok(broken)
    }

    /// What the id, or the beginning of one, stands for.
    ///
    /// # Errors
    /// When the database cannot be read, and when no id or several begin so.
    pub fn find(&self, prefix: &str) -> Result<Entry, DatabaseError> {
        if prefix.is_empty() {
            return Err(Problem::NoId.at(&self.path));
        }
        let read = || {
            let sql = "SELECT id FROM (SELECT id FROM runs UNION ALL SELECT id FROM conjectures UNION ALL SELECT id FROM instances)
                       WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 4";
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.query_map([prefix], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()
        };
        let ids = self.at_path(read())?;
        let id = match ids.as_slice() {
            [id] => id,
            [] => return Err(Problem::Unknown(prefix.into()).at(&self.path)),
            several => return Err(Problem::Ambiguous(prefix.into(), several.join(", ")).at(&self.path)),
        };
        if let Some((run, scope)) = self.runs()?.into_iter().find(|(run, _)| run.id() == *id) {
            let summary = self.summary(id, scope)?;
            return Ok(Entry::Run(run, scope, summary));
        }
        match self.conjectures()?.into_iter().find(|(conjecture, _)| conjecture.id == *id) {
            Some((conjecture, finds)) => Ok(Entry::Conjecture(conjecture, finds)),
            None => Ok(Entry::Instance(self.at_path(self.instance_of(id))?)),
        }
    }

    fn instance_of(&self, id: &str) -> Result<Instance, Problem> {
        let kept = self.kept(id)?.ok_or_else(|| Problem::Unknown(id.into()))?;
        let places = |table: &str| {
            let sql = format!("SELECT run, unit FROM {table} WHERE instance = ?1 ORDER BY run, unit");
            let mut statement = self.connection.prepare_cached(&sql)?;
            let rows = statement.query_map([id], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?;
            rows.collect::<rusqlite::Result<_>>()
        };
        let (found, undecided, unclaimed) = (places("finds")?, places("undecided")?, self.unclaimed(&kept)?);
        Ok(Instance { kept, found, undecided, unclaimed })
    }

    /// An instance with its certificates.
    pub(super) fn kept(&self, id: &str) -> Result<Option<Kept>, Problem> {
        let sql = "SELECT units, samples, inputs, layers, height, bits, document FROM instances WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let row = |row: &Row<'_>| Ok((extent_of(row)?, row.get(6)?));
        let Some((extent, document)) = statement.query_row([id], row).optional()? else { return Ok(None) };
        let sql = "SELECT claims, text FROM certificates WHERE instance = ?1 ORDER BY claims";
        let mut statement = self.connection.prepare_cached(sql)?;
        let certified = |row: &Row<'_>| Ok(Certified { claims: row.get(0)?, text: row.get(1)? });
        let certificates = statement.query_map([id], certified)?.collect::<rusqlite::Result<_>>()?;
        Ok(Some(Kept { id: id.into(), extent, document, certificates }))
    }

    /// The ids of all instances, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn instance_ids(&self) -> Result<Vec<String>, DatabaseError> {
        let read = || {
            let mut statement = self.connection.prepare_cached("SELECT id FROM instances ORDER BY id")?;
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()
        };
        self.at_path(read())
    }
}

impl Run {
    /// Whether the conjecture has been confirmed on every instance within the bounds, and there is one to which it applies.
    pub fn is_proved_by(&self, summary: &Summary) -> bool {
        let Counts { holds, undecided, broken, .. } = summary.counts;
        self.census.is_some_and(|census| summary.done >= census) && holds > 0 && undecided == 0 && broken == 0
    }
}

impl Summary {
    /// Whether every unit is done.
    pub fn is_complete(&self) -> bool {
        self.done == self.units
    }
}

fn run_of(row: &Row<'_>) -> rusqlite::Result<(Run, Scope)> {
    let seed: String = row.get(3)?;
    let seed = seed
        .parse()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, Box::new(error)))?;
    let run = Run {
        conjecture: row.get(0)?,
        source: row.get(1)?,
        bounds: row.get(2)?,
        seed,
        version: row.get(4)?,
        census: row.get::<_, Option<i64>>(5)?.map(i64::cast_unsigned),
    };
    Ok((run, Scope::whole(row.get::<_, i64>(6)?.cast_unsigned(), row.get(7)?)))
}
