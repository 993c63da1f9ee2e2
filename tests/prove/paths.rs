//! Networks of two paths: `paths` against all corners of the feasible set, in floats.

use margincert::kernel::check::{GlobalOptimum, Kkt, LocalOptimum, Method, NotGlobalOptimum, check};
use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Activation, Network, Parameters, Scope, Weights};
use margincert::kernel::problem::{Label, Problem, Sample};
use margincert::prove::deadline::Deadline;
use margincert::prove::field::ProofField;
use margincert::prove::paths::{better, optimum};
use margincert::prove::search::{Random, Search};

fn q(numerator: i64, denominator: i64) -> Rational {
    Rational::ratio(numerator, denominator).expect("a denominator")
}

/// Two paths of positive weights of one size each, or 0, and samples of which most have the margin 1.
fn random_problem(depth: usize, activation: &Activation<Rational>, random: &mut Random) -> Option<Problem<Rational>> {
    let sizes = [0, 1].map(|_| q([0, 1, 1, 2, 3][random.below(5) as usize], 2));
    let point = Parameters::new(vec![sizes.to_vec(); depth]);
    let mut layers = vec![(Weights::Diagonal, activation.clone()); depth - 1];
    layers.push((Weights::Dense { outputs: 1 }, Activation::Linear));
    let network = Network::new(2, layers).ok()?;
    let mut samples = Vec::new();
    for _ in 0..1 + random.below(3) {
        let x = vec![q(random.integer(5), 1), q(random.integer(5), 1)];
        let of = |y| Problem::new(network.clone(), vec![Sample { x: x.clone(), y }], point.clone()).ok();
        let y = if of(Label::Positive)?.margin(0).sign() == margincert::kernel::exact::Sign::Positive {
            Label::Positive
        } else {
            Label::Negative
        };
        let margin = of(y)?.margin(0) * &q(1, 1 + i64::from(random.below(4) == 0));
        let x = x.into_iter().map(|x| x.over(&margin)).collect::<Option<Vec<_>>>()?;
        samples.push(Sample { x, y });
    }
    Problem::new(network, samples, point).ok()
}

/// What a path may make of a sample: for each sign of what it reads and of what it passes on.
fn kinds(problem: &Problem<Rational>, path: usize, is_linear: bool) -> Vec<Vec<f64>> {
    let of = |sign: f64, out: f64| {
        let passed = |x: f64| out * if is_linear { sign * x } else { (sign * x).max(0.0) };
        let label = |y: Label| if y == Label::Positive { 1.0 } else { -1.0 };
        problem.samples().iter().map(|s| label(s.y) * passed(s.x[path].to_f64())).collect::<Vec<f64>>()
    };
    vec![of(1.0, 1.0), of(-1.0, 1.0), of(1.0, -1.0), of(-1.0, -1.0)]
}

/// The least squared norm, with one path alone or with two and two samples on the margin; and whether several corners attain it.
fn least_norm(problem: &Problem<Rational>, depth: usize, is_linear: bool) -> (f64, bool) {
    let power = 2.0 / depth as f64;
    let mut corners: Vec<(f64, f64, f64)> = Vec::new();
    for first in kinds(problem, 0, is_linear) {
        for second in kinds(problem, 1, is_linear) {
            let samples = first.len();
            let mut offer = |u: f64, v: f64| {
                let is_feasible = (0..samples).all(|i| first[i] * u + second[i] * v >= 1.0 - 1e-9);
                if u >= -1e-12 && v >= -1e-12 && is_feasible {
                    corners.push((depth as f64 * (u.max(0.0).powf(power) + v.max(0.0).powf(power)), u, v));
                }
            };
            for i in 0..samples {
                offer(1.0 / first[i], 0.0);
                offer(0.0, 1.0 / second[i]);
                for k in 0..i {
                    let det = first[i] * second[k] - first[k] * second[i];
                    offer((second[k] - second[i]) / det, (first[i] - first[k]) / det);
                }
            }
        }
    }
    let least = corners.iter().map(|corner| corner.0).fold(f64::INFINITY, f64::min);
    corners.retain(|corner| corner.0 <= least * (1.0 + 1e-9));
    let is_same = |(_, u, v): &(f64, f64, f64)| (u - corners[0].1).abs() + (v - corners[0].2).abs() < 1e-9;
    (least, !corners.iter().all(is_same))
}

#[test]
fn every_optimum_is_proved_and_every_other_point_beaten() {
    let mut random = Random::new(11);
    let (mut optima, mut others, mut open) = (0, 0, 0);
    for round in 0..400 {
        let (depth, is_linear) = (2 + round % 3, round / 3 % 2 == 0);
        let activation = if is_linear { Activation::Linear } else { Activation::Relu };
        let Some(problem) = random_problem(depth, &activation, &mut random) else { continue };
        let kkt =
            Kkt { layer: None, multipliers: vec![q(0, 1); problem.samples().len()], selections: Default::default() };
        let mut search = Search::new(Deadline::none(), 0);
        let norm = problem.point().norm_squared(Scope::All).to_f64();
        let (least, has_several) = least_norm(&problem, depth, is_linear);
        assert!(least <= norm * (1.0 + 1e-9), "round {round}: the corners miss the point, {least} > {norm}");
        let found = optimum(&problem, &kkt, false, &mut search);
        if least > norm * (1.0 - 1e-9) {
            if found.is_none() && has_several {
                // A bound is attained at another corner too, whose sizes may be no rationals.
                open += 1;
                continue;
            }
            let found =
                found.unwrap_or_else(|| panic!("round {round}: an optimum is not proved, {:?}", search.attempts()));
            let by = Method::Paths(found);
            check(&problem, &GlobalOptimum { layer: None, by }).expect("the evidence holds");
            optima += 1;
        } else {
            assert!(found.is_none(), "round {round}: {least} is less than {norm}");
            let better: NotGlobalOptimum<Rational> =
                better(&problem, &search).unwrap_or_else(|| panic!("round {round}: {least} is less than {norm}"));
            check(&problem, &better).expect("the point is better");
            others += 1;
        }
    }
    assert!(optima > 40 && others > 40 && open < 8, "{optima} optima, {others} other points, {open} open");
}

/// A corner where each path is needed is a local optimum, though one path alone, far away, is better.
#[test]
fn a_corner_is_a_local_optimum() {
    let layers = vec![
        (Weights::Diagonal, Activation::Linear),
        (Weights::Diagonal, Activation::Linear),
        (Weights::Dense { outputs: 1 }, Activation::Linear),
    ];
    let network = Network::new(2, layers).expect("a network");
    let of = |share: i64| {
        let part = |n: i64| q(n, 20);
        let samples = [[10 + share, 10 - share], [10 - share, 10 + share]];
        let samples = samples.map(|x| Sample { x: x.map(part).to_vec(), y: Label::Positive }).to_vec();
        let point = Parameters::new(vec![vec![q(1, 1), q(1, 1)]; 3]);
        Problem::new(network.clone(), samples, point).expect("a problem")
    };
    let ask = |problem: &Problem<Rational>, is_local| {
        let kkt = Kkt { layer: None, multipliers: vec![q(1, 1); 2], selections: Default::default() };
        optimum(problem, &kkt, is_local, &mut Search::new(Deadline::none(), 0)).map(Method::Paths)
    };
    // One path alone must make 20 / (10 - share) of its input, which costs less than two that make 1 if it is below 2^(3/2).
    for (share, is_global) in [(1, false), (2, false), (4, true), (9, true)] {
        let problem = of(share);
        let by = ask(&problem, true).expect("a local optimum");
        check(&problem, &LocalOptimum { layer: None, by }).expect("the evidence holds");
        let global = ask(&problem, false);
        assert_eq!(global.is_some(), is_global, "share {share}");
        if let Some(by) = global {
            check(&problem, &GlobalOptimum { layer: None, by }).expect("the evidence holds");
        }
    }
}
