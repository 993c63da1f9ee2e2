//! Random networks with points whose layers balance, as those of every KKT point do.
//!
//! Stationarity gives every layer the same norm, and every hidden unit (every filter, where weights are shared) incoming and
//! outgoing weights of equal norm. The points here are built so: a first layer of units along unit vectors, then layers of
//! rank one; or parallel paths of equal weights.

use num_traits::{One, Zero};

use crate::kernel::exact::Rational;
use crate::kernel::network::{Activation, Network, Parameters, Weights};
use crate::prove::search::Random;
use crate::report::table::class::{Activations, Architecture, Class, Depth};

type Layers = Vec<(Weights, Activation<Rational>)>;

/// A network of the class, with a point; `None` if the draw is of another class. A unit may be dead only where that is asked.
pub fn draw(class: Class, may_be_dead: bool, random: &mut Random) -> Option<(Network<Rational>, Parameters<Rational>)> {
    let (inputs, layers, point) = match class.depth {
        Depth::One => one_layer(class.architecture, random),
        Depth::Two => deep(2, class, may_be_dead, random),
        Depth::ThreeOrMore => deep(between(random, 3, 4), class, may_be_dead, random),
    };
    let network = Network::new(inputs, layers).ok()?;
    (Class::of(&network) == class).then(|| (network, Parameters::new(point)))
}

/// A single output unit.
fn one_layer(architecture: Architecture, random: &mut Random) -> (usize, Layers, Vec<Vec<Rational>>) {
    let parameters = between(random, 1, 3);
    let own = (0..parameters).map(Some);
    let (inputs, weights) = match architecture {
        Architecture::FullyConnected => (parameters, Weights::Dense { outputs: 1 }),
        Architecture::Sparse => (parameters + 1, Weights::Template { entries: vec![own.chain([None]).collect()] }),
        Architecture::Convolutional => {
            (parameters + 1, Weights::Template { entries: vec![own.chain([Some(0)]).collect()] })
        }
    };
    let point = (0..parameters).map(|_| positive(random) * &sign(random)).collect();
    (inputs, vec![(weights, Activation::Linear)], vec![point])
}

fn deep(depth: usize, class: Class, may_be_dead: bool, random: &mut Random) -> (usize, Layers, Vec<Vec<Rational>>) {
    let activations: Vec<_> = (1..depth).map(|_| activation(class.activations, random)).collect();
    if class.architecture == Architecture::Sparse && random.coin() {
        return parallel_paths(activations, random);
    }
    let core = Core::draw(class.architecture, activations[0].is_linear(), may_be_dead, random);
    let size = positive(random);
    let (mut layers, mut point) = (Vec::new(), vec![scaled(&core.weights, &size)]);
    let mut below = core.outgoing;
    let mut shape = core.shape;
    for activation in activations {
        layers.push((shape, activation.clone()));
        let is_last = layers.len() == depth - 1;
        // Units of a non-linear layer, after the first, must agree in sign on every sample: their weights are positive.
        let above = match (is_last, class.activations) {
            (true, _) => vec![if depth == 2 { Rational::one() } else { sign(random) }],
            (false, Activations::Linear) => unit_vector(between(random, 1, 2), random),
            (false, _) => unit_vector(between(random, 1, 2), random).iter().map(Rational::abs).collect(),
        };
        let rows = above.iter().flat_map(|a| scaled(&below, &(a * &size)));
        point.push(rows.collect());
        shape = Weights::Dense { outputs: above.len() };
        below = above;
    }
    layers.push((shape, Activation::Linear));
    (core.inputs, layers, point)
}

/// Diagonal layers: each path has weights of one size.
fn parallel_paths(activations: Vec<Activation<Rational>>, random: &mut Random) -> (usize, Layers, Vec<Vec<Rational>>) {
    let sizes: Vec<Rational> = (0..between(random, 2, 3)).map(|_| positive(random)).collect();
    let signed = |random: &mut Random| sizes.iter().map(|size| size * &sign(random)).collect::<Vec<_>>();
    let mut point = vec![signed(random)];
    // A path that is inactive would give the non-linear unit after it the input 0.
    point.extend(activations[1..].iter().map(|_| sizes.clone()));
    point.push(signed(random));
    let mut layers: Layers = activations.into_iter().map(|activation| (Weights::Diagonal, activation)).collect();
    layers.push((Weights::Dense { outputs: 1 }, Activation::Linear));
    (sizes.len(), layers, point)
}

fn activation(of: Activations, random: &mut Random) -> Activation<Rational> {
    let leaky = |random: &mut Random| Activation::LeakyRelu(ratio(1, 2 + random.below(9) as i64));
    match of {
        Activations::Linear => Activation::Linear,
        Activations::Relu => Activation::Relu,
        Activations::LeakyRelu => leaky(random),
        Activations::Mixed => match random.below(3) {
            0 => Activation::Linear,
            1 => Activation::Relu,
            _ => leaky(random),
        },
    }
}

/// A first layer of norm 1 and weights out of it of norm 1, balanced.
struct Core {
    inputs: usize,
    shape: Weights,
    weights: Vec<Rational>,
    outgoing: Vec<Rational>,
}

impl Core {
    /// For a linear layer all units see one vector, the sum of `lambda_i y_i x_i`; of others each has a direction of its own.
    fn draw(architecture: Architecture, is_linear: bool, may_be_dead: bool, random: &mut Random) -> Self {
        match architecture {
            Architecture::FullyConnected => Self::dense(is_linear, may_be_dead, random),
            Architecture::Sparse => Self::sparse(is_linear, may_be_dead, random),
            Architecture::Convolutional => Self::convolution(is_linear, random),
        }
    }

    fn dense(is_linear: bool, may_be_dead: bool, random: &mut Random) -> Self {
        let inputs = between(random, 2, 4);
        let mut outgoing = unit_vector(between(random, 1, 3), random);
        let common = unit_vector(inputs, random);
        let direction =
            |v: &Rational| if is_linear { scaled(&common, v) } else { scaled(&unit_vector(inputs, random), v) };
        let mut weights: Vec<Rational> = outgoing.iter().flat_map(direction).collect();
        if may_be_dead && random.coin() {
            outgoing.push(Rational::zero());
            weights.extend(vec![Rational::zero(); inputs]);
        }
        Core { inputs, shape: Weights::Dense { outputs: outgoing.len() }, weights, outgoing }
    }

    /// Units that read one or two inputs of their own, or windows that overlap.
    fn sparse(is_linear: bool, may_be_dead: bool, random: &mut Random) -> Self {
        let mut outgoing = unit_vector(between(random, 2, 3), random);
        if may_be_dead && random.coin() {
            outgoing[0] = Rational::one();
            outgoing[1..].iter_mut().for_each(|v| *v = Rational::zero());
        }
        let windows = random.coin();
        let pair = unit_vector(2, random);
        let (mut entries, mut weights, mut inputs) = (Vec::new(), Vec::new(), 0);
        for (unit, v) in outgoing.iter().enumerate() {
            let size = if windows { 2 } else { between(random, 1, 2) };
            let first = if windows { unit } else { inputs };
            inputs = first + size;
            let direction = match windows && is_linear {
                // Every two neighbours in p, q, p, q, ... make a unit vector.
                true => (first..inputs).map(|input| pair[input % 2].clone()).collect(),
                false => unit_vector(size, random),
            };
            entries.push((first..inputs).zip(weights.len()..).collect::<Vec<_>>());
            weights.extend(scaled(&direction, v));
        }
        let row = |row: Vec<(usize, usize)>| {
            let mut dense = vec![None; inputs];
            row.into_iter().for_each(|(input, parameter)| dense[input] = Some(parameter));
            dense
        };
        let entries = entries.into_iter().map(row).collect();
        Core { inputs, shape: Weights::Template { entries }, weights, outgoing }
    }

    /// Filters on patches that are apart or overlap: a filter and its outgoing weights are a singular pair of the patches.
    fn convolution(is_linear: bool, random: &mut Random) -> Self {
        let (length, count) = (between(random, 1, 3), between(random, 2, 3));
        let stride = if random.coin() { length } else { 1 };
        let patches: Vec<Vec<usize>> = (0..count).map(|p| (p * stride..p * stride + length).collect()).collect();
        let sizes = unit_vector(between(random, 1, 2), random);
        let common = (unit_vector(length, random), unit_vector(count, random));
        let (mut weights, mut outgoing) = (Vec::new(), Vec::new());
        for size in &sizes {
            let own = (unit_vector(length, random), unit_vector(count, random));
            let (filter, out) = if is_linear { &common } else { &own };
            weights.extend(scaled(filter, size));
            outgoing.extend(scaled(out, size));
        }
        let inputs = (count - 1) * stride + length;
        Core { inputs, shape: Weights::Convolution { patches, filters: sizes.len() }, weights, outgoing }
    }
}

/// A rational vector of norm 1 without zeros, by stereographic projection.
fn unit_vector(n: usize, random: &mut Random) -> Vec<Rational> {
    let mut entries = match n {
        1 => vec![Rational::one()],
        _ => {
            let least = if n == 2 { 2 } else { 1 };
            let t: Vec<i64> = (1..n).map(|_| least + random.below(3) as i64).collect();
            let square: i64 = t.iter().map(|t| t * t).sum();
            let mut entries: Vec<Rational> = t.iter().map(|t| ratio(2 * t, square + 1)).collect();
            entries.push(ratio(square - 1, square + 1));
            entries
        }
    };
    random.shuffle(&mut entries);
    entries.into_iter().map(|entry| entry * &sign(random)).collect()
}

/// A fraction between 1/3 and 3.
fn positive(random: &mut Random) -> Rational {
    ratio(between(random, 1, 3) as i64, between(random, 1, 3) as i64)
}

fn sign(random: &mut Random) -> Rational {
    Rational::from(if random.coin() { 1 } else { -1 })
}

fn between(random: &mut Random, low: usize, high: usize) -> usize {
    low + random.below((high - low + 1) as u64) as usize
}

/// `n / d` for `d > 0`.
fn ratio(n: i64, d: i64) -> Rational {
    Rational::from_ratio(n, d).unwrap_or_else(Rational::zero)
}

fn scaled(vector: &[Rational], factor: &Rational) -> Vec<Rational> {
    vector.iter().map(|entry| entry * factor).collect()
}
