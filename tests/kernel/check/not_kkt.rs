use margincert::kernel::check::check;
use margincert::kernel::check::{MAX_KINKS, NotKkt, Rejection};
use margincert::kernel::exact::Sign;
use margincert::kernel::network::{Activation, Parameters, Scope, Weights};
use margincert::kernel::problem::{Label, Problem, Sample};

use super::{at, infeasible, layer_count, layer_length, leaves, no_such_layer};
use crate::support::{Q, dense, diagonal, last, network, problem, q, shaped, two_layers, verdict};

type Outcome = Result<(), Rejection<Q>>;

fn not_kkt(problem: &Problem<Q>, layer: Option<usize>, direction: &str) -> Outcome {
    verdict(check(problem, &NotKkt { layer, direction: shaped(direction) }))
}

#[test]
fn smooth_points() {
    // Unbalanced layers: 2 * 1/2 = 1 at a greater norm than 1 * 1.
    let problem = problem(two_layers(1, 1, Activation::Linear), &["+ 1", "+ 2"], "2 | 1/2");
    let along = |direction| not_kkt(&problem, None, direction);
    assert_eq!(along("-4 | 1"), Ok(()));
    let descending = |derivative| Err(Rejection::NotDescending { derivative: q(derivative) });
    assert_eq!(along("4 | -1"), descending("15/2"));
    assert_eq!(along("0 | 0"), descending("0"));
    assert_eq!(along("-1 | 4"), descending("0"));
    let separates =
        |derivative| Err(Rejection::MarginDecreases { sample: 0, derivative: q(derivative), active: vec![] });
    assert_eq!(along("-4 | 0"), separates("-2"));
    assert_eq!(along("-4 | 999/1000"), separates("-1/500"));
    assert_eq!(along("-1"), Err(layer_count("direction", 1, 2)));
    assert_eq!(along("-1 | 0 0"), Err(layer_length("direction", 1, 2, 1)));
    assert_eq!(not_kkt(&problem, Some(0), "-4 | 1"), Err(leaves("direction", 1, 0)));
    assert_eq!(not_kkt(&problem, Some(5), "-4 | 1"), Err(no_such_layer(5, 2)));
    // Within one layer the point is stationary, so no direction separates.
    assert_eq!(not_kkt(&problem, Some(0), "-4 | 0"), separates("-2"));
}

#[test]
fn only_active_samples_count() {
    let slack = problem(two_layers(1, 1, Activation::Linear), &["+ 2"], "1 | 1");
    assert_eq!(not_kkt(&slack, None, "-1 | -1"), Ok(()));
    assert_eq!(not_kkt(&slack, Some(1), "0 | -1"), Ok(()));
    let short = problem(two_layers(1, 1, Activation::Linear), &["+ 1/2"], "1 | 1");
    assert_eq!(not_kkt(&short, None, "-1 | -1"), Err(infeasible(0, "1/2")));
}

#[test]
fn every_choice_of_slopes_counts() {
    // Unit 1 has a kink on the sample. With slope 1 its gradient in w2 is (1, 0), with slope 0 it is 0.
    let problem = problem(two_layers(2, 2, Activation::Relu), &["+ 1 0"], "1 0 0 1 | 1 1");
    let along = |direction| not_kkt(&problem, None, direction);
    assert_eq!(along("0 0 0 -1 | 0 0"), Ok(()));
    assert_eq!(along("0 0 1 -1 | 0 0"), Ok(()));
    let active = vec![at(0, 1)];
    assert_eq!(along("0 0 -1 -1 | 0 0"), Err(Rejection::MarginDecreases { sample: 0, derivative: q("-1"), active }));
    let inactive = Err(Rejection::MarginDecreases { sample: 0, derivative: q("-1"), active: vec![] });
    assert_eq!(along("-1 0 1 -1 | 0 0"), inactive);
    // A negative label turns the sides round.
    let below = |direction| {
        let network = two_layers(2, 2, Activation::Relu);
        not_kkt(&self::problem(network, &["- 1 0"], "1 0 0 1 | -1 1"), None, direction)
    };
    assert_eq!(below("0 0 -1 -1 | 0 0"), Ok(()));
    let active = vec![at(0, 1)];
    assert_eq!(below("0 0 1 -1 | 0 0"), Err(Rejection::MarginDecreases { sample: 0, derivative: q("-1"), active }));
}

/// Two units that read the same parameter, by inputs of unlike signs, are never on or off together.
#[test]
fn sides_that_go_together() {
    // The margin is `theta_0 + max(0, theta_1) + v max(0, -theta_1)`.
    let sample = ["+ 1 1 -1"];
    let with = |read: usize, point: &str| {
        let unit = |input: usize, parameter: usize| (0..3).map(|k| (k == input).then_some(parameter)).collect();
        let entries = vec![unit(0, 0), unit(1, 1), unit(2, read)];
        problem(network(3, vec![(Weights::Template { entries }, Activation::Relu), last()]), &sample, point)
    };
    let smooth = with(1, "1 0 | 1 1 -1");
    assert_eq!(not_kkt(&smooth, Some(0), "-1 1 | 0 0 0"), Ok(()), "with v = -1 it is theta_0 + theta_1");
    assert_eq!(not_kkt(&smooth, None, "-1 1 | 0 0 0"), Ok(()));
    let falls = |derivative, active| Err(Rejection::MarginDecreases { sample: 0, derivative: q(derivative), active });
    assert_eq!(not_kkt(&smooth, Some(0), "-1 1/2 | 0 0 0"), falls("-1/2", vec![at(0, 2)]));
    assert_eq!(not_kkt(&smooth, Some(0), "-1 -1 | 0 0 0"), falls("-2", vec![at(0, 2)]));
    let bent = with(1, "1 0 | 1 1 1");
    assert_eq!(not_kkt(&bent, Some(0), "-1 1 | 0 0 0"), falls("-2", vec![at(0, 2)]), "theta_0 + |theta_1|");
    // With parameters of their own both may be off.
    let apart = with(2, "1 0 0 | 1 1 -1");
    assert_eq!(not_kkt(&apart, Some(0), "-1 1 1 | 0 0 0"), falls("-1", vec![]));
}

/// A first unit that does all the work, and others with a kink in as many layers as there are activations.
fn problem_with_kinks(kinks: usize, depth: usize) -> Problem<Q> {
    let (zeros, ones) = (" 0".repeat(kinks), " 1".repeat(kinks));
    let mut layers = vec![diagonal(Activation::Relu); depth];
    layers.push(last());
    let sample = format!("+ 1{ones}");
    let point = format!("1{zeros} |{}", format!(" 1{ones} |").repeat(depth));
    problem(network(kinks + 1, layers), &[sample.as_str()], point.trim_end_matches('|'))
}

#[test]
fn the_number_of_kinks_below_the_last_layer_that_has_one_is_limited() {
    // Shrinks the working path, and moves one kink up.
    let outcome = |kinks: usize, depth: usize| {
        let problem = problem_with_kinks(kinks, depth);
        let mut direction = Parameters::zero(problem.network());
        direction.layers_mut()[0][1] = q("1");
        direction.layers_mut()[depth][1] = q("-1");
        verdict(check(&problem, &NotKkt { layer: None, direction }))
    };
    assert_eq!(outcome(MAX_KINKS + 50, 1), Ok(()));
    assert_eq!(outcome(3, 2), Ok(()));
    assert_eq!(outcome(MAX_KINKS + 1, 2), Err(Rejection::TooManyKinks { sample: 0, kinks: MAX_KINKS + 1 }));
}

/// The least derivative over all choices of sides is negative if and only if the check refuses, and is the one it tells.
#[test]
fn the_worse_sides_are_the_worst_of_all_choices() {
    let mut seed = 7_u64;
    let mut small = move || {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((seed >> 33) % 5) as i64 - 2
    };
    let (mut refused, mut accepted) = (0, 0);
    for round in 0..400 {
        let activation = if round % 2 == 0 { Activation::Relu } else { Activation::LeakyRelu(q("2")) };
        let layers = vec![dense(3, activation.clone()), dense(3, activation), last()];
        let network = network(2, layers);
        let mut number = |keep: bool| if keep { q(&small().to_string()) } else { q("0") };
        // The first unit of each layer gives the output 1; the others have a preactivation 0.
        let first = [q("1"), q("0"), q("0"), number(true), q("0"), number(true)];
        let second = [
            q("1"),
            number(true),
            number(true),
            q("0"),
            number(true),
            number(true),
            q("0"),
            number(true),
            number(true),
        ];
        let third = [q("1"), number(true), number(true)];
        let point = Parameters::new(vec![first.to_vec(), second.to_vec(), third.to_vec()]);
        let samples = vec![Sample { x: vec![q("1"), q("0")], y: Label::Positive }];
        let problem = Problem::new(network, samples, point).expect("a problem");
        let numbers: Vec<Vec<Q>> =
            problem.point().layers().iter().map(|l| l.iter().map(|_| number(true)).collect()).collect();
        let direction = Parameters::new(numbers);
        if problem.point().dot(&direction, Scope::All) >= q("0") {
            continue;
        }
        let kinks = problem.kinks(0, Scope::All);
        let derivative = |choice: usize| {
            let mut slopes = problem.traces()[0].slopes.clone();
            for (k, unit) in kinks.iter().enumerate() {
                let side = if choice >> k & 1 == 1 { Sign::Positive } else { Sign::Negative };
                slopes[unit.layer][unit.unit] = problem.network().slope(*unit, side);
            }
            let mut gradient = Parameters::zero(problem.network());
            problem.add_gradient(&mut gradient, 0, &slopes, q("1"), Scope::All);
            gradient.dot(&direction, Scope::All)
        };
        let least = (0..1 << kinks.len()).map(derivative).min().expect("a choice");
        match verdict(check(&problem, &NotKkt { layer: None, direction: direction.clone() })) {
            Ok(()) => {
                accepted += 1;
                assert!(least >= q("0"), "{point:?} {direction:?}", point = problem.point());
            }
            Err(Rejection::MarginDecreases { derivative, .. }) => {
                refused += 1;
                assert_eq!(derivative, least);
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(accepted > 5 && refused > 20, "{accepted} {refused}");
}

#[test]
fn kinks_before_the_free_layer_do_not_count() {
    let layers = vec![diagonal(Activation::Relu), diagonal(Activation::Relu), last()];
    // The second path is dead from its first layer on.
    let problem = problem(network(2, layers), &["+ 1 1"], "1 0 | 1 1 | 1 5");
    assert_eq!(not_kkt(&problem, Some(2), "0 0 | 0 0 | 0 -1"), Ok(()));
    assert_eq!(not_kkt(&problem, Some(1), "0 0 | 0 -1 | 0 0"), Ok(()));
    let active = vec![at(0, 1), at(1, 1)];
    let expected = Rejection::MarginDecreases { sample: 0, derivative: q("-5"), active };
    assert_eq!(not_kkt(&problem, None, "0 -1 | 0 -1 | 0 -1"), Err(expected));
}
