//! The positive theorems as total functions: wherever a hypothesis holds at a KKT point, its conclusion is proved, by the method named.

use std::collections::BTreeMap;

use margincert::kernel::check::{Claim, Method, NonzeroInputs, NonzeroWeights, check};
use margincert::kernel::exact::Rational;
use margincert::kernel::network::{Activation, Scope, Weights};
use margincert::kernel::problem::Problem;
use margincert::prove::deadline::Deadline;
use margincert::prove::kkt::{Stationarity, stationarity};
use margincert::prove::optimality::{global_optimum, local_optimum};
use margincert::prove::search::{Random, Search};

use super::families::FAMILIES;

/// What the theorems ask about a point.
struct Facts {
    depth: usize,
    linear: bool,
    /// Every hidden unit is linear or ReLU.
    relu: bool,
    dense: bool,
    shares: bool,
    nonzero_weights: bool,
    nonzero_inputs: bool,
}

impl Facts {
    fn of(problem: &Problem<Rational>) -> Self {
        let layers = problem.network().layers();
        let holds = |claim: Claim<Rational>| check(problem, &claim).is_ok();
        let shares = |weights: &Weights| matches!(weights, Weights::Convolution { .. });
        Facts {
            depth: layers.len(),
            linear: layers.iter().all(|layer| layer.activation().is_linear()),
            relu: layers.iter().all(|layer| matches!(layer.activation(), Activation::Linear | Activation::Relu)),
            dense: layers.iter().all(|layer| layer.is_dense()),
            shares: layers.iter().any(|layer| shares(layer.weights())),
            nonzero_weights: holds(Claim::NonzeroWeights(NonzeroWeights)),
            nonzero_inputs: holds(Claim::NonzeroInputs(NonzeroInputs)),
        }
    }
}

/// Goes through the table of `prove::optimality` for one problem, and counts the rows that applied.
fn conclude(problem: &Problem<Rational>, applied: &mut BTreeMap<&'static str, usize>) {
    let facts = Facts::of(problem);
    let mut search = Search::new(Deadline::none(), 1);
    let Stationarity::Kkt(kkt) = stationarity(problem, Scope::All, &mut search) else { panic!("a KKT point") };
    let mut row = |name: &'static str, proved: Option<Claim<Rational>>| {
        let claim = proved.unwrap_or_else(|| panic!("{name}: nothing proved"));
        assert!(check(problem, &claim).is_ok(), "{name}");
        *applied.entry(name).or_default() += 1;
    };
    if facts.linear && facts.dense {
        let proved = global_optimum(problem, Scope::All, &kkt, &mut search);
        let proved = proved.filter(|proved| matches!(proved.by, Method::Chain(_)));
        row("dense linear", proved.map(Claim::GlobalOptimum));
    }
    if facts.linear && facts.depth == 2 && !facts.shares && !facts.dense && facts.nonzero_weights {
        let proved = global_optimum(problem, Scope::All, &kkt, &mut search);
        let proved = proved.filter(|proved| matches!(proved.by, Method::Lagrangian(_)));
        row("depth 2, linear, non-zero weights", proved.map(Claim::GlobalOptimum));
    }
    if !facts.linear && facts.relu && facts.depth == 2 && !facts.shares && facts.nonzero_inputs {
        let proved = local_optimum(problem, Scope::All, &kkt, &mut search);
        let proved = proved.filter(|proved| matches!(proved.by, Method::Lagrangian(_)));
        row("depth 2, ReLU, non-zero inputs", proved.map(Claim::LocalOptimum));
    }
    for layer in 0..facts.depth {
        let scope = Scope::Layer(layer);
        let mut of_layer = kkt.clone();
        of_layer.layer = Some(layer);
        if facts.linear {
            row("linear, one layer", global_optimum(problem, scope, &of_layer, &mut search).map(Claim::GlobalOptimum));
        } else if facts.nonzero_inputs {
            row(
                "non-zero inputs, one layer",
                local_optimum(problem, scope, &of_layer, &mut search).map(Claim::LocalOptimum),
            );
        }
        if facts.relu && !facts.linear && layer + 1 == facts.depth {
            row("ReLU, last layer", global_optimum(problem, scope, &of_layer, &mut search).map(Claim::GlobalOptimum));
        }
    }
}

#[test]
fn hypotheses_lead_to_their_conclusions() {
    let mut applied = BTreeMap::new();
    for family in FAMILIES {
        let mut random = Random::new(23);
        (0..40).for_each(|_| conclude(&(family.draw)(&mut random).problem, &mut applied));
    }
    assert_eq!(applied.len(), 6, "{applied:?}");
    assert!(applied.values().all(|count| *count >= 10), "{applied:?}");
}
