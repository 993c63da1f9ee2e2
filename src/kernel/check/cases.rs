//! The method `cases`: one convex bound for each case of a tree.

use std::collections::BTreeSet;

use super::patterns::Ground;
use super::prelude::*;

/// Multipliers, and trees of cases in each of which they bound the norm.
///
/// **What it proves.** For depth at most 2, or one free layer of any depth: local or global optimality, for networks of this width.
///
/// **Why.** Let a case be given, `lambda, mu, nu >= 0`, `p_i` a polynomial that is at least the margin of sample `i` throughout the case, and
/// `g_a >= 0` the conditions of the case. All of them have degree at most 2 in the free parameters (the `g_a` degree 1). With
///
/// `G = 1/2||theta||^2 - sum lambda_i p_i - sum mu_a g_a - sum nu_ab g_a g_b`,
///
/// every feasible `theta` of the case has `1/2||theta||^2 >= G(theta) + sum lambda_i >= min G + sum lambda_i`. If that is at least
/// `1/2||theta~||^2` in every case, nothing feasible is better, for every `theta` belongs to a case. `G` has a minimum where its
/// Hessian is positive semidefinite and its gradient 0; it is looked for at 0, at the point, and anywhere if the Hessian is the identity.
///
/// Several trees: each may look at units of its own of the first free layer, which share no parameter with others, where no unit that bends
/// later depends on two of them. Then `G` is a sum of one such function a tree, and the minima add up.
#[derive(Clone, Debug, PartialEq)]
pub struct Cases<F> {
    /// `lambda`, one a sample, for all cases that have none of their own.
    pub multipliers: Vec<F>,
    /// The trees.
    pub trees: Vec<Tree<F>>,
}

/// The cases of some hidden units, or of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree<F> {
    /// The hidden units; nothing for all.
    pub units: Option<Vec<usize>>,
    /// The cases, in pre-order.
    pub nodes: Vec<Node<F>>,
}

/// Checks the trees and adds up their bounds.
pub(super) fn optimum<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    is_local: bool,
    evidence: &Cases<F>,
) -> Result<(), Rejection<F>> {
    let depth = problem.network().depth();
    if scope == Scope::All && depth > 2 {
        return Err(Rejection::CasesDepth { depth });
    }
    premises::feasible(problem)?;
    premises::multipliers(&evidence.multipliers, "samples", problem.samples().len())?;
    let blocks = blocks(problem, scope, &evidence.trees)?;
    let mut bound = sum(&evidence.multipliers);
    for (tree, block) in (0..evidence.trees.len()).zip(blocks).take_while(|_| !is_faulted()) {
        bound = bound + &least(problem, scope, is_local, evidence, (tree, &block))?;
    }
    let half_norm = problem.point().norm_squared(scope) * &premises::half();
    if bound < half_norm { Err(Rejection::CasesBound { bound, half_norm }) } else { Ok(()) }
}

fn sum<F: OrderedField>(numbers: &[F]) -> F {
    numbers.iter().fold(F::zero(), |sum, number| sum + number)
}

/// For each tree the variables of its units. They must be disjoint, and together all; and what bends later must depend on the units of one
/// tree at most.
fn blocks<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    trees: &[Tree<F>],
) -> Result<Vec<BTreeSet<usize>>, Rejection<F>> {
    let layers = problem.network().layers();
    let free = layers.iter().enumerate().filter(|(l, _)| scope.contains(*l)).map(|(_, layer)| layer.parameters());
    let mut left: BTreeSet<usize> = (0..free.sum()).collect();
    if let [Tree { units: None, .. }] = trees {
        return Ok(vec![left]);
    }
    let incomplete = Rejection::TreeUnits { tree: trees.len() };
    let Some(hidden) = layers.get(scope.first()) else { return Err(incomplete) };
    // The tree that each unit of a layer depends on; the number of trees stands for several of them.
    let mut owners: Vec<Option<usize>> = vec![None; hidden.outputs()];
    let mut blocks = Vec::new();
    for (tree, Tree { units, .. }) in trees.iter().enumerate() {
        let refused = Rejection::TreeUnits { tree };
        let mut block = BTreeSet::new();
        for &unit in units.as_ref().ok_or(refused.clone())? {
            let is_new = owners.get_mut(unit).is_some_and(|owner| owner.replace(tree).is_none());
            if !is_new || hidden.activation().is_linear() {
                return Err(refused);
            }
            block.extend(hidden.incoming()[unit].iter().map(|connection| connection.parameter));
            let outgoing = layers.get(1).filter(|_| scope == Scope::All).map(|output| &output.outgoing()[unit]);
            block.extend(outgoing.into_iter().flatten().map(|connection| hidden.parameters() + connection.parameter));
        }
        if !block.iter().all(|variable| left.remove(variable)) {
            return Err(refused);
        }
        blocks.push(block);
    }
    let is_covered = left.is_empty() && owners.iter().all(Option::is_some);
    for (layer, numbers) in layers.iter().zip(problem.point().layers()).skip(scope.first() + 1) {
        charge(cost::CONNECTION * layer.connection_count() as u64);
        let reads = |row: &Vec<Connection>| {
            let read = row.iter().filter(|connection| !numbers[connection.parameter].is_zero());
            let owners = read.filter_map(|connection| owners[connection.unit]);
            owners.reduce(|one, other| if one == other { one } else { trees.len() })
        };
        owners = layer.incoming().iter().map(reads).collect();
        if !layer.activation().is_linear() && owners.contains(&Some(trees.len())) {
            return Err(incomplete);
        }
    }
    if is_covered { Ok(blocks) } else { Err(incomplete) }
}

/// The least of the bounds of a tree's cases, less the common multipliers where a case has its own.
fn least<F: OrderedField>(
    problem: &Problem<F>,
    scope: Scope,
    is_local: bool,
    evidence: &Cases<F>,
    (tree, block): (usize, &BTreeSet<usize>),
) -> Result<F, Rejection<F>> {
    let Tree { units, nodes } = &evidence.trees[tree];
    let mut ground = Ground::new(problem, scope, is_local, block);
    ground.units = units.as_deref();
    let common = &evidence.multipliers;
    // `1/2||theta||^2`, with the variables of the block.
    let mut half_norm = Quadratic::constant(F::zero());
    for variable in block.iter().map(|&variable| Quadratic::variable(variable, F::zero())) {
        half_norm.add_scaled(&premises::half(), &variable.times(&variable));
    }
    let mut least: Option<F> = None;
    ground.walk(nodes, |case| {
        let own = case.leaf.multipliers.as_ref();
        if own.is_some() && evidence.trees.len() > 1 {
            return Err(Rejection::OwnMultipliers { tree, node: case.node });
        }
        let multipliers = own.unwrap_or(common);
        premises::multipliers(multipliers, "samples", problem.samples().len())?;
        charge(cost::ENTRY * block.len() as u64);
        let mut gap = half_norm.clone();
        case.subtract(&mut gap, multipliers)?;
        let minimum = minimum(&ground, (tree, case.node), block, &gap)?;
        let value = minimum + &(sum(multipliers) - &sum(common));
        if least.as_ref().is_none_or(|least| value < *least) {
            least = Some(value);
        }
        Ok(())
    })?;
    Ok(least.unwrap_or_else(F::zero))
}

/// The minimum of `G`.
fn minimum<F: OrderedField>(
    ground: &Ground<'_, F>,
    (tree, node): (usize, usize),
    block: &BTreeSet<usize>,
    function: &Quadratic<F>,
) -> Result<F, Rejection<F>> {
    let (linear, square) = (function.linear(), function.square());
    let is_unit = |((i, j), a): (&(usize, usize), &F)| i == j && *a == premises::half();
    if square.len() == block.len() && square.iter().all(is_unit) {
        let norm = linear.values().fold(F::zero(), |sum, b| sum + &(b.clone() * b));
        return Ok(function.value().clone() - &(norm * &premises::half()));
    }
    if let Definiteness::Indefinite { index, pivot } = function.definiteness() {
        return Err(Rejection::CaseNotSemidefinite { tree, node, index, pivot });
    }
    if linear.is_empty() {
        return Ok(function.value().clone());
    }
    // The gradient at the point.
    let mut gradient = linear.clone();
    for ((i, j), a) in square {
        for (to, from) in [(i, j), (j, i)] {
            gradient.entry(*to).or_insert_with(F::zero).add_product(a, ground.point[*from]);
        }
    }
    if !gradient.values().all(F::is_zero) {
        return Err(Rejection::NoMinimum { tree, node });
    }
    let slope = linear.iter().fold(F::zero(), |sum, (i, b)| sum + &(b.clone() * ground.point[*i]));
    Ok(function.value().clone() + &(slope * &premises::half()))
}
