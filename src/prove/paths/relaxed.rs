//! The linear program of a case, and what its dual says: how a relaxed problem would share the work among the paths.

use std::collections::BTreeMap;

use super::ground::Ground;
use crate::kernel::check::Side;
use crate::kernel::check::paths::{Path, Range};
use crate::kernel::problem::Problem;
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::field::ProofField;
use crate::prove::lp::{LinearProgram, Outcome, Relation, Sense};

/// The most layers of a path whose signs are gone through.
const MAX_SIGNS: usize = 12;

/// What the best multipliers of a case come to.
pub enum Relaxed<F> {
    /// They settle it.
    Settled(Vec<F>),
    /// They do not: what each path does in the relaxed problem.
    Open(Vec<Share>),
}

/// What a path adds to the linear program: a row for each of its kinds and ends.
struct End<F> {
    kind: usize,
    /// Nothing for a size beyond all bounds.
    size: Option<F>,
}

/// What a path does in the relaxed problem.
pub struct Share {
    /// How many kinds it mixes.
    pub kinds: usize,
    /// The kind that does most.
    kind: usize,
    pub size: f64,
    /// How much less it costs than a path that does the same.
    pub gap: f64,
}

/// Looks for the multipliers that show most in a case.
///
/// # Errors
/// When the time is over.
pub fn solve<F: ProofField>(
    ground: &Ground<'_, F>,
    ranges: &[Range<F>],
    deadline: Deadline,
) -> Result<Relaxed<F>, OutOfTime> {
    let samples = ground.problem.samples().len();
    let mut program = LinearProgram::new(Sense::Maximise);
    (0..samples + ranges.len()).for_each(|variable| {
        let lower = (variable < samples).then(F::zero);
        program.add_variable(lower, None, F::one());
    });
    let mut rows: Vec<(usize, End<F>)> = Vec::new();
    for (number, (path, range)) in ground.paths.iter().zip(ranges).enumerate() {
        for end in ends(path, range) {
            let factor = end.size.as_ref().map_or_else(F::one, |size| num_traits::pow(size.clone(), ground.depth));
            let gains = ground.gains[number][end.kind].iter().enumerate();
            let mut terms: Vec<(usize, F)> = gains.map(|(i, gain)| (i, gain.clone() * &factor)).collect();
            terms.extend(end.size.is_some().then(|| (samples + number, F::one())));
            let cost = end.size.as_ref().map_or_else(|| path.steepest(), |size| path.norm(size));
            program.add_row(terms, Relation::AtMost, cost);
            rows.push((number, end));
        }
    }
    let all = (0..samples + ranges.len()).map(|variable| (variable, F::one()));
    program.add_row(all, Relation::AtMost, ground.half_norm.clone());
    let Outcome::Optimal { mut primal, dual, value } = program.solve(deadline) else { return Err(OutOfTime) };
    if value >= ground.half_norm {
        primal.truncate(samples);
        return Ok(Relaxed::Settled(primal));
    }
    let weights = dual.rows.iter().map(F::to_f64).collect::<Vec<f64>>();
    let shares = (0..ranges.len()).map(|path| Share::of(ground.depth, path, rows.iter().zip(&weights)));
    Ok(Relaxed::Open(shares.collect()))
}

/// The kinds and ends of the range of a path.
fn ends<F: ProofField>(path: &Path<F>, range: &Range<F>) -> Vec<End<F>> {
    let kinds = match range.kind {
        Some(kind) => kind..kind + 1,
        None => 0..path.kinds.len(),
    };
    kinds.flat_map(|kind| [Some(range.lower.clone()), range.upper.clone()].map(|size| End { kind, size })).collect()
}

impl Share {
    fn of<'r, F: ProofField>(
        depth: usize,
        path: usize,
        rows: impl Iterator<Item = (&'r (usize, End<F>), &'r f64)>,
    ) -> Self {
        let half = depth as f64 / 2.0;
        // By kind, the sum of `s^L`.
        let mut work: BTreeMap<usize, f64> = BTreeMap::new();
        let (mut cost, mut is_endless) = (0.0, false);
        for ((_, End { kind, size }), weight) in rows.filter(|((of, _), weight)| *of == path && **weight > 0.0) {
            match size.as_ref().map(F::to_f64) {
                None => is_endless = true,
                Some(size) if size > 0.0 => {
                    *work.entry(*kind).or_default() += weight * size.powi(depth as i32);
                    cost += weight * half * size * size;
                }
                Some(_) => {}
            }
        }
        let price = |work: f64| half * work.powf(2.0 / depth as f64);
        let total: f64 = work.values().sum();
        let (kind, most) = work.iter().fold((0, 0.0), |best, (k, w)| if *w > best.1 { (*k, *w) } else { best });
        let others = price(total - most);
        let gap = if is_endless { f64::INFINITY } else { (price(total) - cost).max(0.0) + others };
        Share { kinds: work.len(), kind, size: total.powf(1.0 / depth as f64), gap }
    }
}

/// The point at which each path does what it does in the relaxed problem, if it is feasible, up to its length, and better.
pub fn better<F: ProofField>(ground: &Ground<'_, F>, shares: &[Share]) -> Option<Vec<f64>> {
    let power = |size: f64| size.powi(ground.depth as i32);
    let margin = |sample: usize| -> f64 {
        let of = |(path, share): (usize, &Share)| power(share.size) * ground.gains[path][share.kind][sample].to_f64();
        shares.iter().enumerate().map(of).sum()
    };
    let least = (0..ground.problem.samples().len()).map(margin).fold(f64::INFINITY, f64::min);
    let cost: f64 = shares.iter().map(|share| ground.depth as f64 / 2.0 * share.size * share.size).sum();
    let is_better =
        least > 0.0 && cost < (1.0 - 1e-9) * ground.half_norm.to_f64() * least.powf(2.0 / ground.depth as f64);
    if !is_better {
        return None;
    }
    let mut point: Vec<Vec<f64>> = ground.problem.point().layers().iter().map(|l| vec![0.0; l.len()]).collect();
    for (path, share) in ground.paths.iter().zip(shares).filter(|(_, share)| share.size > 0.0) {
        let signs = signs(ground.problem, path, &path.kinds[share.kind])?;
        for ((layer, parameter), sign) in path.weights.iter().zip(signs) {
            point[*layer][*parameter] = sign * share.size;
        }
    }
    Some(point.into_iter().flatten().collect())
}

/// Signs of a path's weights, from the last to the first, for which it is of a kind.
fn signs<F: ProofField>(problem: &Problem<F>, path: &Path<F>, kind: &(F, F)) -> Option<Vec<f64>> {
    let length = path.weights.len();
    (0usize..1 << length.min(MAX_SIGNS)).find_map(|choice| {
        let side = |place: usize| if choice >> place & 1 == 0 { Side::Positive } else { Side::Negative };
        let mut passed = [F::one(), -F::one()];
        for (place, (layer, _)) in path.weights.iter().enumerate().rev() {
            let activation = problem.network().layers()[*layer].activation();
            passed = passed.map(|value| {
                let value = if side(place) == Side::Negative { -value } else { value };
                activation.slope(value.sign()) * &value
            });
        }
        let sign = |place: usize| if side(place) == Side::Positive { 1.0 } else { -1.0 };
        (passed[0] == kind.0 && passed[1] == kind.1).then(|| (0..length).map(sign).collect())
    })
}
