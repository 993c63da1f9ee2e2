//! Programs over cones in floats, solved by `clarabel`.

use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus, SupportedConeT};

/// Minimises `1/2 x . P x + q . x` subject to `b - A x` lying in a product of cones.
pub(super) struct ConeProgram {
    /// `P`, its upper triangle.
    pub(super) quadratic: CscMatrix<f64>,
    /// `q`
    pub(super) linear: Vec<f64>,
    /// `A`
    pub(super) constraints: CscMatrix<f64>,
    /// `b`
    pub(super) bounds: Vec<f64>,
    /// The cones, row by row.
    pub(super) cones: Vec<SupportedConeT<f64>>,
}

impl ConeProgram {
    /// `x` and the multipliers of the rows, or nothing where the solver comes to no use.
    pub(super) fn solved(&self, tolerance: f64) -> Option<(Vec<f64>, Vec<f64>)> {
        let mut settings = DefaultSettings::<f64> { verbose: false, ..DefaultSettings::default() };
        (settings.tol_gap_abs, settings.tol_gap_rel, settings.tol_feas) = (tolerance, tolerance, tolerance);
        let ConeProgram { quadratic, linear, constraints, bounds, cones } = self;
        let mut solver = DefaultSolver::new(quadratic, linear, constraints, bounds, cones, settings).ok()?;
        solver.solve();
        let solution = solver.solution;
        let is_usable = matches!(
            solution.status,
            SolverStatus::Solved | SolverStatus::AlmostSolved | SolverStatus::InsufficientProgress
        );
        let is_finite = solution.x.iter().chain(&solution.z).all(|value| value.is_finite());
        (is_usable && is_finite).then_some((solution.x, solution.z))
    }
}
