//! One run of the prover over an instance: the order of the questions, and the ledger of what passed.

use std::time::Duration;

use super::account::{Account, Answer, Question, Step, Verdict};
use super::attempt::Attempt;
use super::contradiction::contradiction;
use super::how::{describe_multipliers, how_proved};
use super::scale::least_margin_unlike_1;
use super::{Prover, Topic};
use crate::kernel::check::{Claim, Feasible, Implied, Infeasible, Kkt, NonzeroInputs, NonzeroWeights, Property, check};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;
use crate::prove::better::not_global_optimum;
use crate::prove::clock::Instant;
use crate::prove::curves::not_local_optimum;
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::field::ProofField;
use crate::prove::flow::flow;
use crate::prove::kkt::{Stationarity, layer_of, stationarity};
use crate::prove::optimality::{
    decide_at_length, decide_layer, decide_layer_at_length, global_optimum, global_optimum_on_few_samples,
    local_optimum,
};
use crate::prove::search::Search;

/// The shares of the time that is left for proofs of optimality over all layers; and where they are asked for once more.
const GLOBAL: f64 = 0.25;
const LOCAL: f64 = 0.5;
const AGAIN: f64 = 0.5;
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
    /// Whether a question about all layers was left when its share of the time was over.
    was_cut_short: bool,
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
            was_cut_short: false,
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
            self.consequences();
            if let Stationarity::Kkt(kkt) = &answer {
                self.ask_again(|run, is_local| match is_local {
                    true => run.at_length(Scope::All, Some(kkt), true),
                    false => run.on_few_samples(kkt).or_else(|| run.at_length(Scope::All, Some(kkt), false)),
                });
                if self.was_cut_short {
                    self.once_more(kkt);
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

    /// Keeps a claim if it passes the check, which gets half a second even after the time limit.
    ///
    /// # Errors
    /// Why it does not pass, in words.
    fn keep(&mut self, claim: Claim<F>) -> Result<&'static str, String> {
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
        self.note(question, attempt);
        self.conclude(scope);
        answer
    }

    /// Local and global optimality over a scope, what follows from earlier claims first.
    fn optimality(&mut self, scope: Scope, stationarity: &Stationarity<F>) {
        let layer = layer_of(scope);
        let (local, global) = (Question::Local { layer }, Question::Global { layer });
        let kkt = match stationarity {
            Stationarity::Kkt(kkt) => Some(kkt),
            Stationarity::NotKkt(_) | Stationarity::Undecided => None,
        };
        // Whether it is a global optimum is of use to those, too, who only ask whether it is a local one: if it is.
        let asks_global = scope != Scope::All || self.wants(Topic::Global);
        let known = if asks_global { self.known(global) } else { None };
        let global_answer = known.or_else(|| match scope {
            Scope::Layer(layer) => Some(self.layer_decision(layer, kkt, false)),
            Scope::All => Some(self.global_proof(kkt?, GLOBAL)),
        });
        if let Some(local_answer) = self.known(local) {
            self.note(local, local_answer);
        } else {
            let answer = self.local_answer(scope, kkt, LOCAL);
            self.note(local, answer);
        }
        if !asks_global {
            if let Some(answer) = global_answer.filter(Attempt::is_found) {
                self.note(global, answer);
            }
            return self.conclude(scope);
        }
        let global_answer = match global_answer {
            Some(found) if found.is_found() => found,
            open => {
                // The answer about local optima may imply it.
                let answer = match self.known(global) {
                    Some(known) => known,
                    None => self.better_point(scope).or_else(|| self.layer_at_length(scope, false)),
                };
                match open {
                    Some(open) => open.then(answer),
                    None => answer,
                }
            }
        };
        self.note(global, global_answer);
        self.conclude(scope);
    }

    /// Over one layer a small tree of convex programs may end with a proof or a better point.
    fn layer_decision(&mut self, layer: usize, kkt: Option<&Kkt<F>>, is_local: bool) -> Attempt {
        self.attempt(of_layer(layer, is_local), 0.5, |problem, search| {
            let claim = decide_layer(problem, layer, kkt, is_local, search)?;
            let how = how_proved(&claim);
            Some((claim, how))
        })
    }

    /// What cheaper searches over all layers, or over one, have left open.
    fn at_length(&mut self, scope: Scope, kkt: Option<&Kkt<F>>, is_local: bool) -> Attempt {
        let question = match scope {
            Scope::Layer(layer) => of_layer(layer, is_local),
            Scope::All if is_local => Question::Local { layer: None },
            Scope::All => Question::Global { layer: None },
        };
        self.attempt(question, 0.5, |problem, search| {
            let claim = match scope {
                Scope::Layer(layer) => decide_layer_at_length(problem, layer, is_local, search)?,
                Scope::All => decide_at_length(problem, kkt?, is_local, search)?,
            };
            let how = how_proved(&claim);
            Some((claim, how))
        })
    }

    /// Over all layers, with multipliers of which few cells are enough.
    fn on_few_samples(&mut self, kkt: &Kkt<F>) -> Attempt {
        self.attempt(Question::Global { layer: None }, 0.5, |problem, search| {
            let claim = Claim::GlobalOptimum(global_optimum_on_few_samples(problem, kkt, search)?);
            let how = how_proved(&claim);
            Some((claim, how))
        })
    }

    /// The same over one layer alone. Over all layers it has to wait until each was asked about.
    fn layer_at_length(&mut self, scope: Scope, is_local: bool) -> Option<Attempt> {
        (scope != Scope::All).then(|| self.at_length(scope, None, is_local))
    }

    fn global_proof(&mut self, kkt: &Kkt<F>, share: f64) -> Attempt {
        self.attempt(Question::Global { layer: None }, share, |problem, search| {
            let evidence = global_optimum(problem, Scope::All, kkt, search)?;
            let claim = Claim::GlobalOptimum(evidence);
            let how = how_proved(&claim);
            Some((claim, how))
        })
    }

    /// A proof that the point is a local optimum, or a curve of better points.
    fn local_answer(&mut self, scope: Scope, kkt: Option<&Kkt<F>>, share: f64) -> Attempt {
        if let Scope::Layer(layer) = scope {
            let decision = self.layer_decision(layer, kkt, true);
            return decision.or_else(|| self.curve(scope, kkt)).or_else(|| self.layer_at_length(scope, true));
        }
        let Some(kkt) = kkt else { return self.curve(scope, None) };
        let proof = self.attempt(Question::Local { layer: layer_of(scope) }, share, |problem, search| {
            let evidence = local_optimum(problem, scope, kkt, search)?;
            let claim = Claim::LocalOptimum(evidence);
            let how = how_proved(&claim);
            Some((claim, how))
        });
        proof.or_else(|| self.curve(scope, Some(kkt)))
    }

    /// The answer to a question that an earlier claim implies, with the claim that says so.
    fn known(&mut self, question: Question) -> Option<Attempt> {
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

    /// A curve of better points.
    fn curve(&mut self, scope: Scope, kkt: Option<&Kkt<F>>) -> Attempt {
        self.attempt(Question::Local { layer: layer_of(scope) }, 0.5, |problem, search| {
            let evidence = not_local_optimum(problem, scope, kkt, search)?;
            let claim = Claim::NotLocalOptimum(evidence);
            let how = how_proved(&claim);
            Some((claim, how))
        })
    }

    /// A better point, near or far.
    fn better_point(&mut self, scope: Scope) -> Attempt {
        self.attempt(Question::Global { layer: layer_of(scope) }, 0.5, |problem, search| {
            let evidence = not_global_optimum(problem, scope, search)?;
            Some((Claim::NotGlobalOptimum(evidence), "by a better point".into()))
        })
    }

    /// One layer alone; a KKT point for all layers is one for each, but for the curves of its selections, which may leave the layer.
    fn layer(&mut self, layer: usize, whole: &Stationarity<F>) {
        let (scope, question) = (Scope::Layer(layer), Question::Kkt { layer: Some(layer) });
        let answer = match self.known(question) {
            Some(known) => {
                self.note(question, known);
                Stationarity::Undecided
            }
            None => self.stationarity(scope),
        };
        let answer = match (answer, whole) {
            (Stationarity::Undecided, Stationarity::Kkt(kkt)) => {
                Stationarity::Kkt(Kkt { layer: Some(layer), ..kkt.clone() })
            }
            (answer, _) => answer,
        };
        self.optimality(scope, &answer);
    }

    /// Asks once more what is open over all layers, now that others have left of their time what they did not need.
    fn once_more(&mut self, kkt: &Kkt<F>) {
        self.ask_again(|run, is_local| {
            if is_local {
                return run.local_answer(Scope::All, Some(kkt), AGAIN);
            }
            let proof = run.global_proof(kkt, AGAIN);
            proof.or_else(|| run.better_point(Scope::All))
        });
    }

    /// Asks in another way whether the point is a local and a global optimum over all layers, where that is open.
    fn ask_again(&mut self, answer: impl Fn(&mut Self, bool) -> Attempt) {
        for place in 0..self.steps.len() {
            let Step { question, answer: Answer::Open { .. }, .. } = self.steps[place] else { continue };
            let again = match question {
                Question::Local { layer: None } => answer(self, true),
                Question::Global { layer: None } => answer(self, false),
                _ => continue,
            };
            self.steps[place].elapsed += again.elapsed;
            match (&mut self.steps[place].answer, again.answer) {
                (Answer::Open { tried }, Answer::Open { tried: more }) => {
                    more.into_iter().for_each(|what| {
                        if !tried.contains(&what) {
                            tried.push(what)
                        }
                    });
                }
                (answer, found) => *answer = found,
            }
        }
        self.consequences();
    }

    /// Looks once more at what was left open: later claims may imply it.
    fn consequences(&mut self) {
        for place in 0..self.steps.len() {
            let open = matches!(self.steps[place].answer, Answer::Open { .. });
            if open && let Some(known) = self.known(self.steps[place].question) {
                self.steps[place].answer = known.answer;
            }
        }
        self.conclude(Scope::All);
    }

    /// What the claims about all layers come to.
    fn conclude(&mut self, scope: Scope) {
        if scope != Scope::All {
            return;
        }
        let has =
            |property| self.claims.iter().any(|claim| claim.layer().is_none() && claim.property() == Some(property));
        self.verdict = match Property::ALL.map(has) {
            [_, true, ..] => Verdict::NotKkt,
            [.., true, _] => Verdict::GlobalOptimum,
            [_, _, true, ..] => Verdict::LocalOptimum,
            [true, _, _, true, ..] => Verdict::NotLocalOptimum,
            [false, _, _, true, ..] => Verdict::NotOptimal,
            [true, ..] => Verdict::Kkt,
            _ => self.verdict,
        };
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

    fn flow(&mut self) {
        let attempt = self.attempt(Question::Flow, 1.0, |problem, search| {
            let evidence = flow(problem, search)?;
            let how = format!("from offset + {} ray", evidence.start);
            Some((Claim::FlowConverges(evidence), how))
        });
        self.note(Question::Flow, attempt);
    }
}

fn of_layer(layer: usize, is_local: bool) -> Question {
    let layer = Some(layer);
    if is_local { Question::Local { layer } } else { Question::Global { layer } }
}
