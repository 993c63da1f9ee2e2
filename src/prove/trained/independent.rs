//! Fewer directions where the active margins do not determine the amounts.
//!
//! With the directions `z_j` held fast, the KKT conditions ask of the amounts only that the active margins are 1, which are linear equations. Where
//! they leave a line free, all points on it that keep amounts positive and the other margins above 1 are KKT points, of one norm: half of it is the
//! sum of the amounts, and of the multipliers. The ends of the line, where an amount is 0, have a direction less.

use super::cells::Found;
use super::dense::{dot, norm};
use super::task::Task;

/// What counts as dependent: the programs are solved to some eight digits.
const DEPENDENT: f64 = 1e-6;

/// Goes along such lines to their ends, as long as there is one and no other margin falls to 1 before. Multipliers below `tolerance` times the
/// greatest count as 0.
pub(super) fn with_independent_directions(task: &Task, mut found: Found, tolerance: f64) -> Found {
    let strongest = found.multipliers.iter().copied().fold(0.0, f64::max);
    let is_active: Vec<bool> = found.multipliers.iter().map(|lambda| *lambda > tolerance * strongest).collect();
    loop {
        let amounts: Vec<f64> = found.products.iter().map(|product| norm(product)).collect();
        // What a direction with amount 1 adds to each margin.
        let added: Vec<Vec<f64>> = (0..amounts.len()).map(|j| margins_of(task, &found, j, 1.0 / amounts[j])).collect();
        let of_active = |margins: &Vec<f64>| {
            margins.iter().zip(&is_active).filter(|(_, active)| **active).map(|(margin, _)| *margin).collect()
        };
        let Some(line) = dependence(&added.iter().map(of_active).collect::<Vec<_>>()) else { return found };
        let ends = [1.0, -1.0].into_iter().filter_map(|sign| end(&amounts, &line, sign));
        let keeps_margins = |ended: &Vec<f64>| {
            let margin = |i: usize| ended.iter().zip(&added).map(|(amount, added)| amount * added[i]).sum::<f64>();
            (0..is_active.len()).filter(|i| !is_active[*i]).all(|i| margin(i) > 1.0 + DEPENDENT)
        };
        let Some(ended) = ends.into_iter().find(keeps_margins) else { return found };
        let largest = ended.iter().copied().fold(0.0, f64::max);
        let kept: Vec<usize> = (0..ended.len()).filter(|j| ended[*j] > DEPENDENT * largest).collect();
        if kept.len() == ended.len() {
            return found;
        }
        let scaled = |j: &usize| found.products[*j].iter().map(|x| x * ended[*j] / amounts[*j]).collect();
        found = Found {
            signs: kept.iter().map(|j| found.signs[*j]).collect(),
            sides: kept.iter().map(|j| found.sides[*j].clone()).collect(),
            products: kept.iter().map(scaled).collect(),
            held: kept.iter().map(|j| found.held[*j].clone()).collect(),
            multipliers: found.multipliers,
            rounds: found.rounds,
        };
    }
}

/// What a direction adds to the margin of each sample, times a factor.
fn margins_of(task: &Task, found: &Found, j: usize, factor: f64) -> Vec<f64> {
    let [negative, positive] = task.slopes();
    let margin = |(i, x): (usize, &Vec<f64>)| {
        if found.held[j].iter().any(|(sample, _)| *sample == i) {
            return 0.0;
        }
        let z = dot(&found.products[j], x);
        task.label(i) * found.signs[j] * factor * z * if z > 0.0 { positive } else { negative }
    };
    task.inputs.iter().enumerate().map(margin).collect()
}

/// Where amounts that move along a line first reach 0.
fn end(amounts: &[f64], line: &[f64], sign: f64) -> Option<Vec<f64>> {
    let times = amounts.iter().zip(line).filter(|(_, n)| sign * **n < 0.0).map(|(amount, n)| amount / (-sign * n));
    let time = times.min_by(f64::total_cmp)?;
    Some(amounts.iter().zip(line).map(|(amount, n)| amount + sign * time * n).collect())
}

/// Coefficients, not all 0, with which vectors sum to 0, if there are any.
fn dependence(vectors: &[Vec<f64>]) -> Option<Vec<f64>> {
    // Rows that are eliminated so far, each with its pivot and with how it comes of the vectors.
    let mut reduced: Vec<(Vec<f64>, usize, Vec<f64>)> = Vec::new();
    for (j, vector) in vectors.iter().enumerate() {
        let (mut rest, size) = (vector.clone(), norm(vector));
        let mut origin = vec![0.0; vectors.len()];
        origin[j] = 1.0;
        for (row, pivot, from) in &reduced {
            let factor = rest[*pivot] / row[*pivot];
            rest.iter_mut().zip(row).for_each(|(x, r)| *x -= factor * r);
            rest[*pivot] = 0.0;
            origin.iter_mut().zip(from).for_each(|(x, f)| *x -= factor * f);
        }
        match (0..rest.len()).max_by(|a, b| rest[*a].abs().total_cmp(&rest[*b].abs())) {
            Some(pivot) if rest[pivot].abs() > DEPENDENT * size => reduced.push((rest, pivot, origin)),
            _ => return Some(origin),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependence_is_found_if_there_is_one() {
        let vectors = [vec![1.0, 2.0, 0.0], vec![0.0, 1.0, 1.0], vec![2.0, 1.0, -3.0], vec![5.0, 5.0, 5.0]];
        assert_eq!(dependence(&vectors[..2]), None);
        let found = dependence(&vectors).expect("the third is twice the first less thrice the second");
        assert_eq!(found, [-2.0, 3.0, 1.0, 0.0]);
        assert!(dependence(&[vec![1.0], vec![2.0]]).is_some());
    }

    #[test]
    fn lines_end_where_an_amount_is_0() {
        assert_eq!(end(&[1.0, 2.0], &[1.0, -1.0], 1.0), Some(vec![3.0, 0.0]));
        assert_eq!(end(&[1.0, 2.0], &[1.0, -1.0], -1.0), Some(vec![0.0, 3.0]));
        assert_eq!(end(&[1.0, 2.0], &[1.0, 1.0], 1.0), None);
    }
}
