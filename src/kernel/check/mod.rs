//! The checks: one file a claim, or a method of proof.
//!
//! [`check`] takes a [`Problem`](crate::kernel::problem::Problem) and evidence and either returns a [`Checked`] value, which nothing else
//! can make, or a rejection that says where the evidence fails and on which exact values. There is no third outcome.

pub mod along;
mod approximate_kkt;
mod cases;
mod cells;
pub mod chain;
mod checked;
mod claim;
mod enclosed_optimum;
mod feasibility;
mod flow_converges;
pub mod harmless;
mod implied;
mod kkt;
mod kkt_enclosed;
mod lagrangian;
mod nonzero;
mod not_global_optimum;
pub mod not_kkt;
mod not_local_optimum;
mod optimum;
mod parameters_curvature;
mod parameters_enclosed;
mod parameters_optimum;
pub mod paths;
mod patterns;
mod prelude;
mod premises;
mod rejection;
mod robustness;
pub mod second_order;
pub mod support;
pub mod symmetry;

pub use approximate_kkt::ApproximateKkt;
pub use cases::{Cases, Tree};
pub use cells::{Cell, Cells, Side};
pub use chain::{Chain, MAX_SUBSET_SAMPLES};
pub(in crate::kernel) use checked::check_after;
pub use checked::{Checked, Evidence, Verdict, check};
pub use claim::Claim;
pub use enclosed_optimum::{EnclosedOptimum, EnclosedOptimumRejection, SlopeNode, SlopeTree};
pub use feasibility::{Feasible, Infeasible};
pub use flow_converges::FlowConverges;
pub use implied::{Implied, Property};
pub use kkt::{Kkt, Selection, Selections};
pub use kkt_enclosed::{KktEnclosed, KktEnclosedRejection, LiveDirection};
pub use lagrangian::Lagrangian;
pub use nonzero::{NonzeroInputs, NonzeroWeights};
pub use not_global_optimum::NotGlobalOptimum;
pub use not_kkt::{MAX_KINKS, NotKkt};
pub use not_local_optimum::{Measure, NotLocalOptimum};
pub use optimum::{GlobalOptimum, LocalOptimum, Method};
pub use parameters_enclosed::ParametersEnclosed;
pub use parameters_optimum::ParametersOptimum;
pub use paths::{PathNode, Paths};
pub use patterns::{Leaf, Node, Split};
pub use rejection::Rejection;
pub use robustness::{Adversarial, Robust};
pub use second_order::SecondOrder;
