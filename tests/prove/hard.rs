//! The hard cases of `docs/prover.md`: what is decided stays decided, and what cannot be is left open and never guessed.

use std::time::Duration;

use margincert::kernel::certificate::Certificate;
use margincert::kernel::exact::Rational;
use margincert::kernel::problem::Problem;
use margincert::prove::certify::{Account, Prover, Verdict};

use super::catalogue::*;

#[track_caller]
fn certify(problem: Problem<Rational>) -> Account {
    let (certificate, account) =
        Prover::new().time_limit(Some(Duration::from_secs(60))).certify_over(&Certificate::instance(None, problem));
    assert!(certificate.check().iter().all(Result::is_ok));
    account
}

#[track_caller]
fn verdict(problem: Problem<Rational>, expected: Verdict) {
    let account = certify(problem);
    assert_eq!(account.verdict(), expected, "{account}");
}

fn convolution(patches: &str, activation: &str) -> String {
    let inputs = 1 + patches.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').max().expect("an index");
    format!(
        r#"{{"inputs": {inputs}, "layers": [{{"weights": "convolution", "patches": {patches}, "activation": {activation}}},
            {{"weights": "dense", "outputs": 1, "activation": "linear"}}]}}"#
    )
}

/// Three units of the first layer, each active on one sample; the second unit of the second layer reads zeros on the first two.
#[test]
fn kinks_in_the_second_layer_of_depth_three() {
    let data = positive(&[r#""25/9", 0"#, r#""-15/16", "5/4""#, r#""-5/13", "-12/13""#]);
    let first = r#"["3/5", 0, "-12/25", "16/25", "-5/13", "-12/13"]"#;
    let point = format!(r#"[{first}, ["3/5", "4/5", 0, 0, 0, 1], [1, 1]]"#);
    verdict(problem(&dense(2, &[3, 2, 1], RELU), &data, &point), Verdict::NotLocalOptimum);
}

/// Two patches of the first sample are opposite, so their kinks cannot both be active: the only multipliers need the filter to lean
/// to both sides in turn.
#[test]
fn shared_weights_on_dependent_patches() {
    let network = convolution("[[0, 1], [2, 3], [4, 5]]", RELU);
    let data = positive(&["3, 0, -3, 0, 0, 3", r#"0, "3/4", 0, "3/4", 0, -1"#]);
    verdict(problem(&network, &data, r#"[[0, 1], ["2/3", "2/3", "1/3"]]"#), Verdict::NotLocalOptimum);
    for activation in [LINEAR, RELU] {
        let equal = problem(
            &convolution("[[0, 1], [1, 2]]", activation),
            &positive(&["1, 1, 1"]),
            r#"[["1/2", "1/2"], ["1/2", "1/2"]]"#,
        );
        verdict(equal, Verdict::GlobalOptimum);
    }
}

/// What a filter makes of a patch of zeros is identically zero, and no kink.
#[test]
fn a_patch_of_zeros() {
    let network = convolution("[[0, 1], [2, 3], [4, 5]]", RELU);
    let data = positive(&["3, 0, -3, 0, 0, 3", r#"0, "3/4", 0, "3/4", 0, 0"#]);
    verdict(problem(&network, &data, r#"[[0, 1], ["2/3", "2/3", "1/3"]]"#), Verdict::NotLocalOptimum);
}

/// Multipliers that weigh two dead units against each other: in the first case none makes the Lagrangian convex.
#[test]
fn multipliers_that_are_not_unique() {
    let point = "[[1, 0, 0], [1, 0, 0]]";
    let network = diagonal(3, 2, LINEAR);
    let not = problem(&network, &positive(&[r#"1, 2, "1/2""#, "1, -2, 4"]), point);
    verdict(not, Verdict::NotLocalOptimum);
    let optimal = problem(&network, &positive(&[r#"1, 2, "-1/2""#, r#"1, -2, "5/2""#]), point);
    verdict(optimal, Verdict::GlobalOptimum);
    // Four samples on a line through the live unit's direction, two of them equal.
    let data = positive(&[r#"1, "1/4""#, r#"-1, "1/4""#, r#"1, "1/4""#, r#"0, "1/4""#]);
    verdict(problem(&dense(2, &[2, 1], RELU), &data, "[[0, 2, 0, 0], [2, 0]]"), Verdict::GlobalOptimum);
}

/// Second order is flat along three pairs of dead weights. Where two of them share a weight, fourth order shows descent; where not,
/// the bound of `chain` is attained, on what one unit of the first layer reads.
#[test]
fn flat_second_order() {
    let with = |last: &str, middle: &str| {
        let network = format!(
            r#"{{"inputs": 2, "layers": [{{"weights": "diagonal", "activation": "linear"}},
                {{"weights": "template", "entries": [[0, 1], [2, 3], {last}], "activation": "linear"}},
                {{"weights": "dense", "outputs": 1, "activation": "linear"}}]}}"#
        );
        problem(&network, &positive(&["1, 1"]), &format!("[[1, 0], {middle}, [1, 0, 0]]"))
    };
    verdict(with("[4, 3]", "[1, 0, 0, 0, 0]"), Verdict::NotLocalOptimum);
    verdict(with("[4, 5]", "[1, 0, 0, 0, 0, 0]"), Verdict::GlobalOptimum);
}

/// A dead unit whose input has norm exactly 1. On a dense layer `cells` decide, on a diagonal one `cases`.
#[test]
fn dead_units_on_the_brink() {
    verdict(problem(&dense(2, &[2, 1], RELU), &positive(&["1, 0"]), "[[1, 0, 0, 0], [1, 0]]"), Verdict::GlobalOptimum);
    verdict(problem(&diagonal(2, 2, LINEAR), &positive(&["1, 1"]), "[[1, 0], [1, 0]]"), Verdict::GlobalOptimum);
    verdict(problem(&diagonal(2, 2, RELU), &positive(&["1, 1"]), "[[1, 0], [1, 0]]"), Verdict::GlobalOptimum);
}

/// A unit split in two, with and without a dead third.
#[test]
fn duplicated_neurons() {
    let data = positive(&[r#"1, "1/4""#, r#"-1, "1/4""#]);
    let live = problem(&dense(2, &[2, 1], RELU), &data, r#"[[0, "6/5", 0, "8/5"], ["6/5", "8/5"]]"#);
    verdict(live, Verdict::LocalOptimum);
    let dead = problem(&dense(2, &[3, 1], RELU), &data, r#"[[0, "6/5", 0, "8/5", 0, 0], ["6/5", "8/5", 0]]"#);
    verdict(dead, Verdict::NotLocalOptimum);
}

/// No one dead unit helps all four samples, but two together do: one of them opens to the negative side of its input, where it
/// cannot be replaced by its opposite.
#[test]
fn dead_units_that_only_help_together() {
    let data = positive(&[
        r#""1/4", "-25/8", "-5/2""#,
        r#""1/4", "-15/4", "-25/4""#,
        r#""1/4", "-25/4", "25/4""#,
        r#""1/4", "5/4", "15/4""#,
    ]);
    verdict(problem(&diagonal(3, 2, RELU), &data, "[[2, 0, 0], [2, 0, 0]]"), Verdict::NotLocalOptimum);
}

/// The tangent space has no basis of short integers, so that second coefficients beside integer directions would be huge.
#[test]
fn data_of_many_digits() {
    let data = r#"[{"x": [-3, "-1711/128", -8, "-2095/128"], "y": 1}, {"x": [20, -20, 20, "81/128"], "y": -1},
        {"x": ["-60/61", "3699/7808", "-60/61", "-60/61"], "y": -1}]"#;
    let point = r#"[["-4/3", "4/3", "1/2", "4/3"], ["4/3", "4/3", "1/2", "4/3"], ["4/3", "-4/3", "-1/2", "4/3"]]"#;
    verdict(problem(&diagonal(4, 3, LINEAR), data, point), Verdict::NotLocalOptimum);
    let data = r#"[{"x": ["-335/24", 40, "-185/12", "-15/4"], "y": -1}, {"x": ["-225/16", "-225/8", "-245/12", "-15/2"], "y": -1},
        {"x": [30, "-375/4", "775/12", "225/4"], "y": -1}]"#;
    let network = convolution("[[0, 1, 2], [1, 2, 3]]", LINEAR);
    verdict(problem(&network, data, r#"[[0, 0, "2/5"], ["6/25", "-8/25"]]"#), Verdict::NotLocalOptimum);
}
