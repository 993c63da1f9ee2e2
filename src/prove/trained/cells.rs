//! Which units live, on which sides of which samples, and which kinks are held.
//!
//! While no unit changes its side on any sample, the max-margin problem of a dense network of depth 2 is a second-order cone program in the
//! products `u_j = |v_j| w_j`: minimise `sum ||u_j||` subject to the margins and the sides. The multipliers at the sides tell whether a unit wants to cross, or holds the
//! kink with a slope between the activation's two. So a solution whose units want to cross nowhere is a KKT point.

use std::collections::BTreeSet;

use clarabel::algebra::CscMatrix;
use clarabel::solver::SupportedConeT::{NonnegativeConeT, SecondOrderConeT};

use super::cones::ConeProgram;
use super::dense::{dot, norm};
use super::report::NotEnclosed;
use super::task::Task;
use crate::prove::deadline::Deadline;

/// A unit's side on every sample, with the sign of its outgoing weight.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    is_positive: bool,
    sides: Vec<bool>,
}

/// A solution of the program of some cells that wants to cross no side.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// `1` or `-1`, one a direction.
    pub(super) signs: Vec<f64>,
    /// Whether a direction is on the positive side, sample by sample.
    pub(super) sides: Vec<Vec<bool>>,
    /// `|v| w`, one a direction.
    pub(super) products: Vec<Vec<f64>>,
    /// One a sample.
    pub(super) multipliers: Vec<f64>,
    /// The sample and the slope of each kink that a direction holds.
    pub(super) held: Vec<Vec<(usize, f64)>>,
    /// How many programs were solved.
    pub(super) rounds: usize,
}

/// The most programs that are solved.
const MOST_ROUNDS: usize = 150;

/// Follows the units from the trained network across the sides that they want to cross.
pub(super) fn find(task: &Task, tolerance: f64, until: Deadline) -> Result<Found, NotEnclosed> {
    let mut least_share = 1e-2;
    let mut cells = trained_cells(task, least_share);
    let (mut seen, mut noise) = (BTreeSet::new(), tolerance);
    let [negative, positive] = task.slopes();
    for round in 1..=MOST_ROUNDS {
        if until.passed() {
            return Err(NotEnclosed::OutOfTime { doing: "looking for the cells of the units" });
        }
        let Some(solution) = solve(task, &cells, until) else {
            // The units left out were needed.
            if least_share < 1e-12 || round > 1 {
                return Err(NotEnclosed::CellsInfeasible { rounds: round });
            }
            least_share = 0.0;
            cells = trained_cells(task, least_share);
            continue;
        };
        let sizes: Vec<f64> = solution.products.iter().map(|u| norm(u)).collect();
        // The trained network is feasible, so that with all of its units no solution is worse. Crossing sides makes none worse either.
        if least_share > 0.0 && round == 1 && sizes.iter().sum::<f64>() > (1.0 + 1e-6) * trained_size(task) {
            least_share = 0.0;
            cells = trained_cells(task, least_share);
            continue;
        }
        let largest = sizes.iter().copied().fold(0.0, f64::max);
        if sizes.iter().any(|size| *size <= 1e-6 * largest) {
            let mut kept = sizes.iter().map(|size| *size > 1e-6 * largest);
            cells.retain(|_| kept.next().unwrap_or(true));
            continue;
        }
        // Parallel units of one sign are one.
        if let Some(twin) = parallel(&cells, &solution.products, &sizes) {
            cells.remove(twin);
            continue;
        }
        let strongest = solution.multipliers.iter().copied().fold(0.0, f64::max);
        let (mut crossings, mut held) = (Vec::new(), vec![Vec::new(); cells.len()]);
        for (j, cell) in cells.iter().enumerate() {
            for (i, wall) in solution.walls[j].iter().copied().enumerate().filter(|(_, wall)| *wall > noise * strongest)
            {
                let lambda = solution.multipliers[i];
                let outward = if cell.sides[i] { 1.0 } else { -1.0 };
                let sign = if cell.is_positive { 1.0 } else { -1.0 } * task.label(i);
                let own = if cell.sides[i] { positive } else { negative };
                let slope = own + wall * outward / (sign * lambda);
                let is_between = slope > negative.min(positive) && slope < negative.max(positive);
                if lambda > tolerance * strongest && is_between {
                    held[j].push((i, slope));
                } else {
                    crossings.push((wall, j, i));
                }
            }
        }
        let Some(most) = crossings.iter().map(|(wall, ..)| *wall).max_by(f64::total_cmp) else {
            let signs = cells.iter().map(|cell| if cell.is_positive { 1.0 } else { -1.0 }).collect();
            let sides = cells.iter().map(|cell| cell.sides.clone()).collect();
            let Solution { products, multipliers, .. } = solution;
            return Ok(Found { signs, sides, products, multipliers, held, rounds: round });
        };
        let share = if round < 30 && crossings.len() > 3 { 0.3 } else { 0.999 };
        for (_, j, i) in crossings.iter().filter(|(wall, ..)| *wall >= share * most) {
            cells[*j].sides[*i] ^= true;
        }
        cells.sort();
        cells.dedup();
        if !seen.insert(cells.clone()) {
            noise *= 4.0;
        }
    }
    Err(NotEnclosed::CellsUnsettled { rounds: MOST_ROUNDS })
}

/// `sum |v_j| ||w_j||` of the trained network, scaled to margin 1.
fn trained_size(task: &Task) -> f64 {
    let margins = (0..task.samples.len()).map(|sample| task.margin(sample));
    let size: f64 = task.weights[0].iter().zip(&task.weights[1][0]).map(|(w, v)| norm(w) * v.abs()).sum();
    size / margins.fold(f64::INFINITY, f64::min)
}

/// The cells of the trained units whose share in the largest is not negligible; of all, if this is 0.
fn trained_cells(task: &Task, least_share: f64) -> Vec<Cell> {
    let (hidden, outgoing) = (&task.weights[0], &task.weights[1][0]);
    let sizes: Vec<f64> = hidden.iter().zip(outgoing).map(|(w, v)| norm(w) * v.abs()).collect();
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    let mut live: Vec<usize> = (0..hidden.len()).filter(|u| sizes[*u] > least_share * largest).collect();
    // Of nearly parallel units of one sign, the largest stands for all, unless none is to be left out.
    live.sort_by(|a, b| sizes[*b].total_cmp(&sizes[*a]));
    let mut kept: Vec<usize> = Vec::new();
    for unit in live {
        let is_near = |other: &usize| {
            let cosine = dot(&hidden[unit], &hidden[*other]) / (norm(&hidden[unit]) * norm(&hidden[*other]));
            least_share > 0.0 && outgoing[unit] * outgoing[*other] > 0.0 && cosine > 0.999
        };
        if !kept.iter().any(is_near) {
            kept.push(unit);
        }
    }
    let cells: BTreeSet<Cell> = kept
        .into_iter()
        .map(|u| Cell {
            is_positive: outgoing[u] > 0.0,
            sides: task.inputs.iter().map(|x| dot(&hidden[u], x) > 0.0).collect(),
        })
        .collect();
    cells.into_iter().collect()
}

fn parallel(cells: &[Cell], products: &[Vec<f64>], sizes: &[f64]) -> Option<usize> {
    let pairs = (0..cells.len()).flat_map(|j| (0..j).map(move |k| (j, k)));
    let is_pair = |(j, k): &(usize, usize)| {
        cells[*j].is_positive == cells[*k].is_positive
            && dot(&products[*j], &products[*k]) > (1.0 - 1e-7) * sizes[*j] * sizes[*k]
    };
    // The smaller one goes.
    pairs.filter(is_pair).map(|(j, k)| if sizes[j] < sizes[k] { j } else { k }).next()
}

struct Solution {
    products: Vec<Vec<f64>>,
    multipliers: Vec<f64>,
    /// The multiplier of each side, by cell and sample.
    walls: Vec<Vec<f64>>,
}

/// The constraints of a program that are in it so far: nearly all of the others hold by themselves.
struct Near {
    margins: Vec<usize>,
    walls: Vec<Vec<usize>>,
}

/// Solves the cone program of some cells: first with few constraints, then with those too that the solution violates.
fn solve(task: &Task, cells: &[Cell], until: Deadline) -> Option<Solution> {
    let [negative, positive] = task.slopes();
    let samples = task.inputs.len();
    let is_linear = negative == positive;
    let few = samples.min(40);
    let mut near = Near { margins: (0..few).collect(), walls: vec![Vec::new(); cells.len()] };
    if samples <= few && !is_linear {
        near.walls = vec![(0..samples).collect(); cells.len()];
    }
    loop {
        let solution = solve_with(task, cells, &near)?;
        let mut violated = 0;
        let mut sums = vec![0.0; samples];
        for (j, cell) in cells.iter().enumerate() {
            let size = norm(&solution.products[j]);
            for (i, x) in task.inputs.iter().enumerate() {
                let z = dot(&solution.products[j], x);
                let slope = if cell.sides[i] { positive } else { negative };
                sums[i] += if cell.is_positive { slope * z } else { -slope * z };
                let outside = if cell.sides[i] { -z } else { z };
                if !is_linear && outside > 1e-9 * size * norm(x) && !near.walls[j].contains(&i) {
                    near.walls[j].push(i);
                    violated += 1;
                }
            }
        }
        for (i, sum) in sums.iter().enumerate() {
            if sum * task.label(i) < 1.0 - 1e-9 && !near.margins.contains(&i) {
                near.margins.push(i);
                violated += 1;
            }
        }
        if violated == 0 {
            return Some(solution);
        }
        if until.passed() {
            return None;
        }
    }
}

/// Solves the program with these constraints.
fn solve_with(task: &Task, cells: &[Cell], near: &Near) -> Option<Solution> {
    let (samples, width, count) = (task.inputs.len(), task.inputs[0].len(), cells.len());
    let [negative, positive] = task.slopes();
    let first = |j: usize| count + j * width;
    let (mut rows, mut columns, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    let mut put = |row: usize, column: usize, value: f64| {
        if value != 0.0 {
            rows.push(row);
            columns.push(column);
            entries.push(value);
        }
    };
    for (row, &i) in near.margins.iter().enumerate() {
        for (j, cell) in cells.iter().enumerate() {
            let slope = if cell.sides[i] { positive } else { negative };
            let factor = if cell.is_positive { -slope } else { slope } * task.label(i);
            task.inputs[i].iter().enumerate().for_each(|(k, x)| put(row, first(j) + k, factor * x));
        }
    }
    let mut bounds = vec![-1.0; near.margins.len()];
    let mut row = near.margins.len();
    for (j, cell) in cells.iter().enumerate() {
        for &i in &near.walls[j] {
            let factor = if cell.sides[i] { -1.0 } else { 1.0 };
            task.inputs[i].iter().enumerate().for_each(|(k, x)| put(row, first(j) + k, factor * x));
            row += 1;
        }
    }
    let mut cones = vec![NonnegativeConeT(row)];
    for j in 0..count {
        put(row, j, -1.0);
        (0..width).for_each(|k| put(row + 1 + k, first(j) + k, -1.0));
        row += 1 + width;
        cones.push(SecondOrderConeT(1 + width));
    }
    bounds.resize(row, 0.0);
    let unknowns = count * (1 + width);
    let linear: Vec<f64> = (0..unknowns).map(|k| if k < count { 1.0 } else { 0.0 }).collect();
    let constraints = CscMatrix::new_from_triplets(row, unknowns, rows, columns, entries);
    let quadratic = CscMatrix::zeros((unknowns, unknowns));
    let (x, duals) = ConeProgram { quadratic, linear, constraints, bounds, cones }.solved(1e-11)?;
    let products = (0..count).map(|j| x[first(j)..first(j) + width].to_vec()).collect();
    let (mut multipliers, mut walls) = (vec![0.0; samples], vec![vec![0.0; samples]; count]);
    let mut duals = duals.iter();
    near.margins.iter().zip(&mut duals).for_each(|(i, dual)| multipliers[*i] = *dual);
    for (walls, near) in walls.iter_mut().zip(&near.walls) {
        near.iter().zip(&mut duals).for_each(|(i, dual)| walls[*i] = *dual);
    }
    Some(Solution { products, multipliers, walls })
}
