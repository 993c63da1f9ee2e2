//! Dense networks of depth 2.

use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::Activation;
use margincert::kernel::problem::Problem;
use margincert::prove::search::Random;

use crate::deep;
use crate::draw::*;

type Drawn = (Problem<Rational>, Option<Truth>);

pub fn families() -> Vec<Family> {
    let relu = || q(0, 1);
    vec![
        Family::new("dead-simplex-depth2", move |random| deep::dead_simplex(2, &relu(), (1, 3), random)),
        Family::new("dead-simplex-leaky", |random| deep::dead_simplex(2, &leaky(random), (1, 3), random)),
        Family::new("dead-simplex-wide", move |random| deep::dead_simplex(2, &relu(), (6, 9), random)),
        Family::new("borderline-L2", |random| deep::borderline(2, random)),
        Family::new("ill-scaled", ill_scaled),
        Family::new("one-unit", |random| deep::chain(2, between(random, 2, 8), random)),
        Family::new("many-multipliers-good", |random| many_multipliers(true, random)),
        Family::new("many-multipliers", |random| many_multipliers(false, random)),
        Family::new("symmetric-data", symmetric_data),
        Family::new("cross-polytope", cross_polytope),
        Family::new("kinks-between", |random| kinks_between(true, random)),
        Family::new("kinks-of-equal-labels", |random| kinks_between(false, random)),
        Family::new("not-kkt-kinks", not_kkt_kinks),
        Family::new("not-kkt-outside", not_kkt_outside),
    ]
}

pub fn leaky(random: &mut Random) -> Rational {
    one_of(&[q(1, 10), q(1, 5), q(1, 2), q(2, 1)], random)
}

/// Some coordinates a thousand to a million times larger than others.
fn ill_scaled(random: &mut Random) -> Drawn {
    let size = one_of(&[q(1_000, 1), q(100_000, 3), q(1_000_000, 1)], random);
    let problem = deep::on_simplex(2, &q(0, 1), (2, size, 1), random);
    (problem, Some(Truth::NotLocal))
}

/// Samples `(1, t)`, for which a dead unit gains unless the multipliers are well chosen.
fn many_multipliers(is_good: bool, random: &mut Random) -> Drawn {
    let n = between(random, 3, 7);
    let mut sides: Vec<Rational> = Vec::new();
    for k in 0..n {
        let far = || q(7, 4);
        let t = |random: &mut Random| &positive(random) + &far();
        let (up, down) = if is_good && k == 0 { (q(3, 4), q(3, 4)) } else { (t(random), t(random)) };
        sides.extend([up, -down]);
    }
    let samples = sides.into_iter().map(|t| (vec![q(1, 1), t], true)).collect();
    let mut samples: Vec<(Vec<Rational>, bool)> = samples;
    random.shuffle(&mut samples);
    let dead = between(random, 1, 3);
    let mut weights = vec![q(1, 1), q(0, 1)];
    weights.extend(zeros(2 * dead));
    let mut outgoing = vec![q(1, 1)];
    outgoing.extend(zeros(dead));
    let layers = vec![dense(1 + dead, Activation::Relu), last()];
    (problem(layers, samples, vec![weights, outgoing]), is_good.then_some(Truth::Global))
}

/// `(x, 1)` with `(-x, -1)`: together linear in every unit, so that the point is a global optimum.
fn symmetric_data(random: &mut Random) -> Drawn {
    let slope = one_of(&[q(0, 1), q(1, 10), q(1, 5), q(1, 2)], random);
    let inputs = between(random, 2, 4);
    let turn = orthogonal(inputs, random);
    let axis = apply(&turn, &unit(inputs, 0));
    let alpha = (&q(1, 1) + &slope).reciprocal().expect("positive");
    let mut samples = Vec::new();
    for (_, z) in balanced(between(random, 1, 8), &axis, random) {
        let x = sum(&scaled(&axis, &alpha), &z);
        samples.push((scaled(&x, &q(-1, 1)), false));
        samples.push((x, true));
    }
    random.shuffle(&mut samples);
    // A unit on each side, each perhaps in two parts, and dead ones.
    let mut units: Vec<Rational> = Vec::new();
    for side in [q(1, 1), q(-1, 1)] {
        let parts = if random.coin() { vec![q(3, 5), q(4, 5)] } else { vec![q(1, 1)] };
        units.extend(parts.into_iter().map(|part| &part * &side));
    }
    units.extend(zeros(between(random, 0, 2)));
    let weights = units.iter().flat_map(|c| scaled(&axis, c)).collect();
    let layers = vec![dense(units.len(), with_slope(&slope)), last()];
    (problem(layers, samples, vec![weights, units]), Some(Truth::Global))
}

/// The vertices of cross-polytopes, one for each label, and pairs of opposite units that share them: what a unit adds is its 1-norm.
fn cross_polytope(random: &mut Random) -> Drawn {
    let sizes = [one_of(&[(4, 2), (9, 3)], random), one_of(&[(0, 0), (1, 1), (4, 2)], random)];
    let inputs = sizes[0].0 + sizes[1].0;
    let (mut samples, mut weights, mut outgoing) = (Vec::new(), Vec::new(), Vec::new());
    for (k, (dimension, root)) in sizes.into_iter().enumerate() {
        let start = if k == 0 { 0 } else { sizes[0].0 };
        for i in 0..dimension {
            samples.push((unit(inputs, start + i), k == 0));
            samples.push((scaled(&unit(inputs, start + i), &q(-1, 1)), k == 0));
        }
        for _ in 0..root {
            let mut row = zeros(inputs);
            (0..dimension).for_each(|i| row[start + i] = sign(random) * &q(1, root as i64));
            weights.extend(scaled(&row, &q(-1, 1)));
            weights.extend(row);
            outgoing.extend([if k == 0 { q(1, 1) } else { q(-1, 1) }, if k == 0 { q(1, 1) } else { q(-1, 1) }]);
        }
    }
    let dead = between(random, 0, 1);
    weights.extend(zeros(dead * inputs));
    outgoing.extend(zeros(dead));
    random.shuffle(&mut samples);
    let layers = vec![dense(outgoing.len(), Activation::Relu), last()];
    (problem(layers, samples, vec![weights, outgoing]), Some(Truth::Global))
}

/// Two units at right angles, each with samples of its own on which the other has a kink. With unlike labels none can be used to gain, with
/// equal ones every one can.
fn kinks_between(are_unlike: bool, random: &mut Random) -> Drawn {
    let (each, more) = (between(random, 1, 9), between(random, 1, 5));
    let inputs = 2 + more;
    let turn = orthogonal(inputs, random);
    let mut samples = Vec::new();
    let label = |k: usize| k == 0 || !are_unlike;
    for k in 0..2 {
        // Beside the two axes, in what is left.
        for (_, z) in balanced(each, &unit(inputs, k), random) {
            let mut x = z;
            x[0] = q(0, 1);
            x[1] = q(0, 1);
            x[k] = q(1, 1);
            samples.push((apply(&turn, &x), label(k)));
        }
    }
    random.shuffle(&mut samples);
    let outgoing: Vec<Rational> = (0..2).map(|k| if label(k) { q(1, 1) } else { q(-1, 1) }).collect();
    let weights = (0..2).flat_map(|k| apply(&turn, &unit(inputs, k))).collect();
    let layers = vec![dense(2, Activation::Relu), last()];
    let truth = if are_unlike { Truth::Local } else { Truth::NotLocal };
    (problem(layers, samples, vec![weights, outgoing]), Some(truth))
}

/// Layers of unlike norms, beside many dead units.
fn not_kkt_kinks(random: &mut Random) -> Drawn {
    let dead = between(random, 15, 20);
    let problem =
        deep::on_simplex(between(random, 2, 3), &q(0, 1), (between(random, 1, 3), positive(random), dead), random);
    let mut layers = problem.point().layers().to_vec();
    layers[0] = scaled(&layers[0], &q(2, 1));
    layers[1] = scaled(&layers[1], &q(1, 2));
    (with_point(&problem, layers), Some(Truth::NotKkt))
}

/// Samples on one side of the unit, so that no multipliers give its weights, beside many dead units.
fn not_kkt_outside(random: &mut Random) -> Drawn {
    let (n, dead) = (between(random, 1, 5), between(random, 15, 20));
    let samples = (0..n).map(|_| (vec![q(1, 1), positive(random), q(random.integer(3), 2)], true)).collect();
    let mut weights = vec![q(1, 1), q(0, 1), q(0, 1)];
    weights.extend(zeros(3 * dead));
    let mut outgoing = vec![q(1, 1)];
    outgoing.extend(zeros(dead));
    let layers = vec![dense(1 + dead, Activation::Relu), last()];
    (problem(layers, samples, vec![weights, outgoing]), Some(Truth::NotKkt))
}

/// The same problem at another point.
pub fn with_point(of: &Problem<Rational>, point: Vec<Vec<Rational>>) -> Problem<Rational> {
    use margincert::kernel::network::Parameters;
    Problem::new(of.network().clone(), of.samples().to_vec(), Parameters::new(point)).expect("a problem")
}
