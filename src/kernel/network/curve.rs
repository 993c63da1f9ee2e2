//! Polynomial curves through a point.

use super::Parameters;
use crate::kernel::exact::{OrderedField, Polynomial};

/// The coefficients `c1, c2, ...` of `theta(t) = theta~ + c1 t + c2 t^2 + ...`.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve<F> {
    coefficients: Vec<Parameters<F>>,
}

impl<F: OrderedField> Curve<F> {
    /// Wraps the coefficients, that of `t` first.
    pub fn new(coefficients: Vec<Parameters<F>>) -> Self {
        Curve { coefficients }
    }

    /// The coefficients, that of `t` first.
    pub fn coefficients(&self) -> &[Parameters<F>] {
        &self.coefficients
    }

    /// Each parameter of the curve from `start` as a polynomial in `t`; the shapes must agree.
    pub fn from_point(&self, start: &Parameters<F>) -> Vec<Vec<Polynomial<F>>> {
        let along = |layer: usize, index: usize, constant: &F| {
            let later = self.coefficients.iter().map(|c| c.layers()[layer][index].clone());
            Polynomial::new(std::iter::once(constant.clone()).chain(later).collect())
        };
        let layers = start.layers().iter().enumerate();
        layers.map(|(l, numbers)| numbers.iter().enumerate().map(|(p, c)| along(l, p, c)).collect()).collect()
    }
}
