//! Work that may take long, and that Ctrl-C or an exception in a callback ends.

use std::any::Any;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use margincert::prove::halt::Halt;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// How often signals are looked at.
const GLANCE: Duration = Duration::from_millis(50);
/// How long work that was asked to end is waited for. Searches end sooner; a check of the kernel, which is never long, is left to itself.
const PATIENCE: Duration = Duration::from_millis(400);
/// As much as the main thread of a process has.
const STACK: usize = 8 << 20;

/// Does work on a thread of its own, without the interpreter's lock, under a switch that is thrown by Ctrl-C, and by an exception in `glance`,
/// which is called every now and then with the time passed so far.
///
/// # Errors
/// The exception that ended it, or that the work panicked, which would be an error in the library.
pub fn interruptible<T: Send + 'static>(
    py: Python<'_>,
    mut glance: impl FnMut(Duration) -> PyResult<()>,
    work: impl FnOnce(&Halt) -> T + Send + 'static,
) -> PyResult<T> {
    let (halt, began) = (Halt::default(), Instant::now());
    let (sender, mut results) = channel();
    let switch = halt.clone();
    let labour = move || {
        // Whoever does not wait any more does not need the result.
        let _ = sender.send(switch.during(|| work(&switch)));
    };
    let thread = thread::Builder::new().name("margincert".into()).stack_size(STACK).spawn(labour)?;
    let mut stopped: Option<(PyErr, Instant)> = None;
    loop {
        let received;
        (results, received) = py.detach(move || {
            let received = results.recv_timeout(GLANCE);
            (results, received)
        });
        match (received, &stopped) {
            (Ok(result), None) => return Ok(result),
            (Ok(_), Some(_)) => {}
            (Err(RecvTimeoutError::Timeout), Some((_, since))) if since.elapsed() < PATIENCE => continue,
            (Err(RecvTimeoutError::Timeout), None) => {
                if let Err(error) = py.check_signals().and_then(|()| glance(began.elapsed())) {
                    halt.set();
                    stopped = Some((error, Instant::now()));
                }
                continue;
            }
            (Err(RecvTimeoutError::Disconnected), None) => return Err(panicked(thread.join().err())),
            (Err(_), Some(_)) => {}
        }
        if let Some((error, _)) = stopped {
            return Err(error);
        }
    }
}

fn panicked(panic: Option<Box<dyn Any + Send>>) -> PyErr {
    let said = panic.as_deref().and_then(|panic| {
        panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
    });
    PyRuntimeError::new_err(format!(
        "an error in margincert, please report it: {}",
        said.unwrap_or_else(|| "no message".into())
    ))
}
