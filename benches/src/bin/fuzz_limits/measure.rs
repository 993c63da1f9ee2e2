//! What the commands that read a document do with it, with the time, the memory and the steps that it takes.

use std::cell::Cell;
use std::fs;
use std::time::Duration;

use margincert::explore::database::Kept;
use margincert::export::rocq::Export;
use margincert::kernel::certificate::Document;
use margincert::kernel::exact::{BUDGET, OrderedField, guarded, left};
use margincert::report::accepted::{self, Accepted, Reader};
use margincert::report::atlas::page::{Page, Place};
use margincert::report::explain::Explain;
use margincert::report::table::{Summarise, csv, detail, outcome};
use margincert::report::trials::Counts;
use margincert::report::{latex, markdown, text};
use nix::time::{ClockId, clock_gettime};

/// What was done, and what it took.
pub struct Cost {
    pub what: &'static str,
    pub time: Duration,
    /// Nothing where the work is not charged for.
    pub steps: Option<u64>,
}

impl Cost {
    /// Nanoseconds a step, where there is enough to measure.
    pub fn ratio(&self) -> Option<f64> {
        let steps = self.steps.filter(|_| self.time > Duration::from_millis(2))?;
        Some(self.time.as_nanos() as f64 / steps.max(1_000_000) as f64)
    }
}

/// What was done with a document.
#[derive(Default)]
pub struct Costs {
    pub costs: Vec<Cost>,
    pub is_read: bool,
    pub is_accepted: bool,
    /// Of the longest command: it reads, and does one thing more.
    pub time: Duration,
    /// In kilobytes.
    pub memory: u64,
}

impl Costs {
    /// Does with a document what the commands do.
    pub fn of(text: &str) -> Self {
        reset_peak();
        let mut costs = Costs::default();
        costs.commands(text);
        let duration = |costs: &[Cost]| costs.iter().map(|cost| cost.time).max().unwrap_or_default();
        costs.time = match costs.costs.as_slice() {
            [read, rest @ ..] => read.time + duration(rest),
            [] => Duration::ZERO,
        };
        costs.memory = peak();
        costs
    }

    /// Does one thing and measures it; `charged` is what is done within the budget.
    fn charged<T>(&mut self, what: &'static str, charged: impl FnOnce() -> T) -> Option<T> {
        let start = processor_time();
        let result = guarded(|| (charged(), left().map_or(BUDGET, |left| BUDGET - left)));
        let time = processor_time() - start;
        let (result, steps) = result.map_or((None, BUDGET), |(result, steps)| (Some(result), steps));
        self.costs.push(Cost { what, time, steps: Some(steps) });
        result
    }

    /// Does one thing and measures it.
    fn free<T>(&mut self, what: &'static str, work: impl FnOnce() -> T) -> T {
        let start = processor_time();
        let result = work();
        self.costs.push(Cost { what, time: processor_time() - start, steps: None });
        result
    }

    /// Prints something of an accepted document.
    fn print<R: Reader, T>(
        &mut self,
        what: &'static str,
        document: &Document,
        reader: R,
        print: impl Fn(&R::Output) -> T,
    ) {
        let measured = Measured { reader, cost: Cell::new(None) };
        let start = processor_time();
        if let Ok(output) = accepted::read(document, &measured) {
            print(&output);
        }
        let time = processor_time() - start;
        self.costs.push(Cost { what, time, steps: None });
        self.costs.extend(measured.cost.take());
    }

    fn commands(&mut self, text: &str) {
        let document = match self.charged("read", || Document::parse(text)) {
            Some(Ok(document)) => document,
            Some(Err(error)) => return drop(error.to_string()),
            None => return,
        };
        self.is_read = true;
        self.free("write", || document.to_text());
        let verdicts = self.charged("check", || document.check());
        if verdicts.is_none_or(|verdicts| verdicts.is_empty() || verdicts.iter().any(Result::is_err)) {
            return;
        }
        self.is_accepted = true;
        self.print("explain", &document, Explain("id"), |explained| {
            (text::document(explained), markdown::document(explained), latex::body(explained))
        });
        self.print("table", &document, Summarise("id"), |summary| {
            let summaries = [summary.clone()];
            let outcome = outcome::document(&summaries, &Counts::default(), 3);
            (csv::detail(&summaries), text::table(&detail::table(&summaries)), text::document(&outcome))
        });
        let page = Page { id: "id", name: "id", bytes: text.as_bytes(), place: Place::Atlas, theorems: None };
        self.print("atlas", &document, page, |_| ());
        self.print("export", &document, Export("id"), |_| ());
        let _ = self.free("db import", || Kept::checked(&document));
    }
}

/// Measures what is charged for within another reader.
struct Measured<R> {
    reader: R,
    cost: Cell<Option<Cost>>,
}

impl<R: Reader> Reader for Measured<R> {
    type Output = R::Output;

    fn read<F: OrderedField>(&self, accepted: &Accepted<'_, F>) -> R::Output {
        let start = processor_time();
        let output = self.reader.read(accepted);
        let steps = left().map(|left| BUDGET - left);
        self.cost.set(Some(Cost { what: "print", time: processor_time() - start, steps }));
        output
    }
}

/// The processor time of this thread.
fn processor_time() -> Duration {
    let now = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("a clock");
    Duration::new(now.tv_sec() as u64, now.tv_nsec() as u32)
}

/// Begins to measure the greatest memory anew, where the system can do that.
fn reset_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The greatest memory, in kilobytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").trim().parse().unwrap_or(0)
}
