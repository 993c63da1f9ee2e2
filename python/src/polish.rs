//! From a trained network to the exact KKT point that it approaches.

use std::sync::Arc;
use std::time::Duration;

use margincert::kernel::certificate;
use margincert::kernel::exact::Rational;
use margincert::kernel::network::Activation;
use margincert::kernel::problem::{Label, Sample};
use margincert::prove::trained::{self, EnclosedPoint, Task, TaskError};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::document::Document;
use crate::errors::exception;
use crate::interrupt::interruptible;

/// What kind of a KKT point it is, as a word, and why none was enclosed, if so.
type Verdict = (&'static str, Option<String>);

/// The certificate, the verdict, the report in words, the trained network's least margin, and facts about the enclosed point.
type Told = (Option<Document>, Verdict, String, f64, Option<Py<PyDict>>);

/// Polishes the trained network of these matrices; every number of the samples is a rational in words, and labels say whether they are 1.
#[pyfunction]
pub fn polish(
    py: Python<'_>,
    weights: Vec<Vec<Vec<f64>>>,
    activation: (String, Option<String>),
    samples: Vec<(Vec<String>, bool)>,
    time_limit: f64,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<Told> {
    let rational =
        |text: &String| text.parse::<Rational>().map_err(|error| PyValueError::new_err(format!("{text:?}: {error}")));
    let activation = match (activation.0.as_str(), &activation.1) {
        ("linear", None) => Activation::Linear,
        ("leaky_relu", Some(slope)) => Activation::LeakyRelu(rational(slope)?),
        _ => Activation::Relu,
    };
    let limit = Duration::try_from_secs_f64(time_limit)
        .map_err(|_| PyValueError::new_err("time_limit: expected seconds, 0 or more"))?;
    let samples = samples.into_iter().map(|(x, is_positive)| {
        let y = if is_positive { Label::Positive } else { Label::Negative };
        Ok(Sample { x: x.iter().map(rational).collect::<PyResult<_>>()?, y })
    });
    told(py, Task::new(weights, activation, samples.collect::<PyResult<_>>()?), limit, progress)
}

/// Polishes the trained network that is the point of a document, whatever its architecture.
#[pyfunction]
pub fn polish_point(
    py: Python<'_>,
    document: &Document,
    time_limit: f64,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<Told> {
    let limit = Duration::try_from_secs_f64(time_limit)
        .map_err(|_| PyValueError::new_err("time_limit: expected seconds, 0 or more"))?;
    match &*document.0 {
        certificate::Document::Rational(certificate) => {
            told(py, Task::of_problem(&certificate.problem), limit, progress)
        }
        certificate::Document::Algebraic(_) => {
            Err(PyValueError::new_err("the numbers of a trained network are rational"))
        }
    }
}

fn told(
    py: Python<'_>,
    task: Result<Task, TaskError>,
    limit: Duration,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<Told> {
    let task = task.map_err(|error| exception(py, "UnsupportedModel", &error.to_string(), &PyDict::new(py)))?;
    let glance = |passed: Duration| match &progress {
        Some(progress) => progress.call1((passed.as_secs_f64(),)).map(drop),
        None => Ok(()),
    };
    let polished = interruptible(py, glance, move |_| trained::polish(&task, limit))?;
    let words = polished.to_string();
    let (reason, point) = match &polished.enclosed {
        Err(reason) => (Some(reason.to_string()), None),
        Ok(point) => (None, Some(facts(py, point)?)),
    };
    let verdict = (polished.word(), reason);
    let certificate = polished.certificate.map(certificate::Document::Rational);
    let document = certificate.map(|document| Document(Arc::new(document)));
    Ok((document, verdict, words, polished.least_margin, point))
}

fn facts(py: Python<'_>, point: &EnclosedPoint) -> PyResult<Py<PyDict>> {
    let EnclosedPoint {
        directions,
        layers,
        active,
        dead,
        half_norm_squared,
        trained_half_norm_squared,
        moved,
        distance,
        radius,
        condition,
        standing,
        optimal_layers,
        ..
    } = point;
    let told = PyDict::new(py);
    let directions = directions.iter().map(|one| (one.units.clone(), one.sign, one.amount, one.held.clone()));
    told.set_item("directions", directions.collect::<Vec<_>>())?;
    let layers = layers.iter().map(|one| (one.live.clone(), one.width, one.held.clone()));
    told.set_item("layers", layers.collect::<Vec<_>>())?;
    told.set_item("active", active.clone())?;
    told.set_item("dead", dead.clone())?;
    told.set_item("half_norm_squared", half_norm_squared)?;
    told.set_item("trained_half_norm_squared", trained_half_norm_squared)?;
    told.set_item("moved", moved)?;
    told.set_item("distance", distance)?;
    told.set_item("radius", radius)?;
    told.set_item("condition", condition)?;
    told.set_item("standing", standing.to_string())?;
    told.set_item("optimal_layers", optimal_layers.clone())?;
    Ok(told.unbind())
}
