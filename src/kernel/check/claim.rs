//! Any claim of a certificate, and any rejection.

use super::prelude::*;

macro_rules! claims {
    ($($variant:ident($evidence:ty, $rejection:ty) = $name:literal,)*) => {
        /// A claim with its evidence, as a certificate lists it.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Claim<F> {
            $(#[doc = concat!("The claim `", $name, "`.")] $variant($evidence),)*
        }

        /// Why a claim is rejected, with the place and the exact values.
        #[derive(Clone, Debug, PartialEq, thiserror::Error)]
        pub enum Rejection<F: OrderedField> {
            $(
                #[doc = concat!("The claim `", $name, "` fails.")]
                $variant($rejection),
            )*
            /// A premise of every claim fails: the arithmetic came to no result.
            Premise(#[from] PremiseError<F>),
        }

        impl<F> Claim<F> {
            /// The claim's name in the file.
            pub fn name(&self) -> &'static str {
                match self { $(Claim::$variant(_) => $name,)* }
            }
        }

        impl<F: OrderedField> Evidence<F> for Claim<F> {
            type Rejection = Rejection<F>;

            fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
                match self {
                    $(Claim::$variant(evidence) => evidence.holds(problem).map_err(Rejection::$variant),)*
                }
            }
        }
    };
}

claims! {
    Feasible(Feasible, FeasibleRejection<F>) = "feasible",
    Infeasible(Infeasible, InfeasibleRejection<F>) = "infeasible",
    NonzeroWeights(NonzeroWeights, NonzeroWeightsRejection<F>) = "nonzero_weights",
    NonzeroInputs(NonzeroInputs, NonzeroInputsRejection<F>) = "nonzero_inputs",
    Kkt(Kkt<F>, KktRejection<F>) = "kkt",
    NotKkt(NotKkt<F>, NotKktRejection<F>) = "not_kkt",
    LocalOptimum(LocalOptimum<F>, LocalOptimumRejection<F>) = "local_optimum",
    NotLocalOptimum(NotLocalOptimum<F>, NotLocalOptimumRejection<F>) = "not_local_optimum",
    GlobalOptimum(GlobalOptimum<F>, GlobalOptimumRejection<F>) = "global_optimum",
    NotGlobalOptimum(NotGlobalOptimum<F>, NotGlobalOptimumRejection<F>) = "not_global_optimum",
    FlowConverges(FlowConverges<F>, FlowConvergesRejection<F>) = "flow_converges",
}

impl<F> Claim<F> {
    /// The layer that the claim is about, if not all.
    pub fn layer(&self) -> Option<usize> {
        match self {
            Claim::Feasible(claim) => claim.layer,
            Claim::Infeasible(claim) => claim.layer,
            Claim::Kkt(claim) => claim.layer,
            Claim::NotKkt(claim) => claim.layer,
            Claim::LocalOptimum(claim) => claim.layer,
            Claim::NotLocalOptimum(claim) => claim.layer,
            Claim::GlobalOptimum(claim) => claim.layer,
            Claim::NotGlobalOptimum(claim) => claim.layer,
            Claim::NonzeroWeights(_) | Claim::NonzeroInputs(_) | Claim::FlowConverges(_) => None,
        }
    }
}
