//! A family of large certificates: depth-2 ReLU networks on nearly orthogonal rational data.

use std::error::Error;

use margincert::kernel::certificate::Certificate;
use margincert::kernel::check::{Claim, Feasible, Kkt, Lagrangian, LocalOptimum, Method, NonzeroInputs};
use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::{Activation, Network, Parameters, Weights};
use margincert::kernel::problem::{Label, Problem, Sample};
use num_traits::{One, Zero};

/// The text of a certificate with `n` inputs, `n` samples and `n * units` hidden units, claimed to be KKT and locally optimal.
///
/// With `delta = 2 e / (n - (1 - e)^2)` the vectors `e_i - delta (1, ..., 1)` have the rational norm `1 - (1 - e) delta` and
/// negative inner products; the samples are these vectors divided by it. Each sample has `units` hidden units along
/// itself, `w = v x_i`, active on it alone, whose outgoing weights have squares that sum to 1. All multipliers are 1.
///
/// # Errors
/// For a number of units without a list of weights here, or if the parts do not fit.
pub fn orthogonal_relu(n: usize, units: usize) -> Result<String, Box<dyn Error>> {
    // Integers whose squares sum to 25.
    let weights: Vec<i64> = match units {
        2 => vec![3, 4],
        5 => vec![2, 2, 2, 2, 3],
        10 => [vec![1; 9], vec![4]].concat(),
        _ => return Err(format!("no weights for {units} units a sample").into()),
    };
    let data = nearly_orthogonal(n).ok_or("the data has a zero denominator")?;
    let outgoing: Option<Vec<Rational>> = weights.iter().map(|weight| Rational::from_ratio(*weight, 5)).collect();
    let outgoing = outgoing.ok_or("a weight has a zero denominator")?;
    let along = |x: &Vec<Rational>| -> Vec<Rational> {
        outgoing.iter().flat_map(|weight| x.iter().map(move |entry| weight * entry)).collect()
    };
    let hidden = data.iter().flat_map(along).collect();
    let output = data.iter().flat_map(|_| outgoing.clone()).collect();
    let layers = vec![
        (Weights::Dense { outputs: n * units }, Activation::Relu),
        (Weights::Dense { outputs: 1 }, Activation::Linear),
    ];
    let samples = data.into_iter().map(|x| Sample { x, y: Label::Positive }).collect();
    let problem = Problem::new(Network::new(n, layers)?, samples, Parameters::new(vec![hidden, output]))?;
    let multipliers = vec![Rational::one(); n];
    let mut certificate = Certificate::instance(None, problem);
    let by = Method::Lagrangian(Lagrangian { multipliers: multipliers.clone() });
    certificate.claims = vec![
        Claim::Feasible(Feasible { layer: None }),
        Claim::NonzeroInputs(NonzeroInputs),
        Claim::Kkt(Kkt { layer: None, multipliers, selections: Default::default() }),
        Claim::LocalOptimum(LocalOptimum { layer: None, by }),
    ];
    Ok(certificate.to_text())
}

/// `n` rational unit vectors with negative inner products near 0.
fn nearly_orthogonal(n: usize) -> Option<Vec<Vec<Rational>>> {
    let e = Rational::from_ratio(1, 10)?;
    let rest = Rational::one() - &e;
    let delta = (&e + &e) * (Rational::from(n as i64) - &rest * &rest).reciprocal()?;
    let inverse_norm = (Rational::one() - &rest * &delta).reciprocal()?;
    let entry = |i: usize, j: usize| {
        let unit = if i == j { Rational::one() } else { Rational::zero() };
        (unit - &delta) * &inverse_norm
    };
    Some((0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect())
}
