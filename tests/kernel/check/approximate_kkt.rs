use margincert::kernel::check::{ApproximateKkt, Rejection, Selection, Selections, check};
use margincert::kernel::network::Activation;
use margincert::kernel::problem::Problem;

use super::{at, count, infeasible, negative, no_such_layer};
use crate::support::{Q, curve, dead_neuron, problem, q, row, two_layers, verdict};

type Outcome = Result<(), Rejection<Q>>;

fn within(problem: &Problem<Q>, layer: Option<usize>, lambda: &str, epsilon: &str, delta: &str) -> Outcome {
    selecting(problem, layer, lambda, Selections::new(), epsilon, delta)
}

fn selecting(
    problem: &Problem<Q>,
    layer: Option<usize>,
    lambda: &str,
    selections: Selections<Q>,
    epsilon: &str,
    delta: &str,
) -> Outcome {
    let (epsilon, delta) = (q(epsilon), q(delta));
    verdict(check(problem, &ApproximateKkt { layer, multipliers: row(lambda), selections, epsilon, delta }))
}

/// A point from floats: the squared sides of (4/5, 3/5) and (-4/5, 3/5), each rounded up to three digits.
fn rounded() -> Problem<Q> {
    problem(two_layers(2, 2, Activation::Relu), &["+ 4/5 3/5", "+ -4/5 3/5"], "0.801 0.6 -0.801 0.6 | 1 1")
}

#[test]
fn residuals_and_slacks_up_to_the_bounds() {
    let point = rounded();
    // Slack 0.0008 each; residual: 0.001 in two weights, and 1 - 1.0008 in both outgoing ones.
    let residual = "0.00000328";
    let not_stationary = |epsilon| Err(Rejection::ResidualAbove { residual_squared: q(residual), epsilon: q(epsilon) });
    assert_eq!(within(&point, None, "1 1", "0.001812", "0.0008"), Ok(()));
    assert_eq!(within(&point, None, "1 1", "0.001811", "0.0008"), not_stationary("0.001811"));
    assert_eq!(within(&point, None, "1 1", "0", "0.0008"), not_stationary("0"));
    let slack = |sample, product, delta| Err(Rejection::SlackAbove { sample, product: q(product), delta: q(delta) });
    assert_eq!(within(&point, None, "1 1", "1", "0.0007999"), slack(0, "0.0008", "0.0007999"));
    assert_eq!(within(&point, None, "0 2", "9", "0.001"), slack(1, "0.0016", "0.001"));
    // Within a layer only its own parameters count.
    assert_eq!(within(&point, Some(0), "1 1", "0.00142", "0.0008"), Ok(()));
    assert_eq!(within(&point, Some(1), "1 1", "0.00114", "0.0008"), Ok(()));
    let of_layer = Rejection::ResidualAbove { residual_squared: q("0.00000128"), epsilon: q("0.00113") };
    assert_eq!(within(&point, Some(1), "1 1", "0.00113", "0.0008"), Err(of_layer));
}

#[test]
fn premises() {
    let point = rounded();
    let any = |lambda| within(&point, None, lambda, "1", "1");
    assert_eq!(any("1"), Err(count("samples", 1, 2)));
    assert_eq!(any("1 -1"), Err(negative(1, "-1")));
    assert_eq!(within(&point, Some(2), "1 1", "1", "1"), Err(no_such_layer(2, 2)));
    let below_zero = |what| Err(Rejection::NegativeTolerance { what, value: q("-1") });
    assert_eq!(within(&point, None, "1 1", "-1", "1"), below_zero("epsilon"));
    assert_eq!(within(&point, None, "1 1", "1", "-1"), below_zero("delta"));
    let short = problem(two_layers(1, 1, Activation::Linear), &["+ 1"], "1/2 | 1/2");
    assert_eq!(within(&short, None, "1", "9", "9"), Err(infeasible(0, "1/4")));
}

#[test]
fn kinks_need_selections() {
    let point = dead_neuron();
    let missing = Rejection::MissingSelection { sample: 0, unit: at(0, 1) };
    assert_eq!(within(&point, None, "2 2", "0", "0"), Err(missing));
    let up = |weight: &str| vec![Selection { weight: q(weight), toward: curve(&["0 0 0 1 | 0 0"]) }];
    let both = |weight: &str| [(0, up("1")), (1, up(weight))].into();
    assert_eq!(selecting(&point, None, "2 2", both("1"), "0", "0"), Ok(()));
    let sum = Rejection::WeightSum { sample: 1, sum: q("1/2") };
    assert_eq!(selecting(&point, None, "2 2", both("1/2"), "9", "9"), Err(sum));
    let beyond: Selections<Q> = [(0, up("1")), (1, up("1")), (2, up("1"))].into();
    let no_sample = Rejection::NoSuchSample { sample: 2, samples: 2 };
    assert_eq!(selecting(&point, None, "2 2", beyond, "9", "9"), Err(no_sample));
}
