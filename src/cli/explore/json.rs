//! One JSON object an event, for programs.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Refusal, Settled, Task, resume, since, tally::Tally};
use crate::cli::Failure;
use crate::cli::output::Output;
use crate::explore::conjecture::Conjecture;
use crate::explore::database::{Certified, Counts, Database, Entry, Summary};
use crate::explore::run::{Ended, Event, Outcome};
use crate::explore::shrink::Extent;

/// How often progress is told.
const PERIOD: Duration = Duration::from_secs(1);

/// Writes a line of JSON an event.
pub struct Reporter {
    last_progress: Instant,
}

impl Reporter {
    /// Before a run.
    pub fn new() -> Self {
        Reporter { last_progress: Instant::now() }
    }
}

/// The counts as an object.
pub fn counts(counts: &Counts) -> Value {
    let Counts { instances, kkt, holds, vacuous, undecided, broken } = *counts;
    json!({
        "instances": instances, "kkt": kkt, "holds": holds, "vacuous": vacuous, "undecided": undecided, "broken": broken
    })
}

/// The extent as an object.
pub fn extent(extent: &Extent) -> Value {
    let Extent { units, samples, inputs, layers, height, bits } = *extent;
    json!({ "units": units, "samples": samples, "inputs": inputs, "layers": layers, "height": height, "bits": bits })
}

/// A counterexample on record, with every claim that is certified of it.
fn find(unit: u64, id: &str, size: &Extent, certificates: &[Certified]) -> Value {
    let claims: BTreeSet<&str> = certificates.iter().flat_map(|certified| certified.claims.split(',')).collect();
    json!({ "event": "find", "unit": unit, "id": id, "extent": extent(size), "claims": claims })
}

/// What was found, as a list of objects.
pub fn finds(summary: &Summary) -> Value {
    let find = |find: &crate::explore::database::Found| json!({ "id": find.instance, "unit": find.unit, "extent": extent(&find.extent) });
    summary.finds.iter().map(find).collect()
}

impl super::Reporter for Reporter {
    fn begin(&mut self, output: &mut Output, task: &Task, before: &Summary, record: &Database) -> Result<(), Refusal> {
        let Task { run, plan, database, .. } = task;
        output.line(json!({
            "event": "begin",
            "run": run.id(),
            "conjecture": run.conjecture,
            "source": run.source,
            "bounds": run.bounds,
            "seed": run.seed,
            "version": run.version,
            "database": database.to_string_lossy(),
            "shard": plan.shard.to_string(),
            "units": before.units,
            "done": before.done,
        }))?;
        // What an earlier process found is told like what this one does.
        for found in &before.finds {
            if let Entry::Instance(instance) = record.find(&found.instance)? {
                let kept = &instance.kept;
                output.line(find(found.unit, &kept.id, &kept.extent, &kept.certificates))?;
            }
        }
        Ok(())
    }

    fn event(&mut self, output: &mut Output, event: &Event<'_>, tally: &Tally) -> Result<(), Failure> {
        match event {
            Event::Recorded(units) => {
                for unit in *units {
                    for kept in &unit.finds {
                        output.line(find(unit.unit, &kept.id, &kept.extent, &kept.certificates))?;
                    }
                }
            }
            Event::Failed { unit, message } => {
                output.line(json!({ "event": "failed", "unit": unit, "message": message }))?;
            }
            Event::Repeated | Event::Waiting => {}
        }
        if self.last_progress.elapsed() >= PERIOD {
            self.last_progress = Instant::now();
            output.line(json!({
                "event": "progress",
                "units": tally.units,
                "done": tally.done,
                "drafts": tally.drafts(),
                "judged": tally.judged(),
                "counts": counts(&tally.counts),
                "distinct": tally.distinct(),
                "kkt_per_second": tally.rate().round(),
                "seconds_left": tally.time_left().map(|left| left.as_secs()),
            }))?;
        }
        Ok(())
    }

    fn settled(&mut self, output: &mut Output, conjecture: &Conjecture, settled: &Settled) -> Result<(), Failure> {
        output.line(json!({
            "event": "end",
            "ended": "complete",
            "verdict": if settled.proved { "proved" } else { "open" },
            "conjecture": conjecture.to_string(),
            "why": settled.why,
        }))
    }

    fn end(
        &mut self,
        output: &mut Output,
        task: &Task,
        outcome: &Outcome,
        contradictions: &[String],
        tally: &Tally,
    ) -> Result<(), Failure> {
        let Outcome { ended, summary } = outcome;
        let how = match ended {
            Ended::Complete => "complete",
            Ended::Stopped => "stopped",
            Ended::TimeLimit => "time_limit",
            Ended::Failed => "failed",
        };
        let verdict = match ended {
            _ if !summary.finds.is_empty() || !contradictions.is_empty() => "broken",
            _ if task.run.is_proved_by(summary) => "proved",
            _ => "open",
        };
        output.line(json!({
            "event": "end",
            "ended": how,
            "verdict": verdict,
            "class": task.run.bounds,
            "contradictions": contradictions,
            "run": task.run.id(),
            "units": summary.units,
            "done": summary.done,
            "counts": counts(&summary.counts),
            "finds": finds(summary),
            "seconds": since(tally.start),
            "resume": (*ended != Ended::Complete).then(resume::command),
        }))
    }
}
