//! Instances of the catalogue, as text and as problems.

use margincert::kernel::certificate::{Certificate, Document};
use margincert::kernel::exact::Rational;
use margincert::kernel::problem::Problem;

/// A document from its parts, each a piece of JSON.
pub fn document(network: &str, data: &str, point: &str) -> Document {
    let text = format!(r#"{{"format": "margincert/1", "network": {network}, "data": {data}, "point": {point}}}"#);
    Document::parse(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

/// The problem of a rational document.
pub fn problem(network: &str, data: &str, point: &str) -> Problem<Rational> {
    match document(network, data, point) {
        Document::Rational(Certificate { problem, .. }) => problem,
        Document::Algebraic(_) => panic!("not rational"),
    }
}

/// Samples with label +1.
pub fn positive(samples: &[&str]) -> String {
    let samples: Vec<String> = samples.iter().map(|x| format!(r#"{{"x": [{x}], "y": 1}}"#)).collect();
    format!("[{}]", samples.join(", "))
}

/// A dense network with these widths after the inputs.
pub fn dense(inputs: usize, widths: &[usize], activation: &str) -> String {
    let last = widths.len() - 1;
    let layer = |(l, width): (usize, &usize)| {
        let activation = if l == last { r#""linear""# } else { activation };
        format!(r#"{{"weights": "dense", "outputs": {width}, "activation": {activation}}}"#)
    };
    let layers: Vec<String> = widths.iter().enumerate().map(layer).collect();
    format!(r#"{{"inputs": {inputs}, "layers": [{}]}}"#, layers.join(", "))
}

/// A diagonal network with a dense last layer.
pub fn diagonal(inputs: usize, depth: usize, activation: &str) -> String {
    let hidden = format!(r#"{{"weights": "diagonal", "activation": {activation}}}, "#).repeat(depth - 1);
    let last = r#"{"weights": "dense", "outputs": 1, "activation": "linear"}"#;
    format!(r#"{{"inputs": {inputs}, "layers": [{hidden}{last}]}}"#)
}

pub const RELU: &str = r#""relu""#;
pub const LINEAR: &str = r#""linear""#;

pub fn dead_neuron() -> Problem<Rational> {
    let data = positive(&[r#""1", "1/4""#, r#""-1", "1/4""#]);
    problem(&dense(2, &[2, 1], RELU), &data, r#"[["0", "2", "0", "0"], ["2", "0"]]"#)
}

/// One path of ones through hidden widths 2, 1, ..., 1.
pub fn dead_neuron_deep(depth: usize) -> Problem<Rational> {
    let mut widths = vec![1; depth];
    widths[0] = 2;
    let data = positive(&["3, 1", "-3, 1"]);
    let rest = ", [1]".repeat(depth - 2);
    problem(&dense(2, &widths, RELU), &data, &format!("[[0, 1, 0, 0], [1, 0]{rest}]"))
}

/// One path of ones through hidden widths 2, 2, ..., 2.
pub fn dead_neuron_wide(depth: usize) -> Problem<Rational> {
    let mut widths = vec![2; depth];
    widths[depth - 1] = 1;
    let data = positive(&["3, 1", "-3, 1"]);
    let middle = ", [1, 0, 0, 0]".repeat(depth - 2);
    problem(&dense(2, &widths, RELU), &data, &format!("[[0, 1, 0, 0]{middle}, [1, 0]]"))
}

pub fn nonzero_weights() -> Problem<Rational> {
    let data = positive(&["2, 1, 0", "-2, 1, 0", "0, 0, 1", "0, 0, 1"]);
    problem(&dense(3, &[2, 1], RELU), &data, "[[0, 1, 0, 0, 0, 1], [1, 1]]")
}

pub fn local_not_global() -> Problem<Rational> {
    let data = positive(&[r#""4/5", "3/5""#, r#""-4/5", "3/5""#]);
    problem(&dense(2, &[2, 1], RELU), &data, r#"[["4/5", "3/5", "-4/5", "3/5"], [1, 1]]"#)
}

pub fn global_relu() -> Problem<Rational> {
    let data = positive(&[r#""15/17", "8/17""#, r#""-15/17", "8/17""#]);
    problem(&dense(2, &[2, 1], RELU), &data, r#"[["15/17", "8/17", "-15/17", "8/17"], [1, 1]]"#)
}

pub fn diagonal_depth2(activation: &str) -> Problem<Rational> {
    problem(&diagonal(2, 2, activation), &positive(&["1, 2"]), "[[1, 0], [1, 0]]")
}

pub fn diagonal_local_not_global() -> Problem<Rational> {
    problem(&diagonal(2, 2, RELU), &positive(&["1, -2", "-2, 1"]), "[[1, 1], [1, 1]]")
}

pub fn diagonal_deep(depth: usize, activation: &str) -> Problem<Rational> {
    let x = 1 << (depth - 1);
    let point = vec![r#"["1/2", "1/2"]"#; depth].join(", ");
    problem(&diagonal(2, depth, activation), &positive(&[&format!("{x}, {x}")]), &format!("[{point}]"))
}

pub fn diagonal_live_path(depth: usize) -> Problem<Rational> {
    let point = vec!["[1, 0]"; depth].join(", ");
    problem(&diagonal(2, depth, LINEAR), &positive(&["1, 1"]), &format!("[{point}]"))
}
