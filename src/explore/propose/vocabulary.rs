//! What statements may assume and conclude.

use crate::explore::conjecture::{Conjecture, Formula};

/// The assumptions that statements choose from, besides `kkt`.
const ASSUMED: [&str; 28] = [
    "dense",
    "diagonal",
    "convolution",
    "no_sharing",
    "!overlapping",
    "linear",
    "relu",
    "leaky",
    "!leaky",
    "nonzero_inputs",
    "nonzero_weights",
    "kinks == 0",
    "depth == 2",
    "samples == 1",
    "inputs == 1",
    "width == 1",
    "filters <= 1",
    "supporting == 1",
    "samples <= inputs",
    "equal_labels",
    "linearly_separable",
    "orthogonally_separable",
    "!equal_units",
    "strict_local_optimum",
    "strictly_complementary",
    "unique_multipliers",
    "local_optimum",
    "local_optimum(every layer)",
];

/// What they may conclude.
const CONCLUDED: [&str; 12] = [
    "global_optimum",
    "strict_local_optimum",
    "local_optimum",
    "global_optimum(every layer)",
    "local_optimum(every layer)",
    "global_optimum(last layer)",
    "within_factor(2)",
    "within_factor(samples)",
    "within_factor(depth)",
    "unique_multipliers",
    "strictly_complementary",
    "linearly_separable",
];

/// What follows from what by definition, or by an argument of one line, for KKT points.
///
/// A KKT point is feasible, so that no sample is 0, and by Euler's identity its multipliers add up to `||theta||^2 / L > 0`.
pub(super) const DEFINITIONS: [&str; 29] = [
    "dense -> no_sharing",
    "dense -> filters <= 1",
    "diagonal -> filters <= 1",
    // A filter is shared by its patches, and two of them overlap.
    "no_sharing -> !overlapping",
    "linear -> !leaky",
    "relu -> !leaky",
    "linear -> kinks == 0",
    // Data of linear networks are turned so that all labels are 1.
    "linear -> equal_labels",
    "nonzero_inputs -> nonzero_weights",
    "nonzero_inputs -> kinks == 0",
    "samples == 1 -> samples <= inputs",
    "samples == 1 -> supporting == 1",
    "samples == 1 -> strictly_complementary",
    "samples == 1 -> equal_labels",
    "samples == 1 -> orthogonally_separable",
    // By the sum of all `y_i x_i`.
    "orthogonally_separable -> linearly_separable",
    "supporting == 1 -> unique_multipliers",
    "width == 1 -> !equal_units",
    "width == 1 -> filters <= 1 & !overlapping",
    "global_optimum -> local_optimum",
    "global_optimum -> global_optimum(every layer)",
    "global_optimum -> within_factor(2) & within_factor(samples)",
    // A KKT point of a network of one layer is a global optimum, and of more layers the depth is 2 at least.
    "within_factor(2) -> within_factor(depth)",
    "depth == 2 & within_factor(depth) -> within_factor(2)",
    "samples == 1 & within_factor(samples) -> global_optimum",
    "samples <= inputs & inputs == 1 -> samples == 1",
    "local_optimum -> local_optimum(every layer)",
    "global_optimum(every layer) -> local_optimum(every layer) & global_optimum(last layer)",
    "strict_local_optimum -> local_optimum",
];

/// The facts that a record tells of each instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Vocabulary {
    /// What may be assumed, at most 128 of them.
    pub assumed: Vec<Formula>,
    /// What may be concluded, at most 32 of them.
    pub concluded: Vec<Formula>,
}

impl Default for Vocabulary {
    /// The facts that theorists name: wiring, activations, sizes, data, multipliers and optimality.
    fn default() -> Self {
        Vocabulary {
            assumed: ASSUMED.into_iter().map(formula).collect(),
            concluded: CONCLUDED.into_iter().map(formula).collect(),
        }
    }
}

/// A formula of this file.
pub(super) fn formula(text: &str) -> Formula {
    let conjecture: Conjecture = text.parse().unwrap_or_else(|error| panic!("in the vocabulary: {error}"));
    match conjecture.hypothesis() {
        Some(hypothesis) => hypothesis.clone().implies(conjecture.conclusion().clone()),
        None => conjecture.conclusion().clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::bounds::Bounds;
    use crate::explore::conjecture::Truth;
    use crate::explore::facts::Facts;
    use crate::explore::propose::record::truth;
    use crate::explore::sources::{forward, inverse};

    /// No drawn instance contradicts a definition.
    #[test]
    fn definitions_hold() {
        let bounds =
            Bounds { depth: 2..=3, inputs: 1..=3, samples: 1..=3, width: 1..=3, height: 3, ..Bounds::default() };
        let (inverse, forward) = (inverse(bounds.clone()), forward(bounds));
        for seed in 0..150 {
            for instance in [inverse.draw(seed), forward.draw(seed)].into_iter().flatten() {
                let mut facts = Facts::within(2_000_000, &instance);
                for text in DEFINITIONS {
                    assert_ne!(truth(&formula(text), &mut facts), Truth::False, "{text}\n{}", instance.to_text());
                }
            }
        }
    }
}
