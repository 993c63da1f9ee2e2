//! Why the point is a local or a global optimum: by the Lagrangian, or by the second-order condition.

use std::borrow::Cow;

use super::{Teller, notation};
use crate::kernel::check::second_order::{penalised_hessian, with_slopes};
use crate::kernel::check::support;
use crate::kernel::check::{GlobalOptimum, Kkt, LocalOptimum, Method, SecondOrder};
use crate::kernel::exact::{OrderedField, SymmetricMatrix};
use crate::kernel::network::Scope;
use crate::report::document::{Inline, fits_a_line};
use crate::report::formula::{Formula, Operator, half, integer, letter, name, relate, row};

/// `sum_i lambda_i y_i Phi(theta; x_i)`
fn penalised_outputs() -> Formula {
    let output = notation::output(notation::theta(), notation::of_sample("x"));
    notation::sum([notation::lambda(), notation::of_sample("y"), output])
}

/// What is said of a proof modulo symmetry.
const ROTATIONS: &str = "Two units of a hidden layer that read the same inputs and feed the same units, with weights of their own, and that \
    have equal slopes on these samples can be rotated into each other, incoming and outgoing weights alike: neither the norm nor \
    the outputs on these samples change. The sum of products of t runs over such pairs, with t the direction in which the point \
    moves. Every set of parameters near the point can be rotated so that its difference from the point is orthogonal to all of \
    these directions, and is then as long and as feasible as before; so only such differences count. ";

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn local_optimum(&mut self, evidence: &LocalOptimum<F>) {
        self.method(Scope::of(evidence.layer), &evidence.by, true);
    }

    pub(super) fn global_optimum(&mut self, evidence: &GlobalOptimum<F>) {
        self.method(Scope::of(evidence.layer), &evidence.by, false);
    }

    fn method(&mut self, scope: Scope, method: &Method<F>, local: bool) {
        match method {
            Method::Lagrangian(method) => {
                let domain = if local {
                    "Near the point no preactivation on a sample with a positive multiplier changes its sign; there"
                } else {
                    "The layers from the first free one on are linear, so everywhere"
                };
                self.lagrangian(scope, &method.multipliers, domain);
            }
            Method::SecondOrder(method) => self.second_order(scope, method),
            Method::Chain(method) => self.chain(method, local),
            Method::Cells(method) => self.cells(method, local),
            Method::Cases(method) => self.cases(scope, method, local),
            Method::Paths(method) => self.paths(method, local),
        }
    }

    fn lagrangian(&mut self, scope: Scope, multipliers: &[F], domain: &'static str) {
        if let Scope::Layer(layer) = scope {
            let told = self.by_lagrangian.replace((layer, multipliers.to_vec(), domain));
            let is_stationary = self.is_told_stationary(Some(layer), multipliers);
            let told = told.filter(|(_, same, there)| is_stationary && same == multipliers && *there == domain);
            if let Some((before, ..)) = told {
                let text = Inline::from(format!(
                    "The argument for layer {before} holds again, with the same multipliers and "
                ))
                .math(row([letter("Q"), notation::free_parameters(scope).paren()]))
                .text(", whose Hessian is again the identity.");
                return self.document.paragraph(text);
            }
        }
        self.tell_supporting_multipliers(scope, multipliers, false);
        let q = || letter("Q");
        let free = || notation::free_parameters(scope);
        let definition = relate(
            row([q(), free().paren()]),
            Operator::Equal,
            row([half(), free().norm().squared(), Formula::Operator(Operator::Minus), penalised_outputs()]),
        );
        let text = Inline::from("Consider the Lagrangian ").math(definition).text(match scope {
            Scope::All => ". ".to_string(),
            Scope::Layer(layer) => format!(" as a function of layer {layer}, the other layers being held. "),
        });
        let text = match scope {
            Scope::All => text.text(format!("{domain} it is a quadratic polynomial with a Hessian ")).math(letter("H")),
            Scope::Layer(layer) => text.text(format!(
                "{domain} the outputs are linear in layer {layer}, and it is a quadratic polynomial whose Hessian is the identity"
            )),
        };
        let text = text.text(", and its gradient vanishes at the point, by stationarity. ").text(match scope {
            Scope::All => "If the Hessian is positive semidefinite, the point minimises it",
            Scope::Layer(_) => "So the point minimises it",
        });
        let lambdas = || notation::sum([notation::lambda()]);
        let text = text
            .text(" there. A feasible ")
            .math(notation::theta())
            .text(" there has margins of at least 1, and hence ")
            .math(row([
                half(),
                free().norm().squared(),
                Formula::Operator(Operator::AtLeast),
                row([q(), free().paren()]),
                Formula::Operator(Operator::Plus),
                lambdas(),
                Formula::Operator(Operator::AtLeast),
                row([q(), notation::free_point(scope).paren()]),
                Formula::Operator(Operator::Plus),
                lambdas(),
                Formula::Operator(Operator::Equal),
                half(),
                notation::free_point(scope).norm().squared(),
            ]))
            .text(", where the last equality holds because the margins with a positive multiplier are 1 at the point.");
        self.document.paragraph(text);
        if scope != Scope::All {
            return;
        }
        if self.tell_unit_blocks(multipliers) {
            return;
        }
        self.tell_definiteness(&support::hessian(self.problem, scope, multipliers), scope, letter("H"));
    }

    /// Whether stationarity with these multipliers was told, for this layer or for all.
    fn is_told_stationary(&self, layer: Option<usize>, multipliers: &[F]) -> bool {
        self.stationary.iter().any(|(of, told)| (of.is_none() || *of == layer) && told == multipliers)
    }

    /// The multipliers, with stationarity entry by entry unless that has been told of them.
    fn tell_supporting_multipliers(&mut self, scope: Scope, multipliers: &[F], have_kinks: bool) {
        let layer = match scope {
            Scope::All => None,
            Scope::Layer(layer) => Some(layer),
        };
        let is_told = !have_kinks && self.is_told_stationary(layer, multipliers);
        let positive = multipliers.iter().enumerate().filter(|(_, value)| !value.is_zero());
        let lines = positive
            .take(super::problem::LISTED)
            .map(|(i, value)| self.equation(notation::multiplier(i), value))
            .collect();
        let multipliers_are = if is_told {
            "Take the same multipliers as for stationarity above (those not listed being 0)"
        } else {
            "The point is feasible. Take these multipliers (the others being 0), positive only where the margin is 1"
        };
        let smooth = match layer {
            _ if have_kinks || self.problem.network().is_linear_from(scope.first()) => String::new(),
            None => "; no sample with a positive one has a preactivation of 0 at a unit that is not linear".into(),
            Some(layer) => format!(
                "; no sample with a positive one has a preactivation of 0 at a unit of layer {layer} or a later one that is not linear"
            ),
        };
        self.document.paragraph(format!("{multipliers_are}{smooth}:"));
        self.document.display(lines);
        let kkt = Kkt { layer, multipliers: multipliers.to_vec(), selections: Default::default() };
        if have_kinks {
            self.tell_stationarity_of(&kkt, |text| text.text("gradient of ").math(letter("p").sub(letter("i"))));
        } else if !is_told {
            self.tell_stationarity(&kkt);
        }
    }

    /// For two dense layers the Hessian falls into one block a hidden unit; says so, and why each is semidefinite.
    fn tell_unit_blocks(&mut self, multipliers: &[F]) -> bool {
        let layers = self.problem.network().layers();
        if layers.len() != 2 || !layers.iter().all(|layer| layer.is_dense()) {
            return false;
        }
        let z = |unit: Formula| letter("z").sub(unit);
        let text = Inline::from("Both layers are dense, so ")
            .math(letter("H"))
            .text(" falls into one block for each hidden unit ")
            .math(letter("j"))
            .text(", with its incoming weights and its outgoing one. The block is the identity but for ")
            .math(row([Formula::Operator(Operator::Minus), z(letter("j"))]))
            .text(" between them, where ")
            .math(relate(
                z(letter("j")),
                Operator::Equal,
                notation::sum([
                    notation::lambda(),
                    notation::of_sample("y"),
                    letter("s").sub(letter("ij")),
                    notation::of_sample("x"),
                ]),
            ))
            .text(" with the slope ")
            .math(letter("s").sub(letter("ij")))
            .text(" of the unit on sample ")
            .math(letter("i"))
            .text("; it is positive semidefinite if and only if ")
            .math(relate(z(letter("j")).norm().squared(), Operator::AtMost, integer(1)))
            .text(":");
        self.document.paragraph(text);
        let lines = (0..layers[0].outputs()).take(super::problem::LISTED).map(|unit| {
            let mut vector = vec![F::zero(); self.problem.network().inputs()];
            for ((sample, trace), multiplier) in
                self.problem.samples().iter().zip(self.problem.traces()).zip(multipliers)
            {
                let coefficient = sample.y.times(multiplier.clone() * &trace.slopes[0][unit]);
                vector.iter_mut().zip(&sample.x).for_each(|(entry, x)| entry.add_product(&coefficient, x));
            }
            let mut square = F::zero();
            vector.iter().for_each(|entry| square.add_product(entry, entry));
            let norm = self.equation(z(integer(unit)).norm().squared(), &square);
            let vector = relate(z(integer(unit)), Operator::Equal, self.notation.tuple(&vector));
            row([vector, Formula::Operator(Operator::Comma), norm])
        });
        let lines = lines.collect();
        self.document.display(lines);
        true
    }

    fn second_order(&mut self, scope: Scope, method: &SecondOrder<F>) {
        let have_kinks = self.tell_harmless_kinks(scope, method);
        self.slopes.clone_from(&method.slopes);
        self.tell_supporting_multipliers(scope, &method.multipliers, have_kinks);
        self.slopes.clear();
        let g = || notation::of_sample("g");
        let gradients = notation::sum([g(), g().sup(name(r"\top", "⊤"))]);
        let penalty = match method.penalty.is_one() {
            true => gradients,
            false => row([self.factor(&method.penalty), gradients]),
        };
        let modulo = method.symmetry && scope == Scope::All;
        let mut penalised = relate(letter("H"), Operator::Plus, penalty);
        if modulo {
            let t = || letter("t");
            penalised = relate(penalised, Operator::Plus, notation::sum([t(), t().sup(name(r"\top", "⊤"))]));
        }
        let lagrangian =
            row([half(), notation::theta().norm().squared(), Formula::Operator(Operator::Minus), penalised_outputs()]);
        let text = Inline::from("Let ")
            .math(letter("H"))
            .text(" be the Hessian of the Lagrangian ")
            .math(lagrangian)
            .text(if have_kinks { " at the point, with those polynomials in place of the outputs, and let " } else { " at the point, and let " })
            .math(g())
            .text(" be the gradients of the samples with a positive multiplier, which the sums below run over. ")
            .text(if modulo { ROTATIONS } else { "" })
            .text("The matrix ")
            .math(penalised.clone())
            .text(" is positive definite, as is shown below, so ")
            .math(letter("H"))
            .text(
                " is positive on every direction but 0 that is orthogonal to these gradients. This is the second-order sufficient \
                 condition for a strict local optimum of the problem without the other samples, and they only make fewer points \
                 feasible.",
            );
        self.document.paragraph(text);
        // Accepted evidence states no slope that is out of place.
        let problem = with_slopes(self.problem, &method.slopes).unwrap_or(Cow::Borrowed(self.problem));
        self.tell_definiteness(&penalised_hessian(&problem, scope, method), scope, penalised);
    }

    /// The connected blocks of a symmetric matrix with the pivots of elimination.
    fn tell_definiteness(&mut self, matrix: &SymmetricMatrix<F>, scope: Scope, what: Formula) {
        let parameters = self.free_parameter_names(scope);
        let blocks = super::definite::blocks(matrix);
        let text = Inline::from("The matrix ").math(what).text(
            " falls into the blocks below, in the order of the parameters named; the rest of it is the identity. Eliminating the \
             rows of a block in order gives the pivots stated. ",
        );
        let pivots = |block: &Vec<usize>| super::definite::pivots(matrix, block);
        let is_definite = blocks.iter().flat_map(pivots).all(|pivot| !pivot.is_zero());
        self.document.paragraph(text.text(if is_definite {
            "All are positive, so the matrix is positive definite."
        } else {
            "None is negative, and the row of a pivot 0 has become 0, so the matrix is positive semidefinite."
        }));
        for block in blocks.into_iter().take(super::problem::LISTED) {
            let names = Formula::Tuple(block.iter().map(|&i| parameters[i].clone()).collect());
            let pivots = super::definite::pivots(matrix, &block);
            let pivots = Formula::Tuple(pivots.iter().map(|pivot| self.number_with_decimals(pivot)).collect());
            let mut lines = Vec::new();
            if block.len() <= 12 {
                let cells =
                    block.iter().map(|&i| block.iter().map(|&j| self.notation.number(&matrix.get(i, j))).collect());
                let cells: Vec<_> = cells.collect();
                lines.extend(fits_a_line(&cells).then_some(Formula::Matrix(cells)));
            }
            lines.push(relate(letter("p"), Operator::Equal, pivots));
            self.document.paragraph(Inline::from("Block of ").math(names).text(", with its pivots:"));
            self.document.display(lines);
        }
    }

    fn free_parameter_names(&self, scope: Scope) -> Vec<Formula> {
        let layers = self.problem.network().layers().iter().enumerate().filter(|(l, _)| scope.contains(*l));
        layers.flat_map(|(l, layer)| (0..layer.parameters()).map(move |p| notation::parameter(l, layer, p))).collect()
    }
}
