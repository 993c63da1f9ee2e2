//! Dense networks of the catalogue, rotated, permuted, with dead units and slack samples added.

use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Activation, Weights};
use margincert::prove::search::Random;
use num_traits::{One, Zero};

use super::exact::*;
use super::{Case, Truth};

/// A dense network as matrices, with what is known of its point.
struct Dense {
    samples: Vec<Vec<Rational>>,
    layers: Vec<Matrix>,
    activation: Activation<Rational>,
    truth: Truth,
}

fn integers(rows: &[&[i64]]) -> Matrix {
    rows.iter().map(|row| row.iter().map(|&n| q(n, 1)).collect()).collect()
}

/// One live unit, one dead.
pub fn dead_neuron(random: &mut Random) -> Case {
    one_live_unit(random, Activation::Relu)
}

/// The same with a slope of 1/10 on the negative side.
pub fn dead_leaky_neuron(random: &mut Random) -> Case {
    one_live_unit(random, Activation::LeakyRelu(q(1, 10)))
}

fn one_live_unit(random: &mut Random, activation: Activation<Rational>) -> Case {
    let samples = vec![vec![q(1, 1), q(1, 4)], vec![q(-1, 1), q(1, 4)]];
    let layers = vec![integers(&[&[0, 2], &[0, 0]]), integers(&[&[2, 0]])];
    Dense { samples, layers, activation, truth: Truth::NotLocal }.with_dead_units(random).transformed(random)
}

/// One path of ones.
pub fn dead_neuron_deep(random: &mut Random) -> Case {
    let depth = between(random, 3, 5);
    let mut layers = vec![integers(&[&[0, 1], &[0, 0]]), integers(&[&[1, 0]])];
    layers.resize(depth, integers(&[&[1]]));
    let samples = integers(&[&[3, 1], &[-3, 1]]);
    let net = Dense { samples, layers, activation: Activation::Relu, truth: Truth::NotLocal };
    net.with_dead_units(random).transformed(random)
}

/// Two live units, the second with kinks.
pub fn nonzero_weights(random: &mut Random) -> Case {
    let samples = integers(&[&[2, 1, 0], &[-2, 1, 0], &[0, 0, 1], &[0, 0, 1]]);
    let layers = vec![integers(&[&[0, 1, 0], &[0, 0, 1]]), integers(&[&[1, 1]])];
    let net = Dense { samples, layers, activation: Activation::Relu, truth: Truth::NotLocal };
    net.with_dead_units(random).transformed(random)
}

/// Two live units, each the only one on its sample; the global optimum of every width if the samples point away from each other
/// enough.
pub fn two_units(random: &mut Random) -> Case {
    let global = random.coin();
    let (x, y) = if global { (q(15, 17), q(8, 17)) } else { (q(4, 5), q(3, 5)) };
    let samples = vec![vec![x.clone(), y.clone()], vec![-x, y]];
    let layers = vec![samples.clone(), integers(&[&[1, 1]])];
    let truth = if global { Truth::Global } else { Truth::Local };
    let net = Dense { samples, layers, activation: Activation::Relu, truth };
    // A dead unit spoils the local optimum, as it can take over from both.
    let net = if global { net.with_dead_units(random) } else { net };
    net.split(random).transformed(random)
}

impl Dense {
    /// Doubles some units of a network of depth 2: `w, v` becomes `c w, c v` and `s w, s v` with `c^2 + s^2 = 1`, which
    /// changes neither what the network computes nor its norm, and keeps stationarity.
    fn split(mut self, random: &mut Random) -> Dense {
        for unit in 0..self.layers[0].len() {
            let live = !self.layers[1][0][unit].is_zero();
            if !live || self.layers[0].len() >= 6 || random.below(3) > 0 {
                continue;
            }
            let (c, s) = [(q(3, 5), q(4, 5)), (q(5, 13), q(12, 13))][random.below(2) as usize].clone();
            let (w, v) = (self.layers[0][unit].clone(), self.layers[1][0][unit].clone());
            self.layers[0][unit] = scaled(&w, &c);
            self.layers[1][0][unit] = &v * &c;
            self.layers[0].push(scaled(&w, &s));
            self.layers[1][0].push(&v * &s);
        }
        self
    }

    /// Up to four dead units in every hidden layer, within 30 parameters and six units a layer.
    fn with_dead_units(mut self, random: &mut Random) -> Dense {
        for l in 0..self.layers.len() - 1 {
            let parameters: usize = self.layers.iter().map(|layer| layer.len() * layer[0].len()).sum();
            let growth = self.layers[l][0].len() + self.layers[l + 1].len();
            let most = (30usize.saturating_sub(parameters) / growth).min(6usize.saturating_sub(self.layers[l].len()));
            for _ in 0..random.below(most.min(4) as u64 + 1) {
                let inputs = self.layers[l][0].len();
                self.layers[l].push(zeros(inputs));
                self.layers[l + 1].iter_mut().for_each(|row| row.push(Rational::zero()));
            }
        }
        self
    }

    /// Scales, turns and permutes.
    fn transformed(mut self, random: &mut Random) -> Case {
        // A factor c_l > 0 for each layer would unbalance the point; scaling the data by c^L and the point by 1/c does not.
        let depth = self.layers.len();
        let factor = positive(random);
        let inverse = factor.reciprocal().expect("positive");
        let power = (0..depth).fold(Rational::one(), |product, _| product * &factor);
        self.samples.iter_mut().for_each(|x| *x = scaled(x, &power));
        self.layers.iter_mut().flatten().for_each(|row| *row = scaled(row, &inverse));
        // The inputs turned, the hidden units shuffled.
        let inputs = self.samples[0].len();
        let turn = orthogonal(inputs, random);
        self.samples.iter_mut().for_each(|x| *x = apply(&turn, x));
        self.layers[0].iter_mut().for_each(|row| *row = apply(&turn, row));
        for l in 0..depth - 1 {
            let mut order: Vec<usize> = (0..self.layers[l].len()).collect();
            random.shuffle(&mut order);
            self.layers[l] = order.iter().map(|&unit| self.layers[l][unit].clone()).collect();
            self.layers[l + 1].iter_mut().for_each(|row| *row = order.iter().map(|&unit| row[unit].clone()).collect());
        }
        let activation = |l: usize| if l + 1 == depth { Activation::Linear } else { self.activation.clone() };
        let layer = |(l, rows): (usize, &Matrix)| (Weights::Dense { outputs: rows.len() }, activation(l));
        let layers = self.layers.iter().enumerate().map(layer).collect();
        let point = self.layers.iter().map(|rows| rows.concat()).collect();
        let samples = with_slack_samples(self.samples.into_iter().map(|x| (x, true)).collect(), random);
        Case { problem: problem(layers, samples, point), truth: self.truth }
    }
}
