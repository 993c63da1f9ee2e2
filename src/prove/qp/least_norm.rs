//! The point of least norm of a polyhedron, or a proof that the polyhedron is empty.

use super::GramProgram;
use crate::kernel::exact::{OrderedField, Sign};
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::linear_algebra::{dot, gram};

/// `{ x : normal . x >= bound for every inequality, normal . x = bound for every equality }`.
#[derive(Clone, Debug)]
pub struct Polyhedron<F> {
    /// The number of coordinates, the length of every normal.
    pub dimension: usize,
    /// Pairs `(normal, bound)`.
    pub at_least: Vec<(Vec<F>, F)>,
    /// Pairs `(normal, bound)`.
    pub equal: Vec<(Vec<F>, F)>,
}

/// What [`least_norm_point`] found.
#[derive(Clone, Debug, PartialEq)]
pub enum LeastNorm<F> {
    /// The point.
    Point(LeastNormPoint<F>),
    /// The polyhedron is empty: with these multipliers (Farkas) the normals add up to zero and
    /// the bounds to one.
    Empty {
        /// One for each inequality, non-negative.
        at_least: Vec<F>,
        /// One for each equality.
        equal: Vec<F>,
    },
}

/// A point of least norm with the multipliers that prove it so.
#[derive(Clone, Debug, PartialEq)]
pub struct LeastNormPoint<F> {
    /// The point `x`.
    pub point: Vec<F>,
    /// `sum_i w_i x_i^2`.
    pub norm_squared: F,
    /// One for each inequality, non-negative, zero where the inequality is not tight.
    pub at_least: Vec<F>,
    /// One for each equality.
    pub equal: Vec<F>,
}

/// Minimises `sum_i w_i x_i^2` over a polyhedron, with `w = 1` if `weights` is `None`. Weights must be positive.
///
/// The answer is exact and has passed [`LeastNorm::verify`]. Constraints may be dependent or repeated.
///
/// # Example
/// ```
/// use margincert::kernel::exact::Rational;
/// use margincert::prove::{deadline::Deadline, qp::*};
///
/// let int = |v: &[i64]| v.iter().map(|&x| Rational::from(x)).collect::<Vec<_>>();
/// let polyhedron = Polyhedron {
///     dimension: 2,
///     at_least: vec![(int(&[1, 1]), Rational::from(2)), (int(&[0, 1]), Rational::from(-1))],
///     equal: Vec::new(),
/// };
/// let LeastNorm::Point(least) = least_norm_point(&polyhedron, None, Deadline::none()).unwrap() else {
///     panic!("the polyhedron is not empty");
/// };
/// assert_eq!(least.point, int(&[1, 1]));
/// ```
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
///
/// # Panics
/// If a weight is not positive.
pub fn least_norm_point<F: OrderedField>(
    polyhedron: &Polyhedron<F>,
    weights: Option<&[F]>,
    deadline: Deadline,
) -> Result<LeastNorm<F>, OutOfTime> {
    // Least distance programming (Lawson and Hanson, "Solving Least Squares Problems", 23.4): project
    // (0, -1) onto the cone of the vectors (normal, bound), lengths of normals in the dual norm. If u are the
    // multipliers and r the residual, x is proportional to W^-1 sum u_j normal_j, unless r = 0.
    let inverses: Option<Vec<F>> = weights.map(|weights| {
        assert!(weights.iter().all(|w| w.sign() == Sign::Positive), "a weight is not positive");
        weights.iter().filter_map(F::reciprocal).collect()
    });
    let scaled = |normal: &[F]| match &inverses {
        Some(inverses) => normal.iter().zip(inverses).map(|(a, w)| a.clone() * w).collect(),
        None => normal.to_vec(),
    };
    let constraints: Vec<&(Vec<F>, F)> = polyhedron.at_least.iter().chain(&polyhedron.equal).collect();
    let mut products = match &inverses {
        None => gram(&constraints.iter().map(|c| c.0.clone()).collect::<Vec<_>>()),
        Some(_) => constraints
            .iter()
            .map(|(a, _)| scaled(a))
            .map(|a| constraints.iter().map(|(b, _)| dot(&a, b)).collect())
            .collect(),
    };
    for ((_, bound), row) in constraints.iter().zip(&mut products) {
        for ((_, other), entry) in constraints.iter().zip(row.iter_mut()) {
            entry.add_product(bound, other);
        }
    }
    let split = polyhedron.at_least.len();
    let program = GramProgram {
        gram: products,
        linear: constraints.iter().map(|(_, bound)| -bound.clone()).collect(),
        constant: F::one(),
        free: (0..constraints.len()).map(|j| j >= split).collect(),
    };
    let minimum = program.minimise(deadline)?;
    let mut multipliers = minimum.multipliers;
    let answer = match minimum.value.reciprocal() {
        None => {
            let equal = multipliers.split_off(split);
            LeastNorm::Empty { at_least: multipliers, equal }
        }
        Some(factor) => {
            let mut multipliers: Vec<F> = multipliers.into_iter().map(|u| u * &factor).collect();
            let mut sum = vec![F::zero(); polyhedron.dimension];
            add_combination(&mut sum, constraints.iter().copied(), &multipliers);
            let point: Vec<F> = scaled(&sum);
            let norm_squared = dot(&sum, &point);
            let equal = multipliers.split_off(split);
            LeastNorm::Point(LeastNormPoint { point, norm_squared, at_least: multipliers, equal })
        }
    };
    assert!(answer.verify(polyhedron, weights), "the optimality conditions fail");
    Ok(answer)
}

impl<F: OrderedField> LeastNorm<F> {
    /// Whether the answer is right for these data, by the optimality conditions or by Farkas' lemma.
    pub fn verify(&self, polyhedron: &Polyhedron<F>, weights: Option<&[F]>) -> bool {
        let (at_least, equal) = match self {
            Self::Point(least) => (&least.at_least, &least.equal),
            Self::Empty { at_least, equal } => (at_least, equal),
        };
        if at_least.len() != polyhedron.at_least.len()
            || equal.len() != polyhedron.equal.len()
            || at_least.iter().any(|u| u.sign() == Sign::Negative)
        {
            return false;
        }
        let mut sum = vec![F::zero(); polyhedron.dimension];
        add_combination(&mut sum, polyhedron.at_least.iter(), at_least);
        add_combination(&mut sum, polyhedron.equal.iter(), equal);
        match self {
            Self::Empty { .. } => {
                let mut bounds = F::zero();
                let pairs = polyhedron.at_least.iter().zip(at_least);
                for ((_, bound), u) in pairs.chain(polyhedron.equal.iter().zip(equal)) {
                    bounds.add_product(u, bound);
                }
                sum.iter().all(F::is_zero) && bounds == F::one()
            }
            Self::Point(LeastNormPoint { point, norm_squared, .. }) => {
                let weighted: Vec<F> = match weights {
                    Some(w) => point.iter().zip(w).map(|(x, w)| x.clone() * w).collect(),
                    None => point.clone(),
                };
                let slack = |(normal, bound): &(Vec<F>, F)| (dot(normal, point) - bound).sign();
                weighted == sum
                    && *norm_squared == dot(point, &weighted)
                    && polyhedron.equal.iter().all(|c| slack(c) == Sign::Zero)
                    && polyhedron.at_least.iter().zip(at_least).all(|(c, u)| match slack(c) {
                        Sign::Negative => false,
                        Sign::Zero => true,
                        Sign::Positive => u.is_zero(),
                    })
            }
        }
    }
}

/// `sum += sum_j u_j normal_j`.
fn add_combination<'a, F: OrderedField>(
    sum: &mut [F],
    constraints: impl Iterator<Item = &'a (Vec<F>, F)>,
    multipliers: &[F],
) {
    for ((normal, _), u) in constraints.zip(multipliers).filter(|(_, u)| !u.is_zero()) {
        for (total, entry) in sum.iter_mut().zip(normal) {
            total.add_product(u, entry);
        }
    }
}
