//! Gradients and Hessians against the coefficients of the value along a line.
//!
//! Within an activation pattern the output along `theta + t d` is a polynomial `c0 + c1 t + c2 t^2 + ...` whose coefficients
//! are exact: `c1` is the derivative along `d` and `2 c2` the second one. The values are found by plain evaluation at
//! integers and Newton's divided differences, so nothing of the differentiation under test is used.

use std::convert::Infallible;

use margincert::kernel::check::support::hessian;
use margincert::kernel::exact::{SymmetricMatrix, Value};
use margincert::kernel::network::{Network, Parameters, Scope, Trace, accumulate_gradient, subtract_hessians};
use margincert::kernel::problem::{Label, Problem, Sample};
use num_traits::Zero;
use proptest::prelude::*;

use super::random;
use crate::support::Q;

#[derive(Clone, Debug)]
struct Instance {
    network: Network<Q>,
    point: Parameters<Q>,
    directions: [Parameters<Q>; 2],
    samples: Vec<Vec<Q>>,
}

fn instance() -> impl Strategy<Value = Instance> {
    random::network(4).prop_flat_map(|network| {
        let parameters = || random::parameters(&network);
        let sample = prop::collection::vec(random::number(), network.inputs());
        let samples = prop::collection::vec(sample, 1..=2);
        let parts = (parameters(), parameters(), parameters(), samples);
        parts.prop_map(move |(point, d, e, samples)| {
            let directions = [d, e];
            Instance { network: network.clone(), point, directions, samples }
        })
    })
}

/// The output with the slopes held.
fn value(network: &Network<Q>, parameters: &[Vec<Q>], x: &[Q], slopes: &[Vec<Q>]) -> Q {
    let held =
        |unit: margincert::kernel::network::Unit, _: &Q| Ok::<_, Infallible>(slopes[unit.layer][unit.unit].clone());
    let Ok(trace) = network.trace(parameters, x.to_vec(), held);
    trace.output()
}

/// `point + s d + t e`.
fn moved(instance: &Instance, s: i64, t: i64) -> Vec<Vec<Q>> {
    let [d, e] = &instance.directions;
    let layers = instance.point.layers().iter().zip(d.layers()).zip(e.layers());
    let step = |((p, d), e): ((&Q, &Q), &Q)| p + d * Q::from(s) + e * Q::from(t);
    layers.map(|((p, d), e)| p.iter().zip(d).zip(e).map(step).collect()).collect()
}

/// The coefficients of the polynomial with these values at 0, 1, 2, ...
fn interpolate(values: &[Q]) -> Vec<Q> {
    let mut differences = values.to_vec();
    let mut coefficients = vec![Q::zero(); values.len()];
    // Newton's basis 1, t, t (t - 1) / 2, ..., expanded as it goes.
    let mut basis = vec![Q::from(1)];
    for k in 0..values.len() {
        for (target, b) in coefficients.iter_mut().zip(&basis) {
            target.add_product(&differences[0], b);
        }
        for i in 0..differences.len() - 1 {
            differences[i] = &differences[i + 1] - &differences[i];
        }
        differences.pop();
        let shrink = Q::from_ratio(1, k as i64 + 1).expect("positive");
        let mut next = vec![Q::zero(); basis.len() + 1];
        for (i, b) in basis.iter().enumerate() {
            next[i + 1] += &(b * &shrink);
            next[i] -= &(b * &shrink * Q::from(k as i64));
        }
        basis = next;
    }
    coefficients
}

/// The coefficients of the value along `point + t direction`, for each sample, with its trace at the point.
fn along(instance: &Instance, step: impl Fn(i64) -> (i64, i64)) -> Vec<(Vec<Q>, Trace<Q>)> {
    let Instance { network, point, samples, .. } = instance;
    let coefficients = |x: &Vec<Q>| {
        let trace = network.trace_at(point.layers(), x);
        let at = |k: usize| {
            let (s, t) = step(k as i64);
            value(network, &moved(instance, s, t), x, &trace.slopes)
        };
        (interpolate(&(0..=network.depth()).map(at).collect::<Vec<_>>()), trace)
    };
    samples.iter().map(coefficients).collect()
}

fn coefficient(coefficients: &[Q], power: usize) -> Q {
    coefficients.get(power).cloned().unwrap_or_else(Q::zero)
}

fn form(matrix: &SymmetricMatrix<Q>, a: &Parameters<Q>, b: &Parameters<Q>) -> Q {
    let (a, b): (Vec<_>, Vec<_>) = (a.iter().collect(), b.iter().collect());
    let mut sum = Q::zero();
    for (i, a) in a.iter().enumerate() {
        for (j, b) in b.iter().enumerate() {
            sum += &(matrix.get(i, j) * *a * *b);
        }
    }
    sum
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn gradients(instance in instance()) {
        let Instance { network, point, directions: [d, _], samples } = &instance;
        for ((coefficients, trace), x) in along(&instance, |k| (k, 0)).iter().zip(samples) {
            let expected = coefficient(coefficients, 1);
            let traced = (trace.inputs.as_slice(), trace.slopes.as_slice());
            let mut gradient = Parameters::zero(network);
            let one = Q::from(1);
            accumulate_gradient(gradient.layers_mut(), network, point.layers(), traced, one, Scope::All);
            prop_assert_eq!(gradient.dot(d, Scope::All), expected);
            // By layer, the gradient is that layer's part, and nothing is added elsewhere.
            for layer in 0..network.depth() {
                let mut part = Parameters::zero(network);
                let (scope, one) = (Scope::Layer(layer), Q::from(1));
                accumulate_gradient(part.layers_mut(), network, point.layers(), traced, one, scope);
                prop_assert_eq!(&part.layers()[layer], &gradient.layers()[layer]);
                prop_assert_eq!(part.leaves(scope), None);
            }
            prop_assert_eq!(value(network, point.layers(), x, &trace.slopes), trace.output());
        }
    }

    #[test]
    fn hessians(instance in instance(), weights in prop::collection::vec(random::number(), 2)) {
        let Instance { network, point, directions: [d, e], .. } = &instance;
        let (alone, both) = (along(&instance, |k| (k, 0)), along(&instance, |k| (k, k)));
        let other = along(&instance, |k| (0, k));
        let mut matrix = SymmetricMatrix::new(network.parameter_count());
        let terms: Vec<_> = weights.iter().cloned().zip(alone.iter().map(|(_, trace)| trace)).collect();
        subtract_hessians(&mut matrix, network, point, &terms);
        let second = |lines: &[(Vec<Q>, Trace<Q>)]| {
            let sum = |sum: Q, (w, line): (&Q, &(Vec<Q>, _))| sum - w * coefficient(&line.0, 2) * Q::from(2);
            weights.iter().zip(lines).fold(Q::zero(), sum)
        };
        prop_assert_eq!(form(&matrix, d, d), second(&alone));
        // Polarisation: (d + e)^T H (d + e) = d^T H d + 2 d^T H e + e^T H e.
        let cross = form(&matrix, d, e) * Q::from(2);
        prop_assert_eq!(cross, second(&both) - second(&alone) - second(&other));
    }

    #[test]
    fn euler(instance in instance()) {
        // Homogeneous of degree L: the derivative along the point is L times the value.
        let Instance { network, point, samples, .. } = &instance;
        for x in samples {
            let trace = network.trace_at(point.layers(), x);
            let traced = (trace.inputs.as_slice(), trace.slopes.as_slice());
            let mut gradient = Parameters::zero(network);
            accumulate_gradient(gradient.layers_mut(), network, point.layers(), traced, Q::from(1), Scope::All);
            prop_assert_eq!(gradient.dot(point, Scope::All), trace.output() * Q::from(network.depth() as i64));
        }
    }

    #[test]
    fn the_lagrangians_hessian(instance in instance()) {
        // I - sum lambda_i y_i Hess, with every label negative and every multiplier 1.
        let Instance { network, point, samples, .. } = &instance;
        let negative = |x: &Vec<Q>| Sample { x: x.clone(), y: Label::Negative };
        let problem = Problem::new(network.clone(), samples.iter().map(negative).collect(), point.clone());
        let problem = problem.expect("a problem");
        let mut expected = SymmetricMatrix::identity(network.parameter_count());
        let terms: Vec<_> = problem.traces().iter().map(|trace| (Q::from(-1), trace)).collect();
        subtract_hessians(&mut expected, network, point, &terms);
        let ones = vec![Q::from(1); samples.len()];
        prop_assert_eq!(hessian(&problem, Scope::All, &ones), expected);
    }
}
