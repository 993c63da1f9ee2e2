//! What the tests from outside cannot reach: bad starting bases, the path of irrational numbers on rational ones, and
//! the solution of systems.

use num_bigint::BigInt;
use num_traits::{One, Zero};
use proptest::prelude::*;

use crate::kernel::exact::Rational;
use crate::prove::deadline::Deadline;

use super::arithmetic::{Arithmetic, Integral, Plain};
use super::basis::{Basis, Status, resting};
use super::factor::{Factor, FactorError, FieldFactor, IntegerFactor};
use super::int::Int;
use super::ring::Ring;
use super::sparse::Sparse;
use super::standard::Standard;
use super::{LinearProgram, Outcome, Relation, Sense, float, simplex};
use crate::prove::scaled::Scaled;

fn program() -> impl Strategy<Value = LinearProgram<Rational>> {
    let number = || (-4..=4i64, 1..=3i64).prop_map(|(n, d)| Rational::from_ratio(n, d).unwrap());
    let relation = prop_oneof![Just(Relation::AtMost), Just(Relation::AtLeast), Just(Relation::Equal)];
    (1..=6usize, 0..=6usize).prop_flat_map(move |(n, m)| {
        let variable = (0..4i64, number(), number());
        let row = (prop::collection::vec(number(), n), relation.clone(), number());
        (prop::collection::vec(variable, n), prop::collection::vec(row, m)).prop_map(|(variables, rows)| {
            let mut program = LinearProgram::new(Sense::Minimise);
            for (kind, bound, cost) in variables {
                let upper = bound.clone() + &Rational::from(kind);
                match kind {
                    0 => program.add_free(cost),
                    1 => program.add_variable(Some(bound), None, cost),
                    2 => program.add_variable(None, Some(bound), cost),
                    _ => program.add_variable(Some(bound), Some(upper), cost),
                };
            }
            for (row, relation, rhs) in rows {
                program.add_row(row.into_iter().enumerate(), relation, rhs);
            }
            program
        })
    })
}

/// A basis by lot: `order` says which variables are basic and on which side the others stand.
fn basis<R: Ring>(program: &Standard<R>, order: &[usize]) -> Basis {
    let mut status: Vec<Status> = (0..program.total()).map(|v| resting(program, v)).collect();
    for (v, status) in status.iter_mut().enumerate() {
        if order[v].is_multiple_of(2) && program.upper[v].is_some() {
            *status = Status::Upper;
        }
    }
    let mut variables: Vec<usize> = (0..program.total()).collect();
    variables.sort_by_key(|&v| order[v]);
    for &variable in &variables[..program.rows.rows()] {
        status[variable] = Status::Basic;
    }
    status
}

fn solve_from<A: Arithmetic<Number = Rational>>(
    program: &LinearProgram<Rational>,
    order: Option<&[usize]>,
) -> Outcome<Rational> {
    let standard = Standard::<A::Ring>::new::<A>(program);
    let basis = match order {
        Some(order) => basis(&standard, order),
        None => float::solve(&standard, Deadline::none()).unwrap().unwrap(),
    };
    assert_eq!(basis.iter().filter(|status| **status == Status::Basic).count(), program.rows());
    let verdict = simplex::solve(&standard, basis, Deadline::none()).unwrap();
    standard.outcome::<A>(verdict, Sense::Minimise, Deadline::none()).unwrap()
}

fn kind(outcome: &Outcome<Rational>) -> (u8, Option<&Rational>) {
    match outcome {
        Outcome::Optimal { value, .. } => (0, Some(value)),
        Outcome::Infeasible { .. } => (1, None),
        Outcome::Unbounded { .. } => (2, None),
        Outcome::GaveUp => (3, None),
    }
}

/// Entries of all sizes, among them multiples of the prime that is tried first.
fn entry() -> impl Strategy<Value = BigInt> {
    let prime = (1i64 << 61) - 1;
    prop_oneof![
        3 => Just(BigInt::zero()),
        6 => (-9..=9i64).prop_map(BigInt::from),
        1 => any::<i64>().prop_map(BigInt::from),
        1 => Just(BigInt::from(prime)),
        1 => (any::<i128>(), any::<i128>()).prop_map(|(a, b)| BigInt::from(a) * b),
    ]
}

fn matrix<R: Clone + Zero>(rows: &[Vec<R>], chosen: Option<(&[usize], &[usize])>) -> Sparse<R> {
    let all: Vec<usize> = (0..rows.len()).collect();
    let (row_indices, column_indices) = chosen.unwrap_or((&all, &all));
    let mut sparse = Sparse::new(column_indices.len());
    for &row in row_indices {
        let terms = column_indices.iter().map(|&column| rows[row][column].clone()).enumerate();
        sparse.push_row(terms.filter(|(_, value)| !value.is_zero()));
    }
    sparse
}

/// `A x = rhs`, entry by entry.
fn solves(rows: &[Vec<BigInt>], solution: &Scaled<Int>, rhs: &[BigInt], transposed: bool) -> bool {
    let denominator = solution.denominator.to_big();
    (0..rows.len()).all(|i| {
        let mut sum = BigInt::zero();
        for (j, numerator) in solution.numerators.iter().enumerate() {
            let entry = if transposed { &rows[j][i] } else { &rows[i][j] };
            sum += entry * numerator.to_big();
        }
        sum == &rhs[i] * &denominator
    }) && denominator > BigInt::zero()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_start_ends_alike(program in program(), order in prop::collection::vec(any::<usize>(), 12)) {
        let expected = program.solve(Deadline::none());
        for outcome in [
            solve_from::<Integral>(&program, Some(&order)),
            solve_from::<Plain<Rational>>(&program, Some(&order)),
            solve_from::<Plain<Rational>>(&program, None),
        ] {
            prop_assert_eq!(program.verify(&outcome), Ok(()));
            prop_assert_eq!(kind(&outcome), kind(&expected));
        }
    }

    #[test]
    fn systems_are_solved(
        rows in (1..=5usize).prop_flat_map(|n| prop::collection::vec(prop::collection::vec(entry(), n), n)),
        rhs in prop::collection::vec(entry(), 5),
    ) {
        let rhs = &rhs[..rows.len()];
        let integers: Vec<Vec<Int>> = rows.iter().map(|row| row.iter().cloned().map(Int::from).collect()).collect();
        let fractions: Vec<Vec<Rational>> =
            rows.iter().map(|row| row.iter().cloned().map(Rational::from).collect()).collect();
        let none = Deadline::none();
        let by_lifting = IntegerFactor::new(matrix(&integers, None), none);
        let by_elimination = FieldFactor::new(matrix(&fractions, None), none);
        match (by_lifting, by_elimination) {
            (Ok(lifting), Ok(elimination)) => {
                let right: Vec<Int> = rhs.iter().cloned().map(Int::from).collect();
                let fractional: Vec<Rational> = rhs.iter().cloned().map(Rational::from).collect();
                let solution = lifting.solve(&right, none).unwrap();
                let transposed = lifting.solve_transposed(&right, none).unwrap();
                prop_assert!(solves(&rows, &solution, rhs, false));
                prop_assert!(solves(&rows, &transposed, rhs, true));
                let same = |solution: Scaled<Int>, other: Scaled<Rational>| {
                    let numerators = solution.numerators.iter();
                    numerators.map(|n| Integral::quotient(n, &solution.denominator)).eq(other.numerators)
                };
                prop_assert!(same(solution, elimination.solve(&fractional, none).unwrap()));
                prop_assert!(same(transposed, elimination.solve_transposed(&fractional, none).unwrap()));
            }
            (Err(FactorError::Singular(lifting)), Err(FactorError::Singular(elimination))) => {
                prop_assert_eq!(lifting.rows.len(), elimination.rows.len());
                for found in [lifting, elimination] {
                    let part = Some((found.rows.as_slice(), found.columns.as_slice()));
                    prop_assert!(IntegerFactor::new(matrix(&integers, part), none).is_ok());
                }
            }
            _ => prop_assert!(false, "regular or singular?"),
        }
    }

    #[test]
    fn dot_products_of_all_sizes(pairs in prop::collection::vec((entry(), entry()), 0..6), small in any::<bool>()) {
        // Coefficients of one word or any; components always mixed.
        let shorten = |value: &BigInt| if small { value % (1i64 << 46) } else { value.clone() };
        let coefficients: Vec<Int> = pairs.iter().map(|(a, _)| Int::from(shorten(a))).collect();
        let components: Vec<Int> = pairs.iter().map(|(_, b)| Int::from(b.clone())).collect();
        let index: Vec<usize> = (0..pairs.len()).collect();
        let expected: BigInt = pairs.iter().map(|(a, b)| shorten(a) * b).sum();
        prop_assert_eq!(Int::dot(&index, &coefficients, &Int::pack(&components)), Int::from(expected));
    }

    #[test]
    fn integers_agree_with_big_ones(a in entry(), b in entry()) {
        let (x, y) = (Int::from(a.clone()), Int::from(b.clone()));
        prop_assert_eq!(x.plus(&y), Int::from(&a + &b));
        prop_assert_eq!(x.minus(&y), Int::from(&a - &b));
        prop_assert_eq!(x.times(&y), Int::from(&a * &b));
        prop_assert_eq!(x.negated(), Int::from(-&a));
        prop_assert_eq!(x.compare(&y), a.cmp(&b));
        prop_assert_eq!(x.bits(), a.bits() as i64);
        prop_assert_eq!(x.times(&y).divide_exactly(&y.plus(&Int::from(BigInt::from(b.is_zero() as u8)))),
            if b.is_zero() { Int::zero() } else { x.clone() });
        let modulus = (1u64 << 61) - 1;
        let residue = Int::from(i128::from(x.modulo(modulus)));
        prop_assert!(((a - residue.to_big()) % modulus).is_zero() && residue.compare(&Int::zero()).is_ge());
        if !b.is_zero() {
            let content = Int::content(&[x.clone(), y.clone(), Int::zero()]);
            prop_assert_eq!(x.divide_exactly(&content).times(&content), x);
            let one = Int::content(&[y.divide_exactly(&content), Int::zero(), Int::one()]);
            prop_assert_eq!(one, Int::one());
        }
    }
}
