//! A tree over the slopes of an enclosed global optimum, as `enclosed/Choices.v` reads it.

use super::claim::Uncovered;
use super::slope_values::{Decided, Quadratic, Shared};
use super::syntax::list;
use crate::kernel::check::{KktEnclosed, SlopeNode, SlopeTree};
use crate::kernel::exact::OrderedField;
use crate::kernel::problem::{Label, Problem};
use crate::prove::rounding::to_f64s;

/// A split on the way, its sample by its place among the active ones, with its first branch once that is complete.
struct Open {
    place: usize,
    above: Option<String>,
}

/// The values at its leaves, and the nodes, as a term.
pub fn slope_tree<F: OrderedField>(
    problem: &Problem<F>,
    evidence: &KktEnclosed<F>,
    sign: Label,
    tree: &SlopeTree,
) -> Result<String, Uncovered> {
    let place = |sample: &usize| evidence.active.binary_search(sample).map_err(|_| Uncovered::Method);
    let quadratic = Quadratic::new(problem, evidence, sign).ok_or(Uncovered::Method)?;
    // First the leaves, then which of them share their values.
    let (mut way, mut leaves): (Vec<(usize, bool)>, Vec<_>) = (Vec::new(), Vec::new());
    for node in &tree.nodes {
        match node {
            SlopeNode::Split(sample) => {
                way.push((place(sample)?, true));
                continue;
            }
            SlopeNode::Live(_) => {}
            SlopeNode::Bound(choice) => {
                let slopes = to_f64s(tree.slopes.get(*choice).ok_or(Uncovered::Method)?);
                let decided: Decided = way.iter().copied().collect();
                leaves.push(quadratic.leaf(&decided, slopes).ok_or(Uncovered::Method)?);
            }
        }
        while way.pop_if(|(_, above)| !*above).is_some() {}
        if let Some((_, above)) = way.last_mut() {
            *above = false;
        }
    }
    let Shared { values, of_leaves } = quadratic.shared(&leaves);
    let nodes = nodes(tree, place, &mut of_leaves.into_iter()).ok_or(Uncovered::Method)?;
    Ok(format!("Tree {} ({nodes})", list(values)))
}

/// The nodes as a term, with the values of bounded leaves in order.
fn nodes(
    tree: &SlopeTree,
    place: impl Fn(&usize) -> Result<usize, Uncovered>,
    of_leaves: &mut impl Iterator<Item = usize>,
) -> Option<String> {
    let (mut way, mut whole): (Vec<Open>, Option<String>) = (Vec::new(), None);
    for node in &tree.nodes {
        if whole.is_some() {
            return None;
        }
        let mut complete = match node {
            SlopeNode::Split(sample) => {
                way.push(Open { place: place(sample).ok()?, above: None });
                continue;
            }
            SlopeNode::Live(direction) => format!("Live {direction}"),
            SlopeNode::Bound(_) => format!("Bound {}", of_leaves.next()?),
        };
        whole = loop {
            let Some(Open { place, above }) = way.pop() else { break Some(complete) };
            match above {
                Some(above) => complete = format!("Split {place} ({above}) ({complete})"),
                None => {
                    way.push(Open { place, above: Some(complete) });
                    break None;
                }
            }
        };
    }
    whole
}
