//! Inverse design.

use std::collections::BTreeSet;

use margincert::explore::bounds::{Architecture, Bounds};
use margincert::explore::sources::inverse;
use margincert::kernel::certificate::Certificate;
use margincert::kernel::exact::Rational;
use margincert::kernel::network::{Activation, Scope, Weights};
use margincert::prove::certify::{Prover, Topic, Verdict};
use num_traits::Zero;
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

use super::{assert_kkt, hidden_layers};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(250) })]

    #[test]
    fn values_are_kkt_points_within_the_bounds(instance in inverse(Bounds::default())) {
        assert_kkt(&Bounds::default(), &instance);
    }

    #[test]
    fn hypotheses_are_kept(
        (bounds, instance) in (any::<bool>(), any::<bool>(), any::<Option<bool>>())
            .prop_map(|(nonzero_inputs, nonzero_weights, kinks)| Bounds { nonzero_inputs, nonzero_weights, kinks, ..Bounds::default() })
            .prop_filter("no such instance", |bounds| !bounds.is_empty())
            .prop_flat_map(|bounds| (Just(bounds.clone()), inverse(bounds)))
    ) {
        assert_kkt(&bounds, &instance);
    }
}

#[test]
fn bounds_without_instances_are_refused() {
    let impossible = Bounds { nonzero_inputs: true, kinks: Some(true), ..Bounds::default() };
    assert_eq!(inverse(impossible).draw(0), None);
}

#[test]
fn sizes_that_nothing_has_are_left_out() {
    let bounds = Bounds { depth: 0..=2, inputs: 0..=2, samples: 0..=2, width: 0..=2, height: 1, ..Bounds::default() };
    let strategy = inverse(bounds.clone());
    for seed in 0..200 {
        assert_kkt(&bounds, &strategy.draw(seed).expect("an instance"));
    }
}

#[test]
fn shrinking_ends_in_small_instances() {
    let mut runner = TestRunner::deterministic();
    let outcome = runner.run(&inverse(Bounds::default()), |instance| {
        assert_kkt(&Bounds::default(), &instance);
        let network = instance.problem.network();
        prop_assert!(network.depth() < 3 || network.is_linear_from(0));
        Ok(())
    });
    let Err(TestError::Fail(_, smallest)) = outcome else { panic!("{outcome:?}") };
    let problem = &smallest.problem;
    assert_eq!((problem.network().depth(), problem.samples().len()), (3, 1), "{smallest:?}");
    assert!(problem.network().parameter_count() <= 4, "{smallest:?}");
}

struct Kind {
    name: &'static str,
    verdict: Verdict,
    is: fn(&Certificate<Rational>) -> bool,
}

fn is_relu(instance: &Certificate<Rational>) -> bool {
    instance.problem.network().layers()[0].activation() == &Activation::Relu
}

fn is_dense(instance: &Certificate<Rational>) -> bool {
    hidden_layers(instance, |weights| matches!(weights, Weights::Dense { .. }))
}

fn is_diagonal(instance: &Certificate<Rational>) -> bool {
    hidden_layers(instance, |weights| matches!(weights, Weights::Diagonal))
}

fn depth(instance: &Certificate<Rational>) -> usize {
    instance.problem.network().depth()
}

/// Whether no weight is zero where a hidden unit's all are.
fn all_live(instance: &Certificate<Rational>) -> bool {
    Bounds { nonzero_weights: true, ..wide() }.admits(&instance.problem)
}

fn nonzero_inputs(instance: &Certificate<Rational>) -> bool {
    Bounds { nonzero_inputs: true, ..wide() }.admits(&instance.problem)
}

fn wide() -> Bounds {
    Bounds { depth: 2..=9, inputs: 1..=99, samples: 1..=99, width: 1..=99, ..Bounds::default() }
}

/// The catalogue's counterexamples, by what makes them.
const KINDS: [Kind; 9] = [
    Kind {
        name: "dead neuron, dense ReLU, depth 2",
        verdict: Verdict::NotLocalOptimum,
        is: |i| is_dense(i) && is_relu(i) && depth(i) == 2 && !all_live(i),
    },
    Kind {
        name: "dead neuron, dense ReLU, depth 3 and more",
        verdict: Verdict::NotLocalOptimum,
        is: |i| is_dense(i) && is_relu(i) && depth(i) >= 3 && !all_live(i),
    },
    Kind {
        name: "diagonal linear, depth 2, dead unit",
        verdict: Verdict::NotLocalOptimum,
        is: |i| is_diagonal(i) && !is_relu(i) && depth(i) == 2 && !all_live(i),
    },
    Kind {
        name: "diagonal ReLU, depth 2, dead unit",
        verdict: Verdict::NotLocalOptimum,
        is: |i| is_diagonal(i) && is_relu(i) && depth(i) == 2 && !all_live(i),
    },
    Kind {
        name: "diagonal, depth 3 and more, all non-zero",
        verdict: Verdict::NotLocalOptimum,
        is: |i| {
            let nonzero = i.problem.point().iter().all(|number| !number.is_zero());
            is_diagonal(i) && depth(i) >= 3 && nonzero && nonzero_inputs(i)
        },
    },
    Kind {
        name: "convolution, depth 2, all non-zero",
        verdict: Verdict::NotLocalOptimum,
        is: |i| {
            hidden_layers(i, |weights| matches!(weights, Weights::Convolution { .. }))
                && depth(i) == 2
                && all_live(i)
                && nonzero_inputs(i)
        },
    },
    Kind {
        name: "dense ReLU, non-zero weights, samples on kinks",
        verdict: Verdict::NotLocalOptimum,
        is: |i| {
            let problem = &i.problem;
            let on_kink = |sample| !problem.kinks(sample, Scope::All).is_empty();
            is_dense(i) && is_relu(i) && depth(i) == 2 && all_live(i) && (0..problem.samples().len()).any(on_kink)
        },
    },
    Kind {
        name: "dense ReLU, non-zero inputs, local but not global",
        verdict: Verdict::LocalOptimum,
        is: |i| is_dense(i) && is_relu(i) && depth(i) == 2 && nonzero_inputs(i),
    },
    Kind {
        name: "diagonal ReLU, non-zero inputs, local but not global",
        verdict: Verdict::LocalOptimum,
        is: |i| is_diagonal(i) && is_relu(i) && depth(i) == 2 && nonzero_inputs(i),
    },
];

#[test]
fn counterexamples_of_every_kind_are_among_a_few_thousand_draws() {
    let strategy = inverse(Bounds::default());
    let instances: Vec<_> = (0..4000).filter_map(|seed| strategy.draw(seed)).collect();
    assert_eq!(instances.len(), 4000);
    let mut missing = Vec::new();
    for kind in &KINDS {
        let candidates: Vec<_> = instances.iter().filter(|instance| (kind.is)(instance)).collect();
        let found = candidates.iter().position(|instance| verdict(instance, kind.verdict) == kind.verdict);
        println!("{}: {} candidates, the first that breaks is number {found:?}", kind.name, candidates.len());
        missing.extend(found.is_none().then_some(kind.name));
    }
    assert!(missing.is_empty(), "{missing:?}");
}

/// What the prover makes of an instance, asked no more than is needed.
fn verdict(instance: &Certificate<Rational>, expected: Verdict) -> Verdict {
    let prover = Prover::new().time_limit(Some(std::time::Duration::from_secs(2)));
    let (certificate, account) = match expected {
        Verdict::LocalOptimum => prover.topics([Topic::Local, Topic::Global]),
        _ => prover.topics([Topic::Local]),
    }
    .certify_over(instance);
    let not_global = || certificate.claims.iter().any(|claim| claim.name() == "not_global_optimum");
    match (account.verdict(), expected) {
        (Verdict::LocalOptimum, Verdict::LocalOptimum) if !not_global() => Verdict::Kkt,
        (verdict, _) => verdict,
    }
}

#[test]
fn convolutions_overlap_and_have_several_live_filters() {
    let bounds = Bounds { architectures: vec![Architecture::Convolution], ..Bounds::default() };
    let strategy = inverse(bounds);
    let mut seen = BTreeSet::new();
    for instance in (0..1000).filter_map(|seed| strategy.draw(seed)) {
        let Weights::Convolution { patches, .. } = instance.problem.network().layers()[0].weights() else {
            panic!("a convolution")
        };
        let overlap = patches[0].iter().any(|input| patches[1].contains(input));
        let filters = instance.problem.point().layers()[0].chunks(patches[0].len());
        let live = filters.filter(|filter| filter.iter().any(|weight| !weight.is_zero())).count();
        seen.insert((overlap, live.min(2)));
    }
    for expected in [(false, 1), (false, 2), (true, 1), (true, 2)] {
        assert!(seen.contains(&expected), "{seen:?}");
    }
}

#[test]
fn sparse_layers_are_wired_in_many_ways() {
    let bounds = Bounds { architectures: vec![Architecture::Sparse], inputs: 3..=3, width: 2..=2, ..Bounds::default() };
    let strategy = inverse(bounds);
    let wiring = |instance: Certificate<Rational>| format!("{:?}", instance.problem.network().layers()[0].weights());
    let seen: BTreeSet<String> = (0..1000).filter_map(|seed| strategy.draw(seed)).map(wiring).collect();
    assert!(seen.len() >= 20, "{} wirings", seen.len());
}
