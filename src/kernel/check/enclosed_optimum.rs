//! Whether the point of a `kkt_enclosed` claim is a local or a global optimum.

use super::kkt_enclosed::{Enclosed, unfaulted};
use super::prelude::*;
use crate::kernel::enclosure::Interval;

/// A claim about the optimality of an enclosed KKT point `theta*`, in the notation of [`KktEnclosed`](super::KktEnclosed): `e_j` is a
/// direction's sign, `alpha` and `beta` the activation's slopes for negative and positive preactivations, and a *ridge* is a held kink
/// of direction `j` and sample `i` with `e_j y_i (beta - alpha) > 0`.
///
/// **Why `Local`.** Let there be no ridge and no unit that is 0. Near `theta*` each unit `u` of direction `j` has
/// `e_j v_u > 0` and keeps its sides off the held kinks, so `sum_i lambda_i y_i v_u act(w_u.x_i) <= |v_u| z_j.w_u <= |v_u| ||w_u|| <= (v_u^2 + ||w_u||^2)/2`: at a held
/// kink, `e_j y_i act(t) <= e_j y_i s t` for slopes `s` between the two. Summed up, `sum lambda_i <= 1/2||theta||^2` for feasible `theta`, and
/// `sum lambda_i = sum a_j = 1/2||theta*||^2`.
///
/// **Why `Ridge`.** A regular derivative of the system makes the gradients of the active margins, for fixed slopes, and the vectors `x_i` of all held kinks
/// independent. So there is a curve on which all other kinks stay held, the active margins stay 1, and this unit leaves the kink
/// to the side with slope `s`; along it `1/2||theta||^2` changes at the rate `lambda_i |v_u| e_j y_i (s_ij - s) t`, where `t = w_u.x_i` has the side's sign. At a ridge that is negative.
/// The gradients by the incoming weights alone are independent, so that the outgoing ones need not move.
///
/// **Why `Layer`.** In the last layer alone the outputs are linear, and the problem is convex. In the first alone units that are 0 add nothing to the
/// outputs, so that the bound of `Local` holds if there is no ridge. It is strict where a `w_u` differs from `|v_u| z_j`.
///
/// **Why `DeadUnit`.** A unit that is 0 becomes `sqrt(d) (w/||w||, e)`, which adds `d` to `1/2||theta||^2` and `d e y_i act(w.x_i)/||w||` to the
/// margins; on a curve as before the others give that back, which lowers `1/2||theta||^2` by `d sum_i lambda_i y_i e act(w.x_i)/||w||` to first order: more than `d`.
///
/// **Why `Global`.** See [`SlopeTree`]: with `h(w) = sum_i lambda_i y_i e act(w.x_i) <= ||w||` for all `w` and both signs `e`, every feasible `theta` of every width
/// has `sum lambda_i <= sum_u |v_u| ||w_u|| <= 1/2||theta||^2`.
///
/// The proofs are in docs/mathematics.md.
#[derive(Clone, Debug, PartialEq)]
pub enum EnclosedOptimum<F> {
    /// No feasible point near `theta*` has a smaller norm.
    Local,
    /// No other feasible point near `theta*` has as small a norm if the other layer does not move.
    Layer {
        /// The layer.
        layer: usize,
    },
    /// Feasible points arbitrarily near have a smaller norm, some of them with the same last layer: a unit leaves this kink.
    Ridge {
        /// The direction.
        direction: usize,
        /// The active sample.
        sample: usize,
    },
    /// Feasible points arbitrarily near have: a unit that is 0 comes to life.
    DeadUnit {
        /// The direction of its incoming weights.
        incoming: Vec<Rational>,
        /// The sign of its outgoing weight.
        sign: Label,
    },
    /// No feasible point of any width has a smaller norm.
    Global {
        /// The bound for units with a positive outgoing weight.
        positive: SlopeTree,
        /// And with a negative one.
        negative: SlopeTree,
    },
    /// This feasible point has a smaller norm.
    NotGlobal {
        /// The better point.
        better: Parameters<F>,
    },
}

/// A proof that `h(w) = sum_i lambda_i y_i e act(w.x_i) <= ||w||` for all `w`; the sum is over the active samples.
///
/// The activation must be convex, `alpha <= beta`. Samples with `y_i = e` enter `h` through the convex `act`, which is one of two linear functions: the
/// tree decides which, by sample, in preorder. The others enter through `-act`, and `-act(t) <= -c t` for every slope `c` between
/// the two. So in a leaf `h(w) <= v.w` with `v = sum_i lambda_i y_i e c_i x_i`, and `||v|| <= 1` is enough. Where the leaf leaves samples undecided, all their slopes are bounded at
/// once: `||v + sum_U t_i u_i||^2 <= ||v||^2 + sum_U max(0, 2 v.u_i + ||u_i||^2 + sum_(k != i) max(0, u_i.u_k))` for all `t_i` in `{0, 1}`.
/// In the leaf of a live direction the choice of slopes is that direction's, `v = z_j`, and `||v|| = 1` holds by the system.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SlopeTree {
    /// Choices of the slopes `c`: one for each active sample with `y_i = -e`, in order.
    pub slopes: Vec<Vec<Rational>>,
    /// The nodes in preorder: below a split, first the side of slope `beta`, then that of `alpha`.
    pub nodes: Vec<SlopeNode>,
}

/// A node of a [`SlopeTree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlopeNode {
    /// Decides the slope of this active sample, which has `y_i = e` and is undecided.
    Split(usize),
    /// A leaf with this choice of slopes.
    Bound(usize),
    /// The leaf of this live direction.
    Live(usize),
}

/// Where a claim of optimality fails.
#[derive(Clone, Debug, PartialEq)]
pub enum EnclosedOptimumRejection<F> {
    /// The exact arithmetic came to no result.
    Fault(Fault),
    /// A unit is 0, so that the claim does not follow.
    Dead { unit: usize },
    /// A held kink lets the norm decrease, so that the point is no local optimum.
    Descends { direction: usize, sample: usize },
    /// No held kink of that direction and sample at which the norm decreases.
    NoRidge { direction: usize, sample: usize },
    /// No unit is 0.
    NoDeadUnit,
    /// A vector of the wrong length.
    Length { what: &'static str, found: usize, expected: usize },
    /// The unit does not gain more than it costs.
    NoGain { gain: Rational, norm_squared: Rational },
    /// The activation is not convex.
    NotConvex,
    /// A node of a tree that makes no sense there.
    SlopeNode { sign: Label, node: usize },
    /// A tree ends before every case is covered, or has nodes left over.
    Incomplete { sign: Label, nodes: usize },
    /// A slope that is not between the activation's two.
    Slope { sign: Label, choice: usize, slope: Rational },
    /// The bound of a leaf fails.
    Bound { sign: Label, node: usize, norm_squared: Rational },
    /// The other point has not the network's shape.
    Shape(ShapeError),
    /// The other point is not feasible.
    Infeasible { sample: usize, margin: F },
    /// The other point's norm is not smaller.
    NotSmaller { better: F, point: Rational },
    /// No held kink of that unit and sample at which the norm decreases.
    NoKink { sample: usize, unit: Unit },
    /// No hidden unit, or not one whose weights, incoming and outgoing, are all 0.
    Lives { unit: Unit },
    /// The network has no such layer.
    NoLayer { layer: usize },
    /// A kink, or a preactivation that is 0, at which the margin may be greater than with one slope on both sides.
    NoValley { sample: usize, unit: Unit, lower: Rational, upper: Rational },
    /// Elimination meets a pivot that may not be positive.
    Pivot { index: usize, lower: Rational },
    /// The unit would feed one whose preactivation on an active sample is 0 and not held.
    Feeds { sample: usize, unit: Unit },
}

impl<F> From<Fault> for EnclosedOptimumRejection<F> {
    fn from(fault: Fault) -> Self {
        EnclosedOptimumRejection::Fault(fault)
    }
}

pub(super) type Outcome<F> = Result<(), EnclosedOptimumRejection<F>>;

impl<F: OrderedField> EnclosedOptimum<F> {
    /// Whether the claim holds of the enclosed point.
    pub(super) fn holds(&self, problem: &Problem<F>, point: &Enclosed<'_, F>) -> Outcome<F> {
        match self {
            EnclosedOptimum::Local => match point.dead.first() {
                Some(&unit) => Err(EnclosedOptimumRejection::Dead { unit }),
                None => no_ridges(problem, point),
            },
            EnclosedOptimum::Layer { layer: 0 } => no_ridges(problem, point),
            EnclosedOptimum::Layer { layer: 1 } => Ok(()),
            EnclosedOptimum::Layer { layer } => Err(EnclosedOptimumRejection::NoLayer { layer: *layer }),
            &EnclosedOptimum::Ridge { direction, sample } => {
                let is_ridge = ridges(problem, point).any(|ridge| ridge == (direction, sample));
                is_ridge.then_some(()).ok_or(EnclosedOptimumRejection::NoRidge { direction, sample })
            }
            EnclosedOptimum::DeadUnit { incoming, sign } => dead_unit(problem, point, incoming, *sign),
            EnclosedOptimum::Global { positive, negative } => {
                if point.sides[0] > point.sides[1] {
                    return Err(EnclosedOptimumRejection::NotConvex);
                }
                Bounds::new(problem, point, Label::Positive).all_hold(positive)?;
                Bounds::new(problem, point, Label::Negative).all_hold(negative)
            }
            EnclosedOptimum::NotGlobal { better } => {
                // The squared norm of the enclosed point is twice the sum of the amounts.
                let sum = point.amounts.iter().fold(Interval::zero(), |sum, amount| sum.plus(amount)).lower();
                not_global(problem, &sum + &sum, better)
            }
        }
    }
}

/// The ridges, each by its direction and its sample.
fn ridges<'a, F: OrderedField>(
    problem: &'a Problem<F>,
    point: &'a Enclosed<'_, F>,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    let [negative, positive] = &point.sides;
    point.evidence.directions.iter().enumerate().flat_map(move |(direction, live)| {
        let held = live.pattern.iter().zip(&point.evidence.active).filter(|(side, _)| **side == Sign::Zero);
        let descends = move |sample: &usize| match live.sign == problem.samples()[*sample].y {
            true => negative < positive,
            false => negative > positive,
        };
        held.map(|(_, sample)| *sample).filter(descends).map(move |sample| (direction, sample))
    })
}

fn no_ridges<F: OrderedField>(problem: &Problem<F>, point: &Enclosed<'_, F>) -> Outcome<F> {
    match ridges(problem, point).next() {
        Some((direction, sample)) => Err(EnclosedOptimumRejection::Descends { direction, sample }),
        None => Ok(()),
    }
}

fn dead_unit<F: OrderedField>(
    problem: &Problem<F>,
    point: &Enclosed<'_, F>,
    incoming: &[Rational],
    sign: Label,
) -> Outcome<F> {
    if point.dead.is_empty() {
        return Err(EnclosedOptimumRejection::NoDeadUnit);
    }
    let (found, expected) = (incoming.len(), problem.network().inputs());
    if found != expected {
        return Err(EnclosedOptimumRejection::Length { what: "direction of the unit", found, expected });
    }
    charge(cost::INTERVAL * expected as u64);
    let w: Vec<Interval> = incoming.iter().map(Interval::of).collect();
    let mut gain = Interval::zero();
    for (lambda, &sample) in point.multipliers.iter().zip(&point.evidence.active) {
        unfaulted()?;
        let preactivation = Interval::dot(w.iter().zip(&point.inputs[sample]));
        let share = preactivation.activated(&point.sides).times(lambda);
        gain = gain.plus(&if problem.samples()[sample].y == sign { share } else { share.negated() });
    }
    gains(&gain, &Interval::dot(w.iter().zip(&w)))
}

/// The gain of a unit is above the product of the norms of its weights, of which this is the square.
pub(super) fn gains<F>(gain: &Interval, norm_squared: &Interval) -> Outcome<F> {
    let (gain, norm_squared) = (gain.lower(), norm_squared.upper());
    let suffices = gain.sign() == Sign::Positive && &gain * &gain > norm_squared;
    if suffices { Ok(()) } else { Err(EnclosedOptimumRejection::NoGain { gain, norm_squared }) }
}

/// The better point is feasible, and its squared norm is below a lower bound of the enclosed point's.
pub(super) fn not_global<F: OrderedField>(
    problem: &Problem<F>,
    squared: Rational,
    better: &Parameters<F>,
) -> Result<(), EnclosedOptimumRejection<F>> {
    better.check_shape(problem.network()).map_err(EnclosedOptimumRejection::Shape)?;
    for sample in problem.sample_indices() {
        let margin = problem.margin_at(better, sample);
        if margin < F::one() {
            return Err(EnclosedOptimumRejection::Infeasible { sample, margin });
        }
    }
    let norm = better.norm_squared(Scope::All);
    let is_smaller = norm < F::from(squared.clone());
    if is_smaller { Ok(()) } else { Err(EnclosedOptimumRejection::NotSmaller { better: norm, point: squared }) }
}

/// What the leaves of one sign's tree share.
struct Bounds<'a, F> {
    point: &'a Enclosed<'a, F>,
    sign: Label,
    /// `y_i` of the active samples.
    labels: Vec<Label>,
    /// The inner products of the `lambda_i y_i e x_i`.
    gram: Vec<Vec<Interval>>,
}

impl<'a, F: OrderedField> Bounds<'a, F> {
    fn new(problem: &Problem<F>, point: &'a Enclosed<'a, F>, sign: Label) -> Self {
        let active = &point.evidence.active;
        let labels: Vec<Label> = active.iter().map(|&sample| problem.samples()[sample].y).collect();
        let factor = |(lambda, y): (&Interval, &Label)| if *y == sign { lambda.clone() } else { lambda.negated() };
        let factors: Vec<Interval> = point.multipliers.iter().zip(&labels).map(factor).collect();
        let product = |i: usize, k: usize| {
            charge(cost::INTERVAL);
            let inputs = point.inputs[active[i]].iter().zip(&point.inputs[active[k]]);
            factors[i].times(&factors[k]).times(&Interval::dot(inputs))
        };
        let row = |i| (0..active.len()).take_while(|_| !is_faulted()).map(|k| product(i, k)).collect();
        let gram = (0..active.len()).take_while(|_| !is_faulted()).map(row).collect();
        Bounds { point, sign, labels, gram }
    }

    /// The tree covers every choice of sides, and the bound holds in each leaf.
    fn all_hold(&self, tree: &SlopeTree) -> Outcome<F> {
        unfaulted()?;
        let sign = self.sign;
        let [least, greatest] = &self.point.sides;
        let harmful = self.labels.iter().filter(|y| **y != sign).count();
        for (choice, slopes) in tree.slopes.iter().enumerate() {
            if slopes.len() != harmful {
                let (found, expected) = (slopes.len(), harmful);
                return Err(EnclosedOptimumRejection::Length { what: "choice of slopes", found, expected });
            }
            if let Some(slope) = slopes.iter().find(|slope| *slope < least || *slope > greatest) {
                let slope = slope.clone();
                return Err(EnclosedOptimumRejection::Slope { sign, choice, slope });
            }
        }
        // The cases that are still to be covered: a side for each decided sample.
        let mut cases: Vec<Vec<Option<Sign>>> = vec![vec![None; self.labels.len()]];
        for (node, kind) in tree.nodes.iter().enumerate() {
            charge(cost::CONNECTION * self.labels.len() as u64);
            unfaulted()?;
            let Some(case) = cases.pop() else {
                return Err(EnclosedOptimumRejection::Incomplete { sign, nodes: tree.nodes.len() });
            };
            match *kind {
                SlopeNode::Split(sample) => {
                    let place = self.point.evidence.active.binary_search(&sample).ok();
                    let Some(place) = place.filter(|&i| self.labels[i] == sign && case[i].is_none()) else {
                        return Err(EnclosedOptimumRejection::SlopeNode { sign, node });
                    };
                    for side in [Sign::Negative, Sign::Positive] {
                        let mut below = case.clone();
                        below[place] = Some(side);
                        cases.push(below);
                    }
                }
                SlopeNode::Bound(choice) => {
                    let Some(slopes) = tree.slopes.get(choice) else {
                        return Err(EnclosedOptimumRejection::SlopeNode { sign, node });
                    };
                    let norm_squared = self.norm_squared(&case, slopes);
                    if norm_squared > Rational::from(1) {
                        return Err(EnclosedOptimumRejection::Bound { sign, node, norm_squared });
                    }
                }
                SlopeNode::Live(direction) => {
                    if !self.is_live(&case, direction) {
                        return Err(EnclosedOptimumRejection::SlopeNode { sign, node });
                    }
                }
            }
        }
        let incomplete = EnclosedOptimumRejection::Incomplete { sign, nodes: tree.nodes.len() };
        if cases.is_empty() { Ok(()) } else { Err(incomplete) }
    }

    /// An upper bound of `||v||^2` for all choices of the undecided sides.
    fn norm_squared(&self, case: &[Option<Sign>], slopes: &[Rational]) -> Rational {
        let [least, greatest] = &self.point.sides;
        let (mut slopes, mut undecided) = (slopes.iter(), Vec::new());
        let mut coefficients = Vec::with_capacity(case.len());
        for (place, side) in case.iter().enumerate() {
            coefficients.push(Interval::of(match (self.labels[place] == self.sign, side) {
                (false, _) => slopes.next().unwrap_or(least),
                (true, Some(Sign::Positive)) => greatest,
                (true, Some(_)) => least,
                (true, None) => {
                    undecided.push(place);
                    least
                }
            }));
        }
        // `v.u_i`
        let along = self.gram.iter().map(|row| Interval::dot(row.iter().zip(&coefficients)));
        let along: Vec<Interval> = along.take_while(|_| !is_faulted()).collect();
        let mut bound = Interval::dot(along.iter().zip(&coefficients));
        let rise = Interval::of(&(greatest - least));
        let rise_squared = rise.times(&rise);
        for &i in &undecided {
            if is_faulted() {
                break;
            }
            let along = rise.times(&along[i]);
            let mut products = self.gram[i][i].clone();
            for &k in undecided.iter().filter(|k| **k != i) {
                products = products.plus(&self.gram[i][k].positive_part());
            }
            let change = along.plus(&along).plus(&rise_squared.times(&products));
            bound = bound.plus(&change.positive_part());
        }
        bound.upper()
    }

    /// The case contains the sides of a live direction of this sign, and the choice of slopes that is the direction's own is one that the
    /// argument allows: its held kinks are no ridges.
    fn is_live(&self, case: &[Option<Sign>], direction: usize) -> bool {
        let Some(live) = self.point.evidence.directions.get(direction) else { return false };
        let [least, greatest] = &self.point.sides;
        // With one slope only there is nothing to choose, and the other sign's vector is the negative.
        if least == greatest {
            return true;
        }
        let mut places = case.iter().zip(&live.pattern).zip(&self.labels);
        live.sign == self.sign && places.all(|((decided, side), y)| *y != self.sign || *decided == Some(*side))
    }
}
