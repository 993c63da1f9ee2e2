//! Dense and diagonal networks of any depth.

use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Activation, Weights};
use margincert::kernel::problem::Problem;
use margincert::prove::field::ProofField;
use margincert::prove::search::Random;
use num_traits::{One, Zero};

use crate::draw::*;
use crate::shallow::leaky;

type Drawn = (Problem<Rational>, Option<Truth>);

pub fn families() -> Vec<Family> {
    vec![
        Family::new("dead-simplex-depth3", |random| dead_simplex(3, &q(0, 1), (1, 3), random)),
        Family::new("dead-simplex-depth4", |random| dead_simplex(4, &q(0, 1), (1, 3), random)),
        Family::new("dead-simplex-depth5", |random| dead_simplex(5, &q(0, 1), (1, 2), random)),
        Family::new("dead-simplex-leaky-deep", |random| dead_simplex(3, &leaky(random), (1, 3), random)),
        Family::new("borderline-L3", |random| borderline(3, random)),
        Family::new("chain", |random| chain(between(random, 2, 6), between(random, 1, 4), random)),
        Family::new("rank-one-live", |random| rank_one(&q(0, 1), random)),
        Family::new("slope-one", |random| rank_one(&q(1, 1), random)),
        Family::new("deep-two-labels", deep_two_labels),
        Family::new("reads-zero", reads_zero),
        Family::new("diagonal-relu-dead", |random| diagonal_dead(2, random)),
        Family::new("diagonal-deep-relu-dead", |random| diagonal_dead(between(random, 3, 4), random)),
    ]
}

/// A path of ones on samples `(1, size s_i)`, with the corners `s_i` of a simplex around 0, beside dead units.
pub fn on_simplex(
    depth: usize,
    slope: &Rational,
    (corners, size, dead): (usize, Rational, usize),
    random: &mut Random,
) -> Problem<Rational> {
    let inputs = corners + 1;
    let turn = orthogonal(inputs, random);
    let x = |i: usize| {
        let mut x = unit(inputs, 0);
        match i {
            0 => x.iter_mut().skip(1).for_each(|entry| *entry = -size.clone()),
            i => x[i] = size.clone(),
        }
        (apply(&turn, &x), true)
    };
    let samples = (0..=corners).map(x).collect();
    let mut first = apply(&turn, &unit(inputs, 0));
    first.extend(zeros(dead * inputs));
    let (mut layers, mut point, mut before) = (vec![dense(1 + dead, with_slope(slope))], vec![first], 1 + dead);
    for l in 1..depth {
        let width = if l + 1 == depth { 1 } else { between(random, 1, 2) };
        layers.push(if l + 1 == depth { last() } else { dense(width, with_slope(slope)) });
        point.push(unit(width * before, 0));
        before = width;
    }
    problem(layers, samples, point)
}

/// A dead unit gains if some of the samples together are longer than all of them.
pub fn dead_simplex(depth: usize, slope: &Rational, corners: (usize, usize), random: &mut Random) -> Drawn {
    let corners = between(random, corners.0, corners.1);
    let size = one_of(&[q(1, 4), q(1, 2), q(1, 1), q(3, 2), q(2, 1), q(3, 1)], random);
    let dead = between(random, 1, 3);
    let problem = on_simplex(depth, slope, (corners, size, dead), random);
    let truth = of_one_path(&problem, slope);
    (problem, truth)
}

/// What is known of a point with one path of ones and dead units beside it, whose samples have equal multipliers.
fn of_one_path(problem: &Problem<Rational>, slope: &Rational) -> Option<Truth> {
    let depth = problem.network().depth();
    let share = q(1, problem.samples().len() as i64);
    let vectors: Vec<Vec<Rational>> = problem.samples().iter().map(|sample| scaled(&sample.x, &share)).collect();
    let one = Rational::one();
    if greatest_sum(&vectors, slope) > one {
        return Some(Truth::NotLocal);
    }
    // Each layer that bends may multiply by the slope once more.
    let is_global = *slope <= one && greatest_sum(&vectors, &power(slope, depth - 1)) <= one;
    is_global.then_some(Truth::Global)
}

/// Two samples such that a dead unit gains, or does not, by a hair.
pub fn borderline(depth: usize, random: &mut Random) -> Drawn {
    let digits = one_of(&[1u32, 2, 3, 6, 9, 12], random);
    let hair = sign(random) * &q(1, 10i64.pow(digits));
    // A root of 3 (1 + hair), by Newton's method.
    let square = q(3, 1) * &(&one() + &hair);
    let start = Rational::from_ratio((square.to_f64().sqrt() * 1e6) as i64, 1_000_000).expect("a denominator");
    let root = (0..2).fold(start, |root, _| (&root + &(&square * &root.reciprocal().expect("positive"))) * &q(1, 2));
    let problem = on_simplex(depth, &q(0, 1), (1, root, between(random, 1, 2)), random);
    let truth = of_one_path(&problem, &q(0, 1));
    (problem, truth)
}

fn one() -> Rational {
    Rational::one()
}

/// One unit a layer: every KKT point is a global optimum.
pub fn chain(depth: usize, samples: usize, random: &mut Random) -> Drawn {
    let inputs = between(random, 1, 4);
    let axis = apply(&orthogonal(inputs, random), &unit(inputs, 0));
    let size = positive(random);
    let inverse = power(&size, depth).reciprocal().expect("positive");
    let samples = balanced(samples, &axis, random).into_iter();
    let samples = samples.map(|(_, z)| (sum(&scaled(&axis, &inverse), &scaled(&z, &inverse)), true));
    let mut point = vec![vec![size.clone()]; depth];
    point[0] = scaled(&axis, &size);
    let mut layers = vec![dense(1, Activation::Relu); depth - 1];
    layers.push(last());
    (problem(layers, samples.collect(), point), Some(Truth::Global))
}

/// Layers of rank one along unit vectors, not negative where units bend.
fn rank_one(slope: &Rational, random: &mut Random) -> Drawn {
    let depth = between(random, 2, 4);
    let inputs = between(random, 2, 3);
    let axis = apply(&orthogonal(inputs, random), &unit(inputs, 0));
    let mut units = vec![axis.clone()];
    for _ in 1..depth {
        units.push(one_of(&[vec![q(3, 5), q(4, 5)], vec![q(5, 13), q(12, 13)], vec![q(1, 1), q(0, 1)]], random));
    }
    units.push(vec![q(1, 1)]);
    let point = units.windows(2).map(|pair| pair[1].iter().flat_map(|out| scaled(&pair[0], out)).collect()).collect();
    let stretch = one_of(&[q(1, 8), q(1, 2), q(1, 1)], random);
    let terms: Vec<(Rational, Vec<Rational>)> = balanced(between(random, 1, 3), &axis, random);
    let total = terms.iter().fold(Rational::zero(), |total, (weight, _)| total + weight);
    let shares: Vec<Rational> = terms.iter().map(|(w, _)| w * &total.reciprocal().expect("positive")).collect();
    let xs: Vec<Vec<Rational>> = terms.iter().map(|(_, z)| sum(&axis, &scaled(z, &stretch))).collect();
    let vectors: Vec<Vec<Rational>> = xs.iter().zip(&shares).map(|(x, share)| scaled(x, share)).collect();
    let is_global = *slope == q(1, 1) || greatest_sum(&vectors, &q(0, 1)) <= Rational::one();
    let mut layers = vec![dense(2, with_slope(slope)); depth - 1];
    layers.push(last());
    let samples = xs.into_iter().map(|x| (x, true)).collect();
    (problem(layers, samples, point), is_global.then_some(Truth::Global))
}

/// A path for each label, on two samples at no acute angle: two inequalities of the means add up.
fn deep_two_labels(random: &mut Random) -> Drawn {
    let inputs = between(random, 2, 3);
    let turn = orthogonal(inputs, random);
    let (first, second) = (unit(inputs, 0), one_of(&[vec![q(0, 1), q(1, 1)], vec![q(-3, 5), q(4, 5)]], random));
    let mut second = second;
    second.resize(inputs, q(0, 1));
    let samples = vec![(apply(&turn, &first), true), (apply(&turn, &second), false)];
    let dead = between(random, 0, 1);
    let weights = samples.iter().flat_map(|(x, _)| x.clone()).collect();
    let mut middle = vec![q(1, 1), q(0, 1), q(0, 1), q(1, 1)];
    middle.extend(zeros(2 * dead));
    let mut outgoing = vec![q(1, 1), q(-1, 1)];
    outgoing.extend(zeros(dead));
    let layers = vec![dense(2, Activation::Relu), dense(2 + dead, Activation::Relu), last()];
    (problem(layers, samples, vec![weights, middle, outgoing]), Some(Truth::Global))
}

fn diagonal(depth: usize, activation: Activation<Rational>) -> Vec<(Weights, Activation<Rational>)> {
    let mut layers = vec![(Weights::Diagonal, activation); depth - 1];
    layers.push(last());
    layers
}

/// One live path, all others reading zeros.
fn reads_zero(random: &mut Random) -> Drawn {
    let (depth, units) = (between(random, 2, 4), between(random, 2, 4));
    let slope = one_of(&[q(0, 1), q(1, 10), q(1, 1)], random);
    let size = positive(random);
    let x = scaled(&unit(units, 0), &power(&size, depth).reciprocal().expect("positive"));
    let point = vec![scaled(&unit(units, 0), &size); depth];
    (problem(diagonal(depth, with_slope(&slope)), vec![(x, true)], point), Some(Truth::Global))
}

/// One live path of ones, the others dead: at depth 2 they gain if they read more than the live one, deeper never at once.
fn diagonal_dead(depth: usize, random: &mut Random) -> Drawn {
    let units = between(random, 2, 4);
    let sizes = [q(1, 3), q(1, 2), q(1, 1), q(5, 4), q(2, 1)];
    let x: Vec<Rational> = (0..units).map(|u| if u == 0 { q(1, 1) } else { one_of(&sizes, random) }).collect();
    let gains = depth == 2 && x.iter().any(|entry| *entry > q(1, 1));
    let truth = match (depth, gains) {
        (2, true) => Truth::NotLocal,
        (2, false) => Truth::Global,
        _ => Truth::Local,
    };
    let point = vec![unit(units, 0); depth];
    (problem(diagonal(depth, Activation::Relu), vec![(x, true)], point), Some(truth))
}
