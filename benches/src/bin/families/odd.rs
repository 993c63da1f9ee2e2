//! Points that are told from others by a hair, odd slopes, sizes far apart, and samples or units in many copies.

use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Activation, Weights};
use margincert::kernel::problem::Problem;
use margincert::prove::search::Random;

use crate::deep;
use crate::draw::*;
use crate::shallow::with_point;

type Drawn = (Problem<Rational>, Option<Truth>);

pub fn families() -> Vec<Family> {
    vec![
        Family::new("hair-shared", hair_shared),
        Family::new("hair-diagonal", hair_diagonal),
        Family::new("hair-not-kkt", hair_unbalanced),
        Family::new("odd-slopes", odd_slopes),
        Family::new("odd-slopes-one-sample", odd_slopes_one_sample),
        Family::new("copied-samples", copied_samples),
        Family::new("copied-units", copied_units),
        Family::new("sizes-apart", sizes_apart),
        Family::new("many-samples", many_samples),
        Family::new("several-live-paths", several_paths),
        Family::new("conv-stride", conv_stride),
    ]
}

/// One part in 100 to one in 10^30, more or less.
fn hair(random: &mut Random) -> Rational {
    let digits = one_of(&[2usize, 6, 9, 15, 30], random);
    sign(random) * &power(&q(1, 10), digits)
}

/// One weight for two units: with the other sign of the weight the other unit is on, which is better or worse by a hair.
fn hair_shared(random: &mut Random) -> Drawn {
    let hair = hair(random);
    let entries = vec![vec![Some(0), None], vec![None, Some(0)]];
    let layers = vec![(Weights::Template { entries }, Activation::Relu), last()];
    let x = vec![q(1, 1), -(q(1, 1) + &hair)];
    (problem(layers, vec![(x, true)], vec![vec![q(1, 1)], unit(2, 0)]), Some(by_a_hair(&hair)))
}

/// One live path, beside others and one that reads more or less by a hair.
fn hair_diagonal(random: &mut Random) -> Drawn {
    let (depth, units, hair) = (between(random, 3, 5), between(random, 2, 4), hair(random));
    let activation = one_of(&[Activation::Linear, Activation::Relu], random);
    let mut x: Vec<Rational> = (0..units).map(|_| sign(random) * &q(1, between(random, 2, 4) as i64)).collect();
    x[0] = q(1, 1);
    x[units - 1] = q(1, 1) + &hair;
    let mut layers = vec![(Weights::Diagonal, activation); depth - 1];
    layers.push(last());
    (problem(layers, vec![(x, true)], vec![unit(units, 0); depth]), Some(by_a_hair(&hair)))
}

fn by_a_hair(hair: &Rational) -> Truth {
    if *hair > q(0, 1) { Truth::Local } else { Truth::Global }
}

/// The last layer longer by a hair, and the first one shorter by as much or not.
fn hair_unbalanced(random: &mut Random) -> Drawn {
    let hair = q(1, 1) + &power(&q(1, 10), one_of(&[12, 20, 30], random));
    let of = deep::on_simplex(between(random, 2, 4), &q(0, 1), (between(random, 1, 2), q(1, 1), 1), random);
    let mut layers = of.point().layers().to_vec();
    let end = layers.len() - 1;
    layers[end] = scaled(&layers[end], &hair);
    if random.coin() {
        layers[0] = scaled(&layers[0], &hair.reciprocal().expect("positive"));
    }
    (with_point(&of, layers), Some(Truth::NotKkt))
}

/// Negative slopes, and slopes near 0 and 1.
fn odd_slope(random: &mut Random) -> Rational {
    let billionth = power(&q(1, 10), 9);
    let near_one = [q(999, 1_000), q(1_001, 1_000), q(1, 1) - &billionth, q(1, 1)];
    let near_zero = [q(1, 1_000), billionth.clone(), -billionth];
    one_of(&[&near_one[..], &near_zero, &[q(-2, 1), q(-1, 1), q(-1, 2)]].concat(), random)
}

fn odd_slopes(random: &mut Random) -> Drawn {
    let slope = odd_slope(random);
    deep::dead_simplex(2, &slope, (1, 3), random)
}

/// One sample of length 1 at depth 3 or more: no layer makes a vector longer than its weights are.
fn odd_slopes_one_sample(random: &mut Random) -> Drawn {
    let slope = loop {
        let slope = odd_slope(random);
        if slope >= q(-1, 1) && slope <= q(1, 1) {
            break slope;
        }
    };
    let (inputs, depth) = (between(random, 1, 4), between(random, 3, 5));
    let x = apply(&orthogonal(inputs, random), &unit(inputs, 0));
    let (mut layers, mut point, mut before) = (Vec::new(), vec![x.clone()], inputs);
    for l in 0..depth {
        let width = if l + 1 == depth { 1 } else { between(random, 1, 3) };
        layers.push(if l + 1 == depth { last() } else { dense(width, with_slope(&slope)) });
        match l {
            0 => point[0].extend(zeros((width - 1) * inputs)),
            _ => point.push(unit(width * before, 0)),
        }
        before = width;
    }
    (problem(layers, vec![(x, true)], point), Some(Truth::Global))
}

/// Each sample up to four times, some of them longer copies that support nothing.
fn copied_samples(random: &mut Random) -> Drawn {
    let (of, truth) = deep::dead_simplex(between(random, 2, 3), &q(0, 1), (1, 2), random);
    let mut samples = Vec::new();
    for sample in of.samples() {
        samples.extend(vec![sample.clone(); between(random, 1, 4)]);
        if random.coin() {
            let mut longer = sample.clone();
            longer.x = scaled(&longer.x, &q(between(random, 3, 9) as i64, 2));
            samples.push(longer);
        }
    }
    random.shuffle(&mut samples);
    let problem = Problem::new(of.network().clone(), samples, of.point().clone()).expect("a problem");
    (problem, truth)
}

/// The live unit in 9 to 15 copies.
fn copied_units(random: &mut Random) -> Drawn {
    let (of, truth) = deep::dead_simplex(2, &q(0, 1), (1, 3), random);
    let inputs = of.network().inputs();
    let (first, outgoing) = (&of.point().layers()[0], &of.point().layers()[1]);
    let mut shares = vec![q(1, 1)];
    for _ in 0..between(random, 8, 14) {
        let place = random.below(shares.len() as u64) as usize;
        let (c, s) = one_of(&[(q(3, 5), q(4, 5)), (q(5, 13), q(12, 13))], random);
        let share = shares[place].clone();
        shares[place] = &share * &c;
        shares.push(&share * &s);
    }
    let mut rows: Vec<Rational> = shares.iter().flat_map(|share| scaled(&first[..inputs], share)).collect();
    rows.extend_from_slice(&first[inputs..]);
    shares.extend_from_slice(&outgoing[1..]);
    let layers = vec![dense(shares.len(), Activation::Relu), last()];
    let samples = of.samples().iter().map(|sample| (sample.x.clone(), true)).collect();
    (problem(layers, samples, vec![rows, shares]), truth)
}

/// A unit for each label, of sizes far apart, with samples that share what is beside the two axes; and dead units.
fn sizes_apart(random: &mut Random) -> Drawn {
    let more = between(random, 2, 3);
    let inputs = 2 + more;
    let turn = orthogonal(inputs, random);
    let dead = between(random, 1, 2);
    let (mut samples, mut weights, mut outgoing, mut all_bounded) = (Vec::new(), Vec::new(), Vec::new(), true);
    for (k, label) in [q(1, 1), q(-1, 1)].iter().enumerate() {
        let size = one_of(&[q(1, 1_000_000), q(1, 1_000), q(1, 1), q(1_000, 1), q(1_000_000, 1)], random);
        let beside = one_of(&[q(1, 4), q(1, 2), q(1, 1), q(3, 1)], random);
        let shrink = (&size * &size).reciprocal().expect("positive");
        let mut vectors = Vec::new();
        for i in 0..=more {
            let mut x = unit(inputs, k);
            match i {
                0 => x[2..].iter_mut().for_each(|entry| *entry = -beside.clone()),
                i => x[1 + i] = beside.clone(),
            }
            vectors.push(scaled(&x, &q(1, more as i64 + 1)));
            samples.push((scaled(&apply(&turn, &x), &shrink), k == 0));
        }
        all_bounded &= greatest_sum(&vectors, &q(0, 1)) <= q(1, 1);
        weights.extend(scaled(&apply(&turn, &unit(inputs, k)), &size));
        outgoing.push(label * &size);
    }
    random.shuffle(&mut samples);
    weights.extend(zeros(dead * inputs));
    outgoing.extend(zeros(dead));
    let layers = vec![dense(2 + dead, Activation::Relu), last()];
    (problem(layers, samples, vec![weights, outgoing]), all_bounded.then_some(Truth::Global))
}

/// 30 to 100 samples `(1, t)` in the plane, in pairs, and up to 19 dead units.
fn many_samples(random: &mut Random) -> Drawn {
    let pairs = one_of(&[15, 30, 50], random);
    let mut samples = Vec::new();
    for _ in 0..pairs {
        let t = q(between(random, 1, 40) as i64, one_of(&[40, 80, 23], random));
        samples.extend([(vec![q(1, 1), t.clone()], true), (vec![q(1, 1), -t], true)]);
    }
    random.shuffle(&mut samples);
    let dead = between(random, 9, 19);
    let weights = unit(2 * (1 + dead), 0);
    let layers = vec![dense(1 + dead, Activation::Relu), last()];
    // A unit (c, s) of length 1 makes c of a pair, or (c + |s t|) / 2 if it is on for one of the two: at most 1 if t^2 <= 3.
    let truth = samples.iter().all(|(x, _)| &x[1] * &x[1] <= q(3, 1)).then_some(Truth::Global);
    (problem(layers, samples, vec![weights, unit(1 + dead, 0)]), truth)
}

/// A diagonal network with several live paths on one sample: from depth 3 on it is better to have fewer.
fn several_paths(random: &mut Random) -> Drawn {
    let (depth, live, dead) = (between(random, 2, 5), between(random, 2, 5), between(random, 0, 2));
    let activation = one_of(&[Activation::Linear, Activation::Relu], random);
    let mut x = vec![q(1, live as i64); live];
    x.extend(vec![q(1, live as i64 + 1); dead]);
    let mut ones = vec![q(1, 1); live];
    ones.extend(zeros(dead));
    let mut layers = vec![(Weights::Diagonal, activation); depth - 1];
    layers.push(last());
    let truth = if depth == 2 { Truth::Global } else { Truth::NotLocal };
    (problem(layers, vec![(x, true)], vec![ones; depth]), Some(truth))
}

/// One filter live on its first patch, others dead, patches that overlap: the filter is off, or has kinks, on the other patches.
fn conv_stride(random: &mut Random) -> Drawn {
    let live = one_of(&[vec![q(1, 1), q(0, 1)], vec![q(3, 5), q(4, 5)], vec![q(5, 13), q(-12, 13)]], random);
    let across = vec![-live[1].clone(), live[0].clone()];
    let (stride, count, filters) = (between(random, 1, 2), between(random, 2, 4), between(random, 1, 2));
    let patches: Vec<Vec<usize>> = (0..count).map(|p| vec![stride * p, stride * p + 1]).collect();
    let inputs = stride * (count - 1) + 2;
    let off = |x: &[Rational]| patches[1..].iter().all(|p| dot(&live, &[x[p[0]].clone(), x[p[1]].clone()]) <= q(0, 1));
    let samples = loop {
        let beside = scaled(&across, &q(random.integer(3), 2));
        let drawn: Vec<Vec<Rational>> = [q(1, 1), q(-1, 1)]
            .iter()
            .map(|side| {
                let mut x = sum(&live, &scaled(&beside, side));
                x.extend((2..inputs).map(|_| q(random.integer(4), 2)));
                x
            })
            .collect();
        if drawn.iter().all(|x| off(x)) {
            break drawn;
        }
    };
    let mut weights = live;
    weights.extend(zeros(2 * (filters - 1)));
    let outgoing = unit(filters * count, 0);
    let layers = vec![(Weights::Convolution { patches, filters }, Activation::Relu), last()];
    (problem(layers, samples.into_iter().map(|x| (x, true)).collect(), vec![weights, outgoing]), None)
}
