//! Many instances: a certificate for each in a folder, on all processors, whatever becomes of the others.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::{Arguments, Certified, certify, colour, json, status_of};
use crate::cli::collect;
use crate::cli::output::{Colour, Output, Printable, diagnose, duration};
use crate::cli::progress::Progress;
use crate::cli::{Failure, Status};
use crate::files::{self, collection};
use crate::words::count;

/// The column of paths is not made wider than this.
const PATH_WIDTH: usize = 60;

/// An instance, and where its certificate goes.
struct Task {
    instance: PathBuf,
    output: Option<PathBuf>,
}

/// A path that stands for nothing, and why.
type Missing = (PathBuf, String);

/// What became of a task.
type Outcome = (Result<Certified, String>, Duration);

/// Certifies all that the paths stand for.
pub fn run(arguments: &Arguments) -> Result<Status, Failure> {
    if arguments.output.is_none() && !arguments.json {
        diagnose(
            "several instances, or a folder of them, need a folder for their certificates: name one with -o, or print all with --json",
        );
        return Ok(Status::Unreadable);
    }
    let (tasks, missing) = match tasks(arguments) {
        Ok(found) => found,
        Err(clash) => {
            diagnose(clash);
            return Ok(Status::Unreadable);
        }
    };
    let since = Instant::now();
    let mut reporter = Reporter::new(arguments, &tasks);
    for (path, error) in missing {
        reporter.tell(&path, &Err(error), Duration::ZERO)?;
    }
    let progress = if arguments.quiet { Progress::hidden() } else { Progress::new(tasks.len()) };
    in_order(
        &tasks,
        |task| {
            progress.at(Printable(&task.instance.to_string_lossy()).to_string());
            let since = Instant::now();
            (one(task, arguments), since.elapsed())
        },
        |task, (certified, time)| {
            progress.step();
            progress.suspend(|| reporter.tell(&task.instance, &certified, time))
        },
    )?;
    drop(progress);
    reporter.end(since.elapsed())
}

/// What the paths stand for, and what cannot be searched, with the reason.
///
/// # Errors
/// Two instances would have one certificate.
fn tasks(arguments: &Arguments) -> Result<(Vec<Task>, Vec<Missing>), String> {
    let (mut tasks, mut missing) = (Vec::new(), Vec::new());
    let (mut seen, mut places) = (HashSet::new(), HashMap::<PathBuf, PathBuf>::new());
    for path in &arguments.instances {
        // Certificates of an earlier run are no instances.
        let folder = arguments.output.as_deref().unwrap_or(Path::new(""));
        let (jobs, refused) = collect::find_outside(std::slice::from_ref(path), folder);
        missing.extend(refused.into_iter().map(|file| (path.clone(), file.to_string())));
        for instance in jobs.into_iter().map(|job| job.path).filter(|path| seen.insert(path.clone())) {
            let output = arguments.output.as_ref().map(|folder| folder.join(below(path, &instance)));
            if let Some(output) = &output
                && let Some(other) = places.insert(output.clone(), instance.clone())
            {
                return Err(format!(
                    "{} and {} would both be certified in {}; nothing was done; certify them into two folders",
                    other.display(),
                    instance.display(),
                    output.display()
                ));
            }
            tasks.push(Task { instance, output });
        }
    }
    Ok((tasks, missing))
}

/// Where in the folder the certificate of an instance goes that was found at `path` or below. An entry of a collection becomes a
/// file beside those that are there already, named for its id.
fn below(path: &Path, instance: &Path) -> PathBuf {
    let below = match instance.strip_prefix(path) {
        Ok(below) if !below.as_os_str().is_empty() => below,
        _ => Path::new(instance.file_name().unwrap_or(instance.as_os_str())),
    };
    match collection::split(instance) {
        Some((_, id)) => below.with_file_name(format!("{id}.{}", files::EXTENSION)),
        None => below.into(),
    }
}

fn one(task: &Task, arguments: &Arguments) -> Result<Certified, String> {
    if let Some(folder) = task.output.as_deref().and_then(Path::parent) {
        fs::create_dir_all(folder).map_err(|error| Failure::File(folder.into(), error).to_string())?;
    }
    certify(&task.instance, task.output.as_deref(), arguments)
}

/// Does the work on all processors, and tells what came of it in the order of the tasks, as soon as that is possible.
fn in_order(
    tasks: &[Task],
    work: impl Fn(&Task) -> Outcome + Sync,
    mut tell: impl FnMut(&Task, Outcome) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (next, (sender, receiver)) = (AtomicUsize::new(0), mpsc::channel());
    let threads = thread::available_parallelism().map_or(1, usize::from).min(tasks.len());
    thread::scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            scope.spawn(|| {
                let sender = sender;
                while let Some((index, task)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    tasks.get(index).map(|task| (index, task))
                } {
                    // Where nobody waits for it any more there is nothing left to do.
                    if sender.send((index, work(task))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let (mut waiting, mut told) = (BTreeMap::new(), 0);
        for (index, outcome) in receiver {
            waiting.insert(index, outcome);
            while let Some(outcome) = waiting.remove(&told) {
                tell(&tasks[told], outcome)?;
                told += 1;
            }
        }
        Ok(())
    })
}

/// Tells of each instance, then of all, and counts.
struct Reporter<'a> {
    arguments: &'a Arguments,
    output: Output,
    path_width: usize,
    /// How many instances have a verdict.
    verdicts: BTreeMap<String, usize>,
    failed: usize,
    undecided: usize,
}

impl<'a> Reporter<'a> {
    fn new(arguments: &'a Arguments, tasks: &[Task]) -> Self {
        let width = |task: &Task| Printable(&task.instance.to_string_lossy()).to_string().chars().count();
        let path_width = tasks.iter().map(width).max().unwrap_or(0).min(PATH_WIDTH);
        let (output, verdicts) = (Output::stdout(), BTreeMap::new());
        Reporter { arguments, output, path_width, verdicts, failed: 0, undecided: 0 }
    }

    fn tell(&mut self, instance: &Path, certified: &Result<Certified, String>, time: Duration) -> Result<(), Failure> {
        match status_of(certified) {
            Status::Unreadable => self.failed += 1,
            Status::Undecided => self.undecided += 1,
            _ => {}
        }
        if self.arguments.json {
            return self.output.line(json::object(instance, certified));
        }
        let (width, path) = (self.path_width, Printable(&instance.to_string_lossy()).to_string());
        match certified {
            Err(error) => {
                diagnose(error);
                if self.arguments.quiet {
                    return Ok(());
                }
                let word = self.output.paint(Colour::Red, "FAILED   ").into_owned();
                self.output.line(format_args!("{word}  {path}"))
            }
            Ok(Certified { account, .. }) => {
                let headline = account.headline();
                *self.verdicts.entry(headline.to_string()).or_default() += 1;
                if self.arguments.quiet {
                    return Ok(());
                }
                let word = if account.decided() { "decided  " } else { "open     " };
                let colour = if account.decided() { colour(account.verdict()) } else { Colour::Yellow };
                let word = self.output.paint(colour, word).into_owned();
                self.output.line(format_args!("{word}  {path:width$}  {:>9}  {headline}", duration(time)))
            }
        }
    }

    fn end(mut self, time: Duration) -> Result<Status, Failure> {
        if !self.arguments.json && !self.arguments.quiet {
            self.summary(time)?;
        }
        Ok(match (self.failed, self.undecided) {
            (0, 0) => Status::Accepted,
            (0, _) => Status::Undecided,
            _ => Status::Unreadable,
        })
    }

    fn summary(&mut self, time: Duration) -> Result<(), Failure> {
        let certified: usize = self.verdicts.values().sum();
        let mut parts = vec![format!("{} decided", certified - self.undecided)];
        if self.undecided > 0 {
            parts.push(format!("{} left open", self.undecided));
        }
        if self.failed > 0 {
            parts.push(format!("{} without a certificate", self.failed));
        }
        let total = count(certified + self.failed, "instance");
        self.output.line("")?;
        self.output.line(format_args!("{total}: {}  ({})", parts.join(", "), duration(time)))?;
        let mut verdicts: Vec<_> = self.verdicts.iter().collect();
        verdicts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        verdicts.into_iter().try_for_each(|(verdict, count)| self.output.line(format_args!("{count:>6}  {verdict}")))
    }
}
