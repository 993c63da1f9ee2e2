//! Linear programs with known answers: classical, degenerate, extreme, empty.

use std::time::Duration;

use margincert::kernel::exact::Rational;
use margincert::prove::deadline::Deadline;
use margincert::prove::lp::Relation::{AtLeast, AtMost, Equal};
use margincert::prove::lp::Sense::{Maximise, Minimise};
use margincert::prove::lp::{LinearProgram, Outcome, Relation, Sense};

use super::clock::spent;

fn number(text: &str) -> Rational {
    text.parse().unwrap()
}

fn int(value: i64) -> Rational {
    Rational::from(value)
}

/// Non-negative variables with these costs, and rows of all their coefficients.
fn program(sense: Sense, cost: &[&str], rows: &[(&[&str], Relation, &str)]) -> LinearProgram<Rational> {
    let mut program = LinearProgram::new(sense);
    for cost in cost {
        program.add_non_negative(number(cost));
    }
    for (coefficients, relation, rhs) in rows {
        let terms = coefficients.iter().map(|text| number(text)).enumerate();
        program.add_row(terms, *relation, number(rhs));
    }
    program
}

fn solve(program: &LinearProgram<Rational>) -> Outcome<Rational> {
    let outcome = program.solve(Deadline::none());
    program.verify(&outcome).unwrap();
    outcome
}

fn optimum(program: &LinearProgram<Rational>) -> Rational {
    match solve(program) {
        Outcome::Optimal { value, .. } => value,
        other => panic!("{other:?}"),
    }
}

fn assert_infeasible(program: &LinearProgram<Rational>) {
    assert!(matches!(solve(program), Outcome::Infeasible { .. }));
}

fn assert_unbounded(program: &LinearProgram<Rational>) {
    assert!(matches!(solve(program), Outcome::Unbounded { .. }));
}

#[test]
fn beales_example_does_not_cycle() {
    // E. M. L. Beale, Naval Research Logistics Quarterly 2, 1955.
    let beale = program(
        Minimise,
        &["-3/4", "150", "-1/50", "6"],
        &[
            (&["1/4", "-60", "-1/25", "9"], AtMost, "0"),
            (&["1/2", "-90", "-1/50", "3"], AtMost, "0"),
            (&["0", "0", "1", "0"], AtMost, "1"),
        ],
    );
    assert_eq!(optimum(&beale), number("-1/20"));
}

#[test]
fn hoffmans_and_kuhns_style_degenerate_examples_end() {
    // V. Chvatal, Linear Programming, 1983, chapter 3: cycles under the rule of the largest
    // coefficient.
    let chvatal = program(
        Maximise,
        &["10", "-57", "-9", "-24"],
        &[
            (&["1/2", "-11/2", "-5/2", "9"], AtMost, "0"),
            (&["1/2", "-3/2", "-1/2", "1"], AtMost, "0"),
            (&["1", "0", "0", "0"], AtMost, "1"),
        ],
    );
    assert_eq!(optimum(&chvatal), int(1));
    // H. W. Kuhn's example, unbounded below without the last row.
    let rows: [(&[&str], Relation, &str); 3] = [
        (&["-2", "-9", "1", "9"], AtMost, "0"),
        (&["1/3", "1", "-1/3", "-2"], AtMost, "0"),
        (&["2", "3", "-1", "-12"], AtMost, "2"),
    ];
    let cost = ["-2", "-3", "1", "12"];
    assert_eq!(optimum(&program(Minimise, &cost, &rows)), int(-2));
    assert_unbounded(&program(Minimise, &cost, &rows[..2]));
}

#[test]
fn klee_minty_cubes() {
    for dimension in 1..=12usize {
        let mut cube = LinearProgram::new(Maximise);
        let power = |exponent: usize| int(2i64.pow(exponent as u32));
        for j in 0..dimension {
            cube.add_non_negative(power(dimension - 1 - j));
        }
        for i in 0..dimension {
            let lower = (0..i).map(|j| (j, power(i - j + 1)));
            let terms: Vec<_> = lower.chain([(i, int(1))]).collect();
            cube.add_row(terms, AtMost, int(5i64.pow(i as u32 + 1)));
        }
        assert_eq!(optimum(&cube), int(5i64.pow(dimension as u32)));
    }
}

#[test]
fn infeasible_by_a_hair() {
    for gap in ["1/1000000000000", "1/1000000000000000000000000000000"] {
        let gap = number(gap);
        let with = |rhs: Rational| {
            let mut program = LinearProgram::new(Minimise);
            let x = program.add_free(int(1));
            let y = program.add_free(int(0));
            program.add_row([(x, int(1)), (y, int(1))], AtMost, int(1));
            program.add_row([(x, int(3)), (y, int(3))], AtLeast, rhs);
            program
        };
        assert_infeasible(&with(int(3) + &gap));
        assert_unbounded(&with(int(3)));
        // A point within the gap, where there is one.
        let mut interval = LinearProgram::new(Maximise);
        let x = interval.add_variable(Some(int(1)), Some(int(1) + &gap), int(1));
        assert_eq!(optimum(&interval), int(1) + &gap);
        interval.add_row([(x, int(2))], AtLeast, int(2) + &gap + &gap + &gap);
        assert_infeasible(&interval);
    }
}

#[test]
fn the_optimum_beyond_float_resolution() {
    // Two vertices whose values differ by 10^-20 only.
    let tiny = number("1/100000000000000000000");
    let mut program = LinearProgram::new(Maximise);
    let x = program.add_non_negative(int(1));
    let y = program.add_non_negative(int(1) + &tiny);
    program.add_row([(x, int(1)), (y, int(1))], AtMost, int(1));
    assert_eq!(optimum(&program), int(1) + &tiny);
}

#[test]
fn empty_programs() {
    let mut nothing = LinearProgram::<Rational>::new(Maximise);
    assert_eq!(optimum(&nothing), int(0));
    nothing.add_row([], AtMost, int(0));
    assert_eq!(optimum(&nothing), int(0));
    nothing.add_row([], AtLeast, int(1));
    assert_infeasible(&nothing);

    let mut rowless = LinearProgram::new(Minimise);
    rowless.add_variable(Some(int(-2)), Some(int(3)), int(5));
    rowless.add_variable(None, Some(int(3)), int(-1));
    rowless.add_free(int(0));
    assert_eq!(optimum(&rowless), int(-13));
    rowless.add_free(int(1));
    assert_unbounded(&rowless);
    rowless.add_row([], Equal, int(1));
    assert_infeasible(&rowless);
}

#[test]
fn contradictory_and_fixed_bounds() {
    let mut program = LinearProgram::new(Minimise);
    let x = program.add_variable(Some(int(2)), Some(int(2)), int(3));
    let y = program.add_variable(Some(int(0)), None, int(1));
    program.add_row([(x, int(1)), (y, int(1))], AtLeast, int(5));
    assert_eq!(optimum(&program), int(9));
    program.add_variable(Some(int(1)), Some(int(0)), int(0));
    assert_infeasible(&program);
}

#[test]
fn redundant_and_repeated_rows() {
    let mut program = LinearProgram::new(Maximise);
    let x = program.add_non_negative(int(1));
    let y = program.add_non_negative(int(2));
    for factor in 1..=5 {
        let row = [(x, int(factor)), (y, int(factor))];
        program.add_row(row, Equal, int(3 * factor));
    }
    program.add_row([(x, int(1)), (x, int(1))], AtLeast, int(2));
    assert_eq!(optimum(&program), int(5));
    program.add_row([(x, int(7)), (y, int(7))], Equal, int(22));
    assert_infeasible(&program);
}

#[test]
fn terms_of_one_variable_add_up() {
    let mut program = LinearProgram::new(Maximise);
    let x = program.add_free(int(1));
    let y = program.add_free(int(0));
    program.add_row([(y, int(1)), (x, int(1)), (y, int(-1)), (x, int(2))], AtMost, int(6));
    assert_eq!(optimum(&program), int(2));
}

#[test]
#[should_panic(expected = "unknown variable")]
fn a_row_with_an_unknown_variable_is_refused() {
    let mut program = LinearProgram::new(Maximise);
    program.add_row([(0, int(1))], AtMost, int(6));
}

#[test]
fn huge_and_tiny_coefficients() {
    let huge = number(&format!("1{}", "0".repeat(400)));
    let tiny = number(&format!("1/1{}", "0".repeat(400)));
    let mut program = LinearProgram::new(Maximise);
    let x = program.add_non_negative(huge.clone());
    let y = program.add_non_negative(tiny.clone());
    program.add_row([(x, huge.clone()), (y, tiny.clone())], AtMost, int(1));
    program.add_row([(x, tiny.clone()), (y, huge.clone())], AtMost, int(1));
    assert_eq!(optimum(&program), int(1));
    program.add_row([(x, huge), (y, int(1))], AtLeast, int(2));
    solve(&program);
    // The same with sizes that floats can hold.
    let mut program = LinearProgram::new(Minimise);
    let x = program.add_free(int(1));
    let y = program.add_free(number("1000000000000"));
    program.add_row([(x, number("1/1000000000")), (y, int(1))], AtLeast, int(1));
    program.add_row([(x, int(1)), (y, number("1000000000000"))], AtLeast, int(7));
    program.add_row([(x, int(1))], AtMost, number("2000000000"));
    assert_eq!(optimum(&program), int(7));
}

#[test]
fn a_passed_deadline_is_kept() {
    let size = 150;
    let mut program = LinearProgram::new(Maximise);
    for j in 0..size {
        program.add_variable(Some(int(0)), Some(int(10)), int(j % 7 + 1));
    }
    for i in 0..size {
        let terms = (0..size).map(|j| (j as usize, int((i * i + 3 * j * j + i * j) % 19 - 9)));
        program.add_row(terms, AtMost, int(i % 9));
    }
    let start = spent();
    assert_eq!(program.solve(Deadline::after(Duration::ZERO)), Outcome::GaveUp);
    program.solve(Deadline::after(Duration::from_millis(3)));
    assert!(spent() - start < Duration::from_secs(1));
}
