use margincert::kernel::check::check;
use margincert::kernel::check::{Kkt, Rejection, Selection, Selections};
use margincert::kernel::network::Activation;
use margincert::kernel::problem::Problem;

use super::{at, count, infeasible, layer_count, layer_length, leaves, negative, no_such_layer};
use crate::support::{Q, curve, dead_neuron, dense, diagonal, last, local_not_global, network};
use crate::support::{problem, q, row, two_layers, verdict};

fn kkt(problem: &Problem<Q>, layer: Option<usize>, lambda: &str, selections: Selections<Q>) -> Outcome {
    verdict(check(problem, &Kkt { layer, multipliers: row(lambda), selections }))
}

type Outcome = Result<(), Rejection<Q>>;

/// A sample, and for each term its weight and the coefficients of its curve.
type Terms<'a> = (usize, &'a [(&'a str, &'a [&'a str])]);

fn select(by_sample: &[Terms<'_>]) -> Selections<Q> {
    let term = |(weight, toward): &(&str, &[&str])| Selection { weight: q(weight), toward: curve(toward) };
    by_sample.iter().map(|(sample, terms)| (*sample, terms.iter().map(term).collect())).collect()
}

const UP: &[&str] = &["0 0 0 1 | 0 0"];
const DOWN: &[&str] = &["0 0 0 -1 | 0 0"];

#[test]
fn smooth_points() {
    let problem = local_not_global();
    let smooth = |lambda| kkt(&problem, None, lambda, Selections::new());
    assert_eq!(smooth("1 1"), Ok(()));
    let stationarity = |layer, parameter, point, combination| {
        Err(Rejection::NotStationary { layer, parameter, point: q(point), combination: q(combination) })
    };
    assert_eq!(smooth("1 2"), stationarity(0, 2, "-4/5", "-8/5"));
    assert_eq!(smooth("0 1"), stationarity(0, 0, "4/5", "0"));
    assert_eq!(smooth("1 0"), stationarity(0, 2, "-4/5", "0"));
    assert_eq!(smooth("1"), Err(count("samples", 1, 2)));
    assert_eq!(smooth("1 1 0"), Err(count("samples", 3, 2)));
    assert_eq!(smooth("1 -1"), Err(negative(1, "-1")));
    assert_eq!(kkt(&problem, Some(2), "1 1", Selections::new()), Err(no_such_layer(2, 2)));
}

#[test]
fn infeasible_points() {
    let short = problem(two_layers(1, 1, Activation::Linear), &["+ 1"], "1/2 | 1/2");
    assert_eq!(kkt(&short, None, "1", Selections::new()), Err(infeasible(0, "1/4")));
}

#[test]
fn multipliers_only_where_the_constraint_is_tight() {
    // Both gradients are along the point, so the slack sample could carry the whole of it.
    let problem = problem(two_layers(1, 1, Activation::Linear), &["+ 1", "+ 2"], "1 | 1");
    assert_eq!(kkt(&problem, None, "1 0", Selections::new()), Ok(()));
    let slack = Rejection::Slack { sample: 1, multiplier: q("1/2"), margin: q("2") };
    assert_eq!(kkt(&problem, None, "0 1/2", Selections::new()), Err(slack));
}

#[test]
fn kinks_and_their_selections() {
    let problem = dead_neuron();
    let both = |terms: &[(&str, &[&str])]| kkt(&problem, None, "2 2", select(&[(0, terms), (1, terms)]));
    // The dead unit's outgoing weight is 0, so any slope will do.
    assert_eq!(both(&[("1", UP)]), Ok(()));
    assert_eq!(both(&[("1", DOWN)]), Ok(()));
    assert_eq!(both(&[("1/3", UP), ("2/3", DOWN)]), Ok(()));
    assert_eq!(both(&[("0", UP), ("1", DOWN)]), Ok(()));
    // Resolution may come at a later order.
    assert_eq!(both(&[("1", &["0 0 0 0 | 0 1", "0 0 0 1 | 0 0"])]), Ok(()));

    let missing = |sample| Err(Rejection::MissingSelection { sample, unit: at(0, 1) });
    assert_eq!(kkt(&problem, None, "2 2", Selections::new()), missing(0));
    assert_eq!(kkt(&problem, None, "2 2", select(&[(0, &[("1", UP)])])), missing(1));
    let no_sample = Err(Rejection::NoSuchSample { sample: 2, samples: 2 });
    let extra = select(&[(0, &[("1", UP)]), (1, &[("1", UP)]), (2, &[("1", UP)])]);
    assert_eq!(kkt(&problem, None, "2 2", extra), no_sample);

    let weight = |term, weight| Err(Rejection::NegativeWeight { sample: 0, term, weight: q(weight) });
    assert_eq!(both(&[("2", UP), ("-1", DOWN)]), weight(1, "-1"));
    let sum = |sum| Err(Rejection::WeightSum { sample: 0, sum: q(sum) });
    assert_eq!(both(&[("1/2", UP), ("1/3", DOWN)]), sum("5/6"));
    assert_eq!(both(&[]), sum("0"));

    let unresolved = |term| Err(Rejection::Unresolved { sample: 0, term, unit: at(0, 1) });
    assert_eq!(both(&[("1", &[])]), unresolved(0));
    assert_eq!(both(&[("1", &["0 0 0 0 | 0 1"])]), unresolved(0));
    // Even a term of weight 0 must be a limit of gradients.
    assert_eq!(both(&[("1", UP), ("0", &["0 1 0 0 | 1 0"])]), unresolved(1));
    // Orthogonal to the first sample only.
    assert_eq!(both(&[("1", &["0 0 1 -4 | 0 0"])]), unresolved(0));

    let shape = |error| Err(error);
    let what = "curve of a selection";
    assert_eq!(both(&[("1", &["0 0 0 1"])]), shape(layer_count(what, 1, 2)));
    assert_eq!(both(&[("1", &["0 0 0 1 | 0"])]), shape(layer_length(what, 1, 1, 2)));
    assert_eq!(both(&[("1", &["0 0 0 1 | 0 0", "1 | 0 0"])]), shape(layer_length(what, 0, 1, 4)));
}

/// A KKT point whose second unit has, on sample 0, a kink at which only the slope 1/3 will do.
fn live_kink() -> Problem<Q> {
    problem(two_layers(2, 2, Activation::Relu), &["+ 1 0", "+ -1/3 1"], "1 0 0 1 | 1 1")
}

#[test]
fn convex_combinations_reach_inner_slopes() {
    let (problem, up, down): (_, &[&str], &[&str]) = (live_kink(), &["0 0 1 0 | 0 0"], &["0 0 -1 0 | 0 0"]);
    let outcome = |layer, terms: &[(&str, &[&str])]| kkt(&problem, layer, "1 1", select(&[(0, terms)]));
    for layer in [None, Some(0)] {
        assert_eq!(outcome(layer, &[("1/3", up), ("2/3", down)]), Ok(()));
        assert_eq!(outcome(layer, &[("1/6", up), ("2/3", down), ("1/6", up)]), Ok(()));
        let off = |combination| {
            let (point, combination) = (q("0"), q(combination));
            Err(Rejection::NotStationary { layer: 0, parameter: 2, point, combination })
        };
        assert_eq!(outcome(layer, &[("1", up)]), off("2/3"));
        assert_eq!(outcome(layer, &[("1", down)]), off("-1/3"));
        assert_eq!(outcome(layer, &[("1/2", up), ("1/2", down)]), off("1/6"));
    }
}

#[test]
fn one_layer() {
    let dead = dead_neuron();
    // Kinks before the free layer do not count: the last layer needs no selection.
    assert_eq!(kkt(&dead, Some(1), "2 2", Selections::new()), Ok(()));
    let alone = |toward| kkt(&dead, Some(0), "2 2", select(&[(0, &[("1", toward)]), (1, &[("1", UP)])]));
    assert_eq!(alone(UP), Ok(()));
    let what = "curve of a selection";
    assert_eq!(alone(&["0 0 0 1 | 0 1"]), Err(leaves(what, 1, 0)));
    assert_eq!(alone(&["0 0 0 1 | 0 0", "0 0 0 0 | 1 0"]), Err(leaves(what, 1, 0)));
    // Stationary in layer 1 only: the first layer has a surplus.
    let half = problem(two_layers(1, 1, Activation::Linear), &["+ 1"], "2 | 1/2");
    assert_eq!(kkt(&half, Some(1), "1/4", Selections::new()), Ok(()));
    assert_eq!(kkt(&half, Some(0), "4", Selections::new()), Ok(()));
    let whole = |lambda| kkt(&half, None, lambda, Selections::new());
    let miss = |layer, point, combination| {
        Err(Rejection::NotStationary { layer, parameter: 0, point: q(point), combination: q(combination) })
    };
    assert_eq!(whole("4"), miss(1, "1/2", "8"));
    assert_eq!(whole("1/4"), miss(0, "2", "1/8"));
}

#[test]
fn kinks_behind_a_free_layer() {
    // Depth 3: moving layer 0 resolves a kink of layer 1; moving layer 1 alone cannot, as its inputs are 0.
    let layers = vec![diagonal(Activation::Relu), dense(2, Activation::Relu), last()];
    let deep = problem(network(2, layers), &["+ 1 1"], "1 0 | 1 0 0 0 | 1 0");
    let outcome = |layer, toward| kkt(&deep, layer, "1", select(&[(0, &[("1", toward)])]));
    // Kinks: unit 1 of layer 0 (weight 0), unit 1 of layer 1.
    assert_eq!(outcome(None, &["0 1 | 0 0 1 0 | 0 0"]), Ok(()));
    let unresolved = |layer, unit| Err(Rejection::Unresolved { sample: 0, term: 0, unit: at(layer, unit) });
    assert_eq!(outcome(None, &["0 0 | 0 0 1 0 | 0 0"]), unresolved(0, 1));
    assert_eq!(outcome(None, &["0 1 | 0 0 0 0 | 0 0"]), unresolved(1, 1));
    assert_eq!(outcome(None, &["0 -1 | 0 0 0 1 | 0 0"]), unresolved(1, 1));
    assert_eq!(outcome(Some(1), &["0 0 | 0 0 1 0 | 0 0"]), Ok(()));
    assert_eq!(outcome(Some(1), &["0 0 | 0 0 0 1 | 0 0"]), unresolved(1, 1));
    assert_eq!(outcome(Some(2), &[]), Ok(()));
}

#[test]
fn kinks_behind_a_unit_that_is_off() {
    // Two paths of three weights. All of the second are 0: its two units have kinks, whatever its sample.
    let paths = |activation: Activation<Q>| {
        problem(
            network(2, vec![diagonal(activation.clone()), diagonal(activation), last()]),
            &["+ 1 1"],
            "1 0 | 1 0 | 1 0",
        )
    };
    let outcome = |activation, toward| kkt(&paths(activation), None, "1", select(&[(0, &[("1", &[toward])])]));
    let unresolved = |layer, unit| Err(Rejection::Unresolved { sample: 0, term: 0, unit: at(layer, unit) });
    let off = "0 -1 | 0 0 | 0 0";
    assert_eq!(outcome(Activation::Relu, off), Ok(()), "the second unit reads 0 all around the curve");
    assert_eq!(outcome(Activation::LeakyRelu(q("0")), off), Ok(()), "which is the same");
    assert_eq!(outcome(Activation::Relu, "0 1 | 0 0 | 0 0"), unresolved(1, 1), "a weight may leave 0");
    assert_eq!(outcome(Activation::LeakyRelu(q("1/2")), off), unresolved(1, 1), "it passes on something");
    assert_eq!(outcome(Activation::Relu, "0 0 | 0 1 | 0 0"), unresolved(0, 1));
    // A unit that reads the live path too.
    let both = problem(
        network(2, vec![diagonal(Activation::Relu), dense(2, Activation::Relu), last()]),
        &["+ 1 1"],
        "1 0 | 1 0 0 0 | 1 0",
    );
    let selected = select(&[(0, &[("1", &["0 -1 | 0 0 0 1 | 0 0"])])]);
    assert_eq!(kkt(&both, None, "1", selected), unresolved(1, 1));
}

#[test]
fn ignored_selections() {
    // No kink: whatever is selected is not looked at, neither its weights nor its shape.
    let nonsense: &[(&str, &[&str])] = &[("-7", &["1"])];
    assert_eq!(kkt(&local_not_global(), None, "1 1", select(&[(0, nonsense), (1, &[])])), Ok(()));
    // Nor where the multiplier is 0.
    let samples = ["+ 1 0", "+ -1/3 1", "+ 2 0"];
    let idle = problem(two_layers(2, 2, Activation::Relu), &samples, "1 0 0 1 | 1 1");
    let good: &[(&str, &[&str])] = &[("1/3", &["0 0 1 0 | 0 0"]), ("2/3", &["0 0 -1 0 | 0 0"])];
    assert_eq!(kkt(&idle, None, "1 1 0", select(&[(0, good), (2, nonsense)])), Ok(()));
    let slack = Rejection::Slack { sample: 2, multiplier: q("1"), margin: q("2") };
    assert_eq!(kkt(&idle, None, "1 1 1", select(&[(0, good), (2, nonsense)])), Err(slack));
}
