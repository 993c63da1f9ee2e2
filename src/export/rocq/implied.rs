//! Claims that follow from an earlier one: the lemmas of `Implied.v` that lead from its theorem to them.

use super::claim::{By, Proof};
use super::statement::Subject;
use super::syntax::Numbers;
use crate::kernel::check::{Implied, Property};

/// What an earlier claim says of the point, and its theorem.
#[derive(Clone, Debug)]
pub struct Known {
    /// What it says.
    pub property: Property,
    /// The free layer, or all.
    pub layer: Option<usize>,
    /// The theorem's name.
    pub theorem: String,
}

/// The proof, if there are lemmas for the way.
pub fn proof(numbers: Numbers, claim: &Implied, known: &Known) -> Option<Proof> {
    let theorem = match numbers.in_field {
        true => format!("({} alpha H)", known.theorem),
        false => known.theorem.clone(),
    };
    let ways = Property::ALL.into_iter().filter_map(|between| {
        let here = same_scope(known.property, between, theorem.clone())?;
        let there = other_scope(between, (known.layer, claim.layer), here)?;
        same_scope(between, claim.property, there)
    });
    let subject = Subject { numbers, layer: claim.layer };
    Some(Proof {
        statement: subject.stated(subject.has(claim.property)),
        by: By::Term(ways.into_iter().next()?),
        terms: Vec::new(),
        evidence: Vec::new(),
    })
}

/// From one property to another of the same scope.
fn same_scope(from: Property, to: Property, term: String) -> Option<String> {
    use Property::*;
    match (from, to) {
        _ if from == to => Some(term),
        (GlobalOptimum, LocalOptimum) => Some(format!("(local_of_global {term})")),
        (GlobalOptimum, Kkt) => same_scope(LocalOptimum, Kkt, same_scope(GlobalOptimum, LocalOptimum, term)?),
        (LocalOptimum, Kkt) => Some(format!("(kkt_of_local_optimum {term})")),
        (NotKkt, NotLocalOptimum) => Some(format!("(not_local_of_not_kkt {term})")),
        (NotKkt, NotGlobalOptimum) => {
            same_scope(NotLocalOptimum, NotGlobalOptimum, same_scope(NotKkt, NotLocalOptimum, term)?)
        }
        (NotLocalOptimum, NotGlobalOptimum) => Some(format!("(not_global_of_not_local {term})")),
        _ => None,
    }
}

/// From a property of one scope to the same of another.
fn other_scope(property: Property, scopes: (Option<usize>, Option<usize>), term: String) -> Option<String> {
    let to_layer =
        |lemma, layer| Some(format!("({lemma} (P := instance) (free := Some {layer}%nat) (eq_refl true) {term})"));
    let to_all = |lemma| Some(format!("({lemma} (P := instance) {term})"));
    match (property, scopes) {
        (_, (from, to)) if from == to => Some(term),
        (Property::GlobalOptimum, (None, Some(layer))) => to_layer("global_of_all", layer),
        (Property::LocalOptimum, (None, Some(layer))) => to_layer("local_of_all", layer),
        (Property::NotGlobalOptimum, (Some(_), None)) => to_all("not_global_of_layer"),
        (Property::NotLocalOptimum, (Some(_), None)) => to_all("not_local_of_layer"),
        _ => None,
    }
}
