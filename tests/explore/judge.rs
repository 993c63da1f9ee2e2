//! Judgements and shrinking: what they say is certified, and is what the prover says.

use std::path::Path;

use margincert::explore::bounds::Bounds;
use margincert::explore::conjecture::{Atom, Conjecture, Layers, Truth};
use margincert::explore::facts::Facts;
use margincert::explore::hunt::Hunt;
use margincert::explore::judge::{Judgement, examine, judge};
use margincert::explore::shrink::{Extent, redraw, shrink};
use margincert::explore::sources::inverse;
use margincert::kernel::certificate::{Certificate, Document};
use margincert::kernel::check::Claim;
use margincert::kernel::exact::Rational;
use proptest::prelude::*;

fn conjecture(text: &str) -> Conjecture {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn small() -> Bounds {
    Bounds { depth: 2..=3, inputs: 1..=2, samples: 1..=3, width: 1..=2, height: 3, ..Bounds::default() }
}

fn names(certificate: &Certificate<Rational>) -> Vec<&'static str> {
    certificate.claims.iter().map(Claim::name).collect()
}

fn accepted(certificate: &Certificate<Rational>) -> bool {
    certificate.check().iter().all(Result::is_ok)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// A conjecture and its negation are never both broken, nor both hold.
    #[test]
    fn a_judgement_and_its_opposite_agree(instance in inverse(small())) {
        for atom in ["local_optimum", "global_optimum", "local_optimum(every layer)", "unique_multipliers", "nonzero_inputs"] {
            let (plain, negated) = (conjecture(&format!("kkt -> {atom}")), conjecture(&format!("kkt -> !({atom})")));
            match (judge(&plain, &instance), judge(&negated, &instance)) {
                (Judgement::Holds, Judgement::Broken(c)) | (Judgement::Broken(c), Judgement::Holds) => {
                    prop_assert!(accepted(&c));
                    prop_assert!(names(&c).contains(&"kkt"));
                    prop_assert_eq!(&c.problem, &instance.problem);
                }
                (Judgement::Undecided { unknown }, Judgement::Undecided { unknown: again }) => {
                    prop_assert!(!unknown.is_empty());
                    prop_assert_eq!(unknown, again);
                }
                other => prop_assert!(false, "{} {:?}", atom, other),
            }
        }
    }

    /// Evidence that comes with an instance is not believed.
    #[test]
    fn forged_claims_change_nothing(instance in inverse(small()), other in inverse(small())) {
        let conjecture = conjecture("kkt -> local_optimum");
        let Judgement::Broken(broken) = judge(&conjecture, &other) else { return Ok(()) };
        let forged = Certificate { claims: broken.claims.clone(), ..instance.clone() };
        let same = |a: &Judgement, b: &Judgement| std::mem::discriminant(a) == std::mem::discriminant(b);
        let (honest, with_forged) = (judge(&conjecture, &instance), judge(&conjecture, &forged));
        prop_assert!(same(&honest, &with_forged), "{:?} {:?}", honest, with_forged);
        if let Judgement::Broken(certificate) = with_forged {
            prop_assert!(accepted(&certificate));
        }
    }

    /// With multipliers known from a claim, uniqueness is refuted by a second claim with others, and only so.
    #[test]
    fn multipliers_that_are_not_unique_come_with_two_claims(instance in inverse(small())) {
        let mut facts = Facts::of(&instance);
        let unique = facts.truth(&Atom::UniqueMultipliers);
        let multipliers: Vec<_> = facts.claims().iter().filter_map(|claim| match claim {
            Claim::Kkt(kkt) => Some(kkt.multipliers.clone()),
            _ => None,
        }).collect();
        let different = multipliers.iter().any(|m| *m != multipliers[0]);
        prop_assert_eq!(unique == Truth::False, different);
        prop_assert!(facts.claims().iter().all(|claim| margincert::kernel::check::check(&instance.problem, claim).is_ok()));
    }

    #[test]
    fn shrinking_never_enlarges(instance in inverse(small())) {
        let conjecture = conjecture("kkt -> global_optimum");
        if let Judgement::Broken(certificate) = judge(&conjecture, &instance) {
            let before = Extent::of(&certificate.problem);
            let smallest = shrink(&conjecture, *certificate);
            prop_assert!(Extent::of(&smallest.problem) <= before);
            prop_assert!(accepted(&smallest));
            let again = judge(&conjecture, &Certificate { claims: vec![], ..smallest });
            let broken = matches!(again, Judgement::Broken(_));
            prop_assert!(broken);
        }
    }
}

fn paper(name: &str) -> Certificate<Rational> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs/paper").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    match Document::parse(&text) {
        Ok(Document::Rational(certificate)) => Certificate { claims: Vec::new(), ..certificate },
        other => panic!("{other:?}"),
    }
}

#[test]
fn known_instances_are_judged_as_known() {
    let dead = paper("fc-relu-dead-neuron.json");
    assert!(matches!(judge(&conjecture("kkt & flow_converges -> local_optimum"), &dead), Judgement::Broken(_)));
    assert_eq!(judge(&conjecture("kkt & nonzero_inputs -> local_optimum"), &dead), Judgement::HypothesisFails);
    assert_eq!(judge(&conjecture("kkt & depth == 3 -> local_optimum"), &dead), Judgement::HypothesisFails);
    assert_eq!(judge(&conjecture("kkt -> !local_optimum & !global_optimum"), &dead), Judgement::Holds);
    assert_eq!(judge(&conjecture("relu & dense & width == 2 & parameters == 6"), &dead), Judgement::Holds);
    assert!(matches!(judge(&conjecture("relu & dense & kinks == 0"), &dead), Judgement::Broken(_)));
    assert_eq!(judge(&conjecture("support == 2 & filters == 0 & !overlapping"), &dead), Judgement::Holds);
    // There is no such layer, so nothing is known of it.
    for statement in
        ["local_optimum(layer 7)", "!local_optimum(layer 7)", "global_optimum(layer 2)", "!global_optimum(layer 2)"]
    {
        assert!(matches!(judge(&conjecture(statement), &dead), Judgement::Undecided { .. }), "{statement}");
    }
}

/// Convolutions that differ in how far the window moves, and in the number of filters.
#[test]
fn patches_overlap_where_an_input_is_in_two_of_them() {
    use margincert::kernel::network::{Activation, Network, Parameters, Weights};
    use margincert::kernel::problem::{Label, Problem, Sample};
    let instance = |patches: [[usize; 2]; 2], filters: usize| {
        let first = Weights::Convolution { patches: patches.map(Vec::from).to_vec(), filters };
        let layers = vec![(first, Activation::Linear), (Weights::Dense { outputs: 1 }, Activation::Linear)];
        let ones = |count: usize| vec![Rational::from(1); count];
        let samples = vec![Sample { x: ones(4), y: Label::Positive }];
        let network = Network::new(4, layers).expect("a network");
        let point = Parameters::new(vec![ones(2 * filters), ones(2 * filters)]);
        Certificate::instance(None, Problem::new(network, samples, point).expect("an instance"))
    };
    let (apart, overlapping) = (instance([[0, 1], [2, 3]], 1), instance([[0, 1], [1, 2]], 2));
    assert_eq!(judge(&conjecture("!overlapping & filters == 1 & support == 4"), &apart), Judgement::Holds);
    assert_eq!(judge(&conjecture("overlapping & filters == 2 & support == 8"), &overlapping), Judgement::Holds);
    assert!(matches!(judge(&conjecture("overlapping"), &apart), Judgement::Broken(_)));
}

#[test]
fn a_shrunk_copy_with_baggage_is_the_example_again() {
    use margincert::kernel::network::{Activation, Network, Parameters, Weights};
    use margincert::kernel::problem::{Label, Problem, Sample};
    let number = |n: i64| Rational::from(n);
    // The diagonal example of depth 2, with a third path that is dead, and a sample without a multiplier.
    let layers = vec![(Weights::Diagonal, Activation::Linear), (Weights::Dense { outputs: 1 }, Activation::Linear)];
    let network = Network::new(3, layers).expect("a network");
    let sample = |x: [i64; 3]| Sample { x: x.map(number).to_vec(), y: Label::Positive };
    let point = Parameters::new(vec![[1, 0, 0].map(number).to_vec(), [1, 0, 0].map(number).to_vec()]);
    let problem = Problem::new(network, vec![sample([1, 2, 5]), sample([7, 1, 1])], point).expect("an instance");
    let statement = conjecture("kkt & diagonal & linear -> local_optimum");
    let Judgement::Broken(broken) = judge(&statement, &Certificate::instance(None, problem)) else {
        panic!("it is no local optimum")
    };
    let smallest = shrink(&statement, *broken);
    let extent = Extent::of(&smallest.problem);
    assert_eq!((extent.units, extent.samples, extent.inputs, extent.layers), (2, 1, 2, 2));
    assert!(accepted(&smallest));
}

/// Six parts that the point and the data need one by one, but a fresh instance does without.
#[test]
fn what_no_part_can_be_taken_out_of_is_drawn_anew() {
    let statement =
        conjecture("kkt & flow_converges & nonzero_inputs & diagonal & relu & depth == 2 -> global_optimum");
    // Three copies of the catalogue's sample pattern: each sample is needed for its unit.
    let large: Certificate<Rational> = {
        use margincert::kernel::network::{Activation, Network, Parameters, Weights};
        use margincert::kernel::problem::{Label, Problem, Sample};
        let layers = vec![(Weights::Diagonal, Activation::Relu), (Weights::Dense { outputs: 1 }, Activation::Linear)];
        let x = |row: [i64; 3]| Sample { x: row.map(Rational::from).to_vec(), y: Label::Positive };
        let samples = vec![x([1, -2, -2]), x([-2, 1, -2]), x([-2, -2, 1])];
        let ones = Parameters::new(vec![vec![Rational::from(1); 3]; 2]);
        let problem = Problem::new(Network::new(3, layers).expect("a network"), samples, ones).expect("an instance");
        match judge(&statement, &Certificate::instance(None, problem)) {
            Judgement::Broken(broken) => *broken,
            other => panic!("{other:?}"),
        }
    };
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let smallest = redraw(&statement, &statement.bounds(), large.clone(), &mut runner);
    let after = Extent::of(&smallest.problem);
    assert_eq!((after.units, after.samples, after.inputs, after.layers), (2, 2, 2, 2));
    assert!(accepted(&smallest));
    // Where the bounds allow nothing smaller it stays as it was.
    let bounds = Bounds { width: 3..=3, inputs: 3..=3, samples: 3..=3, ..statement.bounds() };
    assert_eq!(redraw(&statement, &bounds, large.clone(), &mut runner), large);
}

#[test]
fn a_unit_of_work_is_repeatable_and_adds_up() {
    let hunt =
        Hunt { draws: 12, ..Hunt::new(conjecture("kkt & dense & relu & depth == 2 & inputs <= 2 -> local_optimum")) };
    let report = hunt.unit(2);
    assert_eq!(report, hunt.unit(2));
    assert_ne!(report, hunt.unit(4));
    assert_ne!(report, Hunt { seed: 1, ..hunt.clone() }.unit(2));
    assert_eq!(report.instances, 12);
    assert_eq!(report.instances, report.holds + report.vacuous + report.undecided + report.broken);
    assert!(report.broken > 0 && report.found.iter().all(|find| accepted(&find.certificate)));
    assert_eq!(report.found.is_empty(), report.broken == 0);
}

/// Everything that a search may be needed for, of instances of three kinds, with each search limited to so much work.
fn truths(steps: u64) -> Vec<Truth> {
    let names = ["fc-relu-dead-neuron.json", "diagonal-deep-linear-3.json", "fc-relu-local-not-global.json"];
    let whole = Layers::Whole;
    let atoms = [Atom::Kkt, Atom::FlowConverges, Atom::UniqueMultipliers, Atom::Local(whole), Atom::Global(whole)];
    let of_instance = |name: &str| {
        let instance = paper(name);
        let mut facts = Facts::within(steps, &instance);
        atoms.iter().map(|atom| facts.truth(atom)).collect::<Vec<_>>()
    };
    names.into_iter().flat_map(of_instance).collect()
}

#[test]
fn what_is_cut_short_depends_on_the_work_and_not_on_how_busy_the_machine_is() {
    use std::sync::atomic::{AtomicBool, Ordering};
    // From what is enough for nothing to what is enough for everything.
    let all = || (8..28).map(|exponent| truths(1 << exponent)).collect::<Vec<_>>();
    let alone = all();
    let is_busy = AtomicBool::new(true);
    let crowded = std::thread::scope(|scope| {
        // More would only make the test longer.
        for _ in 0..2 {
            scope.spawn(|| {
                while is_busy.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let result = scope.spawn(all).join();
        is_busy.store(false, Ordering::Relaxed);
        result.expect("no panic")
    });
    assert_eq!(alone, crowded);
    let known = |truths: &[Truth]| truths.iter().filter(|truth| **truth != Truth::Unknown).count();
    let counts: Vec<usize> = alone.iter().map(|truths| known(truths)).collect();
    assert!(counts[0] < counts[counts.len() / 2] && counts[counts.len() / 2] <= counts[counts.len() - 1], "{counts:?}");
    assert_eq!(alone.last(), Some(&truths(margincert::explore::facts::STEPS)));
}

/// A fact that was cut short is neither true nor false, and what needs it is undecided.
#[test]
fn a_fact_that_is_cut_short_is_undecided() {
    let instance = paper("fc-relu-dead-neuron.json");
    let statement = conjecture("kkt & flow_converges -> local_optimum");
    let mut facts = Facts::within(1, &instance);
    let judgement = examine(&statement, &mut facts, &instance);
    let Judgement::Undecided { unknown } = judgement else { panic!("{judgement:?}") };
    assert_eq!(unknown[0], Atom::Kkt);
    assert_eq!(facts.claims(), []);
    assert!(matches!(judge(&statement, &instance), Judgement::Broken(_)));
}

/// The first curves that the search meets here touch a constraint twice and have long numbers: to check one of them takes many times the work that
/// the search has. Then the next one is taken.
#[test]
fn a_curve_that_is_hard_to_check_does_not_use_up_the_search() {
    let text = r#"{
        "format": "margincert/1",
        "network": {"inputs": 4, "layers": [
            {"weights": "diagonal", "activation": "linear"},
            {"weights": "diagonal", "activation": "linear"},
            {"weights": "diagonal", "activation": "linear"},
            {"weights": "dense", "outputs": 1, "activation": "linear"}
        ]},
        "data": [
            {"x": ["15118864/7482375", "9420/739", "2800/2217", "6400/2217"], "y": -1},
            {"x": ["70407824/7482375", "720/739", "4800/739", "-240/739"], "y": 1},
            {"x": ["6737792/1496475", "-1200/739", "6000/739", "-240/739"], "y": -1}
        ],
        "point": [
            ["-3/4", "2/5", "3/4", "-3/4"],
            ["3/4", "2/5", "3/4", "3/4"],
            ["-3/4", "-2/5", "-3/4", "-3/4"],
            ["3/4", "2/5", "3/4", "-3/4"]
        ]
    }"#;
    let Ok(Document::Rational(instance)) = Document::parse(text) else { panic!("it is rational") };
    let mut facts = Facts::of(&instance);
    assert_eq!(facts.truth(&Atom::Local(Layers::Whole)), Truth::False);
}

#[test]
fn facts_of_layers_follow_from_facts_of_all() {
    let instance = paper("fc-relu-local-not-global.json");
    let mut facts = Facts::of(&instance);
    assert_eq!(facts.truth(&Atom::Local(Layers::Whole)), Truth::True);
    let claims = facts.claims().len();
    assert_eq!(facts.truth(&Atom::Local(Layers::Layer(0))), Truth::True);
    assert_eq!(facts.claims().len(), claims, "no further evidence was needed");
    assert_eq!(facts.truth(&Atom::Global(Layers::Layer(0))), Truth::False);
    assert_eq!(facts.truth(&Atom::Global(Layers::Whole)), Truth::False);
}
