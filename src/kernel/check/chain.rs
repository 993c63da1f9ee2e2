//! The method `chain`: what layers of a given norm can at most make of the samples together.

use std::collections::BTreeSet;

use super::prelude::*;

/// What the units of the first layer read, each list of inputs once.
type Reads = BTreeSet<Vec<usize>>;

/// The most supporting samples whose subsets are looked at one by one: of those that orthogonality does not keep apart.
pub const MAX_SUBSET_SAMPLES: usize = 16;

/// Multipliers of the samples for which the point is as short as it can be.
///
/// **What it proves.** For any depth, if every activation has slopes between 0 and 1, or between -1 and 1 where only the set of all supporting samples
/// counts: the point is a global optimum, or a local one.
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
/// `C = prod c_l`. Where the slopes of each unit are the same on all supporting samples, as where there is one, `s` stays a multiple of `(1, ..., 1)` by a
/// number within `[-1, 1]`, and the set of all is the only one. So it is for samples of one label where each layer that bends has one unit, of a slope that is
/// not negative: the network is a monotone function of that unit, so that the unit has one sign wherever the margin is positive. (For dense linear
/// layers this is the argument of Vardi, Shamir and Srebro, NeurIPS 2022, Section 3, and `sum mu_i y_i x_i` the dual of a support vector machine.)
///
/// *By label*, at depth 2 or 3, if all hidden units are ReLU: with `S` the sum of the `mu_i` of the samples of one label and `M` the
/// greatest norm as above over these samples, `||theta||^2 >= sum L (S^2 / (M^2 C))^(1/L)` over the labels. Hidden outputs are not negative, so
/// a sample's margin is at most what the last layer's weights `v` of its label's sign make of it. At depth 2 these have rows `W` of the first
/// layer to themselves, and `S <= ||v|| ||W||_F M`. At depth 3 they have rows `W` of the second to themselves, and `S <= ||v|| ||W||_F ||a||`
/// with the vector `a` of `sum mu_i h_1(x_i)`, whose entry for a unit of weights `w` is `p.w`, for the `p = sum mu_i x_i` over the samples on
/// which it is on. If no two supporting samples of unlike labels make an acute angle, nor do such `p`, `q` of the two labels; with `p.w >= 0` and `q.w >= 0`
/// then `(p.w)^2 / M_+^2 + (q.w)^2 / M_-^2 <= ||w||^2`, so that the squared norms of `a / M` of the two labels add up to at most that of the first
/// layer. So the inequality of the means for each label may be added to that for the other. In place of `(S^2 / (M^2 C))^(1/L)` the check
/// takes the squares of the weights of that sign in the point's last layer, and looks that they are no more.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain<F> {
    /// `mu`, one a sample.
    pub multipliers: Vec<F>,
    /// Whether each label has a bound of its own.
    pub by_label: bool,
}

/// Checks slopes, and that the point attains the bound.
pub(super) fn optimum<F: OrderedField>(
    problem: &Problem<F>,
    is_local: bool,
    evidence: &Chain<F>,
) -> Result<(), Rejection<F>> {
    let (layers, samples, mu) = (problem.network().layers(), problem.samples(), &evidence.multipliers);
    premises::feasible(problem)?;
    premises::multipliers(mu, "samples", samples.len())?;
    let support: Vec<usize> = (0..samples.len()).filter(|&i| !mu[i].is_zero()).collect();
    let is_uniform = is_uniform(problem, &support, is_local) && !evidence.by_label;
    let least = if is_uniform { -F::one() } else { F::zero() };
    let is_steep = |l: &Layer<F>| !(least.clone()..=F::one()).contains(&l.activation().slope(Sign::Negative));
    if let Some(layer) = layers.iter().position(is_steep) {
        return Err(Rejection::SteepActivation { layer });
    }
    charge(cost::CONNECTION * problem.size());
    let rows = layers.iter().take(1).flat_map(Layer::incoming);
    let reads: Reads = rows.map(|row| row.iter().map(|read| read.unit).collect()).collect();
    let times_used = |layer: &Layer<F>| F::from(Rational::from(layer.uses().into_iter().max().unwrap_or(1) as i64));
    let constant = layers.iter().map(times_used).fold(F::one(), |product, uses| product * &uses);
    // `M^2 C size^L` and `(sum mu_i)^2`.
    let bound = |support: &[usize], is_uniform: bool, size: &F| {
        let norms = reads.iter().take_while(|_| !is_faulted());
        let norms = norms.map(|inputs| greatest_norm_squared(problem, mu, (support, inputs), is_uniform));
        let norms = norms.collect::<Result<Vec<F>, _>>()?.into_iter();
        let greatest = norms.fold(F::zero(), |a, b| if b > a { b } else { a });
        let sum = support.iter().fold(F::zero(), |sum, &sample| sum + &mu[sample]);
        Ok::<_, Rejection<F>>((greatest * &constant * &num_traits::pow(size.clone(), layers.len()), sum.clone() * &sum))
    };
    let depth = F::from(Rational::from(layers.len() as i64));
    let mean = problem.point().norm_squared(Scope::All) * &depth.reciprocal().unwrap_or_else(F::zero);
    if !evidence.by_label {
        let (attained, needed) = bound(&support, is_uniform, &mean)?;
        let holds = !needed.is_zero() && attained <= needed;
        return if holds { Ok(()) } else { Err(Rejection::ChainBound { attained, needed }) };
    }
    let of = |label| support.iter().copied().filter(|&sample| samples[sample].y == label).collect::<Vec<_>>();
    let by_label = [Label::Positive, Label::Negative].map(|label| (label, of(label)));
    labels_part(problem, [&by_label[0].1, &by_label[1].1], &reads)?;
    let last = problem.point().norm_squared(Scope::Layer(layers.len() - 1));
    if last < mean {
        return Err(Rejection::LastLayerShort { last, mean });
    }
    for (label, support) in by_label {
        let weights = problem.point().layers().last().into_iter().flatten();
        let own = weights.filter(|weight| label.times((*weight).clone()).sign() == Sign::Positive);
        let size = F::dot(own.clone().zip(own));
        let (attained, needed) = bound(&support, false, &size)?;
        if attained > needed || needed.is_zero() && !size.is_zero() {
            return Err(Rejection::LabelBound { label, attained, needed });
        }
    }
    Ok(())
}

/// Whether the bounds for the two labels, with these supporting samples, add up.
fn labels_part<F: OrderedField>(
    problem: &Problem<F>,
    [positive, negative]: [&[usize]; 2],
    reads: &Reads,
) -> Result<(), Rejection<F>> {
    let (layers, samples) = (problem.network().layers(), problem.samples());
    if !(2..=3).contains(&layers.len()) {
        return Err(Rejection::LabelDepth { depth: layers.len() });
    }
    let is_relu = |layer: &Layer<F>| layer.activation().slope(Sign::Negative).is_zero();
    if let Some(layer) = layers.iter().take(layers.len() - 1).position(|layer| !is_relu(layer)) {
        return Err(Rejection::NotRelu { layer });
    }
    let pairs = positive.iter().flat_map(|first| negative.iter().map(move |second| (*first, *second)));
    for (first, second) in pairs.take_while(|_| layers.len() == 3 && !is_faulted()) {
        for inputs in reads.iter().take_while(|_| !is_faulted()) {
            charge(cost::LOOK + cost::CONNECTION * inputs.len() as u64);
            let product = F::dot(inputs.iter().map(|&k| (&samples[first].x[k], &samples[second].x[k])));
            if product.sign() == Sign::Positive {
                return Err(Rejection::AcuteAngle { first, second, product });
            }
        }
    }
    Ok(())
}

/// Whether each unit has one slope on all of these samples: wherever they have margins, or near the point.
fn is_uniform<F: OrderedField>(problem: &Problem<F>, samples: &[usize], is_local: bool) -> bool {
    samples.len() == 1
        || problem.network().layers().iter().all(|layer| layer.activation().slope(Sign::Negative) == F::one())
        || is_monotone(problem, samples)
        || is_local && keeps_slopes(problem, samples)
}

/// Whether each unit that bends is alone in its layer, of a slope that is not negative, and these samples have one label.
pub fn is_monotone<F: OrderedField>(problem: &Problem<F>, samples: &[usize]) -> bool {
    let rises = |l: &Layer<F>| l.outputs() == 1 && l.activation().slope(Sign::Negative).sign() != Sign::Negative;
    let are_alone = problem.network().layers().iter().all(|layer| layer.activation().is_linear() || rises(layer));
    are_alone && samples.windows(2).all(|pair| problem.samples()[pair[0]].y == problem.samples()[pair[1]].y)
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
    let mut gram = SymmetricMatrix::new(terms.len());
    for (a, (factor, x)) in terms.iter().enumerate() {
        for (b, (other, z)) in terms.iter().enumerate().skip(a).take_while(|_| !is_faulted()) {
            charge(cost::CONNECTION * inputs.len() as u64);
            gram.add(a, b, &(F::dot(inputs.iter().map(|&k| (&x[k], &z[k]))) * factor * other));
        }
    }
    // What different components add up to is orthogonal, so that the squares of the norms add up.
    let mut components = gram.components();
    components.try_fold(F::zero(), |sum, component| Ok(sum + &greatest_sum_squared(&gram, &component)?))
}

/// The greatest squared norm of a sum of vectors of this component, of which these are the products.
fn greatest_sum_squared<F: OrderedField>(gram: &SymmetricMatrix<F>, component: &[usize]) -> Result<F, Rejection<F>> {
    charge(cost::FIND * (component.len() as u64).pow(2));
    let row = |a: &usize| component.iter().take_while(|_| !is_faulted()).map(|b| gram.get(*a, *b)).collect();
    let gram: Vec<Vec<F>> = component.iter().map(row).collect();
    if is_faulted() {
        return Ok(F::zero());
    }
    // Where no product is negative, more vectors make a longer one.
    if gram.iter().flatten().all(|entry| entry.sign() != Sign::Negative) {
        return Ok(gram.iter().flatten().fold(F::zero(), |sum, entry| sum + entry));
    }
    if component.len() > MAX_SUBSET_SAMPLES {
        return Err(Rejection::TooManySubsets { samples: component.len() });
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
