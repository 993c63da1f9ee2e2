//! Networks and datasets by themselves.

use super::choices::Choices;
use super::constructed::{Constructed, Construction};
use super::shapes;
use crate::explore::bounds::Bounds;
use crate::kernel::exact::Rational;
use crate::kernel::network::Network;
use crate::kernel::problem::{Label, Sample};

/// Networks within bounds, as a strategy.
pub fn networks(bounds: Bounds) -> Constructed<Networks> {
    Constructed::new(Networks { bounds: bounds.normalised() })
}

/// Datasets of small integers within bounds, for networks of the given number of inputs, as a strategy.
///
/// ```
/// use margincert::explore::bounds::Bounds;
/// use margincert::explore::sources::{datasets, networks};
/// use proptest::prelude::*;
///
/// let parts = networks(Bounds::default()).prop_flat_map(|network| {
///     let inputs = network.inputs();
///     (Just(network), datasets(inputs, Bounds::default()))
/// });
/// proptest!(ProptestConfig::with_cases(20), |((network, dataset) in parts)| {
///     prop_assert!(dataset.iter().all(|sample| sample.x.len() == network.inputs()));
/// });
/// ```
pub fn datasets(inputs: usize, bounds: Bounds) -> Constructed<Datasets> {
    Constructed::new(Datasets { inputs, bounds: bounds.normalised() })
}

/// The construction behind [`networks`].
#[derive(Clone, Debug)]
pub struct Networks {
    bounds: Bounds,
}

/// The construction behind [`datasets`].
#[derive(Clone, Debug)]
pub struct Datasets {
    inputs: usize,
    bounds: Bounds,
}

impl Construction for Networks {
    type Value = Network<Rational>;

    fn build(&self, choices: &mut Choices) -> Option<Network<Rational>> {
        if self.bounds.is_empty() || self.bounds.check().is_err() {
            return None;
        }
        shapes::draw(&self.bounds, choices).map(|(_, network)| network)
    }
}

impl Construction for Datasets {
    type Value = Vec<Sample<Rational>>;

    fn build(&self, choices: &mut Choices) -> Option<Vec<Sample<Rational>>> {
        if self.bounds.samples.is_empty() {
            return None;
        }
        let count = choices.within(&self.bounds.samples);
        let sample = |choices: &mut Choices| {
            let x = (0..self.inputs).map(|_| choices.integer(self.bounds.height)).collect();
            let y = if choices.chance(1, 2) { Label::Negative } else { Label::Positive };
            Sample { x, y }
        };
        Some((0..count).map(|_| sample(choices)).collect())
    }
}
