//! The bound on norms.

use super::{Teller, notation};
use crate::kernel::check::Chain;
use crate::kernel::check::chain::is_monotone;
use crate::kernel::exact::{OrderedField, Sign};
use crate::report::document::Inline;
use crate::report::formula::{Formula, Operator, fraction, half, integer, letter, name, relate, row};

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn chain(&mut self, evidence: &Chain<F>, local: bool) {
        if evidence.by_label {
            return self.chain_by_label(evidence);
        }
        let mu = || name(r"\mu", "μ").sub(letter("i"));
        let terms = evidence.multipliers.iter().enumerate().filter(|(_, value)| !value.is_zero());
        let lines =
            terms.map(|(sample, value)| relate(notation::mu(sample), Operator::Equal, self.notation.number(value)));
        let lines: Vec<Formula> = lines.collect();
        let support: Vec<usize> =
            (0..evidence.multipliers.len()).filter(|&i| !evidence.multipliers[i].is_zero()).collect();
        let part = row([mu(), notation::of_sample("y"), notation::of_sample("x")]);
        let mean = fraction(notation::theta().norm().squared(), letter("L"));
        let bound = row([letter("M"), letter("C").sup(half()), mean.paren().sup(fraction(letter("L"), integer(2)))]);
        let mut layers = self.problem.network().layers().iter();
        let (least, which) = match layers.any(|l| l.activation().slope(Sign::Negative).sign() == Sign::Negative) {
            true => ("-1", "the factors of the samples, which are all alike,"),
            false => ("0", "the factors of the samples"),
        };
        let text = Inline::from("The point is feasible, and all slopes are between ")
            .text(least)
            .text(" and 1. Take these multipliers (the others being 0), and let ")
            .math(letter("M"))
            .text(" be the greatest norm of ")
            .math(notation::sum([part]))
            .text(if support.len() == 1 {
                " over this sample"
            } else if self.problem.network().is_linear_from(0) {
                " over all these samples together, since all slopes are 1,"
            } else if is_monotone(self.problem, &support) {
                " over all these samples together, since each unit that bends is alone in its layer: the network is a monotone function \
                 of it, so that it has one sign wherever the margins of samples of one label are positive,"
            } else if local {
                " over the sets of these samples that the units can tell apart near the point"
            } else {
                " over the sets of these samples"
            })
            .text(" and over the units of the first layer, on the inputs that the unit reads")
            .text(". A unit passes on its preactivation times a slope, which keeps ")
            .text(which)
            .text(" between ")
            .text(least)
            .text(" and 1, and a convex function of these factors is greatest at a corner; so layer by layer, and by the inequality of the means, every feasible ")
            .math(notation::theta())
            .text(if local { " near the point has " } else { " has " })
            .math(relate(notation::sum([mu()]), Operator::AtMost, bound))
            .text(", with ")
            .math(letter("C"))
            .text(" the product over the layers of the greatest number of uses of a parameter. The point attains this bound.");
        self.document.paragraph(text);
        self.document.display(lines);
    }

    fn chain_by_label(&mut self, evidence: &Chain<F>) {
        let problem = self.problem;
        let depth = problem.network().depth();
        let terms = evidence.multipliers.iter().enumerate().filter(|(_, value)| !value.is_zero());
        let lines =
            terms.map(|(sample, value)| relate(notation::mu(sample), Operator::Equal, self.notation.number(value)));
        let lines: Vec<Formula> = lines.collect();
        let (s, m, v) = (|| letter("S"), || letter("M"), || letter("v"));
        let part = fraction(s().squared(), row([m().squared(), letter("C")]).paren()).paren();
        let part = part.sup(fraction(integer(1), letter("L")));
        let text = Inline::from("The point is feasible, and all hidden units are ReLU. Take these multipliers (the others being 0). For each label let ")
            .math(s())
            .text(" be the sum of those of its samples, and ")
            .math(m())
            .text(" the greatest norm of ")
            .math(notation::sum([row([name(r"\mu", "μ").sub(letter("i")), notation::of_sample("x")])]))
            .text(
                " over the sets of these samples and over the units of the first layer, on the inputs that the unit reads. Hidden \
                 outputs are not negative, so that a sample's margin is at most what the weights ",
            )
            .math(v())
            .text(" of its label's sign in the last layer make of it. ");
        let text = if depth == 2 {
            text.text("The rows W of the first layer that these weights read are of that label alone, and ")
                .math(relate(s(), Operator::AtMost, row([v().norm(), letter("W").norm(), m()])))
                .text(". ")
        } else {
            text.text("The rows W of the second layer that these weights read are of that label alone, and ")
                .math(relate(s(), Operator::AtMost, row([v().norm(), letter("W").norm(), letter("a").norm()])))
                .text(", with the vector a of the sums of ")
                .math(name(r"\mu", "μ").sub(letter("i")))
                .text(
                    " times the outputs of the first layer. The entry of a for a unit is its weights times the sum of the vectors of \
                     the samples of the label on which the unit is on. No two of these samples of unlike labels make an acute angle, \
                     so that neither do two such sums of unlike labels; as both entries are not negative, the squares of both, each \
                     divided by its ",
                )
                .math(m().squared())
                .text(", add up to at most the squared norm of the unit's weights. ")
        };
        let text = text
            .text("By the inequality of the means for each label every feasible ")
            .math(notation::theta())
            .text(" has ")
            .math(relate(notation::theta().norm().squared(), Operator::AtLeast, row([letter("L"), letter("T")])))
            .text(", with ")
            .math(letter("T"))
            .text(" the sum over the labels of ")
            .math(part)
            .text(" and ")
            .math(letter("C"))
            .text(
                " the product over the layers of the greatest number of uses of a parameter. In the point's last layer the squares of the \
                 weights of either sign are at most that label's part of ",
            )
            .math(letter("T"))
            .text(", and all of them together are at least ")
            .math(fraction(notation::point().norm().squared(), letter("L")))
            .text(". So the point attains this bound.");
        self.document.paragraph(text);
        self.document.display(lines);
    }
}
