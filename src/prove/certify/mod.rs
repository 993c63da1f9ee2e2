//! From an instance to a certificate: asks every question in turn and keeps the answers that pass the checker.

mod account;
mod attempt;
mod contradiction;
mod how;
mod ledger;
mod rescaled;
mod run;
mod scale;

use std::time::Duration;

use super::field::ProofField;
use crate::kernel::certificate::{Certificate, Document};
pub use account::{Account, Answer, Question, Step, Verdict};
use rescaled::Rescaled;
use run::run;

/// What to ask, and how long and how to look for answers.
///
/// Whatever is not found is left open, never guessed: every claim of the resulting certificate has passed the kernel's checker.
/// Results depend on the instance, the options and the seed alone, unless the time limit cuts a search short.
///
/// ```
/// use margincert::kernel::certificate::Document;
/// use margincert::prove::certify::{Prover, Verdict};
///
/// // A ReLU network whose second hidden unit is dead.
/// let instance = Document::parse(r#"{
///     "format": "margincert/1",
///     "network": {"inputs": 2, "layers": [
///         {"weights": "dense", "outputs": 2, "activation": "relu"},
///         {"weights": "dense", "outputs": 1, "activation": "linear"}
///     ]},
///     "data": [{"x": ["4/5", "3/5"], "y": 1}, {"x": ["-4/5", "3/5"], "y": 1}],
///     "point": [["4/5", "3/5", "-4/5", "3/5"], ["1", "1"]]
/// }"#)?;
/// let (certificate, account) = Prover::new().seed(1).certify(&instance);
/// assert!(certificate.check().iter().all(Result::is_ok));
/// assert_eq!(account.verdict(), Verdict::LocalOptimum);
/// assert!(account.decided());
/// # Ok::<(), margincert::words::ReadError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Prover {
    topics: Option<Vec<Topic>>,
    time_limit: Option<Duration>,
    seed: u64,
}

/// A kind of question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// The hypotheses `nonzero_weights` and `nonzero_inputs`.
    Hypotheses,
    /// `kkt` or `not_kkt`.
    Kkt,
    /// `local_optimum` or `not_local_optimum`.
    Local,
    /// `global_optimum` or `not_global_optimum`.
    Global,
    /// The last two for each layer alone.
    Layers,
    /// `flow_converges`.
    Flow,
}

impl Topic {
    /// All topics.
    pub const ALL: [Topic; 6] =
        [Topic::Hypotheses, Topic::Kkt, Topic::Local, Topic::Global, Topic::Layers, Topic::Flow];

    /// The topic's name.
    pub fn name(self) -> &'static str {
        match self {
            Topic::Hypotheses => "hypotheses",
            Topic::Kkt => "kkt",
            Topic::Local => "local",
            Topic::Global => "global",
            Topic::Layers => "layers",
            Topic::Flow => "flow",
        }
    }
}

/// Reads a topic's name, or that of one of its claims.
impl std::str::FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(text: &str) -> Result<Self, UnknownTopic> {
        match text {
            "hypotheses" | "nonzero_weights" | "nonzero_inputs" => Ok(Topic::Hypotheses),
            "kkt" | "not_kkt" => Ok(Topic::Kkt),
            "local" | "local_optimum" | "not_local_optimum" => Ok(Topic::Local),
            "global" | "global_optimum" | "not_global_optimum" => Ok(Topic::Global),
            "layers" => Ok(Topic::Layers),
            "flow" | "flow_converges" => Ok(Topic::Flow),
            _ => Err(UnknownTopic),
        }
    }
}

/// A name that is no topic's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected hypotheses, kkt, local, global, layers or flow")]
pub struct UnknownTopic;

/// Every topic, five seconds, seed 0.
impl Default for Prover {
    fn default() -> Self {
        Prover { topics: None, time_limit: Some(Duration::from_secs(5)), seed: 0 }
    }
}

impl Prover {
    /// A prover with the default options.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks about these topics only; what their answers rest on is asked as well. All of them then count for
    /// [`Account::decided`].
    pub fn topics(mut self, topics: impl IntoIterator<Item = Topic>) -> Self {
        self.topics = Some(topics.into_iter().collect());
        self
    }

    /// Gives up after this time; `None` for never.
    pub fn time_limit(mut self, limit: Option<Duration>) -> Self {
        self.time_limit = limit;
        self
    }

    /// Sets the seed of the randomised searches.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Proves what can be proved about the document's point. Claims that the document makes are ignored.
    pub fn certify(&self, instance: &Document) -> (Document, Account) {
        match instance {
            Document::Rational(instance) => {
                let (certificate, account) = self.certify_over(instance);
                (Document::Rational(certificate), account)
            }
            Document::Algebraic(instance) => {
                let (certificate, account) = self.certify_over(instance);
                (Document::Algebraic(certificate), account)
            }
        }
    }

    /// The same for an instance over a known field.
    pub fn certify_over<F: ProofField>(&self, instance: &Certificate<F>) -> (Certificate<F>, Account) {
        self.rescaled(instance).unwrap_or_else(|| {
            let (claims, account) = run(self, &instance.problem);
            (Certificate { claims, ..instance.clone() }, account)
        })
    }

    /// The same at a moderate scale, where the point is very long or very short, with the claims brought back and checked again.
    fn rescaled<F: ProofField>(&self, instance: &Certificate<F>) -> Option<(Certificate<F>, Account)> {
        let rescaled = Rescaled::of(&instance.problem)?;
        let (claims, mut account) = run(self, &rescaled.problem);
        let claims = claims.into_iter().map(|claim| rescaled.back(claim)).collect();
        let certificate = Certificate { claims, ..instance.clone() };
        account.at_scale(rescaled.exponent);
        certificate.check().iter().all(Result::is_ok).then_some((certificate, account))
    }
}
