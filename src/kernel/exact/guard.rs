//! A bound on work, and an end to arithmetic that means nothing.
//!
//! Exact numbers can grow without limit, so a few kilobytes of hostile input could keep a checker busy for ever.
//! Instead of threading a counter through every check, the arithmetic itself reports here. Once a guarded computation
//! has used up its budget, or has mixed numbers of two different fields, whatever it returns is thrown away and the
//! fault is returned in its place: a fault can turn an acceptance into a rejection, never the other way round.

use std::cell::Cell;

/// What a whole guarded computation may cost, in the steps of `exact/cost.rs`: of at most about a nanosecond each, and 24 for
/// a byte that stays in memory, so that memory is bounded too.
pub const BUDGET: u64 = 3_000_000_000;

/// What reading a document may cost, and again what is printed of it: so that all that is done with it together ends soon.
pub const BUDGET_TO_READ: u64 = BUDGET / 2;

/// What reading may cost besides for each byte of a document beyond 100,000: large networks on many samples are long to write, too.
pub const BUDGET_PER_BYTE: u64 = 1000;

/// Why an exact computation came to no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The numbers grew too large or too many.
    Exhausted,
    /// Numbers of two different number fields met.
    MixedFields,
}

thread_local! {
    /// The steps left to the guarded computation in progress, if there is one.
    static LEFT: Cell<Option<u64>> = const { Cell::new(None) };
    static FAULT: Cell<Option<Fault>> = const { Cell::new(None) };
}

/// Runs a computation within the budget of steps, or within what is left of it when another guarded computation runs this one.
///
/// # Errors
/// The first [`Fault`], in which case the result is dropped.
pub fn guarded<T>(computation: impl FnOnce() -> T) -> Result<T, Fault> {
    guarded_within(BUDGET, computation)
}

/// The same with another budget.
///
/// # Errors
/// The first [`Fault`], in which case the result is dropped.
pub fn guarded_within<T>(steps: u64, computation: impl FnOnce() -> T) -> Result<T, Fault> {
    let (outer, outer_fault) = (LEFT.get(), FAULT.get());
    let steps = outer.unwrap_or(steps).min(steps);
    if steps == 0 {
        return Err(Fault::Exhausted);
    }
    LEFT.set(Some(steps));
    FAULT.set(None);
    let result = computation();
    let fault = FAULT.replace(outer_fault);
    let spent = steps.saturating_sub(LEFT.get().unwrap_or(0));
    LEFT.set(outer.map(|left| left.saturating_sub(spent)));
    fault.map_or(Ok(result), Err)
}

/// Reports work, done or about to be done. Outside [`guarded`] this has no effect.
#[inline]
pub(crate) fn charge(steps: u64) {
    if let Some(left) = LEFT.get() {
        LEFT.set(Some(left.saturating_sub(steps)));
        if left < steps {
            report(Fault::Exhausted);
        }
    }
}

/// Reports work that is about to be done; whether it is worth doing.
pub(crate) fn afford(steps: u64) -> bool {
    charge(steps);
    !is_faulted()
}

/// The steps left to the computation in progress; `None` outside of [`guarded`].
pub fn left() -> Option<u64> {
    LEFT.get()
}

/// Reports a fault; the first one counts.
pub(crate) fn report(fault: Fault) {
    FAULT.set(FAULT.get().or(LEFT.get().map(|_| fault)));
}

/// Whether the result of the computation in progress will be dropped. Loops whose length the input decides ask this, so that a
/// computation ends soon after its budget: what it returns then no longer matters.
pub(crate) fn is_faulted() -> bool {
    FAULT.get().is_some()
}
