//! Every kind of claim, by every method, for every layer, in every wrong shape: generated from one accepted example a kind and method.
//!
//! The kinds and methods are those of the schema, so that a new one without an example is noticed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::values::each;
use crate::{CERTIFICATES, Checker, accepts_everything, kernel, rejects_everything};

/// A claim's name, and its method if it has one, or what an enclosed point is claimed to be.
type Kind = (String, Option<String>);

/// An accepted claim, the last one of its document.
struct Example {
    document: Value,
    claim: Map<String, Value>,
}

/// The kinds that the schema knows.
fn kinds() -> BTreeSet<Kind> {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/certificate.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).expect("text")).expect("JSON");
    let words = |value: Option<&Value>| -> Vec<String> {
        let one = value.and_then(|value| value.get("const")).into_iter();
        let many = value.and_then(|value| value.get("enum")?.as_array()).into_iter().flatten();
        one.chain(many).filter_map(|word| word.as_str().map(str::to_string)).collect()
    };
    let mut kinds = BTreeSet::new();
    each(&schema, &mut |value| {
        let Some(properties) = value.get("properties") else { return };
        // The list of all names has no evidence beside it.
        let (names, methods) = (words(properties.get("claim")), words(properties.get("by")));
        for name in names.iter().filter(|_| value.get("additionalProperties").is_some()) {
            kinds.extend(methods.iter().map(|method| (name.clone(), Some(method.clone()))));
            if methods.is_empty() {
                kinds.insert((name.clone(), None));
            }
        }
    });
    kinds
}

fn kind(claim: &Map<String, Value>) -> Kind {
    let word = |key: &str| claim.get(key).and_then(Value::as_str).map(str::to_string);
    let optimum = || {
        let optimum = claim.get("optimum")?.as_array()?.first()?;
        let keys = optimum.as_object()?.keys().map(String::as_str).collect::<Vec<_>>();
        Some(format!("{} {}", optimum["is"].as_str()?, keys.join(" ")))
    };
    let method = match (word("by"), optimum()) {
        (Some(by), Some(optimum)) => Some(format!("{by}, {optimum}")),
        (by, optimum) => by.or(optimum),
    };
    (word("claim").unwrap_or_default(), method)
}

/// Certificates of claims about points near the given one, which the second checker does not know.
fn nearby() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/nearby");
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path());
    files.map(|path| serde_json::from_str(&std::fs::read_to_string(path).expect("text")).expect("JSON")).collect()
}

/// For each kind, and with or without a layer, the shortest example among the rational certificates.
fn examples() -> BTreeMap<(Kind, bool), Example> {
    let mut examples: BTreeMap<(Kind, bool), Example> = BTreeMap::new();
    let nearby = nearby();
    for original in CERTIFICATES.iter().map(|(_, original)| original).chain(&nearby) {
        let claims = original["claims"].as_array().expect("claims");
        for (index, claim) in claims.iter().enumerate() {
            let claim = claim.as_object().expect("an object").clone();
            let key = (kind(&claim), claim.contains_key("layer"));
            // What it may rest on stands before it.
            let mut document = original.clone();
            document["claims"] = json!(claims[..=index]);
            let length = document.to_string().len();
            if examples.get(&key).is_none_or(|other| length < other.document.to_string().len()) {
                examples.insert(key, Example { document, claim });
            }
        }
    }
    examples
}

/// Every way to spoil the shape of a value, with a word on it; lists that may have any length keep theirs.
fn wrong_shapes(key: &str, value: &Value) -> Vec<Value> {
    let mut wrong = vec![json!(null), json!(true), json!("?"), json!({"?": 1}), json!(0.5)];
    if let Value::Array(items) = value {
        let is_numbers = items.iter().all(|item| item.is_string() || item.is_u64()) && key != "toward";
        let is_shaped = !items.is_empty()
            && items.iter().all(|item| item.as_array().is_some_and(|list| list.iter().all(Value::is_string)))
            // There may be choices of slopes that no leaf asks for.
            && key != "slopes";
        if is_numbers || is_shaped {
            let last = items.last().cloned().unwrap_or(json!("1"));
            wrong.push(json!([items.as_slice(), &[last]].concat()));
            wrong.extend((!items.is_empty()).then(|| json!(items[1..])));
        }
        // Inside the first and the last part.
        for place in [0, items.len().saturating_sub(1)].into_iter().filter(|place| *place < items.len()) {
            wrong.extend(wrong_shapes(key, &items[place]).into_iter().map(|part| {
                let mut items = items.clone();
                items[place] = part;
                Value::Array(items)
            }));
        }
        wrong.push(json!([value]));
    }
    if let Value::Object(entries) = value {
        for (inner, part) in entries {
            // A selection for a sample that needs none is ignored, so the evidence in it is spoilt and not left out.
            let spoilt = wrong_shapes(inner, part).into_iter().map(|part| {
                let mut entries = entries.clone();
                entries.insert(inner.clone(), part);
                Value::Object(entries)
            });
            wrong.extend(spoilt);
        }
        let mut more = entries.clone();
        more.insert("colour".into(), json!("1"));
        wrong.push(Value::Object(more));
    }
    if key == "pattern"
        && let Some(text) = value.as_str()
    {
        wrong.extend([json!(format!("{text}+")), json!(text.get(1..).unwrap_or("+"))]);
    }
    wrong.retain(|other| other != value);
    wrong
}

/// The claims that are no longer what they were in a way that none may be accepted.
fn spoilt(claim: &Map<String, Value>, depth: usize, needed: &[&str]) -> Vec<Map<String, Value>> {
    let mut claims = Vec::new();
    let mut with = |key: &str, value: Option<Value>| {
        let mut changed = claim.clone();
        match value {
            Some(value) => changed.insert(key.into(), value),
            None => changed.remove(key),
        };
        claims.push(changed);
    };
    for layer in [json!(depth), json!(u64::MAX), json!(-1), json!(null), json!("0"), json!(0.0), json!([0])] {
        with("layer", Some(layer));
    }
    for by in [json!("trust"), json!(""), json!(null), json!(1), json!(["lagrangian"]), json!("Lagrangian")] {
        with("by", Some(by));
    }
    with("colour", Some(json!("1")));
    with("claim", Some(json!("optimum")));
    for key in needed {
        with(key, None);
    }
    for (key, value) in claim.iter().filter(|(key, _)| !["claim", "by", "layer"].contains(&key.as_str())) {
        for value in wrong_shapes(key, value) {
            with(key, Some(value));
        }
    }
    claims
}

/// What a checker says wrongly.
fn mistakes(checker: Checker) -> Vec<String> {
    let mut mistakes = Vec::new();
    let methods: BTreeSet<Option<String>> = kinds().into_iter().map(|(_, by)| by).collect();
    for ((kind, _), Example { document, claim }) in examples() {
        let verdict = |claim: &Map<String, Value>| {
            let mut document = document.clone();
            let claims = document["claims"].as_array_mut().expect("claims");
            *claims.last_mut().expect("one") = Value::Object(claim.clone());
            checker(&document).is_some_and(|verdicts| verdicts.last() == Some(&true))
        };
        if !verdict(&claim) {
            mistakes.push(format!("{kind:?} is not accepted: {claim:?}"));
        }
        let depth = document["network"]["layers"].as_array().map_or(0, Vec::len);
        // Every layer and method in turn, right or wrong; wrong shapes for each.
        for layer in (0..depth).map(Some).chain([None]) {
            for by in &methods {
                let mut moved = claim.clone();
                moved.remove("layer");
                moved.remove("by");
                moved.extend(layer.map(|layer| ("layer".to_string(), json!(layer))));
                moved.extend(by.clone().map(|by| ("by".to_string(), json!(by))));
                // What may be left out has a default; another method may need less.
                let optional = ["layer", "measure", "selections", "optimum"];
                // What is no key of an enclosed point is refused, whatever else is wrong.
                if kind.0 == "kkt_enclosed" && moved != claim {
                    mistakes.extend(verdict(&moved).then(|| format!("{kind:?} is accepted: {moved:?}")));
                    continue;
                }
                let keys = claim.keys().map(String::as_str).filter(|key| !optional.contains(key));
                let needed: Vec<&str> = keys.filter(|_| moved.get("by") == claim.get("by")).collect();
                let wrong = spoilt(&moved, depth, &needed).into_iter().filter(|wrong| *wrong != claim);
                let accepted = wrong.filter(|wrong| verdict(wrong));
                mistakes.extend(accepted.map(|wrong| format!("{kind:?} is accepted: {wrong:?} instead of {claim:?}")));
            }
        }
    }
    mistakes
}

#[test]
fn every_kind_and_method_has_an_example() {
    let found: BTreeSet<Kind> = examples().into_keys().map(|(kind, _)| kind).collect();
    let missing: Vec<_> = kinds().difference(&found).cloned().collect();
    assert!(kinds().len() >= 15, "{:?}", kinds());
    assert_eq!(missing, [], "put a certificate with such a claim into proofs/, tests/fixtures/ or tests/nearby/");
    let enclosed = found.iter().filter(|(name, _)| name == "kkt_enclosed").count();
    assert_eq!(enclosed, 7 + 7, "one for each claim of optimality, and one without, by both ways: {found:?}");
}

#[test]
fn no_wrong_shape_is_accepted() {
    let mistakes = mistakes(kernel);
    assert!(mistakes.is_empty(), "{} mistakes, as {}", mistakes.len(), mistakes[0]);
}

#[test]
fn checkers_that_always_say_the_same_are_found_out() {
    for dummy in [accepts_everything as Checker, rejects_everything] {
        assert!(!mistakes(dummy).is_empty());
    }
}
