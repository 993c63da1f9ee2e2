//! Every balanced point with numbers of a lattice, once up to symmetry.

use std::collections::HashMap;
use std::rc::Rc;

use super::symmetry::{Symmetry, offsets};
use crate::explore::sources::points::{Group, groups};
use crate::kernel::exact::Rational;
use crate::kernel::network::Network;

/// A network with what the enumeration of its points needs. Points are lists of integers, the numbers times a common
/// denominator, the last layer first.
#[derive(Clone, Debug)]
pub struct Wired {
    /// The network.
    pub network: Network<Rational>,
    /// Its symmetries.
    pub symmetries: Vec<Symmetry>,
    /// Where each layer begins in a point.
    pub offsets: Vec<usize>,
    groups: Vec<Vec<Group>>,
}

/// A point that comes first among its images.
#[derive(Clone, Debug)]
pub struct CanonicalPoint {
    /// The numbers times the common denominator, the last layer first.
    pub numbers: Vec<i64>,
    /// The indices of the symmetries that map it to itself.
    pub stabiliser: Vec<usize>,
}

impl Wired {
    /// With its symmetries.
    pub fn new(network: Network<Rational>) -> Self {
        let symmetries = super::symmetry::symmetries(&network);
        Wired { symmetries, offsets: offsets(&network), groups: groups(&network), network }
    }

    /// The number of the last layer's parameters.
    pub fn top(&self) -> usize {
        self.network.layers().last().map_or(0, |layer| layer.parameters())
    }

    /// Every balanced point with this last layer that no symmetry makes smaller. That points which are not balanced are left
    /// out loses no KKT point: see the module `points`.
    pub fn points(&self, top: &[i64], values: &[i64], nonzero_weights: bool) -> Vec<CanonicalPoint> {
        let mut image = Vec::new();
        let mut numbers = top.to_vec();
        numbers.resize(self.network.parameter_count(), 0);
        // Symmetries move parameters within their layer, so that a point is no smaller than its images only if its last layer is not.
        let smaller = |symmetry: &Symmetry| {
            symmetry.point.apply(&numbers, &mut image);
            image[..top.len()] < *top
        };
        // At the point 0 the network computes 0, and no margin is 1.
        if top.iter().all(|entry| *entry == 0) || self.symmetries.iter().any(smaller) {
            return Vec::new();
        }
        let order: Vec<(usize, usize)> =
            (0..self.groups.len()).rev().flat_map(|l| (0..self.groups[l].len()).map(move |group| (l, group))).collect();
        let mut search =
            Search { wired: self, values, nonzero_weights, order, numbers, spheres: HashMap::new(), found: Vec::new() };
        search.go(0);
        search.found
    }

    /// The point by layers, as numbers.
    pub fn by_layers(&self, numbers: &[i64], scale: i64) -> Vec<Vec<Rational>> {
        let layers = self.network.layers().iter().zip(&self.offsets);
        let number = |n: &i64| crate::explore::sources::numbers::ratio(*n, scale);
        layers.map(|(layer, &offset)| numbers[offset..][..layer.parameters()].iter().map(number).collect()).collect()
    }
}

struct Search<'a> {
    wired: &'a Wired,
    values: &'a [i64],
    nonzero_weights: bool,
    /// Groups, those of the last hidden layer first.
    order: Vec<(usize, usize)>,
    numbers: Vec<i64>,
    /// The vectors of a length with a norm.
    spheres: HashMap<(usize, i64), Rc<Vec<Vec<i64>>>>,
    found: Vec<CanonicalPoint>,
}

impl Search<'_> {
    fn go(&mut self, place: usize) {
        let wired = self.wired;
        let Some(&(layer, group)) = self.order.get(place) else {
            self.found.extend(self.canonical());
            return;
        };
        let group = &wired.groups[layer][group];
        let outgoing = group.outgoing.iter().map(|p| self.numbers[wired.offsets[layer + 1] + p]);
        let square = outgoing.map(|entry| entry * entry).sum();
        if square == 0 && self.nonzero_weights {
            return;
        }
        for vector in self.sphere(group.incoming.len(), square).iter() {
            for (&parameter, &entry) in group.incoming.iter().zip(vector) {
                self.numbers[wired.offsets[layer] + parameter] = entry;
            }
            self.go(place + 1);
        }
    }

    fn sphere(&mut self, length: usize, square: i64) -> Rc<Vec<Vec<i64>>> {
        let values = self.values;
        let make = || {
            let mut all = Vec::new();
            vectors(values, square, &mut Vec::with_capacity(length), length, &mut all);
            Rc::new(all)
        };
        self.spheres.entry((length, square)).or_insert_with(make).clone()
    }

    fn canonical(&self) -> Option<CanonicalPoint> {
        let mut image = Vec::with_capacity(self.numbers.len());
        let mut stabiliser = Vec::new();
        for (index, symmetry) in self.wired.symmetries.iter().enumerate() {
            symmetry.point.apply(&self.numbers, &mut image);
            match image.cmp(&self.numbers) {
                std::cmp::Ordering::Less => return None,
                std::cmp::Ordering::Equal => stabiliser.push(index),
                std::cmp::Ordering::Greater => {}
            }
        }
        Some(CanonicalPoint { numbers: self.numbers.clone(), stabiliser })
    }
}

fn vectors(values: &[i64], square: i64, start: &mut Vec<i64>, length: usize, all: &mut Vec<Vec<i64>>) {
    if start.len() == length {
        if square == 0 {
            all.push(start.clone());
        }
        return;
    }
    for &value in values.iter().filter(|value| *value * *value <= square) {
        start.push(value);
        vectors(values, square - value * value, start, length, all);
        start.pop();
    }
}
