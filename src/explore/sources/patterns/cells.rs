//! The cells of a point: the samples with one activation pattern and one label, as cones with their extreme rays.

use std::collections::BTreeMap;

use crate::explore::sources::echelon::Echelon;
use crate::explore::sources::pattern::Pattern;
use crate::kernel::exact::{OrderedField, Rational, Sign, Value};
use crate::kernel::network::Network;
use crate::prove::halt::is_halted;
use num_traits::{One, Zero};

/// A cell with an interior.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The pattern of its samples, with the label that the network gives them.
    pub pattern: Pattern,
    /// Vectors that generate the cell's closure or, where it holds a line, a part of it.
    pub rays: Vec<Vec<Rational>>,
}

/// For each number of inputs how large the integers are by which cells are looked for.
const REACH: [i64; 5] = [0, 1, 12, 4, 3];

/// The cells that contain a vector of small integers, in an order that depends on the network and point alone. There may be others, which are narrow.
pub fn cells(network: &Network<Rational>, point: &[Vec<Rational>]) -> Vec<Cell> {
    let inputs = network.inputs();
    let reach = REACH.get(inputs).copied().unwrap_or(1);
    let mut found: BTreeMap<Vec<i8>, (Pattern, Vec<Vec<Rational>>)> = BTreeMap::new();
    let mut digits = vec![-reach; inputs];
    loop {
        if is_halted() {
            return Vec::new();
        }
        // Multiples of a vector are in the same cell.
        if digits.iter().fold(0, |gcd, &n| num_integer::gcd(gcd, n)) == 1 {
            let x: Vec<Rational> = digits.iter().map(|&n| Rational::from(n)).collect();
            if let Some(pattern) = Pattern::at(network, point, &x) {
                found.entry(name(&pattern)).or_insert_with(|| (pattern, Vec::new())).1.push(x);
            }
        }
        let Some(place) = (0..inputs).rev().find(|&place| digits[place] < reach) else { break };
        digits[place] += 1;
        digits[place + 1..].fill(-reach);
    }
    let cell = |(pattern, inside): (Pattern, Vec<Vec<Rational>>)| {
        let walls = walls(&pattern);
        let rays = extreme_rays(&walls, inputs).unwrap_or(inside);
        (!rays.is_empty()).then_some(Cell { pattern, rays })
    };
    found.into_values().filter_map(cell).collect()
}

fn name(pattern: &Pattern) -> Vec<i8> {
    let number = |sign: &Sign| match sign {
        Sign::Negative => -1,
        Sign::Zero => 0,
        Sign::Positive => 1,
    };
    let label = pattern.label.times(Rational::one()).sign();
    pattern.signs.iter().flatten().chain([&label]).map(number).collect()
}

/// Linear functions that are positive in the cell and in no other.
fn walls(pattern: &Pattern) -> Vec<Vec<Rational>> {
    let signed = |sign: Sign, row: &[Rational]| -> Vec<Rational> {
        row.iter().map(|entry| if sign == Sign::Negative { -entry.clone() } else { entry.clone() }).collect()
    };
    let hidden = pattern.signs.iter().zip(&pattern.preactivations);
    let mut walls: Vec<Vec<Rational>> =
        hidden.flat_map(|(signs, rows)| signs.iter().zip(rows).map(|(&sign, row)| signed(sign, row))).collect();
    let output = pattern.preactivations.last().and_then(|rows| rows.first());
    walls.extend(output.map(|row| signed(pattern.label.times(Rational::one()).sign(), row)));
    walls
}

/// The extreme rays of `{x : wall . x >= 0}`; nothing if the cone holds a line.
fn extreme_rays(walls: &[Vec<Rational>], inputs: usize) -> Option<Vec<Vec<Rational>>> {
    let mut rays: Vec<Vec<Rational>> = Vec::new();
    let mut set: Vec<usize> = (0..inputs - 1).collect();
    if walls.len() < inputs {
        return None;
    }
    loop {
        let mut system = Echelon::new(inputs);
        for &wall in &set {
            system.insert(walls[wall].iter().cloned().chain([Rational::zero()]).collect());
        }
        if let [_] = system.free()[..] {
            let line = system.solution(&[Rational::one()]);
            for sign in [1, -1] {
                let ray: Vec<Rational> = line.iter().map(|entry| entry * &Rational::from(sign)).collect();
                let value = |wall: &Vec<Rational>| Rational::dot(wall.iter().zip(&ray)).sign();
                if walls.iter().all(|wall| value(wall) != Sign::Negative) && !rays.contains(&ray) {
                    rays.push(ray);
                }
            }
        }
        // The next set of as many walls.
        let Some(place) = (0..set.len()).rev().find(|&place| set[place] + set.len() - place < walls.len()) else {
            break;
        };
        set[place] += 1;
        for later in place + 1..set.len() {
            set[later] = set[later - 1] + 1;
        }
    }
    // A cone with an interior and without a line has as many rays as dimensions, and no ray is the opposite of another.
    let opposite = |ray: &Vec<Rational>| rays.iter().any(|other| ray.iter().zip(other).all(|(a, b)| *a == -b.clone()));
    (rays.len() >= inputs && !rays.iter().any(opposite)).then_some(rays)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::network::{Activation, Weights};

    #[test]
    fn cells_of_orthogonal_weights_are_orthants() {
        let layers = vec![
            (Weights::Dense { outputs: 2 }, Activation::Relu),
            (Weights::Dense { outputs: 1 }, Activation::Linear),
        ];
        let network = Network::new(2, layers).expect("a network");
        let point =
            [vec![1, 0, 0, 1], vec![1, -1]].map(|layer| layer.into_iter().map(Rational::from).collect::<Vec<_>>());
        let cells = cells(&network, &point);
        // Three quadrants have an output, and one of them both labels.
        assert_eq!(cells.len(), 4);
        for cell in &cells {
            assert_eq!(cell.rays.len(), 2);
            let inside: Vec<Rational> =
                (0..2).map(|i| cell.rays.iter().fold(Rational::zero(), |sum, ray| sum + &ray[i])).collect();
            assert!(cell.pattern.fits(&inside) && cell.pattern.margin(&inside).sign() == Sign::Positive);
        }
    }
}
