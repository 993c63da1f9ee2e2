//! The conjectures of `proofs/conjectures/`, as this version knows them: theorems, false statements and open questions.

use super::library::Entry;

macro_rules! on_file {
    ($($name:literal),* $(,)?) => {
        /// Name and text of each.
        const TEXTS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../proofs/conjectures/", $name, ".conj")))),*];
    };
}

on_file![
    "convolution-deep-linear",
    "convolution-deep-relu",
    "convolution-leaky",
    "convolution-linear",
    "convolution-local-global",
    "convolution-relu",
    "diagonal-deep-leaky",
    "diagonal-deep-linear",
    "diagonal-deep-live-path",
    "diagonal-deep-relu",
    "diagonal-depth2-leaky",
    "diagonal-depth2-linear",
    "diagonal-depth2-local-global",
    "diagonal-depth2-relu",
    "diagonal-leaky-local-not-global",
    "diagonal-relu-local-not-global",
    "fc-leaky-dead-neuron",
    "fc-leaky-dead-neuron-deep",
    "fc-leaky-local-not-global",
    "fc-leaky-nonzero-weights",
    "fc-linear-global",
    "fc-relu-dead-neuron",
    "fc-relu-dead-neuron-deep",
    "fc-relu-local-not-global",
    "fc-relu-nonzero-inputs",
    "fc-relu-nonzero-weights",
    "fc-relu-nonzero-weights-deep",
    "fc-relu-one-input",
    "fc-relu-one-sample",
    "fc-relu-one-unit",
    "fc-relu-one-unit-global",
    "layer-leaky-last",
    "layer-leaky-local",
    "layer-leaky-local-not-global",
    "layer-leaky-not-local",
    "layer-linear-global",
    "layer-relu-last",
    "layer-relu-local",
    "layer-relu-local-not-global",
    "layer-relu-not-local",
    "no-sharing-leaky-nonzero-inputs",
    "no-sharing-linear-nonzero-weights",
    "no-sharing-relu-nonzero-inputs",
    "open-deep-diagonal-global",
    "open-deep-leaky-nonzero-inputs",
    "open-deep-relu-nonzero-inputs",
    "open-layers-local",
    "open-leaky-dead-neuron",
    "open-leaky-global",
    "open-no-sharing-orthogonally-separable-layers",
    "open-overlapping-patches",
    "open-relu-one-input-within-factor-2",
    "open-relu-orthogonally-separable-layers",
    "open-two-filters",
    "open-unique-multipliers",
    "proposed-dense-kinks-0-depth-2-local-optimum",
    "proposed-dense-relu-depth-2-orthogonally-separable-global-optimum",
    "proposed-dense-relu-inputs-1-equal-labels-within-factor-2",
    "proposed-dense-relu-inputs-1-within-factor-2",
    "proposed-dense-relu-orthogonally-separable-global-optimum",
    "proposed-dense-relu-supporting-1-global-optimum",
    "proposed-diagonal-inputs-1-local-optimum",
    "proposed-diagonal-local-optimum-every-layer",
    "proposed-diagonal-nonzero-weights-depth-2-local-optimum",
    "proposed-inputs-1-strictly-complementary",
    "proposed-kinks-0-local-optimum-every-layer",
    "proposed-kkt-global-optimum-last-layer",
    "proposed-linear-linearly-separable",
    "proposed-linear-width-1-global-optimum",
    "proposed-no-sharing-leaky-kinks-0-depth-2-local-optimum",
    "proposed-no-sharing-linear-depth-2-local-optimum-global-optimum",
    "proposed-no-sharing-nonzero-inputs-depth-2-local-optimum",
    "proposed-no-sharing-not-leaky-depth-2-inputs-1-global-optimum",
    "proposed-relu-width-1-global-optimum",
    "sparse-relu-nonzero-weights",
];

/// The conjectures on file with their names. One that cannot be read is left out; a test reads them all.
pub fn entries() -> Vec<(&'static str, Entry)> {
    TEXTS.iter().filter_map(|(name, text)| Some((*name, text.parse().ok()?))).collect()
}
