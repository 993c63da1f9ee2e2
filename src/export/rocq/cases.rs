//! The trees of the method `cases`, as `Cases.v` reads them.

use super::preorder::folded;
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

/// The list of nodes as a term. In a local proof what is not 0 at the point keeps its sign, and is no fork.
fn nested<F: OrderedField>(
    problem: &Problem<F>,
    numbers: Numbers,
    is_local: bool,
    nodes: &[Node<F>],
) -> Option<String> {
    let stays = |split: Split| Some(sign_at_point(problem, split)?).filter(|sign| is_local && *sign != Sign::Zero);
    let branches = |node: &Node<F>| match node {
        Node::Split(split) => sign_at_point(problem, *split).map(|_| if stays(*split).is_some() { 1 } else { 2 }),
        Node::Leaf(_) => Some(0),
    };
    let term = |node: &Node<F>, branches: Vec<String>| match node {
        Node::Split(split) => {
            let branches = branches.iter().map(|branch| format!(" ({branch})")).collect::<String>();
            Some(match stays(*split) {
                Some(sign) => format!("Keep {} {}{branches}", place(*split), sign == Sign::Positive),
                None => format!("Fork {}{branches}", place(*split)),
            })
        }
        Node::Leaf(leaf) => Some(case(numbers, leaf)),
    };
    folded(nodes, branches, term)
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
