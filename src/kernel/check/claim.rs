//! Any claim of a certificate, and any rejection.

use super::*;
use crate::kernel::exact::{Fault, OrderedField};
use crate::kernel::problem::Problem;

macro_rules! claims {
    ($($variant:ident($evidence:ty, $rejection:ty) = $name:literal in $module:ident,)*) => {
        /// A claim with its evidence, as a certificate lists it.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Claim<F> {
            $(#[doc = concat!("The claim `", $name, "`.")] $variant($evidence),)*
        }

        /// Why a claim is rejected, with the place and the exact values.
        #[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[allow(missing_docs)]
        pub enum Rejection<F: OrderedField> {
            $(
                #[doc = concat!("The claim `", $name, "` fails.")]
                #[error(transparent)]
                $variant($rejection),
            )*
            #[error(transparent)]
            Fault(#[from] Fault),
        }

        impl<F> Claim<F> {
            /// The claim's name in the file.
            pub fn name(&self) -> &'static str {
                match self { $(Claim::$variant(_) => $name,)* }
            }
        }

        /// Checks a claim of any kind.
        ///
        /// # Errors
        /// What the claim's own check refuses.
        pub fn check<'a, F: OrderedField>(
            problem: &'a Problem<F>,
            claim: &'a Claim<F>,
        ) -> Result<Checked<'a, F, Claim<F>>, Rejection<F>> {
            Checked::if_passes(problem, claim, |problem, claim| match claim {
                $(Claim::$variant(evidence) => match $module::check(problem, evidence) {
                    Ok(_) => Ok(()),
                    Err(rejection) => Err(Rejection::$variant(rejection)),
                },)*
            })
        }
    };
}

claims! {
    Feasible(Feasible, FeasibleRejection<F>) = "feasible" in feasible,
    Infeasible(Infeasible, InfeasibleRejection<F>) = "infeasible" in infeasible,
    NonzeroWeights(NonzeroWeights, NonzeroWeightsRejection) = "nonzero_weights" in nonzero_weights,
    NonzeroInputs(NonzeroInputs, NonzeroInputsRejection) = "nonzero_inputs" in nonzero_inputs,
    Kkt(Kkt<F>, KktRejection<F>) = "kkt" in kkt,
    NotKkt(NotKkt<F>, NotKktRejection<F>) = "not_kkt" in not_kkt,
    LocalOptimum(LocalOptimum<F>, LocalOptimumRejection<F>) = "local_optimum" in local_optimum,
    NotLocalOptimum(NotLocalOptimum<F>, NotLocalOptimumRejection<F>) = "not_local_optimum" in not_local_optimum,
    GlobalOptimum(GlobalOptimum<F>, GlobalOptimumRejection<F>) = "global_optimum" in global_optimum,
    NotGlobalOptimum(NotGlobalOptimum<F>, NotGlobalOptimumRejection<F>) = "not_global_optimum" in not_global_optimum,
    FlowConverges(FlowConverges<F>, FlowConvergesRejection<F>) = "flow_converges" in flow_converges,
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
