//! One free layer: a tree of quadratic programs that ends with a proof or with a better point.

use std::collections::BTreeMap;

use num_traits::Zero;

use super::{MAX_CASES, oriented};
use crate::kernel::check::{Cases, Leaf, Node, Side, Split, Tree};
use crate::kernel::exact::{Quadratic, Sign};
use crate::kernel::network::{Scope, Trace, Unit, output_derivatives};
use crate::kernel::problem::Problem;
use crate::prove::deadline::OutOfTime;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::dot;
use crate::prove::qp::{LeastNorm, Polyhedron, least_norm_point};
use crate::prove::search::Search;

/// What a tree of cases over one layer comes to.
pub enum Decision<F> {
    /// The point is an optimum.
    Optimum(Cases<F>),
    /// A better point: these parameters of the layer. In a local question they are better within one case; the straight line there begins with
    /// better points.
    Better(Vec<F>),
}

/// Decides whether the point, which is feasible, is a local or global optimum over a layer.
pub fn layer<F: ProofField>(
    problem: &Problem<F>,
    layer: usize,
    is_local: bool,
    search: &mut Search,
) -> Option<Decision<F>> {
    let mut program = Program::of(problem, layer, is_local);
    match program.solve(&mut Vec::new(), search) {
        Ok(()) => {
            let multipliers = vec![F::zero(); problem.samples().len()];
            let trees = vec![Tree { units: None, nodes: program.nodes }];
            Some(Decision::Optimum(Cases { multipliers, trees }))
        }
        Err(Stop::Better(point)) => Some(Decision::Better(point)),
        Err(Stop::TooMany) => {
            search.tried(format!("`cases`: more than {MAX_CASES} would be needed"));
            None
        }
        Err(Stop::OutOfTime) => {
            search.tried("`cases`, stopped by the time limit");
            None
        }
    }
}

enum Stop<F> {
    Better(Vec<F>),
    TooMany,
    OutOfTime,
}

impl<F> From<OutOfTime> for Stop<F> {
    fn from(_: OutOfTime) -> Self {
        Stop::OutOfTime
    }
}

/// The problem over a layer, and the cases settled so far.
struct Program<'a, F> {
    problem: &'a Problem<F>,
    layer: usize,
    is_local: bool,
    parameters: Vec<Vec<Quadratic<F>>>,
    dimension: usize,
    /// `1/2 ||theta~||^2`.
    target: F,
    nodes: Vec<Node<F>>,
    leaves: usize,
}

/// A lower bound of 1 on a linear form that is at least the margin of a sample, with the slopes of its undecided kinks.
struct Row<F> {
    sample: usize,
    normal: Vec<F>,
    slopes: Vec<(Unit, F)>,
}

/// A sample within a case.
struct Within<F> {
    trace: Trace<F, Quadratic<F>>,
    undecided: Vec<Unit>,
}

impl<'a, F: ProofField> Program<'a, F> {
    fn of(problem: &'a Problem<F>, layer: usize, is_local: bool) -> Self {
        let variable = |l: usize, p: usize, value: &F| {
            if l == layer { Quadratic::variable(p, F::zero()) } else { Quadratic::constant(value.clone()) }
        };
        let layers = problem.point().layers().iter().enumerate();
        let parameters =
            layers.map(|(l, numbers)| numbers.iter().enumerate().map(|(p, v)| variable(l, p, v)).collect()).collect();
        let half = F::ratio(1, 2).unwrap_or_else(F::one);
        let target = problem.point().norm_squared(Scope::Layer(layer)) * &half;
        let dimension = problem.network().layers()[layer].parameters();
        Program { problem, layer, is_local, parameters, dimension, target, nodes: Vec::new(), leaves: 0 }
    }

    fn vector(&self, form: &Quadratic<F>) -> Vec<F> {
        let mut vector = vec![F::zero(); self.dimension];
        form.linear().iter().for_each(|(index, value)| vector[*index] = value.clone());
        vector
    }

    /// The sample's trace in a case; `free` chooses the slopes of what the case does not decide.
    fn within(
        &self,
        path: &[(Split, Side, Vec<F>)],
        sample: usize,
        mut free: impl FnMut(Unit, &[F]) -> F,
    ) -> Within<F> {
        let (network, at_point) = (self.problem.network(), &self.problem.traces()[sample]);
        let x = self.problem.samples()[sample].x.iter().cloned().map(Quadratic::constant).collect();
        let mut undecided: Vec<Unit> = Vec::new();
        let choose = |unit: Unit, form: &Quadratic<F>| {
            if unit.layer < self.layer {
                return Ok::<F, std::convert::Infallible>(at_point.slopes[unit.layer][unit.unit].clone());
            }
            if form.is_zero() && undecided.iter().all(|below| below.layer == unit.layer) {
                return Ok(network.slope(unit, Sign::Negative));
            }
            let sign = at_point.preactivations[unit.layer][unit.unit].sign();
            if self.is_local && sign != Sign::Zero {
                return Ok(network.slope(unit, sign));
            }
            let here = Split::Kink { sample, unit };
            if let Some((_, side, _)) = path.iter().find(|(split, ..)| *split == here) {
                return Ok(network.slope(unit, sign_of(*side)));
            }
            let form = self.vector(form);
            if unit.layer == self.layer
                && let Some(sign) =
                    path.iter().filter_map(|(split, _, known)| self.implied(*split, known, &form)).next()
            {
                return Ok(network.slope(unit, sign));
            }
            undecided.push(unit);
            Ok(free(unit, &form))
        };
        match network.trace(&self.parameters, x, choose) {
            Ok(trace) => Within { trace, undecided },
            Err(never) => match never {},
        }
    }

    /// The sign of a form that is a multiple of what a split of the same layer says is at least 0.
    fn implied(&self, split: Split, known: &[F], form: &[F]) -> Option<Sign> {
        let Split::Kink { unit, .. } = split else { return None };
        if unit.layer != self.layer {
            return None;
        }
        let place = known.iter().position(|entry| !entry.is_zero())?;
        let ratio = form[place].clone().over(&known[place])?;
        let is_multiple = known.iter().zip(form).all(|(a, b)| a.clone() * &ratio == *b);
        (is_multiple && !ratio.is_zero()).then(|| ratio.sign())
    }

    /// The first undecided kink that has to be split before the sample has a convex constraint. Only in the last layer that has
    /// undecided kinks may their activations stay, where they lower the margin.
    fn to_split(&self, sample: usize, within: &Within<F>) -> Option<Unit> {
        let last = within.undecided.iter().map(|unit| unit.layer).max()?;
        if let Some(unit) = within.undecided.iter().find(|unit| unit.layer < last) {
            return Some(*unit);
        }
        let network = self.problem.network();
        let seed = self.problem.samples()[sample].y.times(F::one());
        let point = self.problem.point().layers();
        let derivatives = output_derivatives(network, point, &within.trace.slopes, seed, 0);
        let raises = |unit: &&Unit| {
            let outgoing = &network.layers()[last + 1].outgoing()[unit.unit];
            let pairs = outgoing.iter().map(|c| (&point[last + 1][c.parameter], &derivatives[last + 1][c.unit]));
            let derivative = F::dot(pairs).sign();
            let is_convex = network.slope(**unit, Sign::Negative) <= F::one();
            derivative != Sign::Zero && (derivative == Sign::Positive) == is_convex
        };
        within.undecided.iter().find(raises).copied()
    }

    /// Settles the case at the end of the path, or splits it.
    fn solve(&mut self, path: &mut Vec<(Split, Side, Vec<F>)>, search: &mut Search) -> Result<(), Stop<F>> {
        let mut rows: Vec<Row<F>> = Vec::new();
        // The pattern at the point is a good first guess.
        let mut here: Vec<F> = self.problem.point().layers()[self.layer].clone();
        let mut is_guess = true;
        loop {
            search.check()?;
            let (mut added, mut split) = (false, None);
            for sample in self.problem.sample_indices() {
                let side = |form: &[F]| match dot(form, &here).sign() {
                    Sign::Positive => Sign::Positive,
                    _ => Sign::Negative,
                };
                let network = self.problem.network();
                let mut slopes = Vec::new();
                let within = self.within(path, sample, |unit, form| {
                    let slope = network.slope(unit, side(form));
                    slopes.push((unit, slope.clone()));
                    slope
                });
                let y = self.problem.samples()[sample].y;
                let normal: Vec<F> = self.vector(&within.trace.output()).into_iter().map(|a| y.times(a)).collect();
                let margin = dot(&normal, &here);
                let wanted = if is_guess { self.problem.is_active(sample) } else { margin < F::one() };
                if !wanted {
                    continue;
                }
                match self.to_split(sample, &within) {
                    Some(unit) => split = split.or(Some(Split::Kink { sample, unit })),
                    None => {
                        added = true;
                        rows.push(Row { sample, normal, slopes });
                    }
                }
            }
            if !added && !is_guess {
                let Some(split) = split else { return Err(Stop::Better(here)) };
                return self.branch(path, split, search);
            }
            is_guess = false;
            let at_least: Vec<(Vec<F>, F)> = path
                .iter()
                .map(|(_, _, form)| (form.clone(), F::zero()))
                .chain(rows.iter().map(|row| (row.normal.clone(), F::one())))
                .collect();
            let polyhedron = Polyhedron { dimension: self.dimension, at_least, equal: Vec::new() };
            match least_norm_point(&polyhedron, None, search.deadline())? {
                LeastNorm::Empty { at_least, .. } => {
                    let multipliers: Vec<F> = at_least.into_iter().map(|u| u * &self.target).collect();
                    return self.leaf(path.len(), &rows, multipliers);
                }
                LeastNorm::Point(least) => {
                    if least.norm_squared >= self.target.clone() + &self.target {
                        return self.leaf(path.len(), &rows, least.at_least);
                    }
                    here = least.point;
                }
            }
        }
    }

    fn leaf(&mut self, splits: usize, rows: &[Row<F>], multipliers: Vec<F>) -> Result<(), Stop<F>> {
        self.leaves += 1;
        if self.leaves > MAX_CASES {
            return Err(Stop::TooMany);
        }
        let (signs, of_rows) = multipliers.split_at(splits);
        let mut own = vec![F::zero(); self.problem.samples().len()];
        let mut shares: BTreeMap<(usize, Unit), F> = BTreeMap::new();
        for (row, multiplier) in rows.iter().zip(of_rows) {
            own[row.sample].add_product(multiplier, &F::one());
            for (unit, slope) in &row.slopes {
                shares.entry((row.sample, *unit)).or_insert_with(F::zero).add_product(multiplier, slope);
            }
        }
        let slope = |((sample, unit), share): ((usize, Unit), F)| Some(((sample, unit), share.over(&own[sample])?));
        let slopes: BTreeMap<_, _> = shares.into_iter().filter_map(slope).collect();
        // Slopes for negative inputs are what a leaf has without saying so.
        let network = self.problem.network();
        let slopes = slopes.into_iter().filter(|((_, unit), c)| *c != network.slope(*unit, Sign::Negative)).collect();
        let signs = if signs.iter().all(F::is_zero) { Vec::new() } else { signs.to_vec() };
        self.nodes.push(Node::Leaf(Leaf { multipliers: Some(own), signs, products: Vec::new(), slopes }));
        Ok(())
    }

    fn branch(
        &mut self,
        path: &mut Vec<(Split, Side, Vec<F>)>,
        split: Split,
        search: &mut Search,
    ) -> Result<(), Stop<F>> {
        let Split::Kink { sample, unit } = split else { return Err(Stop::TooMany) };
        self.nodes.push(Node::Split(split));
        let network = self.problem.network();
        let within = self.within(path, sample, |unit, _| network.slope(unit, Sign::Negative));
        let form = self.vector(&within.trace.preactivations[unit.layer][unit.unit]);
        for side in [Side::Negative, Side::Positive] {
            path.push((split, side, oriented(side, &form)));
            self.solve(path, search)?;
            path.pop();
        }
        Ok(())
    }
}

fn sign_of(side: Side) -> Sign {
    match side {
        Side::Negative => Sign::Negative,
        Side::Positive => Sign::Positive,
    }
}
