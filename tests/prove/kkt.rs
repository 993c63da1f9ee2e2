//! Stationarity against the whole linear program, with a column for every choice of sides at every kink.

use margincert::kernel::certificate::Document;
use margincert::kernel::check::check;
use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Scope, Unit, Weights};
use margincert::kernel::problem::Problem;
use margincert::prove::deadline::Deadline;
use margincert::prove::free::{active_samples, flat, margin_gradient, slopes_with};
use margincert::prove::kkt::{Stationarity, stationarity};
use margincert::prove::lp::{LinearProgram, Outcome, Relation, Sense};
use margincert::prove::search::{Random, Search};

use super::catalogue;
use super::families::FAMILIES;

fn decide(problem: &Problem<Rational>, scope: Scope) -> Stationarity<Rational> {
    stationarity(problem, scope, &mut Search::new(Deadline::none(), 1))
}

/// Whether the point is a conical combination of all gradients that any choice of sides gives. For depth 2 without shared weights
/// every choice is brought about by some curve.
fn by_enumeration(problem: &Problem<Rational>, scope: Scope) -> bool {
    let mut program = LinearProgram::new(Sense::Minimise);
    let mut columns = Vec::new();
    for sample in active_samples(problem) {
        let kinks: Vec<Unit> = problem.kinks(sample, scope);
        for choice in 0u32..1 << kinks.len() {
            let sides: Vec<bool> = (0..kinks.len()).map(|kink| choice >> kink & 1 == 1).collect();
            columns.push(margin_gradient(problem, scope, sample, &slopes_with(problem, sample, &kinks, &sides)));
            program.add_non_negative(Rational::from(0));
        }
    }
    for (row, target) in flat(problem.point(), scope).into_iter().enumerate() {
        let entries: Vec<_> = columns.iter().map(|column| column[row].clone()).enumerate().collect();
        program.add_row(entries, Relation::Equal, target);
    }
    matches!(program.solve(Deadline::none()), Outcome::Optimal { .. })
}

#[track_caller]
fn agrees(problem: &Problem<Rational>, scope: Scope) -> bool {
    match decide(problem, scope) {
        Stationarity::Kkt(evidence) => {
            assert!(check(problem, &evidence).is_ok());
            assert!(by_enumeration(problem, scope));
            true
        }
        Stationarity::NotKkt(evidence) => {
            assert!(check(problem, &evidence).is_ok());
            assert!(!by_enumeration(problem, scope));
            false
        }
        Stationarity::Undecided => panic!("decided in depth 2"),
    }
}

/// Two inputs, three ReLU units, some of them dead or with kinks, and samples scaled to margin 1 or 2.
fn small(random: &mut Random) -> Option<Problem<Rational>> {
    let entry = |random: &mut Random| random.integer(2);
    let weights: Vec<i64> = (0..6).map(|_| entry(random)).collect();
    let outgoing: Vec<i64> = (0..3).map(|_| entry(random)).collect();
    let mut data = Vec::new();
    for _ in 0..1 + random.below(3) {
        let x = [entry(random), entry(random)];
        let act = |unit: usize| (weights[2 * unit] * x[0] + weights[2 * unit + 1] * x[1]).max(0);
        let output: i64 = (0..3).map(|unit| outgoing[unit] * act(unit)).sum();
        if output == 0 {
            return None;
        }
        let (size, label) = (output.abs(), output.signum());
        let margin = if random.below(4) == 0 { 2 } else { 1 };
        let scaled = x.map(|x| format!("\"{}/{size}\"", margin * x));
        data.push(format!(r#"{{"x": [{}], "y": {label}}}"#, scaled.join(", ")));
    }
    let network = catalogue::dense(2, &[3, 1], catalogue::RELU);
    Some(catalogue::problem(&network, &format!("[{}]", data.join(", ")), &format!("[{weights:?}, {outgoing:?}]")))
}

#[test]
fn the_lazy_program_agrees_with_the_whole_one() {
    let mut random = Random::new(1);
    let (mut yes, mut no, mut with_kinks) = (0, 0, 0);
    while yes + no < 300 {
        let Some(problem) = small(&mut random) else { continue };
        with_kinks += u32::from(!active_samples(&problem).iter().all(|&i| problem.kinks(i, Scope::All).is_empty()));
        for scope in [Scope::All, Scope::Layer(0), Scope::Layer(1)] {
            *(if agrees(&problem, scope) { &mut yes } else { &mut no }) += 1;
        }
    }
    // Random points are seldom stationary; these are.
    let shallow = |problem: &Problem<Rational>| {
        let layers = problem.network().layers();
        layers.len() == 2 && !matches!(layers[0].weights(), Weights::Convolution { .. })
    };
    for family in FAMILIES {
        for _ in 0..5 {
            let problem = (family.draw)(&mut random).problem;
            if shallow(&problem) {
                assert!(agrees(&problem, Scope::All), "{}", family.name);
                yes += 1;
            }
        }
    }
    assert!(yes >= 40 && no >= 100 && with_kinks >= 30, "{yes} {no} {with_kinks}");
}

/// Stretching one layer and shrinking another keeps all margins, and stationarity only of points in balance.
#[test]
fn unbalanced_twins_are_not_stationary() {
    let stretch = |network: &str, data: &str, first: &str, second: &str| {
        let problem = catalogue::problem(network, data, &format!("[{first}, {second}]"));
        agrees(&problem, Scope::All)
    };
    let network = catalogue::dense(2, &[2, 1], catalogue::RELU);
    let data = catalogue::positive(&[r#""1", "1/4""#, r#""-1", "1/4""#]);
    assert!(stretch(&network, &data, "[0, 2, 0, 0]", "[2, 0]"));
    assert!(!stretch(&network, &data, "[0, 4, 0, 0]", "[1, 0]"));
    assert!(!stretch(&network, &data, "[0, 2, 0, 0]", "[3, 0]"));
}

/// At every point of the families, and never where a multiplier was made negative by a flipped label.
#[test]
fn planted_multipliers_are_found() {
    for family in FAMILIES {
        let mut random = Random::new(5);
        for _ in 0..10 {
            let problem = (family.draw)(&mut random).problem;
            let Stationarity::Kkt(evidence) = decide(&problem, Scope::All) else { panic!("{}", family.name) };
            assert!(check(&problem, &evidence).is_ok());
            // Euler: ||theta~||^2 = L sum lambda.
            let sum = evidence.multipliers.iter().fold(Rational::from(0), |sum, lambda| sum + lambda);
            let depth = Rational::from(problem.network().depth() as i64);
            assert_eq!(sum * &depth, problem.point().norm_squared(Scope::All));
            assert!(
                evidence.multipliers.iter().all(|lambda| lambda.sign() != margincert::kernel::exact::Sign::Negative)
            );
        }
    }
}

#[test]
fn no_time_is_undecided() {
    let mut search = Search::new(Deadline::after(std::time::Duration::ZERO), 1);
    assert_eq!(stationarity(&catalogue::dead_neuron(), Scope::All, &mut search), Stationarity::Undecided);
    assert_eq!(search.attempts().len(), 1);
}

/// Either gradient that is needed runs through a kink of the first layer, and one more behind it, which stays 0 where the first is off.
#[test]
fn kinks_behind_a_unit_that_is_off() {
    let document = Document::parse(include_str!("../fixtures/harmless-kinks.json"));
    let Ok(Document::Rational(certificate)) = document else { panic!("a certificate over the rationals") };
    let Stationarity::Kkt(evidence) = decide(&certificate.problem, Scope::All) else { panic!("not decided") };
    assert!(check(&certificate.problem, &evidence).is_ok());
    assert_eq!(evidence.selections.len(), 2);
}
