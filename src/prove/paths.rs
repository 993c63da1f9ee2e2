//! Networks whose units read one input each: a tree of cases of how large each path is, by branch and bound.
//!
//! In a case a linear program chooses the multipliers for which the kernel's bound is best. Its dual says how a relaxed problem would share the work,
//! in which a path may mix sizes, at what the mixture costs, and kinds. Where that is cheaper than any point, the path that gains most by it is split: by
//! its kind, or by its size, first at that of the point, so that the point becomes a corner of the cases around it.

use std::collections::BTreeMap;

use super::better;
use super::deadline::{Deadline, OutOfTime};
use super::field::ProofField;
use super::lp::{LinearProgram, Outcome, Relation, Sense};
use super::search::Search;
use crate::kernel::check::paths::{Path, paths};
use crate::kernel::check::{Kkt, NotGlobalOptimum, PathNode, Paths, Side};
use crate::kernel::exact::Sign;
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;

/// The most cases of a tree.
const MAX_CASES: usize = 2000;
/// How near to the point a local proof looks, in parts of the sizes there.
const NEAR: [i64; 3] = [2, 8, 64];
/// The most layers of a path whose signs are gone through.
const MAX_SIGNS: usize = 12;

/// Looks for evidence for a global optimum, or a local one.
pub fn optimum<F: ProofField>(
    problem: &Problem<F>,
    kkt: &Kkt<F>,
    is_local: bool,
    search: &mut Search,
) -> Option<Paths<F>> {
    let ground = Ground::of(problem, is_local)?;
    let nears: &[i64] = if is_local { &NEAR } else { &[1] };
    let mut last = None;
    for near in nears {
        let mut grower = Grower { ground: &ground, common: &kkt.multipliers, nodes: Vec::new(), leaves: 0 };
        let mut boxes = if is_local { grower.around(*near)? } else { ground.everywhere() };
        match grower.grow(&mut boxes, search.deadline()) {
            Ok(()) => {
                let multipliers = kkt.multipliers.clone();
                return Some(Paths { multipliers, nodes: grower.nodes });
            }
            Err(stop) => last = Some(stop),
        }
    }
    search.tried(match last? {
        Stop::Beaten(_) if is_local => "`paths`: the bound fails near the point".to_string(),
        Stop::Beaten(_) => "`paths`: a better point seems to exist".to_string(),
        Stop::TooMany => format!("`paths`: more than {MAX_CASES} cases would be needed"),
        Stop::OutOfTime => "`paths`, stopped by the time limit".to_string(),
    });
    None
}

/// Looks for a better point by the same search.
pub fn better<F: ProofField>(problem: &Problem<F>, search: &Search) -> Option<NotGlobalOptimum<F>> {
    let ground = Ground::of(problem, false)?;
    let common = vec![F::zero(); problem.samples().len()];
    let mut grower = Grower { ground: &ground, common: &common, nodes: Vec::new(), leaves: 0 };
    match grower.grow(&mut ground.everywhere(), search.deadline()) {
        Err(Stop::Beaten(point)) => better::near(problem, point, search.deadline()),
        _ => None,
    }
}

enum Stop {
    /// By this point, in floats.
    Beaten(Vec<f64>),
    TooMany,
    OutOfTime,
}

impl From<OutOfTime> for Stop {
    fn from(_: OutOfTime) -> Self {
        Stop::OutOfTime
    }
}

/// The paths, and what a sample's margin gains from each kind of each.
struct Ground<'a, F> {
    problem: &'a Problem<F>,
    depth: usize,
    names: Vec<usize>,
    paths: Vec<Path<F>>,
    /// The sizes at the point.
    sizes: Vec<F>,
    /// By path and kind, one number a sample.
    gains: Vec<Vec<Vec<F>>>,
    half_norm: F,
}

/// What a case says of a path.
#[derive(Clone)]
struct Range<F> {
    lower: F,
    upper: Option<F>,
    kind: Option<usize>,
}

/// A row of the linear program: what a path adds if it has this kind and size.
struct End<F> {
    kind: usize,
    /// Nothing for a size beyond all bounds.
    size: Option<F>,
}

impl<'a, F: ProofField> Ground<'a, F> {
    /// Nothing unless the network falls into paths, and each path's weights are of one size, as they are at every KKT point.
    fn of(problem: &'a Problem<F>, is_local: bool) -> Option<Self> {
        let depth = problem.network().depth();
        if depth < 2 {
            return None;
        }
        let found: BTreeMap<usize, Path<F>> = paths(problem, is_local).ok()?;
        let (names, paths): (Vec<usize>, Vec<Path<F>>) = found.into_iter().unzip();
        let size = |path: &Path<F>| {
            let numbers = problem.point().layers();
            let weights = path.weights.iter().map(|(layer, parameter)| absolute(&numbers[*layer][*parameter]));
            let weights: Vec<F> = weights.collect();
            let is_even = path.product.is_zero() || weights.iter().all(|weight| *weight == weights[0]);
            is_even.then(|| if path.product.is_zero() { F::zero() } else { weights[0].clone() })
        };
        let sizes = paths.iter().map(size).collect::<Option<Vec<F>>>()?;
        let gain = |path: &Path<F>, kind: &(F, F)| {
            let of = |sample: &crate::kernel::problem::Sample<F>| {
                let x = &sample.x[path.input];
                let passed = if x.sign() == Sign::Negative { -x.clone() * &kind.1 } else { x.clone() * &kind.0 };
                sample.y.times(passed)
            };
            problem.samples().iter().map(of).collect()
        };
        let gains = paths.iter().map(|path| path.kinds.iter().map(|kind| gain(path, kind)).collect()).collect();
        let half_norm = problem.point().norm_squared(Scope::All).over(&F::integer(2))?;
        Some(Ground { problem, depth, names, paths, sizes, gains, half_norm })
    }

    fn everywhere(&self) -> Vec<Range<F>> {
        self.paths.iter().map(|_| Range { lower: F::zero(), upper: None, kind: None }).collect()
    }

    fn power(&self, size: &F) -> F {
        (0..self.depth).fold(F::one(), |product, _| product * size)
    }

    /// `L/2 s^2`.
    fn cost(&self, size: &F) -> F {
        (F::integer(self.depth as i64) * size * size).over(&F::integer(2)).unwrap_or_else(F::zero)
    }

    /// The kinds and ends of the range of a path.
    fn ends(&self, path: usize, range: &Range<F>) -> Vec<End<F>> {
        let kinds = match range.kind {
            Some(kind) => kind..kind + 1,
            None => 0..self.paths[path].kinds.len(),
        };
        kinds.flat_map(|kind| [Some(range.lower.clone()), range.upper.clone()].map(|size| End { kind, size })).collect()
    }

    /// What the multipliers show in a case; nothing if they show nothing.
    fn bound(&self, ranges: &[Range<F>], multipliers: &[F]) -> Option<F> {
        let mut bound = multipliers.iter().fold(F::zero(), |sum, multiplier| sum + multiplier);
        for (path, range) in ranges.iter().enumerate() {
            let mut least: Option<F> = None;
            for End { kind, size } in self.ends(path, range) {
                let z = F::dot(multipliers.iter().zip(&self.gains[path][kind]));
                match size {
                    Some(size) => {
                        let value = self.cost(&size) - &(self.power(&size) * &z);
                        if least.as_ref().is_none_or(|least| value < *least) {
                            least = Some(value);
                        }
                    }
                    None if z > self.steepest() => return None,
                    None => {}
                }
            }
            bound = bound + &least?;
        }
        Some(bound)
    }

    /// How much a path may gain where its size has no bound.
    fn steepest(&self) -> F {
        if self.depth == 2 { F::one() } else { F::zero() }
    }

    /// Half the squared norm, or more, for one path alone; a number of few digits.
    fn beyond(&self) -> Option<F> {
        let size = (2.0 * self.half_norm.to_f64() / self.depth as f64).sqrt();
        (1..40).find_map(|k| {
            let tolerance = size * 2f64.powi(-k);
            F::near(size + tolerance, tolerance).filter(|size| self.cost(size) >= self.half_norm)
        })
    }
}

fn absolute<F: ProofField>(value: &F) -> F {
    if value.sign() == Sign::Negative { -value.clone() } else { value.clone() }
}

/// Grows the tree.
struct Grower<'g, 'a, F> {
    ground: &'g Ground<'a, F>,
    common: &'g [F],
    nodes: Vec<PathNode<F>>,
    leaves: usize,
}

/// What comes of a case.
enum Step<F> {
    Leaf(Option<Vec<F>>),
    Split(usize, Option<F>),
}

impl<F: ProofField> Grower<'_, '_, F> {
    /// Splits with one branch each, which say that the sizes are near those at the point: off by a part of them.
    fn around(&mut self, parts: i64) -> Option<Vec<Range<F>>> {
        let part = F::ratio(1, parts)?;
        let sum = self.ground.sizes.iter().fold(F::zero(), |sum, size| sum + size);
        let mut ranges = self.ground.everywhere();
        for ((path, size), range) in self.ground.names.iter().zip(&self.ground.sizes).zip(&mut ranges) {
            let reach = if size.is_zero() { sum.clone() * &part } else { size.clone() * &part };
            let mut split = |size: F| {
                self.nodes.push(PathNode::Size { path: *path, size: size.clone() });
                size
            };
            range.upper = Some(split(size.clone() + &reach));
            if !size.is_zero() {
                range.lower = split(size.clone() - &reach);
            }
        }
        Some(ranges)
    }

    fn grow(&mut self, ranges: &mut [Range<F>], deadline: Deadline) -> Result<(), Stop> {
        deadline.check()?;
        match self.step(ranges, deadline)? {
            Step::Leaf(multipliers) => {
                self.leaves += 1;
                if self.leaves > MAX_CASES {
                    return Err(Stop::TooMany);
                }
                self.nodes.push(PathNode::Leaf { multipliers });
            }
            Step::Split(path, None) => {
                self.nodes.push(PathNode::Kind { path: self.ground.names[path] });
                for kind in 0..self.ground.paths[path].kinds.len() {
                    ranges[path].kind = Some(kind);
                    self.grow(ranges, deadline)?;
                }
                ranges[path].kind = None;
            }
            Step::Split(path, Some(size)) => {
                self.nodes.push(PathNode::Size { path: self.ground.names[path], size: size.clone() });
                let before = ranges[path].clone();
                ranges[path].upper = Some(size.clone());
                self.grow(ranges, deadline)?;
                ranges[path] = Range { lower: size, ..before.clone() };
                self.grow(ranges, deadline)?;
                ranges[path] = before;
            }
        }
        Ok(())
    }

    /// The multipliers that settle a case, or what to split.
    fn step(&self, ranges: &[Range<F>], deadline: Deadline) -> Result<Step<F>, Stop> {
        let ground = self.ground;
        if ground.bound(ranges, self.common).is_some_and(|bound| bound >= ground.half_norm) {
            return Ok(Step::Leaf(None));
        }
        let samples = ground.problem.samples().len();
        let mut program = LinearProgram::new(Sense::Maximise);
        (0..samples + ranges.len()).for_each(|variable| {
            let lower = (variable < samples).then(F::zero);
            program.add_variable(lower, None, F::one());
        });
        let mut rows: Vec<(usize, End<F>)> = Vec::new();
        for (path, range) in ranges.iter().enumerate() {
            for end in ground.ends(path, range) {
                let factor = end.size.as_ref().map_or_else(F::one, |size| ground.power(size));
                let gains = ground.gains[path][end.kind].iter().enumerate();
                let mut terms: Vec<(usize, F)> = gains.map(|(i, gain)| (i, gain.clone() * &factor)).collect();
                terms.extend(end.size.is_some().then(|| (samples + path, F::one())));
                let cost = end.size.as_ref().map_or_else(|| ground.steepest(), |size| ground.cost(size));
                program.add_row(terms, Relation::AtMost, cost);
                rows.push((path, end));
            }
        }
        let all = (0..samples + ranges.len()).map(|variable| (variable, F::one()));
        program.add_row(all, Relation::AtMost, ground.half_norm.clone());
        let Outcome::Optimal { mut primal, dual, value } = program.solve(deadline) else { return Err(Stop::OutOfTime) };
        if value >= ground.half_norm {
            primal.truncate(samples);
            return Ok(Step::Leaf(Some(primal)));
        }
        let weights = dual.rows.iter().map(F::to_f64).collect::<Vec<f64>>();
        let shares = (0..ranges.len()).map(|path| Share::of(ground, path, rows.iter().zip(&weights)));
        let shares: Vec<Share> = shares.collect();
        if let Some(better) = self.better(&shares) {
            return Err(Stop::Beaten(better));
        }
        let widest = shares.iter().enumerate().max_by(|(_, a), (_, b)| a.gap.total_cmp(&b.gap));
        let (path, share) = widest.ok_or(Stop::TooMany)?;
        let (range, at_point) = (&ranges[path], &ground.sizes[path]);
        if share.kinds > 1 && range.kind.is_none() {
            return Ok(Step::Split(path, None));
        }
        if *at_point > range.lower && range.upper.as_ref().is_none_or(|upper| at_point < upper) {
            return Ok(Step::Split(path, Some(at_point.clone())));
        }
        let Some(upper) = &range.upper else {
            let beyond = ground.beyond().filter(|beyond| *beyond > range.lower).ok_or(Stop::TooMany)?;
            return Ok(Step::Split(path, Some(beyond)));
        };
        let is_inside = |size: &F| *size > range.lower && size < upper;
        // The relaxed problem's own size, if that is a simple number: it may be that of another corner at which the bound is attained.
        let nearly = |tolerance: f64| F::near(share.size, tolerance * share.size);
        if let Some(simple) = nearly(1e-5).filter(|simple| is_inside(simple) && nearly(1e-9).as_ref() == Some(simple)) {
            return Ok(Step::Split(path, Some(simple)));
        }
        let (low, high) = (range.lower.to_f64(), upper.to_f64());
        let fifth = (high - low) / 5.0;
        let size = F::near(share.size.clamp(low + fifth, high - fifth), fifth / 2.0).ok_or(Stop::TooMany)?;
        if is_inside(&size) { Ok(Step::Split(path, Some(size))) } else { Err(Stop::TooMany) }
    }

    /// The point at which each path does what it does in the relaxed problem, if it is feasible, up to its length, and better.
    fn better(&self, shares: &[Share]) -> Option<Vec<f64>> {
        let ground = self.ground;
        let power = |size: f64| size.powi(ground.depth as i32);
        let margin = |sample: usize| -> f64 {
            let of =
                |(path, share): (usize, &Share)| power(share.size) * ground.gains[path][share.kind][sample].to_f64();
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

/// What a path does in the relaxed problem.
struct Share {
    /// How many kinds it mixes.
    kinds: usize,
    /// The kind that does most.
    kind: usize,
    size: f64,
    /// How much less it costs than a path that does the same.
    gap: f64,
}

impl Share {
    fn of<'r, F: ProofField>(
        ground: &Ground<'_, F>,
        path: usize,
        rows: impl Iterator<Item = (&'r (usize, End<F>), &'r f64)>,
    ) -> Self {
        let half = ground.depth as f64 / 2.0;
        // By kind, the sum of `s^L`.
        let mut work: BTreeMap<usize, f64> = BTreeMap::new();
        let (mut cost, mut is_endless) = (0.0, false);
        for ((_, End { kind, size }), weight) in rows.filter(|((of, _), weight)| *of == path && **weight > 0.0) {
            match size.as_ref().map(F::to_f64) {
                None => is_endless = true,
                Some(size) if size > 0.0 => {
                    *work.entry(*kind).or_default() += weight * size.powi(ground.depth as i32);
                    cost += weight * half * size * size;
                }
                Some(_) => {}
            }
        }
        let price = |work: f64| half * work.powf(2.0 / ground.depth as f64);
        let total: f64 = work.values().sum();
        let (kind, most) = work.iter().fold((0, 0.0), |best, (k, w)| if *w > best.1 { (*k, *w) } else { best });
        let others = price(total - most);
        let gap = if is_endless { f64::INFINITY } else { (price(total) - cost).max(0.0) + others };
        Share { kinds: work.len(), kind, size: total.powf(1.0 / ground.depth as f64), gap }
    }
}
