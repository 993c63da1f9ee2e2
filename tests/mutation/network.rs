//! What a network computes: values, slopes, kinks, derivatives, norms.
//!
//! Derivatives come from multilinearity: within an activation pattern the output is linear in each layer, so its derivative by
//! one weight is the output with that layer replaced by a unit vector.

use num_rational::BigRational as R;
use num_traits::{One, Signed, Zero};

use crate::polynomial::{Poly, add, mul, scale, trim};
use crate::read::{Instance, Layer, Shaped};

/// The slopes chosen for every unit, layer by layer.
pub type Slopes = Vec<Vec<R>>;

pub fn constant(value: &R) -> Poly {
    trim(vec![value.clone()])
}

/// What a network computes on a sample: preactivations and output, as polynomials in `t`.
pub struct Run {
    pub preactivations: Vec<Vec<Poly>>,
    pub output: Poly,
}

/// Runs the network; `slope` chooses the slope of unit `(layer, unit)` from its preactivation, or gives up.
pub fn run(
    layers: &[Layer],
    weights: &[Vec<Poly>],
    x: &[R],
    mut slope: impl FnMut(usize, usize, &Poly) -> Option<R>,
) -> Option<Run> {
    let mut values: Vec<Poly> = x.iter().map(constant).collect();
    let mut preactivations = Vec::new();
    for (l, layer) in layers.iter().enumerate() {
        let sum = |row: &Vec<Option<usize>>| {
            let terms = row.iter().zip(&values).filter_map(|(entry, v)| Some(mul(&weights[l][(*entry)?], v)));
            terms.fold(Poly::new(), |sum, term| add(&sum, &term))
        };
        let before: Vec<Poly> = layer.matrix.iter().map(sum).collect();
        values = before.iter().enumerate().map(|(u, z)| Some(scale(z, &slope(l, u, z)?))).collect::<Option<_>>()?;
        preactivations.push(before);
    }
    Some(Run { preactivations, output: values[0].clone() })
}

impl Instance {
    pub fn curve(&self, coefficients: &[Shaped]) -> Vec<Vec<Poly>> {
        let entry = |l: usize, p: usize, start: &R| {
            let mut poly = vec![start.clone()];
            poly.extend(coefficients.iter().map(|c| c[l][p].clone()));
            trim(poly)
        };
        let layers = self.point.iter().enumerate();
        layers.map(|(l, layer)| layer.iter().enumerate().map(|(p, c)| entry(l, p, c)).collect()).collect()
    }

    pub fn slope(&self, layer: usize, is_positive: bool) -> R {
        match &self.layers[layer].negative_slope {
            Some(negative) if !is_positive => negative.clone(),
            _ => R::one(),
        }
    }

    /// Slopes at the point, kinks taken as inactive.
    pub fn slopes_at(&self, parameters: &Shaped, x: &[R]) -> (Slopes, Run) {
        let mut slopes: Slopes = self.layers.iter().map(|_| Vec::new()).collect();
        let weights: Vec<Vec<Poly>> = parameters.iter().map(|layer| layer.iter().map(constant).collect()).collect();
        let run = run(&self.layers, &weights, x, |l, _, z| {
            let slope = self.slope(l, z.first().is_some_and(R::is_positive));
            slopes[l].push(slope.clone());
            Some(slope)
        });
        (slopes, run.expect("a slope for every unit"))
    }

    pub fn margin(&self, parameters: &Shaped, sample: usize) -> R {
        let (_, run) = self.slopes_at(parameters, &self.samples[sample].0);
        run.output.first().cloned().unwrap_or_else(R::zero) * &self.samples[sample].1
    }

    pub fn margins(&self, parameters: &Shaped) -> Vec<R> {
        (0..self.samples.len()).map(|i| self.margin(parameters, i)).collect()
    }

    pub fn is_feasible(&self, parameters: &Shaped) -> bool {
        self.margins(parameters).iter().all(|m| *m >= R::one())
    }

    /// All preactivations on a sample, with these slopes or those of the parameters.
    pub fn preactivations(&self, parameters: &Shaped, sample: usize, slopes: Option<&[Vec<R>]>) -> Vec<Vec<R>> {
        let weights: Vec<Vec<Poly>> = parameters.iter().map(|layer| layer.iter().map(constant).collect()).collect();
        let run = run(&self.layers, &weights, &self.samples[sample].0, |l, u, z| {
            let own = || self.slope(l, z.first().is_some_and(R::is_positive));
            Some(slopes.map_or_else(own, |slopes| slopes[l][u].clone()))
        });
        let zs = run.expect("a slope for every unit").preactivations;
        zs.iter().map(|layer| layer.iter().map(|z| z.first().cloned().unwrap_or_else(R::zero)).collect()).collect()
    }

    /// The slopes at the point, kinks taken as inactive.
    pub fn slopes(&self, sample: usize) -> Vec<Vec<R>> {
        self.slopes_at(&self.point, &self.samples[sample].0).0
    }

    /// The derivative of the output by what a hidden unit passes on, at the point.
    pub fn derivative(&self, (layer, unit): (usize, usize), slopes: &[Vec<R>]) -> R {
        let mut passed = vec![R::zero(); self.layers[layer].matrix.len()];
        passed[unit] = R::one();
        for (l, slopes) in slopes.iter().enumerate().take(self.layers.len()).skip(layer + 1) {
            let sum = |row: &Vec<Option<usize>>| {
                let terms = row.iter().zip(&passed).filter_map(|(p, v)| Some(&self.point[l][(*p)?] * v));
                terms.fold(R::zero(), |sum, term| sum + term)
            };
            passed = self.layers[l].matrix.iter().zip(slopes).map(|(row, slope)| sum(row) * slope).collect();
        }
        passed[0].clone()
    }

    /// The network on a sample at points around the one that is asked about.
    pub fn around(&self, sample: usize, layer: Option<usize>) -> Vec<Run> {
        let x = &self.samples[sample].0;
        let mut seed = 1_u64;
        let mut nearby = || {
            let mut point = self.point.clone();
            for (l, p) in self.free(layer) {
                point[l][p] += random_step(&mut seed);
            }
            self.slopes_at(&point, x).1
        };
        (0..12).map(|_| nearby()).collect()
    }

    /// The kinks of a sample: units with preactivation 0 at the point, but not all around it. Around it are points so near that
    /// no other preactivation changes its sign, drawn at random: at one of them at least what can move has moved.
    pub fn kinks(&self, sample: usize, layer: Option<usize>) -> Vec<(usize, usize)> {
        let around = self.around(sample, layer);
        let x = &self.samples[sample].0;
        let (_, run) = self.slopes_at(&self.point, x);
        let units = run.preactivations.iter().enumerate().filter(|(l, _)| self.layers[*l].negative_slope.is_some());
        let zeros =
            units.flat_map(|(l, zs)| zs.iter().enumerate().filter(|(_, z)| z.is_empty()).map(move |(u, _)| (l, u)));
        zeros.filter(|&(l, u)| around.iter().any(|run| !run.preactivations[l][u].is_empty())).collect()
    }

    /// The output with some layers replaced, for given slopes.
    pub fn replaced(&self, x: &[R], slopes: &Slopes, units: &[(usize, usize)]) -> R {
        let mut weights: Vec<Vec<Poly>> = self.point.iter().map(|layer| layer.iter().map(constant).collect()).collect();
        for &(l, p) in units {
            weights[l] = (0..self.point[l].len()).map(|q| if p == q { vec![R::one()] } else { vec![] }).collect();
        }
        let run = run(&self.layers, &weights, x, |l, u, _| Some(slopes[l][u].clone()));
        run.and_then(|run| run.output.first().cloned()).unwrap_or_else(R::zero)
    }

    pub fn free(&self, layer: Option<usize>) -> Vec<(usize, usize)> {
        let layers = (0..self.layers.len()).filter(|l| layer.is_none_or(|only| only == *l));
        layers.flat_map(|l| (0..self.point[l].len()).map(move |p| (l, p))).collect()
    }

    pub fn gradient(&self, sample: usize, slopes: &Slopes, layer: Option<usize>) -> Vec<R> {
        self.free(layer).iter().map(|unit| self.replaced(&self.samples[sample].0, slopes, &[*unit])).collect()
    }

    pub fn norm(&self, parameters: &Shaped, layer: Option<usize>) -> R {
        let layers = parameters.iter().enumerate().filter(|(l, _)| layer.is_none_or(|only| only == *l));
        layers.flat_map(|(_, numbers)| numbers).fold(R::zero(), |sum, c| sum + c * c)
    }

    pub fn moves_only(&self, vector: &Shaped, layer: Option<usize>) -> bool {
        let outside = vector.iter().enumerate().filter(|(l, _)| layer.is_some_and(|only| only != *l));
        outside.flat_map(|(_, numbers)| numbers).all(R::is_zero)
    }
}

/// A tiny random number, seldom 0.
pub fn random_step(seed: &mut u64) -> R {
    *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    let step = (*seed >> 33) as i64 % 1_000_003 - 500_001;
    R::new(step.into(), num_bigint::BigInt::from(10).pow(60))
}
