//! The mixed-integer program: which cells have a sample.
//!
//! For each cell `c` a binary `b_c` and weights `w_cr >= 0` of its rays `r`; its sample times multiplier is `z_c = sum_r (w_cr + eps b_c) r`, inside the cell
//! as soon as it has one. Rows: stationarity; `sum_r w_cr <= M b_c`; at most so many samples; and what a direction of descent asks for. The costs of
//! samples are random, so that equal questions have many answers.

use good_lp::{Constraint, Expression, ProblemVariables, Variable, constraint, variable};

use super::cells::Cell;
use super::descent::{self, Direction};
use super::solver;
use crate::explore::sources::choices::Choices;
use crate::kernel::exact::Rational;
use crate::kernel::network::Network;
use crate::prove::field::ProofField;
use crate::prove::halt::is_halted;

/// How far inside its cell a sample is, for rays of length 1.
const INSIDE: f64 = 0.01;
/// No sample times multiplier is longer, about.
const FAR: f64 = 60.0;
/// The most cells that a program chooses from.
const MOST_CELLS: usize = 28;

/// A cell in the program.
struct Column {
    cell: usize,
    has_sample: Variable,
    /// The place of that variable among all.
    place: usize,
    rays: Vec<Ray>,
}

/// A ray of length 1, with what a sample along it adds to each row.
struct Ray {
    weight: Variable,
    gradient: Vec<f64>,
    /// Along the direction of descent, if there is one.
    slope: f64,
    bend: f64,
}

/// The cells that have a sample in a solution, in ascending order; nothing if none was found.
pub fn solve(
    network: &Network<Rational>,
    point: &[Vec<Rational>],
    cells: &[Cell],
    direction: Option<&Direction>,
    most: usize,
    choices: &mut Choices,
) -> Option<Vec<usize>> {
    let chosen = choose(cells.len(), choices);
    if chosen.is_empty() || is_halted() {
        return None;
    }
    let mut variables = ProblemVariables::new();
    let columns: Vec<Column> =
        chosen.into_iter().map(|cell| column(network, point, cells, cell, direction, &mut variables)).collect();
    let cost = |column: &Column| (1.0 + choices.below(8) as f64 / 16.0) * column.has_sample;
    let objective: Expression = columns.iter().map(cost).sum();
    let program = variables.minimise(objective);
    let mut rows: Vec<Constraint> = Vec::new();
    for (parameter, target) in point.iter().flatten().enumerate() {
        let row: Expression = columns.iter().map(|column| column.sum(|ray| ray.gradient[parameter])).sum();
        rows.push(constraint!(row == target.to_f64()));
    }
    for column in &columns {
        let weights: Expression = column.rays.iter().map(|ray| ray.weight).sum();
        rows.push(constraint!(weights <= FAR * column.has_sample));
        if direction.is_some() {
            rows.push(constraint!(column.sum(|ray| ray.slope) == 0.0));
        }
    }
    let samples: Expression = columns.iter().map(|column| column.has_sample).sum();
    // The fewest samples are not always the ones that can be moved.
    let least = 1 + choices.below(most);
    rows.push(constraint!(samples.clone() >= least.min(columns.len()) as f64));
    rows.push(constraint!(samples <= most as f64));
    if let Some(direction) = direction {
        let bend: Expression = columns.iter().map(|column| column.sum(|ray| ray.bend)).sum();
        // By a margin, so that rounding does no harm.
        rows.push(constraint!(bend >= 0.505 * descent::square(direction).to_f64()));
    }
    let has_sample = solver::chosen(program, rows, columns.iter().map(|column| (column.has_sample, column.place)))?;
    let found: Vec<usize> = columns.iter().zip(has_sample).filter(|(_, has)| *has).map(|(c, _)| c.cell).collect();
    (!found.is_empty()).then_some(found)
}

/// All cells, or some of them where there are many.
fn choose(cells: usize, choices: &mut Choices) -> Vec<usize> {
    let mut all: Vec<usize> = (0..cells).collect();
    let mut chosen: Vec<usize> = if cells <= MOST_CELLS {
        all
    } else {
        (0..MOST_CELLS).map(|_| all.swap_remove(choices.below(all.len()))).collect()
    };
    chosen.sort_unstable();
    chosen
}

fn column(
    network: &Network<Rational>,
    point: &[Vec<Rational>],
    cells: &[Cell],
    cell: usize,
    direction: Option<&Direction>,
    variables: &mut ProblemVariables,
) -> Column {
    let Cell { pattern, rays } = &cells[cell];
    let place = variables.len();
    let has_sample = variables.add(variable().binary());
    let gradient = floats(&pattern.margin_gradient(network, point));
    let course = direction.map(|direction| {
        let course = descent::course(network, point, direction, pattern);
        floats(&[course.slope, course.bend])
    });
    let mut ray = |ray: &Vec<Rational>| {
        let entries: Vec<f64> = ray.iter().map(Rational::to_f64).collect();
        let length = dot(&entries, &entries).sqrt();
        let unit: Vec<f64> = entries.iter().map(|entry| entry / length).collect();
        let along = |row: usize| course.as_ref().map_or(0.0, |course| dot(&course[row], &unit));
        let (slope, bend) = (along(0), along(1));
        let gradient = gradient.iter().map(|row| dot(row, &unit)).collect();
        Ray { weight: variables.add(variable().min(0.0).max(FAR)), gradient, slope, bend }
    };
    let rays = rays.iter().map(&mut ray).collect();
    Column { cell, has_sample, place, rays }
}

impl Column {
    /// What the cell's sample adds to a row, if this is what a ray of length 1 adds.
    fn sum(&self, of: impl Fn(&Ray) -> f64) -> Expression {
        let inside: f64 = self.rays.iter().map(&of).sum::<f64>() * INSIDE;
        let weights: Expression = self.rays.iter().map(|ray| of(ray) * ray.weight).sum();
        weights + inside * self.has_sample
    }
}

fn floats(rows: &[Vec<Rational>]) -> Vec<Vec<f64>> {
    rows.iter().map(|row| row.iter().map(Rational::to_f64).collect()).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
