//! Why a dense linear network at the support vector machine's predictor is a global optimum.

use super::problem::LISTED;
use super::{Teller, notation};
use crate::kernel::check::LinearChain;
use crate::kernel::exact::{OrderedField, Rational};
use crate::kernel::network::Scope;
use crate::report::document::Inline;
use crate::report::formula::{Formula, Operator, integer, letter, name, relate, row};

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
        let text = Inline::from("All layers are dense and linear, so the network computes ")
            .math(row([u(), Formula::Operator(Operator::Times), letter("x")]))
            .text(" with a vector ")
            .math(u())
            .text(", and by the arithmetic-geometric mean ")
            .math(name(
                r"\|u\| \le \prod_l \|W_l\|_F \le (\|\theta\|^2 / L)^{L/2}",
                "‖u‖ ≤ Πₗ ‖Wₗ‖ ≤ (‖θ‖²/L)^(L/2)",
            ))
            .text(". The least norm of a vector with margins at least 1 is that of ")
            .math(relate(u(), Operator::Equal, self.notation.tuple(&predictor)))
            .text(", by the conditions of the support vector machine with the following multipliers (the others being 0):");
        self.document.paragraph(text);
        let combination = name(r"u = \textstyle\sum_i \mu_i y_i x_i", "u = Σᵢ μᵢ yᵢ xᵢ");
        let mut lines = vec![combination];
        let positive = evidence.multipliers.iter().enumerate().filter(|(_, multiplier)| !multiplier.is_zero());
        lines.extend(
            positive
                .take(LISTED)
                .map(|(i, value)| relate(notation::mu(i), Operator::Equal, self.notation.number(value))),
        );
        lines.extend(samples.iter().enumerate().take(LISTED).map(|(i, sample)| {
            let left = row([notation::label(i), u(), Formula::Operator(Operator::Times), notation::input(i)]);
            relate(left, Operator::Equal, self.notation.number(&sample.y.times(dot(&sample.x))))
        }));
        self.document.display(lines);
        let depth = self.problem.network().depth();
        let inverse = F::from(Rational::from_ratio(1, depth as i64).unwrap_or_else(|| Rational::from(1)));
        let mean = self.problem.point().norm_squared(Scope::All) * &inverse;
        let text = Inline::from("Hence no feasible point has ")
            .math(name(r"(\|\theta\|^2/L)^L", "(‖θ‖²/L)^L"))
            .text(" less than ")
            .math(relate(u().norm().squared(), Operator::Equal, self.notation.number(&dot(&predictor))))
            .text(". The point attains it: ")
            .math(relate(
                Formula::Fraction(Box::new(notation::point().norm().squared()), Box::new(integer(depth))),
                Operator::Equal,
                self.notation.number(&mean),
            ))
            .text(", to the power ")
            .math(integer(depth))
            .text(".");
        self.document.paragraph(text);
    }
}
