//! Why the point is a KKT point, entry by entry; or why it is none.

use std::collections::{BTreeMap, BTreeSet};

use super::problem::LISTED;
use super::{Teller, notation};
use crate::kernel::check::along::leaving;
use crate::kernel::check::not_kkt::{least_derivative, tied_kinks};
use crate::kernel::check::{Kkt, NotKkt};
use crate::kernel::exact::{OrderedField, Polynomial, Sign};
use crate::kernel::network::{Curve, Parameters, Scope, Trace, Unit};
use crate::report::document::Inline;
use crate::report::formula::{Formula, Operator, integer, letter, relate, row};

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn kkt(&mut self, evidence: &Kkt<F>) {
        let scope = Scope::of(evidence.layer);
        let multipliers = evidence.multipliers.iter().enumerate().take(LISTED);
        let lines = multipliers.map(|(i, value)| self.equation(notation::multiplier(i), value)).collect();
        self.document.paragraph(Inline::from(
            "The point is feasible. The multipliers below are not negative, and positive only where the margin is 1:",
        ));
        self.document.display(lines);
        self.left_out(evidence.multipliers.len(), "multipliers");
        self.tell_selections(evidence, scope);
        self.tell_stationarity(evidence);
    }

    /// The condition, and that it holds entry by entry.
    pub(super) fn tell_stationarity(&mut self, evidence: &Kkt<F>) {
        self.tell_stationarity_of(evidence, |text| {
            text.text("element chosen of the Clarke subdifferential of the network's output on sample ")
                .math(letter("i"))
                .text(" (its gradient, where no preactivation is 0)")
        });
        self.stationary.push((evidence.layer, evidence.multipliers.clone()));
    }

    /// The same, with gradients that `describe` says more of.
    pub(super) fn tell_stationarity_of(&mut self, evidence: &Kkt<F>, describe: impl Fn(Inline) -> Inline) {
        let scope = Scope::of(evidence.layer);
        let sum = notation::sum([notation::lambda(), notation::of_sample("y"), notation::of_sample("g")]);
        let subdifferential = Inline::from("Stationarity ")
            .math(relate(notation::free_point(scope), Operator::Equal, sum))
            .text(match evidence.layer {
                None => " holds entry by entry".to_string(),
                Some(layer) => format!(" holds for the parameters of layer {layer}, entry by entry"),
            })
            .text(", each ")
            .math(letter("g").sub(letter("i")))
            .text(" being the ");
        let subdifferential = describe(subdifferential)
            .text(". Each product is ")
            .math(notation::lambda())
            .text(" times the entry of ")
            .math(row([notation::of_sample("y"), notation::of_sample("g")]))
            .text("; products that are 0 are left out:");
        self.document.paragraph(subdifferential);
        self.tell_entries(evidence, scope);
    }

    fn tell_entries(&mut self, evidence: &Kkt<F>, scope: Scope) {
        // Where many samples support, fewer entries are listed, so that not every gradient times every parameter is.
        let support = evidence.multipliers.iter().filter(|multiplier| !multiplier.is_zero()).count();
        let most = (LISTED * LISTED / support.max(1)).clamp(1, LISTED);
        let layers = self.problem.network().layers();
        let point = self.problem.point().entries().filter(|((l, _), _)| scope.contains(*l));
        let mut entries: BTreeSet<(usize, usize)> =
            point.filter(|(_, value)| !value.is_zero()).map(|(place, _)| place).collect();
        self.with_support(evidence, |_, _, gradient| {
            entries.extend(gradient.entries().filter(|(_, value)| !value.is_zero()).map(|(place, _)| place));
        });
        let mut sums: BTreeMap<(usize, usize), Vec<Formula>> =
            entries.iter().take(most).map(|place| (*place, Vec::new())).collect();
        self.with_support(evidence, |sample, multiplier, gradient| {
            for ((l, p), products) in &mut sums {
                let value = &gradient.layers()[*l][*p];
                if value.is_zero() {
                    continue;
                }
                if !products.is_empty() {
                    products.push(Formula::Operator(Operator::Plus));
                }
                let entry = self.problem.samples()[sample].y.times(value.clone());
                products.extend([self.factor(multiplier), Formula::Operator(Operator::Times), self.factor(&entry)]);
            }
        });
        let lines = sums.into_iter().map(|((l, p), products)| {
            let value = self.notation.number(&self.problem.point().layers()[l][p]);
            let left = relate(notation::parameter(l, &layers[l], p), Operator::Equal, value);
            row([left, Formula::Operator(Operator::Equal), row(products)])
        });
        let lines = lines.collect();
        self.document.display(lines);
        if entries.len() > most {
            self.document.paragraph(format!("and {} more entries, which the certificate lists.", entries.len() - most));
        }
        let free = layers.iter().enumerate().filter(|(l, _)| scope.contains(*l)).map(|(_, layer)| layer.parameters());
        if free.sum::<usize>() > entries.len() {
            self.document.paragraph("For the parameters that are not listed both sides are 0.");
        }
    }

    /// A number as a factor: in parentheses unless it is a non-negative rational.
    pub(super) fn factor(&self, value: &F) -> Formula {
        let formula = self.notation.number(value);
        match &formula {
            Formula::Row(_) => formula.paren(),
            _ => formula,
        }
    }

    /// A number that an exponent follows: in parentheses unless it is a non-negative integer.
    pub(super) fn base(&self, value: &F) -> Formula {
        match self.factor(value) {
            fraction @ Formula::Fraction(..) => fraction.paren(),
            other => other,
        }
    }

    fn tell_selections(&mut self, evidence: &Kkt<F>, scope: Scope) {
        let mut told = 0;
        for (&sample, terms) in &evidence.selections {
            let kinks = self.problem.kinks(sample, scope);
            if kinks.is_empty() || evidence.multipliers[sample].is_zero() {
                continue;
            }
            told += 1;
            if told > LISTED {
                continue;
            }
            let units = kinks.iter().take(LISTED).map(|unit| notation::preactivation(unit.layer, unit.unit));
            let side = |trace: &Trace<F, Polynomial<F>>, unit: &Unit| {
                let lowest = trace.preactivations[unit.layer][unit.unit].lowest();
                lowest.map_or(Sign::Zero, |(_, coefficient)| coefficient.sign())
            };
            let curves = terms.iter().map(|term| (term, leaving(self.problem, scope, sample, &term.toward).0));
            let curves: Vec<_> = curves.collect();
            let some_stay = curves.iter().any(|(_, trace)| kinks.iter().any(|unit| side(trace, unit) == Sign::Zero));
            let text = Inline::from(format!("On sample {sample} these preactivations are 0: "))
                .math(comma_separated(units))
                .text(
                    ". The element of the Clarke subdifferential is a convex combination of limits of gradients, one along \
                     each of these curves, on which those preactivations leave 0 to the side stated for small ",
                )
                .math(relate(letter("t"), Operator::Greater, integer(0)))
                .text(if some_stay {
                    "; where 0 is stated they stay 0, and so they do all around the curve, behind units that are off:"
                } else {
                    ":"
                });
            self.document.paragraph(text);
            let items = curves.iter().map(|(term, trace)| {
                let item = Inline::from("weight ").math(self.notation.number(&term.weight)).text(", along ");
                let item = item.math(self.moving(&term.toward)).text(", with ");
                let sides = kinks.iter().take(LISTED).map(|unit| {
                    let side = match side(trace, unit) {
                        Sign::Positive => Operator::Greater,
                        Sign::Zero => Operator::Equal,
                        Sign::Negative => Operator::Less,
                    };
                    relate(notation::preactivation(unit.layer, unit.unit), side, integer(0))
                });
                item.math(comma_separated(sides))
            });
            let items = items.collect();
            self.document.list(items);
            if kinks.len() > LISTED {
                self.document.paragraph(format!("and {} more such preactivations.", kinks.len() - LISTED));
            }
        }
        self.left_out(told, "samples with such preactivations");
    }

    /// The parameters that a curve moves, each as a polynomial in `t`.
    pub(super) fn moving(&self, curve: &Curve<F>) -> Formula {
        let layers = self.problem.network().layers();
        let moved = self.moved_parameters(curve);
        comma_separated(moved.into_iter().map(|(l, p, polynomial)| {
            let value = self.notation.polynomial(&polynomial, "t");
            relate(notation::parameter(l, &layers[l], p), Operator::Equal, value)
        }))
    }

    pub(super) fn not_kkt(&mut self, evidence: &NotKkt<F>) {
        let scope = Scope::of(evidence.layer);
        let d = letter("d");
        self.document.paragraph(
            Inline::from("The point is feasible. Consider the direction ")
                .math(d.clone())
                .text(" with the entries below (those not listed being 0):"),
        );
        let entries = self.entries(&evidence.direction, "d");
        self.document.display(entries);
        let slope = self.problem.point().dot(&evidence.direction, scope);
        let product = |left: Formula| row([left, Formula::Operator(Operator::Times), d.clone()]);
        let text = Inline::from("If the point were a KKT point, then ")
            .math(relate(
                product(notation::point()),
                Operator::Equal,
                notation::sum([notation::lambda(), notation::of_sample("y"), product(notation::of_sample("g"))]),
            ))
            .text(" would hold with multipliers that are not negative, over the samples whose margin is 1. But ")
            .math(self.equation(product(notation::point()), &slope))
            .text(", which is negative, while ");
        let active: Vec<usize> = self.problem.sample_indices().filter(|&i| self.problem.is_active(i)).collect();
        if active.is_empty() {
            self.document.paragraph(text.text("no margin is 1, so that there is no such sample and the sum is 0."));
            return;
        }
        let each = product(row([notation::of_sample("y"), notation::of_sample("g")]));
        let has_kinks = |&i: &usize| !self.problem.kinks(i, scope).is_empty();
        let mut text = text.text("on every such sample ").math(each).text(" is not negative");
        if active.iter().take(LISTED).any(has_kinks) {
            let least =
                ", whichever slope each unit with the preactivation 0 takes, the least value being the one after ";
            text = text.text(least).math(Formula::Operator(Operator::AtLeast));
            let are_tied = |&i: &usize| tied_kinks(self.problem, scope, i).iter().any(|tied| tied.len() > 1);
            if active.iter().take(LISTED).any(are_tied) {
                text = text.text(
                    " (units whose preactivations are multiples of one another, as linear forms in the free parameters, are on \
                     their sides together)",
                );
            }
        }
        self.document.paragraph(text.text(":"));
        let lines = active.iter().take(LISTED).map(|i| {
            let left = product(row([notation::label(*i), notation::gradient(*i)]));
            let relation = if has_kinks(i) { Operator::AtLeast } else { Operator::Equal };
            let kinks = tied_kinks(self.problem, scope, *i);
            let least = least_derivative(self.problem, scope, *i, &evidence.direction, &kinks);
            let least = least.map_or_else(|_| F::zero(), |(value, _)| value);
            relate(left, relation, self.number_with_decimals(&least))
        });
        let lines = lines.collect();
        self.document.display(lines);
        self.left_out(active.len(), "samples");
    }

    /// The non-zero entries of a parameter vector, named by a letter.
    pub(super) fn entries(&self, vector: &Parameters<F>, base: &str) -> Vec<Formula> {
        let layers = self.problem.network().layers().iter().zip(vector.layers()).enumerate();
        let nonzero = layers.flat_map(|(l, (layer, values))| {
            let entries = values.iter().enumerate().filter(|(_, value)| !value.is_zero());
            entries.map(move |(p, value)| (l, layer, p, value))
        });
        let named = nonzero.take(LISTED).map(|(l, layer, p, value)| {
            let parameter = match notation::parameter(l, layer, p) {
                Formula::Sub(_, index) => Formula::Sub(Box::new(letter(base)), index),
                other => other,
            };
            relate(parameter, Operator::Equal, self.notation.number(value))
        });
        named.collect()
    }
}

/// Formulas with commas between them.
pub(super) fn comma_separated(items: impl IntoIterator<Item = Formula>) -> Formula {
    let comma = |k: usize| (k > 0).then_some(Formula::Operator(Operator::Comma));
    row(items.into_iter().enumerate().flat_map(|(k, item)| comma(k).into_iter().chain([item])))
}
