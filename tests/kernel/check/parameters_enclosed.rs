use margincert::kernel::check::{KktEnclosedRejection, ParametersEnclosed, Rejection, check};
use margincert::kernel::enclosure::{Equations, Interval, ParameterSystem};
use margincert::kernel::exact::{OrderedField, Rational, Sign};
use margincert::kernel::network::{Activation, Layer, Network};
use margincert::kernel::problem::Problem;

use super::at;
use super::kkt_enclosed::inverse;
use crate::support::{Q, dense, last, network, problem, q, row, verdict};

/// Dense layers with these hidden widths.
pub(super) fn deep(inputs: usize, widths: &[usize], activation: Activation<Q>) -> Network<Q> {
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
pub(super) fn path(more: &[&str]) -> Problem<Q> {
    let samples: Vec<&str> = ["+ 4 1", "+ -4 1"].iter().chain(more).copied().collect();
    problem(deep(2, &[2, 2], Activation::Relu), &samples, "0.000000000001 1 0 0 | 1 0 0 0 | 1 0")
}

pub(super) fn path_evidence(problem: &Problem<Q>) -> ParametersEnclosed<Q> {
    evidence(problem, &[0, 1], "1/2 1/2", "+. +. | +. +.", "").expect("a regular derivative")
}

/// The ridge of `kkt_enclosed`, with one more layer of one unit: unit 0 holds a kink on sample 1, which has its own sign. The last weight is the
/// third root of 9/4, which divides the multipliers, and whose root divides the weights before it.
pub(super) fn ridge() -> (Problem<Q>, ParametersEnclosed<Q>) {
    let point = "0.781354121 0.586015591 -0.524148279 0.698864372 | 0.976692651 0.873580465 | 1.310370697";
    let problem = problem(deep(2, &[2, 1], Activation::Relu), &["+ 1 0", "+ -3/5 4/5"], point);
    let mut evidence =
        evidence(&problem, &[0, 1], "0.953928535 0.763142828", "+- + | 0+ +", "3/4").expect("a regular derivative");
    evidence.radius = q("1/1000000");
    (problem, evidence)
}

pub(super) fn with(
    evidence: &ParametersEnclosed<Q>,
    change: impl FnOnce(&mut ParametersEnclosed<Q>),
) -> ParametersEnclosed<Q> {
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
