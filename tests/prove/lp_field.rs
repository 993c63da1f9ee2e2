//! Linear programs with irrational numbers.
//!
//! Rows, columns and the objective of a rational program are multiplied by positive elements of a number field: that
//! changes every number in it, but neither its kind nor, up to the factor of the objective, its optimum.

use std::sync::Arc;

use margincert::kernel::exact::{Algebraic, NumberField, OrderedField, Rational, Sign};
use margincert::prove::deadline::Deadline;
use margincert::prove::lp::{LinearProgram, Outcome, Relation, Sense};
use num_traits::{One, Zero};
use proptest::prelude::*;

fn int(value: i64) -> Rational {
    Rational::from(value)
}

/// `Q(sqrt 2)`, `Q(2^(1/3))`, a field of degree 4, and `Q(sqrt 2)` from a reducible polynomial.
fn fields() -> Vec<Arc<NumberField>> {
    let field = |polynomial: &[i64], low: i64, high: i64| {
        let polynomial = polynomial.iter().map(|&a| int(a)).collect();
        NumberField::new(polynomial, int(low), int(high), None).unwrap()
    };
    vec![
        field(&[-2, 0, 1], 1, 2),
        field(&[-2, 0, 0, 1], 1, 2),
        field(&[1, 0, -10, 0, 1], 3, 4),
        field(&[6, -2, -3, 1], 1, 2),
    ]
}

#[derive(Clone, Debug)]
struct Data {
    maximise: bool,
    /// Kind of the bounds, bound, cost.
    variables: Vec<(u8, i64, i64)>,
    rows: Vec<(Vec<i64>, Relation, i64)>,
    /// Coordinates of the factors of the objective, the variables and the rows.
    factors: Vec<Vec<i64>>,
    field: usize,
}

fn data() -> impl Strategy<Value = Data> {
    let relation = prop_oneof![Just(Relation::AtMost), Just(Relation::AtLeast), Just(Relation::Equal)];
    (1..=4usize, 0..=4usize).prop_flat_map(move |(n, m)| {
        let row = (prop::collection::vec(-3..=3i64, n), relation.clone(), -3..=3i64);
        (
            any::<bool>(),
            prop::collection::vec((0..4u8, -3..=3i64, -3..=3i64), n),
            prop::collection::vec(row, m),
            prop::collection::vec(prop::collection::vec(-5..=5i64, 4), n + m + 1),
            0..4usize,
        )
            .prop_map(|(maximise, variables, rows, factors, field)| Data {
                maximise,
                variables,
                rows,
                factors,
                field,
            })
    })
}

impl Data {
    /// The program with its objective, variables and rows multiplied by the factors.
    fn program<F: OrderedField>(&self, factors: &[F]) -> LinearProgram<F> {
        let number = |value: i64| F::from(int(value));
        let mut program = LinearProgram::new(if self.maximise { Sense::Maximise } else { Sense::Minimise });
        let (objective, factors) = factors.split_first().unwrap();
        let (columns, rows) = factors.split_at(self.variables.len());
        for (&(kind, bound, cost), factor) in self.variables.iter().zip(columns) {
            let scaled = |bound: i64| number(bound) * &factor.reciprocal().unwrap();
            let lower = (kind % 2 == 1).then(|| scaled(bound));
            let upper = (kind >= 2).then(|| scaled(bound + 2));
            program.add_variable(lower, upper, number(cost) * factor * objective);
        }
        for ((coefficients, relation, rhs), row) in self.rows.iter().zip(rows) {
            let terms = coefficients.iter().zip(columns);
            let terms = terms.map(|(&a, column)| number(a) * column * row).enumerate();
            program.add_row(terms, *relation, number(*rhs) * row);
        }
        program
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn agrees_with_the_rational_program(data in data()) {
        let ones = vec![Rational::one(); data.factors.len()];
        let rational = data.program(&ones).solve(Deadline::none());
        let field = &fields()[data.field];
        let positive = |coordinates: &Vec<i64>| {
            let element = field.element(coordinates.iter().map(|&a| int(a)).collect());
            match element.sign() {
                Sign::Negative => -element,
                Sign::Zero => Algebraic::one(),
                Sign::Positive => element,
            }
        };
        let factors: Vec<Algebraic> = data.factors.iter().map(positive).collect();
        let program = data.program(&factors);
        let outcome = program.solve(Deadline::none());
        prop_assert_eq!(program.verify(&outcome), Ok(()));
        match (rational, outcome) {
            (Outcome::Optimal { value, .. }, Outcome::Optimal { value: irrational, primal, dual }) => {
                prop_assert_eq!(&(Algebraic::from(value) * &factors[0]), &irrational);
                let spoilt = Outcome::Optimal { value: irrational + &Algebraic::one(), primal, dual };
                prop_assert!(program.verify(&spoilt).is_err());
            }
            (Outcome::Infeasible { .. }, Outcome::Infeasible { mut farkas }) => {
                farkas.rows.iter_mut().for_each(|y| *y = -y.clone());
                farkas.lower.iter_mut().for_each(|v| *v = -v.clone());
                farkas.upper.iter_mut().for_each(|w| *w = -w.clone());
                let negated = Outcome::Infeasible { farkas };
                prop_assert!(program.verify(&negated).is_err());
            }
            (Outcome::Unbounded { .. }, Outcome::Unbounded { point, ray }) => {
                let ray = ray.into_iter().map(|x| -x).collect();
                let back = Outcome::Unbounded { point, ray };
                prop_assert!(program.verify(&back).is_err());
            }
            (rational, irrational) => prop_assert!(false, "{rational:?} but {irrational:?}"),
        }
    }
}

#[test]
fn the_optimum_is_irrational() {
    // max x with x <= sqrt 2 - y, x <= y: the optimum is half the root.
    let root = fields()[0].element(vec![int(0), int(1)]);
    let mut program = LinearProgram::new(Sense::Maximise);
    let one = Algebraic::one;
    let x = program.add_free(one());
    let y = program.add_free(Algebraic::zero());
    program.add_row([(x, one()), (y, one())], Relation::AtMost, root.clone());
    program.add_row([(x, one()), (y, -one())], Relation::AtMost, Algebraic::zero());
    let Outcome::Optimal { value, .. } = program.solve(Deadline::none()) else { panic!("no optimum") };
    assert_eq!(value.clone() + &value, root);
}

#[test]
fn infeasible_by_less_than_floats_can_tell() {
    // p/q is a convergent of sqrt 2 below it, by less than 10^-30.
    let convergent = |steps: usize| {
        let (mut p, mut q) = (int(1), int(1));
        for _ in 0..steps {
            (p, q) = (&(&p + &q) + &q, &p + &q);
        }
        p * &q.reciprocal().unwrap()
    };
    let root = fields()[0].element(vec![int(0), int(1)]);
    for (steps, feasible) in [(80, true), (81, false)] {
        let mut program = LinearProgram::new(Sense::Minimise);
        let x = program.add_free(Algebraic::zero());
        program.add_row([(x, Algebraic::one())], Relation::AtMost, root.clone());
        program.add_row([(x, Algebraic::one())], Relation::AtLeast, Algebraic::from(convergent(steps)));
        let outcome = program.solve(Deadline::none());
        assert_eq!(program.verify(&outcome), Ok(()));
        assert_eq!(matches!(outcome, Outcome::Optimal { .. }), feasible);
        assert_eq!(matches!(outcome, Outcome::Infeasible { .. }), !feasible);
    }
}

#[test]
fn rational_programs_need_no_field_arithmetic() {
    let mut program = LinearProgram::new(Sense::Maximise);
    let number = |value: i64| Algebraic::from(int(value));
    let x = program.add_variable(Some(number(0)), Some(number(7)), number(2));
    program.add_row([(x, number(3))], Relation::AtMost, number(10));
    let outcome = program.solve(Deadline::none());
    assert_eq!(program.verify(&outcome), Ok(()));
    assert!(
        matches!(outcome, Outcome::Optimal { value, .. } if value == Algebraic::from("20/3".parse::<Rational>().unwrap()))
    );
}
