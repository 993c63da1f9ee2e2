//! The last coefficient of a curve: a linear program with room to spare, then short numbers within that room.

use crate::kernel::exact::{OrderedField, Sign};
use crate::prove::field::ProofField;
use crate::prove::lp::{LinearProgram, Outcome, Relation, Sense};
use crate::prove::rounding::round_to_denominator;
use crate::prove::search::Search;

use super::cell::Condition;

/// Denominators tried for short coefficients.
const DENOMINATORS: [u32; 17] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 64, 128, 256, 1024];

/// What became of a curve's last coefficient.
pub enum Completion<F> {
    /// Coefficients that satisfy all conditions, the strict ones strictly; the shortest first.
    Found(Vec<Vec<F>>),
    /// There is none: non-negative weights of the conditions, not all zero on strict ones, that show it.
    Obstructed(Vec<F>),
    /// Time ran out.
    Unknown,
}

/// Looks for coefficients that satisfy all conditions.
///
/// Only the given columns are used. With `bounded` no entry of the linear program's solution exceeds 1: for a first
/// coefficient, whose conditions are homogeneous.
pub fn complete<F: ProofField>(
    conditions: &[Condition<F>],
    columns: &[usize],
    width: usize,
    bounded: bool,
    search: &Search,
) -> Completion<F> {
    let Some(Solution { value: room, duals, .. }) = solve(conditions, columns, None, bounded, search) else {
        return Completion::Unknown;
    };
    if room.sign() != Sign::Positive {
        let size = |dual: F| if dual.sign() == Sign::Negative { -dual } else { dual };
        return Completion::Obstructed(duals.into_iter().map(size).collect());
    }
    let mut found: Vec<(usize, Vec<F>)> = Vec::new();
    for share in [(1, 2), (1, 4), (1, 1)] {
        let Some(least) = F::ratio(share.0, share.1).map(|share| share * &room) else { continue };
        let Some(Solution { entries, .. }) = solve(conditions, columns, Some(least), bounded, search) else { continue };
        let floats: Vec<f64> = entries.iter().map(F::to_f64).collect();
        let mut consider = |entries: Vec<F>| {
            let mut coefficient = vec![F::zero(); width];
            columns.iter().zip(entries).for_each(|(&p, entry)| coefficient[p] = entry);
            let holds = conditions.iter().all(|condition| condition.holds(&coefficient));
            if holds && !found.iter().any(|(_, other)| *other == coefficient) {
                found.push((length(&coefficient), coefficient));
            }
            holds
        };
        // The coarsest two roundings that hold, and the exact solution.
        let rounded = DENOMINATORS.iter().filter_map(|&d| round_to_denominator(&floats, d));
        let rounded = rounded.map(|entries| entries.into_iter().map(F::from).collect());
        let _ = rounded.filter(|entries: &Vec<F>| consider(entries.clone())).take(2).count();
        consider(entries);
    }
    found.sort_by_key(|(length, _)| *length);
    Completion::Found(found.into_iter().map(|(_, coefficient)| coefficient).collect())
}

/// How many characters the entries take.
pub fn length<F: OrderedField>(coefficient: &[F]) -> usize {
    coefficient.iter().map(|entry| entry.to_string().len()).sum()
}

struct Solution<F> {
    value: F,
    entries: Vec<F>,
    /// One a condition.
    duals: Vec<F>,
}

/// The greatest room in the strict conditions, at most 1; or the coefficient of least absolute sum with a given room.
fn solve<F: ProofField>(
    conditions: &[Condition<F>],
    columns: &[usize],
    room: Option<F>,
    bounded: bool,
    search: &Search,
) -> Option<Solution<F>> {
    let sense = if room.is_some() { Sense::Minimise } else { Sense::Maximise };
    let mut program = LinearProgram::new(sense);
    let cost = if room.is_some() { F::one() } else { F::zero() };
    let upper = bounded.then(F::one);
    let mut halves = Vec::with_capacity(columns.len());
    for _ in columns {
        let plus = program.add_variable(Some(F::zero()), upper.clone(), cost.clone());
        let minus = program.add_variable(Some(F::zero()), upper.clone(), cost.clone());
        halves.push((plus, minus));
    }
    let slack = room.is_none().then(|| program.add_variable(None, Some(F::one()), F::one()));
    for condition in conditions {
        let mut terms: Vec<(usize, F)> = Vec::new();
        for (&p, &(plus, minus)) in columns.iter().zip(&halves) {
            let entry = &condition.row[p];
            if !entry.is_zero() {
                terms.push((plus, entry.clone()));
                terms.push((minus, -entry.clone()));
            }
        }
        let mut bound = -condition.known.clone();
        if condition.strict {
            match (slack, &room) {
                (Some(slack), _) => terms.push((slack, -F::one())),
                (None, Some(room)) => bound = bound + room,
                (None, None) => {}
            }
        }
        program.add_row(terms, Relation::AtLeast, bound);
    }
    match program.solve(search.deadline()) {
        Outcome::Optimal { primal, dual, value } => {
            let entry = |&(plus, minus): &(usize, usize)| primal[plus].clone() - &primal[minus];
            Some(Solution { value, entries: halves.iter().map(entry).collect(), duals: dual.rows })
        }
        _ => None,
    }
}
