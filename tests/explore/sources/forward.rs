//! Forward search: what is found from the data, for each architecture.

use std::collections::{BTreeMap, BTreeSet};

use margincert::explore::bounds::{ActivationKind, Architecture, Bounds};
use margincert::explore::sources::forward;
use margincert::kernel::certificate::Certificate;
use margincert::kernel::exact::Rational;
use margincert::kernel::network::Weights;
use margincert::kernel::problem::Problem;
use num_traits::Zero;
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

use super::assert_kkt;

type Instance = Certificate<Rational>;

fn bounds(architecture: Architecture, activation: ActivationKind) -> Bounds {
    Bounds { architectures: vec![architecture], activations: vec![activation], ..Bounds::default() }
}

/// One hidden layer cannot be mixed.
fn depths(activation: ActivationKind) -> std::ops::RangeInclusive<usize> {
    if activation == ActivationKind::Mixed { 3..=4 } else { 2..=4 }
}

fn drawn(bounds: Bounds, seeds: u64) -> Vec<Instance> {
    let strategy = forward(bounds);
    let found: Vec<Instance> = (0..seeds).filter_map(|seed| strategy.draw(seed)).collect();
    // A draw may come to nothing, but not often.
    assert!(2 * found.len() as u64 > seeds, "{} of {seeds}", found.len());
    found
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(250) })]

    #[test]
    fn values_are_kkt_points_within_the_bounds(instance in forward(Bounds::default())) {
        assert_kkt(&Bounds::default(), &instance);
    }
}

#[test]
fn every_architecture_has_every_depth_activation_and_hypothesis() {
    for architecture in Architecture::ALL {
        for activation in ActivationKind::ALL {
            for depth in depths(activation) {
                let bounds = Bounds { depth: depth..=depth, ..bounds(architecture, activation) };
                let strict = Bounds { nonzero_weights: true, nonzero_inputs: true, ..bounds.clone() };
                for bounds in [bounds, strict] {
                    drawn(bounds.clone(), 8).iter().for_each(|instance| assert_kkt(&bounds, instance));
                }
            }
        }
    }
}

#[test]
fn shrinking_stays_within_the_bounds() {
    for architecture in Architecture::ALL {
        let bounds = Bounds { depth: 3..=4, ..bounds(architecture, ActivationKind::Relu) };
        let mut runner = TestRunner::deterministic();
        let outcome = runner.run(&forward(bounds.clone()), |instance| {
            assert_kkt(&bounds, &instance);
            prop_assert!(instance.problem.network().depth() < 4);
            Ok(())
        });
        let Err(TestError::Fail(_, smallest)) = outcome else { panic!("{outcome:?}") };
        let problem = &smallest.problem;
        // Random draws have up to 4 samples and mostly a few dozen parameters.
        assert!(problem.samples().len() <= 2, "{smallest:?}");
        assert!(problem.network().parameter_count() <= 8, "{smallest:?}");
    }
}

/// How many weights of the last layer are not zero.
fn live(instance: &Instance) -> usize {
    let last = instance.problem.point().layers().last().map_or(&[][..], Vec::as_slice);
    last.iter().filter(|number| !number.is_zero()).count()
}

#[test]
fn dense_networks_have_several_paths_at_every_depth() {
    let drawn = drawn(bounds(Architecture::Dense, ActivationKind::Relu), 600);
    let seen: BTreeSet<(usize, usize)> = drawn.iter().map(|i| (i.problem.network().depth(), live(i))).collect();
    for depth in 2..=4 {
        for paths in 1..=2 {
            assert!(seen.contains(&(depth, paths)), "{seen:?}");
        }
    }
}

/// For each first-layer unit, on which samples it is positive.
fn patterns(problem: &Problem<Rational>) -> Vec<Vec<bool>> {
    let units = problem.network().layers()[0].outputs();
    let positive = |unit| problem.traces().iter().map(|t| t.preactivations[0][unit] > Rational::zero()).collect();
    (0..units).map(positive).collect()
}

#[test]
fn dense_relu_networks_have_overlapping_patterns() {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for depth in 2..=3 {
        let bounds = Bounds { depth: depth..=depth, ..bounds(Architecture::Dense, ActivationKind::Relu) };
        for instance in drawn(bounds, 1000) {
            let patterns = patterns(&instance.problem);
            let overlap = |a: &Vec<bool>, b: &Vec<bool>| {
                let both = |x: bool, y: bool| a.iter().zip(b).any(|(&a, &b)| a == x && b == y);
                both(true, true) && both(true, false) && both(false, true)
            };
            let overlaps = patterns.iter().any(|a| patterns.iter().any(|b| overlap(a, b)));
            *counts.entry(depth).or_default() += usize::from(overlaps);
        }
    }
    println!("depth, instances with two units that share some samples and each have one of their own: {counts:?}");
    assert!(counts.values().all(|count| *count >= 10), "{counts:?}");
}

/// How many hidden units are live in each lane-like network, with whether all weights are of one size.
fn diagonal_shapes(activation: ActivationKind, depth: usize) -> BTreeSet<(usize, bool)> {
    let bounds = Bounds { depth: depth..=depth, ..bounds(Architecture::Diagonal, activation) };
    let shape = |instance: &Instance| {
        let last = &instance.problem.point().layers()[depth - 1];
        let sizes: BTreeSet<Rational> = last.iter().filter(|number| !number.is_zero()).map(Rational::abs).collect();
        (live(instance), sizes.len() == 1)
    };
    drawn(bounds, 400).iter().map(shape).collect()
}

#[test]
fn diagonal_networks_have_single_and_symmetric_paths_and_others() {
    for activation in ActivationKind::ALL {
        for depth in depths(activation) {
            let seen = diagonal_shapes(activation, depth);
            for expected in [(1, true), (2, true), (2, false), (3, false)] {
                assert!(seen.contains(&expected), "{activation:?} {depth}: {seen:?}");
            }
        }
    }
}

#[test]
fn sparse_networks_have_lanes_that_read_several_inputs() {
    let drawn = drawn(bounds(Architecture::Sparse, ActivationKind::Relu), 600);
    let reading = |instance: &Instance| {
        let problem = &instance.problem;
        let row = |row: &Vec<margincert::kernel::network::Connection>| {
            row.iter().filter(|c| !problem.point().layers()[0][c.parameter].is_zero()).count()
        };
        let most = problem.network().layers()[0].incoming().iter().map(row).max();
        (problem.network().depth() > 2, live(instance).min(2), most.map_or(0, |most| most.min(2)))
    };
    let seen: BTreeSet<(bool, usize, usize)> = drawn.iter().map(reading).collect();
    for expected in [(false, 1, 2), (false, 2, 1), (false, 2, 2), (true, 1, 1), (true, 1, 2), (true, 2, 1)] {
        assert!(seen.contains(&expected), "{seen:?}");
    }
}

/// The data matrix `sum lambda_i y_i X_i` of a linear convolution of depth 2, in floats, and its greatest singular value.
/// At a KKT point 1 is a singular value.
fn greatest_value(instance: &Instance, patches: &[Vec<usize>]) -> f64 {
    let [margincert::kernel::check::Claim::Kkt(kkt)] = &instance.claims[..] else { panic!("one claim") };
    let float = |number: &Rational| {
        let part = |text: &str| text.parse::<f64>().expect("an integer");
        let text = number.to_string();
        text.split_once('/').map_or_else(|| part(&text), |(n, d)| part(n) / part(d))
    };
    let width = patches[0].len();
    let mut matrix = vec![vec![0.0; width]; patches.len()];
    for (sample, multiplier) in instance.problem.samples().iter().zip(&kkt.multipliers) {
        let factor = float(&sample.y.times(multiplier.clone()));
        for (row, patch) in matrix.iter_mut().zip(patches) {
            row.iter_mut().zip(patch).for_each(|(sum, &input)| *sum += factor * float(&sample.x[input]));
        }
    }
    // Power iteration from a vector that is orthogonal to nothing in particular.
    let mut vector: Vec<f64> = (0..width).map(|place| 1.0 + 0.37 * place as f64).collect();
    let mut value = 0.0;
    for _ in 0..500 {
        let image: Vec<f64> = matrix.iter().map(|row| row.iter().zip(&vector).map(|(a, b)| a * b).sum()).collect();
        let back: Vec<f64> =
            (0..width).map(|c| matrix.iter().zip(&image).map(|(row, entry)| row[c] * entry).sum()).collect();
        let norm = back.iter().map(|entry| entry * entry).sum::<f64>().sqrt();
        value = norm.sqrt();
        vector = back.iter().map(|entry| entry / norm).collect();
    }
    value
}

#[test]
fn convolutions_have_top_and_other_singular_pairs_overlaps_and_several_filters() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut count = |name, holds| *counts.entry(name).or_default() += usize::from(holds);
    let bounds = Bounds { depth: 2..=2, ..bounds(Architecture::Convolution, ActivationKind::Linear) };
    for instance in drawn(bounds, 600) {
        let problem = &instance.problem;
        let Weights::Convolution { patches, filters } = problem.network().layers()[0].weights() else {
            panic!("a convolution")
        };
        let value = greatest_value(&instance, patches);
        assert!(value > 0.99, "{value} {instance:?}");
        let oblique = problem.point().layers()[0].iter().filter(|weight| !weight.is_zero()).count() > *filters;
        count("top", oblique && value < 1.01);
        count("other", oblique && value > 1.01);
        count("overlapping", patches[0].iter().any(|input| patches[1].contains(input)));
        let length = patches[0].len();
        let rows = problem.point().layers()[0].chunks(length);
        let live: Vec<&[Rational]> = rows.filter(|row| row.iter().any(|weight| !weight.is_zero())).collect();
        count("two filters", live.len() >= 2);
        let crossed = |a: &[Rational], b: &[Rational]| length > 1 && &a[0] * &b[1] != &a[1] * &b[0];
        count("filters of two directions", live.len() >= 2 && crossed(live[0], live[1]));
        count(
            "several samples",
            problem.samples().iter().enumerate().filter(|(s, _)| problem.is_active(*s)).count() > 1,
        );
    }
    println!("{counts:?}");
    assert!(counts.values().all(|count| *count >= 5), "{counts:?}");
}
