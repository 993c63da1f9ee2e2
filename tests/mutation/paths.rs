//! The method `paths`, naively: each path is run as a network of its own, for all signs of its weights.

use std::collections::BTreeSet;

use num_rational::BigRational as R;
use num_traits::{One, Signed, Zero, pow};
use serde_json::Value;

use crate::read::{Instance, number, numbers};

/// The input of a path and its weights, from the first layer on.
struct Path {
    name: usize,
    input: usize,
    weights: Vec<usize>,
    kinds: Vec<(R, R)>,
}

/// What is known of a path's size and kind.
#[derive(Clone)]
struct Range {
    lower: R,
    upper: Option<R>,
    kind: Option<usize>,
}

impl Instance {
    pub fn paths_hold(&self, claim: &Value, lambda: &[R], is_local: bool) -> Option<bool> {
        if self.layers.len() < 2 || !self.is_feasible(&self.point) || lambda.iter().any(R::is_negative) {
            return Some(false);
        }
        let paths = self.paths(is_local)?;
        let ranges = paths.iter().map(|_| Range { lower: R::zero(), upper: None, kind: None }).collect();
        let nodes = claim["cases"].as_array()?;
        let end = self.path_branch(&paths, nodes, 0, ranges, lambda, is_local)?;
        Some(end == nodes.len())
    }

    fn paths(&self, is_local: bool) -> Option<Vec<Path>> {
        let (mut paths, mut seen) = (Vec::new(), BTreeSet::new());
        let depth = self.layers.len();
        for name in
            (0..self.layers[depth - 1].matrix[0].len()).filter(|&u| self.layers[depth - 1].matrix[0][u].is_some())
        {
            let (mut unit, mut weights) = (name, vec![self.layers[depth - 1].matrix[0][name]?]);
            for layer in self.layers[..depth - 1].iter().rev() {
                let reads: Vec<usize> =
                    (0..layer.matrix[unit].len()).filter(|&k| layer.matrix[unit][k].is_some()).collect();
                match reads[..] {
                    [] => break,
                    [read] => {
                        weights.push(layer.matrix[unit][read]?);
                        unit = read;
                    }
                    _ => return None,
                }
            }
            for (back, parameter) in weights.iter().enumerate() {
                seen.insert((depth - 1 - back, *parameter)).then_some(())?;
            }
            if weights.len() == depth {
                weights.reverse();
                let kinds = self.kinds_of_path(&weights, is_local);
                paths.push(Path { name, input: unit, weights, kinds });
            }
        }
        Some(paths)
    }

    fn kinds_of_path(&self, weights: &[usize], is_local: bool) -> Vec<(R, R)> {
        let mut kinds = BTreeSet::new();
        for choice in 0..1u32 << weights.len() {
            let signs = (0..weights.len()).map(|l| if choice >> l & 1 == 1 { R::one() } else { -R::one() });
            let signs: Vec<R> = signs.collect();
            let there = |l: usize| &self.point[l][weights[l]];
            if is_local && (0..signs.len()).any(|l| (there(l) * &signs[l]).is_negative()) {
                continue;
            }
            let run = |x: R| {
                self.layers.iter().zip(&signs).fold(x, |x, (layer, sign)| {
                    let z = x * sign;
                    match &layer.negative_slope {
                        Some(slope) if z.is_negative() => z * slope,
                        _ => z,
                    }
                })
            };
            kinds.insert((run(R::one()), run(-R::one())));
        }
        kinds.into_iter().collect()
    }

    /// Checks the branch that begins at a node; returns the node after it.
    fn path_branch(
        &self,
        paths: &[Path],
        nodes: &[Value],
        at: usize,
        ranges: Vec<Range>,
        lambda: &[R],
        is_local: bool,
    ) -> Option<usize> {
        let (node, depth) = (nodes.get(at)?, self.layers.len());
        let Some(name) = node.get("path") else {
            let own = node.get("multipliers").map_or_else(|| Some(lambda.to_vec()), numbers)?;
            let half_norm = self.norm(&self.point, None) / R::from_integer(2.into());
            let holds = own.iter().all(|m| !m.is_negative()) && self.path_bound(paths, &ranges, &own)? >= half_norm;
            return holds.then_some(at + 1);
        };
        let place = paths.iter().position(|path| Some(path.name as u64) == name.as_u64())?;
        let mut next = at + 1;
        let Some(size) = node.get("size") else {
            for kind in 0..paths[place].kinds.len() {
                let mut within = ranges.clone();
                within[place].kind = Some(kind);
                next = self.path_branch(paths, nodes, next, within, lambda, is_local)?;
            }
            return Some(next);
        };
        let size = number(size).filter(|size| !size.is_negative())?;
        let weights = paths[place].weights.iter().enumerate().map(|(l, p)| self.point[l][*p].abs());
        let (there, here) = (weights.fold(R::one(), |product, w| product * w), pow(size.clone(), depth));
        if !is_local || there <= here {
            let mut within = ranges.clone();
            let upper = within[place].upper.take();
            within[place].upper = Some(upper.map_or(size.clone(), |upper| upper.min(size.clone())));
            next = self.path_branch(paths, nodes, next, within, lambda, is_local)?;
        }
        if !is_local || there >= here {
            let mut within = ranges;
            within[place].lower = within[place].lower.clone().max(size);
            next = self.path_branch(paths, nodes, next, within, lambda, is_local)?;
        }
        Some(next)
    }

    /// What the multipliers show, or nothing where a path gains without end.
    fn path_bound(&self, paths: &[Path], ranges: &[Range], lambda: &[R]) -> Option<R> {
        let depth = self.layers.len();
        let mut bound: R = lambda.iter().sum();
        for (path, range) in paths.iter().zip(ranges) {
            let mut values = Vec::new();
            for (_, (plus, minus)) in
                path.kinds.iter().enumerate().filter(|(k, _)| range.kind.is_none_or(|own| own == *k))
            {
                let part = |((x, y), l): (&(Vec<R>, R), &R)| {
                    let x = &x[path.input];
                    l * y * x.abs() * if x.is_negative() { minus } else { plus }
                };
                let z: R = self.samples.iter().zip(lambda).map(part).sum();
                let value = |s: &R| {
                    let cost = s * s * R::new(depth.into(), 2.into());
                    cost - &z * pow(s.clone(), depth)
                };
                values.push(value(&range.lower));
                match &range.upper {
                    Some(upper) => values.push(value(upper)),
                    // With the exponent 2 it is (1 - z) s^2.
                    None => (!z.is_positive() || depth == 2 && z <= R::one()).then_some(())?,
                }
            }
            bound += values.into_iter().min()?;
        }
        Some(bound)
    }
}
