//! Small rational numbers, and the unit vectors made of them.

use num_integer::Roots;

use super::choices::Choices;
use crate::kernel::exact::{OrderedField, Rational, Sign, Value};

/// `numerator / denominator`, for a denominator that is not zero.
pub fn ratio(numerator: i64, denominator: i64) -> Rational {
    Rational::from_ratio(numerator, denominator).expect("a denominator that is not zero")
}

/// The positive rationals with numerator and denominator up to `height`: 1 first, then by height, then by size.
pub fn positive_numbers(height: u32) -> Vec<Rational> {
    let height = i64::from(height);
    let coprime = |n: i64, d: i64| num_integer::gcd(n, d) == 1;
    let mut pairs: Vec<(i64, i64)> =
        (1..=height).flat_map(|n| (1..=height).map(move |d| (n, d))).filter(|&(n, d)| coprime(n, d)).collect();
    pairs.sort_by_key(|&(n, d)| (n.max(d), d, n));
    pairs.into_iter().map(|(n, d)| ratio(n, d)).collect()
}

/// The square root, if it is rational and the number small.
pub fn square_root(number: &Rational) -> Option<Rational> {
    let (n, d) = number.small()?;
    let root = |m: i64| {
        let root = u64::try_from(m).ok()?.sqrt();
        (root * root == m as u64).then_some(root as i64)
    };
    Rational::from_ratio(root(n)?, root(d)?)
}

/// The sum of squares.
pub fn norm_squared<'a>(numbers: impl Iterator<Item = &'a Rational> + Clone) -> Rational {
    Rational::dot(numbers.clone().zip(numbers))
}

/// Whether a number is positive.
pub fn is_positive(number: &Rational) -> bool {
    number.sign() == Sign::Positive
}

/// Rational vectors of norm 1: those along the axes, and in up to four dimensions those with a small denominator.
#[derive(Clone, Debug)]
pub struct UnitVectors {
    /// By dimension, those that are not along an axis, by denominator.
    oblique: Vec<Vec<Vec<Rational>>>,
}

/// The most dimensions in which there are unit vectors that are not along an axis.
const OBLIQUE: usize = 4;

/// The greatest denominator. In four dimensions their number grows with its cube.
const MAX_DENOMINATOR: u32 = 32;

impl UnitVectors {
    /// Those with denominators up to `height`, and up to [`MAX_DENOMINATOR`].
    pub fn new(height: u32) -> Self {
        let height = height.min(MAX_DENOMINATOR);
        UnitVectors { oblique: (0..=OBLIQUE).map(|dimension| oblique(dimension, height)).collect() }
    }

    /// Draws one; `dimension` must be at least 1.
    pub fn draw(&self, dimension: usize, choices: &mut Choices) -> Vec<Rational> {
        let oblique = self.oblique.get(dimension).map_or(&[][..], Vec::as_slice);
        let choice = choices.below(2 * dimension + oblique.len());
        match choice.checked_sub(2 * dimension) {
            Some(place) => oblique[place].clone(),
            None => axis(dimension, choice),
        }
    }
}

/// The axes forwards, then backwards.
pub fn axis(dimension: usize, index: usize) -> Vec<Rational> {
    let sign = if index < dimension { 1 } else { -1 };
    (0..dimension).map(|place| Rational::from(sign * i64::from(place == index % dimension))).collect()
}

fn oblique(dimension: usize, height: u32) -> Vec<Vec<Rational>> {
    let mut vectors: Vec<Vec<Rational>> = Vec::new();
    for denominator in 2..=i64::from(height) {
        let mut numerators = vec![0; dimension];
        integer_points(denominator * denominator, 0, &mut numerators, &mut |numerators| {
            let shared = numerators.iter().fold(denominator, |gcd, &n| num_integer::gcd(gcd, n));
            if shared == 1 {
                vectors.push(numerators.iter().map(|&n| ratio(n, denominator)).collect());
            }
        });
    }
    vectors
}

/// Calls back with every integer vector whose squares sum to `square`, larger entries first.
fn integer_points(square: i64, place: usize, vector: &mut Vec<i64>, found: &mut dyn FnMut(&[i64])) {
    if place == vector.len() {
        if square == 0 {
            found(vector);
        }
        return;
    }
    let most = square.sqrt();
    for entry in (-most..=most).rev() {
        vector[place] = entry;
        integer_points(square - entry * entry, place + 1, vector, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_traits::One;

    #[test]
    fn positive_numbers_are_those_of_the_height() {
        let written = |height| positive_numbers(height).iter().map(Rational::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(written(1), "1");
        assert_eq!(written(3), "1 2 1/2 3 3/2 1/3 2/3");
    }

    #[test]
    fn roots_are_exact() {
        assert_eq!(square_root(&ratio(9, 16)), Some(ratio(3, 4)));
        assert_eq!(square_root(&ratio(2, 9)), None);
        assert_eq!(square_root(&ratio(-4, 9)), None);
        assert_eq!(square_root(&ratio(0, 1)), Some(ratio(0, 1)));
    }

    #[test]
    fn unit_vectors_have_norm_one_and_come_once() {
        let vectors = UnitVectors::new(5);
        for dimension in 1..=4 {
            let all = &vectors.oblique[dimension];
            assert!(all.iter().all(|v| v.len() == dimension && norm_squared(v.iter()).is_one()));
            assert!((1..all.len()).all(|i| !all[..i].contains(&all[i])));
            let mut choices = Choices::random(dimension as u64);
            assert!((0..100).all(|_| norm_squared(vectors.draw(dimension, &mut choices).iter()).is_one()));
        }
        // (3/5, 4/5) in all orders and signs, and (1/2, 1/2, 1/2, 1/2).
        assert_eq!(vectors.oblique[2].len(), 8);
        assert_eq!(UnitVectors::new(2).oblique[4].len(), 16);
        assert_eq!(vectors.draw(9, &mut Choices::replay(vec![12])), axis(9, 12));
    }
}
