//! The methods that prove local and global optima.

use std::collections::BTreeSet;

use num_rational::BigRational as R;
use num_traits::{One, Signed, Zero};
use serde_json::Value;

use crate::network::Slopes;
use crate::read::{Instance, Layer, Shaped};

impl Instance {
    /// Whether the evidence of a `local_optimum` or `global_optimum` proves it.
    pub fn is_optimal(&self, claim: &Value, lambda: &[R], layer: Option<usize>, is_global: bool) -> Option<bool> {
        Some(match claim["by"].as_str()? {
            "lagrangian" => {
                let linear = self.layers[layer.unwrap_or(0)..].iter().all(|l| l.negative_slope.is_none());
                (self.layers.len() <= 2 || layer.is_some())
                    && (!is_global || linear)
                    && self.is_smooth_kkt(lambda, layer)?
                    && definiteness(self.hessian(lambda, layer, &self.all_slopes())).0
            }
            "second_order" => {
                let penalty = crate::read::number(&claim["penalty"]).expect("read");
                let rotates = claim.get("symmetry") == Some(&Value::Bool(true)) && layer.is_none();
                let slopes = self.stated_slopes(&claim["slopes"])?;
                let supporting = (0..lambda.len()).filter(|i| lambda[*i].is_positive());
                !penalty.is_negative()
                    && supporting.into_iter().all(|i| self.are_harmless(i, layer, &slopes[i]))
                    && self.is_stationary(lambda, layer, |i| Some(vec![(R::one(), slopes[i].clone())]))?
                    && definiteness(self.penalised((lambda, &slopes), layer, &penalty, rotates)).1
            }
            "cases" => self.cases_hold(claim, lambda, layer, !is_global)?,
            "chain" if claim.get("by_label") == Some(&Value::Bool(true)) => {
                layer.is_none() && self.attains_by_label(lambda)
            }
            "paths" => layer.is_none() && self.paths_hold(claim, lambda, !is_global)?,
            "chain" | "linear_chain" => layer.is_none() && self.attains(lambda, !is_global),
            _ => layer.is_none() && self.cells_hold(lambda, &claim["cells"], is_global)?,
        })
    }

    /// The Hessian with a penalty on leaving the margins, and on rotations if they count for nothing.
    fn penalised(
        &self,
        (lambda, slopes): (&[R], &[Slopes]),
        layer: Option<usize>,
        penalty: &R,
        rotates: bool,
    ) -> Vec<Vec<R>> {
        let mut matrix = self.hessian(lambda, layer, slopes);
        let mut add = |factor: &R, vector: &[R]| {
            for (a, row) in vector.iter().zip(&mut matrix) {
                row.iter_mut().zip(vector).for_each(|(entry, b)| *entry += factor * a * b);
            }
        };
        for i in (0..lambda.len()).filter(|i| lambda[*i].is_positive()) {
            add(penalty, &self.gradient(i, &slopes[i], layer));
        }
        let rotations = if rotates { self.rotations(lambda, slopes) } else { Vec::new() };
        rotations.iter().for_each(|tangent| add(&R::one(), tangent));
        matrix
    }

    /// How the rotation of two hidden units into each other moves the point, for each pair that reads and feeds alike, with weights of its
    /// own, and has equal slopes and no kinks on the supporting samples.
    fn rotations(&self, lambda: &[R], slopes: &[Slopes]) -> Vec<Vec<R>> {
        let mut tangents = Vec::new();
        for (l, pair) in self.layers.windows(2).enumerate() {
            let (rows, next) = (&pair[0].matrix, &pair[1].matrix);
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
                    let kinks = self.kinks(i, None);
                    slopes[i][l][a] == slopes[i][l][b] && !kinks.contains(&(l, a)) && !kinks.contains(&(l, b))
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

    fn is_smooth_kkt(&self, lambda: &[R], layer: Option<usize>) -> Option<bool> {
        let smooth = (0..lambda.len()).all(|i| lambda[i].is_zero() || self.kinks(i, layer).is_empty());
        Some(smooth && self.is_kkt(lambda, &Value::Null, layer)?)
    }

    fn all_slopes(&self) -> Vec<Slopes> {
        (0..self.samples.len()).map(|i| self.slopes(i)).collect()
    }

    fn hessian(&self, lambda: &[R], layer: Option<usize>, slopes: &[Slopes]) -> Vec<Vec<R>> {
        let free = self.free(layer);
        let second = |a: &(usize, usize), b: &(usize, usize)| {
            let mut entry = if a == b { R::one() } else { R::zero() };
            if a.0 != b.0 {
                for (i, (x, y)) in self.samples.iter().enumerate().filter(|(i, _)| lambda[*i].is_positive()) {
                    entry -= &lambda[i] * y * self.replaced(x, &slopes[i], &[*a, *b]);
                }
            }
            entry
        };
        free.iter().map(|a| free.iter().map(|b| second(a, b)).collect()).collect()
    }

    /// The bound on norms, by every subset of the samples.
    fn attains(&self, mu: &[R], is_local: bool) -> bool {
        if mu.iter().any(R::is_negative) || !self.is_feasible(&self.point) {
            return false;
        }
        let support: Vec<usize> = (0..mu.len()).filter(|i| mu[*i].is_positive()).collect();
        let is_linear = self.layers.iter().all(|layer| layer.negative_slope.as_ref().is_none_or(R::is_one));
        let smooth = support.iter().all(|i| self.kinks(*i, None).is_empty());
        let slopes: Vec<Slopes> = support.iter().map(|i| self.slopes(*i)).collect();
        let alike = is_local && smooth && slopes.windows(2).all(|pair| pair[0] == pair[1]);
        // Units that bend are alone in their layers: samples of one label with positive margins are on one side of each.
        let rises = |slope: &R| !slope.is_negative();
        let is_alone =
            |l: &Layer| l.negative_slope.as_ref().is_none_or(|s| s.is_one() || rises(s) && l.matrix.len() == 1);
        let alone = self.layers.iter().all(is_alone);
        let one_label = support.windows(2).all(|pair| self.samples[pair[0]].1 == self.samples[pair[1]].1);
        let together = support.len() == 1 || is_linear || alike || alone && one_label;
        let mut slopes = self.layers.iter().filter_map(|layer| layer.negative_slope.as_ref());
        if !slopes.all(|slope| slope.abs() <= R::one() && (together || rises(slope))) {
            return false;
        }
        let greatest = if together { self.longest(mu, &support) } else { self.longest_part(mu, &support) };
        let mean = self.norm(&self.point, None) / R::from_integer(self.layers.len().into());
        let attained = (0..self.layers.len()).fold(greatest * self.uses(), |product, _| product * &mean);
        let sum: R = mu.iter().sum();
        sum.is_positive() && attained <= &sum * &sum
    }

    /// The bounds of both labels: at depth 3 only if nothing that their samples have in common is positive.
    fn attains_by_label(&self, mu: &[R]) -> bool {
        let depth = self.layers.len();
        let are_relu = self.layers.iter().take(depth - 1).all(|l| l.negative_slope.as_ref().is_some_and(R::is_zero));
        let fits = (depth == 2 || depth == 3) && are_relu && !mu.iter().any(R::is_negative);
        if !fits || !self.is_feasible(&self.point) {
            return false;
        }
        let of = |sign: i64| {
            let is_of = move |i: &usize| mu[*i].is_positive() && self.samples[*i].1 == R::from_integer(sign.into());
            (0..mu.len()).filter(is_of).collect::<Vec<_>>()
        };
        let common = |i: usize, j: usize, row: &[Option<usize>]| {
            let read = row.iter().enumerate().filter(|(_, p)| p.is_some()).map(|(k, _)| k);
            read.fold(R::zero(), |sum, k| sum + &self.samples[i].0[k] * &self.samples[j].0[k])
        };
        let part =
            |row: &Vec<Option<usize>>| of(1).iter().all(|i| of(-1).iter().all(|j| !common(*i, *j, row).is_positive()));
        let last = &self.point[depth - 1];
        let square: R = last.iter().map(|v| v * v).sum();
        let is_short = square * R::from_integer(depth.into()) < self.norm(&self.point, None);
        let holds = |sign: i64| {
            let own = last.iter().filter(|v| v.signum() == R::from_integer(sign.into()));
            let size: R = own.map(|v| v * v).sum();
            let sum: R = of(sign).iter().map(|i| &mu[*i]).sum();
            let greatest = self.longest_part(mu, &of(sign)) * self.uses();
            let attained = (0..depth).fold(greatest, |product, _| product * &size);
            if sum.is_zero() { size.is_zero() } else { attained <= &sum * &sum }
        };
        (depth == 2 || self.layers[0].matrix.iter().all(part)) && !is_short && holds(1) && holds(-1)
    }

    /// The square of the greatest norm of the sum of these samples, each with its label and multiplier, over the units of the first layer
    /// with what they read.
    fn longest(&self, mu: &[R], set: &[usize]) -> R {
        let entry = |k: usize| {
            set.iter().fold(R::zero(), |sum, i| sum + &mu[*i] * &self.samples[*i].1 * &self.samples[*i].0[k])
        };
        let of_unit = |row: &Vec<Option<usize>>| {
            let read = (0..row.len()).filter(|k| row[*k].is_some());
            read.map(entry).fold(R::zero(), |sum, z| sum + &z * &z)
        };
        self.layers[0].matrix.iter().map(of_unit).max().expect("a unit")
    }

    /// The same over all subsets.
    fn longest_part(&self, mu: &[R], set: &[usize]) -> R {
        let part = |bits: u32| (0..set.len()).filter(|k| bits >> k & 1 == 1).map(|k| set[k]).collect::<Vec<_>>();
        (0u32..1 << set.len()).map(|bits| self.longest(mu, &part(bits))).max().expect("the empty set")
    }

    /// The product over the layers of the greatest number of uses of a parameter.
    fn uses(&self) -> R {
        let uses = |layer: &Layer| {
            let all: Vec<usize> = layer.matrix.iter().flatten().flatten().copied().collect();
            all.iter().map(|p| all.iter().filter(|q| *q == p).count()).max().unwrap_or(1)
        };
        self.layers.iter().fold(R::one(), |product, layer| product * R::from_integer(uses(layer).into()))
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
