//! Reading the claim `kkt_enclosed` by parameters.

use serde_json::value::RawValue;

use super::json::{self, Object, Read};
use super::read::Numbers;
use crate::kernel::check::{ParametersEnclosed, ParametersOptimum};
use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::network::Unit;
use crate::kernel::problem::Problem;

/// The claim and its evidence.
pub(super) fn claim<'a, F: OrderedField>(
    object: &Object<'a>,
    numbers: &Numbers<F>,
    problem: &Problem<F>,
) -> Read<'a, ParametersEnclosed<F>> {
    let keys = ["claim", "by", "active", "multipliers", "patterns", "slopes", "radius", "inverse", "optimum"];
    object.allow_only(&keys)?;
    let by = object.required("by")?;
    if json::string(by, "\"parameters\"")?.as_ref() != "parameters" {
        return json::expected(by, "\"parameters\"");
    }
    let optimum = |value| json::list_of(value, "a list of claims of optimality", |v| optimum(v, numbers, problem));
    let layers = |value| json::list_of(value, "a list of patterns, one a hidden layer", pattern);
    Ok(ParametersEnclosed {
        active: object.indices("active", "a list of samples' indices", "a sample's index")?,
        multipliers: object.rationals("multipliers")?,
        patterns: object.list("patterns", "a list of lists of patterns, one an active sample", layers)?,
        slopes: object.rationals("slopes")?,
        radius: object.rational("radius")?,
        inverse: object.list("inverse", "a list of rows", json::rationals)?,
        optimum: object.maybe("optimum", optimum)?.unwrap_or_default(),
    })
}

fn pattern(value: &RawValue) -> Read<'_, Vec<Option<Sign>>> {
    let sides = [('+', Some(Sign::Positive)), ('0', Some(Sign::Zero)), ('-', Some(Sign::Negative)), ('.', None)];
    json::pattern(value, "a pattern of +, 0, - and .", &sides)
}

fn optimum<'a, F: OrderedField>(
    value: &'a RawValue,
    numbers: &Numbers<F>,
    problem: &Problem<F>,
) -> Read<'a, ParametersOptimum<F>> {
    let object = json::object(value, "an object: a claim of optimality")?;
    let name = object.required("is")?;
    let unit = |object: &Object<'a>| {
        let layer = object.index("layer", "a layer's index")?;
        Ok(Unit { layer, unit: object.index("unit", "a unit's index")? })
    };
    Ok(match json::string(name, "what the point is")?.as_ref() {
        "local" if object.optional("layer").is_some() => {
            object.allow_only(&["is", "layer"])?;
            ParametersOptimum::Layer { layer: object.index("layer", "a layer's index")? }
        }
        is @ ("local" | "local_of_live_units") => {
            object.allow_only(&["is", "penalty"])?;
            ParametersOptimum::Local { penalty: object.rational("penalty")?, of_live_units: is != "local" }
        }
        "not_local" if object.optional("kink").is_some() => {
            object.allow_only(&["is", "kink"])?;
            let kink = object.required("kink")?;
            let kink = json::object_of(kink, "an object: sample, layer and unit", &["sample", "layer", "unit"])?;
            ParametersOptimum::Kink { sample: kink.index("sample", "a sample's index")?, unit: unit(&kink)? }
        }
        "not_local" => {
            object.allow_only(&["is", "layer", "unit", "incoming", "outgoing"])?;
            let (incoming, outgoing) = (object.rationals("incoming")?, object.rationals("outgoing")?);
            ParametersOptimum::DeadUnit { unit: unit(&object)?, incoming, outgoing }
        }
        "not_global" => {
            object.allow_only(&["is", "better"])?;
            let better = numbers.parameters(object.required("better")?, problem.network())?;
            ParametersOptimum::NotGlobal { better }
        }
        _ => return json::expected(name, "local, local_of_live_units, not_local or not_global"),
    })
}
