//! Projection onto a polyhedral cone, and short combinations within a bound.

use super::GramProgram;
use crate::kernel::exact::{OrderedField, Sign};
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::linear_algebra::{apply_up_to_scale, dot};
use crate::prove::rounding::{round_to_denominator, to_f64};

/// The point of least norm in `target + cone(generators)`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConeProjection<F> {
    /// `mu >= 0`, one a generator; those with a positive weight are linearly independent.
    pub weights: Vec<F>,
    /// `target + sum mu_j generator_j`.
    pub residual: Vec<F>,
    /// The squared norm of the residual.
    pub norm_squared: F,
}

impl<F: OrderedField> ConeProjection<F> {
    /// Whether this is the projection for these data: `mu >= 0`, the residual is what it should be and makes
    /// no negative product with a generator, and zero where `mu_j > 0`.
    pub fn verify(&self, generators: &[Vec<F>], target: &[F]) -> bool {
        let gradient = apply_up_to_scale(generators, &self.residual);
        self.weights.len() == generators.len()
            && self.residual == combine(generators, target, &self.weights)
            && self.norm_squared == dot(&self.residual, &self.residual)
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
/// assert_eq!(projection.residual, v(0, 0));
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
    Ok(checked(program.minimise(deadline)?.multipliers, generators, target))
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
        let residual = combine(generators, target, &weights);
        let norm_squared = dot(&residual, &residual);
        assert!(norm_squared <= *bound, "dot products disagree with their vectors");
        return Ok(Combination::Within { weights, norm_squared });
    }
    let projection = checked(program.minimise(deadline)?.multipliers, generators, target);
    Ok(if projection.norm_squared <= *bound {
        let ConeProjection { weights, norm_squared, .. } = projection;
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
    pub fn short_multipliers(&self, bound: &F, deadline: Deadline) -> Result<Option<Vec<F>>, OutOfTime> {
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

/// The projection with these weights, verified.
fn checked<F: OrderedField>(weights: Vec<F>, generators: &[Vec<F>], target: &[F]) -> ConeProjection<F> {
    let residual = combine(generators, target, &weights);
    let norm_squared = dot(&residual, &residual);
    let projection = ConeProjection { weights, residual, norm_squared };
    assert!(projection.verify(generators, target), "dot products disagree with their vectors");
    projection
}

/// `target + sum weight_j generator_j`.
pub(super) fn combine<F: OrderedField>(generators: &[Vec<F>], target: &[F], weights: &[F]) -> Vec<F> {
    let mut sum = target.to_vec();
    for (weight, generator) in weights.iter().zip(generators).filter(|(w, _)| !w.is_zero()) {
        for (total, entry) in sum.iter_mut().zip(generator) {
            total.add_product(weight, entry);
        }
    }
    sum
}
