//! Dense networks of the catalogue that are not locally optimal, rotated, permuted, with dead units and slack samples added.

use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Activation, Weights};
use margincert::prove::search::Random;
use num_traits::{One, Zero};

use super::exact::*;
use super::{Case, Truth};

/// A dense ReLU network as matrices.
struct Dense {
    samples: Vec<Vec<Rational>>,
    layers: Vec<Matrix>,
}

fn integers(rows: &[&[i64]]) -> Matrix {
    rows.iter().map(|row| row.iter().map(|&n| q(n, 1)).collect()).collect()
}

/// One live unit, one dead.
pub fn dead_neuron(random: &mut Random) -> Case {
    let samples = vec![vec![q(1, 1), q(1, 4)], vec![q(-1, 1), q(1, 4)]];
    let layers = vec![integers(&[&[0, 2], &[0, 0]]), integers(&[&[2, 0]])];
    Dense { samples, layers }.transformed(random)
}

/// One path of ones.
pub fn dead_neuron_deep(random: &mut Random) -> Case {
    let depth = between(random, 3, 5);
    let mut layers = vec![integers(&[&[0, 1], &[0, 0]]), integers(&[&[1, 0]])];
    layers.resize(depth, integers(&[&[1]]));
    Dense { samples: integers(&[&[3, 1], &[-3, 1]]), layers }.transformed(random)
}

/// Two live units, the second with kinks.
pub fn nonzero_weights(random: &mut Random) -> Case {
    let samples = integers(&[&[2, 1, 0], &[-2, 1, 0], &[0, 0, 1], &[0, 0, 1]]);
    let layers = vec![integers(&[&[0, 1, 0], &[0, 0, 1]]), integers(&[&[1, 1]])];
    Dense { samples, layers }.transformed(random)
}

impl Dense {
    fn transformed(mut self, random: &mut Random) -> Case {
        // A factor c_l > 0 for each layer would unbalance the point; scaling the data by c^L and the point by 1/c does not.
        let depth = self.layers.len();
        let factor = positive(random);
        let inverse = factor.reciprocal().expect("positive");
        let power = (0..depth).fold(Rational::one(), |product, _| product * &factor);
        self.samples.iter_mut().for_each(|x| *x = scaled(x, &power));
        self.layers.iter_mut().flatten().for_each(|row| *row = scaled(row, &inverse));
        // Dead units in every hidden layer.
        for l in 0..depth - 1 {
            let parameters: usize = self.layers.iter().map(|layer| layer.len() * layer[0].len()).sum();
            let growth = self.layers[l][0].len() + self.layers[l + 1].len();
            let most = (30usize.saturating_sub(parameters) / growth).min(6usize.saturating_sub(self.layers[l].len()));
            for _ in 0..random.below(most.min(2) as u64 + 1) {
                let inputs = self.layers[l][0].len();
                self.layers[l].push(zeros(inputs));
                self.layers[l + 1].iter_mut().for_each(|row| row.push(Rational::zero()));
            }
        }
        // The inputs turned, maybe with a dimension more; the hidden units shuffled.
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
        let activation = |l: usize| if l + 1 == depth { Activation::Linear } else { Activation::Relu };
        let layer = |(l, rows): (usize, &Matrix)| (Weights::Dense { outputs: rows.len() }, activation(l));
        let layers = self.layers.iter().enumerate().map(layer).collect();
        let point = self.layers.iter().map(|rows| rows.concat()).collect();
        let samples = with_slack_samples(self.samples.into_iter().map(|x| (x, true)).collect(), random);
        Case { problem: problem(layers, samples, point), truth: Truth::NotLocal }
    }
}
