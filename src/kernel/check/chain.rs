//! The method `chain`: what layers of a given norm can at most make of the samples together.

use std::collections::BTreeSet;

use super::prelude::*;

/// The most supporting samples whose subsets are looked at one by one.
pub const MAX_SUBSET_SAMPLES: usize = 16;

/// Multipliers of the samples for which the point is as short as it can be.
///
/// **What it proves.** For any depth, if every activation has slopes between 0 and 1: the point is a global optimum, or a local one.
///
/// **Why.** Let `M` be the greatest norm of `sum_A mu_i y_i x_i` over the sets `A` of supporting samples, on the inputs that one unit of the first
/// layer reads. For all `s` in `[0, 1]^n` and each layer,
///
/// `|| sum s_i mu_i y_i h_l(x_i) || <= M prod_(k <= l) ||W_k||_F`:
///
/// a unit's output is its slope times its row applied to what it reads, where the slope changes `s_i` within `[0, 1]`; so its part of the sum is at
/// most the norm of its row times that of such a sum before it. On what a unit of the first layer reads, that is convex in `s`, so greatest at a
/// corner; in later layers the units read one vector; and the squares of the rows add up. With `||W_l||_F^2 <= c_l ||theta_l||^2`, if no parameter is used more than
/// `c_l` times, a feasible `theta` has `sum mu_i <= sum mu_i m_i(theta) <= M prod (c_l^(1/2) ||theta_l||) <= M C^(1/2) (||theta||^2 / L)^(L/2)` with
/// `C = prod c_l`. Where the slopes of each unit are the same on all supporting samples, the set of all is the only one. (For dense linear
/// layers this is the argument of Vardi, Shamir and Srebro, NeurIPS 2022, Section 3, and `sum mu_i y_i x_i` the dual of a support vector machine.)
#[derive(Clone, Debug, PartialEq)]
pub struct Chain<F> {
    /// `mu`, one a sample.
    pub multipliers: Vec<F>,
}

/// Checks slopes, and that the point attains the bound.
pub(super) fn optimum<F: OrderedField>(
    problem: &Problem<F>,
    is_local: bool,
    evidence: &Chain<F>,
) -> Result<(), Rejection<F>> {
    let (layers, samples, mu) = (problem.network().layers(), problem.samples(), &evidence.multipliers);
    let is_steep = |l: &Layer<F>| !(F::zero()..=F::one()).contains(&l.activation().slope(Sign::Negative));
    if let Some(layer) = layers.iter().position(is_steep) {
        return Err(Rejection::SteepActivation { layer });
    }
    premises::feasible(problem)?;
    premises::multipliers(mu, "samples", samples.len())?;
    let support: Vec<usize> = (0..samples.len()).filter(|&i| !mu[i].is_zero()).collect();
    let is_linear = layers.iter().all(|layer| layer.activation().slope(Sign::Negative) == F::one());
    let is_uniform = is_linear || is_local && keeps_slopes(problem, &support);
    charge(cost::CONNECTION * problem.size());
    let rows = layers.iter().take(1).flat_map(Layer::incoming);
    let inputs: BTreeSet<Vec<usize>> = rows.map(|row| row.iter().map(|read| read.unit).collect()).collect();
    let inputs = inputs.iter().take_while(|_| !is_faulted());
    let norms = inputs.map(|inputs| greatest_norm_squared(problem, mu, (&support, inputs), is_uniform));
    let greatest = norms.collect::<Result<Vec<F>, _>>()?.into_iter().fold(F::zero(), |a, b| if b > a { b } else { a });
    let times_used = |layer: &Layer<F>| {
        let mut uses = vec![0i64; layer.parameters()];
        layer.incoming().iter().flatten().for_each(|connection| uses[connection.parameter] += 1);
        F::from(Rational::from(uses.into_iter().max().unwrap_or(1)))
    };
    let constant = layers.iter().map(times_used).fold(F::one(), |product, uses| product * &uses);
    let depth = F::from(Rational::from(layers.len() as i64));
    let mean = problem.point().norm_squared(Scope::All) * &depth.reciprocal().unwrap_or_else(F::zero);
    let sum = mu.iter().fold(F::zero(), |sum, multiplier| sum + multiplier);
    let attained = greatest * &constant * &premises::power(&mean, layers.len());
    let needed = sum.clone() * &sum;
    if needed.is_zero() || attained > needed {
        return Err(Rejection::ChainBound { attained, needed });
    }
    Ok(())
}

/// Whether near the point the slope of each unit is the same on all of these samples.
fn keeps_slopes<F: OrderedField>(problem: &Problem<F>, samples: &[usize]) -> bool {
    let is_smooth = samples.iter().all(|&sample| problem.kinks(sample, Scope::All).is_empty());
    let are_alike = |pair: &[usize]| problem.traces()[pair[0]].slopes == problem.traces()[pair[1]].slopes;
    is_smooth && samples.windows(2).all(are_alike)
}

/// The greatest `|| sum_A mu_i y_i x_i ||^2` on these inputs over the subsets of the samples, or that of all of them.
fn greatest_norm_squared<F: OrderedField>(
    problem: &Problem<F>,
    mu: &[F],
    (support, inputs): (&[usize], &[usize]),
    is_uniform: bool,
) -> Result<F, Rejection<F>> {
    let samples = problem.samples();
    let terms: Vec<(F, &Vec<F>)> =
        support.iter().map(|&i| (samples[i].y.times(mu[i].clone()), &samples[i].x)).collect();
    if is_uniform {
        let entry = |&k: &usize| {
            charge(cost::CONNECTION * terms.len() as u64);
            F::dot(terms.iter().map(|(factor, x)| (factor, &x[k])))
        };
        let sums: Vec<F> = inputs.iter().take_while(|_| !is_faulted()).map(entry).collect();
        return Ok(F::dot(sums.iter().zip(&sums)));
    }
    let product = |(factor, x): &(F, &Vec<F>), (other, z): &(F, &Vec<F>)| {
        charge(cost::CONNECTION * inputs.len() as u64);
        let dot = F::dot(inputs.iter().map(|&k| (&x[k], &z[k]))) * factor * other;
        cost::keep(dot.bytes());
        dot
    };
    let row = |a| terms.iter().take_while(|_| !is_faulted()).map(|b| product(a, b)).collect();
    let gram: Vec<Vec<F>> = terms.iter().map(row).collect();
    if is_faulted() {
        return Ok(F::zero());
    }
    // Where no product is negative, more samples make a longer vector.
    if gram.iter().flatten().all(|entry| entry.sign() != Sign::Negative) {
        return Ok(gram.iter().flatten().fold(F::zero(), |sum, entry| sum + entry));
    }
    if support.len() > MAX_SUBSET_SAMPLES {
        return Err(Rejection::TooManySubsets { samples: support.len() });
    }
    let mut norms = vec![F::zero()];
    for (last, row) in gram.iter().enumerate() {
        for set in 0..norms.len() {
            if !afford(cost::ENTRY + cost::FIND * last as u64) {
                return Ok(F::zero());
            }
            let others = row.iter().enumerate().take(last).filter(|(k, _)| set >> k & 1 == 1);
            let cross = others.fold(F::zero(), |sum, (_, entry)| sum + entry);
            let norm = norms[set].clone() + &row[last] + &cross + &cross;
            cost::keep(norm.bytes());
            norms.push(norm);
        }
    }
    Ok(norms.into_iter().reduce(|a, b| if b > a { b } else { a }).unwrap_or_else(F::zero))
}
