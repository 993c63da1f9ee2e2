//! Work and the steps that are charged for it.
//!
//! What is compared is the time that the thread had the processor with the steps that it was charged for, so that it matters neither
//! how fast the machine is nor what else it does.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use margincert::kernel::exact::{Fault, guarded_within, left};

/// What a step may take without optimisation, in nanoseconds: some ten times as much as in a release build, where it is at most about one.
const STEP: u32 = 40;

/// For what is not charged for, because it is bounded by the size of the document.
const REST: Duration = Duration::from_secs(1);

/// The time that this thread has run, where the system tells; otherwise the time on the clock.
pub fn processor_time() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = START.get_or_init(Instant::now);
    let scheduled = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = scheduled.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// The steps, of these, that a computation was charged for: all, if it was given up.
pub fn steps<T>(limit: u64, computation: impl FnOnce() -> T) -> (Option<T>, u64) {
    match guarded_within(limit, || (computation(), left())) {
        Ok((result, left)) => (Some(result), limit - left.expect("within a guard")),
        Err(Fault::Exhausted) => (None, limit),
        Err(fault) => panic!("{fault}"),
    }
}

/// Does work within a limit of steps, and compares its time with what it was charged. Nothing, if it was given up.
#[track_caller]
pub fn assert_charged<T>(limit: u64, what: &str, computation: impl FnOnce() -> T) -> Option<T> {
    let start = processor_time();
    let (result, steps) = steps(limit, computation);
    let taken = processor_time() - start;
    let charged = Duration::from_nanos(steps) * STEP + REST;
    assert!(taken < charged, "{what}: took {taken:?} for {steps} steps");
    result
}
