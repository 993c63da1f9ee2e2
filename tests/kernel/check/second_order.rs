use margincert::kernel::check::check;
use margincert::kernel::check::{LocalMethod, LocalOptimum, Rejection, SecondOrder};
use margincert::kernel::network::Activation;
use margincert::kernel::problem::Problem;

use super::{at, count, no_such_layer};
use crate::support::{Q, dead_neuron, diagonal, last, local_not_global, network, problem, q, row, verdict};

fn local(problem: &Problem<Q>, layer: Option<usize>, lambda: &str, rho: &str) -> Result<(), Rejection<Q>> {
    let by = LocalMethod::SecondOrder(SecondOrder { multipliers: row(lambda), penalty: q(rho) });
    verdict(check(problem, &LocalOptimum { layer, by }))
}

/// Diagonal, depth 3, one live path: on it H = 2 I - J, off it H = I, and g g^T = J on it.
fn live_path(activation: Activation<Q>, point: &str) -> Problem<Q> {
    let layers = vec![diagonal(activation.clone()), diagonal(activation), last()];
    problem(network(2, layers), &["+ 1 1"], point)
}

#[test]
fn the_penalty_must_make_the_hessian_definite() {
    let linear = live_path(Activation::Linear, "1 0 | 1 0 | 1 0");
    assert_eq!(local(&linear, None, "1", "1/2"), Ok(()));
    assert_eq!(local(&linear, None, "1", "334/1000"), Ok(()));
    assert_eq!(local(&linear, None, "1", "1/3"), Err(Rejection::Singular));
    let indefinite = |rho| match local(&linear, None, "1", rho) {
        Err(Rejection::NotDefinite { index, pivot }) => (index, pivot),
        other => panic!("{other:?}"),
    };
    // The three live parameters are 0, 2 and 4; each of them may be eliminated last.
    for rho in ["0", "1/4", "333/1000"] {
        let (index, pivot) = indefinite(rho);
        assert!([0, 2, 4].contains(&index) && pivot <= q("0"), "{index} {pivot}");
    }
    assert_eq!(local(&linear, None, "1", "-1"), Err(Rejection::NegativePenalty(q("-1"))));
    // With one free layer the Hessian is the identity.
    assert_eq!(local(&linear, Some(1), "1", "0"), Ok(()));
}

#[test]
fn kkt_comes_first() {
    let linear = live_path(Activation::Linear, "1 0 | 1 0 | 1 0");
    assert_eq!(local(&linear, None, "", "1"), Err(count("samples", 0, 1)));
    let off = Rejection::NotStationary { layer: 0, parameter: 0, point: q("1"), combination: q("2") };
    assert_eq!(local(&linear, None, "2", "1"), Err(off));
    let kink = Rejection::Kink { sample: 0, unit: at(0, 1) };
    assert_eq!(local(&dead_neuron(), None, "2 2", "1"), Err(kink));
    let relu = live_path(Activation::Relu, "1 -1 | 1 0 | 1 0");
    assert_eq!(local(&relu, None, "1", "1"), Err(Rejection::Kink { sample: 0, unit: at(1, 1) }));
}

#[test]
fn any_depth() {
    // The Hessian is singular along the gradients, which the penalty mends.
    assert_eq!(local(&local_not_global(), None, "1 1", "0"), Err(Rejection::Singular));
    assert_eq!(local(&local_not_global(), None, "1 1", "1/100"), Ok(()));
    let by = LocalMethod::SecondOrder(SecondOrder { multipliers: row("1 1"), penalty: q("1") });
    let evidence = LocalOptimum { layer: Some(2), by };
    assert_eq!(verdict(check(&local_not_global(), &evidence)), Err(no_such_layer(2, 2)));
}
