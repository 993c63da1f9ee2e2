//! Facts about the data by themselves.

use num_traits::{One, Zero};

use crate::explore::conjecture::{DataFact, Truth};
use crate::kernel::exact::{OrderedField, Rational, Sign, Value};
use crate::kernel::problem::{Label, Problem, Sample};
use crate::prove::deadline::Deadline;
use crate::prove::lp::{LinearProgram, Outcome, Relation, Sense};

/// Whether a fact holds, if it can be read off the samples.
///
/// For a linear network (x, y) and (-x, -y) are the same condition on the parameters. There facts are said of the samples turned so that all labels are 1, so
/// that they are the same for equal problems.
pub fn read(problem: &Problem<Rational>, fact: &DataFact) -> Option<bool> {
    if !problem.network().is_linear_from(0) {
        return of_samples(problem.samples(), fact);
    }
    let turned = |sample: &Sample<Rational>| {
        let x = sample.x.iter().map(|entry| sample.y.times(entry.clone())).collect();
        Sample { x, y: Label::Positive }
    };
    of_samples(&problem.samples().iter().map(turned).collect::<Vec<_>>(), fact)
}

fn of_samples(samples: &[Sample<Rational>], fact: &DataFact) -> Option<bool> {
    let pairs = || (0..samples.len()).flat_map(|i| (0..i).map(move |j| (&samples[i], &samples[j])));
    Some(match fact {
        DataFact::EqualLabels => samples.iter().all(|sample| sample.y == samples[0].y),
        DataFact::Symmetric => samples.iter().all(|a| samples.iter().any(|b| is_opposite(a, b))),
        DataFact::OrthogonallySeparable => {
            pairs().all(|(a, b)| (product(a, b).sign() == Sign::Positive) == (a.y == b.y))
        }
        DataFact::NearlyOrthogonal(ratio) => (0..samples.len()).all(|i| {
            let others = (0..samples.len()).filter(|j| *j != i);
            let sum = others.fold(Rational::zero(), |sum, j| sum + product(&samples[i], &samples[j]).abs());
            product(&samples[i], &samples[i]) >= sum * ratio
        }),
        DataFact::LinearlySeparable => return None,
    })
}

fn product(a: &Sample<Rational>, b: &Sample<Rational>) -> Rational {
    Rational::dot(a.x.iter().zip(&b.x))
}

fn is_opposite(a: &Sample<Rational>, b: &Sample<Rational>) -> bool {
    a.y != b.y && a.x.iter().zip(&b.x).all(|(x, y)| *x == -y.clone())
}

/// Whether some `u` has `y (u . x) >= 1` for every sample: an exact linear program finds one, or shows that there is none.
pub fn linearly_separable(samples: &[Sample<Rational>], deadline: Deadline) -> Truth {
    let mut program = LinearProgram::new(Sense::Minimise);
    for _ in 0..samples[0].x.len() {
        program.add_variable(None, None, Rational::zero());
    }
    for sample in samples {
        let terms: Vec<_> = sample.x.iter().map(|entry| sample.y.times(entry.clone())).enumerate().collect();
        program.add_row(terms, Relation::AtLeast, Rational::one());
    }
    match program.solve(deadline) {
        Outcome::Optimal { primal, .. } => {
            let is_right = |sample: &Sample<Rational>| {
                sample.y.times(Rational::dot(sample.x.iter().zip(&primal))).sign() == Sign::Positive
            };
            if samples.iter().all(is_right) { Truth::True } else { Truth::Unknown }
        }
        Outcome::Infeasible { .. } => Truth::False,
        _ => Truth::Unknown,
    }
}
