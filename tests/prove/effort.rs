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
fn one_hidden_unit_takes_a_case_for_each_sample() {
    // The corners of a simplex around the unit, so far out that a second unit would gain; each has the same multiplier.
    let n = 14;
    let sample = |i: usize| {
        let entry = |k: usize| if i == n - 1 { "-3" } else { ["0", "3"][usize::from(i == k)] };
        std::iter::once("1").chain((0..n - 1).map(entry)).collect::<Vec<_>>().join(", ")
    };
    let samples: Vec<String> = (0..n).map(sample).collect();
    let samples: Vec<&str> = samples.iter().map(String::as_str).collect();
    let point = format!("[[1{}], [1]]", ", 0".repeat(n - 1));
    let narrow = problem(&dense(n, &[1, 1], RELU), &positive(&samples), &point);
    let account = certify(narrow, &[Topic::Global]);
    let global = account.steps().iter().find(|step| step.question == Question::Global { layer: None }).expect("asked");
    let Answer::Proved { claims, how } = &global.answer else { panic!("open: {account}") };
    assert_eq!(claims, &["global_optimum"]);
    assert!(cases(how).is_some_and(|cases| n <= cases && cases <= n + 2), "{how}");
}
