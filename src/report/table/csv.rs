//! The tables as comma-separated values (RFC 4180), for spreadsheets and scripts.

use super::class::Hypothesis;
use super::outcome::{Carrier, Outcomes};
use super::summary::Summary;
use super::theorem::Subject;
use crate::report::text;
use crate::report::trials::Counts;

/// Both summary tables: a line a cell, with every certificate that carries it.
pub fn outcomes(summaries: &[Summary], trials: &Counts) -> String {
    let mut out = line(&[
        "table",
        "architecture",
        "activation",
        "depth",
        "hypothesis",
        "outcome",
        "theorem",
        "trials",
        "certificates",
    ]);
    for subject in [Subject::Point, Subject::EachLayer] {
        let table = match subject {
            Subject::Point => "points",
            Subject::EachLayer => "layers",
        };
        for (class, cells) in Outcomes::of(subject, summaries, trials).rows {
            for (hypothesis, cell) in Hypothesis::ALL.into_iter().zip(&cells) {
                let carrier = |carrier: &Carrier| {
                    let id = summaries[carrier.index].id.as_str();
                    let layers: Vec<_> = carrier.layers.iter().map(usize::to_string).collect();
                    if layers.is_empty() { id.to_string() } else { format!("{id}[{}]", layers.join(",")) }
                };
                let carriers: Vec<_> = cell.carriers().iter().map(carrier).collect();
                out.push_str(&line(&[
                    table,
                    class.architecture.key(),
                    class.activations.key(),
                    class.depth.key(),
                    hypothesis.key(),
                    cell.outcome().name().trim_start_matches('–'),
                    &cell.rests_on_theorem().map(|(number, _)| number.to_string()).unwrap_or_default(),
                    &cell.rests_on_theorem().map(|_| cell.trials.to_string()).unwrap_or_default(),
                    &carriers.join(" "),
                ]));
            }
        }
    }
    out
}

/// A line a certificate.
pub fn detail(summaries: &[Summary]) -> String {
    let mut out = line(&[
        "certificate",
        "title",
        "architecture",
        "activation",
        "shape",
        "depth",
        "parameters",
        "samples",
        "field",
        "nonzero_weights",
        "nonzero_inputs",
        "verdict",
        "flow",
        "multipliers",
        "curve_order",
        "curve_measure",
        "curve_until",
        "norm_squared_drop",
        "norm_squared_drop_approximately",
        "positive_methods",
    ]);
    for summary in summaries {
        let curve = summary.curve();
        let formula =
            |formula: Option<&crate::report::formula::Formula>| formula.map(text::formula).unwrap_or_default();
        out.push_str(&line(&[
            &summary.id,
            &summary.title,
            summary.class.architecture.key(),
            summary.class.activations.key(),
            &summary.shape(),
            &summary.depth.to_string(),
            &summary.parameters.to_string(),
            &summary.samples.to_string(),
            &text::formula(&summary.field),
            &summary.nonzero_weights.to_string(),
            &summary.nonzero_inputs.to_string(),
            summary.facts.verdict().word(),
            &summary.flow.to_string(),
            &formula(summary.multipliers.as_ref()),
            &curve.map(|curve| curve.order.to_string()).unwrap_or_default(),
            curve.map(|curve| curve.measure_name()).unwrap_or_default(),
            &formula(curve.map(|curve| &curve.until)),
            &formula(curve.and_then(|curve| curve.drop.as_ref())),
            &curve.map(|curve| format!("{:e}", curve.drop_approximately)).unwrap_or_default(),
            &summary.positive_methods().join("; "),
        ]));
    }
    out
}

fn line(fields: &[&str]) -> String {
    fields.iter().map(|value| field(value)).collect::<Vec<_>>().join(",") + "\r\n"
}

/// A field: control characters are blanked, and what a spreadsheet would run as a formula is made text by an apostrophe.
fn field(value: &str) -> String {
    let mut value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if value.starts_with(['=', '+', '-', '@']) {
        value.insert(0, '\'');
    }
    if value.contains(['"', ',', ' ']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}
