//! What the tables need of one certificate.

use super::class::{Class, Hypothesis};
use super::curve::CurveSummary;
use super::facts::Facts;
use crate::kernel::certificate::Source;
use crate::kernel::check::Claim;
use crate::kernel::exact::OrderedField;
use crate::report::accepted::{Accepted, Reader};
use crate::report::formula::{Formula, Notation, name, row};

/// A tuple of more numbers than this is not printed in a row of a table.
const LISTED: usize = 8;

/// The facts of one accepted certificate.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The name that tables know it by.
    pub id: String,
    /// Its title, or the id.
    pub title: String,
    /// The result that it realises, where its source says so.
    pub result: Option<String>,
    /// The row of the summary tables that it belongs to.
    pub class: Class,
    /// The number of layers.
    pub depth: usize,
    /// Inputs, then the units of each layer.
    pub widths: Vec<usize>,
    /// The number of parameters.
    pub parameters: usize,
    /// The number of samples.
    pub samples: usize,
    /// The field of its numbers.
    pub field: Formula,
    /// Whether `nonzero_weights` is claimed.
    pub nonzero_weights: bool,
    /// Whether `nonzero_inputs` is claimed.
    pub nonzero_inputs: bool,
    /// What is known within all parameters.
    pub facts: Facts,
    /// What is known within each layer.
    pub layers: Vec<Facts>,
    /// Whether gradient flow is shown to converge to the point's direction.
    pub flow: bool,
    /// The multipliers of the KKT conditions, unless there are many.
    pub multipliers: Option<Formula>,
    /// The curves of better points, each with the part of the proof that it belongs to.
    pub curves: Vec<CurveSummary>,
}

impl Summary {
    /// Reads an accepted certificate.
    pub fn of<F: OrderedField>(accepted: &Accepted<'_, F>, id: &str) -> Self {
        let certificate = accepted.certificate();
        let (problem, notation) = (&certificate.problem, Notation::of(certificate.field.as_deref()));
        let network = problem.network();
        let multipliers = accepted.claims().find_map(|claim| match claim {
            Claim::Kkt(kkt) if kkt.layer.is_none() && kkt.multipliers.len() <= LISTED => {
                Some(notation.tuple(&kkt.multipliers))
            }
            _ => None,
        });
        let curves = accepted.claims().filter_map(|claim| match claim {
            Claim::NotLocalOptimum(evidence) => Some(CurveSummary::of(problem, &notation, evidence)),
            _ => None,
        });
        let has = |wanted: fn(&Claim<F>) -> bool| accepted.claims().any(wanted);
        let result = match &certificate.source {
            Some(Source::Reference { result, .. }) => result.clone(),
            _ => None,
        };
        Summary {
            id: id.into(),
            title: certificate.title.clone().unwrap_or_else(|| id.into()),
            result,
            class: Class::of(network),
            depth: network.depth(),
            widths: std::iter::once(network.inputs()).chain(network.layers().iter().map(|l| l.outputs())).collect(),
            parameters: network.parameter_count(),
            samples: problem.samples().len(),
            field: field(&notation),
            nonzero_weights: has(|claim| matches!(claim, Claim::NonzeroWeights(_))),
            nonzero_inputs: has(|claim| matches!(claim, Claim::NonzeroInputs(_))),
            facts: Facts::of(accepted, None),
            layers: (0..network.depth()).map(|layer| Facts::of(accepted, Some(layer))).collect(),
            flow: has(|claim| matches!(claim, Claim::FlowConverges(_))),
            multipliers,
            curves: curves.collect(),
        }
    }

    /// Whether the certificate claims what the hypothesis asks.
    pub fn satisfies(&self, hypothesis: Hypothesis) -> bool {
        match hypothesis {
            Hypothesis::None => true,
            // A unit without incoming weights has the preactivation 0, so non-zero inputs imply non-zero weights.
            Hypothesis::NonzeroWeights => self.nonzero_weights || self.nonzero_inputs,
            Hypothesis::NonzeroInputs => self.nonzero_inputs,
        }
    }

    /// The widths as `2-2-1`.
    pub fn shape(&self) -> String {
        self.widths.iter().map(usize::to_string).collect::<Vec<_>>().join("-")
    }

    /// The methods of the positive claims about all parameters, each once.
    pub fn positive_methods(&self) -> Vec<String> {
        let local = self.facts.local.iter().map(|method| format!("local: {method}"));
        let global = self.facts.global.iter().map(|method| format!("global: {method}"));
        let mut methods: Vec<_> = global.chain(local).collect();
        methods.dedup();
        methods
    }

    /// The curve about all parameters.
    pub fn curve(&self) -> Option<&CurveSummary> {
        self.curves.iter().find(|curve| curve.layer.is_none())
    }
}

/// `Q`, or `Q(alpha)`.
fn field(notation: &Notation) -> Formula {
    let rationals = name(r"\mathbb{Q}", "ℚ");
    let generator = match notation {
        Notation::Rational => return rationals,
        Notation::Radical { degree, radicand } => Formula::Root(*degree, radicand.to_string()),
        Notation::Symbol(symbol) => Formula::Name(symbol.clone()),
    };
    row([rationals, generator.paren()])
}

/// Summarises a certificate under this id.
pub struct Summarise<'i>(pub &'i str);

impl Reader for Summarise<'_> {
    type Output = Summary;

    fn read<F: OrderedField>(&self, accepted: &Accepted<'_, F>) -> Summary {
        Summary::of(accepted, self.0)
    }
}
