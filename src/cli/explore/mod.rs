//! `margincert explore`: the hunt for counterexamples.

mod bounds;
pub(super) mod json;
mod people;
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
use crate::explore::database::{DEFAULT_PATH, Database, DatabaseError, Run, Summary};
use crate::explore::hunt::{Hunt, HuntError, Source};
use crate::explore::run::{self, Ended, Event, Outcome, Plan, Shard};
use crate::files::{self, FileError};
use crate::kernel::certificate::{Certificate, Document};
use crate::kernel::exact::Rational;
use tally::Tally;

/// How many instances are drawn when no number is given.
const INSTANCES: u64 = 100_000;

const EXAMPLES: &str = "\
Examples:
  margincert explore 'kkt & diagonal & linear & depth == 2 -> local_optimum'
  margincert explore 'kkt & relu & nonzero_inputs -> local_optimum' --depth 3 --time-limit 600
  margincert explore open-question.txt --keep-going -o found
  margincert explore open-question.txt --shard 0/4 --db part-0.db     and so on to 3/4, then margincert db merge

The conjecture is a formula of facts: `margincert explore --language` lists them. In a file, lines that begin with # are
comments.

The work falls into units of a fixed number of instances. A unit depends on the conjecture, the source, the bounds, the
seed and the version of the program alone, so equal runs find equal things, whatever the number of threads and of shards.
Every unit is kept in the database as soon as it is done: a run may be ended at any moment and goes on with --resume.

With --json there is one object a line, each with the key `event`: `begin`, `progress` (once a second), `find`, `failed`, `end`.";

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

    /// Print events, one JSON object a line.
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

/// What is about to be done.
struct Task {
    hunt: Hunt,
    run: Run,
    plan: Plan,
    database: PathBuf,
}

/// Tells of a run while it goes on and at its end.
trait Reporter {
    fn begin(&mut self, output: &mut Output, task: &Task, before: &Summary, record: &Database) -> Result<(), Refusal>;
    fn event(&mut self, output: &mut Output, event: &Event<'_>, tally: &Tally) -> Result<(), Failure>;
    fn end(&mut self, output: &mut Output, task: &Task, outcome: &Outcome, tally: &Tally) -> Result<(), Failure>;
}

impl clap::ValueEnum for Source {
    fn value_variants<'a>() -> &'a [Self] {
        &Source::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(match self {
            Source::Inverse => "first a point and activation patterns, then data that make it a KKT point",
            Source::Forward => "first the data, then KKT points of it",
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

/// Why there is nothing to run.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("{}: {error}", .path.display())]
    File { path: PathBuf, error: std::io::Error },
    #[error(transparent)]
    Known(#[from] FileError),
    #[error("{0}")]
    Conjecture(String),
    #[error("the neighbours of what? --known PATH names certificates to start from")]
    NothingKnown,
    #[error(transparent)]
    Hunt(#[from] HuntError),
    #[error("no instance meets both the hypothesis and the bounds given: {0}")]
    Empty(String),
    #[error(
        "all sources look for KKT points, so a conjecture must assume `kkt`, as in `kkt & relu -> local_optimum`; of other points nothing would be said"
    )]
    NotOfKktPoints,
    #[error(
        "there is no layer {layer}: layers are numbered from 0, and here no network has more than {depth}; the last is `last layer`"
    )]
    NoSuchLayer { layer: usize, depth: usize },
    #[error("{}: {why}", .path.display())]
    NoFile { path: PathBuf, why: &'static str },
    #[error(
        "{done} of the {units} units of this run are done and in {}; go on with --resume, or begin another with --seed or --db",
        .database.display()
    )]
    Begun { done: u64, units: u64, database: PathBuf },
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Failure(#[from] Failure),
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
    let task = prepare(arguments)?;
    let id = task.run.id();
    let mut database = Database::create(&task.database)?;
    let before = database.summary(&id, task.plan.scope())?;
    // What is complete is told again; what is not was perhaps begun by mistake, or is being done by another process.
    if before.done > 0 && !before.is_complete() && !arguments.resume {
        return Err(Refusal::Begun { done: before.done, units: before.units, database: task.database });
    }
    let mut reporter: Box<dyn Reporter> =
        if arguments.json { Box::new(json::Reporter::new()) } else { Box::new(people::Reporter::new()) };
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
    reporter.end(output, &task, &outcome, &tally)?;
    let status = match outcome.ended {
        Ended::Complete if arguments.done_is_success => Status::Accepted,
        Ended::Stopped | Ended::TimeLimit if arguments.done_is_success => Status::Undecided,
        _ => status_of(&task, &outcome),
    };
    lost_output.map_or(Ok(status), |failure| Err(failure.into()))
}

fn prepare(arguments: &Arguments) -> Result<Task, Refusal> {
    let conjecture = conjecture(arguments.conjecture.as_deref().unwrap_or_default())?;
    let mut hunt = Hunt::new(conjecture);
    if !hunt.conjecture.assumes(&Atom::Kkt) {
        return Err(Refusal::NotOfKktPoints);
    }
    hunt.bounds = arguments.bounds.within(hunt.bounds);
    let depth = *hunt.bounds.depth.end();
    if let Some(layer) = hunt.conjecture.deepest_layer().filter(|layer| *layer >= depth) {
        return Err(Refusal::NoSuchLayer { layer, depth });
    }
    if hunt.bounds.is_empty() {
        return Err(Refusal::Empty(bounds::what_is_missing(&hunt.bounds)));
    }
    hunt.seed = arguments.seed;
    hunt.source = arguments.source.unwrap_or(hunt.source);
    hunt.known = known(&arguments.known)?;
    if hunt.source == Source::Neighbours && hunt.known.is_empty() {
        return Err(Refusal::NothingKnown);
    }
    let run = Run::of(&hunt)?;
    let asked = arguments.units.or(arguments.instances.map(|instances| instances.div_ceil(hunt.draws.max(1).into())));
    let units = match run.census {
        Some(all) => asked.unwrap_or(all).min(all),
        None => asked.unwrap_or(INSTANCES.div_ceil(hunt.draws.max(1).into())),
    };
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    let plan = Plan {
        units,
        shard: arguments.shard,
        keep_going: arguments.keep_going,
        threads: arguments.threads.map_or_else(processors, usize::from),
        time_limit: arguments.time_limit,
    };
    Ok(Task { hunt, run, plan, database: arguments.db.clone() })
}

fn conjecture(text: &str) -> Result<Conjecture, Refusal> {
    let path = Path::new(text);
    // What looks like a path is none of the language.
    let has_end = [".conj", ".txt"].iter().any(|end| text.ends_with(end));
    let has_folder = text.contains(std::path::MAIN_SEPARATOR) && !text.contains("->");
    let nowhere = match fs::metadata(path) {
        Ok(file) => file.is_dir().then_some("this is a folder, and a conjecture is read from a file"),
        Err(_) => (has_end || has_folder).then_some("there is no such file to read a conjecture from"),
    };
    if let Some(why) = nowhere {
        return Err(Refusal::NoFile { path: path.into(), why });
    }
    if !path.is_file() {
        return text.parse().map_err(|error| Refusal::Conjecture(format!("the conjecture cannot be read: {error}")));
    }
    let content = fs::read_to_string(path).map_err(|error| Refusal::File { path: path.into(), error })?;
    // A comment leaves its line empty, so that an error names the line of the file.
    let lines: Vec<&str> =
        content.lines().map(|line| if line.trim_start().starts_with('#') { "" } else { line }).collect();
    let parsed = lines.join("\n").parse();
    parsed.map_err(|error| Refusal::Conjecture(format!("{}: the conjecture cannot be read: {error}", path.display())))
}

/// The instances in files, in an order that does not depend on where they are. Their claims do not matter.
fn known(paths: &[PathBuf]) -> Result<Vec<Certificate<Rational>>, Refusal> {
    let mut known = Vec::new();
    for path in paths.iter().flat_map(|path| files::find(path)) {
        match files::read(&path?)? {
            Document::Rational(certificate) => {
                let bare = Certificate { title: None, source: None, claims: Vec::new(), ..certificate };
                known.push((bare.to_text(), bare));
            }
            // What is near them would not be rational.
            Document::Algebraic(_) => {}
        }
    }
    known.sort_by(|(a, _), (b, _)| a.cmp(b));
    known.dedup_by(|(a, _), (b, _)| a == b);
    Ok(known.into_iter().map(|(_, instance)| instance).collect())
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
fn interruption() -> &'static AtomicBool {
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
