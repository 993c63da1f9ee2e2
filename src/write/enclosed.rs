//! Writing the claim `kkt_enclosed`.

use super::{Json, integer, list, object, parameters, rational, string};
use crate::kernel::check::{EnclosedOptimum, KktEnclosed, LiveDirection, SlopeNode, SlopeTree};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::problem::Label;

/// The claim's keys but its name.
pub(super) fn entries<F: OrderedField>(claim: &KktEnclosed<F>) -> Vec<(&'static str, Json)> {
    let mut entries = vec![
        ("distance", decimal(&claim.distance)),
        ("active", list(claim.active.iter().map(|sample| integer(*sample)))),
        ("multipliers", decimals(&claim.multipliers)),
        ("directions", list(claim.directions.iter().map(direction))),
        ("radius", decimal(&claim.radius)),
        ("inverse", list(claim.inverse.iter().map(|row| decimals(row)))),
    ];
    if !claim.optimum.is_empty() {
        entries.push(("optimum", list(claim.optimum.iter().map(optimum))));
    }
    entries
}

fn label(label: Label) -> Json {
    Json::Atom(if label == Label::Positive { "1" } else { "-1" }.into())
}

fn direction(direction: &LiveDirection) -> Json {
    let side = |side: &Sign| match side {
        Sign::Negative => '-',
        Sign::Zero => '0',
        Sign::Positive => '+',
    };
    object([
        ("sign", label(direction.sign)),
        ("units", list(direction.units.iter().map(|unit| integer(*unit)))),
        ("shares", decimals(&direction.shares)),
        ("amount", decimal(&direction.amount)),
        ("pattern", string(&direction.pattern.iter().map(side).collect::<String>())),
        ("slopes", decimals(&direction.slopes)),
    ])
}

fn optimum<F: OrderedField>(claim: &EnclosedOptimum<F>) -> Json {
    match claim {
        EnclosedOptimum::Local => object([("is", string("local"))]),
        EnclosedOptimum::Layer { layer } => object([("is", string("local")), ("layer", integer(*layer))]),
        EnclosedOptimum::Ridge { direction, sample } => {
            let ridge = object([("direction", integer(*direction)), ("sample", integer(*sample))]);
            object([("is", string("not_local")), ("ridge", ridge)])
        }
        EnclosedOptimum::DeadUnit { incoming, sign } => {
            object([("is", string("not_local")), ("unit", decimals(incoming)), ("sign", label(*sign))])
        }
        EnclosedOptimum::Global { positive, negative } => {
            object([("is", string("global")), ("positive", tree(positive)), ("negative", tree(negative))])
        }
        EnclosedOptimum::NotGlobal { better } => object([("is", string("not_global")), ("better", parameters(better))]),
    }
}

fn tree(tree: &SlopeTree) -> Json {
    let node = |node: &SlopeNode| match node {
        SlopeNode::Split(sample) => object([("split", integer(*sample))]),
        SlopeNode::Bound(choice) => object([("bound", integer(*choice))]),
        SlopeNode::Live(direction) => object([("live", integer(*direction))]),
    };
    let slopes = list(tree.slopes.iter().map(|choice| decimals(choice)));
    object([("slopes", slopes), ("nodes", list(tree.nodes.iter().map(node)))])
}

pub(super) fn decimals(values: &[Rational]) -> Json {
    list(values.iter().map(decimal))
}

/// A number as a decimal where that is its value and not too long, since the digits are what a reader wants to see.
pub(super) fn decimal(value: &Rational) -> Json {
    const MOST_DIGITS: u32 = 60;
    let ten = Rational::from(10);
    let (mut scaled, mut digits) = (value.abs(), 0);
    while !scaled.is_integer() {
        if digits == MOST_DIGITS || value.bits() > 400 {
            return rational(value);
        }
        scaled *= &ten;
        digits += 1;
    }
    let digits = digits as usize;
    let sign = if value.sign() == Sign::Negative { "-" } else { "" };
    let text = format!("{:0>1$}", scaled.numerator().to_string(), digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    string(&if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}
