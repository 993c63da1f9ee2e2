//! `margincert check --instance`: a certificate must be about one's own network, data and point.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use margincert::files;
use margincert::kernel::certificate::Document;
use num_rational::BigRational;
use serde_json::Value;

use crate::scratch::Scratch;

const ACCEPTED: &str = "accepted/one-unit.json";
const REJECTED: &str = "rejected/wrong-multiplier.json";
const NOT_KKT: &str = "accepted/deeper/not-kkt.json";

/// What a certificate is about, written in one way only; numbers by another library than the kernel's.
fn about(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("text");
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    let entries = document.as_object_mut().expect("an object");
    entries.retain(|key, _| ["field", "network", "data", "point"].contains(&key.as_str()));
    let symbol = entries.get_mut("field").and_then(|field| field.as_object_mut()?.remove("symbol"));
    drop(symbol);
    normalise(&mut document);
    document.to_string()
}

fn normalise(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(normalise);
        }
        Value::Object(entries) => {
            if entries.get("weights").is_some_and(|kind| kind == "convolution") {
                entries.entry("filters").or_insert(1.into());
            }
            entries.values_mut().for_each(normalise);
        }
        Value::String(text) => {
            if let Some(number) = number(text) {
                *text = number.to_string();
            }
        }
        _ => {}
    }
}

fn number(text: &str) -> Option<BigRational> {
    match text.split_once('.') {
        None => text.parse().ok(),
        Some((whole, decimals)) => {
            let ten = BigRational::from_integer(10.into());
            let all: BigRational = format!("{whole}{decimals}").parse().ok()?;
            Some(decimals.chars().fold(all, |number, _| number / &ten))
        }
    }
}

/// Every certificate that ships against every other one: equal instances and no others pass.
#[test]
fn of_all_pairs_only_those_about_one_instance_pass() {
    let proofs = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs");
    let paths: Vec<PathBuf> = files::find(&proofs).into_iter().map(|path| path.expect("a path")).collect();
    let read = |path: &PathBuf| (files::read(path).expect("readable"), about(path));
    let documents: Vec<(Document, String)> = paths.iter().map(read).collect();
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, (document, about)) in documents.iter().enumerate() {
        *groups.entry(about).or_default() += 1;
        for (j, (other, about_other)) in documents.iter().enumerate() {
            let outcome = document.is_about(other);
            assert_eq!(
                outcome.is_ok(),
                about == about_other,
                "{} against {}: {outcome:?}",
                paths[i].display(),
                paths[j].display()
            );
        }
    }
    assert!(
        documents.len() > 100 && groups.len() * 10 > documents.len() * 9,
        "{} of {}",
        groups.len(),
        documents.len()
    );
}

#[test]
fn a_certificate_about_the_instance_is_checked_and_one_about_another_is_not() {
    let scratch = Scratch::with(&[("mine.json", ACCEPTED), ("other.json", NOT_KKT), ("wrong.json", REJECTED)]);
    let run = scratch.run(&["check", "--instance", "mine.json", "mine.json"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
    let run = scratch.run(&["check", "--instance", "mine.json", "mine.json", "other.json"]);
    assert_eq!(run.status, 1, "{run:?}");
    assert!(run.stdout.contains("accepted    mine.json"), "{}", run.stdout);
    assert!(run.stdout.contains("ELSEWHERE   other.json\n"), "{}", run.stdout);
    assert!(run.stdout.contains("; 1 certificate about another instance"), "{}", run.stdout);
    assert!(
        run.stderr.starts_with("margincert: other.json: this is about another instance than mine.json: "),
        "{}",
        run.stderr
    );
    // Whether its claims would hold does not matter, and neither do claims of the instance.
    let run = scratch.run(&["check", "--instance", "wrong.json", "other.json"]);
    assert_eq!(run.status, 1, "{run:?}");
    let run = scratch.run(&["check", "--json", "--instance", "mine.json", "other.json"]);
    let line: Value = serde_json::from_str(run.stdout.trim()).expect("one object");
    assert_eq!((run.status, &line["file"], &line["accepted"]), (1, &"other.json".into(), &false.into()));
    assert_eq!(line["index"], Value::Null);
    assert!(
        line["reason"].as_str().is_some_and(|why| why.starts_with("this is about another instance than mine.json: "))
    );
}

#[test]
fn an_instance_that_cannot_be_read_has_status_2_before_anything_is_checked() {
    let scratch = Scratch::with(&[("a.json", ACCEPTED), ("float.json", "unreadable/float.json")]);
    for instance in ["missing.json", "float.json", "."] {
        let run = scratch.run(&["check", "--instance", instance, "a.json"]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(run.stderr.starts_with(&format!("margincert: {instance}: ")), "{}", run.stderr);
    }
    let run = scratch.run(&["check", "--instance", "-", "-"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("can be read once only"), "{}", run.stderr);
}

/// An instance over a field, with this number as the point.
fn over(polynomial: &str, between: &str, x: &str) -> Document {
    let text = format!(
        r#"{{"format": "margincert/1", "field": {{"minimal_polynomial": {polynomial}, "root_between": {between}}},
            "network": {{"inputs": 1, "layers": [{{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
            "data": [{{"x": [1], "y": 1}}], "point": [[{x}]]}}"#
    );
    Document::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn numbers_are_compared_by_value_across_fields() {
    // The square root of 2 five times: in its own field, by another interval, as half of that of 8, in a field of degree 4 that
    // holds it, and in a field that a reducible polynomial gives.
    let equal = [
        over("[-2, 0, 1]", "[1, 2]", "[0, 1]"),
        over("[-2, 0, 1]", "[0, 3]", "[0, 1]"),
        over("[-8, 0, 1]", "[2, 3]", "[0, \"1/2\"]"),
        over("[1, 0, -10, 0, 1]", "[3, 4]", "[0, \"-9/2\", 0, \"1/2\"]"),
        over("[2, -2, -1, 1]", "[\"5/4\", 2]", "[0, 1]"),
    ];
    // Its negative, near numbers, and rational ones.
    let others = [
        over("[-2, 0, 1]", "[-2, -1]", "[0, 1]"),
        over("[-2, 0, 1]", "[1, 2]", "[0, -1]"),
        over("[-2, 0, 1]", "[1, 2]", "[\"1/1000000000000000000000000\", 1]"),
        over(
            "[-2, 0, 1]",
            "[1, 2]",
            "\"141421356237309504880168872420969807856967/100000000000000000000000000000000000000000\"",
        ),
        over("[-3, 0, 1]", "[1, 2]", "[0, 1]"),
        over("[-2, 0, 0, 0, 1]", "[1, 2]", "[0, 1]"),
    ];
    for (i, a) in equal.iter().enumerate() {
        for (j, b) in equal.iter().enumerate() {
            assert_eq!(a.is_about(b), Ok(()), "{i}, {j}");
        }
        for (j, b) in others.iter().enumerate() {
            assert!(a.is_about(b).is_err() && b.is_about(a).is_err(), "{i}, {j}");
        }
    }
    for (i, a) in others.iter().enumerate() {
        for (j, b) in others.iter().enumerate() {
            // The first two are one number.
            assert_eq!(a.is_about(b).is_ok(), i == j || i + j == 1, "{i}, {j}");
        }
    }
    let rational = |x: &str| over("[-2, 0, 1]", "[1, 2]", x);
    let plain = Document::parse(
        r#"{"format": "margincert/1", "data": [{"x": [1], "y": 1}], "point": [["3/2"]],
            "network": {"inputs": 1, "layers": [{"weights": "dense", "outputs": 1, "activation": "linear"}]}}"#,
    );
    let plain = plain.expect("an instance");
    assert_eq!((rational("\"1.5\"").is_about(&plain), plain.is_about(&rational("\"3/2\""))), (Ok(()), Ok(())));
    let difference = rational("[1, 1]").is_about(&plain).expect_err("they differ").to_string();
    assert_eq!(difference, "point[0][0] is alpha + 1 (about 2.414214), not 3/2");
}

/// Each part of an instance counts, and what is no part of it does not.
#[test]
fn the_first_difference_is_told() {
    let text = r#"{"format": "margincert/1",
        "network": {"inputs": 2, "layers": [
            {"weights": "dense", "outputs": 2, "activation": {"leaky_relu": "1/2"}},
            {"weights": "dense", "outputs": 1, "activation": "linear"}]},
        "data": [{"x": ["1", "0.5"], "y": 1}, {"x": ["2", "3"], "y": -1}],
        "point": [["1", "2", "3", "4"], ["5", "6"]]}"#;
    let mine = Document::parse(text).expect("an instance");
    let changes = [
        (r#""0.5""#, r#""1/2""#, None),
        (r#""1/2"}"#, r#""2/4"}"#, None),
        (r#""format""#, r#""title": "mine", "claims": [{"claim": "feasible"}], "source": "me", "format""#, None),
        (r#"{"leaky_relu": "1/2"}"#, r#""relu""#, Some("layer 0 has another activation")),
        (r#"{"leaky_relu": "1/2"}"#, r#"{"leaky_relu": "1/3"}"#, Some("layer 0 has another activation")),
        (
            r#""dense", "outputs": 2"#,
            r#""template", "entries": [[0, 1], [2, 3]]"#,
            Some("layer 0 has other weights or sizes"),
        ),
        (r#""y": -1"#, r#""y": 1"#, Some("data[1].y is 1, not -1")),
        (r#"["2", "3"]"#, r#"["2", "3/2"]"#, Some("data[1].x[1] is 3/2, not 3")),
        (r#"["5", "6"]"#, r#"["5", "-6"]"#, Some("point[1][1] is -6, not 6")),
        (r#", {"x": ["2", "3"], "y": -1}"#, "", Some("the data has 1 sample, not 2")),
        (
            r#"{"x": ["1", "0.5"], "y": 1}, {"x": ["2", "3"], "y": -1}"#,
            r#"{"x": ["2", "3"], "y": -1}, {"x": ["1", "0.5"], "y": 1}"#,
            Some("data[0].x[0] is 2, not 1"),
        ),
    ];
    for (old, new, expected) in changes {
        assert!(text.contains(old), "{old}");
        let changed = Document::parse(&text.replacen(old, new, 1)).unwrap_or_else(|error| panic!("{new}: {error}"));
        let found = changed.is_about(&mine).err().map(|difference| difference.to_string());
        assert_eq!(found.as_deref(), expected, "{new}");
        assert_eq!(mine.is_about(&changed).is_ok(), expected.is_none(), "{new}, the other way round");
    }
}
