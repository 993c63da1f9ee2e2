//! How much a proof takes, counted in cases and not in seconds.

use std::time::Duration;

use margincert::kernel::certificate::Certificate;
use margincert::kernel::problem::Problem;
use margincert::prove::certify::{Account, Answer, Prover, Question, Topic};
use margincert::prove::search::Random;

use super::catalogue::*;
use super::families::FAMILIES;

fn certify(problem: Problem<margincert::kernel::exact::Rational>, topics: &[Topic]) -> Account {
    let instance = Certificate::instance(None, problem);
    let prover = Prover::new().topics(topics.iter().copied()).time_limit(Some(Duration::from_secs(60)));
    let (certificate, account) = prover.certify_over(&instance);
    assert!(certificate.check().iter().all(Result::is_ok));
    account
}

/// The number of cases of a proof by `cases`, or `cells`.
fn cases(how: &str) -> Option<usize> {
    how.split_once("`, ")?.1.strip_suffix(" of them")?.parse().ok()
}

#[test]
fn layers_of_separate_paths_take_a_few_cases_a_path() {
    let family = FAMILIES.iter().find(|family| family.name == "diagonal ReLU, depth 3 to 5, live").expect("a family");
    let mut random = Random::new(5);
    for _ in 0..12 {
        let problem = (family.draw)(&mut random).problem;
        let (paths, depth) = (problem.network().inputs(), problem.network().depth());
        let account = certify(problem, &[Topic::Layers]);
        for step in account.steps() {
            let Answer::Proved { how, .. } = &step.answer else { panic!("open: {account}") };
            // On each path one kink after another may be off.
            assert!(cases(how).unwrap_or(0) <= paths * (depth + 1), "{account}");
        }
    }
}

#[test]
fn one_hidden_unit_takes_no_more_than_a_case_for_each_sample() {
    // The corners of a simplex around the unit, so far out that a second unit would gain; each has the same multiplier. Every
    // other one is turned round, with the other label, and as long as a leaky unit makes it as good: samples of one label
    // would be on one side of the unit, and the bound on norms would do.
    let n = 14;
    let entry = |i: usize, k: usize| match (k, i == n - 1) {
        (0, _) => 1,
        (_, true) => -3,
        _ => 3 * i32::from(i + 1 == k),
    };
    let sample = |i: usize| {
        let (factor, y) = if i.is_multiple_of(2) { (1, 1) } else { (-2, -1) };
        let x = (0..n).map(|k| (factor * entry(i, k)).to_string()).collect::<Vec<_>>().join(", ");
        format!(r#"{{"x": [{x}], "y": {y}}}"#)
    };
    let data = format!("[{}]", (0..n).map(sample).collect::<Vec<_>>().join(", "));
    let point = format!("[[1{}], [1]]", ", 0".repeat(n - 1));
    let narrow = problem(&dense(n, &[1, 1], r#"{"leaky_relu": "1/2"}"#), &data, &point);
    let account = certify(narrow, &[Topic::Global]);
    let global = account.steps().iter().find(|step| step.question == Question::Global { layer: None }).expect("asked");
    let Answer::Proved { claims, how } = &global.answer else { panic!("open: {account}") };
    assert_eq!(claims, &["global_optimum"]);
    assert!(cases(how).is_some_and(|cases| n / 2 <= cases && cases <= n + 2), "{how}");
}
