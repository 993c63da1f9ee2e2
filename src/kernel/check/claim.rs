//! Any claim of a certificate.

use super::prelude::*;

macro_rules! claims {
    ($($variant:ident($evidence:ty) = $name:literal,)*) => {
        /// A claim with its evidence, as a certificate lists it.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Claim<F> {
            $(#[doc = concat!("The claim `", $name, "`.")] $variant($evidence),)*
            /// A claim `by` an earlier one.
            Implied(Implied),
        }

        impl<F> Claim<F> {
            /// The claim's name in the file.
            pub fn name(&self) -> &'static str {
                match self {
                    Claim::Implied(claim) => claim.property.name(),
                    $(Claim::$variant(_) => $name,)*
                }
            }
        }

        impl<F: OrderedField> Evidence<F> for Claim<F> {
            fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
                match self {
                    Claim::Implied(evidence) => evidence.holds(problem),
                    $(Claim::$variant(evidence) => evidence.holds(problem),)*
                }
            }
        }
    };
}

claims! {
    Feasible(Feasible) = "feasible",
    Infeasible(Infeasible) = "infeasible",
    NonzeroWeights(NonzeroWeights) = "nonzero_weights",
    NonzeroInputs(NonzeroInputs) = "nonzero_inputs",
    Kkt(Kkt<F>) = "kkt",
    ApproximateKkt(ApproximateKkt<F>) = "approximate_kkt",
    KktEnclosed(KktEnclosed<F>) = "kkt_enclosed",
    ParametersEnclosed(ParametersEnclosed<F>) = "kkt_enclosed",
    NotKkt(NotKkt<F>) = "not_kkt",
    LocalOptimum(LocalOptimum<F>) = "local_optimum",
    NotLocalOptimum(NotLocalOptimum<F>) = "not_local_optimum",
    GlobalOptimum(GlobalOptimum<F>) = "global_optimum",
    NotGlobalOptimum(NotGlobalOptimum<F>) = "not_global_optimum",
    FlowConverges(FlowConverges<F>) = "flow_converges",
    Adversarial(Adversarial<F>) = "adversarial",
    Robust(Robust<F>) = "robust",
}

impl<F> Claim<F> {
    /// The layer that the claim is about, if not all.
    pub fn layer(&self) -> Option<usize> {
        match self {
            Claim::Feasible(claim) => claim.layer,
            Claim::Infeasible(claim) => claim.layer,
            Claim::Kkt(claim) => claim.layer,
            Claim::ApproximateKkt(claim) => claim.layer,
            Claim::NotKkt(claim) => claim.layer,
            Claim::LocalOptimum(claim) => claim.layer,
            Claim::NotLocalOptimum(claim) => claim.layer,
            Claim::GlobalOptimum(claim) => claim.layer,
            Claim::NotGlobalOptimum(claim) => claim.layer,
            Claim::Implied(claim) => claim.layer,
            Claim::NonzeroWeights(_) | Claim::NonzeroInputs(_) | Claim::FlowConverges(_) => None,
            Claim::KktEnclosed(_) | Claim::ParametersEnclosed(_) => None,
            Claim::Adversarial(_) | Claim::Robust(_) => None,
        }
    }

    /// What it says of the point, if that implies anything or can be implied.
    pub fn property(&self) -> Option<Property> {
        Property::ALL.into_iter().find(|property| property.name() == self.name())
    }
}
