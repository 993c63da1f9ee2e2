//! The multipliers of a case, by cutting planes.

use std::collections::BTreeMap;

use super::super::both_layers::{Case, Kink};
use super::Grower;
use crate::kernel::check::{Leaf, Side};
use crate::kernel::exact::{Definiteness, OrderedField, Sign, SymmetricMatrix};
use crate::kernel::network::{Scope, Unit};
use crate::prove::deadline::OutOfTime;
use crate::prove::eigen::symmetric_eigen;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::dot;
use crate::prove::lp::{LinearProgram, Outcome, Relation, Sense};
use crate::prove::search::Search;
use crate::prove::sides::turned;

/// How many cutting planes are added in one case.
const CUTS: usize = 48;
/// How exactly the vectors of a cutting plane are taken over.
const GRID: f64 = 1.0 / 256.0;
/// How far above 1 floats must see a singular value to be believed.
const MORE: f64 = 1e-9;

/// Up to which greatest singular value multipliers are rounded, and how roughly.
const CLOSE: f64 = 1.05;
const ROUGHLY: [f64; 3] = [3e-2, 1e-3, 1e-5];

/// A variable of the program: what one of it adds to which unit's row of the matrix.
struct Column<F> {
    what: What,
    rows: Vec<(usize, Vec<F>)>,
}

#[derive(Clone, Copy)]
enum What {
    /// The multiplier of a sample.
    Sample(usize),
    /// That multiplier times how far the slope of an undecided kink is from its lower end, in proportion to the width.
    Share(usize, usize),
    /// The multiplier of a unit's outgoing weight times a side.
    Product(usize, usize),
}

impl<F: ProofField> Grower<'_, F> {
    /// Multipliers of samples with the sum `1/2 ||theta||^2`, and of sides, for which the matrix has no singular value above 1.
    pub(super) fn bound(&self, case: &Case, search: &Search) -> Result<Option<Leaf<F>>, OutOfTime> {
        let columns = self.columns(case);
        if !columns.iter().any(|column| matches!(column.what, What::Sample(_))) {
            return Ok(None);
        }
        // At the point, where it lies in the case, the bound is attained, which says what the matrix makes of it.
        let point = self.point_within(case);
        let tie: Option<Vec<f64>> = point.as_ref().map(|(incoming, _)| {
            let floats: Vec<f64> = incoming.iter().map(F::to_f64).collect();
            let norm = floats.iter().map(|x| x * x).sum::<f64>().sqrt();
            floats.iter().map(|x| x / norm).collect()
        });
        let (mut program, greatest) = self.program(&columns, point.as_ref());
        for _ in 0..CUTS {
            let Outcome::Optimal { primal, value, .. } = program.solve(search.deadline()) else {
                search.check()?;
                return Ok(None);
            };
            if value.to_f64() > 1.0 + MORE {
                return Ok(None);
            }
            let matrix = self.matrix(&columns, &primal);
            let Some((size, right)) = greatest_singular(&matrix, tie.as_deref(), search)? else { return Ok(None) };
            if size <= 1.0 + MORE && is_contraction(&matrix) {
                return Ok(Some(self.own_leaf(case, &columns, &primal)));
            }
            // Where something else is just as good as the point, cutting planes come close to what does, and no more.
            if point.is_none() && size <= CLOSE {
                let mut rounded = ROUGHLY.iter().filter_map(|&tolerance| self.rounded(&columns, &primal, tolerance));
                if let Some(simple) = rounded.find(|simple| is_contraction(&self.matrix(&columns, simple))) {
                    return Ok(Some(self.own_leaf(case, &columns, &simple)));
                }
            }
            let floats = matrix.iter().map(|row| row.iter().zip(&right).map(|(z, b)| z.to_f64() * b).sum::<f64>());
            let left: Vec<f64> = floats.map(|x| x / size).collect();
            let (left, right) = (on_grid::<F>(&left), on_grid::<F>(&right));
            let norm = |v: &[F]| v.iter().map(|x| x.to_f64().powi(2)).sum::<f64>().sqrt();
            let size = norm(&left) * norm(&right);
            let Some(size) = F::near(size, size * GRID * GRID) else { return Ok(None) };
            let effect = |column: &Column<F>| {
                let rows = column.rows.iter();
                rows.fold(F::zero(), |sum, (unit, row)| sum + &(left[*unit].clone() * &dot(row, &right)))
            };
            let terms = columns.iter().map(effect).enumerate().filter(|(_, x)| !x.is_zero());
            let terms: Vec<(usize, F)> = terms.chain([(greatest, -size)]).collect();
            program.add_row(terms, Relation::AtMost, F::zero());
        }
        Ok(None)
    }

    /// The rows of all units.
    fn matrix(&self, columns: &[Column<F>], amounts: &[F]) -> Vec<Vec<F>> {
        let mut matrix =
            vec![vec![F::zero(); self.ground.problem.point().layers()[0].len()]; self.ground.outgoing.len()];
        for (column, amount) in columns.iter().zip(amounts).filter(|(_, amount)| !amount.is_zero()) {
            for (unit, row) in &column.rows {
                matrix[*unit].iter_mut().zip(row).for_each(|(entry, x)| entry.add_product(amount, x));
            }
        }
        matrix
    }

    /// Simple numbers near these, with the same sum of the samples' multipliers, if they are multipliers.
    fn rounded(&self, columns: &[Column<F>], amounts: &[F], tolerance: f64) -> Option<Vec<F>> {
        let amounts = &amounts[..columns.len()];
        let mut simple: Vec<F> = amounts.iter().map(|x| F::near(x.to_f64(), tolerance)).collect::<Option<_>>()?;
        let samples = || (0..columns.len()).filter(|&place| matches!(columns[place].what, What::Sample(_)));
        let greatest = samples().max_by(|&a, &b| simple[a].to_f64().total_cmp(&simple[b].to_f64()))?;
        let difference = samples().fold(F::zero(), |sum, place| sum + &(amounts[place].clone() - &simple[place]));
        simple[greatest] = simple[greatest].clone() + &difference;
        let multiplier_of = |wanted| columns.iter().position(|c| matches!(c.what, What::Sample(s) if s == wanted));
        let is_share = |(column, x): (&Column<F>, &F)| match column.what {
            What::Share(sample, _) => multiplier_of(sample).is_some_and(|place| *x <= simple[place]),
            What::Sample(_) | What::Product(..) => true,
        };
        let are_multipliers = simple.iter().all(|x| *x >= F::zero()) && columns.iter().zip(&simple).all(is_share);
        are_multipliers.then_some(simple)
    }

    /// All variables, samples first.
    fn columns(&self, case: &Case) -> Vec<Column<F>> {
        let units = self.ground.outgoing.len();
        let (mut samples, mut others) = (Vec::new(), Vec::new());
        let may_count = |&&sample: &&usize| !self.ground.is_local || self.ground.problem.is_active(sample);
        for &sample in self.order.iter().filter(may_count) {
            if self.to_split(case, sample).is_some() {
                continue;
            }
            let mut rows = Vec::new();
            for unit in 0..units {
                let effect = self.ground.effect(case, sample, unit);
                let (low, width) = self.slopes(unit);
                let slope = self.ground.slope(case, sample, unit);
                let times = |factor: &F| self.ground.forms[unit][sample].iter().map(|x| x.clone() * factor).collect();
                if slope.is_none() {
                    let rows = vec![(unit, times(&(effect.clone() * &width)))];
                    others.push(Column { what: What::Share(sample, unit), rows });
                }
                rows.push((unit, times(&(effect * &slope.unwrap_or(low)))));
            }
            samples.push(Column { what: What::Sample(sample), rows });
        }
        for (kink, decided) in case.kinks.iter().enumerate() {
            let condition = self.ground.condition(decided);
            for unit in 0..units {
                others.push(Column { what: What::Product(unit, kink), rows: vec![(unit, condition.clone())] });
            }
        }
        samples.into_iter().chain(others).collect()
    }

    /// The slope for negative inputs, and from there to 1.
    fn slopes(&self, unit: usize) -> (F, F) {
        let low = self.ground.problem.network().slope(Unit { layer: 0, unit }, Sign::Negative);
        let width = F::one() - &low;
        (low, width)
    }

    /// The weights of the first layer and the sizes of the outgoing ones, if the point lies in the case.
    fn point_within(&self, case: &Case) -> Option<(Vec<F>, Vec<F>)> {
        let [incoming, last] = self.ground.problem.point().layers() else { return None };
        let signed = |(&parameter, side): (&usize, &Side)| turned(*side, last[parameter].clone());
        let sizes: Vec<F> = self.ground.outgoing.iter().zip(&case.signs).map(signed).collect();
        let is_inside = |kink: &Kink| dot(&self.ground.condition(kink), incoming) >= F::zero();
        let is_within = sizes.iter().all(|size| *size >= F::zero()) && case.kinks.iter().all(is_inside);
        is_within.then(|| (incoming.clone(), sizes))
    }

    /// The least bound on singular values, which is the last variable, without cutting planes.
    fn program(&self, columns: &[Column<F>], point: Option<&(Vec<F>, Vec<F>)>) -> (LinearProgram<F>, usize) {
        let mut program = LinearProgram::new(Sense::Minimise);
        columns.iter().for_each(|_| {
            program.add_non_negative(F::zero());
        });
        let greatest = program.add_non_negative(F::one());
        let places = |wanted: fn(&What) -> bool| {
            columns.iter().enumerate().filter(move |(_, column)| wanted(&column.what)).map(|(place, _)| place)
        };
        let half = F::ratio(1, 2).unwrap_or_else(F::one);
        let total = self.ground.problem.point().norm_squared(Scope::All) * &half;
        let sum: Vec<(usize, F)> = places(|what| matches!(what, What::Sample(_))).map(|p| (p, F::one())).collect();
        program.add_row(sum, Relation::Equal, total);
        let sample_at = |wanted: usize| columns.iter().position(|c| matches!(c.what, What::Sample(s) if s == wanted));
        for place in places(|what| matches!(what, What::Share(..))) {
            if let What::Share(sample, _) = columns[place].what
                && let Some(of) = sample_at(sample)
            {
                program.add_row([(place, F::one()), (of, -F::one())], Relation::AtMost, F::zero());
            }
        }
        let Some((incoming, sizes)) = point else { return (program, greatest) };
        for (unit, size) in sizes.iter().enumerate() {
            let own = columns.iter().enumerate().filter_map(|(place, column)| {
                let (_, row) = column.rows.iter().find(|(of, _)| *of == unit)?;
                Some((place, dot(row, incoming))).filter(|(_, x)| !x.is_zero())
            });
            program.add_row(own.collect::<Vec<_>>(), Relation::Equal, size.clone());
        }
        for (coordinate, weight) in incoming.iter().enumerate() {
            let terms = columns.iter().enumerate().map(|(place, column)| {
                let rows = column.rows.iter();
                (place, rows.fold(F::zero(), |sum, (unit, row)| sum + &(row[coordinate].clone() * &sizes[*unit])))
            });
            let terms: Vec<_> = terms.filter(|(_, x)| !x.is_zero()).collect();
            program.add_row(terms, Relation::Equal, weight.clone());
        }
        (program, greatest)
    }

    fn own_leaf(&self, case: &Case, columns: &[Column<F>], amounts: &[F]) -> Leaf<F> {
        let mut own = vec![F::zero(); self.ground.problem.samples().len()];
        let (mut products, mut slopes) = (Vec::new(), BTreeMap::new());
        for (column, amount) in columns.iter().zip(amounts).filter(|(_, amount)| !amount.is_zero()) {
            match column.what {
                What::Sample(sample) => own[sample] = amount.clone(),
                What::Share(sample, unit) => {
                    let (low, width) = self.slopes(unit);
                    let share = amount.clone().over(&own[sample]).unwrap_or_else(F::zero);
                    slopes.insert((sample, Unit { layer: 0, unit }), low + &(share * &width));
                }
                What::Product(unit, kink) => products.push((unit, case.signs.len() + kink, amount.clone())),
            }
        }
        Leaf { multipliers: Some(own), signs: Vec::new(), products, slopes }
    }
}

/// The greatest singular value of a matrix and its right vector, in floats, on what is orthogonal to a unit vector.
fn greatest_singular<F: ProofField>(
    matrix: &[Vec<F>],
    beside: Option<&[f64]>,
    search: &Search,
) -> Result<Option<(f64, Vec<f64>)>, OutOfTime> {
    let project = |row: &Vec<F>| -> Vec<f64> {
        let row: Vec<f64> = row.iter().map(F::to_f64).collect();
        let Some(tie) = beside else { return row };
        let along: f64 = row.iter().zip(tie).map(|(x, t)| x * t).sum();
        row.iter().zip(tie).map(|(x, t)| x - along * t).collect()
    };
    let rows: Vec<Vec<f64>> = matrix.iter().map(project).collect();
    let dimension = rows.first().map_or(0, Vec::len);
    let entry = |i: usize, j: usize| rows.iter().map(|row| row[i] * row[j]).sum();
    let square: Vec<Vec<f64>> = (0..dimension).map(|i| (0..dimension).map(|j| entry(i, j)).collect()).collect();
    let Some(mut eigen) = symmetric_eigen(&square, search.deadline())? else { return Ok(None) };
    Ok(eigen.values.pop().zip(eigen.vectors.pop()).map(|(value, vector)| (value.max(0.0).sqrt(), vector)))
}

/// Whether `1 - Z^T Z` has no negative eigenvalue, exactly.
fn is_contraction<F: OrderedField>(matrix: &[Vec<F>]) -> bool {
    let dimension = matrix.first().map_or(0, Vec::len);
    let mut rest = SymmetricMatrix::identity(dimension);
    for i in 0..dimension {
        for j in i..dimension {
            let product = matrix.iter().fold(F::zero(), |sum, row| sum + &(row[i].clone() * &row[j]));
            rest.add(i, j, &-product);
        }
    }
    !matches!(rest.definiteness(), Definiteness::Indefinite { .. })
}

fn on_grid<F: ProofField>(vector: &[f64]) -> Vec<F> {
    let place = |x: &f64| F::ratio((x / GRID).round() as i64, (1.0 / GRID) as i64).unwrap_or_else(F::zero);
    vector.iter().map(place).collect()
}
