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
use super::echelon::Echelon;
use super::evidence;
use super::numbers::{UnitVectors, is_positive, norm_squared, positive_numbers, ratio};
use super::pattern::Pattern;
use super::{points, shapes, slack};
use crate::explore::bounds::{Bounds, fewer};
use crate::explore::facts::structure::Parts;
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::{OrderedField, Rational, Sign, Value};
use crate::kernel::network::{Network, Parameters};
use crate::kernel::problem::{Label, Problem, Sample};
use crate::prove::deadline::Deadline;
use crate::prove::field::ProofField;
use crate::prove::halt::is_halted;
use crate::prove::lp::{LinearProgram, Outcome, Relation, Sense};
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
        let inputs = design.network.inputs();
        let split = |flat: Vec<Rational>| -> Vec<Vec<Rational>> { flat.chunks(inputs).map(<[_]>::to_vec).collect() };
        let fits = |data: &[Vec<Rational>]| {
            design.patterns.iter().zip(data).all(|(pattern, z)| is_positive(&pattern.margin(z)) && pattern.fits(z))
        };
        let free = system.free().len();
        let whole = !choices.chance(1, 8);
        for _ in 0..if free == 0 { 1 } else { TRIALS } {
            if is_halted() {
                return None;
            }
            let values: Vec<Rational> = (0..free).map(|_| self.small(whole, choices)).collect();
            let data = split(system.solution(&values));
            if fits(&data) {
                return Some(data);
            }
        }
        if free == 0 {
            return None;
        }
        let data = split(design.program(&system, self.bounds.height, choices)?);
        fits(&data).then_some(data)
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

/// Everything but the data; the multipliers only if they are fixed.
pub struct Design<'a> {
    network: &'a Network<Rational>,
    point: &'a [Vec<Rational>],
    /// One a sample.
    pub patterns: Vec<Pattern>,
    fixed: Option<Vec<Rational>>,
    demand: Option<Demand>,
}

/// What else is asked of the samples times their multipliers: for each a linear function that is 0, and for each one whose sum is more than a number.
pub struct Demand {
    /// Those that are 0.
    pub zero: Vec<Vec<Rational>>,
    /// Those whose sum is large.
    pub more: Vec<Vec<Rational>>,
    /// What the sum exceeds.
    pub than: Rational,
}

/// The samples times multipliers of a design, in floats but for the equations.
pub struct Polytope {
    /// The equations.
    pub system: Echelon,
    /// An orthonormal basis of the directions that they leave free.
    basis: Vec<Vec<f64>>,
    /// Linear functions of one sample that are positive, each with the place where the sample begins.
    walls: Vec<(usize, Vec<f64>)>,
}

impl Polytope {
    /// The part of a vector along the directions that the equations leave free.
    pub fn project(&self, vector: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; vector.len()];
        for direction in &self.basis {
            let share: f64 = direction.iter().zip(vector).map(|(d, v)| d * v).sum();
            sum.iter_mut().zip(direction).for_each(|(sum, d)| *sum += share * d);
        }
        sum
    }

    /// How far one may go from a point in a direction.
    pub fn reach(&self, from: &[f64], direction: &[f64]) -> f64 {
        let along = |(place, wall): &(usize, Vec<f64>)| {
            let value = |of: &[f64]| wall.iter().zip(&of[*place..]).map(|(w, x)| w * x).sum::<f64>();
            let (here, change) = (value(from), value(direction));
            if change < 0.0 { -here / change } else { f64::INFINITY }
        };
        self.walls.iter().map(along).fold(f64::INFINITY, f64::min)
    }

    /// Whether a point is inside by a margin.
    pub fn holds(&self, point: &[f64]) -> bool {
        let value =
            |(place, wall): &(usize, Vec<f64>)| wall.iter().zip(&point[*place..]).map(|(w, x)| w * x).sum::<f64>();
        self.walls.iter().all(|wall| value(wall) > 1e-6)
    }
}

/// Adds what of a vector is orthogonal to a basis, at length 1, unless that is nothing but rounding.
pub fn orthonormalise(basis: &mut Vec<Vec<f64>>, mut vector: Vec<f64>) {
    for _ in 0..2 {
        for other in basis.iter() {
            let share: f64 = other.iter().zip(&vector).map(|(o, v)| o * v).sum();
            vector.iter_mut().zip(other).for_each(|(entry, o)| *entry -= share * o);
        }
    }
    let length = vector.iter().map(|entry| entry * entry).sum::<f64>().sqrt();
    if length > 1e-7 {
        vector.iter_mut().for_each(|entry| *entry /= length);
        basis.push(vector);
    }
}

impl<'a> Design<'a> {
    /// A design without further demands.
    pub fn new(
        network: &'a Network<Rational>,
        point: &'a [Vec<Rational>],
        patterns: Vec<Pattern>,
        fixed: Option<Vec<Rational>>,
    ) -> Self {
        Design { network, point, patterns, fixed, demand: None }
    }

    /// Asks for more.
    pub fn demand(&mut self, demand: Demand) {
        self.demand = Some(demand);
    }

    /// Samples times multipliers by the linear program at once, with numbers up to a size.
    pub fn solve(&self, size: u32, choices: &mut Choices) -> Option<Vec<Vec<Rational>>> {
        let system = self.equations()?;
        let flat = match system.free().is_empty() {
            true => system.solution(&[]),
            false => self.program(&system, size, choices)?,
        };
        let data: Vec<Vec<Rational>> = flat.chunks(self.network.inputs()).map(<[_]>::to_vec).collect();
        let pairs = self.patterns.iter().zip(&data);
        let fits = pairs.into_iter().all(|(pattern, z)| is_positive(&pattern.margin(z)) && pattern.fits(z));
        (fits && self.meets_demand(&data)).then_some(data)
    }

    fn meets_demand(&self, data: &[Vec<Rational>]) -> bool {
        self.demand.as_ref().is_none_or(|demand| {
            let parts = demand.more.iter().zip(data).map(|(row, z)| Rational::dot(row.iter().zip(z)));
            parts.fold(Rational::zero(), |sum, part| sum + part) > demand.than
        })
    }

    /// The network.
    pub fn network(&self) -> &'a Network<Rational> {
        self.network
    }

    /// The point, layer by layer.
    pub fn point(&self) -> &'a [Vec<Rational>] {
        self.point
    }

    /// What solves the equations within the patterns; `None` where nothing is left free.
    pub fn polytope(&self) -> Option<Polytope> {
        let system = self.equations()?;
        let free = system.free().len();
        let zeros = vec![Rational::zero(); free];
        let floats = |numbers: Vec<Rational>| numbers.iter().map(Rational::to_f64).collect::<Vec<f64>>();
        let base = floats(system.solution(&zeros));
        let mut basis: Vec<Vec<f64>> = Vec::with_capacity(free);
        for variable in 0..free {
            let mut unit = zeros.clone();
            unit[variable] = Rational::from(1);
            let end = floats(system.solution(&unit));
            orthonormalise(&mut basis, end.iter().zip(&base).map(|(end, start)| end - start).collect());
        }
        let inputs = self.network.inputs();
        let mut walls = Vec::new();
        for (sample, pattern) in self.patterns.iter().enumerate() {
            let mut wall = |positive: bool, row: &[Rational]| {
                let sign = if positive { 1.0 } else { -1.0 };
                walls.push((sample * inputs, row.iter().map(|entry| sign * entry.to_f64()).collect::<Vec<f64>>()));
            };
            for (signs, rows) in pattern.signs.iter().zip(&pattern.preactivations) {
                signs.iter().zip(rows).for_each(|(sign, row)| wall(*sign == Sign::Positive, row));
            }
            wall(pattern.label == Label::Positive, pattern.preactivations.last()?.first()?);
        }
        (free > 0).then_some(Polytope { system, basis, walls })
    }

    /// Whether each weight `v` of the last layer can be `sum lambda_i y_i h_i` with the unit's outputs `h_i`: in some sample
    /// `y_i h_i` has its sign, as far as the patterns tell. Spares the search for data that cannot be.
    fn can_hold_the_last_layer(&self) -> bool {
        let last = self.point.len() - 1;
        let mut connections = self.network.layers()[last].incoming().iter().flatten();
        connections.all(|connection| {
            let weight = self.point[last][connection.parameter].sign();
            weight == Sign::Zero
                || self.patterns.iter().any(|pattern| match pattern.signs[last - 1].get(connection.unit) {
                    Some(Sign::Zero) => false,
                    Some(sign) => {
                        let slope = &pattern.slopes[last - 1][connection.unit];
                        let output = if *sign == Sign::Positive { slope.clone() } else { -slope.clone() };
                        pattern.label.times(output).sign() == weight
                    }
                    None => true,
                })
        })
    }

    /// The conditions on the data that are equations; `None` if they contradict each other.
    fn equations(&self) -> Option<Echelon> {
        let inputs = self.network.inputs();
        let variables = inputs * self.patterns.len();
        let mut system = Echelon::new(variables);
        let mut insert = |terms: &mut dyn Iterator<Item = (usize, Vec<Rational>)>, rhs: Rational| {
            let mut equation = vec![Rational::zero(); variables + 1];
            for (sample, row) in terms {
                equation[sample * inputs..(sample + 1) * inputs].clone_from_slice(&row);
            }
            equation[variables] = rhs;
            system.insert(equation)
        };
        let gradients: Vec<Vec<Vec<Rational>>> =
            self.patterns.iter().map(|pattern| pattern.margin_gradient(self.network, self.point)).collect();
        for (parameter, value) in self.point.iter().flatten().enumerate() {
            let mut terms = gradients.iter().map(|gradient| gradient[parameter].clone()).enumerate();
            insert(&mut terms, value.clone())?;
        }
        for (sample, pattern) in self.patterns.iter().enumerate() {
            if let Some(multipliers) = &self.fixed {
                let output = pattern.preactivations.last()?.first()?.clone();
                insert(&mut [(sample, output)].into_iter(), pattern.label.times(multipliers[sample].clone()))?;
            }
            if let Some(demand) = &self.demand {
                insert(&mut [(sample, demand.zero[sample].clone())].into_iter(), Rational::zero())?;
            }
            for (signs, rows) in pattern.signs.iter().zip(&pattern.preactivations) {
                for (_, row) in signs.iter().zip(rows).filter(|(sign, _)| **sign == Sign::Zero) {
                    insert(&mut [(sample, row.clone())].into_iter(), Rational::zero())?;
                }
            }
        }
        Some(system)
    }

    /// Data that solve the equations and keep every sign of the patterns, as far inside as 1/4 where that is possible, with a
    /// random objective; `None` if there are none among numbers of the size of the height.
    fn program(&self, system: &Echelon, height: u32, choices: &mut Choices) -> Option<Vec<Rational>> {
        let free = system.free().len();
        let inputs = self.network.inputs();
        let zeros = vec![Rational::zero(); free];
        let base = system.solution(&zeros);
        let directions: Vec<Vec<Rational>> = (0..free)
            .map(|variable| {
                let mut unit = zeros.clone();
                unit[variable] = Rational::from(1);
                system.solution(&unit).iter().zip(&base).map(|(end, start)| end - start).collect()
            })
            .collect();
        let mut program = LinearProgram::new(Sense::Maximise);
        let bound = Rational::from(i64::from(height));
        for _ in 0..free {
            let objective = choices.below(5) as i64 - 2;
            program.add_variable(Some(-bound.clone()), Some(bound.clone()), Rational::from(objective));
        }
        let inside = program.add_variable(Some(Rational::zero()), Some(ratio(1, 4)), Rational::from(100));
        for (sample, pattern) in self.patterns.iter().enumerate() {
            let place = sample * inputs..(sample + 1) * inputs;
            let mut at_least_inside = |value: &dyn Fn(&[Rational]) -> Rational| {
                let terms = directions.iter().map(|direction| value(&direction[place.clone()])).enumerate();
                let terms: Vec<_> = terms.chain([(inside, Rational::from(-1))]).collect();
                program.add_row(terms, Relation::AtLeast, -value(&base[place.clone()]));
            };
            at_least_inside(&|z| pattern.margin(z));
            let signed =
                pattern.signs.iter().zip(&pattern.preactivations).flat_map(|(signs, rows)| signs.iter().zip(rows));
            for (sign, row) in signed.filter(|(sign, _)| **sign != Sign::Zero) {
                at_least_inside(&|z| {
                    let value = Rational::dot(row.iter().zip(z));
                    if *sign == Sign::Positive { value } else { -value }
                });
            }
        }
        if let Some(demand) = &self.demand {
            let sum = |flat: &[Rational]| Rational::dot(demand.more.iter().flatten().zip(flat));
            let terms: Vec<_> = directions
                .iter()
                .map(|direction| sum(direction))
                .enumerate()
                .chain([(inside, Rational::from(-1))])
                .collect();
            program.add_row(terms, Relation::AtLeast, demand.than.clone() - &sum(&base));
        }
        match program.solve(Deadline::none()) {
            Outcome::Optimal { primal, .. } if is_positive(&primal[inside]) => Some(system.solution(&primal[..free])),
            _ => None,
        }
    }
}
