//! The trees of the method `cases`, as `Cases.v` reads them.

use super::syntax::{Numbers, list, naturals};
use crate::kernel::check::{Cases, Leaf, Node, Split};
use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::problem::Problem;

/// Every tree with its hidden units, if each is finished and splits only what is there.
pub fn trees<F: OrderedField>(
    problem: &Problem<F>,
    numbers: Numbers,
    is_local: bool,
    evidence: &Cases<F>,
) -> Option<String> {
    let trees = evidence.trees.iter().map(|tree| {
        let units = tree.units.as_ref().map_or("None".to_string(), |units| format!("Some {}%nat", naturals(units)));
        Some(format!("({units}, {})", nested(problem, numbers, is_local, &tree.nodes)?))
    });
    Some(list(trees.collect::<Option<Vec<_>>>()?))
}

/// A split on the way, with its first branch once that is complete.
struct Open {
    split: Split,
    first: Option<String>,
}

/// The list of nodes as a term. In a local proof what is not 0 at the point keeps its sign, and is no fork.
fn nested<F: OrderedField>(
    problem: &Problem<F>,
    numbers: Numbers,
    is_local: bool,
    nodes: &[Node<F>],
) -> Option<String> {
    let (mut way, mut whole): (Vec<Open>, Option<String>) = (Vec::new(), None);
    for node in nodes {
        if whole.is_some() {
            return None;
        }
        let leaf = match node {
            Node::Split(split) => {
                way.push(Open { split: *split, first: None });
                continue;
            }
            Node::Leaf(leaf) => leaf,
        };
        let mut complete = case(numbers, leaf);
        whole = loop {
            let Some(Open { split, first }) = way.pop() else { break Some(complete) };
            let term = place(split);
            complete = match (sign_at_point(problem, split)?, first) {
                (Sign::Positive, _) if is_local => format!("Keep {term} true ({complete})"),
                (Sign::Negative, _) if is_local => format!("Keep {term} false ({complete})"),
                (_, Some(below)) => format!("Fork {term} ({below}) ({complete})"),
                (_, None) => {
                    way.push(Open { split, first: Some(complete) });
                    break None;
                }
            };
        };
    }
    whole
}

fn place(split: Split) -> String {
    match split {
        Split::Kink { sample, unit } => format!("(Kink {sample} {} {})", unit.layer, unit.unit),
        Split::Weight { layer, parameter } => format!("(Weight {layer} {parameter})"),
    }
}

fn sign_at_point<F: OrderedField>(problem: &Problem<F>, split: Split) -> Option<Sign> {
    match split {
        Split::Kink { sample, unit } => {
            let trace = problem.traces().get(sample)?;
            trace.preactivations.get(unit.layer)?.get(unit.unit).map(F::sign)
        }
        Split::Weight { layer, parameter } => problem.point().layers().get(layer)?.get(parameter).map(F::sign),
    }
}

fn case<F: OrderedField>(numbers: Numbers, leaf: &Leaf<F>) -> String {
    let own = leaf.multipliers.as_ref().map_or("None".to_string(), |own| format!("(Some {})", numbers.list(own)));
    let product = |(a, b, nu): &(usize, usize, F)| format!("({a}%nat, {b}%nat, {})", numbers.number(nu));
    let products = list(leaf.products.iter().map(product));
    format!("Leaf {own} {} {products} {}", numbers.list(&leaf.signs), numbers.slopes(&leaf.slopes))
}
