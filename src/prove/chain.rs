//! The method `chain`: multipliers for which the point is as short as it can be.

use super::field::ProofField;
use super::free::{active_samples, margin_gradient};
use super::optimum::optimum;
use super::qp::{LeastNorm, Polyhedron, least_norm_point};
use super::search::Search;
use crate::kernel::check::{Chain, Kkt, Method, check};
use crate::kernel::network::Scope;
use crate::kernel::problem::{Label, Problem};

/// The most samples that are tried one by one.
const SINGLE: usize = 32;

/// So many samples have more sets than other methods go through.
const MANY: usize = 12;

/// Multipliers that prove a local or global optimum, if some of these do: those of the KKT evidence, those of the support vector machine on the
/// active samples, and each active sample by itself; and label by label those of the KKT evidence, and of a machine for each.
pub fn chain<F: ProofField>(
    problem: &Problem<F>,
    kkt: Option<&Kkt<F>>,
    is_local: bool,
    search: &mut Search,
) -> Option<Chain<F>> {
    let holds = |multipliers: Vec<F>, by_label: bool, search: &Search| {
        let chain = Chain { multipliers, by_label };
        let claim = optimum(None, is_local, Method::Chain(chain.clone()));
        let accepted = search.deadline().bounded(|| check(problem, &claim).is_ok());
        accepted.unwrap_or(false).then_some(chain)
    };
    let active = active_samples(problem);
    let on = |chosen: Vec<(usize, F)>| {
        let mut multipliers = vec![F::zero(); problem.samples().len()];
        chosen.into_iter().for_each(|(sample, value)| multipliers[sample] = value);
        multipliers
    };
    let of_kkt = |by_label, search: &Search| kkt.and_then(|kkt| holds(kkt.multipliers.clone(), by_label, search));
    let single = |search: &Search| {
        active.iter().take(SINGLE).find_map(|&sample| holds(on(vec![(sample, F::one())]), false, search))
    };
    let together = |search: &Search| holds(on(machine(problem, &active, search)?), false, search);
    // Where many multipliers would do, a linear program ends in a corner; those of least norm treat like samples alike.
    let evenly = |by_label, search: &Search| holds(on(even(problem, &active, search)?), by_label, search);
    let of_many = |by_label, search: &Search| (active.len() > MANY).then(|| evenly(by_label, search)).flatten();
    let found = of_kkt(false, search).or_else(|| single(search)).or_else(|| together(search));
    let found = found.or_else(|| of_many(false, search));
    // At depth 2 other methods prove as much, unless there are too many sets of samples to go through.
    let depth = problem.network().depth();
    if found.is_none() && (depth == 3 || depth == 2 && active.len() > MANY) {
        let of = |label| active.iter().copied().filter(|&i| problem.samples()[i].y == label).collect::<Vec<_>>();
        let by_label = [of(Label::Positive), of(Label::Negative)];
        if by_label.iter().all(|samples| !samples.is_empty()) {
            let machines = |search: &Search| {
                let chosen = by_label.iter().map(|samples| machine(problem, samples, search));
                holds(on(chosen.collect::<Option<Vec<_>>>()?.concat()), true, search)
            };
            if let Some(found) = of_kkt(true, search).or_else(|| machines(search)).or_else(|| of_many(true, search)) {
                return Some(found);
            }
            search.tried("`chain` by label: the point does not attain the sum of the bounds on norms");
        }
    }
    if found.is_none() {
        search.tried("`chain`: the point does not attain the bound on norms");
    }
    found
}

/// Multipliers of the active samples that make the point stationary, of least norm; with kinks off.
fn even<F: ProofField>(problem: &Problem<F>, active: &[usize], search: &Search) -> Option<Vec<(usize, F)>> {
    let gradient = |&sample: &usize| margin_gradient(problem, Scope::All, sample, &problem.traces()[sample].slopes);
    let gradients: Vec<Vec<F>> = active.iter().map(gradient).collect();
    let target = problem.point().layers().iter().flatten().enumerate();
    let row = |place: usize| gradients.iter().map(|gradient| gradient[place].clone()).collect::<Vec<F>>();
    let equal = target.map(|(place, value)| (row(place), value.clone()));
    let equal = equal.filter(|(row, value)| !value.is_zero() || row.iter().any(|entry| !entry.is_zero())).collect();
    let unit = |k: usize| ((0..active.len()).map(|j| F::integer((j == k).into())).collect(), F::zero());
    let polyhedron = Polyhedron { dimension: active.len(), at_least: (0..active.len()).map(unit).collect(), equal };
    match least_norm_point(&polyhedron, None, search.deadline()) {
        Ok(LeastNorm::Point(least)) => Some(active.iter().copied().zip(least.point).collect()),
        Ok(LeastNorm::Empty { .. }) | Err(_) => None,
    }
}

/// The multipliers of the support vector machine on some of the samples.
fn machine<F: ProofField>(problem: &Problem<F>, of: &[usize], search: &Search) -> Option<Vec<(usize, F)>> {
    let normal = |&sample: &usize| {
        let sample = &problem.samples()[sample];
        (sample.x.iter().map(|x| sample.y.times(x.clone())).collect(), F::one())
    };
    let at_least = of.iter().map(normal).collect();
    let polyhedron = Polyhedron { dimension: problem.network().inputs(), at_least, equal: Vec::new() };
    match least_norm_point(&polyhedron, None, search.deadline()) {
        Ok(LeastNorm::Point(least)) => Some(of.iter().copied().zip(least.at_least).collect()),
        Ok(LeastNorm::Empty { .. }) | Err(_) => None,
    }
}
