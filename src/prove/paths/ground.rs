//! The paths of a problem, and what each can do for each sample.

use crate::kernel::check::paths::{Path, Range, paths};
use crate::kernel::exact::Sign;
use crate::kernel::network::Scope;
use crate::kernel::problem::{Problem, Sample};
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::sum;

/// The paths, and what a sample's margin gains from each kind of each.
pub struct Ground<'a, F> {
    pub problem: &'a Problem<F>,
    pub depth: usize,
    pub names: Vec<usize>,
    pub paths: Vec<Path<F>>,
    /// The sizes at the point.
    pub sizes: Vec<F>,
    /// By path and kind, one number a sample: for size 1.
    pub gains: Vec<Vec<Vec<F>>>,
    pub half_norm: F,
}

impl<'a, F: ProofField> Ground<'a, F> {
    /// Nothing unless the network falls into paths, and each path's weights are of one size, as they are at every KKT point.
    pub fn of(problem: &'a Problem<F>, is_local: bool) -> Option<Self> {
        let depth = problem.network().depth();
        if depth < 2 {
            return None;
        }
        let (names, paths): (Vec<usize>, Vec<Path<F>>) = paths(problem, is_local).ok()?.into_iter().unzip();
        let size = |path: &Path<F>| {
            let numbers = problem.point().layers();
            let weights = path.weights.iter().map(|(layer, parameter)| absolute(&numbers[*layer][*parameter]));
            let weights: Vec<F> = weights.collect();
            let is_even = path.product.is_zero() || weights.iter().all(|weight| *weight == weights[0]);
            is_even.then(|| if path.product.is_zero() { F::zero() } else { weights[0].clone() })
        };
        let sizes = paths.iter().map(size).collect::<Option<Vec<F>>>()?;
        let gain = |path: &Path<F>, kind: &(F, F)| {
            let of = |sample: &Sample<F>| sample.y.times(Path::output(kind, &sample.x[path.input]));
            problem.samples().iter().map(of).collect()
        };
        let gains = paths.iter().map(|path| path.kinds.iter().map(|kind| gain(path, kind)).collect()).collect();
        let half_norm = problem.point().norm_squared(Scope::All).over(&F::integer(2))?;
        Some(Ground { problem, depth, names, paths, sizes, gains, half_norm })
    }

    pub fn everywhere(&self) -> Vec<Range<F>> {
        self.paths.iter().map(|_| Range::any()).collect()
    }

    /// What the multipliers show in a case, as the kernel reckons it; nothing if they show nothing.
    pub fn bound(&self, ranges: &[Range<F>], multipliers: &[F]) -> Option<F> {
        let samples = self.problem.samples();
        let mut paths = self.paths.iter().zip(ranges);
        paths.try_fold(sum(multipliers), |bound, (path, range)| Some(bound + &path.least(samples, range, multipliers)?))
    }

    /// A size, of few digits, at which this path alone has half the squared norm of the point or more.
    pub fn beyond(&self, path: usize) -> Option<F> {
        let size = (2.0 * self.half_norm.to_f64() / self.depth as f64).sqrt();
        (1..40).find_map(|k| {
            let tolerance = size * 2f64.powi(-k);
            F::near(size + tolerance, tolerance).filter(|size| self.paths[path].norm(size) >= self.half_norm)
        })
    }
}

fn absolute<F: ProofField>(value: &F) -> F {
    if value.sign() == Sign::Negative { -value.clone() } else { value.clone() }
}
