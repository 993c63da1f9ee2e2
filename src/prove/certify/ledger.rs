//! The ledger of a run: which claims passed the checker, what was answered, and how much time there is for the next question.

use std::time::Duration;

use super::Prover;
use super::account::{Account, Answer, Question, Step, Verdict};
use super::attempt::Attempt;
use super::how::how_proved;
use crate::kernel::check::{Claim, Implied, Property, check};
use crate::kernel::problem::Problem;
use crate::prove::clock::Instant;
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::field::ProofField;
use crate::prove::search::Search;

/// The time for the check of evidence that was found at the last moment.
const LAST_CHECK: Duration = Duration::from_millis(500);

/// What a run has come to so far. Whatever becomes a claim goes through it, and so through the checker.
pub struct Ledger<'a, F> {
    prover: &'a Prover,
    problem: &'a Problem<F>,
    search: Search,
    started: Instant,
    claims: Vec<Claim<F>>,
    steps: Vec<Step>,
    /// Whether a question about all layers was left when its share of the time was over.
    was_cut_short: bool,
}

impl<'a, F: ProofField> Ledger<'a, F> {
    /// An empty one. The prover's time begins to run.
    pub fn new(prover: &'a Prover, problem: &'a Problem<F>) -> Self {
        let deadline = prover.time_limit.map_or(Deadline::none(), Deadline::after);
        Ledger {
            prover,
            problem,
            search: Search::new(deadline, prover.seed),
            started: Instant::now(),
            claims: Vec::new(),
            steps: Vec::new(),
            was_cut_short: false,
        }
    }

    /// Looks for evidence with this share of the time that is left, and keeps it if it passes. The words say how it was found.
    pub fn attempt(
        &mut self,
        question: Question,
        share: f64,
        find: impl FnOnce(&Problem<F>, &mut Search) -> Option<(Claim<F>, String)>,
    ) -> Attempt {
        let since = Instant::now();
        let mut search = self.branch(question, share);
        let found = find(self.problem, &mut search);
        self.was_cut_short |= found.is_none() && question.layer().is_none() && search.check().is_err();
        let mut tried = search.attempts().to_vec();
        let answer = match found.map(|(claim, how)| (self.keep(claim), how)) {
            Some((Ok(name), how)) => Answer::Proved { claims: vec![name], how },
            Some((Err(why), _)) => {
                tried.push(why);
                Answer::Open { tried }
            }
            None => Answer::Open { tried },
        };
        Attempt { answer, elapsed: since.elapsed() }
    }

    /// The same for a claim about optimality, of which is told how it was proved.
    pub fn prove(
        &mut self,
        question: Question,
        share: f64,
        find: impl FnOnce(&Problem<F>, &mut Search) -> Option<Claim<F>>,
    ) -> Attempt {
        self.attempt(question, share, |problem, search| {
            let claim = find(problem, search)?;
            let how = how_proved(&claim);
            Some((claim, how))
        })
    }

    /// A search of its own for a step, with this share of the time that is left.
    fn branch(&self, question: Question, share: f64) -> Search {
        let deadline = match self.prover.time_limit {
            None => Deadline::none(),
            Some(limit) => Deadline::after(limit.saturating_sub(self.started.elapsed()).mul_f64(share)),
        };
        self.search.branch(&question.to_string(), deadline)
    }

    /// Keeps a claim if it passes the check, which gets half a second even after the time limit.
    ///
    /// # Errors
    /// Why it does not pass, in words.
    pub fn keep(&mut self, claim: Claim<F>) -> Result<&'static str, String> {
        let left = self.search.deadline().left();
        let deadline = left.map_or(Deadline::none(), |left| Deadline::after(left.max(LAST_CHECK)));
        let name = claim.name();
        let holds = || match &claim {
            // What is kept was accepted.
            Claim::Implied(implied)
                if self.claims.get(implied.claim_index).is_some_and(|c| implied.follows_from(c)) =>
            {
                Ok(())
            }
            claim => check(self.problem, claim).map(|_| ()),
        };
        match deadline.bounded(holds) {
            Ok(Ok(())) => {
                self.claims.push(claim);
                Ok(name)
            }
            Ok(Err(rejection)) => Err(format!("evidence for `{name}` that does not pass the check: {rejection}")),
            Err(OutOfTime) => Err(format!("evidence for `{name}` whose check takes longer than the time left")),
        }
    }

    /// The answer to a question that an earlier claim implies, with the claim that says so.
    pub fn known(&mut self, question: Question) -> Option<Attempt> {
        let (layer, properties) = match question {
            Question::Kkt { layer } => (layer, [Property::Kkt, Property::NotKkt]),
            Question::Local { layer } => (layer, [Property::LocalOptimum, Property::NotLocalOptimum]),
            Question::Global { layer } => (layer, [Property::GlobalOptimum, Property::NotGlobalOptimum]),
            Question::Feasible | Question::Hypotheses | Question::Flow => return None,
        };
        let places = 0..self.claims.len();
        let implied = |(property, claim_index)| Implied { property, layer, claim_index };
        let mut candidates = properties.into_iter().flat_map(|p| places.clone().map(move |k| (p, k))).map(implied);
        let implied = candidates.find(|implied| implied.follows_from(&self.claims[implied.claim_index]))?;
        let (premise, index) = (&self.claims[implied.claim_index], implied.claim_index);
        let of_layer = premise.layer().map(|layer| format!(", layer {layer}")).unwrap_or_default();
        let how = format!("follows from claim {index}, {}{of_layer}", premise.name());
        let name = self.keep(Claim::Implied(implied)).ok()?;
        Some(Attempt { answer: Answer::Proved { claims: vec![name], how }, elapsed: Duration::ZERO })
    }

    /// Writes down what came of a question.
    pub fn note(&mut self, question: Question, attempt: Attempt) {
        let Attempt { answer, elapsed } = attempt;
        self.steps.push(Step { question, answer, elapsed });
    }

    /// The questions that are open, by their places.
    pub fn open(&self) -> Vec<(usize, Question)> {
        let steps = self.steps.iter().enumerate();
        let open = steps.filter(|(_, step)| matches!(step.answer, Answer::Open { .. }));
        open.map(|(place, step)| (place, step.question)).collect()
    }

    /// Adds another attempt at the open question at this place.
    pub fn add(&mut self, place: usize, again: Attempt) {
        let step = &mut self.steps[place];
        let answer = std::mem::replace(&mut step.answer, Answer::Open { tried: Vec::new() });
        let both = Attempt { answer, elapsed: step.elapsed }.then(again);
        (step.answer, step.elapsed) = (both.answer, both.elapsed);
    }

    /// Looks once more at what was left open: later claims may imply it.
    pub fn consequences(&mut self) {
        for (place, question) in self.open() {
            if let Some(known) = self.known(question) {
                self.steps[place].answer = known.answer;
            }
        }
    }

    /// Whether a question about all layers was left when its share of the time was over.
    pub fn was_cut_short(&self) -> bool {
        self.was_cut_short
    }

    /// The claims that passed, and the account.
    pub fn finish(self) -> (Vec<Claim<F>>, Account) {
        let verdict = self.verdict();
        let decided = match (verdict, &self.prover.topics) {
            (Verdict::Infeasible, _) => true,
            (_, Some(_)) => self.open().is_empty(),
            (Verdict::Kkt | Verdict::Feasible, None) => false,
            (_, None) => true,
        };
        (self.claims, Account { verdict, decided, steps: self.steps })
    }

    /// What the claims about all layers come to.
    fn verdict(&self) -> Verdict {
        if self.claims.iter().any(|claim| matches!(claim, Claim::Infeasible(_))) {
            return Verdict::Infeasible;
        }
        let has =
            |property| self.claims.iter().any(|claim| claim.layer().is_none() && claim.property() == Some(property));
        match Property::ALL.map(has) {
            [_, true, ..] => Verdict::NotKkt,
            [.., true, _] => Verdict::GlobalOptimum,
            [_, _, true, ..] => Verdict::LocalOptimum,
            [true, _, _, true, ..] => Verdict::NotLocalOptimum,
            [false, _, _, true, ..] => Verdict::NotOptimal,
            [true, ..] => Verdict::Kkt,
            _ => Verdict::Feasible,
        }
    }
}
