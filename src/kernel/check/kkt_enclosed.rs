//! The claim `kkt_enclosed`: an exact KKT point, never written down, lies near the point.

use std::collections::BTreeSet;

use super::prelude::*;
pub use crate::kernel::enclosure::LiveDirection;
use crate::kernel::enclosure::{Contraction, Dual, Equations, GramSystem, Interval, contraction};

/// Approximate values of the unknowns of a [`GramSystem`] and a radius within which it has exactly one solution.
///
/// **What it proves.** For a dense network of depth 2: there is a KKT point `theta*` of the max-margin problem with
/// `||theta* - theta~|| <= distance`. Its active samples (margin 1) are exactly those listed, all with a positive multiplier; every other
/// margin is above 1. Its live units are exactly those of the directions: all units of a direction have parallel incoming weights, outgoing
/// weights of the direction's sign, and on the active samples the sides of the pattern, where `0` is a preactivation that is
/// exactly 0 (a held kink), with a Clarke slope strictly between the activation's two. All other units are exactly 0. Among the solutions of
/// the system in the box of the stated radius it is the only one. Then what is claimed of its optimality: see [`EnclosedOptimum`].
///
/// **Why.** With the solution of the system, `e_j` the direction's sign and shares `r_u > 0` that sum to 1, put `w_u = sqrt(a_j r_u) z_j` and
/// `v_u = e_j sqrt(a_j r_u)` for each unit `u` of direction `j`, and 0 for all others. `sum_i lambda_i y_i v_u s_ij x_i = |v_u| z_j = w_u` and
/// `sum_i lambda_i y_i act(w_u.x_i) = w_u.(e_j z_j) = v_u ||z_j||^2 = v_u` are stationarity, where at a held kink both sides of the second
/// sum are 0. The output on sample `i` is `sum_j e_j a_j act(z_j.x_i)`, since `v_u act(w_u.x) = e_j a_j r_u act(z_j.x)`. Near the point the
/// output is a sum of functions of separate parameters, one a unit, so its Clarke subdifferential is the product of theirs; that of a
/// held kink contains `v_u s x_i` for every slope `s` between the two, since both are limits (`x_i` is not 0, as its margin is not), and that of a unit
/// with `w = 0` and `v = 0` is 0. That the system has one solution is the [`contraction`] test; signs and margins hold on the whole box.
#[derive(Clone, Debug, PartialEq)]
pub struct KktEnclosed<F> {
    /// The active samples, in ascending order.
    pub active: Vec<usize>,
    /// `lambda`, approximately, one an active sample.
    pub multipliers: Vec<Rational>,
    /// The directions of the live units.
    pub directions: Vec<LiveDirection>,
    /// How far each unknown may be from its approximation.
    pub radius: Rational,
    /// An approximate inverse of the system's derivative.
    pub inverse: Vec<Vec<Rational>>,
    /// How far the KKT point may be from the document's point.
    pub distance: Rational,
    /// What is claimed of its optimality.
    pub optimum: Vec<EnclosedOptimum<F>>,
}

/// Where the evidence fails.
#[derive(Clone, Debug, PartialEq)]
pub enum KktEnclosedRejection {
    /// The exact arithmetic came to no result.
    Fault(Fault),
    /// Not one multiplier an active sample.
    Multipliers { found: usize, expected: usize },
    /// Not a dense network of depth 2.
    Architecture,
    /// A number of the document that is not rational.
    NotRational { what: &'static str },
    /// The active samples are not in ascending order, or one does not exist.
    Active { place: usize, sample: usize, samples: usize },
    /// No active sample, or no direction.
    Empty { what: &'static str },
    /// A unit that does not exist, or that was named before.
    Unit { direction: usize, unit: usize, width: usize },
    /// Shares that are not positive, not one a unit, or do not sum to 1.
    Shares { direction: usize, shares: usize, units: usize, sum: Rational },
    /// A pattern that has not one sign an active sample.
    Pattern { direction: usize, found: usize, expected: usize },
    /// Not one slope a held kink.
    Slopes { direction: usize, found: usize, expected: usize },
    /// The radius is not positive.
    Radius(Rational),
    /// The inverse is not a square matrix of the system's size; the row is absent when the number of rows is wrong.
    Inverse { row: Option<usize>, found: usize, expected: usize },
    /// The contraction test fails.
    NotContracting { contraction: Contraction, radius: Rational },
    /// A multiplier or an amount that is not positive on the whole box.
    NotPositive { what: &'static str, index: usize, lower: Rational },
    /// The slope of a held kink that is not strictly between the activation's two on the whole box.
    SlopeRange { direction: usize, sample: usize, lower: Rational, upper: Rational },
    /// A preactivation whose sign is not the pattern's on the whole box.
    Side { direction: usize, sample: usize, lower: Rational, upper: Rational },
    /// The margin of a sample that is not listed as active is not above 1 on the whole box.
    Margin { sample: usize, lower: Rational, upper: Rational },
    /// The KKT point may be farther away than stated.
    Distance { bound_squared: Rational, distance: Rational },
    /// Not one list of patterns an active sample, not one pattern a hidden layer, or not one character a unit; what is meant is
    /// the first of these without a place.
    Patterns { sample: Option<usize>, layer: Option<usize>, found: usize, expected: usize },
    /// Not one slope a held kink.
    HeldSlopes { found: usize, expected: usize },
    /// The slope of a held kink that is not strictly between the activation's two on the whole box.
    UnitSlope { sample: usize, unit: Unit, lower: Rational, upper: Rational },
    /// A preactivation that has not the sign of the pattern on the whole box.
    UnitSide { sample: usize, unit: Unit, lower: Rational, upper: Rational },
    /// A preactivation is 0 without being held, and the unit's slope may matter.
    Loose { sample: usize, unit: Unit },
    /// The derivative by a parameter that is 0 may differ from 0.
    ZeroParameter { layer: usize, parameter: usize, lower: Rational, upper: Rational },
}

/// The enclosed point, as far as its optimality depends on it: everything holds on the whole box.
pub(super) struct Enclosed<'a, F> {
    pub(super) evidence: &'a KktEnclosed<F>,
    /// The samples.
    pub(super) inputs: Vec<Vec<Interval>>,
    pub(super) multipliers: Vec<Interval>,
    pub(super) amounts: Vec<Interval>,
    /// The activation's slopes for negative and for positive preactivations.
    pub(super) sides: [Rational; 2],
    /// The hidden units that are 0.
    pub(super) dead: Vec<usize>,
}

impl<F: OrderedField> Evidence<F> for KktEnclosed<F> {
    /// Checks shapes, the contraction, every sign and margin on the box, the distance, and each claim of optimality.
    ///
    /// # Errors
    /// The first of these that fails.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        let enclosed = self.enclosed(problem)?;
        all_hold(problem, &self.optimum, |optimum| optimum.holds(problem, &enclosed))
    }
}

impl<F: OrderedField> KktEnclosed<F> {
    /// Everything but optimality.
    fn enclosed(&self, problem: &Problem<F>) -> Result<Enclosed<'_, F>, KktEnclosedRejection> {
        let [hidden, output] = problem.network().layers() else {
            return Err(KktEnclosedRejection::Architecture);
        };
        // The distance reads the point row by row; other layers that are dense in substance may order their parameters otherwise.
        let by_row = |layer: &Layer<F>| matches!(layer.weights(), Weights::Dense { .. });
        if !by_row(hidden) || !by_row(output) {
            return Err(KktEnclosedRejection::Architecture);
        }
        let dead = self.shapes(problem, hidden.outputs())?;
        let slope = |side| rational(&hidden.activation().slope(side), "slope of the activation");
        let sides = [slope(Sign::Negative)?, slope(Sign::Positive)?];
        let mut inputs = Vec::with_capacity(problem.samples().len());
        for sample in problem.samples().iter().take_while(|_| !is_faulted()) {
            inputs.push(intervals(&sample.x, "input")?);
        }
        let labels: Vec<Label> = problem.samples().iter().map(|sample| sample.y).collect();
        let system = GramSystem::new(&inputs, &labels, self.active.clone(), &self.directions, &sides);
        unfaulted()?;
        let slopes = self.directions.iter().flat_map(|direction| &direction.slopes);
        let amounts = self.directions.iter().map(|direction| &direction.amount);
        let centre: Vec<&Rational> = self.multipliers.iter().chain(amounts).chain(slopes).collect();
        let unknowns = solved(&centre, &self.radius, &self.inverse, &system)?;
        let (multipliers, amounts, held) = system.parts(&unknowns);
        self.signs(multipliers, amounts, (system.held(), held), &sides)?;
        let duals: Vec<Dual> = unknowns.iter().cloned().map(Dual::constant).collect();
        let coefficients = system.coefficients(&duals);
        let mut preactivations = Vec::with_capacity(coefficients.len());
        for coefficients in &coefficients {
            charge(cost::INTERVAL * inputs.len() as u64);
            unfaulted()?;
            let samples = 0..inputs.len();
            preactivations.push(samples.map(|k| system.preactivation(coefficients, k).value).collect::<Vec<_>>());
        }
        unfaulted()?;
        if !hidden.activation().is_linear() {
            self.sides(&preactivations)?;
        }
        self.margins(&labels, amounts, &preactivations, &sides)?;
        self.within_distance(problem, &inputs, amounts, &coefficients)?;
        let (multipliers, amounts) = (multipliers.to_vec(), amounts.to_vec());
        Ok(Enclosed { evidence: self, inputs, multipliers, amounts, sides, dead })
    }

    /// Lengths, indices and shares; the units that are not named.
    fn shapes(&self, problem: &Problem<F>, width: usize) -> Result<Vec<usize>, KktEnclosedRejection> {
        let samples = problem.samples().len();
        if self.active.is_empty() || self.directions.is_empty() {
            let what = if self.active.is_empty() { "active sample" } else { "direction" };
            return Err(KktEnclosedRejection::Empty { what });
        }
        in_order(&self.active, &self.multipliers, samples)?;
        let mut live = BTreeSet::new();
        for (direction, LiveDirection { units, shares, pattern, slopes, .. }) in self.directions.iter().enumerate() {
            if let Some(&unit) = units.iter().find(|unit| **unit >= width || !live.insert(**unit)) {
                return Err(KktEnclosedRejection::Unit { direction, unit, width });
            }
            let sum = shares.iter().fold(Rational::from(0), |sum, share| sum + share);
            let is_positive = shares.iter().all(|share| share.sign() == Sign::Positive);
            if shares.len() != units.len() || !is_positive || sum != Rational::from(1) {
                let (shares, units) = (shares.len(), units.len());
                return Err(KktEnclosedRejection::Shares { direction, shares, units, sum });
            }
            let (found, expected) = (pattern.len(), self.active.len());
            if found != expected {
                return Err(KktEnclosedRejection::Pattern { direction, found, expected });
            }
            let (found, expected) = (slopes.len(), pattern.iter().filter(|side| **side == Sign::Zero).count());
            if found != expected {
                return Err(KktEnclosedRejection::Slopes { direction, found, expected });
            }
        }
        Ok((0..width).filter(|unit| !live.contains(unit)).collect())
    }

    /// Multipliers and amounts are positive, and the slopes of held kinks strictly between the activation's.
    fn signs(
        &self,
        multipliers: &[Interval],
        amounts: &[Interval],
        (places, held): (&[(usize, usize)], &[Interval]),
        sides: &[Rational; 2],
    ) -> Result<(), KktEnclosedRejection> {
        for (what, values) in [("multiplier", multipliers), ("amount", amounts)] {
            if let Some(index) = values.iter().position(|value| value.sign() != Some(Sign::Positive)) {
                let lower = values[index].lower();
                return Err(KktEnclosedRejection::NotPositive { what, index, lower });
            }
        }
        let [negative, positive] = sides;
        let (least, greatest) = (negative.min(positive), negative.max(positive));
        for (&(direction, place), slope) in places.iter().zip(held) {
            let (lower, upper) = (slope.lower(), slope.upper());
            if lower <= *least || upper >= *greatest {
                return Err(KktEnclosedRejection::SlopeRange { direction, sample: self.active[place], lower, upper });
            }
        }
        Ok(())
    }

    /// Each preactivation on an active sample has the sign of the pattern.
    fn sides(&self, preactivations: &[Vec<Interval>]) -> Result<(), KktEnclosedRejection> {
        for (direction, (LiveDirection { pattern, .. }, values)) in
            self.directions.iter().zip(preactivations).enumerate()
        {
            for (side, &sample) in pattern.iter().zip(&self.active) {
                let value = &values[sample];
                if *side != Sign::Zero && value.sign() != Some(*side) {
                    let (lower, upper) = (value.lower(), value.upper());
                    return Err(KktEnclosedRejection::Side { direction, sample, lower, upper });
                }
            }
        }
        Ok(())
    }

    /// Every sample that is not active has a margin above 1.
    fn margins(
        &self,
        labels: &[Label],
        amounts: &[Interval],
        preactivations: &[Vec<Interval>],
        sides: &[Rational; 2],
    ) -> Result<(), KktEnclosedRejection> {
        let active: BTreeSet<usize> = self.active.iter().copied().collect();
        for (sample, y) in labels.iter().enumerate().filter(|(sample, _)| !active.contains(sample)) {
            let mut margin = Interval::zero();
            for ((direction, amount), values) in self.directions.iter().zip(amounts).zip(preactivations) {
                let share = values[sample].activated(sides).times(amount);
                margin = margin.plus(&if direction.sign == *y { share } else { share.negated() });
            }
            unfaulted()?;
            let (lower, upper) = (margin.lower(), margin.upper());
            if lower <= Rational::from(1) {
                return Err(KktEnclosedRejection::Margin { sample, lower, upper });
            }
        }
        Ok(())
    }

    /// The KKT point is near the document's point.
    fn within_distance(
        &self,
        problem: &Problem<F>,
        inputs: &[Vec<Interval>],
        amounts: &[Interval],
        coefficients: &[Vec<Dual>],
    ) -> Result<(), KktEnclosedRejection> {
        let mut point = Vec::with_capacity(2);
        for layer in problem.point().layers() {
            point.push(intervals(layer, "parameter")?);
        }
        let width = problem.network().inputs();
        for (j, LiveDirection { sign, units, shares, .. }) in self.directions.iter().enumerate() {
            let mut z = vec![Interval::zero(); width];
            for (c, &sample) in coefficients[j].iter().zip(&self.active) {
                unfaulted()?;
                z.iter_mut().zip(&inputs[sample]).for_each(|(z, x)| *z = z.plus(&c.value.times(x)));
            }
            for (&unit, share) in units.iter().zip(shares) {
                let root = amounts[j].times(&Interval::of(share)).square_root();
                let incoming = point[0][unit * width..(unit + 1) * width].iter_mut();
                incoming.zip(&z).for_each(|(w, z)| *w = w.minus(&root.times(z)));
                let outgoing = if *sign == Label::Positive { root } else { root.negated() };
                point[1][unit] = point[1][unit].minus(&outgoing);
            }
        }
        let differences = point.iter().flatten().map(Interval::magnitude).collect::<Vec<_>>();
        let bound_squared = Interval::dot(differences.iter().zip(&differences)).upper();
        unfaulted()?;
        let is_near = self.distance.sign() != Sign::Negative && bound_squared <= self.distance.clone() * &self.distance;
        if !is_near {
            return Err(KktEnclosedRejection::Distance { bound_squared, distance: self.distance.clone() });
        }
        Ok(())
    }
}

/// Each claim of optimality of the enclosed point holds.
pub(super) fn all_hold<F: OrderedField, O>(
    problem: &Problem<F>,
    claims: &[O],
    holds: impl Fn(&O) -> Result<(), EnclosedOptimumRejection<F>>,
) -> Result<(), Rejection<F>> {
    claims.iter().enumerate().take_while(|_| !is_faulted()).try_for_each(|(index, claim)| {
        charge(cost::LOOK * problem.size());
        holds(claim).map_err(|error| Rejection::EnclosedOptimum { index, error: Box::new(error) })
    })
}

/// Active samples in ascending order, with one multiplier each.
pub(super) fn in_order(active: &[usize], multipliers: &[Rational], samples: usize) -> Result<(), KktEnclosedRejection> {
    for (place, &sample) in active.iter().enumerate() {
        let follows = place == 0 || active[place - 1] < sample;
        if sample >= samples || !follows {
            return Err(KktEnclosedRejection::Active { place, sample, samples });
        }
    }
    let (found, expected) = (multipliers.len(), active.len());
    if found == expected { Ok(()) } else { Err(KktEnclosedRejection::Multipliers { found, expected }) }
}

/// The box around a centre that holds exactly one solution of a system.
pub(super) fn solved(
    centre: &[&Rational],
    radius: &Rational,
    inverse: &[Vec<Rational>],
    system: &impl Equations,
) -> Result<Vec<Interval>, KktEnclosedRejection> {
    if radius.sign() != Sign::Positive {
        return Err(KktEnclosedRejection::Radius(radius.clone()));
    }
    let expected = centre.len();
    let mut rows = Vec::with_capacity(inverse.len());
    if inverse.len() != expected {
        return Err(KktEnclosedRejection::Inverse { row: None, found: inverse.len(), expected });
    }
    for (row, entries) in inverse.iter().enumerate() {
        if entries.len() != expected {
            return Err(KktEnclosedRejection::Inverse { row: Some(row), found: entries.len(), expected });
        }
        charge(cost::INTERVAL * expected as u64);
        unfaulted()?;
        rows.push(entries.iter().map(Interval::of).collect());
    }
    let unknowns: Vec<Interval> = centre.iter().map(|value| Interval::around(value, radius)).collect();
    let centre: Vec<Interval> = centre.iter().map(|value| Interval::of(value)).collect();
    let (values, jacobian) = (system.values(&centre), system.jacobian(&unknowns));
    unfaulted()?;
    match contraction(&values, &jacobian, &rows, radius) {
        Ok(()) => Ok(unknowns),
        Err(contraction) => Err(KktEnclosedRejection::NotContracting { contraction, radius: radius.clone() }),
    }
}

/// The budget of work is not used up: what was computed may be looked at.
pub(super) fn unfaulted() -> Result<(), Fault> {
    if is_faulted() { Err(Fault::Exhausted) } else { Ok(()) }
}

impl From<Fault> for KktEnclosedRejection {
    fn from(fault: Fault) -> Self {
        KktEnclosedRejection::Fault(fault)
    }
}

pub(super) fn rational<F: OrderedField>(value: &F, what: &'static str) -> Result<Rational, KktEnclosedRejection> {
    match <[Rational; 1]>::try_from(value.coordinates()) {
        Ok([value]) => Ok(value),
        Err(coordinates) if coordinates.is_empty() => Ok(Rational::from(0)),
        Err(_) => Err(KktEnclosedRejection::NotRational { what }),
    }
}

/// Numbers of the document as intervals, which are charged for as they are kept.
pub(super) fn intervals<F: OrderedField>(
    values: &[F],
    what: &'static str,
) -> Result<Vec<Interval>, KktEnclosedRejection> {
    charge(cost::INTERVAL * values.len() as u64);
    unfaulted()?;
    values.iter().map(|value| Ok(Interval::of(&rational(value, what)?))).collect()
}
