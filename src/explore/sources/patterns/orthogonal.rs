//! Points whose hidden layers are orthogonal matrices and whose last weights are 1 or -1: balanced in every layer.

use crate::explore::sources::choices::Choices;
use crate::explore::sources::numbers::ratio;
use crate::kernel::exact::Rational;
use crate::kernel::network::Network;

/// Draws one; all hidden layers must be square and dense. Each is, up to the order of its rows and a sign, the identity or a reflection along a
/// vector of small integers.
pub fn draw(network: &Network<Rational>, choices: &mut Choices) -> Vec<Vec<Rational>> {
    let size = network.inputs();
    let mut point: Vec<Vec<Rational>> = (1..network.depth()).map(|_| matrix(size, choices)).collect();
    let sign = |choices: &mut Choices| if choices.chance(1, 2) { -1 } else { 1 };
    point.push((0..size).map(|_| Rational::from(sign(choices))).collect());
    point
}

fn matrix(size: usize, choices: &mut Choices) -> Vec<Rational> {
    let axis: Vec<i64> = match choices.chance(2, 3) {
        true => (0..size).map(|_| [1, 1, -1, 0, 2][choices.below(5)]).collect(),
        false => vec![0; size],
    };
    let square: i64 = axis.iter().map(|entry| entry * entry).sum();
    // In what order the rows come: a rotation is enough, since units of a layer can be renamed.
    let shift = choices.below(size);
    let sign = if square > 0 && choices.chance(1, 2) { -1 } else { 1 };
    let entry = |row: usize, column: usize| {
        let row = (row + shift) % size;
        let identity = i64::from(row == column);
        match square {
            0 => Rational::from(identity),
            _ => ratio(sign * (square * identity - 2 * axis[row] * axis[column]), square),
        }
    };
    (0..size)
        .flat_map(|row| (0..size).map(move |column| (row, column)))
        .map(|(row, column)| entry(row, column))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::exact::Value;
    use num_traits::{One, Zero};

    #[test]
    fn rows_are_orthonormal() {
        for seed in 0..200 {
            let size = 2 + seed as usize % 3;
            let matrix = matrix(size, &mut Choices::random(seed));
            for (i, a) in matrix.chunks(size).enumerate() {
                for (j, b) in matrix.chunks(size).enumerate() {
                    let product = Rational::dot(a.iter().zip(b));
                    assert!(if i == j { product.is_one() } else { product.is_zero() });
                }
            }
        }
    }
}
