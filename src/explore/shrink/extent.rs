//! The order that says which of two instances is smaller.

use std::fmt;

use crate::kernel::exact::OrderedField;
use crate::kernel::network::Layer;
use crate::kernel::problem::Problem;
use crate::words::count;

/// How large an instance is. Fewer hidden units come first, then fewer samples, inputs and layers, then lower and shorter numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    /// The number of hidden units.
    pub units: usize,
    /// The number of samples.
    pub samples: usize,
    /// The dimension of the samples.
    pub inputs: usize,
    /// The number of layers.
    pub layers: usize,
    /// The number of bits of the greatest numerator or denominator of the data and the point.
    pub height: u64,
    /// The number of bits of all numerators and denominators.
    pub bits: u64,
}

impl Extent {
    /// The extent of an instance; each number is counted by its coordinates.
    pub fn of<F: OrderedField>(problem: &Problem<F>) -> Self {
        let network = problem.network();
        let hidden = &network.layers()[..network.depth() - 1];
        let numbers = problem.samples().iter().flat_map(|sample| &sample.x).chain(problem.point().iter());
        let (mut height, mut bits) = (0, 0);
        for number in numbers.flat_map(OrderedField::coordinates) {
            let (numerator, denominator) = (number.numerator().bits(), number.denominator().bits());
            height = height.max(numerator).max(denominator);
            // The 1 below an integer is not counted.
            bits += numerator + denominator - 1;
        }
        Extent {
            units: hidden.iter().map(Layer::outputs).sum(),
            samples: problem.samples().len(),
            inputs: network.inputs(),
            layers: network.depth(),
            height,
            bits,
        }
    }

    /// Whether there are no more units than in another instance, and no more samples, inputs and layers either. The order asks only for the first
    /// of these that differs.
    pub fn is_within(&self, other: &Extent) -> bool {
        let parts = |extent: &Extent| [extent.units, extent.samples, extent.inputs, extent.layers];
        parts(self).into_iter().zip(parts(other)).all(|(own, limit)| own <= limit)
    }
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes =
            [(self.units, "hidden unit"), (self.samples, "sample"), (self.inputs, "input"), (self.layers, "layer")];
        for (size, thing) in sizes {
            write!(f, "{}, ", count(size, thing))?;
        }
        write!(f, "numbers of {}", count(self.height, "bit"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_anything_is_singular() {
        let extent = |n: usize| Extent { units: n, samples: n, inputs: n, layers: n, height: n as u64, bits: 9 };
        assert_eq!(extent(1).to_string(), "1 hidden unit, 1 sample, 1 input, 1 layer, numbers of 1 bit");
        assert_eq!(extent(2).to_string(), "2 hidden units, 2 samples, 2 inputs, 2 layers, numbers of 2 bits");
    }
}
