//! Is the enclosed point a local optimum, a global one?

use super::dense::{dot, norm};
use super::enclose::Enclosed;
use super::newton::significant;
use super::report::Standing;
use super::task::Task;
use crate::kernel::check::{EnclosedOptimum, SlopeNode, SlopeTree, check};
use crate::kernel::exact::{Rational, Sign};
use crate::kernel::problem::Label;
use crate::prove::deadline::Deadline;
use crate::prove::rounding::to_f64;

/// The most nodes of a tree.
const MOST_NODES: usize = 40_000;

/// Decides what can be decided, and adds to the claim what the kernel accepts. Says which layers are at a local optimum by themselves, too.
pub(super) fn decide(task: &Task, enclosed: &mut Enclosed, until: Deadline) -> (Standing, Vec<usize>) {
    let standing = of_the_whole(task, enclosed, until);
    let mut layers = vec![0, 1];
    // Where the whole is at a local optimum each layer is, and no claim need say so.
    if !matches!(standing, Standing::Global | Standing::Local { .. }) {
        layers.retain(|layer| accept(enclosed, EnclosedOptimum::Layer { layer: *layer }).is_ok());
    }
    (standing, layers)
}

fn of_the_whole(task: &Task, enclosed: &mut Enclosed, until: Deadline) -> Standing {
    let [negative, positive] = task.slopes();
    let ridge = enclosed.claim.directions.iter().enumerate().find_map(|(direction, live)| {
        let is_ridge = |i: &usize| {
            let sign = if live.sign == Label::Positive { 1.0 } else { -1.0 };
            sign * task.label(*i) * (positive - negative) > 0.0
        };
        let held = enclosed.claim.active.iter().zip(&live.pattern).filter(|(_, side)| **side == Sign::Zero);
        held.map(|(sample, _)| *sample).find(is_ridge).map(|sample| (direction, sample))
    });
    if let Some((direction, sample)) = ridge {
        return match accept(enclosed, EnclosedOptimum::Ridge { direction, sample }) {
            Ok(()) => Standing::NotLocalRidge { direction, sample },
            Err(reason) => Standing::Open { reason },
        };
    }
    let search = Search::new(task, enclosed);
    let is_narrow = enclosed.dead.is_empty();
    let local = if is_narrow { accept(enclosed, EnclosedOptimum::Local) } else { Ok(()) };
    if let Err(reason) = local {
        return Standing::Open { reason };
    }
    let (mut trees, mut open) = (Vec::new(), None);
    for sign in [Label::Positive, Label::Negative] {
        match search.tree(sign, until) {
            Ok(tree) => trees.push(tree),
            Err(Stop::Gain { incoming, gain }) if !is_narrow => {
                let incoming: Vec<Rational> = incoming.iter().map(|w| significant(*w, 7)).collect();
                return match accept(enclosed, EnclosedOptimum::DeadUnit { incoming, sign }) {
                    Ok(()) => Standing::NotLocalDeadUnit { unit: enclosed.dead[0], gain },
                    Err(reason) => Standing::Open { reason },
                };
            }
            Err(Stop::Gain { gain, .. }) => {
                open = Some(format!("a wider network does better (a new unit gains {gain:.6} for a cost of 1)"))
            }
            Err(Stop::Unsettled(reason)) => open = open.or(Some(reason)),
        }
    }
    if let (Ok([positive, negative]), None) = (<[SlopeTree; 2]>::try_from(trees), &open) {
        match accept(enclosed, EnclosedOptimum::Global { positive, negative }) {
            Ok(()) => return Standing::Global,
            Err(reason) => open = Some(reason),
        }
    }
    let reason = open.unwrap_or_default();
    if is_narrow { Standing::Local { global: reason } } else { Standing::Open { reason } }
}

/// Adds a claim of optimality if the kernel accepts it.
fn accept(enclosed: &mut Enclosed, optimum: EnclosedOptimum<Rational>) -> Result<(), String> {
    enclosed.claim.optimum.push(optimum);
    let reason = check(&enclosed.problem, &enclosed.claim).err().map(|rejection| rejection.to_string());
    match reason {
        None => Ok(()),
        Some(reason) => {
            enclosed.claim.optimum.pop();
            Err(reason)
        }
    }
}

/// Why there is no tree.
enum Stop {
    /// A unit with these incoming weights gains more than it costs.
    Gain { incoming: Vec<f64>, gain: f64 },
    /// The search ended.
    Unsettled(String),
}

/// The active samples with their multipliers.
struct Search {
    slopes: [f64; 2],
    labels: Vec<f64>,
    /// `lambda_i x_i`.
    terms: Vec<Vec<f64>>,
    samples: Vec<usize>,
    /// The sides and the signs of the live directions.
    live: Vec<(f64, Vec<Sign>)>,
    vectors: Vec<Vec<f64>>,
}

impl Search {
    fn new(task: &Task, enclosed: &Enclosed) -> Self {
        let claim = &enclosed.claim;
        let scaled = |(i, lambda): (&usize, &Rational)| {
            let lambda = to_f64(lambda);
            task.inputs[*i].iter().map(|x| lambda * x).collect()
        };
        let sign = |sign: Label| if sign == Label::Positive { 1.0 } else { -1.0 };
        let width = task.inputs[0].len();
        let hidden = &enclosed.problem.point().layers()[0];
        let vector = |unit: usize| hidden[unit * width..(unit + 1) * width].iter().map(to_f64).collect();
        Search {
            slopes: task.slopes(),
            labels: claim.active.iter().map(|i| task.label(*i)).collect(),
            terms: claim.active.iter().zip(&claim.multipliers).map(scaled).collect(),
            samples: claim.active.clone(),
            live: claim.directions.iter().map(|live| (sign(live.sign), live.pattern.clone())).collect(),
            vectors: claim.directions.iter().map(|live| vector(live.units[0])).collect(),
        }
    }

    /// A tree for units of one sign, or what such a unit gains.
    fn tree(&self, label: Label, until: Deadline) -> Result<SlopeTree, Stop> {
        let sign = if label == Label::Positive { 1.0 } else { -1.0 };
        let [negative, positive] = self.slopes;
        if negative > positive {
            return Err(Stop::Unsettled("the activation is not convex, for which there are no bounds".into()));
        }
        if negative == positive {
            return Ok(SlopeTree { slopes: Vec::new(), nodes: vec![SlopeNode::Live(0)] });
        }
        if let Some((gain, incoming)) = self.ascend(sign).filter(|(gain, _)| *gain > 1.0 + 1e-8) {
            return Err(Stop::Gain { incoming, gain });
        }
        Grower::new(self, sign, until).tree()
    }

    /// `sum_i lambda_i y_i e act(w.x_i)` and its gradient.
    fn gain(&self, sign: f64, w: &[f64]) -> (f64, Vec<f64>) {
        let (mut gain, mut gradient) = (0.0, vec![0.0; w.len()]);
        for (y, term) in self.labels.iter().zip(&self.terms) {
            let z = dot(w, term);
            let slope = self.slopes[usize::from(z > 0.0)] * y * sign;
            gain += slope * z;
            gradient.iter_mut().zip(term).for_each(|(g, t)| *g += slope * t);
        }
        (gain, gradient)
    }

    /// The best unit of length 1 that is found by ascent from the data, the live units, and pairs of samples.
    fn ascend(&self, sign: f64) -> Option<(f64, Vec<f64>)> {
        let pairs = (0..self.terms.len()).flat_map(|i| (0..i).map(move |k| (i, k))).take(400);
        let sums = pairs.map(|(i, k)| self.terms[i].iter().zip(&self.terms[k]).map(|(a, b)| a + b).collect());
        let starts = self.terms.iter().chain(&self.vectors).cloned().chain(sums);
        let climbed =
            starts.flat_map(|start: Vec<f64>| [start.clone(), start.iter().map(|x| -x).collect()]).map(|start| {
                let (mut best, mut w) = ((f64::NEG_INFINITY, start.clone()), start);
                for _ in 0..30 {
                    let length = norm(&w);
                    if length.is_nan() || length <= 1e-12 {
                        break;
                    }
                    w.iter_mut().for_each(|x| *x /= length);
                    let (gain, gradient) = self.gain(sign, &w);
                    if gain <= best.0 + 1e-12 {
                        break;
                    }
                    best = (gain, w);
                    w = gradient;
                }
                best
            });
        climbed.max_by(|a, b| a.0.total_cmp(&b.0))
    }
}

/// Grows a tree depth first.
struct Grower<'a> {
    search: &'a Search,
    sign: f64,
    until: Deadline,
    /// `t_i . t_k` of `t_i = y_i e lambda_i x_i`.
    gram: Vec<Vec<f64>>,
    terms: Vec<Vec<f64>>,
    tree: SlopeTree,
}

impl<'a> Grower<'a> {
    fn new(search: &'a Search, sign: f64, until: Deadline) -> Self {
        let signed = |(term, y): (&Vec<f64>, &f64)| term.iter().map(|x| x * y * sign).collect();
        let terms: Vec<Vec<f64>> = search.terms.iter().zip(&search.labels).map(signed).collect();
        let gram = terms.iter().map(|a| terms.iter().map(|b| dot(a, b)).collect()).collect();
        Grower { search, sign, until, gram, terms, tree: SlopeTree::default() }
    }

    fn tree(mut self) -> Result<SlopeTree, Stop> {
        let mut cases: Vec<Vec<Option<Sign>>> = vec![vec![None; self.terms.len()]];
        while let Some(case) = cases.pop() {
            if self.tree.nodes.len() + cases.len() > MOST_NODES || self.until.passed() {
                let nodes = self.tree.nodes.len();
                return Err(Stop::Unsettled(format!(
                    "whether another unit could do better is not settled after {nodes} cases"
                )));
            }
            let undecided: Vec<usize> = (0..case.len()).filter(|i| self.is_helpful(*i) && case[*i].is_none()).collect();
            let mut coefficients = self.best_slopes(&case);
            if self.bounded(&case, &undecided, &coefficients) {
                continue;
            }
            let Some(split) = self.widest(&undecided, &coefficients) else {
                if let Some(direction) = self.live(&case) {
                    self.tree.nodes.push(SlopeNode::Live(direction));
                    continue;
                }
                self.refine(&case, &mut coefficients, 20_000);
                if self.bounded(&case, &undecided, &coefficients) {
                    continue;
                }
                let incoming = self.vector(&coefficients);
                let length = norm(&incoming);
                let gain = self.search.gain(self.sign, &incoming).0 / length;
                if gain > 1.0 + 1e-9 {
                    return Err(Stop::Gain { incoming, gain });
                }
                let why = if self.is_even() {
                    ". The sum of multipliers times labels times samples is 0, as far as can be seen: then the opposite of a live direction gains as \
                     much as it costs, too"
                } else {
                    ""
                };
                return Err(Stop::Unsettled(format!(
                    "another unit gains {gain:.12} for a cost of 1: too close to tell{why}"
                )));
            };
            self.tree.nodes.push(SlopeNode::Split(self.search.samples[split]));
            for side in [Sign::Negative, Sign::Positive] {
                let mut below = case.clone();
                below[split] = Some(side);
                cases.push(below);
            }
        }
        Ok(self.tree)
    }

    /// Whether what a unit gains is the same for opposite directions: it is half the sum of `y_i e lambda_i |w.x_i|` and `w . sum y_i e lambda_i x_i`,
    /// up to the slopes.
    fn is_even(&self) -> bool {
        let sizes: f64 = self.terms.iter().map(|term| norm(term)).sum();
        norm(&self.vector(&vec![1.0; self.terms.len()])) <= 1e-9 * sizes
    }

    fn is_helpful(&self, place: usize) -> bool {
        self.search.labels[place] == self.sign
    }

    /// The slopes of every sample: decided ones by their side, undecided ones in the middle, and the others such that the vector is
    /// as short as possible.
    fn best_slopes(&self, case: &[Option<Sign>]) -> Vec<f64> {
        let [least, greatest] = self.search.slopes;
        let slope = |(place, side): (usize, &Option<Sign>)| match side {
            Some(Sign::Positive) => greatest,
            Some(_) => least,
            None if self.is_helpful(place) => f64::midpoint(least, greatest),
            None => f64::midpoint(least, greatest),
        };
        let mut coefficients: Vec<f64> = case.iter().enumerate().map(slope).collect();
        self.refine(case, &mut coefficients, 300);
        coefficients
    }

    /// Coordinate descent of the vector's length over the slopes of harmful samples.
    fn refine(&self, case: &[Option<Sign>], coefficients: &mut [f64], sweeps: usize) {
        let [least, greatest] = self.search.slopes;
        let harmful: Vec<usize> = (0..case.len()).filter(|i| !self.is_helpful(*i)).collect();
        let mut products: Vec<f64> = self.gram.iter().map(|row| dot(row, coefficients)).collect();
        for _ in 0..sweeps {
            let mut moved = 0.0_f64;
            for &i in &harmful {
                let own = self.gram[i][i];
                if own > 0.0 {
                    let target = (coefficients[i] - products[i] / own).clamp(least, greatest);
                    let change = target - coefficients[i];
                    if change != 0.0 {
                        coefficients[i] = target;
                        products.iter_mut().zip(&self.gram[i]).for_each(|(p, g)| *p += change * g);
                        moved = moved.max(change.abs());
                    }
                }
            }
            if moved < 1e-13 {
                break;
            }
        }
    }

    fn vector(&self, coefficients: &[f64]) -> Vec<f64> {
        let mut vector = vec![0.0; self.terms[0].len()];
        for (c, term) in coefficients.iter().zip(&self.terms) {
            vector.iter_mut().zip(term).for_each(|(v, t)| *v += c * t);
        }
        vector
    }

    /// Adds a leaf if a choice of slopes with few digits bounds the case.
    fn bounded(&mut self, case: &[Option<Sign>], undecided: &[usize], coefficients: &[f64]) -> bool {
        let [least, greatest] = self.search.slopes;
        if self.bound(undecided, coefficients) > 1.0 - 1e-11 {
            return false;
        }
        for digits in [1, 2, 3, 5, 8, 12] {
            let mut rounded = coefficients.to_vec();
            let mut choice = Vec::new();
            for i in (0..case.len()).filter(|i| !self.is_helpful(*i)) {
                let slope = significant(coefficients[i], digits);
                let value = to_f64(&slope).clamp(least, greatest);
                let is_inside = value == to_f64(&slope);
                choice.push(if is_inside { slope } else { significant(value, 17) });
                rounded[i] = value;
            }
            if self.bound(undecided, &rounded) <= 1.0 - 1e-12 {
                let place = self.tree.slopes.iter().position(|known| *known == choice).unwrap_or_else(|| {
                    self.tree.slopes.push(choice);
                    self.tree.slopes.len() - 1
                });
                self.tree.nodes.push(SlopeNode::Bound(place));
                return true;
            }
        }
        false
    }

    /// The kernel's bound of the squared length in a leaf.
    fn bound(&self, undecided: &[usize], coefficients: &[f64]) -> f64 {
        let [least, greatest] = self.search.slopes;
        let mut base = coefficients.to_vec();
        undecided.iter().for_each(|i| base[*i] = least);
        let vector = self.vector(&base);
        let rise = greatest - least;
        let change = |i: &usize| {
            let others = undecided.iter().filter(|k| *k != i).map(|k| self.gram[*i][*k].max(0.0)).sum::<f64>();
            (2.0 * rise * dot(&vector, &self.terms[*i]) + rise * rise * (self.gram[*i][*i] + others)).max(0.0)
        };
        dot(&vector, &vector) + undecided.iter().map(change).sum::<f64>()
    }

    /// The undecided sample that moves the vector most.
    fn widest(&self, undecided: &[usize], _: &[f64]) -> Option<usize> {
        undecided.iter().copied().max_by(|a, b| self.gram[*a][*a].total_cmp(&self.gram[*b][*b]))
    }

    /// The live direction of this sign whose sides on the helpful samples are those of the case.
    fn live(&self, case: &[Option<Sign>]) -> Option<usize> {
        let agrees = |(sign, pattern): &(f64, Vec<Sign>)| {
            *sign == self.sign && (0..case.len()).all(|i| !self.is_helpful(i) || case[i] == Some(pattern[i]))
        };
        self.search.live.iter().position(agrees)
    }
}
