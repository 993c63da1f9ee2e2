use margincert::kernel::check::check;
use margincert::kernel::check::{LocalOptimum, Method, Rejection, SecondOrder};
use margincert::kernel::network::Activation;
use margincert::kernel::problem::Problem;

use super::{at, count, no_such_layer};
use crate::support::{
    Q, dead_neuron, dense, diagonal, last, local_not_global, network, problem, q, row, two_layers, verdict,
};

fn local(problem: &Problem<Q>, layer: Option<usize>, lambda: &str, rho: &str) -> Result<(), Rejection<Q>> {
    let by = Method::SecondOrder(SecondOrder {
        multipliers: row(lambda),
        penalty: q(rho),
        symmetry: false,
        slopes: Default::default(),
    });
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
    let relu = live_path(Activation::Relu, "1 0 | 1 0 | 1 0");
    // Behind a live unit the dead one has two weights of 0 on its way, and not three.
    let behind = live_path(Activation::Relu, "1 0 | 1 1 | 1 0");
    assert_eq!(local(&behind, None, "1", "1"), Err(Rejection::Kink { sample: 0, unit: at(1, 1) }));
    // With three it gains at third order only.
    assert_eq!(local(&relu, None, "1", "1/2"), Ok(()));
    assert_eq!(local(&relu, None, "1", "1/3"), Err(Rejection::Singular));
    // Behind a dead unit there is no kink, but the dead unit's weight is not stationary.
    let off = Rejection::NotStationary { layer: 0, parameter: 1, point: q("-1"), combination: q("0") };
    assert_eq!(local(&live_path(Activation::Relu, "1 -1 | 1 0 | 1 0"), None, "1", "1"), Err(off));
}

#[test]
fn any_depth() {
    // The Hessian is singular along the gradients, which the penalty mends.
    assert_eq!(local(&local_not_global(), None, "1 1", "0"), Err(Rejection::Singular));
    assert_eq!(local(&local_not_global(), None, "1 1", "1/100"), Ok(()));
    let by = Method::SecondOrder(SecondOrder {
        multipliers: row("1 1"),
        penalty: q("1"),
        symmetry: false,
        slopes: Default::default(),
    });
    let evidence = LocalOptimum { layer: Some(2), by };
    assert_eq!(verdict(check(&local_not_global(), &evidence)), Err(no_such_layer(2, 2)));
}

fn modulo(problem: &Problem<Q>, lambda: &str, rho: &str) -> Result<(), Rejection<Q>> {
    let by = Method::SecondOrder(SecondOrder {
        multipliers: row(lambda),
        penalty: q(rho),
        symmetry: true,
        slopes: Default::default(),
    });
    verdict(check(problem, &LocalOptimum { layer: None, by }))
}

/// Dense layers of depth 3 with two units each on one sample, all of one direction: the units can be rotated into each other.
fn rotatable(activation: impl Fn() -> Activation<Q>, samples: &[&str], point: &str) -> Problem<Q> {
    let inputs = samples[0].split(' ').count() - 1;
    problem(network(inputs, vec![dense(2, activation()), dense(2, activation()), last()]), samples, point)
}

const TURNED: &str = "3/5 4/5 | 9/25 12/25 12/25 16/25 | 3/5 4/5";

#[test]
fn rotations_of_units_into_one_another_are_left_out_of_account() {
    for activation in [|| Activation::Relu, || Activation::Linear, || Activation::LeakyRelu(q("1/3"))] {
        let turned = rotatable(activation, &["+ 1"], TURNED);
        assert_eq!(local(&turned, None, "1", "100"), Err(Rejection::Singular));
        assert_eq!(modulo(&turned, "1", "100"), Ok(()));
        assert_eq!(modulo(&turned, "1", "1/3"), Err(Rejection::Singular));
        assert!(matches!(modulo(&turned, "1", "1/4"), Err(Rejection::NotDefinite { .. })));
        // A layer by itself needs no symmetry, and may say that it has one.
        let by = Method::SecondOrder(SecondOrder {
            multipliers: row("1"),
            penalty: q("0"),
            symmetry: true,
            slopes: Default::default(),
        });
        assert_eq!(verdict(check(&turned, &LocalOptimum { layer: Some(1), by })), Ok(()));
    }
    // A strict optimum stays one.
    assert_eq!(modulo(&local_not_global(), "1 1", "1/100"), Ok(()));
}

/// Here a flat direction is left that is no rotation: the units differ in what they read, in a weight that is shared, or in a slope.
#[test]
fn units_that_differ_are_not_rotated() {
    use margincert::kernel::network::Weights;
    let template = |entries: [[Option<usize>; 2]; 2]| {
        (Weights::Template { entries: entries.iter().map(|row| row.to_vec()).collect() }, Activation::Linear)
    };
    // Depth 2, balanced, H semidefinite with the kernel (z, 1) in each unit: with equal slopes a rotation, else not.
    let layers = |first| vec![first, last()];
    let apart = problem(network(2, layers(template([[Some(0), None], [None, Some(1)]]))), &["+ 1 1"], "1 0 | 1 0");
    assert_eq!(modulo(&apart, "1", "1"), Err(Rejection::Singular));
    let together =
        problem(network(2, layers(template([[Some(0), Some(1)], [Some(2), Some(3)]]))), &["+ 1 0"], "1 0 0 0 | 1 0");
    assert_eq!(local(&together, None, "1", "1"), Err(Rejection::Singular));
    assert_eq!(modulo(&together, "1", "1"), Ok(()));
    // A third weight shared with the first unit: the same numbers, but no rotation.
    let shared = template([[Some(0), Some(1)], [Some(2), Some(1)]]);
    let shared = problem(network(2, layers(shared)), &["+ 1 0"], "1 0 0 | 1 0");
    assert_eq!(modulo(&shared, "1", "1"), Err(Rejection::Singular));
    // Slopes: the first unit is active on the first sample and the second on the second one.
    let halves = || problem(two_layers(2, 2, Activation::Relu), &["+ 1 0", "+ 0 1"], "1 -1 -1 1 | 1 1");
    let tangents = |problem: &Problem<Q>, lambda: &str| {
        margincert::kernel::check::symmetry::rotations(problem, &row(lambda)).count()
    };
    assert_eq!(tangents(&halves(), "1 1"), 0);
    let alike = problem(two_layers(2, 2, Activation::Relu), &["+ 1 0", "+ 0 1"], "1 1 1 1 | 1 1");
    assert_eq!(tangents(&alike, "1 1"), 1);
    // A sample without a multiplier does not matter.
    let elsewhere = problem(two_layers(2, 2, Activation::Relu), &["+ 1 0", "+ 0 1"], "1 1 1 -1 | 1 1");
    assert_eq!(tangents(&elsewhere, "1 1"), 0);
    assert_eq!(tangents(&elsewhere, "1 0"), 1);
}

/// Along a rotation neither the norm nor an output on a supporting sample changes: second differences of both vanish.
#[test]
fn tangents_are_orthogonal_to_gradients_and_in_the_kernel_of_the_hessian() {
    use margincert::kernel::check::{support, symmetry};
    use margincert::kernel::exact::Value;
    use margincert::kernel::network::Scope;
    let turned = rotatable(|| Activation::Relu, &["+ 1"], TURNED);
    let lambda = row("1");
    let tangents: Vec<Vec<Q>> = symmetry::rotations(&turned, &lambda).collect();
    assert_eq!(tangents.len(), 2);
    let hessian = support::hessian(&turned, Scope::All, &lambda);
    for tangent in &tangents {
        assert!(tangent.iter().any(|entry| *entry != q("0")));
        for gradient in support::gradients(&turned, Scope::All, &lambda) {
            assert_eq!(Q::dot(gradient.iter().zip(tangent)), q("0"));
        }
        for i in 0..hessian.dimension() {
            let image = (0..hessian.dimension()).fold(q("0"), |sum, j| sum + hessian.get(i, j) * &tangent[j]);
            assert_eq!(image, q("0"));
        }
    }
}
