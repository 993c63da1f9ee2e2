//! Networks of depth 2 by activation patterns, and deeper ones that end in a chain.
//!
//! First come the samples times their multipliers, `g_i = lambda_i x_i`: small integers up to a common scale. They determine what
//! each group of units can be (see [`gates`](super::gates)): any choice of groups with one singular value is a KKT point, whatever
//! their sizes `s_f`. The margin of a sample then has to be 1, which gives its multiplier, the sum of what the groups contribute to it
//! times `s_f^2`, and with it its length.
//!
//! A dense layer after the first may do the work of one unit (see [`shared`](super::shared)). A network of depth `L` whose
//! later layers all do computes `sigma s^(L-2)` times what its first two layers do, if what they hand on is positive. That only
//! changes the scale.

use super::gates::{Gated, Weighted, gated};
use super::{DATASETS, Forward, draw_label, power, shared};
use crate::explore::sources::choices::Choices;
use crate::explore::sources::numbers::is_positive;
use crate::explore::sources::points::{Group, groups};
use crate::explore::sources::slack;
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::{Rational, Sign};
use crate::kernel::network::{Network, Parameters, Unit};
use crate::kernel::problem::{Label, Sample};
use crate::prove::field::ProofField;
use num_traits::Zero;

/// The most samples with multipliers, and the size of their numbers.
const MOST_SAMPLES: usize = 6;
const MOST_HEIGHT: u32 = 10;

/// How many datasets are tried where groups have to differ on samples that they share.
const MORE_DATASETS: u32 = 4 * DATASETS;

/// A group of units with its size, if it is live.
type Choice = Option<(Gated, Rational)>;

/// What a dataset came to.
struct Head {
    /// One a group.
    groups: Vec<Choice>,
    /// The norm of each later layer.
    size: Rational,
    /// The sign of the last weights; positive for depth 2.
    last: Label,
    samples: Vec<Sample<Rational>>,
    multipliers: Vec<Rational>,
}

/// The network must be of depth 2 or have dense layers after the first.
pub fn build(forward: &Forward, network: Network<Rational>, choices: &mut Choices) -> Option<Certificate<Rational>> {
    let total = choices.within(&forward.bounds.samples);
    // A limit of its own, so that this is a choice for every total.
    let slack = choices.below(MOST_SAMPLES).min(total - 1);
    let supporting = (total - slack).min(MOST_SAMPLES);
    let groups = groups(&network).swap_remove(0);
    let can_differ = groups.len() > 1 && supporting > 1 && network.inputs() > 1 && !network.is_linear_from(0);
    let differ = choices.chance(1, 2) && can_differ;
    let datasets = if differ { MORE_DATASETS } else { DATASETS };
    let head = choices.attempt(datasets, |choices| {
        let head = head(forward, &network, &groups, supporting, choices)?;
        (!differ || head.is_shared()).then_some(head)
    })?;
    let point = point(forward, &network, &groups, &head, choices);
    let Head { groups: chosen, mut samples, mut multipliers, .. } = head;
    for _ in supporting..total {
        samples.push(slack::draw(&network, point.layers(), forward.bounds.height, choices)?);
        multipliers.push(Rational::zero());
    }
    // Units of later layers are positive, or dead as others may be: of those any slope will do.
    let slope = |sample: usize, unit: Unit| {
        let place = groups.iter().position(|group| unit.layer == 0 && group.units.contains(&unit.unit));
        let side = place.and_then(|group| {
            let (gated, _) = chosen[group].as_ref()?;
            Some(gated.open[sample][unit.unit - groups[group].units[0]])
        });
        network.slope(unit, if side == Some(false) { Sign::Negative } else { Sign::Positive })
    };
    forward.instance(&network, point, samples, multipliers, slope)
}

fn head(
    forward: &Forward,
    network: &Network<Rational>,
    groups: &[Group],
    supporting: usize,
    choices: &mut Choices,
) -> Option<Head> {
    let deep = network.depth() > 2;
    let activation = network.layers()[0].activation();
    let size = choices.pick(&forward.positive).clone();
    let last = if deep { draw_label(choices) } else { Label::Positive };
    // What a unit that is not linear hands on must be positive, so there the last weights decide the label.
    let same = deep && !activation.is_linear();
    let height = forward.bounds.height.min(MOST_HEIGHT);
    let images = Images::draw(network.inputs(), choices);
    let (mut data, mut labels): (Vec<Weighted>, Vec<Label>) = (Vec::new(), Vec::new());
    for _ in 0..supporting {
        let label = if same { last } else { draw_label(choices) };
        let x = match data.last().filter(|_| choices.chance(1, 2)) {
            Some(before) => images.of(&before.x),
            None => (0..network.inputs()).map(|_| integer(height, choices)).collect(),
        };
        data.push(Weighted { x, sign: if label == last { 1 } else { -1 } });
        labels.push(label);
    }

    let groups = choose(forward, network, groups, &data, choices)?;
    let live = groups.iter().flatten().count();
    let mut shares = if deep { shared::draw(&forward.units, live, true, choices) } else { Vec::new() }.into_iter();
    let mut sized = |gated: Gated| {
        let own = match shares.next() {
            Some(share) => share * &size,
            None if choices.chance(1, 4) => choices.pick(&forward.positive).clone(),
            None => size.clone(),
        };
        (!own.is_zero()).then_some((gated, own))
    };
    let groups: Vec<Choice> = groups.into_iter().map(|group| group.and_then(&mut sized)).collect();

    let value = groups.iter().flatten().next()?.0.value.clone();
    let scale = power(&size, 2 - network.depth() as i64)?.over(&value)?;
    let (mut samples, mut multipliers) = (Vec::new(), Vec::new());
    for (place, (sample, y)) in data.into_iter().zip(labels).enumerate() {
        let terms = groups.iter().flatten().map(|(gated, own)| own * own * &gated.contributions[place]);
        let multiplier = terms.fold(Rational::zero(), |sum, term| sum + term);
        if !is_positive(&multiplier) {
            return None;
        }
        let length = scale.clone().over(&multiplier)?;
        samples.push(Sample { x: sample.x.into_iter().map(|n| Rational::from(n) * &length).collect(), y });
        multipliers.push(multiplier);
    }
    Some(Head { groups, size, last, samples, multipliers })
}

impl Head {
    /// Whether two groups differ in their patterns, and some sample is classified by both.
    fn is_shared(&self) -> bool {
        let live: Vec<&Gated> = self.groups.iter().flatten().map(|(gated, _)| gated).collect();
        let both = |a: &Gated, b: &Gated| {
            let mut pairs = a.contributions.iter().zip(&b.contributions);
            a.open != b.open && pairs.any(|(a, b)| !a.is_zero() && !b.is_zero())
        };
        live.iter().enumerate().any(|(place, a)| live[..place].iter().any(|b| both(a, b)))
    }
}

/// A signed permutation of the inputs. Half of the samples are images of the one before, so that there are patterns with equal values.
struct Images {
    rotation: usize,
    /// For each of the first inputs whether it changes its sign.
    flips: usize,
}

/// How many inputs may change their sign.
const FLIPPED: usize = 4;

impl Images {
    fn draw(inputs: usize, choices: &mut Choices) -> Self {
        Images { rotation: choices.below(inputs), flips: choices.below(1 << inputs.min(FLIPPED)) }
    }

    fn of(&self, x: &[i64]) -> Vec<i64> {
        let sign = |place: usize| if place < FLIPPED && self.flips >> place & 1 == 1 { -1 } else { 1 };
        (0..x.len()).map(|place| sign(place) * x[(place + self.rotation) % x.len()]).collect()
    }
}

fn integer(size: u32, choices: &mut Choices) -> i64 {
    let size = choices.below(size as usize + 1) as i64;
    if size > 0 && choices.chance(1, 2) { -size } else { size }
}

/// For each group one of the things that it can be, all with one value; nothing for a dead group.
fn choose(
    forward: &Forward,
    network: &Network<Rational>,
    groups: &[Group],
    data: &[Weighted],
    choices: &mut Choices,
) -> Option<Vec<Option<Gated>>> {
    let activation = network.layers()[0].activation();
    let all_live = forward.all_live(network);
    let patches = |group: &Group| -> Vec<Vec<usize>> {
        let row = |&unit: &usize| network.layers()[0].incoming()[unit].iter().map(|c| c.unit).collect();
        group.units.iter().map(row).collect()
    };
    // Groups that read the same are the same.
    let mut read: Vec<(Vec<Vec<usize>>, Vec<Gated>)> = Vec::new();
    let mut chosen: Vec<Option<Gated>> = vec![None; groups.len()];
    let certain = choices.below(groups.len());
    let mut value = None;
    for index in (certain..groups.len()).chain(0..certain) {
        if index != certain && !all_live && choices.chance(1, 3) {
            continue;
        }
        let patches = patches(&groups[index]);
        let known = read.iter().position(|(other, _)| *other == patches).unwrap_or_else(|| {
            let found = gated(data, &patches, activation);
            read.push((patches, found));
            read.len() - 1
        });
        let fits = |gated: &&Gated| value.as_ref().is_none_or(|value| gated.value == *value);
        let candidates: Vec<&Gated> = read[known].1.iter().filter(fits).collect();
        if candidates.is_empty() {
            match all_live || index == certain {
                true => return None,
                false => continue,
            }
        }
        // Of those that are not there yet, if there are any.
        let new = |gated: &&Gated| chosen.iter().flatten().all(|other| other.open != gated.open);
        let fresh: Vec<&Gated> = candidates.iter().copied().filter(new).collect();
        let gated = (*choices.pick(if fresh.is_empty() { &candidates } else { &fresh })).clone();
        value = Some(gated.value.clone());
        chosen[index] = Some(gated);
    }
    Some(chosen)
}

fn point(
    forward: &Forward,
    network: &Network<Rational>,
    groups: &[Group],
    head: &Head,
    choices: &mut Choices,
) -> Parameters<Rational> {
    let depth = network.depth();
    let all_live = forward.all_live(network);
    let widths = network.layers()[1..depth - 1].iter().map(|layer| layer.outputs());
    let mut shares: Vec<Vec<Rational>> =
        widths.map(|width| shared::draw(&forward.units, width, all_live, choices)).collect();
    shares.push(vec![head.last.times(Rational::from(1))]);
    let mut point = Parameters::zero(network);
    let layers = point.layers_mut();
    for (group, (gated, size)) in groups.iter().zip(&head.groups).filter_map(|(g, choice)| Some((g, choice.as_ref()?)))
    {
        for (&parameter, entry) in group.incoming.iter().zip(&gated.incoming) {
            layers[0][parameter] = entry * size;
        }
        for (&unit, entry) in group.units.iter().zip(&gated.outgoing) {
            for connection in &network.layers()[1].outgoing()[unit] {
                layers[1][connection.parameter] = entry * size * &shares[0][connection.unit];
            }
        }
    }
    for (weights, pair) in layers[2..].iter_mut().zip(shares.windows(2)) {
        shared::fill(weights, &head.size, &pair[1], &pair[0]);
    }
    point
}
