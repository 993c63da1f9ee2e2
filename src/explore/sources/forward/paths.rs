//! Dense networks by paths that share out the samples.
//!
//! A *path* is a chain of one unit a hidden layer, or of units that share the work of one. Each path computes a
//! linear function on its own samples and nothing on the others'. Then the point is a KKT point if each path's function is the one
//! of least norm with margin 1 on its samples: a support vector machine. All weights along a path of depth `L` have
//! one norm `s`, and the function has norm `s^L`. So that `s` is a small number the path's samples are scaled, which is possible
//! if the norm of the machine is rational.

use super::machine::{MOST, support_vectors};
use super::{DATASETS, Forward, draw_label, power, shared};
use crate::explore::sources::choices::Choices;
use crate::explore::sources::numbers::{norm_squared, square_root};
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::{OrderedField, Rational, Sign, Value};
use crate::kernel::network::{Activation, Network, Parameters, Unit};
use crate::kernel::problem::{Label, Sample};
use num_traits::{One, Zero};

/// A chain of units with its samples.
struct Path {
    /// The first layer's weights divided by their norm.
    direction: Vec<Rational>,
    /// The norm of its weights in every layer.
    size: Rational,
    /// The sign of the last weight.
    label: Label,
    /// For each hidden layer, how the work is shared: a unit vector over all units of the layer.
    shares: Vec<Vec<Rational>>,
    samples: Vec<Sample<Rational>>,
    multipliers: Vec<Rational>,
}

/// Several paths for ReLU networks, one for others.
pub fn build(forward: &Forward, network: Network<Rational>, choices: &mut Choices) -> Option<Certificate<Rational>> {
    let hidden = &network.layers()[..network.depth() - 1];
    let samples = choices.within(&forward.bounds.samples);
    let room = hidden.iter().map(|layer| layer.outputs()).min()?.min(samples);
    let relu = matches!(hidden[0].activation(), Activation::Relu);
    let count = if relu { 1 + choices.below(room) } else { 1 };
    let paths = choices.attempt(DATASETS, |choices| paths(forward, &network, count, samples, choices))?;
    assemble(forward, &network, paths)
}

/// Paths with samples on which the others do nothing.
fn paths(
    forward: &Forward,
    network: &Network<Rational>,
    count: usize,
    samples: usize,
    choices: &mut Choices,
) -> Option<Vec<Path>> {
    let mut sizes = vec![1; count];
    (count..samples).for_each(|_| sizes[choices.below(count)] += 1);
    let paths: Option<Vec<Path>> = sizes.iter().map(|&samples| path(forward, network, samples, choices)).collect();
    let mut paths = paths?;
    let silent = |path: &Path, other: &Path| {
        let signs = other.samples.iter().map(|sample| Rational::dot(path.direction.iter().zip(&sample.x)).sign());
        signs.into_iter().all(|sign| sign != Sign::Positive)
    };
    let apart = (0..count).all(|p| (0..count).all(|q| p == q || silent(&paths[p], &paths[q])));
    if !apart {
        return None;
    }
    let all_live = forward.all_live(network);
    for (p, path) in paths.iter_mut().enumerate() {
        let hidden = &network.layers()[..network.depth() - 1];
        path.shares = hidden.iter().map(|l| shares(forward, l.outputs(), (p, count), all_live, choices)).collect();
    }
    Some(paths)
}

/// The shares of the units of a layer in path `p` of `count`, which owns every `count`-th unit.
fn shares(
    forward: &Forward,
    width: usize,
    (p, count): (usize, usize),
    all_live: bool,
    choices: &mut Choices,
) -> Vec<Rational> {
    let owned = (width - p).div_ceil(count);
    let mut shares = vec![Rational::zero(); width];
    let drawn = shared::draw(&forward.units, owned, all_live, choices);
    shares[p..].iter_mut().step_by(count).zip(drawn).for_each(|(share, drawn)| *share = drawn);
    shares
}

fn path(forward: &Forward, network: &Network<Rational>, samples: usize, choices: &mut Choices) -> Option<Path> {
    if samples > MOST {
        return None;
    }
    let linear = network.is_linear_from(0);
    let size = choices.pick(&forward.positive).clone();
    let last = draw_label(choices);
    // What the path has to be at least 1 on: the samples times their label and its sign.
    let mut vectors: Vec<Vec<Rational>> = Vec::with_capacity(samples);
    let mut labels = Vec::with_capacity(samples);
    for _ in 0..samples {
        vectors.push((0..network.inputs()).map(|_| choices.integer(forward.bounds.height)).collect());
        labels.push(if linear { draw_label(choices) } else { last });
    }
    let (machine, weights) = support_vectors(&vectors)?;
    let square = norm_squared(machine.iter());
    let norm = square_root(&square)?;
    let inverse = norm.reciprocal()?;
    let stretch = &norm * &power(&size, -(network.depth() as i64))?;
    let signed = |(x, y): (Vec<Rational>, Label)| {
        let sign = last.times(y.times(Rational::one()));
        let x = x.into_iter().map(|entry| entry * &stretch * &sign).collect();
        Sample { x, y }
    };
    let factor = &size * &size * &square.reciprocal()?;
    Some(Path {
        direction: machine.into_iter().map(|entry| entry * &inverse).collect(),
        size,
        label: last,
        shares: Vec::new(),
        samples: vectors.into_iter().zip(labels).map(signed).collect(),
        multipliers: weights.into_iter().map(|weight| weight * &factor).collect(),
    })
}

fn assemble(forward: &Forward, network: &Network<Rational>, paths: Vec<Path>) -> Option<Certificate<Rational>> {
    let mut point = Parameters::zero(network);
    for path in &paths {
        let last = [path.label.times(Rational::one())];
        let vectors: Vec<&[Rational]> =
            [&path.direction].into_iter().chain(&path.shares).map(Vec::as_slice).chain([&last[..]]).collect();
        for (weights, pair) in point.layers_mut().iter_mut().zip(vectors.windows(2)) {
            shared::fill(weights, &path.size, pair[1], pair[0]);
        }
    }
    let live = |unit: Unit| paths.iter().any(|path| !path.shares[unit.layer][unit.unit].is_zero());
    // The units of other paths stay out of a sample; of dead units any slope will do.
    let slope = |_, unit: Unit| network.slope(unit, if live(unit) { Sign::Negative } else { Sign::Positive });
    let samples = paths.iter().flat_map(|path| path.samples.iter().cloned()).collect();
    let multipliers = paths.iter().flat_map(|path| path.multipliers.iter().cloned()).collect();
    forward.instance(network, point, samples, multipliers, slope)
}
