//! How the units of an enclosed point move to better points nearby, as `enclosed/Descent.v` reads it.
//!
//! The kernel's argument follows a curve on which the active margins stay 1. Rocq's does without one: every condition on
//! the moves is a strict inequality, so that it is enough to solve linear equations approximately.

use super::syntax::{list, rational, rationals};
use crate::kernel::check::KktEnclosed;
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::problem::{Label, Problem};
use crate::prove::deadline::Deadline;
use crate::prove::linear_algebra::{gram, solve};
use crate::prove::rounding::{round_to_denominator, to_f64, to_f64s};

/// Equations are rounded to multiples of the inverse of this, and moves to multiples of that of [`MOVE`].
const EQUATION: u32 = 1 << 24;
const MOVE: u32 = 1_000_000_000;

/// What makes the point no local optimum.
pub enum Departure<'a> {
    /// A unit leaves the held kink of this direction on this sample, to the positive side.
    Kink { direction: usize, sample: usize },
    /// A unit that is 0 gets these incoming weights, and an outgoing one of this sign.
    Wake { incoming: &'a [Rational], sign: Label },
}

/// A live unit.
struct Unit {
    index: usize,
    direction: usize,
    /// The outgoing weight.
    outgoing: f64,
}

/// For each hidden unit what is added to its incoming weights and to its outgoing one, if that can be found.
pub fn moves<F: OrderedField>(
    problem: &Problem<F>,
    evidence: &KktEnclosed<F>,
    departure: &Departure<'_>,
) -> Option<String> {
    let [hidden, _] = problem.network().layers() else { return None };
    let width = problem.network().inputs();
    let [below, above] = [Sign::Negative, Sign::Positive].map(|side| to_f64(&hidden.activation().slope(side)));
    let act = |t: f64| if t < 0.0 { below * t } else { above * t };
    let samples = evidence.active.iter().map(|&sample| problem.samples().get(sample)).collect::<Option<Vec<_>>>()?;
    let inputs: Vec<Vec<f64>> = samples.iter().map(|sample| to_f64s(&sample.x)).collect();
    let labels: Vec<f64> = samples.iter().map(|sample| sign_of(sample.y)).collect();
    let multipliers = to_f64s(&evidence.multipliers);
    let (mut units, mut slopes, mut vectors) = (Vec::new(), Vec::new(), Vec::new());
    for (j, direction) in evidence.directions.iter().enumerate() {
        let mut held = direction.slopes.iter();
        let slope = |side: &Sign| match side {
            Sign::Negative => Some(below),
            Sign::Positive => Some(above),
            Sign::Zero => held.next().map(to_f64),
        };
        let own: Vec<f64> = direction.pattern.iter().map(slope).collect::<Option<_>>()?;
        let (sign, mut vector) = (sign_of(direction.sign), vec![0.0; width]);
        for (((x, y), lambda), slope) in inputs.iter().zip(&labels).zip(&multipliers).zip(&own) {
            vector.iter_mut().zip(x).for_each(|(z, x)| *z += sign * lambda * y * slope * x);
        }
        for (&index, share) in direction.units.iter().zip(&direction.shares) {
            let length = (to_f64(&direction.amount) * to_f64(share)).sqrt();
            units.push(Unit { index, direction: j, outgoing: sign * length });
        }
        slopes.push(own);
        vectors.push(vector);
    }
    let is_held = |unit: &Unit, k: usize| evidence.directions[unit.direction].pattern.get(k) == Some(&Sign::Zero);

    // What the departure itself adds to the outputs, and how much it gains beyond its cost.
    let (mut added, mut gain) = (vec![0.0; inputs.len()], 0.0);
    let mut leaving = None;
    let mut awake = None;
    match departure {
        Departure::Kink { direction, sample } => {
            let k = evidence.active.binary_search(sample).ok()?;
            let unit = units.iter().find(|unit| unit.direction == *direction)?;
            added[k] = unit.outgoing * above;
            gain = multipliers.get(k)? * labels[k] * unit.outgoing * (above - slopes[*direction].get(k)?);
            leaving = Some((unit.index, k));
        }
        Departure::Wake { incoming, sign } => {
            let index = (0..hidden.outputs()).find(|u| units.iter().all(|unit| unit.index != *u))?;
            let mut incoming = to_f64s(incoming);
            let length = dot(&incoming, &incoming).sqrt();
            incoming.iter_mut().for_each(|w| *w /= length);
            for (k, x) in inputs.iter().enumerate() {
                added[k] = sign_of(*sign) * act(dot(&incoming, x));
                gain += multipliers.get(k)? * labels[k] * added[k];
            }
            gain -= 1.0;
            awake = Some((index, incoming, sign_of(*sign)));
        }
    }
    // Half of the gain is given to the margins.
    let rise = gain / (2.0 * multipliers.iter().sum::<f64>());
    let (mut rows, mut sides) = (Vec::new(), Vec::new());
    for (k, (x, y)) in inputs.iter().zip(&labels).enumerate() {
        let mut row = Vec::new();
        for unit in &units {
            let slope = if is_held(unit, k) { 0.0 } else { *slopes[unit.direction].get(k)? };
            row.extend(x.iter().map(|x| y * unit.outgoing * slope * x));
            row.push(y * unit.outgoing.abs() * slope * dot(&vectors[unit.direction], x));
        }
        rows.push(row);
        sides.push(rise - y * added[k]);
    }
    for (place, unit) in units.iter().enumerate() {
        for (k, x) in inputs.iter().enumerate().filter(|(k, _)| is_held(unit, *k)) {
            let mut row = vec![0.0; units.len() * (width + 1)];
            row[place * (width + 1)..][..width].copy_from_slice(x);
            rows.push(row);
            sides.push(if leaving == Some((unit.index, k)) { 1.0 } else { 0.0 });
        }
    }
    let solution = shortest(&rows, &sides)?;
    let none = (vec![Rational::from(0); width], Rational::from(0));
    let mut moves = vec![none; hidden.outputs()];
    for (unit, part) in units.iter().zip(solution.chunks(width + 1)) {
        let (outgoing, incoming) = part.split_last()?;
        *moves.get_mut(unit.index)? = (incoming.to_vec(), outgoing.clone());
    }
    if let Some((index, incoming, outgoing)) = awake {
        let outgoing = Rational::from(if outgoing > 0.0 { 1 } else { -1 });
        *moves.get_mut(index)? = (round_to_denominator(&incoming, MOVE)?, outgoing);
    }
    let written = moves.iter().map(|(incoming, outgoing)| format!("({}, {})", rationals(incoming), rational(outgoing)));
    Some(list(written))
}

/// Nearly the shortest solution of linear equations.
pub(super) fn shortest(rows: &[Vec<f64>], sides: &[f64]) -> Option<Vec<Rational>> {
    let exact: Vec<Vec<Rational>> =
        rows.iter().map(|row| round_to_denominator(row, EQUATION)).collect::<Option<_>>()?;
    let sides = round_to_denominator(sides, EQUATION)?;
    let weights = solve(&gram(&exact), &sides, Deadline::none()).ok()??;
    let (mut sum, weights) = (vec![0.0; rows.first()?.len()], to_f64s(&weights));
    for (weight, row) in weights.iter().zip(rows) {
        sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += weight * x);
    }
    round_to_denominator(&sum, MOVE)
}

fn sign_of(label: Label) -> f64 {
    if label == Label::Positive { 1.0 } else { -1.0 }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
