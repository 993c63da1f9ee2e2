//! Hunts for counterexamples, and the databases that hold what they find.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};

use margincert::cli::explore_for_program;
use margincert::explore::database::{Database, DatabaseError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::exception;
use crate::interrupt::interruptible;

fn refused(py: Python<'_>, why: &str) -> PyErr {
    exception(py, "HuntError", why, &PyDict::new(py))
}

fn failed(py: Python<'_>, error: &DatabaseError) -> PyErr {
    exception(py, "DatabaseError", &error.to_string(), &PyDict::new(py))
}

fn hand_on(events: &Receiver<String>, tell: &Bound<'_, PyAny>) -> PyResult<()> {
    events.try_iter().try_for_each(|event| tell.call1((event,)).map(drop))
}

/// Does what `margincert explore` does with these arguments, and calls `tell` with each of its events, a line of JSON, and with nothing
/// every now and then.
#[pyfunction]
pub fn explore(py: Python<'_>, arguments: Vec<OsString>, tell: Bound<'_, PyAny>) -> PyResult<()> {
    let (sender, events) = channel();
    let glance = |_| {
        hand_on(&events, &tell)?;
        tell.call0().map(drop)
    };
    let done = interruptible(py, glance, move |halt| {
        // Once nobody listens any more the run is about to be stopped.
        let take = move |line: &str| drop(sender.send(line.into()));
        explore_for_program(&arguments, take, halt.flag()).map(drop)
    })?;
    done.map_err(|why| refused(py, &why))?;
    hand_on(&events, &tell)
}

/// The certificates of what the ids stand for, each with its id.
#[pyfunction]
pub fn export(py: Python<'_>, database: PathBuf, ids: Vec<String>) -> PyResult<Vec<(String, String)>> {
    let exported = py.detach(|| Database::open_read_only(&database)?.export(&ids));
    let files = exported.map_err(|error| failed(py, &error))?;
    Ok(files.into_iter().map(|file| (file.name.trim_end_matches(".json").into(), file.text)).collect())
}

/// Takes over into a database, made if there is none, all that others hold.
#[pyfunction]
pub fn merge(py: Python<'_>, database: PathBuf, others: Vec<PathBuf>) -> PyResult<()> {
    let merged = py.detach(|| {
        let mut database = Database::create(&database)?;
        others.iter().try_for_each(|other| database.merge(&Database::open_read_only(other)?))
    });
    merged.map_err(|error| failed(py, &error))
}
