//! Options that bound the instances.

use std::ops::RangeInclusive;

use clap::ValueEnum;

use crate::cli::values;
use crate::explore::bounds::{ActivationKind, Architecture, Bounds, MAX_HEIGHT};

/// Bounds on the instances that are drawn, within what the conjecture's hypothesis asks for. The defaults are those where it asks for nothing.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Bounds")]
pub struct BoundsArguments {
    /// The wirings that networks may have [default: all].
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    architecture: Vec<ArchitectureName>,

    /// What the hidden layers may do: all the same, or, as `mixed`, not [default: all].
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    activation: Vec<ActivationName>,

    /// The number of layers, as in 2 or 2..3 [default: 2..4].
    #[arg(long, value_name = "RANGE", value_parser = range, allow_negative_numbers = true)]
    depth: Option<RangeInclusive<usize>>,

    /// The dimension of the samples [default: 1..4].
    #[arg(long, value_name = "RANGE", value_parser = range, allow_negative_numbers = true)]
    inputs: Option<RangeInclusive<usize>>,

    /// The number of samples [default: 1..4].
    #[arg(long, value_name = "RANGE", value_parser = range, allow_negative_numbers = true)]
    samples: Option<RangeInclusive<usize>>,

    /// The number of units of each hidden layer [default: 1..4].
    #[arg(long, value_name = "RANGE", value_parser = range, allow_negative_numbers = true)]
    width: Option<RangeInclusive<usize>>,

    /// The greatest numerator and denominator of the numbers that are chosen [default: 5].
    #[arg(long, value_name = "N", value_parser = height, allow_negative_numbers = true)]
    height: Option<u32>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ArchitectureName {
    Dense,
    Diagonal,
    Sparse,
    Convolution,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ActivationName {
    Linear,
    Relu,
    Leaky,
    Mixed,
}

impl From<ArchitectureName> for Architecture {
    fn from(name: ArchitectureName) -> Self {
        match name {
            ArchitectureName::Dense => Architecture::Dense,
            ArchitectureName::Diagonal => Architecture::Diagonal,
            ArchitectureName::Sparse => Architecture::Sparse,
            ArchitectureName::Convolution => Architecture::Convolution,
        }
    }
}

impl From<ActivationName> for ActivationKind {
    fn from(name: ActivationName) -> Self {
        match name {
            ActivationName::Linear => ActivationKind::Linear,
            ActivationName::Relu => ActivationKind::Relu,
            ActivationName::Leaky => ActivationKind::Leaky,
            ActivationName::Mixed => ActivationKind::Mixed,
        }
    }
}

/// What bounds that allow nothing leave no room for.
pub fn what_is_missing(bounds: &Bounds) -> String {
    let sizes = [
        ("depth", &bounds.depth, 2),
        ("number of inputs", &bounds.inputs, 1),
        ("number of samples", &bounds.samples, 1),
        ("width", &bounds.width, 1),
    ];
    let size = |(name, range, least): (&str, &RangeInclusive<usize>, usize)| {
        let (start, end) = (*range.start().max(&least), *range.end());
        (start > end).then(|| format!("no {name} is at least {start} and at most {end}"))
    };
    let kinds = [
        bounds.architectures.is_empty().then(|| "no wiring is left".to_string()),
        bounds.activations.is_empty().then(|| "no activation is left".to_string()),
    ];
    let missing: Vec<String> = kinds.into_iter().flatten().chain(sizes.into_iter().filter_map(size)).collect();
    if !missing.is_empty() {
        return missing.join(", and ");
    }
    match bounds.activations.as_slice() {
        [ActivationKind::Mixed] => "a network of depth 2 has one hidden layer, which cannot be mixed".into(),
        // What is left are kinks.
        _ => "there can be no kinks".into(),
    }
}

fn height(text: &str) -> Result<u32, String> {
    let height = values::up_to(text, MAX_HEIGHT.into())?;
    u32::try_from(height).map_err(|error| error.to_string())
}

/// A number, or two with `..` between them, both included.
fn range(text: &str) -> Result<RangeInclusive<usize>, String> {
    let number = |text: &str| text.parse::<usize>().map_err(|_| "expected a range, as in 2 or 2..3".to_string());
    let (start, end) = match text.split_once("..") {
        None => (number(text)?, number(text)?),
        Some((start, end)) => (number(start)?, number(end.strip_prefix('=').unwrap_or(end))?),
    };
    if start <= end { Ok(start..=end) } else { Err(format!("{start} is more than {end}")) }
}

impl BoundsArguments {
    /// The conjecture's bounds with the options in place of what the hypothesis leaves open.
    pub fn within(&self, conjecture: Bounds) -> Bounds {
        let default = Bounds::default();
        let mut bounds = conjecture;
        if !self.architecture.is_empty() {
            let asked: Vec<Architecture> = self.architecture.iter().map(|&name| name.into()).collect();
            bounds.architectures.retain(|kind| asked.contains(kind));
        }
        if !self.activation.is_empty() {
            let asked: Vec<ActivationKind> = self.activation.iter().map(|&name| name.into()).collect();
            bounds.activations.retain(|kind| asked.contains(kind));
        }
        narrow(&mut bounds.depth, &default.depth, self.depth.as_ref());
        narrow(&mut bounds.inputs, &default.inputs, self.inputs.as_ref());
        narrow(&mut bounds.samples, &default.samples, self.samples.as_ref());
        narrow(&mut bounds.width, &default.width, self.width.as_ref());
        bounds.height = self.height.unwrap_or(bounds.height);
        bounds
    }
}

/// Takes the range asked for; an end that the hypothesis has moved from its default only moves further in.
fn narrow(bound: &mut RangeInclusive<usize>, default: &RangeInclusive<usize>, asked: Option<&RangeInclusive<usize>>) {
    let Some(asked) = asked else { return };
    let start = if bound.start() > default.start() { *bound.start().max(asked.start()) } else { *asked.start() };
    let end = if bound.end() < default.end() { *bound.end().min(asked.end()) } else { *asked.end() };
    *bound = start..=end;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_one_number_or_two() {
        assert_eq!(range("3"), Ok(3..=3));
        assert_eq!(range("2..4"), Ok(2..=4));
        assert_eq!(range("2..=4"), Ok(2..=4));
        for text in ["", "..", "4..2", "2..", "a", "-1", "1..2..3"] {
            assert!(range(text).is_err(), "{text}");
        }
    }

    #[test]
    fn options_replace_defaults_and_never_what_the_hypothesis_asks_for() {
        let narrowed = |hypothesis: RangeInclusive<usize>, asked: RangeInclusive<usize>| {
            let mut bound = hypothesis;
            narrow(&mut bound, &(2..=4), Some(&asked));
            bound
        };
        assert_eq!(narrowed(2..=4, 3..=6), 3..=6);
        assert_eq!(narrowed(3..=4, 2..=6), 3..=6);
        assert_eq!(narrowed(2..=2, 2..=6), 2..=2);
        assert!(narrowed(2..=2, 3..=6).is_empty());
    }
}
