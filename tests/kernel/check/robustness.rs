use margincert::kernel::check::{Adversarial, Rejection, Robust, check};
use margincert::kernel::network::{Activation, Weights};
use margincert::kernel::problem::Problem;
use proptest::prelude::*;

use crate::support::{Q, last, local_not_global, network, problem, q, row, two_layers, verdict};

type Outcome = Result<(), Rejection<Q>>;

fn adversarial(problem: &Problem<Q>, sample: usize, perturbation: &str) -> Outcome {
    verdict(check(problem, &Adversarial { sample, perturbation: row(perturbation) }))
}

fn robust(problem: &Problem<Q>, radius_squared: &str) -> Outcome {
    verdict(check(problem, &Robust { radius_squared: q(radius_squared) }))
}

#[test]
fn a_change_of_sign() {
    // relu(4/5 a + 3/5 b) - relu(-4/5 a + 3/5 b): positive exactly where a > 0.
    let network = two_layers(2, 2, Activation::Relu);
    let point = problem(network, &["+ 4/5 3/5", "- -4/5 3/5", "- 1 1"], "4/5 3/5 -4/5 3/5 | 1 -1");
    assert_eq!(adversarial(&point, 0, "-9/10 0"), Ok(()));
    assert_eq!(adversarial(&point, 1, "9/10 0"), Ok(()));
    let same = |sample, margin| Err(Rejection::SameSign { sample, margin: q(margin) });
    assert_eq!(adversarial(&point, 0, "-4/5 0"), same(0, "0"));
    assert_eq!(adversarial(&point, 0, "-7/10 0"), same(0, "4/25"));
    assert_eq!(adversarial(&point, 0, "0 0"), same(0, "1"));
    // Where no unit is active the output is 0, which is no wrong answer.
    assert_eq!(adversarial(&point, 1, "4/5 -1"), same(1, "0"));
    assert_eq!(adversarial(&point, 2, "-2 0"), Err(Rejection::WrongSign { sample: 2, margin: q("-7/5") }));
    assert_eq!(adversarial(&point, 3, "-2 0"), Err(Rejection::NoSuchSample { sample: 3, samples: 3 }));
    let length = |found| Err(Rejection::PerturbationLength { found, expected: 2 });
    assert_eq!(adversarial(&point, 0, "-9/10"), length(1));
    assert_eq!(adversarial(&point, 0, "-9/10 0 0"), length(3));
}

fn within(sample: usize, margin: &str, bound_squared: &str) -> Outcome {
    Err(Rejection::MarginWithinBound { sample, margin: q(margin), bound_squared: q(bound_squared) })
}

#[test]
fn a_margin_larger_than_the_bound() {
    // Squared norms 2 and 2, margins 1.
    assert_eq!(robust(&local_not_global(), "1/5"), Ok(()));
    assert_eq!(robust(&local_not_global(), "1/4"), within(0, "1", "1"));
    assert_eq!(robust(&local_not_global(), "0"), Err(Rejection::Radius(q("0"))));
    assert_eq!(robust(&local_not_global(), "-1"), Err(Rejection::Radius(q("-1"))));
    let network = || two_layers(1, 1, Activation::Linear);
    assert_eq!(robust(&problem(network(), &["+ 3", "+ 1"], "1 | 1"), "2"), within(1, "1", "2"));
    let wrong = |sample, margin| Err(Rejection::WrongSign { sample, margin: q(margin) });
    assert_eq!(robust(&problem(network(), &["+ 3", "- 9"], "1 | 1"), "1/4"), wrong(1, "-9"));
    assert_eq!(robust(&problem(network(), &["+ 0"], "1 | 1"), "1/4"), wrong(0, "0"));
}

#[test]
fn slopes_and_shared_weights_count() {
    let leaky = |slope: &str| two_layers(1, 1, Activation::LeakyRelu(q(slope)));
    for (slope, below, at) in
        [("1/2", "99/100", "1"), ("-1", "99/100", "1"), ("2", "24/100", "1/4"), ("-2", "24/100", "1/4")]
    {
        let point = problem(leaky(slope), &["+ 1"], "1 | 1");
        assert_eq!((robust(&point, below), robust(&point, at)), (Ok(()), within(0, "1", "1")), "slope {slope}");
    }
    // One parameter, read twice: the matrix is (1, 1).
    let shared = (Weights::Template { entries: vec![vec![Some(0), Some(0)]] }, Activation::Linear);
    let point = problem(network(2, vec![shared, last()]), &["+ 1 1"], "1 | 1");
    assert_eq!((robust(&point, "19/10"), robust(&point, "2")), (Ok(()), within(0, "2", "4")));
}

proptest! {
    /// What is claimed robust is not found to be wrong anywhere on a grid within the radius, nor is a perturbation accepted there.
    #[test]
    fn nothing_within_the_radius_is_wrong(
        weights in proptest::collection::vec(-3i64..=3, 6),
        (x, y) in (-4i64..=4, -4i64..=4),
        slope in -2i64..=2,
        tenths in 1i64..60,
    ) {
        let text = |numbers: &[i64]| numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(" ");
        let network = two_layers(2, 2, Activation::LeakyRelu(q(&slope.to_string())));
        let point = format!("{} | {}", text(&weights[..4]), text(&weights[4..]));
        let given = problem(network.clone(), &[&format!("+ {x} {y}")], &point);
        if robust(&given, &format!("{tenths}/10")) == Ok(()) {
            for (a, b) in (-25i64..=25).flat_map(|a| (-25i64..=25).map(move |b| (a, b))) {
                if 10 * (a * a + b * b) <= 100 * tenths {
                    let changed = format!("+ {}/10 {}/10", 10 * x + a, 10 * y + b);
                    let margin = problem(network.clone(), &[&changed], &point).margin(0);
                    prop_assert!(margin > q("0"), "at {changed}: {margin}");
                    let found = adversarial(&given, 0, &format!("{a}/10 {b}/10"));
                    prop_assert_eq!(found, Err(Rejection::SameSign { sample: 0, margin }));
                }
            }
        }
    }
}
