//! Rejections in words, with their places and exact values.

use std::fmt;

use super::counts::{are, count};
use crate::kernel::check::{MAX_KINKS, MAX_SUBSET_SAMPLES, Rejection};
use crate::kernel::exact::{OrderedField, Rational};

impl<F: OrderedField> fmt::Display for Rejection<F> {
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
            Self::NotEarlier { claim_index, earlier } => write!(
                f,
                "claim_index is {claim_index}, but this claim comes after {}: name an earlier one, counted from 0",
                count(*earlier, "other")
            ),
            Self::NotAccepted { claim_index } => write!(f, "claim {claim_index}, on which it rests, was not accepted"),
            Self::DoesNotFollow { claim_index, premise, premise_layer } => {
                write!(f, "it does not follow from claim {claim_index}, which is `{premise}`")?;
                premise_layer.map_or(Ok(()), |layer| write!(f, " of layer {layer}"))
            }
            Self::Satisfied { sample, margin } => {
                write!(f, "the margin of sample {sample} is {margin}, not less than 1")
            }
            Self::NoSuchSample { sample, samples } => {
                write!(f, "sample {sample} does not exist; there {}", are(*samples, "sample"))
            }
            Self::ZeroWeights(value) => {
                write!(f, "every incoming weight of unit {} of layer {} is 0", value.unit, value.layer)
            }
            Self::ZeroInput { unit, sample } => {
                write!(f, "the preactivation of unit {} of layer {} is 0 on sample {sample}", unit.unit, unit.layer)
            }
            Self::Slack { sample, multiplier, margin } => write!(
                f,
                "complementary slackness fails: sample {sample} has multiplier {multiplier} but margin {margin}, not 1"
            ),
            Self::MissingSelection { sample, unit } => write!(
                f,
                "sample {sample} has a positive multiplier and a kink at unit {} of layer {}, but no selection",
                unit.unit, unit.layer
            ),
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
            Self::NegativeTolerance { what, value } => write!(f, "`{what}` is {value}, which is negative"),
            Self::SlackAbove { sample, product, delta } => {
                write!(f, "multiplier times slack of sample {sample} is {product}, more than `delta`, {delta}")
            }
            Self::ResidualAbove { residual_squared, epsilon } => write!(
                f,
                "the squared distance from the point to the sum of lambda_i y_i g_i is {residual_squared}, more than the square of `epsilon`, {epsilon}"
            ),
            Self::KktEnclosed(rejection) => rejection.fmt(f),
            Self::EnclosedOptimum { index, error } => write!(f, "claim {index} of `optimum`: {error}"),
            Self::NotDescending { derivative } => write!(f, "theta~ . d = {derivative}, which is not negative"),
            Self::TooManyKinks { sample, kinks } => write!(
                f,
                "sample {sample} has {kinks} kinks below the last layer that has one; the check looks at every choice of their slopes, so the limit is {MAX_KINKS}"
            ),
            Self::MarginDecreases { sample, derivative, active } => {
                write!(f, "y g . d = {derivative}, which is negative, on sample {sample}, whose margin is 1, ")?;
                if active.is_empty() {
                    return f.write_str("with the slope for negative inputs at every kink, if there is one");
                }
                let units = active.iter().map(|unit| format!("unit {} of layer {}", unit.unit, unit.layer));
                let units = units.collect::<Vec<_>>().join(", ");
                write!(f, "with the slope for positive inputs at {units}, for negative ones at every other kink")
            }
            Self::Kink { sample, unit } => write!(
                f,
                "sample {sample} has a positive multiplier and a kink at unit {} of layer {}, which may raise its margin",
                unit.unit, unit.layer
            ),
            Self::Depth { depth } => {
                write!(f, "the Lagrangian is quadratic only up to depth 2 or with a `layer`; the depth is {depth}")
            }
            Self::NotLinear { from } => write!(f, "for a global optimum every layer from {from} on must be linear"),
            Self::NotSemidefinite { index, pivot } => write!(
                f,
                "the Lagrangian's Hessian is not positive semidefinite: eliminating parameter {index} meets the pivot {pivot}"
            ),
            Self::NoKink { sample, unit } => write!(
                f,
                "a slope is stated for sample {sample} at unit {} of layer {}, where there is no preactivation of 0 of a unit that \
                 bends",
                unit.unit, unit.layer
            ),
            Self::NegativePenalty(value) => write!(f, "the penalty is {value}, which is negative"),
            Self::NotDefinite { index, pivot } => write!(
                f,
                "the penalised Hessian is not positive definite: eliminating parameter {index} meets the pivot {pivot}"
            ),
            Self::Singular => f.write_str("the penalised Hessian is positive semidefinite, but singular"),
            Self::NotTwoDenseLayers => {
                f.write_str("the method needs depth 2 and dense layers, the first with relu or leaky_relu")
            }
            Self::MultiplierSum { sum, half_norm } => {
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
            Self::RepeatedCell { cell } => write!(f, "cell {cell} repeats an earlier one"),
            Self::CellMultipliers { cell, error } => write!(f, "cell {cell}: {error}"),
            Self::CellBound { cell, norm_squared } => {
                write!(f, "cell {cell}: the squared norm of its vector is {norm_squared}, more than 1")
            }
            Self::MissingCells { unit, given, needed } => write!(
                f,
                "{} {given} of the {needed} needed cells are given",
                unit.map_or("for the global bound".into(), |unit| format!("for hidden unit {unit}"))
            ),
            Self::CasesDepth { depth } => {
                write!(f, "cases are for depth 1 and 2 or with a `layer`; the depth is {depth}")
            }
            Self::TreeUnits { tree } => write!(
                f,
                "tree {tree}: either one tree has no `units`, or every unit of the first free layer, which is not linear, is in \
                 exactly one tree, shares no parameter with those of another, and feeds no non-linear unit that one of \
                 another tree feeds"
            ),
            Self::OwnMultipliers { tree, node } => {
                write!(f, "tree {tree}, node {node} has multipliers of its own, which only a single tree may have")
            }
            Self::NoSuchSplit { node } => {
                write!(f, "node {node} splits no free parameter and no non-linear unit from the first free layer on")
            }
            Self::UnfinishedTree { nodes } => {
                write!(f, "the list of {} ends within a branch", count(*nodes, "node"))
            }
            Self::SuperfluousNode { node } => write!(f, "node {node} comes after the last case"),
            Self::SignCount { node, found, expected } => {
                write!(f, "node {node} has {} for {} on the way", count(*found, "sign"), count(*expected, "split"))
            }
            Self::NegativeSign { node, value } => {
                write!(f, "node {node} has the multiplier {value}, which is negative")
            }
            Self::NoSuchProduct { node, a, b } => {
                write!(f, "node {node} multiplies splits {a} and {b}, which are not both on the way")
            }
            Self::UndecidedKink { node, sample, unit } => write!(
                f,
                "node {node}: sample {sample} has a multiplier, and no split decides unit {} of layer {}, which may raise its \
                 margin",
                unit.unit, unit.layer
            ),
            Self::SlopeRange { node, sample, unit, slope } => {
                let place = node.map_or(String::new(), |node| format!("node {node}: "));
                write!(
                    f,
                    "{place}the slope {slope} for sample {sample} at unit {} of layer {} is not between the two of its activation",
                    unit.unit, unit.layer
                )
            }
            Self::CloudedSplit { node, sample, unit } => write!(
                f,
                "node {node} uses the sign of a preactivation on sample {sample} that depends on unit {} of layer {}, which no \
                 split decides",
                unit.unit, unit.layer
            ),
            Self::CaseNotSemidefinite { tree, node, index, pivot } => write!(
                f,
                "tree {tree}, node {node}: the Hessian is not positive semidefinite: eliminating parameter {index} meets the \
                 pivot {pivot}"
            ),
            Self::NoMinimum { tree, node } => {
                write!(f, "tree {tree}, node {node}: the gradient is 0 neither at the point nor at 0")
            }
            Self::CasesBound { bound, half_norm } => {
                write!(f, "the cases show a bound of {bound}, but 1/2 ||theta~||^2 = {half_norm}")
            }
            Self::SteepActivation { layer } => {
                write!(
                    f,
                    "the activation of layer {layer} has a slope that is not between 0 and 1 (-1 and 1 would do where \
                     each unit has one slope on all supporting samples)"
                )
            }
            Self::TooManySubsets { samples } => write!(
                f,
                "{} support the claim and some of them point away from one another; the check looks at every subset, so the limit \
                 is {MAX_SUBSET_SAMPLES}",
                count(*samples, "sample")
            ),
            Self::ChainBound { needed, .. } if needed.is_zero() => f.write_str("every multiplier is 0"),
            Self::ChainBound { attained, needed } => {
                write!(f, "M^2 C (||theta~||^2 / L)^L = {attained}, which is more than (sum mu_i)^2 = {needed}")
            }
            Self::LabelDepth { depth } => {
                write!(f, "`by_label` is for networks of depth 2 or 3; this one has depth {depth}")
            }
            Self::NotRelu { layer } => write!(f, "`by_label` is for ReLU units, which layer {layer} has not"),
            Self::AcuteAngle { first, second, product } => write!(
                f,
                "samples {first} and {second} have unlike labels, and on what a unit of the first layer reads their inner product \
                 is {product}, which is positive"
            ),
            Self::LastLayerShort { last, mean } => {
                write!(f, "the last layer has the squared norm {last}, which is less than ||theta~||^2 / L = {mean}")
            }
            Self::LabelBound { label, needed, .. } if needed.is_zero() => write!(
                f,
                "every multiplier of the samples of label {} is 0, but the last layer has weights of that sign",
                label.times(Rational::from(1))
            ),
            Self::LabelBound { label, attained, needed } => write!(
                f,
                "for label {}, with v the weights of that sign in the last layer, M^2 C ||v||^(2L) = {attained}, which is more \
                 than (sum mu_i)^2 = {needed}",
                label.times(Rational::from(1))
            ),
            Self::PathsDepth => f.write_str("`paths` is for networks of depth 2 and more; this one has depth 1"),
            Self::NotAPath { unit } => write!(
                f,
                "unit {} of layer {} reads several inputs, or by a parameter that stands elsewhere too; `paths` is for networks in \
                 which every unit on the way to the output reads one input, by a parameter of its own",
                unit.unit, unit.layer
            ),
            Self::NoSuchPath { node, path } => {
                write!(f, "node {node} splits path {path}, but the last layer reads no path through a unit {path}")
            }
            Self::NegativeSize { node, size } => write!(f, "node {node} splits at the size {size}, which is negative"),
            Self::PathUnbounded { node, path } => write!(
                f,
                "node {node}: no split bounds the size of path {path} from above, and by these multipliers it gains more than it \
                 costs without end"
            ),
            Self::PathsBound { node, bound, half_norm } => {
                write!(f, "node {node} shows a bound of {bound}, but 1/2 ||theta~||^2 = {half_norm}")
            }
            Self::LocalOnly => f.write_str("this method proves nothing about global optima"),
            Self::NotLayerwise => f.write_str("this method proves nothing about a single layer"),
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
            Self::NormNotSmaller(value) => {
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
            Self::DiffersElsewhere { differs, layer } => {
                write!(f, "the better point differs from the point in layer {differs}, but only layer {layer} is free")
            }
            Self::BetterInfeasible { sample, margin } => {
                write!(f, "the better point is not feasible: the margin of sample {sample} is {margin}, less than 1")
            }
            Self::NotSmaller { better, point } => {
                write!(f, "the better point has squared norm {better}, the point has {point}")
            }
            Self::Start(value) => write!(f, "`start` is {value}, which is not positive"),
            Self::Direction { layer, parameter } => {
                write!(f, "the ray is not a positive multiple of the point (parameter {parameter} of layer {layer})")
            }
            Self::ZeroPoint => f.write_str("the point is 0 and has no direction"),
            Self::PatternChangesOnRay { sample, unit, polynomial } => write!(
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
            Self::WrongSign { sample, margin } => {
                write!(f, "the margin of sample {sample} is {margin}, which is not positive even on the sample itself")
            }
            Self::PerturbationLength { found, expected } => {
                write!(f, "the perturbation has {} for {}", count(*found, "number"), count(*expected, "input"))
            }
            Self::SameSign { sample, margin } => {
                write!(f, "on sample {sample} plus the perturbation the margin is {margin}, which is not negative")
            }
            Self::Radius(value) => write!(f, "`radius_squared` is {value}, which is not positive"),
            Self::MarginWithinBound { sample, margin, bound_squared } => write!(
                f,
                "the square of {margin}, the margin of sample {sample}, is not more than {bound_squared}, the radius squared times \
                 the product of the layers' squared norms and slopes"
            ),
        }
    }
}

impl<F: OrderedField> std::error::Error for Rejection<F> {}
