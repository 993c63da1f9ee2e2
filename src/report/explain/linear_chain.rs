//! Why a dense linear network at the support vector machine's predictor is a global optimum.

use super::problem::LISTED;
use super::{Teller, notation};
use crate::kernel::check::LinearChain;
use crate::kernel::exact::{OrderedField, Rational};
use crate::kernel::network::Scope;
use crate::report::document::Inline;
use crate::report::formula::{Formula, Operator, fraction, integer, letter, name, relate, row};

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn linear_chain(&mut self, evidence: &LinearChain<F>) {
        let samples = self.problem.samples();
        let mut predictor = vec![F::zero(); self.problem.network().inputs()];
        for (sample, multiplier) in samples.iter().zip(&evidence.multipliers) {
            let coefficient = sample.y.times(multiplier.clone());
            predictor.iter_mut().zip(&sample.x).for_each(|(u, x)| u.add_product(&coefficient, x));
        }
        let dot = |other: &[F]| {
            let mut sum = F::zero();
            predictor.iter().zip(other).for_each(|(u, x)| sum.add_product(u, x));
            sum
        };
        let u = || letter("u");
        let depth = self.problem.network().depth();
        let text = Inline::from("All layers are dense and linear, so the network computes ")
            .math(row([u(), Formula::Operator(Operator::Times), letter("x")]))
            .text(" with a vector ")
            .math(u())
            .text(", and by submultiplicativity of the Frobenius norm and the inequality of the means ")
            .math(row([
                u().norm(),
                Formula::Operator(Operator::AtMost),
                name(r"\textstyle\prod", "Π").sub(letter("l")),
                letter("W").sub(letter("l")).norm(),
                Formula::Operator(Operator::AtMost),
                fraction(notation::theta().norm().squared(), letter("L")).paren().sup(fraction(letter("L"), integer(2))),
            ]))
            .text(" for ")
            .math(relate(letter("L"), Operator::Equal, integer(depth)))
            .text(" layers. At a feasible point ")
            .math(u())
            .text(" has margins of at least 1 itself, and of all such vectors the shortest is ")
            .math(relate(u(), Operator::Equal, self.notation.tuple(&predictor)))
            .text(
                ", by the conditions of the support vector machine: it is the following combination, with multipliers (those not \
                 listed being 0) that are not negative, and positive only where its margin is 1:",
            );
        self.document.paragraph(text);
        let terms = [name(r"\mu", "μ").sub(letter("i")), notation::of_sample("y"), notation::of_sample("x")];
        let combination = relate(u(), Operator::Equal, notation::sum(terms));
        let mut lines = vec![combination];
        let positive = evidence.multipliers.iter().enumerate().filter(|(_, multiplier)| !multiplier.is_zero());
        lines.extend(positive.take(LISTED).map(|(i, value)| self.equation(notation::mu(i), value)));
        lines.extend(samples.iter().enumerate().take(LISTED).map(|(i, sample)| {
            let left = row([notation::label(i), u(), Formula::Operator(Operator::Times), notation::input(i)]);
            self.equation(left, &sample.y.times(dot(&sample.x)))
        }));
        self.document.display(lines);
        let inverse = F::from(Rational::from_ratio(1, depth as i64).unwrap_or_else(|| Rational::from(1)));
        let mean = self.problem.point().norm_squared(Scope::All) * &inverse;
        let power = (0..depth).fold(F::one(), |product, _| product * &mean);
        let mean_power = |of: Formula| fraction(of.norm().squared(), letter("L")).paren().sup(letter("L"));
        let text = Inline::from("Hence every feasible point has ")
            .math(relate(mean_power(notation::theta()), Operator::AtLeast, u().norm().squared()))
            .text(" for this ")
            .math(u())
            .text(", and ")
            .math(relate(u().norm().squared(), Operator::Equal, self.notation.number(&dot(&predictor))))
            .text(". The point is feasible and attains it: ")
            .math(relate(
                mean_power(notation::point()),
                Operator::Equal,
                relate(self.base(&mean).sup(integer(depth)), Operator::Equal, self.notation.number(&power)),
            ))
            .text(".");
        self.document.paragraph(text);
    }
}
