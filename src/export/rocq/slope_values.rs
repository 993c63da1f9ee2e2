//! Values of the slopes that a tree leaves open, shared between as many leaves as they do for.
//!
//! Floats only choose what is printed: Rocq checks every leaf.

use std::collections::BTreeMap;

use super::enclosed::COARSE;
use crate::kernel::check::KktEnclosed;
use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::problem::{Label, Problem};
use crate::prove::rounding::{to_f64, to_f64s};

/// How many hexadecimal digits a slope may get. Leaves for which the first number does not do get the next one.
const DIGITS: [usize; 5] = [1, 2, 3, 4, 7];

/// The samples that are decided on the way to a leaf, by their places, and whether their preactivations are positive.
pub type Decided = BTreeMap<usize, bool>;

/// The square norm that a sign's leaves bound, as a quadratic function of the slopes.
pub struct Quadratic {
    /// Whether the label of each active sample is the sign, so that its slope is one of two.
    open: Vec<bool>,
    /// The inner products of the `lambda_i y_i x_i`.
    products: Vec<Vec<f64>>,
    /// The slope for negative preactivations.
    low: f64,
    /// What the bound has to stay below.
    limit: f64,
}

/// A leaf: its own slopes, and what its bound depends on beside slopes.
pub struct Leaf {
    slopes: Vec<f64>,
    /// The products with the slopes of open samples, the lower one where nothing is decided.
    along: Vec<f64>,
    /// What these slopes alone contribute.
    square: f64,
    /// For each sample that is not decided, the greatest sum of its products with itself and the others.
    undecided: Vec<(usize, f64)>,
}

/// Slopes, rounded to some digits.
struct Values {
    term: String,
    /// The slopes, and 0 at open samples.
    slopes: Vec<f64>,
    /// The products with them.
    along: Vec<f64>,
    /// What they alone contribute.
    square: f64,
}

/// Lists of slopes as terms, and the one that each leaf takes.
pub struct Shared {
    pub values: Vec<String>,
    pub of_leaves: Vec<usize>,
}

impl Quadratic {
    pub fn new<F: OrderedField>(problem: &Problem<F>, evidence: &KktEnclosed<F>, sign: Label) -> Option<Self> {
        let samples =
            evidence.active.iter().map(|&sample| problem.samples().get(sample)).collect::<Option<Vec<_>>>()?;
        let weighed = samples.iter().zip(&evidence.multipliers).map(|(sample, lambda)| {
            let weight = if sample.y == Label::Positive { to_f64(lambda) } else { -to_f64(lambda) };
            to_f64s(&sample.x).into_iter().map(|x| weight * x).collect::<Vec<f64>>()
        });
        let weighed: Vec<Vec<f64>> = weighed.collect();
        let products = weighed.iter().map(|a| weighed.iter().map(|b| dot(a, b)).collect()).collect();
        let low = to_f64(&problem.network().layers().first()?.activation().slope(Sign::Negative));
        // Rounding every product costs some units in the last place.
        let count = samples.len() as f64;
        let limit = 1.0 - 8.0 * count * count * low.abs().max(1.0).powi(2) / 2f64.powi(COARSE as i32);
        Some(Quadratic { open: samples.iter().map(|sample| sample.y == sign).collect(), products, low, limit })
    }

    /// The leaf with these slopes of the samples that are not open.
    pub fn leaf(&self, decided: &Decided, slopes: Vec<f64>) -> Option<Leaf> {
        let fits = slopes.iter().all(|slope| (self.low..=1.0).contains(slope));
        if !fits || slopes.len() != self.open.iter().filter(|open| !**open).count() {
            return None;
        }
        let slope = |(place, open): (usize, &bool)| match (open, decided.get(&place)) {
            (false, _) => 0.0,
            (true, Some(true)) => 1.0,
            (true, _) => self.low,
        };
        let at_open: Vec<f64> = self.open.iter().enumerate().map(slope).collect();
        let along = self.along(&at_open);
        let places = || (0..self.open.len()).filter(|place| self.open[*place] && !decided.contains_key(place));
        let own = |place: usize| {
            let others = places().filter(|other| *other != place).map(|other| self.products[place][other].max(0.0));
            (place, self.products[place][place] + others.sum::<f64>())
        };
        Some(Leaf { slopes, square: dot(&along, &at_open), along, undecided: places().map(own).collect() })
    }

    /// Values for all leaves. Those that do for the most leaves come first.
    pub fn shared(&self, leaves: &[Leaf]) -> Shared {
        let mut values: Vec<Values> = Vec::new();
        // Leaves for which Rocq may find that their values do not do: they keep their own.
        let mut own = BTreeMap::new();
        for (index, leaf) in leaves.iter().enumerate() {
            if values.iter().rev().any(|values| self.is_bounded(leaf, values)) {
                continue;
            }
            let rounded = DIGITS.map(|digits| self.rounded(&leaf.slopes, digits));
            let first = rounded.iter().position(|values| self.is_bounded(leaf, values));
            if first.is_none() {
                own.insert(index, values.len());
            }
            values.extend(rounded.into_iter().nth(first.unwrap_or(DIGITS.len() - 1)));
        }
        let does = |(index, leaf): (usize, &Leaf)| match own.get(&index) {
            Some(own) => vec![*own],
            None => (0..values.len()).filter(|k| self.is_bounded(leaf, &values[*k])).collect(),
        };
        let does: Vec<Vec<usize>> = leaves.iter().enumerate().map(does).collect();
        // How many leaves without values each would do for.
        let mut counts = vec![0_usize; values.len()];
        does.iter().flatten().for_each(|k| counts[*k] += 1);
        let (mut taken, mut of_leaves): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), vec![None; leaves.len()]);
        while of_leaves.contains(&None) {
            let Some(most) = (0..values.len()).rev().max_by_key(|k| counts[*k]).filter(|k| counts[*k] > 0) else {
                break;
            };
            for (of, does) in of_leaves.iter_mut().zip(&does).filter(|(of, does)| of.is_none() && does.contains(&most))
            {
                *of = Some(taken.len());
                does.iter().for_each(|k| counts[*k] -= 1);
            }
            taken.push(most);
        }
        Shared {
            values: taken.into_iter().map(|k| values[k].term.clone()).collect(),
            of_leaves: of_leaves.into_iter().flatten().collect(),
        }
    }

    /// The slopes to that many digits.
    fn rounded(&self, slopes: &[f64], digits: usize) -> Values {
        let unit = 2f64.powi(4 * digits as i32) - 1.0;
        let rise = 1.0 - self.low;
        let deficit =
            |slope: &f64| if rise > 0.0 { ((1.0 - slope) / rise * unit).round().clamp(0.0, unit) } else { 0.0 };
        let deficits: Vec<f64> = slopes.iter().map(deficit).collect();
        // Numbers that are missing at the end are 0.
        let last = deficits.iter().rposition(|deficit| *deficit > 0.0).map_or(1, |last| last + 1);
        let numerals = deficits.iter().take(last).map(|deficit| format!("{:0digits$x}", *deficit as u64));
        let numerals: String = numerals.collect();
        let numerals = if numerals.is_empty() { "0".to_string() } else { numerals };
        let mut rounded = deficits.iter().map(|deficit| 1.0 - rise * deficit / unit);
        let at_slack = |open: &bool| if *open { 0.0 } else { rounded.next().unwrap_or(1.0) };
        let slopes: Vec<f64> = self.open.iter().map(at_slack).collect();
        let along = self.along(&slopes);
        Values { term: format!("Values {} 0x{numerals}", digits - 1), square: dot(&along, &slopes), slopes, along }
    }

    fn along(&self, slopes: &[f64]) -> Vec<f64> {
        self.products.iter().map(|row| dot(row, slopes)).collect()
    }

    /// Whether the square norm is bounded, whatever the slopes of samples that are not decided on the way.
    fn is_bounded(&self, leaf: &Leaf, values: &Values) -> bool {
        let rise = 1.0 - self.low;
        let square = leaf.square + 2.0 * dot(&leaf.along, &values.slopes) + values.square;
        let change =
            |(i, own): &(usize, f64)| (rise * (2.0 * (leaf.along[*i] + values.along[*i]) + rise * own)).max(0.0);
        square + leaf.undecided.iter().map(change).sum::<f64>() <= self.limit
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
