//! How claims were proved, in words.

use crate::kernel::check::{
    Cases, Cells, Claim, GlobalOptimum, LocalOptimum, Method, Node, NotLocalOptimum, PathNode, Paths,
};
use crate::prove::field::ProofField;

/// How a claim about optimality was proved, in words.
pub fn how_proved<F: ProofField>(claim: &Claim<F>) -> String {
    let of_cells = |cells: &Cells<F>| format!("by `cells`, {} of them", cells.cells.len());
    let of_cases = |cases: &Cases<F>| {
        let leaves = cases.trees.iter().flat_map(|tree| &tree.nodes).filter(|node| matches!(node, Node::Leaf(_)));
        format!("by `cases`, {} of them", leaves.count())
    };
    let of_paths = |paths: &Paths<F>| {
        let leaves = paths.nodes.iter().filter(|node| matches!(node, PathNode::Leaf { .. }));
        format!("by `paths`, {} cases", leaves.count())
    };
    match claim {
        Claim::LocalOptimum(LocalOptimum { by, .. }) | Claim::GlobalOptimum(GlobalOptimum { by, .. }) => match by {
            Method::Cells(cells) => of_cells(cells),
            Method::Cases(cases) => of_cases(cases),
            Method::Paths(paths) => of_paths(paths),
            Method::SecondOrder(method) => format!("by `second_order`, penalty {}", method.penalty),
            Method::Lagrangian(_) | Method::Chain(_) => format!("by `{}`", by.name()),
        },
        Claim::NotLocalOptimum(NotLocalOptimum { curve, until, .. }) => {
            format!("by a curve of degree {} up to {until}", curve.coefficients().len())
        }
        _ => "by a better point".into(),
    }
}

/// The multipliers of a KKT point, or their number.
pub fn describe_multipliers<F: ProofField>(multipliers: &[F]) -> String {
    let positive: Vec<_> = multipliers.iter().enumerate().filter(|(_, value)| !value.is_zero()).collect();
    match positive.len() {
        0 => "the point is 0".into(),
        1..=6 => {
            let shown: Vec<_> = positive.iter().map(|(sample, value)| format!("{value} on sample {sample}")).collect();
            format!("multipliers {}", shown.join(", "))
        }
        count => format!("{count} multipliers"),
    }
}
