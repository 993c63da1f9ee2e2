//! A tree over the slopes of an enclosed global optimum, as `enclosed/Choices.v` reads it.

use super::claim::Uncovered;
use super::enclosed::COARSE;
use crate::kernel::check::{KktEnclosed, SlopeNode, SlopeTree};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::problem::{Label, Problem};
use crate::prove::rounding::{to_f64, to_f64s};

/// How many hexadecimal digits a slope may get. Leaves for which the first number does not do get the next one.
const DIGITS: [usize; 5] = [1, 2, 3, 4, 7];

/// What the leaves of one sign's tree share. Floats only choose how many digits are printed: Rocq checks every leaf.
struct Leaves {
    /// Whether the label of each active sample is the sign, so that its slope is one of two.
    open: Vec<bool>,
    /// The inner products of the `lambda_i y_i x_i`.
    products: Vec<Vec<f64>>,
    /// The slope for negative preactivations.
    low: f64,
    /// What the bound has to stay below.
    limit: f64,
}

/// A split on the way, its sample by its place among the active ones, with its first branch once that is complete.
struct Open {
    place: usize,
    above: Option<String>,
}

/// The nodes of a tree as a term.
pub fn slope_tree<F: OrderedField>(
    problem: &Problem<F>,
    evidence: &KktEnclosed<F>,
    sign: Label,
    tree: &SlopeTree,
) -> Result<String, Uncovered> {
    let leaves = Leaves::new(problem, evidence, sign).ok_or(Uncovered::Method)?;
    let (mut way, mut whole): (Vec<Open>, Option<String>) = (Vec::new(), None);
    for node in &tree.nodes {
        if whole.is_some() {
            return Err(Uncovered::Method);
        }
        let mut complete = match node {
            SlopeNode::Split(sample) => {
                let place = evidence.active.binary_search(sample).map_err(|_| Uncovered::Method)?;
                way.push(Open { place, above: None });
                continue;
            }
            SlopeNode::Live(direction) => format!("Live {direction}"),
            SlopeNode::Bound(choice) => {
                leaves.bound(&way, tree.slopes.get(*choice).ok_or(Uncovered::Method)?).ok_or(Uncovered::Method)?
            }
        };
        whole = loop {
            let Some(Open { place, above }) = way.pop() else { break Some(complete) };
            match above {
                Some(above) => complete = format!("Split {place} ({above}) ({complete})"),
                None => {
                    way.push(Open { place, above: Some(complete) });
                    break None;
                }
            }
        };
    }
    whole.ok_or(Uncovered::Method)
}

impl Leaves {
    fn new<F: OrderedField>(problem: &Problem<F>, evidence: &KktEnclosed<F>, sign: Label) -> Option<Self> {
        let samples =
            evidence.active.iter().map(|&sample| problem.samples().get(sample)).collect::<Option<Vec<_>>>()?;
        let weighed = samples.iter().zip(&evidence.multipliers).map(|(sample, lambda)| {
            let weight = if sample.y == Label::Positive { to_f64(lambda) } else { -to_f64(lambda) };
            to_f64s(&sample.x).into_iter().map(|x| weight * x).collect::<Vec<f64>>()
        });
        let weighed: Vec<Vec<f64>> = weighed.collect();
        let product = |a: &Vec<f64>, b: &Vec<f64>| a.iter().zip(b).map(|(a, b)| a * b).sum();
        let products = weighed.iter().map(|a| weighed.iter().map(|b| product(a, b)).collect()).collect();
        let low = to_f64(&problem.network().layers().first()?.activation().slope(Sign::Negative));
        // Rounding every product costs some units in the last place.
        let count = samples.len() as f64;
        let limit = 1.0 - 8.0 * count * count * low.abs().max(1.0).powi(2) / 2f64.powi(COARSE as i32);
        Some(Leaves { open: samples.iter().map(|sample| sample.y == sign).collect(), products, low, limit })
    }

    /// The leaf with the fewest digits for which the bound holds.
    fn bound(&self, way: &[Open], slopes: &[Rational]) -> Option<String> {
        let slopes = to_f64s(slopes);
        let fits = slopes.iter().all(|slope| (self.low..=1.0).contains(slope));
        if !fits || slopes.len() != self.open.iter().filter(|open| !**open).count() {
            return None;
        }
        let printed = DIGITS.map(|digits| self.rounded(&slopes, digits));
        let fits = printed.iter().find(|(rounded, _)| self.square(way, rounded) <= self.limit);
        fits.or(printed.last()).map(|(_, term)| term.clone())
    }

    /// The slopes to that many digits, and the leaf.
    fn rounded(&self, slopes: &[f64], digits: usize) -> (Vec<f64>, String) {
        let unit = 2f64.powi(4 * digits as i32) - 1.0;
        let rise = 1.0 - self.low;
        let deficit =
            |slope: &f64| if rise > 0.0 { ((1.0 - slope) / rise * unit).round().clamp(0.0, unit) } else { 0.0 };
        let deficits: Vec<f64> = slopes.iter().map(deficit).collect();
        let rounded = deficits.iter().map(|deficit| 1.0 - rise * deficit / unit).collect();
        // Numbers that are missing at the end are 0.
        let last = deficits.iter().rposition(|deficit| *deficit > 0.0).map_or(1, |last| last + 1);
        let numerals = deficits.iter().take(last).map(|deficit| format!("{:0digits$x}", *deficit as u64));
        let numerals: String = numerals.collect();
        let numerals = if numerals.is_empty() { "0".to_string() } else { numerals };
        (rounded, format!("Bound {} 0x{numerals}", digits - 1))
    }

    /// The bound of the square norm, whatever the slopes of samples that are not decided on the way.
    fn square(&self, way: &[Open], slopes: &[f64]) -> f64 {
        let mut slopes = slopes.iter();
        let (mut coefficients, mut undecided) = (Vec::with_capacity(self.open.len()), Vec::new());
        for (place, open) in self.open.iter().enumerate() {
            let decided = way.iter().find(|split| split.place == place);
            coefficients.push(match (open, decided) {
                (false, _) => slopes.next().copied().unwrap_or(1.0),
                (true, Some(Open { above: None, .. })) => 1.0,
                (true, Some(_)) => self.low,
                (true, None) => {
                    undecided.push(place);
                    self.low
                }
            });
        }
        let along = |row: &Vec<f64>| row.iter().zip(&coefficients).map(|(product, c)| product * c).sum::<f64>();
        let along: Vec<f64> = self.products.iter().map(along).collect();
        let square: f64 = along.iter().zip(&coefficients).map(|(along, c)| along * c).sum();
        let rise = 1.0 - self.low;
        let change = |&i: &usize| {
            let others = undecided.iter().filter(|k| **k != i).map(|k| self.products[i][*k].max(0.0));
            rise * (2.0 * along[i] + rise * (self.products[i][i] + others.sum::<f64>()))
        };
        square + undecided.iter().map(change).map(|change| change.max(0.0)).sum::<f64>()
    }
}
