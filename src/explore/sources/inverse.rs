//! Inverse design: first the point, then data that make it a KKT point.
//!
//! Once the network, a balanced point, the activation patterns and the labels of the samples are chosen, the network is linear in
//! the sample: `y_i Phi(theta; x_i) = r_i . x_i` and `y_i grad Phi = G_i x_i`. So stationarity is linear in `z_i = lambda_i x_i`,
//! which leaves `lambda_i = r_i . z_i` and `x_i = z_i / lambda_i` for the constraint to be active. Kinks are linear equations in
//! `z_i` as well, and the rest of the pattern and `lambda_i > 0` are linear inequalities. Half of the designs fix the multipliers
//! in small proportions, which makes for small numbers, the others leave them open, which makes for variety.
//!
//! The equations are solved exactly; what they leave free is tried at small numbers, and where none of them meets the
//! inequalities, a linear program finds what does or shows that nothing does. Samples without multipliers come last: they only
//! need a margin of at least 1.

use super::choices::Choices;
use super::constructed::{ATTEMPTS, Constructed, Construction};
use super::design::Design;
use super::evidence;
use super::numbers::{UnitVectors, norm_squared, positive_numbers};
use super::pattern::Pattern;
use super::{points, shapes, slack};
use crate::explore::bounds::{Bounds, fewer};
use crate::explore::facts::structure::Parts;
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::{OrderedField, Rational};
use crate::kernel::network::{Network, Parameters};
use crate::kernel::problem::{Problem, Sample};
use crate::prove::halt::is_halted;
use num_traits::Zero;

/// KKT points by inverse design, as a strategy.
///
/// Every value carries a `kkt` claim that the kernel has accepted. Shrinking chooses smaller networks, fewer samples and
/// simpler numbers, and solves again.
///
/// ```
/// use margincert::explore::bounds::{ActivationKind, Architecture, Bounds};
/// use margincert::explore::sources::inverse;
/// use proptest::prelude::*;
///
/// let bounds = Bounds {
///     architectures: vec![Architecture::Dense],
///     activations: vec![ActivationKind::Relu],
///     ..Bounds::default()
/// };
/// proptest!(ProptestConfig::with_cases(20), |(instance in inverse(bounds))| {
///     let problem = &instance.problem;
///     prop_assert!((0..problem.samples().len()).any(|sample| problem.is_active(sample)));
///     prop_assert!(instance.check().iter().all(Result::is_ok));
/// });
/// ```
pub fn inverse(bounds: Bounds) -> Constructed<Inverse> {
    Constructed::new(Inverse::new(bounds))
}

/// The construction behind [`inverse`].
#[derive(Clone, Debug)]
pub struct Inverse {
    bounds: Bounds,
    positive: Vec<Rational>,
    units: UnitVectors,
}

/// How often small numbers are tried for what the equations leave free.
const TRIALS: usize = 16;
/// How many points are tried for a network.
const POINTS: u32 = 12;
/// How many designs are tried at a point.
const DESIGNS: u32 = 8;

impl Inverse {
    /// With the numbers that the bounds allow.
    pub fn new(bounds: Bounds) -> Self {
        let bounds = bounds.normalised();
        Inverse { positive: positive_numbers(bounds.height), units: UnitVectors::new(bounds.height), bounds }
    }

    fn palette(&self, nonlinear: bool) -> points::Palette<'_> {
        let bounds = &self.bounds;
        let all_live = bounds.nonzero_weights || bounds.nonzero_inputs || bounds.kinks == Some(false) && nonlinear;
        points::Palette { positive: &self.positive, units: &self.units, all_live }
    }

    /// The samples with multipliers.
    fn design(
        &self,
        network: &Network<Rational>,
        point: &[Vec<Rational>],
        samples: usize,
        choices: &mut Choices,
    ) -> Option<Supporting> {
        let may_kink = !self.bounds.nonzero_inputs && self.bounds.kinks != Some(false);
        let patterns = (0..samples).map(|_| Pattern::draw(network, point, may_kink, choices));
        let patterns: Vec<Pattern> = patterns.collect::<Option<_>>()?;
        let fixed = match choices.chance(1, 2) {
            true => None,
            false => Some(multipliers(point, patterns.len(), choices)?),
        };
        let design = Design::new(network, point, patterns, fixed);
        if !design.can_hold_the_last_layer() {
            return None;
        }
        let mut data = self.data(&design, choices)?;
        let mut multipliers = Vec::with_capacity(data.len());
        for (pattern, z) in design.patterns.iter().zip(&mut data) {
            let multiplier = pattern.margin(z);
            let inverse = multiplier.reciprocal()?;
            z.iter_mut().for_each(|entry| *entry *= &inverse);
            multipliers.push(multiplier);
        }
        Some(Supporting { patterns: design.patterns, multipliers, data })
    }

    /// The samples times their multipliers: solves the equations, then looks for what meets the inequalities.
    fn data(&self, design: &Design, choices: &mut Choices) -> Option<Vec<Vec<Rational>>> {
        let system = design.equations()?;
        let free = system.free().len();
        let whole = !choices.chance(1, 8);
        for _ in 0..if free == 0 { 1 } else { TRIALS } {
            if is_halted() {
                return None;
            }
            let values: Vec<Rational> = (0..free).map(|_| self.small(whole, choices)).collect();
            let data = design.samples(&system.solution(&values));
            if design.fits(&data) {
                return Some(data);
            }
        }
        if free == 0 {
            return None;
        }
        let data = design.samples(&design.program(&system, self.bounds.height, choices)?);
        design.fits(&data).then_some(data)
    }

    /// A small number, an integer if it is to be whole.
    fn small(&self, whole: bool, choices: &mut Choices) -> Rational {
        if whole {
            return choices.integer(self.bounds.height);
        }
        let size = choices.pick(&self.positive).clone();
        if choices.chance(1, 2) { -size } else { size }
    }
}

impl Construction for Inverse {
    type Value = Certificate<Rational>;

    fn attempts(&self) -> u32 {
        fewer(ATTEMPTS, self.bounds.max_parameters())
    }

    fn build(&self, choices: &mut Choices) -> Option<Certificate<Rational>> {
        let bounds = &self.bounds;
        if bounds.is_empty() || bounds.check().is_err() {
            return None;
        }
        let (_, network) = shapes::draw(bounds, choices)?;
        let samples = choices.within(&bounds.samples);
        let slack = choices.below(samples);
        let nonlinear = !network.is_linear_from(0);
        // Most designs have no data. To give up at once would leave the networks for which many have.
        let (point, chosen) = choices.attempt(POINTS, |choices| {
            let point = points::draw(&network, &self.palette(nonlinear), choices)?;
            if !bounds.meets_condition(Parts::point(&network, &point)) {
                return None;
            }
            let chosen = choices.attempt(DESIGNS, |choices| self.design(&network, &point, samples - slack, choices))?;
            Some((point, chosen))
        })?;
        let Supporting { patterns, mut multipliers, data } = chosen;
        let labelled = data.into_iter().zip(&patterns).map(|(x, pattern)| Sample { x, y: pattern.label });
        let mut dataset: Vec<Sample<Rational>> = labelled.collect();
        for _ in 0..slack {
            dataset.push(slack::draw(&network, &point, bounds.height, choices)?);
            multipliers.push(Rational::zero());
        }
        let problem = Problem::new(network, dataset, Parameters::new(point)).ok()?;
        if !bounds.admits(&problem) {
            return None;
        }
        evidence::certificate(problem, multipliers, |sample, unit| patterns[sample].slope(unit).clone())
    }
}

/// Multipliers in small proportions. At a KKT point `||theta||^2 = L sum lambda` (Euler).
fn multipliers(point: &[Vec<Rational>], samples: usize, choices: &mut Choices) -> Option<Vec<Rational>> {
    let proportions: Vec<i64> = (0..samples).map(|_| [1, 1, 1, 2, 3][choices.below(5)]).collect();
    let norm = norm_squared(point.iter().flatten());
    let share = norm * &Rational::from_ratio(1, point.len() as i64 * proportions.iter().sum::<i64>())?;
    Some(proportions.into_iter().map(|proportion| &share * &Rational::from(proportion)).collect())
}

/// The samples that hold the point, with their patterns and multipliers.
struct Supporting {
    patterns: Vec<Pattern>,
    multipliers: Vec<Rational>,
    data: Vec<Vec<Rational>>,
}
