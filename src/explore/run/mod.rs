//! Runs: units of work on all processors, recorded one by one.
//!
//! Work falls into numbered units, each of which depends on the work and its number alone. Threads take the numbers in order,
//! one thread writes what they find to the database, each unit in one transaction. So a run may be ended at any moment and
//! taken up again, by other threads or on other machines, and comes to the same in the end.

mod describe;
mod shard;
mod work;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

pub use shard::{Shard, ShardError};
pub use work::Work;

use super::database::{Database, DatabaseError, Run, Scope, Summary, Unit};
use crate::prove::halt::Halt;

/// The most units that are recorded in one transaction.
const MOST_AT_ONCE: usize = 64;

/// How long the writing thread waits for work before it looks at the clock.
const GLANCE: Duration = Duration::from_millis(100);

/// How long units under way may go on once the run was asked to stop. Most end by then, and whoever waits is not kept waiting.
pub const GRACE: Duration = Duration::from_secs(2);

/// How much of a run is to be done, and how.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The number of units of all shards together.
    pub units: u64,
    /// Which of them are done here.
    pub shard: Shard,
    /// Whether to go on after the first unit with a find.
    pub keep_going: bool,
    /// How many threads to use; at least 1.
    pub threads: usize,
    /// When to stop, done or not.
    pub time_limit: Option<Duration>,
}

/// What happens during a run.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// Units are on record.
    Recorded(&'a [Unit]),
    /// A unit was on record already, since another process does the same run.
    Repeated,
    /// A unit ended in a panic, with this message; it is left undone.
    Failed {
        /// The unit.
        unit: u64,
        /// What the panic said.
        message: &'a str,
    },
    /// Some time has passed.
    Waiting,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every unit is done, or all up to the first find.
    Complete,
    /// It was asked to stop.
    Stopped,
    /// The time was up.
    TimeLimit,
    /// Units failed; all others are done.
    Failed,
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Why it ended.
    pub ended: Ended,
    /// What its units came to, with those that were on record before.
    pub summary: Summary,
}

impl Plan {
    /// The part of a run that is to be done.
    pub fn scope(&self) -> Scope {
        Scope { units: self.units, shard: (self.shard.index(), self.shard.count()), keep_going: self.keep_going }
    }
}

/// Does what is not yet done of a plan, until it is done, the time is up, or `stop` is set. When the time is up the units under way are given
/// up, and where `stop` is set once they have had [`GRACE`] to finish: what is given up is not recorded, and done from its beginning when the run
/// goes on. `watch` is told what happens, on the calling thread.
///
/// # Errors
/// When the database cannot be written; what was recorded before stays there.
pub fn run(
    work: &dyn Work,
    database: &mut Database,
    run: &Run,
    plan: &Plan,
    stop: &AtomicBool,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Outcome, DatabaseError> {
    let deadline = plan.time_limit.and_then(|limit| Instant::now().checked_add(limit));
    let id = run.id();
    database.begin(run, plan.units, plan.keep_going)?;
    let before = database.summary(&id, plan.scope())?;
    let queue = Queue {
        next: Mutex::new((plan.shard.index(), database.done(&id)?.into_iter().peekable())),
        step: plan.shard.count(),
        // Where a find is on record, only what comes before it is left to do.
        end: AtomicU64::new(before.end),
        halt: Halt::default(),
        stop,
        deadline,
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(plan.threads.max(1)).build();
    let (results, incoming) = sync_channel(plan.threads.max(1) * 4);
    let recorded = std::thread::scope(|scope| {
        let queue = &queue;
        scope.spawn(move || match pool {
            Ok(pool) => {
                pool.broadcast(|_| labour(work, queue, plan.keep_going, &results));
            }
            // Without a pool, which a system short of threads may refuse, this thread does the work.
            Err(_) => labour(work, queue, plan.keep_going, &results),
        });
        let recorded = keep_records(&incoming, queue, database, &id, watch);
        if recorded.is_err() {
            queue.halt.set();
            // Those who wait to hand in a unit are let go.
            drop(incoming);
        }
        recorded
    });
    let has_failed = recorded?;
    let summary = database.summary(&id, plan.scope())?;
    let ended = if summary.is_complete() {
        Ended::Complete
    } else if stop.load(Ordering::Relaxed) {
        Ended::Stopped
    } else if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
        Ended::TimeLimit
    } else {
        debug_assert!(has_failed, "a run ends for a reason");
        Ended::Failed
    };
    Ok(Outcome { ended, summary })
}

/// The units that are left to do.
struct Queue<'a> {
    /// The next number, and the numbers that are done, of which those before it have been passed.
    next: Mutex<(u64, std::iter::Peekable<std::vec::IntoIter<u64>>)>,
    step: u64,
    /// Units from here on need not be done.
    end: AtomicU64,
    /// Set when the units under way are to be given up.
    halt: Halt,
    stop: &'a AtomicBool,
    deadline: Option<Instant>,
}

impl Queue<'_> {
    /// Whether no further unit is to be begun.
    fn is_over(&self) -> bool {
        self.halt.is_set() || self.stop.load(Ordering::Relaxed) || self.is_late()
    }

    fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Gives up the units under way if it is time to; `stopped` is when the run was first seen to be asked to stop.
    fn look_at_the_clock(&self, stopped: &mut Option<Instant>) {
        if stopped.is_none() && self.stop.load(Ordering::Relaxed) {
            *stopped = Some(Instant::now());
        }
        if self.is_late() || stopped.is_some_and(|since| since.elapsed() >= GRACE) {
            self.halt.set();
        }
    }

    fn take(&self) -> Option<u64> {
        if self.is_over() {
            return None;
        }
        // A thread that panics does so outside of the lock.
        let mut next = self.next.lock().ok()?;
        let (number, done) = &mut *next;
        loop {
            let unit = *number;
            if unit >= self.end.load(Ordering::Relaxed) {
                return None;
            }
            *number = unit.checked_add(self.step)?;
            while done.next_if(|done| *done < unit).is_some() {}
            if done.peek() != Some(&unit) {
                return Some(unit);
            }
        }
    }
}

/// A unit, or its number and what its panic said.
type Attempt = Result<Unit, (u64, String)>;

/// Does unit after unit.
fn labour(work: &dyn Work, queue: &Queue<'_>, keep_going: bool, results: &SyncSender<Attempt>) {
    while let Some(number) = queue.take() {
        let unit = catch_unwind(AssertUnwindSafe(|| work.unit(number, &queue.halt)));
        let Some(result) = unit.map_err(|panic| (number, said(&*panic))).transpose() else {
            return;
        };
        if result.as_ref().is_ok_and(|unit| !unit.finds.is_empty()) && !keep_going {
            // All before this one are still done, so that the first find is the same whoever is fastest.
            queue.end.fetch_min(number, Ordering::Relaxed);
        }
        if results.send(result).is_err() {
            return;
        }
    }
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("no message").into()
}

/// Records units as they come, until no more can come; returns whether any failed.
fn keep_records(
    incoming: &Receiver<Attempt>,
    queue: &Queue<'_>,
    database: &mut Database,
    run: &str,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<bool, DatabaseError> {
    use std::sync::mpsc::RecvTimeoutError::{Disconnected, Timeout};
    let (mut has_failed, mut has_repeated) = (false, false);
    let mut stopped = None;
    loop {
        queue.look_at_the_clock(&mut stopped);
        let first = match incoming.recv_timeout(GLANCE) {
            Ok(result) => result,
            Err(Timeout) => {
                watch(Event::Waiting);
                continue;
            }
            Err(Disconnected) => return Ok(has_failed),
        };
        // What has piled up while the last commit went to the disk goes there together.
        let mut units = Vec::new();
        for result in std::iter::once(first).chain(incoming.try_iter().take(MOST_AT_ONCE - 1)) {
            match result {
                Ok(unit) => units.push(unit),
                Err((unit, message)) => {
                    has_failed = true;
                    watch(Event::Failed { unit, message: &message });
                }
            }
        }
        let repeated = database.record(run, &units)?;
        watch(Event::Recorded(&units));
        if repeated > 0 && !std::mem::replace(&mut has_repeated, true) {
            watch(Event::Repeated);
        }
    }
}
