//! Proofs that the point is optimal: from KKT multipliers to the evidence of each method.
//!
//! A theorem "under this hypothesis every KKT point is optimal" is a total function here: under its hypothesis it never fails.
//!
//! | hypothesis | conclusion |
//! |---|---|
//! | dense linear, any depth | [`global_optimum`] by `linear_chain` |
//! | depth 2, linear, no sharing, `nonzero_weights` | [`global_optimum`] by `lagrangian` |
//! | depth 2, ReLU, no sharing, `nonzero_inputs` | [`local_optimum`] by `lagrangian` |
//! | linear, any depth, one layer | [`global_optimum`] of that layer by `lagrangian` |
//! | ReLU, any depth, `nonzero_inputs`, one layer | [`local_optimum`] of that layer by `lagrangian` |
//! | ReLU, any depth, last layer | [`global_optimum`] of that layer by `lagrangian` |

mod lagrangian;
mod multipliers;
mod second_order;

use super::cells;
use super::field::ProofField;
use super::kkt::layer_of;
use super::linear_chain::linear_chain;
use super::search::Search;
use crate::kernel::check::{GlobalMethod, GlobalOptimum, Kkt, Lagrangian, LocalMethod, LocalOptimum};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;
pub use multipliers::Multipliers;

/// Looks for a proof that the point, a KKT point, is a local optimum. The methods, in order: `lagrangian`, `cells`, `second_order`.
pub fn local_optimum<F: ProofField>(
    problem: &Problem<F>,
    scope: Scope,
    kkt: &Kkt<F>,
    search: &mut Search,
) -> Option<LocalOptimum<F>> {
    let layer = layer_of(scope);
    let smooth = Multipliers::smooth(problem, scope);
    let quadratic = problem.network().depth() == 2 || layer.is_some();
    if quadratic && let Some(multipliers) = lagrangian::convex_multipliers(&smooth, search) {
        return Some(LocalOptimum { layer, by: LocalMethod::Lagrangian(Lagrangian { multipliers }) });
    }
    if layer.is_some() {
        return None;
    }
    if let Some(cells) = cells::local(problem, kkt, search) {
        return Some(LocalOptimum { layer, by: LocalMethod::Cells(cells) });
    }
    let second_order = second_order::second_order(&smooth, search)?;
    Some(LocalOptimum { layer, by: LocalMethod::SecondOrder(second_order) })
}

/// Looks for a proof that the point, a KKT point, is a global optimum. The methods, in order: `linear_chain`,
/// `lagrangian`, `cells`.
pub fn global_optimum<F: ProofField>(
    problem: &Problem<F>,
    scope: Scope,
    kkt: &Kkt<F>,
    search: &mut Search,
) -> Option<GlobalOptimum<F>> {
    let (layer, network) = (layer_of(scope), problem.network());
    if layer.is_none()
        && let Some(chain) = linear_chain(problem, search)
    {
        return Some(GlobalOptimum { layer, by: GlobalMethod::LinearChain(chain) });
    }
    if network.is_linear_from(scope.first()) && (network.depth() == 2 || layer.is_some()) {
        let smooth = Multipliers::smooth(problem, scope);
        if let Some(multipliers) = lagrangian::convex_multipliers(&smooth, search) {
            return Some(GlobalOptimum { layer, by: GlobalMethod::Lagrangian(Lagrangian { multipliers }) });
        }
    }
    if layer.is_some() {
        return None;
    }
    let cells = cells::global(problem, kkt, search)?;
    Some(GlobalOptimum { layer, by: GlobalMethod::Cells(cells) })
}
