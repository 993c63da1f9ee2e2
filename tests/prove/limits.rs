//! Time limits: whatever is in progress when the time is up, the prover is back soon.

use std::time::Duration;

use margincert::kernel::certificate::{Certificate, Document};
use margincert::kernel::exact::Rational;
use margincert::kernel::problem::Problem;
use margincert::prove::certify::Prover;
use margincert::prove::deadline::Deadline;
use margincert::prove::linear_algebra::solve;
use margincert::prove::lp::{LinearProgram, Relation, Sense};
use margincert::prove::qp::project_onto_cone;
use margincert::prove::search::Random;

use super::catalogue::*;
use super::clock::spent;

const LIMIT: Duration = Duration::from_millis(200);

/// Runs a search that would go on for long; it must be over soon after the limit. In a release build that is within a second;
/// unoptimised exact arithmetic takes some times longer between two looks at the clock.
#[track_caller]
fn in_time(name: &str, run: impl FnOnce(Deadline)) {
    let start = spent();
    run(Deadline::after(LIMIT));
    let taken = spent() - start;
    assert!(taken < LIMIT + Duration::from_secs(3), "{name}: {taken:?}");
}

/// One path of ones through wide layers, all other units dead, on pairs of samples `(1, z)`, `(1, -z)`.
fn one_live_path(inputs: usize, widths: &[usize], pairs: usize, activation: &str) -> Problem<Rational> {
    let mut random = Random::new(1);
    let mut samples = Vec::new();
    for _ in 0..pairs {
        let z: Vec<i64> = (1..inputs).map(|_| random.integer(3)).collect();
        for sign in [1, -1] {
            let rest: Vec<String> = z.iter().map(|z| format!(", {}", sign * z)).collect();
            samples.push(format!("1{}", rest.concat()));
        }
    }
    let samples: Vec<&str> = samples.iter().map(String::as_str).collect();
    let mut before = inputs;
    let layer = |&width: &usize| {
        let zeros = ", 0".repeat(before * width - 1);
        before = width;
        format!("[1{zeros}]")
    };
    let point: Vec<String> = widths.iter().map(layer).collect();
    problem(&dense(inputs, widths, activation), &positive(&samples), &format!("[{}]", point.join(", ")))
}

/// Weights and samples at random, each sample scaled to margin 1; the last `dead` units of each layer are dead.
fn random_point(inputs: usize, widths: &[usize], samples: usize, dead: usize) -> Problem<Rational> {
    let mut random = Random::new(2);
    let mut before = inputs;
    let mut layers: Vec<Vec<Vec<i64>>> = Vec::new();
    for (l, &width) in widths.iter().enumerate() {
        let is_dead = |layer: usize, unit: usize| layer + 1 < widths.len() && unit + dead >= widths[layer];
        let row = |unit: usize| {
            let mut entry = |input: usize| match is_dead(l, unit) || l > 0 && is_dead(l - 1, input) {
                true => 0,
                false => random.integer(9),
            };
            (0..before).map(&mut entry).collect()
        };
        let rows = (0..width).map(row).collect();
        layers.push(rows);
        before = width;
    }
    let output = |x: &[i64]| {
        let mut values = x.to_vec();
        for (l, rows) in layers.iter().enumerate() {
            let sums = rows.iter().map(|row| row.iter().zip(&values).map(|(w, v)| w * v).sum::<i64>());
            values = if l + 1 == layers.len() { sums.collect() } else { sums.map(|z| z.max(0)).collect() };
        }
        values[0]
    };
    let mut data = Vec::new();
    while data.len() < samples {
        let x: Vec<i64> = (0..inputs).map(|_| random.integer(9)).collect();
        let (size, label) = (output(&x).abs(), output(&x).signum());
        if label != 0 {
            let entries: Vec<String> = x.iter().map(|x| format!("\"{x}/{size}\"")).collect();
            data.push(format!(r#"{{"x": [{}], "y": {label}}}"#, entries.join(", ")));
        }
    }
    let point: Vec<String> = layers.iter().map(|rows| format!("{:?}", rows.concat())).collect();
    problem(&dense(inputs, widths, RELU), &format!("[{}]", data.join(", ")), &format!("[{}]", point.join(", ")))
}

/// Diagonal networks of great depth, over the rationals and over a field of degree 4.
fn deep(units: usize, depth: usize) -> Problem<Rational> {
    let layer = format!("[{}]", vec![r#""1/2""#; units].join(", "));
    // lambda = units / 4 and x = 1 / (lambda * 2^-(depth-2)).
    let x = format!(r#""{}/{units}""#, 4u64 << (depth - 2));
    let sample = vec![x.as_str(); units].join(", ");
    problem(&diagonal(units, depth, RELU), &positive(&[&sample]), &format!("[{}]", vec![layer; depth].join(", ")))
}

fn deep_over_a_field(live: usize, dead: usize) -> Document {
    // All weights 2^(-1/4) on two paths: 2 * (2^(-1/4))^4 = 1. The field is that of 2^(1/4) = a, and 2^(-1/4) = a^3 / 2.
    let layer = vec![r#"["0", "0", "0", "1/2"]"#.to_string(); live].join(", ") + &", 0".repeat(dead);
    let text = format!(
        r#"{{"format": "margincert/1", "field": {{"minimal_polynomial": ["-2", "0", "0", "0", "1"], "root_between": ["1", "2"]}},
            "network": {}, "data": {}, "point": [{}]}}"#,
        diagonal(live + dead, 4, RELU),
        positive(&[&vec!["1"; live + dead].join(", ")]),
        vec![format!("[{layer}]"); 4].join(", ")
    );
    Document::parse(&text).expect("a document")
}

fn certify(problem: Problem<Rational>) -> impl FnOnce(Deadline) {
    let instance = Certificate::instance(None, problem);
    move |_| {
        let (certificate, _) = Prover::new().time_limit(Some(LIMIT)).certify_over(&instance);
        assert!(certificate.check().iter().all(Result::is_ok), "whatever was found in time passes");
    }
}

#[test]
fn linear_programs_end_in_time() {
    let mut random = Random::new(3);
    let mut program = LinearProgram::new(Sense::Maximise);
    for _ in 0..300 {
        program.add_variable(Some(Rational::from(0)), Some(Rational::from(10)), Rational::from(random.integer(9)));
    }
    for _ in 0..300 {
        let terms: Vec<_> = (0..300).map(|j| (j, Rational::from(random.integer(9)))).collect();
        program.add_row(terms, Relation::AtMost, Rational::from(random.integer(9).abs()));
    }
    in_time("a program of 300 rows", |deadline| drop(program.solve(deadline)));
}

#[test]
fn projections_and_systems_end_in_time() {
    let mut random = Random::new(4);
    let mut vector = || (0..250).map(|_| Rational::from(random.integer(9))).collect::<Vec<_>>();
    let vectors: Vec<Vec<Rational>> = (0..250).map(|_| vector()).collect();
    let target = vector();
    in_time("a projection", |deadline| drop(project_onto_cone(&vectors, &target, deadline)));
    in_time("a system", |deadline| drop(solve(&vectors, &target, deadline)));
}

#[test]
fn systems_over_number_fields_end_in_time() {
    let Document::Algebraic(Certificate { problem, .. }) = deep_over_a_field(2, 0) else { panic!("a field") };
    let root = problem.point().layers()[0][0].clone();
    let mut random = Random::new(5);
    let mut entry = || {
        let mut power = root.clone();
        let mut sum = root.clone();
        for _ in 0..3 {
            power = power * &root;
            sum = sum + &(power.clone() * &Rational::from(random.integer(9)).into());
        }
        sum
    };
    let rows: Vec<Vec<_>> = (0..40).map(|_| (0..40).map(|_| entry()).collect()).collect();
    let rhs: Vec<_> = (0..40).map(|_| entry()).collect();
    in_time("a system over a field", |deadline| drop(solve(&rows, &rhs, deadline)));
    in_time("a projection over a field", |deadline| drop(project_onto_cone(&rows, &rhs, deadline)));
}

#[test]
fn multipliers_of_many_samples_end_in_time() {
    in_time("many samples", certify(random_point(20, &[30, 1], 150, 0)));
}

#[test]
fn choices_of_sides_for_many_kinks_end_in_time() {
    in_time("depth 2", certify(random_point(10, &[20, 1], 20, 15)));
    in_time("depth 4", certify(random_point(4, &[6, 6, 6, 1], 8, 4)));
}

#[test]
fn searches_for_curves_end_in_time() {
    in_time("depth 5", certify(one_live_path(4, &[8, 8, 8, 8, 1], 4, RELU)));
    in_time("wide", certify(one_live_path(20, &[20, 20, 1], 10, RELU)));
    in_time("leaky", certify(one_live_path(8, &[15, 15, 15, 1], 10, r#"{"leaky_relu": "1/10"}"#)));
}

#[test]
fn cells_end_in_time() {
    in_time("cells", certify(one_live_path(12, &[6, 1], 12, RELU)));
}

#[test]
fn curvature_of_many_parameters_ends_in_time() {
    in_time("diagonal of depth 8", certify(deep(40, 8)));
    in_time("number field", |_| {
        drop(Prover::new().time_limit(Some(LIMIT)).certify(&deep_over_a_field(2, 10)));
    });
}
