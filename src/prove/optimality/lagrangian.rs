//! Multipliers whose Lagrangian is convex.

use super::multipliers::{Choice, Multipliers};
use crate::kernel::check::support::hessian;
use crate::kernel::exact::Definiteness;
use crate::kernel::network::Scope;
use crate::prove::curvature::{Curvature, curvature};
use crate::prove::deadline::OutOfTime;
use crate::prove::field::ProofField;
use crate::prove::search::Search;

/// Rounds of cutting planes before giving up.
const ROUNDS: usize = 60;

const OUT_OF_TIME: &str = "`lagrangian`, stopped by the time limit";

/// Multipliers (one a sample) of samples without kinks whose Lagrangian has a positive semidefinite Hessian.
///
/// For one free layer the Hessian is the identity, so any multipliers do. Where they are unique so is the answer; else each
/// direction of negative curvature cuts some off.
pub fn convex_multipliers<F: ProofField>(smooth: &Multipliers<F>, search: &mut Search) -> Option<Vec<F>> {
    let none = "`lagrangian`: there are no multipliers on samples without a kink";
    let mut multipliers = smooth.chosen(Choice::Vertex, none, OUT_OF_TIME, search)?;
    if smooth.scope() != Scope::All {
        return Some(multipliers);
    }
    let mut remaining: Option<Multipliers<F>> = None;
    for _ in 0..ROUNDS {
        let is_convex = || {
            let matrix = hessian(smooth.problem(), smooth.scope(), &multipliers);
            !matches!(matrix.definiteness(), Definiteness::Indefinite { .. })
        };
        match search.deadline().bounded(is_convex) {
            Ok(true) => return Some(multipliers),
            Ok(false) => {}
            Err(OutOfTime) => {
                search.tried(OUT_OF_TIME);
                return None;
            }
        }
        if remaining.is_none() {
            if smooth.is_unique(search) {
                search.tried(
                    "`lagrangian`: its Hessian, with the only multipliers on samples without a kink, is indefinite",
                );
                return None;
            }
            remaining = Some(smooth.clone());
        }
        let rest = remaining.as_mut()?;
        let Ok(Curvature::Negative(direction)) = curvature(&rest.hessian(&multipliers), search.deadline()) else {
            search.tried(OUT_OF_TIME);
            return None;
        };
        rest.cut_off(&direction);
        let none = "`lagrangian`: its Hessian is indefinite for all multipliers on samples without a kink, as cutting planes show";
        multipliers = rest.chosen(Choice::Interior, none, OUT_OF_TIME, search)?;
    }
    search.tried(format!("`lagrangian`: {ROUNDS} cutting planes leave the multipliers open"));
    None
}
