//! What a counterexample must look like, as far as the bounds of the sources can say.

use std::ops::RangeInclusive;

use super::formula::{Atom, Comparison, Formula, Hidden, Size, Wiring};
use super::{Conjecture, Layers};
use crate::explore::bounds::{ActivationKind, Architecture, Bounds};

impl Conjecture {
    /// The default bounds, narrowed by what the hypothesis implies and the negated conclusion implies.
    ///
    /// No counterexample within the default bounds is left out, except that a network is taken for what it computes: where no
    /// parameter may be shared, convolutions with a single patch are drawn as sparse layers. A size for which the conjecture asks for
    /// more than the default bounds allow has bounds of its own.
    pub fn bounds(&self) -> Bounds {
        let conclusion = Needs::of(self.conclusion(), false);
        let needs = match self.hypothesis() {
            Some(hypothesis) => Needs::of(hypothesis, true).and(conclusion),
            None => conclusion,
        };
        needs.within(Bounds::default())
    }
}

/// Conditions that a formula's truth (or falsehood) implies; sizes have no upper bound by themselves.
#[derive(Clone)]
struct Needs(Bounds);

impl Needs {
    fn nothing() -> Self {
        let any = 0..=usize::MAX;
        let sizes =
            Bounds { depth: any.clone(), inputs: any.clone(), samples: any.clone(), width: any, ..Bounds::default() };
        Needs(Bounds { height: u32::MAX, ..sizes })
    }

    fn impossible() -> Self {
        let mut needs = Self::nothing();
        needs.0.architectures.clear();
        needs
    }

    /// What the formula implies, or its negation.
    fn of(formula: &Formula, holds: bool) -> Self {
        match (formula, holds) {
            (Formula::Atom(atom), _) => Self::of_atom(atom, holds),
            (Formula::Not(a), _) => Self::of(a, !holds),
            (Formula::And(a, b), true) => Self::of(a, true).and(Self::of(b, true)),
            (Formula::And(a, b), false) => Self::of(a, false).or(Self::of(b, false)),
            (Formula::Or(a, b), true) => Self::of(a, true).or(Self::of(b, true)),
            (Formula::Or(a, b), false) => Self::of(a, false).and(Self::of(b, false)),
            (Formula::Implies(a, b), true) => Self::of(a, false).or(Self::of(b, true)),
            (Formula::Implies(a, b), false) => Self::of(a, true).and(Self::of(b, false)),
        }
    }

    fn of_atom(atom: &Atom, holds: bool) -> Self {
        let mut needs = Self::nothing();
        let bounds = &mut needs.0;
        match atom {
            Atom::NonzeroWeights => bounds.nonzero_weights = holds,
            Atom::NonzeroInputs => bounds.nonzero_inputs = holds,
            Atom::Wiring(wiring) => bounds.architectures.retain(|a| allows(*wiring, *a, holds)),
            Atom::Hidden(hidden) => {
                let kind = match hidden {
                    Hidden::Linear => ActivationKind::Linear,
                    Hidden::Relu => ActivationKind::Relu,
                    Hidden::Leaky(_) => ActivationKind::Leaky,
                };
                // Not this slope may be another slope.
                if holds || !matches!(hidden, Hidden::Leaky(Some(_))) {
                    bounds.activations.retain(|a| (*a == kind) == holds);
                }
            }
            Atom::Size(size, comparison, number) => {
                let comparison = if holds { *comparison } else { comparison.negated() };
                return Self::of_size(*size, comparison, usize::try_from(*number).unwrap_or(usize::MAX));
            }
            // Of a layer that a network has not nothing is known, so that it is no counterexample.
            Atom::Local(Layers::Layer(layer)) | Atom::Global(Layers::Layer(layer)) => {
                bounds.depth = layer.saturating_add(1)..=usize::MAX;
            }
            _ => {}
        }
        needs
    }

    fn of_size(size: Size, comparison: Comparison, number: usize) -> Self {
        let range = match comparison {
            Comparison::Equal => number..=number,
            Comparison::AtMost => 0..=number,
            Comparison::AtLeast => number..=usize::MAX,
            Comparison::NotEqual if number == 0 => 1..=usize::MAX,
            Comparison::NotEqual => 0..=usize::MAX,
            Comparison::Less => match number.checked_sub(1) {
                Some(last) => 0..=last,
                None => return Self::impossible(),
            },
            Comparison::Greater => match number.checked_add(1) {
                Some(first) => first..=usize::MAX,
                None => return Self::impossible(),
            },
        };
        let mut needs = Self::nothing();
        let bounds = &mut needs.0;
        match size {
            Size::Depth => bounds.depth = range,
            Size::Inputs => bounds.inputs = range,
            Size::Samples => bounds.samples = range,
            // Only the widest layer must be that wide. The lower end is kept all the same, to raise the upper one; see `within`.
            Size::Width => bounds.width = range,
            Size::Kinks if *range.end() == 0 => bounds.kinks = Some(false),
            Size::Kinks if *range.start() > 0 => bounds.kinks = Some(true),
            Size::Height => bounds.height = u32::try_from(*range.end()).unwrap_or(u32::MAX),
            Size::Filters if *range.end() == 0 => bounds.architectures.retain(|a| *a != Architecture::Convolution),
            Size::Filters if *range.start() > 0 => bounds.architectures.retain(|a| *a == Architecture::Convolution),
            Size::Kinks | Size::Filters | Size::Parameters | Size::Support => {}
        }
        needs
    }

    fn and(self, other: Self) -> Self {
        let (mut a, b) = (self.0, other.0);
        a.architectures.retain(|architecture| b.architectures.contains(architecture));
        a.activations.retain(|activation| b.activations.contains(activation));
        let meet =
            |a: &RangeInclusive<usize>, b: &RangeInclusive<usize>| *a.start().max(b.start())..=*a.end().min(b.end());
        a.depth = meet(&a.depth, &b.depth);
        a.inputs = meet(&a.inputs, &b.inputs);
        a.samples = meet(&a.samples, &b.samples);
        a.width = meet(&a.width, &b.width);
        a.height = a.height.min(b.height);
        a.nonzero_inputs |= b.nonzero_inputs;
        a.nonzero_weights |= b.nonzero_weights;
        match (a.kinks, b.kinks) {
            (Some(x), Some(y)) if x != y => return Self::impossible(),
            (x, y) => a.kinks = x.or(y),
        }
        Needs(a)
    }

    fn or(self, other: Self) -> Self {
        if self.is_impossible() {
            return other;
        }
        if other.is_impossible() {
            return self;
        }
        let (mut a, b) = (self.0, other.0);
        a.architectures.extend(b.architectures.iter().filter(|x| !a.architectures.contains(x)).collect::<Vec<_>>());
        a.architectures.sort();
        a.activations.extend(b.activations.iter().filter(|x| !a.activations.contains(x)).collect::<Vec<_>>());
        a.activations.sort();
        let hull =
            |a: &RangeInclusive<usize>, b: &RangeInclusive<usize>| *a.start().min(b.start())..=*a.end().max(b.end());
        a.depth = hull(&a.depth, &b.depth);
        a.inputs = hull(&a.inputs, &b.inputs);
        a.samples = hull(&a.samples, &b.samples);
        a.width = hull(&a.width, &b.width);
        a.height = a.height.max(b.height);
        a.nonzero_inputs &= b.nonzero_inputs;
        a.nonzero_weights &= b.nonzero_weights;
        a.kinks = if a.kinks == b.kinks { a.kinks } else { None };
        Needs(a)
    }

    fn is_impossible(&self) -> bool {
        let Bounds { depth, inputs, samples, width, .. } = &self.0;
        self.0.architectures.is_empty()
            || self.0.activations.is_empty()
            || [depth, inputs, samples, width].into_iter().any(|range| range.is_empty())
    }

    fn within(self, limits: Bounds) -> Bounds {
        let within = |needed: &RangeInclusive<usize>, limit: RangeInclusive<usize>| {
            let start = *needed.start().max(limit.start());
            // A size beyond the limits is there because the conjecture asks for it.
            let end = if *needed.start() > *limit.end() { *needed.start() } else { *limit.end() };
            start..=end.min(*needed.end())
        };
        let width = within(&self.0.width, limits.width.clone());
        let depth = within(&self.0.depth, limits.depth);
        // With one hidden layer the widest is the only one.
        let every_layer = depth.end() <= &2 || width.is_empty();
        Bounds {
            depth,
            inputs: within(&self.0.inputs, limits.inputs),
            samples: within(&self.0.samples, limits.samples),
            width: if every_layer { width } else { *limits.width.start()..=*width.end() },
            height: self.0.height.min(limits.height),
            ..self.0
        }
    }
}

/// Whether instances of an architecture can have a wiring, or can be without it.
fn allows(wiring: Wiring, architecture: Architecture, holds: bool) -> bool {
    // Those of an architecture in the list always have the wiring, the others never.
    let having: &[Architecture] = match wiring {
        Wiring::Dense => &[Architecture::Dense],
        Wiring::Diagonal => &[Architecture::Diagonal],
        Wiring::Convolution => &[Architecture::Convolution],
        // Without overlap it may be anything.
        Wiring::Overlapping => return !holds || architecture == Architecture::Convolution,
        Wiring::Sparse => &[Architecture::Diagonal, Architecture::Sparse],
        Wiring::NoSharing => &[Architecture::Dense, Architecture::Diagonal, Architecture::Sparse],
    };
    having.contains(&architecture) == holds
}
