//! The same instance with a point of moderate length: floats and their tolerances are no good for very long and very short ones.
//!
//! For `b > 0` the point `b theta` on the data `b^-L x` has the margins of `theta` on `x`, gradients divided by `b`, and Hessians divided by
//! `b^2`. So whatever holds of one holds of the other, and evidence goes from one to the other by factors that are powers of `b`.

use num_bigint::BigInt;
use num_traits::One;

use crate::kernel::check::{Cases, Cells, Claim, Method, Node, PathNode, Paths, Split};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::network::{Curve, Parameters, Scope};
use crate::kernel::problem::{Problem, Sample};
use crate::prove::field::ProofField;

/// Points whose length is within this power of 2, or of 1/2, are left as they are.
const MODERATE: i64 = 6;

/// An instance of moderate length in place of another.
pub struct Rescaled<F> {
    /// The instance to search on.
    pub problem: Problem<F>,
    /// The given point is this power of 2 times the one to search on.
    pub exponent: i64,
}

impl<F: ProofField> Rescaled<F> {
    /// The instance at a moderate scale, if it is not at one already.
    pub fn of(given: &Problem<F>) -> Option<Self> {
        let exponent = half_logarithm(&given.point().norm_squared(Scope::All))?;
        if exponent.abs() <= MODERATE {
            return None;
        }
        let depth = given.network().depth() as i64;
        let (shorter, longer) = (power_of_2(-exponent), power_of_2(exponent.checked_mul(depth)?));
        let sample = |sample: &Sample<F>| Sample { x: times(&sample.x, &longer), y: sample.y };
        let samples = given.samples().iter().map(sample).collect();
        let problem = Problem::new(given.network().clone(), samples, scaled(given.point(), &shorter)).ok()?;
        Some(Rescaled { problem, exponent })
    }

    /// A claim about the instance at a moderate scale as one about the given one.
    pub fn back(&self, claim: Claim<F>) -> Claim<F> {
        let b = power_of_2::<F>(self.exponent);
        let square = b.clone() * &b;
        let multipliers = |lambda: &mut Vec<F>| *lambda = times(lambda, &square);
        let curve = |curve: &Curve<F>| Curve::new(curve.coefficients().iter().map(|c| scaled(c, &b)).collect());
        let cells = |evidence: &mut Cells<F>| {
            multipliers(&mut evidence.multipliers);
            evidence.cells.iter_mut().for_each(|cell| multipliers(&mut cell.multipliers));
        };
        let method = |method: &mut Method<F>, is_local: bool| match method {
            Method::Lagrangian(method) => multipliers(&mut method.multipliers),
            Method::SecondOrder(method) => {
                multipliers(&mut method.multipliers);
                method.penalty = method.penalty.clone() * &square;
            }
            Method::Cells(method) => cells(method),
            Method::Cases(method) => self.cases(method, is_local),
            Method::Chain(_) => {}
            Method::Paths(method) => self.paths(method),
        };
        let mut claim = claim;
        match &mut claim {
            Claim::Feasible(_) | Claim::Infeasible(_) | Claim::NonzeroWeights(_) | Claim::NonzeroInputs(_) => {}
            Claim::Kkt(evidence) => {
                multipliers(&mut evidence.multipliers);
                let terms = evidence.selections.values_mut().flatten();
                terms.for_each(|term| term.toward = curve(&term.toward));
            }
            Claim::NotKkt(_) | Claim::Implied(_) => {}
            // `certify` makes none of these.
            Claim::ApproximateKkt(_) | Claim::KktEnclosed(_) | Claim::ParametersEnclosed(_) => {}
            Claim::Adversarial(_) | Claim::Robust(_) => {}
            Claim::LocalOptimum(evidence) => method(&mut evidence.by, true),
            Claim::GlobalOptimum(evidence) => method(&mut evidence.by, false),
            Claim::NotLocalOptimum(evidence) => evidence.curve = curve(&evidence.curve),
            Claim::NotGlobalOptimum(evidence) => evidence.better = scaled(&evidence.better, &b),
            Claim::FlowConverges(evidence) => {
                evidence.offset = scaled(&evidence.offset, &b);
                evidence.ray = scaled(&evidence.ray, &b);
            }
        }
        claim
    }

    /// The bound of each case is one on `1/2||theta||^2`, and sizes are as long as the point.
    fn paths(&self, evidence: &mut Paths<F>) {
        let (b, square) = (power_of_2::<F>(self.exponent), power_of_2(2 * self.exponent));
        evidence.multipliers = times(&evidence.multipliers, &square);
        for node in &mut evidence.nodes {
            match node {
                PathNode::Size { size, .. } => *size = size.clone() * &b,
                PathNode::Leaf { multipliers: Some(own) } => *own = times(own, &square),
                PathNode::Kind { .. } | PathNode::Leaf { multipliers: None } => {}
            }
        }
    }

    /// The bound of each case is one on `1/2||theta||^2`, which has the factor `b^2`; what a split looks at has a factor of its own.
    fn cases(&self, evidence: &mut Cases<F>, is_local: bool) {
        let square = power_of_2(2 * self.exponent);
        evidence.multipliers = times(&evidence.multipliers, &square);
        for tree in &mut evidence.trees {
            // For each split on the way the power of `b` in what it looks at, and whether its other branch is still to come.
            let mut way: Vec<(i64, bool)> = Vec::new();
            for node in &mut tree.nodes {
                match node {
                    Node::Split(split) => {
                        let (degree, sign) = self.looked_at(*split);
                        way.push((degree, !is_local || sign == Sign::Zero));
                    }
                    Node::Leaf(leaf) => {
                        let degree = |split: usize| way.get(split).map_or(0, |(degree, _)| *degree);
                        let factor = |degree: i64| power_of_2::<F>(self.exponent * (2 - degree));
                        leaf.multipliers = leaf.multipliers.take().map(|own| times(&own, &square));
                        for (split, mu) in leaf.signs.iter_mut().enumerate() {
                            *mu = mu.clone() * &factor(degree(split));
                        }
                        for (a, b, nu) in &mut leaf.products {
                            *nu = nu.clone() * &factor(degree(*a) + degree(*b));
                        }
                        while let Some((degree, is_open)) = way.pop() {
                            if is_open {
                                way.push((degree, false));
                                break;
                            }
                        }
                    }
                }
            }
        }
    }

    /// The power of `b` in what a split looks at, and its sign at the point.
    fn looked_at(&self, split: Split) -> (i64, Sign) {
        match split {
            Split::Weight { layer, parameter } => (1, self.problem.point().layers()[layer][parameter].sign()),
            Split::Kink { sample, unit } => {
                let preactivation = &self.problem.traces()[sample].preactivations[unit.layer][unit.unit];
                (unit.layer as i64 + 1 - self.problem.network().depth() as i64, preactivation.sign())
            }
        }
    }
}

fn times<F: ProofField>(vector: &[F], factor: &F) -> Vec<F> {
    vector.iter().map(|entry| entry.clone() * factor).collect()
}

fn scaled<F: ProofField>(parameters: &Parameters<F>, factor: &F) -> Parameters<F> {
    Parameters::new(parameters.layers().iter().map(|layer| times(layer, factor)).collect())
}

/// The power of 2 with an exponent of either sign.
fn power_of_2<F: ProofField>(exponent: i64) -> F {
    let power = Rational::from(BigInt::one() << exponent.unsigned_abs());
    let power = if exponent < 0 { power.reciprocal() } else { Some(power) };
    F::from(power.unwrap_or_else(Rational::one))
}

/// About half of the binary logarithm of a positive number; `None` for zero and what is out of all bounds.
fn half_logarithm<F: ProofField>(square: &F) -> Option<i64> {
    let (mut low, mut high) = (-(1_i64 << 12), 1_i64 << 12);
    if *square <= power_of_2(2 * low) || *square >= power_of_2(2 * high) {
        return None;
    }
    // 4^low < square < 4^high
    while high - low > 1 {
        let middle = (low + high).div_euclid(2);
        if *square >= power_of_2(2 * middle) { low = middle } else { high = middle }
    }
    Some(low)
}
