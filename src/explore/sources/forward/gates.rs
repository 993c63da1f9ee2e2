//! For each activation pattern of given samples, what a unit or a filter can be at a KKT point.
//!
//! Let the units of a group read the patches of sample `i` as the rows of a matrix `X_i`, with weights `w` that they share, and let `v` be
//! the weights out of them. Where their slopes are `D_i` (a diagonal matrix), they contribute `v^T D_i X_i w` to the output of a
//! network of depth 2, so with `Z = sum lambda_i y_i D_i X_i` stationarity says `v = Z w` and `w = Z^T v`: a singular pair of `Z` with
//! value 1. A unit of its own is a group with one row, and its pair is `Z` by itself, divided by its norm.
//!
//! So the slopes are chosen first, then a pair of `Z` is taken, and kept if the signs of `X_i w` are those of the slopes.

use std::collections::BTreeSet;

use super::singular::{SingularPair, rational_pairs};
use crate::kernel::exact::{OrderedField, Rational, Sign, Value};
use crate::kernel::network::Activation;
use crate::prove::halt::is_halted;
use num_traits::Zero;

/// A sample times its multiplier, label and the sign of what follows the first two layers, up to a scale that all samples share.
#[derive(Clone, Debug)]
pub struct Weighted {
    /// The sample times its multiplier.
    pub x: Vec<i64>,
    /// The sign.
    pub sign: i64,
}

/// What a group can be.
#[derive(Clone, Debug, PartialEq)]
pub struct Gated {
    /// The singular value; at a KKT point all groups have the same.
    pub value: Rational,
    /// The incoming weights divided by their norm.
    pub incoming: Vec<Rational>,
    /// The outgoing weights divided by their norm, one a unit.
    pub outgoing: Vec<Rational>,
    /// For each sample and unit, whether the slope is that of the positive side.
    pub open: Vec<Vec<bool>>,
    /// For each sample, `v^T D_i X_i w` with its sign, divided by the value. The sum is 1.
    pub contributions: Vec<Rational>,
}

/// Up to how many rows every activation pattern is tried, and how many of them beyond.
const ALL_PATTERNS: usize = 6;
const MOST_PATTERNS: usize = 1 << ALL_PATTERNS;

/// The groups that read the given entries of each sample, one list a unit.
pub fn gated(samples: &[Weighted], patches: &[Vec<usize>], activation: &Activation<Rational>) -> Vec<Gated> {
    let Some(slopes) = Slopes::of(activation) else { return Vec::new() };
    let of_sample = |s: &Weighted| patches.iter().map(|patch| patch.iter().map(|&p| s.x[p]).collect()).collect();
    let reads = Reads { samples, rows: samples.iter().map(of_sample).collect(), slopes };
    let linear = activation.is_linear();
    let rows: Vec<&[i64]> = reads.rows.iter().flatten().map(Vec::as_slice).collect();
    let mut found = Vec::new();
    for pattern in patterns(&rows, linear).into_iter().take_while(|_| !is_halted()) {
        let open: Vec<Vec<bool>> = pattern.chunks(patches.len()).map(<[_]>::to_vec).collect();
        for pair in rational_pairs(&reads.matrix(&open)) {
            let values: Vec<Rational> = rows.iter().map(|row| dot(&pair.right, row)).collect();
            for mirrored in [false, true] {
                let fits = |(value, &open): (&Rational, &bool)| match value.sign() {
                    Sign::Zero => true,
                    sign => open == ((sign == Sign::Positive) != mirrored),
                };
                if linear || values.iter().zip(&pattern).all(fits) {
                    found.extend(reads.group(&open, &pair, mirrored));
                }
            }
        }
    }
    found
}

/// What the units of a group read.
struct Reads<'a> {
    samples: &'a [Weighted],
    /// For each sample and unit: the matrices `X_i`.
    rows: Vec<Vec<Vec<i64>>>,
    slopes: Slopes,
}

impl Reads<'_> {
    fn slope(&self, open: bool) -> i64 {
        if open { self.slopes.positive } else { self.slopes.negative }
    }

    /// `Z` times the slopes' denominator.
    fn matrix(&self, open: &[Vec<bool>]) -> Vec<Vec<i64>> {
        let (units, length) = (self.rows[0].len(), self.rows[0][0].len());
        let mut sum = vec![vec![0; length]; units];
        for ((sample, rows), open) in self.samples.iter().zip(&self.rows).zip(open) {
            for ((sum, row), &open) in sum.iter_mut().zip(rows).zip(open) {
                let factor = sample.sign * self.slope(open);
                sum.iter_mut().zip(row).for_each(|(sum, entry)| *sum += factor * entry);
            }
        }
        sum
    }

    /// The group of a pair, or of the pair with both vectors turned round.
    fn group(&self, open: &[Vec<bool>], pair: &SingularPair, mirrored: bool) -> Option<Gated> {
        let contribution = |((sample, rows), open): ((&Weighted, &Vec<Vec<i64>>), &Vec<bool>)| {
            let terms = rows
                .iter()
                .zip(open)
                .zip(&pair.left)
                .map(|((row, &open), weight)| dot(&pair.right, row) * weight * &Rational::from(self.slope(open)));
            let sum = terms.fold(Rational::zero(), |sum, term| sum + term);
            Some(sum * &Rational::from_ratio(sample.sign, pair.value)?)
        };
        let contributions = self.samples.iter().zip(&self.rows).zip(open).map(contribution);
        let turned = |list: &[Rational]| -> Vec<Rational> {
            list.iter().map(|entry| if mirrored { -entry.clone() } else { entry.clone() }).collect()
        };
        Some(Gated {
            value: Rational::from_ratio(pair.value, self.slopes.scale)?,
            incoming: turned(&pair.right),
            outgoing: turned(&pair.left),
            open: open.to_vec(),
            contributions: contributions.collect::<Option<_>>()?,
        })
    }
}

fn dot(vector: &[Rational], integers: &[i64]) -> Rational {
    let integers: Vec<Rational> = integers.iter().map(|&n| Rational::from(n)).collect();
    Rational::dot(vector.iter().zip(&integers))
}

/// The slopes times a common denominator.
struct Slopes {
    positive: i64,
    negative: i64,
    scale: i64,
}

impl Slopes {
    fn of(activation: &Activation<Rational>) -> Option<Self> {
        Some(match activation {
            Activation::Linear => Slopes { positive: 1, negative: 1, scale: 1 },
            Activation::Relu => Slopes { positive: 1, negative: 0, scale: 1 },
            Activation::LeakyRelu(slope) => {
                let (negative, scale) = slope.small()?;
                Slopes { positive: scale, negative, scale }
            }
        })
    }
}

/// Which rows are on the positive side: every way where there are few, else what the sums of up to two rows and their opposites do.
fn patterns(rows: &[&[i64]], linear: bool) -> BTreeSet<Vec<bool>> {
    let count = rows.len();
    if linear {
        return [vec![true; count]].into();
    }
    if count <= ALL_PATTERNS {
        return (0..1u32 << count).map(|set| (0..count).map(|place| set >> place & 1 == 1).collect()).collect();
    }
    let mut found = BTreeSet::new();
    for (place, first) in rows.iter().enumerate() {
        for second in &rows[..=place] {
            for sign in [1, -1] {
                let direction: Vec<i64> = first.iter().zip(*second).map(|(a, b)| sign * (a + b)).collect();
                let product = |row: &[i64]| row.iter().zip(&direction).map(|(a, b)| a * b).sum::<i64>();
                found.insert(rows.iter().map(|row| product(row) > 0).collect());
            }
            if found.len() >= MOST_PATTERNS {
                return found;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(list: &[([i64; 2], i64)]) -> Vec<Weighted> {
        list.iter().map(|(x, sign)| Weighted { x: x.to_vec(), sign: *sign }).collect()
    }

    fn written(found: &[Gated]) -> Vec<String> {
        let show = |list: &[Rational]| list.iter().map(Rational::to_string).collect::<Vec<_>>().join(" ");
        found.iter().map(|g| format!("{}: {} | {}", g.value, show(&g.incoming), show(&g.outgoing))).collect()
    }

    #[test]
    fn units_are_sums_of_their_samples() {
        let data = samples(&[([3, 4], 1), ([0, -5], 1)]);
        let whole = [vec![0, 1]];
        // Each sample by itself; both together would be (3, -1), which has no rational norm.
        let found = gated(&data, &whole, &Activation::Relu);
        assert_eq!(written(&found), ["5: 0 -1 | 1", "5: 3/5 4/5 | 1"]);
        assert_eq!(found[0].contributions, [Rational::from(0), Rational::from(1)]);
        assert_eq!(found[0].open, [[false], [true]]);
        assert_eq!(gated(&data, &whole, &Activation::Linear), []);
        // With the other label the outgoing weight is negative.
        let found = gated(&samples(&[([3, 4], -1)]), &whole, &Activation::Relu);
        assert_eq!(written(&found), ["5: 3/5 4/5 | -1"]);
    }

    #[test]
    fn patterns_overlap() {
        // (4, 3) alone, and with (4, -3) in (8, 0), or the latter alone.
        let data = samples(&[([4, 3], 1), ([4, -3], 1)]);
        let values = |found: Vec<Gated>| found.iter().map(|g| g.value.to_string()).collect::<Vec<_>>();
        // Alone neither is: (4, 3) . (4, -3) > 0 would open the other.
        assert_eq!(values(gated(&data, &[vec![0, 1]], &Activation::Relu)), ["8"]);
        let data = samples(&[([3, 4], 1), ([3, -4], 1)]);
        assert_eq!(values(gated(&data, &[vec![0, 1]], &Activation::Relu)), ["5", "5", "6"]);
    }

    #[test]
    fn filters_are_singular_pairs() {
        let data = [Weighted { x: vec![2, 0, 0, 3], sign: 1 }];
        let patches = [vec![0, 1], vec![2, 3]];
        let linear = gated(&data, &patches, &Activation::Linear);
        assert_eq!(written(&linear), ["2: 1 0 | 1 0", "2: -1 0 | -1 0", "3: 0 1 | 0 1", "3: 0 -1 | 0 -1"]);
        assert!(gated(&data, &patches, &Activation::Relu).len() >= 2);
    }
}
