//! Balanced points: those that can be KKT points of a network, whatever the data.
//!
//! Let a set of hidden units read its inputs through parameters `a` that no other unit reads through, and feed the next layer
//! through parameters `b` that nothing else uses. For `t > 0` the network computes the same with `t a` and `b / t`, as
//! activations are positively homogeneous. So wherever `Phi` is differentiable its gradient is orthogonal to `(a, -b)`, and
//! by continuity every Clarke subgradient at the point is. At a KKT point the point itself is a combination of subgradients:
//! `||a||^2 = ||b||^2`. For dense, diagonal and unshared sparse layers the sets are single units; a filter's units are one.

use super::choices::Choices;
use super::numbers::{UnitVectors, axis, norm_squared, square_root};
use crate::kernel::exact::Rational;
use crate::kernel::network::{Network, Weights};
use num_traits::Zero;

/// Units that share their incoming parameters, with those and the outgoing ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Parameters of the units' own layer.
    pub incoming: Vec<usize>,
    /// Parameters of the next layer.
    pub outgoing: Vec<usize>,
    /// The units.
    pub units: Vec<usize>,
}

/// The groups of each hidden layer.
pub fn groups(network: &Network<Rational>) -> Vec<Vec<Group>> {
    let pairs = network.layers().windows(2);
    let of_layer = pairs.map(|pair| {
        let (layer, next) = (&pair[0], &pair[1]);
        let filters = match layer.weights() {
            Weights::Convolution { filters, .. } => *filters,
            _ => layer.outputs(),
        };
        let size = layer.outputs() / filters;
        let group = |filter: usize| {
            let units: Vec<usize> = (filter * size..(filter + 1) * size).collect();
            let incoming = layer.incoming()[units[0]].iter().map(|connection| connection.parameter).collect();
            let outgoing = units.iter().flat_map(|&unit| &next.outgoing()[unit]);
            Group { incoming, outgoing: outgoing.map(|connection| connection.parameter).collect(), units }
        };
        (0..filters).map(group).collect()
    });
    of_layer.collect()
}

/// What points are made of.
pub struct Palette<'a> {
    /// Positive numbers, the simplest first.
    pub positive: &'a [Rational],
    /// Unit vectors of every dimension that a group of parameters can have.
    pub units: &'a UnitVectors,
    /// Whether no unit may be dead.
    pub all_live: bool,
}

/// How the rows of a layer are chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// Each along an axis.
    Axes,
    /// All along one unit vector.
    Parallel,
    /// Each along any unit vector.
    Any,
}

/// Draws a balanced point, the last layer first: the norm of what leaves a group is the norm of what enters it.
/// `None` if such a norm is irrational, or a unit is dead that must not be.
pub fn draw(network: &Network<Rational>, palette: &Palette, choices: &mut Choices) -> Option<Vec<Vec<Rational>>> {
    let depth = network.depth();
    let groups = groups(network);
    let mut point: Vec<Vec<Rational>> =
        network.layers().iter().map(|l| vec![Rational::zero(); l.parameters()]).collect();
    let common = choices.pick(palette.positive).clone();
    let top = &groups[depth - 2];
    let certain = choices.below(top.len());
    for (index, group) in top.iter().enumerate() {
        if index != certain && !palette.all_live && choices.chance(1, 3) {
            continue;
        }
        let size = if choices.chance(1, 4) { choices.pick(palette.positive).clone() } else { common.clone() };
        let direction = palette.units.draw(group.outgoing.len(), choices);
        for (&parameter, entry) in group.outgoing.iter().zip(&direction) {
            point[depth - 1][parameter] = entry * &size;
        }
    }
    for layer in (0..depth - 1).rev() {
        let rows = match choices.below(4) {
            0 | 1 => Rows::Axes,
            2 => Rows::Parallel,
            _ => Rows::Any,
        };
        let mut last: Option<Vec<Rational>> = None;
        for group in &groups[layer] {
            let norm = square_root(&norm_squared(group.outgoing.iter().map(|&p| &point[layer + 1][p])))?;
            if norm.is_zero() {
                match palette.all_live {
                    true => return None,
                    false => continue,
                }
            }
            let size = group.incoming.len();
            let direction = match (rows, last) {
                (Rows::Axes, _) => along_axis(size, layer == 0, choices),
                (Rows::Parallel, Some(last)) if last.len() == size => last,
                _ => palette.units.draw(size, choices),
            };
            for (&parameter, entry) in group.incoming.iter().zip(&direction) {
                point[layer][parameter] = entry * &norm;
            }
            last = Some(direction);
        }
    }
    Some(point)
}

/// A direction along an axis. Later layers read what a ReLU has passed on, so there most directions are positive.
fn along_axis(dimension: usize, first: bool, choices: &mut Choices) -> Vec<Rational> {
    let backwards_too = first || choices.chance(1, 5);
    axis(dimension, choices.below(if backwards_too { 2 * dimension } else { dimension }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::bounds::Bounds;
    use crate::explore::sources::numbers::positive_numbers;
    use crate::explore::sources::shapes;

    #[test]
    fn points_are_balanced() {
        let (positive, units) = (positive_numbers(5), UnitVectors::new(5));
        let mut drawn = 0;
        for seed in 0..2000 {
            let mut choices = Choices::random(seed);
            let Some((_, network)) = shapes::draw(&Bounds::default(), &mut choices) else { continue };
            let all_live = seed % 2 == 0;
            let palette = Palette { positive: &positive, units: &units, all_live };
            let Some(point) = draw(&network, &palette, &mut choices) else { continue };
            drawn += 1;
            for (layer, groups) in groups(&network).iter().enumerate() {
                for group in groups {
                    let incoming = norm_squared(group.incoming.iter().map(|&p| &point[layer][p]));
                    let outgoing = norm_squared(group.outgoing.iter().map(|&p| &point[layer + 1][p]));
                    assert_eq!(incoming, outgoing);
                    assert!(!(all_live && incoming.is_zero()));
                }
            }
        }
        assert!(drawn > 500, "{drawn}");
    }
}
