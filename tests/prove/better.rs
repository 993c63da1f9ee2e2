//! Better points than those that are not global optima, and none than those that are.

use std::time::Duration;

use margincert::kernel::check::{NotGlobalOptimum, check};
use margincert::kernel::exact::Rational;
use margincert::kernel::network::Scope;
use margincert::kernel::problem::Problem;
use margincert::prove::better::not_global_optimum;
use margincert::prove::deadline::Deadline;
use margincert::prove::field::ProofField;
use margincert::prove::search::Search;

use crate::catalogue::*;

fn find<F: ProofField>(problem: &Problem<F>, scope: Scope) -> Option<NotGlobalOptimum<F>> {
    let mut search = Search::new(Deadline::after(Duration::from_secs(20)), 1);
    let found = not_global_optimum(problem, scope, &mut search);
    if let Some(evidence) = &found {
        assert!(check(problem, evidence).is_ok());
    }
    found
}

#[test]
fn better_points_are_found() {
    for problem in [dead_neuron(), local_not_global(), diagonal_local_not_global(), diagonal_depth2(LINEAR)] {
        assert!(find(&problem, Scope::All).is_some());
    }
    assert!(find(&local_not_global(), Scope::Layer(0)).is_some());
    for depth in 3..=5 {
        assert!(find(&dead_neuron_wide(depth), Scope::All).is_some());
        assert!(find(&diagonal_deep(depth, RELU), Scope::All).is_some());
    }
}

#[test]
fn nothing_is_better_than_a_global_optimum() {
    assert_eq!(find(&global_relu(), Scope::All), None);
    assert_eq!(find(&local_not_global(), Scope::Layer(1)), None);
}

/// A diagonal network at the path of its first input, beside one whose input is `beside` times as long.
fn two_paths(depth: usize, activation: &str, beside: &str) -> Problem<Rational> {
    let point = vec!["[1, 0]"; depth].join(", ");
    problem(&diagonal(2, depth, activation), &positive(&[&format!(r#"1, "{beside}""#)]), &format!("[{point}]"))
}

#[test]
fn no_gain_is_too_small() {
    let (more, less) = (format!("1.{}1", "0".repeat(29)), format!("0.{}", "9".repeat(30)));
    for (depth, activation) in [(3, LINEAR), (3, RELU), (5, RELU)] {
        for (better, worse) in [(more.as_str(), less.as_str()), ("1.001", "0.999")] {
            assert!(find(&two_paths(depth, activation, better), Scope::All).is_some(), "{better}");
            assert_eq!(find(&two_paths(depth, activation, worse), Scope::All), None, "{worse}");
        }
        assert_eq!(find(&two_paths(depth, activation, "1"), Scope::All), None);
    }
}

/// Two dense networks and a sparse one at local optima, where all units have to share out the samples in another way.
fn to_share_out_anew() -> [Problem<Rational>; 3] {
    [
        problem(
            &dense(5, &[3, 1], RELU),
            r#"[{"x": [0, 0, 9, 0, -2], "y": -1}, {"x": ["-15/17", "8/17", "-27/80", "-9/20", 0], "y": 1}, {"x":
                [0, 0, 18, 0, -4], "y": -1}, {"x": [0, 0, 9, 0, 2], "y": -1}, {"x": ["15/17", "-8/17", "-27/80",
                "-9/20", 0], "y": 1}, {"x": ["30/17", "-16/17", "-27/40", "-9/10", 0], "y": 1}]"#,
            r#"[[0, 0, "1/5", 0, 0, 0, 0, "-4/5", "-16/15", 0, 0, 0, "4/15", 0, 0], ["-1/5", "4/3", "-4/15"]]"#,
        ),
        problem(
            &dense(3, &[3, 1], RELU),
            r#"[{"x": ["-3548/1105", "72/85", "662/221"], "y": -1}, {"x": ["-1774/1105", "36/85", "331/221"], "y":
                -1}, {"x": ["725/221", "256/153", "188/663"], "y": 1}, {"x": ["555/221", "256/153", "1412/663"],
                "y": 1}, {"x": ["725/442", "128/153", "94/663"], "y": 1}, {"x": ["555/442", "128/153", "706/663"],
                "y": 1}, {"x": ["-74/1105", "36/85", "-485/221"], "y": -1}]"#,
            r#"[["81/221", "18/85", "135/884", "-924/1105", "36/85", "-77/221", "108/221", "24/85", "45/221"],
                ["9/20", -1, "3/5"]]"#,
        ),
        problem(
            r#"{"inputs": 4, "layers": [{"weights": "template", "entries": [[0, 1, 2, 3], [null, null, null, 4]],
                "activation": "relu"}, {"weights": "dense", "outputs": 1, "activation": "linear"}]}"#,
            r#"[{"x": [1, -3, -3, -3], "y": 1}, {"x": [1, 3, 0, 0], "y": 1}, {"x": [1, 0, 3, 0], "y": 1}, {"x": [1,
                0, 0, 3], "y": 1}]"#,
            r#"[[1, 0, 0, 0, 0], [1, 0]]"#,
        ),
    ]
}

#[test]
fn units_share_out_the_samples_in_another_way() {
    for problem in to_share_out_anew() {
        assert!(find(&problem, Scope::All).is_some());
    }
}

#[test]
fn nothing_is_found_after_the_deadline() {
    let mut search = Search::new(Deadline::after(Duration::ZERO), 1);
    assert_eq!(not_global_optimum(&dead_neuron(), Scope::All, &mut search), None);
}
