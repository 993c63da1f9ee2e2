//! What is stated of the instance and the point.

use super::syntax::Numbers;
use crate::kernel::check::Property;

/// What a claim is about: the instance, the point, and which layers are free.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// How the document's numbers are written.
    pub numbers: Numbers,
    /// The free layer, or all.
    pub layer: Option<usize>,
}

impl Subject {
    /// The free layers.
    pub fn free(self) -> String {
        self.layer.map_or("None".to_string(), |layer| format!("(Some {layer}%nat)"))
    }

    /// The instance over the real numbers.
    pub fn instance(self) -> &'static str {
        if self.numbers.in_field { "(at_alpha alpha instance)" } else { "(real instance)" }
    }

    /// The point in the real numbers.
    pub fn point(self) -> &'static str {
        if self.numbers.in_field { "(point_at alpha point)" } else { "(real_point point)" }
    }

    /// The function to the real numbers.
    pub fn number(self) -> &'static str {
        if self.numbers.in_field { "value alpha" } else { "Q2R" }
    }

    /// What most definitions are applied to.
    pub fn about(self) -> String {
        format!("{} {} {}", self.instance(), self.free(), self.point())
    }

    /// A statement for whatever root the field's generator is.
    pub fn stated(self, statement: String) -> String {
        if self.numbers.in_field { format!("forall alpha, is_root the_field alpha -> {statement}") } else { statement }
    }

    /// That the point has a property.
    pub fn has(self, property: Property) -> String {
        let about = self.about();
        let refuted = |what| format!("feasible {about} /\\ ~ {what} {about}");
        match property {
            Property::NotKkt => refuted(Property::Kkt.name()),
            Property::NotLocalOptimum => refuted(Property::LocalOptimum.name()),
            Property::Kkt | Property::LocalOptimum | Property::GlobalOptimum | Property::NotGlobalOptimum => {
                format!("{} {about}", property.name())
            }
        }
    }
}
