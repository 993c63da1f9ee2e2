//! One filter on several patches of the plane: `cases` of all patches together, against all directions of the filter in floats.

use margincert::kernel::check::{GlobalOptimum, LocalOptimum, Method, check};
use margincert::kernel::exact::Rational;
use margincert::kernel::network::{Activation, Network, Parameters, Scope, Weights};
use margincert::kernel::problem::{Label, Problem, Sample};
use margincert::prove::cases::shared;
use margincert::prove::deadline::Deadline;
use margincert::prove::field::ProofField;
use margincert::prove::kkt::{Stationarity, stationarity};
use margincert::prove::search::{Random, Search};

fn q(numerator: i64, denominator: i64) -> Rational {
    Rational::ratio(numerator, denominator).expect("a denominator")
}

/// A filter `(3/5, 4/5)` that is on for the first of these patches, and off for the others, on two samples to both sides of it.
fn filter(patches: usize, random: &mut Random) -> Problem<Rational> {
    let is_off = |patch: &[Rational]| &patch[0] * q(3, 5) + &patch[1] * q(4, 5) <= q(0, 1);
    let beside = q(random.integer(3), 2);
    let sample = |side: Rational, random: &mut Random| {
        let turned = &beside * side;
        let mut x = vec![q(3, 5) - &turned * q(4, 5), q(4, 5) + &turned * q(3, 5)];
        while x.len() < 2 * patches {
            let patch = [q(random.integer(4), 2), q(random.integer(4), 2)];
            if is_off(&patch) {
                x.extend(patch);
            }
        }
        Sample { x, y: Label::Positive }
    };
    let samples = vec![sample(q(1, 1), random), sample(q(-1, 1), random)];
    problem(patches, samples)
}

fn problem(patches: usize, samples: Vec<Sample<Rational>>) -> Problem<Rational> {
    let places = (0..patches).map(|patch| vec![2 * patch, 2 * patch + 1]).collect();
    let layers = vec![
        (Weights::Convolution { patches: places, filters: 1 }, Activation::Relu),
        (Weights::Dense { outputs: 1 }, Activation::Linear),
    ];
    let network = Network::new(2 * patches, layers).expect("a network");
    let mut last = vec![q(0, 1); patches];
    last[0] = q(1, 1);
    Problem::new(network, samples, Parameters::new(vec![vec![q(3, 5), q(4, 5)], last])).expect("a problem")
}

/// The same with the last patch of the first sample some times as long.
fn lengthened(of: &Problem<Rational>, times: i64) -> Problem<Rational> {
    let mut samples = of.samples().to_vec();
    let x = &mut samples[0].x;
    let patches = x.len() / 2;
    x.iter_mut().skip(2 * patches - 2).for_each(|entry| *entry *= &q(times, 1));
    problem(patches, samples)
}

/// The least `||w|| ||v||` of margin 1 in a direction of `w`: the least norm of a `v` with two linear margins.
fn least_in(samples: &[Vec<f64>], angle: f64) -> f64 {
    let read = |x: &Vec<f64>| -> Vec<f64> {
        x.chunks(2).map(|patch| (patch[0] * angle.cos() + patch[1] * angle.sin()).max(0.0)).collect()
    };
    let (a, b) = (read(&samples[0]), read(&samples[1]));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let (aa, ab, bb) = (dot(&a, &a), dot(&a, &b), dot(&b, &b));
    // One margin of 1 may be enough for the other.
    if aa > 0.0 && ab >= aa {
        return aa.sqrt().recip();
    }
    if bb > 0.0 && ab >= bb {
        return bb.sqrt().recip();
    }
    let determinant = aa * bb - ab * ab;
    if determinant <= 1e-12 * aa * bb { f64::INFINITY } else { ((aa + bb - 2.0 * ab) / determinant).sqrt() }
}

/// The least `1/2 ||theta||^2` over all directions, or over those near the point's.
fn least(problem: &Problem<Rational>, is_local: bool) -> f64 {
    let floats = |sample: &Sample<Rational>| sample.x.iter().map(Rational::to_f64).collect();
    let samples: Vec<Vec<f64>> = problem.samples().iter().map(floats).collect();
    let (own, width) = (0.8f64.atan2(0.6), if is_local { 1e-3 } else { std::f64::consts::PI });
    let angles = (-2000..=2000).map(|k| own + width * f64::from(k) / 2000.0);
    angles.map(|angle| least_in(&samples, angle)).fold(f64::INFINITY, f64::min)
}

#[test]
fn what_is_proved_is_true_and_what_is_true_is_proved() {
    let mut random = Random::new(3);
    let (mut optima, mut others, mut local, mut twins) = (0, 0, 0, 0);
    for round in 0..160 {
        let problem = filter(2 + round % 2, &mut random);
        let mut search = Search::new(Deadline::none(), 1);
        let Stationarity::Kkt(kkt) = stationarity(&problem, Scope::All, &mut search) else { continue };
        let found = shared(&problem, &kkt.multipliers, false, &mut search);
        let best = least(&problem, false);
        // The grid does not meet a better direction exactly, and one that is as good by a hair.
        assert_eq!(found.is_some(), best > 1.0 - 1e-9, "{best}: {:?}", problem.samples());
        if let Some(cases) = shared(&problem, &kkt.multipliers, true, &mut search) {
            let claim = LocalOptimum { layer: None, by: Method::Cases(cases) };
            check(&problem, &claim).unwrap_or_else(|error| panic!("{error:?}"));
            assert!(least(&problem, true) > 1.0 - 1e-9);
            local += usize::from(found.is_none());
        }
        let Some(cases) = found else {
            others += 1;
            continue;
        };
        optima += 1;
        let claim = GlobalOptimum { layer: None, by: Method::Cases(cases) };
        check(&problem, &claim).unwrap_or_else(|error| panic!("{error:?}"));
        // A longer patch that is off at the point, and somewhere else is better than the point.
        let twin = lengthened(&problem, 5);
        if least(&twin, false) < 1.0 - 1e-4 {
            assert!(check(&twin, &claim).is_err());
            assert!(shared(&twin, &kkt.multipliers, false, &mut search).is_none());
            twins += 1;
        }
    }
    assert!(optima >= 10 && others >= 10, "{optima} optima, {others} others");
    assert!(local >= 5 && twins >= 5, "{local} local, {twins} twins");
}
