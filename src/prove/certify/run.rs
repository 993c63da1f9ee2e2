//! One run of the prover over an instance: which questions it asks, in which order, and by which searches.

use super::account::{Answer, Question};
use super::attempt::Attempt;
use super::contradiction::contradiction;
use super::how::describe_multipliers;
use super::ledger::Ledger;
use super::scale::least_margin_unlike_1;
use super::{Account, Prover, Topic};
use crate::kernel::check::{Claim, Feasible, Infeasible, Kkt, NonzeroInputs, NonzeroWeights};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;
use crate::prove::better::not_global_optimum;
use crate::prove::clock::Instant;
use crate::prove::curves::not_local_optimum;
use crate::prove::field::ProofField;
use crate::prove::flow::flow;
use crate::prove::kkt::{Stationarity, layer_of, stationarity};
use crate::prove::optimality::{
    decide_at_length, decide_layer, decide_layer_at_length, global_optimum, global_optimum_on_few_samples,
    local_optimum,
};

/// The shares of the time that is left for proofs of optimality over all layers; and where they are asked for once more.
const GLOBAL: f64 = 0.25;
const LOCAL: f64 = 0.5;
const AGAIN: f64 = 0.5;
/// The share for any other search about one question.
const HALF: f64 = 0.5;

/// Asks all that the prover is to ask about a point: the claims that passed, and the account.
pub fn run<F: ProofField>(prover: &Prover, problem: &Problem<F>) -> (Vec<Claim<F>>, Account) {
    let mut run = Run { prover, problem, ledger: Ledger::new(prover, problem) };
    run.all();
    run.ledger.finish()
}

/// A run, and what it has come to so far.
struct Run<'a, F> {
    prover: &'a Prover,
    problem: &'a Problem<F>,
    ledger: Ledger<'a, F>,
}

impl<F: ProofField> Run<'_, F> {
    /// Asks everything that is wanted.
    fn all(&mut self) {
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
            self.ledger.consequences();
            if let Stationarity::Kkt(kkt) = &answer {
                self.ask_again(|run, is_local| match is_local {
                    true => run.at_length(Scope::All, Some(kkt), true),
                    false => run.on_few_samples(kkt).or_else(|| run.at_length(Scope::All, Some(kkt), false)),
                });
                if self.ledger.was_cut_short() {
                    self.once_more(kkt);
                }
            }
        }
        if self.wants(Topic::Flow) {
            self.flow();
        }
    }

    /// Whether a topic is among those to ask about.
    fn wants(&self, topic: Topic) -> bool {
        self.prover.topics.as_ref().is_none_or(|topics| topics.contains(&topic))
    }

    /// Whether the point satisfies the constraints.
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
        let attempt = self.ledger.attempt(Question::Feasible, 1.0, |_, _| Some((claim, how)));
        let feasible = violated.is_none() && attempt.is_found();
        self.ledger.note(Question::Feasible, attempt);
        feasible
    }

    /// Which hypotheses of theorems hold.
    fn hypotheses(&mut self) {
        let since = Instant::now();
        let claims = [Claim::NonzeroWeights(NonzeroWeights), Claim::NonzeroInputs(NonzeroInputs)];
        let claims: Vec<_> = claims.into_iter().filter_map(|claim| self.ledger.keep(claim).ok()).collect();
        let how = if claims.is_empty() { "neither holds".into() } else { String::new() };
        let answer = Answer::Proved { claims, how };
        self.ledger.note(Question::Hypotheses, Attempt { answer, elapsed: since.elapsed() });
    }

    /// Multipliers, or a proof that there are none; what does not pass the check is undecided.
    fn stationarity(&mut self, scope: Scope) -> Stationarity<F> {
        let mut answer = Stationarity::Undecided;
        let question = Question::Kkt { layer: layer_of(scope) };
        let attempt = self.ledger.attempt(question, HALF, |problem, search| {
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
        self.ledger.note(question, attempt);
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
        let known = if asks_global { self.ledger.known(global) } else { None };
        let global_answer = known.or_else(|| match scope {
            Scope::Layer(layer) => Some(self.layer_decision(layer, kkt, false)),
            Scope::All => Some(self.global_proof(kkt?, GLOBAL)),
        });
        if let Some(local_answer) = self.ledger.known(local) {
            self.ledger.note(local, local_answer);
        } else {
            let answer = self.local_answer(scope, kkt, LOCAL);
            self.ledger.note(local, answer);
        }
        if !asks_global {
            if let Some(answer) = global_answer.filter(Attempt::is_found) {
                self.ledger.note(global, answer);
            }
            return;
        }
        let global_answer = match global_answer {
            Some(found) if found.is_found() => found,
            open => {
                // The answer about local optima may imply it.
                let answer = match self.ledger.known(global) {
                    Some(known) => known,
                    None => self.better_point(scope).or_else(|| self.layer_at_length(scope, false)),
                };
                match open {
                    Some(open) => open.then(answer),
                    None => answer,
                }
            }
        };
        self.ledger.note(global, global_answer);
    }

    /// Over one layer a small tree of convex programs may end with a proof or a better point.
    fn layer_decision(&mut self, layer: usize, kkt: Option<&Kkt<F>>, is_local: bool) -> Attempt {
        self.ledger.prove(whether_optimum(Scope::Layer(layer), is_local), HALF, |problem, search| {
            decide_layer(problem, layer, kkt, is_local, search)
        })
    }

    /// What cheaper searches over all layers, or over one, have left open.
    fn at_length(&mut self, scope: Scope, kkt: Option<&Kkt<F>>, is_local: bool) -> Attempt {
        self.ledger.prove(whether_optimum(scope, is_local), HALF, |problem, search| match scope {
            Scope::Layer(layer) => decide_layer_at_length(problem, layer, is_local, search),
            Scope::All => decide_at_length(problem, kkt?, is_local, search),
        })
    }

    /// The same over one layer alone. Over all layers it has to wait until each was asked about.
    fn layer_at_length(&mut self, scope: Scope, is_local: bool) -> Option<Attempt> {
        (scope != Scope::All).then(|| self.at_length(scope, None, is_local))
    }

    /// Globally over all layers, with multipliers on few samples, so that few cells are enough.
    fn on_few_samples(&mut self, kkt: &Kkt<F>) -> Attempt {
        self.ledger.prove(Question::Global { layer: None }, HALF, |problem, search| {
            global_optimum_on_few_samples(problem, kkt, search).map(Claim::GlobalOptimum)
        })
    }

    /// A proof that the point is a global optimum over all layers.
    fn global_proof(&mut self, kkt: &Kkt<F>, share: f64) -> Attempt {
        self.ledger.prove(Question::Global { layer: None }, share, |problem, search| {
            global_optimum(problem, Scope::All, kkt, search).map(Claim::GlobalOptimum)
        })
    }

    /// A proof that the point is a local optimum, or a curve of better points.
    fn local_answer(&mut self, scope: Scope, kkt: Option<&Kkt<F>>, share: f64) -> Attempt {
        if let Scope::Layer(layer) = scope {
            let decision = self.layer_decision(layer, kkt, true);
            return decision.or_else(|| self.curve(scope, kkt)).or_else(|| self.layer_at_length(scope, true));
        }
        let Some(kkt) = kkt else { return self.curve(scope, None) };
        let proof = self.ledger.prove(Question::Local { layer: layer_of(scope) }, share, |problem, search| {
            local_optimum(problem, scope, kkt, search).map(Claim::LocalOptimum)
        });
        proof.or_else(|| self.curve(scope, Some(kkt)))
    }

    /// A curve of better points.
    fn curve(&mut self, scope: Scope, kkt: Option<&Kkt<F>>) -> Attempt {
        self.ledger.prove(Question::Local { layer: layer_of(scope) }, HALF, |problem, search| {
            not_local_optimum(problem, scope, kkt, search).map(Claim::NotLocalOptimum)
        })
    }

    /// A better point, near or far.
    fn better_point(&mut self, scope: Scope) -> Attempt {
        self.ledger.prove(Question::Global { layer: layer_of(scope) }, HALF, |problem, search| {
            not_global_optimum(problem, scope, search).map(Claim::NotGlobalOptimum)
        })
    }

    /// One layer alone; a KKT point for all layers is one for each, but for the curves of its selections, which may leave the layer.
    fn layer(&mut self, layer: usize, whole: &Stationarity<F>) {
        let (scope, question) = (Scope::Layer(layer), Question::Kkt { layer: Some(layer) });
        let answer = match self.ledger.known(question) {
            Some(known) => {
                self.ledger.note(question, known);
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
        for (place, question) in self.ledger.open() {
            let again = match question {
                Question::Local { layer: None } => answer(self, true),
                Question::Global { layer: None } => answer(self, false),
                _ => continue,
            };
            self.ledger.add(place, again);
        }
        self.ledger.consequences();
    }

    /// A ray of the point's direction on which gradient flow stays.
    fn flow(&mut self) {
        let attempt = self.ledger.attempt(Question::Flow, 1.0, |problem, search| {
            let evidence = flow(problem, search)?;
            let how = format!("from offset + {} ray", evidence.start);
            Some((Claim::FlowConverges(evidence), how))
        });
        self.ledger.note(Question::Flow, attempt);
    }
}

/// Whether the point is a local optimum, or a global one.
fn whether_optimum(scope: Scope, is_local: bool) -> Question {
    let layer = layer_of(scope);
    if is_local { Question::Local { layer } } else { Question::Global { layer } }
}
