//! Both layers of a network of depth 2: for given multipliers a tree for each group of hidden units that share parameters.

mod classes;
mod served;

use std::collections::BTreeMap;

use self::classes::{Class, Signed};
use self::served::Served;
use super::MAX_CASES;
use super::growing::{Growing, Open};
use super::reads::{grouped, read};
use super::shorten::{Gradient, Short};
use crate::kernel::check::{Cases, Leaf, Method, Node, Side, Split, Tree, check};
use crate::kernel::exact::Sign;
use crate::kernel::network::{Layer, Scope, Unit};
use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::sum;
use crate::prove::optimum::optimum;
use crate::prove::search::Search;
use crate::prove::sides;

const BOUND_FAILS: &str = "`cases`: the bound fails for the multipliers in hand";

/// Evidence for a local or global optimum with these multipliers, if the network has depth 2 and a non-linear hidden layer.
///
/// In a case of unit `j`, with outgoing weight `v` and incoming weights `w`, the unit adds `|v| z . w` to the weighted margins. It is looked for
/// signs' multipliers that make `z` no longer than 1; whether together they do is looked at in the end, where weights are shared. If they
/// do not, the units of a group are made to do together.
pub fn units<F: ProofField>(
    problem: &Problem<F>,
    multipliers: &[F],
    is_local: bool,
    search: &mut Search,
) -> Option<Cases<F>> {
    let [hidden, _] = problem.network().layers() else { return None };
    let sum = sum(multipliers);
    let norm = problem.point().norm_squared(Scope::All);
    if hidden.activation().is_linear() || sum.clone() + &sum < norm {
        return None;
    }
    let (given, groups) = (&Given { problem, multipliers, is_local }, grouped(problem));
    let passes = |cases: &Cases<F>| check(problem, &optimum(None, is_local, Method::Cases(cases.clone()))).is_ok();
    let alone = trees(given, &groups, false, search);
    if groups.iter().all(|units| units.len() == 1) || alone.as_ref().is_some_and(passes) {
        return alone;
    }
    let together = trees(given, &groups, true, search).filter(passes);
    if together.is_none() && alone.is_some() {
        search.tried("`cases`: units that share weights are bounded one by one, but not together");
    }
    together
}

/// What the question is about: the point, with these multipliers.
struct Given<'a, F> {
    problem: &'a Problem<F>,
    multipliers: &'a [F],
    is_local: bool,
}

impl<F: ProofField> Given<'_, F> {
    /// The samples whose multiplier is not 0.
    fn support(&self) -> impl Iterator<Item = usize> {
        (0..self.multipliers.len()).filter(|&sample| !self.multipliers[sample].is_zero())
    }

    /// Whether the side of a unit on a sample is not decided by the point.
    fn is_open(&self, sample: usize, unit: usize) -> bool {
        let reads = read(self.problem, sample, unit).iter().any(|x| !x.is_zero());
        reads && (!self.is_local || self.problem.traces()[sample].preactivations[0][unit].is_zero())
    }
}

/// A tree for each group of units, which are looked at one by one or together.
fn trees<F: ProofField>(
    given: &Given<'_, F>,
    groups: &[Vec<usize>],
    together: bool,
    search: &mut Search,
) -> Option<Cases<F>> {
    let Given { problem, multipliers, is_local } = *given;
    let hidden = &problem.network().layers()[0];
    let grow = |units: &[usize], is_only: bool, search: &Search| -> Result<Vec<Node<F>>, Open> {
        let together = together && units.len() > 1;
        let mut grower = Grower { given, units, is_only, together, tree: Growing::up_to(MAX_CASES) };
        grower.unit(0, Reached::nothing(), search)?;
        Ok(grower.tree.take())
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
    let mut trees: Result<Vec<Tree<F>>, Open> = trees.collect();
    if trees.is_err() && !is_only {
        // In one tree of all units a case may be empty, since none of them is on for some sample.
        let all: Vec<usize> = (0..hidden.outputs()).collect();
        if let Ok(nodes) = grow(&all, true, search) {
            trees = Ok(vec![Tree { units: None, nodes }]);
        }
    }
    match trees {
        Ok(trees) => Some(Cases { multipliers: multipliers.to_vec(), trees }),
        Err(Open(why)) => {
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
    served: Served<F>,
    products: Vec<(usize, usize, F)>,
    slopes: BTreeMap<(usize, Unit), F>,
    /// The kinks' conditions, each with its split, if the units are looked at together.
    conditions: Vec<(usize, Vec<F>)>,
    /// The sum of the squared lengths of the units' gradients.
    spent: F,
}

impl<F: ProofField> Reached<F> {
    fn nothing() -> Self {
        Reached {
            splits: 0,
            is_bounded: true,
            served: Served::none(),
            products: Vec::new(),
            slopes: BTreeMap::new(),
            conditions: Vec::new(),
            spent: F::zero(),
        }
    }

    /// The same behind another split.
    fn split(&self) -> Self {
        Reached { splits: self.splits + 1, ..self.clone() }
    }
}

/// Grows the tree of a group.
struct Grower<'a, F> {
    given: &'a Given<'a, F>,
    /// The group.
    units: &'a [usize],
    /// Whether there is no other tree, so that a case may have multipliers of its own.
    is_only: bool,
    /// Whether units that share weights may use each other's conditions, and their gradients together must be no longer than 1. That is
    /// enough for the Lagrangian to be convex, as `sum (z_j . w)^2 <= sum |z_j|^2 |w|^2`; it is not needed.
    together: bool,
    tree: Growing<F>,
}

type Outcome = Result<(), Open>;

impl<F: ProofField> Grower<'_, F> {
    /// Goes on to the unit at `place` of the group, or settles the case after the last one.
    fn unit(&mut self, place: usize, reached: Reached<F>, search: &Search) -> Outcome {
        search.check()?;
        let Some(&unit) = self.units.get(place) else { return self.settle(reached) };
        let Given { problem, is_local, .. } = *self.given;
        let outgoing = &problem.network().layers()[1].outgoing()[unit];
        let [connection] = outgoing.as_slice() else { return self.unit(place + 1, reached, search) };
        let parameter = connection.parameter;
        let sides = sides::of_weight(&problem.point().layers()[1][parameter], is_local);
        // Without kinks a known sign is not needed.
        if sides.len() == 1 && !self.given.support().any(|sample| self.given.is_open(sample, unit)) {
            let mut next = reached;
            next.served.all(self.given);
            return self.unit(place + 1, next, search);
        }
        self.tree.split(Split::Weight { layer: 1, parameter });
        let low = problem.network().slope(Unit { layer: 0, unit }, Sign::Negative);
        for &sign in sides {
            let signed = Signed::of(self.given, unit, sign, reached.splits);
            let mut next = reached.split();
            // Where a multiplier of its own would have to know more, no case is taken for empty.
            if !low.is_zero() || is_local {
                next.served.all(self.given);
            }
            self.classes(place, &signed, &mut Vec::new(), next, search)?;
        }
        Ok(())
    }

    /// Settles a case for which all units have been looked at.
    fn settle(&mut self, reached: Reached<F>) -> Outcome {
        if reached.is_bounded {
            let Reached { products, slopes, .. } = reached;
            return self.tree.settle(Leaf { multipliers: None, signs: Vec::new(), products, slopes });
        }
        let left_out = if self.is_only { reached.served.left_out(self.given, |_| false) } else { None };
        let left_out = left_out.ok_or_else(|| Open(BOUND_FAILS.into()))?;
        self.tree.settle(reached.served.empty(self.given, left_out))
    }

    /// Splits the harmful classes one after the other, then shortens the unit's gradient.
    fn classes(
        &mut self,
        place: usize,
        signed: &Signed<F>,
        sides: &mut Vec<Side>,
        mut reached: Reached<F>,
        search: &Search,
    ) -> Outcome {
        let first = reached.splits - sides.len();
        if let Some(class) = signed.harmful.get(sides.len()) {
            // The last unit need not be looked at on all samples, where some sample has no unit left that serves it.
            if place + 1 == self.units.len() && self.is_only {
                let mut so_far = reached.served.clone();
                so_far.by(signed, sides, first);
                let undecided = &signed.harmful[sides.len()..];
                let may_yet =
                    |sample| undecided.iter().flat_map(|class| &class.members).any(|member| member.sample == sample);
                if let Some(sample) = so_far.left_out(self.given, may_yet) {
                    return self.tree.settle(so_far.empty(self.given, sample));
                }
            }
            let unit = Unit { layer: 0, unit: signed.unit };
            self.tree.split(Split::Kink { sample: class.members[0].sample, unit });
            for side in [Side::Negative, Side::Positive] {
                sides.push(side);
                self.classes(place, signed, sides, reached.split(), search)?;
                sides.pop();
            }
            return Ok(());
        }
        reached.is_bounded &= self.shorten(signed, sides, &mut reached, search)?;
        if !reached.is_bounded && !self.is_only {
            return Err(Open(BOUND_FAILS.into()));
        }
        reached.served.by(signed, sides, first);
        self.unit(place + 1, reached, search)
    }

    /// Finds multipliers of the signs, and slopes for what is not split, that make the gradient no longer than 1; whether there are any.
    fn shorten(
        &self,
        signed: &Signed<F>,
        sides: &[Side],
        reached: &mut Reached<F>,
        search: &Search,
    ) -> Result<bool, Open> {
        let unit = Unit { layer: 0, unit: signed.unit };
        let low = self.given.problem.network().slope(unit, Sign::Negative);
        let mut gradient = Gradient::of(signed.fixed.clone());
        let mut splits: Vec<usize> = (reached.splits - sides.len()..reached.splits).collect();
        let mut conditions = Vec::new();
        for (Class { direction, members }, side) in signed.harmful.iter().zip(sides) {
            for member in members {
                let slope = if member.is_on(*side) { F::one() } else { low.clone() };
                gradient.add(&(slope * &member.weight * &member.ratio), direction);
            }
            conditions.push(sides::all_turned(*side, direction));
        }
        for Class { direction, members } in &signed.helpful {
            for member in members {
                let factor = member.weight.clone() * &member.ratio;
                gradient.add_open((member.sample, unit), low.clone(), &factor, direction);
            }
        }
        let mut bounds = vec![F::one()];
        if self.together {
            let own = splits.iter().copied().zip(conditions.iter().cloned()).collect::<Vec<_>>();
            splits.extend(reached.conditions.iter().map(|(split, _)| *split));
            conditions.extend(reached.conditions.iter().map(|(_, condition)| condition.clone()));
            reached.conditions.extend(own);
            let left = F::one() - &reached.spent;
            if left.sign() != Sign::Negative {
                bounds.insert(0, left);
            }
        }
        conditions.into_iter().for_each(|condition| gradient.condition(condition));
        let mut found = None;
        for bound in &bounds {
            found = gradient.shorten(bound, search.deadline())?;
            if found.is_some() {
                break;
            }
        }
        let Some(Short { conditions, slopes, norm_squared }) = found else { return Ok(false) };
        reached.spent = reached.spent.clone() + &norm_squared;
        let products = splits.into_iter().zip(conditions).filter(|(_, nu)| !nu.is_zero());
        reached.products.extend(products.map(|(split, nu)| (signed.weight, split, nu)));
        reached.slopes.extend(slopes);
        Ok(true)
    }
}
