//! A progress bar for runs that take a while.

use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a run may take before the bar appears.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error, shown once a run has taken longer than a second and only on a terminal.
pub struct Progress {
    bar: ProgressBar,
    /// Dropped when the run ends, which ends the thread that waits to show the bar.
    running: Option<Sender<()>>,
    waiting: Option<JoinHandle<()>>,
}

impl Progress {
    /// A bar of `total` steps.
    pub fn new(total: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        let (running, ended) = channel();
        let shown = bar.clone();
        let waiting = thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.tick();
            }
        });
        Progress { bar, running: Some(running), waiting: Some(waiting) }
    }

    /// No bar.
    pub fn hidden() -> Self {
        Progress { bar: ProgressBar::hidden(), running: None, waiting: None }
    }

    /// Says what the run is at.
    pub fn at(&self, what: impl Into<String>) {
        self.bar.set_message(what.into());
    }

    /// So many steps are done, of so many.
    pub fn done(&self, steps: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(steps);
    }

    /// One step is done.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// Does something that writes to the terminal while the bar is out of the way.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.running.take());
        if let Some(thread) = self.waiting.take() {
            // It can only have ended, or be about to.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}
