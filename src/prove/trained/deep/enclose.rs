//! From a network that is nearly a KKT point to an enclosure that the kernel accepts.

use super::super::enclose::rounded;
use super::super::newton::{self, Stuck, decimal};
use super::super::report::NotEnclosed;
use super::super::task::Task;
use super::descent::Candidate;
use crate::kernel::check::{KktEnclosedRejection, ParametersEnclosed, Rejection, check};
use crate::kernel::enclosure::{Interval, ParameterSystem, Slope};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::network::{Activation, Network, Parameters, Weights};
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
    let full = architecture(task)?;
    // The whole network, with 0 at what does not live.
    let mut start: Vec<Vec<f64>> = full.layers().iter().map(|layer| vec![0.0; layer.parameters()]).collect();
    let mut free: Vec<Vec<bool>> = start.iter().map(|layer| vec![false; layer.len()]).collect();
    let inputs: Vec<usize> = (0..task.inputs[0].len()).collect();
    for (l, matrix) in network.weights.iter().enumerate() {
        let names = |l: usize| network.origins[l].iter().map(|parts| parts[0]).collect::<Vec<_>>();
        let columns = if l == 0 { inputs.clone() } else { names(l - 1) };
        let rows = if l == network.hidden() { vec![0] } else { names(l) };
        let width = full.layers()[l].inputs();
        for (u, row) in matrix.iter().enumerate() {
            for (j, weight) in row.iter().enumerate().filter(|(j, _)| !structure.zero[l][u][*j]) {
                let place = rows[u] * width + columns[j];
                (start[l][place], free[l][place]) = (*weight, true);
            }
        }
    }
    let [negative, positive] = task.slopes_exact();
    let spread = |(l, units): (usize, &Vec<Option<Sign>>)| {
        let mut whole = vec![None; task.weights[l].len()];
        units.iter().zip(&network.origins[l]).for_each(|(side, parts)| whole[parts[0]] = *side);
        whole
    };
    let patterns: Vec<Vec<Vec<Option<Sign>>>> =
        structure.patterns.iter().map(|layers| layers.iter().enumerate().map(spread).collect()).collect();
    let slope = |side: &Option<Sign>| match side {
        Some(Sign::Zero) => Slope::Held,
        Some(Sign::Positive) => Slope::Given(Interval::of(&positive)),
        Some(Sign::Negative) | None => Slope::Given(Interval::of(&negative)),
    };
    let layers =
        |layers: &Vec<Vec<Option<Sign>>>| layers.iter().map(|units| units.iter().map(slope).collect()).collect();
    let samples = structure.active.iter().map(|i| {
        let sample = &task.samples[*i];
        (sample.x.iter().map(Interval::of).collect(), sample.y)
    });
    let system = ParameterSystem::new(&full, samples.collect(), free.clone(), patterns.iter().map(layers).collect());
    let floats: Vec<f64> = start
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
    let problem = Problem::new(full.clone(), task.samples.clone(), Parameters::new(parameters))
        .map_err(|error| refused(error.to_string()))?;
    let mut claim = ParametersEnclosed {
        active: structure.active.clone(),
        multipliers,
        patterns,
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

/// The task's network without its weights.
fn architecture(task: &Task) -> Result<Network<Rational>, NotEnclosed> {
    let last = task.weights.len() - 1;
    let layer = |(l, matrix): (usize, &Vec<Vec<f64>>)| {
        let activation = if l == last { Activation::Linear } else { task.activation.clone() };
        (Weights::Dense { outputs: matrix.len() }, activation)
    };
    let layers = task.weights.iter().enumerate().map(layer).collect();
    Network::new(task.inputs[0].len(), layers).map_err(|error| NotEnclosed::Refused { reason: error.to_string() })
}

/// What a candidate shows: the active samples, the sides of their preactivations, and which weights are 0.
struct Structure {
    active: Vec<usize>,
    /// By active sample, hidden layer and unit.
    patterns: Vec<Vec<Vec<Option<Sign>>>>,
    /// The slopes of the held kinks.
    held: Vec<f64>,
    /// By layer, unit and input.
    zero: Vec<Vec<Vec<bool>>>,
}

impl Structure {
    fn of(candidate: &Candidate<'_>, tolerance: f64) -> Self {
        let network = &candidate.network;
        let [_, positive] = network.task.slopes();
        let strongest = candidate.multipliers.iter().copied().fold(0.0, f64::max);
        let active: Vec<usize> =
            (0..candidate.multipliers.len()).filter(|i| candidate.multipliers[*i] > tolerance * strongest).collect();
        let is_held =
            |i: usize, l: usize, u: usize| candidate.held.iter().any(|(a, b, c, _)| (*a, *b, *c) == (i, l, u));
        let pattern = |i: &usize| {
            let layer = |(l, slopes): (usize, &Vec<f64>)| {
                let side = |(u, slope): (usize, &f64)| match (is_held(*i, l, u), *slope == positive) {
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
        let zero = network.weights.iter().map(|matrix| matrix.iter().map(|row| vec![false; row.len()]).collect());
        let mut structure = Structure { active, patterns, held, zero: zero.collect() };
        while structure.find_zeros(candidate) {}
        structure
    }

    /// Marks weights whose derivative is 0 on every active sample, whatever the others are, and preactivations that are 0 for that. Says whether
    /// there was any that was not marked before.
    fn find_zeros(&mut self, candidate: &Candidate<'_>) -> bool {
        let network = &candidate.network;
        let [negative, positive] = network.task.slopes();
        let (mut found, last) = (false, network.hidden());
        // Whether what an input of a layer passes on is 0, and the derivative by a unit's preactivation, by active sample.
        let is_off = |side: &Option<Sign>| match side {
            Some(Sign::Zero) => true,
            Some(Sign::Positive) => positive == 0.0,
            Some(Sign::Negative) => negative == 0.0,
            None => true,
        };
        let mut reads_nothing: Vec<Vec<Vec<bool>>> = Vec::new();
        let mut moves_nothing: Vec<Vec<Vec<bool>>> = Vec::new();
        for (place, &i) in self.active.iter().enumerate() {
            let mut reads = vec![network.task.inputs[i].iter().map(|x| *x == 0.0).collect::<Vec<_>>()];
            reads.extend(self.patterns[place].iter().map(|units| units.iter().map(is_off).collect::<Vec<_>>()));
            let mut moves = vec![vec![false]];
            for l in (0..last).rev() {
                let units = (0..network.weights[l].len()).map(|u| {
                    let slope_is_0 = match self.patterns[place][l][u] {
                        Some(Sign::Positive) => positive == 0.0,
                        Some(Sign::Zero) => false,
                        Some(Sign::Negative) | None => negative == 0.0,
                    };
                    slope_is_0 || self.zero[l + 1].iter().zip(&moves[0]).all(|(row, off)| row[u] || *off)
                });
                let units = units.collect();
                moves.insert(0, units);
            }
            reads_nothing.push(reads);
            moves_nothing.push(moves);
        }
        for (l, matrix) in self.zero.iter_mut().enumerate() {
            for (u, row) in matrix.iter_mut().enumerate() {
                for (j, zero) in row.iter_mut().enumerate().filter(|(_, zero)| !**zero) {
                    let mut places = reads_nothing.iter().zip(&moves_nothing);
                    *zero = places.all(|(reads, moves)| reads[l][j] || moves[l][u]);
                    found |= *zero;
                }
            }
        }
        if negative == positive {
            return found;
        }
        for (pattern, reads) in self.patterns.iter_mut().zip(&reads_nothing) {
            for (l, units) in pattern.iter_mut().enumerate() {
                for (u, side) in units.iter_mut().enumerate().filter(|(_, side)| side.is_some_and(|s| s != Sign::Zero))
                {
                    if self.zero[l][u].iter().zip(&reads[l]).all(|(zero, off)| *zero || *off) {
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
