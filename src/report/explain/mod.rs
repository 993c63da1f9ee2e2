//! The whole proof that a certificate carries, in words and formulas, for a referee with pen and paper.

mod approximate;
mod cases;
mod cells;
mod chain;
mod curve;
mod decimals;
mod definite;
mod enclosed;
mod enclosed_parameters;
mod flow;
mod gradients;
mod harmless;
mod implied;
pub(super) mod notation;
mod optimum;
mod paths;
mod problem;
mod robustness;
mod sign;
mod stationarity;

use std::collections::BTreeMap;

use super::accepted::{Accepted, Reader};
use super::document::{Document, Inline};
use super::formula::Notation;
use crate::kernel::check::{Claim, Property};
use crate::kernel::exact::OrderedField;
use crate::kernel::network::Unit;
use crate::kernel::problem::Problem;

/// What every part of an explanation needs.
struct Teller<'a, F> {
    problem: &'a Problem<F>,
    notation: Notation,
    document: Document,
    /// Of which problems (a layer's, or the whole) and multipliers stationarity was told entry by entry.
    stationary: Vec<(Option<usize>, Vec<F>)>,
    /// The last argument by a Lagrangian about a layer: the layer, its multipliers, and where it holds.
    by_lagrangian: Option<(usize, Vec<F>, &'static str)>,
    /// The slopes that the method in hand states for kinks.
    slopes: BTreeMap<(usize, Unit), F>,
}

/// Explains an accepted certificate.
///
/// ```
/// use margincert::kernel::certificate::Document;
/// use margincert::report::{accepted::Accepted, explain::explain, text};
///
/// let document = Document::parse(r#"{
///     "format": "margincert/1",
///     "network": {"inputs": 1, "layers": [{"weights": "dense", "outputs": 1, "activation": "linear"}]},
///     "data": [{"x": ["1/2"], "y": 1}],
///     "point": [["2"]],
///     "claims": [{"claim": "kkt", "multipliers": ["4"]}]
/// }"#)?;
/// let Document::Rational(certificate) = &document else { unreachable!() };
/// let accepted = Accepted::of(certificate).map_err(|(_, rejection)| rejection.to_string())?;
/// assert!(text::document(&explain(&accepted, "one weight")).contains("Karush-Kuhn-Tucker"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain<F: OrderedField>(accepted: &Accepted<'_, F>, fallback_title: &str) -> Document {
    let certificate = accepted.certificate();
    let title = certificate.title.as_deref().unwrap_or(fallback_title);
    let mut teller = Teller {
        problem: &certificate.problem,
        notation: Notation::of(certificate.field.as_deref()),
        document: Document::new(title),
        stationary: Vec::new(),
        by_lagrangian: None,
        slopes: BTreeMap::new(),
    };
    teller.source(certificate.source.as_ref());
    teller.field(certificate.field.as_deref());
    teller.tell_problem();
    let claims: Vec<_> = accepted.claims().collect();
    for claim in &claims {
        teller.claim(claim, &claims);
    }
    teller.document
}

impl<F: OrderedField> Teller<'_, F> {
    fn claim(&mut self, claim: &Claim<F>, claims: &[&Claim<F>]) {
        let title = self.claim_title(claim);
        self.document.heading(title);
        match claim {
            Claim::Feasible(_) => self.document.paragraph("Every margin above is at least 1."),
            Claim::Infeasible(evidence) => {
                let sample = evidence.sample;
                let text = Inline::from(format!("Sample {sample} violates its constraint: "));
                let margin = self.margin_value(sample);
                self.document.paragraph(text.math(margin).text(" is less than 1."));
            }
            Claim::NonzeroWeights(_) => {
                self.document
                    .paragraph("No hidden unit has incoming weights that are all 0, as the layers above show.");
            }
            Claim::NonzeroInputs(_) => {
                self.document.paragraph(
                    "No preactivation of a hidden unit is 0 on any sample, as the table of preactivations above shows.",
                );
            }
            Claim::Kkt(evidence) => self.kkt(evidence),
            Claim::ApproximateKkt(evidence) => self.approximate_kkt(evidence),
            Claim::KktEnclosed(evidence) => self.kkt_enclosed(evidence),
            Claim::ParametersEnclosed(evidence) => self.parameters_enclosed(evidence),
            Claim::NotKkt(evidence) => self.not_kkt(evidence),
            Claim::LocalOptimum(evidence) => self.local_optimum(evidence),
            Claim::NotLocalOptimum(evidence) => self.not_local_optimum(evidence),
            Claim::GlobalOptimum(evidence) => self.global_optimum(evidence),
            Claim::NotGlobalOptimum(evidence) => self.not_global_optimum(evidence),
            Claim::FlowConverges(evidence) => self.flow_converges(evidence),
            Claim::Adversarial(evidence) => self.adversarial(evidence),
            Claim::Robust(evidence) => self.robust(evidence),
            Claim::Implied(evidence) => self.implied(evidence, claims),
        }
    }

    fn claim_title(&self, claim: &Claim<F>) -> Inline {
        let statement = match (claim, claim.property()) {
            (_, Some(Property::Kkt)) => "The point is a Karush-Kuhn-Tucker point",
            (_, Some(Property::NotKkt)) => "The point is not a Karush-Kuhn-Tucker point",
            (_, Some(Property::LocalOptimum)) => "The point is a local optimum",
            (_, Some(Property::NotLocalOptimum)) => "The point is not a local optimum",
            (_, Some(Property::GlobalOptimum)) => "The point is a global optimum",
            (_, Some(Property::NotGlobalOptimum)) => "The point is not a global optimum",
            (Claim::Infeasible(_), None) => "The point is not feasible",
            (Claim::NonzeroWeights(_), None) => "Every hidden unit has a non-zero incoming weight",
            (Claim::NonzeroInputs(_), None) => "Every hidden unit has a non-zero preactivation on every sample",
            (Claim::FlowConverges(_), None) => "Gradient flow converges to the point in direction",
            (Claim::Adversarial(claim), None) => {
                return Inline::from(format!("A change of sample {} turns the answer", claim.sample));
            }
            (Claim::Robust(_), None) => "Within a radius no change of a sample turns the answer",
            (Claim::ApproximateKkt(_), None) => "The point is nearly a Karush-Kuhn-Tucker point",
            (Claim::KktEnclosed(_) | Claim::ParametersEnclosed(_), None) => {
                "Near the point lies a Karush-Kuhn-Tucker point"
            }
            (_, None) => "The point is feasible",
        };
        let layer = claim.layer().map(|layer| format!(" of the problem over layer {layer} alone")).unwrap_or_default();
        Inline::from(format!("{statement}{layer}"))
    }
}

/// Explains a certificate under this title, unless it has one itself.
pub struct Explain<'t>(pub &'t str);

impl Reader for Explain<'_> {
    type Output = Document;

    fn read<F: OrderedField>(&self, accepted: &Accepted<'_, F>) -> Document {
        explain(accepted, self.0)
    }
}
