//! An instance in parts that can be changed.

use crate::kernel::exact::Rational;
use crate::kernel::network::{Activation, Network, Parameters, Weights};
use crate::kernel::problem::{Problem, Sample};
use num_traits::Zero;

/// A network's layers, samples and a point, not necessarily fitting.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The dimension of the samples.
    pub inputs: usize,
    /// The layers.
    pub layers: Vec<(Weights, Activation<Rational>)>,
    /// One list a layer.
    pub point: Vec<Vec<Rational>>,
    /// The dataset.
    pub samples: Vec<Sample<Rational>>,
}

impl Draft {
    /// The parts of an instance.
    pub fn of(problem: &Problem<Rational>) -> Self {
        let network = problem.network();
        Draft {
            inputs: network.inputs(),
            layers: network.layers().iter().map(|l| (l.weights().clone(), l.activation().clone())).collect(),
            point: problem.point().layers().to_vec(),
            samples: problem.samples().to_vec(),
        }
    }

    /// The network, if the layers fit.
    pub fn network(&self) -> Option<Network<Rational>> {
        Network::new(self.inputs, self.layers.clone()).ok()
    }

    /// The instance, if all fits.
    pub fn problem(self) -> Option<Problem<Rational>> {
        let network = self.network()?;
        Problem::new(network, self.samples, Parameters::new(self.point)).ok()
    }

    /// Whether every hidden layer is diagonal.
    pub fn is_diagonal(&self) -> bool {
        let hidden = self.layers.len() - 1;
        self.layers[..hidden].iter().all(|(weights, _)| matches!(weights, Weights::Diagonal))
    }

    /// Adds a last unit to a dense hidden layer before a dense one. Its weights are those of another unit times the second
    /// factor, and the other's are multiplied by the first; without another unit they are 0.
    pub fn insert_unit(&mut self, layer: usize, other: Option<(usize, Rational, Rational)>) -> Option<()> {
        let (Weights::Dense { outputs }, Weights::Dense { outputs: readers }) =
            (&self.layers[layer].0, &self.layers[layer + 1].0)
        else {
            return None;
        };
        let (outputs, readers) = (*outputs, *readers);
        let inputs = self.point[layer].len() / outputs;
        for input in 0..inputs {
            let weight = split(&mut self.point[layer], &other, |unit| unit * inputs + input);
            self.point[layer].push(weight);
        }
        // From the last row on, so that the places of those before stay.
        for reader in (0..readers).rev() {
            let weight = split(&mut self.point[layer + 1], &other, |unit| reader * outputs + unit);
            self.point[layer + 1].insert((reader + 1) * outputs, weight);
        }
        self.layers[layer].0 = Weights::Dense { outputs: outputs + 1 };
        Some(())
    }
}

/// Shares the weight of a unit with another one, whose weight is returned.
fn split(
    numbers: &mut [Rational],
    other: &Option<(usize, Rational, Rational)>,
    place: impl Fn(usize) -> usize,
) -> Rational {
    match other {
        None => Rational::zero(),
        Some((unit, first, second)) => {
            let weight = &mut numbers[place(*unit)];
            let share = &*weight * second;
            *weight *= first;
            share
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::problem::Label;

    #[test]
    fn a_split_unit_does_what_it_did() {
        let number = |n: i64| Rational::from(n);
        let numbers = |list: &[i64]| list.iter().map(|&n| number(n)).collect::<Vec<_>>();
        let mut draft = Draft {
            inputs: 2,
            layers: vec![
                (Weights::Dense { outputs: 2 }, Activation::Relu),
                (Weights::Dense { outputs: 2 }, Activation::Relu),
                (Weights::Dense { outputs: 1 }, Activation::Linear),
            ],
            point: vec![numbers(&[1, 2, 3, 4]), numbers(&[5, 6, 7, -8]), numbers(&[9, 1])],
            samples: vec![Sample { x: numbers(&[1, 1]), y: Label::Positive }],
        };
        let before = draft.clone().problem().expect("it fits").margin(0);
        let five = |n| Rational::from_ratio(n, 5).expect("not zero");
        draft.insert_unit(0, Some((1, five(3), five(4)))).expect("dense layers");
        draft.insert_unit(1, None).expect("dense layers");
        let after = draft.problem().expect("it fits");
        assert_eq!(after.margin(0), before);
        assert_eq!(after.network().layers()[0].outputs(), 3);
        assert_eq!(after.point().layers()[1][8], number(0));
    }
}
