//! The equations of a KKT point of a dense network of depth 2, in which the data occur only through their inner products.

use super::{Dual, Equations, Interval};
use crate::kernel::exact::{Rational, Sign, charge, cost, is_faulted};
use crate::kernel::problem::Label;

/// Live units with one direction `z` of the incoming weights and one sign of the outgoing ones.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveDirection {
    /// The sign of the outgoing weights.
    pub sign: Label,
    /// The hidden units.
    pub units: Vec<usize>,
    /// What share of the amount each of them has; they sum to 1.
    pub shares: Vec<Rational>,
    /// `a_j`, approximately: the sum of the squares of the outgoing weights.
    pub amount: Rational,
    /// The sign of the preactivation on each active sample; zero where the kink is held.
    pub pattern: Vec<Sign>,
    /// The slopes of the held kinks, approximately.
    pub slopes: Vec<Rational>,
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
    /// The sign and the pattern of each direction.
    directions: Vec<(Label, Vec<Sign>)>,
    /// The activation's slopes for negative and for positive preactivations.
    sides: [Interval; 2],
    /// The held kinks: direction, and place among the active samples.
    held: Vec<(usize, usize)>,
}

impl GramSystem {
    /// The system of some active samples and directions, and the activation's slopes. Every pattern has the length of `active`, whose
    /// entries are places in `samples` and `labels`. When the budget of work ends meanwhile the system must not be used.
    pub fn new(
        samples: &[Vec<Interval>],
        labels: &[Label],
        active: Vec<usize>,
        directions: &[LiveDirection],
        sides: &[Rational; 2],
    ) -> Self {
        let product = |x: &Vec<Interval>, i: &usize| {
            // What is kept is charged for.
            charge(cost::INTERVAL);
            Interval::dot(x.iter().zip(&samples[*i]))
        };
        let rows = samples.iter().take_while(|_| !is_faulted());
        let gram = rows.map(|x| active.iter().map(|i| product(x, i)).collect()).collect();
        let is_held = |(j, i): &(usize, usize)| directions[*j].pattern[*i] == Sign::Zero;
        let places = (0..directions.len()).flat_map(|j| (0..active.len()).map(move |i| (j, i)));
        let held = places.filter(is_held).collect();
        let labels = active.iter().map(|i| labels[*i]).collect();
        let directions = directions.iter().map(|direction| (direction.sign, direction.pattern.clone())).collect();
        GramSystem { labels, gram, active, directions, sides: sides.each_ref().map(Interval::of), held }
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
    pub fn slopes(&self, unknowns: &[Dual]) -> Vec<Vec<Dual>> {
        let mut held = self.parts(unknowns).2.iter();
        let mut slope = |side: &Sign| match side {
            Sign::Zero => held.next().cloned().unwrap_or_else(Dual::zero),
            side => Dual::constant(self.sides[usize::from(*side == Sign::Positive)].clone()),
        };
        self.directions.iter().map(|(_, pattern)| pattern.iter().map(&mut slope).collect()).collect()
    }

    /// `e_j lambda_i y_i s_ij`: the coefficients of `z_j` in the active samples.
    pub fn coefficients(&self, unknowns: &[Dual]) -> Vec<Vec<Dual>> {
        let multipliers = self.parts(unknowns).0;
        let coefficients = |((sign, _), slopes): (&(Label, _), Vec<Dual>)| {
            let terms = slopes.iter().zip(multipliers).zip(&self.labels);
            terms.map(|((slope, lambda), y)| signed(*sign, *y, &lambda.times(slope))).collect()
        };
        self.directions.iter().zip(self.slopes(unknowns)).map(coefficients).collect()
    }

    /// `z_j.x_k` for a direction of these coefficients and a sample.
    pub fn preactivation(&self, coefficients: &[Dual], sample: usize) -> Dual {
        let products = &self.gram[sample];
        let of = |part: fn(&Dual) -> &Interval| Interval::dot(coefficients.iter().map(part).zip(products));
        Dual { value: of(|c| &c.value), derivative: of(|c| &c.derivative) }
    }
}

impl Equations for GramSystem {
    fn left_sides(&self, unknowns: &[Dual]) -> Vec<Dual> {
        let (_, amounts, _) = self.parts(unknowns);
        let (coefficients, slopes) = (self.coefficients(unknowns), self.slopes(unknowns));
        let of_active = |c: &Vec<Dual>| self.active.iter().map(|k| self.preactivation(c, *k)).collect();
        let preactivations: Vec<Vec<Dual>> = coefficients.iter().map(of_active).collect();
        let lengths = coefficients.iter().zip(&preactivations).map(|(c, p)| Dual::dot(c.iter().zip(p)));
        let mut left: Vec<Dual> = lengths.map(|length| length.minus(&Dual::one())).collect();
        for (place, y) in self.labels.iter().enumerate().take_while(|_| !is_faulted()) {
            let live = self.directions.iter().enumerate().filter(|(_, (_, pattern))| pattern[place] != Sign::Zero);
            let share = |(j, (sign, _)): (usize, &(Label, _))| {
                let amount = signed(*sign, Label::Positive, &amounts[j].times(&slopes[j][place]));
                (amount, &preactivations[j][place])
            };
            let shares: Vec<(Dual, &Dual)> = live.map(share).collect();
            let target = signed(*y, Label::Positive, &Dual::one());
            left.push(Dual::dot(shares.iter().map(|(amount, p)| (amount, *p))).minus(&target));
        }
        left.extend(self.held.iter().map(|(j, place)| preactivations[*j][*place].clone()));
        left
    }
}

/// The value times two signs.
fn signed(sign: Label, other: Label, value: &Dual) -> Dual {
    if sign == other { value.clone() } else { value.negated() }
}
