//! Random instances at KKT points: the point comes first, then the data that make it one.
//!
//! Within an activation pattern the gradient of `Phi(theta; x)` is linear in `x`. So with `u_i = lambda_i y_i x_i` stationarity
//! is a system of linear equations in the `u_i`, solved near a random guess that has the pattern; and margin 1 says that
//! `lambda_i = Phi(theta; u_i)`. Whether the pattern survived is asked of the kernel: what is not a KKT point, or does not
//! satisfy the hypothesis, is drawn anew.

use num_traits::Zero;

use super::point;
use crate::kernel::check::{Claim, Kkt, NonzeroInputs, NonzeroWeights, check};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::network::{Network, Parameters, Scope, accumulate_gradient};
use crate::kernel::problem::{Label, Problem, Sample};
use crate::prove::deadline::Deadline;
use crate::prove::linear_algebra::{apply, dot, gram, solve, transpose};
use crate::prove::search::Random;
use crate::report::table::class::{Activations, Class, Hypothesis};

/// How often an instance is drawn anew.
const DRAWS: usize = 20_000;
/// How often the pattern of corrected data is tried as a guess.
const ROUNDS: usize = 3;

/// A problem at a KKT point of the class that satisfies the hypothesis, with its multipliers; both confirmed by the kernel.
pub fn instance(
    class: Class,
    hypothesis: Hypothesis,
    random: &mut Random,
) -> Option<(Problem<Rational>, Kkt<Rational>)> {
    let may_be_dead = hypothesis == Hypothesis::None && class.activations == Activations::Linear;
    (0..DRAWS).find_map(|_| {
        let (network, point) = point::draw(class, may_be_dead, random)?;
        data(&network, &point, random).filter(|(problem, _)| satisfies(problem, hypothesis))
    })
}

fn satisfies(problem: &Problem<Rational>, hypothesis: Hypothesis) -> bool {
    let claim = match hypothesis {
        Hypothesis::None => return true,
        Hypothesis::NonzeroWeights => Claim::NonzeroWeights(NonzeroWeights),
        Hypothesis::NonzeroInputs => Claim::NonzeroInputs(NonzeroInputs),
    };
    check(problem, &claim).is_ok()
}

/// Data for which the point is a KKT point, and the multipliers.
fn data(
    network: &Network<Rational>,
    point: &Parameters<Rational>,
    random: &mut Random,
) -> Option<(Problem<Rational>, Kkt<Rational>)> {
    let count = 1 + random.below(4) as usize;
    let mut guess: Vec<Vec<Rational>> =
        (0..count).map(|_| (0..network.inputs()).map(|_| Rational::from(random.integer(4))).collect()).collect();
    for _ in 0..ROUNDS {
        let (mut samples, mut multipliers) = corrected(network, point, &guess)?;
        guess = samples.iter().map(|sample| sample.x.clone()).collect();
        if random.below(3) == 0 {
            // A sample that is not active.
            let double = |entry: &Rational| entry.clone() + entry;
            samples.push(Sample { x: samples[0].x.iter().map(double).collect(), y: samples[0].y });
            multipliers.push(Rational::zero());
        }
        let problem = Problem::new(network.clone(), samples, point.clone()).ok()?;
        let kkt = Kkt { layer: None, multipliers, selections: Default::default() };
        if check(&problem, &Claim::Kkt(kkt.clone())).is_ok() {
            return Some((problem, kkt));
        }
    }
    None
}

/// The data nearest to the guess, up to a factor, that are stationary in the guess's activation patterns; with multipliers.
fn corrected(
    network: &Network<Rational>,
    point: &Parameters<Rational>,
    guess: &[Vec<Rational>],
) -> Option<(Vec<Sample<Rational>>, Vec<Rational>)> {
    let target: Vec<Rational> = point.iter().cloned().collect();
    let (mut labels, mut start, mut gradients, mut outputs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for x in guess {
        let trace = network.trace_at(point.layers(), x);
        let label = match trace.output().sign() {
            Sign::Zero => return None,
            Sign::Positive => Label::Positive,
            Sign::Negative => Label::Negative,
        };
        start.extend(x.iter().map(|entry| label.times(entry.clone())));
        labels.push(label);
        for input in 0..x.len() {
            let (gradient, output) = along(network, point, &trace.slopes, input);
            gradients.push(gradient);
            outputs.push(output);
        }
    }
    let rows = transpose(&gradients);
    // The guess scaled so that stationarity holds along the point itself.
    let norm_squared = dot(&target, &target);
    let scale = dot(&target, &apply(&rows, &start)).reciprocal().map(|inverse| inverse * &norm_squared)?;
    start.iter_mut().for_each(|entry| *entry = &*entry * &scale);
    let missing: Vec<Rational> = target.iter().zip(apply(&rows, &start)).map(|(t, s)| t - &s).collect();
    let weights = solve(&gram(&rows), &missing, Deadline::none()).ok()??;
    let correction = apply(&gradients, &weights);
    start.iter_mut().zip(&correction).for_each(|(entry, c)| *entry += c);
    let inputs = network.inputs();
    let (mut samples, mut multipliers) = (Vec::new(), Vec::new());
    for ((u, outputs), y) in start.chunks(inputs).zip(outputs.chunks(inputs)).zip(labels) {
        let multiplier = dot(u, outputs);
        let inverse = multiplier.reciprocal().filter(|_| multiplier.sign() == Sign::Positive)?;
        samples.push(Sample { x: u.iter().map(|entry| y.times(entry * &inverse)).collect(), y });
        multipliers.push(multiplier);
    }
    Some((samples, multipliers))
}

/// The gradient and the output on the unit vector of an input, with given slopes.
fn along(
    network: &Network<Rational>,
    point: &Parameters<Rational>,
    slopes: &[Vec<Rational>],
    input: usize,
) -> (Vec<Rational>, Rational) {
    let x = (0..network.inputs()).map(|k| Rational::from(i64::from(k == input))).collect();
    let pattern = |unit: crate::kernel::network::Unit, _: &Rational| {
        Ok::<_, std::convert::Infallible>(slopes[unit.layer][unit.unit].clone())
    };
    let trace = match network.trace(point.layers(), x, pattern) {
        Ok(trace) => trace,
        Err(never) => match never {},
    };
    let mut gradient = Parameters::zero(network);
    let traced = (trace.inputs.as_slice(), slopes);
    accumulate_gradient(gradient.layers_mut(), network, point.layers(), traced, Rational::from(1), Scope::All);
    (gradient.iter().cloned().collect(), trace.output())
}
