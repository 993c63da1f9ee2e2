//! A hunt as a database knows it.

use std::ops::RangeInclusive;

use sha2::{Digest, Sha256};

use crate::explore::bounds::{ActivationKind, Architecture, Bounds};
use crate::explore::database::Run;
use crate::explore::hunt::{Hunt, HuntError};
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::Rational;

impl Run {
    /// The hunt in the words of this version of the program.
    ///
    /// # Errors
    /// When the bounds are too wide for the hunt.
    pub fn of(hunt: &Hunt) -> Result<Self, HuntError> {
        let census = hunt.units()?;
        let mut bounds = in_words(&hunt.bounds);
        if census.is_none() {
            bounds.push_str(&format!("; {} instances a unit", hunt.draws));
        }
        let mut source = hunt.source.name().to_string();
        if !hunt.known.is_empty() && census.is_none() {
            source.push_str(&format!(" ({} known, {})", hunt.known.len(), fingerprint(&hunt.known)));
        }
        Ok(Run {
            conjecture: hunt.conjecture.to_string(),
            source,
            bounds,
            // A census draws nothing.
            seed: if census.is_some() { 0 } else { hunt.seed },
            version: env!("CARGO_PKG_VERSION").into(),
            census,
        })
    }
}

/// Twelve hexadecimal digits that depend on the instances and their order.
fn fingerprint(instances: &[Certificate<Rational>]) -> String {
    let mut hash = Sha256::new();
    for instance in instances {
        let bare = Certificate { title: None, source: None, claims: Vec::new(), ..instance.clone() };
        // A document ends where it says it does.
        hash.update(bare.to_text());
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// The bounds on a line; equal texts for equal bounds only.
fn in_words(bounds: &Bounds) -> String {
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
