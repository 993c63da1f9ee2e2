//! The exact KKT point near the point, where its parameters themselves are enclosed.

use super::Teller;
use super::enclosed::{CONTRACTION, DIGITS, held_kinks};
use crate::kernel::check::{ParametersEnclosed, ParametersOptimum};
use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::problem::Label;
use crate::report::document::{Block, Inline, Table};
use crate::words::{approximately, count};

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn parameters_enclosed(&mut self, evidence: &ParametersEnclosed<F>) {
        let radius = approximately(&evidence.radius, 3);
        let zeros = self.problem.point().iter().filter(|parameter| parameter.is_zero()).count();
        let parameters = self.problem.network().parameter_count();
        self.document.paragraph(format!(
            "There is an exact KKT point that differs from the point above by at most {radius} in each parameter. It is not \
             written down: its coordinates are algebraic numbers of high degree. Of the {parameters} parameters {zeros} are exactly \
             0, those that are 0 above. It is the only solution of the KKT equations within that radius of the point above and of the \
             numbers below, with these active samples and these sides of the preactivations.",
        ));
        self.document.paragraph(format!(
            "Its margins are exactly 1 on {}, and above 1 on all others. {}",
            count(evidence.active.len(), "sample"),
            held_kinks(evidence.slopes.len()),
        ));
        let header = ["sample", "label", "multiplier", "held kinks"].map(Inline::from).to_vec();
        let mut slopes = evidence.slopes.iter();
        let rows = evidence.active.iter().zip(&evidence.multipliers).zip(&evidence.patterns);
        let rows = rows.map(|((&sample, multiplier), pattern)| {
            let label = if self.problem.samples()[sample].y == Label::Positive { "1" } else { "-1" };
            let mut held = Vec::new();
            for (layer, units) in pattern.iter().enumerate() {
                for (unit, _) in units.iter().enumerate().filter(|(_, side)| **side == Some(Sign::Zero)) {
                    let slope = slopes.next().map(|slope| approximately(slope, 6)).unwrap_or_default();
                    held.push(format!("unit {unit} of layer {layer} (slope {slope})"));
                }
            }
            let texts = [sample.to_string(), label.into(), approximately(multiplier, DIGITS), held.join(", ")];
            texts.map(Inline::from).to_vec()
        });
        let rows: Vec<Vec<Inline>> = rows.collect();
        let widths = vec![None, None, None, Some("0.4")];
        self.document.blocks.push(Block::Table(Table { caption: None, widths, header, rows }));
        self.document.paragraph(CONTRACTION);
        for optimum in &evidence.optimum {
            let said = self.optimality_in_parameters(optimum);
            self.document.paragraph(said);
        }
    }

    fn optimality_in_parameters(&self, optimum: &ParametersOptimum<F>) -> Inline {
        let is_not_local = Inline::default().emphasis("The KKT point is not a local optimum. ");
        match optimum {
            ParametersOptimum::Local { penalty, of_live_units } => {
                let (what, of) = match of_live_units {
                    true => (
                        "The KKT point is a strict local optimum of the units that live. ",
                        "That is: among the points near it at which the units stay 0 all of whose weights are 0 at it; what these units \
                         could do is another question. ",
                    ),
                    false => ("The KKT point is a strict local optimum. ", ""),
                };
                Inline::default().emphasis(what).text(format!(
                    "{of}Each unit whose preactivation is 0 on an active sample can only lower the margin when it leaves 0. The Lagrangian's \
                     Hessian plus {} times the squares of the gradients of the active margins and of the held preactivations is positive \
                     definite, by elimination in intervals.",
                    approximately(penalty, 3)
                ))
            }
            ParametersOptimum::Layer { layer } => Inline::default()
                .emphasis(format!("Layer {layer} by itself is at a strict local optimum. "))
                .text(
                    "With the other layers held, units whose preactivation is 0 can only lower the margin when they leave 0, and with their \
                     slopes fixed the layer's problem is convex.",
                ),
            ParametersOptimum::Kink { sample, unit } => is_not_local.text(format!(
                "Unit {} of layer {} leaves its kink on sample {sample}: on either side the Lagrangian decreases at first order, and the \
                 gradients of the active margins are independent, so that these margins can be kept at 1.",
                unit.unit, unit.layer
            )),
            ParametersOptimum::DeadUnit { unit, incoming, outgoing } => {
                let [w, v] = [incoming, outgoing].map(|list| {
                    list.iter().map(|number| approximately(number, 6)).collect::<Vec<_>>().join(", ")
                });
                is_not_local.text(format!(
                    "Unit {} of layer {}, whose weights are all 0, can come to life with incoming weights along ({w}) and outgoing weights \
                     along ({v}): what the others give back for it is worth more than it costs.",
                    unit.unit, unit.layer
                ))
            }
            ParametersOptimum::NotGlobal { .. } => Inline::default()
                .emphasis("The KKT point is not a global optimum. ")
                .text("The certificate holds a feasible point of this width with a smaller norm."),
        }
    }
}
