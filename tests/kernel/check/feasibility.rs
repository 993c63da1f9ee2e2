use margincert::kernel::check::{Feasible, Infeasible, Rejection, check};
use margincert::kernel::network::Activation;
use margincert::kernel::problem::Problem;

use super::{infeasible, no_such_layer};
use crate::support::{Q, local_not_global, problem, q, two_layers, verdict};

fn feasible(problem: &Problem<Q>, layer: Option<usize>) -> Result<(), Rejection<Q>> {
    verdict(check(problem, &Feasible { layer }))
}

#[test]
fn margins_of_one_and_more() {
    let problem = problem(two_layers(1, 1, Activation::Linear), &["+ 1", "+ 3", "- -1"], "2 | 1/2");
    assert_eq!(feasible(&problem, None), Ok(()));
    for layer in [0, 1] {
        assert_eq!(feasible(&problem, Some(layer)), Ok(()));
    }
    assert_eq!(feasible(&problem, Some(2)), Err(no_such_layer(2, 2)));
}

#[test]
fn the_first_margin_below_one() {
    let network = || two_layers(1, 1, Activation::Linear);
    let short = problem(network(), &["+ 1", "+ 999/1000", "+ 0"], "1 | 1");
    assert_eq!(feasible(&short, None), Err(infeasible(1, "999/1000")));
    assert_eq!(feasible(&short, Some(1)), Err(infeasible(1, "999/1000")));
    // The label decides which side is right.
    let wrong_side = problem(network(), &["- 1"], "1 | 1");
    assert_eq!(feasible(&wrong_side, None), Err(infeasible(0, "-1")));
}

#[test]
fn the_checked_value_gives_back_what_was_checked() {
    let (problem, evidence) = (local_not_global(), Feasible { layer: None });
    let checked = check(&problem, &evidence).expect("feasible");
    assert!(std::ptr::eq(checked.problem(), &problem));
    assert!(std::ptr::eq(checked.evidence(), &evidence));
}

#[test]
fn the_margin_of_the_sample_named() {
    let samples = ["+ 1", "+ 999/1000", "+ 2", "- 1"];
    let problem = problem(two_layers(1, 1, Activation::Linear), &samples, "1 | 1");
    let satisfied = |sample, margin| Rejection::Satisfied { sample, margin: q(margin) };
    let table = [
        (1, None, Ok(())),
        (3, None, Ok(())),
        (1, Some(0), Ok(())),
        (1, Some(1), Ok(())),
        (0, None, Err(satisfied(0, "1"))),
        (2, None, Err(satisfied(2, "2"))),
        (4, None, Err(Rejection::NoSuchSample { sample: 4, samples: 4 })),
        (usize::MAX, None, Err(Rejection::NoSuchSample { sample: usize::MAX, samples: 4 })),
        (1, Some(2), Err(no_such_layer(2, 2))),
    ];
    for (sample, layer, expected) in table {
        assert_eq!(verdict(check(&problem, &Infeasible { layer, sample })), expected, "sample {sample}");
    }
}
