//! Families of instances whose verdict is known by construction.

mod convolutional;
mod diagonal;
pub mod exact;
mod linear;
mod relu;
mod transformed;

use margincert::kernel::exact::Rational;
use margincert::kernel::problem::Problem;
use margincert::prove::certify::Verdict;
use margincert::prove::search::Random;

/// What is known of an instance's point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// A global optimum.
    Global,
    /// A local optimum; maybe a global one.
    Local,
    /// A KKT point, but no local optimum.
    NotLocal,
}

impl Truth {
    /// Whether the verdict says so: `None` if it leaves the question open.
    pub fn agrees(self, verdict: Verdict) -> Option<bool> {
        match (self, verdict) {
            (_, Verdict::Kkt | Verdict::Feasible) => None,
            (Truth::NotLocal, Verdict::NotOptimal) => Some(true),
            (Truth::Global | Truth::Local, Verdict::GlobalOptimum | Verdict::LocalOptimum) => Some(true),
            (Truth::NotLocal, Verdict::NotLocalOptimum) => Some(true),
            _ => Some(false),
        }
    }
}

/// An instance with its verdict.
pub struct Case {
    /// The problem with its point.
    pub problem: Problem<Rational>,
    /// The verdict on the point.
    pub truth: Truth,
}

/// A family, and how to draw from it.
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// Draws one instance.
    pub draw: fn(&mut Random) -> Case,
}

/// All families.
pub const FAMILIES: [Family; 13] = [
    Family { name: "dense linear, depth 2 to 5", draw: linear::dense },
    Family { name: "sparse linear, depth 2", draw: linear::sparse },
    Family { name: "diagonal linear, depth 2", draw: diagonal::shallow },
    Family { name: "diagonal linear, depth 3 to 5", draw: diagonal::deep_linear },
    Family { name: "diagonal ReLU, depth 3 to 5, live", draw: diagonal::deep_relu },
    Family { name: "convolution linear, singular pairs", draw: convolutional::linear },
    Family { name: "dense ReLU, non-zero inputs", draw: relu::nonzero_inputs },
    Family { name: "diagonal ReLU, non-zero inputs", draw: diagonal::nonzero_inputs },
    Family { name: "dead ReLU neuron, depth 2, transformed", draw: transformed::dead_neuron },
    Family { name: "dead leaky neuron, depth 2, transformed", draw: transformed::dead_leaky_neuron },
    Family { name: "two ReLU units, split, transformed", draw: transformed::two_units },
    Family { name: "dead ReLU neuron, depth 3 to 5, transformed", draw: transformed::dead_neuron_deep },
    Family { name: "ReLU with non-zero weights, transformed", draw: transformed::nonzero_weights },
];
