//! Statements that no instance on record breaks, and which of them are proposed.

use std::cmp::Reverse;

use super::record::{Group, Record, Witness};
use super::rules::Theory;
use super::transversals::minimal;
use super::vocabulary::Vocabulary;
use crate::explore::conjecture::{Atom, Conjecture, Formula};

/// That some facts imply another, of KKT points. Facts are places in a vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// A bit for each assumption.
    pub assumed: u128,
    /// The place of the conclusion.
    pub concluded: usize,
}

/// What is asked of proposals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most assumptions, `kkt` not counted.
    pub assumptions: usize,
    /// The fewest instances that it has to explain, and that simpler proposals do not.
    pub explained: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { assumptions: 4, explained: 20 }
    }
}

/// A statement that is proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Its form.
    pub statement: Statement,
    /// It as a conjecture.
    pub conjecture: Conjecture,
    /// How many instances it explains: what it assumes and concludes is certified of them.
    pub explained: u64,
    /// What breaks it without each of its assumptions.
    pub weakenings: Vec<Weakening>,
}

/// What a statement is without one assumption.
#[derive(Clone, Debug, PartialEq)]
pub struct Weakening {
    /// The assumption.
    pub without: Formula,
    /// How many instances on record break it then.
    pub broken: u64,
    /// The smallest of them.
    pub smallest: Witness,
}

impl Statement {
    /// The statement in the language of conjectures.
    pub fn conjecture(&self, vocabulary: &Vocabulary) -> Conjecture {
        let places = members(self.assumed).map(|place| vocabulary.assumed[place].clone());
        let hypothesis = places.fold(Formula::Atom(Atom::Kkt), Formula::and);
        Conjecture::from(hypothesis.implies(vocabulary.concluded[self.concluded].clone()))
    }

    fn explains(&self, group: &Group) -> bool {
        self.assumed & !group.assumed == 0 && group.proved >> self.concluded & 1 == 1
    }

    fn is_broken_by(&self, group: &Group) -> bool {
        self.assumed & !group.assumed == 0 && group.refuted >> self.concluded & 1 == 1
    }

    fn explained(&self, record: &Record) -> u64 {
        record.groups().filter(|group| self.explains(group)).map(|group| group.count).sum()
    }

    fn weakening(&self, place: usize, record: &Record) -> Option<Weakening> {
        let weaker = Statement { assumed: self.assumed & !(1 << place), ..*self };
        let broken: Vec<&Group> = record.groups().filter(|group| weaker.is_broken_by(group)).collect();
        let smallest = broken.iter().min_by_key(|group| (group.smallest.extent, group.smallest.id))?;
        Some(Weakening {
            without: record.vocabulary.assumed[place].clone(),
            broken: broken.iter().map(|group| group.count).sum(),
            smallest: smallest.smallest.clone(),
        })
    }
}

fn members(set: u128) -> impl Iterator<Item = usize> {
    (0..128).filter(move |place| set >> place & 1 == 1)
}

/// The statements that no instance on record breaks, are tight, and follow neither from the theory nor from simpler ones; those first that explain most.
///
/// `refuted` are statements that are known to be false, also where no instance on record shows it: what would imply one of them is false as well.
pub fn propose(record: &Record, theory: &Theory, refuted: &[Conjecture], limits: Limits) -> Vec<Proposal> {
    let vocabulary = &record.vocabulary;
    let mut candidates = Vec::new();
    for concluded in 0..vocabulary.concluded.len() {
        let is_false = |group: &&Group| group.refuted >> concluded & 1 == 1;
        let avoided: Vec<u128> = record.groups().filter(is_false).map(|group| group.assumed).collect();
        let proved: Vec<(u128, u64)> = record
            .groups()
            .filter(|group| group.proved >> concluded & 1 == 1)
            .map(|group| (group.assumed, group.count))
            .collect();
        let explains_enough = |assumed: u128| {
            let applies = proved.iter().filter(|(known, _)| assumed & !known == 0);
            applies.map(|(_, count)| count).sum::<u64>() >= limits.explained
        };
        let sets = minimal(&avoided, vocabulary.assumed.len(), limits.assumptions, &explains_enough);
        candidates.extend(sets.into_iter().map(|assumed| Statement { assumed, concluded }));
    }
    let mut candidates: Vec<(Statement, Conjecture, u64)> = candidates
        .into_iter()
        .map(|statement| (statement, statement.conjecture(vocabulary), statement.explained(record)))
        .filter(|(_, conjecture, explained)| {
            *explained >= limits.explained && !would_imply(conjecture, refuted, theory)
        })
        .collect();
    candidates
        .sort_by_key(|(statement, _, explained)| (statement.assumed.count_ones(), Reverse(*explained), *statement));
    let kept = independent(candidates, theory, record, limits.explained);
    let mut proposals: Vec<Proposal> = kept
        .into_iter()
        .map(|(statement, conjecture, explained)| Proposal {
            statement,
            conjecture,
            explained,
            weakenings: members(statement.assumed).filter_map(|place| statement.weakening(place, record)).collect(),
        })
        .collect();
    proposals.sort_by_key(|proposal| (Reverse(proposal.explained), proposal.statement));
    proposals
}

type Candidate = (Statement, Conjecture, u64);

/// Leaves out what follows from the theory and the others, and what explains too few instances that statements which were taken before it, with
/// the same conclusion and no more assumptions, do not explain as well.
fn independent(candidates: Vec<Candidate>, theory: &Theory, record: &Record, fewest: u64) -> Vec<Candidate> {
    let mut told = theory.clone();
    let mut kept: Vec<Candidate> = Vec::new();
    // Of each group the conclusions that are explained.
    let mut explained = vec![0u32; record.groups().count()];
    for candidate in candidates {
        let statement = candidate.0;
        let is_fresh = |(group, explained): &(&Group, &u32)| {
            statement.explains(group) && **explained >> statement.concluded & 1 == 0
        };
        let fresh: u64 = record.groups().zip(&explained).filter(is_fresh).map(|(group, _)| group.count).sum();
        if fresh >= fewest && !told.implies(&candidate.1) {
            let groups = record.groups().zip(&mut explained).filter(|(group, _)| statement.explains(group));
            groups.for_each(|(_, explained)| *explained |= 1 << statement.concluded);
            told.learn(&candidate.1);
            kept.push(candidate);
        }
    }
    // One that came first may follow from those that came after it.
    for place in (0..kept.len()).rev() {
        let rule = theory.rules_len() + place;
        let rest = told.without(rule);
        if rest.implies(&kept[place].1) {
            told = rest;
            kept.remove(place);
        }
    }
    kept
}

/// Whether a false statement would follow from this one.
fn would_imply(statement: &Conjecture, refuted: &[Conjecture], theory: &Theory) -> bool {
    let mut told = theory.clone();
    told.learn(statement);
    refuted.iter().any(|refuted| told.implies(refuted))
}

/// Of these theorems the ones that follow from proposals and definitions.
pub fn theorems_told<'a>(proposals: &[Proposal], theorems: &'a [(&'a str, Conjecture)]) -> Vec<&'a str> {
    let mut told = Theory::definitions();
    proposals.iter().for_each(|proposal| told.learn(&proposal.conjecture));
    theorems.iter().filter(|(_, theorem)| told.implies(theorem)).map(|(name, _)| *name).collect()
}
