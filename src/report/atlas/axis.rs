//! Ticks of an axis and their labels, for values of any size.

/// The most steps of an axis; rounding a step up, to 2.5 times its length at most, leaves three.
const STEPS: f64 = 7.5;

/// Round values between two bounds, each with a label; labels are in units of a power of ten, which the axis names once.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The values, ascending, with their labels.
    pub ticks: Vec<(f64, String)>,
    /// The power of ten that labels are multiples of; 0 where they are plain numbers.
    pub exponent: i32,
}

impl Axis {
    /// The axis from `low` to `high`, which are finite; of an empty or reversed interval there are no ticks.
    ///
    /// ```
    /// use margincert::report::atlas::axis::Axis;
    ///
    /// let axis = Axis::of(-2.1e-8, 0.0);
    /// let labels: Vec<&str> = axis.ticks.iter().map(|(_, label)| label.as_str()).collect();
    /// assert_eq!((labels.join(" ").as_str(), axis.exponent), ("-2.0 -1.5 -1.0 -0.5 0.0", -8));
    /// ```
    pub fn of(low: f64, high: f64) -> Self {
        let nothing = Axis { ticks: Vec::new(), exponent: 0 };
        let span = high - low;
        // Below this a step would no longer be a float of full precision.
        if !span.is_finite() || span < 1e-300 {
            return nothing;
        }
        let rough = span / STEPS;
        let mut power = rough.log10().floor() as i32;
        let digit = match rough / 10f64.powi(power) {
            part if part <= 1.0 => 1,
            part if part <= 2.0 => 2,
            part if part <= 5.0 => 5,
            _ => {
                power += 1;
                1
            }
        };
        let step = digit as f64 * 10f64.powi(power);
        let size = low.abs().max(high.abs()).log10().floor() as i32;
        let exponent = if (-3..5).contains(&size) { 0 } else { size };
        let (first, last) = ((low / step).ceil(), (high / step).floor());
        // Steps that the bounds cannot be told apart by would give the same label twice.
        if first.abs().max(last.abs()) > 1e9 {
            return nothing;
        }
        let ticks = (first as i64..=last as i64).map(|k| (k as f64 * step, label(k * digit, power - exponent)));
        Axis { ticks: ticks.collect(), exponent }
    }
}

/// `digits` times ten to the power, in decimal.
fn label(digits: i64, power: i32) -> String {
    let places = power.min(0).unsigned_abs() as usize;
    let whole = digits * 10i64.pow(power.max(0) as u32);
    let padded = format!("{:0width$}", whole.unsigned_abs(), width = places + 1);
    let (before, after) = padded.split_at(padded.len() - places);
    let sign = if whole < 0 { "-" } else { "" };
    if after.is_empty() { format!("{sign}{before}") } else { format!("{sign}{before}.{after}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn labels_say_the_values_at_any_scale(
            (below, above) in (0.0f64..1.0, 0.001f64..1.0),
            power in -280i32..280,
            is_reversed: bool,
        ) {
            let (below, above) = if is_reversed { (above, below) } else { (below, above) };
            let (low, high) = (-below * 10f64.powi(power), above * 10f64.powi(power));
            let axis = Axis::of(low, high);
            prop_assert!((3..=11).contains(&axis.ticks.len()), "{axis:?}");
            let step = axis.ticks[1].0 - axis.ticks[0].0;
            for (value, label) in &axis.ticks {
                prop_assert!((low..=high).contains(value) && label.len() <= 7, "{axis:?}");
                // The label and the exponent together, read as one decimal, are the value.
                let read: f64 = format!("{label}e{}", axis.exponent).parse().expect("a number");
                prop_assert!((read - value).abs() <= 1e-9 * step, "{label}e{} for {value:e}", axis.exponent);
            }
            for pair in axis.ticks.windows(2) {
                prop_assert!(pair[0].0 < pair[1].0 && pair[0].1 != pair[1].1, "{axis:?}");
            }
        }
    }

    #[test]
    fn of_nothing_there_are_no_ticks() {
        for (low, high) in [(0.0, 0.0), (1.0, 0.0), (0.0, f64::INFINITY), (f64::NAN, 1.0), (1.0, 1.0 + 1e-13)] {
            assert_eq!(Axis::of(low, high).ticks, [], "{low} {high}");
        }
    }
}
