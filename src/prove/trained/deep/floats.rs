//! A network in floats, with a slope for each unit and sample that is chosen rather than read off the preactivation.

use super::super::dense::{dot, norm};
use super::super::task::Task;

/// A matrix a layer.
pub(super) type Weights = Vec<Vec<Vec<f64>>>;

/// The network that is left of a task's, with the units that live.
#[derive(Clone, Debug)]
pub(super) struct Floats<'t> {
    pub(super) task: &'t Task,
    pub(super) weights: Weights,
    /// The task's units that each unit of each hidden layer is made of; the first gives it its place.
    pub(super) origins: Vec<Vec<Vec<usize>>>,
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
        let hidden = task.weights[..task.weights.len() - 1].iter();
        let origins = hidden.map(|matrix| (0..matrix.len()).map(|unit| vec![unit]).collect()).collect();
        Floats { task, weights: task.weights.clone(), origins }
    }

    /// The number of hidden layers.
    pub(super) fn hidden(&self) -> usize {
        self.weights.len() - 1
    }

    /// Every parameter, first layer first.
    pub(super) fn parameters(&self) -> Vec<f64> {
        self.weights.iter().flatten().flatten().copied().collect()
    }

    /// The network with other parameters, in the same order.
    pub(super) fn with(&self, parameters: &[f64]) -> Self {
        let mut other = self.clone();
        let places = other.weights.iter_mut().flatten().flatten();
        places.zip(parameters).for_each(|(place, value)| *place = *value);
        other
    }

    /// What it computes on a sample, if `slope` is told layer, unit and preactivation and chooses the slope.
    pub(super) fn pass(&self, sample: usize, mut slope: impl FnMut(usize, usize, f64) -> f64) -> Pass {
        let mut pass = Pass { inputs: vec![self.task.inputs[sample].clone()], preactivations: Vec::new() };
        for (l, matrix) in self.weights.iter().enumerate() {
            let z: Vec<f64> = matrix.iter().map(|row| dot(row, &pass.inputs[l])).collect();
            if l < self.hidden() {
                pass.inputs.push(z.iter().enumerate().map(|(u, z)| slope(l, u, *z) * z).collect());
            }
            pass.preactivations.push(z);
        }
        pass
    }

    /// The same with each unit's own side.
    pub(super) fn own_pass(&self, sample: usize) -> Pass {
        let [negative, positive] = self.task.slopes();
        self.pass(sample, |_, _, z| if z > 0.0 { positive } else { negative })
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
        let scale = margin.powf(-1.0 / self.weights.len() as f64);
        let parameters: Vec<f64> = self.parameters().iter().map(|p| p * scale).collect();
        Some((self.with(&parameters), dot(&parameters, &parameters) / 2.0))
    }

    /// The derivative of the output by what each hidden unit passes on, with these slopes.
    pub(super) fn by_output(&self, slopes: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let mut above = vec![1.0];
        let mut by_output = vec![Vec::new(); self.hidden()];
        for l in (0..self.hidden()).rev() {
            let sum = |unit: usize| self.weights[l + 1].iter().zip(&above).map(|(row, a)| row[unit] * a).sum::<f64>();
            by_output[l] = (0..self.weights[l].len()).map(sum).collect();
            above = by_output[l].iter().zip(&slopes[l]).map(|(by, slope)| by * slope).collect();
        }
        by_output
    }

    /// The gradient of a preactivation by all parameters, with these slopes; the output is the last layer's.
    pub(super) fn gradient(&self, pass: &Pass, slopes: &[Vec<f64>], layer: usize, unit: usize) -> Vec<f64> {
        let mut by: Vec<Vec<f64>> = self.weights.iter().map(|matrix| vec![0.0; matrix.len()]).collect();
        by[layer][unit] = 1.0;
        for l in (0..layer).rev() {
            for u in 0..self.weights[l].len() {
                let through = self.weights[l + 1].iter().zip(&by[l + 1]).map(|(row, b)| row[u] * b);
                by[l][u] = slopes[l][u] * through.sum::<f64>();
            }
        }
        let layers = by.iter().zip(&pass.inputs);
        layers.flat_map(|(by, read)| by.iter().flat_map(|b| read.iter().map(move |x| b * x))).collect()
    }

    /// What a unit receives and sends: the norms of its incoming and outgoing weights.
    fn sizes(&self, layer: usize, unit: usize) -> (f64, f64) {
        (norm(&self.weights[layer][unit]), norm(&self.outgoing(layer, unit)))
    }

    fn outgoing(&self, layer: usize, unit: usize) -> Vec<f64> {
        self.weights[layer + 1].iter().map(|row| row[unit]).collect()
    }

    fn remove(&mut self, layer: usize, unit: usize) {
        self.weights[layer].remove(unit);
        self.origins[layer].remove(unit);
        self.weights[layer + 1].iter_mut().for_each(|row| {
            row.remove(unit);
        });
    }

    /// Leaves out units that are small beside the largest of their layer. Says whether any was.
    pub(super) fn without_small(&mut self, share: f64) -> bool {
        let mut any = false;
        for l in 0..self.hidden() {
            let size = |this: &Self, u| {
                let (incoming, outgoing) = this.sizes(l, u);
                incoming * outgoing
            };
            let largest = (0..self.weights[l].len()).map(|u| size(self, u)).fold(0.0, f64::max);
            for u in (0..self.weights[l].len()).rev() {
                if size(self, u) <= share * largest {
                    self.remove(l, u);
                    any = true;
                }
            }
        }
        any
    }

    /// Merges units whose incoming weights have one direction, up to this cosine: the sum of what they send is sent by one. Says whether
    /// any was. In a linear network opposite directions are one too.
    pub(super) fn merged(&mut self, cosine: f64) -> bool {
        let [negative, positive] = self.task.slopes();
        let is_linear = negative == positive;
        let mut any = false;
        for l in 0..self.hidden() {
            let mut u = 0;
            while u < self.weights[l].len() {
                let twin = (u + 1..self.weights[l].len()).find_map(|t| {
                    let (a, b) = (&self.weights[l][u], &self.weights[l][t]);
                    let c = dot(a, b) / (norm(a) * norm(b)).max(1e-300);
                    (c > cosine || is_linear && -c > cosine).then_some((t, c.signum()))
                });
                let Some((t, sign)) = twin else {
                    u += 1;
                    continue;
                };
                let ((a, _), (b, _)) = (self.sizes(l, u), self.sizes(l, t));
                let pairs = self.outgoing(l, u).into_iter().zip(self.outgoing(l, t));
                let sent: Vec<f64> = pairs.map(|(x, y)| a * x + sign * b * y).collect();
                let root = norm(&sent).sqrt();
                // The larger one gives its name and its direction.
                let (kept, flip) = if self.sizes(l, u).0 * self.sizes(l, u).1 >= self.sizes(l, t).0 * self.sizes(l, t).1
                {
                    (u, 1.0)
                } else {
                    (t, sign)
                };
                let length = norm(&self.weights[l][kept]);
                self.weights[l][kept].iter_mut().for_each(|w| *w *= root / length);
                let rows = self.weights[l + 1].iter_mut().zip(&sent);
                rows.for_each(|(row, x)| row[kept] = if root > 0.0 { flip * x / root } else { 0.0 });
                let gone = if kept == u { t } else { u };
                let parts = self.origins[l][gone].clone();
                self.origins[l][kept].extend(parts);
                self.remove(l, gone);
                any = true;
            }
        }
        any
    }
}
