//! Networks within bounds: one at random.

use super::choices::Choices;
use super::numbers::positive_numbers;
use crate::explore::bounds::{ActivationKind, Architecture, Bounds, Slopes};
use crate::explore::facts::structure::Parts;
use crate::kernel::exact::Rational;
use crate::kernel::network::{Activation, Network, Weights};
use num_traits::One;

/// The activations that a layer within the bounds may have, as far as they do not depend on the other layers.
pub fn activations(bounds: &Bounds) -> Vec<Activation<Rational>> {
    let may_be = |kind| bounds.activations.contains(&kind) || bounds.activations.contains(&ActivationKind::Mixed);
    let mut all = Vec::new();
    if may_be(ActivationKind::Linear) {
        all.push(Activation::Linear);
    }
    if may_be(ActivationKind::Relu) {
        all.push(Activation::Relu);
    }
    if may_be(ActivationKind::Leaky) {
        all.extend(slopes(bounds).into_iter().map(Activation::LeakyRelu));
    }
    all
}

/// The slopes of leaky units: the rationals of the height between 0 and 1, and 1/2 if there are none; then those that are named.
pub fn slopes(bounds: &Bounds) -> Vec<Rational> {
    let of_height = || positive_numbers(bounds.height.max(2)).into_iter().filter(|number| *number < Rational::one());
    match &bounds.slopes {
        Slopes::Only(slopes) => slopes.clone(),
        Slopes::OfHeight(also) => {
            let mut slopes: Vec<Rational> = of_height().collect();
            slopes.extend(also.iter().filter(|slope| !slopes.contains(slope)).cloned().collect::<Vec<_>>());
            slopes
        }
    }
}

/// Draws activations for hidden layers; `None` if they are to be mixed and came out equal.
fn draw_activations(bounds: &Bounds, hidden: usize, choices: &mut Choices) -> Option<Vec<Activation<Rational>>> {
    let kind = *choices.pick(&bounds.activations);
    let leaky = |choices: &mut Choices| {
        let slopes = slopes(bounds);
        (!slopes.is_empty()).then(|| Activation::LeakyRelu(choices.pick(&slopes).clone()))
    };
    match kind {
        ActivationKind::Linear => Some(vec![Activation::Linear; hidden]),
        ActivationKind::Relu => Some(vec![Activation::Relu; hidden]),
        ActivationKind::Leaky => {
            let first = leaky(choices)?;
            // Slopes that differ are rare, so that they do not crowd out what is more natural.
            let differ = hidden > 1 && choices.chance(1, 8);
            let rest = (1..hidden).map(|_| if differ { leaky(choices) } else { Some(first.clone()) });
            let rest: Vec<_> = rest.collect::<Option<_>>()?;
            Some(std::iter::once(first).chain(rest).collect())
        }
        ActivationKind::Mixed => {
            let one = |choices: &mut Choices| match choices.below(3) {
                0 => Some(Activation::Linear),
                1 => Some(Activation::Relu),
                _ => leaky(choices),
            };
            let all: Vec<_> = (0..hidden).map(|_| one(choices)).collect::<Option<_>>()?;
            (ActivationKind::of(&all) == kind).then_some(all)
        }
    }
}

/// Draws a network; `None` if the choices fit no network within the bounds.
pub fn draw(bounds: &Bounds, choices: &mut Choices) -> Option<(Architecture, Network<Rational>)> {
    let architecture = *choices.pick(&bounds.architectures);
    let depth = choices.within(&bounds.depth);
    let activations = draw_activations(bounds, depth - 1, choices)?;
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
    let mut layers: Vec<(Weights, Activation<Rational>)> = hidden.into_iter().zip(activations).collect();
    layers.push((Weights::Dense { outputs: 1 }, Activation::Linear));
    let network = Network::new(inputs, layers).ok()?;
    bounds.meets_condition(Parts::network(&network)).then_some((architecture, network))
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

/// Whether a convolutional first layer is a window laid out with equal steps, at least twice.
pub fn has_even_windows(network: &Network<Rational>) -> bool {
    let inputs = network.inputs();
    match network.layers()[0].weights() {
        Weights::Convolution { patches: laid_out, .. } => {
            let length = laid_out.first().map_or(0, Vec::len);
            strides(inputs, length).any(|stride| patches(inputs, length, stride) == *laid_out)
        }
        _ => true,
    }
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
