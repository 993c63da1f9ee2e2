//! A second checker, naive and separate: it shares no code with the kernel, and was written from the format's page.
//!
//! It handles documents over the rationals.

use num_rational::BigRational as R;
use num_traits::{One, Signed, Zero};
use serde_json::Value;

use crate::network::{Slopes, constant, random_step, run};
use crate::polynomial::{Poly, add, mul, power, scale, signs, sub, trim};
use crate::read::{Instance, Shaped};

impl Instance {
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
            "adversarial" => {
                let (x, y) = self.samples.get(claim["sample"].as_u64()? as usize)?;
                let z = crate::read::numbers(&claim["perturbation"]).expect("read");
                let changed: Vec<R> = x.iter().zip(&z).map(|(x, z)| x + z).collect();
                let margin = |x: &[R]| {
                    let output = self.slopes_at(&self.point, x).1.output;
                    output.first().map_or_else(R::zero, |output| output * y)
                };
                margin(x).is_positive() && margin(&changed).is_negative()
            }
            "robust" => self.is_robust(&number("radius_squared")),
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
                self.is_optimal(claim, &lambda, layer, claimed == "global_optimum")?
            }
            _ => return None,
        })
    }

    /// Whether the layers' matrices, written out, are small enough for the margins.
    fn is_robust(&self, radius_squared: &R) -> bool {
        let (mut stretches, mut layers) = (radius_squared.clone(), self.layers.iter().zip(&self.point));
        layers.by_ref().for_each(|(layer, numbers)| {
            let matrix = layer.matrix.iter().map(|row| row.iter().map(|p| p.map_or(R::zero(), |p| numbers[p].clone())));
            let squares: R = matrix.flatten().map(|w| &w * &w).sum();
            let slope = layer.negative_slope.clone().unwrap_or_else(R::one).abs().max(R::one());
            stretches = &stretches * squares * &slope * &slope;
        });
        let margins = self.margins(&self.point);
        radius_squared.is_positive() && margins.iter().all(|m| m.is_positive() && m * m > stretches)
    }

    pub fn is_kkt(&self, lambda: &[R], selections: &Value, layer: Option<usize>) -> Option<bool> {
        self.is_stationary(lambda, layer, |i| {
            let kinks = self.kinks(i, layer);
            if kinks.is_empty() {
                return Some(vec![(R::one(), self.slopes(i))]);
            }
            let listed = selections.get(i.to_string())?.as_array()?;
            listed.iter().map(|term| self.selected(term, &self.samples[i].0, layer, &kinks)).collect()
        })
    }

    /// The same with gradients that are combinations of those of some slopes.
    pub fn is_stationary(
        &self,
        lambda: &[R],
        layer: Option<usize>,
        terms: impl Fn(usize) -> Option<Vec<(R, Slopes)>>,
    ) -> Option<bool> {
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
            let y = &self.samples[i].1;
            let terms = terms(i)?;
            let total = terms.iter().fold(R::zero(), |sum, (w, _)| sum + w);
            if !total.is_one() || terms.iter().any(|(w, _)| w.is_negative()) {
                return None;
            }
            for (weight, slopes) in terms {
                for (entry, g) in sum.iter_mut().zip(self.gradient(i, &slopes, layer)) {
                    *entry += &lambda[i] * y * &weight * g;
                }
            }
        }
        Some(free.iter().zip(sum).all(|((l, p), entry)| self.point[*l][*p] == entry))
    }

    /// A term of a selection: its weight, and the slopes just after the point. What stays 0 along the curve must stay 0 along curves that
    /// leave it so late that no sign on it changes, drawn at random.
    fn selected(&self, term: &Value, x: &[R], layer: Option<usize>, kinks: &[(usize, usize)]) -> Option<(R, Slopes)> {
        let toward: Vec<Shaped> = term["toward"].as_array()?.iter().map(|c| self.shaped(c).expect("read")).collect();
        if !toward.iter().all(|vector| self.moves_only(vector, layer)) {
            return None;
        }
        let after = |curve: &[Shaped]| {
            let mut slopes: Slopes = self.layers.iter().map(|_| Vec::new()).collect();
            let run = run(&self.layers, &self.curve(curve), x, |l, _, z| {
                let is_positive = z.iter().find(|c| !c.is_zero()).is_some_and(R::is_positive);
                slopes[l].push(self.slope(l, is_positive));
                slopes[l].last().cloned()
            });
            (slopes, run.expect("a slope for every unit").preactivations)
        };
        let (slopes, along) = after(&toward);
        let stay: Vec<_> = kinks.iter().filter(|(l, u)| along[*l][*u].is_empty()).collect();
        // The order with which a preactivation leaves 0 is at most this.
        let late = self.layers.len() * toward.len();
        let mut seed = 7_u64;
        for _ in 0..if stay.is_empty() { 0 } else { 12 } {
            let mut curve = toward.clone();
            curve.resize(late + 1, self.point.iter().map(|layer| vec![R::zero(); layer.len()]).collect());
            for (l, p) in self.free(layer) {
                curve[late][l][p] = random_step(&mut seed);
            }
            let (_, near) = after(&curve);
            if stay.iter().any(|(l, u)| !near[*l][*u].is_empty()) {
                return None;
            }
        }
        Some((crate::read::number(&term["weight"])?, slopes))
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
            let slopes = self.slopes(i);
            let tied = self.tied(i, layer, &kinks);
            let is_possible = |choice: &usize| {
                let side = |k: usize| choice >> k & 1 == 1;
                tied.iter().all(|(a, b, same)| (side(*a) == side(*b)) == *same)
            };
            (0..1usize << kinks.len()).filter(is_possible).all(|choice| {
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

    /// Pairs of kinks of the first free layer that are multiples of one another wherever one looks, and whether positive ones.
    fn tied(&self, sample: usize, layer: Option<usize>, kinks: &[(usize, usize)]) -> Vec<(usize, usize, bool)> {
        let around = self.around(sample, layer);
        let values = |(l, u): (usize, usize)| -> Vec<R> {
            around.iter().map(|run| run.preactivations[l][u].first().cloned().unwrap_or_else(R::zero)).collect()
        };
        let first = layer.unwrap_or(0);
        let mut tied = Vec::new();
        for (a, b) in (0..kinks.len()).flat_map(|a| (0..a).map(move |b| (a, b))) {
            let (x, y) = (values(kinks[a]), values(kinks[b]));
            let are_multiples = (0..x.len()).all(|k| &x[k] * &y[0] == &x[0] * &y[k]);
            let product = &x[0] * &y[0];
            if kinks[a].0 == first && kinks[b].0 == first && are_multiples && !product.is_zero() {
                tied.push((a, b, product.is_positive()));
            }
        }
        tied
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
