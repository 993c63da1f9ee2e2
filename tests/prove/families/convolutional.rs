//! A linear convolution at a singular pair.

use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Activation, Weights};
use margincert::prove::search::Random;
use num_traits::One;

use super::exact::*;
use super::{Case, Truth};

/// The patches of the sample are the rows of `U diag(sigma) V^T / lambda`, the point is the pair with `sigma = 1`: a global
/// optimum if that is the greatest, else not a local one.
pub fn linear(random: &mut Random) -> Case {
    let (length, patches) = (between(random, 2, 4), between(random, 2, 4));
    let rank = length.min(patches);
    let values = [q(0, 1), q(1, 2), q(1, 1), q(6, 5), q(2, 1)];
    let mut sigma: Vec<Rational> = (0..rank).map(|_| values[random.below(5) as usize].clone()).collect();
    sigma[0] = Rational::one();
    let (left, right) = (orthogonal(patches, random), orthogonal(length, random));
    let size = positive(random);
    let lambda = (&size * &size).reciprocal().expect("positive");
    let row = |patch: usize| {
        (0..rank)
            .fold(zeros(length), |total, k| sum(&total, &scaled(&right[k], &(&sigma[k] * &left[k][patch] * &lambda))))
    };
    let x = (0..patches).flat_map(row).collect();
    let optimal = sigma.iter().all(|value| *value <= Rational::one());
    let indices = (0..patches).map(|patch| (patch * length..(patch + 1) * length).collect()).collect();
    let layers = vec![
        (Weights::Convolution { patches: indices, filters: 1 }, Activation::Linear),
        (Weights::Dense { outputs: 1 }, Activation::Linear),
    ];
    let point = vec![scaled(&right[0], &size), scaled(&left[0], &size)];
    let truth = if optimal { Truth::Global } else { Truth::NotLocal };
    let samples = with_slack_samples(vec![(x, true)], random);
    Case { problem: problem(layers, samples, point), truth }
}
