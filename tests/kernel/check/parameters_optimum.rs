//! What is claimed of an enclosed KKT point in the parameters of a network: that it is an optimum, or is not.

use margincert::kernel::check::{EnclosedOptimumRejection, ParametersEnclosed, ParametersOptimum, Rejection, check};
use margincert::kernel::network::Activation;
use margincert::kernel::problem::Problem;

use super::at;
use super::parameters_enclosed::{deep, evidence, path, path_evidence, ridge, with};
use crate::support::{Q, dense, last, network, problem, q, row, shaped, verdict};

/// What a claim of optimality is refused for.
pub(super) fn optimum(
    problem: &Problem<Q>,
    evidence: &ParametersEnclosed<Q>,
    claim: ParametersOptimum<Q>,
) -> Result<(), EnclosedOptimumRejection<Q>> {
    match verdict(check(problem, &with(evidence, |e| e.optimum = vec![claim]))) {
        Err(Rejection::EnclosedOptimum { index: 0, error }) => Err(*error),
        other => other.map_err(|rejection| panic!("{rejection}")),
    }
}

pub(super) fn dead_unit(layer: usize, unit: usize, incoming: &str, outgoing: &str) -> ParametersOptimum<Q> {
    ParametersOptimum::DeadUnit { unit: at(layer, unit), incoming: row(incoming), outgoing: row(outgoing) }
}

#[test]
fn a_unit_that_comes_to_life_shows_that_a_point_is_no_local_optimum() {
    use EnclosedOptimumRejection::*;
    let problem = path(&[]);
    let evidence = path_evidence(&problem);
    let asked = |claim| optimum(&problem, &evidence, claim);
    // It gains 2 with the first input alone; the path itself gains what it costs.
    assert_eq!(asked(dead_unit(0, 1, "1 0", "1 0")), Ok(()));
    assert_eq!(asked(dead_unit(0, 1, "3 0", "1/7 0")), Ok(()));
    assert!(matches!(asked(dead_unit(0, 1, "0 1", "1 0")), Err(NoGain { .. })));
    assert!(matches!(asked(dead_unit(0, 1, "1 0", "-1 0")), Err(NoGain { .. })));
    assert!(matches!(asked(dead_unit(0, 1, "0 0", "1 0")), Err(NoGain { .. })));
    assert!(matches!(asked(dead_unit(1, 1, "1 0", "1")), Err(NoGain { .. })));
    // Units that live, are none, or are in no hidden layer.
    for (layer, unit) in [(0, 0), (0, 2), (1, 0), (2, 0), (3, 0), (usize::MAX, usize::MAX)] {
        assert_eq!(asked(dead_unit(layer, unit, "1 0", "1 0")), Err(Lives { unit: at(layer, unit) }));
    }
    let length = |what, found, expected| Err(Length { what, found, expected });
    assert_eq!(asked(dead_unit(0, 1, "1", "1 0")), length("incoming weights", 1, 2));
    assert_eq!(asked(dead_unit(0, 1, "1 0", "1")), length("outgoing weights", 1, 2));
    // The dead unit of the next layer would be at a kink.
    assert_eq!(asked(dead_unit(0, 1, "1 0", "1 1")), Err(Feeds { sample: 0, unit: at(1, 1) }));
}

/// Two paths, each with a linear unit on its way, serve two samples each: `(2, 1)` and `(-2, 1)` of label -1, `(2, -1)` and `(-2, -1)` of label 1.
/// On each sample the linear unit of the other path, which reads what is off, is at 0, and so is the unit that reads it.
fn paths_through_a_linear_layer() -> (Problem<Q>, ParametersEnclosed<Q>) {
    let (relu, linear) = (Activation::Relu, Activation::Linear);
    let layers = vec![dense(3, relu.clone()), dense(2, linear), dense(2, relu), last()];
    let samples = ["- 2 1", "- -2 1", "+ 2 -1", "+ -2 -1"];
    let tiny = "0.000000000001";
    let point = format!("{tiny} 1 {tiny} -1 0 0 | 1 0 0 0 1 0 | 1 0 0 1 | -1 1");
    let problem = problem(network(2, layers), &samples, &point);
    let sides = "+-. ++ +. | +-. ++ +. | -+. ++ .+ | -+. ++ .+";
    let evidence = evidence(&problem, &[0, 1, 2, 3], "1/2 1/2 1/2 1/2", sides, "").expect("a regular derivative");
    (problem, evidence)
}

#[test]
fn a_unit_that_comes_to_life_feeds_no_kink_through_a_linear_unit() {
    use EnclosedOptimumRejection::*;
    let (problem, evidence) = paths_through_a_linear_layer();
    let asked = |claim| optimum(&problem, &evidence, claim);
    // It would gain 5/2 on sample 0, and cost less. But on sample 2 it would turn on the first unit of the third layer, and lose 3/2. Here a weight
    // that is 0 could hold that unit off at a cost of second order; in a sparse layer there may be none, and then the claim is false (`tests/traps/`).
    assert_eq!(asked(dead_unit(0, 2, "2 1", "1 0")), Err(Feeds { sample: 2, unit: at(1, 0) }));
    // Through a linear layer after which nothing bends it may feed what it likes.
    let linear = vec![dense(2, Activation::Relu), dense(2, Activation::Linear), last()];
    let point = "0.000000000001 1 0 0 | 1 0 0 0 | 1 0";
    let problem = self::problem(network(2, linear), &["+ 4 1", "+ -4 1"], point);
    let evidence = self::evidence(&problem, &[0, 1], "1/2 1/2", "+. ++ | +. ++", "").expect("a regular derivative");
    assert_eq!(optimum(&problem, &evidence, dead_unit(0, 1, "1 0", "1 0")), Ok(()));
    assert_eq!(optimum(&problem, &evidence, dead_unit(0, 1, "1 0", "1 1/8")), Ok(()));
}

#[test]
fn a_ridge_shows_that_a_point_is_no_local_optimum() {
    let (problem, evidence) = ridge();
    let kink = |sample, layer, unit| ParametersOptimum::Kink { sample, unit: at(layer, unit) };
    assert_eq!(optimum(&problem, &evidence, kink(1, 0, 0)), Ok(()));
    // No held kink; no such unit; no such sample.
    for (sample, layer, unit) in [(0, 0, 0), (1, 0, 1), (1, 1, 0), (1, 0, 2), (1, 2, 0), (2, 0, 0), (7, usize::MAX, 0)]
    {
        let refused = EnclosedOptimumRejection::NoKink { sample, unit: at(layer, unit) };
        assert_eq!(optimum(&problem, &evidence, kink(sample, layer, unit)), Err(refused));
    }
}

#[test]
fn a_better_point_shows_that_a_point_is_not_global() {
    use EnclosedOptimumRejection::*;
    let problem = path(&[]);
    let evidence = path_evidence(&problem);
    let asked = |better: &str| optimum(&problem, &evidence, ParametersOptimum::NotGlobal { better: shaped(better) });
    assert_eq!(asked("0.6 0 -0.6 0 | 0.6 0.6 0 0 | 0.7 0"), Ok(()));
    assert!(matches!(asked("0.5 0 -0.5 0 | 0.5 0.5 0 0 | 0.7 0"), Err(Infeasible { sample: 0, .. })));
    assert!(matches!(asked("0 1 0 0 | 1 0 0 0 | 1 0"), Err(NotSmaller { .. })));
    assert!(matches!(asked("0 1 0 0 | 1 0 0 0"), Err(Shape(_))));
}

/// Two paths of weights 1, each of which reads one sample and is off on the other. On each sample the other path's unit of the second layer is
/// at 0, since it reads what is off and has no weight to what is not.
fn two_paths(labels: [&str; 2]) -> (Problem<Q>, ParametersEnclosed<Q>) {
    let samples = [format!("{} 4/5 -3/5", labels[0]), format!("{} -3/5 4/5", labels[1])];
    let point = format!("4/5 -3/5 -3/5 4/5 | 1 0 0 1 | {}1 {}1", labels[0], labels[1]).replace('+', "");
    let problem = problem(deep(2, &[2, 2], Activation::Relu), &samples.each_ref().map(String::as_str), &point);
    let evidence = evidence(&problem, &[0, 1], "1 1", "+- +. | -+ .+", "").expect("a regular derivative");
    (problem, evidence)
}

pub(super) fn local(penalty: &str) -> ParametersOptimum<Q> {
    ParametersOptimum::Local { penalty: q(penalty), of_live_units: false }
}

pub(super) fn of_live_units(penalty: &str) -> ParametersOptimum<Q> {
    ParametersOptimum::Local { penalty: q(penalty), of_live_units: true }
}

/// One path of one unit a layer: the Hessian is `2 I` less the matrix of ones, and the constraint's square that matrix.
#[test]
fn a_point_at_which_the_lagrangian_curves_up_is_a_local_optimum() {
    let problem = problem(deep(1, &[1, 1], Activation::Relu), &["+ 1"], "1 | 1 | 1");
    let evidence = evidence(&problem, &[0], "1", "+ +", "").expect("a regular derivative");
    for penalty in ["1", "7/20", "1000000"] {
        assert_eq!(optimum(&problem, &evidence, local(penalty)), Ok(()));
        assert_eq!(optimum(&problem, &evidence, of_live_units(penalty)), Ok(()), "all units live");
    }
    // The last pivot is negative up to a penalty of 1/3, at which it is 0.
    for penalty in ["1/3", "1/4", "0", "-1"] {
        let refused = optimum(&problem, &evidence, local(penalty));
        assert!(matches!(refused, Err(EnclosedOptimumRejection::Pivot { .. })), "{refused:?}");
    }
}

#[test]
fn units_at_0_must_not_raise_a_margin_in_a_local_optimum() {
    // The unit at 0 lowers the margin of the other sample, or raises it.
    let (problem, evidence) = two_paths(["+", "-"]);
    assert_eq!(optimum(&problem, &evidence, local("1")), Ok(()));
    let (problem, evidence) = two_paths(["+", "+"]);
    for claim in [local("1"), of_live_units("1")] {
        let refused = optimum(&problem, &evidence, claim);
        assert!(
            matches!(refused, Err(EnclosedOptimumRejection::NoValley { sample: 0, unit, .. }) if unit == at(1, 1)),
            "{refused:?}"
        );
    }
    // A ridge.
    let (problem, evidence) = ridge();
    let refused = optimum(&problem, &evidence, local("1"));
    assert!(
        matches!(refused, Err(EnclosedOptimumRejection::NoValley { sample: 1, unit, .. }) if unit == at(0, 0)),
        "{refused:?}"
    );
}

/// With units that are 0 nothing is said of the whole: here they gain.
#[test]
fn units_that_are_0_are_left_out_by_name_only() {
    let problem = path(&[]);
    let evidence = path_evidence(&problem);
    assert_eq!(optimum(&problem, &evidence, of_live_units("1")), Ok(()));
    let refused = optimum(&problem, &evidence, local("1"));
    assert!(
        matches!(refused, Err(EnclosedOptimumRejection::NoValley { sample: 0, unit, .. }) if unit == at(0, 1)),
        "{refused:?}"
    );
    // In a linear network nothing is at a kink, and the Hessian is singular along the rotation with a unit that is 0.
    let point = "1 0 | 1 0 0 0 | 1 0";
    let problem = self::problem(deep(1, &[2, 2], Activation::Linear), &["+ 1"], point);
    let evidence = self::evidence(&problem, &[0], "1", "+. +.", "").expect("a regular derivative");
    assert_eq!(optimum(&problem, &evidence, of_live_units("1")), Ok(()));
    let refused = optimum(&problem, &evidence, local("1"));
    assert!(matches!(refused, Err(EnclosedOptimumRejection::Pivot { .. })), "{refused:?}");
}

#[test]
fn a_layer_alone_is_at_a_local_optimum_unless_a_unit_raises_a_margin() {
    let layer = |layer| ParametersOptimum::Layer { layer };
    let (problem, evidence) = two_paths(["+", "-"]);
    for l in 0..3 {
        assert_eq!(optimum(&problem, &evidence, layer(l)), Ok(()));
    }
    for l in [3, usize::MAX] {
        assert_eq!(optimum(&problem, &evidence, layer(l)), Err(EnclosedOptimumRejection::NoLayer { layer: l }));
    }
    let (problem, evidence) = two_paths(["+", "+"]);
    for l in 0..2 {
        let refused = optimum(&problem, &evidence, layer(l));
        assert!(
            matches!(refused, Err(EnclosedOptimumRejection::NoValley { sample: 0, unit, .. }) if unit == at(1, 1)),
            "{refused:?}"
        );
    }
    assert_eq!(optimum(&problem, &evidence, layer(2)), Ok(()), "the last layer reads no kink");
    // The ridge is in the first layer; units that are 0 do no harm to a layer.
    let (problem, evidence) = ridge();
    assert!(optimum(&problem, &evidence, layer(0)).is_err());
    assert_eq!(optimum(&problem, &evidence, layer(1)), Ok(()));
    let problem = path(&[]);
    let evidence = path_evidence(&problem);
    for l in 0..3 {
        assert_eq!(optimum(&problem, &evidence, layer(l)), Ok(()));
    }
}
