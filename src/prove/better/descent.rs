//! Going down in norm at margin 1, in floats: sequential least-distance programs.

use crate::kernel::exact::OrderedField;
use crate::kernel::network::{Parameters, Scope};
use crate::kernel::problem::{Label, Problem};
use crate::prove::deadline::Deadline;
use crate::prove::field::ProofField;
use crate::prove::least_squares::{dot, least_distance};
use crate::prove::wiring::Wiring;

/// How many programs are solved from one start.
const ROUNDS: usize = 60;

/// The problem in floats.
pub struct Landscape {
    wiring: Wiring,
    theta: Vec<f64>,
    samples: Vec<(f64, Vec<f64>)>,
    free: Vec<bool>,
    scope: Scope,
    /// The degree of homogeneity in the free parameters.
    degree: f64,
    norm_squared: f64,
}

impl Landscape {
    /// The problem of a point.
    pub fn new<F: ProofField>(problem: &Problem<F>, scope: Scope) -> Self {
        let wiring = Wiring::new(problem.network());
        let theta: Vec<f64> = problem.point().iter().map(F::to_f64).collect();
        let float = |sample: &crate::kernel::problem::Sample<F>| {
            let y = if sample.y == Label::Positive { 1.0 } else { -1.0 };
            (y, sample.x.iter().map(F::to_f64).collect())
        };
        let mut free = vec![false; theta.len()];
        for layer in scope.layers(wiring.depth()) {
            wiring.range(layer).for_each(|p| free[p] = true);
        }
        let degree = scope.layers(wiring.depth()).len() as f64;
        let samples = problem.samples().iter().map(float).collect();
        let mut landscape = Landscape { wiring, theta, samples, free, scope, degree, norm_squared: 0.0 };
        landscape.norm_squared = landscape.size(&landscape.theta);
        landscape
    }

    /// Which layers are free.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The wiring of the network.
    pub fn wiring(&self) -> &Wiring {
        &self.wiring
    }

    /// The point.
    pub fn theta(&self) -> &[f64] {
        &self.theta
    }

    /// The samples, label first.
    pub fn samples(&self) -> &[(f64, Vec<f64>)] {
        &self.samples
    }

    /// The numbers of the free parameters.
    pub fn free_indices(&self) -> impl Iterator<Item = usize> {
        (0..self.free.len()).filter(|&p| self.free[p])
    }

    /// The free entries of a vector.
    pub fn free_entries<'a>(&'a self, point: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        self.free_indices().map(|p| point[p])
    }

    /// The point, exactly, in one list.
    pub fn exact_point<F: OrderedField>(&self, problem: &Problem<F>) -> Vec<F> {
        Wiring::flatten(problem.point().layers())
    }

    /// One list of numbers a layer.
    pub fn shaped<F: OrderedField>(&self, flat: &[F]) -> Parameters<F> {
        self.wiring.shaped(flat)
    }

    fn size(&self, point: &[f64]) -> f64 {
        self.free_entries(point).map(|v| v * v).sum()
    }

    /// The squared norm over the free layers, in proportion to the point's.
    pub fn relative(&self, point: &[f64]) -> f64 {
        self.size(point) / self.norm_squared
    }

    fn margins<'a>(&'a self, point: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        self.samples.iter().map(|(y, x)| y * self.wiring.run(point, x).output())
    }

    /// Whether the point looks feasible and better, up to rounding errors.
    pub fn looks_better(&self, point: &[f64]) -> bool {
        self.relative(point) < 1.0 + 1e-9 && self.margins(point).all(|m| m > 1.0 - 1e-9)
    }

    /// The point scaled to the least margin 1, if all its margins are positive.
    pub fn normalised(&self, mut point: Vec<f64>) -> Option<Vec<f64>> {
        let least = self.margins(&point).fold(f64::INFINITY, f64::min);
        if least.is_nan() || least <= 1e-12 || least.is_infinite() {
            return None;
        }
        let factor = least.powf(-1.0 / self.degree);
        point.iter_mut().zip(&self.free).filter(|(_, free)| **free).for_each(|(v, _)| *v *= factor);
        Some(point)
    }

    /// Margins, and their gradients over the free parameters.
    fn linearised(&self, point: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let output = (self.wiring.depth() - 1, 0);
        let of_sample = |(y, x): &(f64, Vec<f64>)| {
            let pass = self.wiring.run(point, x);
            let mut gradient = self.wiring.gradient(point, &pass, output);
            gradient.iter_mut().zip(&self.free).for_each(|(g, free)| *g *= if *free { *y } else { 0.0 });
            (y * pass.output(), gradient)
        };
        self.samples.iter().map(of_sample).unzip()
    }

    /// A local minimum of the norm at margin 1 near a start, or `None` where no positive margins are found.
    pub fn descend(&self, start: Vec<f64>, deadline: Deadline) -> Option<Vec<f64>> {
        let mut point = self.feasible_near(start, deadline)?;
        let mut value = self.size(&point);
        for _ in 0..ROUNDS {
            if deadline.passed() {
                break;
            }
            // The least norm subject to the margins' linearisations, whose value at 0 is m - g.theta = (1 - L) m.
            let (margins, gradients) = self.linearised(&point);
            let bounds: Vec<f64> = margins.iter().map(|m| 1.0 + (self.degree - 1.0) * m).collect();
            let Some(target) = least_distance(&gradients, &bounds) else { break };
            let Some((next, smaller)) = self.best_between(&point, &target, value) else { break };
            let gain = value - smaller;
            (point, value) = (next, smaller);
            if gain < 1e-10 * value {
                break;
            }
        }
        Some(point)
    }

    /// The first point on the way to a target that is better than a value.
    fn best_between(&self, point: &[f64], target: &[f64], value: f64) -> Option<(Vec<f64>, f64)> {
        let mut step = 1.0f64;
        while step > 1e-4 {
            let between = |p: usize| if self.free[p] { point[p] + step * (target[p] - point[p]) } else { point[p] };
            if let Some(next) = self.normalised((0..point.len()).map(between).collect()) {
                let size = self.size(&next);
                if size < value {
                    return Some((next, size));
                }
            }
            step *= 0.5;
        }
        None
    }

    /// A point of least margin 1 near a start.
    fn feasible_near(&self, start: Vec<f64>, deadline: Deadline) -> Option<Vec<f64>> {
        let mut point = start;
        for _ in 0..20 {
            if let Some(normalised) = self.normalised(point.clone()) {
                return Some(normalised);
            }
            deadline.check().ok()?;
            // The least change that brings every margin to 1, to first order.
            let (margins, gradients) = self.linearised(&point);
            let bounds: Vec<f64> = margins.iter().map(|m| 1.0 - m).collect();
            let step = least_distance(&gradients, &bounds)?;
            let length = dot(&step, &step).sqrt();
            let longest = self.size(&point).sqrt().max(1e-3);
            let factor = if length > longest { longest / length } else { 1.0 };
            point.iter_mut().zip(&step).for_each(|(v, s)| *v += factor * s);
        }
        None
    }
}
