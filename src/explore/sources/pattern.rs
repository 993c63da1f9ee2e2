//! An activation pattern of a sample that is not yet known: the network is then linear in the sample.

use super::choices::Choices;
use super::numbers::ratio;
use crate::kernel::exact::{OrderedField, Rational, Sign, Value};
use crate::kernel::network::{Network, Unit};
use crate::kernel::problem::Label;
use crate::prove::halt::is_halted;
use crate::prove::linear_algebra::quotient;
use num_traits::{One, Zero};

/// The signs of all preactivations on a sample, with what follows from them.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// For each hidden layer, the sign of each unit's preactivation; empty lists where the layer is linear.
    pub signs: Vec<Vec<Sign>>,
    /// For each layer, the slope of each unit; at a kink, the slope of the subgradient.
    pub slopes: Vec<Vec<Rational>>,
    /// For each layer, each unit's preactivation as a linear function of the sample.
    pub preactivations: Vec<Vec<Vec<Rational>>>,
    /// The sample's label.
    pub label: Label,
}

/// The sign of something, where it follows from other signs.
type Known = Option<Sign>;

/// What a sum's sign is, by its terms'.
fn sum_sign(terms: impl Iterator<Item = Known>) -> Known {
    let mut sum = Sign::Zero;
    for term in terms {
        match (sum, term?) {
            (_, Sign::Zero) => {}
            (Sign::Zero, sign) => sum = sign,
            (sum, sign) if sum == sign => {}
            _ => return None,
        }
    }
    Some(sum)
}

fn negated(sign: Sign) -> Sign {
    match sign {
        Sign::Negative => Sign::Positive,
        Sign::Zero => Sign::Zero,
        Sign::Positive => Sign::Negative,
    }
}

fn product_sign(a: Sign, b: Known) -> Known {
    match a {
        Sign::Zero => Some(Sign::Zero),
        Sign::Positive => b,
        Sign::Negative => b.map(negated),
    }
}

/// The sign of `factor` if `row = factor * other` and neither is 0.
fn multiple(row: &[Rational], other: &[Rational]) -> Option<Sign> {
    quotient(row, other).map(|factor| factor.sign()).filter(|sign| *sign != Sign::Zero)
}

impl Pattern {
    /// Draws a pattern of a sample with a positive multiplier. `None` if the network's output would be zero, or the work is to end.
    pub fn draw(
        network: &Network<Rational>,
        point: &[Vec<Rational>],
        may_kink: bool,
        choices: &mut Choices,
    ) -> Option<Self> {
        let (depth, inputs) = (network.depth(), network.inputs());
        let mut signs = Vec::with_capacity(depth - 1);
        let mut slopes = Vec::with_capacity(depth);
        let mut preactivations: Vec<Vec<Vec<Rational>>> = Vec::with_capacity(depth);
        // What the layer reads: as linear functions of the sample, and their signs.
        let mut reads: Vec<Vec<Rational>> =
            (0..inputs).map(|i| (0..inputs).map(|j| Rational::from(i64::from(i == j))).collect()).collect();
        let mut known: Vec<Known> = vec![None; inputs];
        for (l, layer) in network.layers().iter().enumerate() {
            if is_halted() {
                return None;
            }
            let mut rows: Vec<Vec<Rational>> = Vec::with_capacity(layer.outputs());
            let mut layer_signs: Vec<Known> = Vec::with_capacity(layer.outputs());
            for connections in layer.incoming() {
                let mut row = vec![Rational::zero(); inputs];
                for connection in connections {
                    let weight = &point[l][connection.parameter];
                    if !weight.is_zero() {
                        row.iter_mut().zip(&reads[connection.unit]).for_each(|(r, read)| r.add_product(weight, read));
                    }
                }
                let weighted =
                    |c: &crate::kernel::network::Connection| product_sign(point[l][c.parameter].sign(), known[c.unit]);
                let sign = match row.iter().all(Rational::is_zero) {
                    true => Some(Sign::Zero),
                    false => sum_sign(connections.iter().map(weighted)),
                };
                rows.push(row);
                layer_signs.push(sign);
            }
            if l + 1 == depth {
                let label = match layer_signs[0] {
                    Some(Sign::Zero) => return None,
                    Some(Sign::Positive) => Label::Positive,
                    Some(Sign::Negative) => Label::Negative,
                    None if choices.chance(1, 2) => Label::Negative,
                    None => Label::Positive,
                };
                slopes.push(vec![Rational::one()]);
                preactivations.push(rows);
                return Some(Pattern { signs, slopes, preactivations, label });
            }
            let mut layer_slopes = vec![Rational::one(); rows.len()];
            if layer.activation().is_linear() {
                known = layer_signs;
                signs.push(Vec::new());
            } else {
                for unit in 0..rows.len() {
                    let parallel = (0..unit).find_map(|other| {
                        let sign = multiple(&rows[unit], &rows[other])?;
                        layer_signs[other]
                            .map(|earlier| if sign == Sign::Positive { earlier } else { negated(earlier) })
                    });
                    let sign = layer_signs[unit].or(parallel).unwrap_or_else(|| draw_sign(may_kink, choices));
                    layer_signs[unit] = Some(sign);
                    layer_slopes[unit] = match sign {
                        // Nothing depends on the slope of a unit that is zero for every sample.
                        Sign::Zero if rows[unit].iter().all(Rational::is_zero) => Rational::one(),
                        Sign::Zero => kink_slope(network, Unit { layer: l, unit }, choices),
                        side => network.slope(Unit { layer: l, unit }, side),
                    };
                }
                let outputs = layer_signs.iter().zip(&layer_slopes);
                known = outputs.map(|(sign, slope)| product_sign(slope.sign(), *sign)).collect();
                signs.push(layer_signs.into_iter().flatten().collect());
            }
            reads =
                rows.iter().zip(&layer_slopes).map(|(row, slope)| row.iter().map(|r| r * slope).collect()).collect();
            slopes.push(layer_slopes);
            preactivations.push(rows);
        }
        None
    }

    /// The pattern of a sample, with the label that the network gives it. `None` if a unit that is not linear, or the output, is 0 on it.
    pub fn at(network: &Network<Rational>, point: &[Vec<Rational>], x: &[Rational]) -> Option<Self> {
        let inputs = network.inputs();
        let (mut signs, mut slopes, mut preactivations) = (Vec::new(), Vec::new(), Vec::new());
        let mut reads: Vec<Vec<Rational>> =
            (0..inputs).map(|i| (0..inputs).map(|j| Rational::from(i64::from(i == j))).collect()).collect();
        for (l, layer) in network.layers().iter().enumerate() {
            let row = |connections: &Vec<crate::kernel::network::Connection>| {
                let mut row = vec![Rational::zero(); inputs];
                for connection in connections {
                    let weight = &point[l][connection.parameter];
                    row.iter_mut().zip(&reads[connection.unit]).for_each(|(sum, read)| sum.add_product(weight, read));
                }
                row
            };
            let rows: Vec<Vec<Rational>> = layer.incoming().iter().map(row).collect();
            let sides: Vec<Sign> = rows.iter().map(|row| Rational::dot(row.iter().zip(x)).sign()).collect();
            if l + 1 == network.depth() {
                let label = match sides[0] {
                    Sign::Zero => return None,
                    Sign::Positive => Label::Positive,
                    Sign::Negative => Label::Negative,
                };
                slopes.push(vec![Rational::one()]);
                preactivations.push(rows);
                return Some(Pattern { signs, slopes, preactivations, label });
            }
            let of_layer: Vec<Rational> = if layer.activation().is_linear() {
                signs.push(Vec::new());
                vec![Rational::one(); rows.len()]
            } else {
                if sides.contains(&Sign::Zero) {
                    return None;
                }
                let slope = |(unit, side): (usize, &Sign)| network.slope(Unit { layer: l, unit }, *side);
                let of_layer = sides.iter().enumerate().map(slope).collect();
                signs.push(sides);
                of_layer
            };
            reads = rows.iter().zip(&of_layer).map(|(row, slope)| row.iter().map(|r| r * slope).collect()).collect();
            slopes.push(of_layer);
            preactivations.push(rows);
        }
        None
    }

    /// `y grad Phi` as linear functions of the sample, one for each parameter, first layer first.
    pub fn margin_gradient(&self, network: &Network<Rational>, point: &[Vec<Rational>]) -> Vec<Vec<Rational>> {
        let (depth, inputs) = (network.depth(), network.inputs());
        let mut by_layer: Vec<Vec<Vec<Rational>>> = vec![Vec::new(); depth];
        let mut derivatives = vec![self.label.times(Rational::one())];
        for (l, layer) in network.layers().iter().enumerate().rev() {
            let mut gradient = vec![vec![Rational::zero(); inputs]; layer.parameters()];
            for (connections, derivative) in layer.incoming().iter().zip(&derivatives) {
                for connection in connections.iter().filter(|_| !derivative.is_zero()) {
                    let sum = &mut gradient[connection.parameter];
                    match l {
                        0 => sum[connection.unit] += derivative,
                        _ => {
                            let factor = derivative * &self.slopes[l - 1][connection.unit];
                            let read = &self.preactivations[l - 1][connection.unit];
                            sum.iter_mut().zip(read).for_each(|(sum, read)| sum.add_product(&factor, read));
                        }
                    }
                }
            }
            by_layer[l] = gradient;
            if l > 0 {
                let below = layer.outgoing().iter().zip(&self.slopes[l - 1]).map(|(outgoing, slope)| {
                    let sum = Rational::dot(outgoing.iter().map(|c| (&point[l][c.parameter], &derivatives[c.unit])));
                    &sum * slope
                });
                derivatives = below.collect();
            }
        }
        by_layer.into_iter().flatten().collect()
    }

    /// Whether a sample has the pattern: every preactivation its sign.
    pub fn fits(&self, x: &[Rational]) -> bool {
        let signs = self.signs.iter().zip(&self.preactivations);
        signs
            .flat_map(|(signs, rows)| signs.iter().zip(rows))
            .all(|(sign, row)| Rational::dot(row.iter().zip(x)).sign() == *sign)
    }

    /// The margin of a sample that has the pattern, `y Phi(theta; x)`.
    pub fn margin(&self, x: &[Rational]) -> Rational {
        let output = self.preactivations.last().and_then(|last| last.first());
        self.label.times(output.map_or_else(Rational::zero, |row| Rational::dot(row.iter().zip(x))))
    }

    /// The slope at a unit.
    pub fn slope(&self, unit: Unit) -> &Rational {
        &self.slopes[unit.layer][unit.unit]
    }
}

fn draw_sign(may_kink: bool, choices: &mut Choices) -> Sign {
    match choices.below(if may_kink { 10 } else { 8 }) {
        0..=4 => Sign::Positive,
        5..=7 => Sign::Negative,
        _ => Sign::Zero,
    }
}

/// One of the slopes of the two sides; for a network of depth 2 also one between them.
fn kink_slope(network: &Network<Rational>, unit: Unit, choices: &mut Choices) -> Rational {
    let (low, high) = (network.slope(unit, Sign::Negative), network.slope(unit, Sign::Positive));
    match choices.below(if network.depth() == 2 { 6 } else { 4 }) {
        0..=2 => low,
        3 => high,
        _ => (low + &high) * &ratio(1, 2),
    }
}
