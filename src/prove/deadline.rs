//! A point in time after which a search must give up.

use std::time::{Duration, Instant};

use crate::kernel::exact::guarded_within;

/// The moment at which a search gives up, or none at all.
///
/// A deadline is a plain copyable value: hand it down by value and ask [`passed`](Self::passed), or use
/// [`check`](Self::check) with `?`, at least once in every step whose cost grows with the input.
///
/// # Example
/// ```
/// use margincert::prove::deadline::Deadline;
/// use std::time::Duration;
///
/// assert!(!Deadline::none().passed());
/// assert!(Deadline::after(Duration::ZERO).passed());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deadline(Option<Instant>);

/// The deadline passed before there was an answer. It says nothing about what the answer would have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfTime;

impl Deadline {
    /// Never.
    pub const fn none() -> Self {
        Self(None)
    }

    /// `duration` from now; never, where the clock cannot represent that moment.
    pub fn after(duration: Duration) -> Self {
        Self(Instant::now().checked_add(duration))
    }

    /// Whether the moment has come.
    pub fn passed(&self) -> bool {
        self.0.is_some_and(|moment| Instant::now() >= moment)
    }

    /// [`OutOfTime`] once the moment has come, for use with `?`.
    pub fn check(&self) -> Result<(), OutOfTime> {
        if self.passed() { Err(OutOfTime) } else { Ok(()) }
    }

    /// The time left; `None` for ever.
    pub fn left(&self) -> Option<Duration> {
        self.0.map(|moment| moment.saturating_duration_since(Instant::now()))
    }

    /// Runs exact arithmetic that asks no clock, such as a check of the kernel: it is given about as many steps as
    /// there are nanoseconds left. What comes back is `computation`'s result.
    ///
    /// # Errors
    /// [`OutOfTime`] once the deadline has passed or the steps are used up.
    pub fn bounded<T>(&self, computation: impl FnOnce() -> T) -> Result<T, OutOfTime> {
        match self.left() {
            None => Ok(computation()),
            Some(left) => {
                let steps = u64::try_from(left.as_nanos()).unwrap_or(u64::MAX);
                guarded_within(steps, computation).map_err(|_| OutOfTime)
            }
        }
    }

    /// The earlier of the two.
    pub fn min(self, other: Self) -> Self {
        match (self.0, other.0) {
            (Some(a), Some(b)) => Self(Some(a.min(b))),
            (a, b) => Self(a.or(b)),
        }
    }
}

impl std::fmt::Display for OutOfTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("out of time")
    }
}

impl std::error::Error for OutOfTime {}
