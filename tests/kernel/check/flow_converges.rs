use margincert::kernel::check::check;
use margincert::kernel::check::{FlowConverges, Rejection};
use margincert::kernel::exact::Polynomial;
use margincert::kernel::network::Activation;
use margincert::kernel::problem::Problem;

use super::{at, layer_count, layer_length};
use crate::support::{Q, dead_neuron, dense, diagonal, last, local_not_global, network};
use crate::support::{problem, q, row, shaped, two_layers, verdict};

type Outcome = Result<(), Rejection<Q>>;

fn flow(problem: &Problem<Q>, offset: &str, ray: &str, start: &str) -> Outcome {
    verdict(check(problem, &FlowConverges { offset: shaped(offset), ray: shaped(ray), start: q(start) }))
}

fn polynomial(coefficients: &str) -> Polynomial<Q> {
    Polynomial::new(row(coefficients))
}

const NOWHERE: &str = "0 0 0 0 | 0 0";
const DEAD: &str = "0 0 0 -2 | 0 2";

#[test]
fn along_the_point() {
    let problem = local_not_global();
    let ray = "4/5 3/5 -4/5 3/5 | 1 1";
    assert_eq!(flow(&problem, NOWHERE, ray, "1"), Ok(()));
    assert_eq!(flow(&problem, NOWHERE, ray, "1/1000"), Ok(()));
    // Any positive multiple of the point is a ray.
    assert_eq!(flow(&problem, NOWHERE, "8 6 -8 6 | 10 10", "1"), Ok(()));
    let direction = |layer, parameter| Err(Rejection::Direction { layer, parameter });
    assert_eq!(flow(&problem, NOWHERE, "-4/5 -3/5 4/5 -3/5 | -1 -1", "1"), direction(0, 0));
    assert_eq!(flow(&problem, NOWHERE, "4/5 3/5 -4/5 3/5 | 1 2", "1"), direction(1, 1));
    assert_eq!(flow(&problem, NOWHERE, NOWHERE, "1"), direction(0, 0));
    for start in ["0", "-1"] {
        assert_eq!(flow(&problem, NOWHERE, ray, start), Err(Rejection::Start(q(start))));
    }
    assert_eq!(flow(&problem, "0 0 0 0", ray, "1"), Err(layer_count("offset", 1, 2)));
    assert_eq!(flow(&problem, NOWHERE, "4/5 3/5 -4/5 3/5 | 1", "1"), Err(layer_length("ray", 1, 1, 2)));
    let short = self::problem(two_layers(1, 1, Activation::Linear), &["+ 1"], "0 | 0");
    assert_eq!(flow(&short, "0 | 0", "1 | 1", "1"), Err(Rejection::ZeroPoint));
}

#[test]
fn beside_the_point() {
    let dead = dead_neuron();
    assert_eq!(flow(&dead, DEAD, "0 1 0 0 | 1 0", "3"), Ok(()));
    // Without the offset the second unit has preactivation 0 all along, where the loss may not be smooth.
    let vanishing = |sample, coefficients| {
        let (unit, polynomial) = (at(0, 1), polynomial(coefficients));
        Err(Rejection::PatternChangesOnRay { sample, unit, polynomial })
    };
    assert_eq!(flow(&dead, NOWHERE, "0 1 0 0 | 1 0", "3"), vanishing(0, ""));
    assert_eq!(flow(&dead, "0 0 1 -4 | 0 2", "0 1 0 0 | 1 0", "3"), vanishing(0, ""));
    // Switched on, the second unit's weights grow too.
    let outcome = flow(&dead, "0 0 0 2 | 0 2", "0 1 0 0 | 1 0", "3");
    assert!(matches!(outcome, Err(Rejection::GradientLeaves { layer: 0, parameter: 3, .. })));
    // Within its reach even the half-line's beginning counts: unit 0 is off until a = 2.
    let late = "0 -2 0 -2 | 0 2";
    let (unit, along) = (at(0, 0), polynomial("-1/2 1/4"));
    let changes = |sample| Rejection::PatternChangesOnRay { sample, unit, polynomial: along.clone() };
    for start in ["1", "2"] {
        assert_eq!(flow(&dead, late, "0 1 0 0 | 1 0", start), Err(changes(0)));
    }
    assert!(matches!(flow(&dead, late, "0 1 0 0 | 1 0", "3"), Err(Rejection::GradientLeaves { .. })));
}

#[test]
fn equal_margins() {
    let uneven = problem(two_layers(2, 1, Activation::Relu), &["+ 1 1", "+ 1 -1", "+ 2 0"], "1 0 | 1");
    let (first, other) = (polynomial("0 0 1"), polynomial("0 0 2"));
    let expected = Rejection::MarginsDiffer { sample: 2, first, other };
    assert_eq!(flow(&uneven, "0 0 | 0", "1 0 | 1", "1"), Err(expected));
    let even = problem(two_layers(2, 1, Activation::Relu), &["+ 1 1", "+ 1 -1"], "1 0 | 1");
    assert_eq!(flow(&even, "0 0 | 0", "1 0 | 1", "1"), Ok(()));
}

#[test]
fn the_gradient_keeps_to_the_ray() {
    // (1, 0) is no critical direction for the sample (1, 1).
    let off = problem(two_layers(2, 1, Activation::Linear), &["+ 1 1"], "1 0 | 1");
    let (gradient, share) = (polynomial("0 1"), polynomial("0"));
    let expected = Rejection::GradientLeaves { layer: 0, parameter: 1, gradient, share };
    assert_eq!(flow(&off, "0 0 | 0", "1 0 | 1", "1"), Err(expected));
    // Unbalanced layers do not stay on their ray either.
    let unbalanced = problem(two_layers(1, 1, Activation::Linear), &["+ 1"], "2 | 1/2");
    let outcome = flow(&unbalanced, "0 | 0", "2 | 1/2", "1");
    assert!(matches!(outcome, Err(Rejection::GradientLeaves { layer: 1, parameter: 0, .. })));
}

#[test]
fn the_flow_must_go_outward() {
    let layers = || network(1, vec![diagonal(Activation::Linear), dense(1, Activation::Linear), last()]);
    let wrong = problem(layers(), &["- 1"], "1 | 1 | 1");
    let expected = Rejection::Kappa(polynomial("0 0 -1"));
    assert_eq!(flow(&wrong, "0 | 0 | 0", "1 | 1 | 1", "1"), Err(expected));
    let right = problem(layers(), &["+ 1"], "1 | 1 | 1");
    assert_eq!(flow(&right, "0 | 0 | 0", "1 | 1 | 1", "1"), Ok(()));
    // kappa(a) = (a - 2)^2: it vanishes at a = 2, and the flow stops there.
    assert_eq!(flow(&right, "-2 | -2 | -2", "1 | 1 | 1", "3"), Ok(()));
    for start in ["1", "2"] {
        let outcome = flow(&right, "-2 | -2 | -2", "1 | 1 | 1", start);
        assert_eq!(outcome, Err(Rejection::Kappa(polynomial("4 -4 1"))));
    }
}
