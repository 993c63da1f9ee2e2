//! Networks whose units read one input each: a tree of cases of how large each path is, by branch and bound.
//!
//! In a case a linear program chooses the multipliers for which the kernel's bound is best. Its dual says how a relaxed problem would share the work,
//! in which a path may mix sizes, at what the mixture costs, and kinds. Where that is cheaper than any point, the path that gains most by it is split: by
//! its kind, or by its size, first at that of the point, so that the point becomes a corner of the cases around it.

mod ground;
mod relaxed;

use self::ground::Ground;
use self::relaxed::Relaxed;
use super::better;
use super::deadline::{Deadline, OutOfTime};
use super::field::ProofField;
use super::linear_algebra::sum;
use super::search::Search;
use crate::kernel::check::paths::Range;
use crate::kernel::check::{Kkt, NotGlobalOptimum, PathNode, Paths};
use crate::kernel::problem::Problem;

/// The most cases of a tree.
const MAX_CASES: usize = 2000;
/// How near to the point a local proof looks, in parts of the sizes there.
const NEAR: [i64; 3] = [2, 8, 64];

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
        let sum = sum(&self.ground.sizes);
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
        let shares = match relaxed::solve(ground, ranges, deadline)? {
            Relaxed::Settled(multipliers) => return Ok(Step::Leaf(Some(multipliers))),
            Relaxed::Open(shares) => shares,
        };
        if let Some(better) = relaxed::better(ground, &shares) {
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
            let beyond = ground.beyond(path).filter(|beyond| *beyond > range.lower).ok_or(Stop::TooMany)?;
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
}
