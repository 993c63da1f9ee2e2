//! Exact linear programming, side by side with `good_lp`, and with QSopt_ex and GLPK where they are installed.
//!
//! `cargo run --release -p margincert-benches --bin lp` prints two tables in Markdown: dense random programs
//! `max c.x, A x <= b, 0 <= x <= 10` with integers in `[-9, 9]`, as whole processes; and small programs, in
//! process. Values are compared with those of QSopt_ex.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use good_lp::{Expression, ResolutionError, Solution, SolverModel, microlp, variable, variables};
use margincert::kernel::exact::Rational;
use margincert::prove::deadline::Deadline;
use margincert::prove::lp::{LinearProgram, Outcome, Relation, Sense};
use margincert::prove::rounding::to_f64;
use margincert_benches::{Random, installed, median, timed, timed_process};

/// The data of one dense program.
struct Dense {
    cost: Vec<i64>,
    rows: Vec<Vec<i64>>,
    rhs: Vec<i64>,
}

impl Dense {
    fn random(rows: usize, columns: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut vector = |len: usize| -> Vec<i64> { (0..len).map(|_| random.integer(9)).collect() };
        Self { cost: vector(columns), rows: (0..rows).map(|_| vector(columns)).collect(), rhs: vector(rows) }
    }

    fn program(&self) -> LinearProgram<Rational> {
        let mut program = LinearProgram::new(Sense::Maximise);
        for &cost in &self.cost {
            program.add_variable(Some(Rational::from(0)), Some(Rational::from(10)), Rational::from(cost));
        }
        for (row, &rhs) in self.rows.iter().zip(&self.rhs) {
            let terms = row.iter().map(|&a| Rational::from(a)).enumerate();
            program.add_row(terms, Relation::AtMost, Rational::from(rhs));
        }
        program
    }

    /// Whether and with what value the float solver behind `good_lp` ends.
    fn solve_in_floats(&self) -> Result<f64, ResolutionError> {
        let mut variables = variables!();
        let columns = variables.add_vector(variable().min(0).max(10), self.cost.len());
        let sum = |coefficients: &[i64]| -> Expression {
            coefficients.iter().zip(&columns).map(|(&a, &x)| a as f64 * x).sum()
        };
        let objective = sum(&self.cost);
        let mut model = variables.maximise(objective.clone()).using(microlp);
        for (row, &rhs) in self.rows.iter().zip(&self.rhs) {
            model.add_constraint(sum(row).leq(rhs as f64));
        }
        Ok(model.solve()?.eval(objective))
    }

    /// In CPLEX's LP format, which all three programs are given.
    fn to_text(&self) -> String {
        let sum = |coefficients: &[i64]| {
            let mut text = String::new();
            for (j, a) in coefficients.iter().enumerate().filter(|(_, a)| **a != 0) {
                let sign = if *a < 0 { '-' } else { '+' };
                write!(text, " {sign} {} x{j}", a.abs()).expect("a string grows");
            }
            text
        };
        let mut text = format!("Maximize\n obj:{}\nSubject To\n", sum(&self.cost));
        for (i, (row, rhs)) in self.rows.iter().zip(&self.rhs).enumerate() {
            writeln!(text, " c{i}:{} <= {rhs}", sum(row)).expect("a string grows");
        }
        text.push_str("Bounds\n");
        for j in 0..self.cost.len() {
            writeln!(text, " 0 <= x{j} <= 10").expect("a string grows");
        }
        text.push_str("End\n");
        text
    }

    /// Reads what `to_text` writes, and no more.
    fn from_text(text: &str) -> Self {
        let mut dense = Self { cost: Vec::new(), rows: Vec::new(), rhs: Vec::new() };
        let columns = text.lines().filter(|line| line.starts_with(" 0 <= x")).count();
        let parse = |sum: &str| {
            let mut row = vec![0; columns];
            let mut words = sum.split_ascii_whitespace();
            while let (Some(sign), Some(size), Some(name)) = (words.next(), words.next(), words.next()) {
                let size: i64 = size.parse().expect("a coefficient");
                let column: usize = name[1..].parse().expect("a variable");
                row[column] = if sign == "-" { -size } else { size };
            }
            row
        };
        for line in text.lines() {
            if let Some(sum) = line.strip_prefix(" obj:") {
                dense.cost = parse(sum);
            } else if let Some((sum, rhs)) = line.strip_prefix(" c").and_then(|line| line.split_once(" <= ")) {
                dense.rows.push(parse(sum.split_once(':').expect("a name").1));
                dense.rhs.push(rhs.parse().expect("a right-hand side"));
            }
        }
        dense
    }
}

/// The optimal value, or the word QSopt_ex has for there being none.
fn describe(outcome: &Outcome<Rational>) -> String {
    match outcome {
        Outcome::Optimal { value, .. } => value.to_string(),
        Outcome::Infeasible { .. } => "INFEASIBLE".to_owned(),
        Outcome::Unbounded { .. } => "UNBOUNDED".to_owned(),
        Outcome::GaveUp => "nothing".to_owned(),
    }
}

/// Whether a float answer is the exact one, but for rounding.
fn agree(floats: &Result<f64, ResolutionError>, exact: &Outcome<Rational>) -> bool {
    match (floats, exact) {
        (Ok(float), Outcome::Optimal { value, .. }) => {
            let value = to_f64(value);
            (float - value).abs() <= 1e-6 * value.abs().max(1.0)
        }
        (Err(ResolutionError::Infeasible), Outcome::Infeasible { .. }) => true,
        (Err(ResolutionError::Unbounded), Outcome::Unbounded { .. }) => true,
        _ => false,
    }
}

/// What QSopt_ex says of a program.
fn value_by_qsopt(esolver: &Path, file: &str, directory: &Path) -> Option<String> {
    let solution = directory.join("solution.sol");
    Command::new(esolver).args(["-O", solution.to_str()?, "-L", file]).output().ok()?;
    let text = std::fs::read_to_string(solution).ok()?;
    let value = text.lines().find_map(|line| line.trim().strip_prefix("Value = "));
    Some(match value {
        Some(value) => value.to_owned(),
        None => text.lines().next()?.split_ascii_whitespace().last()?.to_owned(),
    })
}

/// One row of the first table.
fn whole_processes(size: usize, seeds: u64, directory: &Path) {
    let this = std::env::current_exe().expect("the path of this program");
    let (esolver, glpsol) = (installed("esolver"), installed("glpsol"));
    let mut times: [Vec<Duration>; 6] = Default::default();
    let (mut agreed, mut floats_agree, mut optima) = (0, 0, 0);
    for seed in 0..seeds {
        let dense = Dense::random(size, size, seed);
        let path = directory.join("program.lp");
        std::fs::write(&path, dense.to_text()).expect("a directory for files");
        let file = path.to_str().expect("a path of plain text");
        let program = dense.program();
        let (outcome, duration) = timed(|| program.solve(Deadline::none()));
        optima += u64::from(matches!(outcome, Outcome::Optimal { .. }));
        times[0].push(duration);
        times[1].extend(timed_process(&this, &["solve", file]));
        let (floats, duration) = timed(|| dense.solve_in_floats());
        times[5].push(duration);
        floats_agree += u64::from(agree(&floats, &outcome));
        if let Some(esolver) = &esolver {
            times[2].extend(timed_process(esolver, &["-L", file]));
            let theirs = value_by_qsopt(esolver, file, directory);
            assert_eq!(theirs, Some(describe(&outcome)), "size {size}, seed {seed}");
            agreed += 1;
        }
        if let Some(glpsol) = &glpsol {
            times[3].extend(timed_process(glpsol, &["--lp", file]));
            if size <= 50 {
                times[4].extend(timed_process(glpsol, &["--lp", file, "--exact"]));
            }
        }
    }
    let cells = times.map(milliseconds);
    println!("| {size} | {} | {agreed}/{seeds} | {floats_agree}/{seeds} | {optima} |", cells.join(" | "));
}

/// One row of the second table: repeated solutions of small programs.
fn in_process(rows: usize, columns: usize) {
    let micros = |durations: Vec<Duration>| median(durations).as_secs_f64() * 1e6;
    let (mut solutions, mut checks) = (Vec::new(), Vec::new());
    for seed in 0..50 {
        let program = Dense::random(rows, columns, seed).program();
        let outcome = program.solve(Deadline::none());
        solutions.push(median((0..21).map(|_| timed(|| program.solve(Deadline::none())).1).collect()));
        checks.push(median((0..21).map(|_| timed(|| program.verify(&outcome)).1).collect()));
    }
    println!("| {rows} x {columns} | {:.1} | {:.1} |", micros(solutions), micros(checks));
}

/// The median in milliseconds; a dash for what was not measured.
fn milliseconds(durations: Vec<Duration>) -> String {
    match durations.is_empty() {
        true => "-".to_owned(),
        false => format!("{:.1}", median(durations).as_secs_f64() * 1e3),
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, command, file] = arguments.as_slice() {
        assert_eq!(command, "solve", "usage: lp [solve FILE]");
        let text = std::fs::read_to_string(file).expect("a readable file");
        println!("{}", describe(&Dense::from_text(&text).program().solve(Deadline::none())));
        return;
    }
    let directory: PathBuf = std::env::temp_dir().join(format!("margincert-lp-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory for files");
    println!("Milliseconds, medians. Whole processes, but for the first column of times.\n");
    println!(
        "| n | in process | margincert | QSopt_ex | GLPK (float) | GLPK (exact) | good_lp (float, in process) | same as QSopt_ex | same as good_lp | optima |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (size, seeds) in [(20, 21), (50, 21), (100, 11), (200, 7)] {
        whole_processes(size, seeds, &directory);
    }
    let _ = std::fs::remove_dir_all(&directory);
    println!("\nMicroseconds, medians, in process.\n");
    println!("| rows x columns | solve | of which verify |");
    println!("|--:|--:|--:|");
    for (rows, columns) in [(2, 2), (4, 4), (6, 8), (10, 10), (20, 20), (30, 40)] {
        in_process(rows, columns);
    }
}
