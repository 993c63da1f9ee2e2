//! What follows from what: definitions, theorems and proposals as rules with one conclusion each.

use super::vocabulary::{DEFINITIONS, formula};
use crate::explore::conjecture::{Atom, Conjecture, Formula};

/// Rules by which facts follow from facts. What a rule does not take apart, such as an alternative, is a fact to it.
///
/// ```
/// use margincert::explore::propose::Theory;
///
/// let mut theory = Theory::definitions();
/// assert!(theory.implies(&"kkt & nonzero_inputs -> nonzero_weights".parse()?));
/// let weaker = "kkt & dense & relu & depth == 2 & nonzero_inputs -> local_optimum(every layer)".parse()?;
/// assert!(!theory.implies(&weaker));
/// theory.learn(&"kkt & no_sharing & depth == 2 & kinks == 0 & nonzero_weights -> local_optimum".parse()?);
/// assert!(theory.implies(&weaker));
/// # Ok::<(), margincert::explore::conjecture::ParseError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Theory {
    facts: Vec<Formula>,
    /// Facts, as places in the list, and what follows from them together.
    rules: Vec<(Vec<usize>, usize)>,
}

impl Theory {
    /// What holds by definition.
    pub fn definitions() -> Self {
        let mut theory = Theory::default();
        DEFINITIONS.iter().for_each(|text| theory.learn(&Conjecture::from(formula(text))));
        theory
    }

    /// Takes a statement for true.
    pub fn learn(&mut self, statement: &Conjecture) {
        let premises = statement.hypothesis().map(conjuncts).unwrap_or_default();
        let premises: Vec<usize> = premises.iter().filter(|fact| !is_kkt(fact)).map(|fact| self.intern(fact)).collect();
        for conclusion in conjuncts(statement.conclusion()) {
            let conclusion = self.intern(&conclusion);
            self.rules.push((premises.clone(), conclusion));
        }
    }

    /// How many rules there are.
    pub(super) fn rules_len(&self) -> usize {
        self.rules.len()
    }

    /// All rules but one.
    pub(super) fn without(&self, rule: usize) -> Theory {
        let mut rest = self.clone();
        rest.rules.remove(rule);
        rest
    }

    /// Whether a statement follows by these rules, of KKT points.
    pub fn implies(&self, statement: &Conjecture) -> bool {
        let premises = statement.hypothesis().map(conjuncts).unwrap_or_default();
        let known = self.closure(&premises);
        conjuncts(statement.conclusion()).iter().all(|fact| known.contains(fact))
    }

    /// Everything that follows from some facts.
    pub fn closure(&self, premises: &[Formula]) -> Vec<Formula> {
        let mut known: Vec<Formula> = premises.to_vec();
        let mut is_known: Vec<bool> = self.facts.iter().map(|fact| known.contains(fact)).collect();
        loop {
            let next = self.rules.iter().find(|(premises, conclusion)| {
                !is_known[*conclusion] && premises.iter().all(|premise| is_known[*premise])
            });
            let Some((_, conclusion)) = next else { return known };
            is_known[*conclusion] = true;
            known.push(self.facts[*conclusion].clone());
        }
    }

    fn intern(&mut self, fact: &Formula) -> usize {
        self.facts.iter().position(|known| known == fact).unwrap_or_else(|| {
            self.facts.push(fact.clone());
            self.facts.len() - 1
        })
    }
}

fn is_kkt(fact: &Formula) -> bool {
    *fact == Formula::Atom(Atom::Kkt)
}

/// The parts of a conjunction.
fn conjuncts(formula: &Formula) -> Vec<Formula> {
    match formula {
        Formula::And(a, b) => conjuncts(a).into_iter().chain(conjuncts(b)).collect(),
        other => vec![other.clone()],
    }
}
