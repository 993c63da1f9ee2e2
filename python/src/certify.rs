//! The prover.

use std::sync::Arc;
use std::time::Duration;

use margincert::prove::certify::{Account, Answer, Prover, Topic};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::document::Document;
use crate::interrupt::interruptible;

/// A question, its layer, what kind of answer it has, the claims that passed, the words of the answer, and its time in seconds.
type Step = (&'static str, Option<usize>, &'static str, Vec<&'static str>, Vec<String>, f64);

/// The verdict's key, whether it is decided, the steps, and the whole account in words.
type Told = (&'static str, bool, Vec<Step>, String);

/// Certifies what can be certified of a document's point; `progress` is called with the seconds passed.
#[pyfunction]
#[pyo3(signature = (document, topics, time_limit, seed, progress))]
pub fn certify(
    py: Python<'_>,
    document: &Document,
    topics: Option<Vec<String>>,
    time_limit: Option<f64>,
    seed: u64,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<(Document, Told)> {
    let limit = time_limit.map(Duration::try_from_secs_f64).transpose();
    let limit = limit.map_err(|_| PyValueError::new_err("time_limit: expected seconds, 0 or more, or None"))?;
    let mut prover = Prover::new().time_limit(limit).seed(seed);
    if let Some(names) = topics {
        let topic = |name: &String| {
            name.parse::<Topic>().map_err(|error| PyValueError::new_err(format!("topics: {error}, found {name:?}")))
        };
        prover = prover.topics(names.iter().map(topic).collect::<PyResult<Vec<_>>>()?);
    }
    let glance = |passed: Duration| match &progress {
        Some(progress) => progress.call1((passed.as_secs_f64(),)).map(drop),
        None => Ok(()),
    };
    let instance = document.0.clone();
    let (certificate, account) = interruptible(py, glance, move |_| prover.certify(&instance))?;
    Ok((Document(Arc::new(certificate)), told(&account)))
}

fn told(account: &Account) -> Told {
    let steps = account.steps().iter().map(|step| {
        let (kind, claims, words) = match &step.answer {
            Answer::Proved { claims, how } => ("proved", claims.clone(), vec![how.clone()]),
            Answer::Open { tried } => ("open", Vec::new(), tried.clone()),
        };
        (step.question.name(), step.question.layer(), kind, claims, words, step.elapsed.as_secs_f64())
    });
    (account.verdict().key(), account.decided(), steps.collect(), account.to_string())
}
