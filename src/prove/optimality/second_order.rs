//! The second-order sufficient condition, with the penalty found.

use std::collections::BTreeMap;

use super::multipliers::{Choice, Multipliers};
use crate::kernel::check::along::leaving;
use crate::kernel::check::second_order::with_slopes;
use crate::kernel::check::support::{add_square, gradients, hessian};
use crate::kernel::check::symmetry::rotations;
use crate::kernel::check::{Kkt, SecondOrder};
use crate::kernel::exact::{Definiteness, Sign};
use crate::kernel::network::{Scope, Unit};
use crate::kernel::problem::Problem;
use crate::prove::curvature::{Curvature, curvature, restrict};
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::nullspace;
use crate::prove::search::Search;

type Slopes<F> = BTreeMap<(usize, Unit), F>;

/// Rounds of cutting planes before giving up.
const ROUNDS: usize = 30;
/// The penalties tried are 0 and the powers of 2 below this exponent.
const PENALTIES: u32 = 40;

const OUT_OF_TIME: &str = "`second_order`, stopped by the time limit";

/// Multipliers of samples whose kinks are harmless with the slopes given, and a penalty that makes the Hessian positive definite.
///
/// First the Hessian must be positive definite on the tangent space of the supporting constraints; then a penalty exists (Finsler).
pub fn second_order<F: ProofField>(
    problem: &Problem<F>,
    scope: Scope,
    mut slopes: Slopes<F>,
    search: &mut Search,
) -> Option<SecondOrder<F>> {
    let problem = with_slopes(problem, &slopes).ok()?;
    let found = at_slopes(&Multipliers::harmless(&problem, scope), search)?;
    slopes.retain(|(sample, _), _| !found.multipliers[*sample].is_zero());
    Some(SecondOrder { slopes, ..found })
}

/// For each kink of a supporting sample the average of the slopes that the evidence of a KKT point selects, unless it is that of the
/// negative side. Curves on which its preactivation stays 0 say nothing of a kink.
pub fn average_slopes<F: ProofField>(problem: &Problem<F>, scope: Scope, kkt: &Kkt<F>) -> Slopes<F> {
    let mut sums: BTreeMap<(usize, Unit), (F, F)> = BTreeMap::new();
    for (&sample, terms) in &kkt.selections {
        for term in terms {
            let (after, _) = leaving(problem, scope, sample, &term.toward);
            for unit in problem.kinks(sample, scope) {
                if after.preactivations[unit.layer][unit.unit].lowest().is_some() {
                    let (sum, weights) = sums.entry((sample, unit)).or_insert_with(|| (F::zero(), F::zero()));
                    sum.add_product(&term.weight, &after.slopes[unit.layer][unit.unit]);
                    *weights = weights.clone() + &term.weight;
                }
            }
        }
    }
    let averages = sums.into_iter().filter_map(|(kink, (sum, weights))| Some((kink, sum.over(&weights)?)));
    averages.filter(|((_, unit), average)| *average != problem.network().slope(*unit, Sign::Negative)).collect()
}

fn at_slopes<F: ProofField>(smooth: &Multipliers<F>, search: &mut Search) -> Option<SecondOrder<F>> {
    // The more samples support the point the smaller the tangent space.
    let none = "`second_order`: there are no multipliers on samples whose kinks are harmless";
    let mut multipliers = smooth.chosen(Choice::Interior, none, OUT_OF_TIME, search)?;
    let unique = smooth.is_unique(search);
    let (mut remaining, mut are_necessary) = (smooth.clone(), true);
    // Rotations of units into one another are left out of account first, as the optimum is strict where that will do.
    let mut symmetry = false;
    for _ in 0..ROUNDS {
        let directions = match on_tangent_space(&remaining, &multipliers, symmetry, search.deadline()) {
            Ok((Curvature::Positive, _)) => {
                let penalty = penalty(&remaining, &multipliers, symmetry, search);
                if penalty.is_none() {
                    search.tried(match search.check() {
                        Ok(()) => "`second_order`: the penalty needed is beyond the range",
                        Err(OutOfTime) => OUT_OF_TIME,
                    });
                }
                let slopes = Slopes::new();
                return penalty.map(|penalty| SecondOrder { multipliers, penalty, symmetry, slopes });
            }
            Ok((Curvature::Negative(direction), basis)) => vec![combine(&basis, &direction)],
            Ok((Curvature::Flat(_), _)) if !symmetry && smooth.scope() == Scope::All => {
                symmetry = true;
                continue;
            }
            Ok((Curvature::Flat(directions), basis)) => directions.iter().map(|d| combine(&basis, d)).collect(),
            Err(OutOfTime) => {
                search.tried(OUT_OF_TIME);
                return None;
            }
        };
        if unique {
            search.tried("`second_order`: the Hessian is not positive definite on the tangent space");
            return None;
        }
        // With other multipliers more samples may support the point, and the direction is then none of the tangent space.
        are_necessary &= directions.iter().all(|direction| remaining.are_constant_along(direction));
        directions.iter().for_each(|direction| remaining.cut_off(direction));
        match remaining.choose(Choice::Interior, search) {
            Ok(Some(chosen)) if chosen != multipliers => multipliers = chosen,
            outcome => {
                search.tried(match outcome {
                    Err(OutOfTime) => OUT_OF_TIME,
                    Ok(None) if are_necessary => {
                        "`second_order`: for no multipliers on samples whose kinks are harmless is the Hessian positive definite on the tangent space"
                    }
                    Ok(_) => "`second_order`: cutting planes find no multipliers for which the Hessian is positive definite on the tangent space",
                });
                return None;
            }
        }
    }
    search.tried(format!("`second_order`: {ROUNDS} rounds of cutting planes leave the multipliers open"));
    None
}

type OnTangentSpace<F> = (Curvature<F>, Vec<Vec<F>>);

/// The curvature of the Hessian on the tangent space of the supporting constraints, and a basis of that space; with
/// `symmetry`, on what of it is orthogonal to rotations of units into one another.
fn on_tangent_space<F: ProofField>(
    smooth: &Multipliers<F>,
    multipliers: &[F],
    symmetry: bool,
    deadline: Deadline,
) -> Result<OnTangentSpace<F>, OutOfTime> {
    let matrix = deadline.bounded(|| smooth.hessian(multipliers))?;
    let mut normals = smooth.gradients(multipliers);
    if symmetry {
        normals.extend(deadline.bounded(|| rotations(smooth.problem(), multipliers).collect::<Vec<_>>())?);
    }
    let basis = nullspace(&normals, matrix.len(), deadline)?.basis;
    let reduced = restrict(&matrix, &basis, deadline)?;
    Ok((curvature(&reduced, deadline)?, basis))
}

fn combine<F: ProofField>(basis: &[Vec<F>], weights: &[F]) -> Vec<F> {
    let mut sum = vec![F::zero(); basis.first().map_or(0, Vec::len)];
    for (vector, weight) in basis.iter().zip(weights) {
        sum.iter_mut().zip(vector).for_each(|(s, v)| s.add_product(weight, v));
    }
    sum
}

/// The least of the penalties 0, 1, 2, 4, ... that makes the penalised Hessian positive definite.
fn penalty<F: ProofField>(smooth: &Multipliers<F>, multipliers: &[F], symmetry: bool, search: &Search) -> Option<F> {
    let deadline = search.deadline();
    let prepare = || {
        let gradients = gradients(smooth.problem(), smooth.scope(), multipliers);
        let mut matrix = hessian(smooth.problem(), smooth.scope(), multipliers);
        if symmetry {
            rotations(smooth.problem(), multipliers).for_each(|t| add_square(&mut matrix, &t, &F::one()));
        }
        (gradients, matrix)
    };
    let (gradients, plain) = deadline.bounded(prepare).ok()?;
    let is_enough = |penalty: &F| {
        let mut matrix = plain.clone();
        for gradient in gradients.iter().filter(|_| !penalty.is_zero()) {
            add_square(&mut matrix, gradient, penalty);
        }
        matrix.definiteness() == Definiteness::PositiveDefinite
    };
    for penalty in std::iter::once(F::zero()).chain((0..PENALTIES).map(|exponent| F::integer(1 << exponent))) {
        if deadline.bounded(|| is_enough(&penalty)).ok()? {
            return Some(penalty);
        }
    }
    None
}
