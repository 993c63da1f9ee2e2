//! Forward: first data, small integers, then rational KKT points of them.
//!
//! The samples of a dense network are shared out among *paths*, chains of one unit a hidden layer, so that each path computes a
//! linear function on its own samples and nothing on the others'. Then the point is a KKT point if each path's function is the one
//! of least norm with margin 1 on its samples: a support vector machine, whose few supporting samples are found by
//! going through the subsets. All weights along a path of depth `L` have one size `s`, and the function has norm `s^L`. So
//! that `s` is a small number the path's samples are scaled, which is possible if the norm of the machine is rational.

use super::choices::Choices;
use super::constructed::{Constructed, Construction};
use super::echelon::Echelon;
use super::numbers::{is_positive, norm_squared, positive_numbers, square_root};
use super::{evidence, shapes};
use crate::explore::bounds::{Architecture, Bounds};
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::network::{Activation, Network, Parameters};
use crate::kernel::problem::{Label, Problem, Sample};
use num_traits::{One, Zero};

/// KKT points of small-integer data, as a strategy: dense networks of any depth.
///
/// A ReLU network may have several paths, others have one.
///
/// ```
/// use margincert::explore::bounds::Bounds;
/// use margincert::explore::sources::forward;
///
/// let instance = forward(Bounds::default()).draw(7).expect("an instance");
/// assert!(instance.check()[0].is_ok());
/// ```
pub fn forward(bounds: Bounds) -> Constructed<Forward> {
    let mut bounds = bounds.normalised();
    bounds.architectures.retain(|architecture| *architecture == Architecture::Dense);
    Constructed::new(Forward { positive: positive_numbers(bounds.height), bounds })
}

/// The construction behind [`forward`].
#[derive(Clone, Debug)]
pub struct Forward {
    bounds: Bounds,
    positive: Vec<Rational>,
}

/// How many datasets are tried for a network.
const DATASETS: u32 = 32;
/// The most samples of a path that are looked at for supporting ones.
const MAX_SAMPLES: usize = 10;

/// A chain of units with its samples.
struct Path {
    /// The first layer's weights divided by their norm.
    direction: Vec<Rational>,
    /// The norm of its weights in every layer.
    size: Rational,
    /// The sign of the last weight.
    label: Label,
    samples: Vec<Sample<Rational>>,
    multipliers: Vec<Rational>,
}

impl Construction for Forward {
    type Value = Certificate<Rational>;

    fn build(&self, choices: &mut Choices) -> Option<Certificate<Rational>> {
        if self.bounds.is_empty() {
            return None;
        }
        let (_, network) = shapes::draw(&self.bounds, choices)?;
        let hidden = &network.layers()[..network.depth() - 1];
        let samples = choices.within(&self.bounds.samples);
        let room = hidden.iter().map(|layer| layer.outputs()).min()?.min(samples);
        let relu = matches!(hidden[0].activation(), Activation::Relu);
        let count = if relu { 1 + choices.below(room) } else { 1 };
        let paths = choices.attempt(DATASETS, |choices| self.paths(&network, count, samples, choices))?;
        self.assemble(network, paths)
    }
}

impl Forward {
    /// Paths with samples on which the others do nothing.
    fn paths(
        &self,
        network: &Network<Rational>,
        count: usize,
        samples: usize,
        choices: &mut Choices,
    ) -> Option<Vec<Path>> {
        let mut sizes = vec![1; count];
        (count..samples).for_each(|_| sizes[choices.below(count)] += 1);
        let paths: Option<Vec<Path>> = sizes.iter().map(|&samples| self.path(network, samples, choices)).collect();
        let paths = paths?;
        let silent = |path: &Path, other: &Path| {
            let signs = other.samples.iter().map(|sample| Rational::dot(path.direction.iter().zip(&sample.x)).sign());
            signs.into_iter().all(|sign| sign != Sign::Positive)
        };
        let apart = (0..count).all(|p| (0..count).all(|q| p == q || silent(&paths[p], &paths[q])));
        apart.then_some(paths)
    }

    fn path(&self, network: &Network<Rational>, samples: usize, choices: &mut Choices) -> Option<Path> {
        if samples > MAX_SAMPLES {
            return None;
        }
        let linear = network.is_linear_from(0);
        let size = choices.pick(&self.positive).clone();
        let label = |choices: &mut Choices| if choices.chance(1, 2) { Label::Negative } else { Label::Positive };
        let last = label(choices);
        // What the path has to be at least 1 on: the samples times their label and its sign.
        let mut vectors: Vec<Vec<Rational>> = Vec::with_capacity(samples);
        let mut labels = Vec::with_capacity(samples);
        for _ in 0..samples {
            vectors.push((0..network.inputs()).map(|_| choices.integer(self.bounds.height)).collect());
            labels.push(if linear { label(choices) } else { last });
        }
        let (machine, weights) = support_vectors(&vectors)?;
        let square = norm_squared(machine.iter());
        let norm = square_root(&square)?;
        let inverse = norm.reciprocal()?;
        let power = (0..network.depth()).fold(Rational::one(), |power, _| power * &size);
        let stretch = &norm * &power.reciprocal()?;
        let signed = |(x, y): (Vec<Rational>, Label)| {
            let sign = last.times(y.times(Rational::one()));
            let x = x.into_iter().map(|entry| entry * &stretch * &sign).collect();
            Sample { x, y }
        };
        let factor = &size * &size * &square.reciprocal()?;
        Some(Path {
            direction: machine.into_iter().map(|entry| entry * &inverse).collect(),
            size,
            label: last,
            samples: vectors.into_iter().zip(labels).map(signed).collect(),
            multipliers: weights.into_iter().map(|weight| weight * &factor).collect(),
        })
    }

    fn assemble(&self, network: Network<Rational>, paths: Vec<Path>) -> Option<Certificate<Rational>> {
        let depth = network.depth();
        let mut point = Parameters::zero(&network);
        for (p, path) in paths.iter().enumerate() {
            for (l, layer) in network.layers().iter().enumerate() {
                let numbers = &mut point.layers_mut()[l];
                if l == 0 {
                    let row = &mut numbers[p * layer.inputs()..];
                    row.iter_mut().zip(&path.direction).for_each(|(weight, entry)| *weight = entry * &path.size);
                } else if l + 1 == depth {
                    numbers[p] = path.label.times(path.size.clone());
                } else {
                    numbers[p * layer.inputs() + p] = path.size.clone();
                }
            }
        }
        let count = paths.len();
        let (mut samples, mut multipliers) = (Vec::new(), Vec::new());
        for path in paths {
            samples.extend(path.samples);
            multipliers.extend(path.multipliers);
        }
        let problem = Problem::new(network.clone(), samples, point).ok()?;
        if !self.bounds.admits(&problem) {
            return None;
        }
        // The units of other paths stay out of a sample; of dead units any slope will do.
        let slope = |_, unit: crate::kernel::network::Unit| {
            network.slope(unit, if unit.unit < count { Sign::Negative } else { Sign::Positive })
        };
        evidence::certificate(problem, multipliers, slope)
    }
}

/// The vector `u = sum mu_i z_i` of least norm with `u . z_i >= 1` for all `i`, with `mu >= 0`; there is none if a half-space holds
/// no such vectors. Goes through the sets of vectors on which `u . z_i = 1`, the small ones first.
fn support_vectors(vectors: &[Vec<Rational>]) -> Option<(Vec<Rational>, Vec<Rational>)> {
    let product = |a: &[Rational], b: &[Rational]| Rational::dot(a.iter().zip(b));
    let mut sets: Vec<u32> = (1..1u32 << vectors.len()).collect();
    sets.sort_by_key(|set| set.count_ones());
    sets.into_iter().find_map(|set| {
        let members: Vec<usize> = (0..vectors.len()).filter(|place| set >> place & 1 == 1).collect();
        let mut system = Echelon::new(members.len());
        for &i in &members {
            let row = members.iter().map(|&j| product(&vectors[i], &vectors[j])).chain([Rational::one()]);
            system.insert(row.collect())?;
        }
        if !system.free().is_empty() {
            return None;
        }
        let solution = system.solution(&[]);
        if !solution.iter().all(is_positive) {
            return None;
        }
        let mut machine = vec![Rational::zero(); vectors[0].len()];
        let mut weights = vec![Rational::zero(); vectors.len()];
        for (&member, weight) in members.iter().zip(solution) {
            machine.iter_mut().zip(&vectors[member]).for_each(|(sum, entry)| sum.add_product(&weight, entry));
            weights[member] = weight;
        }
        let separates = vectors.iter().all(|vector| product(&machine, vector) >= Rational::one());
        separates.then_some((machine, weights))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn support_vectors_are_those_of_least_norm() {
        let vectors = |rows: &[&[i64]]| -> Vec<Vec<Rational>> {
            rows.iter().map(|row| row.iter().map(|&n| Rational::from(n)).collect()).collect()
        };
        let numbers = |list: &[Rational]| list.iter().map(Rational::to_string).collect::<Vec<_>>().join(" ");
        let (machine, weights) = support_vectors(&vectors(&[&[1, 1], &[-1, 1], &[0, 3]])).expect("separable");
        assert_eq!((numbers(&machine), numbers(&weights)), ("0 1".into(), "1/2 1/2 0".into()));
        let (machine, _) = support_vectors(&vectors(&[&[3, 4], &[6, 9]])).expect("separable");
        assert_eq!(numbers(&machine), "3/25 4/25");
        assert!(support_vectors(&vectors(&[&[1, 0], &[-1, 0]])).is_none());
        assert!(support_vectors(&vectors(&[&[0, 0]])).is_none());
    }
}
