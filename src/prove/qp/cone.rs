//! Projection onto a polyhedral cone, and short combinations within a bound.

use super::{GramProgram, Minimum};
use crate::kernel::exact::{OrderedField, Sign};
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::linear_algebra::{Scaled, apply_scaled, dot};
use crate::prove::rounding::{round_to_denominator, to_f64};

/// The point of least norm in `target + cone(generators)`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConeProjection<F> {
    /// `mu >= 0`, one a generator; those with a positive weight are linearly independent.
    pub weights: Vec<F>,
    /// `|| target + sum mu_j generator_j ||^2`.
    pub norm_squared: F,
}

impl<F: OrderedField> ConeProjection<F> {
    /// The point itself, `target + sum mu_j generator_j`.
    pub fn residual(&self, generators: &[Vec<F>], target: &[F]) -> Vec<F> {
        combine(generators, target, &self.weights)
    }

    /// Whether this is the projection for these data: `mu >= 0`, the residual makes no negative product
    /// with a generator, and zero where `mu_j > 0`; and the norm is right.
    pub fn verify(&self, generators: &[Vec<F>], target: &[F]) -> bool {
        if self.weights.len() != generators.len() {
            return false;
        }
        let residual = scaled_combination(generators, target, &self.weights);
        let gradient = apply_scaled(generators, &residual.numerators).numerators;
        let square = residual.denominator.clone() * &residual.denominator;
        dot(&residual.numerators, &residual.numerators) == square * &self.norm_squared
            && self.weights.iter().zip(&gradient).all(|(weight, slope)| match (weight.sign(), slope.sign()) {
                (Sign::Negative, _) | (_, Sign::Negative) => false,
                (Sign::Positive, slope) => slope == Sign::Zero,
                (Sign::Zero, _) => true,
            })
    }
}

/// Minimises `|| target + sum mu_j generator_j ||^2` over `mu >= 0`.
///
/// The answer is exact and has passed [`ConeProjection::verify`]. Generators may be dependent, repeated or
/// zero. All vectors must be as long as the target.
///
/// # Example
/// ```
/// use margincert::kernel::exact::Rational;
/// use margincert::prove::{deadline::Deadline, qp::project_onto_cone};
///
/// let v = |x, y| vec![Rational::from(x), Rational::from(y)];
/// let projection = project_onto_cone(&[v(1, 1), v(0, -1)], &v(-3, 1), Deadline::none()).unwrap();
/// assert_eq!(projection.weights, v(3, 4));
/// assert_eq!(projection.norm_squared, Rational::from(0));
/// ```
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
pub fn project_onto_cone<F: OrderedField>(
    generators: &[Vec<F>],
    target: &[F],
    deadline: Deadline,
) -> Result<ConeProjection<F>, OutOfTime> {
    let program = GramProgram::of_cone(generators, target);
    Ok(checked(program.minimise(deadline)?, generators, target))
}

/// A combination of generators near the origin, or the proof that there is none.
#[derive(Clone, Debug, PartialEq)]
pub enum Combination<F> {
    /// `|| target + sum mu_j generator_j ||^2` is within the bound.
    Within {
        /// `mu >= 0`, with denominators as small as rounding found them.
        weights: Vec<F>,
        /// The squared norm, at most the bound.
        norm_squared: F,
    },
    /// Even the least squared norm is beyond the bound.
    Beyond(ConeProjection<F>),
}

/// Finds `mu >= 0` with `|| target + sum mu_j generator_j ||^2 <= bound`, short to write where the bound
/// leaves room: few non-zero weights, and a small common denominator.
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
pub fn combination_within<F: OrderedField>(
    generators: &[Vec<F>],
    target: &[F],
    bound: &F,
    deadline: Deadline,
) -> Result<Combination<F>, OutOfTime> {
    let program = GramProgram::of_cone(generators, target);
    if let Some(weights) = program.short_multipliers(bound, deadline)? {
        let norm_squared = squared_norm(generators, target, &weights);
        assert!(norm_squared <= *bound, "dot products disagree with their vectors");
        return Ok(Combination::Within { weights, norm_squared });
    }
    let projection = checked(program.minimise(deadline)?, generators, target);
    Ok(if projection.norm_squared <= *bound {
        let ConeProjection { weights, norm_squared } = projection;
        Combination::Within { weights, norm_squared }
    } else {
        Combination::Beyond(projection)
    })
}

impl<F: OrderedField> GramProgram<F> {
    /// Rational multipliers with few digits whose value is at most `bound`, found by rounding floats
    /// and checked exactly; `None` if rounding finds none, which proves nothing.
    ///
    /// Free variables take part like the others.
    ///
    /// # Errors
    /// [`OutOfTime`] once the deadline has passed.
    fn short_multipliers(&self, bound: &F, deadline: Deadline) -> Result<Option<Vec<F>>, OutOfTime> {
        let within = |multipliers: &[F]| self.value(multipliers) <= *bound;
        let zero = vec![F::zero(); self.linear.len()];
        if within(&zero) {
            return Ok(Some(zero));
        }
        let floats = self.floats();
        // At a minimum over some members the value is `constant + linear . u`.
        let room = to_f64(bound) - to_f64(&self.constant);
        let sparse = floats.minimise(room, deadline)?;
        let best = floats.minimise(f64::NEG_INFINITY, deadline)?;
        let coarse = (1..=16).chain([20, 24, 30, 32, 40, 48, 60, 64, 100]);
        let fine = (7..=30).map(|exponent| 1u32 << exponent);
        let attempts = coarse
            .clone()
            .flat_map(|d| [(&sparse, d), (&best, d)])
            .chain(fine.flat_map(|d| [(&sparse, d), (&best, d)]));
        for (guess, denominator) in attempts {
            deadline.check()?;
            let Some(rounded) = round_to_denominator(guess, denominator) else {
                continue;
            };
            let admissible = |(x, free): (&_, &bool)| *free || OrderedField::sign(x) != Sign::Negative;
            if !rounded.iter().zip(&self.free).all(admissible) {
                continue;
            }
            let multipliers: Vec<F> = rounded.into_iter().map(F::from).collect();
            if within(&multipliers) {
                return Ok(Some(multipliers));
            }
        }
        Ok(None)
    }
}

/// The projection of a program's minimum, verified on the vectors themselves.
fn checked<F: OrderedField>(minimum: Minimum<F>, generators: &[Vec<F>], target: &[F]) -> ConeProjection<F> {
    let projection = ConeProjection { weights: minimum.multipliers, norm_squared: minimum.value };
    assert!(projection.verify(generators, target), "dot products disagree with their vectors");
    projection
}

/// `target + sum weight_j generator_j` over one denominator.
fn scaled_combination<F: OrderedField>(generators: &[Vec<F>], target: &[F], weights: &[F]) -> Scaled<F> {
    let used: Vec<usize> = (0..weights.len()).filter(|&j| !weights[j].is_zero()).collect();
    let coordinate = |(i, t): (usize, &F)| used.iter().map(|&j| generators[j][i].clone()).chain([t.clone()]).collect();
    let rows: Vec<Vec<F>> = target.iter().enumerate().map(coordinate).collect();
    let weights: Vec<F> = used.iter().map(|&j| weights[j].clone()).chain([F::one()]).collect();
    apply_scaled(&rows, &weights)
}

/// `target + sum weight_j generator_j`.
fn combine<F: OrderedField>(generators: &[Vec<F>], target: &[F], weights: &[F]) -> Vec<F> {
    let Scaled { numerators, denominator } = scaled_combination(generators, target, weights);
    let factor = denominator.reciprocal().unwrap_or_else(F::one);
    numerators.into_iter().map(|n| n * &factor).collect()
}

/// `|| target + sum weight_j generator_j ||^2`.
fn squared_norm<F: OrderedField>(generators: &[Vec<F>], target: &[F], weights: &[F]) -> F {
    let residual = combine(generators, target, weights);
    dot(&residual, &residual)
}
