//! The method `cells`: a bound on what one hidden unit can contribute, pattern by pattern.

use std::collections::BTreeSet;

use super::prelude::*;

/// Multipliers of the problem, and for each cell the multipliers that bound a unit there.
///
/// **What it proves.** For depth 2 with dense layers, the first ReLU or leaky ReLU: global optimality among all networks of
/// **every** width if all cells are given, local optimality if those next to each hidden unit are.
///
/// **Why.** Let `S` be the samples with `lambda_i > 0`. For a hidden unit with incoming weights `w`, outgoing weight `v` and
/// signs `s_i` of `w.x_i` on `S`, and `sign = sgn v`,
///
/// `sum_S lambda_i y_i v act(w.x_i) <= |v| (sum_S (sign lambda_i y_i slope(s_i) + mu_i s_i) x_i) . w <= |v| ||w|| <= (v^2 + ||w||^2) / 2`,
///
/// as `s_i w.x_i >= 0`, `mu >= 0`, and the cell's vector has norm at most 1. Summing over the units of a feasible `theta'` whose
/// units all lie in certified cells, `1/2||theta~||^2 = sum lambda_i <= sum lambda_i m_i(theta') <= 1/2||theta'||^2`.
/// A unit of a `theta'` near the point lies in a cell that agrees with the unit's non-zero preactivations and outgoing weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Cells<F> {
    /// `lambda`, one a sample, summing to `1/2||theta~||^2`.
    pub multipliers: Vec<F>,
    /// The cells, in any order, none twice.
    pub cells: Vec<Cell<F>>,
}

/// The side of zero on which a preactivation or an outgoing weight lies, the boundary belonging to both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// At most zero: `-` in a pattern, `-1` as a sign.
    Negative,
    /// At least zero: `+` in a pattern, `1` as a sign.
    Positive,
}

/// One activation pattern on the supporting samples and one sign of the outgoing weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell<F> {
    /// The hidden unit, for a local optimum; absent for a global one.
    pub unit: Option<usize>,
    /// The side of each supporting sample's preactivation, in the samples' order.
    pub pattern: Vec<Side>,
    /// The side of the outgoing weight.
    pub sign: Side,
    /// `mu`, one a supporting sample.
    pub multipliers: Vec<F>,
}

/// Every cell is bounded, or for a local optimum every one next to each hidden unit.
pub(super) fn optimum<F: OrderedField>(
    problem: &Problem<F>,
    is_local: bool,
    evidence: &Cells<F>,
) -> Result<(), Rejection<F>> {
    let support = bounded_cells(problem, evidence, is_local)?;
    if !is_local {
        return enough(None, evidence.cells.len(), support.len() + 1);
    }
    let outgoing = problem.network().layers().get(1).and_then(|output| output.incoming().first());
    for connection in outgoing.into_iter().flatten() {
        let (unit, weight) = (connection.unit, &problem.point().layers()[1][connection.parameter]);
        let preactivation = |&sample: &usize| problem.traces()[sample].preactivations[0][unit].sign();
        let signs: Vec<Sign> = support.iter().map(preactivation).chain([weight.sign()]).collect();
        let adjacent = |cell: &&Cell<F>| {
            let sides = cell.pattern.iter().chain([&cell.sign]);
            cell.unit == Some(unit) && sides.zip(&signs).all(|(side, sign)| side.agrees(*sign))
        };
        let undecided = signs.iter().filter(|sign| **sign == Sign::Zero).count();
        charge(cost::CONNECTION * (evidence.cells.len() * (1 + signs.len())) as u64);
        if is_faulted() {
            break;
        }
        let given = evidence.cells.iter().filter(adjacent).count();
        enough(Some(unit), given, undecided)?;
    }
    Ok(())
}

/// As the cells are distinct, it is enough to count them: `given` of `2^choices`.
fn enough<F: OrderedField>(unit: Option<usize>, given: usize, choices: usize) -> Result<(), Rejection<F>> {
    let needed = u32::try_from(choices).ok().and_then(|c| 1u64.checked_shl(c)).unwrap_or(u64::MAX);
    if given as u64 == needed { Ok(()) } else { Err(Rejection::MissingCells { unit, given, needed }) }
}

/// Checks everything but which cells are there; returns the supporting samples.
fn bounded_cells<F: OrderedField>(
    problem: &Problem<F>,
    evidence: &Cells<F>,
    local: bool,
) -> Result<Vec<usize>, Rejection<F>> {
    let (network, samples, lambda) = (problem.network(), problem.samples(), &evidence.multipliers);
    let [hidden, output] = network.layers() else {
        return Err(Rejection::NotTwoDenseLayers);
    };
    if !hidden.is_dense() || !output.is_dense() || hidden.activation().is_linear() {
        return Err(Rejection::NotTwoDenseLayers);
    }
    premises::feasible(problem)?;
    premises::multipliers(lambda, "samples", samples.len())?;
    let sum = lambda.iter().fold(F::zero(), |sum, multiplier| sum + multiplier);
    let half_norm = problem.point().norm_squared(Scope::All) * &premises::half();
    if sum != half_norm {
        return Err(Rejection::MultiplierSum { sum, half_norm });
    }
    let support: Vec<usize> = (0..samples.len()).filter(|&i| !lambda[i].is_zero()).collect();
    let mut seen = BTreeSet::new();
    for (index, cell) in evidence.cells.iter().enumerate().take_while(|_| !is_faulted()) {
        let Cell { unit, pattern, sign, multipliers } = cell;
        let fits = unit.map_or(!local, |unit| local && unit < hidden.outputs());
        if !fits {
            return Err(Rejection::CellUnit { cell: index, unit: *unit, local });
        }
        if pattern.len() != support.len() {
            let (found, expected) = (pattern.len(), support.len());
            return Err(Rejection::PatternLength { cell: index, found, expected });
        }
        if !seen.insert((unit, pattern, sign)) {
            return Err(Rejection::RepeatedCell { cell: index });
        }
        premises::multipliers(multipliers, "supporting samples", support.len())
            .map_err(|error| Rejection::CellMultipliers { cell: index, error: Box::new(error) })?;
        let mut vector = vec![F::zero(); network.inputs()];
        for ((&i, side), mu) in support.iter().zip(pattern).zip(multipliers) {
            let slope = hidden.activation().slope(side.sign());
            let unit_share = samples[i].y.times(lambda[i].clone() * &slope);
            let coefficient = sign.times(unit_share) + &side.times(mu.clone());
            vector.iter_mut().zip(&samples[i].x).for_each(|(z, x)| z.add_product(&coefficient, x));
        }
        let norm_squared = F::dot(vector.iter().zip(&vector));
        if norm_squared > F::one() {
            return Err(Rejection::CellBound { cell: index, norm_squared });
        }
    }
    Ok(support)
}

impl Side {
    pub(super) fn sign(self) -> Sign {
        match self {
            Side::Negative => Sign::Negative,
            Side::Positive => Sign::Positive,
        }
    }

    pub(super) fn times<F: OrderedField>(self, value: F) -> F {
        match self {
            Side::Negative => -value,
            Side::Positive => value,
        }
    }

    fn agrees(self, sign: Sign) -> bool {
        sign == Sign::Zero || sign == self.sign()
    }
}
