//! What kind of a KKT point an enclosed one is.

use super::super::report::Standing;
use super::super::task::Task;
use super::better;
use super::enclose::Enclosed;
use super::second_order::{Curvature, curvature};
use crate::kernel::check::{ParametersOptimum, check};
use crate::kernel::exact::Rational;
use crate::kernel::network::Unit;
use crate::prove::deadline::Deadline;

/// Decides what can be decided, and adds to the claim what the kernel accepts. Says which layers are at a local optimum by themselves, too.
pub(super) fn decide(task: &Task, enclosed: &mut Enclosed, until: Deadline) -> (Standing, Vec<usize>) {
    let terms = better::terms(task, enclosed);
    let standing = of_the_whole(task, &terms, enclosed, until);
    let active = enclosed.claim.active.clone();
    let mut layers: Vec<usize> = (0..task.depth()).collect();
    layers.retain(|layer| {
        let is_convex = better::raises(task, &terms, &active, *layer).is_none();
        is_convex && accept(enclosed, ParametersOptimum::Layer { layer: *layer }).is_ok()
    });
    (standing, layers)
}

fn of_the_whole(task: &Task, terms: &[better::Term], enclosed: &mut Enclosed, until: Deadline) -> Standing {
    if let Some(standing) = better::kink(task, terms, enclosed) {
        return standing;
    }
    let gain = match better::unit(task, terms, enclosed, until) {
        Ok(standing) => return standing,
        Err(gain) => gain,
    };
    let zero = (0..task.depth() - 1)
        .flat_map(|layer| (0..task.network.layers()[layer].outputs()).map(move |unit| Unit { layer, unit }))
        .filter(|unit| enclosed.problem.is_zero_unit(*unit))
        .count();
    let such = if task.is_dense() { format!("depth {}", task.depth()) } else { "networks that are not dense".into() };
    if let Err(reason) = local(task, terms, enclosed, zero > 0, until) {
        return Standing::Open { reason };
    }
    let dead = match gain {
        _ if zero == 0 => {
            return Standing::Local { global: "no bound on all networks of this kind was tried".into() };
        }
        Some((_, Some(reason))) => reason,
        Some((greatest, None)) => format!(
            "no unit that is 0 was found to gain more than {greatest:.6} for a cost of 1, but that none does is not proved for {such}"
        ),
        None => "they are 0 because parallel ones have their share".into(),
    };
    Standing::LocalOfLiveUnits { zero, reason: dead }
}

/// The strict local optimum, of the units that live if others are 0; or why it is not proved.
fn local(
    task: &Task,
    terms: &[better::Term],
    enclosed: &mut Enclosed,
    of_live_units: bool,
    until: Deadline,
) -> Result<(), String> {
    if let Some((layer, unit, sample)) = better::raises(task, terms, &enclosed.claim.active, 0) {
        return Err(format!(
            "no kink lets the norm decrease to both sides, but unit {unit} of layer {layer} is at 0 on sample {sample} since its weights are, and \
             would raise the margin if it left 0"
        ));
    }
    let weights = of_live_units.then(|| enclosed.problem.weights_of_live_units());
    let all = || task.network.layers().iter().map(|layer| vec![true; layer.parameters()]).collect();
    match curvature(enclosed, weights.unwrap_or_else(all), until) {
        Curvature::Unclear(reason) => Err(reason),
        Curvature::Up(penalties) => {
            let mut reason = "no multiple of the constraints' squares makes the Hessian positive definite".to_string();
            for penalty in penalties.into_iter().take(3) {
                match accept(enclosed, ParametersOptimum::Local { penalty, of_live_units }) {
                    Ok(()) => return Ok(()),
                    Err(refused) => reason = refused,
                }
            }
            Err(reason)
        }
    }
}

/// Adds a claim of optimality if the kernel accepts it.
pub(super) fn accept(enclosed: &mut Enclosed, optimum: ParametersOptimum<Rational>) -> Result<(), String> {
    enclosed.claim.optimum.push(optimum);
    let reason = check(&enclosed.problem, &enclosed.claim).err().map(|rejection| rejection.to_string());
    if reason.is_some() {
        enclosed.claim.optimum.pop();
    }
    reason.map_or(Ok(()), Err)
}
