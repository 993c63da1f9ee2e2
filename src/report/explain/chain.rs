//! The bound on norms.

use super::{Teller, notation};
use crate::kernel::check::Chain;
use crate::kernel::exact::OrderedField;
use crate::report::document::Inline;
use crate::report::formula::{Formula, Operator, fraction, half, integer, letter, name, relate, row};

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn chain(&mut self, evidence: &Chain<F>, local: bool) {
        let mu = || name(r"\mu", "μ").sub(letter("i"));
        let terms = evidence.multipliers.iter().enumerate().filter(|(_, value)| !value.is_zero());
        let lines =
            terms.map(|(sample, value)| relate(notation::mu(sample), Operator::Equal, self.notation.number(value)));
        let lines: Vec<Formula> = lines.collect();
        let part = row([mu(), notation::of_sample("y"), notation::of_sample("x")]);
        let mean = fraction(notation::theta().norm().squared(), letter("L"));
        let bound = row([letter("M"), letter("C").sup(half()), mean.paren().sup(fraction(letter("L"), integer(2)))]);
        let text = Inline::from("The point is feasible, and all slopes are between 0 and 1. Take these multipliers (the others being 0), and let ")
            .math(letter("M"))
            .text(" be the greatest norm of ")
            .math(notation::sum([part]))
            .text(if self.problem.network().is_linear_from(0) {
                " over all these samples together, since all slopes are 1,"
            } else if local {
                " over the sets of these samples that the units can tell apart near the point"
            } else {
                " over the sets of these samples"
            })
            .text(" and over the units of the first layer, on the inputs that the unit reads")
            .text(". A unit passes on its preactivation times a slope, which keeps the factors of the samples between 0 and 1, and a convex \
                   function of these factors is greatest at a corner; so layer by layer, and by the inequality of the means, every feasible ")
            .math(notation::theta())
            .text(if local { " near the point has " } else { " has " })
            .math(relate(notation::sum([mu()]), Operator::AtMost, bound))
            .text(", with ")
            .math(letter("C"))
            .text(" the product over the layers of the greatest number of uses of a parameter. The point attains this bound.");
        self.document.paragraph(text);
        self.document.display(lines);
    }
}
