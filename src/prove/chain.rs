//! The method `chain`: multipliers for which the point is as short as it can be.

use super::field::ProofField;
use super::free::active_samples;
use super::qp::{LeastNorm, Polyhedron, least_norm_point};
use super::search::Search;
use crate::kernel::check::{Chain, GlobalOptimum, Kkt, LocalOptimum, Method, check};
use crate::kernel::problem::Problem;

/// The most samples that are tried one by one.
const SINGLE: usize = 32;

/// Multipliers that prove a local or global optimum, if some of these do: those of the KKT evidence, those of the support vector machine on the
/// active samples, and each active sample by itself.
pub fn chain<F: ProofField>(
    problem: &Problem<F>,
    kkt: Option<&Kkt<F>>,
    is_local: bool,
    search: &mut Search,
) -> Option<Chain<F>> {
    let holds = |multipliers: Vec<F>, search: &Search| {
        let chain = Chain { multipliers };
        let accepted = search.deadline().bounded(|| {
            if is_local {
                check(problem, &LocalOptimum { layer: None, by: Method::Chain(chain.clone()) }).is_ok()
            } else {
                check(problem, &GlobalOptimum { layer: None, by: Method::Chain(chain.clone()) }).is_ok()
            }
        });
        accepted.unwrap_or(false).then_some(chain)
    };
    let active = active_samples(problem);
    let on = |chosen: &[(usize, F)]| {
        let mut multipliers = vec![F::zero(); problem.samples().len()];
        chosen.iter().for_each(|(sample, value)| multipliers[*sample] = value.clone());
        multipliers
    };
    if let Some(found) = kkt.and_then(|kkt| holds(kkt.multipliers.clone(), search)) {
        return Some(found);
    }
    let single = active.iter().take(SINGLE).find_map(|&sample| holds(on(&[(sample, F::one())]), search));
    if single.is_some() {
        return single;
    }
    let normal = |&sample: &usize| {
        let sample = &problem.samples()[sample];
        (sample.x.iter().map(|x| sample.y.times(x.clone())).collect(), F::one())
    };
    let at_least = active.iter().map(normal).collect();
    let polyhedron = Polyhedron { dimension: problem.network().inputs(), at_least, equal: Vec::new() };
    let machine = least_norm_point(&polyhedron, None, search.deadline());
    let found = match machine {
        Ok(LeastNorm::Point(least)) => {
            let chosen: Vec<(usize, F)> = active.into_iter().zip(least.at_least).collect();
            holds(on(&chosen), search)
        }
        Ok(LeastNorm::Empty { .. }) | Err(_) => None,
    };
    if found.is_none() {
        search.tried("`chain`: the point does not attain the bound on norms");
    }
    found
}
