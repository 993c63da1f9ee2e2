//! Every certificate that ships is accepted, and the same evidence at the point 0 proves nothing.

use std::path::Path;

use margincert::files;
use serde_json::{Value, json};

use crate::{Checker, accepts_everything, kernel, rejects_everything};

/// Every certificate in `proofs/`, over any field.
fn certificates() -> Vec<(String, Value)> {
    let proofs = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs");
    let paths = files::find(&proofs).into_iter().map(|path| path.expect("a path"));
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).expect("text");
        (path.display().to_string(), serde_json::from_str(&text).expect("JSON"))
    };
    paths.map(read).collect()
}

/// The same certificate with the point 0, which no sample's margin allows: but for `infeasible` no claim holds there.
fn at_zero(certificate: &Value) -> (Value, Vec<bool>) {
    let mut twin = certificate.clone();
    let layers = twin["point"].as_array_mut().expect("layers");
    let numbers = layers.iter_mut().filter_map(Value::as_array_mut).flatten();
    numbers.for_each(|number| *number = json!("0"));
    let claims = certificate["claims"].as_array().expect("claims").iter();
    (twin, claims.map(|claim| claim["claim"] == "infeasible").collect())
}

fn mistakes(checker: Checker) -> Vec<String> {
    let mut mistakes = Vec::new();
    for (name, certificate) in certificates() {
        if !checker(&certificate).is_some_and(|verdicts| verdicts.iter().all(|accepted| *accepted)) {
            mistakes.push(format!("{name} is not accepted"));
        }
        let (twin, expected) = at_zero(&certificate);
        if checker(&twin).as_ref() != Some(&expected) {
            mistakes.push(format!("{name} at 0: {:?}, not {expected:?}", checker(&twin)));
        }
    }
    mistakes
}

#[test]
fn all_are_accepted_and_none_is_at_the_point_0() {
    assert!(certificates().len() > 100);
    assert_eq!(mistakes(kernel), Vec::<String>::new());
}

#[test]
fn checkers_that_always_say_the_same_are_found_out() {
    for dummy in [accepts_everything as Checker, rejects_everything] {
        assert!(mistakes(dummy).len() > 100);
    }
}
