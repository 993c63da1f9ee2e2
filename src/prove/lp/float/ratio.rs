//! How far a variable may move.

use super::super::basis::Status;
use super::tableau::{TOLERANCE, Tableau};

/// Smaller entries than this are taken for zero as pivots.
const LEAST_PIVOT: f64 = 1e-9;

/// Pivots of this size are taken where there is a choice.
const GOOD_PIVOT: f64 = 1e-5;

/// A move, and what ends it.
pub(super) struct Step {
    pub(super) distance: f64,
    /// The row of the basic variable that stops, or `None` for the moving variable itself.
    pub(super) row: Option<usize>,
    /// Where that variable stops.
    pub(super) stop: Status,
}

/// A bound that a basic variable meets.
struct Stop {
    row: usize,
    distance: f64,
    size: f64,
    stop: Status,
}

impl Tableau {
    /// How far to move a column's variable; `None` for without end. While there are violations,
    /// their sum falls with the steepness given.
    pub(super) fn ratio_test(&self, column: usize, direction: f64, steepness: Option<f64>) -> Option<Step> {
        let stop = match steepness {
            Some(steepness) => self.longest(column, direction, steepness),
            None => self.shortest(column, direction),
        };
        let moved = self.nonbasic[column];
        let range = self.upper[moved] - self.lower[moved];
        let opposite = if direction > 0.0 { Status::Upper } else { Status::Lower };
        match stop {
            Some(stop) if stop.distance < range => {
                Some(Step { distance: stop.distance, row: Some(stop.row), stop: stop.stop })
            }
            _ if range.is_finite() => Some(Step { distance: range, row: None, stop: opposite }),
            _ => None,
        }
    }

    /// The rows that move, with their speed.
    fn moving(&self, column: usize, direction: f64) -> impl Iterator<Item = (usize, usize, f64)> {
        self.basic.iter().enumerate().filter_map(move |(row, &variable)| {
            let speed = direction * self.entries[row * self.columns + column];
            (speed.abs() > LEAST_PIVOT).then_some((row, variable, speed))
        })
    }

    /// The first stop. Among those that a slight relaxation of the bounds cannot tell apart the one
    /// with the largest pivot is taken (Harris 1973).
    fn shortest(&self, column: usize, direction: f64) -> Option<Stop> {
        let ahead = |variable: usize, speed: f64| match speed > 0.0 {
            true => self.upper[variable] - self.value[variable],
            false => self.value[variable] - self.lower[variable],
        };
        let mut reach = f64::INFINITY;
        for (_, variable, speed) in self.moving(column, direction) {
            reach = reach.min((ahead(variable, speed) + TOLERANCE) / speed.abs());
        }
        if reach == f64::INFINITY {
            return None;
        }
        let mut best: Option<Stop> = None;
        for (row, variable, speed) in self.moving(column, direction) {
            let distance = ahead(variable, speed) / speed.abs();
            let size = speed.abs();
            if distance <= reach && best.as_ref().is_none_or(|best| size > best.size) {
                best = Some(Stop {
                    row,
                    distance: distance.max(0.0),
                    size,
                    stop: if speed > 0.0 { Status::Upper } else { Status::Lower },
                });
            }
        }
        best
    }

    /// The stop at which the sum of violations would begin to rise: bounds met before are passed.
    fn longest(&self, column: usize, direction: f64, steepness: f64) -> Option<Stop> {
        let mut stops = Vec::new();
        for (row, variable, speed) in self.moving(column, direction) {
            let size = speed.abs();
            let (value, lower, upper) = (self.value[variable], self.lower[variable], self.upper[variable]);
            let (near, near_stop, far, far_stop) = match speed > 0.0 {
                true => (lower - value, Status::Lower, upper - value, Status::Upper),
                false => (value - upper, Status::Upper, value - lower, Status::Lower),
            };
            let violation = self.violation(variable);
            let mut stop = |distance: f64, stop: Status| {
                if distance.is_finite() {
                    let distance = distance.max(0.0) / size;
                    stops.push(Stop { row, distance, size, stop });
                }
            };
            if violation == 0.0 {
                stop(far, far_stop);
            } else if (violation < 0.0) == (speed > 0.0) {
                stop(near, near_stop);
                stop(far, far_stop);
            }
        }
        stops.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        let mut slope = -steepness;
        let mut last = 0;
        for (position, stop) in stops.iter().enumerate() {
            slope += stop.size;
            last = position;
            if slope >= 0.0 {
                break;
            }
        }
        // A pivot too small is worth a shorter way.
        let good =
            (0..=last.min(stops.len().checked_sub(1)?)).rev().find(|&position| stops[position].size > GOOD_PIVOT);
        Some(stops.swap_remove(good.unwrap_or(last)))
    }
}
