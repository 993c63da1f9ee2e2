//! A bound on work, and an end to arithmetic that means nothing.
//!
//! Exact numbers can grow without limit, so a few kilobytes of hostile input could keep a checker busy for ever.
//! Instead of threading a counter through every check, the arithmetic itself reports here. Once a guarded computation
//! has used up its budget, or has mixed numbers of two different fields, whatever it returns is thrown away and the
//! fault is returned in its place: a fault can turn an acceptance into a rejection, never the other way round.

use std::cell::Cell;

/// What a whole guarded computation may cost, in steps of about a nanosecond. What stays in memory is charged for by its size,
/// about ten steps a byte, so that memory is bounded too.
pub const BUDGET: u64 = 4_000_000_000;

/// Why an exact computation came to no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The numbers grew too large or too many.
    #[error("the exact computation passed its limit of {BUDGET} steps: the numbers are too large or too many")]
    Exhausted,
    /// Numbers of two different number fields met.
    #[error("numbers of two different number fields were mixed")]
    MixedFields,
}

#[derive(Clone, Copy)]
struct State {
    left: u64,
    fault: Option<Fault>,
}

thread_local! {
    static STATE: Cell<Option<State>> = const { Cell::new(None) };
}

/// Runs a computation within the budget of steps, or within what is left of it when another guarded computation runs this one.
///
/// # Errors
/// The first [`Fault`], in which case the result is dropped.
pub fn guarded<T>(computation: impl FnOnce() -> T) -> Result<T, Fault> {
    let outer = STATE.get();
    let left = outer.map_or(BUDGET, |state| state.left);
    if left == 0 {
        return Err(Fault::Exhausted);
    }
    STATE.set(Some(State { left, fault: None }));
    let result = computation();
    let inner = STATE.get();
    let fault = inner.and_then(|state| state.fault);
    let left = inner.map_or(0, |state| state.left);
    STATE.set(outer.map(|state| State { left, ..state }));
    fault.map_or(Ok(result), Err)
}

/// Reports work done. Outside [`guarded`] this has no effect.
pub(crate) fn charge(steps: u64) {
    if let Some(mut state) = STATE.get() {
        match state.left.checked_sub(steps) {
            Some(left) => state.left = left,
            None => {
                state.left = 0;
                state.fault = state.fault.or(Some(Fault::Exhausted));
            }
        }
        STATE.set(Some(state));
    }
}

/// Reports work that is about to be done; whether it is worth doing. Loops whose length the input decides ask this, so that a
/// computation ends soon after its budget: what it returns then no longer matters.
pub(crate) fn afford(steps: u64) -> bool {
    charge(steps);
    !is_faulted()
}

/// Reports that numbers of two fields met.
pub(crate) fn report_mixed_fields() {
    if let Some(state) = STATE.get() {
        STATE.set(Some(State { fault: state.fault.or(Some(Fault::MixedFields)), ..state }));
    }
}

/// Whether the result of the computation in progress will be dropped: loops that only a true answer would end ask this.
pub(crate) fn is_faulted() -> bool {
    STATE.get().is_some_and(|state| state.fault.is_some())
}
