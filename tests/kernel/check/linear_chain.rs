use margincert::kernel::check::check;
use margincert::kernel::check::{GlobalMethod, GlobalOptimum, LinearChain, Rejection};
use margincert::kernel::network::Activation;
use margincert::kernel::problem::Problem;

use super::{count, infeasible, negative};
use crate::support::{Q, dense, diagonal, last, network, problem, q, row, two_layers, verdict};

fn global(problem: &Problem<Q>, mu: &str) -> Result<(), Rejection<Q>> {
    let by = GlobalMethod::LinearChain(LinearChain { multipliers: row(mu) });
    verdict(check(problem, &GlobalOptimum { layer: None, by }))
}

const SAMPLES: [&str; 3] = ["+ 1 1", "+ 1 -1", "- -2 0"];

#[test]
fn the_support_vector_machine_and_its_dual() {
    // Two hidden units, rank one: (1, 0) = v^T W with v = (3/5, 4/5), W = v (1, 0).
    let problem = problem(two_layers(2, 2, Activation::Linear), &SAMPLES, "3/5 0 4/5 0 | 3/5 4/5");
    assert_eq!(global(&problem, "1/2 1/2 0"), Ok(()));
    let missed = |sample, margin| Err(Rejection::PredictorInfeasible { sample, margin: q(margin) });
    assert_eq!(global(&problem, "1/2 1/4 0"), missed(1, "1/2"));
    assert_eq!(global(&problem, "1/2 0 0"), missed(1, "0"));
    let slack = |sample, multiplier, margin| {
        Err(Rejection::PredictorSlack { sample, multiplier: q(multiplier), margin: q(margin) })
    };
    assert_eq!(global(&problem, "1 1 0"), slack(0, "1", "2"));
    // (1, 0) is also reached with the slack sample's help.
    assert_eq!(global(&problem, "1/4 1/4 1/4"), slack(2, "1/4", "2"));
    assert_eq!(global(&problem, "1/2 1/2"), Err(count("samples", 2, 3)));
    assert_eq!(global(&problem, "1/2 1/2 -1"), Err(negative(2, "-1")));
}

#[test]
fn the_norm_must_be_the_least_for_the_predictor() {
    // The product is (1, 0) as well, with layers out of balance.
    let unbalanced = problem(two_layers(2, 1, Activation::Linear), &SAMPLES, "2 0 | 1/2");
    let differs = |point, predictor| Err(Rejection::NormDiffers { point: q(point), predictor: q(predictor) });
    assert_eq!(global(&unbalanced, "1/2 1/2 0"), differs("289/64", "1"));
    // Balanced, but not of rank one: part of it is wasted.
    let wasteful = problem(two_layers(2, 2, Activation::Linear), &SAMPLES, "1 0 0 1 | 1 0");
    assert_eq!(global(&wasteful, "1/2 1/2 0"), differs("9/4", "1"));
    let short = problem(two_layers(2, 1, Activation::Linear), &SAMPLES, "1 0 | 1/2");
    assert_eq!(global(&short, "1/2 1/2 0"), Err(infeasible(0, "1/2")));
}

#[test]
fn any_depth_but_dense_and_linear_layers() {
    let deep = |middle| network(2, vec![dense(2, Activation::Linear), middle, last()]);
    let point = "1 0 0 0 | 1 0 0 0 | 1 0";
    let linear = problem(deep(dense(2, Activation::Linear)), &SAMPLES, point);
    assert_eq!(global(&linear, "1/2 1/2 0"), Ok(()));
    let shallow = problem(network(2, vec![last()]), &SAMPLES, "1 0");
    assert_eq!(global(&shallow, "1/2 1/2 0"), Ok(()));
    for middle in [dense(2, Activation::Relu), dense(2, Activation::LeakyRelu(q("1")))] {
        let relu = problem(deep(middle), &SAMPLES, point);
        assert_eq!(global(&relu, "1/2 1/2 0"), Err(Rejection::NotDenseLinear { layer: 1 }));
    }
    let sparse = problem(deep(diagonal(Activation::Linear)), &SAMPLES, "1 0 0 0 | 1 0 | 1 0");
    assert_eq!(global(&sparse, "1/2 1/2 0"), Err(Rejection::NotDenseLinear { layer: 1 }));
}

#[test]
fn nothing_about_one_layer() {
    let problem = problem(two_layers(2, 2, Activation::Linear), &SAMPLES, "3/5 0 4/5 0 | 3/5 4/5");
    let by = GlobalMethod::LinearChain(LinearChain { multipliers: row("1/2 1/2 0") });
    let evidence = GlobalOptimum { layer: Some(0), by };
    assert_eq!(verdict(check(&problem, &evidence)), Err(Rejection::NotLayerwise));
}
