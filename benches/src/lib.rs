//! What the measurements share: reproducible random data, medians, other programs.

pub mod orthogonal_relu;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};

/// A small linear congruential generator: the same numbers on every machine.
pub struct Random(u64);

impl Random {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// An integer between `-bound` and `bound`, both included.
    pub fn integer(&mut self, bound: i64) -> i64 {
        // Knuth's MMIX constants; the high bits are the random ones.
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as i64 % (2 * bound + 1) - bound
    }
}

/// The middle of a list of durations, which must not be empty.
pub fn median(mut durations: Vec<Duration>) -> Duration {
    durations.sort_unstable();
    durations[durations.len() / 2]
}

/// The result of a computation, and the processor time that this thread spent on it: unlike the time on the clock it does
/// not depend on what else the machine does.
pub fn timed<T>(compute: impl FnOnce() -> T) -> (T, Duration) {
    let spent = || clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::ZERO, Duration::from);
    let start = spent();
    let result = compute();
    (result, spent().saturating_sub(start))
}

/// The processor time of a whole process; `None` if it cannot be started or fails.
pub fn timed_process(program: &Path, arguments: &[&str]) -> Option<Duration> {
    let spent = || {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
        let micros = [usage.user_time(), usage.system_time()].map(|time| time.tv_sec() * 1_000_000 + time.tv_usec());
        Some(Duration::from_micros(micros.iter().sum::<i64>() as u64))
    };
    let start = spent()?;
    let mut command = Command::new(program);
    let status = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success()).then_some(())?;
    Some(spent()?.saturating_sub(start))
}

/// Where an installed program is.
pub fn installed(name: &str) -> Option<PathBuf> {
    let directories = std::env::var_os("PATH")?;
    std::env::split_paths(&directories).map(|directory| directory.join(name)).find(|path| path.is_file())
}
