//! Critical directions of negative curvature, and the coefficient of second order that repays what they spend.

use crate::kernel::exact::Sign;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::{dot, nullspace, primitive};
use crate::prove::search::Search;

use super::Best;
use super::cell::Cell;
use super::completion::length;
use super::curvature::{Curvature, Direction, Multipliers};
use super::first_order::{Stationary, loud};
use super::game::play;
use super::ground::{Ground, Pattern};
use super::higher_order::Flat;
use crate::prove::least_squares::{self, Cone};

/// How many stationary cells, and how many groups of dead parameters, are looked at.
const CELLS: usize = 16;
const GROUPS: usize = 16;
/// How many curves are enough to choose from.
const ENOUGH: usize = 4;
/// How many exact directions near a float one are completed.
const TRIES: usize = 4;
/// The greatest entries of the integer directions tried.
const SCALES: [f64; 16] =
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 64.0, 128.0, 1024.0, 32768.0, 1048576.0];

/// How often directions and multipliers are held against each other.
const ROUNDS: usize = 8;
/// How many mixtures of directions are tried in a round.
const MIXTURES: usize = 5;
/// How many cells with flat directions are handed on.
const FLAT: usize = 8;

/// Looks in each stationary cell, among the live parameters and with each group of dead ones. Returns cells in which the
/// Lagrangian is flat in some direction.
pub fn search<F: ProofField>(
    ground: &Ground<'_, F>,
    cells: &[Stationary],
    best: &mut Best<F>,
    search: &mut Search,
) -> Vec<Flat> {
    let loud = loud(ground);
    let mut flat: Vec<Flat> = Vec::new();
    for stationary in cells.iter().take(CELLS) {
        let nothing = Vec::new();
        let everything: Vec<usize> = ground.groups.iter().flatten().copied().collect();
        let singles = std::iter::once(&nothing).chain(ground.groups.iter().take(GROUPS));
        // Groups of dead parameters act on their own, unless multipliers that they shift are not unique.
        let mut unique = true;
        for (round, group) in singles.chain(std::iter::once(&everything)).enumerate() {
            if round > ground.groups.len().min(GROUPS) && (unique || ground.groups.len() < 2) {
                break;
            }
            let mut mask = ground.live.clone();
            group.iter().for_each(|&p| mask[p] = true);
            let region = Region { ground, stationary, loud: &loud, mask: &mask };
            unique &= region.search(group, &mut flat, best, search);
            if search.check().is_err() || best.accepted >= ENOUGH {
                return flat;
            }
        }
        if best.accepted > 0 {
            break;
        }
    }
    flat
}

/// A stationary cell with a mask of parameters.
struct Region<'g, 'a, F> {
    ground: &'g Ground<'a, F>,
    stationary: &'g Stationary,
    loud: &'g Pattern,
    mask: &'g [bool],
}

impl<'g, 'a, F: ProofField> Region<'g, 'a, F> {
    /// Directions against multipliers: a direction that some multipliers rule out is held against them, and theirs
    /// against all directions so far, until a combination of directions withstands all multipliers, or a combination of
    /// multipliers all directions. Returns whether the multipliers seem to be unique.
    fn search(&self, group: &[usize], flat: &mut Vec<Flat>, best: &mut Best<F>, search: &mut Search) -> bool {
        let mut family = vec![self.stationary.multipliers.clone()];
        let mut pool: Vec<Direction> = Vec::new();
        let mut weights = vec![1.0];
        for _ in 0..ROUNDS {
            let Some(multipliers) = Multipliers::combination(&family, &weights) else { break };
            let step = Step { region: self, multipliers: &multipliers };
            let (directions, level) = step.directions(group, search);
            let new = |pattern: &Pattern| !flat.iter().any(|other| other.pattern == *pattern);
            if flat.len() < FLAT && level.as_ref().is_some_and(new) {
                flat.extend(level.map(|pattern| Flat { pattern, multipliers: multipliers.clone() }));
            }
            let mut obstructions = Vec::new();
            for direction in &directions {
                if search.check().is_err() || best.accepted >= ENOUGH {
                    return true;
                }
                obstructions.extend(step.realise(direction, best, search));
            }
            if best.accepted > 0 || obstructions.is_empty() {
                break;
            }
            family.append(&mut obstructions);
            pool.extend(directions);
            weights = self.hold_against(&family, &pool, best, search);
            if best.accepted > 0 {
                break;
            }
        }
        family.len() == 1
    }

    /// Tries the combination of directions that does best against all multipliers; returns the weights of multipliers
    /// that do best against all directions.
    fn hold_against(
        &self,
        family: &[Multipliers],
        pool: &[Direction],
        best: &mut Best<F>,
        search: &mut Search,
    ) -> Vec<f64> {
        let curvatures: Vec<Curvature<'_, '_, F>> =
            family.iter().map(|multipliers| self.curvature(multipliers)).collect();
        let payoff = |direction: &Direction| curvatures.iter().map(|c| c.along(&direction.direction).0).collect();
        let payoffs: Vec<Vec<f64>> = pool.iter().map(payoff).collect();
        let strategies = play(&payoffs);
        for attempt in 0..MIXTURES {
            let sum = match attempt {
                // Directions that open kinks have no opposites, and two that move one dead unit do not add up.
                0 => mixture(self.apart(pool, &payoffs).into_iter(), || 1.0),
                // Orthogonal directions add up in squares; signs matter where they are not.
                _ => {
                    let weights = strategies.rows.iter().copied();
                    mixture(pool.iter().zip(weights), || if search.random().coin() { 1.0 } else { -1.0 })
                }
            };
            let Some(sum) = sum.filter(|sum| curvatures.iter().all(|c| c.along(sum).0 < 0.0)) else { continue };
            let Some(multipliers) = Multipliers::combination(family, &strategies.columns) else { continue };
            let step = Step { region: self, multipliers: &multipliers };
            let (curvature, pattern) = self.curvature(&multipliers).along(&sum);
            let obstruction = step.realise(&Direction { direction: sum, pattern, curvature }, best, search);
            if obstruction.is_none() {
                break;
            }
        }
        // Every multiplier stays positive that is so in some member: its constraint is an equation.
        let share = 1e-3 / family.len() as f64;
        strategies.columns.into_iter().map(|weight| 0.999 * weight + share).collect()
    }

    /// Directions of which no two move one dead parameter, with weights that do well against all multipliers: one after
    /// the other the heaviest among those that go with the ones before.
    fn apart<'d>(&self, pool: &'d [Direction], payoffs: &[Vec<f64>]) -> Vec<(&'d Direction, f64)> {
        let moves = |place: usize, p: usize| !self.ground.live[p] && pool[place].direction[p].abs() > 1e-6;
        let (mut chosen, mut open) = (Vec::new(), (0..pool.len()).collect::<Vec<usize>>());
        loop {
            let players: Vec<usize> = chosen.iter().chain(&open).copied().collect();
            let weights = play(&players.iter().map(|&place| payoffs[place].clone()).collect::<Vec<_>>()).rows;
            let newcomers = open.iter().zip(&weights[chosen.len()..]);
            let Some((&next, _)) = newcomers.max_by(|a, b| a.1.total_cmp(b.1)) else {
                return players.into_iter().map(|place| &pool[place]).zip(weights).collect();
            };
            open.retain(|&other| (0..self.mask.len()).all(|p| !moves(next, p) || !moves(other, p)) && other != next);
            chosen.push(next);
        }
    }

    fn curvature<'s>(&'s self, multipliers: &'s Multipliers) -> Curvature<'s, 'a, F> {
        Curvature::new(self.ground, (&self.stationary.pattern, self.loud), self.mask, multipliers)
    }
}

/// The sum of directions, each times a sign and the root of its weight, in length 1; nothing if they cancel.
fn mixture<'d>(
    directions: impl Iterator<Item = (&'d Direction, f64)>,
    mut sign: impl FnMut() -> f64,
) -> Option<Vec<f64>> {
    let mut sum: Vec<f64> = Vec::new();
    for (Direction { direction, .. }, weight) in directions {
        sum.resize(direction.len(), 0.0);
        least_squares::add(&mut sum, sign() * weight.sqrt(), direction);
    }
    let length = least_squares::norm(&sum);
    (length > 0.0).then(|| sum.into_iter().map(|x| x / length).collect())
}

/// A region with multipliers.
struct Step<'g, 'a, F> {
    region: &'g Region<'g, 'a, F>,
    multipliers: &'g Multipliers,
}

impl<F: ProofField> Step<'_, '_, F> {
    /// Whether a constraint must stay at zero to first order, for the margin or a kink of a sample.
    fn is_equation(&self, place: usize, kink: Option<usize>) -> bool {
        match kink {
            None => self.multipliers.margins[place] > 0.0,
            Some(kink) => self.multipliers.kinks[place][kink] > 0.0,
        }
    }

    /// The critical cone of the stationary cell.
    fn cone(&self) -> Cone {
        let ground = self.region.ground;
        let (mut equations, mut inequalities) = (Vec::new(), Vec::new());
        for (place, sample) in ground.active.iter().enumerate() {
            let pass = ground.pass(place, &self.region.stationary.pattern);
            let mut sort = |of, sign: f64, equation: bool| {
                let gradient = ground.wiring.gradient(&ground.floats, &pass, of);
                let keep = |(g, kept): (&f64, &bool)| if *kept { sign * g } else { 0.0 };
                let row: Vec<f64> = gradient.iter().zip(self.region.mask).map(keep).collect();
                if equation { equations.push(row) } else { inequalities.push(row) }
            };
            sort(ground.output(), sample.y, self.is_equation(place, None));
            for (kink, &of) in sample.kinks.iter().enumerate().filter(|(kink, _)| self.region.loud[place][*kink]) {
                let sign = if self.region.stationary.pattern[place][kink] { 1.0 } else { -1.0 };
                sort(of, sign, self.is_equation(place, Some(kink)));
            }
        }
        Cone::new(&equations, &inequalities)
    }

    /// Directions of negative curvature, the sparsest first, and the pattern of a flat direction if one was met.
    fn directions(&self, group: &[usize], search: &mut Search) -> (Vec<Direction>, Option<Pattern>) {
        let mut level = None;
        let (curvature, cone) = (self.region.curvature(self.multipliers), self.cone());
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
            if direction.curvature < -1e-7 * size {
                if !found.iter().any(near) {
                    found.push(direction);
                }
            } else if direction.curvature < 1e-7 * size && level.is_none() {
                level = Some(direction.pattern);
            }
        }
        let entries = |d: &Direction| d.direction.iter().filter(|x| x.abs() > 1e-6).count();
        found.sort_by(|a, b| entries(a).cmp(&entries(b)).then(a.curvature.total_cmp(&b.curvature)));
        (found, level)
    }

    /// Starts of the descent: single parameters of the group (with all kinks open, or at random), and anything.
    fn starts(&self, group: &[usize], search: &mut Search) -> Vec<(Vec<f64>, bool)> {
        let width = self.region.mask.len();
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

    /// Finds short exact directions near a float one, and completes them to curves. Returns multipliers that rule one
    /// out, if there are any.
    fn realise(&self, direction: &Direction, best: &mut Best<F>, search: &Search) -> Option<Multipliers> {
        let ground = self.region.ground;
        let cell = Cell::new(ground, &direction.pattern, self.region.mask);
        let columns: Vec<usize> = (0..self.region.mask.len()).filter(|&p| self.region.mask[p]).collect();
        let mut completed = 0;
        let mut obstruction = None;
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
            let kernel = nullspace(&rows, columns.len(), search.deadline()).ok()?;
            let free: Vec<usize> = (0..columns.len()).filter(|c| !kernel.pivots.contains(c)).collect();
            let coordinates: Vec<f64> = free.iter().map(|&c| direction.direction[columns[c]]).collect();
            let greatest = coordinates.iter().fold(0.0f64, |a, b| a.max(b.abs()));
            if greatest == 0.0 {
                continue;
            }
            let mut tried: Vec<Vec<F>> = Vec::new();
            for scale in SCALES {
                let mut exact = vec![F::zero(); self.region.mask.len()];
                for (vector, coordinate) in kernel.basis.iter().zip(&coordinates) {
                    let factor = F::integer((coordinate * scale / greatest).round() as i64);
                    columns.iter().zip(vector).for_each(|(&p, entry)| exact[p].add_product(&factor, entry));
                }
                let exact = moderate(primitive(&exact).unwrap_or(exact));
                if tried.contains(&exact) || !self.is_promising(&cell, &exact) {
                    continue;
                }
                let attempt = best.complete(ground, &cell, std::slice::from_ref(&exact), search);
                completed += usize::from(attempt.accepted);
                obstruction = attempt.obstruction.or(obstruction);
                tried.push(exact);
                if completed >= 2 || tried.len() >= TRIES || search.check().is_err() {
                    break;
                }
            }
            if completed > 0 || search.check().is_err() {
                return None;
            }
        }
        obstruction
    }

    /// Whether an exact direction stays in the cell to first order and has negative curvature, as far as floats see.
    fn is_promising(&self, cell: &Cell<'_, '_, F>, exact: &[F]) -> bool {
        let rows = cell.margins.iter().chain(cell.kinks.iter().flatten());
        if rows.into_iter().any(|row| dot(row, exact).sign() == Sign::Negative) {
            return false;
        }
        let floats: Vec<f64> = exact.iter().map(F::to_f64).collect();
        self.region.curvature(self.multipliers).along(&floats).0 < -1e-9
    }
}

/// The greatest entry of a direction that is left as it is.
const LARGE: f64 = 1000.0;

/// The multiple of a direction with entries not far from 1 that is shortest to write, where its own are large: the next
/// coefficient grows with their square, and the curve ends early.
fn moderate<F: ProofField>(direction: Vec<F>) -> Vec<F> {
    let sizes: Vec<f64> = direction.iter().map(|entry| entry.to_f64().abs()).collect();
    let greatest = sizes.iter().copied().fold(0.0, f64::max);
    if greatest <= LARGE || greatest >= 1e18 {
        return direction;
    }
    let moderating = direction.iter().zip(&sizes).filter(|(_, size)| 4.0 * **size >= greatest);
    let divisors = moderating.map(|(entry, _)| entry.clone()).chain([F::integer(10i64.pow(greatest.log10() as u32))]);
    let multiples = divisors.filter_map(|divisor| {
        let factor = divisor.reciprocal()?;
        let factor = if factor.sign() == Sign::Negative { -factor } else { factor };
        Some(direction.iter().map(|entry| entry.clone() * &factor).collect::<Vec<F>>())
    });
    multiples.min_by_key(|multiple| length(multiple)).unwrap_or(direction)
}

/// Whether a direction keeps a constraint at zero to first order.
fn tight<F: ProofField>(row: &[F], direction: &[f64]) -> bool {
    let row: Vec<f64> = row.iter().map(F::to_f64).collect();
    let size = least_squares::norm(&row);
    size > 0.0 && least_squares::dot(&row, direction).abs() < 1e-6 * size
}
