//! Numbers and activations among the arguments, and what is said when one is none.

use std::num::{IntErrorKind, ParseIntError};
use std::str::FromStr;
use std::time::Duration;

use crate::kernel::exact::Rational;
use crate::kernel::network::Activation;

/// A whole number, 0 or more.
pub fn whole<N: FromStr<Err = ParseIntError>>(text: &str) -> Result<N, String> {
    text.parse().map_err(|error: ParseIntError| in_words(error.kind(), 0))
}

/// A whole number, 1 or more.
pub fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err(in_words(&IntErrorKind::Zero, 1)),
        Ok(number) => Ok(number),
        Err(error) => Err(in_words(error.kind(), 1)),
    }
}

/// A whole number from 1 to `most`.
pub fn up_to(text: &str, most: u64) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| format!("expected a whole number from 1 to {most}"))
}

/// A time in seconds.
pub fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds >= 0.0 => Duration::try_from_secs_f64(seconds).map_err(|_| "too many seconds".into()),
        _ => Err("expected a number of seconds, 0 or more".into()),
    }
}

/// An activation: `relu`, `linear`, or `leaky:` and the slope for negative inputs.
pub fn activation(text: &str) -> Result<Activation<Rational>, String> {
    match (text, text.strip_prefix("leaky:")) {
        ("relu", _) => Ok(Activation::Relu),
        ("linear", _) => Ok(Activation::Linear),
        (_, Some(slope)) => match slope.parse() {
            Ok(slope) => Ok(Activation::LeakyRelu(slope)),
            Err(error) => Err(format!("the slope `{slope}` is no exact number, such as 0.1 or 1/10: {error}")),
        },
        _ => Err("expected relu, linear, or leaky:SLOPE such as leaky:0.1".into()),
    }
}

fn in_words(kind: &IntErrorKind, least: usize) -> String {
    match kind {
        IntErrorKind::PosOverflow => "this number is too large".into(),
        _ => format!("expected a whole number, {least} or more"),
    }
}
