//! Bounds on a line: the class of instances that a run goes through, as the database keeps it and people read it.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::{ActivationKind, Architecture, Bounds, Slopes};
use crate::kernel::exact::Rational;

const ARCHITECTURES: [(Architecture, &str); 4] = [
    (Architecture::Dense, "dense"),
    (Architecture::Diagonal, "diagonal"),
    (Architecture::Sparse, "sparse"),
    (Architecture::Convolution, "convolution"),
];

const ACTIVATIONS: [(ActivationKind, &str); 4] = [
    (ActivationKind::Linear, "linear"),
    (ActivationKind::Relu, "relu"),
    (ActivationKind::Leaky, "leaky"),
    (ActivationKind::Mixed, "mixed"),
];

/// All but the condition, which the conjecture says. Equal texts for equal bounds only.
impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bounds { architectures, activations, slopes, depth, inputs, samples, width, height, .. } = self;
        write!(f, "{}; {}", names(architectures, &ARCHITECTURES), names(activations, &ACTIVATIONS))?;
        let list = |slopes: &[Rational]| slopes.iter().map(Rational::to_string).collect::<Vec<_>>().join(", ");
        match slopes {
            Slopes::Only(slopes) => write!(f, "; slope {}", list(slopes))?,
            Slopes::OfHeight(also) if !also.is_empty() => write!(f, "; also slope {}", list(also))?,
            Slopes::OfHeight(_) => {}
        }
        let sizes = [("depth", depth), ("inputs", inputs), ("samples", samples), ("width", width)];
        let sizes = sizes.map(|(name, range)| format!("{name} {}", range_in_words(range))).join(", ");
        write!(f, "; {sizes}, height {height}")?;
        let hypotheses = [
            (self.nonzero_inputs, "nonzero_inputs"),
            (self.nonzero_weights, "nonzero_weights"),
            (self.kinks == Some(true), "with kinks"),
            (self.kinks == Some(false), "without kinks"),
        ];
        hypotheses.into_iter().filter(|(is_asked, _)| *is_asked).try_for_each(|(_, name)| write!(f, "; {name}"))
    }
}

fn names<T: PartialEq>(items: &[T], known: &[(T, &'static str)]) -> String {
    let name = |item: &T| known.iter().find(|(other, _)| other == item).map_or("", |(_, name)| name);
    items.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn range_in_words(range: &RangeInclusive<usize>) -> String {
    let (start, end) = (range.start(), range.end());
    if start == end { start.to_string() } else { format!("{start}..{end}") }
}

/// A text that no bounds are printed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these are no bounds of this version of the program")]
pub struct NoBounds;

impl FromStr for Bounds {
    type Err = NoBounds;

    fn from_str(text: &str) -> Result<Self, NoBounds> {
        let mut parts = text.split("; ").peekable();
        let architectures = items(parts.next().ok_or(NoBounds)?, &ARCHITECTURES)?;
        let activations = items(parts.next().ok_or(NoBounds)?, &ACTIVATIONS)?;
        let mut bounds = Bounds { architectures, activations, ..Bounds::default() };
        let slopes = |list: &str| list.split(", ").map(str::parse).collect::<Result<_, _>>().map_err(|_| NoBounds);
        if let Some(list) = parts.peek().and_then(|part| part.strip_prefix("slope ")) {
            bounds.slopes = Slopes::Only(slopes(list)?);
            parts.next();
        } else if let Some(list) = parts.peek().and_then(|part| part.strip_prefix("also slope ")) {
            bounds.slopes = Slopes::OfHeight(slopes(list)?);
            parts.next();
        }
        for size in parts.next().ok_or(NoBounds)?.split(", ") {
            let (name, range) = size.split_once(' ').ok_or(NoBounds)?;
            match name {
                "depth" => bounds.depth = range_of(range)?,
                "inputs" => bounds.inputs = range_of(range)?,
                "samples" => bounds.samples = range_of(range)?,
                "width" => bounds.width = range_of(range)?,
                "height" => bounds.height = range.parse().map_err(|_| NoBounds)?,
                _ => return Err(NoBounds),
            }
        }
        for hypothesis in parts {
            match hypothesis {
                "nonzero_inputs" => bounds.nonzero_inputs = true,
                "nonzero_weights" => bounds.nonzero_weights = true,
                "with kinks" => bounds.kinks = Some(true),
                "without kinks" => bounds.kinks = Some(false),
                _ => return Err(NoBounds),
            }
        }
        // What is read must be what was printed, to the letter.
        if bounds.to_string() == text { Ok(bounds) } else { Err(NoBounds) }
    }
}

fn items<T: Copy>(text: &str, known: &[(T, &str)]) -> Result<Vec<T>, NoBounds> {
    let item = |name: &str| known.iter().find(|(_, other)| *other == name).map(|(item, _)| *item).ok_or(NoBounds);
    if text.is_empty() { Ok(Vec::new()) } else { text.split(", ").map(item).collect() }
}

fn range_of(text: &str) -> Result<RangeInclusive<usize>, NoBounds> {
    let number = |text: &str| text.parse().map_err(|_| NoBounds);
    match text.split_once("..") {
        None => number(text).map(|size| size..=size),
        Some((start, end)) => Ok(number(start)?..=number(end)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::sources::numbers::ratio;

    #[test]
    fn what_is_printed_is_read_back() {
        let all = Bounds::default();
        let some = Bounds {
            architectures: vec![Architecture::Dense, Architecture::Sparse],
            activations: vec![ActivationKind::Leaky],
            slopes: Slopes::Only(vec![ratio(1, 10), ratio(2, 1)]),
            depth: 3..=3,
            nonzero_weights: true,
            kinks: Some(false),
            ..all.clone()
        };
        let also = Bounds { slopes: Slopes::OfHeight(vec![ratio(1, 10)]), nonzero_inputs: true, ..all.clone() };
        let none = Bounds { architectures: Vec::new(), ..all.clone() };
        for bounds in [all, some, also, none] {
            assert_eq!(bounds.to_string().parse(), Ok(bounds));
        }
        let text = "dense; relu; depth 2, inputs 1, samples 1..2, width 1, height 5";
        assert_eq!(text.parse::<Bounds>().map(|bounds| bounds.samples), Ok(1..=2));
        for wrong in ["", "dense", "dens; relu; depth 2", &text.replace("..", ".."[1..].into()), &format!("{text}; so")]
        {
            assert_eq!(wrong.parse::<Bounds>(), Err(NoBounds), "{wrong}");
        }
    }
}
