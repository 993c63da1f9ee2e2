//! An activation cell next to the point, in exact numbers, and the conditions on a curve into it, order by order.

use num_traits::Zero;

use crate::kernel::check::Measure;
use crate::kernel::exact::{OrderedField, Polynomial, Sign, Value};
use crate::kernel::network::{Curve, Scope, Trace};
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::dot;
use crate::prove::wiring::{Pass, Wiring};

use super::ground::{Ground, Pattern, side, signed};

/// A cell: the network is one polynomial there for each active sample.
pub struct Cell<'g, 'a, F> {
    ground: &'g Ground<'a, F>,
    pattern: &'g Pattern,
    /// Which parameters a curve may move.
    mask: &'g [bool],
    slopes: Vec<Vec<Vec<F>>>,
    /// The gradients of the active margins.
    pub margins: Vec<Vec<F>>,
    /// The gradients of `sign * preactivation` at the kinks, sample by sample.
    pub kinks: Vec<Vec<Vec<F>>>,
}

/// A condition on the next coefficient `c` of a curve: `row . c + known > 0`, or `>= 0` unless strict.
#[derive(Clone, Debug)]
pub struct Condition<F> {
    pub row: Vec<F>,
    pub known: F,
    pub strict: bool,
    pub source: Source,
}

/// What a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The norm.
    Norm,
    /// The margin of an active sample, by its place among them.
    Margin(usize),
    /// A kink of an active sample.
    Kink(usize, usize),
}

impl<F: OrderedField> Condition<F> {
    /// Whether a coefficient satisfies the condition.
    pub fn holds(&self, coefficient: &[F]) -> bool {
        match (dot(&self.row, coefficient) + &self.known).sign() {
            Sign::Positive => true,
            Sign::Zero => !self.strict,
            Sign::Negative => false,
        }
    }
}

impl<'g, 'a, F: ProofField> Cell<'g, 'a, F> {
    /// The cell of a pattern.
    pub fn new(ground: &'g Ground<'a, F>, pattern: &'g Pattern, mask: &'g [bool]) -> Self {
        let mut cell = Cell { ground, pattern, mask, slopes: Vec::new(), margins: Vec::new(), kinks: Vec::new() };
        let masked = |gradient: Vec<F>, positive: bool| {
            let keep = |(value, &kept): (F, &bool)| if kept { signed(value, positive) } else { F::zero() };
            gradient.into_iter().zip(mask).map(keep).collect::<Vec<F>>()
        };
        for (sample, sides) in ground.active.iter().zip(pattern) {
            let trace = &ground.problem.traces()[sample.index];
            let mut slopes = trace.slopes.clone();
            for (&(layer, unit), &positive) in sample.kinks.iter().zip(sides) {
                slopes[layer][unit] = ground.problem.network().layers()[layer].activation().slope(side(positive));
            }
            let pass = Pass { inputs: trace.inputs.clone(), preactivations: trace.preactivations.clone(), slopes };
            let gradient = |of| ground.wiring.gradient(&ground.theta, &pass, of);
            cell.margins.push(masked(gradient(ground.output()), sample.y > 0.0));
            let kinks = sample.kinks.iter().zip(sides);
            cell.kinks.push(kinks.map(|(&place, &positive)| masked(gradient(place), positive)).collect());
            cell.slopes.push(pass.slopes);
        }
        cell
    }

    /// What the coefficient of `t^order` must satisfy, given those before it, for the curve to be better in the measure.
    /// Margins are to be settled strictly at this order; a preactivation may stay zero.
    ///
    /// `None` if an earlier coefficient already spoils the curve.
    pub fn conditions(&self, prefix: &[Vec<F>], measure: Measure) -> Option<Vec<Condition<F>>> {
        let ground = self.ground;
        let order = prefix.len() + 1;
        let curve = Curve::new(prefix.iter().map(|c| ground.wiring.shaped(c)).collect());
        let along = curve.from_point(ground.problem.point());
        let norm = norm_squared(&along, ground.scope);
        let start = ground.problem.point().norm_squared(ground.scope);
        let mut conditions = Vec::new();
        // `known` is a polynomial that must become positive, `row` the gradient of its value at the point.
        let mut require = |row: Vec<F>, known: &Polynomial<F>, source: Source| -> Option<()> {
            match known.lowest().filter(|(power, _)| *power < order) {
                Some((_, leading)) => (leading.sign() == Sign::Positive).then_some(()),
                None => {
                    let known = known.coefficients().get(order).cloned().unwrap_or_else(F::zero);
                    let strict = !matches!(source, Source::Kink(..));
                    conditions.push(Condition { row, known, strict, source });
                    Some(())
                }
            }
        };
        let point: Vec<F> = self.masked_point();
        if measure == Measure::Norm {
            let decrease = &Polynomial::constant(start.clone()) - &norm;
            let twice = F::integer(-2);
            require(point.iter().map(|v| v.clone() * &twice).collect(), &decrease, Source::Norm)?;
        }
        let depth = ground.depth() as u32;
        let (inverse, powers) = (start.reciprocal()?, truncated_power(&norm, depth, order));
        let whole = (0..depth).fold(F::one(), |product, _| product * &start);
        for (place, sample) in ground.active.iter().enumerate() {
            let x = ground.problem.samples()[sample.index].x.iter().cloned().map(Polynomial::constant).collect();
            let slopes = &self.slopes[place];
            let trace = ground
                .problem
                .network()
                .trace(&along, x, |unit, _| Ok::<F, std::convert::Infallible>(slopes[unit.layer][unit.unit].clone()));
            let Ok(trace) = trace;
            let margin = truncated(&trace.output().scale(&F::integer(sample.y as i64)), order);
            match measure {
                Measure::Norm => {
                    let excess = &margin - &Polynomial::constant(F::one());
                    require(self.margins[place].clone(), &excess, Source::Margin(place))?;
                }
                Measure::Margin => {
                    // m^2 ||theta~||^(2L) - ||theta||^(2L), halved and divided by ||theta~||^(2L).
                    let difference = &(&margin * &margin).scale(&whole) - &powers;
                    let scale = (whole.clone() + &whole).reciprocal()?;
                    let factor = -(F::integer(i64::from(depth)) * &inverse);
                    let row = self.margins[place].iter().zip(&point).map(|(g, v)| {
                        let mut entry = g.clone();
                        entry.add_product(&factor, v);
                        entry
                    });
                    let difference = truncated(&difference.scale(&scale), order);
                    require(row.collect(), &difference, Source::Margin(place))?;
                }
            }
            for (kink, &(layer, unit)) in sample.kinks.iter().enumerate() {
                let sign = if self.pattern[place][kink] { F::one() } else { -F::one() };
                let preactivation = trace.preactivations[layer][unit].scale(&sign);
                require(self.kinks[place][kink].clone(), &preactivation, Source::Kink(place, kink))?;
            }
        }
        Some(conditions)
    }

    /// What the network computes along a curve on an active sample, with the slopes of the cell.
    pub fn trace(&self, place: usize, along: &[Vec<Polynomial<F>>]) -> Trace<F, Polynomial<F>> {
        let (problem, slopes) = (self.ground.problem, &self.slopes[place]);
        let x = &problem.samples()[self.ground.active[place].index].x;
        let x = x.iter().cloned().map(Polynomial::constant).collect();
        let Ok(trace) = problem
            .network()
            .trace(along, x, |unit, _| Ok::<F, std::convert::Infallible>(slopes[unit.layer][unit.unit].clone()));
        trace
    }

    /// The Hessian of `1/2 ||theta||^2 - sum lambda_i m_i` on some columns, for multipliers of some active samples.
    pub fn lagrangian_hessian(&self, columns: &[usize], multipliers: &[(usize, F)]) -> Vec<Vec<F>> {
        let ground = self.ground;
        let passes: Vec<(F, Pass<F>)> = multipliers
            .iter()
            .map(|(place, lambda)| {
                let sample = &ground.active[*place];
                let trace = &ground.problem.traces()[sample.index];
                let pass = Pass {
                    inputs: trace.inputs.clone(),
                    preactivations: trace.preactivations.clone(),
                    slopes: self.slopes[*place].clone(),
                };
                (signed(lambda.clone(), sample.y < 0.0), pass)
            })
            .collect();
        let row = |&p: &usize| {
            let mut direction = vec![F::zero(); ground.theta.len()];
            direction[p] = F::one();
            let mut product = direction.clone();
            for (factor, pass) in &passes {
                let mut pass = pass.clone();
                let tangents = ground.wiring.tangents(&ground.theta, &mut pass, &direction, |_, _| None);
                let (along, of) = ((&pass, tangents.as_slice()), (ground.output(), factor.clone()));
                ground.wiring.add_hessian_vector(&mut product, &ground.theta, along, &direction, of);
            }
            columns.iter().map(|&q| product[q].clone()).collect()
        };
        columns.iter().map(row).collect()
    }

    fn masked_point(&self) -> Vec<F> {
        let keep = |(value, &kept): (&F, &bool)| if kept { value.clone() } else { F::zero() };
        self.ground.theta.iter().zip(self.mask).map(keep).collect()
    }

    /// The parameters whose size, or whose first-order effect on a margin, can help.
    pub fn columns(&self) -> Vec<usize> {
        let useful = |p: &usize| {
            self.mask[*p]
                && (!self.ground.theta[*p].is_zero() || self.margins.iter().any(|gradient| !gradient[*p].is_zero()))
        };
        (0..self.mask.len()).filter(useful).collect()
    }
}

fn norm_squared<F: OrderedField>(along: &[Vec<Polynomial<F>>], scope: Scope) -> Polynomial<F> {
    let mut sum = Polynomial::zero();
    for layer in scope.layers(along.len()) {
        along[layer].iter().for_each(|entry| sum.add_product(entry, entry));
    }
    sum
}

fn truncated<F: OrderedField>(polynomial: &Polynomial<F>, order: usize) -> Polynomial<F> {
    Polynomial::new(polynomial.coefficients().iter().take(order + 1).cloned().collect())
}

fn truncated_power<F: OrderedField>(base: &Polynomial<F>, exponent: u32, order: usize) -> Polynomial<F> {
    let base = truncated(base, order);
    (0..exponent).fold(Polynomial::constant(F::one()), |power, _| truncated(&(&power * &base), order))
}

/// One list of numbers a layer, as the kernel's curve wants them.
pub fn curve<F: OrderedField>(wiring: &Wiring, coefficients: &[Vec<F>]) -> Curve<F> {
    Curve::new(coefficients.iter().map(|c| wiring.shaped(c)).collect())
}
