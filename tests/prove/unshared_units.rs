//! Networks of depth 2 with one hidden unit, and with one more that reads less: `cases` with multipliers of their own, against all directions
//! of the plane in floats.

use margincert::kernel::check::{GlobalOptimum, LocalOptimum, Method, NotGlobalOptimum, check};
use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Activation, Network, Parameters, Scope, Weights};
use margincert::kernel::problem::{Label, Problem, Sample};
use margincert::prove::cases::{Decision, unshared};
use margincert::prove::curves::not_local_optimum;
use margincert::prove::deadline::Deadline;
use margincert::prove::field::ProofField;
use margincert::prove::free::shaped;
use margincert::prove::kkt::{Stationarity, stationarity};
use margincert::prove::search::{Random, Search};

fn q(numerator: i64, denominator: i64) -> Rational {
    Rational::ratio(numerator, denominator).expect("a denominator")
}

/// A unit `(3/5, 4/5) size` and a weight `size`, and samples that it has on the margin, to both sides of that direction.
///
/// Some have the other label, and lie on the other side of the unit, where the activation passes on less.
fn balanced(slope: &Rational, random: &mut Random) -> Problem<Rational> {
    let size = q(1 + random.integer(2).abs(), 2);
    let area = size.clone() * &size;
    let wide = q(random.integer(3), 2);
    let mut samples = Vec::new();
    for side in [q(1, 1), q(-1, 1)] {
        let turned = side * &wide;
        let x = [q(3, 5) - &(q(4, 5) * &turned), q(4, 5) + &(q(3, 5) * &turned)];
        let is_negative = slope.reciprocal().is_some() && random.coin();
        let reach = if is_negative { -(area.clone() * slope) } else { area.clone() };
        let y = if is_negative { Label::Negative } else { Label::Positive };
        samples.push(Sample { x: x.into_iter().map(|x| x.over(&reach).expect("not 0")).collect(), y });
    }
    let layers = vec![
        (Weights::Dense { outputs: 1 }, Activation::LeakyRelu(slope.clone())),
        (Weights::Dense { outputs: 1 }, Activation::Linear),
    ];
    let network = Network::new(2, layers).expect("a network");
    let point = vec![vec![q(3, 5) * &size, q(4, 5) * &size], vec![size]];
    Problem::new(network, samples, Parameters::new(point)).expect("a problem")
}

/// The greatest least margin of units of the same norm.
fn greatest_margin(problem: &Problem<Rational>, slope: f64) -> f64 {
    let half_norm = problem.point().norm_squared(Scope::All).to_f64() / 2.0;
    let least = |sign: f64, angle: f64| {
        let margins = problem.samples().iter().map(|sample| {
            let z = half_norm * (angle.cos() * sample.x[0].to_f64() + angle.sin() * sample.x[1].to_f64());
            let label = if sample.y == Label::Positive { 1.0 } else { -1.0 };
            sign * label * if z < 0.0 { slope * z } else { z }
        });
        margins.fold(f64::INFINITY, f64::min)
    };
    let angles = (0..3600).map(|k| f64::from(k) * std::f64::consts::TAU / 3600.0);
    angles.flat_map(|angle| [least(1.0, angle), least(-1.0, angle)]).fold(0.0, f64::max)
}

/// The same with a second unit that reads the first input alone, and is 0.
fn with_another(problem: &Problem<Rational>, slope: &Rational) -> Problem<Rational> {
    let entries = vec![vec![Some(0), Some(1)], vec![Some(2), None]];
    let layers = vec![
        (Weights::Template { entries }, Activation::LeakyRelu(slope.clone())),
        (Weights::Dense { outputs: 1 }, Activation::Linear),
    ];
    let network = Network::new(2, layers).expect("a network");
    let [mut first, mut last] = [problem.point().layers()[0].clone(), problem.point().layers()[1].clone()];
    first.push(q(0, 1));
    last.push(q(0, 1));
    Problem::new(network, problem.samples().to_vec(), Parameters::new(vec![first, last])).expect("a problem")
}

/// The greatest least margin of both units with the same norm together, on a grid.
fn greatest_margin_of_two(problem: &Problem<Rational>, slope: f64) -> f64 {
    let half_norm = problem.point().norm_squared(Scope::All).to_f64() / 2.0;
    let act = |z: f64| if z < 0.0 { slope * z } else { z };
    let label = |sample: &Sample<Rational>| if sample.y == Label::Positive { 1.0 } else { -1.0 };
    let read = |sample: &Sample<Rational>| (sample.x[0].to_f64(), sample.x[1].to_f64(), label(sample));
    let samples: Vec<(f64, f64, f64)> = problem.samples().iter().map(read).collect();
    let mut greatest: f64 = 0.0;
    for part in (0..=20).map(|k| f64::from(k) / 20.0) {
        let (own, other) = (half_norm * (1.0 - part), half_norm * part);
        for angle in (0..360).map(|k| f64::from(k) * std::f64::consts::TAU / 360.0) {
            for (sign, side, sign_of_other) in
                [1.0, -1.0].into_iter().flat_map(|a| [1.0, -1.0].map(|b| [1.0, -1.0].map(|c| (a, b, c)))).flatten()
            {
                let margin = |&(x, y, label): &(f64, f64, f64)| {
                    let first = sign * act(own * (angle.cos() * x + angle.sin() * y));
                    label * (first + sign_of_other * act(other * side * x))
                };
                greatest = greatest.max(samples.iter().map(margin).fold(f64::INFINITY, f64::min));
            }
        }
    }
    greatest
}

/// Whether cases near the point prove it a local optimum.
fn is_local(problem: &Problem<Rational>, multipliers: &[Rational]) -> bool {
    match unshared(problem, multipliers, true, &mut Search::new(Deadline::none(), 1)) {
        Some(Decision::Optimum(cases)) => {
            let claim = LocalOptimum { layer: None, by: Method::Cases(cases) };
            check(problem, &claim).unwrap_or_else(|error| panic!("{error:?}"));
            true
        }
        Some(Decision::Better(_)) => panic!("a better point in a local question"),
        None => false,
    }
}

#[test]
fn another_unit_that_reads_less_is_looked_at_with_the_first() {
    let mut random = Random::new(7);
    let (mut optima, mut others, mut local, mut open) = (0, 0, 0, 0);
    for round in 0..60 {
        let slope = [q(0, 1), q(1, 4), q(3, 5)][round % 3].clone();
        let problem = with_another(&balanced(&slope, &mut random), &slope);
        let mut search = Search::new(Deadline::none(), 1);
        let Stationarity::Kkt(kkt) = stationarity(&problem, Scope::All, &mut search) else { continue };
        let greatest = greatest_margin_of_two(&problem, slope.to_f64());
        match unshared(&problem, &kkt.multipliers, false, &mut search) {
            Some(Decision::Optimum(cases)) => {
                let claim = GlobalOptimum { layer: None, by: Method::Cases(cases) };
                check(&problem, &claim).unwrap_or_else(|error| panic!("{error:?}"));
                assert!(greatest <= 1.0 + 1e-9, "{greatest}");
                assert!(is_local(&problem, &kkt.multipliers), "a global optimum is a local one");
                optima += 1;
            }
            Some(Decision::Better(numbers)) => {
                let better = shaped(problem.network(), Scope::All, &numbers);
                let claim = NotGlobalOptimum { layer: None, better };
                check(&problem, &claim).unwrap_or_else(|error| panic!("{error:?}"));
                let curve = not_local_optimum(&problem, Scope::All, Some(&kkt), &mut search);
                assert_ne!(is_local(&problem, &kkt.multipliers), curve.is_some());
                local += usize::from(curve.is_none());
                others += 1;
            }
            None => {
                assert!(greatest <= 1.0 + 1e-9, "{greatest} at slope {slope}: {:?}", search.attempts());
                open += 1;
            }
        }
    }
    assert!(optima >= 15 && others >= 15 && open <= 2, "{optima} optima, {others} others, {open} open");
    assert!(local >= 3 && others - local >= 3, "{local} of {others} local");
}

#[test]
fn every_optimum_is_proved_and_nothing_else() {
    let mut random = Random::new(5);
    let (mut optima, mut others) = (0, 0);
    for round in 0..80 {
        let slope = [q(0, 1), q(1, 4), q(3, 5), q(1, 1), q(2, 1)][round % 5].clone();
        let problem = balanced(&slope, &mut random);
        let none = vec![q(0, 1); problem.samples().len()];
        let found = unshared(&problem, &none, false, &mut Search::new(Deadline::none(), 1));
        let greatest = greatest_margin(&problem, slope.to_f64());
        match found {
            Some(Decision::Optimum(cases)) => {
                let claim = GlobalOptimum { layer: None, by: Method::Cases(cases) };
                check(&problem, &claim).unwrap_or_else(|error| panic!("{error:?}"));
                assert!(greatest <= 1.0 + 1e-9, "{greatest}");
                optima += 1;
            }
            Some(Decision::Better(numbers)) => {
                let better = shaped(problem.network(), Scope::All, &numbers);
                let claim = NotGlobalOptimum { layer: None, better };
                check(&problem, &claim).unwrap_or_else(|error| panic!("{error:?}"));
                assert!(greatest > 1.0 + 1e-4, "{greatest} at slope {slope}");
                others += 1;
            }
            None => panic!("undecided"),
        }
    }
    assert!(optima >= 40 && others >= 5, "{optima} optima, {others} others");
}

#[test]
fn one_unit_is_told_from_a_shorter_one_by_a_hair() {
    for (more, is_optimum) in [(q(0, 1), true), (q(1, 1_000_000_000_000), false)] {
        // The margin of the point is `1 + more`, so that it may be shorter by as much.
        let x = vec![q(1, 1) + &more, q(0, 1)];
        let network = Network::new(
            2,
            vec![
                (Weights::Dense { outputs: 1 }, Activation::Relu),
                (Weights::Dense { outputs: 1 }, Activation::Linear),
            ],
        );
        let point = Parameters::new(vec![vec![q(1, 1), q(0, 1)], vec![q(1, 1)]]);
        let samples = vec![Sample { x, y: Label::Positive }];
        let problem = Problem::new(network.expect("a network"), samples, point).expect("a problem");
        match unshared(&problem, &[q(0, 1)], false, &mut Search::new(Deadline::none(), 1)) {
            Some(Decision::Optimum(cases)) => {
                assert!(is_optimum);
                let claim = GlobalOptimum { layer: None, by: Method::Cases(cases) };
                check(&problem, &claim).unwrap_or_else(|error| panic!("{error:?}"));
            }
            Some(Decision::Better(numbers)) => {
                assert!(!is_optimum);
                let better = shaped(problem.network(), Scope::All, &numbers);
                let claim = NotGlobalOptimum { layer: None, better };
                check(&problem, &claim).unwrap_or_else(|error| panic!("{error:?}"));
            }
            None => panic!("undecided"),
        }
    }
}
