//! Small systems of linear equations over the rationals, equation by equation.

use crate::kernel::exact::{OrderedField, Rational, Value};
use crate::prove::halt::is_halted;
use num_traits::Zero;

/// Independent equations, each with a pivot variable that no later one has.
#[derive(Clone, Debug)]
pub struct Echelon {
    variables: usize,
    /// Pivot, and coefficients with the right-hand side last; the pivot's coefficient is 1.
    equations: Vec<(usize, Vec<Rational>)>,
    is_pivot: Vec<bool>,
}

impl Echelon {
    /// No equation yet.
    pub fn new(variables: usize) -> Self {
        Echelon { variables, equations: Vec::with_capacity(variables), is_pivot: vec![false; variables] }
    }

    /// Adds an equation, its right-hand side last. `None` if it contradicts those before, or the work is to end.
    pub fn insert(&mut self, mut equation: Vec<Rational>) -> Option<()> {
        for (pivot, earlier) in &self.equations {
            if is_halted() {
                return None;
            }
            if !equation[*pivot].is_zero() {
                let factor = -equation[*pivot].clone();
                for (entry, other) in equation.iter_mut().zip(earlier).filter(|(_, other)| !other.is_zero()) {
                    entry.add_product(&factor, other);
                }
            }
        }
        match equation.iter().position(|entry| !entry.is_zero()) {
            None => {}
            Some(place) if place == self.variables => return None,
            Some(pivot) => {
                let inverse = equation[pivot].reciprocal()?;
                equation.iter_mut().filter(|entry| !entry.is_zero()).for_each(|entry| *entry *= &inverse);
                self.equations.push((pivot, equation));
                self.is_pivot[pivot] = true;
            }
        }
        Some(())
    }

    /// The variables that the equations leave free.
    pub fn free(&self) -> Vec<usize> {
        (0..self.variables).filter(|&variable| !self.is_pivot[variable]).collect()
    }

    /// The solution with these values of the free variables, in order.
    pub fn solution(&self, free: &[Rational]) -> Vec<Rational> {
        let mut solution = vec![Rational::zero(); self.variables];
        let mut values = free.iter();
        for (entry, _) in solution.iter_mut().zip(&self.is_pivot).filter(|(_, is_pivot)| !**is_pivot) {
            *entry = values.next().cloned().unwrap_or_else(Rational::zero);
        }
        for (pivot, equation) in self.equations.iter().rev() {
            // The pivot's own entry of the solution is still 0.
            let rest = Rational::dot(equation[..self.variables].iter().zip(&solution));
            solution[*pivot] = &equation[self.variables] - &rest;
        }
        solution
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(numbers: &[i64]) -> Vec<Rational> {
        numbers.iter().map(|&n| Rational::from(n)).collect()
    }

    #[test]
    fn contradictions_are_found() {
        let mut system = Echelon::new(2);
        assert_eq!(system.insert(row(&[1, 2, 3])), Some(()));
        assert_eq!(system.insert(row(&[2, 4, 6])), Some(()));
        assert_eq!(system.free(), [1]);
        assert_eq!(system.insert(row(&[2, 4, 7])), None);
    }

    proptest! {
        #[test]
        fn solutions_solve(
            matrix in prop::collection::vec(prop::collection::vec(-3i64..4, 4), 1..5),
            point in prop::collection::vec(-3i64..4, 4),
            free in prop::collection::vec(-5i64..6, 4),
        ) {
            // The right-hand side is made by a point, so there is a solution.
            let mut system = Echelon::new(4);
            let value = |row: &[i64]| row.iter().zip(&point).map(|(a, x)| a * x).sum::<i64>();
            for numbers in &matrix {
                let mut equation = row(numbers);
                equation.push(Rational::from(value(numbers)));
                prop_assert!(system.insert(equation).is_some());
            }
            let solution = system.solution(&row(&free[..system.free().len()]));
            for numbers in &matrix {
                prop_assert_eq!(Rational::dot(row(numbers).iter().zip(&solution)), Rational::from(value(numbers)));
            }
            let free_now: Vec<_> = system.free().into_iter().map(|variable| solution[variable].clone()).collect();
            prop_assert_eq!(&free_now, &row(&free[..free_now.len()]));
        }
    }
}
