//! Both layers of a network of depth 2 whose hidden units share no parameters: one tree for all of them, in which each case may have
//! multipliers of its own.

use std::collections::BTreeMap;

use super::shorten::shorten;
use super::units::{groups, ratio};
use super::{Decision, MAX_CASES, oriented};
use crate::kernel::check::{Cases, Leaf, Node, Side, Split, Tree};
use crate::kernel::exact::Sign;
use crate::kernel::network::{Scope, Unit};
use crate::kernel::problem::Problem;
use crate::prove::deadline::OutOfTime;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::dot;
use crate::prove::qp::{LeastNorm, Polyhedron, least_norm_point};
use crate::prove::search::Search;

/// How often the units of a case are weighed anew.
const ROUNDS: usize = 16;
/// The least weight of a unit, beside the greatest, and how exactly weights are taken over.
const LEAST: f64 = 1e-4;
const EXACTLY: f64 = 1.0 / 64.0;
/// How far below the point's norm that of a case must be to count as less.
const LESS: f64 = 1e-9;

/// Decides whether the point, which is feasible, is a local or global optimum, while cases and time suffice, but where in some case
/// something else is as good as the point, and the multipliers in hand do not show that nothing is better. Better points, with the parameters of
/// both layers in a row, are told in global questions alone.
///
/// Unit `j` computes `v act(w . x)`, and only `u_j = |v| w` and the sign of `v` count. The least norm for given `u_j` is
/// `1/2 (||w||^2 + v^2) = ||u_j||`. So with the signs known and the sides of kinks decided a case is a convex program: the least `sum_j ||u_j||`
/// where every margin, linear in the `u_j`, is at least 1. Its multipliers `lambda` of margins and `nu` of sides make
/// `z_j = sum lambda_i a_ij + sum nu_k c_k` no longer than 1. That is when the Lagrangian of both layers, with the products of the sign of
/// `v_j` and the sides as further terms, is convex; and `sum lambda_i` is the bound.
///
/// The program is solved by weights: the least `sum_j ||u_j||^2 / eta_j`, a quadratic program, whose multipliers are scaled until all `z_j` are
/// short enough. Then `eta_j` becomes `||u_j||`.
pub fn unshared<F: ProofField>(
    problem: &Problem<F>,
    multipliers: &[F],
    is_local: bool,
    search: &mut Search,
) -> Option<Decision<F>> {
    let [hidden, output] = problem.network().layers() else { return None };
    if hidden.activation().is_linear() || groups(problem).iter().any(|units| units.len() > 1) {
        return None;
    }
    let mut weights = Vec::new();
    for outgoing in output.outgoing() {
        let [connection] = outgoing.as_slice() else { return None };
        weights.push(connection.parameter);
    }
    let mut owners = vec![0; hidden.parameters()];
    for (unit, incoming) in hidden.incoming().iter().enumerate() {
        incoming.iter().for_each(|connection| owners[connection.parameter] = unit);
    }
    let forms = |unit: usize| problem.sample_indices().map(|sample| read(problem, sample, unit)).collect();
    let mut grower = Grower {
        problem,
        multipliers,
        is_local,
        half_norm: problem.point().norm_squared(Scope::All) * &F::ratio(1, 2)?,
        weights,
        owners,
        forms: (0..hidden.outputs()).map(forms).collect(),
        nodes: Vec::new(),
        leaves: 0,
    };
    match grower.signs(&mut Case { signs: Vec::new(), kinks: Vec::new() }, search) {
        Ok(()) => {
            let trees = vec![Tree { units: None, nodes: grower.nodes }];
            Some(Decision::Optimum(Cases { multipliers: multipliers.to_vec(), trees }))
        }
        Err(Stop::Better(better)) => Some(Decision::Better(better)),
        Err(Stop::Open(why)) => {
            search.tried(why);
            None
        }
    }
}

/// What a unit reads of a sample, parameter by parameter.
fn read<F: ProofField>(problem: &Problem<F>, sample: usize, unit: usize) -> Vec<F> {
    let hidden = &problem.network().layers()[0];
    let mut read = vec![F::zero(); hidden.parameters()];
    for connection in &hidden.incoming()[unit] {
        let x = &problem.samples()[sample].x[connection.unit];
        read[connection.parameter] = read[connection.parameter].clone() + x;
    }
    read
}

/// What is decided: first the signs of all outgoing weights, unit by unit, then sides.
struct Case {
    signs: Vec<Side>,
    /// Sample, unit, side.
    kinks: Vec<(usize, usize, Side)>,
}

/// A lower bound of 1 on a linear form that is at least the margin of a sample, with the slopes of its undecided kinks.
struct Row<F> {
    sample: usize,
    normal: Vec<F>,
    slopes: Vec<(usize, F)>,
}

struct Grower<'a, F> {
    problem: &'a Problem<F>,
    /// The multipliers in hand.
    multipliers: &'a [F],
    is_local: bool,
    /// What is to be shown.
    half_norm: F,
    /// The outgoing weight of each unit, by its place in the layer.
    weights: Vec<usize>,
    /// The unit of each parameter of the first layer.
    owners: Vec<usize>,
    /// What each unit reads of each sample.
    forms: Vec<Vec<Vec<F>>>,
    nodes: Vec<Node<F>>,
    leaves: usize,
}

enum Stop<F> {
    Better(Vec<F>),
    Open(String),
}

impl<F> From<OutOfTime> for Stop<F> {
    fn from(_: OutOfTime) -> Self {
        Stop::Open("`cases`, stopped by the time limit".into())
    }
}

type Outcome<F> = Result<(), Stop<F>>;

impl<F: ProofField> Grower<'_, F> {
    /// Splits the outgoing weights, then grows each case.
    fn signs(&mut self, case: &mut Case, search: &Search) -> Outcome<F> {
        let unit = case.signs.len();
        let Some(&parameter) = self.weights.get(unit) else { return self.case(case, search) };
        self.nodes.push(Node::Split(Split::Weight { layer: 1, parameter }));
        let sides: &[Side] = match self.problem.point().layers()[1][parameter].sign() {
            Sign::Positive if self.is_local => &[Side::Positive],
            Sign::Negative if self.is_local => &[Side::Negative],
            _ => &[Side::Negative, Side::Positive],
        };
        for &side in sides {
            case.signs.push(side);
            self.signs(case, search)?;
            case.signs.pop();
        }
        Ok(())
    }

    /// Settles a case, or splits it.
    fn case(&mut self, case: &mut Case, search: &Search) -> Outcome<F> {
        search.check()?;
        let split = match self.in_hand(case, search)? {
            InHand::Settled(leaf) => return self.leaf(leaf),
            InHand::Open(split) => split,
        };
        match self.bound(case, search)? {
            Bound::Settled(leaf) => self.leaf(leaf),
            Bound::Below { split: Some((sample, unit)), .. } => self.branch(case, (sample, unit), search),
            Bound::Below { split: None, .. } if self.is_local => {
                Err(Stop::Open("`cases`: in one of them other units are shorter".into()))
            }
            Bound::Below { split: None, units } => Err(Stop::Better(self.parameters(case, &units))),
            Bound::Unsettled { split: within } => match within.or(split) {
                Some(split) => self.branch(case, split, search),
                None => Err(Stop::Open("`cases`: in one of them something else is as good as the point".into())),
            },
        }
    }

    fn leaf(&mut self, leaf: Leaf<F>) -> Outcome<F> {
        self.leaves += 1;
        if self.leaves > MAX_CASES {
            return Err(Stop::Open(format!("`cases`: more than {MAX_CASES} would be needed")));
        }
        self.nodes.push(Node::Leaf(leaf));
        Ok(())
    }

    fn branch(&mut self, case: &mut Case, (sample, unit): (usize, usize), search: &Search) -> Outcome<F> {
        self.nodes.push(Node::Split(Split::Kink { sample, unit: Unit { layer: 0, unit } }));
        for side in [Side::Negative, Side::Positive] {
            case.kinks.push((sample, unit, side));
            self.case(case, search)?;
            case.kinks.pop();
        }
        Ok(())
    }

    /// The slope of a unit on a sample throughout the case, if that is known.
    fn slope(&self, case: &Case, sample: usize, unit: usize) -> Option<F> {
        let (network, at) = (self.problem.network(), Unit { layer: 0, unit });
        let form = &self.forms[unit][sample];
        if form.iter().all(F::is_zero) {
            return Some(network.slope(at, Sign::Negative));
        }
        let at_point = self.problem.traces()[sample].preactivations[0][unit].sign();
        if self.is_local && at_point != Sign::Zero {
            return Some(network.slope(at, at_point));
        }
        let of_unit = case.kinks.iter().filter(|(_, of, _)| *of == unit);
        let mut signs = of_unit.filter_map(|(other, _, side)| {
            let is_up = ratio(form, &self.forms[unit][*other])?.sign() == Sign::Positive;
            Some(if is_up == (*side == Side::Positive) { Sign::Positive } else { Sign::Negative })
        });
        signs.next().map(|sign| network.slope(at, sign))
    }

    /// `sgn(v) y`, of whose sign the unit's output changes the margin.
    fn effect(&self, case: &Case, sample: usize, unit: usize) -> F {
        let label = self.problem.samples()[sample].y.times(F::one());
        if case.signs[unit] == Side::Positive { label } else { -label }
    }

    /// Whether a unit's output makes the margin a convex function, which no linear form is above.
    fn harms(&self, case: &Case, sample: usize, unit: usize) -> bool {
        let is_convex = self.problem.network().slope(Unit { layer: 0, unit }, Sign::Negative) <= F::one();
        (self.effect(case, sample, unit).sign() == Sign::Positive) == is_convex
    }

    /// A linear form that is at least the margin of a sample, and equal to it at `here`; or a unit whose side must be known first.
    fn row(&self, case: &Case, sample: usize, here: &[F]) -> Result<Row<F>, usize> {
        let (mut normal, mut slopes) = (vec![F::zero(); here.len()], Vec::new());
        for unit in 0..self.weights.len() {
            let form = &self.forms[unit][sample];
            let slope = match self.slope(case, sample, unit) {
                Some(slope) => slope,
                None if self.harms(case, sample, unit) => return Err(unit),
                None => {
                    let is_up = dot(form, here).sign() == Sign::Positive;
                    let sign = if is_up { Sign::Positive } else { Sign::Negative };
                    let slope = self.problem.network().slope(Unit { layer: 0, unit }, sign);
                    slopes.push((unit, slope.clone()));
                    slope
                }
            };
            let factor = self.effect(case, sample, unit) * &slope;
            normal.iter_mut().zip(form).for_each(|(n, x)| n.add_product(&factor, x));
        }
        Ok(Row { sample, normal, slopes })
    }

    /// What the sides say is at least 0.
    fn conditions(&self, case: &Case) -> Vec<Vec<F>> {
        let kinks = case.kinks.iter();
        kinks.map(|(sample, unit, side)| oriented(*side, &self.forms[*unit][*sample])).collect()
    }

    /// `(sign of v, side, multiplier)`, by the places of the splits.
    fn product(&self, case: &Case, kink: usize, multiplier: F) -> (usize, usize, F) {
        (case.kinks[kink].1, case.signs.len() + kink, multiplier)
    }
}

/// What the multipliers in hand come to.
enum InHand<F> {
    Settled(Leaf<F>),
    /// They do not do, or it cannot be told before this kink is split.
    Open(Option<(usize, usize)>),
}

impl<F: ProofField> Grower<'_, F> {
    /// Looks for multipliers of the sides, and slopes, for which the multipliers in hand bound the case.
    fn in_hand(&self, case: &Case, search: &Search) -> Result<InHand<F>, OutOfTime> {
        if self.multipliers.iter().fold(F::zero(), |sum, multiplier| sum + multiplier) < self.half_norm {
            return Ok(InHand::Open(None));
        }
        let conditions = self.conditions(case);
        let (mut products, mut slopes) = (Vec::new(), BTreeMap::new());
        for unit in 0..self.weights.len() {
            let at = Unit { layer: 0, unit };
            let low = self.problem.network().slope(at, Sign::Negative);
            let jump = F::one() - &low;
            let mut target = vec![F::zero(); self.owners.len()];
            let mut ways = Vec::new();
            for (sample, multiplier) in self.multipliers.iter().enumerate().filter(|(_, m)| !m.is_zero()) {
                let form = &self.forms[unit][sample];
                let factor = self.effect(case, sample, unit) * multiplier;
                let slope = self.slope(case, sample, unit);
                if slope.is_none() && self.harms(case, sample, unit) {
                    return Ok(InHand::Open(Some((sample, unit))));
                }
                if slope.is_none() {
                    let way: Vec<F> = form.iter().map(|x| factor.clone() * &jump * x).collect();
                    ways.push((sample, way));
                }
                let factor = factor * &slope.unwrap_or_else(|| low.clone());
                target.iter_mut().zip(form).for_each(|(t, x)| t.add_product(&factor, x));
            }
            let own: Vec<usize> = (0..case.kinks.len()).filter(|&kink| case.kinks[kink].1 == unit).collect();
            let generators: Vec<Vec<F>> = own.iter().map(|&kink| conditions[kink].clone()).collect();
            let directions: Vec<Vec<F>> = ways.iter().map(|(_, way)| way.clone()).collect();
            let short = shorten(&target, &generators, &directions, &F::one(), search.deadline());
            let Some(short) = short? else { return Ok(InHand::Open(None)) };
            let used = own.iter().zip(short.conditions).filter(|(_, nu)| !nu.is_zero());
            products.extend(used.map(|(&kink, nu)| self.product(case, kink, nu)));
            let shares = ways.iter().zip(short.shares).filter(|(_, share)| !share.is_zero());
            slopes.extend(shares.map(|((sample, _), share)| ((*sample, at), low.clone() + &(share * &jump))));
        }
        Ok(InHand::Settled(Leaf { multipliers: None, signs: Vec::new(), products, slopes }))
    }
}

/// What the convex program of a case comes to.
enum Bound<F> {
    /// It has at least the norm of the point.
    Settled(Leaf<F>),
    /// It has less, with these `|v| w`. This kink, of a sample whose margin is not bounded yet, is to be split.
    Below { split: Option<(usize, usize)>, units: Vec<F> },
    /// It has about as much.
    Unsettled { split: Option<(usize, usize)> },
}

impl<F: ProofField> Grower<'_, F> {
    fn bound(&self, case: &Case, search: &Search) -> Result<Bound<F>, OutOfTime> {
        let samples = self.problem.samples().len();
        let mut rows: Vec<Row<F>> = Vec::new();
        let mut sizes = vec![F::one(); self.weights.len()];
        // What is active at the point is a good first guess.
        let mut here: Vec<F> = self.at_point();
        let mut wanted: Vec<usize> = (0..samples).filter(|&sample| self.problem.is_active(sample)).collect();
        let (mut rounds, mut is_guess) = (0, true);
        loop {
            search.check()?;
            let (mut added, mut split) = (std::mem::take(&mut is_guess), None);
            for sample in std::mem::take(&mut wanted) {
                match self.row(case, sample, &here) {
                    Ok(row) => {
                        added = true;
                        rows.push(row);
                    }
                    Err(unit) => split = split.or(Some((sample, unit))),
                }
            }
            if !added {
                // All margins but those that wait for a split are at least 1.
                let norms = self.norms(&here);
                let value: f64 = norms.iter().sum();
                if value < self.half_norm.to_f64() * (1.0 - LESS) {
                    return Ok(Bound::Below { split, units: here });
                }
                rounds += 1;
                if rounds > ROUNDS {
                    return Ok(Bound::Unsettled { split });
                }
                let greatest = norms.iter().copied().fold(0.0, f64::max);
                let size = |norm: &f64| {
                    let size = norm.max(greatest * LEAST);
                    F::near(size, size * EXACTLY).unwrap_or_else(F::one)
                };
                sizes = norms.iter().map(size).collect();
            }
            let conditions = self.conditions(case).into_iter().map(|form| (form, F::zero()));
            let at_least = conditions.chain(rows.iter().map(|row| (row.normal.clone(), F::one()))).collect();
            let polyhedron = Polyhedron { dimension: self.owners.len(), at_least, equal: Vec::new() };
            let weights: Option<Vec<F>> = self.owners.iter().map(|unit| sizes[*unit].reciprocal()).collect();
            let least = least_norm_point(&polyhedron, weights.as_deref(), search.deadline())?;
            let (multipliers, longest) = match least {
                LeastNorm::Empty { at_least, .. } => (at_least, F::zero()),
                LeastNorm::Point(least) => {
                    here = least.point;
                    (least.at_least, self.longest(&here, &sizes))
                }
            };
            let sum = multipliers[case.kinks.len()..].iter().fold(F::zero(), |sum, u| sum + u);
            let least = self.half_norm.clone() * &self.half_norm * &longest;
            if !sum.is_zero() && sum.clone() * &sum >= least {
                let factor = self.half_norm.clone().over(&sum).unwrap_or_else(F::one);
                let multipliers: Vec<F> = multipliers.into_iter().map(|u| u * &factor).collect();
                return Ok(Bound::Settled(self.own_leaf(case, &rows, &multipliers)));
            }
            wanted = (0..samples).filter(|&sample| self.margin(case, sample, &here) < F::one()).collect();
        }
    }

    /// `|v| w` of all units at the point.
    fn at_point(&self) -> Vec<F> {
        let point = self.problem.point().layers();
        let scaled = |(parameter, unit): (usize, &usize)| {
            let weight = point[1][self.weights[*unit]].clone();
            point[0][parameter].clone() * &(if weight.sign() == Sign::Negative { -weight } else { weight })
        };
        self.owners.iter().enumerate().map(scaled).collect()
    }

    /// Parameters with these `|v| w`, of almost the least norm.
    fn parameters(&self, case: &Case, units: &[F]) -> Vec<F> {
        let near_root = |norm: &f64| F::near(norm.sqrt(), norm.sqrt() * 1e-12).unwrap_or_else(F::one);
        let roots: Vec<F> = self.norms(units).iter().map(near_root).collect();
        let incoming =
            self.owners.iter().zip(units).map(|(unit, u)| u.clone().over(&roots[*unit]).unwrap_or_else(F::zero));
        let mut outgoing = vec![F::zero(); self.problem.point().layers()[1].len()];
        for (unit, root) in roots.iter().enumerate() {
            let is_positive = case.signs[unit] == Side::Positive;
            outgoing[self.weights[unit]] = if is_positive { root.clone() } else { -root.clone() };
        }
        incoming.chain(outgoing).collect()
    }

    /// `||u_j||`, unit by unit.
    fn norms(&self, u: &[F]) -> Vec<f64> {
        let mut squares = vec![0.0; self.weights.len()];
        self.owners.iter().zip(u).for_each(|(unit, entry)| squares[*unit] += entry.to_f64().powi(2));
        squares.into_iter().map(f64::sqrt).collect()
    }

    /// The greatest `||z_j||^2`, with `z_j = u_j / eta_j`.
    fn longest(&self, u: &[F], sizes: &[F]) -> F {
        let mut squares = vec![F::zero(); sizes.len()];
        self.owners.iter().zip(u).for_each(|(unit, entry)| squares[*unit].add_product(entry, entry));
        let squares = squares.into_iter().zip(sizes).filter_map(|(square, size)| square.over(&(size.clone() * size)));
        squares.fold(F::zero(), |greatest, square| if square > greatest { square } else { greatest })
    }

    /// The margin of a sample in units with these `|v| w`, whose outgoing weights have the signs of the case.
    fn margin(&self, case: &Case, sample: usize, u: &[F]) -> F {
        (0..self.weights.len()).fold(F::zero(), |sum, unit| {
            let z = dot(&self.forms[unit][sample], u);
            // Where the case knows the slope, that is what counts: near the point it may hold beyond the side.
            let known = self.slope(case, sample, unit);
            let slope = known.unwrap_or_else(|| self.problem.network().slope(Unit { layer: 0, unit }, z.sign()));
            sum + &(self.effect(case, sample, unit) * &slope * &z)
        })
    }

    fn own_leaf(&self, case: &Case, rows: &[Row<F>], multipliers: &[F]) -> Leaf<F> {
        let (of_sides, of_rows) = multipliers.split_at(case.kinks.len());
        let mut own = vec![F::zero(); self.problem.samples().len()];
        let mut shares: BTreeMap<(usize, Unit), F> = BTreeMap::new();
        for (row, multiplier) in rows.iter().zip(of_rows) {
            own[row.sample] = own[row.sample].clone() + multiplier;
            for (unit, slope) in &row.slopes {
                let at = (row.sample, Unit { layer: 0, unit: *unit });
                shares.entry(at).or_insert_with(F::zero).add_product(multiplier, slope);
            }
        }
        // Slopes for negative inputs are what a leaf has without saying so.
        let is_said =
            |((_, unit), slope): &((usize, Unit), F)| *slope != self.problem.network().slope(*unit, Sign::Negative);
        let slopes = shares.into_iter().filter_map(|(at, share)| Some((at, share.over(&own[at.0])?))).filter(is_said);
        let slopes = slopes.collect();
        let used = of_sides.iter().cloned().enumerate().filter(|(_, nu)| !nu.is_zero());
        let products = used.map(|(kink, nu)| self.product(case, kink, nu)).collect();
        Leaf { multipliers: Some(own), signs: Vec::new(), products, slopes }
    }
}
