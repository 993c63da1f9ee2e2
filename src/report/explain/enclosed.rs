//! The exact KKT point near the point: what is known of it to how many digits, and what it is.

use super::Teller;
use crate::kernel::check::{EnclosedOptimum, KktEnclosed, LiveDirection};
use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::problem::Label;
use crate::report::document::{Block, Inline, Table};
use crate::report::text;
use crate::words::{approximately, count};

/// Significant digits of the unknowns that are shown.
pub(super) const DIGITS: usize = 12;

/// Why there is one solution, whatever the unknowns are.
pub(super) const CONTRACTION: &str = "That the equations have exactly one solution there is shown by a contraction test in interval arithmetic (Krawczyk); \
     every sign and every other margin is verified on the whole box.";

/// A row of a table with more characters is wider than a page.
const SHORT: usize = 60;

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn kkt_enclosed(&mut self, evidence: &KktEnclosed<F>) {
        let radius = approximately(&evidence.radius, 3);
        let held: usize = evidence.directions.iter().map(|direction| direction.slopes.len()).sum();
        let live: usize = evidence.directions.iter().map(|direction| direction.units.len()).sum();
        let width = self.problem.point().layers()[1].len();
        self.document.paragraph(format!(
            "There is an exact KKT point at most {} away from the point above (Euclidean distance of all parameters). It is not written \
             down: its coordinates are algebraic numbers of high degree. It is the only solution of the KKT equations in a box of \
             radius {radius} around the numbers below, with these active samples and these sides of the preactivations.",
            approximately(&evidence.distance, 3),
        ));
        self.document.paragraph(format!(
            "Its margins are exactly 1 on {}, and above 1 on all others. Of {}, {} live, in {}; all weights of the others are exactly 0. \
             {}",
            count(evidence.active.len(), "sample"),
            count(width, "hidden unit"),
            if live == 1 { "1".into() } else { live.to_string() },
            count(evidence.directions.len(), "direction"),
            held_kinks(held),
        ));
        let header = ["sample", "label", "multiplier"].map(Inline::from).to_vec();
        let rows = evidence.active.iter().zip(&evidence.multipliers).map(|(&sample, multiplier)| {
            let label = if self.problem.samples()[sample].y == Label::Positive { "1" } else { "-1" };
            let texts = [sample.to_string(), label.into(), approximately(multiplier, DIGITS)];
            texts.map(Inline::from).to_vec()
        });
        let rows = rows.collect();
        self.document.blocks.push(Block::Table(Table { caption: None, widths: vec![None; 3], header, rows }));
        let header = ["direction", "units", "sign", "sum of squared outgoing weights", "active on", "held on"];
        let rows = evidence.directions.iter().enumerate().map(|(j, direction)| {
            let on = |wanted: Sign| samples(evidence, direction, wanted);
            let units = direction.units.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
            let sign = if direction.sign == Label::Positive { "1" } else { "-1" };
            let amount = approximately(&direction.amount, DIGITS);
            [j.to_string(), units, sign.into(), amount, on(Sign::Positive), on(Sign::Zero)].map(Inline::from).to_vec()
        });
        let (rows, header): (Vec<Vec<Inline>>, _) = (rows.collect(), header.map(Inline::from).to_vec());
        let length = |row: &Vec<Inline>| row.iter().map(|cell| text::inline(cell).len()).sum::<usize>();
        let widths = if rows.iter().any(|row| length(row) > SHORT) {
            vec![None, Some("0.17"), None, Some("0.15"), Some("0.3"), Some("0.17")]
        } else {
            vec![None, None, None, Some("0.2"), None, None]
        };
        self.document.blocks.push(Block::Table(Table { caption: None, widths, header, rows }));
        self.document.paragraph(CONTRACTION);
        for optimum in &evidence.optimum {
            let said = self.optimality(optimum);
            self.document.paragraph(said);
        }
    }

    fn optimality(&self, optimum: &EnclosedOptimum<F>) -> Inline {
        match optimum {
            EnclosedOptimum::Local => Inline::default().emphasis("The KKT point is a local optimum. ").text(
                "No hidden unit is 0, and at no held kink does the norm decrease: near the point, what each unit contributes \
                 to the sum of all multipliers times margins is at most half its squared norm.",
            ),
            EnclosedOptimum::Layer { layer: 0 } => Inline::default()
                .emphasis("Layer 0 by itself is at a strict local optimum. ")
                .text(
                    "With the last layer held, units that are 0 add nothing, and at no held kink does the norm decrease: near the point, \
                     what each unit contributes to the sum of all multipliers times margins is at most half its squared norm.",
                ),
            EnclosedOptimum::Layer { layer } => Inline::default()
                .emphasis(format!("Layer {layer} by itself is at its only optimum. "))
                .text("With the layer below held, the outputs are linear in it, so that its problem is convex."),
            EnclosedOptimum::Ridge { direction, sample } => {
                Inline::default().emphasis("The KKT point is not a local optimum. ").text(format!(
                    "A unit of direction {direction} leaves its kink on sample {sample}: on either side the Lagrangian decreases at first \
                     order, and the gradients of the active margins are independent, so that these margins can be kept at 1. The last layer \
                     need not move: layer 0 by itself is not at a local optimum either.",
                ))
            }
            EnclosedOptimum::DeadUnit { incoming, sign } => {
                let w = incoming.iter().map(|w| approximately(w, 6)).collect::<Vec<_>>().join(", ");
                let sign = if *sign == Label::Positive { "1" } else { "-1" };
                Inline::default().emphasis("The KKT point is not a local optimum. ").text(format!(
                    "A hidden unit that is 0 can come to life with incoming weights along ({w}) and an outgoing weight of sign {sign}: \
                     what the others give back for it is worth more than it costs.",
                ))
            }
            EnclosedOptimum::Global { positive, negative } => {
                Inline::default().emphasis("The KKT point is a global optimum, among networks of every width. ").text(format!(
                    "For every direction of a hidden unit and either sign of its outgoing weight, what it contributes is at most half \
                     its squared norm; the cases are {} for positive and {} for negative units.",
                    positive.nodes.len().div_ceil(2),
                    negative.nodes.len().div_ceil(2),
                ))
            }
            EnclosedOptimum::NotGlobal { .. } => Inline::default()
                .emphasis("The KKT point is not a global optimum. ")
                .text("The certificate holds a feasible point of this width with a smaller norm."),
        }
    }
}

/// The active samples on which a direction's preactivation has a sign.
fn samples<F>(evidence: &KktEnclosed<F>, direction: &LiveDirection, wanted: Sign) -> String {
    let places = evidence.active.iter().zip(&direction.pattern).filter(|(_, side)| **side == wanted);
    places.map(|(sample, _)| sample.to_string()).collect::<Vec<_>>().join(", ")
}

/// What it means that so many kinks are held.
pub(super) fn held_kinks(count: usize) -> String {
    let are_held = match count {
        0 => return "No kink is held.".into(),
        1 => "One kink is held".into(),
        _ => format!("{count} kinks are held"),
    };
    format!(
        "{are_held}: the preactivation is exactly 0, and the slope that makes the point stationary lies strictly between the \
         activation's two."
    )
}
