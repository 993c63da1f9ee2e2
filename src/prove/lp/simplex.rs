//! The exact simplex method, started from any basis.
//!
//! Every step solves with the current basis anew, so that no number grows from step to step, and
//! from the right basis there is one step only: the one that finds nothing to improve. While the
//! basic solution breaks bounds, the objective is the sum of the violations; then it is that of the
//! program. Bland's rule takes over while steps have length zero, so the method cannot cycle
//! (Bland, Mathematics of Operations Research 2, 1977).

use crate::kernel::exact::Sign;
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::scaled::Scaled;

use super::basis::{Basis, Status, resting};
use super::factor::{Factor, FactorError};
use super::ring::Ring;
use super::sparse::Sparse;
use super::standard::Standard;

/// How the simplex method ended; vectors have one number for every variable and then one for every
/// row.
pub(super) enum Verdict<R> {
    /// `reduced` are the multipliers of the bounds, positive for lower and negative for upper ones.
    Optimal { point: Scaled<R>, reduced: Scaled<R> },
    /// A combination of the variables that is zero identically, yet positive by their bounds.
    Infeasible { multipliers: Vec<R> },
    /// A feasible point and a direction.
    Unbounded { point: Scaled<R>, ray: Vec<R> },
}

/// So many steps of length zero in a row are allowed before Bland's rule takes over.
const PATIENCE: usize = 8;

/// Solves a program, no bounds of which exclude each other, from any basis.
pub(super) fn solve<R: Ring>(program: &Standard<R>, basis: Basis, deadline: Deadline) -> Result<Verdict<R>, OutOfTime> {
    let mut simplex = Simplex { program, basis, deadline, idle: 0 };
    loop {
        deadline.check()?;
        if let Some(verdict) = simplex.step()? {
            return Ok(verdict);
        }
    }
}

struct Simplex<'a, R> {
    program: &'a Standard<R>,
    basis: Basis,
    deadline: Deadline,
    /// Steps of length zero since the last longer one.
    idle: usize,
}

/// The part of the basis that takes solving: the rows whose own variable is not basic, and the
/// basic variables of the program, which are equally many.
struct Core<R: Ring> {
    rows: Vec<usize>,
    columns: Vec<usize>,
    factor: R::Factor,
}

/// A variable to move, and its direction: `+1` or `-1`.
#[derive(Clone, Copy)]
struct Entering {
    variable: usize,
    direction: Sign,
}

impl<R: Ring> Simplex<'_, R> {
    /// One step, or the end.
    fn step(&mut self) -> Result<Option<Verdict<R>>, OutOfTime> {
        let core = self.factor()?;
        let point = self.point(&core)?;
        let violations = self.violations(&point);
        let violated = violations.iter().any(|&sign| sign != Sign::Zero);
        let reduced = match violated {
            true => self.reduced(&core, &self.cost_of_violations(&violations))?,
            false => self.reduced(&core, &self.program.cost)?,
        };
        let Some(entering) = self.entering(&reduced.numerators) else {
            return Ok(Some(match violated {
                true => Verdict::Infeasible { multipliers: self.farkas(&violations, reduced) },
                false => Verdict::Optimal { point, reduced },
            }));
        };
        let ray = self.direction(&core, entering)?;
        let Some((variable, hit, moved)) = self.leaving(&point, &violations, &ray) else {
            // Violations cannot fall without end, so there are none.
            let ray = ray.numerators;
            return Ok(Some(Verdict::Unbounded { point, ray }));
        };
        self.idle = if moved { 0 } else { self.idle + 1 };
        self.basis[entering.variable] = Status::Basic;
        self.basis[variable] = hit;
        Ok(None)
    }

    fn blands_rule(&self) -> bool {
        self.idle > PATIENCE
    }

    /// Factorises the core; where it is singular, which only the given basis can be, mends the
    /// basis first.
    fn factor(&mut self) -> Result<Core<R>, OutOfTime> {
        let variables = self.program.variables();
        loop {
            let columns: Vec<usize> =
                (0..variables).filter(|&variable| self.basis[variable] == Status::Basic).collect();
            let rows: Vec<usize> = (variables..self.program.total())
                .filter(|&variable| self.basis[variable] != Status::Basic)
                .map(|variable| variable - variables)
                .collect();
            let mut place = vec![usize::MAX; variables];
            for (position, &column) in columns.iter().enumerate() {
                place[column] = position;
            }
            let mut matrix = Sparse::new(columns.len());
            for &row in &rows {
                matrix.push_row(
                    self.program
                        .rows
                        .entries(row)
                        .filter(|&(column, _)| place[column] != usize::MAX)
                        .map(|(column, value)| (place[column], value.clone())),
                );
            }
            let independent = match R::Factor::new(matrix, self.deadline) {
                Ok(factor) => {
                    return Ok(Core { rows, columns, factor });
                }
                Err(FactorError::OutOfTime) => return Err(OutOfTime),
                Err(FactorError::Singular(independent)) => independent,
            };
            for (position, &column) in columns.iter().enumerate() {
                if !independent.columns.contains(&position) {
                    self.basis[column] = resting(self.program, column);
                }
            }
            for (position, &row) in rows.iter().enumerate() {
                if !independent.rows.contains(&position) {
                    self.basis[variables + row] = Status::Basic;
                }
            }
        }
    }

    /// The value at which a variable that is not basic stands.
    fn standing(&self, variable: usize) -> Option<&R> {
        match self.basis[variable] {
            Status::Lower => self.program.lower[variable].as_ref(),
            Status::Upper => self.program.upper[variable].as_ref(),
            Status::Basic | Status::Zero => None,
        }
    }

    /// The basic solution.
    fn point(&self, core: &Core<R>) -> Result<Scaled<R>, OutOfTime> {
        let variables = self.program.variables();
        let standing = |variable| self.standing(variable).cloned().unwrap_or_else(R::zero);
        let mut point: Vec<R> = (0..variables).map(standing).collect();
        let packed = R::pack(&point);
        let rhs: Vec<R> = core
            .rows
            .iter()
            .map(|&row| {
                let (index, value) = self.program.rows.row(row);
                standing(variables + row).minus(&R::dot(index, value, &packed))
            })
            .collect();
        let solution = core.factor.solve(&rhs, self.deadline)?;
        for x in &mut point {
            *x = x.times(&solution.denominator);
        }
        for (&column, x) in core.columns.iter().zip(solution.numerators) {
            point[column] = x;
        }
        point.extend(self.program.row_values(&point));
        Ok(Scaled { numerators: point, denominator: solution.denominator })
    }

    /// For every variable the sign of the change that takes it back within its bounds.
    fn violations(&self, point: &Scaled<R>) -> Vec<Sign> {
        (0..self.program.total())
            .map(|variable| {
                if self.basis[variable] != Status::Basic {
                    return Sign::Zero;
                }
                let beyond = |bound: &Option<R>| match bound {
                    Some(bound) => {
                        let bound = bound.times(&point.denominator);
                        Sign::from(point.numerators[variable].compare(&bound))
                    }
                    None => Sign::Zero,
                };
                if beyond(&self.program.lower[variable]) == Sign::Negative {
                    Sign::Positive
                } else if beyond(&self.program.upper[variable]) == Sign::Positive {
                    Sign::Negative
                } else {
                    Sign::Zero
                }
            })
            .collect()
    }

    /// The gradient of the sum of violations, as a cost of the variables of the program.
    fn cost_of_violations(&self, violations: &[Sign]) -> Vec<R> {
        let gradient: Vec<R> = violations.iter().map(|&sign| unit::<R>(sign).negated()).collect();
        let (structural, rows) = gradient.split_at(self.program.variables());
        let packed = R::pack(rows);
        structural
            .iter()
            .enumerate()
            .map(|(column, gradient)| {
                let (index, value) = self.program.columns.row(column);
                gradient.plus(&R::dot(index, value, &packed))
            })
            .collect()
    }

    /// The objective in terms of the variables that are not basic; zero for the basic ones.
    fn reduced(&self, core: &Core<R>, cost: &[R]) -> Result<Scaled<R>, OutOfTime> {
        let rhs: Vec<R> = core.columns.iter().map(|&c| cost[c].clone()).collect();
        let solution = core.factor.solve_transposed(&rhs, self.deadline)?;
        let mut multipliers = vec![R::zero(); self.program.rows.rows()];
        for (&row, y) in core.rows.iter().zip(solution.numerators) {
            multipliers[row] = y;
        }
        let packed = R::pack(&multipliers);
        let mut reduced: Vec<R> = (0..cost.len())
            .map(|column| match self.basis[column] {
                Status::Basic => R::zero(),
                _ => {
                    let (index, value) = self.program.columns.row(column);
                    let cost = cost[column].times(&solution.denominator);
                    cost.minus(&R::dot(index, value, &packed))
                }
            })
            .collect();
        reduced.extend(multipliers);
        Ok(Scaled { numerators: reduced, denominator: solution.denominator })
    }

    /// A variable that improves the objective when it moves: the one of steepest slope, or the
    /// first by Bland's rule.
    fn entering(&self, reduced: &[R]) -> Option<Entering> {
        let mut best: Option<Entering> = None;
        for (variable, slope) in reduced.iter().enumerate() {
            let direction = match (self.basis[variable], slope.signum()) {
                (Status::Lower | Status::Zero, Sign::Negative) => Sign::Positive,
                (Status::Upper | Status::Zero, Sign::Positive) => Sign::Negative,
                _ => continue,
            };
            if self.program.is_fixed(variable) {
                continue;
            }
            let entering = Entering { variable, direction };
            if self.blands_rule() {
                return Some(entering);
            }
            let steeper = best.is_none_or(|best| absolute(slope).compare(&absolute(&reduced[best.variable])).is_gt());
            if steeper {
                best = Some(entering);
            }
        }
        best
    }

    /// The change of all variables as one moves and the others that are not basic stay.
    fn direction(&self, core: &Core<R>, entering: Entering) -> Result<Scaled<R>, OutOfTime> {
        let variables = self.program.variables();
        let mut change = vec![R::zero(); core.rows.len()];
        let mut place = vec![usize::MAX; self.program.rows.rows()];
        for (position, &row) in core.rows.iter().enumerate() {
            place[row] = position;
        }
        let unit = unit::<R>(entering.direction);
        match entering.variable.checked_sub(variables) {
            Some(row) => change[place[row]] = unit.clone(),
            None => {
                for (row, value) in self.program.columns.entries(entering.variable) {
                    if place[row] != usize::MAX {
                        change[place[row]] = value.times(&unit).negated();
                    }
                }
            }
        }
        let solution = core.factor.solve(&change, self.deadline)?;
        let mut ray = vec![R::zero(); variables];
        for (&column, x) in core.columns.iter().zip(solution.numerators) {
            ray[column] = x;
        }
        if entering.variable < variables {
            ray[entering.variable] = unit.times(&solution.denominator);
        }
        ray.extend(self.program.row_values(&ray));
        Ok(Scaled { numerators: ray, denominator: solution.denominator })
    }

    /// The first variable to reach a bound, which bound, and whether the way there has a length. A
    /// variable beyond a bound only stops on its way back. The first of several is taken.
    fn leaving(&self, point: &Scaled<R>, violations: &[Sign], ray: &Scaled<R>) -> Option<(usize, Status, bool)> {
        let mut best: Option<(usize, Status, R, R)> = None;
        for (variable, speed) in ray.numerators.iter().enumerate() {
            let ahead = speed.signum();
            let side = match (ahead, violations[variable]) {
                (Sign::Zero, _) => continue,
                (_, Sign::Zero) if ahead == Sign::Positive => Status::Upper,
                (_, Sign::Zero) => Status::Lower,
                (_, back) if back != ahead => continue,
                (_, Sign::Positive) => Status::Lower,
                (_, Sign::Negative) => Status::Upper,
            };
            let bounds = match side {
                Status::Upper => &self.program.upper,
                _ => &self.program.lower,
            };
            let Some(bound) = &bounds[variable] else {
                continue;
            };
            let bound = bound.times(&point.denominator);
            let distance = absolute(&bound.minus(&point.numerators[variable]));
            let speed = absolute(speed);
            let nearer = best.as_ref().is_none_or(|(_, _, other, other_speed)| {
                distance.times(other_speed).compare(&other.times(&speed)).is_lt()
            });
            if nearer {
                best = Some((variable, side, distance, speed));
            }
        }
        best.map(|(variable, side, distance, _)| (variable, side, distance.signum() != Sign::Zero))
    }

    /// At a least sum of violations, which is not zero: the sum is the combination `reduced` of the
    /// other variables, and all of that is impossible within the bounds.
    fn farkas(&self, violations: &[Sign], reduced: Scaled<R>) -> Vec<R> {
        let mut multipliers = reduced.numerators;
        for (multiplier, &violation) in multipliers.iter_mut().zip(violations) {
            if violation != Sign::Zero {
                *multiplier = unit::<R>(violation).times(&reduced.denominator);
            }
        }
        multipliers
    }
}

/// `1`, `0` or `-1`.
fn unit<R: Ring>(sign: Sign) -> R {
    match sign {
        Sign::Positive => R::one(),
        Sign::Zero => R::zero(),
        Sign::Negative => R::one().negated(),
    }
}

fn absolute<R: Ring>(value: &R) -> R {
    match value.signum() {
        Sign::Negative => value.negated(),
        _ => value.clone(),
    }
}
