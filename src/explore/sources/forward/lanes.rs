//! Diagonal and sparse networks by chains that share all samples.
//!
//! A *lane* is a chain of one unit a hidden layer, which reads inputs that no other lane reads. No connection leads from one lane
//! to another, so that only its own lane feels a parameter. Let lane `j` have weights of norm `s_j` in each of `L` layers and
//! its inputs be those of a sample `e_i` times `s_j^(1-L)`. Then it computes `u_j . e_i`, where `u_j` has norm `s_j`, and stationarity
//! says `u_j = sum lambda_i y_i e_i` on its inputs: the lanes together are the support vector machine of the samples `e_i`,
//! whatever the depth. Behind units that are not linear each `e_i` is multiplied by the slopes on its way.
//!
//! So `e_i` are small integers, and the machine is taken if its norm on each lane is rational. On a lane with one input it
//! always is.

use super::machine::support_vectors;
use super::{DATASETS, Forward, draw_label, power};
use crate::explore::sources::choices::Choices;
use crate::explore::sources::numbers::{norm_squared, square_root};
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::{OrderedField, Rational, Sign, Value};
use crate::kernel::network::{Activation, Network, Parameters, Unit};
use crate::kernel::problem::{Label, Sample};
use crate::prove::field::ProofField;
use num_integer::Integer;
use num_traits::{One, Zero};

/// A chain of units.
#[derive(Clone, Debug)]
struct Lane {
    /// One unit a hidden layer.
    units: Vec<usize>,
    /// What the first reads.
    inputs: Vec<usize>,
}

/// What a lane does.
struct Load {
    /// The norm of its weights in every layer.
    size: Rational,
    /// The first layer's weights divided by it.
    direction: Vec<Rational>,
    /// The sign of the last weight.
    last: Label,
}

/// Lanes at a KKT point of small integers; the numbers of a lane's inputs are then scaled.
struct Solution {
    loads: Vec<Option<Load>>,
    /// For each sample and lane, whether it is on the positive side.
    open: Vec<Vec<bool>>,
    samples: Vec<Sample<Rational>>,
    multipliers: Vec<Rational>,
}

/// The hidden layers must be diagonal or sparse.
pub fn build(forward: &Forward, network: Network<Rational>, choices: &mut Choices) -> Option<Certificate<Rational>> {
    let samples = choices.within(&forward.bounds.samples);
    let lanes = lanes(&network, forward.all_live(&network), choices);
    if lanes.is_empty() {
        return None;
    }
    let solution = choices.attempt(DATASETS, |choices| solve(forward, &network, &lanes, samples, choices))?;
    let point = point(&network, &lanes, &solution.loads)?;
    let Solution { open, samples, multipliers, .. } = solution;
    let slope = |sample: usize, unit: Unit| {
        let lane = lanes.iter().position(|lane| lane.units[unit.layer] == unit.unit);
        let positive = lane.is_none_or(|lane| open[sample][lane]);
        network.slope(unit, if positive { Sign::Positive } else { Sign::Negative })
    };
    forward.instance(&network, point, samples, multipliers, slope)
}

/// Chains from some units of the first layer on, as far as they stay apart.
fn lanes(network: &Network<Rational>, all_live: bool, choices: &mut Choices) -> Vec<Lane> {
    let layers = network.layers();
    let first = choices.below(layers[0].outputs());
    let mut lanes: Vec<Lane> = Vec::new();
    for unit in (first..layers[0].outputs()).chain(0..first) {
        if unit != first && !all_live && choices.chance(1, 2) {
            continue;
        }
        let inputs = layers[0].incoming()[unit].iter().map(|connection| connection.unit).collect();
        let mut units = vec![unit];
        for layer in &layers[1..layers.len() - 1] {
            let next = &layer.outgoing()[units[units.len() - 1]];
            if next.is_empty() {
                break;
            }
            units.push(choices.pick(next).unit);
        }
        let lane = Lane { units, inputs };
        if lane.units.len() + 1 == layers.len() && lanes.iter().all(|other| apart(network, &lane, other)) {
            lanes.push(lane);
        }
    }
    lanes
}

/// Whether two lanes read different inputs, and no unit of one reads one of the other.
fn apart(network: &Network<Rational>, a: &Lane, b: &Lane) -> bool {
    let reads = |from: &Lane, to: &Lane| {
        let mut pairs = from.units.iter().zip(&to.units[1..]).zip(&network.layers()[1..]);
        pairs.any(|((&from, &to), layer)| layer.outgoing()[from].iter().any(|connection| connection.unit == to))
    };
    !a.inputs.iter().any(|input| b.inputs.contains(input)) && !reads(a, b) && !reads(b, a)
}

fn solve(
    forward: &Forward,
    network: &Network<Rational>,
    lanes: &[Lane],
    count: usize,
    choices: &mut Choices,
) -> Option<Solution> {
    let depth = network.depth() as i64;
    let activation = network.layers()[0].activation();
    let linear = activation.is_linear();
    // A deep unit that reads nothing but zeros has a kink that no curve resolves.
    let all_open = matches!(activation, Activation::Relu) && depth > 2;
    let turned: Vec<bool> = (0..network.inputs()).map(|_| !linear && choices.chance(1, 2)).collect();
    let (mut data, mut labels): (Vec<Vec<Rational>>, Vec<Label>) = (Vec::new(), Vec::new());
    for _ in 0..count {
        labels.push(draw_label(choices));
        let entry = |&turned: &bool| entry(forward, linear, all_open.then_some(turned), choices);
        data.push(turned.iter().map(entry).collect());
    }
    let side = |x: &[Rational], lane: &Lane| {
        let signed = |&input: &usize| if turned[input] { -x[input].clone() } else { x[input].clone() };
        lane.inputs.iter().map(signed).fold(Rational::zero(), |sum, entry| sum + entry).sign() != Sign::Negative
    };
    let open: Vec<Vec<bool>> = data.iter().map(|x| lanes.iter().map(|lane| side(x, lane)).collect()).collect();
    let closed = power(&activation.slope(Sign::Negative), depth - 1)?;

    let vectors: Vec<Vec<Rational>> = data
        .iter()
        .zip(&labels)
        .zip(&open)
        .map(|((x, label), open)| {
            let reads = lanes.iter().zip(open).flat_map(|(lane, &open)| lane.inputs.iter().map(move |i| (i, open)));
            reads.map(|(&i, open)| label.times(if open { x[i].clone() } else { &x[i] * &closed })).collect()
        })
        .collect();
    let (machine, mut multipliers) = support_vectors(&vectors)?;
    let loads = loads(lanes, &machine, |lane, direction| {
        let fits = |last: Label| {
            data.iter().zip(&open).all(|(x, open)| {
                let read = Rational::dot(direction.iter().zip(lanes[lane].inputs.iter().map(|&input| &x[input])));
                match last.times(read).sign() {
                    Sign::Zero => true,
                    sign => linear || open[lane] == (sign == Sign::Positive),
                }
            })
        };
        [Label::Positive, Label::Negative].into_iter().find(|&last| fits(last))
    })?;

    let scale = primitive(&loads)? * choices.pick(&forward.positive);
    multipliers.iter_mut().for_each(|multiplier| *multiplier *= &(&scale * &scale));
    let mut sized = Vec::with_capacity(lanes.len());
    for (lane, load) in lanes.iter().zip(loads) {
        let Some(load) = load else {
            sized.push(None);
            continue;
        };
        let size = load.size * &scale;
        let factor = power(&size, 1 - depth)?.over(&scale)?;
        data.iter_mut().for_each(|x| lane.inputs.iter().for_each(|&input| x[input] *= &factor));
        sized.push(Some(Load { size, ..load }));
    }
    let samples = data.into_iter().zip(labels).map(|(x, y)| Sample { x, y }).collect();
    Some(Solution { loads: sized, open, samples, multipliers })
}

/// A small integer, and no zero where a unit may be that is not linear; with a given sign if there is one.
fn entry(forward: &Forward, linear: bool, negative: Option<bool>, choices: &mut Choices) -> Rational {
    if linear {
        return choices.integer(forward.bounds.height);
    }
    let size = Rational::from(1 + choices.below(forward.bounds.height as usize) as i64);
    let negative = negative.unwrap_or_else(|| choices.chance(1, 2));
    if negative { -size } else { size }
}

/// The norm, the direction and the last sign of each lane, nothing for one that is dead. None if a norm is irrational, or a lane has no sign.
fn loads(
    lanes: &[Lane],
    machine: &[Rational],
    last: impl Fn(usize, &[Rational]) -> Option<Label>,
) -> Option<Vec<Option<Load>>> {
    let mut rest = machine;
    let mut loads = Vec::with_capacity(lanes.len());
    for (place, lane) in lanes.iter().enumerate() {
        let (own, later) = rest.split_at(lane.inputs.len());
        rest = later;
        let size = square_root(&norm_squared(own.iter()))?;
        loads.push(match size.reciprocal() {
            None => None,
            Some(inverse) => {
                let direction: Vec<Rational> = own.iter().map(|entry| entry * &inverse).collect();
                let last = last(place, &direction)?;
                Some(Load { size, direction: direction.into_iter().map(|entry| last.times(entry)).collect(), last })
            }
        });
    }
    Some(loads)
}

/// The factor that makes the sizes integers without a common divisor.
fn primitive(loads: &[Option<Load>]) -> Option<Rational> {
    let mut fraction = (0i64, 1i64);
    for load in loads.iter().flatten() {
        let (numerator, denominator) = load.size.small()?;
        let shared = fraction.1.gcd(&denominator);
        fraction = (fraction.0.gcd(&numerator), (fraction.1 / shared).checked_mul(denominator)?);
    }
    Rational::from_ratio(fraction.1, fraction.0)
}

fn point(network: &Network<Rational>, lanes: &[Lane], loads: &[Option<Load>]) -> Option<Parameters<Rational>> {
    let layers = network.layers();
    let mut point = Parameters::zero(network);
    for (lane, load) in lanes.iter().zip(loads).filter_map(|(lane, load)| Some((lane, load.as_ref()?))) {
        for (connection, entry) in layers[0].incoming()[lane.units[0]].iter().zip(&load.direction) {
            point.layers_mut()[0][connection.parameter] = entry * &load.size;
        }
        for (l, &from) in lane.units.iter().enumerate() {
            let to = lane.units.get(l + 1).copied().unwrap_or(0);
            let connection = layers[l + 1].outgoing()[from].iter().find(|connection| connection.unit == to)?;
            let sign = if l + 1 == lane.units.len() { load.last } else { Label::Positive };
            point.layers_mut()[l + 1][connection.parameter] = sign.times(Rational::one()) * &load.size;
        }
    }
    Some(point)
}
