//! Both layers of a network of depth 2: for given multipliers a tree for each group of hidden units that share parameters.

use std::collections::{BTreeMap, BTreeSet};

use super::reads::{groups, ratio, read};
use super::shorten::shorten;
use super::{MAX_CASES, oriented};
use crate::kernel::check::{self, Cases, GlobalOptimum, Leaf, LocalOptimum, Method, Node, Side, Split, Tree};
use crate::kernel::exact::Sign;
use crate::kernel::network::{Layer, Scope, Unit};
use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;
use crate::prove::search::Search;

/// Evidence for a local or global optimum with these multipliers, if the network has depth 2 and a non-linear hidden layer.
///
/// In a case of unit `j`, with outgoing weight `v` and incoming weights `w`, the unit adds `|v| z . w` to the weighted margins. It is looked for
/// signs' multipliers that make `z` no longer than 1; that together they do is for the checker to say, where weights are shared. If they
/// do not, the units of a group are made to do together.
pub fn units<F: ProofField>(
    problem: &Problem<F>,
    multipliers: &[F],
    is_local: bool,
    search: &mut Search,
) -> Option<Cases<F>> {
    let [hidden, _] = problem.network().layers() else { return None };
    let sum = multipliers.iter().fold(F::zero(), |sum, multiplier| sum + multiplier);
    let norm = problem.point().norm_squared(Scope::All);
    if hidden.activation().is_linear() || sum.clone() + &sum < norm {
        return None;
    }
    let groups = groups(problem);
    let alone = trees(problem, multipliers, is_local, (&groups, false), search);
    if groups.iter().all(|units| units.len() == 1)
        || alone.as_ref().is_some_and(|cases| passes(problem, cases, is_local))
    {
        return alone;
    }
    trees(problem, multipliers, is_local, (&groups, true), search)
        .filter(|cases| passes(problem, cases, is_local))
        .or(alone)
}

fn passes<F: ProofField>(problem: &Problem<F>, cases: &Cases<F>, is_local: bool) -> bool {
    let by = Method::Cases(cases.clone());
    match is_local {
        true => check::check(problem, &LocalOptimum { layer: None, by }).is_ok(),
        false => check::check(problem, &GlobalOptimum { layer: None, by }).is_ok(),
    }
}

/// A tree for each group of units, which are looked at one by one or together.
fn trees<F: ProofField>(
    problem: &Problem<F>,
    multipliers: &[F],
    is_local: bool,
    (groups, together): (&[Vec<usize>], bool),
    search: &mut Search,
) -> Option<Cases<F>> {
    let hidden = &problem.network().layers()[0];
    let grow = |units: &[usize], is_only: bool, search: &mut Search| {
        let together = together && units.len() > 1;
        let mut grower = Grower { problem, multipliers, is_local, is_only, together, nodes: Vec::new(), leaves: 0 };
        grower.unit(units, 0, Reached::default(), search).map(|()| grower.nodes)
    };
    let is_only = groups.len() == 1;
    let are_alike = !is_local && problem.network().layers().iter().all(Layer::is_dense);
    let mut first: Option<(usize, Vec<Node<F>>)> = None;
    let trees = groups.iter().map(|units| {
        let nodes = match (&first, units.as_slice()) {
            (Some((of, nodes)), [unit]) if are_alike => renamed(problem, nodes, *of, *unit),
            _ => grow(units, is_only, search)?,
        };
        first = first.take().or(Some((units[0], nodes.clone())));
        Ok(Tree { units: if is_only { None } else { Some(units.clone()) }, nodes })
    });
    let mut trees: Result<Vec<Tree<F>>, String> = trees.collect();
    if trees.is_err() && !is_only {
        // In one tree of all units a case may be empty, since none of them is on for some sample.
        let all: Vec<usize> = (0..hidden.outputs()).collect();
        if let Ok(nodes) = grow(&all, true, search) {
            trees = Ok(vec![Tree { units: None, nodes }]);
        }
    }
    match trees {
        Ok(trees) => Some(Cases { multipliers: multipliers.to_vec(), trees }),
        Err(why) => {
            search.tried(why);
            None
        }
    }
}

/// The tree of one unit of a dense network as that of another: everywhere they are alike.
fn renamed<F: ProofField>(problem: &Problem<F>, nodes: &[Node<F>], of: usize, unit: usize) -> Vec<Node<F>> {
    let outgoing = |unit: usize| problem.network().layers()[1].outgoing()[unit][0].parameter;
    let rename = |node: &Node<F>| match node {
        Node::Split(Split::Kink { sample, unit: Unit { layer, unit: named } }) if *named == of => {
            Node::Split(Split::Kink { sample: *sample, unit: Unit { layer: *layer, unit } })
        }
        Node::Split(Split::Weight { layer: 1, parameter }) if *parameter == outgoing(of) => {
            Node::Split(Split::Weight { layer: 1, parameter: outgoing(unit) })
        }
        Node::Split(split) => Node::Split(*split),
        Node::Leaf(leaf) => {
            let slopes = leaf.slopes.iter().map(|((sample, at), c)| ((*sample, Unit { unit, ..*at }), c.clone()));
            Node::Leaf(Leaf { slopes: slopes.collect(), ..leaf.clone() })
        }
    };
    nodes.iter().map(rename).collect()
}

/// What has been decided on the way to a case, for the units before the one in hand.
#[derive(Clone)]
struct Reached<F> {
    splits: usize,
    /// Whether the multipliers in hand do for all of these units.
    is_bounded: bool,
    /// The supporting samples for which some of these units may be on.
    served: BTreeSet<usize>,
    /// Units that are on for a sample against its label: the sample, the splits of outgoing weight and kink, the ratio of the kinks.
    against: Vec<(usize, usize, usize, F)>,
    products: Vec<(usize, usize, F)>,
    slopes: BTreeMap<(usize, Unit), F>,
    /// The kinks' conditions, each with its split, if the units are looked at together.
    conditions: Vec<(usize, Vec<F>)>,
    /// The squared lengths of the units' vectors, if they are looked at together.
    spent: F,
}

impl<F: ProofField> Default for Reached<F> {
    fn default() -> Self {
        Reached {
            splits: 0,
            is_bounded: true,
            served: BTreeSet::new(),
            against: Vec::new(),
            products: Vec::new(),
            slopes: BTreeMap::new(),
            conditions: Vec::new(),
            spent: F::zero(),
        }
    }
}

/// Grows the tree of a group.
struct Grower<'a, F> {
    problem: &'a Problem<F>,
    multipliers: &'a [F],
    is_local: bool,
    /// Whether there is no other tree, so that a case may have multipliers of its own.
    is_only: bool,
    /// Whether units that share weights may use each other's conditions, and their vectors together must be no longer than 1. That is
    /// enough for the Lagrangian to be convex, as `sum (z_j . w)^2 <= sum |z_j|^2 |w|^2`; it is not needed.
    together: bool,
    nodes: Vec<Node<F>>,
    leaves: usize,
}

/// The supporting samples on which a unit bends and reads the same direction: `x_i = ratio * direction`.
struct Class<F> {
    direction: Vec<F>,
    members: Vec<(usize, F)>,
}

/// One unit with a known sign of its outgoing weight.
struct Signed<F> {
    unit: usize,
    sign: Side,
    /// The split of the outgoing weight, where there is one.
    weight: Option<usize>,
    /// What is decided.
    fixed: Vec<F>,
    /// Classes that must be split.
    harmful: Vec<Class<F>>,
    /// Classes that need not.
    helpful: Vec<Class<F>>,
}

type Outcome = Result<(), String>;

impl<F: ProofField> Grower<'_, F> {
    /// Goes on to the unit at `place` of the group, or settles the case after the last one.
    fn unit(&mut self, units: &[usize], place: usize, reached: Reached<F>, search: &mut Search) -> Outcome {
        search.check().map_err(|_| "`cases`, stopped by the time limit".to_string())?;
        let Some(&unit) = units.get(place) else {
            self.count()?;
            if !reached.is_bounded {
                let left_out = self.left_out(&reached.served, |_| false);
                let left_out = left_out.ok_or("`cases`: the bound fails for the multipliers in hand")?;
                self.empty(left_out, reached);
                return Ok(());
            }
            let Reached { products, slopes, .. } = reached;
            self.nodes.push(Node::Leaf(Leaf { multipliers: None, signs: Vec::new(), products, slopes }));
            return Ok(());
        };
        let outgoing = &self.problem.network().layers()[1].outgoing()[unit];
        let [connection] = outgoing.as_slice() else { return self.unit(units, place + 1, reached, search) };
        // Where a multiplier of its own would have to know more, no case is taken for empty.
        let low = self.problem.network().slope(Unit { layer: 0, unit }, Sign::Negative);
        let parameter = connection.parameter;
        let value = self.problem.point().layers()[1][parameter].sign();
        let known = if self.is_local && value != Sign::Zero { Some(value) } else { None };
        let sides: &[Side] = match known {
            Some(Sign::Positive) => &[Side::Positive],
            Some(_) => &[Side::Negative],
            None => &[Side::Negative, Side::Positive],
        };
        // Without kinks a known sign is not needed.
        let bends = self.multipliers.iter().enumerate().any(|(i, m)| !m.is_zero() && self.is_open(i, unit));
        if known.is_some() && !bends {
            let mut next = reached;
            next.served.extend(0..self.multipliers.len());
            return self.unit(units, place + 1, next, search);
        }
        self.nodes.push(Node::Split(Split::Weight { layer: 1, parameter }));
        for &sign in sides {
            let signed = self.signed(unit, sign, Some(reached.splits));
            let mut next = Reached { splits: reached.splits + 1, ..reached.clone() };
            if !low.is_zero() || self.is_local {
                next.served.extend(0..self.multipliers.len());
            }
            self.classes(units, place, &signed, &mut Vec::new(), next, search)?;
        }
        Ok(())
    }

    /// A supporting sample for which no unit can be on, those that may yet be on apart.
    fn left_out(&self, served: &BTreeSet<usize>, mut may_yet: impl FnMut(usize) -> bool) -> Option<usize> {
        let mut support = (0..self.multipliers.len()).filter(|&i| !self.multipliers[i].is_zero());
        support.find(|sample| self.is_only && !served.contains(sample) && !may_yet(*sample))
    }

    /// Settles a case that is empty, as its units can only lower the margin of a sample.
    fn empty(&mut self, sample: usize, reached: Reached<F>) {
        let mut own = vec![F::zero(); self.multipliers.len()];
        let total = self.multipliers.iter().fold(F::zero(), |sum, multiplier| sum + multiplier);
        let against = reached.against.into_iter().filter(|(of, ..)| *of == sample);
        let products = against.map(|(_, weight, kink, ratio)| (weight, kink, ratio * &total)).collect();
        own[sample] = total;
        let (signs, slopes) = (Vec::new(), BTreeMap::new());
        self.nodes.push(Node::Leaf(Leaf { multipliers: Some(own), signs, products, slopes }));
    }

    /// Whether the side of a unit on a sample is not decided by the point.
    fn is_open(&self, sample: usize, unit: usize) -> bool {
        let reads = read(self.problem, sample, unit).iter().any(|x| !x.is_zero());
        reads && (!self.is_local || self.problem.traces()[sample].preactivations[0][unit].is_zero())
    }

    fn signed(&self, unit: usize, sign: Side, weight: Option<usize>) -> Signed<F> {
        let network = self.problem.network();
        let mut fixed = vec![F::zero(); network.layers()[0].parameters()];
        let mut classes: Vec<Class<F>> = Vec::new();
        for (sample, multiplier) in self.multipliers.iter().enumerate().filter(|(_, m)| !m.is_zero()) {
            let read = read(self.problem, sample, unit);
            if !self.is_open(sample, unit) {
                let slope = &self.problem.traces()[sample].slopes[0][unit];
                let factor = self.weight_of(sign, sample, multiplier) * slope;
                fixed.iter_mut().zip(&read).for_each(|(f, x)| f.add_product(&factor, x));
                continue;
            }
            let found = classes.iter_mut().find_map(|class| Some((ratio(&read, &class.direction)?, class)));
            match found {
                Some((ratio, class)) => class.members.push((sample, ratio)),
                None => classes.push(Class { direction: read, members: vec![(sample, F::one())] }),
            }
        }
        let is_convex = network.slope(Unit { layer: 0, unit }, Sign::Negative) <= F::one();
        let harms = |class: &Class<F>| {
            class.members.iter().any(|(sample, _)| {
                let raises = self.weight_of(sign, *sample, &self.multipliers[*sample]).sign() == Sign::Positive;
                raises == is_convex
            })
        };
        let (harmful, helpful) = classes.into_iter().partition(harms);
        Signed { unit, sign, weight, fixed, harmful, helpful }
    }

    /// `sgn(v) y_i lambda_i`.
    fn weight_of(&self, sign: Side, sample: usize, multiplier: &F) -> F {
        let value = self.problem.samples()[sample].y.times(multiplier.clone());
        if sign == Side::Positive { value } else { -value }
    }

    /// Splits the harmful classes one after the other, then shortens the unit's vector.
    fn classes(
        &mut self,
        units: &[usize],
        place: usize,
        signed: &Signed<F>,
        sides: &mut Vec<Side>,
        mut reached: Reached<F>,
        search: &mut Search,
    ) -> Outcome {
        if let Some(class) = signed.harmful.get(sides.len()) {
            // The last unit need not be looked at on all samples, where some sample has no unit left that serves it.
            if place + 1 == units.len() && self.is_only {
                let mut so_far = reached.clone();
                self.serve(signed, sides, &mut so_far);
                let undecided = &signed.harmful[sides.len()..];
                let may_yet = |sample: usize| {
                    undecided.iter().flat_map(|class| &class.members).any(|(member, _)| *member == sample)
                };
                if let Some(sample) = self.left_out(&so_far.served, may_yet) {
                    self.count()?;
                    self.empty(sample, so_far);
                    return Ok(());
                }
            }
            let unit = Unit { layer: 0, unit: signed.unit };
            self.nodes.push(Node::Split(Split::Kink { sample: class.members[0].0, unit }));
            for side in [Side::Negative, Side::Positive] {
                sides.push(side);
                let next = Reached { splits: reached.splits + 1, ..reached.clone() };
                self.classes(units, place, signed, sides, next, search)?;
                sides.pop();
            }
            return Ok(());
        }
        reached.is_bounded &= self.shorten(signed, sides, &mut reached, search)?;
        if !reached.is_bounded && !self.is_only {
            return Err("`cases`: the bound fails for the multipliers in hand".into());
        }
        self.serve(signed, sides, &mut reached);
        self.unit(units, place + 1, reached, search)
    }

    /// Notes for which samples a unit is on, on the sides decided so far, and for which of these it raises the margin.
    fn serve(&self, signed: &Signed<F>, sides: &[Side], reached: &mut Reached<F>) {
        for (k, (class, side)) in signed.harmful.iter().zip(sides).enumerate() {
            for (sample, ratio) in &class.members {
                if (ratio.sign() == Sign::Positive) != (*side == Side::Positive) {
                    continue;
                }
                let raises = self.weight_of(signed.sign, *sample, &self.multipliers[*sample]).sign() == Sign::Positive;
                if raises {
                    reached.served.insert(*sample);
                } else if let Some(weight) = signed.weight {
                    let size = if ratio.sign() == Sign::Negative { -ratio.clone() } else { ratio.clone() };
                    reached.against.push((*sample, weight, reached.splits - sides.len() + k, size));
                }
            }
        }
    }

    /// Counts a case.
    fn count(&mut self) -> Outcome {
        self.leaves += 1;
        if self.leaves > MAX_CASES {
            return Err(format!("`cases`: more than {MAX_CASES} would be needed"));
        }
        Ok(())
    }

    /// Finds multipliers of the signs, and slopes for what is not split, that make the vector no longer than 1; whether there are any.
    fn shorten(
        &self,
        signed: &Signed<F>,
        sides: &[Side],
        reached: &mut Reached<F>,
        search: &Search,
    ) -> Result<bool, String> {
        let unit = Unit { layer: 0, unit: signed.unit };
        let low = self.problem.network().slope(unit, Sign::Negative);
        let jump = F::one() - &low;
        let mut target = signed.fixed.clone();
        let mut add = |factor: &F, direction: &[F]| {
            target.iter_mut().zip(direction).for_each(|(t, x)| t.add_product(factor, x));
        };
        let mut generators = Vec::new();
        for (class, side) in signed.harmful.iter().zip(sides) {
            for (sample, ratio) in &class.members {
                let is_up = (ratio.sign() == Sign::Positive) == (*side == Side::Positive);
                let slope = if is_up { F::one() } else { low.clone() };
                let factor = self.weight_of(signed.sign, *sample, &self.multipliers[*sample]) * &slope * ratio;
                add(&factor, &class.direction);
            }
            generators.push(oriented(*side, &class.direction));
        }
        // For a class that is not split, from the lower to the upper slope of all members.
        let mut open = Vec::new();
        for class in &signed.helpful {
            for (sample, ratio) in &class.members {
                let factor = self.weight_of(signed.sign, *sample, &self.multipliers[*sample]) * ratio;
                add(&(factor.clone() * &low), &class.direction);
                let way: Vec<F> = class.direction.iter().map(|x| factor.clone() * &jump * x).collect();
                open.push((*sample, way));
            }
        }
        let ways: Vec<Vec<F>> = open.iter().map(|(_, way)| way.clone()).collect();
        let first = reached.splits - sides.len();
        let mut splits: Vec<usize> = (first..reached.splits).collect();
        let mut bounds = vec![F::one()];
        if self.together {
            let own = generators.len();
            splits.extend(reached.conditions.iter().map(|(split, _)| *split));
            generators.extend(reached.conditions.iter().map(|(_, condition)| condition.clone()));
            reached.conditions.extend(splits.iter().copied().zip(generators.iter().cloned()).take(own));
            let left = F::one() - &reached.spent;
            if left.sign() != Sign::Negative {
                bounds.insert(0, left);
            }
        }
        let mut found = None;
        for bound in &bounds {
            let short = shorten(&target, &generators, &ways, bound, search.deadline());
            found = short.map_err(|_| "`cases`, stopped by the time limit".to_string())?;
            if found.is_some() {
                break;
            }
        }
        let Some(short) = found else { return Ok(false) };
        if self.together {
            let used = generators.iter().zip(&short.conditions).chain(ways.iter().zip(&short.shares));
            used.for_each(|(vector, factor)| target.iter_mut().zip(vector).for_each(|(t, x)| t.add_product(factor, x)));
            reached.spent = target.iter().fold(reached.spent.clone(), |sum, t| sum + &(t.clone() * t));
        }
        if let Some(weight) = signed.weight {
            let products = splits.iter().zip(&short.conditions).filter(|(_, nu)| !nu.is_zero());
            reached.products.extend(products.map(|(split, nu)| (weight, *split, nu.clone())));
        }
        for ((sample, _), share) in open.iter().zip(short.shares).filter(|(_, share)| !share.is_zero()) {
            reached.slopes.insert((*sample, unit), low.clone() + &(share * &jump));
        }
        Ok(true)
    }
}
