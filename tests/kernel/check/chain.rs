//! The method `chain`.

use margincert::kernel::check::{Chain, GlobalOptimum, LocalOptimum, MAX_SUBSET_SAMPLES, Method, Rejection, check};
use margincert::kernel::network::{Activation, Network, Weights};
use margincert::kernel::problem::Problem;

use super::{count, infeasible, negative};
use crate::support::{Q, dense, diagonal, last, network, problem, q, row, two_layers, verdict};

type Outcome = Result<(), Rejection<Q>>;

fn global(problem: &Problem<Q>, mu: &str) -> Outcome {
    let by = Method::Chain(Chain { multipliers: row(mu) });
    verdict(check(problem, &GlobalOptimum { layer: None, by }))
}

fn local(problem: &Problem<Q>, mu: &str) -> Outcome {
    let by = Method::Chain(Chain { multipliers: row(mu) });
    verdict(check(problem, &LocalOptimum { layer: None, by }))
}

fn short(attained: &str, needed: &str) -> Outcome {
    Err(Rejection::ChainBound { attained: q(attained), needed: q(needed) })
}

/// Three layers of two units, a path of ones through the first.
fn path(activation: Activation<Q>, samples: &[&str]) -> Problem<Q> {
    let layers = vec![dense(2, activation.clone()), dense(2, activation), last()];
    problem(network(2, layers), samples, "1 0 0 0 | 1 0 0 0 | 1 0")
}

#[test]
fn one_sample_and_dead_units_at_any_depth() {
    let relu = path(Activation::Relu, &["+ 1 0"]);
    assert_eq!(global(&relu, "1"), Ok(()));
    assert_eq!(global(&relu, "7/3"), Ok(()), "one sample needs no scale");
    assert_eq!(local(&relu, "1"), Ok(()));
    assert_eq!(global(&relu, "0"), short("0", "0"));
    assert_eq!(global(&relu, "1 1"), Err(count("samples", 2, 1)));
    assert_eq!(global(&relu, "-1"), Err(negative(0, "-1")));
    // A longer sample could be reached with less.
    assert_eq!(global(&path(Activation::Relu, &["+ 1 1"]), "1"), short("2", "1"));
    assert_eq!(global(&path(Activation::Relu, &["+ 1/2 0"]), "1"), Err(infeasible(0, "1/2")));
    assert_eq!(global(&path(Activation::LeakyRelu(q("1/2")), &["+ 1 0"]), "1"), Ok(()));
    for slope in ["2", "-1"] {
        let steep = path(Activation::LeakyRelu(q(slope)), &["+ 1 0"]);
        assert_eq!(global(&steep, "1"), Err(Rejection::SteepActivation { layer: 0 }));
    }
}

/// What the support vector machine says of dense linear networks.
#[test]
fn dense_linear_layers() {
    let samples = ["+ 1 1", "+ 1 -1", "- -2 0"];
    let on = |hidden, point| problem(two_layers(2, hidden, Activation::Linear), &samples, point);
    // Two hidden units, rank one: (1, 0) = v^T W with v = (3/5, 4/5), W = v (1, 0).
    let turned = "3/5 0 4/5 0 | 3/5 4/5";
    assert_eq!(global(&on(2, turned), "1/2 1/2 0"), Ok(()));
    assert_eq!(global(&on(2, turned), "1 1 0"), Ok(()));
    assert_eq!(global(&on(2, turned), "1/2 1/4 0"), short("5/8", "9/16"));
    // The third sample has slack.
    assert_eq!(global(&on(2, turned), "1/4 1/4 1/4"), short("1", "9/16"));
    // Out of balance, or not of rank one.
    assert_eq!(global(&on(1, "2 0 | 1/2"), "1/2 1/2 0"), short("289/64", "1"));
    assert_eq!(global(&on(2, "1 0 0 1 | 1 0"), "1/2 1/2 0"), short("9/4", "1"));
}

#[test]
fn sets_of_samples() {
    // Only both together have the norm 1; one of them alone is longer, and the dead units may tell them apart.
    let samples = ["+ 1 1", "+ 1 -1"];
    let halves = "1/2 1/2";
    assert_eq!(global(&path(Activation::Linear, &samples), halves), Ok(()));
    assert_eq!(global(&path(Activation::Relu, &samples), halves), Ok(()), "each half has the norm (1/2)^(1/2)");
    let far = ["+ 1 3", "+ 1 -3"];
    assert_eq!(global(&path(Activation::Linear, &far), halves), Ok(()));
    assert_eq!(global(&path(Activation::Relu, &far), halves), short("5/2", "1"));
    assert_eq!(local(&path(Activation::Relu, &far), halves), short("5/2", "1"), "the dead units bend");
    // All units on for both samples: near the point the network is linear.
    let layers = vec![dense(1, Activation::Relu), dense(1, Activation::Relu), last()];
    let live = problem(network(2, layers), &far, "1 0 | 1 | 1");
    assert_eq!(local(&live, halves), Ok(()));
    assert_eq!(global(&live, halves), short("5/2", "1"));
    // A unit that is on for one sample only tells them apart without bending.
    let layers = vec![dense(2, Activation::Relu), last()];
    let apart = problem(network(2, layers), &far, "1 0 0 1 | 1 0");
    assert_eq!(local(&apart, halves), short("45/8", "1"));
}

#[test]
fn many_samples() {
    let many = MAX_SUBSET_SAMPLES + 1;
    let mu = vec!["1"; many].join(" ");
    let one = |samples: &[&str]| problem(two_layers(2, 1, Activation::Relu), samples, "1 0 | 1");
    assert_eq!(global(&one(&vec!["+ 1 0"; many]), &mu), Ok(()), "no two point away from one another");
    let mut apart = vec!["+ 1 0"; many];
    apart[0] = "+ 1 3";
    apart[1] = "+ 1 -3";
    assert_eq!(global(&one(&apart), &mu), Err(Rejection::TooManySubsets { samples: many }));
}

#[test]
fn shared_and_missing_weights() {
    let sparse = problem(network(2, vec![diagonal(Activation::Relu), last()]), &["+ 1 0"], "1 0 | 1 0");
    assert_eq!(global(&sparse, "1"), Ok(()));
    // One patch of all inputs is a dense layer; two patches may each use the filter.
    let filter = |patches: Vec<Vec<usize>>| -> Network<Q> {
        network(2, vec![(Weights::Convolution { patches, filters: 1 }, Activation::Relu), last()])
    };
    let single = problem(filter(vec![vec![1, 0]]), &["+ 0 1"], "1 0 | 1");
    assert_eq!(global(&single, "1"), Ok(()));
    let double = problem(filter(vec![vec![1], vec![0]]), &["+ 0 1"], "1 | 1 0");
    assert_eq!(global(&double, "1"), short("2", "1"));
}

#[test]
fn only_what_one_unit_reads_counts() {
    // Paths that share no input: what counts is the longest, not all of them together.
    let paths = |activation: Activation<Q>, samples: &[&str]| {
        let layers = vec![diagonal(activation.clone()), diagonal(activation), last()];
        problem(network(2, layers), samples, "1 0 | 1 0 | 1 0")
    };
    for shorter in ["+ 1 1/2", "+ 1 1", "+ 1 -1"] {
        assert_eq!(global(&paths(Activation::Relu, &[shorter]), "1"), Ok(()), "{shorter}");
    }
    assert_eq!(global(&paths(Activation::Relu, &["+ 1 3/2"]), "1"), short("9/4", "1"));
    // On two samples the second path reads 3 and -3, of which a linear one makes nothing.
    let far = ["+ 1 3", "+ 1 -3"];
    assert_eq!(global(&paths(Activation::Linear, &far), "1/2 1/2"), Ok(()));
    assert_eq!(global(&paths(Activation::Relu, &far), "1/2 1/2"), short("9/4", "1"));
    // One unit that reads both inputs is enough for the whole length.
    let entries = vec![vec![Some(0), None], vec![Some(1), Some(2)]];
    let layers = vec![(Weights::Template { entries }, Activation::Relu), last()];
    let sparse = problem(network(2, layers), &["+ 1 1/2"], "1 0 0 | 1 0");
    assert_eq!(global(&sparse, "1"), short("5/4", "1"));
}

#[test]
fn nothing_about_one_layer() {
    let relu = path(Activation::Relu, &["+ 1 0"]);
    let chain = || Chain { multipliers: row("1") };
    let global = GlobalOptimum { layer: Some(0), by: Method::Chain(chain()) };
    assert_eq!(verdict(check(&relu, &global)), Err(Rejection::NotLayerwise));
    let local = LocalOptimum { layer: Some(0), by: Method::Chain(chain()) };
    assert_eq!(verdict(check(&relu, &local)), Err(Rejection::NotLayerwise));
}
