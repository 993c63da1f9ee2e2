//! Why the point is a local or a global optimum: by the Lagrangian, or by the second-order condition.

use super::{Teller, notation};
use crate::kernel::check::lagrangian::{hessian, supporting_gradients};
use crate::kernel::check::{GlobalMethod, GlobalOptimum, LocalMethod, LocalOptimum, SecondOrder};
use crate::kernel::exact::{OrderedField, SymmetricMatrix};
use crate::kernel::network::Scope;
use crate::report::document::Inline;
use crate::report::formula::{Formula, Operator, integer, letter, name, relate, row};

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn local_optimum(&mut self, evidence: &LocalOptimum<F>) {
        let scope = Scope::of(evidence.layer);
        match &evidence.by {
            LocalMethod::Lagrangian(method) => {
                self.lagrangian(
                    scope,
                    &method.multipliers,
                    " on a neighbourhood of the point, where no preactivation on a supporting sample changes its sign,",
                );
            }
            LocalMethod::SecondOrder(method) => self.second_order(scope, method),
            LocalMethod::Cells(method) => self.cells(method, true),
        }
    }

    pub(super) fn global_optimum(&mut self, evidence: &GlobalOptimum<F>) {
        let scope = Scope::of(evidence.layer);
        match &evidence.by {
            GlobalMethod::Lagrangian(method) => {
                self.lagrangian(
                    scope,
                    &method.multipliers,
                    " everywhere, since the layers from the first free one on are linear,",
                );
            }
            GlobalMethod::LinearChain(method) => self.linear_chain(method),
            GlobalMethod::Cells(method) => self.cells(method, false),
        }
    }

    fn lagrangian(&mut self, scope: Scope, multipliers: &[F], domain: &'static str) {
        if let Scope::Layer(layer) = scope {
            let told = self.by_lagrangian.replace((layer, multipliers.to_vec(), domain));
            if let Some((before, ..)) = told.filter(|(_, same, there)| same == multipliers && *there == domain) {
                let text = Inline::from(format!(
                    "The argument for layer {before} holds again, with the same multipliers and "
                ))
                .math(row([letter("Q"), notation::free_parameters(scope).paren()]))
                .text(", whose Hessian is again the identity.");
                return self.document.paragraph(text);
            }
        }
        self.tell_supporting_multipliers(multipliers);
        let q = || letter("Q");
        let free = || notation::free_parameters(scope);
        let definition = relate(
            row([q(), free().paren()]),
            Operator::Equal,
            row([
                Formula::Fraction(Box::new(integer(1)), Box::new(integer(2))),
                free().norm().squared(),
                Formula::Operator(Operator::Minus),
                name(r"\sum_i \lambda_i y_i \Phi(\theta; x_i)", "Σᵢ λᵢ yᵢ Φ(θ; xᵢ)"),
            ]),
        );
        let text = Inline::from("The Lagrangian ")
            .math(definition)
            .text(format!(" is{domain} a quadratic polynomial whose gradient vanishes at the point, by stationarity. "))
            .text("If its Hessian ")
            .math(letter("H"))
            .text(" is positive semidefinite, the point minimises it there, and a feasible ")
            .math(notation::theta())
            .text(" there has ")
            .math(row([
                Formula::Fraction(Box::new(integer(1)), Box::new(integer(2))),
                free().norm().squared(),
                Formula::Operator(Operator::AtLeast),
                row([q(), free().paren()]),
                Formula::Operator(Operator::Plus),
                name(r"\textstyle\sum_i \lambda_i", "Σᵢ λᵢ"),
                Formula::Operator(Operator::AtLeast),
                name(r"Q(\tilde\theta) + \textstyle\sum_i \lambda_i", "Q(θ̃) + Σᵢ λᵢ"),
            ]))
            .text(", which is the same value at the point.");
        self.document.paragraph(text);
        if let Scope::Layer(layer) = scope {
            let text = Inline::from(format!("The output is linear in layer {layer} there, so "))
                .math(letter("H"))
                .text(" is the identity.");
            return self.document.paragraph(text);
        }
        if self.tell_unit_blocks(multipliers) {
            return;
        }
        self.tell_definiteness(&hessian(self.problem, scope, multipliers), scope, letter("H"));
    }

    fn tell_supporting_multipliers(&mut self, multipliers: &[F]) {
        let positive = multipliers.iter().enumerate().filter(|(_, value)| !value.is_zero());
        let lines = positive
            .take(super::problem::LISTED)
            .map(|(i, value)| relate(notation::multiplier(i), Operator::Equal, self.notation.number(value)))
            .collect();
        self.document.paragraph(
            "With these multipliers (the others being 0) the point is a KKT point, as stationarity shows, and no sample that \
             has a positive one has a preactivation of 0 at a unit that is not linear:",
        );
        self.document.display(lines);
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
                name(r"\textstyle\sum_i \lambda_i y_i s_{ij} x_i", "Σᵢ λᵢ yᵢ sᵢⱼ xᵢ"),
            ))
            .text(" with the slopes ")
            .math(name("s_{ij}", "sᵢⱼ"))
            .text(" of the unit; it is positive semidefinite if and only if ")
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
            let norm = relate(z(integer(unit)).norm().squared(), Operator::Equal, self.notation.number(&square));
            let vector = relate(z(integer(unit)), Operator::Equal, self.notation.tuple(&vector));
            row([vector, Formula::Operator(Operator::Comma), norm])
        });
        let lines = lines.collect();
        self.document.display(lines);
        true
    }

    fn second_order(&mut self, scope: Scope, method: &SecondOrder<F>) {
        self.tell_supporting_multipliers(&method.multipliers);
        let gradients = name(r"\textstyle\sum_i g_i g_i^{\top}", "Σᵢ gᵢ gᵢᵀ");
        let penalty = match method.penalty.is_one() {
            true => gradients,
            false => row([self.factor(&method.penalty), gradients]),
        };
        let penalised = relate(letter("H"), Operator::Plus, penalty);
        let text = Inline::from("Let ")
            .math(letter("H"))
            .text(" be the Hessian of the Lagrangian there and ")
            .math(letter("g").sub(letter("i")))
            .text(" the gradients of the samples with a positive multiplier. The matrix ")
            .math(penalised.clone())
            .text(" is positive definite, so ")
            .math(letter("H"))
            .text(
                " is positive on every direction that is orthogonal to these gradients. This is the second-order sufficient \
                 condition for a strict local optimum.",
            );
        self.document.paragraph(text);
        let mut matrix = hessian(self.problem, scope, &method.multipliers);
        for gradient in supporting_gradients(self.problem, scope, &method.multipliers) {
            for (i, a) in gradient.iter().enumerate() {
                for (j, b) in gradient.iter().enumerate().skip(i) {
                    matrix.add(i, j, &(method.penalty.clone() * a * b));
                }
            }
        }
        self.tell_definiteness(&matrix, scope, penalised);
    }

    /// The connected blocks of a symmetric matrix with the pivots of elimination.
    fn tell_definiteness(&mut self, matrix: &SymmetricMatrix<F>, scope: Scope, what: Formula) {
        let parameters = self.free_parameter_names(scope);
        let blocks = super::definite::blocks(matrix);
        let text = Inline::from("The matrix ").math(what).text(
            " falls into the blocks below, in the order of the parameters named; every block that is not listed is 1. \
             Eliminating the rows of a block in order gives the pivots stated. None is negative, and the row of a pivot 0 has \
             become 0, so the matrix is positive semidefinite, and definite if no pivot is 0.",
        );
        self.document.paragraph(text);
        for block in blocks.into_iter().take(super::problem::LISTED) {
            let names = Formula::Tuple(block.iter().map(|&i| parameters[i].clone()).collect());
            let pivots = self.notation.tuple(&super::definite::pivots(matrix, &block));
            let mut lines = Vec::new();
            if block.len() <= 12 {
                let cells =
                    block.iter().map(|&i| block.iter().map(|&j| self.notation.number(&matrix.get(i, j))).collect());
                lines.push(Formula::Matrix(cells.collect()));
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
