//! One free layer: a proof that the point is an optimum, or a better point.

use super::{lagrangian, multipliers::Multipliers};
use crate::kernel::check::{Claim, Kkt, Lagrangian, Measure, Method, NotGlobalOptimum, NotLocalOptimum, check};
use crate::kernel::network::{Curve, Parameters, Scope};
use crate::kernel::problem::Problem;
use crate::prove::cases::{self, Decision};
use crate::prove::field::ProofField;
use crate::prove::optimum::optimum;
use crate::prove::search::Search;

/// The ends of the straight lines that are tried, as powers of 1/2.
const ENDS: [u32; 10] = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256];

/// The most cases of a tree over a layer while cheaper searches have not been tried.
const FEW: usize = 64;

/// Decides whether the point is a local or global optimum over a layer, with little effort: by `lagrangian` if it is a KKT point, by `cases`
/// group by group, or by a small tree of cases.
pub fn decide_layer<F: ProofField>(
    problem: &Problem<F>,
    layer: usize,
    kkt: Option<&Kkt<F>>,
    is_local: bool,
    search: &mut Search,
) -> Option<Claim<F>> {
    let scope = Scope::Layer(layer);
    if kkt.is_some() && (is_local || problem.network().is_linear_from(layer)) {
        let smooth = Multipliers::smooth(problem, scope);
        if let Some(multipliers) = lagrangian::convex_multipliers(&smooth, search) {
            return Some(optimum(Some(layer), is_local, Method::Lagrangian(Lagrangian { multipliers })));
        }
    }
    if let Some(cases) = kkt.and_then(|kkt| cases::groups(problem, layer, &kkt.multipliers, is_local, search)) {
        return Some(optimum(Some(layer), is_local, Method::Cases(cases)));
    }
    by_one_tree(problem, layer, is_local, FEW, search)
}

/// The same by one tree of cases, however many it takes up to a limit: in the end it decides.
pub fn decide_layer_at_length<F: ProofField>(
    problem: &Problem<F>,
    layer: usize,
    is_local: bool,
    search: &mut Search,
) -> Option<Claim<F>> {
    by_one_tree(problem, layer, is_local, cases::MAX_CASES, search)
}

fn by_one_tree<F: ProofField>(
    problem: &Problem<F>,
    layer: usize,
    is_local: bool,
    most: usize,
    search: &mut Search,
) -> Option<Claim<F>> {
    match cases::layer(problem, layer, is_local, most, search)? {
        Decision::Optimum(cases) => Some(optimum(Some(layer), is_local, Method::Cases(cases))),
        Decision::Better(numbers) if is_local => straight_line(problem, layer, &numbers, search),
        Decision::Better(numbers) => {
            let mut layers = problem.point().layers().to_vec();
            layers[layer] = numbers;
            Some(Claim::NotGlobalOptimum(NotGlobalOptimum { layer: Some(layer), better: Parameters::new(layers) }))
        }
    }
}

/// The straight line towards other parameters of the layer, as far as it is found to be better.
fn straight_line<F: ProofField>(
    problem: &Problem<F>,
    layer: usize,
    numbers: &[F],
    search: &mut Search,
) -> Option<Claim<F>> {
    let mut direction = Parameters::zero(problem.network());
    let starts = &problem.point().layers()[layer];
    for ((entry, number), start) in direction.layers_mut()[layer].iter_mut().zip(numbers).zip(starts) {
        *entry = number.clone() - start;
    }
    let curve = Curve::new(vec![direction]);
    let half = F::ratio(1, 2)?;
    for end in ENDS {
        let until = (0..end).fold(F::one(), |until, _| until * &half);
        let evidence = NotLocalOptimum { layer: Some(layer), curve: curve.clone(), until, measure: Measure::Norm };
        if search.deadline().bounded(|| check(problem, &evidence).is_ok()).ok()? {
            return Some(Claim::NotLocalOptimum(evidence));
        }
    }
    search.tried("`cases`: a case has a better point, but the line towards it was not accepted");
    None
}
