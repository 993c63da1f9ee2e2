//! Brings the coefficients of a program to similar sizes.

use super::Data;

/// Coefficients that differ by less than this factor need no scaling.
const SPREAD: f64 = 1e4;

/// Rounds of scaling rows, then columns.
const ROUNDS: usize = 4;

impl Data {
    /// Multiplies rows and columns by powers of two where the sizes of the coefficients differ
    /// much.
    pub(super) fn scale(&mut self) {
        let entries = self.matrix.iter().map(|value| value.abs());
        let (least, most) = extremes(entries.filter(|value| *value > 0.0));
        if least > most || (most <= SPREAD * least && most <= SPREAD && least >= 1.0 / SPREAD) {
            return;
        }
        let (rows, columns) = self.exponents();
        let power = |exponent: &f64| exponent.round().clamp(-1000.0, 1000.0).exp2();
        let rows: Vec<f64> = rows.iter().map(power).collect();
        let columns: Vec<f64> = columns.iter().map(power).collect();
        let width = columns.len().max(1);
        for (entries, row) in self.matrix.chunks_exact_mut(width).zip(&rows) {
            for (entry, column) in entries.iter_mut().zip(&columns) {
                *entry *= row * column;
            }
        }
        for (cost, column) in self.cost.iter_mut().zip(&columns) {
            *cost *= column;
        }
        // A variable shrinks as its column grows; a row's own variable grows with the row.
        let factors = columns.iter().map(|column| 1.0 / column).chain(rows);
        for ((lower, upper), factor) in self.lower.iter_mut().zip(&mut self.upper).zip(factors) {
            *lower *= factor;
            *upper *= factor;
        }
    }

    /// Binary logarithms of factors that centre the sizes in every row and column around one.
    fn exponents(&self) -> (Vec<f64>, Vec<f64>) {
        let width = self.columns.max(1);
        let logs: Vec<f64> = self.matrix.iter().map(|value| value.abs().log2()).collect();
        let mut rows = vec![0.0; self.rows];
        let mut columns = vec![0.0; self.columns];
        for _ in 0..ROUNDS {
            for (row, logs) in rows.iter_mut().zip(logs.chunks_exact(width)) {
                *row = -middle(logs.iter().zip(&columns).map(|(log, column)| log + column));
            }
            for (j, column) in columns.iter_mut().enumerate() {
                let logs = logs.iter().skip(j).step_by(width);
                *column = -middle(logs.zip(&rows).map(|(log, row)| log + row));
            }
        }
        (rows, columns)
    }
}

/// The least and the greatest; out of order for none.
fn extremes(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(value), most.max(value)))
}

/// Halfway between the least and the greatest; zero for none. Logarithms of zero do not count.
fn middle(values: impl Iterator<Item = f64>) -> f64 {
    let (least, most) = extremes(values.filter(|value| value.is_finite()));
    if least <= most { (least + most) / 2.0 } else { 0.0 }
}
