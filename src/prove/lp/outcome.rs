//! What a linear program can turn out to be, with the evidence.

use crate::prove::deadline::OutOfTime;

/// Multipliers of the rows and of the bounds: a dual solution, or a Farkas vector.
///
/// For a minimisation, multipliers of `>=` rows are at least zero, those of `<=` rows at most zero,
/// those of `=` rows free; for a maximisation the other way round. Multipliers of bounds are never
/// negative, and zero where there is no bound. A Farkas vector always has the signs of a
/// minimisation.
#[derive(Clone, Debug, PartialEq)]
pub struct Multipliers<F> {
    /// One a row.
    pub rows: Vec<F>,
    /// One a variable, for its lower bound.
    pub lower: Vec<F>,
    /// One a variable, for its upper bound.
    pub upper: Vec<F>,
}

/// The answer to a linear program, with evidence that [`verify`](super::LinearProgram::verify)
/// checks.
///
/// Below, `y` are the multipliers of the rows `A x (<=, >=, =) b`, `v` and `w` those of the bounds
/// `l <= x <= u`.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<F> {
    /// `primal` is feasible, `dual` has the right signs and `c = A^T y + v - w` (minimisation) or
    /// `c = A^T y - v + w` (maximisation), and both objectives are `value`.
    Optimal {
        /// One number a variable.
        primal: Vec<F>,
        /// Multipliers of rows and bounds.
        dual: Multipliers<F>,
        /// The optimal objective, `c.x`.
        value: F,
    },
    /// No point is feasible: `A^T y + v - w = 0`, yet `y.b + v.l - w.u > 0`.
    Infeasible {
        /// The vector of Farkas's lemma.
        farkas: Multipliers<F>,
    },
    /// `point` is feasible, and from it the objective improves without end along `ray`.
    Unbounded {
        /// One number a variable.
        point: Vec<F>,
        /// One number a variable.
        ray: Vec<F>,
    },
    /// The deadline passed first.
    GaveUp,
}

impl<F> Multipliers<F> {
    /// Every number replaced by its image.
    pub(super) fn map<G>(self, image: &impl Fn(F) -> G) -> Multipliers<G> {
        let all = |values: Vec<F>| values.into_iter().map(image).collect();
        Multipliers { rows: all(self.rows), lower: all(self.lower), upper: all(self.upper) }
    }
}

impl<F> Outcome<F> {
    /// A feasible point, an optimal one if there is one; `None` if there is proof that no point is feasible.
    ///
    /// # Errors
    /// [`OutOfTime`] if the deadline passed first, so that nothing is known.
    pub fn point(self) -> Result<Option<Vec<F>>, OutOfTime> {
        match self {
            Self::Optimal { primal: point, .. } | Self::Unbounded { point, .. } => Ok(Some(point)),
            Self::Infeasible { .. } => Ok(None),
            Self::GaveUp => Err(OutOfTime),
        }
    }

    /// Every number replaced by its image.
    pub(super) fn map<G>(self, image: &impl Fn(F) -> G) -> Outcome<G> {
        let all = |values: Vec<F>| values.into_iter().map(image).collect();
        match self {
            Self::Optimal { primal, dual, value } => {
                Outcome::Optimal { primal: all(primal), dual: dual.map(image), value: image(value) }
            }
            Self::Infeasible { farkas } => Outcome::Infeasible { farkas: farkas.map(image) },
            Self::Unbounded { point, ray } => Outcome::Unbounded { point: all(point), ray: all(ray) },
            Self::GaveUp => Outcome::GaveUp,
        }
    }
}
