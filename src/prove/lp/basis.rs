//! Which variables are basic, and where the others stand.

use super::ring::Ring;
use super::standard::Standard;

/// The place of one variable (of the program, or standing for a row) in a basic solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Determined by the others.
    Basic,
    /// At its lower bound.
    Lower,
    /// At its upper bound.
    Upper,
    /// At zero, having no bounds.
    Zero,
}

/// The status of all variables. There are as many basic ones as rows.
pub(super) type Basis = Vec<Status>;

/// Where a variable that is not basic may stand.
pub(super) fn resting<R: Ring>(program: &Standard<R>, variable: usize) -> Status {
    match (&program.lower[variable], &program.upper[variable]) {
        (Some(_), _) => Status::Lower,
        (None, Some(_)) => Status::Upper,
        (None, None) => Status::Zero,
    }
}

/// The basis of the variables that stand for the rows.
pub(super) fn slack_basis<R: Ring>(program: &Standard<R>) -> Basis {
    let mut basis: Basis = (0..program.variables()).map(|variable| resting(program, variable)).collect();
    basis.resize(program.total(), Status::Basic);
    basis
}
