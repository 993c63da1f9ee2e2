//! The symmetries of a network: permutations of hidden units and inputs, and flips of the signs of inputs, linear hidden units and the output, that its
//! wiring allows.

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

/// A symmetry `g`: `Phi(g theta; g x) = s Phi(theta; x)` for all points and samples, with a sign `s` that turns labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symmetry {
    /// What it does to the parameters, the last layer's first.
    pub point: SignedPermutation,
    /// What it does to a sample.
    pub sample: SignedPermutation,
    /// The sign of the output.
    pub output: i64,
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
    let signed = |units: usize, may_flip: bool| signed_permutations(units, if may_flip { units } else { 0 });
    // The last layer has one unit, which is linear.
    let of_units = network.layers().iter().map(|layer| signed(layer.outputs(), layer.activation().is_linear()));
    let choices: Vec<Vec<SignedPermutation>> =
        std::iter::once(signed(network.inputs(), true)).chain(of_units).collect();
    let mut found = Vec::new();
    let mut digits = vec![0; choices.len()];
    loop {
        let chosen: Vec<&SignedPermutation> = digits.iter().zip(&choices).map(|(&k, list)| &list[k]).collect();
        if let Some(point) = parameters(network, &chosen) {
            let output = chosen[network.depth()].to[0].1;
            found.push(Symmetry { point, sample: chosen[0].clone(), output });
        }
        if !advance(&mut digits, |place| choices[place].len()) {
            return found;
        }
    }
}

/// The permutations of a length with every choice of signs of the first `flipped` entries.
fn signed_permutations(length: usize, flipped: usize) -> Vec<SignedPermutation> {
    let sign = |flips: u32, entry: usize| if flips >> entry & 1 == 1 { -1 } else { 1 };
    let with = |order: &Vec<usize>, flips: u32| SignedPermutation {
        to: order.iter().enumerate().map(|(entry, &place)| (place, sign(flips, entry))).collect(),
    };
    let orders = permutations(length);
    orders.iter().flat_map(|order| (0..1u32 << flipped).map(move |flips| with(order, flips))).collect()
}

/// The permutation of the parameters that goes with those of the inputs and of each layer's units, if the wiring allows it.
fn parameters(network: &Network<Rational>, units: &[&SignedPermutation]) -> Option<SignedPermutation> {
    let offsets = offsets(network);
    let mut to: Vec<Option<(usize, i64)>> = vec![None; network.parameter_count()];
    for (l, layer) in network.layers().iter().enumerate() {
        for (output, row) in layer.incoming().iter().enumerate() {
            let (image, outer) = units[l + 1].to[output];
            let image_row = &layer.incoming()[image];
            if image_row.len() != row.len() {
                return None;
            }
            for connection in row {
                let (input, inner) = units[l].to[connection.unit];
                let target = image_row.iter().find(|other| other.unit == input)?;
                let target = (offsets[l] + target.parameter, outer * inner);
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

    fn count(inputs: usize, hidden: &[Weights], activation: Activation<Rational>) -> usize {
        let layers = hidden.iter().cloned().map(|weights| (weights, activation.clone()));
        let last = (Weights::Dense { outputs: 1 }, Activation::Linear);
        symmetries(&Network::new(inputs, layers.chain([last]).collect()).expect("a network")).len()
    }

    #[test]
    fn groups_have_their_order() {
        let relu = |inputs: usize, hidden: &[Weights]| count(inputs, hidden, Activation::Relu);
        let linear = |inputs: usize, hidden: &[Weights]| count(inputs, hidden, Activation::Linear);
        // Signed permutations of the inputs, permutations of the units, the sign of the output.
        assert_eq!(relu(2, &[Weights::Dense { outputs: 3 }]), 8 * 6 * 2);
        assert_eq!(linear(2, &[Weights::Dense { outputs: 3 }]), 8 * 48 * 2);
        assert_eq!(relu(2, &[Weights::Dense { outputs: 2 }, Weights::Dense { outputs: 2 }]), 8 * 4 * 2);
        // The units move with the inputs; their signs do so only by their own leave.
        assert_eq!(relu(3, &[Weights::Diagonal, Weights::Diagonal]), 48 * 2);
        assert_eq!(linear(3, &[Weights::Diagonal, Weights::Diagonal]), 48 * 8 * 8 * 2);
        // The patches can be exchanged; the places of the window too, in both at once, and their signs.
        let patches = vec![vec![0, 1], vec![2, 3]];
        let convolution = [Weights::Convolution { patches, filters: 1 }];
        assert_eq!(relu(4, &convolution), 2 * 2 * 4 * 2);
        // The signs of a patch and its unit may be flipped together.
        assert_eq!(linear(4, &convolution), 2 * 2 * 4 * 4 * 2);
        // Overlapping windows can only be reversed, and all signs flipped.
        let patches = vec![vec![0, 1], vec![1, 2]];
        assert_eq!(relu(3, &[Weights::Convolution { patches, filters: 1 }]), 2 * 2 * 2);
        let entries = vec![vec![Some(0), Some(1)], vec![None, Some(2)]];
        assert_eq!(relu(2, &[Weights::Template { entries }]), 4 * 2);
    }

    #[test]
    fn symmetries_leave_the_network_alone() {
        let layers = vec![
            (Weights::Dense { outputs: 2 }, Activation::Relu),
            (Weights::Dense { outputs: 2 }, Activation::Linear),
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
                assert_eq!(output(&image, &sample), output(&point, &x) * Rational::from(symmetry.output));
            }
        }
    }
}
