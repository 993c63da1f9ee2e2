//! Lists and single entries as JSON, for programs.

use serde_json::{Value, json};

use super::Refusal;
use crate::cli::Failure;
use crate::cli::explore::json::{counts, extent, finds};
use crate::cli::output::Output;
use crate::explore::database::{Conjecture, Database, Defect, Entry, Instance, Run, Scope, Status, Summary, Verified};

/// An object a conjecture and a run.
pub fn list(output: &mut Output, database: &Database) -> Result<(), Refusal> {
    for (one, finds) in database.conjectures()? {
        output.line(conjecture(&one, &finds))?;
    }
    for (one, scope) in database.runs()? {
        let summary = database.summary(&one.id(), scope)?;
        output.line(run(&one, scope, &summary))?;
    }
    Ok(())
}

/// What an id stands for, as an object.
pub fn show(output: &mut Output, entry: &Entry) -> Result<(), Failure> {
    output.line(match entry {
        Entry::Conjecture(one, finds) => conjecture(one, finds),
        Entry::Run(one, scope, summary) => run(one, *scope, summary),
        Entry::Instance(one) => instance(one),
    })
}

fn conjecture(conjecture: &Conjecture, finds: &[String]) -> Value {
    let status = match conjecture.status {
        Status::Broken => "broken",
        Status::Proved => "proved",
        Status::Open => "open",
    };
    json!({
        "kind": "conjecture",
        "id": conjecture.id,
        "conjecture": conjecture.text,
        "status": status,
        "runs": conjecture.runs,
        "kkt": conjecture.kkt,
        "undecided": conjecture.undecided,
        "proved_for": conjecture.proved,
        "counterexamples": finds,
        "contradictions": conjecture.contradictions,
    })
}

fn run(run: &Run, scope: Scope, summary: &Summary) -> Value {
    json!({
        "kind": "run",
        "id": run.id(),
        "conjecture": run.conjecture,
        "source": run.source,
        "bounds": run.bounds,
        "seed": run.seed,
        "version": run.version,
        "census": run.census,
        "planned": scope.units,
        "keep_going": scope.keep_going,
        "units": summary.units,
        "done": summary.done,
        "complete": summary.is_complete(),
        "proved": run.is_proved_by(summary),
        "counts": counts(&summary.counts),
        "finds": finds(summary),
    })
}

fn instance(instance: &Instance) -> Value {
    let places = |places: &[(String, u64)]| -> Value {
        places.iter().map(|(run, unit)| json!({ "run": run, "unit": unit })).collect()
    };
    // A document keeps the order of its keys as text only.
    let certificates: Vec<String> = instance.kept.files().into_iter().map(|file| file.text).collect();
    json!({
        "kind": "instance",
        "id": instance.kept.id,
        "extent": extent(&instance.kept.extent),
        "document": instance.kept.document,
        "certificates": certificates,
        "counterexample": places(&instance.found),
        "undecided": places(&instance.undecided),
        "unclaimed": instance.unclaimed,
    })
}

/// What was checked and what is wrong, as an object.
pub fn verified(output: &mut Output, verified: &Verified) -> Result<(), Failure> {
    let defect = |defect: &Defect| json!({ "place": defect.place, "problem": defect.problem });
    output.line(json!({
        "sound": verified.defects.is_empty(),
        "runs": verified.runs,
        "units": verified.units,
        "instances": verified.instances,
        "certificates": verified.certificates,
        "claims": verified.claims,
        "again": verified.again,
        "defects": verified.defects.iter().map(defect).collect::<Vec<_>>(),
    }))
}
