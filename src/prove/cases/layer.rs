//! One free layer: a tree of quadratic programs that ends with a proof or with a better point.

use std::collections::BTreeMap;

use super::ground::{Ground, Path};
use super::oriented;
use crate::kernel::check::{Cases, Leaf, Node, Side, Split, Tree};
use crate::kernel::exact::Sign;
use crate::kernel::network::{Scope, Unit};
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

/// Decides whether the point, which is feasible, is a local or global optimum over a layer, by a tree of at most so many cases.
pub fn layer<F: ProofField>(
    problem: &Problem<F>,
    layer: usize,
    is_local: bool,
    most: usize,
    search: &mut Search,
) -> Option<Decision<F>> {
    match tree(Ground::of(problem, layer, is_local), problem.point().norm_squared(Scope::Layer(layer)), most, search)? {
        Grown::Whole(nodes) => {
            let multipliers = vec![F::zero(); problem.samples().len()];
            Some(Decision::Optimum(Cases { multipliers, trees: vec![Tree { units: None, nodes }] }))
        }
        Grown::Better(point) => Some(Decision::Better(point)),
    }
}

/// How a tree over one layer ends.
pub(super) enum Grown<F> {
    /// In each case the layer's squared norm is at least what was asked for.
    Whole(Vec<Node<F>>),
    /// In some case these parameters have less.
    Better(Vec<F>),
}

/// The tree of cases that shows a squared norm of the layer.
pub(super) fn tree<F: ProofField>(
    ground: Ground<'_, F>,
    norm_squared: F,
    most: usize,
    search: &mut Search,
) -> Option<Grown<F>> {
    let half = F::ratio(1, 2).unwrap_or_else(F::one);
    let mut program = Program { ground, target: norm_squared * &half, most, nodes: Vec::new(), leaves: 0 };
    match program.solve(&mut Vec::new(), search) {
        Ok(()) => Some(Grown::Whole(program.nodes)),
        Err(Stop::Better(point)) => Some(Grown::Better(point)),
        Err(Stop::TooMany) => {
            search.tried(format!("`cases`: more than {most} would be needed"));
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
    ground: Ground<'a, F>,
    /// Half the squared norm that is to be shown.
    target: F,
    /// The most cases.
    most: usize,
    nodes: Vec<Node<F>>,
    leaves: usize,
}

/// A lower bound of 1 on a linear form that is at least the margin of a sample, with the slopes of its undecided kinks.
struct Row<F> {
    sample: usize,
    normal: Vec<F>,
    slopes: Vec<(Unit, F)>,
}

impl<F: ProofField> Program<'_, F> {
    /// Settles the case at the end of the path, or splits it.
    fn solve(&mut self, path: &mut Path<F>, search: &mut Search) -> Result<(), Stop<F>> {
        let mut rows: Vec<Row<F>> = Vec::new();
        // The pattern at the point is a good first guess.
        let mut here: Vec<F> = self.ground.problem.point().layers()[self.ground.layer].clone();
        let mut is_guess = true;
        loop {
            search.check()?;
            let (mut added, mut split) = (false, None);
            for sample in self.ground.problem.sample_indices() {
                let side = |form: &[F]| match dot(form, &here).sign() {
                    Sign::Positive => Sign::Positive,
                    _ => Sign::Negative,
                };
                let network = self.ground.problem.network();
                let mut slopes = Vec::new();
                let within = self.ground.within(path, sample, |unit, form| {
                    let slope = network.slope(unit, side(form));
                    slopes.push((unit, slope.clone()));
                    slope
                });
                let y = self.ground.problem.samples()[sample].y;
                let normal: Vec<F> =
                    self.ground.vector(&within.trace.output()).into_iter().map(|a| y.times(a)).collect();
                let margin = dot(&normal, &here);
                let wanted = if is_guess { self.ground.problem.is_active(sample) } else { margin < F::one() };
                if !wanted {
                    continue;
                }
                match self.ground.to_split(sample, &within) {
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
            let polyhedron = Polyhedron { dimension: self.ground.dimension, at_least, equal: Vec::new() };
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
        if self.leaves > self.most {
            return Err(Stop::TooMany);
        }
        let (signs, of_rows) = multipliers.split_at(splits);
        let mut own = vec![F::zero(); self.ground.problem.samples().len()];
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
        let network = self.ground.problem.network();
        let slopes = slopes.into_iter().filter(|((_, unit), c)| *c != network.slope(*unit, Sign::Negative)).collect();
        let signs = if signs.iter().all(F::is_zero) { Vec::new() } else { signs.to_vec() };
        self.nodes.push(Node::Leaf(Leaf { multipliers: Some(own), signs, products: Vec::new(), slopes }));
        Ok(())
    }

    fn branch(&mut self, path: &mut Path<F>, split: Split, search: &mut Search) -> Result<(), Stop<F>> {
        let Split::Kink { sample, unit } = split else { return Err(Stop::TooMany) };
        self.nodes.push(Node::Split(split));
        let network = self.ground.problem.network();
        let within = self.ground.within(path, sample, |unit, _| network.slope(unit, Sign::Negative));
        let form = self.ground.vector(&within.trace.preactivations[unit.layer][unit.unit]);
        for side in [Side::Negative, Side::Positive] {
            path.push((split, side, oriented(side, &form)));
            self.solve(path, search)?;
            path.pop();
        }
        Ok(())
    }
}
