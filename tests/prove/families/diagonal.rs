//! Diagonal networks at KKT points.

use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Activation, Weights};
use margincert::prove::search::Random;
use num_traits::{One, Zero};

use super::exact::*;
use super::{Case, Truth};

fn layers(depth: usize, activation: Activation<Rational>) -> Vec<(Weights, Activation<Rational>)> {
    let mut layers = vec![(Weights::Diagonal, activation); depth - 1];
    layers.push((Weights::Dense { outputs: 1 }, Activation::Linear));
    layers
}

/// Depth 2, linear: with `z = sum lambda_i y_i x_i` the live units have `|z_j| = 1`, and the point is a global optimum if the dead
/// ones have at most that, else not a local one.
pub fn shallow(random: &mut Random) -> Case {
    let units = between(random, 1, 8);
    let mut v: Vec<Rational> =
        (0..units).map(|_| if random.coin() { positive(random) * &sign(random) } else { Rational::zero() }).collect();
    v[0] = positive(random);
    let sizes = [q(0, 1), q(1, 3), q(1, 1), q(5, 4), q(2, 1)];
    let z: Vec<Rational> = v
        .iter()
        .map(|v| sign(random) * &if v.is_zero() { sizes[random.below(5) as usize].clone() } else { Rational::one() })
        .collect();
    let w: Vec<Rational> = v.iter().zip(&z).map(|(v, z)| v * z).collect();
    let optimal = z.iter().all(|z| z.abs() <= Rational::one());
    let predictor: Vec<Rational> = v.iter().zip(&w).map(|(v, w)| v * w).collect();
    // x_i = z / lambda + p_i with lambda = sum v^2, sum mu_i p_i = 0, and p_i orthogonal to the predictor and zero on dead units,
    // so that z is the same for all multipliers.
    let strength = dot(&v, &v);
    let live: Vec<usize> = (0..units).filter(|&unit| !v[unit].is_zero()).collect();
    let on_live: Vec<Rational> = live.iter().map(|&unit| predictor[unit].clone()).collect();
    let terms = balanced(between(random, 1, 3), &on_live, random).into_iter().map(|(mu, p)| {
        let mut spread = zeros(units);
        live.iter().zip(p).for_each(|(&unit, entry)| spread[unit] = entry);
        (mu, spread)
    });
    let inverse = strength.reciprocal().expect("a live unit");
    let samples = terms.map(|(_, p)| (sum(&scaled(&z, &inverse), &p), true)).collect();
    let samples = with_slack_samples(samples, random);
    let truth = if optimal { Truth::Global } else { Truth::NotLocal };
    Case { problem: problem(layers(2, Activation::Linear), samples, vec![w, v]), truth }
}

/// Depth 3 to 5: with two live paths never a local optimum, with one always.
pub fn deep_linear(random: &mut Random) -> Case {
    deep(random, Activation::Linear, true)
}

/// The same for ReLU, all paths live.
pub fn deep_relu(random: &mut Random) -> Case {
    deep(random, Activation::Relu, false)
}

fn deep(random: &mut Random, activation: Activation<Rational>, may_die: bool) -> Case {
    let depth = between(random, 3, 5);
    let units = between(random, 1, 30 / depth);
    let mut sizes: Vec<Rational> =
        (0..units).map(|_| if may_die && random.coin() { Rational::zero() } else { positive(random) }).collect();
    sizes[0] = positive(random);
    let live = sizes.iter().filter(|size| !size.is_zero()).count();
    let lambda = dot(&sizes, &sizes);
    // Stationarity: lambda x_j a_j^(L-2) = 1 on a live path of weights a_j.
    let entry = |size: &Rational| {
        let power = (2..depth).fold(lambda.clone(), |product, _| product * size);
        power.reciprocal()
    };
    let x = sizes.iter().map(|size| entry(size).unwrap_or_else(|| positive(random))).collect();
    let truth = if live > 1 { Truth::NotLocal } else { Truth::Local };
    let samples = with_slack_samples(vec![(x, true)], random);
    Case { problem: problem(layers(depth, activation), samples, vec![sizes; depth]), truth }
}

/// Depth 2, ReLU, every unit active on some samples and inactive on others: always a local optimum.
pub fn nonzero_inputs(random: &mut Random) -> Case {
    let units = between(random, 1, 8);
    let v: Vec<Rational> = (0..units).map(|_| positive(random)).collect();
    // Sample i has its own units, positive there and negative elsewhere, and its own multiplier.
    let owners = between(random, 1, units);
    let owner: Vec<usize> =
        (0..units).map(|unit| if unit < owners { unit } else { random.below(owners as u64) as usize }).collect();
    let samples = (0..owners).map(|i| {
        let strength = (0..units).filter(|&u| owner[u] == i).fold(Rational::zero(), |sum, u| sum + &(&v[u] * &v[u]));
        let inverse = strength.reciprocal().expect("every sample owns a unit");
        let entry = |unit: usize| if owner[unit] == i { inverse.clone() } else { -q(1 + unit as i64, 2) };
        ((0..units).map(entry).collect(), true)
    });
    let samples: Vec<_> = samples.collect();
    let samples = with_slack_samples(samples, random);
    Case { problem: problem(layers(2, Activation::Relu), samples, vec![v.clone(), v]), truth: Truth::Local }
}
