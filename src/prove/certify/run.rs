//! One run of the prover over an instance: the order of the questions, and the ledger of what passed.

use std::time::Instant;

use super::account::{Account, Answer, Question, Step, Verdict};
use super::{Prover, Topic};
use crate::kernel::check::{
    Claim, Feasible, GlobalMethod, Infeasible, Kkt, LocalMethod, NonzeroInputs, NonzeroWeights, check,
};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;
use crate::prove::deadline::Deadline;
use crate::prove::field::ProofField;
use crate::prove::flow::flow;
use crate::prove::hints::Hints;
use crate::prove::kkt::{Stationarity, layer_of, stationarity};
use crate::prove::optimality::{global_optimum, local_optimum};
use crate::prove::search::Search;

/// The state of a run.
pub struct Run<'a, F> {
    prover: &'a Prover,
    problem: &'a Problem<F>,
    search: Search,
    started: Instant,
    claims: Vec<Claim<F>>,
    steps: Vec<Step>,
    verdict: Verdict,
}

/// What is known of optimality over one scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Yes,
    No,
    Open,
}

impl<'a, F: ProofField> Run<'a, F> {
    pub fn new(prover: &'a Prover, problem: &'a Problem<F>) -> Self {
        let deadline = prover.time_limit.map_or(Deadline::none(), Deadline::after);
        Run {
            prover,
            problem,
            search: Search::new(deadline, prover.seed),
            started: Instant::now(),
            claims: Vec::new(),
            steps: Vec::new(),
            verdict: Verdict::Feasible,
        }
    }

    /// Asks everything that is wanted.
    pub fn all(&mut self) {
        if !self.feasible() {
            return;
        }
        if self.wants(Topic::Hypotheses) {
            self.hypotheses();
        }
        let optimality = [Topic::Local, Topic::Global, Topic::Layers].into_iter().any(|topic| self.wants(topic));
        if optimality || self.wants(Topic::Kkt) {
            let kkt = self.stationarity();
            if let Some(kkt) = &kkt {
                self.verdict = Verdict::Kkt;
                if self.wants(Topic::Local) || self.wants(Topic::Global) {
                    self.optimality(Scope::All, kkt);
                }
                if self.wants(Topic::Layers) {
                    (0..self.problem.network().depth()).for_each(|layer| self.layer(layer, kkt));
                }
            }
        }
        if self.wants(Topic::Flow) {
            self.flow();
        }
    }

    /// The claims that passed, and the account.
    pub fn finish(self) -> (Vec<Claim<F>>, Account) {
        let decided = self.decided();
        (self.claims, Account { verdict: self.verdict, decided, steps: self.steps })
    }

    fn decided(&self) -> bool {
        let settled = |step: &Step| !matches!(step.answer, Answer::Open { .. });
        match (self.verdict, &self.prover.topics) {
            (Verdict::Infeasible, _) => true,
            (_, Some(_)) => self.steps.iter().all(settled),
            (Verdict::Kkt | Verdict::Feasible, None) => false,
            (_, None) => true,
        }
    }

    fn wants(&self, topic: Topic) -> bool {
        self.prover.topics.as_ref().is_none_or(|topics| topics.contains(&topic))
    }

    /// A search of its own for a step, with this share of the time that is left.
    fn branch(&self, question: Question, share: f64) -> Search {
        let deadline = match self.prover.time_limit {
            None => Deadline::none(),
            Some(limit) => Deadline::after(limit.saturating_sub(self.started.elapsed()).mul_f64(share)),
        };
        self.search.branch(&question.to_string(), deadline)
    }

    /// Keeps a claim if it passes the check.
    fn keep(&mut self, claim: Claim<F>) -> Option<&'static str> {
        let name = claim.name();
        check(self.problem, &claim).ok()?;
        self.claims.push(claim);
        Some(name)
    }

    fn note(&mut self, question: Question, since: Instant, answer: Answer) {
        self.steps.push(Step { question, answer, elapsed: since.elapsed() });
    }

    fn feasible(&mut self) -> bool {
        let since = Instant::now();
        let violated = self.problem.violated();
        let claim = match &violated {
            None => Claim::Feasible(Feasible { layer: None }),
            Some((sample, _)) => Claim::Infeasible(Infeasible { layer: None, sample: *sample }),
        };
        let kept = self.keep(claim);
        let how = violated
            .as_ref()
            .map_or(String::new(), |(sample, margin)| format!("sample {sample} has margin {margin}, less than 1"));
        if violated.is_some() {
            self.verdict = Verdict::Infeasible;
        }
        self.note(Question::Feasible, since, Answer::Proved { claims: kept.into_iter().collect(), how });
        violated.is_none()
    }

    fn hypotheses(&mut self) {
        let since = Instant::now();
        let claims = [Claim::NonzeroWeights(NonzeroWeights), Claim::NonzeroInputs(NonzeroInputs)];
        let claims: Vec<_> = claims.into_iter().filter_map(|claim| self.keep(claim)).collect();
        let answer = match claims.is_empty() {
            true => Answer::Follows { from: "neither nonzero_weights nor nonzero_inputs holds" },
            false => Answer::Proved { claims, how: String::new() },
        };
        self.note(Question::Hypotheses, since, answer);
    }

    fn stationarity(&mut self) -> Option<Kkt<F>> {
        let since = Instant::now();
        let mut search = self.branch(Question::Kkt, 0.5);
        let found = stationarity(self.problem, Scope::All, &mut search);
        let (claim, how, verdict) = match &found {
            Stationarity::Kkt(kkt) => (Claim::Kkt(kkt.clone()), describe_multipliers(&kkt.multipliers), Verdict::Kkt),
            Stationarity::NotKkt(not_kkt) => {
                let how = "a direction in which the norm falls and no active margin does".into();
                (Claim::NotKkt(not_kkt.clone()), how, Verdict::NotKkt)
            }
            Stationarity::Undecided => {
                self.note(Question::Kkt, since, open(&search));
                return None;
            }
        };
        match self.keep(claim) {
            Some(name) => {
                self.verdict = verdict;
                self.note(Question::Kkt, since, Answer::Proved { claims: vec![name], how });
            }
            None => self.note(Question::Kkt, since, open(&search)),
        }
        match found {
            Stationarity::Kkt(kkt) if self.verdict == Verdict::Kkt => Some(kkt),
            _ => None,
        }
    }

    /// Local and global optimality over a scope.
    fn optimality(&mut self, scope: Scope, kkt: &Kkt<F>) {
        let layer = layer_of(scope);
        let mut hints = Hints::default();
        let (local, global) = (Question::Local { layer }, Question::Global { layer });
        let is_global = self.prove(global, 0.25, |problem, search| {
            let evidence = global_optimum(problem, scope, kkt, search)?;
            let how = match &evidence.by {
                GlobalMethod::Lagrangian(_) => "by `lagrangian`".into(),
                GlobalMethod::LinearChain(_) => "by `linear_chain`".into(),
                GlobalMethod::Cells(cells) => format!("by `cells`, {} of them", cells.cells.len()),
            };
            Some((Claim::GlobalOptimum(evidence), how))
        });
        if is_global == Known::Yes {
            self.conclude(scope, Verdict::GlobalOptimum);
            return self.note(local, Instant::now(), Answer::Follows { from: "a global optimum is a local one" });
        }
        let is_local = self.prove(local, 0.25, |problem, search| {
            let evidence = local_optimum(problem, scope, kkt, &mut hints, search)?;
            let how = match &evidence.by {
                LocalMethod::Lagrangian(_) => "by `lagrangian`".into(),
                LocalMethod::SecondOrder(method) => format!("by `second_order`, penalty {}", method.penalty),
                LocalMethod::Cells(cells) => format!("by `cells`, {} of them", cells.cells.len()),
            };
            Some((Claim::LocalOptimum(evidence), how))
        });
        if is_local == Known::Yes {
            self.conclude(scope, Verdict::LocalOptimum);
        }
    }

    /// One layer alone.
    fn layer(&mut self, layer: usize, kkt: &Kkt<F>) {
        let scope = Scope::Layer(layer);
        let mut search = self.branch(Question::Local { layer: Some(layer) }, 0.25);
        let kkt = match stationarity(self.problem, scope, &mut search) {
            Stationarity::Kkt(kkt) => kkt,
            // The evidence for all layers is evidence for one, but for curves that leave the layer.
            _ => Kkt { layer: Some(layer), ..kkt.clone() },
        };
        self.optimality(scope, &kkt);
    }

    fn conclude(&mut self, scope: Scope, verdict: Verdict) {
        if scope == Scope::All {
            self.verdict = verdict;
        }
    }

    /// Looks for evidence, keeps it if it passes, and notes what came of it.
    fn prove(
        &mut self,
        question: Question,
        share: f64,
        find: impl FnOnce(&Problem<F>, &mut Search) -> Option<(Claim<F>, String)>,
    ) -> Known {
        let since = Instant::now();
        let mut search = self.branch(question, share);
        let found = find(self.problem, &mut search);
        let kept = found.and_then(|(claim, how)| Some((self.keep(claim)?, how)));
        let known = if kept.is_some() { Known::Yes } else { Known::Open };
        let answer = match kept {
            Some((name, how)) => Answer::Proved { claims: vec![name], how },
            None => open(&search),
        };
        self.note(question, since, answer);
        known
    }

    fn flow(&mut self) {
        self.prove(Question::Flow, 1.0, |problem, search| {
            let evidence = flow(problem, search)?;
            let how = format!("from offset + {} ray", evidence.start);
            Some((Claim::FlowConverges(evidence), how))
        });
    }
}

fn open(search: &Search) -> Answer {
    Answer::Open { tried: search.attempts().to_vec() }
}

fn describe_multipliers<F: ProofField>(multipliers: &[F]) -> String {
    let positive: Vec<_> = multipliers.iter().enumerate().filter(|(_, value)| !value.is_zero()).collect();
    match positive.len() {
        0 => "the point is 0".into(),
        1..=6 => {
            let shown: Vec<_> = positive.iter().map(|(sample, value)| format!("{value} on sample {sample}")).collect();
            format!("multipliers {}", shown.join(", "))
        }
        count => format!("{count} multipliers"),
    }
}
