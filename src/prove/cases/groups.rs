//! One free layer, with given multipliers: a tree for each group of its units that has nothing to do with the others.

use std::collections::BTreeSet;

use super::MAX_CASES;
use super::ground::{Ground, Path};
use super::growing::{Growing, Open};
use super::shorten::{Gradient, Short};
use crate::kernel::check::{Cases, Leaf, Split, Tree};
use crate::kernel::exact::Sign;
use crate::kernel::network::{Connection, Scope, Unit};
use crate::kernel::problem::Problem;
use crate::prove::bonds::{joined, sharing};
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::sum;
use crate::prove::search::Search;

/// Evidence for a local or global optimum over a layer with these multipliers of a KKT point, if the layer's units fall into several groups.
///
/// The units of two groups share no parameter and meet in no unit that bends. In a case of a group let `c` be the gradient of what the
/// group adds to the weighted margins, and of the conditions of the case with multipliers. It has to be no longer than
/// the group's part of the point, whose square is what the group adds at the point.
pub fn groups<F: ProofField>(
    problem: &Problem<F>,
    layer: usize,
    multipliers: &[F],
    is_local: bool,
    search: &mut Search,
) -> Option<Cases<F>> {
    if problem.network().layers()[layer].activation().is_linear() {
        return None;
    }
    let groups = apart(problem, layer);
    if groups.len() < 2 || sum(multipliers) < problem.point().norm_squared(Scope::Layer(layer)) {
        return None;
    }
    let ground = Ground::of(problem, layer, is_local);
    let mut grower = Grower { ground, multipliers, bound: F::zero(), tree: Growing::up_to(MAX_CASES) };
    let trees: Result<Vec<Tree<F>>, Open> = groups.into_iter().map(|units| grower.tree_of(units, search)).collect();
    trees.map(|trees| Cases { multipliers: multipliers.to_vec(), trees }).map_err(|Open(why)| search.tried(why)).ok()
}

/// The units of a layer in groups: two that share a parameter, or from which one unit that bends can be reached, are in the same.
fn apart<F: ProofField>(problem: &Problem<F>, layer: usize) -> Vec<Vec<usize>> {
    let layers = problem.network().layers();
    let mut bonds: Vec<BTreeSet<usize>> = sharing(layers[layer].incoming()).collect();
    let mut reach: Vec<BTreeSet<usize>> = (0..layers[layer].outputs()).map(|unit| BTreeSet::from([unit])).collect();
    for (later, numbers) in layers.iter().zip(problem.point().layers()).skip(layer + 1) {
        let read = |row: &Vec<Connection>| {
            let live = row.iter().filter(|connection| !numbers[connection.parameter].is_zero());
            live.flat_map(|connection| reach[connection.unit].iter().copied()).collect()
        };
        reach = later.incoming().iter().map(read).collect();
        if !later.activation().is_linear() {
            bonds.extend(reach.iter().cloned());
        }
    }
    joined(layers[layer].outputs(), bonds)
}

/// The squared norm of what these units of a layer read by.
fn norm_squared<F: ProofField>(problem: &Problem<F>, layer: usize, units: &[usize]) -> F {
    let incoming = problem.network().layers()[layer].incoming();
    let own: BTreeSet<usize> = units.iter().flat_map(|&unit| incoming[unit].iter().map(|c| c.parameter)).collect();
    let numbers = &problem.point().layers()[layer];
    own.into_iter().fold(F::zero(), |sum, p| sum + &(numbers[p].clone() * &numbers[p]))
}

/// Grows the trees of the groups one after the other.
struct Grower<'a, F> {
    ground: Ground<'a, F>,
    multipliers: &'a [F],
    /// What the square of the gradient must not pass.
    bound: F,
    tree: Growing<F>,
}

impl<F: ProofField> Grower<'_, F> {
    fn tree_of(&mut self, units: Vec<usize>, search: &Search) -> Result<Tree<F>, Open> {
        self.bound = norm_squared(self.ground.problem, self.ground.layer, &units);
        self.ground.units = Some(units.clone());
        self.case(&mut Vec::new(), search)?;
        Ok(Tree { units: Some(units), nodes: self.tree.take() })
    }

    /// Splits the case at the end of the path until every margin is bounded by a linear form, and settles what comes of it.
    fn case(&mut self, path: &mut Path<F>, search: &Search) -> Result<(), Open> {
        search.check()?;
        let (ground, network) = (&self.ground, self.ground.problem.network());
        let mut gradient = Gradient::of(vec![F::zero(); ground.dimension]);
        for (sample, multiplier) in self.multipliers.iter().enumerate().filter(|(_, m)| !m.is_zero()) {
            let factor = ground.problem.samples()[sample].y.times(multiplier.clone());
            let low = |unit: Unit, _: &[F]| network.slope(unit, Sign::Negative);
            let within = ground.within(path, sample, low);
            if let Some(unit) = ground.to_split(sample, &within) {
                let sides = ground.sides(sample, &within, unit);
                self.tree.split(Split::Kink { sample, unit });
                for side in sides {
                    path.push(side);
                    self.case(path, search)?;
                    path.pop();
                }
                return Ok(());
            }
            let base = ground.vector(&within.trace.output());
            gradient.add(&factor, &base);
            // From the lower slope of each undecided unit to 1.
            for unit in within.undecided {
                let raised =
                    ground.within(path, sample, |other, form| if other == unit { F::one() } else { low(other, form) });
                let raised = ground.vector(&raised.trace.output());
                let gain = raised.into_iter().zip(&base).map(|(one, low)| (one - low) * &factor).collect();
                gradient.open_kink((sample, unit), network.slope(unit, Sign::Negative), gain);
            }
        }
        path.iter().for_each(|decided| gradient.condition(decided.condition.clone()));
        let short = gradient.shorten(&self.bound, search.deadline())?;
        let Short { conditions, slopes, .. } =
            short.ok_or_else(|| Open("`cases`: the bound fails for the multipliers in hand".into()))?;
        let signs = if conditions.iter().all(F::is_zero) { Vec::new() } else { conditions };
        self.tree.settle(Leaf { multipliers: None, signs, products: Vec::new(), slopes })
    }
}
