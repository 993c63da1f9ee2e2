//! Rational numbers, vectors and orthogonal matrices to build instances from.

use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Activation, Network, Parameters, Weights};
use margincert::kernel::problem::{Label, Problem, Sample};
use margincert::prove::search::Random;
use num_traits::{One, Zero};

pub type Matrix = Vec<Vec<Rational>>;

/// `n / d`.
pub fn q(n: i64, d: i64) -> Rational {
    Rational::from_ratio(n, d).expect("a denominator that is not zero")
}

/// A fraction between 1/4 and 4 with small parts.
pub fn positive(random: &mut Random) -> Rational {
    q(1 + random.below(4) as i64, 1 + random.below(4) as i64)
}

/// 1 or -1.
pub fn sign(random: &mut Random) -> Rational {
    if random.coin() { q(1, 1) } else { q(-1, 1) }
}

/// One of the numbers from `low` to `high`.
pub fn between(random: &mut Random, low: usize, high: usize) -> usize {
    low + random.below((high - low + 1) as u64) as usize
}

pub fn dot(a: &[Rational], b: &[Rational]) -> Rational {
    a.iter().zip(b).fold(Rational::zero(), |sum, (x, y)| sum + &(x * y))
}

pub fn scaled(vector: &[Rational], factor: &Rational) -> Vec<Rational> {
    vector.iter().map(|entry| entry * factor).collect()
}

pub fn sum(a: &[Rational], b: &[Rational]) -> Vec<Rational> {
    a.iter().zip(b).map(|(x, y)| x + y).collect()
}

pub fn zeros(n: usize) -> Vec<Rational> {
    vec![Rational::zero(); n]
}

pub fn unit(n: usize, i: usize) -> Vec<Rational> {
    (0..n).map(|j| if i == j { Rational::one() } else { Rational::zero() }).collect()
}

/// A random rational orthogonal matrix: a signed permutation and some rotations by Pythagorean angles.
pub fn orthogonal(n: usize, random: &mut Random) -> Matrix {
    let mut order: Vec<usize> = (0..n).collect();
    random.shuffle(&mut order);
    let mut matrix: Matrix = order.iter().map(|&i| scaled(&unit(n, i), &sign(random))).collect();
    for _ in 0..random.below(n as u64) {
        let (i, j) = (random.below(n as u64) as usize, random.below(n as u64) as usize);
        if i == j {
            continue;
        }
        let (c, s) =
            [(q(3, 5), q(4, 5)), (q(5, 13), q(12, 13)), (q(8, 17), q(15, 17))][random.below(3) as usize].clone();
        let (a, b) = (matrix[i].clone(), matrix[j].clone());
        matrix[i] = sum(&scaled(&a, &c), &scaled(&b, &s));
        matrix[j] = sum(&scaled(&b, &c), &scaled(&a, &-s));
    }
    matrix
}

/// `matrix * vector`.
pub fn apply(matrix: &Matrix, vector: &[Rational]) -> Vec<Rational> {
    matrix.iter().map(|row| dot(row, vector)).collect()
}

/// `vector * matrix`, the row vector times the matrix.
pub fn apply_transposed(matrix: &Matrix, vector: &[Rational]) -> Vec<Rational> {
    let columns = matrix.first().map_or(0, Vec::len);
    vector.iter().zip(matrix).fold(zeros(columns), |total, (factor, row)| sum(&total, &scaled(row, factor)))
}

/// A problem, with samples as pairs of input and positive label.
pub fn problem(
    layers: Vec<(Weights, Activation<Rational>)>,
    samples: Vec<(Vec<Rational>, bool)>,
    point: Vec<Vec<Rational>>,
) -> Problem<Rational> {
    let network = Network::new(samples[0].0.len(), layers).expect("a network");
    let label = |positive| if positive { Label::Positive } else { Label::Negative };
    let samples = samples.into_iter().map(|(x, positive)| Sample { x, y: label(positive) }).collect();
    Problem::new(network, samples, Parameters::new(point)).expect("a problem")
}

/// Sometimes doubles copies of samples, which adds constraints that are implied and not tight, and shuffles.
pub fn with_slack_samples(mut samples: Vec<(Vec<Rational>, bool)>, random: &mut Random) -> Vec<(Vec<Rational>, bool)> {
    for i in 0..samples.len() {
        if random.below(4) == 0 {
            let (x, label) = samples[i].clone();
            samples.push((scaled(&x, &q(2, 1)), label));
        }
    }
    random.shuffle(&mut samples);
    samples
}

/// Vectors orthogonal to `normal` that with the first weights add up to zero: `sum weights_i z_i = 0`.
pub fn balanced(count: usize, normal: &[Rational], random: &mut Random) -> Vec<(Rational, Vec<Rational>)> {
    let squared = dot(normal, normal);
    let mut terms: Vec<(Rational, Vec<Rational>)> = Vec::new();
    let mut total = zeros(normal.len());
    for _ in 1..count {
        let raw: Vec<Rational> = normal.iter().map(|_| q(random.integer(3), 1)).collect();
        let share = dot(&raw, normal) * &squared.reciprocal().expect("a vector that is not zero");
        let z = sum(&raw, &scaled(normal, &-share));
        let weight = positive(random);
        total = sum(&total, &scaled(&z, &weight));
        terms.push((weight, z));
    }
    let last = positive(random);
    let inverse = last.reciprocal().expect("positive");
    terms.push((last, scaled(&total, &-inverse)));
    terms
}
