//! Reading the claim `kkt_enclosed`.

use serde_json::value::RawValue;

use super::json::{self, Object, Read};
use super::read::{Numbers, rational};
use crate::kernel::check::{EnclosedOptimum, KktEnclosed, LiveDirection, SlopeNode, SlopeTree};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::problem::{Label, Problem};

/// The claim and its evidence.
pub(super) fn claim<'a, F: OrderedField>(
    object: &Object<'a>,
    numbers: &Numbers<F>,
    problem: &Problem<F>,
) -> Read<'a, KktEnclosed<F>> {
    object.allow_only(&["claim", "distance", "active", "multipliers", "directions", "radius", "inverse", "optimum"])?;
    let active = object.required("active")?;
    let optimum = match object.optional("optimum") {
        None => Vec::new(),
        Some(value) => json::list_of(value, "a list of claims of optimality", |v| optimum(v, numbers, problem))?,
    };
    Ok(KktEnclosed {
        active: json::list_of(active, "a list of samples' indices", |value| json::index(value, "a sample's index"))?,
        multipliers: rationals(object.required("multipliers")?)?,
        directions: json::list_of(object.required("directions")?, "a list of directions", direction)?,
        radius: rational(object.required("radius")?)?,
        inverse: json::list_of(object.required("inverse")?, "a list of rows", rationals)?,
        distance: rational(object.required("distance")?)?,
        optimum,
    })
}

pub(super) fn rationals(value: &RawValue) -> Read<'_, Vec<Rational>> {
    json::list_of(value, "a list of rationals", rational)
}

fn label(value: &RawValue) -> Read<'_, Label> {
    Ok(if json::is_one(value)? { Label::Positive } else { Label::Negative })
}

fn direction(value: &RawValue) -> Read<'_, LiveDirection> {
    let keys = ["sign", "units", "shares", "amount", "pattern", "slopes"];
    let object = json::object_of(value, "an object: a direction", &keys)?;
    let units = object.required("units")?;
    let pattern = object.required("pattern")?;
    let side = |side| match side {
        '+' => Ok(Sign::Positive),
        '0' => Ok(Sign::Zero),
        '-' => Ok(Sign::Negative),
        _ => json::expected(pattern, "a pattern of +, 0 and -"),
    };
    let sides = json::string(pattern, "a pattern of +, 0 and -")?;
    Ok(LiveDirection {
        sign: label(object.required("sign")?)?,
        units: json::list_of(units, "a list of units' indices", |unit| json::index(unit, "a hidden unit's index"))?,
        shares: rationals(object.required("shares")?)?,
        amount: rational(object.required("amount")?)?,
        pattern: sides.chars().map(side).collect::<Result<_, _>>()?,
        slopes: rationals(object.required("slopes")?)?,
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
        "local" => only(&[]).map(|()| EnclosedOptimum::Local)?,
        "not_local" if object.optional("ridge").is_some() => {
            only(&["ridge"])?;
            let keys = ["direction", "sample"];
            let ridge = json::object_of(object.required("ridge")?, "an object: direction and sample", &keys)?;
            let direction = ridge.index("direction", "a direction's index")?;
            EnclosedOptimum::Ridge { direction, sample: ridge.index("sample", "a sample's index")? }
        }
        "not_local" => {
            only(&["unit", "sign"])?;
            let incoming = rationals(object.required("unit")?)?;
            EnclosedOptimum::DeadUnit { incoming, sign: label(object.required("sign")?)? }
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
    let slopes = json::list_of(object.required("slopes")?, "a list of choices of slopes", rationals)?;
    let nodes = json::list_of(object.required("nodes")?, "a list of nodes", node)?;
    Ok(SlopeTree { slopes, nodes })
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
