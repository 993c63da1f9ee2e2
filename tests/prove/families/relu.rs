//! Dense ReLU networks of depth 2 without zero inputs.

use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Activation, Weights};
use margincert::prove::search::Random;
use num_traits::Zero;

use super::exact::*;
use super::{Case, Truth};

/// Units along directions with negative products, each active on samples of its own: always a local optimum.
pub fn nonzero_inputs(random: &mut Random) -> Case {
    let inputs = between(random, 2, 5);
    let turn = orthogonal(inputs, random);
    // In the plane, three directions at obtuse angles; and more from pairs of opposite axes are not strictly obtuse,
    // so a unit is active on samples of its own only if the others' directions make negative products with them.
    let obtuse = [[q(1, 1), q(0, 1)], [q(-3, 5), q(4, 5)], [q(-5, 13), q(-12, 13)]];
    let units = between(random, 1, 3);
    let (mut weights, mut outgoing, mut samples) = (Vec::new(), Vec::new(), Vec::new());
    for direction in obtuse.iter().take(units) {
        let mut padded = direction.to_vec();
        padded.resize(inputs, Rational::zero());
        let direction = apply_transposed(&turn, &padded);
        let (v, positive_label) = (positive(random), random.coin());
        let label = if positive_label { q(1, 1) } else { q(-1, 1) };
        weights.extend(scaled(&direction, &v));
        outgoing.push(&v * &label);
        let inverse = (&v * &v).reciprocal().expect("positive");
        // Two samples around the direction, off the plane of the units.
        let x = scaled(&direction, &inverse);
        let offset = match inputs {
            2 => zeros(2),
            _ => {
                let mut offset = unit(inputs, 2 + random.below(inputs as u64 - 2) as usize);
                offset = apply_transposed(&turn, &offset);
                scaled(&offset, &positive(random))
            }
        };
        if offset.iter().all(Rational::is_zero) {
            samples.push((x, positive_label));
        } else {
            samples.push((sum(&x, &offset), positive_label));
            samples.push((sum(&x, &scaled(&offset, &q(-1, 1))), positive_label));
        }
    }
    // A unit `w, v` doubled to `c w, c v` and `s w, s v` with `c^2 + s^2 = 1` keeps all that matters.
    for unit in 0..units {
        if outgoing.len() < 6 && random.coin() {
            let (c, s) = (q(3, 5), q(4, 5));
            let (w, v) = (weights[unit * inputs..(unit + 1) * inputs].to_vec(), outgoing[unit].clone());
            weights.splice(unit * inputs..(unit + 1) * inputs, scaled(&w, &c));
            weights.extend(scaled(&w, &s));
            outgoing[unit] = &v * &c;
            outgoing.push(&v * &s);
        }
    }
    let layers = vec![
        (Weights::Dense { outputs: outgoing.len() }, Activation::Relu),
        (Weights::Dense { outputs: 1 }, Activation::Linear),
    ];
    let samples = with_slack_samples(samples, random);
    Case { problem: problem(layers, samples, vec![weights, outgoing]), truth: Truth::Local }
}
