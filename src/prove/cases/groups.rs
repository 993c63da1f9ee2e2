//! One free layer, with given multipliers: a tree for each group of its units that has nothing to do with the others.

use std::collections::{BTreeMap, BTreeSet};

use super::ground::{Ground, Path};
use super::shorten::shorten;
use super::{MAX_CASES, oriented};
use crate::kernel::check::{Cases, Leaf, Node, Side, Split, Tree};
use crate::kernel::exact::Sign;
use crate::kernel::network::{Connection, Scope, Unit};
use crate::kernel::problem::Problem;
use crate::prove::deadline::OutOfTime;
use crate::prove::field::ProofField;
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
    let sum = multipliers.iter().fold(F::zero(), |sum, multiplier| sum + multiplier);
    if groups.len() < 2 || sum < problem.point().norm_squared(Scope::Layer(layer)) {
        return None;
    }
    let mut ground = Ground::of(problem, layer, is_local);
    let (mut trees, mut leaves) = (Vec::new(), 0);
    for units in groups {
        let bound = norm_squared(problem, layer, &units);
        ground.units = Some(units.clone());
        let mut grower = Grower { ground: &ground, multipliers, bound, nodes: Vec::new(), leaves };
        match grower.grow(&mut Vec::new(), search) {
            Ok(()) => {}
            Err(Stop::Beyond) => {
                search.tried("`cases`: the bound fails for the multipliers in hand");
                return None;
            }
            Err(Stop::TooMany) => {
                search.tried(format!("`cases`: more than {MAX_CASES} would be needed"));
                return None;
            }
            Err(Stop::OutOfTime) => {
                search.tried("`cases`, stopped by the time limit");
                return None;
            }
        }
        leaves = grower.leaves;
        trees.push(Tree { units: Some(units), nodes: grower.nodes });
    }
    Some(Cases { multipliers: multipliers.to_vec(), trees })
}

/// The units of a layer in groups: two that share a parameter, or from which one unit that bends can be reached, are in the same.
fn apart<F: ProofField>(problem: &Problem<F>, layer: usize) -> Vec<Vec<usize>> {
    let layers = problem.network().layers();
    let mut bonds: Vec<BTreeSet<usize>> = Vec::new();
    let mut users: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (unit, row) in layers[layer].incoming().iter().enumerate() {
        row.iter().for_each(|connection| {
            users.entry(connection.parameter).or_default().insert(unit);
        });
    }
    bonds.extend(users.into_values());
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
    let mut groups: Vec<BTreeSet<usize>> = (0..layers[layer].outputs()).map(|unit| BTreeSet::from([unit])).collect();
    for bond in bonds {
        let (mut touched, rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| !group.is_disjoint(&bond));
        groups = rest;
        let joined: BTreeSet<usize> = touched.drain(..).flatten().collect();
        if !joined.is_empty() {
            groups.push(joined);
        }
    }
    groups.sort();
    groups.into_iter().map(|group| group.into_iter().collect()).collect()
}

/// The squared norm of what these units of a layer read by.
fn norm_squared<F: ProofField>(problem: &Problem<F>, layer: usize, units: &[usize]) -> F {
    let incoming = problem.network().layers()[layer].incoming();
    let own: BTreeSet<usize> = units.iter().flat_map(|&unit| incoming[unit].iter().map(|c| c.parameter)).collect();
    let numbers = &problem.point().layers()[layer];
    own.into_iter().fold(F::zero(), |sum, p| sum + &(numbers[p].clone() * &numbers[p]))
}

enum Stop {
    Beyond,
    TooMany,
    OutOfTime,
}

impl From<OutOfTime> for Stop {
    fn from(_: OutOfTime) -> Self {
        Stop::OutOfTime
    }
}

/// Grows the tree of a group.
struct Grower<'g, 'a, F> {
    ground: &'g Ground<'a, F>,
    multipliers: &'g [F],
    /// What the square of the gradient must not pass.
    bound: F,
    nodes: Vec<Node<F>>,
    leaves: usize,
}

impl<F: ProofField> Grower<'_, '_, F> {
    /// Splits the case at the end of the path until every margin is bounded by a linear form, and settles what comes of it.
    fn grow(&mut self, path: &mut Path<F>, search: &mut Search) -> Result<(), Stop> {
        search.check()?;
        let (ground, network) = (self.ground, self.ground.problem.network());
        let mut gradient = vec![F::zero(); ground.dimension];
        let (mut open, mut ways) = (Vec::new(), Vec::new());
        for (sample, multiplier) in self.multipliers.iter().enumerate().filter(|(_, m)| !m.is_zero()) {
            let factor = ground.problem.samples()[sample].y.times(multiplier.clone());
            let low = |unit: Unit, _: &[F]| network.slope(unit, Sign::Negative);
            let within = ground.within(path, sample, low);
            if let Some(unit) = ground.to_split(sample, &within) {
                let form = ground.vector(&within.trace.preactivations[unit.layer][unit.unit]);
                self.nodes.push(Node::Split(Split::Kink { sample, unit }));
                for side in [Side::Negative, Side::Positive] {
                    path.push((Split::Kink { sample, unit }, side, oriented(side, &form)));
                    self.grow(path, search)?;
                    path.pop();
                }
                return Ok(());
            }
            let base = ground.vector(&within.trace.output());
            gradient.iter_mut().zip(&base).for_each(|(sum, entry)| sum.add_product(&factor, entry));
            // From the lower slope of each undecided unit to 1.
            for unit in within.undecided {
                let raised =
                    ground.within(path, sample, |other, form| if other == unit { F::one() } else { low(other, form) });
                let raised = ground.vector(&raised.trace.output());
                let way = raised.into_iter().zip(&base).map(|(one, zero)| (one - zero) * &factor).collect();
                open.push((sample, unit));
                ways.push(way);
            }
        }
        self.leaves += 1;
        if self.leaves > MAX_CASES {
            return Err(Stop::TooMany);
        }
        let conditions: Vec<Vec<F>> = path.iter().map(|(_, _, form)| form.clone()).collect();
        let short = shorten(&gradient, &conditions, &ways, &self.bound, search.deadline())?.ok_or(Stop::Beyond)?;
        let mut slopes = BTreeMap::new();
        for ((sample, unit), share) in open.into_iter().zip(short.shares).filter(|(_, share)| !share.is_zero()) {
            let low = network.slope(unit, Sign::Negative);
            slopes.insert((sample, unit), low.clone() + &(share * &(F::one() - &low)));
        }
        let signs = if short.conditions.iter().all(F::is_zero) { Vec::new() } else { short.conditions };
        self.nodes.push(Node::Leaf(Leaf { multipliers: None, signs, products: Vec::new(), slopes }));
        Ok(())
    }
}
