//! When a search must give up: at a moment, or after so much work.

use std::time::Duration;

use super::clock::Instant;
use super::halt::is_halted;
use crate::kernel::exact::{BUDGET, charge, guarded_within, left};

/// What it takes to come from one question to the next, besides the exact arithmetic that accounts for itself: floats, lists, integers. Measured,
/// so that a step of work is about a nanosecond, as in the kernel.
const STEPS_A_QUESTION: u64 = 2_000;

/// What must be left of the kernel's account when a search is asked to stop, so that it can end what it is at.
const RESERVE: u64 = BUDGET / 4;

/// The moment at which a search gives up, or the work after which it does, whichever comes first; or never.
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
pub struct Deadline {
    moment: Option<Instant>,
    /// What will be left of the account of work.
    rest: Option<u64>,
}

/// The deadline passed before there was an answer. It says nothing about what the answer would have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfTime;

impl Deadline {
    /// The most steps of work that can be counted.
    pub const MAX_STEPS: u64 = BUDGET - RESERVE;

    /// Never.
    pub const fn none() -> Self {
        Self { moment: None, rest: None }
    }

    /// `duration` from now; never, where the clock cannot represent that moment.
    pub fn after(duration: Duration) -> Self {
        Self { moment: Instant::now().checked_add(duration), rest: None }
    }

    /// Runs a search that gives up after so many steps of work, at most [`MAX_STEPS`](Self::MAX_STEPS): those of its exact arithmetic, and
    /// some for each time that it asks the deadline. A step is about a nanosecond, but which search gives up, and where, does not
    /// depend on the machine. The deadline is good in this search only, and not inside of [`bounded`](Self::bounded).
    ///
    /// ```
    /// use margincert::prove::deadline::Deadline;
    ///
    /// let questions = |steps| Deadline::within(steps, |deadline| (0..1000).take_while(|_| !deadline.passed()).count());
    /// let few = questions(100_000)?;
    /// assert!(0 < few && few < 1000);
    /// assert_eq!(questions(100_000)?, few);
    /// # Ok::<(), margincert::prove::deadline::OutOfTime>(())
    /// ```
    ///
    /// # Errors
    /// [`OutOfTime`] if the search went on for so long without asking that arithmetic came to its end.
    pub fn within<T>(steps: u64, search: impl FnOnce(Self) -> T) -> Result<T, OutOfTime> {
        let counted = || {
            let rest = left().map(|left| left.saturating_sub(steps.min(Self::MAX_STEPS)));
            search(Self { moment: None, rest })
        };
        guarded_within(BUDGET, counted).map_err(|_| OutOfTime)
    }

    /// Whether it is time to give up. It is for whoever works under a [`Halt`](super::halt::Halt) that is set, whatever the deadline.
    pub fn passed(&self) -> bool {
        let is_spent = self.rest.is_some_and(|rest| {
            charge(STEPS_A_QUESTION);
            left().is_some_and(|left| left <= rest)
        });
        is_spent || is_halted() || self.moment.is_some_and(|moment| Instant::now() >= moment)
    }

    /// [`OutOfTime`] once it is time to give up, for use with `?`.
    pub fn check(&self) -> Result<(), OutOfTime> {
        if self.passed() { Err(OutOfTime) } else { Ok(()) }
    }

    /// The time left; `None` for ever, as far as the clock goes.
    pub fn left(&self) -> Option<Duration> {
        self.moment.map(|moment| moment.saturating_duration_since(Instant::now()))
    }

    /// Runs exact arithmetic that asks no deadline, such as a check of the kernel: it is given the steps of work that are left, and
    /// about as many as there are nanoseconds left. What comes back is `computation`'s result.
    ///
    /// # Errors
    /// [`OutOfTime`] once the deadline has passed or the steps are used up.
    pub fn bounded<T>(&self, computation: impl FnOnce() -> T) -> Result<T, OutOfTime> {
        let nanoseconds = self.left().map(|left| u64::try_from(left.as_nanos()).unwrap_or(u64::MAX));
        let counted = self.rest.map(|rest| left().map_or(0, |left| left.saturating_sub(rest)));
        match nanoseconds.into_iter().chain(counted).min() {
            None => Ok(computation()),
            Some(steps) => {
                // A check has a guard of its own: that it was cut short is in its result, and shows in the account.
                let (result, rest) = guarded_within(steps, || (computation(), left())).map_err(|_| OutOfTime)?;
                if rest == Some(0) && steps < BUDGET { Err(OutOfTime) } else { Ok(result) }
            }
        }
    }

    /// The earlier of the two.
    pub fn min(self, other: Self) -> Self {
        let earlier = |a: Option<Instant>, b: Option<Instant>| a.into_iter().chain(b).min();
        // The more is to be left, the earlier it ends.
        Self { moment: earlier(self.moment, other.moment), rest: self.rest.max(other.rest) }
    }
}

impl std::fmt::Display for OutOfTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("out of time")
    }
}

impl std::error::Error for OutOfTime {}
