//! `kkt_enclosed` by parameters where layers are not dense: sparse, diagonal, with shared weights.

use margincert::kernel::check::{
    EnclosedOptimumRejection, KktEnclosedRejection, ParametersEnclosed, ParametersOptimum,
};
use margincert::kernel::network::{Activation, Weights};
use margincert::kernel::problem::Problem;

use super::at;
use super::parameters_enclosed::{evidence, outcome};
use super::parameters_optimum::{dead_unit, local, of_live_units, optimum};
use crate::support::{Q, diagonal, last, network, problem, q};

/// A layer in which each row names the parameter of each input; `.` is none.
fn template(rows: &str, activation: Activation<Q>) -> (Weights, Activation<Q>) {
    let entry = |text: &str| (text != ".").then(|| text.parse().expect("an index"));
    let entries = rows.split(" | ").map(|row| row.split(' ').map(entry).collect()).collect();
    (Weights::Template { entries }, activation)
}

fn convolution(filters: usize, activation: Activation<Q>) -> (Weights, Activation<Q>) {
    (Weights::Convolution { patches: vec![vec![0, 1], vec![2, 3]], filters }, activation)
}

fn regular(problem: &Problem<Q>, active: &[usize], multipliers: &str, sides: &str) -> ParametersEnclosed<Q> {
    evidence(problem, active, multipliers, sides, "").expect("a regular derivative")
}

/// Two paths of weights 1, each of which reads one sample and is off on the other: no unit reads the other path.
fn two_paths() -> (Problem<Q>, ParametersEnclosed<Q>) {
    let layers = vec![diagonal(Activation::Relu), diagonal(Activation::Relu), last()];
    let problem = problem(network(2, layers), &["+ 1 -1", "+ -1 1"], "1 1 | 1 1 | 1 1");
    let evidence = regular(&problem, &[0, 1], "1 1", "+- +. | -+ .+");
    (problem, evidence)
}

/// One filter, which reads two patches. The second unit is at 0 on the sample, and its outgoing weight is.
fn one_filter() -> (Problem<Q>, ParametersEnclosed<Q>) {
    let layers = vec![convolution(1, Activation::Relu), last()];
    let problem = problem(network(4, layers), &["+ 1 0 0 1/2"], "1 0 | 1 0");
    let evidence = regular(&problem, &[0], "1", "+.");
    (problem, evidence)
}

#[test]
fn points_of_sparse_and_shared_layers_are_enclosed() {
    // A path that is 0.
    let layers = vec![diagonal(Activation::Relu), last()];
    let path = problem(network(2, layers), &["+ 1 1/2"], "1 0 | 1 0");
    assert_eq!(outcome(&path, &regular(&path, &[0], "1", "+."), |_| {}), Ok(()));
    let (problem, evidence) = one_filter();
    assert_eq!(outcome(&problem, &evidence, |_| {}), Ok(()));
    // Both patches count: `|filter|^2 = |last weights|^2 = 1/lambda`, the filter is `lambda` times the sum of the patches.
    let layers = vec![convolution(1, Activation::Linear), last()];
    let root = "0.840896415253714543031125476233214895";
    let both = self::problem(
        network(4, layers),
        &["+ 1 0 1 0"],
        &format!("{root} 0 | 0.594603557501360533 0.594603557501360533"),
    );
    let evidence = regular(&both, &[0], "0.70710678118654752440", "++");
    assert_eq!(outcome(&both, &evidence, |_| {}), Ok(()));
    let refused = outcome(&both, &evidence, |e| e.multipliers = vec![q("7/10")]);
    assert!(matches!(refused, Err(KktEnclosedRejection::NotContracting { .. })), "{refused:?}");
}

/// A unit that reads 0 alone, near the point too: whatever its slope, nothing depends on it.
#[test]
fn a_unit_at_rest_may_have_any_slope() {
    let (problem, evidence) = two_paths();
    assert_eq!(outcome(&problem, &evidence, |_| {}), Ok(()));
    assert_eq!(optimum(&problem, &evidence, local("1")), Ok(()), "though each would raise a margin if it left 0");
    for layer in 0..3 {
        assert_eq!(optimum(&problem, &evidence, ParametersOptimum::Layer { layer }), Ok(()));
    }
    // With a slope the unit reads what is not 0, and is not at 0.
    let layers = vec![diagonal(Activation::LeakyRelu(q("1/2"))), diagonal(Activation::Relu), last()];
    let leaky = self::problem(network(2, layers), &["+ 1 -1", "+ -1 1"], "1 1 | 1 1 | 1 1");
    let refused = outcome(&leaky, &evidence, |_| {});
    assert!(matches!(refused, Err(KktEnclosedRejection::UnitSide { sample: 0, unit, .. }) if unit == at(1, 1)));
}

/// The unit of the second layer reads a held kink alone, with a negative weight. So one of the two is on either side, and the product of their slopes is
/// 1/2 on both: the point is no KKT point, though it solves the equations with the slope 1/2 for the one and 0.918 for the other.
#[test]
fn a_unit_whose_slope_depends_on_that_of_a_held_kink_is_refused() {
    let leaky = || Activation::LeakyRelu(q("1/2"));
    let point = "1.110737453264 0.833053089948 -0.268923578611 0.988779060425 | -1.388421816579 1.024696990075 | \
                 -1.388421816579 1.024696990075";
    let layers = vec![template("0 1 | 2 3", leaky()), diagonal(leaky()), last()];
    let problem = problem(network(2, layers), &["+ 1 0", "+ -3/5 4/5"], point);
    let evidence = evidence(&problem, &[0, 1], "1.800605529348 1.177113532874", "+- -- | 0+ .+", "0.917807235612");
    let evidence = evidence.expect("a regular derivative");
    let refused = outcome(&problem, &evidence, |e| e.radius = q("1/100000000"));
    assert_eq!(refused, Err(KktEnclosedRejection::Loose { sample: 1, unit: at(1, 0) }));
}

/// On either sample a unit of the second layer is at 0, and reads the other path with a weight of 0.
#[test]
fn a_weight_of_its_own_moves_a_loose_unit_and_a_shared_one_does_not() {
    let own = vec![diagonal(Activation::Relu), template("0 1 . | 2 3 4", Activation::Relu), last()];
    let own = problem(network(3, own), &["+ 1 -1 0", "- -1 1 0"], "1 1 0 | 1 0 0 1 0 | 1 -1");
    assert_eq!(outcome(&own, &regular(&own, &[0, 1], "1 1", "+-. +. | -+. .+"), |_| {}), Ok(()));
    // One parameter for the two weights that are 1, and one for those that are 0: `a^2 = lambda`, `b^2 = 2 lambda`, `2 lambda^3 = 1`.
    let layers = vec![diagonal(Activation::Relu), template("0 1 | 1 0", Activation::Relu), last()];
    let (a, b) = ("0.890898718140339304740226205591", "1.259921049894873164767210607278");
    let shared = problem(network(2, layers), &["+ 1 -1", "- -1 1"], &format!("{a} {a} | {b} 0 | {a} -{a}"));
    let lambda = "0.793700525984099737375852819636";
    let evidence = regular(&shared, &[0, 1], &format!("{lambda} {lambda}"), "+- +. | -+ .+");
    let refused = outcome(&shared, &evidence, |_| {});
    assert_eq!(refused, Err(KktEnclosedRejection::Loose { sample: 0, unit: at(1, 1) }));
}

#[test]
fn a_unit_comes_to_life_with_the_inputs_that_it_reads() {
    use EnclosedOptimumRejection::*;
    let path = |x: &str| {
        let layers = vec![diagonal(Activation::Relu), last()];
        let problem = problem(network(2, layers), &[&format!("+ 1 {x}")], "1 0 | 1 0");
        let evidence = regular(&problem, &[0], "1", "+.");
        optimum(&problem, &evidence, dead_unit(0, 1, "1", "1"))
    };
    assert_eq!(path("3"), Ok(()));
    assert!(matches!(path("1/3"), Err(NoGain { .. })), "the other unit's input is not its own");
    assert!(matches!(path("-3"), Err(NoGain { .. })));
}

#[test]
fn a_filter_comes_to_life_where_all_units_that_share_it_are_0() {
    use EnclosedOptimumRejection::*;
    let layers = vec![convolution(2, Activation::Relu), last()];
    let two = problem(network(4, layers), &["+ 1 0 0 3"], "1 0 0 0 | 1 0 0 0");
    let evidence = regular(&two, &[0], "1", "+...");
    let asked = |claim| optimum(&two, &evidence, claim);
    assert_eq!(asked(dead_unit(0, 3, "0 1", "1")), Ok(()));
    assert!(matches!(asked(dead_unit(0, 2, "0 1", "1")), Err(NoGain { .. })), "it reads the first patch");
    assert_eq!(asked(dead_unit(0, 1, "0 1", "1")), Err(Lives { unit: at(0, 1) }));
    // The unit that is 0 reads with a weight that a unit that lives has too.
    let layers = vec![template("0 1 | . 1", Activation::Relu), last()];
    let shared = problem(network(2, layers), &["+ 1 0"], "1 0 | 1 0");
    let evidence = regular(&shared, &[0], "1", "+.");
    assert_eq!(optimum(&shared, &evidence, dead_unit(0, 1, "1", "1")), Err(Lives { unit: at(0, 0) }));
}

/// The ridge of dense networks, in a layer that leaves out an input.
#[test]
fn a_ridge_of_a_sparse_layer_shows_that_a_point_is_no_local_optimum() {
    let point = "0.781354121 0.586015591 -0.524148279 0.698864372 | 0.976692651 0.873580465 | 1.310370697";
    let layers = vec![template("0 1 . | 2 3 .", Activation::Relu), template("0 1", Activation::Relu), last()];
    let problem = problem(network(3, layers), &["+ 1 0 5", "+ -3/5 4/5 -7"], point);
    let mut evidence =
        evidence(&problem, &[0, 1], "0.953928535 0.763142828", "+- + | 0+ +", "3/4").expect("a regular derivative");
    evidence.radius = q("1/1000000");
    assert_eq!(optimum(&problem, &evidence, ParametersOptimum::Kink { sample: 1, unit: at(0, 0) }), Ok(()));
    let refused = optimum(&problem, &evidence, local("1"));
    assert!(matches!(refused, Err(EnclosedOptimumRejection::NoValley { sample: 1, .. })), "{refused:?}");
}

/// Shared weights count once in the norm, and with all their connections in the curvature.
#[test]
fn the_lagrangian_of_a_shared_filter_curves_as_its_parameters_do() {
    // Both patches are the same: `w (v_1 + v_2)` in the filter's first weight, whose constraint's gradient is not the Hessian's kernel.
    let layers = vec![convolution(1, Activation::Relu), last()];
    let root = "0.840896415253714543031125476233214895";
    let point = format!("{root} 0 | 0.594603557501360533366749985280 0.594603557501360533366749985280");
    let both = problem(network(4, layers), &["+ 1 0 1 0"], &point);
    let evidence = regular(&both, &[0], "0.70710678118654752440", "++");
    assert_eq!(optimum(&both, &evidence, local("1")), Ok(()));
    let refused = optimum(&both, &evidence, local("0"));
    assert!(matches!(refused, Err(EnclosedOptimumRejection::Pivot { .. })), "{refused:?}");
    // The second unit's outgoing weight is 0 at the point only, and not near it.
    let (one, evidence) = one_filter();
    for claim in [local("1"), of_live_units("1")] {
        let refused = optimum(&one, &evidence, claim);
        assert!(matches!(refused, Err(EnclosedOptimumRejection::NoValley { sample: 0, .. })), "{refused:?}");
    }
}
