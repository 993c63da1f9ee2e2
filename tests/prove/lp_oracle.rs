//! Random small programs against enumeration of all vertices, and outcomes that must not pass.

use margincert::kernel::exact::{OrderedField, Rational, Sign, Value};
use margincert::prove::deadline::Deadline;
use margincert::prove::lp::{Fault, LinearProgram, Multipliers, Outcome, Relation, Sense};
use num_traits::Zero;
use proptest::prelude::*;

type Bound = Option<i64>;

/// The plain description of a program, from which both the library's and the oracle's are built.
#[derive(Clone, Debug)]
struct Plain {
    maximise: bool,
    variables: Vec<(Bound, Bound, i64)>,
    rows: Vec<(Vec<i64>, Relation, i64)>,
    /// All numbers are divided by this.
    denominator: i64,
}

fn relation() -> impl Strategy<Value = Relation> {
    prop_oneof![
        3 => Just(Relation::AtMost),
        3 => Just(Relation::AtLeast),
        2 => Just(Relation::Equal),
    ]
}

/// Small numbers with many zeros and ties, so that degenerate programs are common.
fn entry() -> impl Strategy<Value = i64> {
    prop_oneof![2 => Just(0), 3 => -2..=2i64, 1 => -9..=9i64]
}

fn variable() -> impl Strategy<Value = (Bound, Bound, i64)> {
    let bounds = prop_oneof![
        3 => Just((Some(0), None)),
        2 => Just((None, None)),
        1 => (-3..=3i64).prop_map(|b| (None, Some(b))),
        2 => (-3..=3i64, 0..=4i64).prop_map(|(l, w)| (Some(l), Some(l + w))),
        1 => (-3..=3i64, -3..=3i64).prop_map(|(l, u)| (Some(l), Some(u))),
    ];
    (bounds, entry()).prop_map(|((lower, upper), cost)| (lower, upper, cost))
}

fn plain() -> impl Strategy<Value = Plain> {
    (0..=4usize, 0..=5usize).prop_flat_map(|(n, m)| {
        (
            any::<bool>(),
            prop::collection::vec(variable(), n),
            prop::collection::vec((prop::collection::vec(entry(), n), relation(), entry()), m),
            prop_oneof![Just(1), Just(6)],
        )
            .prop_map(|(maximise, variables, rows, denominator)| Plain {
                maximise,
                variables,
                rows,
                denominator,
            })
    })
}

impl Plain {
    fn number(&self, value: i64) -> Rational {
        Rational::from_ratio(value, self.denominator).unwrap()
    }

    fn program(&self) -> LinearProgram<Rational> {
        let mut program = LinearProgram::new(match self.maximise {
            true => Sense::Maximise,
            false => Sense::Minimise,
        });
        for &(lower, upper, cost) in &self.variables {
            let bound = |bound: Bound| bound.map(|b| self.number(b));
            program.add_variable(bound(lower), bound(upper), self.number(cost));
        }
        for (coefficients, relation, rhs) in &self.rows {
            let terms = coefficients.iter().map(|&a| self.number(a)).enumerate();
            program.add_row(terms, *relation, self.number(*rhs));
        }
        program
    }

    /// All constraints as `a.x >= b` or `a.x = b`.
    fn halfspaces(&self) -> Vec<(Vec<Rational>, bool, Rational)> {
        let n = self.variables.len();
        let mut all = Vec::new();
        let negative = |row: &[Rational]| row.iter().map(|a| -a).collect::<Vec<_>>();
        for (j, &(lower, upper, _)) in self.variables.iter().enumerate() {
            let mut unit = vec![Rational::zero(); n];
            unit[j] = Rational::from(1);
            if let Some(upper) = upper {
                all.push((negative(&unit), false, -self.number(upper)));
            }
            if let Some(lower) = lower {
                all.push((unit, false, self.number(lower)));
            }
        }
        for (coefficients, relation, rhs) in &self.rows {
            let row: Vec<_> = coefficients.iter().map(|&a| self.number(a)).collect();
            let rhs = self.number(*rhs);
            all.push(match relation {
                Relation::AtMost => (negative(&row), false, -rhs),
                Relation::AtLeast => (row, false, rhs),
                Relation::Equal => (row, true, rhs),
            });
        }
        all
    }

    /// The objective as a minimisation.
    fn cost(&self) -> Vec<Rational> {
        let sign = if self.maximise { -1 } else { 1 };
        let costs = self.variables.iter();
        costs.map(|&(_, _, cost)| self.number(sign * cost)).collect()
    }
}

fn dot(a: &[Rational], b: &[Rational]) -> Rational {
    let mut sum = Rational::zero();
    for (a, b) in a.iter().zip(b) {
        sum.add_product(a, b);
    }
    sum
}

/// The unique solution of a square system, if there is one.
fn unique_solution(mut rows: Vec<Vec<Rational>>) -> Option<Vec<Rational>> {
    let n = rows.len();
    for column in 0..n {
        let pivot = (column..n).find(|&row| !rows[row][column].is_zero())?;
        rows.swap(column, pivot);
        let inverse = rows[column][column].reciprocal()?;
        rows[column].iter_mut().for_each(|entry| *entry *= &inverse);
        let pivot_row = rows[column].clone();
        for (other, row) in rows.iter_mut().enumerate() {
            if other != column {
                let minus = -&row[column];
                for (entry, pivot) in row.iter_mut().zip(&pivot_row) {
                    entry.add_product(&minus, pivot);
                }
            }
        }
    }
    Some(rows.into_iter().map(|mut row| row.remove(n)).collect())
}

fn subsets(of: usize, size: usize) -> Vec<Vec<usize>> {
    let masks = (0u32..1 << of).filter(|mask| mask.count_ones() as usize == size);
    masks.map(|mask| (0..of).filter(|i| mask >> i & 1 == 1).collect()).collect()
}

/// The least value of `cost` over the vertices of the constraints, which describe a bounded set;
/// `None` if it is empty.
fn least_vertex(n: usize, constraints: &[(Vec<Rational>, bool, Rational)], cost: &[Rational]) -> Option<Rational> {
    let mut best: Option<Rational> = None;
    for subset in subsets(constraints.len(), n) {
        let rows = subset.iter().map(|&i| {
            let (a, _, b) = &constraints[i];
            a.iter().chain([b]).cloned().collect()
        });
        let Some(x) = unique_solution(rows.collect()) else {
            continue;
        };
        let feasible = constraints.iter().all(|(a, equal, b)| match equal {
            true => dot(a, &x) == *b,
            false => dot(a, &x) >= *b,
        });
        if feasible {
            let value = dot(cost, &x);
            if best.as_ref().is_none_or(|best| value < *best) {
                best = Some(value);
            }
        }
    }
    best
}

#[derive(Debug, PartialEq)]
enum Truth {
    Infeasible,
    Unbounded,
    Optimal(Rational),
}

/// Boxes the program in two large boxes: the true optimum, if there is one, does not depend on the
/// box. Within data this small no vertex of the program lies outside the first box.
fn truth(plain: &Plain) -> Truth {
    let n = plain.variables.len();
    let boxed = |size: i64| {
        let mut constraints = plain.halfspaces();
        for j in 0..n {
            for sign in [1, -1] {
                let mut row = vec![Rational::zero(); n];
                row[j] = Rational::from(sign);
                constraints.push((row, false, Rational::from(-size)));
            }
        }
        constraints
    };
    let cost = plain.cost();
    // Determinants of order 4 with entries up to 9 are below 18^4 * 6.
    let Some(first) = least_vertex(n, &boxed(1_000_000), &cost) else {
        return Truth::Infeasible;
    };
    let second = least_vertex(n, &boxed(2_000_000), &cost).unwrap();
    match first == second {
        true => Truth::Optimal(if plain.maximise { -first } else { first }),
        false => Truth::Unbounded,
    }
}

fn kind(outcome: &Outcome<Rational>) -> Truth {
    match outcome {
        Outcome::Optimal { value, .. } => Truth::Optimal(value.clone()),
        Outcome::Infeasible { .. } => Truth::Infeasible,
        Outcome::Unbounded { .. } => Truth::Unbounded,
        Outcome::GaveUp => panic!("gave up without a deadline"),
    }
}

/// The definitions once more, in plain rational arithmetic.
fn holds(plain: &Plain, outcome: &Outcome<Rational>) -> bool {
    let constraints = plain.halfspaces();
    let satisfied = |x: &[Rational], homogeneous: bool| {
        constraints.iter().all(|(a, equal, b)| {
            let zero = Rational::zero();
            let b = if homogeneous { &zero } else { b };
            match equal {
                true => dot(a, x) == *b,
                false => dot(a, x) >= *b,
            }
        })
    };
    let sign = Rational::from(if plain.maximise { -1 } else { 1 });
    // The combination of the constraints with multipliers of a minimisation, and the bound that it
    // proves.
    let combine = |multipliers: &Multipliers<Rational>, flip: &Rational| {
        let n = plain.variables.len();
        let mut row = vec![Rational::zero(); n];
        let mut bound = Rational::zero();
        for ((coefficients, relation, rhs), y) in plain.rows.iter().zip(&multipliers.rows) {
            let y = y * flip;
            let wrong = match relation {
                Relation::AtMost => y.sign() == Sign::Positive,
                Relation::AtLeast => y.sign() == Sign::Negative,
                Relation::Equal => false,
            };
            if wrong {
                return None;
            }
            for (sum, &a) in row.iter_mut().zip(coefficients) {
                sum.add_product(&y, &plain.number(a));
            }
            bound.add_product(&y, &plain.number(*rhs));
        }
        for (j, (lower, upper, _)) in plain.variables.iter().enumerate() {
            for (bound_value, v, flip) in
                [(lower, &multipliers.lower[j], Rational::from(1)), (upper, &multipliers.upper[j], Rational::from(-1))]
            {
                match (bound_value, v.sign()) {
                    (_, Sign::Negative) | (None, Sign::Positive) => return None,
                    (None, Sign::Zero) => {}
                    (Some(value), _) => {
                        row[j].add_product(v, &flip);
                        bound.add_product(&(v * &flip), &plain.number(*value));
                    }
                }
            }
        }
        Some((row, bound))
    };
    match outcome {
        Outcome::Optimal { primal, dual, value } => {
            let bound = value * &sign;
            satisfied(primal, false)
                && dot(&plain.cost(), primal) == bound
                && combine(dual, &sign) == Some((plain.cost(), bound))
        }
        Outcome::Infeasible { farkas } => {
            let zero = vec![Rational::zero(); plain.variables.len()];
            combine(farkas, &Rational::from(1))
                .is_some_and(|(row, bound)| row == zero && bound.sign() == Sign::Positive)
        }
        Outcome::Unbounded { point, ray } => {
            satisfied(point, false) && satisfied(ray, true) && dot(&plain.cost(), ray).sign() == Sign::Negative
        }
        Outcome::GaveUp => false,
    }
}

/// All numbers of an outcome, to spoil them one by one.
fn numbers(outcome: &mut Outcome<Rational>) -> Vec<&mut Rational> {
    fn all(multipliers: &mut Multipliers<Rational>) -> Vec<&mut Rational> {
        let Multipliers { rows, lower, upper } = multipliers;
        rows.iter_mut().chain(lower).chain(upper).collect()
    }
    match outcome {
        Outcome::Optimal { primal, dual, value } => primal.iter_mut().chain(all(dual)).chain([value]).collect(),
        Outcome::Infeasible { farkas } => all(farkas),
        Outcome::Unbounded { point, ray } => point.iter_mut().chain(ray).collect(),
        Outcome::GaveUp => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn agrees_with_all_vertices(plain in plain()) {
        let program = plain.program();
        let outcome = program.solve(Deadline::none());
        prop_assert_eq!(program.verify(&outcome), Ok(()));
        prop_assert!(holds(&plain, &outcome));
        prop_assert_eq!(kind(&outcome), truth(&plain));
        prop_assert_eq!(program.solve(Deadline::none()), outcome);
    }

    #[test]
    fn verify_agrees_with_the_definitions(
        plain in plain(),
        spoil in any::<prop::sample::Index>(),
        change in -2..=2i64,
    ) {
        let program = plain.program();
        let mut outcome = program.solve(Deadline::none());
        let mut numbers = numbers(&mut outcome);
        if !numbers.is_empty() {
            let number = spoil.get_mut(&mut numbers);
            **number += &Rational::from_ratio(change, 3).unwrap();
        }
        prop_assert_eq!(program.verify(&outcome).is_ok(), holds(&plain, &outcome));
    }

    #[test]
    fn an_outcome_of_another_kind_is_refused(plain in plain()) {
        let program = plain.program();
        let outcome = program.solve(Deadline::none());
        let n = plain.variables.len();
        let zero = Multipliers {
            rows: vec![Rational::zero(); plain.rows.len()],
            lower: vec![Rational::zero(); n],
            upper: vec![Rational::zero(); n],
        };
        let nothing = Outcome::Infeasible { farkas: zero };
        prop_assert_eq!(program.verify(&nothing), Err(Fault::NoContradiction));
        prop_assert_eq!(program.verify(&Outcome::GaveUp), Err(Fault::Undecided));
        if let Outcome::Optimal { primal, dual, .. } = outcome {
            let ray = Outcome::Unbounded { point: primal.clone(), ray: primal };
            prop_assert!(program.verify(&ray).is_err());
            let farkas = Outcome::Infeasible { farkas: dual };
            prop_assert!(program.verify(&farkas).is_err());
        }
    }
}

#[test]
fn vectors_of_the_wrong_length_are_refused() {
    let mut program = LinearProgram::new(Sense::Maximise);
    let x = program.add_variable(None, Some(Rational::from(1)), Rational::from(1));
    program.add_row([(x, Rational::from(1))], Relation::AtMost, Rational::from(5));
    let outcome = program.solve(Deadline::none());
    let Outcome::Optimal { primal, dual, value } = outcome else { panic!("no optimum") };
    let check = |primal: &[Rational], dual: &Multipliers<Rational>| {
        program.verify(&Outcome::Optimal { primal: primal.to_vec(), dual: dual.clone(), value: value.clone() })
    };
    assert_eq!(check(&primal, &dual), Ok(()));
    assert_eq!(check(&[], &dual), Err(Fault::Length));
    let short = |f: fn(&mut Multipliers<Rational>)| {
        let mut dual = dual.clone();
        f(&mut dual);
        check(&primal, &dual)
    };
    assert_eq!(short(|dual| drop(dual.rows.pop())), Err(Fault::Length));
    assert_eq!(short(|dual| drop(dual.lower.pop())), Err(Fault::Length));
    assert_eq!(short(|dual| dual.upper.push(Rational::zero())), Err(Fault::Length));
}
