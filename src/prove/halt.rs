//! A switch that ends the searches of other threads.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A switch: once it is thrown every [`Deadline`](super::deadline::Deadline) has passed, for the work that is done under it. It stays thrown.
///
/// What such work comes to depends on when the switch was thrown, so it is worth something only if [`is_set`](Self::is_set) is false afterwards.
///
/// # Example
/// ```
/// use margincert::prove::{deadline::Deadline, halt::Halt};
///
/// let halt = Halt::default();
/// assert!(!halt.during(|| Deadline::none().passed()));
/// std::thread::scope(|scope| drop(scope.spawn(|| halt.set())));
/// assert!(halt.during(|| Deadline::none().passed()));
/// assert!(!Deadline::none().passed());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Halt(Arc<AtomicBool>);

thread_local! {
    /// That of the work under way on this thread. Searches are many calls deep, and only their outermost caller knows of it.
    static CURRENT: RefCell<Option<Halt>> = const { RefCell::new(None) };
}

/// Puts back what was there before, also where the work panics.
struct Restore(Option<Halt>);

impl Drop for Restore {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

impl Halt {
    /// Throws the switch.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is thrown.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The switch as it is, for what asks a flag.
    pub fn flag(&self) -> &AtomicBool {
        &self.0
    }

    /// Does work that is to end once the switch is thrown.
    pub fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        let _restore = Restore(CURRENT.replace(Some(self.clone())));
        work()
    }
}

/// Whether the work under way on this thread is to end.
pub(crate) fn is_halted() -> bool {
    CURRENT.with_borrow(|current| current.as_ref().is_some_and(Halt::is_set))
}
