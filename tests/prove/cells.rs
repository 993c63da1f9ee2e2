//! `cells` against the greatest contribution of a unit, which in the plane floats can compute.

use margincert::kernel::check::{Claim, GlobalOptimum, Kkt, LocalOptimum, Method, check};
use margincert::kernel::exact::Rational;
use margincert::kernel::network::Scope;
use margincert::kernel::problem::Problem;
use margincert::prove::cells::{global, local};
use margincert::prove::deadline::Deadline;
use margincert::prove::field::ProofField;
use margincert::prove::kkt::{Stationarity, stationarity};
use margincert::prove::search::{Random, Search};

use super::catalogue;

/// The greatest `|sum lambda_i y_i max(w . x_i, 0)|` over unit vectors `w` of the plane.
///
/// Between two neighbouring lines `w . x_i = 0` the sum is `z . w` for one `z`: its extremes are at the ends or along `z`.
fn greatest(problem: &Problem<Rational>, multipliers: &[Rational]) -> f64 {
    let samples: Vec<(f64, [f64; 2])> = problem
        .samples()
        .iter()
        .zip(multipliers)
        .map(|(sample, lambda)| {
            let label = if sample.y == margincert::kernel::problem::Label::Positive { 1.0 } else { -1.0 };
            (label * lambda.to_f64(), [sample.x[0].to_f64(), sample.x[1].to_f64()])
        })
        .collect();
    let value = |w: [f64; 2]| -> f64 {
        samples.iter().map(|(factor, x)| factor * (w[0] * x[0] + w[1] * x[1]).max(0.0)).sum::<f64>().abs()
    };
    let mut angles: Vec<f64> = Vec::new();
    for (_, x) in &samples {
        let normal = f64::atan2(x[0], -x[1]);
        angles.extend([normal, normal + std::f64::consts::PI].map(|a| a.rem_euclid(std::f64::consts::TAU)));
    }
    angles.sort_by(f64::total_cmp);
    let next = angles.iter().skip(1).copied().chain([angles[0] + std::f64::consts::TAU]);
    let mut most = 0.0f64;
    for (low, high) in angles.iter().copied().zip(next) {
        let middle = ((low + high) / 2.0).sin_cos();
        let inside = [middle.1, middle.0];
        let mut z = [0.0, 0.0];
        for (factor, x) in samples.iter().filter(|(_, x)| inside[0] * x[0] + inside[1] * x[1] > 0.0) {
            z = [z[0] + factor * x[0], z[1] + factor * x[1]];
        }
        let along = f64::atan2(z[1], z[0]);
        let turns = [0.0, 0.5, 1.0, 1.5, 2.0].map(|turn| along + turn * std::f64::consts::TAU / 2.0);
        let inner = turns.into_iter().filter(|angle| (low..=high).contains(angle));
        for angle in inner.chain([low, high]) {
            most = most.max(value([angle.cos(), angle.sin()]));
        }
    }
    most
}

fn kkt(problem: &Problem<Rational>) -> Kkt<Rational> {
    match stationarity(problem, Scope::All, &mut Search::new(Deadline::none(), 1)) {
        Stationarity::Kkt(kkt) => kkt,
        other => panic!("{other:?}"),
    }
}

/// One unit for each of two samples along rational unit vectors with a negative or a positive product.
fn two_units(random: &mut Random) -> Problem<Rational> {
    let circle = [
        "\"3/5\", \"4/5\"",
        "\"4/5\", \"3/5\"",
        "\"5/13\", \"12/13\"",
        "\"12/13\", \"5/13\"",
        "\"15/17\", \"8/17\"",
        "0, 1",
    ];
    let pick = circle[random.below(6) as usize];
    let mirrored = format!("\"-{}", &pick.trim_start_matches('"'));
    let mirrored = if pick.starts_with('0') { "0, -1".to_string() } else { mirrored };
    let label = |positive: bool| if positive { 1 } else { -1 };
    let (a, b) = (random.coin(), random.coin());
    let data = format!(r#"[{{"x": [{pick}], "y": {}}}, {{"x": [{mirrored}], "y": {}}}]"#, label(a), label(b));
    let point = format!("[[{pick}, {mirrored}], [{}, {}]]", label(a), label(b));
    catalogue::problem(&catalogue::dense(2, &[2, 1], catalogue::RELU), &data, &point)
}

#[test]
fn the_bound_holds_exactly_where_no_unit_contributes_more() {
    let mut random = Random::new(2);
    let (mut proved, mut refused) = (0, 0);
    for _ in 0..120 {
        let problem = two_units(&mut random);
        let feasible_kkt = match stationarity(&problem, Scope::All, &mut Search::new(Deadline::none(), 1)) {
            Stationarity::Kkt(kkt) if problem.violated().is_none() => kkt,
            _ => continue,
        };
        let most = greatest(&problem, &feasible_kkt.multipliers);
        match global(&problem, &feasible_kkt, &mut Search::new(Deadline::none(), 1)) {
            Some(cells) => {
                assert!(greatest(&problem, &cells.multipliers) < 1.0 + 1e-9);
                let claim = Claim::GlobalOptimum(GlobalOptimum { layer: None, by: Method::Cells(cells) });
                assert!(check(&problem, &claim).is_ok());
                proved += 1;
            }
            None => {
                // The multipliers of two live units on two samples are unique.
                assert!(most > 1.0 - 1e-9, "{most}");
                refused += 1;
            }
        }
    }
    assert!(proved >= 10 && refused >= 10, "{proved} {refused}");
}

#[test]
fn local_needs_the_neighbouring_cells_only() {
    let problem = catalogue::local_not_global();
    let kkt = kkt(&problem);
    let mut search = Search::new(Deadline::none(), 1);
    assert!(global(&problem, &kkt, &mut search).is_none());
    assert!(search.attempts().iter().any(|attempt| attempt.contains("`cells`")), "{:?}", search.attempts());
    let cells = local(&problem, &kkt, &mut search).expect("two cells");
    assert_eq!(cells.cells.len(), 2);
    let claim = Claim::LocalOptimum(LocalOptimum { layer: None, by: Method::Cells(cells) });
    assert!(check(&problem, &claim).is_ok());
    assert!(local(&catalogue::dead_neuron(), &self::kkt(&catalogue::dead_neuron()), &mut search).is_none());
}

#[test]
fn other_networks_have_no_cells() {
    for problem in [catalogue::diagonal_depth2(catalogue::RELU), catalogue::dead_neuron_deep(3)] {
        let kkt = kkt(&problem);
        assert!(global(&problem, &kkt, &mut Search::new(Deadline::none(), 1)).is_none());
        assert!(local(&problem, &kkt, &mut Search::new(Deadline::none(), 1)).is_none());
    }
}

/// One unit on samples `e_1 + z_i` with unique multipliers, all of them positive.
fn one_unit_on(samples: usize) -> Problem<Rational> {
    let sample = |i: usize| {
        let entry = |j: usize| match (j, i) {
            (0, _) => "1",
            (_, 0) => "-1",
            (j, i) if i == j => "1",
            _ => "0",
        };
        (0..samples).map(entry).collect::<Vec<_>>().join(", ")
    };
    let samples: Vec<String> = (0..samples).map(sample).collect();
    let samples: Vec<&str> = samples.iter().map(String::as_str).collect();
    let point = format!("[[1{}], [1]]", ", 0".repeat(samples.len() - 1));
    catalogue::problem(
        &catalogue::dense(samples.len(), &[1, 1], catalogue::RELU),
        &catalogue::positive(&samples),
        &point,
    )
}

#[test]
fn time_and_number_of_cells_are_limited() {
    let problem = one_unit_on(12);
    let mut search = Search::new(Deadline::none(), 1);
    assert!(global(&problem, &kkt(&problem), &mut search).is_none());
    assert_eq!(search.attempts(), ["`cells`: more than 4096 would be needed"]);
    let problem = one_unit_on(11);
    let mut search = Search::new(Deadline::after(std::time::Duration::ZERO), 1);
    assert!(global(&problem, &kkt(&problem), &mut search).is_none());
    assert_eq!(search.attempts(), ["`cells`, stopped by the time limit"]);
}

/// A unit on samples that all have margin 1, with many multipliers; one half each on two opposite samples will do, which few searches find.
fn many_multipliers() -> Problem<Rational> {
    let samples = ["-1, 9", r#"-1, "3/4""#, r#"-1, "-17/3""#, r#"-1, "-3/4""#, r#"-1, "14/3""#, r#"-1, "-26/3""#];
    let network = catalogue::dense(2, &[2, 1], catalogue::RELU);
    catalogue::problem(&network, &catalogue::positive(&samples), "[[-1, 0, 0, 0], [1, 0]]")
}

/// That there are no multipliers is said only where it is so, whenever the search is stopped; and a stop is called one.
#[test]
fn that_no_multipliers_will_do_is_said_only_if_it_was_shown() {
    let none = "`cells`: for no multipliers does the bound hold in all of them";
    let problem = many_multipliers();
    let kkt = self::kkt(&problem);
    for steps in [0, 1_000, 100_000, 1_000_000, 10_000_000, 100_000_000, Deadline::MAX_STEPS] {
        for search_of in [local, global] {
            let tried = Deadline::within(steps, |deadline| {
                let mut search = Search::new(deadline, 1);
                let found = search_of(&problem, &kkt, &mut search);
                (found.is_some(), search.attempts().to_vec())
            });
            let (is_found, attempts) = tried.unwrap_or_default();
            assert!(!attempts.iter().any(|attempt| attempt == none), "{steps}: {attempts:?}");
            assert!(is_found || steps > 1_000 || attempts == ["`cells`, stopped by the time limit"], "{attempts:?}");
        }
    }
    // Its only multipliers fail, and the linear program shows that.
    let dead = catalogue::dead_neuron();
    let mut search = Search::new(Deadline::none(), 1);
    assert!(local(&dead, &self::kkt(&dead), &mut search).is_none());
    assert_eq!(search.attempts(), [none]);
}
