//! Support vector machines on a few samples, exactly.

use crate::explore::sources::echelon::Echelon;
use crate::explore::sources::numbers::is_positive;
use crate::kernel::exact::{Rational, Value};
use crate::prove::halt::is_halted;
use num_traits::{One, Zero};

/// The most vectors that are gone through: their subsets are.
pub const MOST: usize = 10;

/// The vector `u = sum mu_i z_i` of least norm with `u . z_i >= 1` for all `i`, with `mu >= 0`; there is none if no half-space holds
/// the vectors, or there are more than [`MOST`]. Goes through the sets of vectors on which `u . z_i = 1`, the small ones first.
pub fn support_vectors(vectors: &[Vec<Rational>]) -> Option<(Vec<Rational>, Vec<Rational>)> {
    if vectors.len() > MOST {
        return None;
    }
    let product = |a: &[Rational], b: &[Rational]| Rational::dot(a.iter().zip(b));
    let mut sets: Vec<u32> = (1..1u32 << vectors.len()).collect();
    sets.sort_by_key(|set| set.count_ones());
    sets.into_iter().take_while(|_| !is_halted()).find_map(|set| {
        let members: Vec<usize> = (0..vectors.len()).filter(|place| set >> place & 1 == 1).collect();
        let mut system = Echelon::new(members.len());
        for &i in &members {
            let row = members.iter().map(|&j| product(&vectors[i], &vectors[j])).chain([Rational::one()]);
            system.insert(row.collect())?;
        }
        if !system.free().is_empty() {
            return None;
        }
        let solution = system.solution(&[]);
        if !solution.iter().all(is_positive) {
            return None;
        }
        let mut machine = vec![Rational::zero(); vectors[0].len()];
        let mut weights = vec![Rational::zero(); vectors.len()];
        for (&member, weight) in members.iter().zip(solution) {
            machine.iter_mut().zip(&vectors[member]).for_each(|(sum, entry)| sum.add_product(&weight, entry));
            weights[member] = weight;
        }
        let separates = vectors.iter().all(|vector| product(&machine, vector) >= Rational::one());
        separates.then_some((machine, weights))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn support_vectors_are_those_of_least_norm() {
        let vectors = |rows: &[&[i64]]| -> Vec<Vec<Rational>> {
            rows.iter().map(|row| row.iter().map(|&n| Rational::from(n)).collect()).collect()
        };
        let numbers = |list: &[Rational]| list.iter().map(Rational::to_string).collect::<Vec<_>>().join(" ");
        let (machine, weights) = support_vectors(&vectors(&[&[1, 1], &[-1, 1], &[0, 3]])).expect("separable");
        assert_eq!((numbers(&machine), numbers(&weights)), ("0 1".into(), "1/2 1/2 0".into()));
        let (machine, _) = support_vectors(&vectors(&[&[3, 4], &[6, 9]])).expect("separable");
        assert_eq!(numbers(&machine), "3/25 4/25");
        assert!(support_vectors(&vectors(&[&[1, 0], &[-1, 0]])).is_none());
        assert!(support_vectors(&vectors(&[&[0, 0]])).is_none());
    }
}
