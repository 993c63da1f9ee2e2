//! Checking a whole database again.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::exchange::names;
use super::record::{Counts, Kept, Run, Unit, counts_of};
use super::{Database, DatabaseError, Problem};
use crate::explore::conjecture::Conjecture;
use crate::explore::judge::{Judgement, judge};
use crate::kernel::certificate::Document;

/// How many instances are read before they are checked side by side.
const BATCH: usize = 256;

/// What came of checking a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// The runs.
    pub runs: usize,
    /// Their units.
    pub units: usize,
    /// The instances.
    pub instances: usize,
    /// The certificates, all of whose claims were checked.
    pub certificates: usize,
    /// The claims.
    pub claims: usize,
    /// The censuses that were done again.
    pub again: usize,
    /// What is wrong, in the order in which it was met.
    pub defects: Vec<Defect>,
}

/// Something in a database that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct Defect {
    /// A table's row, by its id.
    pub place: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Verified {
    fn note(&mut self, place: impl Into<String>, problem: impl ToString) {
        self.defects.push(Defect { place: place.into(), problem: problem.to_string() });
    }
}

impl Database {
    /// Checks the file, the references between its tables, the counts, every certificate with the kernel, and that every
    /// counterexample breaks its conjecture. Calls `progress` with the number of instances done and that of all.
    ///
    /// # Errors
    /// When the database cannot be read to the end.
    pub fn verify(&self, progress: &dyn Fn(usize, usize)) -> Result<Verified, DatabaseError> {
        let mut verified = Verified::default();
        self.at_path(self.verify_file(&mut verified))?;
        // What a damaged file says would be reported as wrong content.
        if verified.defects.is_empty() {
            self.verify_runs(&mut verified)?;
            self.at_path(self.verify_units(&mut verified))?;
            self.verify_instances(&mut verified, progress)?;
            self.verify_proved(&mut verified)?;
        }
        Ok(verified)
    }

    /// The complete censuses on record, which prove theorems, by the ids of their runs.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn proofs(&self) -> Result<Vec<Run>, DatabaseError> {
        let mut proofs = Vec::new();
        for (run, scope) in self.runs()? {
            if run.is_proved_by(&self.summary(&run.id(), scope)?) {
                proofs.push(run);
            }
        }
        Ok(proofs)
    }

    /// Goes through a census on record once more and compares what each unit comes to. It takes as long as the run did. Calls `progress` with the number of
    /// units done and that of all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn verify_again(
        &self,
        run: &Run,
        verified: &mut Verified,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<(), DatabaseError> {
        let place = format!("run {}", run.id());
        let Some(hunt) = run.census_again() else {
            verified.note(
                place,
                "this version of the program cannot read its conjecture and bounds, so that it cannot be done again",
            );
            return Ok(());
        };
        let all = hunt.units().ok().flatten().unwrap_or(0);
        if run.census != Some(all) {
            verified.note(
                &place,
                format_args!("its class has {all} units now, and had {} when it was recorded", run.census.unwrap_or(0)),
            );
            return Ok(());
        }
        let recorded = self.at_path(self.counts_of_units(&run.id()))?;
        let done = AtomicUsize::new(0);
        let differs = |(unit, counts): &(u64, Counts)| {
            let now = Unit::of(*unit, hunt.unit(*unit)).counts;
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, recorded.len());
            (now != *counts).then_some((*unit, *counts, now))
        };
        let different: Vec<_> = recorded.par_iter().filter_map(differs).collect();
        for (unit, was, now) in different {
            verified.note(
                format!("{place}, unit {unit}"),
                format_args!("done again it came to {now:?}, and {was:?} is on record"),
            );
        }
        verified.again += 1;
        Ok(())
    }

    fn counts_of_units(&self, run: &str) -> Result<Vec<(u64, Counts)>, Problem> {
        let sql =
            "SELECT instances, kkt, holds, vacuous, undecided, broken, unit FROM units WHERE run = ?1 ORDER BY unit";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([run], |row| Ok((row.get::<_, i64>(6)?.cast_unsigned(), counts_of(row)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// No instance on record may break what is proved of a class that it is in.
    fn verify_proved(&self, verified: &mut Verified) -> Result<(), DatabaseError> {
        for run in self.proofs()? {
            let Some(class) = run.class() else { continue };
            for instance in self.contradictions(&run.conjecture)? {
                let Some(kept) = self.at_path(self.kept(&instance))? else { continue };
                if let Ok(Document::Rational(certificate)) = Document::parse(&kept.document)
                    && class.contains(&certificate.problem)
                {
                    let problem = format!(
                        "it is on record as proved, and the instance {instance} breaks it and is within its bounds"
                    );
                    verified.note(format!("run {}", run.id()), problem);
                }
            }
        }
        Ok(())
    }

    fn verify_file(&self, verified: &mut Verified) -> Result<(), Problem> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check")?;
        for line in statement.query_map([], |row| row.get::<_, String>(0))? {
            match line?.as_str() {
                "ok" => {}
                problem => verified.note("file", problem),
            }
        }
        let mut statement = self.connection.prepare("PRAGMA foreign_key_check")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(2)?)))?;
        for row in rows {
            let (table, parent) = row?;
            verified.note(table, format_args!("a row refers to what is not in the table {parent}"));
        }
        Ok(())
    }

    fn verify_runs(&self, verified: &mut Verified) -> Result<(), DatabaseError> {
        let stored = || {
            let mut statement = self.connection.prepare("SELECT id, conjecture FROM runs ORDER BY id")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<Vec<(String, String)>>>()
        };
        let stored = self.at_path(stored())?;
        for ((run, _), (id, conjecture)) in self.runs()?.iter().zip(&stored) {
            if run.id() != *id || run.conjecture_id() != *conjecture {
                verified.note(format!("run {id}"), format_args!("its content has the id {}", run.id()));
            }
            verified.runs += 1;
        }
        Ok(())
    }

    fn verify_units(&self, verified: &mut Verified) -> Result<(), Problem> {
        let sql = "SELECT instances, kkt, holds, vacuous, undecided, broken, run, unit,
                          (SELECT count(*) FROM finds WHERE finds.run = units.run AND finds.unit = units.unit),
                          (SELECT count(*) FROM undecided WHERE undecided.run = units.run AND undecided.unit = units.unit)
                   FROM units ORDER BY run, unit";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let counts = counts_of(row)?;
            let (finds, undecided): (i64, i64) = (row.get(8)?, row.get(9)?);
            if let Some(problem) = wrong(&counts, finds.cast_unsigned(), undecided.cast_unsigned()) {
                verified.note(format!("run {}, unit {}", row.get::<_, String>(6)?, row.get::<_, i64>(7)?), problem);
            }
            verified.units += 1;
        }
        Ok(())
    }

    fn verify_instances(&self, verified: &mut Verified, progress: &dyn Fn(usize, usize)) -> Result<(), DatabaseError> {
        let ids = self.instance_ids()?;
        for batch in ids.chunks(BATCH) {
            let read = |id: &String| Ok(self.kept(id)?.map(|kept| self.broken_by(id).map(|broken| (kept, broken))));
            let batch = batch.iter().filter_map(|id| read(id).and_then(Option::transpose).transpose());
            let batch: Vec<(Kept, Vec<String>)> = self.at_path(batch.collect::<Result<_, Problem>>())?;
            let examined: Vec<Verified> = batch.par_iter().map(|(kept, broken)| examine(kept, broken)).collect();
            for one in examined {
                verified.instances += 1;
                verified.certificates += one.certificates;
                verified.claims += one.claims;
                verified.defects.extend(one.defects);
            }
            progress(verified.instances, ids.len());
        }
        Ok(())
    }

    /// The conjectures that an instance is on record to break.
    pub(super) fn broken_by(&self, instance: &str) -> Result<Vec<String>, Problem> {
        let sql =
            "SELECT DISTINCT text FROM finds JOIN runs ON run = runs.id JOIN conjectures ON conjecture = conjectures.id
                   WHERE instance = ?1 ORDER BY text";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_map([instance], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }
}

/// What is wrong with the counts of a unit with so many counterexamples and undecided instances on record.
fn wrong(counts: &Counts, finds: u64, undecided: u64) -> Option<String> {
    let Counts { instances, kkt, holds, vacuous, undecided: left, broken } = *counts;
    let judged = [holds, vacuous, left, broken].into_iter().try_fold(0_u64, u64::checked_add);
    if judged != Some(instances) {
        Some(format!(
            "{holds} holding, {vacuous} vacuous, {left} undecided and {broken} broken are not {instances} instances"
        ))
    } else if kkt > instances {
        Some(format!("{kkt} of {instances} instances at KKT points"))
    } else if finds > broken || (finds == 0) != (broken == 0) {
        Some(format!("{finds} counterexamples are on record, and {broken} are counted"))
    } else if undecided > left {
        Some(format!("{undecided} undecided instances are on record, and {left} are counted"))
    } else {
        None
    }
}

fn examine(kept: &Kept, broken: &[String]) -> Verified {
    let mut verified = Verified::default();
    let place = format!("instance {}", kept.id);
    match Document::parse(&kept.document) {
        Err(error) => verified.note(&place, format_args!("its document cannot be read: {error}")),
        Ok(document) => {
            let id = Kept::of(&document).id;
            if id != kept.id {
                verified.note(&place, format_args!("its document has the id {id}"));
            }
            if !document.claims().is_empty() {
                verified.note(&place, "its document makes claims");
            }
        }
    }
    let mut evidence = Vec::new();
    for certified in &kept.certificates {
        let place = format!("{place}, certificate of {}", certified.claims);
        verified.certificates += 1;
        let document = match Document::parse(&certified.text) {
            Ok(document) => document,
            Err(error) => {
                verified.note(place, format_args!("it cannot be read: {error}"));
                continue;
            }
        };
        verified.claims += document.claims().len();
        match Kept::checked(&document) {
            Err(rejected) => verified.note(place, rejected),
            Ok(checked) if checked.id != kept.id => {
                verified.note(place, format_args!("it is about the instance {}", checked.id));
            }
            Ok(_) if names(&document.claims()) != certified.claims => {
                verified.note(place, format_args!("it claims {}", names(&document.claims())));
            }
            Ok(_) => evidence.push(document),
        }
    }
    for conjecture in broken {
        match conjecture.parse::<Conjecture>() {
            Err(error) => {
                verified.note(&place, format_args!("it is to break what is no conjecture: {}", error.message))
            }
            Ok(parsed) if !evidence.iter().any(|certificate| breaks(&parsed, certificate)) => {
                verified.note(&place, format_args!("no certificate of it breaks the conjecture {conjecture}"));
            }
            Ok(_) => {}
        }
    }
    verified
}

/// Whether a certificate refutes a conjecture. Its claims are the evidence that is looked at first.
fn breaks(conjecture: &Conjecture, certificate: &Document) -> bool {
    match certificate {
        Document::Rational(certificate) => matches!(judge(conjecture, certificate), Judgement::Broken(_)),
        // No hunt draws such an instance.
        Document::Algebraic(_) => false,
    }
}
