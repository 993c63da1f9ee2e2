//! The tables as JSON, for programs: verdicts are the words of `certify` and CSV, classes those of the filters.

use serde_json::{Value, json};

use super::class::Hypothesis;
use super::curve::CurveSummary;
use super::facts::Facts;
use super::outcome::{Carrier, Cell, Outcomes};
use super::summary::Summary;
use super::theorem::{Conclusion, Subject, THEOREMS};
use crate::report::formula::Formula;
use crate::report::text;
use crate::report::trials::Counts;

/// Both summary tables and the theorems.
pub fn outcomes(summaries: &[Summary], trials: &Counts) -> Value {
    let carrier = |carrier: &Carrier| json!({"certificate": summaries[carrier.index].id, "layers": carrier.layers});
    let cell = |(hypothesis, cell): (Hypothesis, &Cell)| {
        let theorem = cell.rests_on_theorem().map(|(number, _)| number);
        json!({
            "hypothesis": hypothesis.key(),
            "outcome": cell.outcome().key(),
            "theorem": theorem,
            "trials": theorem.map(|_| cell.trials),
            "certificates": cell.carriers().iter().map(carrier).collect::<Vec<_>>(),
        })
    };
    let table = |subject: Subject| {
        let rows = Outcomes::of(subject, summaries, trials).rows;
        let row = |(class, cells): &(super::class::Class, [Cell; 3])| {
            json!({
                "architecture": class.architecture.key(),
                "activation": class.activations.key(),
                "depth": class.depth.key(),
                "cells": Hypothesis::ALL.into_iter().zip(cells).map(cell).collect::<Vec<_>>(),
            })
        };
        rows.iter().map(row).collect::<Vec<_>>()
    };
    let theorem = |(index, theorem): (usize, &super::theorem::Theorem)| {
        json!({
            "theorem": index + 1,
            "statement": theorem.statement(),
            "conclusion": match theorem.conclusion { Conclusion::Local => "local", Conclusion::Global => "global" },
            "evidence": theorem.evidence,
            "of_the_paper": theorem.is_of_the_paper(),
        })
    };
    json!({
        "points": table(Subject::Point),
        "layers": table(Subject::EachLayer),
        "theorems": THEOREMS.iter().enumerate().map(theorem).collect::<Vec<_>>(),
    })
}

/// An object a certificate.
pub fn detail(summaries: &[Summary]) -> Value {
    let written = |formula: Option<&Formula>| formula.map(text::formula);
    let curve = |curve: &CurveSummary| {
        json!({
            "layer": curve.layer,
            "order": curve.order,
            "measure": curve.measure_name(),
            "until": text::formula(&curve.until),
            "norm_squared_drop": written(curve.drop.as_ref()),
            "norm_squared_drop_approximately": curve.drop_approximately,
        })
    };
    let verdict = |facts: &Facts| facts.verdict().word();
    let one = |summary: &Summary| {
        json!({
            "certificate": summary.id,
            "title": summary.title,
            "architecture": summary.class.architecture.key(),
            "activation": summary.class.activations.key(),
            "widths": summary.widths,
            "parameters": summary.parameters,
            "samples": summary.samples,
            "field": text::formula(&summary.field),
            "nonzero_weights": summary.nonzero_weights,
            "nonzero_inputs": summary.nonzero_inputs,
            "verdict": verdict(&summary.facts),
            "layers": summary.layers.iter().map(verdict).collect::<Vec<_>>(),
            "flow": summary.flow,
            "multipliers": written(summary.multipliers.as_ref()),
            "curves": summary.curves.iter().map(curve).collect::<Vec<_>>(),
            "local_by": summary.facts.local,
            "global_by": summary.facts.global,
        })
    };
    Value::from(summaries.iter().map(one).collect::<Vec<_>>())
}
