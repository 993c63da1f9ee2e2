//! Rays of gradient flow: found where the catalogue has one, with the reason told where there can be none.

use margincert::kernel::check::check;
use margincert::kernel::exact::Rational;
use margincert::kernel::problem::Problem;
use margincert::prove::deadline::Deadline;
use margincert::prove::flow::flow;
use margincert::prove::search::{Random, Search};
use proptest::prelude::*;

use super::catalogue::*;
use super::families::FAMILIES;

fn search() -> Search {
    Search::new(Deadline::none(), 1)
}

#[track_caller]
fn found(problem: &Problem<Rational>) {
    let mut search = search();
    let evidence = flow(problem, &mut search).unwrap_or_else(|| panic!("{:?}", search.attempts()));
    assert!(check(problem, &evidence).is_ok());
    // The twin that runs towards the origin.
    let mut twin = evidence.clone();
    for layer in twin.ray.layers_mut() {
        layer.iter_mut().for_each(|entry| *entry = -entry.clone());
    }
    assert!(check(problem, &twin).is_err());
}

#[track_caller]
fn refused(problem: &Problem<Rational>, reason: &str) {
    let mut search = search();
    assert!(flow(problem, &mut search).is_none());
    assert!(search.attempts().iter().any(|attempt| attempt.contains(reason)), "{:?}", search.attempts());
}

#[test]
fn the_catalogue_has_rays() {
    found(&dead_neuron());
    (3..=5).for_each(|depth| found(&dead_neuron_deep(depth)));
    (3..=5).for_each(|depth| found(&dead_neuron_wide(depth)));
    found(&nonzero_weights());
    found(&local_not_global());
    found(&diagonal_depth2(RELU));
    (3..=5).for_each(|depth| found(&diagonal_deep(depth, LINEAR)));
}

#[test]
fn leaky_units_have_rays_too() {
    let leaky = r#"{"leaky_relu": "1/10"}"#;
    let data = positive(&[r#""1", "1/4""#, r#""-1", "1/4""#]);
    found(&problem(&dense(2, &[2, 1], leaky), &data, r#"[["0", "2", "0", "0"], ["2", "0"]]"#));
    found(&problem(
        &diagonal(2, 3, leaky),
        &positive(&["4, 4"]),
        r#"[["1/2", "1/2"], ["1/2", "1/2"], ["1/2", "1/2"]]"#,
    ));
}

/// On the ray of a claim all samples have one margin, so a slack sample rules it out; and so do multipliers that differ, as
/// the loss pulls equally at all samples.
#[test]
fn what_rules_a_ray_out_is_said() {
    let network = dense(2, &[2, 1], RELU);
    let point = r#"[["0", "2", "0", "0"], ["2", "0"]]"#;
    let slack = positive(&[r#""1", "1/4""#, r#""-1", "1/4""#, r#""0", "1/2""#]);
    refused(&problem(&network, &slack, point), "sample 2 has margin 2, sample 0 has 1");
    let unequal = positive(&[r#""2", "1/4""#, r#""-1", "1/4""#]);
    refused(&problem(&network, &unequal, point), "the gradient at the point leaves its direction");
}

#[test]
fn no_time_no_ray() {
    let mut search = Search::new(Deadline::after(std::time::Duration::ZERO), 1);
    assert!(flow(&dead_neuron(), &mut search).is_none());
    assert_eq!(search.attempts(), ["flow on a straight line, stopped by the time limit"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// What is returned has passed the check; without kinks there is a ray exactly if the margins and the multipliers are equal.
    #[test]
    fn rays_of_random_instances(seed in any::<u64>(), which in 0..FAMILIES.len()) {
        let problem = (FAMILIES[which].draw)(&mut Random::new(seed)).problem;
        let found = flow(&problem, &mut search());
        if let Some(evidence) = &found {
            prop_assert!(check(&problem, evidence).is_ok());
        }
        let samples = problem.samples().len();
        let smooth = (0..samples).all(|i| problem.kinks(i, margincert::kernel::network::Scope::All).is_empty());
        let level = (0..samples).all(|i| problem.is_active(i));
        if smooth && level && samples == 1 {
            prop_assert!(found.is_some());
        }
        prop_assert!(level || found.is_none());
    }
}
