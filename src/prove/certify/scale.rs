//! Points that are right but for their length.

use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::problem::Problem;

/// How to bring the least margin to 1, where it is positive and is not 1.
///
/// A point that has no margin of 1 is no KKT point, whatever its direction; a shorter or longer one in this direction may be one.
pub fn least_margin_unlike_1<F: OrderedField>(problem: &Problem<F>) -> Option<String> {
    let margins = problem.sample_indices().map(|sample| problem.margin(sample));
    let least = margins.reduce(|a, b| if b < a { b } else { a })?;
    if least.sign() != Sign::Positive || least.is_one() {
        return None;
    }
    let base = least.to_string();
    let divided = match (problem.network().depth(), base.bytes().all(|byte| byte.is_ascii_digit())) {
        (1, _) => base,
        (depth, true) => format!("{base}^(1/{depth})"),
        (depth, false) => format!("({base})^(1/{depth})"),
    };
    Some(format!("the least margin is {least}, and is 1 when the point is divided by {divided}"))
}
