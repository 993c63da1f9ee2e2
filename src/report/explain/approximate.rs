//! How near the point is to satisfying the KKT conditions.

use super::{Teller, notation};
use crate::kernel::check::ApproximateKkt;
use crate::kernel::exact::OrderedField;
use crate::kernel::network::Scope;
use crate::report::document::Inline;
use crate::report::formula::letter;

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn approximate_kkt(&mut self, evidence: &ApproximateKkt<F>) {
        let sum = notation::sum([notation::lambda(), notation::of_sample("y"), notation::of_sample("g")]);
        let support = evidence.multipliers.iter().filter(|multiplier| !multiplier.is_zero()).count();
        let text = Inline::from("The point is feasible. With multipliers that are not negative, and positive on ")
            .text(crate::words::count(support, "sample"))
            .text(", the distance between ")
            .math(notation::free_point(Scope::of(evidence.layer)))
            .text(" and ")
            .math(sum)
            .text(" is at most ")
            .math(self.notation.number(&evidence.epsilon))
            .text(", and each ")
            .math(notation::lambda())
            .text(" times the amount by which its margin passes 1 is at most ")
            .math(self.notation.number(&evidence.delta))
            .text(". Each ")
            .math(letter("g").sub(letter("i")))
            .text(" is an element of the Clarke subdifferential of the network's output on sample ")
            .math(letter("i"))
            .text(". That does not say that an exact KKT point is near.");
        self.document.paragraph(text);
    }
}
