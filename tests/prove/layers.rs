//! Optima over one layer, proved by cases, held against the search in floats for better points, which knows nothing of cases.

use std::time::Duration;

use margincert::kernel::certificate::Certificate;
use margincert::kernel::check::{Claim, GlobalOptimum, Method};
use margincert::kernel::network::Scope;
use margincert::prove::better::not_global_optimum;
use margincert::prove::certify::{Prover, Topic};
use margincert::prove::deadline::Deadline;
use margincert::prove::search::{Random, Search};

use super::families::FAMILIES;

#[test]
fn floats_find_no_better_layer_where_cases_prove_that_there_is_none() {
    let prover = Prover::new().topics([Topic::Layers]).time_limit(Some(Duration::from_secs(60)));
    let (mut by_groups, mut by_one_tree) = (0, 0);
    for family in FAMILIES {
        let mut random = Random::new(11);
        for _ in 0..3 {
            let instance = Certificate::instance(None, (family.draw)(&mut random).problem);
            for claim in prover.certify_over(&instance).0.claims {
                let Claim::GlobalOptimum(GlobalOptimum { layer: Some(layer), by: Method::Cases(cases) }) = claim else {
                    continue;
                };
                let mut search = Search::new(Deadline::none(), 3);
                let better = not_global_optimum(&instance.problem, Scope::Layer(layer), &mut search);
                assert_eq!(better, None, "{}, layer {layer}:\n{}", family.name, instance.to_text());
                *if cases.trees.len() > 1 { &mut by_groups } else { &mut by_one_tree } += 1;
            }
        }
    }
    assert!(by_groups > 10 && by_one_tree > 10, "{by_groups} by groups, {by_one_tree} by one tree");
}
