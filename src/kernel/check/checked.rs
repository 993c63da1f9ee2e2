//! The type that only a passed check can make.

use super::prelude::*;

/// Evidence that passed its check on a problem. [`check`] is its only source, so a function that
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
}

/// A claim with its evidence, or the evidence of one claim.
pub trait Evidence<F: OrderedField> {
    /// Whether the evidence proves its claim; to be asked by [`check`], which bounds the work.
    ///
    /// # Errors
    /// The first condition that fails, with the place and the exact values.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>>;
}

/// Checks evidence on a problem, within the budget of work.
///
/// # Errors
/// What the evidence's own check refuses, or the fault of its arithmetic.
pub fn check<'a, F: OrderedField, E: Evidence<F>>(
    problem: &'a Problem<F>,
    evidence: &'a E,
) -> Result<Checked<'a, F, E>, Rejection<F>> {
    bounded(problem, evidence, || evidence.holds(problem))
}

/// Asks whether evidence holds, within the budget of work.
fn bounded<'a, F: OrderedField, E>(
    problem: &'a Problem<F>,
    evidence: &'a E,
    holds: impl FnOnce() -> Result<(), Rejection<F>>,
) -> Result<Checked<'a, F, E>, Rejection<F>> {
    let asked = || {
        // Every number of the problem may be looked at.
        charge(cost::LOOK * problem.size());
        holds()
    };
    guarded(asked).map_err(Rejection::Fault)??;
    Ok(Checked { problem, evidence })
}

/// What the check of a claim came to.
pub type Verdict<'a, F> = Result<Checked<'a, F, Claim<F>>, Rejection<F>>;

/// Checks a claim that may rest on earlier ones, given the verdicts on all claims before it, of the same problem.
///
/// # Errors
/// As [`check`]; and for a claim `by` an earlier one, that this one was not accepted or says something else.
pub(in crate::kernel) fn check_after<'a, F: OrderedField>(
    problem: &'a Problem<F>,
    earlier: &[Verdict<'_, F>],
    claim: &'a Claim<F>,
) -> Verdict<'a, F> {
    match claim {
        Claim::Implied(implied) => bounded(problem, claim, || implied.check_among(problem, earlier)),
        _ => check(problem, claim),
    }
}
