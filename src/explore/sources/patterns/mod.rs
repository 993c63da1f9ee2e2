//! Patterns: first a point, then the activation patterns for which there are data, chosen by a mixed-integer program.
//!
//! With the point fixed, the network is linear in a sample as long as the sample stays in one *cell*: the open cone of the samples with one activation
//! pattern and one label. `y grad Phi(theta; x) = G_c x` on the cell `c`, so that stationarity reads `sum_c G_c z_c = theta`, where
//! `z_c = lambda_c x_c` lies in `c`. Cones are convex, so that one sample a cell is enough. Where inverse design draws patterns and seldom finds
//! data for them, here a binary variable a cell says whether it has a sample, and a program asks for a solution with few.
//!
//! Most instances that are handed out are such that the Lagrangian curves down in a direction along which no margin of a supporting sample changes, so
//! that they are hardly local optima. Some programs ask for a given direction of that kind (see [`descent`]). As a rule the cells come first, and the data
//! within them are moved until there is such a direction (see [`bend`]).
//!
//! The floats of the program name cells and nothing else. The data come from one exact linear program, as in inverse design, and the instance is
//! handed out only if the kernel accepts that it is a KKT point.

mod bend;
mod cells;
mod descent;
mod orthogonal;
mod program;
mod solver;

use self::cells::Cell;
use super::choices::Choices;
use super::constructed::{ATTEMPTS, Constructed, Construction};
use super::design::Design;
use super::numbers::{UnitVectors, positive_numbers};
use super::pattern::Pattern;
use super::{evidence, points, shapes, slack};
use crate::explore::bounds::{Architecture, Bounds, fewer};
use crate::explore::facts::structure::Parts;
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::{OrderedField, Rational, Sign};
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

/// The bounds with room for as many samples as the source makes use of, if they are the default ones.
pub fn roomier(bounds: Bounds) -> Bounds {
    let default = Bounds::default().samples;
    if bounds.samples == default { Bounds { samples: *default.start()..=SAMPLES, ..bounds } } else { bounds }
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
/// How many samples the default bounds allow: three paths that share the work take five or more.
const SAMPLES: usize = 6;
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
        let (architecture, network) = match squared(bounds, choices) {
            Some(squared) if choices.chance(3, 4) => shapes::draw(&squared, choices)?,
            _ => shapes::draw(bounds, choices)?,
        };
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
        // Most KKT points with non-zero inputs are local optima, so that those which are not are sought.
        let descends = choices.chance(3, 4);
        choices.attempt(PROGRAMS, |choices| {
            let direction = match descends && choices.chance(1, 4) {
                true => Some(descent::draw(&network, &point, choices)),
                false => None,
            };
            let offered = offer(&cells, choices);
            let chosen = program::solve(&network, &point, &offered, direction.as_ref(), most, choices)?;
            let patterns: Vec<Pattern> = chosen.into_iter().map(|cell| offered[cell].pattern.clone()).collect();
            let mut design = Design::new(&network, &point, patterns, None);
            if let Some(direction) = &direction {
                design.demand(descent::demand(&network, &point, direction, &design.patterns));
            }
            let mut data = design.solve(self.bounds.height.max(SIZE), choices)?;
            if descends {
                data = bend::lower(&design, &data, choices)?;
            }
            let instance = self.instance(&network, &point, &design.patterns, data, choices)?;
            (!descends || descent::is_near(&instance)).then_some(instance)
        })
    }
}

impl Patterns {
    /// The instance with these samples times multipliers, and with as many samples with room to spare as the bounds ask for.
    fn instance(
        &self,
        network: &Network<Rational>,
        point: &[Vec<Rational>],
        patterns: &[Pattern],
        data: Vec<Vec<Rational>>,
        choices: &mut Choices,
    ) -> Option<Certificate<Rational>> {
        let (mut multipliers, mut samples) = (Vec::new(), Vec::new());
        for (pattern, z) in patterns.iter().zip(data) {
            let multiplier = pattern.margin(&z);
            let inverse = multiplier.reciprocal()?;
            samples.push(Sample { x: z.into_iter().map(|entry| entry * &inverse).collect(), y: pattern.label });
            multipliers.push(multiplier);
        }
        while samples.len() < *self.bounds.samples.start() {
            samples.push(slack::draw(network, point, self.bounds.height, choices)?);
            multipliers.push(Rational::zero());
        }
        let problem = Problem::new(network.clone(), samples, Parameters::new(point.to_vec())).ok()?;
        if !self.bounds.admits(&problem) {
            return None;
        }
        evidence::certificate(problem, multipliers, |sample, unit| patterns[sample].slope(unit).clone())
    }
}

/// The cells that a program chooses from: all, or those that differ in one layer alone, where the units of all others are positive.
fn offer(cells: &[Cell], choices: &mut Choices) -> Vec<Cell> {
    let layers = cells.first().map_or(0, |cell| cell.pattern.signs.len());
    if layers < 2 || choices.chance(1, 3) {
        return cells.to_vec();
    }
    let gate = layers - 1 - choices.below(layers);
    let passes = |cell: &&Cell| {
        let others = cell.pattern.signs.iter().enumerate().filter(|(layer, _)| *layer != gate);
        others.flat_map(|(_, signs)| signs).all(|sign| *sign == Sign::Positive)
    };
    cells.iter().filter(passes).cloned().collect()
}

/// The bounds with as many inputs as units a layer, three more often than other numbers, and with dense layers; nothing if they allow none of that.
fn squared(bounds: &Bounds, choices: &mut Choices) -> Option<Bounds> {
    let fits = |size: &usize| bounds.inputs.contains(size) && bounds.width.contains(size);
    let sizes: Vec<usize> = [3, 3, 3, 2, 4].into_iter().filter(fits).collect();
    if sizes.is_empty() || !bounds.architectures.contains(&Architecture::Dense) {
        return None;
    }
    let size = *choices.pick(&sizes);
    Some(Bounds { architectures: vec![Architecture::Dense], inputs: size..=size, width: size..=size, ..bounds.clone() })
}

/// Whether all hidden layers have as many units as there are inputs, so that their weights may be orthogonal.
fn is_square(network: &Network<Rational>) -> bool {
    let hidden = &network.layers()[..network.depth() - 1];
    hidden.iter().all(|layer| matches!(layer.weights(), Weights::Dense { .. }) && layer.outputs() == network.inputs())
}
