//! Definiteness of dense rational matrices, side by side with the characteristic polynomial by FLINT.
//!
//! `cargo run --release -p margincert-benches --bin psd` prints a table in Markdown: medians of processor time. FLINT is
//! called through the Python package `python-flint`, if `python3` has it; its answers are compared with ours.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use margincert::kernel::exact::{Definiteness, Rational, SymmetricMatrix};
use margincert::prove::deadline::Deadline;
use margincert_benches::{Random, median, timed};
use num_traits::Zero;

/// What is measured at a size.
#[derive(Clone, Copy)]
enum Shape {
    /// `B^T B` with a square `B`.
    Definite,
    /// `B^T B` with a `B` of rank `n - 2`.
    Singular,
    /// `B^T B - c I`, with `c` so small that only the last pivots are negative.
    Indefinite,
}

impl Shape {
    const ALL: [(Shape, &'static str); 3] = [
        (Shape::Definite, "definite"),
        (Shape::Singular, "semidefinite, rank n - 2"),
        (Shape::Indefinite, "indefinite"),
    ];

    /// A full matrix whose factor has entries `a/b`, `a` in [-9, 9] and `b` in [1, 9].
    fn matrix(self, size: usize, seed: u64) -> Vec<Vec<Rational>> {
        let mut random = Random::new(seed);
        let mut entry = || Rational::from_ratio(random.integer(9), random.integer(4) + 5).expect("not zero");
        let rank = if let Shape::Singular = self { size - 2 } else { size };
        let factor: Vec<Vec<Rational>> = (0..rank).map(|_| (0..size).map(|_| entry()).collect()).collect();
        let shift = match self {
            Shape::Indefinite => Rational::from(size as i64),
            _ => Rational::zero(),
        };
        let product = |i: usize, j: usize| factor.iter().fold(Rational::zero(), |sum, row| sum + &(&row[i] * &row[j]));
        let entry = |i, j| if i == j { product(i, j) - &shift } else { product(i, j) };
        (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect()
    }
}

fn symmetric(matrix: &[Vec<Rational>]) -> SymmetricMatrix<Rational> {
    let mut symmetric = SymmetricMatrix::new(matrix.len());
    for (i, row) in matrix.iter().enumerate() {
        row.iter().enumerate().skip(i).for_each(|(j, entry)| symmetric.add(i, j, entry));
    }
    symmetric
}

/// The seconds of processor time that FLINT takes for the characteristic polynomial, and whether it finds the matrix
/// semidefinite.
fn by_flint(matrix: &[Vec<Rational>], file: &Path) -> Option<(Duration, bool)> {
    let line = |row: &Vec<Rational>| row.iter().map(Rational::to_string).collect::<Vec<_>>().join(" ");
    std::fs::write(file, matrix.iter().map(line).collect::<Vec<_>>().join("\n")).ok()?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/solvers/flint_psd.py");
    let output = Command::new("python3").arg(script).arg(file).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (seconds, semidefinite) = text.trim().split_once(' ')?;
    Some((Duration::from_secs_f64(seconds.parse().ok()?), semidefinite == "True"))
}

fn main() {
    let file = std::env::temp_dir().join(format!("margincert-psd-{}", std::process::id()));
    println!("| n | matrix | definiteness ms | search for a negative direction too, ms | FLINT charpoly ms |");
    println!("|--:|---|--:|--:|--:|");
    for (size, runs) in [(20, 21), (50, 11), (100, 5)] {
        for (shape, name) in Shape::ALL {
            let (mut ours, mut searched, mut flint) = (Vec::new(), Vec::new(), Vec::new());
            for seed in 0..runs {
                let matrix = shape.matrix(size, seed);
                let symmetric = symmetric(&matrix);
                let (definiteness, time) = timed(|| symmetric.definiteness());
                ours.push(time);
                let semidefinite = !matches!(definiteness, Definiteness::Indefinite { .. });
                let curvature = || margincert::prove::curvature::curvature(&matrix, Deadline::none());
                searched.push(timed(curvature).1);
                if let Some((time, theirs)) = by_flint(&matrix, &file) {
                    assert_eq!(semidefinite, theirs, "size {size}, {name}, seed {seed}");
                    flint.push(time);
                }
            }
            println!(
                "| {size} | {name} | {} | {} | {} |",
                milliseconds(ours),
                milliseconds(searched),
                milliseconds(flint)
            );
        }
    }
    let _ = std::fs::remove_file(file);
}

/// The median; a dash for what was not measured.
fn milliseconds(times: Vec<Duration>) -> String {
    match times.is_empty() {
        true => "-".to_owned(),
        false => format!("{:.2}", median(times).as_secs_f64() * 1e3),
    }
}
