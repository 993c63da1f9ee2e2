//! Taking units and inputs out of an instance.

use crate::kernel::exact::Rational;
use crate::kernel::network::{Layer, Network, Parameters, Weights};
use crate::kernel::problem::{Problem, Sample};

/// What is kept of an instance: its inputs, and the units of each layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Surgery {
    /// First the inputs, then the units of each layer.
    keep: Vec<Vec<bool>>,
}

impl Surgery {
    /// Every way to take out one hidden unit with what is tied to it, those of the first layer first.
    pub fn units(problem: &Problem<Rational>) -> Vec<Self> {
        let layers = problem.network().layers();
        let hidden = layers.iter().enumerate().take(layers.len() - 1);
        let units = hidden.flat_map(|(index, layer)| (0..layer.outputs()).map(move |unit| (index + 1, unit)));
        let mut ways = Vec::new();
        for (level, unit) in units {
            for ties in [Ties::Filter, Ties::Patch] {
                let way = Self::without(problem.network(), level, unit, ties);
                ways.extend(way.filter(|way| !ways.contains(way)));
            }
        }
        ways
    }

    /// Every way to take out one input with what is tied to it.
    pub fn inputs(problem: &Problem<Rational>) -> Vec<Self> {
        let network = problem.network();
        (0..network.inputs()).filter_map(|input| Self::without(network, 0, input, Ties::Patch)).collect()
    }

    /// Takes out what is at a place of a level (level 0 holds the inputs), and what cannot stay without it.
    fn without(network: &Network<Rational>, level: usize, place: usize, ties: Ties) -> Option<Self> {
        let layers = network.layers();
        let mut keep = vec![vec![true; network.inputs()]];
        keep.extend(layers.iter().map(|layer| vec![true; layer.outputs()]));
        let mut pending = vec![(level, place)];
        while let Some((level, place)) = pending.pop() {
            if !std::mem::replace(&mut keep[level][place], false) {
                continue;
            }
            if level > 0 {
                match layers[level - 1].weights() {
                    Weights::Diagonal => pending.push((level - 1, place)),
                    Weights::Convolution { patches, .. } => {
                        let (filter, patch) = (place / patches.len(), place % patches.len());
                        let tied = |unit: &usize| match ties {
                            Ties::Filter => unit / patches.len() == filter,
                            Ties::Patch => unit % patches.len() == patch,
                        };
                        pending.extend((0..layers[level - 1].outputs()).filter(tied).map(|unit| (level, unit)));
                    }
                    _ => {}
                }
            }
            match layers.get(level).map(Layer::weights) {
                Some(Weights::Diagonal) => pending.push((level + 1, place)),
                Some(Weights::Convolution { patches, filters }) => {
                    let reading = (0..patches.len()).filter(|patch| patches[*patch].contains(&place));
                    let units = reading.flat_map(|p| (0..*filters).map(move |f| (level + 1, f * patches.len() + p)));
                    pending.extend(units);
                }
                _ => {}
            }
        }
        keep.iter().all(|level| level.contains(&true)).then_some(Surgery { keep })
    }

    /// What is left of the instance, if it is one.
    pub fn apply(&self, problem: &Problem<Rational>) -> Option<Problem<Rational>> {
        let network = problem.network();
        let (mut layers, mut point) = (Vec::new(), Vec::new());
        for (index, (layer, values)) in network.layers().iter().zip(problem.point().layers()).enumerate() {
            let (weights, values) = trim(layer, values, &self.keep[index], &self.keep[index + 1])?;
            layers.push((weights, layer.activation().clone()));
            point.push(values);
        }
        let network = Network::new(kept(&self.keep[0]).count(), layers).ok()?;
        let cut = |sample: &Sample<Rational>| {
            let x = kept(&self.keep[0]).map(|input| sample.x[input].clone()).collect();
            Sample { x, y: sample.y }
        };
        Problem::new(network, problem.samples().iter().map(cut).collect(), Parameters::new(point)).ok()
    }
}

/// What goes with a unit of a convolutional layer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ties {
    /// Its filter.
    Filter,
    /// Its patch, in every filter.
    Patch,
}

fn kept(keep: &[bool]) -> impl Iterator<Item = usize> + '_ {
    keep.iter().enumerate().filter(|(_, kept)| **kept).map(|(place, _)| place)
}

/// A layer's weights and parameters without some of its inputs and units.
fn trim(
    layer: &Layer<Rational>,
    values: &[Rational],
    inputs: &[bool],
    units: &[bool],
) -> Option<(Weights, Vec<Rational>)> {
    match layer.weights() {
        Weights::Dense { .. } => {
            let rows = kept(units).flat_map(|unit| kept(inputs).map(move |input| (unit, input)));
            let values = rows.map(|(unit, input)| values[unit * inputs.len() + input].clone()).collect();
            Some((Weights::Dense { outputs: kept(units).count() }, values))
        }
        Weights::Diagonal => {
            let values = kept(units).map(|unit| values[unit].clone()).collect();
            (inputs == units).then_some((Weights::Diagonal, values))
        }
        Weights::Convolution { patches, .. } => {
            let length = patches.first().map_or(0, Vec::len);
            let mut filters: Vec<usize> = kept(units).map(|unit| unit / patches.len()).collect();
            filters.dedup();
            let mut left: Vec<usize> = kept(units).map(|unit| unit % patches.len()).collect();
            left.truncate(left.len() / filters.len().max(1));
            let renamed = |input: &usize| inputs[*input].then(|| kept(&inputs[..*input]).count());
            let patches: Option<Vec<Vec<usize>>> =
                left.iter().map(|patch| patches[*patch].iter().map(renamed).collect()).collect();
            let values = filters.iter().flat_map(|f| values[f * length..(f + 1) * length].iter().cloned()).collect();
            Some((Weights::Convolution { patches: patches?, filters: filters.len() }, values))
        }
        Weights::Template { entries } => {
            let row = |unit: usize| -> Vec<Option<usize>> { kept(inputs).map(|input| entries[unit][input]).collect() };
            let entries: Vec<Vec<Option<usize>>> = kept(units).map(row).collect();
            let mut used: Vec<usize> = entries.iter().flatten().flatten().copied().collect();
            used.sort_unstable();
            used.dedup();
            let renamed = |entry: Option<usize>| entry.and_then(|parameter| used.binary_search(&parameter).ok());
            let entries = entries.into_iter().map(|row| row.into_iter().map(renamed).collect()).collect();
            Some((Weights::Template { entries }, used.iter().map(|parameter| values[*parameter].clone()).collect()))
        }
    }
}
