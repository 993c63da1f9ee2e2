//! Networks within bounds: one at random.

use super::choices::Choices;
use super::numbers::positive_numbers;
use crate::explore::bounds::{ActivationKind, Architecture, Bounds};
use crate::kernel::exact::Rational;
use crate::kernel::network::{Activation, Network, Weights};
use num_traits::One;

/// The activations that the bounds allow.
pub fn activations(bounds: &Bounds) -> Vec<Activation<Rational>> {
    let mut all = Vec::new();
    for kind in &bounds.activations {
        match kind {
            ActivationKind::Linear => all.push(Activation::Linear),
            ActivationKind::Relu => all.push(Activation::Relu),
            ActivationKind::Leaky => all.extend(leaky_slopes(bounds.height).into_iter().map(Activation::LeakyRelu)),
        }
    }
    all
}

/// The slopes of leaky units: the rationals of the height between 0 and 1, and 1/2 if there are none.
pub fn leaky_slopes(height: u32) -> Vec<Rational> {
    positive_numbers(height.max(2)).into_iter().filter(|number| *number < Rational::one()).collect()
}

/// Draws a network; `None` if the choices fit no network within the bounds.
pub fn draw(bounds: &Bounds, choices: &mut Choices) -> Option<(Architecture, Network<Rational>)> {
    let architecture = *choices.pick(&bounds.architectures);
    let activation = match choices.pick(&bounds.activations) {
        ActivationKind::Linear => Activation::Linear,
        ActivationKind::Relu => Activation::Relu,
        ActivationKind::Leaky => Activation::LeakyRelu(choices.pick(&leaky_slopes(bounds.height)).clone()),
    };
    let depth = choices.within(&bounds.depth);
    let dense = |choices: &mut Choices| Weights::Dense { outputs: choices.within(&bounds.width) };
    let (inputs, hidden): (usize, Vec<Weights>) = match architecture {
        Architecture::Dense => (choices.within(&bounds.inputs), (1..depth).map(|_| dense(choices)).collect()),
        Architecture::Diagonal => {
            let range = both(&bounds.inputs, &bounds.width)?;
            (choices.within(&range), vec![Weights::Diagonal; depth - 1])
        }
        Architecture::Sparse => {
            let inputs = choices.within(&bounds.inputs);
            let mut width = inputs;
            let mut hidden = Vec::with_capacity(depth - 1);
            for _ in 1..depth {
                let outputs = choices.within(&bounds.width);
                hidden.push(template(width, outputs, choices));
                width = outputs;
            }
            (inputs, hidden)
        }
        Architecture::Convolution => {
            let (inputs, first) = convolution(bounds, choices)?;
            let rest = (2..depth).map(|_| dense(choices));
            (inputs, std::iter::once(first).chain(rest).collect())
        }
    };
    let mut layers: Vec<(Weights, Activation<Rational>)> =
        hidden.into_iter().map(|weights| (weights, activation.clone())).collect();
    layers.push((Weights::Dense { outputs: 1 }, Activation::Linear));
    Network::new(inputs, layers).ok().map(|network| (architecture, network))
}

/// The numbers in both ranges.
pub fn both(
    a: &std::ops::RangeInclusive<usize>,
    b: &std::ops::RangeInclusive<usize>,
) -> Option<std::ops::RangeInclusive<usize>> {
    let range = *a.start().max(b.start())..=*a.end().min(b.end());
    (!range.is_empty()).then_some(range)
}

/// A layer in which every unit reads some inputs, at least one, with weights of its own.
fn template(inputs: usize, outputs: usize, choices: &mut Choices) -> Weights {
    let mut parameter = 0;
    let mut entries = Vec::with_capacity(outputs);
    for output in 0..outputs {
        let always = (output + choices.below(inputs)) % inputs;
        let row = (0..inputs).map(|input| {
            let reads = input == always || choices.chance(1, 3);
            reads.then(|| {
                parameter += 1;
                parameter - 1
            })
        });
        entries.push(row.collect());
    }
    Weights::Template { entries }
}

/// The ways to lay a window of `length` over `inputs` inputs, at least twice, so that no input is left over.
pub fn strides(inputs: usize, length: usize) -> impl Iterator<Item = usize> {
    (1..=length).filter(move |stride| inputs > length && (inputs - length).is_multiple_of(*stride))
}

/// The patches of a window laid out with a stride.
pub fn patches(inputs: usize, length: usize, stride: usize) -> Vec<Vec<usize>> {
    (0..=(inputs - length) / stride).map(|patch| (patch * stride..patch * stride + length).collect()).collect()
}

/// Every convolutional first layer within the bounds: inputs, patch length, stride, filters.
pub fn convolutions(bounds: &Bounds) -> Vec<(usize, usize, usize, usize)> {
    let mut all = Vec::new();
    for inputs in bounds.inputs.clone() {
        for length in 1..inputs {
            for stride in strides(inputs, length) {
                let patches = (inputs - length) / stride + 1;
                let filters = (1..=*bounds.width.end() / patches).filter(|f| bounds.width.contains(&(f * patches)));
                all.extend(filters.map(|filters| (inputs, length, stride, filters)));
            }
        }
    }
    all
}

fn convolution(bounds: &Bounds, choices: &mut Choices) -> Option<(usize, Weights)> {
    let all = convolutions(bounds);
    if all.is_empty() {
        return None;
    }
    let &(inputs, length, stride, filters) = choices.pick(&all);
    Some((inputs, Weights::Convolution { patches: patches(inputs, length, stride), filters }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_within_the_bounds() {
        let bounds = Bounds { depth: 2..=3, inputs: 2..=3, width: 1..=2, ..Bounds::default() };
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..500 {
            let Some((architecture, network)) = draw(&bounds, &mut Choices::random(seed)) else { continue };
            seen.insert(architecture);
            assert!(bounds.depth.contains(&network.depth()));
            assert!(bounds.inputs.contains(&network.inputs()));
            let hidden = &network.layers()[..network.depth() - 1];
            assert!(hidden.iter().all(|layer| bounds.width.contains(&layer.outputs())));
        }
        assert_eq!(seen.len(), 4);
    }

    #[test]
    fn windows_cover_the_inputs() {
        assert_eq!(patches(4, 2, 2), [[0, 1], [2, 3]]);
        assert_eq!(patches(3, 2, 1), [[0, 1], [1, 2]]);
        assert_eq!(strides(5, 3).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(strides(3, 3).count(), 0);
    }
}
