use margincert::kernel::check::{Cell, Cells, GlobalOptimum, LocalOptimum, Method, Rejection, Side, check};
use margincert::kernel::network::Activation;
use margincert::kernel::problem::Problem;

use super::{count, infeasible, negative};
use crate::support::{Q, dead_neuron, dense, diagonal, last, local_not_global, network};
use crate::support::{problem, q, row, two_layers, verdict};

type Outcome = Result<(), Rejection<Q>>;

/// A cell written `"+-+ + 0 1/2 0"` (pattern, sign, multipliers), or with a unit before it: `"1 +-+ + 0 1/2 0"`.
fn cell(text: &str) -> Cell<Q> {
    let side = |sign| if sign == '+' { Side::Positive } else { Side::Negative };
    let (first, rest) = text.split_once(' ').expect("several words");
    let (unit, text) = first.parse().map_or((None, text), |unit| (Some(unit), rest));
    let mut words = text.split(' ');
    let pattern = words.next().expect("a pattern").chars().filter(|c| *c != '.').map(side).collect();
    let sign = words.next().and_then(|word| word.chars().next()).map(side).expect("a sign");
    Cell { unit, pattern, sign, multipliers: words.map(q).collect() }
}

fn cells(lambda: &str, cells: &[&str]) -> Cells<Q> {
    Cells { multipliers: row(lambda), cells: cells.iter().map(|text| cell(text)).collect() }
}

fn global(problem: &Problem<Q>, lambda: &str, evidence: &[&str]) -> Outcome {
    let by = Method::Cells(cells(lambda, evidence));
    verdict(check(problem, &GlobalOptimum { layer: None, by }))
}

fn local(problem: &Problem<Q>, lambda: &str, evidence: &[&str]) -> Outcome {
    let by = Method::Cells(cells(lambda, evidence));
    verdict(check(problem, &LocalOptimum { layer: None, by }))
}

/// One sample of norm 1 and one live neuron along it: a global optimum at any width.
fn one_sample(activation: Activation<Q>) -> Problem<Q> {
    problem(two_layers(2, 2, activation), &["+ 3/5 4/5"], "3/5 4/5 0 0 | 1 0")
}

const ALL: [&str; 4] = ["+ + 0", "+ - 0", "- + 0", "- - 0"];

#[test]
fn all_cells() {
    let relu = one_sample(Activation::Relu);
    assert_eq!(global(&relu, "1", &ALL), Ok(()));
    // Any order, and multipliers that are not 0 but small enough.
    assert_eq!(global(&relu, "1", &["- - 1", "+ - 1/2", "- + 1/3", "+ + 0"]), Ok(()));
    let leaky = one_sample(Activation::LeakyRelu(q("1/10")));
    assert_eq!(global(&leaky, "1", &ALL), Ok(()));
    let missing = |given| Err(Rejection::MissingCells { unit: None, given, needed: 4 });
    assert_eq!(global(&relu, "1", &ALL[..3]), missing(3));
    assert_eq!(global(&relu, "1", &[]), missing(0));
}

#[test]
fn each_cell_must_fit_and_hold() {
    let relu = one_sample(Activation::Relu);
    let with = |cell: &str| global(&relu, "1", &[cell, ALL[1], ALL[2], ALL[3]]);
    let bound = |norm| Err(Rejection::CellBound { cell: 0, norm_squared: q(norm) });
    assert_eq!(with("+ + 1/10"), bound("121/100"));
    // With the other sign a multiplier works against the sample's share.
    assert_eq!(global(&relu, "1", &[ALL[0], "+ - 2", ALL[2], ALL[3]]), Ok(()));
    let twice = Rejection::CellBound { cell: 1, norm_squared: q("121/100") };
    assert_eq!(global(&relu, "1", &[ALL[0], "+ - 21/10", ALL[2], ALL[3]]), Err(twice));
    assert_eq!(with("- - 0"), Err(Rejection::RepeatedCell { cell: 3 }));
    let length = |found| Err(Rejection::PatternLength { cell: 0, found, expected: 1 });
    assert_eq!(with("++ + 0"), length(2));
    assert_eq!(with(". + 0"), length(0));
    let multipliers = |error| Err(Rejection::CellMultipliers { cell: 0, error: Box::new(error) });
    assert_eq!(with("+ + 0 0"), multipliers(count("supporting samples", 2, 1)));
    assert_eq!(with("+ +"), multipliers(count("supporting samples", 0, 1)));
    assert_eq!(with("+ + -1"), multipliers(negative(0, "-1")));
    assert_eq!(with("0 + + 0"), Err(Rejection::CellUnit { cell: 0, unit: Some(0), local: false }));
}

#[test]
fn the_sum_of_the_multipliers() {
    let relu = one_sample(Activation::Relu);
    let sum = |sum, half_norm| Err(Rejection::MultiplierSum { sum: q(sum), half_norm: q(half_norm) });
    assert_eq!(global(&relu, "9/10", &ALL), sum("9/10", "1"));
    assert_eq!(global(&relu, "11/10", &ALL), sum("11/10", "1"));
    assert_eq!(global(&relu, "1 0", &ALL), Err(count("samples", 2, 1)));
    assert_eq!(global(&relu, "-1", &ALL), Err(negative(0, "-1")));
    let heavy = problem(two_layers(2, 2, Activation::Relu), &["+ 3/5 4/5"], "3/5 4/5 0 0 | 2 0");
    assert_eq!(global(&heavy, "1", &ALL), sum("1", "5/2"));
    let short = problem(two_layers(2, 2, Activation::Relu), &["+ 3/5 4/5"], "3/5 4/5 0 0 | 1/2 0");
    assert_eq!(global(&short, "5/8", &ALL), Err(infeasible(0, "1/2")));
}

#[test]
fn architecture() {
    let refused = Err(Rejection::NotTwoDenseLayers);
    assert_eq!(global(&one_sample(Activation::Linear), "1", &ALL), refused);
    let sparse = problem(network(2, vec![diagonal(Activation::Relu), last()]), &["+ 1 0"], "1 0 | 1 0");
    assert_eq!(global(&sparse, "1", &ALL), refused);
    let layers = vec![dense(2, Activation::Relu), dense(1, Activation::Linear), last()];
    let deep = problem(network(2, layers), &["+ 1 0"], "1 0 0 0 | 1 0 | 1");
    assert_eq!(global(&deep, "3/2", &ALL), refused);
    assert_eq!(global(&problem(network(2, vec![last()]), &["+ 1 0"], "1 0"), "1/2", &ALL), refused);
}

#[test]
fn cells_next_to_each_unit() {
    let point = one_sample(Activation::Relu);
    // Unit 0 lies in one cell; unit 1 is all zero, so it touches all four.
    let needed = ["0 + + 0", "1 + + 0", "1 + - 0", "1 - + 0", "1 - - 0"];
    assert_eq!(local(&point, "1", &needed), Ok(()));
    // More than is needed does no harm, if it holds.
    assert_eq!(local(&point, "1", &[&needed[..], &["0 - + 0"]].concat()), Ok(()));
    let bound = Rejection::CellBound { cell: 5, norm_squared: q("4") };
    assert_eq!(local(&point, "1", &[&needed[..], &["0 - + 2"]].concat()), Err(bound));
    let missing = |unit, given, needed| Err(Rejection::MissingCells { unit: Some(unit), given, needed });
    assert_eq!(local(&point, "1", &needed[1..]), missing(0, 0, 1));
    assert_eq!(local(&point, "1", &needed[..4]), missing(1, 3, 4));
    // A cell on the wrong side is no substitute.
    assert_eq!(local(&point, "1", &[&["0 + - 0"], &needed[1..]].concat()), missing(0, 0, 1));
    let no_unit = |cell, unit| Err(Rejection::CellUnit { cell, unit, local: true });
    assert_eq!(local(&point, "1", &ALL), no_unit(0, None));
    assert_eq!(local(&point, "1", &["0 + + 0", "2 + + 0"]), no_unit(1, Some(2)));
}

#[test]
fn a_local_optimum_that_is_not_global() {
    let point = local_not_global();
    let cells = ["0 +- + 0 0", "1 -+ + 0 0"];
    assert_eq!(local(&point, "1 1", &cells), Ok(()));
    // Globally a neuron that sees both samples does better, and its cell fails: |x0 + x1| = 6/5.
    let mut all = Vec::new();
    for pattern in ["++", "+-", "-+", "--"] {
        for sign in ["+", "-"] {
            all.push(format!("{pattern} {sign} 0 0"));
        }
    }
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let bound = Rejection::CellBound { cell: 0, norm_squared: q("36/25") };
    assert_eq!(global(&point, "1 1", &all), Err(bound));
}

#[test]
fn a_point_that_is_no_local_optimum() {
    // The cell into which the dead neuron can be moved has norm 2, or more with a multiplier.
    let lambda = "2 2";
    let bound = |norm| Err(Rejection::CellBound { cell: 0, norm_squared: q(norm) });
    assert_eq!(local(&dead_neuron(), lambda, &["1 -+ + 0 0"]), bound("17/4"));
    // Multiplier a on sample 0, b on sample 1 turn (-2, 1/2) into (-2 - a - b, 1/2 - a/4 + b/4).
    assert_eq!(local(&dead_neuron(), lambda, &["1 -+ + 2 0"]), bound("16"));
}

#[test]
fn nothing_about_one_layer() {
    let relu = one_sample(Activation::Relu);
    let by = Method::Cells(cells("1", &ALL));
    let outcome = verdict(check(&relu, &GlobalOptimum { layer: Some(0), by }));
    assert_eq!(outcome, Err(Rejection::NotLayerwise));
    let by = Method::Cells(cells("1", &["0 + + 0"]));
    let outcome = verdict(check(&relu, &LocalOptimum { layer: Some(0), by }));
    assert_eq!(outcome, Err(Rejection::NotLayerwise));
}
