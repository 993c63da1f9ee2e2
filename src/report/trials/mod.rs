//! Trials of the universal theorems that cells of the summary tables rest on.
//!
//! A theorem "under this hypothesis every KKT point is optimal" is an algorithm of the prover: from a KKT point to evidence of
//! optimality, never failing under the hypothesis. A trial runs it on a random instance of a cell's class and hypothesis and has
//! the kernel check what comes out. Trials prove nothing; one that failed would refute the theorem or show a bug.

mod draw;
mod point;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::kernel::certificate::Certificate;
use crate::kernel::check::{Claim, Kkt, Rejection, check};
use crate::kernel::exact::Rational;
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;
use crate::prove::deadline::Deadline;
use crate::prove::optimality::{global_optimum, local_optimum};
use crate::prove::search::Search;
use crate::report::table::class::{Class, Hypothesis};
use crate::report::table::theorem::{Conclusion, Subject, Theorem};

/// A cell of a summary table that a theorem covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CoveredCell {
    /// The table.
    pub subject: Subject,
    /// The row.
    pub class: Class,
    /// The column.
    pub hypothesis: Hypothesis,
}

/// On how many random instances each cell's theorem was tried, every time with success.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<CoveredCell, usize>);

impl Counts {
    /// Whether no trial was run.
    pub fn are_none(&self) -> bool {
        self.0.is_empty()
    }
}

/// A trial that failed.
#[derive(Clone, Debug, thiserror::Error)]
#[error("a trial of theorem {theorem} ({evidence}) FAILED on random instance {index} of seed {seed}, {class}: {why}")]
pub struct TrialFailure {
    theorem: usize,
    evidence: &'static str,
    index: usize,
    seed: u64,
    class: String,
    why: Why,
    instance: String,
}

/// Why a trial failed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
enum Why {
    #[error("no instance was found")]
    NoInstance,
    #[error("the algorithm found no evidence{}", of_layer(.0))]
    NoEvidence(Option<usize>),
    #[error("the evidence is by another method{}", of_layer(.0))]
    OtherMethod(Option<usize>),
    #[error("the checker rejects the evidence{}: {}", of_layer(.0), .1)]
    Rejected(Option<usize>, Rejection<Rational>),
}

fn of_layer(layer: &Option<usize>) -> String {
    layer.map(|layer| format!(" for layer {layer}")).unwrap_or_default()
}

impl TrialFailure {
    /// The instance as a file, with the claim that it is a KKT point; empty if none was found.
    pub fn instance(&self) -> &str {
        &self.instance
    }
}

impl Counts {
    /// Notes a trial that succeeded.
    pub fn add(&mut self, cell: CoveredCell) {
        *self.0.entry(cell).or_default() += 1;
    }

    /// The number of trials of a cell.
    pub fn of(&self, cell: CoveredCell) -> usize {
        self.0.get(&cell).copied().unwrap_or(0)
    }
}

impl CoveredCell {
    /// Draws the instance of this index and tries the cell's theorem on it. The instance depends on the cell, the seed and the
    /// index alone.
    ///
    /// # Errors
    /// When the algorithm finds no evidence by the theorem's method, or the kernel rejects it; or when no instance was found.
    pub fn run(&self, seed: u64, index: usize) -> Result<(), Box<TrialFailure>> {
        match Theorem::for_cell(self.subject, self.class, self.hypothesis) {
            Some((number, theorem)) => self.run_theorem(number, theorem, seed, index),
            None => Ok(()),
        }
    }

    fn run_theorem(&self, number: usize, theorem: &Theorem, seed: u64, index: usize) -> Result<(), Box<TrialFailure>> {
        let mut search = Search::new(Deadline::none(), seed).branch(&format!("{self:?} {index}"), Deadline::none());
        let drawn = draw::instance(self.class, self.hypothesis, search.random());
        let failure = |why: Why| {
            let instance = drawn.as_ref().map(|(problem, kkt)| {
                let claims = vec![Claim::Kkt(kkt.clone())];
                Certificate { claims, ..Certificate::instance(None, problem.clone()) }.to_text()
            });
            Box::new(TrialFailure {
                theorem: number,
                evidence: theorem.evidence,
                index,
                seed,
                class: format!(
                    "{}, {}, depth {}, {}",
                    self.class.architecture.name(),
                    self.class.activations.name(),
                    self.class.depth.name(),
                    self.hypothesis.name()
                ),
                why,
                instance: instance.unwrap_or_default(),
            })
        };
        let Some((problem, kkt)) = &drawn else { return Err(failure(Why::NoInstance)) };
        let scopes: Vec<Scope> = match self.subject {
            Subject::Point => vec![Scope::All],
            Subject::EachLayer => (0..problem.network().depth()).map(Scope::Layer).collect(),
        };
        scopes.into_iter().try_for_each(|scope| attempt(theorem, problem, kkt, scope, &mut search)).map_err(failure)
    }
}

/// From the KKT point to evidence of the theorem's conclusion, by the theorem's method, which the kernel accepts.
fn attempt(
    theorem: &Theorem,
    problem: &Problem<Rational>,
    kkt: &Kkt<Rational>,
    scope: Scope,
    search: &mut Search,
) -> Result<(), Why> {
    let layer = match scope {
        Scope::All => None,
        Scope::Layer(layer) => Some(layer),
    };
    let (claim, method) = match theorem.conclusion {
        Conclusion::Global => {
            let evidence = global_optimum(problem, scope, kkt, search).ok_or(Why::NoEvidence(layer))?;
            let method = evidence.by.name();
            (Claim::GlobalOptimum(evidence), method)
        }
        Conclusion::Local => {
            let evidence = local_optimum(problem, scope, kkt, search).ok_or(Why::NoEvidence(layer))?;
            let method = evidence.by.name();
            (Claim::LocalOptimum(evidence), method)
        }
    };
    if method != theorem.evidence {
        return Err(Why::OtherMethod(layer));
    }
    check(problem, &claim).map(|_| ()).map_err(|rejection| Why::Rejected(layer, rejection))
}
