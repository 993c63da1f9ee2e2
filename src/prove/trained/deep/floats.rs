//! A network in floats, with a slope for each unit and sample that is chosen rather than read off the preactivation.

use std::rc::Rc;

use super::super::dense::{dot, norm};
use super::super::task::Task;
use super::groups::{Group, groups};
use crate::kernel::network::Connection;

/// A list of parameters a layer.
pub(super) type Parameters = Vec<Vec<f64>>;

/// What is left of a task's network: parameters that are left out are 0.
#[derive(Clone, Debug)]
pub(super) struct Floats<'t> {
    pub(super) task: &'t Task,
    pub(super) parameters: Parameters,
    /// Whether a parameter is not left out.
    pub(super) free: Vec<Vec<bool>>,
    /// What each unit of each layer reads with parameters that are not left out.
    pub(super) rows: Rc<Vec<Vec<Vec<Connection>>>>,
    /// The task's units that each unit of each hidden layer stands for; none if it is left out.
    pub(super) origins: Vec<Vec<Vec<usize>>>,
    groups: Rc<Vec<Vec<Group>>>,
}

/// What a network computes on a sample.
pub(super) struct Pass {
    /// `inputs[l]`: what layer `l` reads.
    pub(super) inputs: Vec<Vec<f64>>,
    /// `preactivations[l]`: what its units compute.
    pub(super) preactivations: Vec<Vec<f64>>,
}

impl<'t> Floats<'t> {
    /// The task's network.
    pub(super) fn new(task: &'t Task) -> Self {
        let layers = task.network.layers();
        let hidden = layers[..layers.len() - 1].iter();
        let origins = hidden.map(|layer| (0..layer.outputs()).map(|unit| vec![unit]).collect()).collect();
        let free = layers.iter().map(|layer| vec![true; layer.parameters()]).collect();
        let (parameters, groups) = (task.parameters.clone(), Rc::new(groups(&task.network)));
        let mut network = Floats { task, parameters, free, rows: Rc::default(), origins, groups };
        network.find_rows();
        network
    }

    /// The network at a point of the task's architecture, whose parameters that are 0 are left out.
    pub(super) fn at(task: &'t Task, parameters: Parameters) -> Self {
        let mut network = Floats { parameters, ..Self::new(task) };
        network.free = network.parameters.iter().map(|layer| layer.iter().map(|p| *p != 0.0).collect()).collect();
        network.find_rows();
        network
    }

    fn find_rows(&mut self) {
        let layers = self.task.network.layers().iter().zip(&self.free);
        let rows = layers.map(|(layer, free)| {
            let row = |row: &Vec<Connection>| row.iter().filter(|edge| free[edge.parameter]).copied().collect();
            layer.incoming().iter().map(row).collect()
        });
        self.rows = Rc::new(rows.collect());
    }

    /// The number of hidden layers.
    pub(super) fn hidden(&self) -> usize {
        self.task.depth() - 1
    }

    /// Every parameter that is not left out, first layer first.
    pub(super) fn unknowns(&self) -> Vec<f64> {
        self.chosen(&self.parameters)
    }

    /// Those of all parameters that are not left out.
    fn chosen(&self, parameters: &[Vec<f64>]) -> Vec<f64> {
        let all = parameters.iter().flatten().zip(self.free.iter().flatten());
        all.filter(|(_, free)| **free).map(|(parameter, _)| *parameter).collect()
    }

    /// The network with other parameters, in the same order.
    pub(super) fn with(&self, unknowns: &[f64]) -> Self {
        let mut other = self.clone();
        let places = other.parameters.iter_mut().flatten().zip(self.free.iter().flatten());
        places.filter(|(_, free)| **free).zip(unknowns).for_each(|((place, _), value)| *place = *value);
        other
    }

    /// What it computes on a sample, if `slope` is told layer, unit and preactivation and chooses the slope.
    pub(super) fn pass(&self, sample: usize, mut slope: impl FnMut(usize, usize, f64) -> f64) -> Pass {
        let mut pass = Pass { inputs: vec![self.task.inputs[sample].clone()], preactivations: Vec::new() };
        for (l, (rows, weights)) in self.rows.iter().zip(&self.parameters).enumerate() {
            let read = &pass.inputs[l];
            let row = |row: &Vec<Connection>| row.iter().map(|edge| weights[edge.parameter] * read[edge.unit]).sum();
            let z: Vec<f64> = rows.iter().map(row).collect();
            if l < self.hidden() {
                pass.inputs.push(z.iter().enumerate().map(|(u, z)| slope(l, u, *z) * z).collect());
            }
            pass.preactivations.push(z);
        }
        pass
    }

    /// The same with each unit's own side.
    pub(super) fn own_pass(&self, sample: usize) -> Pass {
        self.pass(sample, |l, _, z| self.task.sides[l][usize::from(z > 0.0)])
    }

    /// The least margin.
    pub(super) fn margin(&self) -> f64 {
        let margin = |i| self.task.label(i) * self.own_pass(i).preactivations[self.hidden()][0];
        (0..self.task.inputs.len()).map(margin).fold(f64::INFINITY, f64::min)
    }

    /// The network scaled to margin 1, and then half its squared norm; nothing where a margin is not positive.
    pub(super) fn scaled(&self) -> Option<(Self, f64)> {
        let margin = self.margin();
        if !(margin > 0.0 && margin.is_finite()) {
            return None;
        }
        let scale = margin.powf(-1.0 / self.task.depth() as f64);
        let parameters: Vec<f64> = self.unknowns().iter().map(|p| p * scale).collect();
        Some((self.with(&parameters), dot(&parameters, &parameters) / 2.0))
    }

    /// From derivatives by the preactivations of a layer, those by what each unit of the layer before passes on.
    fn back(&self, layer: usize, by: &[f64]) -> Vec<f64> {
        let mut below = vec![0.0; self.task.network.layers()[layer].inputs()];
        for (row, by) in self.rows[layer].iter().zip(by).filter(|(_, by)| **by != 0.0) {
            row.iter().for_each(|edge| below[edge.unit] += by * self.parameters[layer][edge.parameter]);
        }
        below
    }

    /// The derivative of the output by what each hidden unit passes on, with these slopes.
    pub(super) fn by_output(&self, slopes: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let mut above = vec![1.0];
        let mut by_output = vec![Vec::new(); self.hidden()];
        for l in (0..self.hidden()).rev() {
            by_output[l] = self.back(l + 1, &above);
            above = by_output[l].iter().zip(&slopes[l]).map(|(by, slope)| by * slope).collect();
        }
        by_output
    }

    /// The gradient of a preactivation by the unknowns, with these slopes; the output is the last layer's.
    pub(super) fn gradient(&self, pass: &Pass, slopes: &[Vec<f64>], layer: usize, unit: usize) -> Vec<f64> {
        let mut gradient: Parameters = self.parameters.iter().map(|layer| vec![0.0; layer.len()]).collect();
        let mut by = vec![0.0; self.rows[layer].len()];
        by[unit] = 1.0;
        for l in (0..=layer).rev() {
            for (row, by) in self.rows[l].iter().zip(&by).filter(|(_, by)| **by != 0.0) {
                row.iter().for_each(|edge| gradient[l][edge.parameter] += by * pass.inputs[l][edge.unit]);
            }
            if l > 0 {
                by = self.back(l, &by).iter().zip(&slopes[l - 1]).map(|(by, slope)| by * slope).collect();
            }
        }
        self.chosen(&gradient)
    }

    /// Whether a group of units is not left out.
    fn lives(&self, layer: usize, group: &Group) -> bool {
        group.units.iter().any(|unit| !self.origins[layer][*unit].is_empty())
    }

    /// The weights with which a group of units reads and is read.
    fn weights(&self, layer: usize, group: &Group) -> [Vec<f64>; 2] {
        let of = |l: usize, places: &[usize]| places.iter().map(|place| self.parameters[l][*place]).collect();
        [of(layer, &group.incoming), of(layer + 1, &group.outgoing)]
    }

    fn size(&self, layer: usize, group: &Group) -> f64 {
        let [incoming, outgoing] = self.weights(layer, group);
        norm(&incoming) * norm(&outgoing)
    }

    fn leave_out(&mut self, layer: usize, group: &Group) {
        for (l, places) in [(layer, &group.incoming), (layer + 1, &group.outgoing)] {
            for place in places {
                (self.parameters[l][*place], self.free[l][*place]) = (0.0, false);
            }
        }
        group.units.iter().for_each(|unit| self.origins[layer][*unit].clear());
        self.find_rows();
    }

    /// Leaves out units that are small beside the largest of their layer, with those that share their weights. Says whether any was.
    pub(super) fn without_small(&mut self, share: f64) -> bool {
        let (mut any, groups) = (false, self.groups.clone());
        for (l, groups) in groups.iter().enumerate() {
            let largest = groups.iter().map(|group| self.size(l, group)).fold(0.0, f64::max);
            for group in groups {
                if self.lives(l, group) && self.size(l, group) <= share * largest {
                    self.leave_out(l, group);
                    any = true;
                }
            }
        }
        any
    }

    /// Merges units with the same connections whose incoming weights have one direction, up to this cosine: the sum of what they send is
    /// sent by one. Says whether any was. In a linear layer opposite directions are one too.
    pub(super) fn merged(&mut self, cosine: f64) -> bool {
        let (mut any, groups) = (false, self.groups.clone());
        for (l, groups) in groups.iter().enumerate() {
            let [negative, positive] = self.task.sides[l];
            let is_linear = negative == positive;
            let mut place = 0;
            while place < groups.len() {
                let one = &groups[place];
                let [own, sent] = self.weights(l, one);
                let twin = groups[place + 1..].iter().filter(|_| self.lives(l, one)).find_map(|other| {
                    let [incoming, _] = self.weights(l, other);
                    let c = dot(&own, &incoming) / (norm(&own) * norm(&incoming)).max(1e-300);
                    let is_one = c > cosine || is_linear && -c > cosine;
                    (is_one && self.lives(l, other) && one.wiring == other.wiring).then_some((other, c.signum()))
                });
                let Some((other, sign)) = twin else {
                    place += 1;
                    continue;
                };
                let [incoming, by_other] = self.weights(l, other);
                let (a, b) = (norm(&own), norm(&incoming));
                let sum: Vec<f64> = sent.iter().zip(&by_other).map(|(x, y)| a * x + sign * b * y).collect();
                let root = norm(&sum).sqrt();
                // The larger one gives its name and its direction.
                let is_first = a * norm(&sent) >= b * norm(&by_other);
                let (kept, gone, flip) = if is_first { (one, other, 1.0) } else { (other, one, sign) };
                let (length, weights) = if is_first { (a, own) } else { (b, incoming) };
                kept.incoming.iter().zip(weights).for_each(|(p, w)| self.parameters[l][*p] = w * root / length);
                for (p, x) in kept.outgoing.iter().zip(sum) {
                    self.parameters[l + 1][*p] = if root > 0.0 { flip * x / root } else { 0.0 };
                }
                for (kept, gone) in kept.units.iter().zip(&gone.units) {
                    let parts = self.origins[l][*gone].clone();
                    self.origins[l][*kept].extend(parts);
                }
                self.leave_out(l, gone);
                any = true;
            }
        }
        any
    }

    /// A point at which units that were merged share the weights as they did in the task, of the same norm and with the same outputs.
    /// The origins are those of a network that was made of the task's.
    pub(super) fn split(task: &Task, mut point: Parameters, origins: &[Vec<Vec<usize>>]) -> Vec<f64> {
        let trained = Floats::new(task);
        for (l, units) in origins.iter().enumerate() {
            for kept in &trained.groups[l] {
                let parts = &units[kept.units[0]];
                let group = |unit: &usize| trained.groups[l].iter().find(|group| group.units.contains(unit));
                let parts: Vec<&Group> = parts.iter().filter_map(group).collect();
                let whole: f64 = parts.iter().map(|part| trained.size(l, part)).sum();
                let own = trained.weights(l, kept);
                let values = |l: usize, places: &[usize]| places.iter().map(|p| point[l][*p]).collect::<Vec<f64>>();
                let (incoming, outgoing) = (values(l, &kept.incoming), values(l + 1, &kept.outgoing));
                for part in parts {
                    let weights = trained.weights(l, part);
                    let sign = if dot(&weights[0], &own[0]) < 0.0 { -1.0 } else { 1.0 };
                    let root = sign * (trained.size(l, part) / whole).sqrt();
                    part.incoming.iter().zip(&incoming).for_each(|(p, w)| point[l][*p] = w * root);
                    part.outgoing.iter().zip(&outgoing).for_each(|(p, w)| point[l + 1][*p] = w * root);
                }
            }
        }
        point.into_iter().flatten().collect()
    }
}
