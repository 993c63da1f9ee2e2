//! Curves of better points from points that are not local optima, and none from those that are.

use std::time::Duration;

use margincert::kernel::check::{NotLocalOptimum, not_local_optimum as kernel};
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
        assert!(kernel::check(problem, evidence).is_ok());
    }
    found
}

#[track_caller]
fn assert_not_local<F: ProofField>(problem: &Problem<F>) {
    assert!(find(problem, Scope::All).is_some(), "no curve found");
}

#[track_caller]
fn assert_none<F: ProofField>(problem: &Problem<F>) {
    assert_eq!(find(problem, Scope::All), None);
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
fn nothing_at_local_optima() {
    assert_none(&local_not_global());
    assert_none(&global_relu());
    assert_none(&diagonal_local_not_global());
    assert_none(&diagonal_live_path(3));
    assert_none(&diagonal_live_path(4));
}
