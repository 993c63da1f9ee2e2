//! Critical directions of negative curvature, and the coefficient of second order that repays what they spend.

use crate::kernel::exact::Sign;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::{dot, nullspace, primitive};
use crate::prove::search::Search;

use super::Best;
use super::cell::Cell;
use super::curvature::{Curvature, Direction};
use super::first_order::{Stationary, loud};
use super::ground::{Ground, Pattern};
use crate::prove::least_squares::{self, Cone};

/// How many stationary cells, and how many groups of dead parameters, are looked at.
const CELLS: usize = 16;
const GROUPS: usize = 16;
/// How many curves are enough to choose from.
const ENOUGH: usize = 4;
/// The greatest entries of the integer directions tried.
const SCALES: [f64; 16] =
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 64.0, 128.0, 1024.0, 32768.0, 1048576.0];

/// Looks in each stationary cell, among the live parameters and with each group of dead ones.
pub fn search<F: ProofField>(ground: &Ground<'_, F>, cells: &[Stationary], best: &mut Best<F>, search: &mut Search) {
    let loud = loud(ground);
    for stationary in cells.iter().take(CELLS) {
        for group in std::iter::once(None).chain((0..ground.groups.len().min(GROUPS)).map(Some)) {
            if search.check().is_err() || best.accepted >= ENOUGH {
                return;
            }
            let mut mask = ground.live.clone();
            if let Some(group) = group {
                ground.groups[group].iter().for_each(|&p| mask[p] = true);
            }
            let step = Step { ground, stationary, loud: &loud, mask: &mask };
            let group = group.map(|group| ground.groups[group].as_slice()).unwrap_or_default();
            for direction in step.directions(group, search) {
                if search.check().is_err() || best.accepted >= ENOUGH {
                    return;
                }
                step.realise(&direction, best, search);
            }
        }
        if best.accepted > 0 {
            return;
        }
    }
}

struct Step<'g, 'a, F> {
    ground: &'g Ground<'a, F>,
    stationary: &'g Stationary,
    loud: &'g Pattern,
    mask: &'g [bool],
}

impl<F: ProofField> Step<'_, '_, F> {
    fn curvature(&self) -> Curvature<'_, '_, F> {
        let sides = (&self.stationary.pattern, self.loud);
        Curvature::new(self.ground, sides, self.mask, &self.stationary.multipliers)
    }

    /// Whether a constraint must stay at zero to first order, for the margin or a kink of a sample.
    fn is_equation(&self, place: usize, kink: Option<usize>) -> bool {
        let multipliers = &self.stationary.multipliers;
        match kink {
            None => multipliers.margins[place] > 0.0,
            Some(kink) => multipliers.kinks[place][kink] > 0.0,
        }
    }

    /// The critical cone of the stationary cell.
    fn cone(&self) -> Cone {
        let ground = self.ground;
        let (mut equations, mut inequalities) = (Vec::new(), Vec::new());
        for (place, sample) in ground.active.iter().enumerate() {
            let pass = ground.pass(place, &self.stationary.pattern);
            let mut sort = |of, sign: f64, equation: bool| {
                let gradient = ground.wiring.gradient(&ground.floats, &pass, of);
                let keep = |(g, kept): (&f64, &bool)| if *kept { sign * g } else { 0.0 };
                let row: Vec<f64> = gradient.iter().zip(self.mask).map(keep).collect();
                if equation { equations.push(row) } else { inequalities.push(row) }
            };
            sort(ground.output(), sample.y, self.is_equation(place, None));
            for (kink, &of) in sample.kinks.iter().enumerate().filter(|(kink, _)| self.loud[place][*kink]) {
                let sign = if self.stationary.pattern[place][kink] { 1.0 } else { -1.0 };
                sort(of, sign, self.is_equation(place, Some(kink)));
            }
        }
        Cone::new(&equations, &inequalities)
    }

    /// Directions of negative curvature, the sparsest first.
    fn directions(&self, group: &[usize], search: &mut Search) -> Vec<Direction> {
        let (curvature, cone) = (self.curvature(), self.cone());
        let size = curvature.size(search.random());
        let mut found: Vec<Direction> = Vec::new();
        for (start, eager) in self.starts(group, search) {
            if search.check().is_err() {
                break;
            }
            let random = search.random();
            let tie = || eager || random.coin();
            let Some(direction) = curvature.descend(&cone, &start, size, tie) else { continue };
            let near = |other: &Direction| least_squares::dot(&other.direction, &direction.direction) > 1.0 - 1e-6;
            if direction.curvature < -1e-7 * size && !found.iter().any(near) {
                found.push(direction);
            }
        }
        let entries = |d: &Direction| d.direction.iter().filter(|x| x.abs() > 1e-6).count();
        found.sort_by(|a, b| entries(a).cmp(&entries(b)).then(a.curvature.total_cmp(&b.curvature)));
        found
    }

    /// Starts of the descent: single parameters of the group (with all kinks open, or at random), and anything.
    fn starts(&self, group: &[usize], search: &mut Search) -> Vec<(Vec<f64>, bool)> {
        let width = self.mask.len();
        let mut starts = Vec::new();
        for &p in group.iter().take(12) {
            for sign in [1.0, -1.0] {
                let mut start = vec![0.0; width];
                start[p] = sign;
                starts.push((start.clone(), true));
                starts.push((start, false));
            }
        }
        let random = search.random();
        for _ in 0..6 {
            let inside = |p: usize| group.is_empty() || group.contains(&p);
            let entry = |p: usize, value: f64| if inside(p) { value } else { value / 8.0 };
            starts.push(((0..width).map(|p| entry(p, random.float())).collect(), false));
        }
        starts
    }

    /// Finds short exact directions near a float one, and completes them to curves.
    fn realise(&self, direction: &Direction, best: &mut Best<F>, search: &Search) {
        let ground = self.ground;
        let cell = Cell::new(ground, &direction.pattern, self.mask);
        let columns: Vec<usize> = (0..self.mask.len()).filter(|&p| self.mask[p]).collect();
        let mut completed = 0;
        for on_walls in [true, false] {
            let mut rows: Vec<Vec<F>> = Vec::new();
            for (place, margin) in cell.margins.iter().enumerate() {
                if self.is_equation(place, None) || (on_walls && tight(margin, &direction.direction)) {
                    rows.push(columns.iter().map(|&p| margin[p].clone()).collect());
                }
                for (kink, row) in cell.kinks[place].iter().enumerate() {
                    if self.is_equation(place, Some(kink)) || (on_walls && tight(row, &direction.direction)) {
                        rows.push(columns.iter().map(|&p| row[p].clone()).collect());
                    }
                }
            }
            let Ok(kernel) = nullspace(&rows, columns.len(), search.deadline()) else { return };
            let free: Vec<usize> = (0..columns.len()).filter(|c| !kernel.pivots.contains(c)).collect();
            let coordinates: Vec<f64> = free.iter().map(|&c| direction.direction[columns[c]]).collect();
            let greatest = coordinates.iter().fold(0.0f64, |a, b| a.max(b.abs()));
            if greatest == 0.0 {
                continue;
            }
            let mut tried: Vec<Vec<F>> = Vec::new();
            for scale in SCALES {
                let mut exact = vec![F::zero(); self.mask.len()];
                for (vector, coordinate) in kernel.basis.iter().zip(&coordinates) {
                    let factor = F::integer((coordinate * scale / greatest).round() as i64);
                    columns.iter().zip(vector).for_each(|(&p, entry)| exact[p].add_product(&factor, entry));
                }
                let exact = primitive(&exact).unwrap_or(exact);
                if tried.contains(&exact) || !self.is_promising(&cell, &exact) {
                    continue;
                }
                if best.complete(ground, &cell, std::slice::from_ref(&exact), search) {
                    completed += 1;
                }
                if completed >= 2 || search.check().is_err() {
                    return;
                }
                tried.push(exact);
            }
            if completed > 0 {
                return;
            }
        }
    }

    /// Whether an exact direction stays in the cell to first order and has negative curvature, as far as floats see.
    fn is_promising(&self, cell: &Cell<'_, '_, F>, exact: &[F]) -> bool {
        let rows = cell.margins.iter().chain(cell.kinks.iter().flatten());
        if rows.into_iter().any(|row| dot(row, exact).sign() == Sign::Negative) {
            return false;
        }
        let floats: Vec<f64> = exact.iter().map(F::to_f64).collect();
        self.curvature().along(&floats).0 < -1e-9
    }
}

/// Whether a direction keeps a constraint at zero to first order.
fn tight<F: ProofField>(row: &[F], direction: &[f64]) -> bool {
    let row: Vec<f64> = row.iter().map(F::to_f64).collect();
    let size = least_squares::norm(&row);
    size > 0.0 && least_squares::dot(&row, direction).abs() < 1e-6 * size
}
