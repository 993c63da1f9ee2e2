//! Rejections in words, with their places and exact values.

use std::fmt;

use super::counts::{are, count};
use crate::kernel::check::{
    CellsRejection, FlowConvergesRejection, GlobalOptimumRejection, InfeasibleRejection, KktRejection,
    LagrangianRejection, LinearChainRejection, LocalOptimumRejection, MAX_KINKS, NonzeroInputsRejection,
    NonzeroWeightsRejection, NotGlobalOptimumRejection, NotKktRejection, NotLocalOptimumRejection, PremiseError,
    Rejection, SecondOrderRejection,
};
use crate::kernel::exact::OrderedField;

impl<F: OrderedField> fmt::Display for Rejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Premise(error) => error.fmt(f),
            Self::Feasible(rejection) => rejection.fmt(f),
            Self::Infeasible(rejection) => rejection.fmt(f),
            Self::NonzeroWeights(rejection) => rejection.fmt(f),
            Self::NonzeroInputs(rejection) => rejection.fmt(f),
            Self::Kkt(rejection) => rejection.fmt(f),
            Self::NotKkt(rejection) => rejection.fmt(f),
            Self::LocalOptimum(rejection) => rejection.fmt(f),
            Self::NotLocalOptimum(rejection) => rejection.fmt(f),
            Self::GlobalOptimum(rejection) => rejection.fmt(f),
            Self::NotGlobalOptimum(rejection) => rejection.fmt(f),
            Self::FlowConverges(rejection) => rejection.fmt(f),
        }
    }
}

impl<F: OrderedField> fmt::Display for PremiseError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Infeasible { sample, margin } => {
                write!(f, "the point is not feasible: the margin of sample {sample} is {margin}, less than 1")
            }
            Self::NoSuchLayer { layer, depth } => {
                write!(f, "layer {layer} does not exist; the network has layers 0 to {}", depth - 1)
            }
            Self::Shape { what, error } => write!(f, "the {what} has {error}"),
            Self::LeavesLayer { what, moved, layer } => {
                write!(f, "the {what} moves layer {moved}, but only layer {layer} is free")
            }
            Self::MultiplierCount { what, found, expected } => {
                write!(f, "{} for {}", count(*found, "multiplier"), count(*expected, what.trim_end_matches('s')))
            }
            Self::NegativeMultiplier { index, value } => write!(f, "multiplier {index} is {value}, which is negative"),
            Self::Fault(error) => error.fmt(f),
        }
    }
}

impl<F: OrderedField> fmt::Display for InfeasibleRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Satisfied { sample, margin } => {
                write!(f, "the margin of sample {sample} is {margin}, not less than 1")
            }
            Self::NoSuchSample { sample, samples } => {
                write!(f, "sample {sample} does not exist; there {}", are(*samples, "sample"))
            }
            Self::Premise(error) => error.fmt(f),
        }
    }
}

impl<F: OrderedField> fmt::Display for NonzeroWeightsRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Premise(error) => error.fmt(f),
            Self::Zero(value) => {
                write!(f, "every incoming weight of unit {} of layer {} is 0", value.unit, value.layer)
            }
        }
    }
}

impl<F: OrderedField> fmt::Display for NonzeroInputsRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Premise(error) => error.fmt(f),
            Self::Zero { unit, sample } => {
                write!(f, "the preactivation of unit {} of layer {} is 0 on sample {sample}", unit.unit, unit.layer)
            }
        }
    }
}

impl<F: OrderedField> fmt::Display for KktRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Premise(error) => error.fmt(f),
            Self::Slack { sample, multiplier, margin } => write!(
                f,
                "complementary slackness fails: sample {sample} has multiplier {multiplier} but margin {margin}, not 1"
            ),
            Self::MissingSelection { sample, unit } => write!(
                f,
                "sample {sample} has a positive multiplier and a kink at unit {} of layer {}, but no selection",
                unit.unit, unit.layer
            ),
            Self::NoSuchSample { sample, samples } => {
                write!(f, "there is a selection for sample {sample}; there {}", are(*samples, "sample"))
            }
            Self::NegativeWeight { sample, term, weight } => {
                write!(f, "term {term} of the selection of sample {sample} has weight {weight}, which is negative")
            }
            Self::WeightSum { sample, sum } => {
                write!(f, "the weights of the selection of sample {sample} sum to {sum}, not 1")
            }
            Self::Unresolved { sample, term, unit } => write!(
                f,
                "term {term} of the selection of sample {sample} resolves no side for the kink at unit {} of layer {}: its preactivation stays 0",
                unit.unit, unit.layer
            ),
            Self::NotStationary { layer, parameter, point, combination } => write!(
                f,
                "stationarity fails at parameter {parameter} of layer {layer}: the point has {point}, the multipliers give {combination}"
            ),
        }
    }
}

impl<F: OrderedField> fmt::Display for NotKktRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Premise(error) => error.fmt(f),
            Self::NotDescending { derivative } => write!(f, "theta~ . d = {derivative}, which is not negative"),
            Self::TooManyKinks { sample, kinks } => write!(
                f,
                "sample {sample} has {kinks} kinks; the check looks at every choice of their slopes, so the limit is {MAX_KINKS}"
            ),
            Self::Separates { sample, derivative, active } => {
                write!(f, "y g . d = {derivative}, which is negative, on sample {sample}, whose margin is 1, ")?;
                if active.is_empty() {
                    return f.write_str("with the slope for negative inputs at every kink, if there is one");
                }
                let units = active.iter().map(|unit| format!("unit {} of layer {}", unit.unit, unit.layer));
                let units = units.collect::<Vec<_>>().join(", ");
                write!(f, "with the slope for positive inputs at {units}, for negative ones at every other kink")
            }
        }
    }
}

impl<F: OrderedField> fmt::Display for LagrangianRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Premise(error) => error.fmt(f),
            Self::Kkt(error) => error.fmt(f),
            Self::Kink { sample, unit } => write!(
                f,
                "sample {sample} has a positive multiplier and a kink at unit {} of layer {}",
                unit.unit, unit.layer
            ),
            Self::Depth { depth } => {
                write!(f, "the Lagrangian is quadratic only for depth 2 or with a `layer`; the depth is {depth}")
            }
            Self::NotLinear { from } => write!(f, "for a global optimum every layer from {from} on must be linear"),
            Self::NotSemidefinite { index, pivot } => write!(
                f,
                "the Lagrangian's Hessian is not positive semidefinite: eliminating parameter {index} meets the pivot {pivot}"
            ),
        }
    }
}

impl<F: OrderedField> fmt::Display for SecondOrderRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kkt(error) => error.fmt(f),
            Self::NegativePenalty(value) => write!(f, "the penalty is {value}, which is negative"),
            Self::NotDefinite { index, pivot } => write!(
                f,
                "the penalised Hessian is not positive definite: eliminating parameter {index} meets the pivot {pivot}"
            ),
            Self::Singular => f.write_str("the penalised Hessian is positive semidefinite, but singular"),
        }
    }
}

impl<F: OrderedField> fmt::Display for LinearChainRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Premise(error) => error.fmt(f),
            Self::NotDenseLinear { layer } => write!(f, "layer {layer} is not dense and linear"),
            Self::PredictorInfeasible { sample, margin } => {
                write!(f, "the predictor u = sum mu_i y_i x_i has margin {margin} on sample {sample}, less than 1")
            }
            Self::Slack { sample, multiplier, margin } => write!(
                f,
                "sample {sample} has multiplier {multiplier}, but the predictor's margin there is {margin}, not 1"
            ),
            Self::NormDiffers { point, predictor } => {
                write!(f, "(||theta~||^2 / L)^L = {point}, but ||u||^2 = {predictor}")
            }
        }
    }
}

impl<F: OrderedField> fmt::Display for CellsRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Premise(error) => error.fmt(f),
            Self::Architecture => {
                f.write_str("the method needs depth 2 and dense layers, the first with relu or leaky_relu")
            }
            Self::Sum { sum, half_norm } => {
                write!(f, "the multipliers sum to {sum}, but 1/2 ||theta~||^2 = {half_norm}")
            }
            Self::CellUnit { cell, unit, local } => write!(
                f,
                "cell {cell} names {}; {}",
                unit.map_or("no unit".into(), |unit| format!("unit {unit}")),
                if *local {
                    "for a local optimum each cell names a hidden unit of the first layer"
                } else {
                    "for a global optimum no cell names one"
                }
            ),
            Self::PatternLength { cell, found, expected } => {
                let (found, expected) = (count(*found, "sign"), count(*expected, "sample"));
                write!(f, "cell {cell} has a pattern of {found}, for {expected} with a positive multiplier")
            }
            Self::Repeated { cell } => write!(f, "cell {cell} repeats an earlier one"),
            Self::CellMultipliers { cell, error } => write!(f, "cell {cell}: {error}"),
            Self::Bound { cell, norm_squared } => {
                write!(f, "cell {cell}: the squared norm of its vector is {norm_squared}, more than 1")
            }
            Self::Missing { unit, given, needed } => write!(
                f,
                "{} {given} of the {needed} needed cells are given",
                unit.map_or("for the global bound".into(), |unit| format!("for hidden unit {unit}"))
            ),
        }
    }
}

impl<F: OrderedField> fmt::Display for LocalOptimumRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Premise(error) => error.fmt(f),
            Self::Lagrangian(error) => error.fmt(f),
            Self::SecondOrder(error) => error.fmt(f),
            Self::Cells(error) => error.fmt(f),
            Self::NotLayerwise => f.write_str("this method proves nothing about a single layer"),
        }
    }
}

impl<F: OrderedField> fmt::Display for GlobalOptimumRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Premise(error) => error.fmt(f),
            Self::Lagrangian(error) => error.fmt(f),
            Self::LinearChain(error) => error.fmt(f),
            Self::Cells(error) => error.fmt(f),
            Self::NotLayerwise => f.write_str("this method proves nothing about a single layer"),
        }
    }
}

impl<F: OrderedField> fmt::Display for NotLocalOptimumRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Premise(error) => error.fmt(f),
            Self::Until(value) => write!(f, "`until` is {value}, which is not positive"),
            Self::MarginOfLayer => {
                f.write_str("the measure `margin` compares all layers; a claim with `layer` needs `norm`")
            }
            Self::NoActiveSample => {
                f.write_str("the measure `margin` needs the point's least margin to be 1, but no sample is active")
            }
            Self::PatternChanges { sample, unit, polynomial } => write!(
                f,
                "on sample {sample} the preactivation {polynomial} of unit {} of layer {} does not keep one sign on (0, until]",
                unit.unit, unit.layer
            ),
            Self::Norm(value) => {
                write!(f, "||theta(t)||^2 - ||theta~||^2 = {value} is not negative on all of (0, until]")
            }
            Self::Constraint { sample, margin } => {
                write!(f, "the margin of sample {sample}, {margin}, is not at least 1 on all of (0, until]")
            }
            Self::MarginSign { sample, margin } => {
                write!(f, "the margin of sample {sample}, {margin}, is not positive on all of (0, until]")
            }
            Self::NormalisedMargin { sample, difference } => write!(
                f,
                "for sample {sample}, m(t)^2 ||theta~||^(2L) - ||theta(t)||^(2L) = {difference} is not positive on all of (0, until]"
            ),
        }
    }
}

impl<F: OrderedField> fmt::Display for NotGlobalOptimumRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Premise(error) => error.fmt(f),
            Self::Shape(value) => write!(f, "the better point has {value}"),
            Self::LeavesLayer { differs, layer } => {
                write!(f, "the better point differs from the point in layer {differs}, but only layer {layer} is free")
            }
            Self::Infeasible { sample, margin } => {
                write!(f, "the better point is not feasible: the margin of sample {sample} is {margin}, less than 1")
            }
            Self::NotSmaller { better, point } => {
                write!(f, "the better point has squared norm {better}, the point has {point}")
            }
        }
    }
}

impl<F: OrderedField> fmt::Display for FlowConvergesRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Premise(error) => error.fmt(f),
            Self::Start(value) => write!(f, "`start` is {value}, which is not positive"),
            Self::Direction { layer, parameter } => {
                write!(f, "the ray is not a positive multiple of the point (parameter {parameter} of layer {layer})")
            }
            Self::ZeroPoint => f.write_str("the point is 0 and has no direction"),
            Self::PatternChanges { sample, unit, polynomial } => write!(
                f,
                "on sample {sample} the preactivation {polynomial} of unit {} of layer {} does not keep off 0 for all a >= start",
                unit.unit, unit.layer
            ),
            Self::MarginsDiffer { sample, first, other } => {
                write!(f, "the margins of samples 0 and {sample} differ along the ray: {first} and {other}")
            }
            Self::GradientLeaves { layer, parameter, gradient, share } => write!(
                f,
                "the gradient leaves the ray at parameter {parameter} of layer {layer}: it is {gradient}, the ray's share is {share}"
            ),
            Self::Kappa(value) => write!(f, "kappa(a) = {value} is not positive for all a >= start"),
        }
    }
}
