//! Where the descent starts: few units first, then anything.

use crate::prove::search::{Random, Search};

use super::descent::Landscape;

/// How many starts have this many units a hidden layer; 0 stands for all.
const PLAN: [(usize, usize); 5] = [(1, 6), (2, 8), (3, 4), (0, 6), (2, 8)];
/// How many starts are near the point.
const NEAR: usize = 4;

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
    starts
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
