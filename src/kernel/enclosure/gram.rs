//! The equations of a KKT point of a dense network of depth 2, in which the data occur only through their inner products.

use super::Interval;
use crate::kernel::exact::{charge, cost, is_faulted};
use crate::kernel::problem::Label;

/// The slope with which a live direction passes an active sample on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slope {
    /// That of the side on which the preactivation lies.
    Given(Interval),
    /// An unknown: the preactivation is 0, the kink is held.
    Held,
}

/// Live units with one direction `z` of the incoming weights and one sign of the outgoing ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Direction {
    /// The sign of the outgoing weights.
    pub sign: Label,
    /// One slope an active sample.
    pub slopes: Vec<Slope>,
}

/// The system for the multipliers `lambda` of the active samples, an amount `a_j` for each direction, and the slope of each
/// held kink, in this order; kinks are ordered by direction, then by sample. With the slopes `s_ij`, `e_j` the direction's sign and
/// `z_j = e_j sum_i lambda_i y_i s_ij x_i`, the sum over the active samples, the equations are, in this order,
///
/// - `||z_j||^2 - 1 = 0` for each direction,
/// - `sum_j e_j a_j act_ij z_j.x_i - y_i = 0` for each active sample, where `act_ij` is `s_ij`, but 0 at held kinks,
/// - `z_j.x_i = 0` for each held kink.
#[derive(Clone, Debug)]
pub struct GramSystem {
    /// `y_i`, one an active sample.
    labels: Vec<Label>,
    /// `x_k.x_i` for each sample `k`, a row, and each active sample `i`.
    gram: Vec<Vec<Interval>>,
    /// The rows of the active samples.
    active: Vec<usize>,
    directions: Vec<Direction>,
    /// The held kinks: direction, and place among the active samples.
    held: Vec<(usize, usize)>,
}

impl GramSystem {
    /// The system of some active samples and directions. Every list of slopes has the length of `active`, whose entries are
    /// places in `samples` and `labels`. When the budget of work ends meanwhile the system must not be used.
    pub fn new(samples: &[Vec<Interval>], labels: &[Label], active: Vec<usize>, directions: Vec<Direction>) -> Self {
        let product = |x: &Vec<Interval>, i: &usize| {
            // What is kept is charged for.
            charge(cost::INTERVAL);
            Interval::dot(x.iter().zip(&samples[*i]))
        };
        let rows = samples.iter().take_while(|_| !is_faulted());
        let gram = rows.map(|x| active.iter().map(|i| product(x, i)).collect()).collect();
        let is_held = |(j, i): &(usize, usize)| directions[*j].slopes[*i] == Slope::Held;
        let places = (0..directions.len()).flat_map(|j| (0..active.len()).map(move |i| (j, i)));
        let held = places.filter(is_held).collect();
        let labels = active.iter().map(|i| labels[*i]).collect();
        GramSystem { labels, gram, active, directions, held }
    }

    /// The number of unknowns, and of equations.
    pub fn size(&self) -> usize {
        self.active.len() + self.directions.len() + self.held.len()
    }

    /// The held kinks, in order: direction, and place among the active samples.
    pub fn held(&self) -> &[(usize, usize)] {
        &self.held
    }

    /// The multipliers, the amounts, and the slopes of held kinks, of all unknowns.
    pub fn parts<'a, T>(&self, unknowns: &'a [T]) -> (&'a [T], &'a [T], &'a [T]) {
        let (multipliers, rest) = unknowns.split_at(self.active.len());
        let (amounts, slopes) = rest.split_at(self.directions.len());
        (multipliers, amounts, slopes)
    }

    /// `s_ij` for each direction and active sample.
    pub fn slopes(&self, unknowns: &[Interval]) -> Vec<Vec<Interval>> {
        let mut held = self.parts(unknowns).2.iter();
        let mut slope = |slope: &Slope| match slope {
            Slope::Given(slope) => slope.clone(),
            Slope::Held => held.next().cloned().unwrap_or_else(Interval::zero),
        };
        self.directions.iter().map(|direction| direction.slopes.iter().map(&mut slope).collect()).collect()
    }

    /// `e_j lambda_i y_i s_ij`: the coefficients of `z_j` in the active samples.
    pub fn coefficients(&self, unknowns: &[Interval]) -> Vec<Vec<Interval>> {
        let multipliers = self.parts(unknowns).0;
        let coefficients = |(direction, slopes): (&Direction, Vec<Interval>)| {
            let terms = slopes.iter().zip(multipliers).zip(&self.labels);
            terms.map(|((slope, lambda), y)| signed(direction.sign, *y, &lambda.times(slope))).collect()
        };
        self.directions.iter().zip(self.slopes(unknowns)).map(coefficients).collect()
    }

    /// `z_j.x_k` for each direction `j` and every sample `k`, of the directions' coefficients. All of them, unless the budget of
    /// work ends meanwhile.
    pub fn preactivations(&self, coefficients: &[Vec<Interval>]) -> Vec<Vec<Interval>> {
        let product = |c: &Vec<Interval>, g: &Vec<Interval>| {
            charge(cost::INTERVAL);
            Interval::dot(c.iter().zip(g))
        };
        let row = |c| self.gram.iter().take_while(|_| !is_faulted()).map(|g| product(c, g)).collect();
        coefficients.iter().take_while(|_| !is_faulted()).map(row).collect()
    }

    /// The left sides of the equations.
    pub fn values(&self, unknowns: &[Interval]) -> Vec<Interval> {
        let (_, amounts, _) = self.parts(unknowns);
        let (coefficients, slopes) = (self.coefficients(unknowns), self.slopes(unknowns));
        let preactivations = self.preactivations(&coefficients);
        if is_faulted() {
            return Vec::new();
        }
        let mut values = Vec::with_capacity(self.size());
        for (c, p) in coefficients.iter().zip(&preactivations) {
            values.push(Interval::dot(c.iter().zip(self.active.iter().map(|i| &p[*i]))).minus(&Interval::one()));
        }
        for (place, (sample, y)) in self.active.iter().zip(&self.labels).enumerate() {
            let mut sum = signed(*y, Label::Negative, &Interval::one());
            for (j, direction) in self.directions.iter().enumerate() {
                if direction.slopes[place] != Slope::Held {
                    let passed = slopes[j][place].times(&preactivations[j][*sample]);
                    sum = sum.plus(&signed(direction.sign, Label::Positive, &amounts[j].times(&passed)));
                }
            }
            values.push(sum);
        }
        values.extend(self.held.iter().map(|(j, place)| preactivations[*j][self.active[*place]].clone()));
        values
    }

    /// The derivative of the left sides, a row for each equation.
    pub fn jacobian(&self, unknowns: &[Interval]) -> Vec<Vec<Interval>> {
        let (multipliers, amounts, _) = self.parts(unknowns);
        let slopes = self.slopes(unknowns);
        let preactivations = self.preactivations(&self.coefficients(unknowns));
        if is_faulted() {
            return Vec::new();
        }
        let (samples, size) = (self.active.len(), self.size());
        charge(cost::INTERVAL * (size as u64).saturating_mul(size as u64));
        // The derivatives of the coefficients of z_j: by lambda_i, and by the slope if the kink is held.
        let by_multiplier = |j: usize, i: usize| signed(self.directions[j].sign, self.labels[i], &slopes[j][i]);
        let by_slope = |j: usize, i: usize| signed(self.directions[j].sign, self.labels[i], &multipliers[i]);
        let first_slope = samples + self.directions.len();
        // The derivative of a function of z_j alone, from its derivatives by the coefficients.
        let through = |row: &mut Vec<Interval>, j: usize, factor: &dyn Fn(usize) -> Interval| {
            charge(cost::LOOK * self.held.len() as u64);
            for (i, entry) in row.iter_mut().enumerate().take(samples) {
                *entry = entry.plus(&factor(i).times(&by_multiplier(j, i)));
            }
            for (place, (_, i)) in self.held.iter().enumerate().filter(|(_, kink)| kink.0 == j) {
                row[first_slope + place] = row[first_slope + place].plus(&factor(*i).times(&by_slope(j, *i)));
            }
        };
        let mut rows = Vec::with_capacity(size);
        for (j, p) in preactivations.iter().enumerate().take_while(|_| !is_faulted()) {
            let mut row = vec![Interval::zero(); size];
            through(&mut row, j, &|i| p[self.active[i]].plus(&p[self.active[i]]));
            rows.push(row);
        }
        for (place, sample) in self.active.iter().enumerate().take_while(|_| !is_faulted()) {
            let mut row = vec![Interval::zero(); size];
            for (j, direction) in self.directions.iter().enumerate() {
                if direction.slopes[place] != Slope::Held {
                    let slope = signed(direction.sign, Label::Positive, &slopes[j][place]);
                    row[samples + j] = slope.times(&preactivations[j][*sample]);
                    let share = slope.times(&amounts[j]);
                    through(&mut row, j, &|i| share.times(&self.gram[*sample][i]));
                }
            }
            rows.push(row);
        }
        for (j, place) in self.held.iter().take_while(|_| !is_faulted()) {
            let mut row = vec![Interval::zero(); size];
            through(&mut row, *j, &|i| self.gram[self.active[*place]][i].clone());
            rows.push(row);
        }
        rows
    }
}

/// The value times two signs.
fn signed(sign: Label, other: Label, value: &Interval) -> Interval {
    if sign == other { value.clone() } else { value.negated() }
}
