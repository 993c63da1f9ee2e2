//! A hunt as a database knows it.

use std::ops::RangeInclusive;

use crate::explore::bounds::{ActivationKind, Architecture, Bounds};
use crate::explore::database::Run;
use crate::explore::hunt::Hunt;

impl Run {
    /// The hunt in the words of this version of the program.
    pub fn of(hunt: &Hunt) -> Self {
        Run {
            conjecture: hunt.conjecture.to_string(),
            source: hunt.source.name().into(),
            bounds: format!("{}; {} instances a unit", in_words(&hunt.bounds), hunt.draws),
            seed: hunt.seed,
            version: env!("CARGO_PKG_VERSION").into(),
            census: None,
        }
    }
}

/// The bounds on a line; equal texts for equal bounds only.
pub fn in_words(bounds: &Bounds) -> String {
    let architecture = |kind: &Architecture| match kind {
        Architecture::Dense => "dense",
        Architecture::Diagonal => "diagonal",
        Architecture::Sparse => "sparse",
        Architecture::Convolution => "convolution",
    };
    let activation = |kind: &ActivationKind| match kind {
        ActivationKind::Linear => "linear",
        ActivationKind::Relu => "relu",
        ActivationKind::Leaky => "leaky",
    };
    let Bounds { architectures, activations, depth, inputs, samples, width, height, .. } = bounds;
    let architectures = architectures.iter().map(architecture).collect::<Vec<_>>().join(", ");
    let activations = activations.iter().map(activation).collect::<Vec<_>>().join(", ");
    let sizes = [("depth", depth), ("inputs", inputs), ("samples", samples), ("width", width)];
    let sizes = sizes.map(|(name, range)| format!("{name} {}", range_in_words(range))).join(", ");
    let mut words = format!("{architectures}; {activations}; {sizes}, height {height}");
    let hypotheses = [
        (bounds.nonzero_inputs, "nonzero_inputs"),
        (bounds.nonzero_weights, "nonzero_weights"),
        (bounds.kinks == Some(true), "with kinks"),
        (bounds.kinks == Some(false), "without kinks"),
    ];
    for (_, name) in hypotheses.into_iter().filter(|(is_asked, _)| *is_asked) {
        words.push_str("; ");
        words.push_str(name);
    }
    words
}

fn range_in_words(range: &RangeInclusive<usize>) -> String {
    let (start, end) = (range.start(), range.end());
    if start == end { start.to_string() } else { format!("{start}..{end}") }
}
