//! Why gradient flow stays on a ray.

use num_traits::Zero;

use super::problem::LISTED;
use super::{Teller, notation};
use crate::kernel::check::FlowConverges;
use crate::kernel::check::along::{self, Vanishing};
use crate::kernel::exact::{Interval, OrderedField, Polynomial, Value};
use crate::kernel::network::{Curve, Scope, accumulate_gradient};
use crate::report::document::Inline;
use crate::report::formula::{Formula, Operator, integer, letter, name, relate, row};

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn flow_converges(&mut self, evidence: &FlowConverges<F>) {
        let FlowConverges { offset, ray, start } = evidence;
        let (o, r) = (letter("o"), letter("r"));
        let line = row([o.clone(), Formula::Operator(Operator::Plus), letter("a"), r.clone()]);
        let text = Inline::from("Consider the points ")
            .math(line.clone())
            .text(" with the offset ")
            .math(o)
            .text(" and the ray ")
            .math(r.clone())
            .text(", a positive multiple of the point, with the following entries (those not listed being 0):");
        self.document.paragraph(text);
        let mut entries = self.entries(offset, "o");
        if entries.is_empty() {
            entries.push(relate(letter("o"), Operator::Equal, integer(0)));
        }
        entries.extend(self.entries(ray, "r"));
        self.document.display(entries);
        let from = relate(letter("a"), Operator::AtLeast, self.notation.number(start));
        let parameters = Curve::new(vec![ray.clone()]).from_point(offset);
        let items = self.flow_preactivations(&parameters, start);
        let has_kinks = !items.is_empty();
        if !items.is_empty() {
            let text = Inline::from("No preactivation that meets a non-linear unit vanishes for ")
                .math(from.clone())
                .text(":");
            self.document.paragraph(text);
            self.document.list(items);
        }
        let (margin, gradient) = self.flow_margin_and_gradient(&parameters, start);
        let q = self.notation.polynomial(&margin, "a");
        let of_a = |function: Formula| row([function, letter("a").paren()]);
        let (q_of_a, kappa_of_a) = (|| of_a(letter("q")), || of_a(name(r"\kappa", "κ")));
        let anywhere = row([name(r"\cdot", "·"), Formula::Operator(Operator::Semicolon), notation::of_sample("x")]);
        let gradients = notation::sum([notation::of_sample("y"), name(r"\nabla\Phi", "∇Φ"), anywhere.paren()]);
        let begins = match has_kinks {
            true => "So the network's outputs are smooth near these points. There all margins are equal, namely ",
            false => "At these points all margins are equal, namely ",
        };
        let text = Inline::from(begins)
            .math(relate(q_of_a(), Operator::Equal, q))
            .text(", and the gradient of their sum is a multiple of the ray: ")
            .math(relate(gradients, Operator::Equal, row([kappa_of_a(), r.clone()])))
            .text(" with");
        self.document.paragraph(text);
        let kappa = self.kappa(&gradient, evidence);
        self.document.display(vec![relate(kappa_of_a(), Operator::Equal, self.notation.polynomial(&kappa, "a"))]);
        let loss = || name(r"\ell", "ℓ");
        let loss_slope = || name(r"\ell'", "ℓ′");
        let mut text = Inline::from("For ").math(from).text(" this");
        text.0.extend(self.why_sign_from(&kappa, start, "").0);
        let positive = || [Formula::Operator(Operator::Greater), integer(0)];
        let speed = [Formula::Operator(Operator::Minus), loss_slope(), q_of_a().paren(), kappa_of_a()];
        let growth = [kappa_of_a(), r.norm().squared()];
        let text = text
            .text(". Let the loss be ")
            .math(notation::sum([loss(), row([notation::of_sample("m"), notation::theta().paren()]).paren()]))
            .text(", where ")
            .math(loss())
            .text(" is the exponential or the logistic loss. Then gradient flow from ")
            .math(relate(letter("a"), Operator::Equal, self.notation.number(start)))
            .text(" stays on the line, where ")
            .math(row([name(r"\dot a", "a′"), Formula::Operator(Operator::Equal), row(speed)].into_iter().chain(positive())))
            .text(". As ")
            .math(row([letter("n"), of_a(name("q'", "q′")), Formula::Operator(Operator::Equal)]
                .into_iter()
                .chain(growth)
                .chain(positive())))
            .text(" for ")
            .math(letter("n"))
            .text(" samples, the polynomial ")
            .math(letter("q"))
            .text(" grows without bound in ")
            .math(letter("a"))
            .text("; so the speed is bounded, the flow exists for all times, and ")
            .math(letter("a"))
            .text(" itself grows without bound, the speed being bounded away from 0 on every bounded interval. The loss tends to ")
            .math(integer(0))
            .text(" and the direction to that of the point.");
        self.document.paragraph(text);
    }

    fn flow_preactivations(&self, parameters: &[Vec<Polynomial<F>>], start: &F) -> Vec<Inline> {
        let interval = Interval::From(start.clone());
        let mut items = Vec::new();
        for sample in (0..self.problem.samples().len()).take(LISTED) {
            let Ok(trace) = along::trace(self.problem, parameters, sample, &interval, Vanishing::Refused) else {
                continue;
            };
            for (l, layer) in self.problem.network().layers().iter().enumerate() {
                if layer.activation().is_linear() {
                    continue;
                }
                let room = LISTED.saturating_sub(items.len());
                for (unit, z) in trace.preactivations[l].iter().enumerate().take(room) {
                    let formula =
                        relate(notation::preactivation(l, unit), Operator::Equal, self.notation.polynomial(z, "a"));
                    let mut item = Inline::from(format!("sample {sample}: ")).math(formula);
                    item.0.extend(self.why_sign_from(z, start, " there").0);
                    items.push(item.text("."));
                }
            }
        }
        items
    }

    fn flow_margin_and_gradient(
        &self,
        parameters: &[Vec<Polynomial<F>>],
        start: &F,
    ) -> (Polynomial<F>, Vec<Vec<Polynomial<F>>>) {
        let interval = Interval::From(start.clone());
        let mut sum: Vec<Vec<Polynomial<F>>> =
            parameters.iter().map(|layer| vec![Polynomial::zero(); layer.len()]).collect();
        let mut margin = Polynomial::zero();
        for (i, sample) in self.problem.samples().iter().enumerate() {
            let Ok(trace) = along::trace(self.problem, parameters, i, &interval, Vanishing::Refused) else { continue };
            margin = along::margin(self.problem, i, &trace);
            let seed = Polynomial::constant(sample.y.times(F::one()));
            let traced = (trace.inputs.as_slice(), trace.slopes.as_slice());
            accumulate_gradient(&mut sum, self.problem.network(), parameters, traced, seed, Scope::All);
        }
        (margin, sum)
    }

    /// The factor of the ray in the gradient, read off at the ray's first non-zero entry.
    fn kappa(&self, gradient: &[Vec<Polynomial<F>>], evidence: &FlowConverges<F>) -> Polynomial<F> {
        let entries = evidence.ray.iter().zip(gradient.iter().flatten());
        let found = entries.filter_map(|(entry, gradient)| Some(gradient.scale(&entry.reciprocal()?))).next();
        found.unwrap_or_else(Polynomial::zero)
    }
}
