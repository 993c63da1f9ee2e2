//! Gradient flow along a ray: the evidence of `flow_converges`.
//!
//! The ray is the point itself. Where no sample has a kink it starts from the origin. Otherwise an offset, found by a linear program,
//! keeps every kink on one side: to first order in the offset it leaves all margins equal and the gradient along the ray.

use super::deadline::OutOfTime;
use super::field::ProofField;
use super::free::{flat, margin_gradient, shaped};
use super::linear_algebra::quotient;
use super::lp::{LinearProgram, Outcome, Relation, Sense};
use super::search::Search;
use super::tangents::preactivation_derivatives;
use crate::kernel::check::{self, FlowConverges};
use crate::kernel::exact::{Sign, SymmetricMatrix};
use crate::kernel::network::{Curve, Parameters, Scope, Trace, Unit, subtract_hessians};
use crate::kernel::problem::Problem;

/// Choices of sides tried at random, beyond the regular ones.
const TRIALS: usize = 40;
/// The starts tried are the powers of 2 up to this exponent.
const STARTS: u32 = 12;

/// Looks for a ray of the point's direction on which gradient flow stays; what it returns has passed the checker.
///
/// This needs all margins equal, and equal multipliers: with others the flow is no straight line.
pub fn flow<F: ProofField>(problem: &Problem<F>, search: &mut Search) -> Option<FlowConverges<F>> {
    let samples = problem.samples().len();
    if let Some(other) = (1..samples).find(|&sample| problem.margin(sample) != problem.margin(0)) {
        let (margin, first) = (problem.margin(other), problem.margin(0));
        search.tried(format!(
            "flow on a straight line: there all samples keep one margin, but sample {other} has margin {margin}, sample 0 has {first}"
        ));
        return None;
    }
    let kinks: Vec<Vec<Unit>> = (0..samples).map(|sample| problem.kinks(sample, Scope::All)).collect();
    let mut stationary = false;
    for sides in choices_of_sides(problem, &kinks, search) {
        if search.check().is_err() {
            search.tried("flow on a straight line, stopped by the time limit");
            return None;
        }
        let pattern = Pattern { problem, kinks: &kinks, slopes: slopes(problem, &kinks, &sides), sides };
        let Some(kappa) = pattern.kappa() else {
            continue;
        };
        stationary = true;
        for free in [pattern.rows_of_kinks(), vec![true; problem.network().parameter_count()]] {
            let evidence = pattern.offset(&kappa, &free, search).and_then(|offset| pattern.evidence(offset, search));
            if evidence.is_some() {
                return evidence;
            }
        }
    }
    // The sides of kinks, and offsets, are tried and not exhausted.
    let leaves = "flow on a straight line: the gradient at the point leaves its direction";
    search.tried(match (search.check(), stationary, kinks.iter().all(Vec::is_empty)) {
        (Err(OutOfTime), ..) => "flow on a straight line, stopped by the time limit".into(),
        (_, true, _) => {
            "flow on a straight line: found no offset that keeps the kinks on one side and the gradient on the line"
                .into()
        }
        (_, false, true) => leaves.into(),
        (_, false, false) => format!("{leaves}, with the sides of the kinks that were tried"),
    });
    None
}

/// For each sample and each of its kinks, whether it lies on its positive side.
type Sides = Vec<Vec<bool>>;

/// All off; all on; on but in the last layer that has any; and at random.
fn choices_of_sides<F: ProofField>(problem: &Problem<F>, kinks: &[Vec<Unit>], search: &mut Search) -> Vec<Sides> {
    let by = |side: &mut dyn FnMut(&Unit) -> bool| -> Sides {
        kinks.iter().map(|units| units.iter().map(&mut *side).collect()).collect()
    };
    let mut choices = vec![by(&mut |_| false)];
    if kinks.iter().all(Vec::is_empty) {
        return choices;
    }
    let last = kinks.iter().flatten().map(|unit| unit.layer).max().unwrap_or(0);
    choices.push(by(&mut |unit| unit.layer < last));
    choices.push(by(&mut |_| true));
    for trial in 0..TRIALS {
        // Half of the trials give a unit the same side on all samples.
        let seeds: Vec<Vec<bool>> = problem
            .network()
            .layers()
            .iter()
            .map(|layer| (0..layer.outputs()).map(|_| search.random().coin()).collect())
            .collect();
        choices.push(by(&mut |unit| seeds[unit.layer][unit.unit] ^ (trial % 2 == 1 && search.random().coin())));
    }
    let mut distinct: Vec<Sides> = Vec::new();
    choices.into_iter().for_each(|sides| {
        if !distinct.contains(&sides) {
            distinct.push(sides)
        }
    });
    distinct
}

fn slopes<F: ProofField>(problem: &Problem<F>, kinks: &[Vec<Unit>], sides: &Sides) -> Vec<Vec<Vec<F>>> {
    let of = |sample: usize| super::free::slopes_with(problem, sample, &kinks[sample], &sides[sample]);
    (0..problem.samples().len()).map(of).collect()
}

/// The network with the kinks resolved to given sides.
struct Pattern<'a, F> {
    problem: &'a Problem<F>,
    kinks: &'a [Vec<Unit>],
    sides: Sides,
    /// By sample, layer and unit.
    slopes: Vec<Vec<Vec<F>>>,
}

impl<F: ProofField> Pattern<'_, F> {
    /// `kappa > 0` with `sum_i y_i g_i = kappa * theta~`, if there is one.
    fn kappa(&self) -> Option<F> {
        let point = flat(self.problem.point(), Scope::All);
        let mut sum = vec![F::zero(); point.len()];
        for (sample, slopes) in self.slopes.iter().enumerate() {
            let gradient = margin_gradient(self.problem, Scope::All, sample, slopes);
            sum.iter_mut().zip(gradient).for_each(|(s, g)| *s = std::mem::replace(s, F::zero()) + &g);
        }
        quotient(&sum, &point).filter(|kappa| kappa.sign() == Sign::Positive)
    }

    /// Which parameters are incoming weights of units with a kink.
    fn rows_of_kinks(&self) -> Vec<bool> {
        let network = self.problem.network();
        let mut free = Parameters::<F>::zero(network);
        for unit in self.kinks.iter().flatten() {
            for connection in &network.layers()[unit.layer].incoming()[unit.unit] {
                free.layers_mut()[unit.layer][connection.parameter] = F::one();
            }
        }
        free.iter().map(|entry| !entry.is_zero()).collect()
    }

    /// A short offset in the free parameters that, to first order, puts the kinks on their sides, keeps the margins equal and
    /// the gradient on the ray.
    fn offset(&self, kappa: &F, free: &[bool], search: &Search) -> Option<Parameters<F>> {
        let (problem, network) = (self.problem, self.problem.network());
        let dimension = network.parameter_count();
        if self.kinks.iter().all(Vec::is_empty) {
            return Some(Parameters::zero(network));
        }
        let mut program = LinearProgram::new(Sense::Minimise);
        for free in free {
            let limit = (!free).then(F::zero);
            program.add_variable(Some(F::zero()), limit.clone(), F::one());
            program.add_variable(Some(F::zero()), limit, F::one());
        }
        let growth = program.add_free(F::zero());
        let both = |form: &[F]| -> Vec<(usize, F)> {
            let terms = form.iter().enumerate().filter(|(_, entry)| !entry.is_zero());
            terms.flat_map(|(p, entry)| [(2 * p, entry.clone()), (2 * p + 1, -entry.clone())]).collect()
        };
        let mut matrix = SymmetricMatrix::new(dimension);
        let mut first: Option<Vec<F>> = None;
        for (sample, slopes) in self.slopes.iter().enumerate() {
            for (form, side) in preactivation_derivatives(problem, Scope::All, sample, &self.kinks[sample], slopes)
                .iter()
                .zip(&self.sides[sample])
            {
                if form.iter().any(|entry| !entry.is_zero()) {
                    let (relation, bound) =
                        if *side { (Relation::AtLeast, F::one()) } else { (Relation::AtMost, -F::one()) };
                    program.add_row(both(form), relation, bound);
                }
            }
            let gradient = margin_gradient(problem, Scope::All, sample, slopes);
            match &first {
                None => first = Some(gradient),
                Some(first) => {
                    let difference: Vec<F> = first.iter().zip(gradient).map(|(a, b)| a.clone() - &b).collect();
                    program.add_row(both(&difference), Relation::Equal, F::zero());
                }
            }
            let trace = Trace { slopes: slopes.clone(), ..problem.traces()[sample].clone() };
            let label = problem.samples()[sample].y.times(-F::one());
            subtract_hessians(&mut matrix, network, problem.point(), &[(label, &trace)]);
        }
        for (row, entry) in problem.point().iter().enumerate() {
            let form: Vec<F> = (0..dimension).map(|column| matrix.get(row, column)).collect();
            let share = (growth, -(entry.clone() * kappa));
            program.add_row(both(&form).into_iter().chain([share]), Relation::Equal, F::zero());
        }
        let Outcome::Optimal { primal, .. } = program.solve(search.deadline()) else {
            return None;
        };
        let offset: Vec<F> = primal[..2 * dimension].chunks(2).map(|parts| parts[0].clone() - &parts[1]).collect();
        Some(shaped(network, Scope::All, &offset))
    }

    /// Gives units that read nothing but zeros on the ray an input of their own, then looks for a start.
    fn evidence(&self, mut offset: Parameters<F>, search: &Search) -> Option<FlowConverges<F>> {
        let (problem, network) = (self.problem, self.problem.network());
        let ray = problem.point().clone();
        for _ in 0..network.parameter_count() {
            match self.vanishing(&offset) {
                None => break,
                Some((layer, parameter, change)) => {
                    let entry = &mut offset.layers_mut()[layer][parameter];
                    *entry = std::mem::replace(entry, F::zero()) + &change;
                }
            }
        }
        let starts = (0..STARTS).map(|exponent| F::integer(1 << exponent));
        let mut candidates = starts.map(|start| FlowConverges { offset: offset.clone(), ray: ray.clone(), start });
        let passes = |evidence: &FlowConverges<F>| check::check(problem, evidence).is_ok();
        candidates.find(|evidence| search.deadline().bounded(|| passes(evidence)) == Ok(true))
    }

    /// The first unit whose preactivation vanishes along the whole ray, and a change of a weight that reads something else.
    fn vanishing(&self, offset: &Parameters<F>) -> Option<(usize, usize, F)> {
        use crate::kernel::exact::Polynomial;
        let (problem, network) = (self.problem, self.problem.network());
        let parameters = Curve::new(vec![problem.point().clone()]).from_point(offset);
        for (sample, kinks) in self.kinks.iter().enumerate() {
            let x = problem.samples()[sample].x.iter().cloned().map(Polynomial::constant).collect();
            let leading = |p: &Polynomial<F>| p.coefficients().last().map_or(Sign::Zero, F::sign);
            let mut dead = None;
            let trace = network.trace(&parameters, x, |unit, preactivation| {
                let sign = leading(preactivation);
                if sign == Sign::Zero {
                    dead = dead.or(Some(unit));
                }
                Ok::<F, std::convert::Infallible>(network.slope(unit, sign))
            });
            let Ok(trace) = trace;
            let Some(unit) = dead else {
                continue;
            };
            let side = kinks.iter().position(|kink| *kink == unit).map(|place| self.sides[sample][place])?;
            let row = &network.layers()[unit.layer].incoming()[unit.unit];
            let input = row.iter().find(|c| leading(&trace.inputs[unit.layer][c.unit]) != Sign::Zero)?;
            let same = side == (leading(&trace.inputs[unit.layer][input.unit]) == Sign::Positive);
            return Some((unit.layer, input.parameter, if same { F::one() } else { -F::one() }));
        }
        None
    }
}
