//! Kinks that raise a margin by terms of third order at most, in a proof by the second-order condition.

use super::problem::LISTED;
use super::{Teller, notation};
use crate::kernel::check::SecondOrder;
use crate::kernel::exact::OrderedField;
use crate::kernel::network::{Scope, Unit};
use crate::report::document::Inline;
use crate::report::formula::letter;

impl<F: OrderedField> Teller<'_, F> {
    /// The kinks of the supporting samples with the slopes that take their place, and why that is no loss; whether there are any.
    pub(super) fn tell_harmless_kinks(&mut self, scope: Scope, method: &SecondOrder<F>) -> bool {
        let supporting = self.problem.sample_indices().filter(|&sample| !method.multipliers[sample].is_zero());
        let kinks: Vec<(usize, Unit)> = supporting
            .flat_map(|sample| self.problem.kinks(sample, scope).into_iter().map(move |unit| (sample, unit)))
            .collect();
        if kinks.is_empty() {
            return false;
        }
        let p = || letter("p").sub(letter("i"));
        let text = Inline::from("At the point the preactivations below are 0. Let ")
            .math(p())
            .text(" be the polynomial that the network computes near the point on sample ")
            .math(letter("i"))
            .text(
                " if there each of these units multiplies by the factor stated, which lies between its two slopes, in place of its \
                 activation. Put the factors in one by one, from the last layer down. Either the derivative of the margin by what the \
                 unit passes on has a sign with which this cannot lower the margin, since the activation is convex or concave; or the \
                 preactivation and that derivative together vanish with the third power of the distance from the point at least, the \
                 one with each weight of 0 before the unit and the other with each after it. So the margin is at most ",
            )
            .math(notation::of_sample("y"))
            .math(p())
            .text(" plus terms of third order, which do not matter to the condition of second order below.");
        self.document.paragraph(text);
        let items = kinks.iter().take(LISTED).map(|(sample, unit)| {
            let slope = &self.problem.traces()[*sample].slopes[unit.layer][unit.unit];
            Inline::from(format!("sample {sample}, "))
                .math(notation::preactivation(unit.layer, unit.unit))
                .text(": ")
                .math(self.notation.number(method.slopes.get(&(*sample, *unit)).unwrap_or(slope)))
        });
        let items = items.collect();
        self.document.list(items);
        self.left_out(kinks.len(), "preactivations");
        true
    }
}
