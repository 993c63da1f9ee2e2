//! The checks: one file a claim, or a method of proof.
//!
//! [`check`] takes a [`Problem`](crate::kernel::problem::Problem) and evidence and either returns a [`Checked`] value, which nothing else
//! can make, or a rejection that says where the evidence fails and on which exact values. There is no third outcome.

mod cells;
mod checked;
mod claim;
mod feasible;
mod flow_converges;
mod global_optimum;
mod infeasible;
pub mod kkt;
pub mod lagrangian;
mod linear_chain;
mod local_optimum;
mod nonzero_inputs;
mod nonzero_weights;
mod not_global_optimum;
mod not_kkt;
pub mod not_local_optimum;
mod prelude;
mod premises;
mod second_order;

pub use cells::{Cell, Cells, CellsRejection, Side};
pub use checked::{Checked, Evidence, check};
pub use claim::{Claim, Rejection};
pub use feasible::{Feasible, FeasibleRejection};
pub use flow_converges::{FlowConverges, FlowConvergesRejection};
pub use global_optimum::{GlobalMethod, GlobalOptimum, GlobalOptimumRejection};
pub use infeasible::{Infeasible, InfeasibleRejection};
pub use kkt::{Kkt, KktRejection, Selection, Selections};
pub use lagrangian::{Lagrangian, LagrangianRejection};
pub use linear_chain::{LinearChain, LinearChainRejection};
pub use local_optimum::{LocalMethod, LocalOptimum, LocalOptimumRejection};
pub use nonzero_inputs::{NonzeroInputs, NonzeroInputsRejection};
pub use nonzero_weights::{NonzeroWeights, NonzeroWeightsRejection};
pub use not_global_optimum::{NotGlobalOptimum, NotGlobalOptimumRejection};
pub use not_kkt::{MAX_KINKS, NotKkt, NotKktRejection};
pub use not_local_optimum::{Measure, NotLocalOptimum, NotLocalOptimumRejection};
pub use premises::PremiseError;
pub use second_order::{SecondOrder, SecondOrderRejection};
