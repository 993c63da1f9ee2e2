//! Lower numbers.

use num_traits::Zero;

use crate::kernel::exact::Rational;
use crate::kernel::network::Parameters;
use crate::kernel::problem::{Problem, Sample};
use crate::prove::field::ProofField;

/// Instances that differ in their numbers only: the point scaled up and the data down, or the other way round, so that the margins stay; and
/// single numbers of the data rounded to the nearest integer or to zero.
pub fn lower(problem: &Problem<Rational>) -> Vec<Problem<Rational>> {
    let factors = [(2, 1), (1, 2), (3, 1), (1, 3), (5, 1), (1, 5), (3, 2), (2, 3)];
    let factors =
        factors.into_iter().filter_map(|(numerator, denominator)| Rational::from_ratio(numerator, denominator));
    let mut candidates: Vec<_> = factors.filter_map(|factor| scaled(problem, &factor)).collect();
    for (index, sample) in problem.samples().iter().enumerate() {
        for (input, number) in sample.x.iter().enumerate() {
            let nearest = Rational::from((number + &half()).floor());
            for simpler in [Rational::zero(), nearest] {
                if simpler != *number {
                    candidates.extend(with_number(problem, index, input, simpler));
                }
            }
        }
    }
    candidates
}

fn half() -> Rational {
    Rational::from_ratio(1, 2).unwrap_or_else(Rational::zero)
}

/// The point times a factor, the data divided by its `L`-th power: a KKT point again, and optimal in the same senses.
fn scaled(problem: &Problem<Rational>, factor: &Rational) -> Option<Problem<Rational>> {
    let power = (0..problem.network().depth()).fold(Rational::integer(1), |power, _| power * factor);
    let layers = problem.point().layers().iter();
    let point = layers.map(|layer| layer.iter().map(|number| number.clone() * factor).collect()).collect();
    let divided = |sample: &Sample<Rational>| {
        let x: Option<Vec<Rational>> = sample.x.iter().map(|number| number.clone().over(&power)).collect();
        Some(Sample { x: x?, y: sample.y })
    };
    let samples: Option<Vec<_>> = problem.samples().iter().map(divided).collect();
    Problem::new(problem.network().clone(), samples?, Parameters::new(point)).ok()
}

fn with_number(
    problem: &Problem<Rational>,
    sample: usize,
    input: usize,
    number: Rational,
) -> Option<Problem<Rational>> {
    let mut samples = problem.samples().to_vec();
    samples[sample].x[input] = number;
    Problem::new(problem.network().clone(), samples, problem.point().clone()).ok()
}
