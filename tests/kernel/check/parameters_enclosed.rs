use margincert::kernel::check::{
    EnclosedOptimumRejection, KktEnclosedRejection, ParametersEnclosed, ParametersOptimum, Rejection, check,
};
use margincert::kernel::enclosure::{Equations, Interval, ParameterSystem};
use margincert::kernel::exact::{OrderedField, Rational, Sign};
use margincert::kernel::network::{Activation, Layer, Network};
use margincert::kernel::problem::Problem;

use super::at;
use super::kkt_enclosed::inverse;
use crate::support::{Q, dense, last, network, problem, q, row, shaped, verdict};

/// Dense layers with these hidden widths.
fn deep(inputs: usize, widths: &[usize], activation: Activation<Q>) -> Network<Q> {
    let hidden = widths.iter().map(|width| dense(*width, activation.clone()));
    network(inputs, hidden.chain([last()]).collect())
}

fn patterns(text: &str) -> Vec<Vec<Vec<Option<Sign>>>> {
    let side = |side| match side {
        '+' => Some(Sign::Positive),
        '0' => Some(Sign::Zero),
        '-' => Some(Sign::Negative),
        _ => None,
    };
    let layers = |sample: &str| sample.split_whitespace().map(|layer| layer.chars().map(side).collect()).collect();
    text.split(" | ").map(layers).collect()
}

/// The system of some evidence, and the middles of its unknowns.
fn system<'a>(problem: &'a Problem<Q>, evidence: &ParametersEnclosed<Q>) -> (ParameterSystem<'a, Q>, Vec<Interval>) {
    let sides = |layer: &Layer<Q>| [Sign::Negative, Sign::Positive].map(|side| layer.activation().slope(side));
    let sides: Vec<_> = problem.network().layers().iter().map(sides).collect();
    let sample = |i: &usize| {
        let sample = &problem.samples()[*i];
        (sample.x.iter().map(Interval::of).collect(), sample.y)
    };
    let free = |layer: &Vec<Q>| layer.iter().map(|weight| weight.sign() != Sign::Zero).collect();
    let free = problem.point().layers().iter().map(free).collect();
    let samples = evidence.active.iter().map(sample).collect();
    let system = ParameterSystem::new(problem.network(), samples, free, evidence.patterns.clone(), &sides);
    let free = problem.point().iter().filter(|weight| weight.sign() != Sign::Zero);
    let unknowns = free.chain(&evidence.multipliers).chain(&evidence.slopes).map(Interval::of).collect();
    (system, unknowns)
}

/// The evidence with the inverse of the derivative, if it is regular.
pub(super) fn evidence(
    problem: &Problem<Q>,
    active: &[usize],
    multipliers: &str,
    sides: &str,
    slopes: &str,
) -> Option<ParametersEnclosed<Q>> {
    let mut evidence = ParametersEnclosed {
        active: active.to_vec(),
        multipliers: row(multipliers),
        patterns: patterns(sides),
        slopes: if slopes.is_empty() { Vec::new() } else { row(slopes) },
        radius: q("1/10000000000"),
        inverse: Vec::new(),
        optimum: Vec::new(),
    };
    let (system, unknowns) = system(problem, &evidence);
    let middle = |entry: &Interval| rounded(&entry.middle_and_radius().0.lower());
    let jacobian = system.jacobian(&unknowns);
    let inverse = inverse(jacobian.iter().map(|row| row.iter().map(middle).collect()).collect())?;
    evidence.inverse = inverse.iter().map(|row| row.iter().map(rounded).collect()).collect();
    Some(evidence)
}

/// The number to fifteen digits.
fn rounded(value: &Q) -> Q {
    let scale = Rational::from(1_000_000_000_000_000);
    Rational::from((value * &scale).floor()) * scale.reciprocal().expect("not 0")
}

/// One path of weights 1, which reads the second input, and a dead unit in each hidden layer; the samples are `(4, 1)` and `(-4, 1)`, and more of them.
fn path(more: &[&str]) -> Problem<Q> {
    let samples: Vec<&str> = ["+ 4 1", "+ -4 1"].iter().chain(more).copied().collect();
    problem(deep(2, &[2, 2], Activation::Relu), &samples, "0.000000000001 1 0 0 | 1 0 0 0 | 1 0")
}

fn path_evidence(problem: &Problem<Q>) -> ParametersEnclosed<Q> {
    evidence(problem, &[0, 1], "1/2 1/2", "+. +. | +. +.", "").expect("a regular derivative")
}

/// The ridge of `kkt_enclosed`, with one more layer of one unit: unit 0 holds a kink on sample 1, which has its own sign. The last weight is the
/// third root of 9/4, which divides the multipliers, and whose root divides the weights before it.
fn ridge() -> (Problem<Q>, ParametersEnclosed<Q>) {
    let point = "0.781354121 0.586015591 -0.524148279 0.698864372 | 0.976692651 0.873580465 | 1.310370697";
    let problem = problem(deep(2, &[2, 1], Activation::Relu), &["+ 1 0", "+ -3/5 4/5"], point);
    let mut evidence =
        evidence(&problem, &[0, 1], "0.953928535 0.763142828", "+- + | 0+ +", "3/4").expect("a regular derivative");
    evidence.radius = q("1/1000000");
    (problem, evidence)
}

fn with(evidence: &ParametersEnclosed<Q>, change: impl FnOnce(&mut ParametersEnclosed<Q>)) -> ParametersEnclosed<Q> {
    let mut changed = evidence.clone();
    change(&mut changed);
    changed
}

pub(super) fn outcome(
    problem: &Problem<Q>,
    evidence: &ParametersEnclosed<Q>,
    change: impl FnOnce(&mut ParametersEnclosed<Q>),
) -> Result<(), KktEnclosedRejection> {
    match verdict(check(problem, &with(evidence, change))) {
        Err(Rejection::KktEnclosed(rejection)) => Err(rejection),
        other => other.map_err(|rejection| panic!("{rejection}")),
    }
}

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

#[test]
fn points_of_depth_3_are_enclosed() {
    let point = path(&[]);
    assert_eq!(outcome(&point, &path_evidence(&point), |_| {}), Ok(()));
    let (point, evidence) = ridge();
    assert_eq!(outcome(&point, &evidence, |_| {}), Ok(()));
    // Depth 1 is a support vector machine.
    let machine = problem(network(1, vec![last()]), &["+ 2", "- -3"], "1/2");
    let evidence = self::evidence(&machine, &[0], "1/4", "", "").expect("a regular derivative");
    assert_eq!(outcome(&machine, &evidence, |_| {}), Ok(()));
}

/// Second method: difference quotients of the equations, which are polynomials of low degree, over one unknown at a time.
#[test]
fn the_derivative_is_that_of_the_equations() {
    let (point, evidence) = ridge();
    let (system, unknowns) = system(&point, &evidence);
    let jacobian = system.jacobian(&unknowns);
    let step = q("1/1000000000000");
    for column in 0..unknowns.len() {
        let moved = |sign: i64| {
            let mut moved = unknowns.clone();
            let centre = unknowns[column].lower() + &step * Rational::from(sign);
            moved[column] = Interval::of(&centre);
            system.values(&moved)
        };
        for (line, (above, below)) in moved(1).iter().zip(moved(-1)).enumerate() {
            let quotient = (above.lower() - below.lower()) * q("1/2") * step.reciprocal().expect("not 0");
            let derivative = jacobian[line][column].lower();
            assert!((quotient - &derivative).abs() < q("1/100000000000"), "{line} {column}: {derivative}");
        }
    }
}

#[test]
fn evidence_of_the_wrong_shape_is_refused() {
    use KktEnclosedRejection::*;
    let problem = path(&[]);
    let evidence = path_evidence(&problem);
    let refused =
        |change: &dyn Fn(&mut ParametersEnclosed<Q>)| outcome(&problem, &evidence, change).expect_err("refused");
    assert_eq!(refused(&|e| e.active.clear()), Empty { what: "active sample" });
    assert_eq!(refused(&|e| e.active = vec![1, 0]), Active { place: 1, sample: 0, samples: 2 });
    assert_eq!(refused(&|e| e.active = vec![0, 2]), Active { place: 1, sample: 2, samples: 2 });
    assert_eq!(refused(&|e| drop(e.multipliers.pop())), Multipliers { found: 1, expected: 2 });
    let lengths = |sample, layer, found, expected| Patterns { sample, layer, found, expected };
    assert_eq!(refused(&|e| drop(e.patterns.pop())), lengths(None, None, 1, 2));
    assert_eq!(refused(&|e| drop(e.patterns[1].pop())), lengths(Some(1), None, 1, 2));
    assert_eq!(refused(&|e| e.patterns[1][0].push(None)), lengths(Some(1), Some(0), 3, 2));
    assert_eq!(refused(&|e| e.slopes.push(q("1/2"))), HeldSlopes { found: 1, expected: 0 });
    assert_eq!(refused(&|e| e.patterns[0][0][0] = Some(Sign::Zero)), HeldSlopes { found: 0, expected: 1 });
    assert_eq!(refused(&|e| drop(e.inverse.pop())), Inverse { row: None, found: 5, expected: 6 });
    assert_eq!(refused(&|e| drop(e.inverse[2].pop())), Inverse { row: Some(2), found: 5, expected: 6 });
}

#[test]
fn the_radius_is_positive_and_fits_digits_and_curvature() {
    let (point, evidence) = ridge();
    let refused = |radius: &str| outcome(&point, &evidence, |e| e.radius = q(radius)).expect_err("refused");
    assert_eq!(refused("0"), KktEnclosedRejection::Radius(q("0")));
    assert_eq!(refused("-1/10"), KktEnclosedRejection::Radius(q("-1/10")));
    let contraction = |radius: &str| match refused(radius) {
        KktEnclosedRejection::NotContracting { contraction, .. } => contraction,
        other => panic!("{other}"),
    };
    assert!(contraction("1").factor >= q("1"), "too large");
    let small = contraction("1/1000000000000");
    assert!(small.factor < q("1") && small.reach > q("1/1000000000000"), "too small for nine digits");
}

#[test]
fn a_matrix_that_is_no_inverse_is_refused() {
    let (point, evidence) = ridge();
    let singular = outcome(&point, &evidence, |e| e.inverse[3].iter_mut().for_each(|x| *x = q("0")));
    let swapped = outcome(&point, &evidence, |e| e.inverse.swap(0, 1));
    for refused in [singular, swapped] {
        assert!(matches!(refused, Err(KktEnclosedRejection::NotContracting { .. })), "{refused:?}");
    }
}

#[test]
fn other_samples_must_be_above_the_margin() {
    for x in ["0 1", "0 999999999999999999999999999999/1000000000000000000000000000000"] {
        let problem = path(&[&format!("+ {x}")]);
        let refused = outcome(&problem, &path_evidence(&problem), |_| {});
        assert!(matches!(refused, Err(KktEnclosedRejection::Margin { sample: 2, .. })), "{refused:?}");
    }
    let problem = path(&["+ 0 5/4"]);
    assert_eq!(outcome(&problem, &path_evidence(&problem), |_| {}), Ok(()));
    // An active sample too many, whose gradient is the mean of the others', and one too few.
    let problem = path(&["+ 0 1"]);
    let many = evidence(&problem, &[0, 1, 2], "1/4 1/4 1/2", "+. +. | +. +. | +. +.", "");
    let refused = many.map_or(Ok(()), |many| outcome(&problem, &many, |_| {}));
    assert!(matches!(refused, Err(KktEnclosedRejection::NotContracting { .. })), "{refused:?}");
    let problem = path(&[]);
    let few = with(&path_evidence(&problem), |e| {
        (e.active, e.multipliers) = (vec![0], row("1"));
        e.patterns.pop();
        e.inverse.pop();
        e.inverse.iter_mut().for_each(|row| drop(row.pop()));
    });
    let refused = outcome(&problem, &few, |_| {});
    assert!(matches!(refused, Err(KktEnclosedRejection::NotContracting { .. })), "{refused:?}");
}

#[test]
fn multipliers_are_positive() {
    let network = deep(2, &[1, 1], Activation::Relu);
    let problem = problem(network, &["+ 1 1", "+ 2 1"], "0.000000000001 1 | 1 | 1");
    let evidence = evidence(&problem, &[0, 1], "2 -1", "+ + | + +", "").expect("a regular derivative");
    let refused = outcome(&problem, &evidence, |_| {});
    assert!(
        matches!(refused, Err(KktEnclosedRejection::NotPositive { what: "multiplier", index: 1, .. })),
        "{refused:?}"
    );
}

#[test]
fn every_unit_is_on_the_side_of_the_pattern() {
    let problem = path(&[]);
    let evidence = path_evidence(&problem);
    let wrong = |layer: usize, side| {
        let refused = outcome(&problem, &evidence, |e| e.patterns[1][layer][1] = side);
        assert!(
            matches!(refused, Err(KktEnclosedRejection::UnitSide { sample: 1, unit, .. }) if unit == at(layer, 1)),
            "{refused:?}"
        );
    };
    // A unit that is 0 is on no side.
    wrong(0, Some(Sign::Negative));
    wrong(1, Some(Sign::Negative));
    wrong(0, Some(Sign::Positive));
    // A kink hidden in the box: each unit is at -0.0002 on the other's sample.
    let near = "+ -20000/100000001 99999999/100000001";
    let point = "0.890898718 0.000000000001 -0.000178180 0.890898701 | 0.890898718 0.890898718 | 1.259921050";
    let near = self::problem(deep(2, &[2, 1], Activation::Relu), &["+ 1 0", near], point);
    let evidence = self::evidence(&near, &[0, 1], "0.793700526 0.793700526", "+- + | -+ +", "").expect("regular");
    assert_eq!(outcome(&near, &evidence, |e| e.radius = q("1/1000000")), Ok(()));
    let refused = outcome(&near, &evidence, |e| e.radius = q("1/1000"));
    assert!(matches!(refused, Err(KktEnclosedRejection::UnitSide { .. })), "{refused:?}");
}

#[test]
fn slopes_of_held_kinks_are_strictly_between() {
    // As the ridge, but the samples are farther from each other.
    let point = "0.657780260 0.877040347 -0.679352532 0.509514399 | 1.096300434 0.849190665 | 1.386722549";
    let problem = problem(deep(2, &[2, 1], Activation::Relu), &["+ 1 0", "+ -4/5 3/5"], point);
    let evidence =
        evidence(&problem, &[0, 1], "1.201874642 0.721124785", "+- + | 0+ +", "4/3").expect("a regular derivative");
    let refused = outcome(&problem, &evidence, |e| e.radius = q("1/1000000"));
    assert!(
        matches!(refused, Err(KktEnclosedRejection::UnitSlope { sample: 1, unit, .. }) if unit == at(0, 0)),
        "{refused:?}"
    );
}

#[test]
fn a_parameter_that_is_0_is_stationary_whatever_the_others_are() {
    // The second unit's outgoing weight is an unknown, so that its incoming ones matter.
    let samples = ["+ 4 1", "+ -4 1"];
    let problem = problem(
        deep(2, &[2, 1], Activation::LeakyRelu(q("1/2"))),
        &samples,
        "0.000000000001 1 0 0 | 1 0.00000000000001 | 1",
    );
    let evidence = evidence(&problem, &[0, 1], "1/2 1/2", "+. + | +. +", "").expect("a regular derivative");
    let refused = outcome(&problem, &evidence, |_| {});
    assert!(matches!(refused, Err(KktEnclosedRejection::ZeroParameter { layer: 0, parameter: 2, .. })), "{refused:?}");
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
