//! What a counterexample must look like, as far as the bounds of the sources can say.

use std::ops::RangeInclusive;

use super::atom::{Atom, Hidden, Wiring};
use super::formula::Formula;
use super::size::{Comparison, Size};
use super::{Conjecture, Shape};
use crate::explore::bounds::{ActivationKind, Architecture, Bounds, MAX_HEIGHT, Slopes};

impl Conjecture {
    /// The default bounds, narrowed by what the hypothesis implies and the negated conclusion implies.
    ///
    /// No counterexample within the default bounds is left out, except that a network is taken for what it computes: where no
    /// parameter may be shared, convolutions with a single patch are drawn as sparse layers. A size for which the conjecture asks for
    /// more than the default bounds allow has bounds of its own, and slopes that it names are among those that are drawn.
    pub fn bounds(&self) -> Bounds {
        let formula = match self.hypothesis() {
            Some(hypothesis) => hypothesis.clone().and(self.conclusion().clone().negated()),
            None => self.conclusion().clone().negated(),
        };
        self.narrowed(&formula)
    }

    /// The same, narrowed by the hypothesis alone: no instance within the default bounds that meets it is left out. This is what a census goes
    /// through, so that it counts every instance of which the conjecture says something.
    pub fn scope(&self) -> Bounds {
        self.hypothesis().map_or_else(Bounds::default, |hypothesis| self.narrowed(hypothesis))
    }

    /// Whether no network at all can break it, by the form of the statement alone: what the hypothesis and the negated conclusion say
    /// of wiring, activations and sizes contradicts itself.
    ///
    /// ```
    /// use margincert::explore::conjecture::Conjecture;
    ///
    /// let by_form = |text: &str| text.parse::<Conjecture>().unwrap().holds_by_form();
    /// assert!(by_form("kkt & dense -> no_sharing | local_optimum"));
    /// assert!(!by_form("kkt & !dense & !sparse & !convolution -> local_optimum"));
    /// ```
    pub fn holds_by_form(&self) -> bool {
        let conclusion = Needs::of(self.conclusion(), false);
        let needs = match self.hypothesis() {
            Some(hypothesis) => Needs::of(hypothesis, true).and(conclusion),
            None => conclusion,
        };
        needs.is_impossible()
    }

    fn narrowed(&self, formula: &Formula) -> Bounds {
        let mut bounds = Needs::of(formula, true).within(Bounds::default());
        if let Slopes::OfHeight(also) = &mut bounds.slopes {
            let formulas = self.hypothesis().into_iter().chain([self.conclusion()]);
            for atom in formulas.flat_map(Formula::atoms) {
                if let Atom::Hidden(Hidden::Leaky(Some(slope))) = atom
                    && !also.contains(slope)
                {
                    also.push(slope.clone());
                }
            }
            also.sort();
        }
        bounds.condition = Some(formula.clone());
        bounds
    }
}

/// Conditions that a formula's truth (or falsehood) implies; sizes have no upper bound by themselves.
#[derive(Clone)]
struct Needs {
    bounds: Bounds,
    /// Whether a wiring may do that is none of the architectures.
    other_wiring: bool,
    /// What sizes that have no bounds must reach.
    least: Least,
}

/// Sizes of which only the lower end matters: the bounds have to leave room for it.
#[derive(Clone, Copy, Default)]
struct Least {
    filters: usize,
    parameters: usize,
    height: usize,
}

impl Least {
    fn with(self, other: Self, of: fn(usize, usize) -> usize) -> Self {
        Least {
            filters: of(self.filters, other.filters),
            parameters: of(self.parameters, other.parameters),
            height: of(self.height, other.height),
        }
    }
}

impl Needs {
    fn nothing() -> Self {
        let any = 0..=usize::MAX;
        let sizes =
            Bounds { depth: any.clone(), inputs: any.clone(), samples: any.clone(), width: any, ..Bounds::default() };
        Needs { bounds: Bounds { height: u32::MAX, ..sizes }, other_wiring: true, least: Least::default() }
    }

    fn impossible() -> Self {
        let mut needs = Self::nothing();
        needs.bounds.architectures.clear();
        needs.other_wiring = false;
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
        let bounds = &mut needs.bounds;
        match atom {
            Atom::NonzeroWeights => bounds.nonzero_weights = holds,
            Atom::NonzeroInputs => bounds.nonzero_inputs = holds,
            Atom::Wiring(wiring) => {
                bounds.architectures.retain(|a| allows(*wiring, *a, holds));
                // That all layers are dense is one of the architectures. Of the others a last layer may share parameters, or layers differ.
                needs.other_wiring = !(holds && *wiring == Wiring::Dense);
            }
            Atom::Hidden(hidden) => {
                let kind = match hidden {
                    Hidden::Linear => ActivationKind::Linear,
                    Hidden::Relu => ActivationKind::Relu,
                    Hidden::Leaky(_) => ActivationKind::Leaky,
                };
                match hidden {
                    Hidden::Leaky(Some(slope)) if holds => {
                        bounds.activations = vec![kind];
                        bounds.slopes = Slopes::Only(vec![slope.clone()]);
                    }
                    // Not this slope may be another slope.
                    Hidden::Leaky(Some(_)) => {}
                    _ => bounds.activations.retain(|a| (*a == kind) == holds),
                }
            }
            Atom::Size(size, comparison, number) => {
                let comparison = if holds { *comparison } else { comparison.negated() };
                return Self::of_size(*size, comparison, usize::try_from(*number).unwrap_or(usize::MAX));
            }
            Atom::Shape(Shape::MixedActivations) if holds => {
                bounds.activations.retain(|kind| matches!(kind, ActivationKind::Leaky | ActivationKind::Mixed));
            }
            // Of a layer that a network has not nothing is known, so that it is no counterexample.
            _ => {
                if let Some(layer) = atom.deepest_layer() {
                    bounds.depth = layer.saturating_add(1)..=usize::MAX;
                }
            }
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
        let (bounds, least) = (&mut needs.bounds, &mut needs.least);
        let (start, end) = (*range.start(), *range.end());
        match size {
            Size::Depth => bounds.depth = range,
            Size::Inputs => bounds.inputs = range,
            Size::Samples => bounds.samples = range,
            // Only the widest layer must be that wide. The lower end is kept all the same, to raise the upper one; see `within`.
            Size::Width => bounds.width = range,
            Size::Kinks if end == 0 => bounds.kinks = Some(false),
            Size::Kinks if start > 0 => bounds.kinks = Some(true),
            Size::Kinks => {}
            Size::Height => {
                bounds.height = u32::try_from(end).unwrap_or(u32::MAX);
                least.height = start;
            }
            Size::Filters => {
                if end == 0 {
                    bounds.architectures.retain(|a| *a != Architecture::Convolution);
                } else if start > 0 {
                    bounds.architectures.retain(|a| *a == Architecture::Convolution);
                }
                least.filters = start;
            }
            // As many weights that are not 0 take as many weights.
            Size::Parameters | Size::Support => least.parameters = start,
            // No more than all samples have margin 1, or support the point.
            Size::Active | Size::Supporting => bounds.samples = start..=usize::MAX,
            Size::Live | Size::Dead | Size::Rank => {}
        }
        needs
    }

    fn and(self, other: Self) -> Self {
        let (mut a, b) = (self.bounds, other.bounds);
        a.architectures.retain(|architecture| b.architectures.contains(architecture));
        a.activations.retain(|activation| b.activations.contains(activation));
        a.slopes = match (a.slopes, b.slopes) {
            (Slopes::Only(mut x), Slopes::Only(y)) => {
                x.retain(|slope| y.contains(slope));
                Slopes::Only(x)
            }
            (Slopes::Only(x), _) | (_, Slopes::Only(x)) => Slopes::Only(x),
            (x, _) => x,
        };
        if a.slopes == Slopes::Only(Vec::new()) {
            a.activations.retain(|kind| *kind != ActivationKind::Leaky);
            a.slopes = Slopes::OfHeight(Vec::new());
        }
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
        Needs {
            bounds: a,
            other_wiring: self.other_wiring && other.other_wiring,
            least: self.least.with(other.least, usize::max),
        }
    }

    fn or(self, other: Self) -> Self {
        if self.is_impossible() {
            return other;
        }
        if other.is_impossible() {
            return self;
        }
        let (mut a, b) = (self.bounds, other.bounds);
        a.slopes = match (a.slopes, b.slopes) {
            // Slopes matter only where there are any.
            (_, y) if !has_slopes(&a.activations) => y,
            (x, _) if !has_slopes(&b.activations) => x,
            (Slopes::Only(mut x), Slopes::Only(y)) => {
                x.extend(y.into_iter().filter(|slope| !x.contains(slope)).collect::<Vec<_>>());
                x.sort();
                Slopes::Only(x)
            }
            _ => Slopes::OfHeight(Vec::new()),
        };
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
        Needs {
            bounds: a,
            other_wiring: self.other_wiring || other.other_wiring,
            least: self.least.with(other.least, usize::min),
        }
    }

    /// Whether there is no such network, of any wiring.
    fn is_impossible(&self) -> bool {
        let Bounds { depth, inputs, samples, width, .. } = &self.bounds;
        self.bounds.architectures.is_empty() && !self.other_wiring
            || self.bounds.activations.is_empty()
            || [depth, inputs, samples, width].into_iter().any(|range| range.is_empty())
    }

    fn within(self, limits: Bounds) -> Bounds {
        let within = |needed: &RangeInclusive<usize>, limit: &RangeInclusive<usize>| {
            let start = *needed.start().max(limit.start());
            // A size beyond the limits is there because the conjecture asks for it.
            let end = if *needed.start() > *limit.end() { *needed.start() } else { *limit.end() };
            start..=end.min(*needed.end())
        };
        let needed = self.bounds;
        let width = within(&needed.width, &limits.width);
        let depth = within(&needed.depth, &limits.depth);
        // With one hidden layer the widest is the only one.
        let every_layer = depth.end() <= &2 || width.is_empty();
        let least_height = u32::try_from(self.least.height).unwrap_or(u32::MAX);
        let mut bounds = Bounds {
            depth,
            inputs: within(&needed.inputs, &limits.inputs),
            samples: within(&needed.samples, &limits.samples),
            width: if every_layer { width } else { *limits.width.start()..=*width.end() },
            height: limits.height.max(least_height.min(MAX_HEIGHT)).min(needed.height),
            ..needed.clone()
        };
        make_room(&mut bounds, &needed, self.least);
        bounds
    }
}

fn has_slopes(activations: &[ActivationKind]) -> bool {
    activations.iter().any(|kind| matches!(kind, ActivationKind::Leaky | ActivationKind::Mixed))
}

/// Raises the upper ends of width and inputs that the conjecture leaves free, until there are networks with so many filters or parameters, or as
/// many as can be searched.
fn make_room(bounds: &mut Bounds, needed: &Bounds, least: Least) {
    // A filter has two units or more.
    let wide = least.filters.saturating_mul(2).min(*needed.width.end());
    if wide > *bounds.width.end() {
        bounds.width = *bounds.width.start()..=wide;
    }
    while bounds.max_parameters() < least.parameters && bounds.check().is_ok() {
        let wider =
            |bounds: &Bounds| more(&bounds.width, &needed.width).map(|width| Bounds { width, ..bounds.clone() });
        let longer =
            |bounds: &Bounds| more(&bounds.inputs, &needed.inputs).map(|inputs| Bounds { inputs, ..bounds.clone() });
        let both = |bounds: &Bounds| wider(bounds).and_then(|wider| longer(&wider));
        let larger = [wider(bounds), longer(bounds), both(bounds)].into_iter().flatten();
        match larger.into_iter().find(|larger| larger.max_parameters() > bounds.max_parameters()) {
            Some(larger) => *bounds = larger,
            None => return,
        }
    }
}

/// The range with one more at its end, unless that is more than is allowed.
fn more(range: &RangeInclusive<usize>, allowed: &RangeInclusive<usize>) -> Option<RangeInclusive<usize>> {
    (range.end() < allowed.end()).then(|| *range.start()..=range.end() + 1)
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
