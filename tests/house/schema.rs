//! `docs/certificate.schema.json` against the reader: what the reader accepts is valid, and what is badly built is neither.

use std::fs;
use std::path::PathBuf;

use jsonschema::Validator;
use margincert::files;
use margincert::kernel::certificate::Document;
use serde_json::{Value, json};

use crate::source::repository;

fn schema() -> Validator {
    let text = fs::read_to_string(repository().join("docs/certificate.schema.json")).expect("the schema");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    assert!(jsonschema::meta::is_valid(&schema), "the schema is not a valid schema");
    jsonschema::validator_for(&schema).expect("a schema")
}

/// Every JSON file in a folder of the repository; none if there is no such folder.
fn documents(folder: &str) -> Vec<PathBuf> {
    files::find(&repository().join(folder)).into_iter().filter_map(Result::ok).collect()
}

#[test]
fn every_document_that_the_reader_accepts_is_valid() {
    let schema = schema();
    let mut accepted = 0;
    for path in ["proofs", "examples", "tests"].iter().flat_map(|folder| documents(folder)) {
        let Ok(bytes) = fs::read(&path) else { continue };
        if Document::parse_bytes(&bytes).is_ok() {
            let value: Value = serde_json::from_slice(&bytes).expect("JSON");
            if let Err(error) = schema.validate(&value) {
                panic!("{}: at {}: {error}", path.display(), error.instance_path());
            }
            accepted += 1;
        }
    }
    assert!(accepted > documents("proofs").len().max(2), "only {accepted} documents were accepted");
}

/// A document with one claim of each kind and method, every key of the format, and all kinds of layers.
fn complete() -> Value {
    let shaped = json!([["1"], ["1"], ["1"], ["1"]]);
    json!({
        "format": "margincert/1",
        "title": "every key",
        "source": {"paper": "none", "result": "none", "note": "only to be read"},
        "field": {"minimal_polynomial": ["-2", 0, "1"], "root_between": [1, "2"], "symbol": "sqrt2"},
        "network": {"inputs": 1, "layers": [
            {"weights": "template", "entries": [[0], [null]], "activation": "relu"},
            {"weights": "convolution", "patches": [[0], [1]], "filters": 1, "activation": {"leaky_relu": "1/2"}},
            {"weights": "template", "entries": [[0, 0]], "activation": "linear"},
            {"weights": "diagonal", "activation": "linear"}
        ]},
        "data": [{"x": [["0", "1"]], "y": 1}, {"x": [-1], "y": -1}],
        "point": shaped,
        "claims": [
            {"claim": "feasible", "layer": 0},
            {"claim": "infeasible", "sample": 0},
            {"claim": "nonzero_weights"},
            {"claim": "nonzero_inputs"},
            {"claim": "kkt", "multipliers": ["1", 0], "selections": {"1": [{"weight": "1", "toward": [shaped]}]}},
            {"claim": "approximate_kkt", "layer": 0, "multipliers": ["1", 0], "epsilon": "1/100", "delta": 0,
             "selections": {"1": [{"weight": "1", "toward": [shaped]}]}},
            {"claim": "kkt_enclosed", "distance": "1/1000", "active": [0], "multipliers": ["1"], "radius": "0.01",
             "directions": [{"sign": 1, "units": [0], "shares": ["1"], "amount": 2, "pattern": "0", "slopes": ["1/2"]}],
             "inverse": [["1", 0], [0, "1"]],
             "optimum": [
                {"is": "local"},
                {"is": "not_local", "ridge": {"direction": 0, "sample": 0}},
                {"is": "not_local", "unit": ["1"], "sign": -1},
                {"is": "global", "positive": {"slopes": [["1/2"]], "nodes": [{"split": 0}, {"bound": 0}, {"live": 0}]},
                 "negative": {"slopes": [], "nodes": []}},
                {"is": "not_global", "better": shaped}
             ]},
            {"claim": "kkt_enclosed", "by": "parameters", "active": [0], "multipliers": ["1"], "patterns": [["+0", "-."]],
             "slopes": ["1/2"], "radius": "0.01", "inverse": [["1"]],
             "optimum": [
                {"is": "local", "penalty": "1"},
                {"is": "local_of_live_units", "penalty": "1"},
                {"is": "local", "layer": 0},
                {"is": "not_local", "kink": {"sample": 0, "layer": 0, "unit": 1}},
                {"is": "not_local", "layer": 0, "unit": 1, "incoming": ["1"], "outgoing": ["1"]},
                {"is": "not_global", "better": shaped}
             ]},
            {"claim": "not_kkt", "layer": 0, "direction": shaped},
            {"claim": "not_local_optimum", "curve": [shaped, shaped], "until": "0.5", "measure": "margin"},
            {"claim": "not_global_optimum", "layer": 1, "better": shaped},
            {"claim": "local_optimum", "by": "lagrangian", "multipliers": [1, 1]},
            {"claim": "local_optimum", "by": "second_order", "multipliers": [1, 1], "penalty": 1,
             "symmetry": true, "slopes": [{"sample": 1, "layer": 1, "unit": 0, "slope": 1}]},
            {"claim": "local_optimum", "by": "cells", "multipliers": [1, 1],
             "cells": [{"unit": 0, "pattern": "+-", "sign": -1, "multipliers": [0, 0]}]},
            {"claim": "global_optimum", "layer": 1, "by": "lagrangian", "multipliers": [1, 1]},
            {"claim": "global_optimum", "by": "linear_chain", "multipliers": [1, 1]},
            {"claim": "global_optimum", "by": "cells", "multipliers": [1, 1],
             "cells": [{"pattern": "+-", "sign": 1, "multipliers": [0, 0]}]},
            {"claim": "local_optimum", "layer": 0, "by": "cases", "multipliers": [1, 1], "trees": [
                {"cases": [{"sample": 0, "layer": 0, "unit": 0}, {}, {"layer": 0, "parameter": 0}, {"signs": [0, 1]},
                    {"multipliers": [0, 1], "products": [[0, 1, "1/2"]],
                     "slopes": [{"sample": 1, "layer": 1, "unit": 0, "slope": 1}]}]}]},
            {"claim": "local_optimum", "by": "chain", "multipliers": [1, 0]},
            {"claim": "global_optimum", "by": "cases", "multipliers": [1, 1], "trees": [{"units": [0], "cases": []}]},
            {"claim": "global_optimum", "by": "paths", "multipliers": [1, 1],
             "cases": [{"path": 0, "size": "1/2"}, {"path": 0}, {}, {"multipliers": [0, 1]}]},
            {"claim": "flow_converges", "offset": shaped, "ray": shaped, "start": "1"},
            {"claim": "adversarial", "sample": 0, "perturbation": ["-1/2"]},
            {"claim": "robust", "radius_squared": "1/4"},
            {"claim": "kkt", "layer": 1, "by": "claim", "claim_index": 9},
            {"claim": "not_local_optimum", "by": "claim", "claim_index": 5}
        ]
    })
}

#[test]
fn a_document_with_every_key_is_accepted_by_both() {
    let document = complete();
    Document::parse(&document.to_string()).expect("the reader accepts it");
    schema().validate(&document).expect("it is valid");
}

/// Every place of a value, as JSON pointers.
fn places(value: &Value, place: String, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, format!("{place}/{index}"), found);
            }
        }
        Value::Object(entries) => {
            for (key, item) in entries {
                places(item, format!("{place}/{key}"), found);
            }
        }
        _ => {}
    }
    found.push(place);
}

/// Both refuse the document, or both accept it, or it is one of the few things that only the reader can see.
fn assert_agree(schema: &Validator, document: &Value, what: &str) {
    let (read, valid) = (Document::parse(&document.to_string()), schema.is_valid(document));
    assert!(valid || read.is_err(), "{what}: the reader accepts what is not valid");
    if let Err(error) = read {
        use margincert::kernel::certificate::ReadProblem::{Expected, Field, Network, Problem, Shape};
        // Lengths and ranges that hang together with other parts of the document.
        let needs_context = match &error.problem {
            Network(_) | Shape(_) | Problem(_) | Field(_) => true,
            Expected { expected, .. } => expected.contains(", one a") || expected.contains("in range"),
            _ => false,
        };
        assert!(!valid || needs_context, "{what}: valid, but the reader says: {error}");
    }
}

#[test]
fn a_value_of_another_type_anywhere_is_refused_by_both() {
    let (schema, document) = (schema(), complete());
    let mut found = Vec::new();
    places(&document, String::new(), &mut found);
    assert!(found.len() > 200);
    for place in found {
        for other in [json!(null), json!(true), json!("?"), json!({"?": 1}), json!([["?"]]), json!(0.5), json!(-7)] {
            let mut changed = document.clone();
            *changed.pointer_mut(&place).expect("a place") = other.clone();
            assert_agree(&schema, &changed, &format!("{place} = {other}"));
        }
    }
}

#[test]
fn a_missing_or_an_unknown_key_is_refused_by_both() {
    let (schema, document) = (schema(), complete());
    let mut found = Vec::new();
    places(&document, String::new(), &mut found);
    let mut objects = 0;
    for place in found {
        let Some(entries) = document.pointer(&place).and_then(Value::as_object) else { continue };
        objects += 1;
        for key in entries.keys() {
            let mut changed = document.clone();
            changed.pointer_mut(&place).and_then(Value::as_object_mut).expect("an object").remove(key);
            // Without the field's declaration its numbers are refused, but only by the reader.
            if key != "field" {
                assert_agree(&schema, &changed, &format!("{place} without {key}"));
            }
        }
        let mut changed = document.clone();
        changed
            .pointer_mut(&place)
            .and_then(Value::as_object_mut)
            .expect("an object")
            .insert("colour".into(), json!("1"));
        assert!(!schema.is_valid(&changed), "{place} with an unknown key is valid");
        assert!(Document::parse(&changed.to_string()).is_err(), "{place} with an unknown key is read");
    }
    assert!(objects > 25, "only {objects} objects");
}

#[test]
fn numbers_are_exact_in_both() {
    let (schema, document) = (schema(), complete());
    let numbers = [
        ("-3", true),
        ("22/7", true),
        ("0.125", true),
        ("4/2", true),
        ("007", true),
        ("1/007", true),
        ("", false),
        ("-", false),
        ("+1", false),
        ("1/0", false),
        ("0/00", false),
        ("1/-2", false),
        ("1.", false),
        (".5", false),
        ("1e3", false),
        (" 1", false),
        ("1 ", false),
        ("1_000", false),
        ("1/2/3", false),
        ("1.5/2", false),
        ("\u{0661}", false),
        ("1\n", false),
        ("NaN", false),
    ];
    for (number, is_exact) in numbers {
        let mut changed = document.clone();
        *changed.pointer_mut("/point/0/0").expect("a place") = json!(number);
        assert_eq!(schema.is_valid(&changed), is_exact, "schema: {number:?}");
        assert_eq!(Document::parse(&changed.to_string()).is_ok(), is_exact, "reader: {number:?}");
    }
}
