//! The symmetries of a network: permutations of hidden units and inputs and flips of input signs that its wiring allows.

use crate::kernel::exact::Rational;
use crate::kernel::network::Network;

/// A permutation with signs: entry `i` goes to place `to[i].0`, times `to[i].1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedPermutation {
    to: Vec<(usize, i64)>,
}

impl SignedPermutation {
    /// The image of a vector.
    pub fn apply(&self, vector: &[i64], image: &mut Vec<i64>) {
        image.clear();
        image.resize(vector.len(), 0);
        for (&(place, sign), entry) in self.to.iter().zip(vector) {
            image[place] = sign * entry;
        }
    }
}

/// A symmetry `g`: `Phi(g theta; g x) = Phi(theta; x)` for all points and samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symmetry {
    /// What it does to the parameters, the last layer's first.
    pub point: SignedPermutation,
    /// What it does to a sample.
    pub sample: SignedPermutation,
}

/// Where each layer's parameters begin in a list that starts with the last layer.
pub fn offsets(network: &Network<Rational>) -> Vec<usize> {
    let mut offsets = vec![0; network.depth()];
    for l in (0..network.depth() - 1).rev() {
        offsets[l] = offsets[l + 1] + network.layers()[l + 1].parameters();
    }
    offsets
}

/// All symmetries of a network, the identity among them.
pub fn symmetries(network: &Network<Rational>) -> Vec<Symmetry> {
    let inputs = network.inputs();
    let widths = network.layers()[..network.depth() - 1].iter().map(|layer| layer.outputs());
    let choices: Vec<Vec<Vec<usize>>> = widths.map(permutations).collect();
    let mut found = Vec::new();
    for order in permutations(inputs) {
        for flips in 0..1u32 << inputs {
            let sign = |input: usize| if flips >> input & 1 == 1 { -1 } else { 1 };
            let sample = order.iter().enumerate().map(|(input, &place)| (place, sign(input))).collect();
            let sample = SignedPermutation { to: sample };
            let mut units = vec![0; choices.len()];
            loop {
                let chosen: Vec<&[usize]> = units.iter().zip(&choices).map(|(&k, list)| list[k].as_slice()).collect();
                if let Some(point) = parameters(network, &sample, &chosen) {
                    found.push(Symmetry { point, sample: sample.clone() });
                }
                if !advance(&mut units, |layer| choices[layer].len()) {
                    break;
                }
            }
        }
    }
    found
}

/// The permutation of the parameters that goes with one of the inputs and the hidden units, if the wiring allows it.
fn parameters(
    network: &Network<Rational>,
    sample: &SignedPermutation,
    units: &[&[usize]],
) -> Option<SignedPermutation> {
    let offsets = offsets(network);
    let mut to: Vec<Option<(usize, i64)>> = vec![None; network.parameter_count()];
    for (l, layer) in network.layers().iter().enumerate() {
        for (output, row) in layer.incoming().iter().enumerate() {
            let image = units.get(l).map_or(output, |units| units[output]);
            let image_row = &layer.incoming()[image];
            if image_row.len() != row.len() {
                return None;
            }
            for connection in row {
                let (input, sign) = match l {
                    0 => sample.to[connection.unit],
                    _ => (units[l - 1][connection.unit], 1),
                };
                let target = image_row.iter().find(|other| other.unit == input)?;
                let target = (offsets[l] + target.parameter, sign);
                match &mut to[offsets[l] + connection.parameter] {
                    Some(earlier) if *earlier != target => return None,
                    entry => *entry = Some(target),
                }
            }
        }
    }
    // Connections go to connections one to one, so a shared parameter cannot split, but two could meet.
    let to: Vec<(usize, i64)> = to.into_iter().collect::<Option<_>>()?;
    let mut reached = vec![false; to.len()];
    to.iter().for_each(|&(place, _)| reached[place] = true);
    reached.iter().all(|&reached| reached).then_some(SignedPermutation { to })
}

/// All permutations of `0..length`.
pub fn permutations(length: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for next in 0..length {
        let insert = |shorter: Vec<usize>| {
            (0..=shorter.len()).map(move |place| {
                let mut longer = shorter.clone();
                longer.insert(place, next);
                longer
            })
        };
        all = all.into_iter().flat_map(insert).collect();
    }
    all
}

/// The next list of digits, the last the fastest; false after the last one.
pub fn advance(digits: &mut [usize], base: impl Fn(usize) -> usize) -> bool {
    for place in (0..digits.len()).rev() {
        digits[place] += 1;
        if digits[place] < base(place) {
            return true;
        }
        digits[place] = 0;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::network::{Activation, Weights};

    fn count(inputs: usize, hidden: &[Weights]) -> usize {
        let layers = hidden.iter().cloned().map(|weights| (weights, Activation::Relu));
        let last = (Weights::Dense { outputs: 1 }, Activation::Linear);
        symmetries(&Network::new(inputs, layers.chain([last]).collect()).expect("a network")).len()
    }

    #[test]
    fn groups_have_their_order() {
        // Signed permutations of the inputs, permutations of the units.
        assert_eq!(count(2, &[Weights::Dense { outputs: 3 }]), 8 * 6);
        assert_eq!(count(2, &[Weights::Dense { outputs: 2 }, Weights::Dense { outputs: 2 }]), 8 * 4);
        // The units move with the inputs.
        assert_eq!(count(3, &[Weights::Diagonal, Weights::Diagonal]), 48);
        // The patches can be exchanged; the places of the window too, in both at once, and their signs.
        let patches = vec![vec![0, 1], vec![2, 3]];
        assert_eq!(count(4, &[Weights::Convolution { patches, filters: 1 }]), 2 * 2 * 4);
        // Overlapping windows can only be reversed, and all signs flipped.
        let patches = vec![vec![0, 1], vec![1, 2]];
        assert_eq!(count(3, &[Weights::Convolution { patches, filters: 1 }]), 2 * 2);
        let entries = vec![vec![Some(0), Some(1)], vec![None, Some(2)]];
        assert_eq!(count(2, &[Weights::Template { entries }]), 4);
    }

    #[test]
    fn symmetries_leave_the_network_alone() {
        let layers = vec![
            (Weights::Dense { outputs: 2 }, Activation::Relu),
            (Weights::Dense { outputs: 2 }, Activation::Relu),
            (Weights::Dense { outputs: 1 }, Activation::Linear),
        ];
        let network = Network::new(2, layers).expect("a network");
        let point = [2, -1, 3, 1, -2, 4, 1, 5, -3, 2];
        let offsets = offsets(&network);
        let output = |flat: &[i64], x: &[i64]| {
            let layers = network.layers().iter().enumerate().map(|(l, layer)| {
                flat[offsets[l]..][..layer.parameters()].iter().map(|&n| Rational::from(n)).collect::<Vec<_>>()
            });
            let x: Vec<Rational> = x.iter().map(|&n| Rational::from(n)).collect();
            network.trace_at(&layers.collect::<Vec<_>>(), &x).output()
        };
        let (mut image, mut sample) = (Vec::new(), Vec::new());
        for symmetry in symmetries(&network) {
            symmetry.point.apply(&point, &mut image);
            for x in [[1, 2], [-3, 1], [2, -5]] {
                symmetry.sample.apply(&x, &mut sample);
                assert_eq!(output(&image, &sample), output(&point, &x));
            }
        }
    }
}
