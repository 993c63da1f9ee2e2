//! The bound on one hidden unit, cell by cell.

use super::problem::LISTED;
use super::{Teller, notation};
use crate::kernel::check::{Cells, Side};
use crate::kernel::exact::{OrderedField, Sign};
use crate::report::document::{Block, Inline, Table};
use crate::report::formula::{Formula, Operator, half, integer, letter, name, relate, row};

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn cells(&mut self, evidence: &Cells<F>, local: bool) {
        let support: Vec<usize> =
            (0..evidence.multipliers.len()).filter(|&i| !evidence.multipliers[i].is_zero()).collect();
        let lines = support.iter().map(|&i| self.equation(notation::multiplier(i), &evidence.multipliers[i]));
        let lines = lines.collect();
        let lambdas = || notation::sum([notation::lambda()]);
        let half_norm = |of: Formula| row([half(), of.norm().squared()]);
        self.document.paragraph(
            Inline::from("The point is feasible. Take these multipliers (the others being 0), for which ")
                .math(relate(lambdas(), Operator::Equal, half_norm(notation::point())))
                .text(":"),
        );
        self.document.display(lines);
        let (w, v, c) = (|| letter("w"), || letter("v"), || letter("c"));
        let (s, x, y) = (|| notation::of_sample("s"), || notation::of_sample("x"), || notation::of_sample("y"));
        let mu = || name(r"\mu", "μ").sub(letter("i"));
        let epsilon = || name(r"\varepsilon", "ε");
        let dot = |a: Formula, b: Formula| row([a, Formula::Operator(Operator::Times), b]);
        let contribution = notation::sum([notation::lambda(), y(), v(), name(r"\sigma", "σ"), dot(w(), x()).paren()]);
        let slope = row([epsilon(), notation::lambda(), y(), name(r"\sigma'", "σ′"), s().paren()]);
        let coefficient = row([slope, Formula::Operator(Operator::Plus), mu(), s()]);
        let text = Inline::from("Consider a hidden unit with incoming weights ")
            .math(w())
            .text(" and outgoing weight ")
            .math(v())
            .text(", and let ")
            .math(name(r"\sigma", "σ"))
            .text(" be the activation. Let ")
            .math(s())
            .text(" be the signs of ")
            .math(dot(w(), x()))
            .text(" on these samples (either sign where that is 0), ")
            .math(name(r"\sigma'", "σ′"))
            .text(" the slope on that side, and ")
            .math(epsilon())
            .text(" the sign of ")
            .math(v())
            .text(". For any ")
            .math(relate(mu(), Operator::AtLeast, integer(0)))
            .text(" its contribution satisfies ")
            .math(row([
                contribution,
                Formula::Operator(Operator::AtMost),
                v().abs(),
                dot(c(), w()),
                Formula::Operator(Operator::AtMost),
                v().abs(),
                c().norm(),
                w().norm(),
            ]))
            .text(" with ")
            .math(relate(c(), Operator::Equal, notation::sum([coefficient.paren(), x()])))
            .text(", which is at most ")
            .math(row([
                half(),
                row([v().squared(), Formula::Operator(Operator::Plus), w().norm().squared()]).paren(),
            ]))
            .text(" if ")
            .math(relate(c().norm(), Operator::AtMost, integer(1)))
            .text(". The table shows such ")
            .math(name(r"\mu", "μ"))
            .text(if local {
                " for every cell that a unit of a network near the point can lie in. Summing over the units of a feasible "
            } else {
                " for every cell, so for every unit of any network of whatever width. Summing over the units of a feasible "
            })
            .math(notation::theta())
            .text(if local { " near the point gives " } else { " gives " })
            .math(row([
                half_norm(notation::point()),
                Formula::Operator(Operator::Equal),
                lambdas(),
                Formula::Operator(Operator::AtMost),
                notation::sum([notation::lambda(), row([notation::of_sample("m"), notation::theta().paren()])]),
                Formula::Operator(Operator::AtMost),
                half_norm(notation::theta()),
            ]))
            .text(". The signs are in the order of the samples above:");
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
            cells.push(Inline::from(self.number_with_decimals(&square)));
            cells
        });
        let table = Table { caption: None, widths: vec![None; header.len()], rows: rows.collect(), header };
        self.document.blocks.push(Block::Table(table));
        self.left_out(evidence.cells.len(), "cells");
    }
}
