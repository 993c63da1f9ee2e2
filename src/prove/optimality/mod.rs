//! Proofs that the point is optimal: from KKT multipliers to the evidence of each method.
//!
//! A theorem "under this hypothesis every KKT point is optimal" is a total function here: under its hypothesis it never fails.
//!
//! | hypothesis | conclusion |
//! |---|---|
//! | dense linear, any depth | [`global_optimum`] by `chain` |
//! | depth 2, linear, no sharing, `nonzero_weights` | [`global_optimum`] by `lagrangian` |
//! | depth 2, ReLU, no sharing, `nonzero_inputs` | [`local_optimum`] by `lagrangian` |
//! | linear, any depth, one layer | [`global_optimum`] of that layer by `lagrangian` |
//! | ReLU, any depth, `nonzero_inputs`, one layer | [`local_optimum`] of that layer by `lagrangian` |
//! | ReLU, any depth, last layer | [`global_optimum`] of that layer by `lagrangian` |

mod lagrangian;
mod layer;
mod multipliers;
mod second_order;

use super::cases::{self, Decision};
use super::cells;
use super::chain::chain;
use super::field::ProofField;
use super::free::shaped;
use super::kkt::layer_of;
use super::linear_chain::linear_chain;
use super::optimum::optimum;
use super::paths;
use super::search::Search;
use crate::kernel::check::{Cases, Claim, GlobalOptimum, Kkt, Lagrangian, LocalOptimum, Method, NotGlobalOptimum};
use crate::kernel::network::{Layer, Scope};
use crate::kernel::problem::Problem;
pub use layer::{decide_layer, decide_layer_at_length};
pub use multipliers::{Choice, Multipliers};

/// Looks for a proof that the point, a KKT point, is a local optimum. The methods, in order: `lagrangian`, `cells`,
/// `cases`, `second_order`, `paths`; for a layer `lagrangian` and `cases`.
pub fn local_optimum<F: ProofField>(
    problem: &Problem<F>,
    scope: Scope,
    kkt: &Kkt<F>,
    search: &mut Search,
) -> Option<LocalOptimum<F>> {
    let layer = layer_of(scope);
    if let Some(one) = layer {
        return match at_any_length(problem, one, kkt, true, search)? {
            Claim::LocalOptimum(found) => Some(found),
            _ => None,
        };
    }
    let smooth = Multipliers::smooth(problem, scope);
    if problem.network().depth() <= 2
        && let Some(multipliers) = lagrangian::convex_multipliers(&smooth, search)
    {
        return Some(LocalOptimum { layer, by: Method::Lagrangian(Lagrangian { multipliers }) });
    }
    if let Some(chain) = chain(problem, Some(kkt), true, search) {
        return Some(LocalOptimum { layer, by: Method::Chain(chain) });
    }
    if let Some(cells) = cells::local(problem, kkt, search) {
        return Some(LocalOptimum { layer, by: Method::Cells(cells) });
    }
    if let Some(cases) = by_units(problem, kkt, true, search) {
        return Some(LocalOptimum { layer, by: Method::Cases(cases) });
    }
    let slopes = second_order::average_slopes(problem, scope, kkt);
    if let Some(second_order) = second_order::second_order(problem, scope, slopes, search) {
        return Some(LocalOptimum { layer, by: Method::SecondOrder(second_order) });
    }
    let paths = paths::optimum(problem, kkt, true, search)?;
    Some(LocalOptimum { layer, by: Method::Paths(paths) })
}

/// Looks for a proof that the point is a local optimum and a strict one: by `second_order`, without rotations of units into one another.
pub fn strict_local_optimum<F: ProofField>(problem: &Problem<F>, search: &mut Search) -> Option<LocalOptimum<F>> {
    let found = second_order::second_order(problem, Scope::All, Default::default(), search)?;
    (!found.symmetry).then_some(LocalOptimum { layer: None, by: Method::SecondOrder(found) })
}

/// Looks for a proof that the point, a KKT point, is a global optimum. The methods, in order: `chain` for dense
/// linear networks, `lagrangian`, `chain`, `cells`, `cases`, `paths`; for a layer `lagrangian` and `cases`.
pub fn global_optimum<F: ProofField>(
    problem: &Problem<F>,
    scope: Scope,
    kkt: &Kkt<F>,
    search: &mut Search,
) -> Option<GlobalOptimum<F>> {
    let (layer, network) = (layer_of(scope), problem.network());
    if let Some(one) = layer {
        return match at_any_length(problem, one, kkt, false, search)? {
            Claim::GlobalOptimum(found) => Some(found),
            _ => None,
        };
    }
    if let Some(chain) = linear_chain(problem, search) {
        return Some(GlobalOptimum { layer, by: Method::Chain(chain) });
    }
    if network.is_linear_from(0) && network.depth() <= 2 {
        let smooth = Multipliers::smooth(problem, scope);
        if let Some(multipliers) = lagrangian::convex_multipliers(&smooth, search) {
            return Some(GlobalOptimum { layer, by: Method::Lagrangian(Lagrangian { multipliers }) });
        }
    }
    if let Some(chain) = chain(problem, Some(kkt), false, search) {
        return Some(GlobalOptimum { layer, by: Method::Chain(chain) });
    }
    // A network of one hidden unit needs a case for each sample and no more; cutting planes may look at very many cells, for every width.
    let is_narrow = network.layers().first().is_some_and(|hidden| hidden.outputs() == 1);
    let in_hand = |search: &mut Search| cells::global_in_hand(problem, kkt, search).map(Method::Cells);
    let at_length = |search: &mut Search| cells::global(problem, kkt, search).map(Method::Cells);
    let by_units = |search: &mut Search| by_units(problem, kkt, false, search).map(Method::Cases);
    let unshared = |search: &mut Search| match cases::unshared(problem, &kkt.multipliers, false, search)? {
        Decision::Optimum(cases) => Some(Method::Cases(cases)),
        Decision::Better(_) => {
            search.tried("`cases`: another unit is shorter");
            None
        }
    };
    let by = if is_narrow {
        in_hand(search).or_else(|| by_units(search)).or_else(|| unshared(search)).or_else(|| at_length(search))
    } else {
        at_length(search).or_else(|| by_units(search))
    };
    let by = by.or_else(|| paths::optimum(problem, kkt, false, search).map(Method::Paths));
    by.map(|by| GlobalOptimum { layer, by })
}

/// Looks for a proof that the point, a KKT point, is a global optimum by `cells` on few samples, for what cheaper searches have left open.
pub fn global_optimum_on_few_samples<F: ProofField>(
    problem: &Problem<F>,
    kkt: &Kkt<F>,
    search: &mut Search,
) -> Option<GlobalOptimum<F>> {
    let cells = cells::global_on_few_samples(problem, kkt, search)?;
    Some(GlobalOptimum { layer: None, by: Method::Cells(cells) })
}

/// Decides whether the point, a KKT point, is a local or global optimum, for what cheaper searches and those for better points have left open:
/// by `cases` with multipliers of their own.
pub fn decide_at_length<F: ProofField>(
    problem: &Problem<F>,
    kkt: &Kkt<F>,
    is_local: bool,
    search: &mut Search,
) -> Option<Claim<F>> {
    let decision = cases::unshared(problem, &kkt.multipliers, is_local, search)
        .or_else(|| cases::shared(problem, &kkt.multipliers, is_local, search).map(Decision::Optimum));
    Some(match decision? {
        Decision::Optimum(cases) => optimum(None, is_local, Method::Cases(cases)),
        Decision::Better(numbers) => {
            let better = shaped(problem.network(), Scope::All, &numbers);
            Claim::NotGlobalOptimum(NotGlobalOptimum { layer: None, better })
        }
    })
}

/// Decides about a layer, with little effort first.
fn at_any_length<F: ProofField>(
    problem: &Problem<F>,
    layer: usize,
    kkt: &Kkt<F>,
    is_local: bool,
    search: &mut Search,
) -> Option<Claim<F>> {
    decide_layer(problem, layer, Some(kkt), is_local, search)
        .or_else(|| decide_layer_at_length(problem, layer, is_local, search))
}

/// How many choices of multipliers are tried that lie mostly on one sample.
const EXTREMES: usize = 8;

/// The cases of each hidden unit, with the multipliers in hand, or else with others where there is a choice. Dense networks have cutting planes to
/// choose by; for others the corners are tried at which one sample has as much as it can.
fn by_units<F: ProofField>(
    problem: &Problem<F>,
    kkt: &Kkt<F>,
    is_local: bool,
    search: &mut Search,
) -> Option<Cases<F>> {
    let found = cases::units(problem, &kkt.multipliers, is_local, search).or_else(|| {
        let others = cells::interior_multipliers(problem, search).filter(|others| *others != kkt.multipliers)?;
        cases::units(problem, &others, is_local, search)
    });
    let layers = problem.network().layers();
    if found.is_some() || layers.len() != 2 || layers.iter().all(Layer::is_dense) || layers[0].activation().is_linear()
    {
        return found;
    }
    let choices = Multipliers::of_traces(problem, Scope::All);
    if choices.is_unique(search) {
        return None;
    }
    let mut tried = vec![kkt.multipliers.clone()];
    (0..choices.count().min(EXTREMES)).find_map(|place| {
        let multipliers = choices.choose(Choice::Most(place), search).ok()??;
        if tried.contains(&multipliers) {
            return None;
        }
        tried.push(multipliers.clone());
        cases::units(problem, &multipliers, is_local, search)
    })
}
