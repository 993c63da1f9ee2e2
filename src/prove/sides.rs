//! Sides of a kink or of a weight: their signs, and numbers turned to them.

use crate::kernel::check::Side;
use crate::kernel::exact::{OrderedField, Sign};

/// The sign of what lies on a side.
pub fn sign_of(side: Side) -> Sign {
    match side {
        Side::Negative => Sign::Negative,
        Side::Positive => Sign::Positive,
    }
}

/// The value on the positive side, its negative on the other.
pub fn turned<F: OrderedField>(side: Side, value: F) -> F {
    if side == Side::Positive { value } else { -value }
}

/// All values on the positive side, their negatives on the other.
pub fn all_turned<F: OrderedField>(side: Side, values: &[F]) -> Vec<F> {
    values.iter().map(|value| turned(side, value.clone())).collect()
}

/// The sides that a weight may be on: near the point, if the question is local, and else anywhere.
pub fn of_weight<F: OrderedField>(at_point: &F, is_local: bool) -> &'static [Side] {
    match at_point.sign() {
        Sign::Positive if is_local => &[Side::Positive],
        Sign::Negative if is_local => &[Side::Negative],
        _ => &[Side::Negative, Side::Positive],
    }
}
