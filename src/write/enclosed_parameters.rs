//! Writing the claim `kkt_enclosed` by parameters.

use super::enclosed::{decimal, decimals};
use super::{Json, integer, list, object, parameters, string};
use crate::kernel::check::{ParametersEnclosed, ParametersOptimum};
use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::network::Unit;

/// The claim's keys but its name.
pub(super) fn entries<F: OrderedField>(claim: &ParametersEnclosed<F>) -> Vec<(&'static str, Json)> {
    let layers = |layers: &Vec<Vec<Option<Sign>>>| list(layers.iter().map(|units| string(&pattern(units))));
    let mut entries = vec![
        ("by", string("parameters")),
        ("active", list(claim.active.iter().map(|sample| integer(*sample)))),
        ("multipliers", decimals(&claim.multipliers)),
        ("patterns", list(claim.patterns.iter().map(layers))),
        ("slopes", decimals(&claim.slopes)),
        ("radius", decimal(&claim.radius)),
        ("inverse", list(claim.inverse.iter().map(|row| decimals(row)))),
    ];
    if !claim.optimum.is_empty() {
        entries.push(("optimum", list(claim.optimum.iter().map(optimum))));
    }
    entries
}

fn pattern(units: &[Option<Sign>]) -> String {
    let side = |side: &Option<Sign>| match side {
        Some(Sign::Negative) => '-',
        Some(Sign::Zero) => '0',
        Some(Sign::Positive) => '+',
        None => '.',
    };
    units.iter().map(side).collect()
}

fn optimum<F: OrderedField>(claim: &ParametersOptimum<F>) -> Json {
    let place = |unit: &Unit| [("layer", integer(unit.layer)), ("unit", integer(unit.unit))];
    match claim {
        ParametersOptimum::Local { penalty, of_live_units } => {
            let is = if *of_live_units { "local_of_live_units" } else { "local" };
            object([("is", string(is)), ("penalty", decimal(penalty))])
        }
        ParametersOptimum::Layer { layer } => object([("is", string("local")), ("layer", integer(*layer))]),
        ParametersOptimum::Kink { sample, unit } => {
            let kink = object([("sample", integer(*sample))].into_iter().chain(place(unit)));
            object([("is", string("not_local")), ("kink", kink)])
        }
        ParametersOptimum::DeadUnit { unit, incoming, outgoing } => {
            let weights = [("incoming", decimals(incoming)), ("outgoing", decimals(outgoing))];
            object([("is", string("not_local"))].into_iter().chain(place(unit)).chain(weights))
        }
        ParametersOptimum::NotGlobal { better } => {
            object([("is", string("not_global")), ("better", parameters(better))])
        }
    }
}
