//! Documents made to keep a checker busy, or to fill its memory.
//!
//! Each must be answered soon, and never by a panic: with an error by the reader, or with the fault of a computation that
//! passed its budget. Limits are on the time that the thread had the processor, with room to spare for a debug build.

use std::fmt::Write;
use std::time::Duration;

use margincert::kernel::certificate::{Document, MAX_BYTES, MAX_CLAIMS, ReadProblem};
use margincert::kernel::exact::Fault;
use margincert::kernel::problem::ProblemError;

use crate::budget::processor_time;

const SOON: Duration = Duration::from_secs(10);
const WITHIN_BUDGET: Duration = Duration::from_secs(60);

/// Reads and checks; the outcomes in words.
fn answers(text: &str, limit: Duration) -> Vec<String> {
    let start = processor_time();
    let answers = match Document::parse(text) {
        Err(error) => vec![error.to_string()],
        Ok(document) => {
            document.check().into_iter().map(|verdict| verdict.err().unwrap_or_else(|| "accepted".into())).collect()
        }
    };
    let taken = processor_time() - start;
    assert!(taken < limit, "took {taken:?}");
    answers
}

fn refused(text: &str, message: &str) {
    let answers = answers(text, SOON);
    assert!(matches!(answers.as_slice(), [only] if only.contains(message)), "{:.500}", answers.join("\n"));
    assert!(answers[0].len() < 1000, "a message of {} bytes", answers[0].len());
}

/// A number of equal parts in a list.
fn list(part: &str, count: usize) -> String {
    format!("[{}]", vec![part; count].join(","))
}

/// A document from the JSON text of its parts.
fn document(inputs: usize, layers: &str, data: &str, point: &str, claims: &str) -> String {
    format!(
        r#"{{"format": "margincert/1", "network": {{"inputs": {inputs}, "layers": {layers}}}, "data": {data}, "point": {point}, "claims": {claims}}}"#
    )
}

const LAST: &str = r#"{"weights": "dense", "outputs": 1, "activation": "linear"}"#;

fn one_layer(x: &str, point: &str, claims: &str) -> String {
    document(1, &format!("[{LAST}]"), &format!(r#"[{{"x": [{x}], "y": 1}}]"#), &format!("[[{point}]]"), claims)
}

#[test]
fn sizes() {
    refused(&" ".repeat(10_000_000), &format!("the limit is {MAX_BYTES}"));
    refused(&one_layer(&"7".repeat(100_000), "1", "[]"), "more than 1000 digits");
    refused(&one_layer(&format!("\"1/{}\"", "7".repeat(100_000)), "1", "[]"), "more than 1000 digits");
    refused(&one_layer(&format!("\"{}\"", "x".repeat(1_000_000)), "1", "[]"), "not a number of the form");
    refused(&one_layer("1e1000000", "1", "[]"), "float");
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        refused(&format!("{}1{}", open.repeat(10_000), close.repeat(10_000)), "nested more than 32 deep");
        refused(&open.repeat(1_000_000), "nested more than 32 deep");
    }
    let claims = list(r#"{"claim":"feasible"}"#, MAX_CLAIMS + 1);
    refused(&one_layer("1", "1", &claims), "the limit is 1000");
    refused(&one_layer("1", "1", &list("[]", 2_000_000)), "2000000 claims");
    refused(&one_layer("1", "1", &list("0", 3_000_000)), "3000000 claims");
}

#[test]
fn long_texts_in_messages() {
    let long = "k".repeat(5_000_000);
    refused(&one_layer("1", "1", &format!("[{{\"claim\": \"{long}\"}}]")), "expected feasible");
    refused(&one_layer("1", "1", &format!("[{{\"claim\": \"feasible\", \"{long}\": 1}}]")), "unknown key");
    let kkt = |key: &str| format!(r#"[{{"claim": "kkt", "multipliers": ["1"], "selections": {{"{key}": []}}}}]"#);
    refused(&one_layer("1", "1", &kkt(&long)), "a sample's index");
    refused(&one_layer("1", "1", &kkt(&"9".repeat(1_000_000))), "a sample's index");
}

#[test]
fn large_networks() {
    let data = r#"[{"x": [1], "y": 1}]"#;
    for outputs in ["1048577", "4294967296", "18446744073709551615", "18446744073709551616", "99999999999999999999999"]
    {
        let layers = format!(r#"[{{"weights": "dense", "outputs": {outputs}, "activation": "relu"}}, {LAST}]"#);
        let answers = answers(&document(1, &layers, data, "[[1], [1]]", "[]"), SOON);
        assert!(answers[0].contains("limit") || answers[0].contains("expected the number of outputs"), "{answers:?}");
        refused(&document(1, &layers, data, "[[1], [1]]", "[]"), "at network");
    }
    for filters in ["1048577", "18446744073709551615"] {
        for patches in ["[[0]]", "[[]]", "[[0],[0]]"] {
            let layers = format!(
                r#"[{{"weights": "convolution", "patches": {patches}, "filters": {filters}, "activation": "relu"}}, {LAST}]"#
            );
            refused(&document(1, &layers, data, "[[1], [1]]", "[]"), "connections, which is the limit");
        }
    }
    let inputs = format!("[{LAST}]");
    for n in [1_048_577, usize::MAX] {
        refused(&document(n, &inputs, data, "[[1]]", "[]"), "inputs; the limit is");
    }
    // As many patches as there may be, over as many inputs.
    let patches = list("[0]", 1 << 19);
    let layers = format!(r#"[{{"weights": "convolution", "patches": {patches}, "activation": "relu"}}, {LAST}]"#);
    refused(&document(1 << 20, &layers, data, "[[1], [1]]", "[]"), "point");
}

/// Few parameters, many units, and many samples: what must be kept is the product of the last two.
#[test]
fn many_units_on_many_samples() {
    let layers = format!(
        r#"[{{"weights": "convolution", "patches": {}, "filters": 500, "activation": "relu"}}, {{"weights": "template", "entries": [{}], "activation": "linear"}}]"#,
        list("[0]", 1000),
        list("0", 1_000_000 / 2)
    );
    let samples = list(r#"{"x":[1],"y":1}"#, 300_000);
    let point = format!("[{}, [1]]", list("1", 500));
    refused(&document(1, &layers, &samples, &point, "[]"), "passed its limit");
}

#[test]
fn sums_of_fractions_with_distinct_denominators() {
    // 1000 fractions with denominators of 450 digits.
    let mut numbers = String::new();
    for k in 0..2000 {
        write!(numbers, "{}\"1/{}{:03}1\"", if k > 0 { "," } else { "" }, "9876543210".repeat(45), k).expect("text");
    }
    let data = format!(r#"[{{"x": [{numbers}], "y": 1}}]"#);
    let text = document(2000, &format!("[{LAST}]"), &data, &format!("[[{numbers}]]"), "[]");
    let start = processor_time();
    let error = Document::parse(&text).expect_err("too much work");
    assert!(matches!(error.problem, ReadProblem::Problem(ProblemError::Fault(Fault::Exhausted))), "{error}");
    let taken = processor_time() - start;
    assert!(taken < WITHIN_BUDGET, "took {taken:?}");
}

#[test]
fn deep_products_of_long_numbers() {
    let layers = list(LAST, 64);
    let number = format!("\"{}/{}\"", "7".repeat(499), "3".repeat(499).replacen('3', "1", 1));
    let text = document(
        1,
        &layers,
        &format!(r#"[{{"x": [{number}], "y": 1}}]"#),
        &list(&format!("[{number}]"), 64),
        &list(r#"{"claim": "infeasible", "sample": 0}"#, MAX_CLAIMS),
    );
    // Whatever the verdict, a thousand messages must not each spell out a number of a hundred thousand digits.
    let answers = answers(&text, WITHIN_BUDGET);
    assert!(answers.iter().all(|answer| answer.len() < 20_000));
}

#[test]
fn curves_of_high_degree() {
    let coefficients = |count: usize| list("[[1],[1]]", count);
    let claim = |count, until: &str| {
        format!(r#"[{{"claim": "not_local_optimum", "until": {until}, "curve": {}}}]"#, coefficients(count))
    };
    let layers = format!("[{}, {LAST}]", LAST.replace("linear", "relu"));
    let text = |count, until| document(1, &layers, r#"[{"x": [1], "y": 1}]"#, "[[1],[1]]", &claim(count, until));
    let short = answers(&text(20, "1"), WITHIN_BUDGET);
    assert!(short[0].contains("is not negative on all of (0, until]"), "{:.300}", short[0]);
    let long = answers(&text(20_000, "\"1/3\""), WITHIN_BUDGET);
    assert!(long[0].contains("passed its limit"), "{:.300}", long[0]);
}

#[test]
fn many_kinks() {
    // 16 kinks on each of many samples: 65,536 patterns a sample.
    let layers = format!("[{}, {LAST}]", LAST.replace("\"outputs\": 1", "\"outputs\": 17").replace("linear", "relu"));
    let (zeros, ones) = ("0,".repeat(16), "1,".repeat(16));
    let samples = list(r#"{"x":[1],"y":1}"#, 3000);
    let claim = format!(r#"{{"claim": "not_kkt", "direction": [[{zeros}-1],[{zeros}0]]}}"#);
    let text = document(1, &layers, &samples, &format!("[[{zeros}1],[{ones}1]]"), &list(&claim, 10));
    for answer in answers(&text, WITHIN_BUDGET) {
        assert!(answer.contains("passed its limit") || answer.contains("y g . d"), "{answer:.300}");
    }
}

#[test]
fn many_claims_about_many_samples() {
    let samples = list(r#"{"x":[1],"y":1}"#, 30_000);
    for claim in [r#"{"claim":"feasible"}"#, r#"{"claim":"nonzero_inputs"}"#, r#"{"claim":"nonzero_weights"}"#] {
        let text = document(1, &format!("[{LAST}]"), &samples, "[[1]]", &list(claim, MAX_CLAIMS));
        let answers = answers(&text, WITHIN_BUDGET);
        assert!(answers.iter().all(|answer| answer == "accepted" || answer.contains("passed its limit")));
    }
}

#[test]
fn dense_hessians() {
    // Depth 3, so that every parameter meets every other, and a sample that supports.
    let width = 60;
    let dense =
        |activation: &str| format!(r#"{{"weights": "dense", "outputs": {width}, "activation": "{activation}"}}"#);
    let layers = format!("[{}, {}, {LAST}]", dense("linear"), dense("linear"));
    let data = format!(r#"[{{"x": {}, "y": 1}}]"#, list("1", width));
    let point = format!("[{0}, {0}, {1}]", list("1", width * width), list("1", width));
    let claim = r#"[{"claim": "local_optimum", "by": "second_order", "multipliers": [0], "penalty": 1}]"#;
    answers(&document(width, &layers, &data, &point, claim), WITHIN_BUDGET);
    let layer = r#"[{"claim": "local_optimum", "layer": 0, "by": "lagrangian", "multipliers": [0]}]"#;
    answers(&document(width, &layers, &data, &point, layer), WITHIN_BUDGET);
}

/// By `second_order`, a matrix half of whose rows have two entries; the other half is dense, and irrational only at the end. So before
/// each pivot of the first half the rest looks as if it could be finished over the integers.
#[test]
fn an_irrational_entry_after_many_rational_rows() {
    let half = 799;
    let x = |place: usize, value: &str| {
        format!(r#"{{"x": [{}{value}{}], "y": 1}}"#, "0,".repeat(place), ",0".repeat(2 * half - place))
    };
    let mut samples: Vec<String> = (0..half).map(|place| x(place, r#""1/40""#)).collect();
    samples.push(format!(r#"{{"x": [{}{}0], "y": 1}}"#, "0,".repeat(half), r#""1/31960","#.repeat(half)));
    samples.push(x(2 * half, r#"["0","1/80"]"#));
    let ones = |count: usize| "1,".repeat(count);
    let claim = format!(
        r#"[{{"claim": "local_optimum", "by": "second_order", "multipliers": [{}799,2], "penalty": "1/10"}}]"#,
        ones(half)
    );
    let point = format!(r#"[[{}["0","1"]], [40]]"#, ones(2 * half));
    let data = format!("[{}]", samples.join(","));
    let text = document(2 * half + 1, &format!("[{LAST}, {LAST}]"), &data, &point, &claim);
    let field = r#"{"field": {"minimal_polynomial": [-2, 0, 1], "root_between": [1, 2]}, "#;
    let answers = answers(&text.replacen('{', field, 1), WITHIN_BUDGET);
    assert!(answers[0] == "accepted" || answers[0].contains("passed its limit"), "{answers:.300?}");
}

#[test]
fn fields() {
    let field = |polynomial: &str, between: &str, number: &str| {
        let document = one_layer(number, number, r#"[{"claim": "feasible"}, {"claim": "nonzero_weights"}]"#);
        let field = format!(r#"{{"field": {{"minimal_polynomial": {polynomial}, "root_between": {between}}}, "#);
        document.replacen('{', &field, 1)
    };
    let degree = list("1", 100_001);
    refused(&field(&degree, "[0, 1]", "1"), "has degree 100000; the limit is 32");
    // x^32 - 3 x - 1 with long coordinates.
    let mut coefficients = vec!["0".to_string(); 33];
    coefficients[0] = "-1".into();
    coefficients[1] = "-3".into();
    coefficients[32] = "1".into();
    let polynomial = format!("[{}]", coefficients.join(","));
    let long = format!("\"{}/{}1\"", "7".repeat(490), "3".repeat(490));
    let number = list(&long, 32);
    answers(&field(&polynomial, "[1, 2]", &number), WITHIN_BUDGET);
    answers(&field(&polynomial, "[1, 2]", &list(&long, 2000)), WITHIN_BUDGET);
    answers(&field(&polynomial, "[1, 2]", &list("1", 100_000)), WITHIN_BUDGET);
    // Two roots 2^-1500 apart (Mignotte), and ends with many digits.
    let huge = format!("\"1{}\"", "0".repeat(900));
    let (minus_two_squared, cross, constant) = (format!("\"-2{}\"", "0".repeat(900)), huge.clone(), "\"-2\"");
    coefficients[0] = constant.into();
    coefficients[1] = cross;
    coefficients[2] = minus_two_squared;
    coefficients[32] = "1".into();
    let mignotte = format!("[{}]", coefficients.join(","));
    answers(&field(&mignotte, "[0, 1]", "1"), WITHIN_BUDGET);
    let ends = format!("[\"1/{0}1\", \"{0}\"]", "9".repeat(900));
    answers(&field(&polynomial, &ends, &number), WITHIN_BUDGET);
}
