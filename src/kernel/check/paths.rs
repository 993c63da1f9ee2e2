//! The method `paths`: networks in which every unit reads one input, by cases of how large each path is.

use std::collections::{BTreeMap, BTreeSet};

use super::prelude::*;

/// Multipliers, and a tree of cases in each of which they bound the norm.
///
/// **What it proves.** For depth 2 and more, if the weights on the ways to the output are all different parameters, and each way meets units that
/// read one input only: local or global optimality, for networks of this width.
///
/// **Why.** Such a way is a *path*. Its *size* `s` is the `L`-th root of the product of its weights' absolute values, so that by the inequality of the
/// means its weights have at least the squared norm `L s^2`. Its *kind* is what it makes of 1 and of -1 if its weights are replaced by their signs;
/// as activations are positively homogeneous, it makes `s^L |x|` times the one or the other of `x`. With `lambda >= 0` let `z` be the sum of
/// `lambda_i y_i |x_i|` times that number, which depends on the kind alone. The network adds up its paths, so every feasible `theta` has
///
/// `1/2||theta||^2 >= sum_i lambda_i + 1/2||theta||^2 - sum_i lambda_i m_i(theta) >= sum_i lambda_i + sum over the paths of (L/2 s^2 - z s^L)`.
///
/// In `s^L` the term of a path is concave, as `L >= 2`, so between two sizes it is least at one of them. If it is not bounded above by a size, it is
/// least at the lower one where it does not fall: for `z <= 0`, and for `L = 2` and `z <= 1`. Each case has bounds for the size of each path, and
/// kinds that are possible, and together the cases are all there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Paths<F> {
    /// `lambda`, one a sample, for all cases that have none of their own.
    pub multipliers: Vec<F>,
    /// The tree, in pre-order.
    pub nodes: Vec<PathNode<F>>,
}

/// A split, which is followed by its branches, or a case. Paths are named by the unit that the last layer reads.
#[derive(Clone, Debug, PartialEq)]
pub enum PathNode<F> {
    /// The path is of this size or smaller; then, of this size or larger. In a local proof, a size that is not the path's at the point has one
    /// branch only, that to which the point belongs.
    Size {
        /// The path.
        path: usize,
        /// The size, at least 0.
        size: F,
    },
    /// A branch for each [kind](Path::kinds) of the path.
    Kind {
        /// The path.
        path: usize,
    },
    /// A case, with multipliers of its own or the common ones.
    Leaf {
        /// One a sample.
        multipliers: Option<Vec<F>>,
    },
}

/// A way from an input to the output.
pub struct Path<F> {
    /// The input.
    pub input: usize,
    /// Its weights, as layers and parameters, from the last to the first.
    pub weights: Vec<(usize, usize)>,
    /// The product of their absolute values at the point: `s^L`.
    pub product: F,
    /// What it may make of 1 and of -1, in increasing order; near the point only, in a local proof.
    pub kinds: Vec<(F, F)>,
}

/// The paths of a network, by the units that the last layer reads. Units that read nothing have none.
///
/// # Errors
/// The first unit that reads several inputs, or by a parameter of another connection.
pub fn paths<F: OrderedField>(problem: &Problem<F>, is_local: bool) -> Result<BTreeMap<usize, Path<F>>, Rejection<F>> {
    let layers = problem.network().layers();
    let mut used = BTreeSet::new();
    let mut paths = BTreeMap::new();
    let ends = layers.last().into_iter().flat_map(|layer| &layer.incoming()[0]);
    for &Connection { unit: name, parameter } in ends.take_while(|_| !is_faulted()) {
        charge(cost::ENTRY * (1 + layers.len() as u64));
        let last = layers.len() - 1;
        let (mut input, mut weights) = (name, vec![(last, parameter)]);
        if !used.insert((last, parameter)) {
            return Err(Rejection::NotAPath { unit: Unit { layer: last, unit: 0 } });
        }
        for layer in (0..last).rev() {
            match layers[layer].incoming()[input].as_slice() {
                [] => break,
                [read] if used.insert((layer, read.parameter)) => {
                    weights.push((layer, read.parameter));
                    input = read.unit;
                }
                _ => return Err(Rejection::NotAPath { unit: Unit { layer, unit: input } }),
            }
        }
        if weights.len() == layers.len() {
            let numbers = problem.point().layers();
            let absolute = |value: &F| if value.sign() == Sign::Negative { -value.clone() } else { value.clone() };
            let product = weights.iter().fold(F::one(), |product, (l, p)| product * &absolute(&numbers[*l][*p]));
            let kinds = kinds(problem, &weights, is_local);
            paths.insert(name, Path { input, weights, product, kinds });
        }
    }
    Ok(paths)
}

/// What weights of a path make of 1 and of -1, whatever their signs, or, near the point, with the signs that they have there.
fn kinds<F: OrderedField>(problem: &Problem<F>, weights: &[(usize, usize)], is_local: bool) -> Vec<(F, F)> {
    let mut kinds = vec![(F::one(), -F::one())];
    for (layer, parameter) in weights.iter().rev() {
        let activation = problem.network().layers()[*layer].activation();
        let at_point = Some(problem.point().layers()[*layer][*parameter].sign()).filter(|_| is_local);
        let mut next: Vec<(F, F)> = Vec::new();
        for side in [Side::Negative, Side::Positive] {
            if at_point.is_some_and(|sign| sign != Sign::Zero && sign != side.sign()) {
                continue;
            }
            for (of_one, of_minus_one) in kinds.iter().take_while(|_| !is_faulted()) {
                let pass = |value: &F| {
                    let value = side.times(value.clone());
                    activation.slope(value.sign()) * &value
                };
                let kind = (pass(of_one), pass(of_minus_one));
                charge(cost::ENTRY + cost::LOOK * next.len() as u64);
                let place = next.iter().position(|other| *other >= kind).unwrap_or(next.len());
                if next.get(place) != Some(&kind) {
                    cost::keep(kind.0.bytes() + kind.1.bytes());
                    next.insert(place, kind);
                }
            }
        }
        kinds = next;
    }
    kinds
}

/// Checks every case of the tree.
pub(super) fn optimum<F: OrderedField>(
    problem: &Problem<F>,
    is_local: bool,
    evidence: &Paths<F>,
) -> Result<(), Rejection<F>> {
    if problem.network().depth() < 2 {
        return Err(Rejection::PathsDepth);
    }
    premises::feasible(problem)?;
    premises::multipliers(&evidence.multipliers, "samples", problem.samples().len())?;
    let paths = paths(problem, is_local)?;
    let half_norm = problem.point().norm_squared(Scope::All) * &premises::half();
    cases(&paths, is_local, &evidence.nodes, |node, way, own| {
        let multipliers = own.unwrap_or(&evidence.multipliers);
        premises::multipliers(multipliers, "samples", problem.samples().len())?;
        let mut bound = multipliers.iter().fold(F::zero(), |sum, multiplier| sum + multiplier);
        for (name, path) in paths.iter().take_while(|_| !is_faulted()) {
            let least = path.least(problem.samples(), &Range::of(*name, way), multipliers);
            bound = bound + &least.ok_or(Rejection::PathUnbounded { node, path: *name })?;
        }
        if bound < half_norm {
            Err(Rejection::PathsBound { node, bound, half_norm: half_norm.clone() })
        } else {
            Ok(())
        }
    })
}

/// A split on the way to a case, the branch taken, and the last of its branches.
pub type Turn<'e, F> = (&'e PathNode<F>, usize, usize);

/// Visits the cases of a tree, which are to be all there are: each by its node, the way to it, and multipliers of its own.
///
/// # Errors
/// A split that is none, a tree that ends too early or too late, and what the visitor says.
pub fn cases<'e, F: OrderedField>(
    paths: &BTreeMap<usize, Path<F>>,
    is_local: bool,
    nodes: &'e [PathNode<F>],
    mut visit: impl FnMut(usize, &[Turn<'e, F>], Option<&'e Vec<F>>) -> Result<(), Rejection<F>>,
) -> Result<(), Rejection<F>> {
    let mut way: Vec<Turn<'e, F>> = Vec::new();
    let mut is_finished = false;
    for (node, step) in nodes.iter().enumerate().take_while(|_| !is_faulted()) {
        if is_finished {
            return Err(Rejection::SuperfluousNode { node });
        }
        charge(cost::ENTRY);
        let named = |path: &usize| paths.get(path).ok_or(Rejection::NoSuchPath { node, path: *path });
        match step {
            PathNode::Size { path, size } => {
                let path = named(path)?;
                let here = num_traits::pow(size.clone(), path.weights.len());
                if size.sign() == Sign::Negative {
                    return Err(Rejection::NegativeSize { node, size: size.clone() });
                }
                let is_beyond = is_local && path.product > here;
                let is_within = is_local && path.product < here;
                way.push((step, usize::from(is_beyond), usize::from(!is_within)));
            }
            PathNode::Kind { path } => way.push((step, 0, named(path)?.kinds.len().saturating_sub(1))),
            PathNode::Leaf { multipliers } => {
                visit(node, &way, multipliers.as_ref())?;
                while let Some((split, branch, last)) = way.pop() {
                    if branch < last {
                        way.push((split, branch + 1, last));
                        break;
                    }
                }
                is_finished = way.is_empty();
            }
        }
    }
    if is_finished { Ok(()) } else { Err(Rejection::UnfinishedTree { nodes: nodes.len() }) }
}

/// What a case says of a path.
#[derive(Clone)]
pub struct Range<F> {
    /// The least size.
    pub lower: F,
    /// The largest.
    pub upper: Option<F>,
    /// The place of its kind among those of the path.
    pub kind: Option<usize>,
}

impl<F: OrderedField> Range<F> {
    /// Any size and kind.
    pub fn any() -> Self {
        Range { lower: F::zero(), upper: None, kind: None }
    }

    fn of(name: usize, way: &[Turn<'_, F>]) -> Self {
        charge(cost::LOOK * way.len() as u64);
        let mut range = Self::any();
        for (split, branch, _) in way {
            match split {
                PathNode::Size { path, size } if *path == name && *branch == 0 => {
                    range.upper = range.upper.filter(|upper| upper < size).or(Some(size.clone()));
                }
                PathNode::Size { path, size } if *path == name && *size > range.lower => range.lower = size.clone(),
                PathNode::Kind { path } if *path == name => range.kind = Some(*branch),
                _ => {}
            }
        }
        range
    }
}

impl<F: OrderedField> Path<F> {
    /// What the path makes of `x` if its size is 1.
    pub fn output((of_one, of_minus_one): &(F, F), x: &F) -> F {
        if x.sign() == Sign::Negative { -x.clone() * of_minus_one } else { x.clone() * of_one }
    }

    /// `L/2 s^2`.
    pub fn norm(&self, size: &F) -> F {
        F::from(Rational::from(self.weights.len() as i64)) * &premises::half() * size * size
    }

    /// The largest `z` for which `L/2 s^2 - z s^L` does not fall from any size on.
    pub fn steepest(&self) -> F {
        if self.weights.len() == 2 { F::one() } else { F::zero() }
    }

    /// The least of `L/2 s^2 - z s^L` in a case; nothing if it has none.
    pub fn least(&self, samples: &[Sample<F>], range: &Range<F>, multipliers: &[F]) -> Option<F> {
        let mut least: Option<F> = None;
        for (place, kind) in self.kinds.iter().enumerate().take_while(|_| !is_faulted()) {
            if range.kind.is_some_and(|own| own != place) {
                continue;
            }
            charge(cost::CONNECTION * multipliers.len() as u64);
            let mut z = F::zero();
            for (sample, multiplier) in samples.iter().zip(multipliers) {
                z.add_product(&sample.y.times(multiplier.clone()), &Self::output(kind, &sample.x[self.input]));
            }
            if range.upper.is_none() && z > self.steepest() {
                return None;
            }
            for size in [Some(&range.lower), range.upper.as_ref()].into_iter().flatten() {
                let value = self.norm(size) - &(num_traits::pow(size.clone(), self.weights.len()) * &z);
                if least.as_ref().is_none_or(|least| value < *least) {
                    least = Some(value);
                }
            }
        }
        least
    }
}
