//! Dense and sparse linear networks at KKT points.

use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Activation, Weights};
use margincert::prove::search::Random;
use num_traits::{One, Zero};

use super::exact::*;
use super::{Case, Truth};

fn dense_layer(outputs: usize) -> (Weights, Activation<Rational>) {
    (Weights::Dense { outputs }, Activation::Linear)
}

/// Rank-one layers along unit vectors, whose product is the maximum margin predictor: always a global optimum.
pub fn dense(random: &mut Random) -> Case {
    let depth = between(random, 2, 5);
    let inputs = between(random, 2, 4);
    let room = 30usize.saturating_sub(inputs) / depth;
    let widths: Vec<usize> = (1..depth).map(|_| between(random, 1, (room as f64).sqrt() as usize + 1)).collect();
    let size = positive(random);
    let norm = (0..depth).fold(Rational::one(), |product, _| product * &size);
    // Unit vectors between the layers: u_0 among the inputs, then one in each hidden layer, then 1.
    let mut units: Vec<Vec<Rational>> = std::iter::once(inputs)
        .chain(widths.iter().copied())
        .map(|n| apply(&orthogonal(n, random), &unit(n, 0)))
        .collect();
    units.push(vec![Rational::one()]);
    let point = units
        .windows(2)
        .map(|pair| pair[1].iter().flat_map(|out| scaled(&pair[0], &(out * &size))).collect())
        .collect();
    // The predictor is norm * u_0; samples u_0 / norm + z_i have margin 1 and balance.
    let inverse = norm.reciprocal().expect("positive");
    let count = between(random, 1, 4);
    let samples = balanced(count, &units[0], random).into_iter().map(|(_, z)| {
        let x = sum(&scaled(&units[0], &inverse), &z);
        if random.coin() { (x, true) } else { (scaled(&x, &-Rational::one()), false) }
    });
    let samples: Vec<_> = samples.collect();
    let samples = with_slack_samples(samples, random);
    let layers = widths.into_iter().chain([1]).map(dense_layer).collect();
    Case { problem: problem(layers, samples, point), truth: Truth::Global }
}

/// A sparse hidden layer of units with inputs of their own. A unit's input `z` has norm 1 if the unit is live; the point is a global
/// optimum if no dead unit has a greater one, else it is not even a local one.
pub fn sparse(random: &mut Random) -> Case {
    let units = between(random, 1, 5);
    let (mut z, mut rows, mut point, mut outgoing) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut optimal = true;
    let mut strength = Rational::zero();
    for unit_index in 0..units {
        let size = between(random, 1, 3);
        let direction = apply(&orthogonal(size, random), &unit(size, 0));
        let live = unit_index == 0 || random.coin();
        let v = if live { positive(random) * &sign(random) } else { Rational::zero() };
        let norm = if live {
            Rational::one()
        } else {
            [q(1, 2), q(9, 10), q(1, 1), q(11, 10), q(3, 2)][random.below(5) as usize].clone()
        };
        optimal &= norm <= Rational::one();
        rows.push(z.len()..z.len() + size);
        z.extend(scaled(&direction, &norm));
        point.extend(scaled(&direction, &v));
        strength += &(&v * &v);
        outgoing.push(v);
    }
    // With x = z / lambda the margin is sum v^2 / lambda.
    let inverse = strength.reciprocal().expect("a live unit");
    let x = scaled(&z, &inverse);
    let mut parameter = 0;
    let entries = rows
        .iter()
        .map(|row| {
            let mut entry = |input: usize| {
                row.contains(&input).then(|| {
                    parameter += 1;
                    parameter - 1
                })
            };
            (0..z.len()).map(&mut entry).collect()
        })
        .collect();
    let layers = vec![(Weights::Template { entries }, Activation::Linear), dense_layer(1)];
    let samples = with_slack_samples(vec![(x, true)], random);
    let truth = if optimal { Truth::Global } else { Truth::NotLocal };
    Case { problem: problem(layers, samples, vec![point, outgoing]), truth }
}
