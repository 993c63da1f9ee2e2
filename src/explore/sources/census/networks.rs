//! Every network within bounds, once up to the order of inputs and units.

use super::symmetry::{advance, permutations};
use crate::explore::bounds::{ActivationKind, Architecture, Bounds};
use crate::explore::facts::structure::Parts;
use crate::explore::sources::shapes::{activations, both, convolutions, patches};
use crate::kernel::exact::Rational;
use crate::kernel::network::{Activation, Network, Weights};

/// For each output, which inputs it reads.
type Mask = Vec<Vec<bool>>;

/// The networks of the bounds that meet their condition: by architecture, then depth, then size, then activation.
pub fn networks(bounds: &Bounds) -> Vec<Network<Rational>> {
    let mut networks = Vec::new();
    for architecture in &bounds.architectures {
        for depth in bounds.depth.clone().filter(|depth| *depth >= 2) {
            let activations = assignments(depth - 1, bounds);
            for (inputs, hidden) in wirings(*architecture, depth, bounds) {
                networks.extend(activations.iter().filter_map(|activations| network(inputs, &hidden, activations)));
            }
        }
    }
    networks.retain(|network| bounds.meets_condition(Parts::network(network)));
    networks
}

/// Every choice of an activation for each hidden layer.
fn assignments(hidden: usize, bounds: &Bounds) -> Vec<Vec<Activation<Rational>>> {
    let of_a_layer = activations(bounds);
    let mut digits = vec![0; hidden];
    let mut all = Vec::new();
    if of_a_layer.is_empty() {
        return all;
    }
    loop {
        let chosen: Vec<_> = digits.iter().map(|&digit| of_a_layer[digit].clone()).collect();
        if bounds.activations.contains(&ActivationKind::of(&chosen)) {
            all.push(chosen);
        }
        if !advance(&mut digits, |_| of_a_layer.len()) {
            return all;
        }
    }
}

fn network(inputs: usize, hidden: &[Weights], activations: &[Activation<Rational>]) -> Option<Network<Rational>> {
    let hidden = hidden.iter().cloned().zip(activations.iter().cloned());
    let last = (Weights::Dense { outputs: 1 }, Activation::Linear);
    Network::new(inputs, hidden.chain([last]).collect()).ok()
}

/// Inputs and hidden layers.
fn wirings(architecture: Architecture, depth: usize, bounds: &Bounds) -> Vec<(usize, Vec<Weights>)> {
    let dense =
        |widths: &[usize]| -> Vec<Weights> { widths.iter().map(|&outputs| Weights::Dense { outputs }).collect() };
    match architecture {
        Architecture::Dense => {
            let all = bounds
                .inputs
                .clone()
                .flat_map(|inputs| widths(depth - 1, bounds).into_iter().map(move |widths| (inputs, widths)));
            all.map(|(inputs, widths)| (inputs, dense(&widths))).collect()
        }
        Architecture::Diagonal => {
            let sizes = both(&bounds.inputs, &bounds.width).into_iter().flatten();
            sizes.map(|size| (size, vec![Weights::Diagonal; depth - 1])).collect()
        }
        Architecture::Convolution => {
            let mut all = Vec::new();
            for (inputs, length, stride, filters) in convolutions(bounds) {
                for widths in widths(depth - 2, bounds) {
                    let mut hidden = vec![Weights::Convolution { patches: patches(inputs, length, stride), filters }];
                    hidden.extend(dense(&widths));
                    all.push((inputs, hidden));
                }
            }
            all
        }
        Architecture::Sparse => {
            let mut all = Vec::new();
            for inputs in bounds.inputs.clone() {
                for widths in widths(depth - 1, bounds) {
                    let mut masks = sparse(inputs, &widths);
                    // Those are there already.
                    if bounds.architectures.contains(&Architecture::Diagonal) {
                        masks.retain(|masks| !masks.iter().all(is_diagonal));
                    }
                    all.extend(masks.into_iter().map(|masks| (inputs, masks.iter().map(template).collect())));
                }
            }
            all
        }
    }
}

/// All lists of widths.
fn widths(layers: usize, bounds: &Bounds) -> Vec<Vec<usize>> {
    let least = *bounds.width.start();
    let count = bounds.width.clone().count();
    let mut digits = vec![0; layers];
    let mut all = Vec::new();
    if count == 0 {
        return all;
    }
    loop {
        all.push(digits.iter().map(|digit| least + digit).collect());
        if !advance(&mut digits, |_| count) {
            return all;
        }
    }
}

/// All masks in which every unit reads something, not all of them full; one of each class under permutations.
fn sparse(inputs: usize, widths: &[usize]) -> Vec<Vec<Mask>> {
    let sizes: Vec<usize> = std::iter::once(inputs).chain(widths.iter().copied()).collect();
    // One digit a unit: the set of inputs that it reads, without the empty one.
    let rows: Vec<(usize, usize)> =
        widths.iter().enumerate().flat_map(|(layer, &width)| (0..width).map(move |unit| (layer, unit))).collect();
    let mut digits = vec![0; rows.len()];
    let mut all = Vec::new();
    loop {
        let mut masks: Vec<Mask> = vec![Vec::new(); widths.len()];
        for (&(layer, _), digit) in rows.iter().zip(&digits) {
            masks[layer].push((0..sizes[layer]).map(|input| (digit + 1) >> input & 1 == 1).collect());
        }
        let full = masks.iter().flatten().flatten().all(|reads| *reads);
        if !full && is_least(&masks, &sizes) {
            all.push(masks);
        }
        if !advance(&mut digits, |row| (1 << sizes[rows[row].0]) - 1) {
            return all;
        }
    }
}

/// Whether no permutation of the inputs and of each layer's units makes the masks smaller.
fn is_least(masks: &[Mask], sizes: &[usize]) -> bool {
    let orders: Vec<Vec<Vec<usize>>> = sizes.iter().map(|&size| permutations(size)).collect();
    let mut chosen = vec![0; sizes.len()];
    loop {
        let order: Vec<&Vec<usize>> = chosen.iter().zip(&orders).map(|(&k, list)| &list[k]).collect();
        let image = masks.iter().enumerate().map(|(layer, mask)| -> Mask {
            let (columns, rows) = (order[layer], order[layer + 1]);
            rows.iter().map(|&row| columns.iter().map(|&column| mask[row][column]).collect()).collect()
        });
        if image.collect::<Vec<_>>().as_slice() < masks {
            return false;
        }
        if !advance(&mut chosen, |place| orders[place].len()) {
            return true;
        }
    }
}

/// Whether every unit reads one unit, and every unit is read by one.
fn is_diagonal(mask: &Mask) -> bool {
    let read_by_one = |input: usize| mask.iter().filter(|row| row[input]).count() == 1;
    mask.iter().all(|row| row.iter().filter(|reads| **reads).count() == 1 && (0..row.len()).all(read_by_one))
}

/// The layer of a mask: parameters of its own for each connection.
fn template(mask: &Mask) -> Weights {
    let mut parameter = 0;
    let mut entry = |reads: &bool| {
        reads.then(|| {
            parameter += 1;
            parameter - 1
        })
    };
    Weights::Template { entries: mask.iter().map(|row| row.iter().map(&mut entry).collect()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many wirings there are up to order, by Burnside's lemma: the average number of those that a permutation leaves alone.
    fn orbits(inputs: usize, widths: &[usize]) -> usize {
        let sizes: Vec<usize> = std::iter::once(inputs).chain(widths.iter().copied()).collect();
        let orders: Vec<Vec<Vec<usize>>> = sizes.iter().map(|&size| permutations(size)).collect();
        let group: usize = orders.iter().map(Vec::len).product();
        let mut fixed = 0;
        let mut chosen = vec![0; sizes.len()];
        loop {
            let order: Vec<&Vec<usize>> = chosen.iter().zip(&orders).map(|(&k, list)| &list[k]).collect();
            let mut digits = vec![0; widths.iter().sum()];
            let layer = |unit: usize| {
                let mut first = 0;
                let mut layers = widths.iter().enumerate().map(|(layer, width)| {
                    first += width;
                    (layer, first - width, first)
                });
                layers.find(|&(_, _, end)| unit < end).expect("a unit of some layer")
            };
            loop {
                // Each digit is the set that a unit reads.
                let stays = (0..digits.len()).all(|unit| {
                    let (l, first, _) = layer(unit);
                    let image = first + order[l + 1][unit - first];
                    let moved = (0..sizes[l]).filter(|input| (digits[unit] + 1) >> input & 1 == 1);
                    moved.fold(0, |set, input| set | 1 << order[l][input]) == digits[image] + 1
                });
                fixed += usize::from(stays);
                if !advance(&mut digits, |unit| (1 << sizes[layer(unit).0]) - 1) {
                    break;
                }
            }
            if !advance(&mut chosen, |place| orders[place].len()) {
                return fixed / group;
            }
        }
    }

    #[test]
    fn sparse_wirings_come_once_up_to_order() {
        // Two units over two inputs: {a}{a}, {a}{b}, {a}{ab}, without {ab}{ab}.
        assert_eq!(sparse(2, &[2]).len(), 3);
        // One unit over three inputs: reads one, or two.
        assert_eq!(sparse(3, &[1]).len(), 2);
        let sizes: [(usize, &[usize]); 6] = [(2, &[2]), (3, &[2]), (2, &[3]), (3, &[3]), (2, &[2, 2]), (3, &[2, 1])];
        for (inputs, widths) in sizes {
            assert_eq!(sparse(inputs, widths).len() + 1, orbits(inputs, widths), "{inputs} {widths:?}");
        }
    }

    #[test]
    fn every_architecture_is_counted() {
        let bounds = Bounds { depth: 2..=3, inputs: 2..=3, width: 1..=2, height: 2, ..Bounds::default() };
        let count = |architecture| networks(&Bounds { architectures: vec![architecture], ..bounds.clone() }).len();
        // 3 activations for one hidden layer, 9 for two; 2 input sizes, 2 + 4 lists of widths.
        assert_eq!(count(Architecture::Dense), 2 * (2 * 3 + 4 * 9));
        assert_eq!(count(Architecture::Diagonal), 3 + 9);
        // Two patches of length 1 on 2 inputs, or of length 2 that overlap on 3; then nothing, or one of 2 widths.
        assert_eq!(count(Architecture::Convolution), 2 * (3 + 2 * 9));
        let widths = [vec![1], vec![2], vec![1, 1], vec![1, 2], vec![2, 1], vec![2, 2]];
        let sparse = widths
            .iter()
            .flat_map(|widths| [2, 3].map(|inputs| (orbits(inputs, widths) - 1) * 3usize.pow(widths.len() as u32)));
        assert_eq!(count(Architecture::Sparse), sparse.sum::<usize>());
        let mixed =
            Bounds { architectures: vec![Architecture::Dense], activations: vec![ActivationKind::Mixed], ..bounds };
        assert_eq!(networks(&mixed).len(), 2 * 4 * (9 - 3));
    }
}
