//! Are there better points near an enclosed one: by leaving a held kink, or with a unit that is 0?

use super::super::dense::{dot, norm};
use super::super::newton::significant;
use super::super::report::Standing;
use super::super::task::Task;
use super::enclose::Enclosed;
use super::floats::{Floats, Pass};
use super::optimum::accept;
use crate::kernel::check::ParametersOptimum;
use crate::kernel::exact::{Rational, Sign};
use crate::kernel::network::Unit;
use crate::prove::deadline::Deadline;
use crate::prove::rounding::to_f64;

/// The most directions from which a unit's weights are improved, and how often each is.
const STARTS: usize = 200;
const IMPROVEMENTS: usize = 200;

/// What an active sample tells of a unit that could come to life.
pub(super) struct Term {
    /// `lambda_i y_i`.
    weight: f64,
    pass: Pass,
    slopes: Vec<Vec<f64>>,
    by_output: Vec<Vec<f64>>,
    pattern: Vec<Vec<Option<Sign>>>,
    /// Which units read nothing but 0, near the point too, or are on a side of slope 0.
    at_rest: Vec<Vec<bool>>,
}

impl Term {
    /// At what rate the Lagrangian falls when a unit that is at 0 leaves it for the positive side rather than the negative one.
    fn raises(&self, task: &Task, layer: usize, unit: usize) -> f64 {
        let [negative, positive] = task.sides[layer];
        self.weight * self.by_output[layer][unit] * (positive - negative)
    }
}

/// A held kink that the kernel accepts as one at which the norm decreases.
pub(super) fn kink(task: &Task, terms: &[Term], enclosed: &mut Enclosed) -> Option<Standing> {
    for (term, sample) in terms.iter().zip(enclosed.claim.active.clone()) {
        for (layer, units) in term.pattern.iter().enumerate() {
            for (unit, _) in units.iter().enumerate().filter(|(_, side)| **side == Some(Sign::Zero)) {
                let descends = term.raises(task, layer, unit) > 0.0;
                let kink = ParametersOptimum::Kink { sample, unit: Unit { layer, unit } };
                if descends && accept(enclosed, kink).is_ok() {
                    return Some(Standing::NotLocalKink { layer, unit, sample });
                }
            }
        }
    }
    None
}

/// A unit that is 0 and gains, or the greatest gain that was found, if there is a unit that is 0, with what the kernel says to it.
pub(super) fn unit(
    task: &Task,
    terms: &[Term],
    enclosed: &mut Enclosed,
    until: Deadline,
) -> Result<Standing, Option<(f64, Option<String>)>> {
    let mut found: Option<(f64, Option<String>)> = None;
    for Unit { layer, unit } in dead_units(task, enclosed) {
        let (greatest, refused) = found.get_or_insert((0.0, None));
        let (gain, incoming, outgoing) = most_gain(task, terms, Unit { layer, unit }, until);
        *greatest = greatest.max(gain);
        if gain > 1.0 + 1e-9 {
            let [incoming, outgoing] =
                [incoming, outgoing].map(|list| list.iter().map(|x| significant(*x, 7)).collect());
            match accept(enclosed, ParametersOptimum::DeadUnit { unit: Unit { layer, unit }, incoming, outgoing }) {
                Ok(()) => return Ok(Standing::NotLocalUnit { layer, unit, gain }),
                Err(reason) => *refused = Some(reason),
            }
        }
    }
    Err(found)
}

/// The first unit from a layer on that is at 0 on an active sample and may raise the margin when it leaves 0: layer, unit, sample.
pub(super) fn raises(task: &Task, terms: &[Term], active: &[usize], first: usize) -> Option<(usize, usize, usize)> {
    let mut places = terms.iter().zip(active).flat_map(|(term, sample)| {
        let layers = term.pattern.iter().enumerate().skip(first);
        let units = layers.flat_map(|(l, units)| units.iter().enumerate().map(move |(u, side)| (l, u, side)));
        units
            .filter(|(l, u, side)| side.is_none_or(|side| side == Sign::Zero) && !term.at_rest[*l][*u])
            .map(move |(l, u, _)| (term, (l, u, *sample)))
    });
    places.find(|(term, (l, u, _))| term.raises(task, *l, *u) > 1e-12).map(|(_, place)| place)
}

/// What each active sample tells.
pub(super) fn terms(task: &Task, enclosed: &Enclosed) -> Vec<Term> {
    let network = Floats::at(task, super::enclose::floats(&enclosed.problem));
    let claim = &enclosed.claim;
    let mut held = claim.slopes.iter().map(to_f64);
    let places = claim.active.iter().zip(&claim.multipliers).zip(&claim.patterns);
    let term = |((sample, lambda), pattern): ((&usize, &Rational), &Vec<Vec<Option<Sign>>>)| {
        let mut slope = |[negative, positive]: [f64; 2], side: &Option<Sign>| match side {
            Some(Sign::Positive) => positive,
            Some(Sign::Zero) => held.next().unwrap_or(negative),
            Some(Sign::Negative) | None => negative,
        };
        let layers = pattern.iter().zip(&task.sides);
        let slopes: Vec<Vec<f64>> =
            layers.map(|(units, sides)| units.iter().map(|side| slope(*sides, side)).collect()).collect();
        let passes = |l: usize, u: usize, _: f64| if pattern[l][u] == Some(Sign::Zero) { 0.0 } else { slopes[l][u] };
        let pass = network.pass(*sample, passes);
        let by_output = network.by_output(&slopes);
        let weight = task.label(*sample) * to_f64(lambda);
        let at_rest = at_rest(task, *sample, pattern);
        Term { weight, pass, slopes, by_output, pattern: pattern.clone(), at_rest }
    };
    places.map(term).collect()
}

fn at_rest(task: &Task, sample: usize, pattern: &[Vec<Option<Sign>>]) -> Vec<Vec<bool>> {
    let mut reads: Vec<bool> = task.inputs[sample].iter().map(|x| *x == 0.0).collect();
    let mut at_rest = Vec::new();
    for ((layer, units), sides) in task.network.layers().iter().zip(pattern).zip(&task.sides) {
        let is_off = |side: &Option<Sign>| *side == Some(Sign::Negative) && sides[0] == 0.0;
        let rows = layer.incoming().iter().zip(units);
        reads = rows.map(|(row, side)| is_off(side) || row.iter().all(|edge| reads[edge.unit])).collect();
        at_rest.push(reads.clone());
    }
    at_rest
}

/// Units all of whose weights are 0, and were next to 0 in training: one that was merged into a parallel one is 0 in the certificate's point, but
/// not where it has its share. Of dense layers the first one, since all are alike.
fn dead_units(task: &Task, enclosed: &Enclosed) -> Vec<Unit> {
    let layers = task.network.layers();
    let mut dead = Vec::new();
    for (layer, origins) in enclosed.origins.iter().enumerate() {
        let is_dead = |unit: &usize| {
            !origins.iter().flatten().any(|other| other == unit)
                && enclosed.problem.is_zero_unit(Unit { layer, unit: *unit })
        };
        let are_alike = layers[layer].is_dense() && layers[layer + 1].is_dense();
        let most = if are_alike { 1 } else { usize::MAX };
        dead.extend((0..origins.len()).filter(is_dead).take(most).map(|unit| Unit { layer, unit }));
    }
    dead
}

/// The greatest gain that was found for a cost of 1, with the incoming and outgoing weights.
fn most_gain(task: &Task, terms: &[Term], place: Unit, until: Deadline) -> (f64, Vec<f64>, Vec<f64>) {
    let (Unit { layer, unit }, layers) = (place, task.network.layers());
    let [negative, positive] = task.sides[layer];
    let last = layers.len() - 1;
    let fed: Vec<usize> = layers[layer + 1].outgoing()[unit].iter().map(|edge| edge.unit).collect();
    let targets = fed.len();
    // Units that the new one may feed: not those whose preactivation is 0 without being held.
    let is_bent = layer + 1 < last && task.sides[layer + 1][0] != task.sides[layer + 1][1];
    let may_feed: Vec<bool> =
        fed.iter().map(|t| !is_bent || terms.iter().all(|term| term.pattern[layer + 1][*t].is_some())).collect();
    let effects: Vec<Vec<f64>> = terms
        .iter()
        .map(|term| {
            let effect = |t: usize| match (may_feed[t], layer + 1 == last) {
                (false, _) => 0.0,
                (true, true) => term.weight,
                (true, false) => term.weight * term.slopes[layer + 1][fed[t]] * term.by_output[layer + 1][fed[t]],
            };
            (0..targets).map(effect).collect()
        })
        .collect();
    let own = &layers[layer].incoming()[unit];
    let read = |term: &Term| own.iter().map(|edge| term.pass.inputs[layer][edge.unit]).collect();
    let reads: Vec<Vec<f64>> = terms.iter().map(read).collect();
    let width = own.len();
    let slope = |z: f64| if z > 0.0 { positive } else { negative };
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let mut best = (0.0, vec![0.0; width], vec![0.0; targets]);
    for start in 0..STARTS + reads.len() {
        if until.passed() {
            break;
        }
        let mut w: Vec<f64> =
            if start < reads.len() { reads[start].clone() } else { (0..width).map(|_| next()).collect() };
        let mut reached = 0.0;
        for _ in 0..IMPROVEMENTS {
            let size = norm(&w);
            if size < 1e-12 {
                break;
            }
            w.iter_mut().for_each(|x| *x /= size);
            let mut v = vec![0.0; targets];
            for (read, effect) in reads.iter().zip(&effects) {
                let z = dot(&w, read);
                v.iter_mut().zip(effect).for_each(|(v, e)| *v += slope(z) * z * e);
            }
            let gain = norm(&v);
            if gain > best.0 {
                best = (gain, w.clone(), v.iter().map(|x| x / gain).collect());
            }
            if gain < reached + 1e-12 {
                break;
            }
            reached = gain;
            let mut up = vec![0.0; width];
            for (read, effect) in reads.iter().zip(&effects) {
                let factor = slope(dot(&w, read)) * dot(effect, &v) / gain;
                up.iter_mut().zip(read).for_each(|(u, x)| *u += factor * x);
            }
            // The mean keeps the ascent from jumping between two sides.
            let size = norm(&up).max(1e-300);
            w.iter_mut().zip(&up).for_each(|(w, u)| *w += u / size);
        }
    }
    best
}
