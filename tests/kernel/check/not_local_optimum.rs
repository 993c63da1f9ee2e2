use margincert::kernel::check::check;
use margincert::kernel::check::{Measure, NotLocalOptimum, Rejection};
use margincert::kernel::exact::Polynomial;
use margincert::kernel::network::Activation;
use margincert::kernel::problem::Problem;

use super::{at, infeasible, layer_count, layer_length, leaves, no_such_layer};
use crate::support::{Q, curve, dead_neuron, diagonal, last, network, problem, q, row, two_layers, verdict};

type Outcome = Result<(), Rejection<Q>>;

fn along(problem: &Problem<Q>, layer: Option<usize>, measure: Measure, path: &[&str], until: &str) -> Outcome {
    let evidence = NotLocalOptimum { layer, curve: curve(path), until: q(until), measure };
    verdict(check(problem, &evidence))
}

fn polynomial(coefficients: &str) -> Polynomial<Q> {
    Polynomial::new(row(coefficients))
}

/// The second-order way out of the dead neuron: it moves at order t, the live one repays at order t^2.
const WAY_OUT: [&str; 2] = ["0 0 -1 0 | 0 1", "1/4 -3/8 0 0 | -3/8 0"];

#[test]
fn measure_norm() {
    let dead = dead_neuron();
    let norm = |path: &[&str], until| along(&dead, None, Measure::Norm, path, until);
    assert_eq!(norm(&WAY_OUT, "1/10"), Ok(()));
    assert_eq!(norm(&WAY_OUT, "1/1000000"), Ok(()));
    for until in ["0", "-1"] {
        assert_eq!(norm(&WAY_OUT, until), Err(Rejection::Until(q(until))));
    }
    // Too long: the live neuron turns away from sample 1 before t = 2.
    let (unit, polynomial_there) = (at(0, 0), polynomial("1/2 0 -11/32"));
    let changes = Rejection::PatternChanges { sample: 1, unit, polynomial: polynomial_there };
    assert_eq!(norm(&WAY_OUT, "2"), Err(changes));
    // Without the payment in return.
    let growth = Rejection::NormNotSmaller(polynomial("0 0 2"));
    assert_eq!(norm(&WAY_OUT[..1], "1/10"), Err(growth));
    assert_eq!(norm(&[], "1/10"), Err(Rejection::NormNotSmaller(polynomial("0"))));
    // With payment, but nothing gained.
    let margin = polynomial("1 0 -3/8 0 9/256");
    let path = ["0 0 0 0 | 0 0", "0 -3/8 0 0 | -3/8 0"];
    assert_eq!(norm(&path, "1/10"), Err(Rejection::Constraint { sample: 0, margin }));
}

#[test]
fn the_pattern_along_the_curve() {
    let dead = dead_neuron();
    let norm = |path: &[&str], until| along(&dead, None, Measure::Norm, path, until);
    // The second unit's preactivation on sample 0 starts upwards and comes back at t = 1/20.
    let path = ["0 0 -1 0 | 0 1", "1/4 -3/8 20 0 | -3/8 0"];
    let changes = |sample, unit, coefficients| {
        Err(Rejection::PatternChanges { sample, unit, polynomial: polynomial(coefficients) })
    };
    assert_eq!(norm(&path, "1/10"), changes(0, at(0, 1), "0 -1 20"));
    // The endpoint belongs to the interval: a preactivation that vanishes just there has not kept its sign.
    assert_eq!(norm(&path, "1/20"), changes(0, at(0, 1), "0 -1 20"));
    // A double zero inside is refused too.
    let touching = ["0 0 0 0 | 0 0", "0 0 0 1 | 0 0", "0 0 0 -40 | 0 0", "0 0 0 400 | 0 0"];
    assert_eq!(norm(&touching, "1/10"), changes(0, at(0, 1), "0 0 1/4 -10 100"));
    assert_eq!(norm(&touching, "1/20"), changes(0, at(0, 1), "0 0 1/4 -10 100"));
}

#[test]
fn premises() {
    let dead = dead_neuron();
    let norm = |layer, path: &[&str]| along(&dead, layer, Measure::Norm, path, "1/10");
    assert_eq!(norm(Some(2), &WAY_OUT), Err(no_such_layer(2, 2)));
    assert_eq!(norm(Some(0), &WAY_OUT), Err(leaves("curve", 1, 0)));
    assert_eq!(norm(Some(0), &["0 0 1 0 | 0 0", "0 0 0 0 | 0 1"]), Err(leaves("curve", 1, 0)));
    assert_eq!(norm(None, &["0 0 -1 0"]), Err(layer_count("curve", 1, 2)));
    assert_eq!(norm(None, &[WAY_OUT[0], "0 0 0 | 0 0"]), Err(layer_length("curve", 0, 3, 4)));
    let short = problem(two_layers(1, 1, Activation::Linear), &["+ 1"], "1/2 | 1");
    let outcome = along(&short, None, Measure::Norm, &["-1 | 0"], "1/10");
    assert_eq!(outcome, Err(infeasible(0, "1/2")));
}

#[test]
fn measure_margin() {
    let dead = dead_neuron();
    let margin = |path: &[&str], until| along(&dead, None, Measure::Margin, path, until);
    // To grow the dead neuron alone gains margin t^2 - ..., at the cost of norm 2 t^2.
    let alone = margin(&["0 0 -1 0 | 0 1"], "1/10");
    assert!(matches!(alone, Err(Rejection::NormalisedMargin { sample: 0, .. })), "{alone:?}");
    assert_eq!(margin(&WAY_OUT, "1/10"), Ok(()));
    // A diagonal network that ignores the better input.
    let linear = problem(network(2, vec![diagonal(Activation::Linear), last()]), &["+ 1 2"], "1 0 | 1 0");
    let grow = |layer, measure| along(&linear, layer, measure, &["0 1 | 0 1"], "1");
    assert_eq!(grow(None, Measure::Margin), Ok(()));
    assert_eq!(grow(None, Measure::Norm), Err(Rejection::NormNotSmaller(polynomial("0 0 2"))));
    let one_layer = along(&linear, Some(0), Measure::Margin, &["0 1 | 0 0"], "1");
    assert_eq!(one_layer, Err(Rejection::MarginOfLayer));
    // Staying put is no gain.
    let difference = Rejection::NormalisedMargin { sample: 0, difference: polynomial("0") };
    assert_eq!(along(&linear, None, Measure::Margin, &[], "1"), Err(difference));
    // Scaling up is none either.
    let scaled = along(&linear, None, Measure::Margin, &["1 0 | 1 0"], "1");
    let difference = Rejection::NormalisedMargin { sample: 0, difference: polynomial("0") };
    assert_eq!(scaled, Err(difference));
    // Past -theta the margin of an even network is positive again, but on the way it was 0.
    let margin = polynomial("1 -2 1");
    let through_zero = along(&linear, None, Measure::Margin, &["-1 0 | -1 0"], "2");
    assert_eq!(through_zero, Err(Rejection::MarginSign { sample: 0, margin }));
}

#[test]
fn measure_margin_needs_an_active_sample() {
    let slack = problem(network(2, vec![diagonal(Activation::Linear), last()]), &["+ 2 4"], "1 0 | 1 0");
    let outcome = along(&slack, None, Measure::Margin, &["0 1 | 0 1"], "1");
    assert_eq!(outcome, Err(Rejection::NoActiveSample));
    // By the norm the slack alone is enough.
    assert_eq!(along(&slack, None, Measure::Norm, &["-1 0 | -1 0"], "1/10"), Ok(()));
}

#[test]
fn one_layer() {
    let point = problem(two_layers(2, 1, Activation::Linear), &["+ 1 1"], "1 0 | 1");
    assert_eq!(along(&point, Some(0), Measure::Norm, &["-1 1 | 0"], "1/2"), Ok(()));
    assert_eq!(
        along(&point, Some(0), Measure::Norm, &["-1 1 | 0"], "1"),
        Err(Rejection::NormNotSmaller(polynomial("0 -2 2")))
    );
    // The constraint holds up to t = 1/2, where it is tight again.
    let bow = ["-1 2 | 0", "0 -2 | 0"];
    assert_eq!(along(&point, Some(0), Measure::Norm, &bow, "1/2"), Ok(()));
    let margin = polynomial("1 1 -2");
    let lost = Err(Rejection::Constraint { sample: 0, margin });
    assert_eq!(along(&point, Some(0), Measure::Norm, &bow, "501/1000"), lost);
    let margin = polynomial("1 -1");
    assert_eq!(
        along(&point, Some(1), Measure::Norm, &["0 0 | -1"], "1"),
        Err(Rejection::Constraint { sample: 0, margin })
    );
}
