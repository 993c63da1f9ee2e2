//! Better points than those that are not global optima, and none than those that are.

use std::time::Duration;

use margincert::kernel::check::{NotGlobalOptimum, check};
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

#[test]
fn nothing_is_found_after_the_deadline() {
    let mut search = Search::new(Deadline::after(Duration::ZERO), 1);
    assert_eq!(not_global_optimum(&dead_neuron(), Scope::All, &mut search), None);
}
