//! The method `chain` for dense linear networks: the support vector machine's multipliers.

use super::deadline::OutOfTime;
use super::field::ProofField;
use super::free::active_samples;
use super::lp::{LinearProgram, Relation, Sense};
use super::search::Search;
use crate::kernel::check::Chain;
use crate::kernel::problem::Problem;

/// Multipliers `mu >= 0` of active samples with `sum mu_i y_i x_i = u`, the product of the layers of a dense linear network.
///
/// At every KKT point of such a network they exist and prove it a global optimum: with `lambda` and the product `p` of the layers
/// after the first, stationarity of the first layer is `W_1 = p^T (sum lambda_i y_i x_i)^T`, so `u = |p|^2 sum lambda_i y_i x_i`.
pub fn linear_chain<F: ProofField>(problem: &Problem<F>, search: &mut Search) -> Option<Chain<F>> {
    let network = problem.network();
    if !network.layers().iter().all(|layer| layer.is_dense() && layer.activation().is_linear()) {
        return None;
    }
    let samples = active_samples(problem);
    let mut program = LinearProgram::new(Sense::Minimise);
    for _ in &samples {
        program.add_non_negative(F::zero());
    }
    for (input, u) in predictor(problem).into_iter().enumerate() {
        let entry = |&sample: &usize| {
            let sample = &problem.samples()[sample];
            sample.y.times(sample.x[input].clone())
        };
        program.add_row(samples.iter().map(entry).enumerate(), Relation::Equal, u);
    }
    let point = match program.solve(search.deadline()).point() {
        Ok(Some(point)) => point,
        outcome => {
            search.tried(match outcome {
                Err(OutOfTime) => "`chain`, stopped by the time limit",
                Ok(_) => "`chain`: the predictor is no combination of active samples",
            });
            return None;
        }
    };
    let mut multipliers = vec![F::zero(); problem.samples().len()];
    samples.iter().zip(point).for_each(|(sample, value)| multipliers[*sample] = value);
    Some(Chain { multipliers, by_label: false })
}

/// The product of the layers' matrices.
fn predictor<F: ProofField>(problem: &Problem<F>) -> Vec<F> {
    let mut product = vec![F::one()];
    for (layer, weights) in problem.network().layers().iter().zip(problem.point().layers()).rev() {
        let mut next = vec![F::zero(); layer.inputs()];
        for (factor, row) in product.iter().zip(layer.incoming()) {
            row.iter().for_each(|connection| next[connection.unit].add_product(factor, &weights[connection.parameter]));
        }
        product = next;
    }
    product
}
