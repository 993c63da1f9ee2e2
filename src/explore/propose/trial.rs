//! Trying to break proposals: hunts by turns, whose counterexamples go on record.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::record::{Origin, Record};
use super::rules::Theory;
use super::statement::{Limits, Proposal, Statement, propose};
use crate::explore::conjecture::Conjecture;
use crate::explore::hunt::Hunt;
use crate::prove::halt::Halt;

/// How many instances a unit draws: few, so that many statements have their turn.
const DRAWS: u32 = 48;

/// How far a statement was tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Units of work done.
    pub units: u64,
    /// KKT instances that were judged.
    pub kkt: u64,
    /// Those on which it holds.
    pub holds: u64,
    /// Those on which it could not be decided.
    pub undecided: u64,
}

/// How far each statement was tried.
pub type Tallies = BTreeMap<Statement, Tally>;

struct State<'a> {
    record: &'a mut Record,
    refuted: Vec<Conjecture>,
    proposals: Vec<Proposal>,
    tallies: Tallies,
    under_way: Vec<Statement>,
    broken: usize,
}

/// Hunts for counterexamples to what is proposed until `halt` is set, by turns, and proposes anew whenever one is found. `tell` is told how many statements
/// were broken so far and how many are proposed.
///
/// The neighbourhoods of what breaks a statement without one of its assumptions are searched, too.
pub fn try_to_break(
    record: &mut Record,
    theory: &Theory,
    refuted: &[Conjecture],
    limits: Limits,
    threads: usize,
    halt: &Halt,
    tell: &(dyn Fn(usize, usize) + Sync),
) -> (Vec<Proposal>, Tallies) {
    let proposals = propose(record, theory, refuted, limits);
    let state = Mutex::new(State {
        record,
        refuted: refuted.to_vec(),
        proposals,
        tallies: Tallies::new(),
        under_way: Vec::new(),
        broken: 0,
    });
    let lock = || state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let work = || {
        while !halt.is_set() {
            let Some((proposal, unit)) = lock().next() else { return };
            let report = hunt(&proposal).unit_unless(unit, halt);
            let mut state = lock();
            state.under_way.retain(|statement| *statement != proposal.statement);
            let Some(report) = report else { return };
            let tally = state.tallies.entry(proposal.statement).or_default();
            tally.units += 1;
            tally.kkt += report.kkt;
            tally.holds += report.holds;
            tally.undecided += report.undecided;
            if report.found.is_empty() {
                continue;
            }
            for find in report.found {
                let origin = Origin::Hunt(proposal.conjecture.to_string());
                if let Some(entry) = state.record.vocabulary().clone().examine(find.certificate, origin) {
                    state.record.insert(entry);
                }
            }
            // Also where the record's shorter searches do not see it.
            state.refuted.push(proposal.conjecture);
            state.broken += 1;
            state.proposals = propose(state.record, theory, &state.refuted, limits);
            tell(state.broken, state.proposals.len());
        }
    };
    std::thread::scope(|scope| (0..threads.max(1)).for_each(|_| drop(scope.spawn(work))));
    let state = state.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    (state.proposals, state.tallies)
}

impl State<'_> {
    /// The proposal that was tried least, the first of several, and its next unit.
    fn next(&mut self) -> Option<(Proposal, u64)> {
        let done = |proposal: &&Proposal| self.tallies.get(&proposal.statement).map_or(0, |tally| tally.units);
        let is_free = |proposal: &&Proposal| !self.under_way.contains(&proposal.statement);
        let free = self.proposals.iter().filter(is_free).min_by_key(done);
        let proposal = free?.clone();
        let unit = done(&&proposal);
        self.under_way.push(proposal.statement);
        Some((proposal, unit))
    }
}

fn hunt(proposal: &Proposal) -> Hunt {
    let known = proposal.weakenings.iter().map(|weakening| weakening.smallest.instance.clone()).collect();
    Hunt { draws: DRAWS, known, ..Hunt::new(proposal.conjecture.clone()) }
}
