//! A claim that an earlier claim of the same certificate implies.

use super::prelude::*;

/// A claim `by` an earlier one.
///
/// **What it proves.** The claim named [`Implied::property`] about the scope [`Implied::layer`].
///
/// **Why.** The claim at `claim_index` was accepted for the same problem, and:
/// - a global optimum is a local one, so what is no local optimum is no global one;
/// - an optimum over all layers is one over each layer, the others being held, and what is none over a layer is none over all:
///   a point that differs in that layer only is feasible for both problems, and norms differ by the same amount;
/// - a local optimum is a KKT point of the same scope, so what is no KKT point is no local optimum (Clarke 1983, Theorem 6.1.1;
///   the multiplier of the norm is not 0 by Euler's identity).
///
/// A KKT point of the whole need not be one of a layer: the Clarke subdifferential of a restriction can be smaller.
#[derive(Clone, Debug, PartialEq)]
pub struct Implied {
    /// What is claimed.
    pub property: Property,
    /// The free layer, or all.
    pub layer: Option<usize>,
    /// The place of the earlier claim in the certificate's list.
    pub claim_index: usize,
}

/// A property of the point that other claims can imply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Property {
    /// The claim `kkt`.
    Kkt,
    /// The claim `not_kkt`.
    NotKkt,
    /// The claim `local_optimum`.
    LocalOptimum,
    /// The claim `not_local_optimum`.
    NotLocalOptimum,
    /// The claim `global_optimum`.
    GlobalOptimum,
    /// The claim `not_global_optimum`.
    NotGlobalOptimum,
}

impl Property {
    /// All of them.
    pub const ALL: [Property; 6] = [
        Property::Kkt,
        Property::NotKkt,
        Property::LocalOptimum,
        Property::NotLocalOptimum,
        Property::GlobalOptimum,
        Property::NotGlobalOptimum,
    ];

    /// The claim's name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Property::Kkt => "kkt",
            Property::NotKkt => "not_kkt",
            Property::LocalOptimum => "local_optimum",
            Property::NotLocalOptimum => "not_local_optimum",
            Property::GlobalOptimum => "global_optimum",
            Property::NotGlobalOptimum => "not_global_optimum",
        }
    }

    /// What this property implies of the same scope, itself included.
    fn implies(self, other: Property) -> bool {
        use Property::*;
        let consequences: &[Property] = match self {
            GlobalOptimum => &[LocalOptimum, Kkt],
            LocalOptimum => &[Kkt],
            NotKkt => &[NotLocalOptimum, NotGlobalOptimum],
            NotLocalOptimum => &[NotGlobalOptimum],
            Kkt | NotGlobalOptimum => &[],
        };
        self == other || consequences.contains(&other)
    }
}

impl Implied {
    /// Whether a claim that holds of a point implies this one of the same point.
    pub fn follows_from<F>(&self, premise: &Claim<F>) -> bool {
        let Some(known) = premise.property() else { return false };
        let moves = |property| match (premise.layer(), self.layer) {
            (from, to) if from == to => true,
            (None, Some(_)) => matches!(property, Property::LocalOptimum | Property::GlobalOptimum),
            (Some(_), None) => matches!(property, Property::NotLocalOptimum | Property::NotGlobalOptimum),
            _ => false,
        };
        let between = Property::ALL.into_iter();
        between.filter(|p| moves(*p)).any(|p| known.implies(p) && p.implies(self.property))
    }

    /// Looks the earlier claim up among the verdicts on those before this one.
    pub(super) fn check_among<F: OrderedField>(
        &self,
        problem: &Problem<F>,
        earlier: &[Verdict<'_, F>],
    ) -> Result<(), Rejection<F>> {
        premises::scope(problem, self.layer)?;
        let claim_index = self.claim_index;
        let premise = match earlier.get(claim_index) {
            None => return Err(Rejection::NotEarlier { claim_index, earlier: earlier.len() }),
            Some(Ok(checked)) => checked.evidence(),
            Some(Err(_)) => return Err(Rejection::NotAccepted { claim_index }),
        };
        if self.follows_from(premise) {
            return Ok(());
        }
        let (premise, premise_layer) = (premise.name(), premise.layer());
        Err(Rejection::DoesNotFollow { claim_index, premise, premise_layer })
    }
}

impl<F: OrderedField> Evidence<F> for Implied {
    /// By itself it proves nothing: a [`Certificate`](crate::kernel::certificate::Certificate) knows the earlier claims.
    ///
    /// # Errors
    /// Always.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        self.check_among(problem, &[])
    }
}
