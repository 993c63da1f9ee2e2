//! What the hidden units of a network of depth 2 read, and which of them share parameters.

use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;

/// What a unit reads of a sample, parameter by parameter.
pub fn read<F: ProofField>(problem: &Problem<F>, sample: usize, unit: usize) -> Vec<F> {
    let hidden = &problem.network().layers()[0];
    let mut read = vec![F::zero(); hidden.parameters()];
    for connection in &hidden.incoming()[unit] {
        let x = &problem.samples()[sample].x[connection.unit];
        read[connection.parameter] = read[connection.parameter].clone() + x;
    }
    read
}

/// Hidden units, and the parameters (layer, index) that they use.
type Group = (Vec<usize>, Vec<(usize, usize)>);

/// The hidden units, those that share a parameter together.
pub fn groups<F: ProofField>(problem: &Problem<F>) -> Vec<Vec<usize>> {
    let layers = problem.network().layers();
    let parameters = |unit: usize| -> Vec<(usize, usize)> {
        let incoming = layers[0].incoming()[unit].iter().map(|c| (0, c.parameter));
        incoming.chain(layers[1].outgoing()[unit].iter().map(|c| (1, c.parameter))).collect()
    };
    let mut groups: Vec<Group> = Vec::new();
    for unit in 0..layers[0].outputs() {
        let mut joined = (vec![unit], parameters(unit));
        let (touching, rest): (Vec<Group>, _) =
            groups.into_iter().partition(|(_, used)| used.iter().any(|p| joined.1.contains(p)));
        groups = rest;
        for (units, used) in touching {
            joined.0.extend(units);
            joined.1.extend(used);
        }
        joined.0.sort_unstable();
        groups.push(joined);
    }
    groups.into_iter().map(|(units, _)| units).collect()
}

/// The number `c` with `vector = c * direction`, both not 0.
pub fn ratio<F: ProofField>(vector: &[F], direction: &[F]) -> Option<F> {
    let place = direction.iter().position(|x| !x.is_zero())?;
    let ratio = vector[place].clone().over(&direction[place])?;
    (!ratio.is_zero() && direction.iter().zip(vector).all(|(x, y)| x.clone() * &ratio == *y)).then_some(ratio)
}
