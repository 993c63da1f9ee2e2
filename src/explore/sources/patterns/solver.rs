//! What solves the mixed-integer programs: the solver in Rust that [good_lp](good_lp) brings, or HiGHS with the feature `highs`.
//!
//! Both end after a number of nodes of the search tree: a limit in seconds would give other results on other machines.

use good_lp::variable::UnsolvedProblem;
use good_lp::{Constraint, SolverModel, Variable};

/// The most nodes of the search tree.
const NODES: u32 = 120;

/// The best solution that was found within the rows, and of it whether each of some binary variables is 1; nothing if none was found.
///
/// `places` are the variables with their places among all that were added to the program.
#[cfg(not(feature = "highs"))]
pub fn chosen(
    program: UnsolvedProblem,
    rows: Vec<Constraint>,
    places: impl Iterator<Item = (Variable, usize)>,
) -> Option<Vec<bool>> {
    let mut options = microlp::SolveOptions::default();
    options.node_limit = Some(u64::from(NODES));
    let mut model = program.using(good_lp::solvers::microlp::microlp);
    for row in rows {
        model.add_constraint(row);
    }
    // good_lp has no limit on nodes for this solver, and microlp's solution knows places only.
    let solution = model.as_inner().solve_with(options).ok()?.into_solution().ok()?;
    let values: Vec<f64> = solution.iter().map(|(_, value)| value).collect();
    Some(places.map(|(_, place)| values.get(place).is_some_and(|value| *value > 0.5)).collect())
}

/// As above.
#[cfg(feature = "highs")]
pub fn chosen(
    program: UnsolvedProblem,
    rows: Vec<Constraint>,
    places: impl Iterator<Item = (Variable, usize)>,
) -> Option<Vec<bool>> {
    use good_lp::Solution;
    let mut model = program.using(good_lp::solvers::highs::highs);
    model = model.set_threads(1).set_option("mip_max_nodes", NODES as i32);
    for row in rows {
        model.add_constraint(row);
    }
    let solution = model.solve().ok()?;
    Some(places.map(|(variable, _)| solution.value(variable) > 0.5).collect())
}
