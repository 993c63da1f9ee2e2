//! The method `cases`, naively: every polynomial is known by its values alone.
//!
//! Within a case the bound is a quadratic polynomial in the free parameters, so that its values at sums of unit vectors give its
//! coefficients. Slopes are found for each sample by running the network on all of these points at once.

use num_rational::BigRational as R;
use num_traits::{One, Signed, Zero};
use serde_json::Value;

use crate::optimum::definiteness;
use crate::read::{Instance, number, numbers};

/// A split by the sign of a preactivation `(sample, layer, unit)`, or of a parameter `(layer, parameter)`.
#[derive(Clone, Copy, PartialEq)]
enum Split {
    Kink(usize, usize, usize),
    Weight(usize, usize),
}

type Vector = Vec<R>;
type Way = Vec<(Split, bool)>;

/// One question about cases: where, and in which sense.
struct Question<'a> {
    instance: &'a Instance,
    layer: Option<usize>,
    is_local: bool,
    free: Vec<(usize, usize)>,
    units: Option<Vec<usize>>,
}

/// A linear form in the free parameters, by its values at the unit vectors.
type Form = Vector;

/// A sample in a case: for each layer and unit the slope, and the kinks that nothing decides.
struct Within {
    slopes: Vec<Vector>,
    undecided: Vec<(usize, usize)>,
}

impl Instance {
    pub fn cases_hold(&self, claim: &Value, lambda: &[R], layer: Option<usize>, is_local: bool) -> Option<bool> {
        let free = self.free(layer);
        let mut question = Question { instance: self, layer, is_local, free, units: None };
        if layer.is_none() && self.layers.len() > 2
            || !self.is_feasible(&self.point)
            || lambda.iter().any(R::is_negative)
        {
            return Some(false);
        }
        let trees = claim["trees"].as_array()?;
        let half_norm = self.norm(&self.point, layer) / R::from_integer(2.into());
        let mut bound: R = lambda.iter().sum();
        if trees.iter().all(|tree| tree.get("units").is_none()) {
            let [tree] = trees.as_slice() else { return Some(false) };
            let all = question.free.clone();
            bound += question.tree(&tree["cases"], lambda, true, &all)?;
            return Some(bound >= half_norm);
        }
        let first = layer.unwrap_or(0);
        if first + 1 >= self.layers.len() || self.layers[first].negative_slope.is_none() {
            return Some(false);
        }
        let (mut seen, mut used) = (Vec::new(), Vec::new());
        for tree in trees {
            let units: Vec<usize> =
                tree.get("units")?.as_array()?.iter().map(|u| u.as_u64().map(|u| u as usize)).collect::<Option<_>>()?;
            let mut block = Vec::new();
            for &unit in &units {
                if seen.contains(&unit) {
                    return Some(false);
                }
                seen.push(unit);
                block.extend(self.layers[first].matrix.get(unit)?.iter().flatten().map(|p| (first, *p)));
                let outgoing = self.layers[first + 1].matrix[0][unit].filter(|_| layer.is_none());
                block.extend(outgoing.map(|p| (1, p)));
            }
            block.sort_unstable();
            block.dedup();
            if block.iter().any(|p| used.contains(p)) {
                return Some(false);
            }
            used.extend(block.iter().copied());
            if self.mixes(first, &units) {
                return Some(false);
            }
            question.units = Some(units);
            bound += question.tree(&tree["cases"], lambda, false, &block)?;
        }
        let is_everything = seen.len() == self.layers[first].matrix.len() && used.len() == question.free.len();
        Some(is_everything && bound >= half_norm)
    }

    /// Whether a non-linear unit after a layer can be reached from these of its units and from others.
    fn mixes(&self, first: usize, units: &[usize]) -> bool {
        let mut reached: Vec<[bool; 2]> = (0..self.layers[first].matrix.len())
            .map(|unit| if units.contains(&unit) { [true, false] } else { [false, true] })
            .collect();
        for (layer, numbers) in self.layers.iter().zip(&self.point).skip(first + 1) {
            let read = |row: &Vec<Option<usize>>, side: usize| {
                row.iter().zip(&reached).any(|(p, from)| p.is_some_and(|p| !numbers[p].is_zero()) && from[side])
            };
            reached = layer.matrix.iter().map(|row| [read(row, 0), read(row, 1)]).collect();
            if layer.negative_slope.is_some() && reached.contains(&[true, true]) {
                return true;
            }
        }
        false
    }
}

impl Question<'_> {
    fn first(&self) -> usize {
        self.layer.unwrap_or(0)
    }

    /// The sign at the point of what is split.
    fn at_point(&self, split: Split) -> Option<R> {
        match split {
            Split::Kink(sample, layer, unit) => {
                self.instance.layers.get(layer)?.negative_slope.as_ref()?;
                (layer >= self.first() && sample < self.instance.samples.len()).then_some(())?;
                let zs = self.instance.preactivations(&self.instance.point, sample, None);
                zs.get(layer)?.get(unit).cloned()
            }
            Split::Weight(layer, parameter) => {
                self.free.contains(&(layer, parameter)).then(|| self.instance.point[layer][parameter].clone())
            }
        }
    }

    /// The least bound of the cases, less the common multipliers where a case has its own.
    fn tree(&self, nodes: &Value, lambda: &[R], may_own: bool, block: &[(usize, usize)]) -> Option<R> {
        let nodes = nodes.as_array()?;
        let mut least: Option<R> = None;
        let end = self.branch(nodes, 0, &mut Vec::new(), &mut |way, leaf| {
            let own = leaf.get("multipliers").map(|own| numbers(own).expect("read"));
            if own.is_some() && !may_own {
                return None;
            }
            let own = own.unwrap_or_else(|| lambda.to_vec());
            if own.iter().any(R::is_negative) {
                return None;
            }
            let value = self.case(way, leaf, &own, block)? + own.iter().sum::<R>() - lambda.iter().sum::<R>();
            if least.as_ref().is_none_or(|least| value < *least) {
                least = Some(value);
            }
            Some(())
        })?;
        if end == nodes.len() { least } else { None }
    }

    /// Visits the branch that begins at a node; returns the node after it.
    fn branch(
        &self,
        nodes: &[Value],
        at: usize,
        way: &mut Way,
        visit: &mut impl FnMut(&Way, &Value) -> Option<()>,
    ) -> Option<usize> {
        let node = nodes.get(at)?;
        let index = |key: &str| node[key].as_u64().map(|index| index as usize);
        let split = if node.get("unit").is_some() {
            Split::Kink(index("sample")?, index("layer")?, index("unit")?)
        } else if node.get("parameter").is_some() {
            Split::Weight(index("layer")?, index("parameter")?)
        } else {
            visit(way, node)?;
            return Some(at + 1);
        };
        let value = self.at_point(split)?;
        let mut next = at + 1;
        for is_positive in [false, true] {
            if self.is_local && (is_positive && value.is_negative() || !is_positive && value.is_positive()) {
                continue;
            }
            way.push((split, is_positive));
            next = self.branch(nodes, next, way, visit)?;
            way.pop();
        }
        Some(next)
    }

    /// The parameters at which the free ones are a unit vector, a sum of two or 0, the others as at the point.
    fn at(&self, ones: &[(usize, &R)]) -> Vec<Vector> {
        let mut parameters = self.instance.point.clone();
        self.free.iter().for_each(|(l, p)| parameters[*l][*p] = R::zero());
        for (place, value) in ones {
            let (l, p) = self.free[*place];
            parameters[l][p] += *value;
        }
        parameters
    }

    /// The linear form of a preactivation, with these slopes before it.
    fn form(&self, sample: usize, (layer, unit): (usize, usize), slopes: &[Vector]) -> Form {
        let value = |place| {
            let parameters = self.at(&[(place, &R::one())]);
            self.instance.preactivations(&parameters, sample, Some(slopes))[layer][unit].clone()
        };
        (0..self.free.len()).map(value).collect()
    }

    /// The condition of a split that lies in the first free layer, or of a parameter.
    fn known(&self, (split, is_positive): (Split, bool)) -> Option<Form> {
        let form = match split {
            Split::Weight(l, p) => {
                self.free.iter().map(|free| if *free == (l, p) { R::one() } else { R::zero() }).collect()
            }
            Split::Kink(sample, layer, unit) if layer == self.first() => {
                let slopes = self.instance.slopes(sample);
                self.form(sample, (layer, unit), &slopes)
            }
            Split::Kink(..) => return None,
        };
        Some(if is_positive { form } else { form.into_iter().map(|a: R| -a).collect() })
    }

    fn within(&self, way: &Way, leaf: &Value, sample: usize) -> Option<Within> {
        let layers = &self.instance.layers;
        let (mut slopes, mut undecided) = (self.instance.slopes(sample), Vec::<(usize, usize)>::new());
        let at_point = self.instance.preactivations(&self.instance.point, sample, None);
        for layer in self.first()..layers.len() {
            let Some(low) = layers[layer].negative_slope.clone() else { continue };
            let mut chosen = Vec::new();
            for (unit, preactivation) in at_point[layer].iter().enumerate() {
                let slope = |is_positive: bool| if is_positive { R::one() } else { low.clone() };
                if layer == self.first() && self.units.as_ref().is_some_and(|units| !units.contains(&unit)) {
                    chosen.push(R::zero());
                    continue;
                }
                let form = self.form(sample, (layer, unit), &slopes);
                let is_exact = undecided.iter().all(|below| below.0 == layer);
                let next = layers.get(layer + 1).map(|next| next.matrix.iter().filter_map(|row| row[unit]));
                let is_held_at_0 = |p: usize| self.instance.point[layer + 1][p].is_zero();
                let is_mute = self.layer.is_some() && next.is_some_and(|mut outgoing| outgoing.all(is_held_at_0));
                let is_zero = form.iter().all(R::is_zero) && is_exact || is_mute;
                let split = way.iter().find(|(split, _)| *split == Split::Kink(sample, layer, unit));
                let is_looked_for = layer == self.first() || self.units.is_some() && is_exact;
                let of_first = || way.iter().filter(|_| is_looked_for).filter_map(|step| self.known(*step));
                chosen.push(if is_zero {
                    low.clone()
                } else if self.is_local && !preactivation.is_zero() {
                    slope(at_point[layer][unit].is_positive())
                } else if let Some((_, is_positive)) = split {
                    slope(*is_positive)
                } else if let Some(ratio) = of_first().find_map(|known| ratio(&form, &known)) {
                    slope(ratio.is_positive())
                } else {
                    undecided.push((layer, unit));
                    let stated = leaf.get("slopes").and_then(|list| {
                        let here = |s: &&Value| s["sample"] == sample && s["layer"] == layer && s["unit"] == unit;
                        list.as_array()?.iter().find(here)
                    });
                    let c = stated.map_or(low.clone(), |s| number(&s["slope"]).expect("read"));
                    let (least, most) = if low < R::one() { (&low, R::one()) } else { (&R::one(), low.clone()) };
                    if c < *least || c > most {
                        return None;
                    }
                    c
                });
            }
            slopes[layer] = chosen;
        }
        Some(Within { slopes, undecided })
    }

    /// The slopes that a sample has in the case, if what they leave undecided can only lower its margin.
    fn margin(&self, way: &Way, leaf: &Value, sample: usize) -> Option<Vec<Vector>> {
        let Within { slopes, undecided } = self.within(way, leaf, sample)?;
        let (layers, y) = (&self.instance.layers, &self.instance.samples[sample].1);
        for (layer, unit) in undecided {
            let low = layers[layer].negative_slope.clone()?;
            let helps =
                |derivative: &R| if low <= R::one() { !derivative.is_positive() } else { !derivative.is_negative() };
            let outgoing: Vec<usize> = layers[layer + 1].matrix.iter().filter_map(|row| row[unit]).collect();
            let derivative = self.instance.derivative((layer, unit), &slopes) * y;
            let is_decided = self.layer.is_some() || outgoing.is_empty() || self.is_local && !derivative.is_zero();
            let is_known = if is_decided {
                helps(&derivative)
            } else {
                layers.len() == 2
                    && outgoing.iter().all(|p| {
                        let side = way.iter().find(|(split, _)| *split == Split::Weight(1, *p));
                        side.is_some_and(|(_, is_positive)| helps(&(if *is_positive { y.clone() } else { -y.clone() })))
                    })
            };
            is_known.then_some(())?;
        }
        Some(slopes)
    }

    /// What the split at a place of the way says is at least 0; what belongs to other units counts as 0.
    fn condition(&self, way: &Way, leaf: &Value, place: usize, block: &[(usize, usize)]) -> Option<Form> {
        let form = self.condition_on_all(way, leaf, place)?;
        let keep = |(a, free): (R, &(usize, usize))| if block.contains(free) { a } else { R::zero() };
        Some(form.into_iter().zip(&self.free).map(keep).collect())
    }

    fn condition_on_all(&self, way: &Way, leaf: &Value, place: usize) -> Option<Form> {
        if let Some(form) = self.known(way[place]) {
            return Some(form);
        }
        let (Split::Kink(sample, layer, unit), is_positive) = way[place] else { return None };
        let within = self.within(way, leaf, sample)?;
        within.undecided.iter().all(|below| below.0 >= layer).then_some(())?;
        let form = self.form(sample, (layer, unit), &within.slopes);
        Some(if is_positive { form } else { form.into_iter().map(|a| -a).collect() })
    }

    /// `min G`.
    fn case(&self, way: &Way, leaf: &Value, lambda: &[R], block: &[(usize, usize)]) -> Option<R> {
        let two = R::from_integer(2.into());
        let signs = leaf.get("signs").map_or(Vec::new(), |signs| numbers(signs).expect("read"));
        if !signs.is_empty() && signs.len() != way.len() || signs.iter().any(R::is_negative) {
            return None;
        }
        let mut linear: Vec<(R, Form)> = Vec::new();
        for (place, mu) in signs.into_iter().enumerate().filter(|(_, mu)| !mu.is_zero()) {
            linear.push((mu, self.condition(way, leaf, place, block)?));
        }
        let mut products: Vec<(R, Form, Form)> = Vec::new();
        for product in leaf.get("products").and_then(Value::as_array).into_iter().flatten() {
            let (a, b) = (product[0].as_u64()? as usize, product[1].as_u64()? as usize);
            let nu = number(&product[2])?;
            if a.max(b) >= way.len() || nu.is_negative() {
                return None;
            }
            products.push((nu, self.condition(way, leaf, a, block)?, self.condition(way, leaf, b, block)?));
        }
        let mut margins = Vec::new();
        for sample in (0..lambda.len()).filter(|i| !lambda[*i].is_zero()) {
            margins.push((sample, self.margin(way, leaf, sample)?));
        }
        let function = |ones: &[(usize, &R)]| {
            let parameters = self.at(ones);
            let mut at = vec![R::zero(); self.free.len()];
            ones.iter().for_each(|(place, value)| at[*place] += *value);
            let on = |form: &Form| form.iter().zip(&at).fold(R::zero(), |sum, (a, b)| sum + a * b);
            let mut value = R::zero();
            let of_block = at.iter().zip(&self.free).filter(|(_, free)| block.contains(free));
            of_block.for_each(|(entry, _)| value += entry * entry / &two);
            for (sample, slopes) in &margins {
                let output = self.instance.preactivations(&parameters, *sample, Some(slopes));
                value -=
                    &lambda[*sample] * &self.instance.samples[*sample].1 * &output[self.instance.layers.len() - 1][0];
            }
            linear.iter().for_each(|(mu, form)| value -= mu * on(form));
            products.iter().for_each(|(nu, a, b)| value -= nu * on(a) * on(b));
            value
        };
        let (one, minus) = (R::one(), -R::one());
        let start = function(&[]);
        let dimension = self.free.len();
        let up: Vec<R> = (0..dimension).map(|a| function(&[(a, &one)])).collect();
        let down: Vec<R> = (0..dimension).map(|a| function(&[(a, &minus)])).collect();
        let gradient: Vec<R> = (0..dimension).map(|a| (&up[a] - &down[a]) / &two).collect();
        let entry = |a: usize, b: usize| {
            if a == b {
                &up[a] + &down[a] - &two * &start
            } else {
                function(&[(a, &one), (b, &one)]) - &up[a] - &up[b] + &start
            }
        };
        let hessian: Vec<Vec<R>> = (0..dimension).map(|a| (0..dimension).map(|b| entry(a, b)).collect()).collect();
        let is_free = |a: usize| block.contains(&self.free[a]);
        let is_identity = (0..dimension).all(|a| {
            let row = |b: usize| if a == b && is_free(a) { R::one() } else { R::zero() };
            (0..dimension).all(|b| hessian[a][b] == row(b)) && (is_free(a) || gradient[a].is_zero())
        });
        if is_identity {
            return Some(start - gradient.iter().map(|b| b * b).sum::<R>() / two);
        }
        definiteness(hessian.clone()).0.then_some(())?;
        if gradient.iter().all(R::is_zero) {
            return Some(start);
        }
        let point: Vector = self.free.iter().map(|(l, p)| self.instance.point[*l][*p].clone()).collect();
        let times = |row: &Vector| row.iter().zip(&point).fold(R::zero(), |sum, (a, b)| sum + a * b);
        let is_critical = hessian.iter().zip(&gradient).all(|(row, b)| (times(row) + b).is_zero());
        is_critical.then(|| start + times(&gradient) / two)
    }
}

/// The number `c` with `form = c * other`, neither of them 0.
fn ratio(form: &Form, other: &Form) -> Option<R> {
    let place = other.iter().position(|a| !a.is_zero())?;
    let ratio = &form[place] / &other[place];
    (!ratio.is_zero() && form.iter().zip(other).all(|(a, b)| *a == b * &ratio)).then_some(ratio)
}
