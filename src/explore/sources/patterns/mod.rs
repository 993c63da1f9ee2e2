//! Patterns: first a point, then the activation patterns for which there are data, chosen by a mixed-integer program.
//!
//! With the point fixed, the network is linear in a sample as long as the sample stays in one *cell*: the open cone of the samples with one activation
//! pattern and one label. `y grad Phi(theta; x) = G_c x` on the cell `c`, so that stationarity reads `sum_c G_c z_c = theta`, where
//! `z_c = lambda_c x_c` lies in `c`. Cones are convex, so that one sample a cell is enough. Where inverse design draws patterns and seldom finds
//! data for them, here a binary variable a cell says whether it has a sample, and a program asks for a solution with few.
//!
//! Half of the programs also ask for a direction `d` in which the point is to be no local optimum (see [`descent`]).
//!
//! The floats of the program name cells and nothing else. The data come from one exact linear program, as in inverse design, and the instance is
//! handed out only if the kernel accepts that it is a KKT point.

mod cells;
mod descent;
mod orthogonal;
mod program;

use super::choices::Choices;
use super::constructed::{ATTEMPTS, Constructed, Construction};
use super::inverse::Design;
use super::numbers::{UnitVectors, positive_numbers};
use super::pattern::Pattern;
use super::{evidence, points, shapes, slack};
use crate::explore::bounds::{Architecture, Bounds, fewer};
use crate::explore::facts::structure::Parts;
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::{OrderedField, Rational};
use crate::kernel::network::{Network, Parameters, Weights};
use crate::kernel::problem::{Problem, Sample};
use num_traits::Zero;

/// KKT points by programs over activation patterns, as a strategy.
///
/// No preactivation of a unit that is not linear is 0 on a sample that holds the point. Networks with up to 4 inputs and 12 hidden units are
/// drawn.
///
/// ```
/// use margincert::explore::bounds::{ActivationKind, Architecture, Bounds};
/// use margincert::explore::sources::patterns;
///
/// let bounds = Bounds {
///     architectures: vec![Architecture::Dense],
///     activations: vec![ActivationKind::Relu],
///     depth: 2..=2,
///     inputs: 2..=2,
///     width: 2..=2,
///     nonzero_inputs: true,
///     ..Bounds::default()
/// };
/// let instance = patterns(bounds).draw(1).expect("an instance");
/// assert!(instance.check()[0].is_ok());
/// ```
pub fn patterns(bounds: Bounds) -> Constructed<Patterns> {
    let bounds = bounds.normalised();
    Constructed::new(Patterns {
        positive: positive_numbers(bounds.height),
        units: UnitVectors::new(bounds.height),
        bounds,
    })
}

/// The construction behind [`patterns`].
#[derive(Clone, Debug)]
pub struct Patterns {
    bounds: Bounds,
    positive: Vec<Rational>,
    units: UnitVectors,
}

/// The most inputs and hidden units: cells are listed.
const MAX_INPUTS: usize = 4;
const MAX_HIDDEN: usize = 12;
/// How many programs are solved at a point.
const PROGRAMS: u32 = 6;
/// Numbers of the data are no larger than this, or than the height.
const SIZE: u32 = 40;

impl Construction for Patterns {
    type Value = Certificate<Rational>;

    fn attempts(&self) -> u32 {
        // A program is as dear as some dozens of designs.
        fewer(ATTEMPTS, self.bounds.max_parameters()).div_ceil(16)
    }

    fn build(&self, choices: &mut Choices) -> Option<Certificate<Rational>> {
        let bounds = &self.bounds;
        if bounds.is_empty() || bounds.check().is_err() {
            return None;
        }
        let (architecture, network) = shapes::draw(bounds, choices)?;
        let hidden: usize = network.layers()[..network.depth() - 1].iter().map(|layer| layer.outputs()).sum();
        if network.inputs() > MAX_INPUTS || hidden > MAX_HIDDEN {
            return None;
        }
        let is_square = architecture == Architecture::Dense && is_square(&network);
        let point = match is_square && choices.chance(3, 4) {
            true => orthogonal::draw(&network, choices),
            false => {
                let palette = points::Palette { positive: &self.positive, units: &self.units, all_live: true };
                points::draw(&network, &palette, choices)?
            }
        };
        if !bounds.meets_condition(Parts::point(&network, &point)) {
            return None;
        }
        let cells = cells::cells(&network, &point);
        let most = *bounds.samples.end();
        let (patterns, data) = choices.attempt(PROGRAMS, |choices| {
            let direction = match choices.chance(2, 3) {
                true => Some(descent::draw(&network, &point, choices)),
                false => None,
            };
            let chosen = program::solve(&network, &point, &cells, direction.as_ref(), most, choices)?;
            let patterns: Vec<Pattern> = chosen.into_iter().map(|cell| cells[cell].pattern.clone()).collect();
            let mut design = Design::new(&network, &point, patterns, None);
            if let Some(direction) = &direction {
                design.demand(descent::demand(&network, &point, direction, &design.patterns));
            }
            let data = design.solve(self.bounds.height.max(SIZE), choices)?;
            Some((design.patterns, data))
        })?;
        let (mut multipliers, mut samples) = (Vec::new(), Vec::new());
        for (pattern, z) in patterns.iter().zip(data) {
            let multiplier = pattern.margin(&z);
            let inverse = multiplier.reciprocal()?;
            samples.push(Sample { x: z.into_iter().map(|entry| entry * &inverse).collect(), y: pattern.label });
            multipliers.push(multiplier);
        }
        while samples.len() < *bounds.samples.start() {
            samples.push(slack::draw(&network, &point, bounds.height, choices)?);
            multipliers.push(Rational::zero());
        }
        let problem = Problem::new(network, samples, Parameters::new(point)).ok()?;
        if !bounds.admits(&problem) {
            return None;
        }
        evidence::certificate(problem, multipliers, |sample, unit| patterns[sample].slope(unit).clone())
    }
}

/// Whether all hidden layers have as many units as there are inputs, so that their weights may be orthogonal.
fn is_square(network: &Network<Rational>) -> bool {
    let hidden = &network.layers()[..network.depth() - 1];
    hidden.iter().all(|layer| matches!(layer.weights(), Weights::Dense { .. }) && layer.outputs() == network.inputs())
}
