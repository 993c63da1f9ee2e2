//! A convex bound for each case of a tree.

use super::problem::LISTED;
use super::{Teller, notation};
use crate::kernel::check::{Cases, Leaf, Node, Side, Split};
use crate::kernel::exact::OrderedField;
use crate::kernel::network::Scope;
use crate::report::document::Inline;
use crate::report::formula::{Formula, Operator, half, integer, letter, name, relate, row};

impl<F: OrderedField> Teller<'_, F> {
    /// The multipliers of all cases that have none of their own, unless they are 0.
    pub(super) fn multipliers_if_not_stated(&mut self, multipliers: &[F]) {
        if multipliers.iter().any(|multiplier| !multiplier.is_zero()) {
            let multipliers = self.notation.tuple(multipliers);
            self.document
                .paragraph(Inline::from("Multipliers of the samples, if not stated: ").math(multipliers).text("."));
        }
    }

    pub(super) fn cases(&mut self, scope: Scope, evidence: &Cases<F>, local: bool) {
        let (lambda, mu) = (notation::lambda(), name(r"\mu", "μ").sub(letter("j")));
        let (g, p) = (letter("g").sub(letter("j")), notation::of_sample("p"));
        let pair = || letter("jk");
        let minus = || Formula::Operator(Operator::Minus);
        let total = |term: Formula| row([name(r"\textstyle\sum", "Σ").sub(letter("j")), term]);
        let function = row([
            half(),
            notation::free_parameters(scope).norm().squared(),
            minus(),
            notation::sum([lambda.clone(), p.clone()]),
            minus(),
            total(row([mu, g.clone()])),
            minus(),
            row([
                name(r"\textstyle\sum", "Σ").sub(pair()),
                name(r"\nu", "ν").sub(pair()),
                g.clone(),
                letter("g").sub(letter("k")),
            ]),
        ]);
        let text = Inline::from(if local {
            "Near the point, preactivations that are not 0 there keep their signs. What is left is divided into cases by signs, the \
             boundary belonging to both sides; in a case let "
        } else {
            "All parameters are divided into cases by signs, the boundary belonging to both sides; in a case let "
        });
        let text = text
            .math(relate(g, Operator::AtLeast, integer(0)))
            .text(" be its conditions, and ")
            .math(p)
            .text(
                " the margin of a sample as a polynomial there. Where a unit bends on a sample and no condition decides how, its \
                 activation is replaced by a multiple of its preactivation that makes the margin no less. With multipliers that are \
                 not negative, the function ",
            )
            .math(relate(letter("G"), Operator::Equal, function))
            .text(" is convex, and half the squared norm of a feasible point of the case is at least ")
            .math(row([
                name(r"\min", "min"),
                letter("G"),
                Formula::Operator(Operator::Plus),
                notation::sum([lambda]),
            ]))
            .text(". In every case this is at least ")
            .math(row([half(), notation::free_point(scope).norm().squared()]))
            .text(if evidence.trees.len() > 1 {
                ", where each of these trees looks at units of its own, and the minima of the trees add up."
            } else {
                "."
            });
        self.document.paragraph(text);
        self.multipliers_if_not_stated(&evidence.multipliers);
        for tree in &evidence.trees {
            if let Some(units) = &tree.units {
                let units: Vec<String> = units.iter().map(usize::to_string).collect();
                self.document.paragraph(format!("For the hidden units {}:", units.join(", ")));
            }
            self.tree(&tree.nodes, local);
        }
    }

    /// The cases of a tree, each with its conditions and multipliers.
    pub(super) fn tree(&mut self, nodes: &[Node<F>], local: bool) {
        let mut way: Vec<(Split, Side, bool)> = Vec::new();
        let (mut items, mut count) = (Vec::new(), 0);
        for node in nodes {
            match node {
                Node::Split(split) => way.push(match self.side_at_point(split).filter(|_| local) {
                    Some(side) => (*split, side, false),
                    None => (*split, Side::Negative, true),
                }),
                Node::Leaf(leaf) => {
                    count += 1;
                    if count <= LISTED {
                        items.push(self.case(&way, leaf));
                    }
                    while let Some((split, _, is_open)) = way.pop() {
                        if is_open {
                            way.push((split, Side::Positive, false));
                            break;
                        }
                    }
                }
            }
        }
        self.document.list(items);
        self.left_out(count, "cases");
    }

    /// The side on which something lies at the point, if it is not 0 there.
    fn side_at_point(&self, split: &Split) -> Option<Side> {
        let value = match *split {
            Split::Kink { sample, unit } => &self.problem.traces()[sample].preactivations[unit.layer][unit.unit],
            Split::Weight { layer, parameter } => &self.problem.point().layers()[layer][parameter],
        };
        match value.sign() {
            crate::kernel::exact::Sign::Positive => Some(Side::Positive),
            crate::kernel::exact::Sign::Negative => Some(Side::Negative),
            crate::kernel::exact::Sign::Zero => None,
        }
    }

    fn case(&self, way: &[(Split, Side, bool)], leaf: &Leaf<F>) -> Inline {
        let mut text = Inline::default();
        for (place, (split, side, _)) in way.iter().enumerate() {
            let operator = if *side == Side::Positive { Operator::AtLeast } else { Operator::AtMost };
            let (what, sample) = match *split {
                Split::Kink { sample, unit } => (notation::preactivation(unit.layer, unit.unit), Some(sample)),
                Split::Weight { layer, parameter } => {
                    (notation::parameter(layer, &self.problem.network().layers()[layer], parameter), None)
                }
            };
            text = text.text(if place == 0 { "" } else { ", " }).math(relate(what, operator, integer(0)));
            if let Some(sample) = sample {
                text = text.text(format!(" on sample {sample}"));
            }
        }
        if way.is_empty() {
            text = text.text("the only case");
        }
        if let Some(own) = &leaf.multipliers {
            text = text.text("; multipliers ").math(self.notation.tuple(own));
        }
        if !leaf.signs.is_empty() {
            text = text.text("; of the conditions, in order, ").math(self.notation.tuple(&leaf.signs));
        }
        for (a, b, nu) in &leaf.products {
            text = text
                .text(format!("; of the product of conditions {} and {} ", a + 1, b + 1))
                .math(self.notation.number(nu));
        }
        for ((sample, unit), slope) in &leaf.slopes {
            text = text.text("; in place of the activation of ").math(notation::preactivation(unit.layer, unit.unit));
            text = text.text(format!(" on sample {sample}, the factor ")).math(self.notation.number(slope));
        }
        text
    }
}
