//! Runs through every instance within bounds.

use super::{events, of_kind};
use crate::scratch::Scratch;

#[test]
fn a_census_without_a_counterexample_is_a_theorem_and_says_its_count() {
    let scratch = Scratch::new();
    let bounds = ["--source", "census", "--inputs", "1", "--samples", "1..2", "--width", "1", "--height", "1"];
    let explore =
        |conjecture: &str, more: &[&str]| scratch.run(&[&["explore", conjecture], &bounds[..], more].concat());
    let run = explore("kkt & dense & relu & depth == 2 -> feasible", &["--json"]);
    assert_eq!(run.status, 0, "{run:?}");
    let events = events(&run);
    let end = of_kind(&events, "end")[0];
    assert_eq!((&end["verdict"], &end["counts"]["instances"]), (&"proved".into(), &end["counts"]["holds"]));
    let instances = end["counts"]["instances"].as_u64().expect("a number");
    // One sample, or the same twice; height 1 leaves no room for more.
    assert_eq!(instances, 2);
    let again = explore("kkt & dense & relu & depth == 2 -> feasible", &[]);
    assert!(again.stdout.starts_with("PROVED within bounds [dense; relu; depth 2, inputs 1, "), "{}", again.stdout);
    assert!(again.stdout.contains(&format!("among all {instances} KKT instances")), "{}", again.stdout);
    // A part of it is no theorem.
    let part = explore("kkt & dense & relu & depth == 2 -> local_optimum | feasible", &["--units", "1"]);
    assert!(part.status == 0 && part.stdout.starts_with("no counterexample  "), "{}", part.stdout);
    assert!(scratch.run(&["db", "list"]).stdout.contains("PROVED within bounds"));
}

/// The first unit of this census holds hundreds of thousands of datasets.
#[test]
fn a_census_keeps_the_time_limit_within_a_unit() {
    let scratch = Scratch::new();
    let wide = "kkt & diagonal & linear & depth == 2 & inputs == 2 & samples == 4 -> local_optimum";
    let since = std::time::Instant::now();
    let run =
        scratch.run(&["explore", wide, "--source", "census", "--height", "4", "--keep-going", "--time-limit", "1"]);
    assert!(since.elapsed() < std::time::Duration::from_secs(20), "took {:?}", since.elapsed());
    assert!([1, 3].contains(&run.status), "{run:?}");
    assert_eq!(scratch.run(&["db", "verify"]).status, 0);
}

/// A certificate that is made elsewhere changes how a conjecture stands, and the class of what is proved is told everywhere.
#[test]
fn a_proof_names_its_class_is_done_again_and_gives_way_to_an_imported_counterexample() {
    let conjecture = "kkt & dense & leaky & depth == 2 -> global_optimum";
    let scratch = Scratch::new();
    let class = "dense; leaky; depth 2, inputs 1, samples 1, width 1, height 1";
    let sizes = ["--inputs", "1", "--samples", "1", "--width", "1", "--height", "1"];
    let census = [&["explore", conjecture, "--source", "census"], &sizes[..]].concat();
    let proved = scratch.run(&census);
    assert_eq!(proved.status, 0, "{proved:?}");
    assert!(proved.stdout.starts_with(&format!("PROVED within bounds [{class}]  {conjecture}")), "{}", proved.stdout);
    let list = scratch.run(&["db", "list"]).stdout;
    assert!(list.contains(&format!("PROVED within bounds [{class}]")), "{list}");
    let again = scratch.run(&["db", "verify", "--again"]);
    assert_eq!(again.status, 0, "{again:?}");
    assert!(again.stdout.contains("1 proof done again"), "{}", again.stdout);
    // It is a counterexample, of a slope that the class has not.
    scratch.write("leaky.json", include_bytes!("leaky-1-10.json"));
    let certified = scratch.run(&["certify", "leaky.json", "-o", "certified.json"]);
    assert_eq!(certified.status, 0, "{certified:?}");
    assert_eq!(scratch.run(&["db", "import", "certified.json"]).status, 0);
    let list = scratch.run(&["db", "list"]).stdout;
    assert!(list.contains("BROKEN") && list.contains("1 of them on record") && !list.contains("PROVED"), "{list}");
    let told = scratch.run(&census);
    assert_eq!(told.status, 1, "{told:?}");
    assert!(told.stdout.starts_with("BROKEN by an instance on record"), "{}", told.stdout);
    // What was proved of the class stays true.
    assert_eq!(scratch.run(&["db", "verify", "--again"]).status, 0);
}

#[test]
fn what_census_proofs_left_out_is_a_counterexample_now() {
    let scratch = Scratch::new();
    let slope = "kkt & dense & (leaky(1/10) | linear) & depth == 2 -> global_optimum";
    let run = scratch.run(&[
        "explore",
        slope,
        "--source",
        "census",
        "--inputs",
        "1",
        "--samples",
        "1",
        "--width",
        "1",
        "--height",
        "5",
    ]);
    assert_eq!(run.status, 1, "{run:?}");
    let mixed = "kkt & dense & depth == 3 & !relu & !leaky & inputs == 2 & samples == 2 -> global_optimum";
    let sizes = ["--inputs", "2", "--samples", "2", "--width", "2", "--height", "1"];
    let run = scratch.run(&[&["explore", mixed, "--source", "census"], &sizes[..]].concat());
    assert_eq!(run.status, 1, "{run:?}");
    assert!(run.stdout.contains("dense; linear, mixed;"), "{}", run.stdout);
}
