//! Why points of a curve are better than its start.

use super::problem::LISTED;
use super::{Teller, notation};
use crate::kernel::check::along::{self, Vanishing, norm_squared};
use crate::kernel::check::{Measure, NotGlobalOptimum, NotLocalOptimum};
use crate::kernel::exact::{Interval, OrderedField, Polynomial, Value};
use crate::kernel::network::{Curve, Scope};
use crate::report::document::Inline;
use crate::report::formula::{Formula, Operator, integer, letter, relate, row};

impl<F: OrderedField> Teller<'_, F> {
    /// The parameters that a curve moves: layer, index, and the parameter as a polynomial in `t`.
    pub(super) fn moved_parameters(&self, curve: &Curve<F>) -> Vec<(usize, usize, Polynomial<F>)> {
        let layers = curve.from_point(self.problem.point()).into_iter().enumerate();
        let parameters = layers.flat_map(|(l, layer)| layer.into_iter().enumerate().map(move |(p, q)| (l, p, q)));
        parameters.filter(|(_, _, polynomial)| polynomial.degree() > Some(0)).collect()
    }

    pub(super) fn not_local_optimum(&mut self, evidence: &NotLocalOptimum<F>) {
        let scope = Scope::of(evidence.layer);
        let interval = || {
            let lower = relate(integer(0), Operator::Less, letter("t"));
            row([lower, Formula::Operator(Operator::AtMost), self.notation.number(&evidence.until)])
        };
        let text = Inline::from("The point is feasible. Along the curve ")
            .math(notation::theta_of("t"))
            .text(" that starts there and moves these parameters, every point with ")
            .math(interval())
            .text(match evidence.measure {
                Measure::Norm => " is feasible and has a smaller norm:",
                Measure::Margin => {
                    " has a greater normalised margin, the least margin divided by the norm to the power of the depth:"
                }
            });
        self.document.paragraph(text);
        let layers = self.problem.network().layers();
        let lines = self.moved_parameters(&evidence.curve).into_iter().take(LISTED).map(|(l, p, polynomial)| {
            let left = row([notation::parameter(l, &layers[l], p), letter("t").paren()]);
            relate(left, Operator::Equal, self.notation.polynomial(&polynomial, "t"))
        });
        let lines = lines.collect();
        self.document.display(lines);
        let margins = self.tell_pattern(evidence);
        let norm = norm_squared(&evidence.curve.from_point(self.problem.point()), scope);
        match evidence.measure {
            Measure::Norm => self.tell_norm(evidence, scope, &norm, &margins),
            Measure::Margin => self.tell_margin(evidence, &norm, &margins),
        }
    }

    /// The preactivations along the curve, with why each keeps its sign; returns the margins.
    fn tell_pattern(&mut self, evidence: &NotLocalOptimum<F>) -> Vec<Polynomial<F>> {
        let parameters = evidence.curve.from_point(self.problem.point());
        let interval = Interval::UpTo(evidence.until.clone());
        let (mut items, mut margins, mut total) = (Vec::new(), Vec::new(), 0);
        for sample in 0..self.problem.samples().len() {
            let trace = along::trace(self.problem, &parameters, sample, &interval, Vanishing::Allowed);
            // Accepted evidence has a trace for every sample.
            let Ok(trace) = trace else { continue };
            margins.push(along::margin(self.problem, sample, &trace));
            for (l, layer) in self.problem.network().layers().iter().enumerate() {
                if layer.activation().is_linear() {
                    continue;
                }
                total += layer.outputs();
                let room = LISTED.saturating_sub(items.len());
                for (unit, z) in trace.preactivations[l].iter().enumerate().take(room) {
                    let left = notation::preactivation(l, unit);
                    let formula = relate(left, Operator::Equal, self.notation.polynomial(z, "t"));
                    let mut item = Inline::from(format!("sample {sample}: ")).math(formula);
                    item.0.extend(self.why_sign_up_to(z, &evidence.until).0);
                    items.push(item.text("."));
                }
            }
        }
        if !items.is_empty() {
            self.document
                .paragraph("On that interval every preactivation that meets a non-linear unit keeps one sign, so that margins are polynomials:");
            self.document.list(items);
            self.left_out(total, "preactivations");
        }
        margins
    }

    fn tell_norm(
        &mut self,
        evidence: &NotLocalOptimum<F>,
        scope: Scope,
        norm: &Polynomial<F>,
        margins: &[Polynomial<F>],
    ) {
        let start = self.problem.point().norm_squared(scope);
        let growth = norm - &Polynomial::constant(start);
        let along = match scope {
            Scope::All => notation::theta_of("t"),
            Scope::Layer(layer) => row([notation::free_parameters(Scope::Layer(layer)), letter("t").paren()]),
        };
        let at_start = match scope {
            Scope::All => notation::point(),
            Scope::Layer(layer) => notation::point().sub(integer(layer)),
        };
        let left = relate(along.norm().squared(), Operator::Minus, at_start.norm().squared());
        let difference = relate(left, Operator::Equal, self.notation.polynomial(&growth, "t"));
        let mut items = vec![self.signed(Inline::from("norm: ").math(difference), &growth, &evidence.until)];
        for (sample, margin) in margins.iter().enumerate().take(LISTED) {
            let excess = margin - &Polynomial::constant(F::one());
            let left = row([notation::margin(sample), notation::theta_of("t").paren()]);
            let left = relate(left, Operator::Minus, integer(1));
            let formula = relate(left, Operator::Equal, self.notation.polynomial(&excess, "t"));
            items.push(self.signed(Inline::from(format!("sample {sample}: ")).math(formula), &excess, &evidence.until));
        }
        self.document.paragraph("Compared with the point's norm, and with 1:");
        self.document.list(items);
        self.left_out(margins.len(), "samples");
    }

    fn tell_margin(&mut self, evidence: &NotLocalOptimum<F>, norm: &Polynomial<F>, margins: &[Polynomial<F>]) {
        let depth = self.problem.network().depth();
        let start = self.problem.point().norm_squared(Scope::All);
        let scale = (0..depth).fold(F::one(), |product, _| product * &start);
        let along = norm.pow(depth as u32);
        let twice = integer(2 * depth);
        let text = Inline::from("The least margin at the point is 1. Dividing ")
            .math(notation::theta_of("t"))
            .text(" by the root of degree ")
            .math(integer(depth))
            .text(" of its least margin makes it feasible, and the result tends to the point with ")
            .math(letter("t"))
            .text(". Its norm is smaller than that of the point if for every sample the margin is positive and ")
            .math(relate(
                row([
                    letter("m").sub(letter("i")).squared(),
                    notation::point().norm().sup(twice.clone()),
                    Formula::Operator(Operator::Minus),
                    notation::theta_of("t").norm().sup(twice),
                ]),
                Operator::Greater,
                integer(0),
            ))
            .text(". Here");
        self.document.paragraph(text);
        let norm_line =
            relate(notation::theta_of("t").norm().squared(), Operator::Equal, self.notation.polynomial(norm, "t"));
        let mut items = vec![Inline::from(norm_line).text(",")];
        for (sample, margin) in margins.iter().enumerate().take(LISTED) {
            let left = row([notation::margin(sample), notation::theta_of("t").paren()]);
            let formula = relate(left, Operator::Equal, self.notation.polynomial(margin, "t"));
            items.push(self.signed(Inline::from(format!("sample {sample}: ")).math(formula), margin, &evidence.until));
            let difference = &(margin * margin).scale(&scale) - &along;
            let formula = Inline::from(format!("sample {sample}: the difference "))
                .math(self.notation.polynomial(&difference, "t"));
            items.push(self.signed(formula, &difference, &evidence.until));
        }
        self.document.list(items);
        self.left_out(margins.len(), "samples");
    }

    fn signed(&self, mut text: Inline, polynomial: &Polynomial<F>, until: &F) -> Inline {
        text.0.extend(self.why_sign_up_to(polynomial, until).0);
        text.text(".")
    }

    pub(super) fn not_global_optimum(&mut self, evidence: &NotGlobalOptimum<F>) {
        let scope = Scope::of(evidence.layer);
        let other = || notation::theta().sup(letter("*"));
        let text = Inline::from("The point ")
            .math(other())
            .text(" with the following entries, all others being 0, is feasible and has a smaller norm:");
        self.document.paragraph(text);
        let entries = self.entries(&evidence.better, "w");
        self.document.display(entries);
        let margins =
            self.problem.sample_indices().take(LISTED).map(|i| (i, self.problem.margin_at(&evidence.better, i)));
        let mut lines: Vec<_> = margins
            .map(|(i, margin)| {
                let left = row([notation::margin(i), other().paren()]);
                self.equation(left, &margin)
            })
            .collect();
        let (better, point) = (evidence.better.norm_squared(scope), self.problem.point().norm_squared(scope));
        let (left, right) = match scope {
            Scope::All => (other(), notation::point()),
            Scope::Layer(layer) => (other().sub(integer(layer)), notation::point().sub(integer(layer))),
        };
        lines.push(row([
            self.equation(left.norm().squared(), &better),
            Formula::Operator(Operator::Less),
            self.equation(right.norm().squared(), &point),
        ]));
        self.document.display(lines);
        self.left_out(self.problem.samples().len(), "margins");
    }
}
