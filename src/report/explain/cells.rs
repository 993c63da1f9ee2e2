//! The bound on one hidden unit, cell by cell.

use super::problem::LISTED;
use super::{Teller, notation};
use crate::kernel::check::{Cells, Side};
use crate::kernel::exact::{OrderedField, Sign};
use crate::report::document::{Block, Inline, Table};
use crate::report::formula::{Formula, Operator, integer, letter, name, relate, row};

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn cells(&mut self, evidence: &Cells<F>, local: bool) {
        let support: Vec<usize> =
            (0..evidence.multipliers.len()).filter(|&i| !evidence.multipliers[i].is_zero()).collect();
        let lines = support
            .iter()
            .map(|&i| relate(notation::multiplier(i), Operator::Equal, self.notation.number(&evidence.multipliers[i])));
        let lines = lines.collect();
        let half = || Formula::Fraction(Box::new(integer(1)), Box::new(integer(2)));
        let sum = name(r"\textstyle\sum_i \lambda_i", "Σᵢ λᵢ");
        self.document.paragraph(
            Inline::from("The point is feasible. Take these multipliers (the others being 0), for which ")
                .math(relate(sum.clone(), Operator::Equal, row([half(), notation::point().norm().squared()])))
                .text(":"),
        );
        self.document.display(lines);
        let contribution = name(r"\textstyle\sum_i \lambda_i y_i\, v\,\sigma(w \cdot x_i)", "Σᵢ λᵢ yᵢ v σ(w·xᵢ)");
        let text = Inline::from("Consider a hidden unit with incoming weights ")
            .math(letter("w"))
            .text(" and outgoing weight ")
            .math(letter("v"))
            .text(". Let ")
            .math(letter("s").sub(letter("i")))
            .text(" be the signs of ")
            .math(row([letter("w"), Formula::Operator(Operator::Times), letter("x").sub(letter("i"))]))
            .text(" on these samples and ")
            .math(name(r"\varepsilon", "ε"))
            .text(" that of ")
            .math(letter("v"))
            .text(". For any ")
            .math(relate(name(r"\mu_i", "μᵢ"), Operator::AtLeast, integer(0)))
            .text(" its contribution satisfies ")
            .math(row([
                contribution,
                Formula::Operator(Operator::AtMost),
                name(r"|v|\, c \cdot w \le |v|\, \|c\|\, \|w\|", "|v| c·w ≤ |v| ‖c‖ ‖w‖"),
            ]))
            .text(" with ")
            .math(relate(
                letter("c"),
                Operator::Equal,
                name(
                    r"\textstyle\sum_i (\varepsilon \lambda_i y_i \sigma'(s_i) + \mu_i s_i)\, x_i",
                    "Σᵢ (ε λᵢ yᵢ σ′(sᵢ) + μᵢ sᵢ) xᵢ",
                ),
            ))
            .text(", which is at most ")
            .math(name(r"\tfrac12 (v^2 + \|w\|^2)", "(v² + ‖w‖²)/2"))
            .text(" if ")
            .math(relate(letter("c").norm(), Operator::AtMost, integer(1)))
            .text(". Summing over the hidden units of a feasible ")
            .math(notation::theta())
            .text(" gives ")
            .math(row([
                sum,
                Formula::Operator(Operator::AtMost),
                name(r"\textstyle\sum_i \lambda_i m_i(\theta)", "Σᵢ λᵢ mᵢ(θ)"),
                Formula::Operator(Operator::AtMost),
                half(),
                notation::theta().norm().squared(),
            ]))
            .text(if local {
                ", for every network near the point, whose units lie in these cells:"
            } else {
                ", for every network of whatever width, since these are all cells:"
            });
        self.document.paragraph(text);
        self.tell_cells(evidence, &support, local);
    }

    fn tell_cells(&mut self, evidence: &Cells<F>, support: &[usize], local: bool) {
        let mut header: Vec<Inline> = if local { vec!["unit".into()] } else { Vec::new() };
        header.extend([
            Inline::from("signs"),
            Inline::from(name(r"\varepsilon", "ε")),
            Inline::from(name(r"\mu", "μ")),
        ]);
        header.push(Inline::from(letter("c").norm().squared()));
        let sign = |side: Side| if side == Side::Positive { "+" } else { "−" };
        let rows = evidence.cells.iter().take(LISTED).map(|cell| {
            let mut vector = vec![F::zero(); self.problem.network().inputs()];
            let activation = self.problem.network().layers()[0].activation();
            for ((&i, side), mu) in support.iter().zip(&cell.pattern).zip(&cell.multipliers) {
                let positive = *side == Side::Positive;
                let slope = activation.slope(if positive { Sign::Positive } else { Sign::Negative });
                let sample = &self.problem.samples()[i];
                let share = sample.y.times(evidence.multipliers[i].clone() * &slope);
                let share = if cell.sign == Side::Positive { share } else { -share };
                let coefficient = if positive { share + mu } else { share - mu };
                vector.iter_mut().zip(&sample.x).for_each(|(entry, x)| entry.add_product(&coefficient, x));
            }
            let mut square = F::zero();
            vector.iter().for_each(|entry| square.add_product(entry, entry));
            let pattern: String = cell.pattern.iter().map(|side| sign(*side)).collect();
            let unit = cell.unit.map(|unit| Inline::from(unit.to_string()));
            let mut cells: Vec<Inline> = unit.into_iter().collect();
            cells.extend([Inline::from(pattern), Inline::from(sign(cell.sign))]);
            cells.push(Inline::from(self.notation.tuple(&cell.multipliers)));
            cells.push(Inline::from(self.notation.number(&square)));
            cells
        });
        let table = Table { caption: None, widths: vec![None; header.len()], rows: rows.collect(), header };
        self.document.blocks.push(Block::Table(table));
        self.left_out(evidence.cells.len(), "cells");
    }
}
