//! What follows from an earlier claim, and why.

use super::Teller;
use crate::kernel::check::{Claim, Implied, Property};
use crate::kernel::exact::OrderedField;
use crate::report::document::Inline;

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn implied(&mut self, evidence: &Implied, claims: &[&Claim<F>]) {
        let Some(premise) = claims.get(evidence.claim_index) else { return };
        let (before, after) = (premise.property(), evidence.property);
        let mut reasons = Vec::new();
        let (leaves_not_kkt, reaches_kkt) = (before == Some(Property::NotKkt), before != Some(Property::Kkt));
        if leaves_not_kkt && after != Property::NotKkt || reaches_kkt && after == Property::Kkt {
            reasons.push(
                "A local optimum is a KKT point: it has multipliers in the sense of Fritz John, and by Euler's identity that \
                 of the norm is not 0.",
            );
        }
        let global = [(before, Property::GlobalOptimum), (Some(after), Property::NotGlobalOptimum)];
        if before != Some(after) && global.into_iter().any(|(one, property)| one == Some(property)) {
            reasons.push("A global optimum is a local one.");
        }
        match (premise.layer(), evidence.layer) {
            (None, Some(_)) => reasons.push("Points that differ in one layer only are among all points."),
            (Some(_), None) => {
                reasons.push("The better points that differ in that layer only are better for the whole problem too.")
            }
            _ => {}
        }
        let title = self.claim_title(premise).0;
        let mut text = Inline::from(format!("This follows from claim {} above (", evidence.claim_index));
        text.0.extend(title);
        let reasons = reasons.into_iter().map(|reason| format!(" {reason}")).collect::<String>();
        self.document.paragraph(text.text(format!(").{reasons}")));
    }
}
