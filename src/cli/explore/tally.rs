//! What has come of a run so far, for those who watch it.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use crate::explore::database::{Counts, Summary};
use crate::explore::judge::judged;
use crate::explore::run::Event;
use crate::explore::sources::drafts;

/// Counts while a run goes on, with those of the units that were on record before.
pub struct Tally {
    /// When it began.
    pub start: Instant,
    /// The units done, now and before.
    pub done: u64,
    /// The units there are to do.
    pub units: u64,
    /// The sum of the counts.
    pub counts: Counts,
    distinct: HashSet<String>,
    time_limit: Option<Duration>,
    /// What was done before.
    before: (u64, u64),
    judged_before: u64,
    drafts_before: u64,
}

impl Tally {
    /// Before the first unit.
    pub fn new(before: &Summary, time_limit: Option<Duration>) -> Self {
        Tally {
            start: Instant::now(),
            done: before.done,
            units: before.units,
            counts: before.counts,
            distinct: before.finds.iter().map(|find| find.instance.clone()).collect(),
            time_limit,
            before: (before.done, before.counts.kkt),
            judged_before: judged(),
            drafts_before: drafts(),
        }
    }

    /// Counts what an event tells of.
    pub fn count(&mut self, event: &Event<'_>) {
        if let Event::Recorded(units) = event {
            for unit in *units {
                self.done += 1;
                self.counts = self.counts.plus(unit.counts);
                self.distinct.extend(unit.finds.iter().map(|find| find.id.clone()));
            }
        }
    }

    /// How many instances this process has judged, those of units under way and those that were tried to make a find smaller among them.
    pub fn judged(&self) -> u64 {
        judged() - self.judged_before
    }

    /// How many drafts this process has made, most of which come to no instance.
    pub fn drafts(&self) -> u64 {
        drafts() - self.drafts_before
    }

    /// The number of distinct counterexamples.
    pub fn distinct(&self) -> usize {
        self.distinct.len()
    }

    /// KKT points judged a second, by this process.
    pub fn rate(&self) -> f64 {
        (self.counts.kkt - self.before.1) as f64 / self.start.elapsed().as_secs_f64().max(1e-3)
    }

    /// How long the rest will take at most, as far as one can tell.
    pub fn time_left(&self) -> Option<Duration> {
        let (elapsed, done) = (self.start.elapsed(), self.done - self.before.0);
        let work = (done > 0).then(|| elapsed.mul_f64(self.units.saturating_sub(self.done) as f64 / done as f64));
        let limit = self.time_limit.map(|limit| limit.saturating_sub(elapsed));
        work.into_iter().chain(limit).min()
    }
}
