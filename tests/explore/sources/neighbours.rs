//! Neighbours.

use margincert::explore::bounds::Bounds;
use margincert::explore::sources::{inverse, neighbours};
use margincert::kernel::certificate::Certificate;
use margincert::kernel::exact::Rational;
use margincert::kernel::network::Scope;
use proptest::prelude::*;

use super::assert_kkt;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn neighbours_are_kkt_points(
        (known, near) in inverse(Bounds::default()).prop_flat_map(|known| {
            (Just(known.clone()), neighbours(vec![known], Bounds::default()))
        })
    ) {
        assert_kkt(&Bounds::default(), &near);
        prop_assert_ne!(known.problem, near.problem);
    }
}

#[test]
fn neighbours_differ_in_everything() {
    let bounds = Bounds { depth: 2..=3, ..Bounds::default() };
    let known = Certificate { claims: vec![], ..catalogue("fc-relu-dead-neuron") };
    let strategy = neighbours(vec![known.clone()], bounds);
    let known = &known.problem;
    let near: Vec<_> = (0..200).filter_map(|seed| strategy.draw(seed)).map(|instance| instance.problem).collect();
    assert_eq!(near.len(), 200);
    let size = |problem: &margincert::kernel::problem::Problem<Rational>| problem.network().parameter_count();
    assert!(near.iter().any(|problem| problem.network().depth() > known.network().depth()));
    assert!(near.iter().any(|problem| problem.network().depth() == 2 && size(problem) > size(known)));
    assert!(near.iter().any(|problem| problem.samples().len() > known.samples().len()));
    assert!(
        near.iter()
            .any(|problem| problem.network().layers()[0].activation() != known.network().layers()[0].activation())
    );
    let kinks = |problem: &margincert::kernel::problem::Problem<Rational>| problem.kinks(0, Scope::All).len();
    assert!(near.iter().any(|problem| kinks(problem) != kinks(known)));
}

#[test]
fn nothing_has_no_neighbours() {
    assert_eq!(neighbours(vec![], Bounds::default()).draw(0), None);
}

/// A certificate of the catalogue, over the rationals.
fn catalogue(name: &str) -> Certificate<Rational> {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a fixture");
    match margincert::kernel::certificate::Document::parse(&text).expect("a certificate") {
        margincert::kernel::certificate::Document::Rational(certificate) => certificate,
        margincert::kernel::certificate::Document::Algebraic(_) => panic!("a rational certificate"),
    }
}
