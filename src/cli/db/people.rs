//! Lists and single entries, for people.

use std::path::Path;

use super::Refusal;
use crate::cli::Failure;
use crate::cli::output::{Colour, Output, Printable};
use crate::explore::database::{Conjecture, Database, Entry, Instance, Run, Scope, Status, Summary, Verified};
use crate::words::count;

/// Of the counterexamples of a run so many are listed.
const SHOWN: usize = 20;

/// How a conjecture stands, and its colour.
fn standing(conjecture: &Conjecture) -> (String, Colour) {
    match conjecture.status {
        Status::Broken => ("BROKEN".into(), Colour::Red),
        Status::Proved => (format!("PROVED within bounds [{}]", conjecture.proved.join("] and [")), Colour::Green),
        Status::Open => ("no counterexample".into(), Colour::Yellow),
    }
}

/// How many of the counterexamples were found by no run of the conjecture.
fn on_record(conjecture: &Conjecture) -> String {
    match conjecture.contradictions {
        0 => String::new(),
        contradictions => format!(", {contradictions} of them on record but not found by its runs"),
    }
}

/// Lists conjectures, with their runs and counterexamples.
pub fn list(output: &mut Output, database: &Database) -> Result<(), Refusal> {
    let (conjectures, runs) = (database.conjectures()?, database.runs()?);
    for (conjecture, finds) in &conjectures {
        let (word, colour) = standing(conjecture);
        let (word, text) = (output.paint(colour, &word), Printable(&conjecture.text));
        output.line(format_args!("{}  {word}  {text}", conjecture.id))?;
        output.line(format_args!(
            "    {} KKT points judged, {} undecided, {}{}",
            conjecture.kkt,
            conjecture.undecided,
            count(finds.len(), "distinct counterexample"),
            on_record(conjecture)
        ))?;
        for (run, scope) in runs.iter().filter(|(run, _)| run.conjecture == conjecture.text) {
            let summary = database.summary(&run.id(), *scope)?;
            output.line(format_args!("    {}", one_line(run, &summary)))?;
            found(output, &summary, "        ")?;
        }
    }
    let instances = count(database.instance_ids()?.len(), "instance");
    Ok(output.line(format_args!(
        "{}, {}, {instances}",
        count(conjectures.len(), "conjecture"),
        count(runs.len(), "run")
    ))?)
}

fn one_line(run: &Run, summary: &Summary) -> String {
    let state = if summary.is_complete() { "complete" } else { "to be resumed" };
    format!(
        "{}  {} of {} units, {state}; {}, seed {}, version {}",
        run.id(),
        summary.done,
        summary.units,
        Printable(&run.source),
        run.seed,
        Printable(&run.version)
    )
}

fn found(output: &mut Output, summary: &Summary, indent: &str) -> Result<(), Failure> {
    for find in summary.finds.iter().take(SHOWN) {
        output.line(format_args!("{indent}{}  {}  (unit {})", find.instance, find.extent, find.unit))?;
    }
    if summary.finds.len() > SHOWN {
        output.line(format_args!("{indent}and {} more", summary.finds.len() - SHOWN))?;
    }
    Ok(())
}

/// Shows what an id stands for.
pub fn show(output: &mut Output, entry: &Entry) -> Result<(), Failure> {
    match entry {
        Entry::Run(run, scope, summary) => show_run(output, run, *scope, summary),
        Entry::Conjecture(conjecture, finds) => {
            let (word, colour) = standing(conjecture);
            output.line(format_args!("{}  {}", output.paint(colour, &word), Printable(&conjecture.text)))?;
            let runs = count(usize::try_from(conjecture.runs).unwrap_or(usize::MAX), "run");
            let (kkt, undecided) = (conjecture.kkt, conjecture.undecided);
            output.line(format_args!("  {kkt} KKT points judged in {runs}, {undecided} undecided"))?;
            finds.iter().try_for_each(|find| output.line(format_args!("  {find}")))
        }
        Entry::Instance(instance) => show_instance(output, instance),
    }
}

fn show_run(output: &mut Output, run: &Run, scope: Scope, summary: &Summary) -> Result<(), Failure> {
    let counts = &summary.counts;
    output.line(one_line(run, summary))?;
    output.line(format_args!("  conjecture  {}", Printable(&run.conjecture)))?;
    output.line(format_args!("  bounds      {}", Printable(&run.bounds)))?;
    output.line(format_args!(
        "  instances   {} ({} at KKT points): {} hold, {} break it, {} vacuous, {} undecided",
        counts.instances, counts.kkt, counts.holds, counts.broken, counts.vacuous, counts.undecided
    ))?;
    let stops = if scope.keep_going { "goes on after a find" } else { "stops at the first find" };
    output.line(format_args!("  planned     {} units; {stops}", scope.units))?;
    found(output, summary, "  found       ")
}

/// Shows the certificate as it is; where it was found goes before it.
fn show_instance(output: &mut Output, instance: &Instance) -> Result<(), Failure> {
    let kept = &instance.kept;
    let mut notes = vec![format!("{}  {}", kept.id, kept.extent)];
    for (what, places) in [("counterexample", &instance.found), ("undecided", &instance.undecided)] {
        notes.extend(places.iter().map(|(run, unit)| format!("{what} in run {run}, unit {unit}")));
    }
    notes.extend(instance.unclaimed.map(String::from));
    let files = kept.files();
    if files.is_empty() {
        notes.push("nothing is certified of it".into());
    }
    for note in notes {
        output.line(output.paint(Colour::Faint, &note).into_owned())?;
    }
    if files.is_empty() {
        return output.line(kept.document.trim_end());
    }
    files.iter().try_for_each(|file| output.line(file.text.trim_end()))
}

/// Says what was checked and what is wrong.
pub fn verified(output: &mut Output, path: &Path, verified: &Verified) -> Result<(), Failure> {
    for defect in &verified.defects {
        let defect = defect.to_string();
        output.line(format_args!("{}  {}", output.paint(Colour::Red, "WRONG"), Printable(&defect)))?;
    }
    let is_sound = verified.defects.is_empty();
    let checked = format!(
        "{}: {}, {}, {}, {}, {}{}: {}",
        Printable(&path.to_string_lossy()),
        count(verified.runs, "run"),
        count(verified.units, "unit"),
        count(verified.instances, "instance"),
        count(verified.certificates, "certificate"),
        count(verified.claims, "claim"),
        if verified.again > 0 { format!(", {} done again", count(verified.again, "proof")) } else { String::new() },
        if is_sound { "all right".into() } else { count(verified.defects.len(), "defect") }
    );
    let colour = if is_sound { Colour::Green } else { Colour::Red };
    output.line(output.paint(colour, &checked).into_owned())
}
