//! The cells next to the point: in each, multipliers or a descent direction of first order.

use std::collections::{HashSet, VecDeque};

use crate::kernel::check::Kkt;
use crate::kernel::exact::{Polynomial, Sign};
use crate::prove::field::ProofField;
use crate::prove::search::Search;

use super::Best;
use super::cell::Cell;
use super::curvature::Multipliers;
use super::ground::{Ground, Pattern};
use crate::prove::least_squares::{TOLERANCE, nonnegative, norm};

/// How many cells are looked at.
const CELLS: usize = 128;

/// A cell that has multipliers, so that no direction into it descends to first order.
pub struct Stationary {
    pub pattern: Pattern,
    pub multipliers: Multipliers,
}

/// Kinks that the live parameters move to first order. The others have no side of their own.
pub fn loud<F: ProofField>(ground: &Ground<'_, F>) -> Pattern {
    let all = ground.uniform(true);
    let mut loud = ground.uniform(false);
    for (place, sample) in ground.active.iter().enumerate() {
        // Structurally: sizes instead of numbers would say the same for kinks next to the live part.
        let pass = ground.pass(place, &all);
        for (kink, &of) in sample.kinks.iter().enumerate() {
            let gradient = ground.wiring.gradient(&ground.floats, &pass, of);
            loud[place][kink] = gradient.iter().zip(&ground.live).any(|(g, live)| *live && *g != 0.0);
        }
    }
    loud
}

/// Looks through the cells for first-order descent; returns the cells that are stationary.
pub fn search<F: ProofField>(
    ground: &Ground<'_, F>,
    kkt: Option<&Kkt<F>>,
    best: &mut Best<F>,
    search: &mut Search,
) -> Vec<Stationary> {
    let loud = loud(ground);
    let kinks: Vec<(usize, usize)> = (0..loud.len())
        .flat_map(|place| (0..loud[place].len()).map(move |kink| (place, kink)))
        .filter(|&(place, kink)| loud[place][kink])
        .collect();
    let mut queue = VecDeque::new();
    queue.push_back(helpful(ground));
    if !kinks.is_empty() {
        queue.extend(kkt.map(|kkt| selected(ground, kkt)));
        queue.push_back(ground.uniform(false));
        queue.push_back(ground.uniform(true));
        for _ in 0..8 {
            queue.push_back(random_side(ground, search));
        }
        if kinks.len() <= 6 {
            for code in 0..1usize << kinks.len() {
                let mut pattern = ground.uniform(false);
                kinks.iter().enumerate().for_each(|(bit, &(place, kink))| pattern[place][kink] = code >> bit & 1 == 1);
                queue.push_back(pattern);
            }
        }
    }
    let known = kkt.and_then(|kkt| of_kkt(ground, kkt, &loud));
    let mut seen = HashSet::new();
    let mut stationary = Vec::new();
    while let Some(mut pattern) = queue.pop_front() {
        if seen.len() >= CELLS || search.check().is_err() {
            break;
        }
        keep_loud(&mut pattern, &loud);
        if !seen.insert(pattern.clone()) {
            continue;
        }
        let known = || known.as_ref().filter(|known| known.pattern == pattern).map(|known| known.multipliers.clone());
        match multipliers(ground, &pattern, &loud).or_else(known) {
            Some(multipliers) => {
                // Where a multiplier holds the curve back at a wall of the cell, look behind the wall.
                let walls = kinks.iter().filter(|&&(place, kink)| multipliers.kinks[place][kink] > 0.0);
                for &(place, kink) in walls {
                    let mut behind = pattern.clone();
                    behind[place][kink] ^= true;
                    queue.push_back(behind);
                }
                stationary.push(Stationary { pattern, multipliers });
            }
            None => {
                let cell = Cell::new(ground, &pattern, &ground.live);
                if best.complete(ground, &cell, &[], search).accepted {
                    break;
                }
            }
        }
    }
    stationary
}

/// No sides for kinks that are not loud.
fn keep_loud(pattern: &mut Pattern, loud: &Pattern) {
    for (sides, loud) in pattern.iter_mut().zip(loud) {
        sides.iter_mut().zip(loud).for_each(|(side, loud)| *side &= *loud);
    }
}

/// The exact multipliers and their cell, where one gradient of each sample makes the point stationary: floats lose them
/// where long samples nearly cancel.
fn of_kkt<F: ProofField>(ground: &Ground<'_, F>, kkt: &Kkt<F>, loud: &Pattern) -> Option<Stationary> {
    if kkt.selections.values().any(|terms| terms.len() > 1) {
        return None;
    }
    let mut pattern = selected(ground, kkt);
    keep_loud(&mut pattern, loud);
    let margin = |index: usize| kkt.multipliers.get(index).map(F::to_f64);
    let margins = ground.active.iter().map(|sample| margin(sample.index)).collect::<Option<_>>()?;
    let kinks = loud.iter().map(|kinks| vec![0.0; kinks.len()]).collect();
    Some(Stationary { pattern, multipliers: Multipliers { margins, kinks } })
}

/// Multipliers of the cell's constraints that make the point stationary, if there are any.
fn multipliers<F: ProofField>(ground: &Ground<'_, F>, pattern: &Pattern, loud: &Pattern) -> Option<Multipliers> {
    let mut generators = Vec::new();
    let keep = |gradient: Vec<f64>, sign: f64| -> Vec<f64> {
        gradient.iter().zip(&ground.live).map(|(g, live)| if *live { sign * g } else { 0.0 }).collect()
    };
    for (place, sample) in ground.active.iter().enumerate() {
        let pass = ground.pass(place, pattern);
        generators.push(keep(ground.wiring.gradient(&ground.floats, &pass, ground.output()), sample.y));
        for (kink, &of) in sample.kinks.iter().enumerate().filter(|(kink, _)| loud[place][*kink]) {
            let sign = if pattern[place][kink] { 1.0 } else { -1.0 };
            generators.push(keep(ground.wiring.gradient(&ground.floats, &pass, of), sign));
        }
    }
    let target: Vec<f64> = keep(ground.floats.clone(), 1.0);
    let (weights, rest) = nonnegative(&generators, &target);
    if norm(&rest) > 1e-7 * norm(&target) {
        return None;
    }
    let greatest = weights.iter().fold(0.0f64, |a, b| a.max(*b));
    let mut weights = weights.into_iter().map(|u| if u > TOLERANCE * greatest { u } else { 0.0 });
    let mut result = Multipliers { margins: Vec::new(), kinks: Vec::new() };
    for loud in loud {
        result.margins.push(weights.next()?);
        result
            .kinks
            .push(loud.iter().map(|loud| if *loud { weights.next() } else { Some(0.0) }).collect::<Option<_>>()?);
    }
    Some(result)
}

/// Every kink on the side where its unit helps the margin, as far as the units after it let it through.
fn helpful<F: ProofField>(ground: &Ground<'_, F>) -> Pattern {
    let mut pattern = ground.uniform(true);
    for (place, sample) in ground.active.iter().enumerate() {
        for kink in (0..sample.kinks.len()).rev() {
            let (layer, unit) = sample.kinks[kink];
            let pass = ground.pass(place, &pattern);
            // With the slope 1 the derivative by the preactivation is that by the activation.
            let derivative = ground.wiring.derivative(&ground.floats, &pass, ground.output(), (layer, unit));
            pattern[place][kink] = sample.y * derivative > 0.0;
        }
    }
    pattern
}

/// The sides of the gradients that make the point stationary, the first one of each sample.
fn selected<F: ProofField>(ground: &Ground<'_, F>, kkt: &Kkt<F>) -> Pattern {
    let mut pattern = ground.uniform(false);
    let network = ground.problem.network();
    for (place, sample) in ground.active.iter().enumerate() {
        let Some(selection) = kkt.selections.get(&sample.index).and_then(|terms| terms.first()) else { continue };
        let along = selection.toward.from_point(ground.problem.point());
        let x = ground.problem.samples()[sample.index].x.iter().cloned().map(Polynomial::constant).collect();
        let sides = &mut pattern[place];
        let Ok(_) = network.trace(&along, x, |unit, preactivation| {
            let sign = preactivation.lowest().map_or(Sign::Zero, |(_, leading)| leading.sign());
            if let Some(kink) = sample.kinks.iter().position(|&kink| kink == (unit.layer, unit.unit)) {
                sides[kink] = sign == Sign::Positive;
            }
            Ok::<F, std::convert::Infallible>(network.slope(unit, sign))
        });
    }
    pattern
}

/// The sides to which a random direction of the live parameters moves.
fn random_side<F: ProofField>(ground: &Ground<'_, F>, search: &mut Search) -> Pattern {
    let random = search.random();
    let direction: Vec<f64> = ground.live.iter().map(|live| if *live { random.float() } else { 0.0 }).collect();
    let mut pattern = ground.uniform(false);
    for (place, sample) in ground.active.iter().enumerate() {
        let mut pass = sample.pass.clone();
        let sides = &mut pattern[place];
        ground.wiring.tangents(&ground.floats, &mut pass, &direction, |of, change| {
            let kink = sample.kinks.iter().position(|&kink| kink == of)?;
            sides[kink] = *change > 0.0;
            Some(ground.side_slope(of.0, sides[kink]))
        });
    }
    pattern
}
