//! The certificate file, version `margincert/1`: strict reading into types that cannot be wrong, and writing.

mod error;
mod json;
mod limits;
mod read;
mod read_claims;
mod read_enclosed;
mod read_network;
mod read_parameters;

use std::sync::Arc;

pub use error::ReadProblem;
pub use json::Misread;
pub use limits::{MAX_BYTES, MAX_CLAIMS, MAX_NESTING};

use super::check::{Claim, Rejection, Verdict, check_after};
use super::exact::{Algebraic, Fault, NumberField, OrderedField, Rational, guarded};
use super::network::Network;
use super::problem::Problem;

/// The value of the key `format`.
pub const FORMAT: &str = "margincert/1";

/// A problem with a point, and claims about it; without claims it is an *instance*, the prover's input.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate<F> {
    /// Free text.
    pub title: Option<String>,
    /// Where the instance comes from.
    pub source: Option<Source>,
    /// The number field, or nothing for the rationals.
    pub field: Option<Arc<NumberField>>,
    /// The problem and the point.
    pub problem: Problem<F>,
    /// The claims, in the file's order.
    pub claims: Vec<Claim<F>>,
}

/// Where an instance comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Free text.
    Text(String),
    /// A place in the literature.
    Reference {
        /// The paper.
        paper: Option<String>,
        /// The result in it.
        result: Option<String>,
        /// How the instance relates to the result.
        note: Option<String>,
    },
}

impl<F: OrderedField> Certificate<F> {
    /// An instance without title and source; `field` is the field of its numbers, nothing for the rationals.
    pub fn instance(field: Option<Arc<NumberField>>, problem: Problem<F>) -> Self {
        Certificate { title: None, source: None, field, problem, claims: Vec::new() }
    }

    /// Checks every claim, in order. All of them share one budget of work.
    pub fn check(&self) -> Vec<Verdict<'_, F>> {
        // The outer guard only bounds the sum: a fault inside has already rejected the claim it met.
        let mut verdicts = Vec::with_capacity(self.claims.len());
        let shared: Result<(), Fault> = guarded(|| {
            for claim in &self.claims {
                let verdict = check_after(&self.problem, &verdicts, claim);
                verdicts.push(verdict);
            }
        });
        if let Err(fault) = shared {
            verdicts.resize_with(self.claims.len(), || Err(Rejection::Fault(fault)));
        }
        verdicts
    }
}

/// Reads a network by itself: the value of the key `network`, whose numbers are rational.
///
/// # Errors
/// What is wrong, and at which part of the text.
pub fn read_network(text: &str) -> Result<Network<Rational>, Misread<'_>> {
    read::network(text)
}

/// A certificate over the rationals or over a number field, as its file says.
///
/// ```
/// use margincert::kernel::certificate::Document;
///
/// let text = r#"{
///     "format": "margincert/1",
///     "network": {"inputs": 1, "layers": [{"weights": "dense", "outputs": 1, "activation": "linear"}]},
///     "data": [{"x": ["1/2"], "y": 1}],
///     "point": [["2"]],
///     "claims": [{"claim": "feasible"}, {"claim": "kkt", "multipliers": ["4"]}]
/// }"#;
/// let Ok(Document::Rational(certificate)) = Document::read(text) else { panic!("not a certificate over the rationals") };
/// assert!(certificate.check().iter().all(Result::is_ok));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// Every number is rational.
    Rational(Certificate<Rational>),
    /// The numbers lie in Q(alpha).
    Algebraic(Certificate<Algebraic>),
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// What is wrong, and at which part of the text.
    pub fn read(text: &str) -> Result<Self, Misread<'_>> {
        read::document(text)
    }
}
