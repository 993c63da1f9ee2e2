//! What was asked, what was found and how, and what was tried in vain.

use std::fmt;
use std::time::Duration;

/// A question, about all layers or one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Does the point satisfy the constraints?
    Feasible,
    /// Do the theorems' hypotheses hold?
    Hypotheses,
    /// Is it a KKT point?
    Kkt {
        /// The free layer, or all.
        layer: Option<usize>,
    },
    /// Is it a local optimum?
    Local {
        /// The free layer, or all.
        layer: Option<usize>,
    },
    /// Is it a global optimum?
    Global {
        /// The free layer, or all.
        layer: Option<usize>,
    },
    /// Does gradient flow converge to its direction?
    Flow,
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// These claims passed the checker; none, where that itself is the answer.
    Proved {
        /// Their names.
        claims: Vec<&'static str>,
        /// How they were proved, in words.
        how: String,
    },
    /// Left open.
    Open {
        /// What was tried, in words.
        tried: Vec<String>,
    },
}

/// One question with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What was asked.
    pub question: Question,
    /// What came of it.
    pub answer: Answer,
    /// How long it took.
    pub elapsed: Duration,
}

/// What the certificate says of the point, all layers free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It violates a constraint.
    Infeasible,
    /// It is feasible, but no KKT point.
    NotKkt,
    /// It is a global optimum.
    GlobalOptimum,
    /// It is a local optimum; whether a global one is another question.
    LocalOptimum,
    /// It is a KKT point, but no local optimum.
    NotLocalOptimum,
    /// It is no local optimum; whether a KKT point is open.
    NotOptimal,
    /// It is a KKT point; whether a local optimum is open.
    Kkt,
    /// It is feasible; nothing else was proved.
    Feasible,
}

/// The account of a run of the prover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub(super) verdict: Verdict,
    pub(super) decided: bool,
    pub(super) steps: Vec<Step>,
}

impl Account {
    /// The verdict on the point.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Whether the main question was settled: the point is infeasible, or no KKT point, or it is known whether it is a local optimum. If topics were named, whether all of them were.
    pub fn decided(&self) -> bool {
        self.decided
    }

    /// The questions in the order asked.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The verdict in words. What nobody asked is not called open.
    pub fn headline(&self) -> &'static str {
        let asked = |question| self.steps.iter().any(|step| step.question == question);
        match self.verdict {
            Verdict::Kkt if !asked(Question::Local { layer: None }) => "a KKT point",
            Verdict::Feasible if !asked(Question::Kkt { layer: None }) => "feasible",
            verdict => verdict.in_words(),
        }
    }

    /// Says of what is told of proofs that it is about the point divided by this power of 2, and the data multiplied to match.
    pub(super) fn at_scale(&mut self, exponent: i64) {
        for step in &mut self.steps {
            if let Answer::Proved { how, .. } = &mut step.answer
                && !how.is_empty()
            {
                *how = format!("at the scale of the point divided by 2^{exponent}: {how}");
            }
        }
    }
}

impl Question {
    /// The question's name, which is that of its topic, but for the first.
    pub fn name(&self) -> &'static str {
        match self {
            Question::Feasible => "feasible",
            Question::Hypotheses => "hypotheses",
            Question::Kkt { .. } => "kkt",
            Question::Local { .. } => "local",
            Question::Global { .. } => "global",
            Question::Flow => "flow",
        }
    }

    /// The layer that it is about, if not all.
    pub fn layer(&self) -> Option<usize> {
        match self {
            Question::Kkt { layer } | Question::Local { layer } | Question::Global { layer } => *layer,
            Question::Feasible | Question::Hypotheses | Question::Flow => None,
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.layer() {
            None => f.write_str(self.name()),
            Some(layer) => write!(f, "{}, layer {layer}", self.name()),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Proved { claims, how } if claims.is_empty() => f.write_str(how),
            Answer::Proved { claims, how } if how.is_empty() => f.write_str(&claims.join(", ")),
            Answer::Proved { claims, how } => write!(f, "{} ({how})", claims.join(", ")),
            Answer::Open { tried } if tried.is_empty() => f.write_str("open"),
            Answer::Open { tried } => write!(f, "open; tried {}", tried.join("; ")),
        }
    }
}

impl Verdict {
    /// As one word, for programs.
    pub fn key(self) -> &'static str {
        match self {
            Verdict::Infeasible => "infeasible",
            Verdict::NotKkt => "not_kkt",
            Verdict::GlobalOptimum => "global_optimum",
            Verdict::LocalOptimum => "local_optimum",
            Verdict::NotLocalOptimum => "not_local_optimum",
            Verdict::NotOptimal => "not_optimal",
            Verdict::Kkt => "kkt",
            Verdict::Feasible => "feasible",
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Verdict::Infeasible => "infeasible",
            Verdict::NotKkt => "feasible, not a KKT point",
            Verdict::GlobalOptimum => "a global optimum",
            Verdict::LocalOptimum => "a local optimum",
            Verdict::NotLocalOptimum => "a KKT point, not a local optimum",
            Verdict::NotOptimal => "feasible, not a local optimum; whether a KKT point is open",
            Verdict::Kkt => "a KKT point; whether a local optimum is open",
            Verdict::Feasible => "feasible; whether a KKT point is open",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.in_words())
    }
}

/// The verdict, then a line for each question with its answer and its time.
impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.headline())?;
        for Step { question, answer, elapsed } in &self.steps {
            let milliseconds = elapsed.as_secs_f64() * 1e3;
            writeln!(f, "  {:<17} {milliseconds:>9.2} ms  {answer}", question.to_string())?;
        }
        Ok(())
    }
}
