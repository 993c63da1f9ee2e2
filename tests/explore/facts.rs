//! Facts that have no claim of their own: what they say is what other claims say.

use margincert::explore::bounds::Bounds;
use margincert::explore::conjecture::{Conjecture, Truth};
use margincert::explore::facts::Facts;
use margincert::explore::sources::inverse;
use margincert::kernel::certificate::{Certificate, Document};
use margincert::kernel::check::{Claim, check};
use margincert::kernel::exact::Rational;
use margincert::prove::deadline::Deadline;
use margincert::prove::optimality::strict_local_optimum;
use margincert::prove::search::Search;
use proptest::prelude::*;

fn truth(facts: &mut Facts<'_>, text: &str) -> Truth {
    let conjecture: Conjecture = text.parse().unwrap_or_else(|error| panic!("{error}"));
    facts.truth(conjecture.conclusion().atoms()[0])
}

/// A dense network of depth 2 with these units `(w, v)`, and samples with the label 1.
fn instance(activation: &str, units: &[([&str; 2], &str)], samples: &[[&str; 2]]) -> Certificate<Rational> {
    let quoted =
        |numbers: Vec<&str>| format!("[{}]", numbers.iter().map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(", "));
    let data: Vec<String> = samples.iter().map(|x| format!("{{\"x\": {}, \"y\": 1}}", quoted(x.to_vec()))).collect();
    let text = format!(
        r#"{{"format": "margincert/1", "network": {{"inputs": 2, "layers": [
            {{"weights": "dense", "outputs": {}, "activation": "{activation}"}},
            {{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
            "data": [{}], "point": [{}, {}]}}"#,
        units.len(),
        data.join(", "),
        quoted(units.iter().flat_map(|(w, _)| *w).collect()),
        quoted(units.iter().map(|(_, v)| *v).collect()),
    );
    match Document::parse(&text).unwrap_or_else(|error| panic!("{error}")) {
        Document::Rational(certificate) => certificate,
        _ => unreachable!("there is no field"),
    }
}

#[test]
fn strictness_and_flat_directions() {
    let x = [["4/5", "3/5"]];
    let apart = [["4/5", "3/5"], ["-4/5", "3/5"]];
    let one = (["4/5", "3/5"], "1");
    let dead = (["0", "0"], "0");
    let halves = [(["12/25", "9/25"], "3/5"), (["16/25", "12/25"], "4/5")];
    let two = [(["4/5", "3/5"], "1"), (["-4/5", "3/5"], "1")];
    let (yes, no) = (Truth::True, Truth::False);
    for (name, instance, strict, flat) in [
        ("one unit", instance("relu", &[one], &x), yes, no),
        ("a unit in two parts", instance("relu", &halves, &x), no, yes),
        ("linear units", instance("linear", &halves, &x), no, yes),
        ("a dead unit beside a live one", instance("relu", &[one, dead], &x), no, yes),
        ("two units apart", instance("relu", &two, &apart), yes, no),
        // The parts do not add up to a KKT point, but their direction is flat all the same.
        ("no local optimum", instance("relu", &[(["8/5", "6/5"], "1"), (["8/5", "6/5"], "1")], &x), no, yes),
        ("no local optimum, one unit", instance("relu", &[(["8/5", "6/5"], "1")], &x), no, Truth::Unknown),
    ] {
        let mut facts = Facts::of(&instance);
        assert_eq!(truth(&mut facts, "strict_local_optimum"), strict, "{name}");
        assert_eq!(truth(&mut facts, "flat_direction"), flat, "{name}");
    }
}

#[test]
fn ratios_and_supporting_samples() {
    let two = [(["4/5", "3/5"], "1"), (["-4/5", "3/5"], "1")];
    let instance = instance("relu", &two, &[["4/5", "3/5"], ["-4/5", "3/5"], ["0", "5"]]);
    let mut facts = Facts::of(&instance);
    // The squared norm is 4, and that of one unit (0, 5/3) is 10/3.
    let expected =
        [("1/2", Truth::False), ("1", Truth::False), ("11/10", Truth::False), ("2", Truth::True), ("3", Truth::True)];
    for (factor, expected) in expected {
        assert_eq!(truth(&mut facts, &format!("within_factor({factor})")), expected, "{factor}");
    }
    // 3 samples, 2 layers; which samples support is not read off the instance.
    let of_sizes = [
        ("depth", Truth::True),
        ("1/3 * samples", Truth::False),
        ("1/6 * samples * depth", Truth::False),
        ("samples * depth", Truth::True),
        ("supporting", Truth::Unknown),
    ];
    for (factor, expected) in of_sizes {
        assert_eq!(truth(&mut facts, &format!("within_factor({factor})")), expected, "{factor}");
    }
    for (text, expected) in [
        ("supporting == 2", Truth::True),
        ("supporting == samples", Truth::False),
        ("active <= supporting", Truth::True),
    ] {
        assert_eq!(truth(&mut facts, text), expected, "{text}");
    }
}

/// A better point that comes with an instance counts, whatever else was accepted before.
#[test]
fn a_better_point_that_is_given_refutes_a_ratio() {
    let text = std::fs::read_to_string("proofs/found/far-convolution-linear.json").expect("a file");
    let Document::Rational(given) = Document::parse(&text).expect("a certificate") else { panic!("rational") };
    let mut alone = given.clone();
    alone.claims.retain(|claim| !matches!(claim, Claim::NotGlobalOptimum(_)));
    assert!(alone.claims.len() < given.claims.len());
    for (instance, expected) in [(&given, Truth::False), (&alone, Truth::Unknown)] {
        // No time to look for a point.
        let mut facts = Facts::within(0, instance);
        assert_eq!(truth(&mut facts, "local_optimum"), Truth::False);
        assert_eq!(truth(&mut facts, "within_factor(2)"), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn facts_agree(instance in inverse(Bounds { depth: 2..=3, inputs: 1..=3, samples: 1..=3, width: 1..=3, height: 3, ..Bounds::default() })) {
        let mut facts = Facts::within(20_000_000, &instance);
        let mut ask = |text: &str| truth(&mut facts, text);
        let (strict, flat, local, global) =
            (ask("strict_local_optimum"), ask("flat_direction"), ask("local_optimum"), ask("global_optimum"));
        prop_assert!(strict != Truth::True || (local == Truth::True && flat == Truth::False));
        prop_assert!(local != Truth::False || strict == Truth::False);
        if flat == Truth::True {
            // Without a look at flat directions the kernel would have to accept what proves strictness.
            let prove = |deadline| strict_local_optimum(&instance.problem, &mut Search::new(deadline, 0));
            let proof = Deadline::within(20_000_000, prove).ok().flatten();
            prop_assert!(proof.is_none_or(|proof| check(&instance.problem, &Claim::LocalOptimum(proof)).is_err()));
        }
        let ratios = ["1", "3/2", "2", "4", "16"].map(|factor| ask(&format!("within_factor({factor})")));
        prop_assert!(global == Truth::Unknown || ratios[0] == global);
        // What is within a factor is within greater ones.
        prop_assert!(ratios.windows(2).all(|pair| pair[0] != Truth::True || pair[1] == Truth::True));
        prop_assert!(ratios.windows(2).all(|pair| pair[1] != Truth::False || pair[0] == Truth::False));
        let (complementary, all) = (ask("strictly_complementary"), ask("supporting == active"));
        prop_assert!(complementary == Truth::Unknown || all == Truth::Unknown || complementary == all);
        prop_assert!(ask("supporting > active") != Truth::True && ask("supporting == 0") != Truth::True);
    }
}
