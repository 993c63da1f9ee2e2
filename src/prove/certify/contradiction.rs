//! Data that no network without biases fits.

use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::problem::{Label, Problem, Sample};
use crate::prove::linear_algebra::dot;

/// Why no point at all is feasible, if two samples (or one) say so.
///
/// A network without biases is positively homogeneous in its input: 0 at 0, and of one sign on a half-line. A linear one is odd as well.
pub fn contradiction<F: OrderedField>(problem: &Problem<F>) -> Option<String> {
    let samples = problem.samples();
    if let Some(sample) = samples.iter().position(|sample| sample.x.iter().all(F::is_zero)) {
        return Some(format!("sample {sample} is 0, where the network is 0"));
    }
    let is_linear = problem.network().is_linear_from(0);
    for (second, b) in samples.iter().enumerate() {
        for (first, a) in samples[..second].iter().enumerate() {
            let same_label = (a.y == Label::Positive) == (b.y == Label::Positive);
            match along(a, b) {
                Some(Sign::Positive) if !same_label => {
                    return Some(format!("samples {first} and {second} have one direction and two labels"));
                }
                Some(Sign::Negative) if is_linear && same_label => {
                    return Some(format!(
                        "samples {first} and {second} have opposite directions and one label, and the network is linear"
                    ));
                }
                _ => {}
            }
        }
    }
    None
}

/// The sign of `c` if `a = c b`, for vectors that are not zero.
fn along<F: OrderedField>(a: &Sample<F>, b: &Sample<F>) -> Option<Sign> {
    let (aa, ab, bb) = (dot(&a.x, &a.x), dot(&a.x, &b.x), dot(&b.x, &b.x));
    // Equality in the inequality of Cauchy and Schwarz.
    (ab.clone() * &ab == aa * &bb).then(|| ab.sign())
}
