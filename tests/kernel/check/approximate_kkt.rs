use margincert::kernel::check::{ApproximateKkt, Rejection, Selection, Selections, check};
use margincert::kernel::exact::BUDGET;
use margincert::kernel::network::Activation;
use margincert::kernel::problem::Problem;

use super::{at, count, infeasible, negative, no_such_layer};
use crate::budget::steps;
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

/// The steps of a check for each sample and parameter, of a network with no preactivation at 0 whose numbers are floats.
fn share(samples: usize, inputs: usize, units: usize) -> u64 {
    let list =
        |numbers: &mut dyn Iterator<Item = usize>| numbers.map(|n| format!("{n}/64")).collect::<Vec<_>>().join(" ");
    let x = |i: usize| format!("+ {}", list(&mut (0..inputs).map(|k| 1 + (5 * i + k) % 11)));
    let data: Vec<String> = (0..samples).map(x).collect();
    let hidden = list(&mut (0..inputs * units).map(|k| 1 + 7 * k % 13));
    let point = format!("{hidden} | {}", list(&mut (0..units).map(|j| 6400 + j)));
    let data: Vec<&str> = data.iter().map(String::as_str).collect();
    let problem = problem(two_layers(inputs, units, Activation::Relu), &data, &point);
    let lambda = vec!["1/64"; samples].join(" ");
    let (outcome, steps) = steps(BUDGET, || within(&problem, None, &lambda, "1000000000", "1000000000"));
    assert_eq!(outcome, Some(Ok(())));
    steps / (samples * units * (inputs + 1)) as u64
}

#[test]
fn the_work_grows_with_samples_times_parameters() {
    let (small, large) = (share(20, 10, 20), share(100, 50, 60));
    // So that 1,000 samples and 100,000 parameters are within the budget.
    assert!(small < 100 && large < 28, "{small} and {large} steps");
}
