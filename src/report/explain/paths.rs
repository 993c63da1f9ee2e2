//! Cases of how large each path is.

use std::collections::BTreeMap;

use super::problem::LISTED;
use super::{Teller, notation};
use crate::kernel::check::paths::{Path, Turn, cases, paths};
use crate::kernel::check::{PathNode, Paths};
use crate::kernel::exact::OrderedField;
use crate::report::document::Inline;
use crate::report::formula::{Formula, Operator, fraction, half, integer, letter, name, relate, row};

/// The size of a path.
fn size(path: usize) -> Formula {
    letter("s").sub(integer(path))
}

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn paths(&mut self, evidence: &Paths<F>, local: bool) {
        let Ok(paths) = paths(self.problem, local) else { return };
        let (s, z) = (|| letter("s").sub(letter("j")), || letter("z").sub(letter("j")));
        let minus = || Formula::Operator(Operator::Minus);
        let power = || s().sup(letter("L"));
        let term = row([fraction(letter("L"), integer(2)), s().squared(), minus(), z(), power()]);
        let over_paths = |term: Formula| row([name(r"\textstyle\sum", "Σ").sub(letter("j")), term]);
        let bound = row([
            notation::sum([notation::lambda()]),
            Formula::Operator(Operator::Plus),
            over_paths(term.clone().paren()),
        ]);
        let text = Inline::from(
            "Every unit on the way to the output reads one input, by a weight of its own, so that the network is a sum of paths. Let the \
             size ",
        )
        .math(s())
        .text(" of path j be the L-th root of the product of its weights' absolute values, with L the depth, and its kind what the path \
               makes of 1 and of -1 if its weights are replaced by their signs. It makes ")
        .math(row([power(), row([letter("|"), letter("x"), letter("|")])]))
        .text(" times the one or the other of an input x, and by the inequality of the means its weights have at least the squared norm ")
        .math(row([letter("L"), s().squared()]))
        .text(". With multipliers that are not negative let ")
        .math(z())
        .text(" be the sum of ")
        .math(row([notation::lambda(), notation::of_sample("y")]))
        .text(" times what a path of size 1 and of that kind makes of the samples. Half the squared norm of a feasible ")
        .math(notation::theta())
        .text(" is at least ")
        .math(bound)
        .text(". As a function of ")
        .math(power())
        .text(
            " the term of a path is concave, so it is least at an end of the range of the size; if that has no upper end, at the lower one, \
             where the term does not fall. ",
        )
        .text(if local { "Near the point, in each of the following cases," } else { "In each of the following cases" })
        .text(" the least of these bounds, over the ends and over the kinds that are possible, is not below ")
        .math(row([half(), notation::point().norm().squared()]))
        .text(".");
        self.document.paragraph(text);
        self.multipliers_if_not_stated(&evidence.multipliers);
        let (mut items, mut count) = (Vec::new(), 0);
        let told = cases(&paths, local, &evidence.nodes, |_, way, multipliers| {
            count += 1;
            if count <= LISTED {
                items.push(self.path_case(way, multipliers, &paths));
            }
            Ok(())
        });
        debug_assert!(told.is_ok(), "the tree was checked");
        self.document.list(items);
        self.left_out(count, "cases");
    }

    fn path_case(&self, way: &[Turn<'_, F>], multipliers: Option<&Vec<F>>, paths: &BTreeMap<usize, Path<F>>) -> Inline {
        let mut text = Inline::from(if way.is_empty() { "the only case" } else { "" });
        for (place, (split, branch, _)) in way.iter().enumerate() {
            text = text.text(if place == 0 { "" } else { ", " });
            text = match split {
                PathNode::Size { path, size: at } => {
                    let operator = if *branch == 0 { Operator::AtMost } else { Operator::AtLeast };
                    text.math(relate(size(*path), operator, self.notation.number(at)))
                }
                PathNode::Kind { path } => {
                    let kind = paths.get(path).and_then(|path| path.kinds.get(*branch));
                    let (plus, minus) = kind.cloned().unwrap_or_else(|| (F::zero(), F::zero()));
                    text.text(format!("path {path} of the kind ")).math(self.notation.tuple(&[plus, minus]))
                }
                PathNode::Leaf { .. } => text,
            };
        }
        match multipliers {
            Some(own) => text.text("; multipliers ").math(self.notation.tuple(own)),
            None => text,
        }
    }
}
