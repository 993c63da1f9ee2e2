use margincert::kernel::check::{NonzeroInputs, NonzeroWeights, Rejection, check};
use margincert::kernel::network::{Activation, Weights};
use margincert::kernel::problem::Problem;

use super::at;
use crate::support::{Q, dead_neuron, diagonal, last, local_not_global, network, problem, two_layers, verdict};

fn weights(problem: &Problem<Q>) -> Result<(), Rejection<Q>> {
    verdict(check(problem, &NonzeroWeights))
}

fn inputs(problem: &Problem<Q>) -> Result<(), Rejection<Q>> {
    verdict(check(problem, &NonzeroInputs))
}

#[test]
fn one_weight_of_each_hidden_unit_must_not_vanish() {
    assert_eq!(weights(&local_not_global()), Ok(()));
    assert_eq!(weights(&dead_neuron()), Err(Rejection::ZeroWeights(at(0, 1))));
    // The output unit is not hidden, and one non-zero weight is enough.
    let silent = problem(two_layers(2, 1, Activation::Linear), &["+ 1 1"], "0 1 | 0");
    assert_eq!(weights(&silent), Ok(()));
    // The second of two hidden layers counts.
    let layers = vec![diagonal(Activation::Linear), diagonal(Activation::Relu), last()];
    let deep = problem(network(2, layers), &["+ 1 1"], "1 1 | 1 0 | 1 1");
    assert_eq!(weights(&deep), Err(Rejection::ZeroWeights(at(1, 1))));
}

#[test]
fn a_unit_without_connections_has_no_nonzero_weight() {
    let entries = vec![vec![Some(0), Some(0)], vec![None, None]];
    let layers = vec![(Weights::Template { entries }, Activation::Linear), last()];
    let problem = problem(network(2, layers), &["+ 1 1"], "1 | 1 1");
    assert_eq!(weights(&problem), Err(Rejection::ZeroWeights(at(0, 1))));
}

#[test]
fn every_hidden_preactivation_must_not_vanish() {
    assert_eq!(inputs(&local_not_global()), Ok(()));
    // Negative ones are fine, a linear unit counts, the output does not.
    let zero_output = problem(two_layers(2, 1, Activation::Linear), &["+ 1 1", "+ -1 0"], "0 1 | 0");
    assert_eq!(inputs(&zero_output), Err(Rejection::ZeroInput { unit: at(0, 0), sample: 1 }));
    let nonzero = problem(two_layers(2, 1, Activation::Linear), &["+ 1 1", "+ -1 -1"], "0 1 | 0");
    assert_eq!(inputs(&nonzero), Ok(()));
    // A ReLU's output of 0 makes the next preactivation vanish.
    let layers = vec![diagonal(Activation::Relu), diagonal(Activation::Linear), last()];
    let deep = problem(network(2, layers), &["+ 1 1", "+ 1 -1"], "1 1 | 1 1 | 1 1");
    assert_eq!(inputs(&deep), Err(Rejection::ZeroInput { unit: at(1, 1), sample: 1 }));
}
