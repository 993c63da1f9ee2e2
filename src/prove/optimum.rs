//! The claim that the point is an optimum, local or global.

use crate::kernel::check::{Claim, GlobalOptimum, LocalOptimum, Method};

/// That the point is a local or global optimum over a layer, or over all, by this method.
pub fn optimum<F>(layer: Option<usize>, is_local: bool, by: Method<F>) -> Claim<F> {
    if is_local {
        Claim::LocalOptimum(LocalOptimum { layer, by })
    } else {
        Claim::GlobalOptimum(GlobalOptimum { layer, by })
    }
}
