//! The claims `adversarial` and `robust`: what small changes of an input do to the sign of the network's output.

use super::prelude::*;

/// A change of one input that turns a right answer into a wrong one.
///
/// **What it proves.** `y_i Phi(theta~; x_i) > 0 > y_i Phi(theta~; x_i + z)`, which says more the shorter `z` is.
///
/// **Why.** Both outputs are computed. So `z` is not 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Adversarial<F> {
    /// The sample `i`.
    pub sample: usize,
    /// `z`, one number an input.
    pub perturbation: Vec<F>,
}

/// A radius within which no change of an input makes a right answer wrong.
///
/// **What it proves.** `y_i Phi(theta~; x_i + z) > 0` for every sample `i` and every `z` with `||z||^2 <= radius_squared`.
///
/// **Why.** Layer `l` is a matrix `W_l`, in which a shared weight stands once for each of its connections, and then an activation `s_l`
/// with `|s_l(a) - s_l(b)| <= c_l |a - b|`, where `c_l` is the greater of 1 and its absolute slope for negative inputs. And
/// `||W_l a - W_l b|| <= ||W_l||_F ||a - b||`, by Cauchy and Schwarz in each row. So `Phi(theta~; .)` moves by at most
/// `K ||z||` with `K^2 = prod_l c_l^2 ||W_l||_F^2`, which is less than `|Phi(theta~; x_i)|` if
/// `radius_squared K^2 < Phi(theta~; x_i)^2`. The bound is not sharp: a point may be robust and this not show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Robust<F> {
    /// The square of the radius.
    pub radius_squared: F,
}

/// A sample's margin, which must be positive.
fn positive_margin<F: OrderedField>(problem: &Problem<F>, sample: usize) -> Result<F, Rejection<F>> {
    let margin = problem.margin(sample);
    if margin > F::zero() { Ok(margin) } else { Err(Rejection::WrongSign { sample, margin }) }
}

impl<F: OrderedField> Evidence<F> for Adversarial<F> {
    /// Runs the network on the changed input.
    ///
    /// # Errors
    /// The first of the two signs that is not as claimed, or a sample or perturbation that does not fit.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        let (sample, network) = (self.sample, problem.network());
        let samples = problem.samples().len();
        let Some(Sample { x, y }) = problem.samples().get(sample) else {
            return Err(Rejection::NoSuchSample { sample, samples });
        };
        if self.perturbation.len() != network.inputs() {
            return Err(Rejection::PerturbationLength { found: self.perturbation.len(), expected: network.inputs() });
        }
        positive_margin(problem, sample)?;
        let changed: Vec<F> = x.iter().zip(&self.perturbation).map(|(x, z)| x.clone() + z).collect();
        let margin = y.times(network.trace_at(problem.point().layers(), &changed).output());
        if margin < F::zero() { Ok(()) } else { Err(Rejection::SameSign { sample, margin }) }
    }
}

impl<F: OrderedField> Evidence<F> for Robust<F> {
    /// Multiplies the layers' squared norms and slopes, and compares with each margin.
    ///
    /// # Errors
    /// A radius that is not positive, or the first sample for which the bound does not suffice.
    fn holds(&self, problem: &Problem<F>) -> Result<(), Rejection<F>> {
        if self.radius_squared <= F::zero() {
            return Err(Rejection::Radius(self.radius_squared.clone()));
        }
        let mut bound = self.radius_squared.clone();
        for (layer, weights) in problem.network().layers().iter().zip(problem.point().layers()) {
            let connections = layer.incoming().iter().flatten().take_while(|_| !is_faulted());
            bound = bound * &F::dot(connections.map(|c| (&weights[c.parameter], &weights[c.parameter])));
            let slope = layer.activation().slope(Sign::Negative);
            let slope_squared = slope.clone() * &slope;
            if slope_squared > F::one() {
                bound = bound * &slope_squared;
            }
        }
        for sample in problem.sample_indices() {
            let margin = positive_margin(problem, sample)?;
            if margin.clone() * &margin <= bound {
                return Err(Rejection::MarginWithinBound { sample, margin, bound_squared: bound });
            }
        }
        Ok(())
    }
}
