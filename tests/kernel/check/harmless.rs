//! `second_order` where units bend: kinks that raise a margin by terms of third order at most.

use std::collections::BTreeMap;

use margincert::kernel::check::check;
use margincert::kernel::check::symmetry::rotations;
use margincert::kernel::check::{LocalOptimum, Method, Rejection, SecondOrder};
use margincert::kernel::exact::OrderedField;
use margincert::kernel::network::{Activation, Parameters, Scope, Unit, Weights};
use margincert::kernel::problem::Problem;

use super::at;
use crate::support::{Q, dense, diagonal, last, network, problem, q, row, verdict};

/// Slopes of kinks, as sample, layer, unit and slope.
type Stated<'a> = &'a [(usize, usize, usize, &'a str)];

fn local(problem: &Problem<Q>, lambda: &str, rho: &str, stated: Stated<'_>) -> Result<(), Rejection<Q>> {
    let slopes = |(sample, layer, unit, slope): &(usize, usize, usize, &str)| ((*sample, at(*layer, *unit)), q(slope));
    let slopes: BTreeMap<(usize, Unit), Q> = stated.iter().map(slopes).collect();
    let symmetry = rho.ends_with(" modulo");
    let penalty = q(rho.trim_end_matches(" modulo"));
    let by = Method::SecondOrder(SecondOrder { multipliers: row(lambda), penalty, symmetry, slopes });
    verdict(check(problem, &LocalOptimum { layer: None, by }))
}

fn kink(sample: usize, layer: usize, unit: usize) -> Result<(), Rejection<Q>> {
    Err(Rejection::Kink { sample, unit: at(layer, unit) })
}

/// A path for each sample; each bends in the second layer on the other sample.
fn crossed(labels: [&str; 2], point: &str) -> Problem<Q> {
    let samples = [format!("{} 1 0", labels[0]), format!("{} -3/5 4/5", labels[1])];
    let layers = vec![dense(2, Activation::Relu), dense(2, Activation::Relu), last()];
    problem(network(2, layers), &[&samples[0], &samples[1]], point)
}

#[test]
fn a_kink_may_bend_the_margin_down_only() {
    let unlike = crossed(["+", "-"], "1 0 -3/5 4/5 | 1 0 0 1 | 1 -1");
    assert_eq!(local(&unlike, "1 1", "1", &[]), Ok(()));
    // With equal labels each sample gains from the other's path.
    let alike = crossed(["+", "+"], "1 0 -3/5 4/5 | 1 0 0 1 | 1 1");
    assert_eq!(local(&alike, "1 1", "1", &[]), kink(0, 1, 1));
    // At a right angle the second path can begin to serve the first sample: it bends there, and so does a weight of 0 after it.
    let layers = vec![dense(2, Activation::Relu), dense(2, Activation::Relu), last()];
    let right = problem(network(2, layers), &["+ 1 0", "- 0 1"], "1 0 0 1 | 1 0 0 1 | 1 -1");
    assert_eq!(local(&right, "1 1", "1", &[]), kink(0, 0, 1));
    // A concave activation bends the other way.
    let steep = |labels, point| {
        let layers = vec![diagonal(Activation::LeakyRelu(q("2"))), diagonal(Activation::LeakyRelu(q("2"))), last()];
        let [first, second] = labels;
        problem(network(2, layers), &[first, second], point)
    };
    let ones = [(0, 0, 1, "1"), (0, 1, 1, "1"), (1, 0, 0, "1"), (1, 1, 0, "1")];
    let alike = steep(["+ 1 0", "+ 0 1"], "1 1 | 1 1 | 1 1");
    // Coordinates that are 0 make no kinks here.
    assert_eq!(local(&alike, "1 1", "1", &[]), Ok(()));
    assert_eq!(local(&alike, "1 1", "1", &ones), Ok(()));
    let across = |label: &str, lambda: &str, point: &str| {
        let layers = vec![dense(1, Activation::LeakyRelu(q("2"))), dense(1, Activation::Linear), last()];
        local(&problem(network(2, layers), &["+ 1 0", &format!("{label} 0 1")], point), lambda, "1", &[])
    };
    // The second sample has no multiplier, being infeasible with any: what counts is where the check stops.
    assert_eq!(across("+", "1 1", "1 0 | 1 | 1"), Err(Rejection::Infeasible { sample: 1, margin: q("0") }));
    assert_eq!(across("-", "1 1", "1 0 | 1 | 1"), kink(1, 0, 0));
}

/// Each path would gain from the other's sample, but for a multiple of it in the weights: the slopes are 3/5.
fn leaning() -> Problem<Q> {
    let layers = vec![dense(2, Activation::Relu), diagonal(Activation::Relu), last()];
    problem(network(2, layers), &["+ 1 3/4", "- 0 5/4"], "1 0 -3/5 4/5 | 1 1 | 1 -1")
}

const LEANING: [(usize, usize, usize, &str); 4] = [(0, 0, 1, "3/5"), (0, 1, 1, "1"), (1, 0, 0, "3/5"), (1, 1, 0, "1")];

#[test]
fn slopes_are_stated_where_they_matter() {
    assert_eq!(local(&leaning(), "1 1", "4", &LEANING), Ok(()));
    assert!(matches!(local(&leaning(), "1 1", "0", &LEANING), Err(Rejection::NotDefinite { .. })));
    let off = local(&leaning(), "1 1", "4", &[]);
    assert!(matches!(off, Err(Rejection::NotStationary { layer: 0, parameter: 1, .. })), "{off:?}");
    let with = |place: usize, slope: (usize, usize, usize, &'static str)| {
        let mut stated = LEANING;
        stated[place] = slope;
        local(&leaning(), "1 1", "4", &stated)
    };
    assert!(matches!(with(0, (0, 0, 1, "4/5")), Err(Rejection::NotStationary { .. })));
    // Nearer to each other the samples leave a way down.
    let layers = vec![dense(2, Activation::Relu), diagonal(Activation::Relu), last()];
    let near = problem(network(2, layers), &["+ 1 4/3", "- 0 5/3"], "1 0 -4/5 3/5 | 1 1 | 1 -1");
    let stated = LEANING.map(|(i, l, u, slope)| (i, l, u, if slope == "1" { "1" } else { "4/5" }));
    assert!(matches!(local(&near, "1 1", "100", &stated), Err(Rejection::NotDefinite { .. })));
    for slope in ["-1/5", "6/5"] {
        let range = Rejection::SlopeRange { node: None, sample: 0, unit: at(0, 1), slope: q(slope) };
        assert_eq!(with(0, (0, 0, 1, slope)), Err(range));
    }
    for (sample, layer, unit) in [(0, 0, 0), (0, 2, 0), (0, 0, 2), (0, 3, 0), (2, 0, 0)] {
        let none = Rejection::NoKink { sample, unit: at(layer, unit) };
        assert_eq!(with(3, (sample, layer, unit, "1")), Err(none));
    }
}

/// Units apart, so that the last one, dead, meets nothing that is live.
fn apart(dead: &str) -> Problem<Q> {
    let template = |entries: &[&[Option<usize>]]| {
        (Weights::Template { entries: entries.iter().map(|row| row.to_vec()).collect() }, Activation::Relu)
    };
    let first = template(&[&[Some(0), None], &[Some(1), None], &[None, Some(2)]]);
    let second = template(&[&[Some(0), Some(1), None], &[Some(2), Some(3), None], &[None, None, Some(4)]]);
    let weights: Vec<&str> = dead.split(' ').collect();
    let point = format!("3/5 4/5 {} | 9/25 12/25 12/25 16/25 {} | 3/5 4/5 {}", weights[0], weights[1], weights[2]);
    problem(network(2, vec![first, second, last()]), &["+ 1 2"], &point)
}

#[test]
fn units_without_kinks_are_rotated_beside_faint_ones() {
    let faint = apart("0 0 0");
    assert_eq!(local(&faint, "1", "1", &[]), Err(Rejection::Singular));
    assert_eq!(local(&faint, "1", "1 modulo", &[]), Ok(()));
    assert_eq!(rotations(&faint, &row("1")).count(), 2);
    assert_eq!(local(&apart("0 1 0"), "1", "1 modulo", &[]), kink(0, 1, 2));
    assert_eq!(local(&apart("0 0 1"), "1", "1 modulo", &[]), kink(0, 1, 2));
    // Two dead units turn nothing: their weights are 0, and as they bend they are not asked.
    let layers = vec![dense(3, Activation::Relu), last()];
    let dead = problem(network(1, layers), &["+ 1"], "1 0 0 | 1 0 0");
    assert_eq!(rotations(&dead, &row("1")).count(), 0);
}

/// The order of a preactivation counts zeros on the way, and one that cancels counts once.
#[test]
fn orders_count_zeros() {
    let layers = vec![dense(2, Activation::Relu), dense(2, Activation::LeakyRelu(q("1/2"))), last()];
    let orders = |x: &str, point: &str, scope| {
        let problem = problem(network(2, layers.clone()), &[&format!("+ {x}")], point);
        problem.network().orders(problem.point().layers(), &problem.traces()[0], scope)
    };
    let null = margincert::kernel::network::NULL;
    let point = "1 -1 0 0 | 1 0 0 0 | 0 1";
    assert_eq!(orders("1 1", point, Scope::All), [vec![1, 1], vec![1, 2], vec![2]]);
    assert_eq!(orders("1 0", point, Scope::All), [vec![0, 1], vec![0, 1], vec![1]]);
    assert_eq!(orders("0 0", point, Scope::All), [vec![null, null], vec![null, null], vec![null]]);
    // A ReLU unit that is off passes on nothing, a leaky one something.
    assert_eq!(orders("-1 0", point, Scope::All), [vec![0, 1], vec![2, 2], vec![2]]);
    // With one layer free, what is held is constant.
    assert_eq!(orders("1 0", point, Scope::Layer(1)), [vec![0, 1], vec![1]]);
    assert_eq!(orders("1 1", point, Scope::Layer(0)), [vec![1, 1], vec![1, null], vec![null]]);
}

/// No point near one that is accepted is better, whatever way its margin is made 1 again.
#[test]
fn nothing_nearby_is_better() {
    let depth = 3;
    let power = |base: &Q, exponent: usize| (0..exponent).fold(q("1"), |product, _| product * base);
    let accepted = [
        (crossed(["+", "-"], "1 0 -3/5 4/5 | 1 0 0 1 | 1 -1"), "1 1", "1", vec![]),
        (leaning(), "1 1", "4", LEANING.to_vec()),
        (apart("0 0 0"), "1", "1 modulo", vec![]),
    ];
    for (problem, lambda, rho, stated) in accepted {
        assert_eq!(local(&problem, lambda, rho, &stated), Ok(()));
        let norm = problem.point().norm_squared(Scope::All);
        let mut seed = 7_u64;
        let mut random = move || {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as i64 % 2001 - 1000
        };
        for round in 0..400 {
            // Most parameters stay, so that few of them lean on one another.
            let size = Q::from_ratio(1, 1000 * 10_i64.pow(1 + round % 3)).expect("a fraction");
            let moved = |value: &Q, random: &mut dyn FnMut() -> i64| match random() % 3 {
                0 => value.clone(),
                _ => value.clone() + &(Q::from(random()) * &size),
            };
            let layers = problem.point().layers().iter();
            let nearby = layers.map(|layer| layer.iter().map(|value| moved(value, &mut random)).collect());
            let nearby = Parameters::new(nearby.collect());
            let least = problem
                .sample_indices()
                .map(|i| problem.margin_at(&nearby, i))
                .reduce(|a, b| if b < a { b } else { a });
            let least = least.expect("a sample");
            let better = power(&nearby.norm_squared(Scope::All), depth) < power(&norm, depth) * &least * &least;
            assert!(!better || least.sign() != margincert::kernel::exact::Sign::Positive, "{nearby:?}");
        }
    }
}
