//! Where the descent starts: few units first, then anything.

use crate::prove::search::{Random, Search};

use super::descent::Landscape;

/// How many starts have this many units a hidden layer; 0 stands for all.
const PLAN: [(usize, usize); 5] = [(1, 6), (2, 8), (3, 4), (0, 6), (2, 8)];
/// How many starts are near the point.
const NEAR: usize = 4;
/// How many starts share out the samples among all units of the first layer, the last of all.
const SHARED_OUT: usize = 24;

/// Starts, in order.
pub fn starts(landscape: &Landscape, search: &mut Search) -> Vec<Vec<f64>> {
    let random = search.random();
    let mut starts = Vec::new();
    for (units, count) in PLAN {
        for _ in 0..count {
            starts.push(on_free(landscape, few_units(landscape, units, random)));
        }
        if units == 1 {
            for k in 0..NEAR {
                let size = 0.1 * f64::from(1 << k);
                let near = landscape.theta().iter().map(|v| v + size * random.float()).collect();
                starts.push(on_free(landscape, near));
            }
        }
    }
    if landscape.wiring().depth() >= 2 {
        for _ in 0..SHARED_OUT {
            starts.push(on_free(landscape, shared_out(landscape, random)));
        }
    }
    starts
}

/// Each unit of the first layer serves a label, and each sample is given to one of those that serve its own and see it. A unit's weights follow its
/// samples, in random proportions; later weights are 1, but for the signs of the last.
fn shared_out(landscape: &Landscape, random: &mut Random) -> Vec<f64> {
    let wiring = landscape.wiring();
    let mut numbers = vec![0.0; wiring.parameters()];
    let units = wiring.units(0);
    let labels: Vec<f64> = (0..units).map(|_| if random.coin() { 1.0 } else { -1.0 }).collect();
    for (y, x) in landscape.samples() {
        let sees = |unit: usize| wiring.incoming((0, unit)).iter().any(|&(input, _)| x[input] != 0.0);
        let willing: Vec<usize> = (0..units).filter(|&unit| labels[unit] == *y && sees(unit)).collect();
        if willing.is_empty() {
            continue;
        }
        let unit = willing[random.below(willing.len() as u64) as usize];
        let share = 0.2 + 0.8 * random.float().abs();
        for &(input, p) in wiring.incoming((0, unit)) {
            numbers[p] += share * x[input];
        }
    }
    for layer in 1..wiring.depth() {
        for unit in 0..wiring.units(layer) {
            for &(input, p) in wiring.incoming((layer, unit)) {
                numbers[p] = if layer == 1 && layer + 1 == wiring.depth() { labels[input] } else { 1.0 };
            }
        }
    }
    numbers
}

/// The point, with other numbers for the free parameters.
fn on_free(landscape: &Landscape, other: Vec<f64>) -> Vec<f64> {
    let mut start = landscape.theta().to_vec();
    landscape.free_indices().for_each(|p| start[p] = other[p]);
    start
}

/// Random numbers for the weights between a few units of each hidden layer that are connected to each other, zero
/// elsewhere. First-layer weights follow a few samples.
fn few_units(landscape: &Landscape, units: usize, random: &mut Random) -> Vec<f64> {
    let wiring = landscape.wiring();
    let mut numbers = vec![0.0; wiring.parameters()];
    let mut reached: Vec<bool> = vec![true; wiring.inputs()];
    for layer in 0..wiring.depth() {
        let last = layer + 1 == wiring.depth();
        let reads = |unit: &usize| wiring.incoming((layer, *unit)).iter().any(|&(input, _)| reached[input]);
        let mut chosen: Vec<usize> = (0..wiring.units(layer)).filter(reads).collect();
        if units > 0 && !last {
            random.shuffle(&mut chosen);
            chosen.truncate(units);
        }
        let mut next = vec![false; wiring.units(layer)];
        for unit in chosen {
            next[unit] = true;
            let towards = sample_direction(landscape, random);
            for &(input, p) in wiring.incoming((layer, unit)).iter().filter(|&&(input, _)| reached[input]) {
                numbers[p] = match layer {
                    0 => towards[input] + 0.2 * random.float(),
                    // Mostly positive, so that what one layer finds is not thrown away by the next.
                    _ if last || random.below(4) == 0 => {
                        if random.coin() {
                            1.0
                        } else {
                            -1.0
                        }
                    }
                    _ => 1.0,
                };
            }
        }
        reached = next;
    }
    numbers
}

/// The sum of some samples, or of all of one label, of length 1.
fn sample_direction(landscape: &Landscape, random: &mut Random) -> Vec<f64> {
    let samples = landscape.samples();
    let label = if random.coin() { 1.0 } else { -1.0 };
    let whole_class = random.coin();
    let mut sum = vec![0.0; landscape.wiring().inputs()];
    for (y, x) in samples {
        let taken = if whole_class { *y == label } else { random.coin() };
        if taken {
            sum.iter_mut().zip(x).for_each(|(s, v)| *s += v);
        }
    }
    let length = sum.iter().map(|v| v * v).sum::<f64>().sqrt();
    if length > 0.0 {
        sum.iter_mut().for_each(|v| *v /= length);
    }
    sum
}
