//! The type that only a passed check can make.

use crate::kernel::exact::{Fault, OrderedField, guarded};
use crate::kernel::problem::Problem;

/// Evidence that passed its check on a problem. The checks of this module are its only source, so a function that
/// asks for `Checked<..>` cannot be given an unproved claim.
///
/// ```compile_fail
/// use margincert::kernel::check::{Checked, Feasible};
/// # fn forge(problem: &margincert::kernel::problem::Problem<margincert::kernel::exact::Rational>) {
/// let forged = Checked { problem, evidence: &Feasible { layer: None } };
/// # }
/// ```
#[derive(Debug)]
pub struct Checked<'a, F, E> {
    problem: &'a Problem<F>,
    evidence: &'a E,
}

impl<F, E> Clone for Checked<'_, F, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F, E> Copy for Checked<'_, F, E> {}

impl<'a, F: OrderedField, E> Checked<'a, F, E> {
    /// The problem that the claim is about.
    pub fn problem(&self) -> &'a Problem<F> {
        self.problem
    }

    /// The evidence that passed.
    pub fn evidence(&self) -> &'a E {
        self.evidence
    }

    /// Runs a check within its budget.
    pub(super) fn if_passes<R: From<Fault>>(
        problem: &'a Problem<F>,
        evidence: &'a E,
        check: impl FnOnce(&Problem<F>, &E) -> Result<(), R>,
    ) -> Result<Self, R> {
        guarded(|| check(problem, evidence))??;
        Ok(Checked { problem, evidence })
    }
}
