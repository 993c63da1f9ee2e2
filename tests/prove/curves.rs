//! Curves of better points from points that are not local optima, and none from those that are.

use std::time::Duration;

use margincert::kernel::check::{NotLocalOptimum, check};
use margincert::kernel::exact::Rational;
use margincert::kernel::network::Scope;
use margincert::kernel::problem::Problem;
use margincert::prove::curves::not_local_optimum;
use margincert::prove::deadline::Deadline;
use margincert::prove::field::ProofField;
use margincert::prove::search::Search;

use crate::catalogue::*;

fn find<F: ProofField>(problem: &Problem<F>, scope: Scope) -> Option<NotLocalOptimum<F>> {
    let mut search = Search::new(Deadline::after(Duration::from_secs(20)), 1);
    let found = not_local_optimum(problem, scope, None, &mut search);
    if let Some(evidence) = &found {
        assert!(check(problem, evidence).is_ok());
    }
    found
}

#[track_caller]
fn assert_not_local<F: ProofField>(problem: &Problem<F>) {
    assert!(find(problem, Scope::All).is_some(), "no curve found");
}

#[track_caller]
fn assert_none<F: ProofField>(problem: &Problem<F>) {
    let mut search = Search::new(Deadline::none(), 1);
    assert_eq!(not_local_optimum(problem, Scope::All, None, &mut search), None);
    assert_eq!(search.attempts(), ["curves of better points: none was found"]);
}

#[test]
fn dead_neurons() {
    assert_not_local(&dead_neuron());
}

#[test]
fn dead_neurons_deep() {
    for depth in 3..=5 {
        assert_not_local(&dead_neuron_deep(depth));
        assert_not_local(&dead_neuron_wide(depth));
    }
}

#[test]
fn first_order_descent_through_kinks() {
    assert_not_local(&nonzero_weights());
    assert!(find(&nonzero_weights(), Scope::Layer(0)).is_some());
}

#[test]
fn diagonal_networks() {
    assert_not_local(&diagonal_depth2(LINEAR));
    assert_not_local(&diagonal_depth2(RELU));
    for depth in 3..=5 {
        assert_not_local(&diagonal_deep(depth, LINEAR));
        assert_not_local(&diagonal_deep(depth, RELU));
    }
}

#[test]
fn linear_units_may_change_sign_along_a_curve() {
    // One path grows by t and the other shrinks by t, through zero at t = 1/2: no kink is there.
    for depth in 3..=5 {
        let evidence = find(&diagonal_deep(depth, LINEAR), Scope::All).expect("a curve");
        assert_eq!(evidence.until, Rational::from(1));
        let relu = find(&diagonal_deep(depth, RELU), Scope::All).expect("a curve");
        assert!(relu.until < Rational::from_ratio(1, 2).unwrap());
    }
}

#[test]
fn nothing_at_local_optima() {
    assert_none(&local_not_global());
    assert_none(&global_relu());
    assert_none(&diagonal_local_not_global());
    assert_none(&diagonal_live_path(3));
    assert_none(&diagonal_live_path(4));
}

/// Flat to second order along three pairs of dead weights, whose joint effect on a fourth shows at fourth order if that
/// fourth is shared by two units.
fn flat(shared: bool) -> Problem<Rational> {
    let last = if shared { "[4, 3]" } else { "[4, 5]" };
    let network = format!(
        r#"{{"inputs": 2, "layers": [{{"weights": "diagonal", "activation": "linear"}},
            {{"weights": "template", "entries": [[0, 1], [2, 3], {last}], "activation": "linear"}},
            {{"weights": "dense", "outputs": 1, "activation": "linear"}}]}}"#
    );
    let middle = if shared { "[1, 0, 0, 0, 0]" } else { "[1, 0, 0, 0, 0, 0]" };
    problem(&network, &positive(&["1, 1"]), &format!("[[1, 0], {middle}, [1, 0, 0]]"))
}

#[test]
fn fourth_order_descent_where_the_second_is_flat() {
    let evidence = find(&flat(true), Scope::All).expect("a curve");
    assert!(evidence.curve.coefficients().len() >= 2);
    assert_none(&flat(false));
}

#[test]
fn multipliers_that_are_not_unique() {
    // The live path has the same gradient on both samples; the multipliers weigh the dead paths 2 and 3 against each other.
    let point = "[[1, 0, 0], [1, 0, 0]]";
    assert_not_local(&problem(&diagonal(3, 2, LINEAR), &positive(&[r#"1, 2, "1/2""#, "1, -2, 4"]), point));
    assert_none(&problem(&diagonal(3, 2, LINEAR), &positive(&[r#"1, 2, "-1/2""#, r#"1, -2, "5/2""#]), point));
}

#[test]
fn nothing_after_the_deadline_and_the_same_for_the_same_seed() {
    let mut search = Search::new(Deadline::after(Duration::ZERO), 1);
    assert_eq!(not_local_optimum(&dead_neuron(), Scope::All, None, &mut search), None);
    assert_eq!(search.attempts(), ["curves of better points, stopped by the time limit"]);
    assert_eq!(find(&dead_neuron_wide(4), Scope::All), find(&dead_neuron_wide(4), Scope::All));
}
