//! One change to a valid certificate: it must be rejected or unreadable, unless the claim provably still holds.
//!
//! Whether it does is decided by a second checker in this folder, which shares no code with the kernel. The two must agree
//! on every claim of every changed document.

mod acceptance;
mod cases;
mod harmless;
mod judge;
mod matrix;
mod network;
mod optimum;
mod paths;
mod polynomial;
mod read;
#[path = "../support/values.rs"]
mod values;

use std::path::Path;
use std::sync::LazyLock;

use margincert::kernel::certificate::Document;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use read::Instance;
use values::one_of;

/// The certificates over the rationals, by name.
static CERTIFICATES: LazyLock<Vec<(String, Value)>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/fixtures", "proofs/paper"].map(|folder| root.join(folder));
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("a folder"));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("text");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, serde_json::from_str::<Value>(&text).expect("JSON"))
    };
    paths.iter().map(read).filter(|(_, document)| document.get("field").is_none()).collect()
});

/// Gives verdicts on a document's claims; `None` if it cannot read it.
type Checker = fn(&Value) -> Option<Vec<bool>>;

/// A checker that accepts everything. No suite may be content with it.
fn accepts_everything(document: &Value) -> Option<Vec<bool>> {
    Some(vec![true; document.get("claims").and_then(Value::as_array).map_or(0, Vec::len)])
}

/// A checker that rejects everything. No suite may be content with it.
fn rejects_everything(document: &Value) -> Option<Vec<bool>> {
    accepts_everything(document).map(|verdicts| vec![false; verdicts.len()])
}

/// The kernel's verdicts; `None` for a document that it cannot read.
fn kernel(document: &Value) -> Option<Vec<bool>> {
    let document = Document::parse(&document.to_string()).ok()?;
    Some(document.check().iter().map(Result::is_ok).collect())
}

fn second_opinion(document: &Value) -> Option<Vec<bool>> {
    Instance::read(document).map(|instance| instance.verdicts())
}

#[test]
fn both_accept_every_certificate() {
    assert!(CERTIFICATES.len() > 50, "only {} certificates", CERTIFICATES.len());
    for (name, document) in CERTIFICATES.iter() {
        for (by, verdicts) in [("kernel", kernel(document)), ("second checker", second_opinion(document))] {
            let verdicts = verdicts.unwrap_or_else(|| panic!("{name}: the {by} cannot read it"));
            assert!(verdicts.iter().all(|accepted| *accepted), "{name}, {by}: {verdicts:?}");
        }
    }
}

/// Changes the value chosen by `place` among those that `applies` accepts.
fn change(document: &mut Value, place: Index, applies: impl Fn(&Value) -> bool, change: impl FnOnce(&mut Value)) {
    if let Some(value) = one_of(document, applies, |count| place.index(count)) {
        change(value);
    }
}

fn is_number(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) && text.len() < 40)
}

/// Another number.
fn number(old: &Value, how: usize) -> Value {
    let text = old.as_str().unwrap_or_default();
    let negated = text.strip_prefix('-').map_or_else(|| format!("-{text}"), str::to_string);
    let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
    let numerator: i64 = numerator.parse().unwrap_or(3);
    let nudged = |by: i64| {
        let denominator: i64 = denominator.parse().unwrap_or(7);
        let up = i128::from(numerator) * 1000 + i128::from(by) * i128::from(denominator);
        json!(format!("{up}/{}000", denominator))
    };
    match how {
        0 => json!("0"),
        1 => json!("1"),
        2 => json!(negated),
        3 => json!(format!("{}/{denominator}", i128::from(numerator) * 2)),
        4 => json!(format!("{numerator}/{denominator}0")),
        5 => nudged(1),
        6 => nudged(-1),
        7 => json!("1/2"),
        8 => json!(format!("{}/{denominator}", numerator.saturating_add(1))),
        9 => json!("7x"),
        _ => json!(numerator),
    }
}

fn word(old: &str, how: usize) -> Value {
    let words = [
        "relu",
        "linear",
        "dense",
        "diagonal",
        "norm",
        "margin",
        "local_optimum",
        "global_optimum",
        "lagrangian",
        "cells",
        "second_order",
        "linear_chain",
        "claim",
        "not_local_optimum",
        "not_global_optimum",
        "feasible",
        "kkt",
        "infeasible",
        "nonzero_weights",
        "+",
        "-",
        "-+",
        "",
    ];
    match how {
        0 | 1 => json!(old.chars().rev().collect::<String>()),
        2 | 3 => json!(old.replace('+', "*").replace('-', "+").replace('*', "-")),
        _ => json!(words[how % words.len()]),
    }
}

/// Renames a key; drops it if `new` is empty.
fn rename(entries: &mut Map<String, Value>, place: Index, new: &str) {
    if let Some(key) = entries.keys().nth(place.index(entries.len().max(1))).cloned() {
        let value = entries.remove(&key);
        if let (Some(value), false) = (value, new.is_empty()) {
            entries.insert(new.to_string(), value);
        }
    }
}

#[derive(Clone, Debug)]
struct Mutation {
    kind: usize,
    place: Index,
    others: [Index; 2],
    how: usize,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let kinds = prop_oneof![6 => Just(0), 2 => Just(1), 4 => 2usize..=5, 1 => 6usize..=9];
    let parts = (kinds, any::<Index>(), [any::<Index>(), any::<Index>()], 0usize..24);
    parts.prop_map(|(kind, place, others, how)| Mutation { kind, place, others, how })
}

impl Mutation {
    fn apply(&self, document: &mut Value) {
        let Mutation { kind, place, others: [first, second], how } = self.clone();
        let list = |value: &Value| value.as_array().is_some_and(|items| !items.is_empty());
        let within = move |value: &mut Value, change: &dyn Fn(&mut Vec<Value>, usize, usize)| {
            let items = value.as_array_mut().expect("a list");
            let (a, b) = (first.index(items.len()), second.index(items.len()));
            change(items, a, b);
        };
        match kind {
            0 => change(document, place, is_number, |value| *value = number(value, how % 12)),
            1 => change(document, place, Value::is_i64, |value| {
                let old = value.as_i64().unwrap_or(0);
                *value = [json!(old + 1), json!(old - 1), json!(0), json!(-old), json!(old.to_string()), json!(1)]
                    [how % 6]
                    .clone();
            }),
            2 => change(document, place, list, |value| within(value, &|items, a, _| drop(items.remove(a)))),
            3 => change(document, place, list, |value| within(value, &|items, a, b| items.swap(a, b))),
            4 => change(document, place, list, |value| within(value, &|items, a, b| items.insert(b, items[a].clone()))),
            5 => change(document, place, list, |value| within(value, &|items, a, b| items[a] = items[b].clone())),
            6 => change(document, place, Value::is_object, |value| {
                rename(value.as_object_mut().expect("an object"), first, "");
            }),
            7 => change(document, place, Value::is_object, |value| {
                let name =
                    ["0", "1", "2", "layer", "unit", "x", "mutlipliers", "until", "title", "claim_index"][how % 10];
                rename(value.as_object_mut().expect("an object"), first, name);
            }),
            8 => change(document, place, Value::is_string, |value| *value = word(value.as_str().expect("text"), how)),
            _ => change(document, place, |value| value.get("claim").is_some(), |value| value["layer"] = json!(how % 4)),
        }
    }
}

/// A changed certificate on which a checker and the second one do not agree.
fn disagreement(checker: Checker, certificate: Index, mutation: &Mutation) -> Result<(), TestCaseError> {
    let (name, original) = certificate.get(CERTIFICATES.as_slice());
    let mut document = original.clone();
    mutation.apply(&mut document);
    let (verdicts, expected) = (checker(&document), second_opinion(&document));
    prop_assert_eq!(&verdicts, &expected, "{}: {}", name, document);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn one_change(certificate in any::<Index>(), mutation in mutation()) {
        disagreement(kernel, certificate, &mutation)?;
    }
}

#[test]
fn checkers_that_always_say_the_same_are_found_out() {
    for dummy in [accepts_everything as Checker, rejects_everything] {
        let config =
            ProptestConfig { cases: 100, max_shrink_iters: 0, failure_persistence: None, ..Default::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let outcome = runner
            .run(&(any::<Index>(), mutation()), |(certificate, mutation)| disagreement(dummy, certificate, &mutation));
        assert!(outcome.is_err());
    }
}
