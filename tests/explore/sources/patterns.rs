//! Programs over activation patterns.

use margincert::explore::bounds::{ActivationKind, Architecture, Bounds};
use margincert::explore::conjecture::Conjecture;
use margincert::explore::hunt::{Hunt, Source};
use margincert::explore::sources::{patterns, roomier};
use margincert::kernel::check::Claim;

use super::assert_kkt;

fn relu(depth: usize) -> Bounds {
    Bounds {
        architectures: vec![Architecture::Dense],
        activations: vec![ActivationKind::Relu],
        depth: depth..=depth,
        nonzero_inputs: true,
        ..Bounds::default()
    }
}

#[test]
fn what_programs_find_are_kkt_points_within_the_bounds() {
    let bounds = Bounds { inputs: 2..=2, width: 2..=2, ..relu(2) };
    let source = patterns(bounds.clone());
    for seed in 0..6 {
        assert_kkt(&bounds, &source.draw(seed).expect("an instance"));
    }
}

#[test]
fn only_default_bounds_are_given_room() {
    let default = relu(3);
    assert_eq!(roomier(default.clone()).samples, 1..=6);
    let given = Bounds { samples: 2..=3, ..default };
    assert_eq!(roomier(given.clone()), given);
}

/// What inverse design does not meet in hours: non-zero inputs at depth 3, and no local optimum.
#[test]
fn the_deep_counterexample_is_found_unaided() {
    let conjecture: Conjecture =
        "kkt & nonzero_inputs & dense & relu & depth == 3 -> local_optimum".parse().expect("a conjecture");
    let mut hunt = Hunt::new(conjecture);
    hunt.source = Source::Patterns;
    hunt.bounds = roomier(hunt.bounds);
    hunt.draws = hunt.fitting_draws();
    let found = (0..8).find_map(|unit| hunt.unit(unit).found.into_iter().next()).expect("a counterexample");
    assert!(found.certificate.check().iter().all(Result::is_ok));
    let claims: Vec<&str> = found.certificate.claims.iter().map(Claim::name).collect();
    for claim in ["nonzero_inputs", "kkt", "not_local_optimum"] {
        assert!(claims.contains(&claim), "{claims:?}");
    }
    assert!(found.extent.units <= 6 && found.extent.layers == 3, "{}", found.extent);
}
