//! One run of the prover over an instance: the order of the questions, and the ledger of what passed.

use std::time::{Duration, Instant};

use super::account::{Account, Answer, Question, Step, Verdict};
use super::better_on_curve::better_on_curve;
use super::contradiction::contradiction;
use super::scale::least_margin_unlike_1;
use super::{Prover, Topic};
use crate::kernel::check::{
    Claim, Feasible, GlobalMethod, Infeasible, Kkt, LocalMethod, NonzeroInputs, NonzeroWeights, NotLocalOptimum, check,
};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;
use crate::prove::better::not_global_optimum;
use crate::prove::curves::not_local_optimum;
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::field::ProofField;
use crate::prove::flow::flow;
use crate::prove::kkt::{Stationarity, layer_of, stationarity};
use crate::prove::optimality::{global_optimum, local_optimum};
use crate::prove::search::Search;

/// The time for the check of evidence that was found at the last moment.
const LAST_CHECK: Duration = Duration::from_millis(500);

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
        let feasible = self.feasible();
        if self.wants(Topic::Hypotheses) {
            self.hypotheses();
        }
        if !feasible {
            return;
        }
        let optimality = [Topic::Local, Topic::Global, Topic::Layers].into_iter().any(|topic| self.wants(topic));
        if optimality || self.wants(Topic::Kkt) {
            let answer = self.stationarity(Scope::All);
            if self.wants(Topic::Local) || self.wants(Topic::Global) {
                self.optimality(Scope::All, &answer);
            }
            if self.wants(Topic::Layers) {
                (0..self.problem.network().depth()).for_each(|layer| self.layer(layer, &answer));
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

    /// Keeps a claim if it passes the check, which gets half a second even after the time limit.
    ///
    /// # Errors
    /// Why it does not pass, in words.
    fn keep(&mut self, claim: Claim<F>) -> Result<&'static str, String> {
        let left = self.search.deadline().left();
        let deadline = left.map_or(Deadline::none(), |left| Deadline::after(left.max(LAST_CHECK)));
        let name = claim.name();
        match deadline.bounded(|| check(self.problem, &claim).map(|_| ())) {
            Ok(Ok(())) => {
                self.claims.push(claim);
                Ok(name)
            }
            Ok(Err(rejection)) => Err(format!("evidence for `{name}` that does not pass the check: {rejection}")),
            Err(OutOfTime) => Err(format!("evidence for `{name}` whose check takes longer than the time left")),
        }
    }

    fn note(&mut self, question: Question, attempt: Attempt) {
        let Attempt { answer, elapsed } = attempt;
        self.steps.push(Step { question, answer, elapsed });
    }

    fn feasible(&mut self) -> bool {
        let violated = self.problem.violated();
        let (claim, how) = match &violated {
            None => (Claim::Feasible(Feasible { layer: None }), String::new()),
            Some((sample, margin)) => {
                let impossible = contradiction(self.problem).map(|why| format!("no point is feasible: {why}"));
                let why = impossible.or_else(|| least_margin_unlike_1(self.problem));
                let why = why.map_or(String::new(), |why| format!("; {why}"));
                let how = format!("sample {sample} has margin {margin}, less than 1{why}");
                (Claim::Infeasible(Infeasible { layer: None, sample: *sample }), how)
            }
        };
        let attempt = self.attempt(Question::Feasible, 1.0, |_, _| Some((claim, how)));
        if violated.is_some() && attempt.is_found() {
            self.verdict = Verdict::Infeasible;
        }
        let feasible = violated.is_none() && attempt.is_found();
        self.note(Question::Feasible, attempt);
        feasible
    }

    fn hypotheses(&mut self) {
        let since = Instant::now();
        let claims = [Claim::NonzeroWeights(NonzeroWeights), Claim::NonzeroInputs(NonzeroInputs)];
        let claims: Vec<_> = claims.into_iter().filter_map(|claim| self.keep(claim).ok()).collect();
        let how = if claims.is_empty() { "neither holds".into() } else { String::new() };
        let answer = Answer::Proved { claims, how };
        self.note(Question::Hypotheses, Attempt { answer, elapsed: since.elapsed() });
    }

    /// Multipliers, or a proof that there are none; what does not pass the check is undecided.
    fn stationarity(&mut self, scope: Scope) -> Stationarity<F> {
        let mut answer = Stationarity::Undecided;
        let question = Question::Kkt { layer: layer_of(scope) };
        let attempt = self.attempt(question, 0.5, |problem, search| {
            answer = stationarity(problem, scope, search);
            match &answer {
                Stationarity::Kkt(found) => Some((Claim::Kkt(found.clone()), describe_multipliers(&found.multipliers))),
                Stationarity::NotKkt(found) => {
                    let no_margin = (scope == Scope::All).then(|| least_margin_unlike_1(problem)).flatten();
                    let no_margin = no_margin.map_or(String::new(), |why| format!("; {why}"));
                    let how = format!("a direction in which the norm falls and no active margin does{no_margin}");
                    Some((Claim::NotKkt(found.clone()), how))
                }
                Stationarity::Undecided => None,
            }
        });
        if !attempt.is_found() {
            answer = Stationarity::Undecided;
        }
        match &answer {
            Stationarity::Kkt(_) => self.conclude(scope, Verdict::Kkt),
            Stationarity::NotKkt(_) => self.conclude(scope, Verdict::NotKkt),
            Stationarity::Undecided => {}
        }
        self.note(question, attempt);
        answer
    }

    /// Local and global optimality over a scope.
    fn optimality(&mut self, scope: Scope, stationarity: &Stationarity<F>) {
        match stationarity {
            Stationarity::Kkt(kkt) => self.optimality_of_kkt(scope, kkt),
            Stationarity::NotKkt(_) => self.better_than_no_kkt(scope),
            Stationarity::Undecided => {}
        }
    }

    /// What is no KKT point is no optimum; better points say so in numbers.
    fn better_than_no_kkt(&mut self, scope: Scope) {
        let layer = layer_of(scope);
        let mut curve = None;
        let local = self.curve(scope, None, &mut curve);
        self.note(Question::Local { layer }, local.or_following("a local optimum is a KKT point"));
        let global = self.better_point(scope, curve.as_ref());
        self.note(Question::Global { layer }, global.or_following("a global optimum is a KKT point"));
    }

    fn optimality_of_kkt(&mut self, scope: Scope, kkt: &Kkt<F>) {
        let layer = layer_of(scope);
        let (local, global) = (Question::Local { layer }, Question::Global { layer });
        let proof = self.attempt(global, 0.25, |problem, search| {
            let evidence = global_optimum(problem, scope, kkt, search)?;
            let how = match &evidence.by {
                GlobalMethod::Lagrangian(_) => "by `lagrangian`".into(),
                GlobalMethod::LinearChain(_) => "by `linear_chain`".into(),
                GlobalMethod::Cells(cells) => format!("by `cells`, {} of them", cells.cells.len()),
            };
            Some((Claim::GlobalOptimum(evidence), how))
        });
        if proof.is_found() {
            self.conclude(scope, Verdict::GlobalOptimum);
            self.note(global, proof);
            return self.note(local, Attempt::following("a global optimum is a local one"));
        }
        let mut curve = None;
        let local_proof = self.attempt(local, 0.25, |problem, search| {
            let evidence = local_optimum(problem, scope, kkt, search)?;
            let how = match &evidence.by {
                LocalMethod::Lagrangian(_) => "by `lagrangian`".into(),
                LocalMethod::SecondOrder(method) => format!("by `second_order`, penalty {}", method.penalty),
                LocalMethod::Cells(cells) => format!("by `cells`, {} of them", cells.cells.len()),
            };
            Some((Claim::LocalOptimum(evidence), how))
        });
        let local_proof = if local_proof.is_found() {
            self.conclude(scope, Verdict::LocalOptimum);
            local_proof
        } else {
            let disproof = self.curve(scope, Some(kkt), &mut curve);
            if disproof.is_found() {
                self.conclude(scope, Verdict::NotLocalOptimum);
            }
            local_proof.then(disproof)
        };
        self.note(local, local_proof);
        let disproof = self.better_point(scope, curve.as_ref());
        self.note(global, proof.then(disproof));
    }

    /// A curve of better points, which is left in `found`.
    fn curve(&mut self, scope: Scope, kkt: Option<&Kkt<F>>, found: &mut Option<NotLocalOptimum<F>>) -> Attempt {
        self.attempt(Question::Local { layer: layer_of(scope) }, 0.5, |problem, search| {
            let evidence = not_local_optimum(problem, scope, kkt, search)?;
            let how = format!("by a curve of degree {} up to {}", evidence.curve.coefficients().len(), evidence.until);
            *found = Some(evidence.clone());
            Some((Claim::NotLocalOptimum(evidence), how))
        })
    }

    /// A better point, near or far; one on the curve will do.
    fn better_point(&mut self, scope: Scope, curve: Option<&NotLocalOptimum<F>>) -> Attempt {
        self.attempt(Question::Global { layer: layer_of(scope) }, 0.5, |problem, search| {
            if let Some(evidence) = not_global_optimum(problem, scope, search) {
                return Some((Claim::NotGlobalOptimum(evidence), "by a better point".into()));
            }
            let evidence = better_on_curve(problem, scope, curve?)?;
            Some((Claim::NotGlobalOptimum(evidence), "by a point of the curve".into()))
        })
    }

    /// One layer alone; a KKT point for all layers is one for each.
    fn layer(&mut self, layer: usize, whole: &Stationarity<F>) {
        let scope = Scope::Layer(layer);
        let answer = match (self.stationarity(scope), whole) {
            (answer @ Stationarity::Kkt(_), _) => answer,
            // Multipliers for all layers do for one, but for the curves, which may leave the layer.
            (_, Stationarity::Kkt(kkt)) => Stationarity::Kkt(Kkt { layer: Some(layer), ..kkt.clone() }),
            (answer, _) => answer,
        };
        self.optimality(scope, &answer);
    }

    fn conclude(&mut self, scope: Scope, verdict: Verdict) {
        if scope == Scope::All {
            self.verdict = verdict;
        }
    }

    /// Looks for evidence, and keeps it if it passes.
    fn attempt(
        &mut self,
        question: Question,
        share: f64,
        find: impl FnOnce(&Problem<F>, &mut Search) -> Option<(Claim<F>, String)>,
    ) -> Attempt {
        let since = Instant::now();
        let mut search = self.branch(question, share);
        let found = find(self.problem, &mut search);
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

    fn flow(&mut self) {
        let attempt = self.attempt(Question::Flow, 1.0, |problem, search| {
            let evidence = flow(problem, search)?;
            let how = format!("from offset + {} ray", evidence.start);
            Some((Claim::FlowConverges(evidence), how))
        });
        self.note(Question::Flow, attempt);
    }
}

/// An answer and the time it took.
struct Attempt {
    answer: Answer,
    elapsed: Duration,
}

impl Attempt {
    fn following(from: &'static str) -> Self {
        Attempt { answer: Answer::Follows { from }, elapsed: Duration::ZERO }
    }

    fn is_found(&self) -> bool {
        !matches!(self.answer, Answer::Open { .. })
    }

    /// This attempt, or what follows from other claims if it failed.
    fn or_following(self, from: &'static str) -> Self {
        if self.is_found() { self } else { Attempt { answer: Answer::Follows { from }, ..self } }
    }

    /// This attempt, which failed, and then another at the same question.
    fn then(self, next: Self) -> Self {
        let elapsed = self.elapsed + next.elapsed;
        let answer = match (self.answer, next.answer) {
            (Answer::Open { mut tried }, Answer::Open { tried: more }) => {
                tried.extend(more.into_iter().filter(|what| !tried.contains(what)).collect::<Vec<_>>());
                Answer::Open { tried }
            }
            (_, found) => found,
        };
        Attempt { answer, elapsed }
    }
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
