//! The cells of the method `cells`, in the order in which `Cells.v` enumerates patterns.

use super::syntax::{Numbers, list};
use crate::kernel::check::{Cell, Cells, Side};
use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::problem::Problem;

/// The multipliers of every cell.
pub fn global<F: OrderedField>(numbers: Numbers, evidence: &Cells<F>) -> String {
    ordered(numbers, evidence.cells.iter())
}

/// For each connection of the output, the multipliers of the cells next to its unit.
pub fn local<F: OrderedField>(problem: &Problem<F>, numbers: Numbers, evidence: &Cells<F>) -> String {
    let [_, output] = problem.network().layers() else { return "[]".into() };
    let support: Vec<usize> =
        evidence.multipliers.iter().enumerate().filter(|(_, m)| !m.is_zero()).map(|(i, _)| i).collect();
    let connections = output.incoming().iter().flatten();
    list(connections.map(|connection| {
        let weight = problem.point().layers()[1][connection.parameter].sign();
        let preactivation = |&sample: &usize| problem.traces()[sample].preactivations[0][connection.unit].sign();
        let signs: Vec<Sign> = [weight].into_iter().chain(support.iter().map(preactivation)).collect();
        let is_near = |cell: &&Cell<F>| {
            cell.unit == Some(connection.unit) && sides(cell).zip(&signs).all(|(side, sign)| agrees(side, *sign))
        };
        ordered(numbers, evidence.cells.iter().filter(is_near))
    }))
}

fn sides<F>(cell: &Cell<F>) -> impl Iterator<Item = Side> + '_ {
    [cell.sign].into_iter().chain(cell.pattern.iter().copied())
}

fn agrees(side: Side, sign: Sign) -> bool {
    match sign {
        Sign::Zero => true,
        Sign::Negative => side == Side::Negative,
        Sign::Positive => side == Side::Positive,
    }
}

fn ordered<'a, F: OrderedField>(numbers: Numbers, cells: impl Iterator<Item = &'a Cell<F>>) -> String {
    let mut cells: Vec<&Cell<F>> = cells.collect();
    cells.sort_by_key(|cell| sides(cell).collect::<Vec<_>>());
    list(cells.into_iter().map(|cell| numbers.list(&cell.multipliers)))
}
