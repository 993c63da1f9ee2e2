//! Errors say where: line, column, and JSON path.

use margincert::kernel::certificate::{Document, MAX_BYTES, MAX_NESTING, ReadProblem};
use margincert::kernel::network::{LayerError, NetworkError, ShapeError};
use margincert::words::ReadError;

const GOOD: &str = r#"{
  "format": "margincert/1",
  "network": {
    "inputs": 1,
    "layers": [{"weights": "dense", "outputs": 1, "activation": "linear"}]
  },
  "data": [
    {"x": ["1"], "y": 1},
    {"x": [2], "y": -1}
  ],
  "point": [["1"]],
  "claims": [{"claim": "feasible"}, {"claim": "kkt", "multipliers": ["1", "0"]}]
}"#;

/// The error after the first occurrence of one text was replaced by another.
fn with(old: &str, new: &str) -> ReadError {
    assert!(GOOD.contains(old), "{old}");
    Document::parse(&GOOD.replacen(old, new, 1)).expect_err(new)
}

fn place(error: &ReadError) -> (usize, usize, &str) {
    (error.line, error.column, &error.path)
}

#[test]
fn the_good_document_is_good() {
    assert_eq!(Document::parse(GOOD).expect("readable").check().len(), 2);
}

#[test]
fn values() {
    let float = with("[2]", "[2.0]");
    assert_eq!((place(&float), &float.problem), ((9, 12, "data[1].x[0]"), &ReadProblem::Float));
    let label = with("\"y\": -1", "\"y\": -1.0");
    assert_eq!(place(&label), (9, 21, "data[1].y"));
    assert_eq!(label.to_string(), "line 9, column 21, at data[1].y: expected the JSON integer 1 or -1, found -1.0");
    let multiplier = with("[\"1\", \"0\"]", "[\"1\", \"one\"]");
    assert_eq!(place(&multiplier), (12, 75, "claims[1].multipliers[1]"));
    assert!(multiplier.to_string().ends_with(": found \"one\", not a number of the form -12, 22/7 or 0.125"));
    assert!(with("[2]", "[1e-05]").to_string().contains(": found 1e-05, a JSON float, "));
    let long = with("[2]", &format!("[\"{}\"]", "9x".repeat(500)));
    assert!(long.to_string().contains("9x9...") && long.to_string().len() < 150, "{long}");
    let count = with("[\"1\", \"0\"]", "[\"1\"]");
    assert_eq!(place(&count), (12, 69, "claims[1].multipliers"));
    let shape = with("[[\"1\"]]", "[[\"1\", \"2\"]]");
    let layer = ReadProblem::Shape(ShapeError::Layer { layer: 0, found: 2, expected: 1 });
    assert_eq!((place(&shape), &shape.problem), ((11, 12, "point"), &layer));
    let matrix = with("[[\"1\"]]", "[[[\"1\"]]]").to_string();
    assert!(matrix.ends_with("found a list; the weights of a layer are one flat list, row after row"), "{matrix}");
    assert!(!with("[2]", "[[2]]").to_string().contains("flat"), "it is about points");
    let claim = with("\"feasible\"", "\"possible\"");
    assert_eq!(place(&claim), (12, 24, "claims[0].claim"));
    let long = with("\"feasible\"", &format!("\"{}\"", "x".repeat(1000)));
    assert!(long.to_string().len() < 400, "{long}");
}

#[test]
fn keys() {
    let unknown = with("\"x\": [\"1\"]", "\"z\": [\"1\"]");
    assert_eq!(place(&unknown), (8, 11, "data[0].z"));
    assert_eq!(unknown.problem, ReadProblem::UnknownKey(vec!["x", "y"]));
    let twice = with("\"x\": [\"1\"]", "\"x\": [\"1\"], \"x\": [\"2\"]");
    assert_eq!((place(&twice), &twice.problem), ((8, 23, "data[0].x"), &ReadProblem::DuplicateKey));
    let missing = with(", \"y\": 1", "");
    assert_eq!((place(&missing), &missing.problem), ((8, 5, "data[0]"), &ReadProblem::MissingKey("y")));
    let missing = with("\"point\": [[\"1\"]],\n", "");
    assert_eq!((place(&missing), &missing.problem), ((1, 1, ""), &ReadProblem::MissingKey("point")));
    // Keys with escapes are the keys they stand for, and brackets within strings are no brackets.
    let escaped = with("\"x\": [\"1\"]", "\"\\u0078\": [\"1\"], \"x\": [\"2\"]");
    assert_eq!(escaped.problem, ReadProblem::DuplicateKey);
    let quoted = with("\"x\": [\"1\"]", "\"]}\\\"[{\": 7");
    assert_eq!(place(&quoted), (8, 16, "data[0].]}\\\"[{"));
}

#[test]
fn networks() {
    let layers = with("\"outputs\": 1", "\"outputs\": 0");
    let none = NetworkError::Layer { layer: 0, error: LayerError::NoOutputs };
    assert_eq!((place(&layers), &layers.problem), ((3, 14, "network"), &ReadProblem::Network(none)));
    let activation = with("\"linear\"", "\"sigmoid\"");
    assert_eq!(place(&activation), (5, 65, "network.layers[0].activation"));
}

#[test]
fn syntax() {
    let comma = with("[2]", "[2,]");
    assert_eq!((comma.line, comma.path.as_str()), (9, ""));
    assert!(matches!(comma.problem, ReadProblem::Syntax(_)));
    let byte = [GOOD.as_bytes()[..30].to_vec(), vec![0xff]].concat();
    let error = Document::parse_bytes(&byte).expect_err("not UTF-8");
    assert_eq!((place(&error), &error.problem), ((3, 1, ""), &ReadProblem::NotUtf8));
    let deep = with("[2]", &format!("{}2{}", "[".repeat(MAX_NESTING), "]".repeat(MAX_NESTING)));
    assert_eq!((deep.line, deep.problem), (9, ReadProblem::TooDeep));
    let found = MAX_BYTES + 1;
    let large = Document::parse(&" ".repeat(found)).expect_err("too large");
    assert_eq!((place(&large), &large.problem), ((1, 1, ""), &ReadProblem::TooLarge { found }));
}
