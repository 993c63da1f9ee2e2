//! A row a certificate.

use super::summary::Summary;
use crate::report::document::{Inline, Table};
use crate::report::formula::Formula;
use crate::report::text;

/// The table.
pub fn table(summaries: &[Summary]) -> Table {
    let columns = [
        ("certificate", Some("0.15")),
        ("network", Some("0.1")),
        ("depth", None),
        ("parameters", None),
        ("samples", None),
        ("field", None),
        ("verdict", Some("0.07")),
        ("multipliers", Some("0.08")),
        ("curve", Some("0.07")),
        ("until", None),
        ("norm² drops by", Some("0.09")),
        ("positive method", Some("0.09")),
    ];
    Table {
        caption: Some(Inline::from("Accepted certificates")),
        widths: columns.iter().map(|(_, width)| *width).collect(),
        header: columns.iter().map(|(name, _)| Inline::from(*name)).collect(),
        rows: summaries.iter().map(row).collect(),
    }
}

/// A number with more characters is rounded: its column has no room for it.
const LONGEST: usize = 24;

fn row(summary: &Summary) -> Vec<Inline> {
    let curve = summary.curve();
    let or_dash = |formula: Option<&Formula>| formula.cloned().map_or(Inline::from("–"), Inline::from);
    let methods = summary.positive_methods();
    vec![
        Inline::default().code(summary.id.as_str()),
        Inline::from(format!(
            "{}, {}, {}",
            summary.class.architecture.name(),
            summary.class.activations.name(),
            summary.shape()
        )),
        Inline::from(summary.depth.to_string()),
        Inline::from(summary.parameters.to_string()),
        Inline::from(summary.samples.to_string()),
        Inline::from(summary.field.clone()),
        Inline::from(summary.facts.verdict().name()),
        or_dash(summary.multipliers.as_ref()),
        curve.map_or(Inline::from("–"), |curve| {
            Inline::from(format!("order {}, {}", curve.order, curve.measure_name()))
        }),
        or_dash(curve.map(|curve| &curve.until)),
        curve.map_or(Inline::from("–"), |curve| match &curve.drop {
            Some(drop) if text::formula(drop).chars().count() <= LONGEST => Inline::from(drop.clone()),
            _ => Inline::from(format!("≈ {}", short(curve.drop_approximately))),
        }),
        Inline::from(if methods.is_empty() { "–".into() } else { methods.join(", ") }),
    ]
}

/// Four digits, with an exponent only where it is needed.
fn short(value: f64) -> String {
    if (0.001..1000.0).contains(&value.abs()) { format!("{value:.4}") } else { format!("{value:.3e}") }
}
