//! How long something took, on a machine that does other things too.

use std::time::Duration;

/// The processor time of this thread, which unlike that on the clock does not depend on what else runs.
#[cfg(unix)]
pub fn spent() -> Duration {
    let now = nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID).expect("a clock");
    Duration::from(now)
}

#[cfg(not(unix))]
pub fn spent() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}
