//! Every dataset that makes a point a KKT point, once up to the symmetries that keep the point.

use std::collections::HashMap;
use std::rc::Rc;

use super::points::{CanonicalPoint, Wired};
use super::samples::{Evaluator, LatticeSample};
use super::supports::{Enough, Support, supports};
use super::{Lattice, Member};
use crate::explore::bounds::Bounds;
use crate::explore::facts::structure::Parts;
use crate::kernel::certificate::Certificate;
use crate::kernel::check::{Claim, Kkt, Selections};
use crate::kernel::exact::Rational;
use crate::kernel::network::Parameters;
use crate::kernel::problem::Problem;
use num_traits::Zero;

/// A point with its samples.
pub struct AtPoint<'a> {
    wired: &'a Wired,
    index: usize,
    point: Vec<Vec<Rational>>,
    scale: i64,
    samples: Vec<LatticeSample>,
    /// What the symmetries that keep the point, except the identity, do to the samples.
    permutations: Vec<Vec<usize>>,
    needs_kink: bool,
    bounds: &'a Bounds,
    sizes: std::ops::RangeInclusive<usize>,
}

impl<'a> AtPoint<'a> {
    /// Goes through the samples at a point; `index` is the network's.
    pub fn new(wired: &'a Wired, index: usize, point: &CanonicalPoint, lattice: &Lattice, bounds: &'a Bounds) -> Self {
        let evaluator = Evaluator::new(wired, &point.numbers, lattice.scale);
        let samples = evaluator.samples(&lattice.values, bounds.nonzero_inputs, bounds.kinks == Some(false));
        let places: HashMap<&[i64], usize> =
            samples.iter().enumerate().map(|(place, sample)| (sample.x.as_slice(), place)).collect();
        let is_linear = wired.network.is_linear_from(0);
        let mut image = Vec::new();
        let permutation = |&symmetry: &usize| -> Vec<usize> {
            let to = samples.iter().map(|sample| {
                let symmetry = &wired.symmetries[symmetry];
                symmetry.sample.apply(&sample.x, &mut image);
                // What was labelled otherwise is turned round where only one label is gone through.
                if is_linear && symmetry.output < 0 {
                    image.iter_mut().for_each(|entry| *entry = -*entry);
                }
                // A symmetry that keeps the point keeps outputs and kinks, so that the image is among the samples.
                places[image.as_slice()]
            });
            to.collect()
        };
        let mut permutations: Vec<Vec<usize>> = point.stabiliser.iter().map(permutation).collect();
        // One identity; others that move no sample here count like it.
        if let Some(identity) = permutations.iter().position(|to| to.iter().enumerate().all(|(a, &b)| a == b)) {
            permutations.remove(identity);
        }
        AtPoint {
            wired,
            index,
            point: wired.by_layers(&point.numbers, lattice.scale),
            scale: lattice.scale,
            permutations,
            needs_kink: bounds.kinks == Some(true),
            bounds,
            sizes: bounds.samples.clone(),
            samples,
        }
    }

    /// All datasets that make the point a KKT point; it ends early once `is_over` says so.
    pub fn members(self, is_over: &'a dyn Fn() -> bool) -> impl Iterator<Item = Member> + 'a {
        let most = *self.sizes.end();
        let found = supports(self.wired, &self.point, self.scale, &self.samples, most, is_over);
        let active = self.samples.iter().take_while(|sample| sample.active).count();
        let slack: Vec<usize> = (active..self.samples.len()).collect();
        let this = Rc::new(self);
        found.flat_map(move |support| {
            // Each member of the support once, and any multiset of it and the samples with room to spare.
            let pool: Rc<[usize]> = support.samples.iter().chain(&slack).copied().collect();
            let least = support.samples.len();
            let sizes = this.sizes.clone().filter(move |size| *size >= least);
            let datasets = sizes.flat_map(move |size| {
                let pool = Rc::clone(&pool);
                Multisets::new(pool.len(), size - least)
                    .map(move |more| more.iter().map(|&place| pool[place]).collect())
            });
            let this = Rc::clone(&this);
            datasets.take_while(move |_: &Vec<usize>| !is_over()).filter_map(move |more| this.member(&support, more))
        })
    }

    /// The instance with the support and more samples, if no symmetry makes it smaller.
    fn member(&self, support: &Support, more: Vec<usize>) -> Option<Member> {
        let mut dataset = more;
        dataset.extend(&support.samples);
        dataset.sort_unstable();
        if self.needs_kink && !dataset.iter().any(|&sample| self.samples[sample].kinked) {
            return None;
        }
        let mut kept = 1;
        let mut image = Vec::with_capacity(dataset.len());
        for to in &self.permutations {
            image.clear();
            image.extend(dataset.iter().map(|&sample| to[sample]));
            image.sort_unstable();
            match image.cmp(&dataset) {
                std::cmp::Ordering::Less => return None,
                std::cmp::Ordering::Equal => kept += 1,
                std::cmp::Ordering::Greater => {}
            }
        }
        // Each sample of a linear network stands for the one with both signs changed.
        let turned = if self.wired.network.is_linear_from(0) { 1 << dataset.len().min(64) } else { 1 };
        let orbit = self.wired.symmetries.len() as u128 / kept * orders(&dataset) * turned;
        let samples = dataset.iter().map(|&sample| self.samples[sample].sample(self.scale)).collect();
        let problem = Problem::new(self.wired.network.clone(), samples, Parameters::new(self.point.clone())).ok()?;
        if !self.bounds.meets_condition(Parts::of(&problem)) {
            return None;
        }
        let claims = support.evidence.iter().map(|enough| placed(&dataset, enough)).collect();
        let instance = Certificate { claims, ..Certificate::instance(None, problem) };
        Some(Member { instance, network: self.index, orbit })
    }
}

/// The evidence of the support, where its samples are in the dataset.
fn placed(dataset: &[usize], enough: &Enough) -> Claim<Rational> {
    let Enough { samples, kkt } = enough;
    let mut multipliers = vec![Rational::zero(); dataset.len()];
    let mut selections = Selections::new();
    for (place, sample) in samples.iter().enumerate() {
        if let Some(at) = dataset.iter().position(|other| other == sample) {
            multipliers[at] = kkt.multipliers[place].clone();
            selections.extend(kkt.selections.get(&place).map(|terms| (at, terms.clone())));
        }
    }
    Claim::Kkt(Kkt { layer: None, multipliers, selections })
}

/// In how many orders the samples can be listed.
fn orders(dataset: &[usize]) -> u128 {
    let (mut orders, mut run) = (1u128, 0u128);
    for (place, sample) in dataset.iter().enumerate() {
        run = if place > 0 && dataset[place - 1] == *sample { run + 1 } else { 1 };
        orders = orders * (place as u128 + 1) / run;
    }
    orders
}

/// All ascending lists of a length with entries below a limit, repetitions allowed.
struct Multisets {
    next: Option<Vec<usize>>,
    limit: usize,
}

impl Multisets {
    fn new(limit: usize, length: usize) -> Self {
        Multisets { next: (limit > 0 || length == 0).then(|| vec![0; length]), limit }
    }
}

impl Iterator for Multisets {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        let current = self.next.take()?;
        if let Some(place) = (0..current.len()).rev().find(|&place| current[place] + 1 < self.limit) {
            let mut next = current.clone();
            let entry = next[place] + 1;
            next[place..].fill(entry);
            self.next = Some(next);
        }
        Some(current)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multisets_are_all_there() {
        assert_eq!(Multisets::new(3, 2).collect::<Vec<_>>(), [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]]);
        assert_eq!(Multisets::new(0, 0).collect::<Vec<_>>(), [Vec::<usize>::new()]);
        assert_eq!(Multisets::new(0, 1).count(), 0);
        assert_eq!(Multisets::new(5, 3).count(), 35);
    }

    #[test]
    fn orders_are_multinomial() {
        assert_eq!(orders(&[1, 2, 3]), 6);
        assert_eq!(orders(&[1, 1, 3, 3]), 6);
        assert_eq!(orders(&[4, 4, 4]), 1);
    }
}
