//! Reading the claim `kkt_enclosed`.

use serde_json::value::RawValue;

use super::json::{self, Object, Read};
use super::read::Numbers;
use crate::kernel::check::{EnclosedOptimum, KktEnclosed, LiveDirection, SlopeNode, SlopeTree};
use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::problem::Problem;

/// The claim and its evidence.
pub(super) fn claim<'a, F: OrderedField>(
    object: &Object<'a>,
    numbers: &Numbers<F>,
    problem: &Problem<F>,
) -> Read<'a, KktEnclosed<F>> {
    object.allow_only(&["claim", "distance", "active", "multipliers", "directions", "radius", "inverse", "optimum"])?;
    let optimum = |value| json::list_of(value, "a list of claims of optimality", |v| optimum(v, numbers, problem));
    Ok(KktEnclosed {
        active: object.indices("active", "a list of samples' indices", "a sample's index")?,
        multipliers: object.rationals("multipliers")?,
        directions: object.list("directions", "a list of directions", direction)?,
        radius: object.rational("radius")?,
        inverse: object.list("inverse", "a list of rows", json::rationals)?,
        distance: object.rational("distance")?,
        optimum: object.maybe("optimum", optimum)?.unwrap_or_default(),
    })
}

fn direction(value: &RawValue) -> Read<'_, LiveDirection> {
    let keys = ["sign", "units", "shares", "amount", "pattern", "slopes"];
    let object = json::object_of(value, "an object: a direction", &keys)?;
    let sides = [('+', Sign::Positive), ('0', Sign::Zero), ('-', Sign::Negative)];
    Ok(LiveDirection {
        sign: json::label(object.required("sign")?)?,
        units: object.indices("units", "a list of units' indices", "a hidden unit's index")?,
        shares: object.rationals("shares")?,
        amount: object.rational("amount")?,
        pattern: json::pattern(object.required("pattern")?, "a pattern of +, 0 and -", &sides)?,
        slopes: object.rationals("slopes")?,
    })
}

fn optimum<'a, F: OrderedField>(
    value: &'a RawValue,
    numbers: &Numbers<F>,
    problem: &Problem<F>,
) -> Read<'a, EnclosedOptimum<F>> {
    let object = json::object(value, "an object: a claim of optimality")?;
    let name = object.required("is")?;
    let only = |keys: &[&'static str]| object.allow_only(&[&["is"], keys].concat());
    Ok(match json::string(name, "what the point is")?.as_ref() {
        "local" => {
            only(&["layer"])?;
            let layer = object.optional_index("layer", "a layer's index")?;
            layer.map_or(EnclosedOptimum::Local, |layer| EnclosedOptimum::Layer { layer })
        }
        "not_local" if object.optional("ridge").is_some() => {
            only(&["ridge"])?;
            let keys = ["direction", "sample"];
            let ridge = json::object_of(object.required("ridge")?, "an object: direction and sample", &keys)?;
            let direction = ridge.index("direction", "a direction's index")?;
            EnclosedOptimum::Ridge { direction, sample: ridge.index("sample", "a sample's index")? }
        }
        "not_local" => {
            only(&["unit", "sign"])?;
            let (incoming, sign) = (object.rationals("unit")?, json::label(object.required("sign")?)?);
            EnclosedOptimum::DeadUnit { incoming, sign }
        }
        "global" => {
            only(&["positive", "negative"])?;
            let (positive, negative) = (object.required("positive")?, object.required("negative")?);
            EnclosedOptimum::Global { positive: tree(positive)?, negative: tree(negative)? }
        }
        "not_global" => {
            only(&["better"])?;
            let better = numbers.parameters(object.required("better")?, problem.network())?;
            EnclosedOptimum::NotGlobal { better }
        }
        _ => return json::expected(name, "local, not_local, global or not_global"),
    })
}

fn tree(value: &RawValue) -> Read<'_, SlopeTree> {
    let object = json::object_of(value, "an object: slopes and nodes", &["slopes", "nodes"])?;
    let slopes = object.list("slopes", "a list of choices of slopes", json::rationals)?;
    Ok(SlopeTree { slopes, nodes: object.list("nodes", "a list of nodes", node)? })
}

fn node(value: &RawValue) -> Read<'_, SlopeNode> {
    let object = json::object_of(value, "an object: split, bound or live", &["split", "bound", "live"])?;
    let mut entries = object.into_entries();
    match (entries.pop(), entries.is_empty()) {
        (Some((kind, value)), true) => {
            let index = json::index(value, "an index")?;
            Ok(match kind.as_str() {
                "split" => SlopeNode::Split(index),
                "bound" => SlopeNode::Bound(index),
                _ => SlopeNode::Live(index),
            })
        }
        _ => json::expected_found(value, "one of split, bound and live", "another number of keys"),
    }
}
