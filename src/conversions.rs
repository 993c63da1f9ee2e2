//! The kernel's numbers from and to those of the crate `num-rational`.

use num_rational::BigRational;

use crate::kernel::exact::{ParseRationalError, Rational};

/// Reduces a fraction that is not in lowest terms, which `BigRational` lets one build.
///
/// A problem from numbers of the crate `num-rational`, and its margin as one:
///
/// ```
/// use margincert::kernel::exact::Rational;
/// use margincert::kernel::network::{Activation, Network, Parameters, Weights};
/// use margincert::kernel::problem::{Label, Problem, Sample};
/// use num_rational::BigRational;
///
/// let exact = |numbers: [f64; 2]| numbers.map(|x| BigRational::from_float(x).expect("finite")).map(Rational::try_from);
/// let x = exact([0.5, -0.75]).into_iter().collect::<Result<Vec<_>, _>>()?;
/// let weights = exact([4.0, 1.0]).into_iter().collect::<Result<Vec<_>, _>>()?;
///
/// let network = Network::new(2, vec![(Weights::Dense { outputs: 1 }, Activation::Linear)])?;
/// let samples = vec![Sample { x, y: Label::Positive }];
/// let problem = Problem::new(network, samples, Parameters::new(vec![weights]))?;
/// assert_eq!(BigRational::from(problem.margin(0)), BigRational::new(5.into(), 4.into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl TryFrom<BigRational> for Rational {
    type Error = ParseRationalError;

    fn try_from(value: BigRational) -> Result<Self, ParseRationalError> {
        let (numerator, denominator) = value.into();
        Self::new(numerator, denominator).ok_or(ParseRationalError::ZeroDenominator)
    }
}

impl From<Rational> for BigRational {
    fn from(value: Rational) -> Self {
        BigRational::new_raw(value.numerator(), value.denominator())
    }
}
