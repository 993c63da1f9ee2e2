//! Curves along directions in which the Lagrangian is flat to second order.
//!
//! In a smooth cell the best points near the point form a valley over the flat directions. Its power series along one of
//! them solves the stationarity conditions order by order, each a linear system: exact, with multipliers that vary along
//! the way. As soon as the norm falls in the valley, the linear program for the last coefficient finds room.

use crate::kernel::exact::{OrderedField, Polynomial, Sign, Value};
use crate::kernel::network::{Curve, accumulate_gradient};
use crate::prove::field::ProofField;
use crate::prove::halt::is_halted;
use crate::prove::linear_algebra::{apply, dot, nullspace, primitive, solve};
use crate::prove::search::Search;
use crate::prove::wiring::Wiring;

use super::Best;
use super::cell::Cell;
use super::curvature::Multipliers;
use super::ground::{Ground, Pattern};

/// The order of the last coefficient tried.
const ORDERS: usize = 4;
/// How many flat directions are followed in one cell.
const DIRECTIONS: usize = 12;

/// A cell in which the Lagrangian has flat directions.
pub struct Flat {
    pub pattern: Pattern,
    pub multipliers: Multipliers,
}

/// Follows flat directions in each cell. Where kinks have multipliers their walls would have to be followed too; such
/// cells are left out.
pub fn search<F: ProofField>(ground: &Ground<'_, F>, cells: &[Flat], best: &mut Best<F>, search: &mut Search) {
    // For depth 2 a Lagrangian without negative curvature is a proof of optimality in the cell.
    if ground.depth() <= 2 {
        return;
    }
    let mut mask = vec![false; ground.theta.len()];
    ground.scope.layers(ground.depth()).for_each(|layer| mask[ground.wiring.range(layer)].fill(true));
    for flat in cells.iter().filter(|flat| flat.multipliers.kinks.iter().flatten().all(|mu| *mu == 0.0)) {
        let Some(valley) = Valley::new(ground, flat, &mask, search) else { continue };
        for direction in valley.directions(search) {
            if search.check().is_err() || best.accepted > 0 {
                return;
            }
            valley.follow(direction, best, search);
        }
    }
}

struct Valley<'g, 'a, F> {
    ground: &'g Ground<'a, F>,
    cell: Cell<'g, 'a, F>,
    /// The parameters that may move.
    columns: Vec<usize>,
    /// The active samples with a positive multiplier, and that multiplier.
    support: Vec<(usize, F)>,
    /// The Lagrangian's Hessian on the columns.
    hessian: Vec<Vec<F>>,
    /// A basis of the flat directions, on the columns.
    flat: Vec<Vec<F>>,
}

impl<'g, 'a, F: ProofField> Valley<'g, 'a, F> {
    fn new(ground: &'g Ground<'a, F>, flat: &'g Flat, mask: &'g [bool], search: &Search) -> Option<Self> {
        let deadline = search.deadline();
        let cell = Cell::new(ground, &flat.pattern, mask);
        let columns: Vec<usize> = (0..mask.len()).filter(|&p| mask[p]).collect();
        let active: Vec<usize> = (0..ground.active.len()).filter(|&i| flat.multipliers.margins[i] > 0.0).collect();
        let rows: Vec<Vec<F>> =
            columns.iter().map(|&p| active.iter().map(|&i| cell.margins[i][p].clone()).collect()).collect();
        let point: Vec<F> = columns.iter().map(|&p| ground.theta[p].clone()).collect();
        let multipliers = solve(&rows, &point, deadline).ok()??;
        let support: Vec<(usize, F)> = active.into_iter().zip(multipliers).collect();
        let hessian = cell.lagrangian_hessian(&columns, &support);
        let gradients: Vec<Vec<F>> =
            support.iter().map(|(i, _)| columns.iter().map(|&p| cell.margins[*i][p].clone()).collect()).collect();
        let tangent = nullspace(&gradients, columns.len(), deadline).ok()?.basis;
        // These products ask no deadline, and on wide networks they take long.
        let apply = |rows: &[Vec<F>], z: &Vec<F>| (!is_halted()).then(|| apply(rows, z));
        let images: Vec<Vec<F>> = tangent.iter().map(|z| apply(&hessian, z)).collect::<Option<_>>()?;
        let reduced: Vec<Vec<F>> = tangent.iter().map(|z| apply(&images, z)).collect::<Option<_>>()?;
        let kernel = nullspace(&reduced, tangent.len(), deadline).ok()?.basis;
        let combine = |weights: &Vec<F>| combination(weights, &tangent, columns.len());
        let flat = kernel.iter().map(combine).map(|d| primitive(&d).unwrap_or(d)).collect();
        Some(Valley { ground, cell, columns, support, hessian, flat })
    }

    /// Flat directions that stay in the cell: those of the basis, sums and differences of two, random small combinations.
    fn directions(&self, search: &mut Search) -> Vec<Vec<F>> {
        let size = self.flat.len();
        let mut weights: Vec<Vec<i64>> = Vec::new();
        let mut push = |entries: &[(usize, i64)]| {
            let mut w = vec![0; size];
            entries.iter().for_each(|&(j, x)| w[j] += x);
            weights.push(w);
        };
        (0..size).for_each(|j| [1, -1].iter().for_each(|&s| push(&[(j, s)])));
        for i in 0..size {
            for j in i + 1..size {
                for (s, t) in [(1, 1), (1, -1), (-1, 1), (-1, -1)] {
                    push(&[(i, s), (j, t)]);
                }
            }
        }
        weights.truncate(DIRECTIONS);
        weights.push(vec![1; size]);
        let random = search.random();
        weights.extend((0..DIRECTIONS / 2).map(|_| (0..size).map(|_| random.integer(3)).collect()));
        let stays = |d: &Vec<F>| {
            let rows = self.cell.margins.iter().chain(self.cell.kinks.iter().flatten());
            let full = self.spread(d);
            full.iter().any(|x| !x.is_zero()) && rows.into_iter().all(|row| dot(row, &full).sign() != Sign::Negative)
        };
        let mut directions: Vec<Vec<F>> = Vec::new();
        for w in weights {
            let w: Vec<F> = w.into_iter().map(F::integer).collect();
            let d = combination(&w, &self.flat, self.columns.len());
            if stays(&d) && !directions.contains(&d) {
                directions.push(d);
            }
        }
        directions
    }

    /// A vector on the columns as one on all parameters.
    fn spread(&self, entries: &[F]) -> Vec<F> {
        let mut full = vec![F::zero(); self.ground.theta.len()];
        self.columns.iter().zip(entries).for_each(|(&p, entry)| full[p] = entry.clone());
        full
    }

    /// Computes the valley's series along a direction, and tries to complete it at each order.
    fn follow(&self, direction: Vec<F>, best: &mut Best<F>, search: &Search) -> Option<()> {
        let mut prefix: Vec<Vec<F>> = Vec::new();
        let mut multipliers: Vec<Vec<F>> = self.support.iter().map(|(_, lambda)| vec![lambda.clone()]).collect();
        for order in 1..ORDERS {
            search.check().ok()?;
            let (slope, margins) = self.residuals(&prefix, &multipliers, order);
            // H c - sum nu_i g_i + sum tau_j flat_j = -slope, g_i . c = -margin_i; the first coefficient is given. The
            // weights tau stand for the slope along the valley, which may rise or fall.
            let gradient = |column: usize| {
                let entry = |(i, _): &(usize, F)| self.cell.margins[*i][self.columns[column]].clone();
                self.support.iter().map(entry).collect::<Vec<F>>()
            };
            let (mut rows, mut rhs) = (Vec::new(), Vec::new());
            let image = apply(&self.hessian, &direction);
            for (column, hessian) in self.hessian.iter().enumerate() {
                let mut row = if order == 1 { Vec::new() } else { hessian.clone() };
                row.extend(gradient(column).into_iter().map(|g| -g));
                if order > 1 {
                    row.extend(self.flat.iter().map(|flat| flat[column].clone()));
                }
                rows.push(row);
                let known = if order == 1 { slope[column].clone() + &image[column] } else { slope[column].clone() };
                rhs.push(-known);
            }
            if order > 1 {
                for ((i, _), margin) in self.support.iter().zip(margins) {
                    let mut row: Vec<F> = self.columns.iter().map(|&p| self.cell.margins[*i][p].clone()).collect();
                    row.resize_with(self.columns.len() + self.support.len() + self.flat.len(), F::zero);
                    rows.push(row);
                    rhs.push(-margin);
                }
            }
            let mut solution = solve(&rows, &rhs, search.deadline()).ok()??;
            let changes = solution.split_off(if order == 1 { 0 } else { self.columns.len() });
            multipliers.iter_mut().zip(changes).for_each(|(series, change)| series.push(change));
            prefix.push(self.spread(if order == 1 { &direction } else { &solution }));
            if order > 1 && best.complete(self.ground, &self.cell, &prefix, search).accepted {
                break;
            }
        }
        Some(())
    }

    /// The coefficients of `t^order` of the Lagrangian's gradient (on the columns) and of the supporting margins, along
    /// a curve whose coefficient of `t^order` is still zero.
    fn residuals(&self, prefix: &[Vec<F>], multipliers: &[Vec<F>], order: usize) -> (Vec<F>, Vec<F>) {
        let ground = self.ground;
        let network = ground.problem.network();
        let curve = Curve::new(prefix.iter().map(|c| ground.wiring.shaped(c)).collect());
        let along = curve.from_point(ground.problem.point());
        let mut gradient = along.clone();
        let mut margins = Vec::with_capacity(self.support.len());
        let coefficient = |p: &Polynomial<F>| p.coefficients().get(order).cloned().unwrap_or_else(F::zero);
        for ((place, _), series) in self.support.iter().zip(multipliers) {
            let label = F::integer(ground.active[*place].y as i64);
            let trace = self.cell.trace(*place, &along);
            margins.push(coefficient(&trace.output()) * &label);
            let seed = Polynomial::new(series.clone()).scale(&-label);
            let parts = (trace.inputs.as_slice(), trace.slopes.as_slice());
            accumulate_gradient(&mut gradient, network, &along, parts, seed, ground.scope);
        }
        let gradient = Wiring::flatten(&gradient);
        (self.columns.iter().map(|&p| coefficient(&gradient[p])).collect(), margins)
    }
}

fn combination<F: OrderedField>(weights: &[F], vectors: &[Vec<F>], width: usize) -> Vec<F> {
    let mut sum = vec![F::zero(); width];
    for (weight, vector) in weights.iter().zip(vectors) {
        sum.iter_mut().zip(vector).for_each(|(total, entry)| total.add_product(weight, entry));
    }
    sum
}
