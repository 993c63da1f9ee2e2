use margincert::kernel::check::check;
use margincert::kernel::check::{MAX_KINKS, NotKkt, Rejection};
use margincert::kernel::network::{Activation, Parameters};
use margincert::kernel::problem::Problem;

use super::{at, infeasible, layer_count, layer_length, leaves, no_such_layer};
use crate::support::{Q, diagonal, last, network, problem, q, shaped, two_layers, verdict};

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

fn problem_with_kinks(kinks: usize) -> Problem<Q> {
    let hidden = kinks + 1;
    let (zeros, ones) = (" 0 1".repeat(kinks), " 1".repeat(hidden));
    problem(two_layers(2, hidden, Activation::Relu), &["+ 1 0"], &format!("1 0{zeros} |{ones}"))
}

#[test]
fn the_number_of_kinks_is_limited() {
    let direction = |kinks: usize| {
        let mut direction = vec![q("0"); 2 * kinks + 2];
        direction[3] = q("-1");
        Parameters::new(vec![direction, vec![q("0"); kinks + 1]])
    };
    let outcome = |kinks| {
        let evidence = NotKkt { layer: None, direction: direction(kinks) };
        verdict(check(&problem_with_kinks(kinks), &evidence))
    };
    assert_eq!(outcome(10), Ok(()));
    assert_eq!(outcome(MAX_KINKS + 1), Err(Rejection::TooManyKinks { sample: 0, kinks: MAX_KINKS + 1 }));
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
