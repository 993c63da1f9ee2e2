//! The multipliers of samples without kinks, or with harmless ones, and choosing among them where they are not unique.

use crate::kernel::check::harmless::harmful_kink;
use crate::kernel::check::support::hessian;
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;
use crate::prove::deadline::OutOfTime;
use crate::prove::field::ProofField;
use crate::prove::free::{active_samples, flat, margin_gradient};
use crate::prove::linear_algebra::{dot, independent};
use crate::prove::lp::{LinearProgram, Relation, Sense};
use crate::prove::search::Search;

/// The polyhedron of multipliers `lambda >= 0` of such active samples with `sum lambda_i y_i g_i = theta~`, less what
/// was cut off since.
///
/// A condition on the Lagrangian's Hessian `H(lambda)` is convex in the multipliers, and one direction `v` in which it fails cuts
/// off, by the linear inequality `v^T H(lambda) v >= 0`, all the multipliers for which it fails there (Kelley's cutting planes).
#[derive(Clone, Debug)]
pub struct Multipliers<'a, F> {
    problem: &'a Problem<F>,
    scope: Scope,
    samples: Vec<usize>,
    gradients: Vec<Vec<F>>,
    /// `coefficients . lambda <= bound`
    cuts: Vec<(Vec<F>, F)>,
}

/// Which point of the polyhedron is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A vertex: few samples, short numbers.
    Vertex,
    /// Away from all the inequalities that can be strict.
    Interior,
    /// As much as can be on one sample, which is named by its place among those that may support.
    Most(usize),
}

impl<'a, F: ProofField> Multipliers<'a, F> {
    /// The multipliers of samples without kinks.
    pub fn smooth(problem: &'a Problem<F>, scope: Scope) -> Self {
        Self::of(problem, scope, |sample| problem.kinks(sample, scope).is_empty())
    }

    /// Those of samples all of whose kinks are harmless, with gradients of the slopes in the problem's traces.
    pub fn harmless(problem: &'a Problem<F>, scope: Scope) -> Self {
        Self::of(problem, scope, |sample| harmful_kink(problem, sample, scope).is_none())
    }

    /// Those of all active samples, with gradients of the slopes in the problem's traces: whether kinks allow them is for others to say.
    pub fn of_traces(problem: &'a Problem<F>, scope: Scope) -> Self {
        Self::of(problem, scope, |_| true)
    }

    fn of(problem: &'a Problem<F>, scope: Scope, may_support: impl Fn(usize) -> bool) -> Self {
        let samples: Vec<usize> = active_samples(problem).into_iter().filter(|sample| may_support(*sample)).collect();
        let gradient = |&sample: &usize| margin_gradient(problem, scope, sample, &problem.traces()[sample].slopes);
        let gradients = samples.iter().map(gradient).collect();
        Multipliers { problem, scope, samples, gradients, cuts: Vec::new() }
    }

    /// The problem.
    pub fn problem(&self) -> &'a Problem<F> {
        self.problem
    }

    /// The free layers.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The gradients `y_i g_i` of the samples whose multiplier is positive in `multipliers` (one a sample of the dataset).
    pub fn gradients(&self, multipliers: &[F]) -> Vec<Vec<F>> {
        let terms = self.samples.iter().zip(&self.gradients);
        terms.filter(|(sample, _)| !multipliers[**sample].is_zero()).map(|(_, gradient)| gradient.clone()).collect()
    }

    /// Whether there is at most one choice.
    pub fn is_unique(&self, search: &Search) -> bool {
        independent(&self.gradients, search.deadline()).is_ok_and(|chosen| chosen.len() == self.samples.len())
    }

    /// How many samples may support.
    pub fn count(&self) -> usize {
        self.samples.len()
    }

    /// Some multipliers, one a sample of the dataset; `None` if there are none.
    ///
    /// # Errors
    /// [`OutOfTime`] if there was no time to find out.
    pub fn choose(&self, choice: Choice, search: &Search) -> Result<Option<Vec<F>>, OutOfTime> {
        let mut program = LinearProgram::new(Sense::Maximise);
        for place in 0..self.samples.len() {
            program.add_non_negative(if choice == Choice::Most(place) { F::one() } else { F::zero() });
        }
        let target = flat(self.problem.point(), self.scope);
        for (row, target) in target.into_iter().enumerate() {
            let entries = self.gradients.iter().map(|gradient| gradient[row].clone());
            program.add_row(entries.enumerate(), Relation::Equal, target);
        }
        let cut = |program: &mut LinearProgram<F>, (coefficients, bound): &(Vec<F>, F), slack: Option<usize>| {
            let slack = slack.map(|slack| (slack, F::one()));
            program.add_row(coefficients.iter().cloned().enumerate().chain(slack), Relation::AtMost, bound.clone());
        };
        if choice != Choice::Interior {
            self.cuts.iter().for_each(|c| cut(&mut program, c, None));
        } else {
            // Every inequality has a slack, which counts up to a limit, so that all get some where they can.
            let limit = self.slack_limit();
            for variable in 0..self.samples.len() {
                let slack = program.add_variable(Some(F::zero()), Some(limit.clone()), F::one());
                program.add_row([(variable, F::one()), (slack, -F::one())], Relation::AtLeast, F::zero());
            }
            for c in &self.cuts {
                let slack = program.add_variable(Some(F::zero()), Some(F::one()), F::one());
                cut(&mut program, c, Some(slack));
            }
        }
        let point = program.solve(search.deadline()).point()?;
        Ok(point.map(|point| {
            let mut multipliers = vec![F::zero(); self.problem.samples().len()];
            self.samples.iter().zip(point).for_each(|(sample, value)| multipliers[*sample] = value);
            multipliers
        }))
    }

    /// The same; where there are none, or no time, these words go into the search's diary.
    pub fn chosen(&self, choice: Choice, none: &str, out_of_time: &str, search: &mut Search) -> Option<Vec<F>> {
        match self.choose(choice, search) {
            Ok(Some(multipliers)) => return Some(multipliers),
            Ok(None) => search.tried(none),
            Err(OutOfTime) => search.tried(out_of_time),
        }
        None
    }

    /// Whether the margins of all these samples keep their value to first order along `direction`.
    pub fn are_constant_along(&self, direction: &[F]) -> bool {
        self.gradients.iter().all(|gradient| dot(gradient, direction).is_zero())
    }

    /// Half of the average multiplier, about, as a short number.
    fn slack_limit(&self) -> F {
        let layers = if self.scope == Scope::All { self.problem.network().depth() } else { 1 };
        let average =
            self.problem.point().norm_squared(self.scope).to_f64() / (layers * self.samples.len().max(1)) as f64;
        F::near(average / 2.0, average / 4.0).unwrap_or_else(F::one)
    }

    /// Cuts off the multipliers for which the Hessian is negative along `direction` (flat, over the free parameters).
    pub fn cut_off(&mut self, direction: &[F]) {
        // v^T H v = v.v - sum lambda_i q_i, with q_i read off the Hessian of the i-th unit multiplier.
        let norm_squared = dot(direction, direction);
        let curvature = |&sample: &usize| {
            let mut multipliers = vec![F::zero(); self.problem.samples().len()];
            multipliers[sample] = F::one();
            let matrix = hessian(self.problem, self.scope, &multipliers);
            let mut value = norm_squared.clone();
            for (i, a) in direction.iter().enumerate().filter(|(_, a)| !a.is_zero()) {
                for (j, b) in direction.iter().enumerate().filter(|(_, b)| !b.is_zero()) {
                    value = value - &(matrix.get(i, j) * a * b);
                }
            }
            value
        };
        let coefficients = self.samples.iter().map(curvature).collect();
        self.cuts.push((coefficients, norm_squared));
    }

    /// The Lagrangian's Hessian as rows.
    pub fn hessian(&self, multipliers: &[F]) -> Vec<Vec<F>> {
        let matrix = hessian(self.problem, self.scope, multipliers);
        let n = matrix.dimension();
        (0..n).map(|i| (0..n).map(|j| matrix.get(i, j)).collect()).collect()
    }
}
