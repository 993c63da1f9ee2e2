//! One free layer: a tree of quadratic programs that ends with a proof or with a better point.

use super::Decision;
use super::ground::{Ground, Path};
use super::growing::{Growing, Stop};
use super::rows::{Row, combined};
use crate::kernel::check::{Cases, Leaf, Split, Tree};
use crate::kernel::exact::Sign;
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::dot;
use crate::prove::qp::{LeastNorm, Polyhedron, least_norm_point};
use crate::prove::search::Search;

/// Decides whether the point, which is feasible, is a local or global optimum over a layer, by a tree of at most so many cases.
pub fn layer<F: ProofField>(
    problem: &Problem<F>,
    layer: usize,
    is_local: bool,
    most: usize,
    search: &mut Search,
) -> Option<Decision<F>> {
    let half_norm = problem.point().norm_squared(Scope::Layer(layer)) * &F::ratio(1, 2)?;
    let ground = Ground::of(problem, layer, is_local);
    let mut grower = Grower { ground, half_norm, tree: Growing::up_to(most) };
    let grown = grower.case(&mut Vec::new(), search);
    // Each case has multipliers of its own.
    let multipliers = vec![F::zero(); problem.samples().len()];
    let trees = vec![Tree { units: None, nodes: grower.tree.take() }];
    Decision::of(grown.map(|()| Cases { multipliers, trees }), search)
}

/// Grows the tree.
struct Grower<'a, F> {
    ground: Ground<'a, F>,
    /// Half the squared norm of the layer at the point, which is to be shown.
    half_norm: F,
    tree: Growing<F>,
}

impl<F: ProofField> Grower<'_, F> {
    /// Settles the case at the end of the path, or splits it.
    fn case(&mut self, path: &mut Path<F>, search: &Search) -> Result<(), Stop<F>> {
        let mut rows: Vec<Row<F>> = Vec::new();
        // The pattern at the point is a good first guess.
        let mut here: Vec<F> = self.ground.problem.point().layers()[self.ground.layer].clone();
        let mut is_guess = true;
        loop {
            search.check()?;
            let (mut added, mut to_split) = (false, None);
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
                    Some(unit) => {
                        to_split = to_split.or_else(|| Some((sample, unit, self.ground.sides(sample, &within, unit))))
                    }
                    None => {
                        added = true;
                        rows.push(Row { sample, normal, slopes });
                    }
                }
            }
            if !added && !is_guess {
                let Some((sample, unit, sides)) = to_split else { return Err(Stop::Better(here)) };
                self.tree.split(Split::Kink { sample, unit });
                for side in sides {
                    path.push(side);
                    self.case(path, search)?;
                    path.pop();
                }
                return Ok(());
            }
            is_guess = false;
            let at_least: Vec<(Vec<F>, F)> = path
                .iter()
                .map(|decided| (decided.condition.clone(), F::zero()))
                .chain(rows.iter().map(|row| (row.normal.clone(), F::one())))
                .collect();
            let polyhedron = Polyhedron { dimension: self.ground.dimension, at_least, equal: Vec::new() };
            match least_norm_point(&polyhedron, None, search.deadline())? {
                LeastNorm::Empty { at_least, .. } => {
                    let multipliers: Vec<F> = at_least.into_iter().map(|u| u * &self.half_norm).collect();
                    return Ok(self.tree.settle(self.leaf(path.len(), &rows, &multipliers))?);
                }
                LeastNorm::Point(least) => {
                    if least.norm_squared >= self.half_norm.clone() + &self.half_norm {
                        return Ok(self.tree.settle(self.leaf(path.len(), &rows, &least.at_least))?);
                    }
                    here = least.point;
                }
            }
        }
    }

    /// The leaf of a case with multipliers of its conditions, and then of the rows.
    fn leaf(&self, conditions: usize, rows: &[Row<F>], multipliers: &[F]) -> Leaf<F> {
        let (signs, of_rows) = multipliers.split_at(conditions);
        let (own, slopes) = combined(self.ground.problem, rows, of_rows);
        let signs = if signs.iter().all(F::is_zero) { Vec::new() } else { signs.to_vec() };
        Leaf { multipliers: Some(own), signs, products: Vec::new(), slopes }
    }
}
