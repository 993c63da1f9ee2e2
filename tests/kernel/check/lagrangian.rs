use margincert::kernel::check::{GlobalOptimum, Lagrangian, LocalOptimum, Method, Rejection, check};
use margincert::kernel::network::{Activation, Weights};
use margincert::kernel::problem::Problem;

use super::{at, count, infeasible, negative, no_such_layer};
use crate::support::{Q, dead_neuron, dense, diagonal, last, local_not_global, network};
use crate::support::{problem, q, row, two_layers, verdict};

type Outcome = Result<(), Rejection<Q>>;

fn local(problem: &Problem<Q>, layer: Option<usize>, lambda: &str) -> Outcome {
    let by = Method::Lagrangian(Lagrangian { multipliers: row(lambda) });
    verdict(check(problem, &LocalOptimum { layer, by }))
}

fn global(problem: &Problem<Q>, layer: Option<usize>, lambda: &str) -> Outcome {
    let by = Method::Lagrangian(Lagrangian { multipliers: row(lambda) });
    verdict(check(problem, &GlobalOptimum { layer, by }))
}

#[test]
fn depth_two() {
    let relu = local_not_global();
    assert_eq!(local(&relu, None, "1 1"), Ok(()));
    assert_eq!(global(&relu, None, "1 1"), Err(Rejection::NotLinear { from: 0 }));
    assert_eq!(local(&relu, None, "1"), Err(count("samples", 1, 2)));
    assert_eq!(local(&relu, None, "-1 1"), Err(negative(0, "-1")));
    assert_eq!(local(&relu, Some(9), "1 1"), Err(no_such_layer(9, 2)));
    let off = Rejection::NotStationary { layer: 0, parameter: 2, point: q("-4/5"), combination: q("-8/5") };
    assert_eq!(local(&relu, None, "1 2"), Err(off));
    let short = problem(two_layers(1, 1, Activation::Linear), &["+ 1"], "1/2 | 1");
    assert_eq!(local(&short, None, "1"), Err(infeasible(0, "1/2")));
}

#[test]
fn supporting_samples_must_have_no_kink() {
    let kink = Err(Rejection::Kink { sample: 0, unit: at(0, 1) });
    assert_eq!(local(&dead_neuron(), None, "2 2"), kink);
    assert_eq!(local(&dead_neuron(), Some(0), "2 2"), kink);
    // Before the free layer, or where the multiplier is 0, a kink does no harm.
    assert_eq!(local(&dead_neuron(), Some(1), "2 2"), Ok(()));
    assert_eq!(global(&dead_neuron(), Some(1), "2 2"), Ok(()));
    let third =
        problem(two_layers(2, 2, Activation::Relu), &["+ 4/5 3/5", "+ -4/5 3/5", "+ 3 4"], "4/5 3/5 -4/5 3/5 | 1 1");
    assert_eq!(third.kinks(2, margincert::kernel::network::Scope::All), [at(0, 1)]);
    assert_eq!(local(&third, None, "1 1 0"), Ok(()));
}

#[test]
fn the_hessian_decides() {
    // A diagonal network that ignores its better input: (1, 2), only the first used.
    let linear = problem(network(2, vec![diagonal(Activation::Linear), last()]), &["+ 1 2"], "1 0 | 1 0");
    let pivot = |index, pivot| Err(Rejection::NotSemidefinite { index, pivot: q(pivot) });
    assert_eq!(local(&linear, None, "1"), pivot(3, "-3"));
    assert_eq!(global(&linear, None, "1"), pivot(3, "-3"));
    // With the better input in use the Hessian is positive semidefinite, and singular: that is enough.
    let best = problem(network(2, vec![diagonal(Activation::Linear), last()]), &["+ 4 1"], "1/2 0 | 1/2 0");
    assert_eq!(local(&best, None, "1/4"), Ok(()));
    assert_eq!(global(&best, None, "1/4"), Ok(()));
    // Sharing: one filter over two patches whose data sum matters.
    let weights = Weights::Convolution { patches: vec![vec![0], vec![1]], filters: 1 };
    let shared = problem(network(2, vec![(weights, Activation::Linear), last()]), &["+ 4/5 3/5"], "1 | 4/5 3/5");
    assert_eq!(global(&shared, None, "1"), Ok(()));
}

#[test]
fn depth() {
    let deep = |activation| {
        let layers = vec![diagonal(activation), diagonal(Activation::Linear), last()];
        problem(network(2, layers), &["+ 1 1"], "1 0 | 1 0 | 1 0")
    };
    let linear = deep(Activation::Linear);
    assert_eq!(local(&linear, None, "1"), Err(Rejection::Depth { depth: 3 }));
    assert_eq!(global(&linear, None, "1"), Err(Rejection::Depth { depth: 3 }));
    for layer in 0..3 {
        assert_eq!(local(&linear, Some(layer), "1"), Ok(()));
        assert_eq!(global(&linear, Some(layer), "1"), Ok(()));
    }
    let shallow = problem(network(2, vec![last()]), &["+ 3/5 4/5"], "3/5 4/5");
    assert_eq!(local(&shallow, None, "1"), Ok(()));
    assert_eq!(global(&shallow, None, "1"), Ok(()));
    assert_eq!(global(&shallow, Some(0), "1"), Ok(()));
    // ReLU in the first layer: from the second on the network is linear.
    let half = problem(
        network(2, vec![dense(2, Activation::Relu), dense(1, Activation::Linear), last()]),
        &["+ 1 0"],
        "1 0 -1 0 | 1 0 | 1",
    );
    assert_eq!(global(&half, Some(0), "1"), Err(Rejection::NotLinear { from: 0 }));
    assert_eq!(global(&half, Some(1), "1"), Ok(()));
    assert_eq!(global(&half, Some(2), "1"), Ok(()));
    // A leaky ReLU is not linear, not even with slope 1.
    let layers = two_layers(1, 1, Activation::LeakyRelu(q("1")));
    let leaky = problem(layers, &["+ 1"], "1 | 1");
    assert_eq!(local(&leaky, None, "1"), Ok(()));
    assert_eq!(global(&leaky, None, "1"), Err(Rejection::NotLinear { from: 0 }));
}
