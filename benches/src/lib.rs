//! What the measurements share: reproducible random data, medians, other programs.

pub mod orthogonal_relu;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

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

/// The result of a computation, and the time it took.
pub fn timed<T>(compute: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = compute();
    (result, start.elapsed())
}

/// The result of a computation, and the processor time that this thread spent on it.
pub fn timed_on_processor<T>(compute: impl FnOnce() -> T) -> (T, Duration) {
    let spent = || Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default();
    let start = spent();
    let result = compute();
    (result, spent().saturating_sub(start))
}

/// How long a whole process takes, from start to end; `None` if it cannot be started or fails.
pub fn timed_process(program: &Path, arguments: &[&str]) -> Option<Duration> {
    let (status, duration) = timed(|| {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()
    });
    status.is_ok_and(|status| status.success()).then_some(duration)
}

/// Where an installed program is.
pub fn installed(name: &str) -> Option<PathBuf> {
    let directories = std::env::var_os("PATH")?;
    std::env::split_paths(&directories).map(|directory| directory.join(name)).find(|path| path.is_file())
}
