//! `margincert explore`: the hunt for counterexamples.

mod bounds;
pub(super) mod json;
mod people;
mod prepare;
mod read;
mod refusal;
mod resume;
mod tally;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::builder::PossibleValue;

use super::output::{Output, diagnose};
use super::values::{self, seconds};
use super::{Failure, Status, status};
use crate::explore::conjecture::{Atom, Conjecture};
use crate::explore::database::{DEFAULT_PATH, Database, Summary};
use crate::explore::hunt::Source;
use crate::explore::run::{self, Ended, Event, Outcome, Shard};
pub(super) use prepare::processors;
use prepare::{Task, has_its_layers, prepare};
use refusal::Refusal;
use tally::Tally;

const EXAMPLES: &str = "\
Examples:
  margincert explore 'kkt & diagonal & linear & depth == 2 -> local_optimum'
  margincert explore 'kkt & relu -> local_optimum' --depth 3 --time-limit 600
  margincert explore open-question.txt --keep-going -o found
  margincert explore open-question.txt --shard 0/4 --db part-0.db
                     and so on to 3/4, then margincert db merge

The conjecture is a formula of facts: `margincert explore --language` lists them. In a file, lines that begin with # \
are comments.

The work falls into units of a fixed number of instances. A unit depends on the conjecture, the source, the bounds, \
the seed and the version of the program alone, so equal runs find equal things, whatever the number of threads and of \
shards. Every unit is kept in the database as soon as it is done: a run may be ended at any moment and goes on with \
--resume.

With --json there is one object per line, each with the key `event`: `begin`, `progress` (once a second), `find`, \
`failed`, `end`.";

/// Hunt for a counterexample to a conjecture about KKT points.
///
/// Instances are drawn and judged by exact proofs; only what the checker accepts counts as a counterexample. What is found is
/// made as small as possible, so that it may be smaller than the bounds, and kept in a database with its certificate.
#[derive(Debug, clap::Args)]
#[command(after_help = status::EXPLORE_HELP, after_long_help = format!("{EXAMPLES}\n\n{}", status::EXPLORE_HELP))]
pub struct Arguments {
    /// The conjecture, or a file that holds it.
    #[arg(value_name = "CONJECTURE|FILE", required_unless_present = "language")]
    conjecture: Option<String>,

    /// Describe the language of conjectures, and exit.
    #[arg(long)]
    language: bool,

    /// Where instances come from [default: mixed].
    #[arg(long, value_name = "SOURCE", value_enum)]
    source: Option<Source>,

    /// Certificates or instances whose neighbours are drawn: files, and folders to search.
    #[arg(long, value_name = "PATH")]
    known: Vec<PathBuf>,

    /// Draw about so many instances: whole units, of all shards together [default: 100000].
    #[arg(long, value_name = "N", conflicts_with = "units", value_parser = number, allow_negative_numbers = true)]
    instances: Option<u64>,

    /// Do so many units, of all shards together.
    #[arg(long, value_name = "N", value_parser = number, allow_negative_numbers = true)]
    units: Option<u64>,

    /// Go on after the first unit with a counterexample.
    #[arg(long)]
    keep_going: bool,

    /// Stop after so many seconds, done or not; what is under way then is given up, and done anew with --resume.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    time_limit: Option<Duration>,

    /// The seed of the drawing.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = values::whole::<u64>, allow_negative_numbers = true)]
    seed: u64,

    /// How many threads work [default: one a processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), allow_negative_numbers = true)]
    threads: Option<u16>,

    /// Do one of n equal parts of the work, with i from 0 to n - 1; `margincert db merge` joins them.
    #[arg(long, value_name = "I/N", default_value_t = Shard::ALL)]
    shard: Shard,

    /// Go on with a run that was begun before.
    #[arg(long)]
    resume: bool,

    /// The database, made if there is none.
    #[arg(long, value_name = "PATH", default_value = DEFAULT_PATH)]
    db: PathBuf,

    /// A folder to write the certificates of the counterexamples to, each named for its id.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Print events, one JSON object per line.
    #[arg(long)]
    json: bool,

    /// End with status 0 when all that was asked for is done, whatever was found, as schedulers of shards want it.
    ///
    /// Status 3 then means that there is work left, also for a shard without any unit, which is done.
    #[arg(long)]
    done_is_success: bool,

    #[command(flatten)]
    bounds: bounds::BoundsArguments,
}

/// Tells of a run while it goes on and at its end.
trait Reporter {
    fn begin(&mut self, output: &mut Output, task: &Task, before: &Summary, record: &Database) -> Result<(), Refusal>;
    fn event(&mut self, output: &mut Output, event: &Event<'_>, tally: &Tally) -> Result<(), Failure>;
    /// `contradictions` are instances on record that break the conjecture and that the run did not find.
    fn end(
        &mut self,
        output: &mut Output,
        task: &Task,
        outcome: &Outcome,
        contradictions: &[String],
        tally: &Tally,
    ) -> Result<(), Failure>;
    /// In place of a run where there is nothing to do.
    fn settled(&mut self, output: &mut Output, conjecture: &Conjecture, settled: &Settled) -> Result<(), Failure>;
}

impl clap::ValueEnum for Source {
    fn value_variants<'a>() -> &'a [Self] {
        &Source::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(match self {
            Source::Inverse => "first a point and activation patterns, then data that make it a KKT point",
            Source::Forward => "first the data, then KKT points of it",
            Source::Patterns => {
                "first a point, then activation patterns for which there are data, by mixed-integer programs"
            }
            Source::Neighbours => "small changes of the instances that --known names",
            Source::Census => "every KKT instance within the bounds",
            Source::Mixed => "inverse and forward by turns, and with --known neighbours as well",
        }))
    }
}

/// How many; the database can hold no more than what is signed.
fn number(text: &str) -> Result<u64, String> {
    values::up_to(text, i64::MAX.cast_unsigned())
}

/// Runs what the arguments ask for.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    let mut output = Output::stdout();
    if arguments.language {
        people::language(&mut output)?;
        return Ok(Status::Accepted);
    }
    match explore(&arguments, &mut output, interruption()) {
        Ok(status) => Ok(status),
        Err(Refusal::Failure(failure)) => Err(failure),
        Err(refusal) => {
            refusal.to_string().lines().for_each(diagnose);
            Ok(Status::Unreadable)
        }
    }
}

/// Explores for another program in this process: hands it the lines that `--json` prints, and ends the run once `stop` is set.
///
/// # Errors
/// Why there is nothing to run, in words.
pub fn explore_for_program(
    arguments: &[OsString],
    take: impl FnMut(&str) + 'static,
    stop: &AtomicBool,
) -> Result<Status, String> {
    #[derive(clap::Parser)]
    struct Command {
        #[command(flatten)]
        arguments: Arguments,
    }
    let words = [OsString::from("explore"), OsString::from("--json")];
    let command = <Command as clap::Parser>::try_parse_from(words.iter().chain(arguments));
    let Command { arguments } = command.map_err(|error| error.to_string())?;
    explore(&arguments, &mut Output::to(take), stop).map_err(|refusal| refusal.to_string())
}

fn explore(arguments: &Arguments, output: &mut Output, stop: &AtomicBool) -> Result<Status, Refusal> {
    let conjecture = read::conjecture(arguments.conjecture.as_deref().unwrap_or_default())?;
    if !conjecture.assumes(&Atom::Kkt) {
        return Err(Refusal::NotOfKktPoints);
    }
    has_its_layers(&conjecture, &conjecture.bounds())?;
    let mut reporter: Box<dyn Reporter> =
        if arguments.json { Box::new(json::Reporter::new()) } else { Box::new(people::Reporter::new()) };
    if let Some(settled) = Settled::by_form(&conjecture) {
        reporter.settled(output, &conjecture, &settled)?;
        return Ok(settled.status());
    }
    let task = prepare(arguments, conjecture)?;
    if let Some(folder) = &arguments.output {
        make_writable(folder)?;
    }
    let id = task.run.id();
    let mut database = Database::create(&task.database)?;
    let before = database.summary(&id, task.plan.scope())?;
    // What is complete is told again; what is not was perhaps begun by mistake, or is being done by another process.
    if before.done > 0 && !before.is_complete() && !arguments.resume {
        return Err(Refusal::Begun { done: before.done, units: before.units, database: task.database });
    }
    if before.done == 0 && arguments.resume {
        refuse_another_run(&database, &task)?;
    }
    reporter.begin(output, &task, &before, &database)?;
    let mut tally = Tally::new(&before, task.plan.time_limit);
    let mut lost_output = None;
    let mut watch = |event: Event<'_>| {
        tally.count(&event);
        if let Err(failure) = reporter.event(output, &event, &tally) {
            // The work goes on, so that nothing is lost but words.
            lost_output.get_or_insert(failure);
        }
    };
    let outcome = run::run(&task.hunt, &mut database, &task.run, &task.plan, stop, &mut watch)?;
    if let Some(folder) = &arguments.output {
        write(folder, &database, &outcome.summary)?;
    }
    let contradictions = database.contradictions(&task.run.conjecture)?;
    reporter.end(output, &task, &outcome, &contradictions, &tally)?;
    let status = match outcome.ended {
        Ended::Complete if arguments.done_is_success => Status::Accepted,
        Ended::Stopped | Ended::TimeLimit if arguments.done_is_success => Status::Undecided,
        _ if !contradictions.is_empty() => Status::Rejected,
        _ => status_of(&task, &outcome),
    };
    lost_output.map_or(Ok(status), |failure| Err(failure.into()))
}

/// What can be said of a conjecture before any instance is looked at.
struct Settled {
    /// Whether no network at all can break it; else there may be some, but none that can be drawn.
    proved: bool,
    why: String,
}

impl Settled {
    fn by_form(conjecture: &Conjecture) -> Option<Self> {
        if conjecture.holds_by_form() {
            let why = "What the hypothesis and the negated conclusion say of wiring, activations and sizes contradicts itself.";
            return Some(Settled { proved: true, why: why.into() });
        }
        let bounds = conjecture.bounds();
        (bounds.is_empty() && bounds.check().is_ok()).then(|| {
            let why = bounds::what_is_missing(&bounds);
            Settled { proved: false, why: format!("Nothing that can be drawn could break it: {why}.") }
        })
    }

    fn status(&self) -> Status {
        if self.proved { Status::Accepted } else { Status::Undecided }
    }
}

/// A folder that cannot be written is a reason not to begin.
fn make_writable(folder: &Path) -> Result<(), Refusal> {
    let probe = folder.join(format!(".margincert-{}", std::process::id()));
    let tried = fs::create_dir_all(folder).and_then(|()| fs::write(&probe, "")).and_then(|()| fs::remove_file(&probe));
    tried.map_err(|error| Refusal::Output { path: folder.into(), error })
}

/// Going on with a run that is not there would begin it anew, which is not what was asked for if another was meant.
fn refuse_another_run(database: &Database, task: &Task) -> Result<(), Refusal> {
    let mut others = Vec::new();
    for (run, scope) in database.runs()? {
        let summary = database.summary(&run.id(), scope)?;
        if run.conjecture == task.run.conjecture && run.id() != task.run.id() && summary.done > 0 {
            let (source, seed, version) = (&run.source, run.seed, &run.version);
            others.push(format!("  {}  {}; source {source}, seed {seed}, version {version}", run.id(), run.bounds));
        }
    }
    let (database, others) = (task.database.clone(), others.join("\n"));
    if others.is_empty() { Ok(()) } else { Err(Refusal::NoSuchRun { database, others }) }
}

/// Writes the certificates of the finds.
fn write(folder: &Path, database: &Database, summary: &Summary) -> Result<(), Refusal> {
    let ids: Vec<String> = summary.finds.iter().map(|find| find.instance.clone()).collect();
    let files = if ids.is_empty() { Vec::new() } else { database.export(&ids)? };
    Ok(super::db::write(folder, &files, None)?)
}

/// Set when the user wants the run to end.
static STOP: AtomicBool = AtomicBool::new(false);

fn interruption_is_set() -> bool {
    STOP.load(Ordering::Relaxed)
}

/// Lets Ctrl-C end the run.
pub(super) fn interruption() -> &'static AtomicBool {
    // Where no handler can be set the signal ends the process, which loses nothing that is on record.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    &STOP
}

fn status_of(task: &Task, outcome: &Outcome) -> Status {
    if !outcome.summary.finds.is_empty() {
        return Status::Rejected;
    }
    match outcome.ended {
        Ended::Failed => Status::Unreadable,
        Ended::Stopped | Ended::TimeLimit => Status::Undecided,
        // Whoever looked at nothing must not end like one who found nothing wrong.
        Ended::Complete if outcome.summary.counts.tried() == 0 => Status::Undecided,
        // A census is asked for a theorem.
        Ended::Complete if task.run.census.is_some() && outcome.summary.counts.undecided > 0 => Status::Undecided,
        Ended::Complete => Status::Accepted,
    }
}

/// Seconds since a moment, with a meaningful number of digits for a program to read.
fn since(start: Instant) -> f64 {
    (start.elapsed().as_secs_f64() * 1e3).round() / 1e3
}
