//! A document, and its checks.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use margincert::files;
use margincert::kernel::certificate;
use margincert::kernel::exact::{NumberField, OrderedField, Rational};
use margincert::prove::deadline::Deadline;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::errors::{no_document, unreadable};
use crate::interrupt::interruptible;

/// What takes no longer is done at once; what does is begun again on a thread of its own, so that Ctrl-C can end it.
const AT_ONCE: Duration = Duration::from_millis(50);

/// A certificate or an instance, never changed.
#[pyclass(frozen, eq, module = "margincert._core")]
#[derive(PartialEq)]
pub struct Document(pub Arc<certificate::Document>);

/// A claim's name, its layer, and why it is rejected, if it is.
type Judged = (&'static str, Option<usize>, Option<String>);

#[pymethods]
impl Document {
    /// Reads a document from text.
    #[staticmethod]
    fn parse(py: Python<'_>, text: &str) -> PyResult<Self> {
        let read = py.detach(|| certificate::Document::parse(text));
        read.map(|document| Document(Arc::new(document))).map_err(|error| unreadable(py, &error, None))
    }

    /// Reads the document in a file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let read = py.detach(|| files::read(&path));
        read.map(|document| Document(Arc::new(document))).map_err(|error| no_document(py, error))
    }

    /// The text of its file.
    fn text(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.to_text())
    }

    /// How many claims it makes.
    fn claim_count(&self) -> usize {
        self.0.claims().len()
    }

    /// Where it first differs from another document in its network, data or point.
    fn difference(&self, py: Python<'_>, instance: &Document) -> PyResult<Option<String>> {
        let (document, instance) = (self.0.clone(), instance.0.clone());
        let compared = interruptible(py, |_| Ok(()), move |_| document.is_about(&instance))?;
        Ok(compared.err().map(|difference| difference.to_string()))
    }

    /// Checks every claim.
    fn check(&self, py: Python<'_>) -> PyResult<Vec<Judged>> {
        let document = &self.0;
        let verdicts = match py.detach(|| Deadline::after(AT_ONCE).bounded(|| document.check())) {
            Ok(verdicts) => verdicts,
            Err(_) => {
                let document = document.clone();
                interruptible(py, |_| Ok(()), move |_| document.check())?
            }
        };
        let claims = self.0.claims().into_iter();
        Ok(claims.zip(verdicts).map(|((claim, layer), verdict)| (claim, layer, verdict.err())).collect())
    }
}

/// The certificates that a path stands for: a file, or a folder that is searched.
#[pyfunction]
pub fn find(py: Python<'_>, path: PathBuf) -> PyResult<Vec<PathBuf>> {
    let found = py.detach(|| files::find(&path));
    found.into_iter().collect::<Result<_, _>>().map_err(|error| no_document(py, error))
}

fn rational(text: &str) -> PyResult<Rational> {
    text.parse().map_err(|error| PyValueError::new_err(format!("{text:?}: {error}")))
}

fn rationals(texts: Vec<String>) -> PyResult<Vec<Rational>> {
    texts.iter().map(|text| rational(text)).collect()
}

fn number_field(
    polynomial: Vec<String>,
    between: (String, String),
    symbol: Option<String>,
) -> PyResult<Arc<NumberField>> {
    let field = NumberField::new(rationals(polynomial)?, rational(&between.0)?, rational(&between.1)?, symbol);
    field.map_err(|error| PyValueError::new_err(error.to_string()))
}

/// What the generator of a number field is called in print: the symbol, unless it would mislead.
#[pyfunction]
pub fn symbol(polynomial: Vec<String>, between: (String, String), symbol: String) -> PyResult<Option<String>> {
    let field = number_field(polynomial, between, Some(symbol))?;
    Ok(margincert::words::symbol(&field).map(str::to_string))
}

/// Two rationals, at most `2^-bits` apart, between which an element of a number field lies.
#[pyfunction]
pub fn enclosure(
    polynomial: Vec<String>,
    between: (String, String),
    coordinates: Vec<String>,
    bits: u32,
) -> PyResult<(String, String)> {
    let field = number_field(polynomial, between, None)?;
    let (lower, upper) = field.element(rationals(coordinates)?).enclosure(bits);
    debug_assert!((upper.clone() - &lower).sign() != margincert::kernel::exact::Sign::Negative);
    Ok((lower.to_string(), upper.to_string()))
}
