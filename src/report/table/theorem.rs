//! The universal positive theorems that cells of the summary tables rest on.
//!
//! Each says: under the hypothesis every KKT point has the property. No finite number of certificates proves such a
//! statement; its proof is cited, and certificates illustrate it.

use super::class::{Activations, Architecture, Class, Depth, Hypothesis};

/// What a theorem is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The point within all parameters.
    Point,
    /// Each layer with the others held.
    EachLayer,
}

/// What every KKT point is, under the hypothesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conclusion {
    /// A local optimum.
    Local,
    /// A global optimum.
    Global,
}

/// A universal positive theorem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theorem {
    /// What it is about.
    pub subject: Subject,
    /// The architectures that it covers.
    pub architectures: &'static [Architecture],
    /// The hidden activations that it covers.
    pub activations: &'static [Activations],
    /// The depths that it covers.
    pub depths: &'static [Depth],
    /// What it asks of the point.
    pub hypothesis: Hypothesis,
    /// What it concludes.
    pub conclusion: Conclusion,
    /// The evidence that its proof constructs from multipliers.
    pub evidence: &'static str,
    /// Where it is proved.
    pub source: &'static str,
}

const SECTION_3: &str =
    "G. Vardi, O. Shamir, N. Srebro, On Margin Maximization in Linear and ReLU Networks, NeurIPS 2022, Section 3";
const SECTION_4: &str = "the same paper, Section 4";
const SECTIONS_3_AND_4: &str = "the same paper, Sections 3 and 4";
const SECTION_5: &str = "the same paper, Section 5";
const OWN: &str = "not in that paper; its argument carries over, as docs/mathematics.md shows";

use Activations::{LeakyRelu, Linear, Mixed, Relu};
use Architecture::{Convolutional, FullyConnected, Sparse};

/// Every architecture.
const ANY_WIRING: &[Architecture] = &[FullyConnected, Sparse, Convolutional];
/// Every depth.
const ANY_DEPTH: &[Depth] = &[Depth::One, Depth::Two, Depth::ThreeOrMore];

/// The theorems: the paper's, and what its arguments give for leaky ReLU.
pub const THEOREMS: [Theorem; 7] = [
    Theorem {
        subject: Subject::Point,
        architectures: &[FullyConnected],
        activations: &[Linear],
        depths: ANY_DEPTH,
        hypothesis: Hypothesis::None,
        conclusion: Conclusion::Global,
        evidence: "chain",
        source: SECTION_3,
    },
    Theorem {
        subject: Subject::Point,
        architectures: &[FullyConnected, Sparse],
        activations: &[Linear],
        depths: &[Depth::Two],
        hypothesis: Hypothesis::NonzeroWeights,
        conclusion: Conclusion::Global,
        evidence: "lagrangian",
        source: SECTION_4,
    },
    Theorem {
        subject: Subject::Point,
        architectures: &[FullyConnected, Sparse],
        activations: &[Relu],
        depths: &[Depth::Two],
        hypothesis: Hypothesis::NonzeroInputs,
        conclusion: Conclusion::Local,
        evidence: "lagrangian",
        source: SECTIONS_3_AND_4,
    },
    Theorem {
        subject: Subject::Point,
        architectures: &[FullyConnected, Sparse],
        activations: &[LeakyRelu],
        depths: &[Depth::Two],
        hypothesis: Hypothesis::NonzeroInputs,
        conclusion: Conclusion::Local,
        evidence: "lagrangian",
        source: OWN,
    },
    Theorem {
        subject: Subject::EachLayer,
        architectures: ANY_WIRING,
        activations: &[Linear],
        depths: ANY_DEPTH,
        hypothesis: Hypothesis::None,
        conclusion: Conclusion::Global,
        evidence: "lagrangian",
        source: SECTION_5,
    },
    Theorem {
        subject: Subject::EachLayer,
        architectures: ANY_WIRING,
        activations: &[Relu],
        depths: ANY_DEPTH,
        hypothesis: Hypothesis::NonzeroInputs,
        conclusion: Conclusion::Local,
        evidence: "lagrangian",
        source: SECTION_5,
    },
    Theorem {
        subject: Subject::EachLayer,
        architectures: ANY_WIRING,
        activations: &[LeakyRelu, Mixed],
        depths: ANY_DEPTH,
        hypothesis: Hypothesis::NonzeroInputs,
        conclusion: Conclusion::Local,
        evidence: "lagrangian",
        source: OWN,
    },
];

impl Theorem {
    /// Whether the paper states it.
    pub fn is_of_the_paper(&self) -> bool {
        self.source != OWN
    }

    /// The number, counted from 1, and the strongest theorem for a cell; of equals the first.
    pub fn for_cell(subject: Subject, class: Class, hypothesis: Hypothesis) -> Option<(usize, &'static Theorem)> {
        let applies = |theorem: &Theorem| {
            theorem.subject == subject
                && theorem.architectures.contains(&class.architecture)
                && theorem.activations.contains(&class.activations)
                && theorem.depths.contains(&class.depth)
                && theorem.hypothesis <= hypothesis
        };
        let applicable = THEOREMS.iter().enumerate().filter(|(_, theorem)| applies(theorem));
        applicable.rev().max_by_key(|(_, theorem)| theorem.conclusion).map(|(index, theorem)| (index + 1, theorem))
    }

    /// The statement in words.
    pub fn statement(&self) -> String {
        let list = |names: Vec<&str>| names.join(" or ");
        let architectures = match self.architectures {
            ANY_WIRING => "any wiring".to_string(),
            some => list(some.iter().map(|a| a.name()).collect()),
        };
        let activations = list(self.activations.iter().map(|a| a.name()).collect());
        let depth = match self.depths {
            [one] => format!("depth {}", one.name()),
            _ => "any depth".to_string(),
        };
        let hypothesis = match self.hypothesis {
            Hypothesis::None => String::new(),
            other => format!(", with {}", other.name()),
        };
        let subject = match self.subject {
            Subject::Point => "every KKT point is",
            Subject::EachLayer => "at every KKT point each layer is",
        };
        let conclusion = match self.conclusion {
            Conclusion::Local => "a local optimum",
            Conclusion::Global => "a global optimum",
        };
        format!(
            "{architectures}, {activations}, {depth}{hypothesis}: {subject} {conclusion} (evidence {})",
            self.evidence
        )
    }
}
