//! What changes of an input do to the network's answer.

use super::{Teller, notation};
use crate::kernel::check::{Adversarial, Robust};
use crate::kernel::exact::{OrderedField, Sign};
use crate::report::document::Inline;
use crate::report::formula::{Formula, Operator, integer, letter, relate, row};

/// `z`
fn change() -> Formula {
    letter("z")
}

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn adversarial(&mut self, evidence: &Adversarial<F>) {
        let Adversarial { sample, perturbation } = evidence;
        let given = &self.problem.samples()[*sample];
        let changed: Vec<F> = given.x.iter().zip(perturbation).map(|(x, z)| x.clone() + z).collect();
        let trace = self.problem.network().trace_at(self.problem.point().layers(), &changed);
        let margin = given.y.times(trace.output());
        let norm_squared = F::dot(perturbation.iter().zip(perturbation));
        let input = row([notation::input(*sample), Formula::Operator(Operator::Plus), change()]);
        let left = row([notation::label(*sample), notation::output(notation::point(), input.clone())]);
        let text = Inline::from("The network's output on sample ")
            .math(integer(*sample))
            .text(" has the sign of its label: ")
            .math(self.margin_value(*sample))
            .text(" is positive. With ")
            .math(relate(change(), Operator::Equal, self.notation.tuple(perturbation)))
            .text(" added to the input it has the other sign: at ")
            .math(relate(input, Operator::Equal, self.notation.tuple(&changed)))
            .text(", ")
            .math(self.equation(left, &margin))
            .text(" is negative. The change is of length ")
            .math(change().norm());
        let text = match self.root_enclosure(&norm_squared) {
            Some(ends) => text.text(" in ").math(ends).text(", as "),
            None => text.text(", with "),
        };
        self.document.paragraph(text.math(self.equation(change().norm().squared(), &norm_squared)).text("."));
    }

    pub(super) fn robust(&mut self, evidence: &Robust<F>) {
        let radius_squared = &evidence.radius_squared;
        let within = relate(change().norm().squared(), Operator::AtMost, self.notation.number(radius_squared));
        let text = Inline::from("For every sample ")
            .math(letter("i"))
            .text(" and every ")
            .math(change())
            .text(" with ")
            .math(within.clone())
            .text(", the network's output on ")
            .math(row([notation::of_sample("x"), Formula::Operator(Operator::Plus), change()]))
            .text(" has the sign of ")
            .math(notation::of_sample("y"))
            .text(". ");
        let text = match self.root_enclosure(radius_squared) {
            Some(ends) => text.text("The radius lies in ").math(ends).text(". "),
            None => text,
        };
        // `||W_l||`, with the norm of Frobenius.
        let matrix = |layer: Formula| letter("W").sub(layer).norm();
        let slope = |layer: Formula| letter("c").sub(layer);
        let text = text
            .text("Layer ")
            .math(letter("l"))
            .text(" multiplies by a matrix ")
            .math(letter("W").sub(letter("l")))
            .text(", in which a shared weight stands once for each of its connections. That changes distances by a factor of at most ")
            .math(matrix(letter("l")))
            .text(", the root of the sum of the squared entries, by the inequality of Cauchy and Schwarz in each row. Its activation changes \
                   them by a factor of at most ")
            .math(slope(letter("l")))
            .text(", the greater of 1 and its absolute slope for negative inputs. So on the way from ")
            .math(notation::of_sample("x"))
            .text(" to ")
            .math(row([notation::of_sample("x"), Formula::Operator(Operator::Plus), change()]))
            .text(" the output moves by at most ")
            .math(row([letter("K"), change().norm()]))
            .text(", where ")
            .math(letter("K"))
            .text(" is the product of all these factors:");
        self.document.paragraph(text);
        let (mut lines, mut square) = (Vec::new(), F::one());
        for (l, (layer, weights)) in
            self.problem.network().layers().iter().zip(self.problem.point().layers()).enumerate()
        {
            let entries = || layer.incoming().iter().flatten().map(|connection| &weights[connection.parameter]);
            let norm_squared = F::dot(entries().zip(entries()));
            square = square * &norm_squared;
            lines.push(self.equation(matrix(integer(l)).squared(), &norm_squared));
            let steep = layer.activation().slope(Sign::Negative);
            let steep_squared = steep.clone() * &steep;
            if steep_squared > F::one() {
                square = square * &steep_squared;
                lines.push(self.equation(slope(integer(l)).squared(), &steep_squared));
            }
        }
        lines.push(self.equation(letter("K").squared(), &square));
        self.document.display(lines);
        let least = self.problem.sample_indices().min_by(|a, b| {
            let (a, b) = (self.problem.margin(*a), self.problem.margin(*b));
            a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Equal)
        });
        let Some(least) = least else { return };
        let margin = self.problem.margin(least);
        let reach = square * radius_squared;
        let text = Inline::from("All margins are positive. The least is ")
            .math(self.margin_value(least))
            .text(", and ")
            .math(row([letter("K").squared(), change().norm().squared()]))
            .text(" is at most ")
            .math(self.number_with_decimals(&reach))
            .text(", which is less than the square of that margin, ")
            .math(self.number_with_decimals(&(margin.clone() * &margin)))
            .text(". So no output reaches 0.");
        self.document.paragraph(text);
    }
}
