//! The tree of the method `paths`, as `PathCases.v` reads it.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::preorder::folded;
use super::syntax::Numbers;
use crate::kernel::check::paths::{Path, paths};
use crate::kernel::check::{PathNode, Paths};
use crate::kernel::exact::OrderedField;
use crate::kernel::problem::Problem;

/// The tree, if it is finished and splits only what is there.
pub fn tree<F: OrderedField>(
    problem: &Problem<F>,
    numbers: Numbers,
    is_local: bool,
    evidence: &Paths<F>,
) -> Option<String> {
    let paths = paths(problem, is_local).ok()?;
    let places = places(problem, &paths);
    let depth = problem.network().depth();
    // On which side of a size a path is near the point, unless it may be on both.
    let stays = |path: &Path<F>, size: &F| {
        let there = num_traits::pow(size.clone(), depth);
        path.product.partial_cmp(&there).filter(|side| is_local && *side != Ordering::Equal)
    };
    let branches = |node: &PathNode<F>| match node {
        PathNode::Size { path, size } => Some(if stays(paths.get(path)?, size).is_some() { 1 } else { 2 }),
        PathNode::Kind { path } => Some(paths.get(path)?.kinds.len()),
        PathNode::Leaf { .. } => Some(0),
    };
    let term = |node: &PathNode<F>, branches: Vec<String>| match node {
        PathNode::Size { path, size } => {
            let (place, number) = (places.get(path)?, numbers.number(size));
            let branches = branches.iter().map(|branch| format!(" ({branch})")).collect::<String>();
            Some(match stays(paths.get(path)?, size) {
                Some(side) => format!("PathCases.Stays {place} {number} {}{branches}", side == Ordering::Greater),
                None => format!("PathCases.Size {place} {number}{branches}"),
            })
        }
        PathNode::Kind { path } => {
            let (place, kinds) = (places.get(path)?, &paths.get(path)?.kinds);
            let mut ways = kinds.iter().zip(branches).rev();
            // What is of no other kind is of the last one.
            let (_, last) = ways.next()?;
            Some(ways.fold(last, |others, ((plus, minus), this)| {
                let kind = format!("({}, {})", numbers.number(plus), numbers.number(minus));
                format!("PathCases.Kind {place} {kind} ({this}) ({others})")
            }))
        }
        PathNode::Leaf { multipliers } => {
            let own = multipliers.as_ref().map_or("None".into(), |own| format!("(Some {})", numbers.list(own)));
            Some(format!("PathCases.Case {own}"))
        }
    };
    folded(&evidence.nodes, branches, term)
}

/// The place of each path among those that the last unit reads.
fn places<F: OrderedField>(problem: &Problem<F>, paths: &BTreeMap<usize, Path<F>>) -> BTreeMap<usize, usize> {
    let ends = problem.network().layers().last().into_iter().flat_map(|layer| &layer.incoming()[0]);
    let names = ends.map(|end| end.unit).filter(|name| paths.contains_key(name));
    names.enumerate().map(|(place, name)| (name, place)).collect()
}
