//! A network, a point and activation patterns: the linear equations and inequalities of data that make the point a KKT point.

use super::choices::Choices;
use super::echelon::Echelon;
use super::numbers::{is_positive, ratio};
use super::pattern::Pattern;
use crate::kernel::exact::{OrderedField, Rational, Sign, Value};
use crate::kernel::network::Network;
use crate::kernel::problem::Label;
use crate::prove::deadline::Deadline;
use crate::prove::field::ProofField;
use crate::prove::lp::{LinearProgram, Outcome, Relation, Sense};
use num_traits::Zero;

/// Everything but the data; the multipliers only if they are fixed.
pub struct Design<'a> {
    network: &'a Network<Rational>,
    point: &'a [Vec<Rational>],
    /// One a sample.
    pub patterns: Vec<Pattern>,
    fixed: Option<Vec<Rational>>,
    demand: Option<Demand>,
}

/// What else is asked of the samples times their multipliers: for each a linear function that is 0, and for each one whose sum is more than a number.
pub struct Demand {
    /// Those that are 0.
    pub zero: Vec<Vec<Rational>>,
    /// Those whose sum is large.
    pub more: Vec<Vec<Rational>>,
    /// What the sum exceeds.
    pub than: Rational,
}

/// The samples times multipliers of a design, in floats but for the equations.
pub struct Polytope {
    /// The equations.
    pub system: Echelon,
    /// An orthonormal basis of the directions that they leave free.
    basis: Vec<Vec<f64>>,
    /// Linear functions of one sample that are positive, each with the place where the sample begins.
    walls: Vec<(usize, Vec<f64>)>,
}

impl Polytope {
    /// The part of a vector along the directions that the equations leave free.
    pub fn project(&self, vector: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; vector.len()];
        for direction in &self.basis {
            let share: f64 = direction.iter().zip(vector).map(|(d, v)| d * v).sum();
            sum.iter_mut().zip(direction).for_each(|(sum, d)| *sum += share * d);
        }
        sum
    }

    /// How far one may go from a point in a direction.
    pub fn reach(&self, from: &[f64], direction: &[f64]) -> f64 {
        let along = |(place, wall): &(usize, Vec<f64>)| {
            let value = |of: &[f64]| wall.iter().zip(&of[*place..]).map(|(w, x)| w * x).sum::<f64>();
            let (here, change) = (value(from), value(direction));
            if change < 0.0 { -here / change } else { f64::INFINITY }
        };
        self.walls.iter().map(along).fold(f64::INFINITY, f64::min)
    }

    /// Whether a point is inside by a margin.
    pub fn holds(&self, point: &[f64]) -> bool {
        let value =
            |(place, wall): &(usize, Vec<f64>)| wall.iter().zip(&point[*place..]).map(|(w, x)| w * x).sum::<f64>();
        self.walls.iter().all(|wall| value(wall) > 1e-6)
    }
}

/// Adds what of a vector is orthogonal to a basis, at length 1, unless that is nothing but rounding.
pub fn orthonormalise(basis: &mut Vec<Vec<f64>>, mut vector: Vec<f64>) {
    for _ in 0..2 {
        for other in basis.iter() {
            let share: f64 = other.iter().zip(&vector).map(|(o, v)| o * v).sum();
            vector.iter_mut().zip(other).for_each(|(entry, o)| *entry -= share * o);
        }
    }
    let length = vector.iter().map(|entry| entry * entry).sum::<f64>().sqrt();
    if length > 1e-7 {
        vector.iter_mut().for_each(|entry| *entry /= length);
        basis.push(vector);
    }
}

impl<'a> Design<'a> {
    /// A design without further demands.
    pub fn new(
        network: &'a Network<Rational>,
        point: &'a [Vec<Rational>],
        patterns: Vec<Pattern>,
        fixed: Option<Vec<Rational>>,
    ) -> Self {
        Design { network, point, patterns, fixed, demand: None }
    }

    /// Asks for more.
    pub fn demand(&mut self, demand: Demand) {
        self.demand = Some(demand);
    }

    /// Samples times multipliers by the linear program at once, with numbers up to a size.
    pub fn solve(&self, size: u32, choices: &mut Choices) -> Option<Vec<Vec<Rational>>> {
        let system = self.equations()?;
        let flat = match system.free().is_empty() {
            true => system.solution(&[]),
            false => self.program(&system, size, choices)?,
        };
        let data = self.samples(&flat);
        (self.fits(&data) && self.meets_demand(&data)).then_some(data)
    }

    /// Samples times multipliers out of a row of numbers.
    pub fn samples(&self, flat: &[Rational]) -> Vec<Vec<Rational>> {
        flat.chunks(self.network.inputs()).map(<[_]>::to_vec).collect()
    }

    /// Whether samples times multipliers have the patterns, and positive multipliers.
    pub fn fits(&self, data: &[Vec<Rational>]) -> bool {
        self.patterns.iter().zip(data).all(|(pattern, z)| is_positive(&pattern.margin(z)) && pattern.fits(z))
    }

    fn meets_demand(&self, data: &[Vec<Rational>]) -> bool {
        self.demand.as_ref().is_none_or(|demand| {
            let parts = demand.more.iter().zip(data).map(|(row, z)| Rational::dot(row.iter().zip(z)));
            parts.fold(Rational::zero(), |sum, part| sum + part) > demand.than
        })
    }

    /// The network.
    pub fn network(&self) -> &'a Network<Rational> {
        self.network
    }

    /// The point, layer by layer.
    pub fn point(&self) -> &'a [Vec<Rational>] {
        self.point
    }

    /// What solves the equations within the patterns; `None` where nothing is left free.
    pub fn polytope(&self) -> Option<Polytope> {
        let system = self.equations()?;
        let free = system.free().len();
        let zeros = vec![Rational::zero(); free];
        let floats = |numbers: Vec<Rational>| numbers.iter().map(Rational::to_f64).collect::<Vec<f64>>();
        let base = floats(system.solution(&zeros));
        let mut basis: Vec<Vec<f64>> = Vec::with_capacity(free);
        for variable in 0..free {
            let mut unit = zeros.clone();
            unit[variable] = Rational::from(1);
            let end = floats(system.solution(&unit));
            orthonormalise(&mut basis, end.iter().zip(&base).map(|(end, start)| end - start).collect());
        }
        let inputs = self.network.inputs();
        let mut walls = Vec::new();
        for (sample, pattern) in self.patterns.iter().enumerate() {
            let mut wall = |positive: bool, row: &[Rational]| {
                let sign = if positive { 1.0 } else { -1.0 };
                walls.push((sample * inputs, row.iter().map(|entry| sign * entry.to_f64()).collect::<Vec<f64>>()));
            };
            for (signs, rows) in pattern.signs.iter().zip(&pattern.preactivations) {
                signs.iter().zip(rows).for_each(|(sign, row)| wall(*sign == Sign::Positive, row));
            }
            wall(pattern.label == Label::Positive, pattern.preactivations.last()?.first()?);
        }
        (free > 0).then_some(Polytope { system, basis, walls })
    }

    /// Whether each weight `v` of the last layer can be `sum lambda_i y_i h_i` with the unit's outputs `h_i`: in some sample
    /// `y_i h_i` has its sign, as far as the patterns tell. Spares the search for data that cannot be.
    pub fn can_hold_the_last_layer(&self) -> bool {
        let last = self.point.len() - 1;
        let mut connections = self.network.layers()[last].incoming().iter().flatten();
        connections.all(|connection| {
            let weight = self.point[last][connection.parameter].sign();
            weight == Sign::Zero
                || self.patterns.iter().any(|pattern| match pattern.signs[last - 1].get(connection.unit) {
                    Some(Sign::Zero) => false,
                    Some(sign) => {
                        let slope = &pattern.slopes[last - 1][connection.unit];
                        let output = if *sign == Sign::Positive { slope.clone() } else { -slope.clone() };
                        pattern.label.times(output).sign() == weight
                    }
                    None => true,
                })
        })
    }

    /// The conditions on the data that are equations; `None` if they contradict each other.
    pub fn equations(&self) -> Option<Echelon> {
        let inputs = self.network.inputs();
        let variables = inputs * self.patterns.len();
        let mut system = Echelon::new(variables);
        let mut insert = |terms: &mut dyn Iterator<Item = (usize, Vec<Rational>)>, rhs: Rational| {
            let mut equation = vec![Rational::zero(); variables + 1];
            for (sample, row) in terms {
                equation[sample * inputs..(sample + 1) * inputs].clone_from_slice(&row);
            }
            equation[variables] = rhs;
            system.insert(equation)
        };
        let gradients: Vec<Vec<Vec<Rational>>> =
            self.patterns.iter().map(|pattern| pattern.margin_gradient(self.network, self.point)).collect();
        for (parameter, value) in self.point.iter().flatten().enumerate() {
            let mut terms = gradients.iter().map(|gradient| gradient[parameter].clone()).enumerate();
            insert(&mut terms, value.clone())?;
        }
        for (sample, pattern) in self.patterns.iter().enumerate() {
            if let Some(multipliers) = &self.fixed {
                let output = pattern.preactivations.last()?.first()?.clone();
                insert(&mut [(sample, output)].into_iter(), pattern.label.times(multipliers[sample].clone()))?;
            }
            if let Some(demand) = &self.demand {
                insert(&mut [(sample, demand.zero[sample].clone())].into_iter(), Rational::zero())?;
            }
            for (signs, rows) in pattern.signs.iter().zip(&pattern.preactivations) {
                for (_, row) in signs.iter().zip(rows).filter(|(sign, _)| **sign == Sign::Zero) {
                    insert(&mut [(sample, row.clone())].into_iter(), Rational::zero())?;
                }
            }
        }
        Some(system)
    }

    /// Data that solve the equations and keep every sign of the patterns, as far inside as 1/4 where that is possible, with a
    /// random objective; `None` if there are none among numbers of the size of the height.
    pub fn program(&self, system: &Echelon, height: u32, choices: &mut Choices) -> Option<Vec<Rational>> {
        let free = system.free().len();
        let inputs = self.network.inputs();
        let zeros = vec![Rational::zero(); free];
        let base = system.solution(&zeros);
        let directions: Vec<Vec<Rational>> = (0..free)
            .map(|variable| {
                let mut unit = zeros.clone();
                unit[variable] = Rational::from(1);
                system.solution(&unit).iter().zip(&base).map(|(end, start)| end - start).collect()
            })
            .collect();
        let mut program = LinearProgram::new(Sense::Maximise);
        let bound = Rational::from(i64::from(height));
        for _ in 0..free {
            let objective = choices.below(5) as i64 - 2;
            program.add_variable(Some(-bound.clone()), Some(bound.clone()), Rational::from(objective));
        }
        let inside = program.add_variable(Some(Rational::zero()), Some(ratio(1, 4)), Rational::from(100));
        for (sample, pattern) in self.patterns.iter().enumerate() {
            let place = sample * inputs..(sample + 1) * inputs;
            let mut at_least_inside = |value: &dyn Fn(&[Rational]) -> Rational| {
                let terms = directions.iter().map(|direction| value(&direction[place.clone()])).enumerate();
                let terms: Vec<_> = terms.chain([(inside, Rational::from(-1))]).collect();
                program.add_row(terms, Relation::AtLeast, -value(&base[place.clone()]));
            };
            at_least_inside(&|z| pattern.margin(z));
            let signed =
                pattern.signs.iter().zip(&pattern.preactivations).flat_map(|(signs, rows)| signs.iter().zip(rows));
            for (sign, row) in signed.filter(|(sign, _)| **sign != Sign::Zero) {
                at_least_inside(&|z| {
                    let value = Rational::dot(row.iter().zip(z));
                    if *sign == Sign::Positive { value } else { -value }
                });
            }
        }
        if let Some(demand) = &self.demand {
            let sum = |flat: &[Rational]| Rational::dot(demand.more.iter().flatten().zip(flat));
            let terms: Vec<_> = directions
                .iter()
                .map(|direction| sum(direction))
                .enumerate()
                .chain([(inside, Rational::from(-1))])
                .collect();
            program.add_row(terms, Relation::AtLeast, demand.than.clone() - &sum(&base));
        }
        match program.solve(Deadline::none()) {
            Outcome::Optimal { primal, .. } if is_positive(&primal[inside]) => Some(system.solution(&primal[..free])),
            _ => None,
        }
    }
}
