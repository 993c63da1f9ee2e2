//! Convolutions and templates, and layers that are dense by another name.

use margincert::kernel::certificate::Document;
use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Activation, Network, Weights};
use margincert::kernel::problem::Problem;
use margincert::prove::search::Random;

use crate::changed::at_scale;
use crate::deep;
use crate::draw::*;

type Drawn = (Problem<Rational>, Option<Truth>);

/// Sides for kinks that no curve takes at once.
const CLARKE_JOINT: &str = r#"{"format": "margincert/1", "network": {"inputs": 6, "layers": [
    {"weights": "convolution", "patches": [[0, 1, 2], [3, 4, 5]], "filters": 2, "activation": "relu"},
    {"weights": "dense", "outputs": 1, "activation": "linear"}]},
    "data": [{"x": ["0", "0", "29/21", "0", "0", "-1"], "y": 1}, {"x": ["0", "0", "-1", "0", "0", "29/20"], "y": -1},
        {"x": ["20/29", "21/29", "0", "-20/29", "-21/29", "0"], "y": 1}],
    "point": [["0", "0", "1", "20/29", "21/29", "0"], ["21/29", "-20/29", "1", "0"]]}"#;

pub fn families() -> Vec<Family> {
    vec![
        Family::new("depth-one", depth_one),
        Family::new("like-dense-patch", |random| like_dense(true, random)),
        Family::new("like-dense-template", |random| like_dense(false, random)),
        Family::new("sparse-relu", sparse_relu),
        Family::new("conv-relu", conv_relu),
        Family::new("conv-overlap-relu", |random| conv_overlap(Activation::Relu, random)),
        Family::new("conv-overlap-linear", |random| conv_overlap(Activation::Linear, random)),
        Family::new("clarke-joint", clarke_joint),
    ]
}

fn one_patch(inputs: usize, filters: usize) -> Weights {
    Weights::Convolution { patches: vec![(0..inputs).collect()], filters }
}

fn full_template(inputs: usize, outputs: usize) -> Weights {
    let entries = (0..outputs).map(|unit| (0..inputs).map(|input| Some(unit * inputs + input)).collect()).collect();
    Weights::Template { entries }
}

/// A support vector machine.
fn depth_one(random: &mut Random) -> Drawn {
    let inputs = between(random, 2, 5);
    let axis = apply(&orthogonal(inputs, random), &unit(inputs, 0));
    let samples = balanced(between(random, 1, 5), &axis, random).into_iter().map(|(_, z)| {
        let x = sum(&axis, &z);
        if random.coin() { (x, true) } else { (scaled(&x, &q(-1, 1)), false) }
    });
    let samples = samples.collect();
    let weights = one_of(&[Weights::Dense { outputs: 1 }, one_patch(inputs, 1), full_template(inputs, 1)], random);
    (problem(vec![(weights, Activation::Linear)], samples, vec![axis]), Some(Truth::Global))
}

/// A dense layer written down as a convolution of one patch or a full template.
fn like_dense(is_patch: bool, random: &mut Random) -> Drawn {
    let (of, truth) = deep::dead_simplex(2, &q(0, 1), (1, 3), random);
    let (inputs, units) = (of.network().inputs(), of.network().layers()[0].outputs());
    let weights = if is_patch { one_patch(inputs, units) } else { full_template(inputs, units) };
    let network = Network::new(inputs, vec![(weights, Activation::Relu), last()]).expect("a network");
    let problem = Problem::new(network, of.samples().to_vec(), of.point().clone()).expect("a problem");
    (problem, truth)
}

/// A live unit that reads everything, and dead ones that read a part: they gain if the samples do within that part.
fn sparse_relu(random: &mut Random) -> Drawn {
    let corners = between(random, 1, 3);
    let inputs = corners + 1;
    let size = one_of(&[q(1, 2), q(3, 2), q(2, 1), q(3, 1)], random);
    let x = |i: usize| {
        let mut x = unit(inputs, 0);
        match i {
            0 => x.iter_mut().skip(1).for_each(|entry| *entry = -size.clone()),
            i => x[i] = size.clone(),
        }
        x
    };
    let xs: Vec<Vec<Rational>> = (0..=corners).map(x).collect();
    let share = q(1, xs.len() as i64);
    let mut entries: Vec<Vec<Option<usize>>> = vec![(0..inputs).map(Some).collect()];
    let (mut next, mut gains) = (inputs, false);
    for _ in 0..between(random, 1, 2) {
        let reads: Vec<bool> = (0..inputs).map(|_| random.coin()).collect();
        let row = reads.iter().map(|reads| {
            reads.then(|| {
                next += 1;
                next - 1
            })
        });
        let row: Vec<Option<usize>> = row.collect();
        if row.iter().all(Option::is_none) {
            continue;
        }
        let part = |x: &Vec<Rational>| -> Vec<Rational> {
            x.iter().zip(&reads).map(|(x, reads)| if *reads { x * &share } else { q(0, 1) }).collect()
        };
        gains |= greatest_sum(&xs.iter().map(part).collect::<Vec<_>>(), &q(0, 1)) > q(1, 1);
        entries.push(row);
    }
    let mut weights = unit(next, 0);
    weights.truncate(next);
    let outgoing = unit(entries.len(), 0);
    let layers = vec![(Weights::Template { entries }, Activation::Relu), last()];
    let samples = xs.into_iter().map(|x| (x, true)).collect();
    let truth = if gains { Truth::NotLocal } else { Truth::Local };
    (problem(layers, samples, vec![weights, outgoing]), Some(truth))
}

/// One filter that is live on its patch, and a patch at a right angle to it: the filter gains there if that patch is longer than 1.
fn conv_relu(random: &mut Random) -> Drawn {
    let length = between(random, 2, 4);
    let turn = orthogonal(length, random);
    let size = one_of(&[q(1, 10), q(1, 2), q(1, 1), q(3, 2), q(2, 1)], random);
    let live = apply(&turn, &unit(length, 0));
    let other = scaled(&apply(&turn, &unit(length, 1)), &size);
    let is_positive = random.coin();
    let samples = vec![([live.clone(), other].concat(), is_positive)];
    let patches = vec![(0..length).collect(), (length..2 * length).collect()];
    let layers = vec![(Weights::Convolution { patches, filters: 1 }, Activation::Relu), last()];
    let outgoing = vec![if is_positive { q(1, 1) } else { q(-1, 1) }, q(0, 1)];
    let truth = if size > q(1, 1) { Truth::NotLocal } else { Truth::Local };
    (problem(layers, samples, vec![live, outgoing]), Some(truth))
}

/// Sliding windows over a constant sample, with the singular pair of all ones; other filters dead.
fn conv_overlap(activation: Activation<Rational>, random: &mut Random) -> Drawn {
    let (length, filters) = (between(random, 2, 4), between(random, 1, 3));
    let inputs = 2 * length - 1;
    let size = positive(random);
    let entry = (&(&size * &size) * &q((length * length) as i64, 1)).reciprocal().expect("positive");
    let patches: Vec<Vec<usize>> = (0..length).map(|start| (start..start + length).collect()).collect();
    let ones = |count: usize, all: usize| -> Vec<Rational> {
        (0..all).map(|i| if i < count { size.clone() } else { q(0, 1) }).collect()
    };
    let point = vec![ones(length, filters * length), ones(length, filters * length)];
    let layers = vec![(Weights::Convolution { patches, filters }, activation), last()];
    (problem(layers, vec![(vec![entry; inputs], true)], point), Some(Truth::Global))
}

/// A known instance at another scale, samples in another order.
fn clarke_joint(random: &mut Random) -> Drawn {
    let Ok(Document::Rational(of)) = Document::parse(CLARKE_JOINT) else { panic!("a document") };
    let mut samples = of.problem.samples().to_vec();
    random.shuffle(&mut samples);
    let problem = Problem::new(of.problem.network().clone(), samples, of.problem.point().clone()).expect("a problem");
    (at_scale(&problem, &positive(random)), Some(Truth::NotLocal))
}
