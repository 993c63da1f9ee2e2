//! From a network that is nearly a KKT point to an enclosure that the kernel accepts.

use super::super::enclose::rounded;
use super::super::newton::{self, Stuck, decimal};
use super::super::report::NotEnclosed;
use super::super::task::Task;
use super::descent::Candidate;
use crate::kernel::check::{KktEnclosedRejection, ParametersEnclosed, Rejection, check};
use crate::kernel::enclosure::{Interval, ParameterSystem};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::network::{Layer, Parameters};
use crate::kernel::problem::Problem;
use crate::prove::rounding::to_f64;

/// An accepted enclosure.
pub(super) struct Enclosed {
    pub(super) problem: Problem<Rational>,
    pub(super) claim: ParametersEnclosed<Rational>,
    pub(super) condition: f64,
    /// The live units of each hidden layer, each with those that it stands for; the first is its place.
    pub(super) origins: Vec<Vec<Vec<usize>>>,
    /// How many steps were taken.
    pub(super) steps: usize,
}

/// Below which shares of the greatest a multiplier counts as 0.
const TOLERANCES: [f64; 3] = [1e-5, 1e-3, 1e-7];

/// Radii to be tried, the exponents of 10.
const RADII: [u32; 6] = [17, 14, 20, 12, 10, 8];

/// Digits of the document's point after the decimal point, and of the other unknowns.
const DIGITS: usize = 24;

/// Solves and encloses the KKT point whose structure a candidate shows.
pub(super) fn enclose(candidate: &Candidate<'_>) -> Result<Enclosed, NotEnclosed> {
    let mut first = None;
    for tolerance in TOLERANCES {
        match enclose_with(candidate, tolerance) {
            Ok(enclosed) => return Ok(enclosed),
            Err(reason) => first = first.or(Some(reason)),
        }
    }
    Err(first.unwrap_or(NotEnclosed::CellsUnsettled { rounds: candidate.steps }))
}

fn enclose_with(candidate: &Candidate<'_>, tolerance: f64) -> Result<Enclosed, NotEnclosed> {
    let (network, task) = (&candidate.network, candidate.network.task);
    let structure = Structure::of(candidate, tolerance);
    let free: Vec<Vec<bool>> = structure.zero.iter().map(|layer| layer.iter().map(|zero| !zero).collect()).collect();
    let sides = |layer: &Layer<Rational>| [Sign::Negative, Sign::Positive].map(|side| layer.activation().slope(side));
    let sides: Vec<_> = task.network.layers().iter().map(sides).collect();
    let samples = structure.active.iter().map(|i| {
        let sample = &task.samples[*i];
        (sample.x.iter().map(Interval::of).collect(), sample.y)
    });
    let patterns = structure.patterns.clone();
    let system = ParameterSystem::new(&task.network, samples.collect(), free.clone(), patterns, &sides);
    let floats: Vec<f64> = network
        .parameters
        .iter()
        .flatten()
        .zip(free.iter().flatten())
        .filter(|(_, free)| **free)
        .map(|(weight, _)| *weight)
        .chain(structure.active.iter().map(|i| candidate.multipliers[*i]))
        .chain(structure.held.iter().copied())
        .collect();
    let equations = |condition| NotEnclosed::Equations {
        parameters: free.iter().flatten().filter(|free| **free).count(),
        active: structure.active.len(),
        held: structure.held.len(),
        condition,
    };
    let solution = newton::refine(&system, &floats).map_err(|stuck| match stuck {
        Stuck::Singular => equations(None),
        Stuck::Diverges { step } => equations(Some(step)),
    })?;
    // What is 0 in the document is held at 0: a parameter that happens to be 0 without being held there is written as nearly 0.
    let written = |value: &Rational| {
        let value = decimal(value, DIGITS);
        if value.sign() == Sign::Zero { newton::power_of_ten(DIGITS as u32) } else { value }
    };
    let unknowns: Vec<Rational> = solution.unknowns.iter().map(written).collect();
    let (parameters, multipliers, slopes) = system.parts(&unknowns, &Rational::from(0));
    let refused = |reason: String| NotEnclosed::Refused { reason };
    let problem = Problem::new(task.network.clone(), task.samples.clone(), Parameters::new(parameters))
        .map_err(|error| refused(error.to_string()))?;
    let mut claim = ParametersEnclosed {
        active: structure.active.clone(),
        multipliers,
        patterns: structure.patterns.clone(),
        slopes,
        radius: Rational::from(1),
        inverse: Vec::new(),
        optimum: Vec::new(),
    };
    let mut last = None;
    for digits in [9, 17] {
        claim.inverse = rounded(&solution.inverse, digits);
        for exponent in RADII {
            claim.radius = newton::power_of_ten(exponent);
            match check(&problem, &claim) {
                Ok(_) => {
                    let (condition, origins) = (solution.condition, network.origins.clone());
                    return Ok(Enclosed { problem, claim, condition, origins, steps: candidate.steps });
                }
                Err(rejection) => {
                    let contracts =
                        !matches!(rejection, Rejection::KktEnclosed(KktEnclosedRejection::NotContracting { .. }));
                    last = Some(rejection.to_string());
                    // With another radius it would fail for the same reason.
                    if contracts {
                        return Err(refused(last.unwrap_or_default()));
                    }
                }
            }
        }
    }
    Err(refused(last.unwrap_or_default()))
}

/// What a candidate shows: the active samples, the sides of their preactivations, and which weights are 0.
struct Structure {
    active: Vec<usize>,
    /// By active sample, hidden layer and unit.
    patterns: Vec<Vec<Vec<Option<Sign>>>>,
    /// The slopes of the held kinks.
    held: Vec<f64>,
    /// By layer and parameter.
    zero: Vec<Vec<bool>>,
}

impl Structure {
    fn of(candidate: &Candidate<'_>, tolerance: f64) -> Self {
        let network = &candidate.network;
        let strongest = candidate.multipliers.iter().copied().fold(0.0, f64::max);
        let active: Vec<usize> =
            (0..candidate.multipliers.len()).filter(|i| candidate.multipliers[*i] > tolerance * strongest).collect();
        let is_held =
            |i: usize, l: usize, u: usize| candidate.held.iter().any(|(a, b, c, _)| (*a, *b, *c) == (i, l, u));
        let pattern = |i: &usize| {
            let layer = |(l, slopes): (usize, &Vec<f64>)| {
                let side = |(u, slope): (usize, &f64)| match (is_held(*i, l, u), *slope == network.task.sides[l][1]) {
                    (true, _) => Some(Sign::Zero),
                    (false, true) => Some(Sign::Positive),
                    (false, false) => Some(Sign::Negative),
                };
                slopes.iter().enumerate().map(side).collect()
            };
            candidate.slopes[*i].iter().enumerate().map(layer).collect()
        };
        let patterns = active.iter().map(pattern).collect();
        let held = candidate.held.iter().filter(|(i, ..)| active.contains(i)).map(|(.., slope)| *slope).collect();
        let zero = network.free.iter().map(|layer| layer.iter().map(|free| !free).collect()).collect();
        let mut structure = Structure { active, patterns, held, zero };
        while structure.find_zeros(network.task) {}
        structure
    }

    /// Marks weights whose derivative is 0 on every active sample, whatever the others are, and preactivations that are 0 for that. Says whether
    /// there was any that was not marked before.
    fn find_zeros(&mut self, task: &Task) -> bool {
        let (mut found, layers) = (false, task.network.layers());
        // Whether what an input of a layer passes on is 0, and the derivative by a unit's preactivation, by active sample.
        let is_off = |l: usize, side: &Option<Sign>| match side {
            Some(Sign::Zero) | None => true,
            Some(Sign::Positive) => task.sides[l][1] == 0.0,
            Some(Sign::Negative) => task.sides[l][0] == 0.0,
        };
        let mut reads_nothing: Vec<Vec<Vec<bool>>> = Vec::new();
        let mut moves_nothing: Vec<Vec<Vec<bool>>> = Vec::new();
        for (pattern, &i) in self.patterns.iter().zip(&self.active) {
            let mut reads = vec![task.inputs[i].iter().map(|x| *x == 0.0).collect::<Vec<_>>()];
            reads.extend(pattern.iter().enumerate().map(|(l, units)| units.iter().map(|s| is_off(l, s)).collect()));
            let mut moves = vec![vec![false]];
            for (l, above) in layers.iter().enumerate().skip(1).rev() {
                let units = above.outgoing().iter().zip(&pattern[l - 1]).map(|(fed, side)| {
                    let slope_is_0 = match side {
                        Some(Sign::Positive) => task.sides[l - 1][1] == 0.0,
                        Some(Sign::Zero) => false,
                        Some(Sign::Negative) | None => task.sides[l - 1][0] == 0.0,
                    };
                    slope_is_0 || fed.iter().all(|edge| self.zero[l][edge.parameter] || moves[0][edge.unit])
                });
                let units = units.collect();
                moves.insert(0, units);
            }
            reads_nothing.push(reads);
            moves_nothing.push(moves);
        }
        for (l, (zero, layer)) in self.zero.iter_mut().zip(layers).enumerate() {
            let mut vanishes = vec![true; zero.len()];
            for (reads, moves) in reads_nothing.iter().zip(&moves_nothing) {
                for (row, off) in layer.incoming().iter().zip(&moves[l]).filter(|(_, off)| !**off) {
                    row.iter().for_each(|edge| vanishes[edge.parameter] &= *off || reads[l][edge.unit]);
                }
            }
            found |= zero.iter().zip(&vanishes).any(|(zero, vanishes)| *vanishes && !zero);
            zero.iter_mut().zip(vanishes).for_each(|(zero, vanishes)| *zero |= vanishes);
        }
        for (pattern, reads) in self.patterns.iter_mut().zip(&reads_nothing) {
            for (l, units) in pattern.iter_mut().enumerate().filter(|(l, _)| task.sides[*l][0] != task.sides[*l][1]) {
                let sided = |side: &Option<Sign>| side.is_some_and(|side| side != Sign::Zero);
                for (u, side) in units.iter_mut().enumerate().filter(|(_, side)| sided(side)) {
                    let mut row = layers[l].incoming()[u].iter();
                    if row.all(|edge| self.zero[l][edge.parameter] || reads[l][edge.unit]) {
                        (*side, found) = (None, true);
                    }
                }
            }
        }
        found
    }
}

/// The parameters of an enclosed point in floats, by layer.
pub(super) fn floats(problem: &Problem<Rational>) -> Vec<Vec<f64>> {
    problem.point().layers().iter().map(|layer| layer.iter().map(to_f64).collect()).collect()
}
