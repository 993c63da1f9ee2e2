//! A second checker, naive and separate: it shares no code with the kernel, and was written from the format's page.
//!
//! It handles documents over the rationals. Derivatives come from multilinearity: within an activation pattern the output is linear in
//! each layer, so its derivative by one weight is the output with that layer replaced by a unit vector.

use std::collections::BTreeSet;

use num_rational::BigRational as R;
use num_traits::{One, Signed, Zero};
use serde_json::Value;

use crate::polynomial::{Poly, add, mul, power, scale, signs, sub, trim};
use crate::read::{Instance, Layer, Shaped};

/// The slopes chosen for every unit, layer by layer.
type Slopes = Vec<Vec<R>>;

fn constant(value: &R) -> Poly {
    trim(vec![value.clone()])
}

/// What a network computes on a sample: preactivations and output, as polynomials in `t`.
struct Run {
    preactivations: Vec<Vec<Poly>>,
    output: Poly,
}

/// Runs the network; `slope` chooses the slope of unit `(layer, unit)` from its preactivation, or gives up.
fn run(
    layers: &[Layer],
    weights: &[Vec<Poly>],
    x: &[R],
    mut slope: impl FnMut(usize, usize, &Poly) -> Option<R>,
) -> Option<Run> {
    let mut values: Vec<Poly> = x.iter().map(constant).collect();
    let mut preactivations = Vec::new();
    for (l, layer) in layers.iter().enumerate() {
        let sum = |row: &Vec<Option<usize>>| {
            let terms = row.iter().zip(&values).filter_map(|(entry, v)| Some(mul(&weights[l][(*entry)?], v)));
            terms.fold(Poly::new(), |sum, term| add(&sum, &term))
        };
        let before: Vec<Poly> = layer.matrix.iter().map(sum).collect();
        values = before.iter().enumerate().map(|(u, z)| Some(scale(z, &slope(l, u, z)?))).collect::<Option<_>>()?;
        preactivations.push(before);
    }
    Some(Run { preactivations, output: values[0].clone() })
}

impl Instance {
    fn curve(&self, coefficients: &[Shaped]) -> Vec<Vec<Poly>> {
        let entry = |l: usize, p: usize, start: &R| {
            let mut poly = vec![start.clone()];
            poly.extend(coefficients.iter().map(|c| c[l][p].clone()));
            trim(poly)
        };
        let layers = self.point.iter().enumerate();
        layers.map(|(l, layer)| layer.iter().enumerate().map(|(p, c)| entry(l, p, c)).collect()).collect()
    }

    fn slope(&self, layer: usize, is_positive: bool) -> R {
        match &self.layers[layer].negative_slope {
            Some(negative) if !is_positive => negative.clone(),
            _ => R::one(),
        }
    }

    /// Slopes at the point, kinks taken as inactive.
    fn slopes_at(&self, parameters: &Shaped, x: &[R]) -> (Slopes, Run) {
        let mut slopes: Slopes = self.layers.iter().map(|_| Vec::new()).collect();
        let weights: Vec<Vec<Poly>> = parameters.iter().map(|layer| layer.iter().map(constant).collect()).collect();
        let run = run(&self.layers, &weights, x, |l, _, z| {
            let slope = self.slope(l, z.first().is_some_and(R::is_positive));
            slopes[l].push(slope.clone());
            Some(slope)
        });
        (slopes, run.expect("a slope for every unit"))
    }

    fn margin(&self, parameters: &Shaped, sample: usize) -> R {
        let (_, run) = self.slopes_at(parameters, &self.samples[sample].0);
        run.output.first().cloned().unwrap_or_else(R::zero) * &self.samples[sample].1
    }

    fn margins(&self, parameters: &Shaped) -> Vec<R> {
        (0..self.samples.len()).map(|i| self.margin(parameters, i)).collect()
    }

    pub fn is_feasible(&self, parameters: &Shaped) -> bool {
        self.margins(parameters).iter().all(|m| *m >= R::one())
    }

    /// All preactivations on a sample, with these slopes or those of the parameters.
    pub fn preactivations(&self, parameters: &Shaped, sample: usize, slopes: Option<&[Vec<R>]>) -> Vec<Vec<R>> {
        let weights: Vec<Vec<Poly>> = parameters.iter().map(|layer| layer.iter().map(constant).collect()).collect();
        let run = run(&self.layers, &weights, &self.samples[sample].0, |l, u, z| {
            let own = || self.slope(l, z.first().is_some_and(R::is_positive));
            Some(slopes.map_or_else(own, |slopes| slopes[l][u].clone()))
        });
        let zs = run.expect("a slope for every unit").preactivations;
        zs.iter().map(|layer| layer.iter().map(|z| z.first().cloned().unwrap_or_else(R::zero)).collect()).collect()
    }

    /// The slopes at the point, kinks taken as inactive.
    pub fn slopes(&self, sample: usize) -> Vec<Vec<R>> {
        self.slopes_at(&self.point, &self.samples[sample].0).0
    }

    /// The derivative of the output by what a hidden unit passes on, at the point.
    pub fn derivative(&self, (layer, unit): (usize, usize), slopes: &[Vec<R>]) -> R {
        let mut passed = vec![R::zero(); self.layers[layer].matrix.len()];
        passed[unit] = R::one();
        for (l, slopes) in slopes.iter().enumerate().take(self.layers.len()).skip(layer + 1) {
            let sum = |row: &Vec<Option<usize>>| {
                let terms = row.iter().zip(&passed).filter_map(|(p, v)| Some(&self.point[l][(*p)?] * v));
                terms.fold(R::zero(), |sum, term| sum + term)
            };
            passed = self.layers[l].matrix.iter().zip(slopes).map(|(row, slope)| sum(row) * slope).collect();
        }
        passed[0].clone()
    }

    /// The kinks of a sample: units with preactivation 0 at the point, but not all around it. Around it are points so near that
    /// no other preactivation changes its sign, drawn at random: at one of them at least what can move has moved.
    fn kinks(&self, sample: usize, layer: Option<usize>) -> Vec<(usize, usize)> {
        let x = &self.samples[sample].0;
        let mut seed = 1_u64;
        let mut nearby = || {
            let mut point = self.point.clone();
            for (l, p) in self.free(layer) {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let step = (seed >> 33) as i64 % 1_000_003 - 500_001;
                point[l][p] += R::new(step.into(), num_bigint::BigInt::from(10).pow(60));
            }
            self.slopes_at(&point, x).1
        };
        let around: Vec<Run> = (0..12).map(|_| nearby()).collect();
        let (_, run) = self.slopes_at(&self.point, x);
        let units = run.preactivations.iter().enumerate().filter(|(l, _)| self.layers[*l].negative_slope.is_some());
        let zeros =
            units.flat_map(|(l, zs)| zs.iter().enumerate().filter(|(_, z)| z.is_empty()).map(move |(u, _)| (l, u)));
        zeros.filter(|&(l, u)| around.iter().any(|run| !run.preactivations[l][u].is_empty())).collect()
    }

    /// How the rotation of two hidden units into each other moves the point, for each pair that reads and feeds alike, with weights of its
    /// own, and has equal slopes on the supporting samples.
    fn rotations(&self, lambda: &[R]) -> Vec<Vec<R>> {
        let mut tangents = Vec::new();
        for l in 0..self.layers.len() - 1 {
            let (rows, next) = (&self.layers[l].matrix, &self.layers[l + 1].matrix);
            for (a, b) in (0..rows.len()).flat_map(|a| (0..a).map(move |b| (a, b))) {
                let own = |matrix: &[Vec<Option<usize>>], p: usize| {
                    matrix.iter().flatten().filter(|entry| **entry == Some(p)).count() == 1
                };
                let pairs = |matrix: &[Vec<Option<usize>>], pairs: Vec<(Option<usize>, Option<usize>)>| {
                    let both = pairs.into_iter().filter(|pair| *pair != (None, None)).map(|(p, q)| p.zip(q));
                    let both: Option<Vec<(usize, usize)>> = both.collect();
                    both.filter(|pairs| pairs.iter().all(|(p, q)| own(matrix, *p) && own(matrix, *q)))
                };
                let incoming = pairs(rows, rows[a].iter().copied().zip(rows[b].iter().copied()).collect());
                let outgoing = pairs(next, next.iter().map(|row| (row[a], row[b])).collect());
                let alike = (0..lambda.len()).filter(|i| lambda[*i].is_positive()).all(|i| {
                    let slopes = self.slopes_at(&self.point, &self.samples[i].0).0;
                    slopes[l][a] == slopes[l][b]
                });
                let (Some(incoming), Some(outgoing), true) = (incoming, outgoing, alike) else { continue };
                let mut moved: Shaped = self.point.iter().map(|layer| vec![R::zero(); layer.len()]).collect();
                for (layer, pairs) in [(l, incoming), (l + 1, outgoing)] {
                    for (p, q) in pairs {
                        moved[layer][p] = self.point[layer][q].clone();
                        moved[layer][q] = -&self.point[layer][p];
                    }
                }
                tangents.push(moved.concat());
            }
        }
        tangents
    }

    /// The output with some layers replaced, for given slopes.
    fn replaced(&self, x: &[R], slopes: &Slopes, units: &[(usize, usize)]) -> R {
        let mut weights: Vec<Vec<Poly>> = self.point.iter().map(|layer| layer.iter().map(constant).collect()).collect();
        for &(l, p) in units {
            weights[l] = (0..self.point[l].len()).map(|q| if p == q { vec![R::one()] } else { vec![] }).collect();
        }
        let run = run(&self.layers, &weights, x, |l, u, _| Some(slopes[l][u].clone()));
        run.and_then(|run| run.output.first().cloned()).unwrap_or_else(R::zero)
    }

    pub fn free(&self, layer: Option<usize>) -> Vec<(usize, usize)> {
        let layers = (0..self.layers.len()).filter(|l| layer.is_none_or(|only| only == *l));
        layers.flat_map(|l| (0..self.point[l].len()).map(move |p| (l, p))).collect()
    }

    fn gradient(&self, sample: usize, slopes: &Slopes, layer: Option<usize>) -> Vec<R> {
        self.free(layer).iter().map(|unit| self.replaced(&self.samples[sample].0, slopes, &[*unit])).collect()
    }

    pub fn norm(&self, parameters: &Shaped, layer: Option<usize>) -> R {
        let layers = parameters.iter().enumerate().filter(|(l, _)| layer.is_none_or(|only| only == *l));
        layers.flat_map(|(_, numbers)| numbers).fold(R::zero(), |sum, c| sum + c * c)
    }

    fn moves_only(&self, vector: &Shaped, layer: Option<usize>) -> bool {
        let outside = vector.iter().enumerate().filter(|(l, _)| layer.is_some_and(|only| only != *l));
        outside.flat_map(|(_, numbers)| numbers).all(R::is_zero)
    }

    /// Verdicts on the claims of a document that could be read.
    pub fn verdicts(&self) -> Vec<bool> {
        let mut verdicts: Vec<bool> = Vec::new();
        for claim in &self.claims {
            let by_claim = claim.get("by").is_some_and(|by| by == "claim");
            let verdict = if by_claim { self.follows(claim, &verdicts) } else { self.verdict(claim) };
            verdicts.push(verdict.unwrap_or(false));
        }
        verdicts
    }

    /// Whether an earlier claim, accepted, says as much: the table of the format's page, row by row.
    fn follows(&self, claim: &Value, earlier: &[bool]) -> Option<bool> {
        let scope = |claim: &Value| claim.get("layer").map(|l| l.as_u64().expect("read") as usize);
        let index = claim["claim_index"].as_u64()? as usize;
        if !*earlier.get(index)? || scope(claim).is_some_and(|l| l >= self.layers.len()) {
            return Some(false);
        }
        let premise = &self.claims[index];
        let (from, to) = (premise["claim"].as_str()?, claim["claim"].as_str()?);
        let narrower = scope(premise).is_none() && scope(claim).is_some();
        let wider = scope(premise).is_some() && scope(claim).is_none();
        let same = scope(premise) == scope(claim);
        Some(match (from, to) {
            ("global_optimum", "global_optimum" | "local_optimum" | "kkt") => same || narrower,
            ("local_optimum", "local_optimum" | "kkt") => same || narrower,
            ("not_kkt" | "not_local_optimum", "not_local_optimum" | "not_global_optimum") => same || wider,
            ("not_global_optimum", "not_global_optimum") => same || wider,
            ("kkt", "kkt") | ("not_kkt", "not_kkt") => same,
            _ => false,
        })
    }

    /// `None` and `false` both mean rejection.
    fn verdict(&self, claim: &Value) -> Option<bool> {
        let layer = claim.get("layer").map(|l| l.as_u64().expect("read") as usize);
        let exists = layer.is_none_or(|l| l < self.layers.len());
        if !exists {
            return Some(false);
        }
        let shaped = |key: &str| self.shaped(&claim[key]).expect("read");
        let number = |key: &str| crate::read::number(&claim[key]).expect("read");
        let lambda: Vec<R> = claim.get("multipliers").map_or(vec![], |m| crate::read::numbers(m).expect("read"));
        Some(match claim["claim"].as_str()? {
            "feasible" => self.is_feasible(&self.point),
            "infeasible" => {
                let sample = claim["sample"].as_u64()? as usize;
                sample < self.samples.len() && self.margin(&self.point, sample) < R::one()
            }
            "nonzero_weights" => {
                self.layers[..self.layers.len() - 1].iter().zip(&self.point).all(|(layer, numbers)| {
                    layer.matrix.iter().all(|row| row.iter().flatten().any(|p| !numbers[*p].is_zero()))
                })
            }
            "nonzero_inputs" => self.samples.iter().all(|(x, _)| {
                let (_, run) = self.slopes_at(&self.point, x);
                run.preactivations[..self.layers.len() - 1].iter().flatten().all(|z| !z.is_empty())
            }),
            "kkt" => self.is_kkt(&lambda, &claim["selections"], layer)?,
            "not_kkt" => self.separates(&shaped("direction"), layer),
            "not_global_optimum" => {
                let better = shaped("better");
                let difference: Shaped = better
                    .iter()
                    .zip(&self.point)
                    .map(|(a, b)| a.iter().zip(b).map(|(a, b)| a - b).collect())
                    .collect();
                self.moves_only(&difference, layer)
                    && self.is_feasible(&better)
                    && self.norm(&better, layer) < self.norm(&self.point, layer)
            }
            "not_local_optimum" => {
                let curve: Vec<Shaped> =
                    claim["curve"].as_array()?.iter().map(|c| self.shaped(c).expect("read")).collect();
                let is_margin = claim.get("measure").is_some_and(|m| m == "margin");
                self.leaves_downwards(&curve, &number("until"), is_margin, layer)?
            }
            "flow_converges" => self.flows(&shaped("offset"), &shaped("ray"), &number("start"))?,
            claimed @ ("local_optimum" | "global_optimum") => {
                let is_global = claimed == "global_optimum";
                match claim["by"].as_str()? {
                    "lagrangian" => {
                        let linear = self.layers[layer.unwrap_or(0)..].iter().all(|l| l.negative_slope.is_none());
                        (self.layers.len() <= 2 || layer.is_some())
                            && (!is_global || linear)
                            && self.is_smooth_kkt(&lambda, layer)?
                            && definiteness(self.hessian(&lambda, layer)).0
                    }
                    "second_order" => {
                        let rho = number("penalty");
                        !rho.is_negative() && self.is_smooth_kkt(&lambda, layer)? && {
                            let mut matrix = self.hessian(&lambda, layer);
                            for i in (0..lambda.len()).filter(|i| lambda[*i].is_positive()) {
                                let g = self.gradient(i, &self.slopes_at(&self.point, &self.samples[i].0).0, layer);
                                for (a, row) in g.iter().zip(&mut matrix) {
                                    row.iter_mut().zip(&g).for_each(|(entry, b)| *entry += &rho * a * b);
                                }
                            }
                            if claim.get("symmetry") == Some(&Value::Bool(true)) && layer.is_none() {
                                for t in self.rotations(&lambda) {
                                    for (a, row) in t.iter().zip(&mut matrix) {
                                        row.iter_mut().zip(&t).for_each(|(entry, b)| *entry += a * b);
                                    }
                                }
                            }
                            definiteness(matrix).1
                        }
                    }
                    "cases" => self.cases_hold(claim, &lambda, layer, !is_global)?,
                    "chain" => layer.is_none() && self.attains(&lambda, !is_global),
                    "linear_chain" => layer.is_none() && self.is_svm(&lambda),
                    _ => layer.is_none() && self.cells_hold(&lambda, &claim["cells"], is_global)?,
                }
            }
            _ => return None,
        })
    }

    fn is_kkt(&self, lambda: &[R], selections: &Value, layer: Option<usize>) -> Option<bool> {
        let margins = self.margins(&self.point);
        if lambda.iter().any(R::is_negative) || !self.is_feasible(&self.point) {
            return None;
        }
        let free = self.free(layer);
        let mut sum = vec![R::zero(); free.len()];
        for i in (0..lambda.len()).filter(|i| !lambda[*i].is_zero()) {
            if !margins[i].is_one() {
                return None;
            }
            let (x, y) = &self.samples[i];
            let mut terms = vec![(R::one(), self.slopes_at(&self.point, x).0)];
            let kinks = self.kinks(i, layer);
            if !kinks.is_empty() {
                let listed = selections.get(i.to_string())?.as_array()?;
                terms = listed.iter().map(|term| self.selected(term, x, layer, &kinks)).collect::<Option<_>>()?;
                let total = terms.iter().fold(R::zero(), |sum, (w, _)| sum + w);
                if !total.is_one() || terms.iter().any(|(w, _)| w.is_negative()) {
                    return None;
                }
            }
            for (weight, slopes) in terms {
                for (entry, g) in sum.iter_mut().zip(self.gradient(i, &slopes, layer)) {
                    *entry += &lambda[i] * y * &weight * g;
                }
            }
        }
        Some(free.iter().zip(sum).all(|((l, p), entry)| self.point[*l][*p] == entry))
    }

    /// A term of a selection: its weight, and the slopes just after the point.
    fn selected(&self, term: &Value, x: &[R], layer: Option<usize>, kinks: &[(usize, usize)]) -> Option<(R, Slopes)> {
        let toward: Vec<Shaped> = term["toward"].as_array()?.iter().map(|c| self.shaped(c).expect("read")).collect();
        if !toward.iter().all(|vector| self.moves_only(vector, layer)) {
            return None;
        }
        let mut slopes: Slopes = self.layers.iter().map(|_| Vec::new()).collect();
        run(&self.layers, &self.curve(&toward), x, |l, u, z| {
            let first = z.iter().find(|c| !c.is_zero());
            if first.is_none() && kinks.contains(&(l, u)) {
                return None;
            }
            slopes[l].push(self.slope(l, first.is_some_and(R::is_positive)));
            slopes[l].last().cloned()
        })?;
        Some((crate::read::number(&term["weight"])?, slopes))
    }

    fn is_smooth_kkt(&self, lambda: &[R], layer: Option<usize>) -> Option<bool> {
        let smooth = (0..lambda.len()).all(|i| lambda[i].is_zero() || self.kinks(i, layer).is_empty());
        Some(smooth && self.is_kkt(lambda, &Value::Null, layer)?)
    }

    fn hessian(&self, lambda: &[R], layer: Option<usize>) -> Vec<Vec<R>> {
        let free = self.free(layer);
        let second = |a: &(usize, usize), b: &(usize, usize)| {
            let mut entry = if a == b { R::one() } else { R::zero() };
            if a.0 != b.0 {
                for (i, (x, y)) in self.samples.iter().enumerate().filter(|(i, _)| lambda[*i].is_positive()) {
                    entry -= &lambda[i] * y * self.replaced(x, &self.slopes_at(&self.point, x).0, &[*a, *b]);
                }
            }
            entry
        };
        free.iter().map(|a| free.iter().map(|b| second(a, b)).collect()).collect()
    }

    fn separates(&self, direction: &Shaped, layer: Option<usize>) -> bool {
        let free = self.free(layer);
        let along = |numbers: &mut dyn Iterator<Item = R>| {
            free.iter().zip(numbers).fold(R::zero(), |sum, ((l, p), n)| sum + n * &direction[*l][*p])
        };
        let descends = along(&mut free.iter().map(|(l, p)| self.point[*l][*p].clone())).is_negative();
        let margins = self.margins(&self.point);
        let holds = |i: usize| {
            let kinks = self.kinks(i, layer);
            let (slopes, _) = self.slopes_at(&self.point, &self.samples[i].0);
            (0..1usize << kinks.len()).all(|choice| {
                let mut slopes = slopes.clone();
                for (k, (l, u)) in kinks.iter().enumerate() {
                    slopes[*l][*u] = self.slope(*l, choice >> k & 1 == 1);
                }
                let derivative = along(&mut self.gradient(i, &slopes, layer).into_iter()) * &self.samples[i].1;
                !derivative.is_negative()
            })
        };
        let active = (0..margins.len()).filter(|i| margins[*i].is_one());
        self.moves_only(direction, layer) && self.is_feasible(&self.point) && descends && active.into_iter().all(holds)
    }

    fn leaves_downwards(&self, curve: &[Shaped], until: &R, is_margin: bool, layer: Option<usize>) -> Option<bool> {
        let moves = curve.iter().all(|c| self.moves_only(c, layer));
        if !moves || !until.is_positive() || !self.is_feasible(&self.point) || is_margin && layer.is_some() {
            return None;
        }
        let on = |p: &Poly| signs(p, &R::zero(), Some(until));
        let weights = self.curve(curve);
        let mut margins = Vec::new();
        for (x, y) in &self.samples {
            let run = run(&self.layers, &weights, x, |l, _, z| {
                let signs = on(z);
                let keeps = z.is_empty() || signs.all_positive() || signs.all_negative();
                (self.layers[l].negative_slope.is_none() || keeps).then(|| self.slope(l, signs.positive))
            })?;
            margins.push(scale(&run.output, y));
        }
        let squares = weights.iter().enumerate().filter(|(l, _)| layer.is_none_or(|only| only == *l));
        let norm = squares.flat_map(|(_, layer)| layer).fold(Poly::new(), |sum, c| add(&sum, &mul(c, c)));
        let start = constant(&self.norm(&self.point, layer));
        let one = constant(&R::one());
        if !is_margin {
            let shorter = on(&sub(&norm, &start)).all_negative();
            return Some(shorter && margins.iter().all(|m| !on(&sub(m, &one)).negative));
        }
        let depth = self.layers.len();
        let tight = self.margins(&self.point).iter().any(R::is_one);
        let gains = |m: &Poly| {
            let difference = sub(&mul(&power(m, 2), &power(&start, depth)), &power(&norm, depth));
            on(m).all_positive() && on(&difference).all_positive()
        };
        Some(tight && margins.iter().all(gains))
    }

    /// The bound on norms, by every subset of the samples.
    fn attains(&self, mu: &[R], is_local: bool) -> bool {
        let (zero, one) = (R::zero(), R::one());
        let gentle = |layer: &Layer| layer.negative_slope.as_ref().is_none_or(|slope| *slope >= zero && *slope <= one);
        if !self.layers.iter().all(gentle) || mu.iter().any(R::is_negative) || !self.is_feasible(&self.point) {
            return false;
        }
        let support: Vec<usize> = (0..mu.len()).filter(|i| mu[*i].is_positive()).collect();
        let square = |set: &[usize]| {
            let entry = |k: usize| {
                set.iter().fold(R::zero(), |sum, i| sum + &mu[*i] * &self.samples[*i].1 * &self.samples[*i].0[k])
            };
            (0..self.samples[0].0.len()).map(entry).fold(R::zero(), |sum, z| sum + &z * &z)
        };
        let is_linear = self.layers.iter().all(|layer| layer.negative_slope.is_none());
        let smooth = support.iter().all(|i| self.kinks(*i, None).is_empty());
        let slopes: Vec<Slopes> = support.iter().map(|i| self.slopes_at(&self.point, &self.samples[*i].0).0).collect();
        let alike = is_local && smooth && slopes.windows(2).all(|pair| pair[0] == pair[1]);
        let mut greatest = square(&support);
        if !(is_linear || alike) {
            for bits in 0u32..1 << support.len() {
                let set: Vec<usize> = (0..support.len()).filter(|k| bits >> k & 1 == 1).map(|k| support[k]).collect();
                greatest = greatest.max(square(&set));
            }
        }
        let uses = |layer: &Layer| {
            let all: Vec<usize> = layer.matrix.iter().flatten().flatten().copied().collect();
            all.iter().map(|p| all.iter().filter(|q| *q == p).count()).max().unwrap_or(1)
        };
        let factor = self.layers.iter().fold(R::one(), |product, layer| product * R::from_integer(uses(layer).into()));
        let mean = self.norm(&self.point, None) / R::from_integer(self.layers.len().into());
        let attained = (0..self.layers.len()).fold(greatest * factor, |product, _| product * &mean);
        let sum: R = mu.iter().sum();
        sum.is_positive() && attained <= &sum * &sum
    }

    fn is_svm(&self, mu: &[R]) -> bool {
        let plain = self.layers.iter().all(|layer| layer.is_dense && layer.negative_slope.is_none());
        let dot = |a: &[R], b: &[R]| a.iter().zip(b).fold(R::zero(), |sum, (a, b)| sum + a * b);
        let mut u = vec![R::zero(); self.samples[0].0.len()];
        for ((x, y), mu) in self.samples.iter().zip(mu) {
            u.iter_mut().zip(x).for_each(|(u, x)| *u += mu * y * x);
        }
        let fits = self.samples.iter().zip(mu).all(|((x, y), mu)| {
            let margin = dot(&u, x) * y;
            margin.is_one() || margin > R::one() && mu.is_zero()
        });
        let depth = R::from_integer(self.layers.len().into());
        let mean = self.norm(&self.point, None) / depth;
        let product = self.layers.iter().fold(R::one(), |product, _| product * &mean);
        plain && self.is_feasible(&self.point) && mu.iter().all(|m| !m.is_negative()) && fits && product == dot(&u, &u)
    }

    fn cells_hold(&self, lambda: &[R], cells: &Value, is_global: bool) -> Option<bool> {
        let dense = self.layers.len() == 2 && self.layers.iter().all(|layer| layer.is_dense);
        let total = lambda.iter().fold(R::zero(), |sum, l| sum + l);
        let enough = &total + &total == self.norm(&self.point, None);
        let nonnegative = lambda.iter().all(|l| !l.is_negative());
        if !(dense && self.layers[0].negative_slope.is_some() && enough && nonnegative && self.is_feasible(&self.point))
        {
            return None;
        }
        let support: Vec<usize> = (0..lambda.len()).filter(|i| lambda[*i].is_positive()).collect();
        let mut bounded = BTreeSet::new();
        for cell in cells.as_array()? {
            let pattern: Vec<bool> = cell["pattern"].as_str()?.chars().map(|c| c == '+').collect();
            let mu = crate::read::numbers(&cell["multipliers"])?;
            let unit = cell.get("unit").map(|u| u.as_u64().expect("read") as usize);
            let sign = cell["sign"] == 1;
            let fits = pattern.len() == support.len() && mu.len() == support.len() && !mu.iter().any(R::is_negative);
            let names = unit.map_or(is_global, |u| !is_global && u < self.layers[0].matrix.len());
            if !fits || !names {
                return None;
            }
            let signed = |is_plus: bool, value: R| if is_plus { value } else { -value };
            let mut vector = vec![R::zero(); self.samples[0].0.len()];
            for ((i, plus), mu) in support.iter().zip(&pattern).zip(mu) {
                let (x, y) = &self.samples[*i];
                let factor = signed(sign, &lambda[*i] * y * self.slope(0, *plus)) + signed(*plus, mu);
                vector.iter_mut().zip(x).for_each(|(z, x)| *z += &factor * x);
            }
            if vector.iter().fold(R::zero(), |sum, z| sum + z * z) > R::one() || !bounded.insert((unit, pattern, sign))
            {
                return None;
            }
        }
        // Every needed cell by name.
        let all = |unit: Option<usize>| (0..1usize << (support.len() + 1)).map(move |bits| (unit, bits));
        let split = |bits: usize| {
            ((0..support.len()).map(|k| bits >> k & 1 == 1).collect::<Vec<_>>(), bits >> support.len() == 1)
        };
        if is_global {
            return Some(all(None).all(|(unit, bits)| {
                let (pattern, sign) = split(bits);
                bounded.contains(&(unit, pattern, sign))
            }));
        }
        Some((0..self.layers[0].matrix.len()).all(|u| {
            let agrees = |value: &R, plus: bool| value.is_zero() || value.is_positive() == plus;
            all(Some(u)).all(|(unit, bits)| {
                let (pattern, sign) = split(bits);
                let near = agrees(&self.point[1][u], sign)
                    && support.iter().zip(&pattern).all(|(i, plus)| {
                        let (_, run) = self.slopes_at(&self.point, &self.samples[*i].0);
                        agrees(&run.preactivations[0][u].first().cloned().unwrap_or_else(R::zero), *plus)
                    });
                !near || bounded.contains(&(unit, pattern, sign))
            })
        }))
    }

    fn flows(&self, offset: &Shaped, ray: &Shaped, start: &R) -> Option<bool> {
        let flat = |v: &Shaped| v.iter().flatten().cloned().collect::<Vec<R>>();
        let (point, along) = (flat(&self.point), flat(ray));
        let k = point.iter().position(|c| !c.is_zero())?;
        let factor = &along[k] / &point[k];
        let is_ray = factor.is_positive() && point.iter().zip(&along).all(|(p, r)| &(p * &factor) == r);
        if !is_ray || !start.is_positive() {
            return None;
        }
        let pair =
            |(o, r): (&Vec<R>, &Vec<R>)| o.iter().zip(r).map(|(o, r)| trim(vec![o.clone(), r.clone()])).collect();
        let weights: Vec<Vec<Poly>> = offset.iter().zip(ray).map(pair).collect();
        let on = |p: &Poly| signs(p, start, None);
        let (mut first, mut gradient) = (None, vec![Poly::new(); along.len()]);
        for (x, y) in &self.samples {
            let mut slopes: Slopes = self.layers.iter().map(|_| Vec::new()).collect();
            let traced = run(&self.layers, &weights, x, |l, _, z| {
                let signs = on(z);
                let keeps = self.layers[l].negative_slope.is_none() || signs.all_positive() || signs.all_negative();
                slopes[l].push(self.slope(l, signs.positive));
                keeps.then(|| self.slope(l, signs.positive))
            })?;
            let margin = scale(&traced.output, y);
            if *first.get_or_insert(margin.clone()) != margin {
                return None;
            }
            for (sum, (l, p)) in gradient.iter_mut().zip(self.free(None)) {
                let mut replaced = weights.clone();
                replaced[l] = (0..weights[l].len()).map(|q| if p == q { vec![R::one()] } else { vec![] }).collect();
                let part = run(&self.layers, &replaced, x, |l, u, _| Some(slopes[l][u].clone()))?;
                *sum = add(sum, &scale(&part.output, y));
            }
        }
        let kappa = scale(&gradient[k], &(R::one() / &along[k]));
        let stays = gradient.iter().zip(&along).all(|(g, r)| *g == scale(&kappa, r));
        Some(stays && on(&kappa).all_positive())
    }
}

/// Whether a symmetric matrix is positive semidefinite, and whether definite: elimination with any positive pivot.
pub fn definiteness(mut matrix: Vec<Vec<R>>) -> (bool, bool) {
    let mut is_definite = true;
    let mut left: Vec<usize> = (0..matrix.len()).collect();
    while let Some(place) = left.iter().position(|&i| !matrix[i][i].is_zero()) {
        let k = left.swap_remove(place);
        if matrix[k][k].is_negative() {
            return (false, false);
        }
        for &i in &left {
            let factor = &matrix[i][k] / &matrix[k][k];
            for &j in &left {
                let change = &factor * &matrix[k][j];
                matrix[i][j] -= change;
            }
        }
    }
    is_definite &= left.is_empty();
    (left.iter().all(|&i| left.iter().all(|&j| matrix[i][j].is_zero())), is_definite)
}
