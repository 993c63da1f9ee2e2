//! Enclosed KKT points of depth 2: what makes an enclosure one, and what breaks it.

use margincert::kernel::check::{KktEnclosed, KktEnclosedRejection, LiveDirection, Rejection, check};
use margincert::kernel::enclosure::{Equations, GramSystem, Interval};
use margincert::kernel::exact::{OrderedField, Sign};
use margincert::kernel::network::Activation;
use margincert::kernel::problem::{Label, Problem};

use crate::support::{Q, dense, last, network, problem, q, row, two_layers, verdict};

type Outcome = Result<(), KktEnclosedRejection>;

pub(super) fn direction(
    sign: Label,
    units: &[usize],
    shares: &str,
    amount: &str,
    pattern: &str,
    slopes: &str,
) -> LiveDirection {
    let side = |side| match side {
        '+' => Sign::Positive,
        '0' => Sign::Zero,
        _ => Sign::Negative,
    };
    let (shares, amount, slopes) = (row(shares), q(amount), row(slopes));
    LiveDirection { sign, units: units.to_vec(), shares, amount, pattern: pattern.chars().map(side).collect(), slopes }
}

/// The evidence of some unknowns with the exact inverse of the derivative, if it is regular.
pub(super) fn evidence(
    problem: &Problem<Q>,
    active: &[usize],
    multipliers: &str,
    directions: Vec<LiveDirection>,
    distance: &str,
) -> Option<KktEnclosed<Q>> {
    let slope = |side| problem.network().layers()[0].activation().slope(side);
    let sides = [slope(Sign::Negative), slope(Sign::Positive)];
    let inputs: Vec<Vec<_>> = problem.samples().iter().map(|s| s.x.iter().map(Interval::of).collect()).collect();
    let labels: Vec<Label> = problem.samples().iter().map(|sample| sample.y).collect();
    let system = GramSystem::new(&inputs, &labels, active.to_vec(), &directions, &sides);
    let multipliers = row(multipliers);
    let amounts = directions.iter().map(|direction| &direction.amount);
    let slopes = directions.iter().flat_map(|direction| &direction.slopes);
    let unknowns: Vec<_> = multipliers.iter().chain(amounts).chain(slopes).map(Interval::of).collect();
    let jacobian = system.jacobian(&unknowns);
    let middle = |entry: &Interval| entry.middle_and_radius().0.lower();
    let inverse = inverse(jacobian.iter().map(|row| row.iter().map(middle).collect()).collect())?;
    let (active, radius, distance) = (active.to_vec(), q("1/1000000000000"), q(distance));
    Some(KktEnclosed { active, multipliers, directions, radius, inverse, distance, optimum: Vec::new() })
}

/// The same where the two first samples are active, and the derivative is regular.
fn regular(problem: &Problem<Q>, multipliers: &str, directions: Vec<LiveDirection>, distance: &str) -> KktEnclosed<Q> {
    evidence(problem, &[0, 1], multipliers, directions, distance).expect("a regular derivative")
}

/// Gauss and Jordan's method over the rationals; nothing for a singular matrix.
pub(super) fn inverse(matrix: Vec<Vec<Q>>) -> Option<Vec<Vec<Q>>> {
    let size = matrix.len();
    let unit = |i: usize| (0..size).map(move |j| Q::from(i64::from(i == j)));
    let mut rows: Vec<Vec<Q>> =
        matrix.into_iter().enumerate().map(|(i, r)| r.into_iter().chain(unit(i)).collect()).collect();
    for k in 0..size {
        let pivot = (k..size).find(|i| rows[*i][k] != Q::from(0))?;
        rows.swap(k, pivot);
        let head = rows[k][k].reciprocal()?;
        rows[k].iter_mut().for_each(|x| *x = &*x * &head);
        let pivot = rows[k].clone();
        for i in (0..size).filter(|i| *i != k) {
            let factor = rows[i][k].clone();
            rows[i].iter_mut().zip(&pivot).for_each(|(x, p)| *x = &*x - &factor * p);
        }
    }
    Some(rows.into_iter().map(|row| row[size..].to_vec()).collect())
}

const PAIR: [&str; 2] = ["+ 1 3/4", "- 0 1"];

/// Two units, each holding a kink on the other's sample; the multipliers are 1 and 5/4, the outgoing weights 1 and the root of 5/4.
pub fn pair(more: &[&str]) -> Problem<Q> {
    let samples: Vec<&str> = PAIR.iter().chain(more).copied().collect();
    let point = "1 0 -0.670820393249936 0.894427190999915 | 1 -1.118033988749894";
    problem(two_layers(2, 2, Activation::Relu), &samples, point)
}

pub fn pair_evidence(problem: &Problem<Q>) -> KktEnclosed<Q> {
    let directions = vec![
        direction(Label::Positive, &[0], "1", "1", "+0", "3/5"),
        direction(Label::Negative, &[1], "1", "5/4", "0+", "3/5"),
    ];
    regular(problem, "1 5/4", directions, "1/100000000000")
}

/// One unit holds a kink on the other's sample, which has its own sign: a ridge.
pub fn ridge() -> (Problem<Q>, KktEnclosed<Q>) {
    let point = "0.894427190999915 0.670820393249936 -0.6 0.8 | 1.118033988749894 1";
    let problem = problem(two_layers(2, 2, Activation::Relu), &["+ 1 0", "+ -3/5 4/5"], point);
    let directions = vec![
        direction(Label::Positive, &[0], "1", "5/4", "+0", "3/4"),
        direction(Label::Positive, &[1], "1", "1", "-+", ""),
    ];
    let evidence = regular(&problem, "5/4 1", directions, "1/100000000000");
    (problem, evidence)
}

/// `fc-relu-dead-neuron`, whose second unit is 0.
pub fn dead() -> (Problem<Q>, KktEnclosed<Q>) {
    let problem = crate::support::dead_neuron();
    let directions = vec![direction(Label::Positive, &[0], "1", "4", "++", "")];
    let evidence = regular(&problem, "2 2", directions, "1/100000000000");
    (problem, evidence)
}

pub fn with(evidence: &KktEnclosed<Q>, change: impl FnOnce(&mut KktEnclosed<Q>)) -> KktEnclosed<Q> {
    let mut changed = evidence.clone();
    change(&mut changed);
    changed
}

fn outcome(problem: &Problem<Q>, evidence: &KktEnclosed<Q>, change: impl FnOnce(&mut KktEnclosed<Q>)) -> Outcome {
    match verdict(check(problem, &with(evidence, change))) {
        Err(Rejection::KktEnclosed(rejection)) => Err(rejection),
        other => other.map_err(|rejection| panic!("{rejection}")),
    }
}

#[test]
fn enclosed_points_are_accepted() {
    let pair = pair(&[]);
    assert_eq!(outcome(&pair, &pair_evidence(&pair), |_| ()), Ok(()));
    let ((ridge, of_ridge), (dead, of_dead)) = (ridge(), dead());
    assert_eq!(outcome(&ridge, &of_ridge, |_| ()), Ok(()));
    assert_eq!(outcome(&dead, &of_dead, |_| ()), Ok(()));
    // The unknowns need not be exact, if the box is large enough.
    let off = |e: &mut KktEnclosed<Q>| e.multipliers[0] = q("1.0000000001");
    assert_eq!(
        outcome(&pair, &pair_evidence(&pair), |e| {
            off(e);
            e.radius = q("1/1000000000");
            e.distance = q("1/10000000")
        }),
        Ok(())
    );
    assert!(
        matches!(outcome(&pair, &pair_evidence(&pair), off), Err(KktEnclosedRejection::NotContracting { contraction, .. })
        if contraction.factor < q("1/1000") && contraction.reach > q("1/1000000000000"))
    );
}

#[test]
fn the_radius_must_be_positive_and_neither_too_small_nor_too_large() {
    let problem = pair(&[]);
    let of = pair_evidence(&problem);
    let radius = |radius: &str| outcome(&problem, &of, |e| e.radius = q(radius));
    assert_eq!(radius("0"), Err(KktEnclosedRejection::Radius(q("0"))));
    assert_eq!(radius("-1/1000"), Err(KktEnclosedRejection::Radius(q("-1/1000"))));
    // The box may be large, but then the distance is not small.
    assert!(matches!(radius("1/1000"), Err(KktEnclosedRejection::Distance { .. })));
    assert_eq!(
        outcome(&problem, &of, |e| {
            e.radius = q("1/1000");
            e.distance = q("1/50")
        }),
        Ok(())
    );
    assert!(
        matches!(radius("1"), Err(KktEnclosedRejection::NotContracting { contraction, .. }) if contraction.factor >= q("1"))
    );
    // Below the rounding of the intervals.
    let tiny = format!("1/1{}", "0".repeat(70));
    assert!(
        matches!(radius(&tiny), Err(KktEnclosedRejection::NotContracting { contraction, .. }) if contraction.factor < q("1"))
    );
}

#[test]
fn the_inverse_must_be_one() {
    let problem = pair(&[]);
    let of = pair_evidence(&problem);
    let not_contracting = |outcome: Outcome| match outcome {
        Err(KktEnclosedRejection::NotContracting { contraction, .. }) => contraction.row,
        other => panic!("{other:?}"),
    };
    // A singular matrix: a row is a multiple of another one, or 0.
    assert_eq!(not_contracting(outcome(&problem, &of, |e| e.inverse[3] = e.inverse[2].clone())), 3);
    assert_eq!(not_contracting(outcome(&problem, &of, |e| e.inverse[5].iter_mut().for_each(|x| *x = q("0")))), 5);
    let size = |row, found| Err(KktEnclosedRejection::Inverse { row, found, expected: 6 });
    assert_eq!(outcome(&problem, &of, |e| drop(e.inverse.pop())), size(None, 5));
    assert_eq!(outcome(&problem, &of, |e| drop(e.inverse[4].pop())), size(Some(4), 5));
}

#[test]
fn margins_of_other_samples() {
    let tiny = format!("1/1{}", "0".repeat(30));
    let (above, below) = (q("1") + q(&tiny), q("1") - q(&tiny));
    for (x, is_above) in [(above, true), (below, false), (q("1"), false)] {
        let problem = pair(&[&format!("+ {x} 0")]);
        let of = with(&pair_evidence(&problem), |e| e.radius = q(&format!("1/1{}", "0".repeat(40))));
        match outcome(&problem, &of, |_| ()) {
            Ok(()) => assert!(is_above),
            Err(KktEnclosedRejection::Margin { sample: 2, lower, upper }) => {
                assert!(!is_above && lower <= x && x <= upper && &upper - &lower < q(&tiny));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_active_set_must_be_right() {
    let problem = pair(&["+ 2 0"]);
    let of = pair_evidence(&problem);
    // A sample that is not active: no multiplier makes the equations hold.
    let more = |e: &mut KktEnclosed<Q>| {
        e.active.push(2);
        e.multipliers.push(q("1/10"));
        e.directions[0].pattern.push(Sign::Positive);
        e.directions[1].pattern.push(Sign::Negative);
        let last = vec![q("0"); 7];
        e.inverse.iter_mut().for_each(|row| row.push(q("0")));
        e.inverse.push(last);
    };
    assert!(matches!(outcome(&problem, &of, more), Err(KktEnclosedRejection::NotContracting { .. })));
    let active = |place, sample, found: Vec<usize>| {
        let rejected = Err(KktEnclosedRejection::Active { place, sample, samples: 3 });
        assert_eq!(outcome(&problem, &of, |e| e.active = found), rejected);
    };
    active(1, 0, vec![1, 0]);
    active(1, 0, vec![0, 0]);
    active(1, 3, vec![0, 3]);
    let empty = |what| Err(KktEnclosedRejection::Empty { what });
    assert_eq!(outcome(&problem, &of, |e| e.active.clear()), empty("active sample"));
    assert_eq!(outcome(&problem, &of, |e| e.directions.clear()), empty("direction"));
    let few = Err(KktEnclosedRejection::Multipliers { found: 1, expected: 2 });
    assert_eq!(outcome(&problem, &of, |e| drop(e.multipliers.pop())), few);
}

#[test]
fn sides_slopes_and_signs() {
    let (problem, of) = ridge();
    let wrong_side = outcome(&problem, &of, |e| e.directions[1].pattern[0] = Sign::Positive);
    assert!(matches!(wrong_side, Err(KktEnclosedRejection::NotContracting { .. })));
    let range = |slope: &str| outcome(&problem, &of, |e| e.directions[0].slopes[0] = q(slope));
    assert!(matches!(range("3/4"), Ok(())));
    assert!(matches!(range("1"), Err(KktEnclosedRejection::NotContracting { .. })));
    let sizes = |found| Err(KktEnclosedRejection::Slopes { direction: 0, found, expected: 1 });
    assert_eq!(outcome(&problem, &of, |e| e.directions[0].slopes.clear()), sizes(0));
    assert_eq!(outcome(&problem, &of, |e| e.directions[0].slopes.push(q("1/2"))), sizes(2));
    let short = Err(KktEnclosedRejection::Pattern { direction: 1, found: 1, expected: 2 });
    assert_eq!(outcome(&problem, &of, |e| e.directions[1].pattern.truncate(1)), short);
}

#[test]
fn a_kink_hidden_in_the_box() {
    // The first direction's preactivation on the second sample is 239/28561, about 0.008.
    let point = "0.839 0.846 -0.7 0.706 | 1.192 0.994";
    let problem = problem(two_layers(2, 2, Activation::Relu), &["+ 1 0", "+ -119/169 120/169"], point);
    let directions = vec![
        direction(Label::Positive, &[0], "1", "169/119", "++", ""),
        direction(Label::Positive, &[1], "1", "19872/20111", "-+", ""),
    ];
    let of = regular(&problem, "238/169 1", directions, "1/2");
    let radius = |radius: &str| outcome(&problem, &of, |e| e.radius = q(radius));
    assert_eq!(radius("1/1000"), Ok(()));
    match radius("1/100") {
        Err(KktEnclosedRejection::Side { direction: 0, sample: 1, lower, upper }) => {
            assert!(lower < q("0") && upper > q("239/28561"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_solution_with_wrong_signs_is_no_kkt_point() {
    // With the sign of one sample changed, the same numbers solve the equations with a negative multiplier.
    let samples = ["+ 1 0", "- -3/5 4/5"];
    let point = "0.894427190999915 0.670820393249936 -0.6 0.8 | 1.118033988749894 1";
    let problem = problem(two_layers(2, 2, Activation::Relu), &samples, point);
    let directions = vec![
        direction(Label::Positive, &[0], "1", "5/4", "+0", "3/4"),
        direction(Label::Positive, &[1], "1", "-1", "-+", ""),
    ];
    let of = regular(&problem, "5/4 -1", directions, "9");
    assert!(matches!(outcome(&problem, &of, |_| ()),
        Err(KktEnclosedRejection::NotPositive { what: "multiplier", index: 1, lower }) if lower < q("-0.99")));
}

#[test]
fn units_and_shares() {
    let (problem, of) = dead();
    // Both units along one direction: a rotation of the point, and as good a KKT point.
    let split = with(&of, |e| {
        e.directions[0].units = vec![0, 1];
        e.directions[0].shares = row("9/25 16/25");
        e.distance = q("4");
    });
    assert_eq!(outcome(&problem, &split, |_| ()), Ok(()));
    let far = outcome(&problem, &split, |e| e.distance = q("1"));
    assert!(matches!(far, Err(KktEnclosedRejection::Distance { bound_squared, .. }) if bound_squared > q("6")));
    let shares = |shares: &str| {
        let (count, sum) = (row(shares).len(), row(shares).iter().fold(q("0"), |sum, share| sum + share));
        let rejected = Err(KktEnclosedRejection::Shares { direction: 0, shares: count, units: 2, sum });
        assert_eq!(outcome(&problem, &split, |e| e.directions[0].shares = row(shares)), rejected, "{shares}");
    };
    shares("1/2 1/3");
    shares("1 0");
    shares("2 -1");
    shares("1");
    let unit = |unit| Err(KktEnclosedRejection::Unit { direction: 0, unit, width: 2 });
    assert_eq!(outcome(&problem, &split, |e| e.directions[0].units = vec![0, 0]), unit(0));
    assert_eq!(outcome(&problem, &split, |e| e.directions[0].units = vec![0, 2]), unit(2));
    assert!(matches!(outcome(&problem, &of, |e| e.distance = q("-1")), Err(KktEnclosedRejection::Distance { .. })));
}

#[test]
fn other_architectures() {
    let deep = network(2, vec![dense(2, Activation::Relu), dense(2, Activation::Relu), last()]);
    let deep = problem(deep, &PAIR, "1 0 0 1 | 1 0 0 1 | 1 -1");
    let shallow = pair(&[]);
    assert_eq!(outcome(&deep, &pair_evidence(&shallow), |_| ()), Err(KktEnclosedRejection::Architecture));
}
