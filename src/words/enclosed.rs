//! Rejections of the claim `kkt_enclosed` in words.

use std::fmt;

use super::counts::{are, count};
use super::numbers::approximately;
use crate::kernel::check::{EnclosedOptimumRejection, KktEnclosedRejection};
use crate::kernel::exact::{OrderedField, Rational};
use crate::kernel::problem::Label;

/// A number to a few digits: ends of intervals are long, and what matters is their size.
struct About<'a>(&'a Rational);

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&approximately(self.0, 5))
    }
}

fn sign_name(sign: Label) -> &'static str {
    if sign == Label::Positive { "positive" } else { "negative" }
}

impl fmt::Display for KktEnclosedRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::Multipliers { found, expected } => {
                write!(f, "{} for {}", count(*found, "multiplier"), count(*expected, "active sample"))
            }
            Self::Architecture => f.write_str("the network is not dense of depth 2"),
            Self::NotRational { what } => write!(f, "the document holds an {what} that is not rational"),
            Self::Active { sample, samples, .. } if sample >= samples => {
                write!(f, "active sample {sample} does not exist; there {}", are(*samples, "sample"))
            }
            Self::Active { place, sample, .. } => {
                write!(f, "`active` is not in ascending order: entry {place} is {sample}")
            }
            Self::Empty { what } => write!(f, "there is no {what}"),
            Self::Unit { direction, unit, width } if unit >= width => {
                write!(f, "direction {direction} names unit {unit}; there {}", are(*width, "hidden unit"))
            }
            Self::Unit { direction, unit, .. } => {
                write!(f, "direction {direction} names unit {unit}, which was named before")
            }
            Self::Shares { direction, shares, units, sum } => write!(
                f,
                "direction {direction} has {} for {}, with sum {sum}; there must be one a unit, all positive, with sum 1",
                count(*shares, "share"),
                count(*units, "unit")
            ),
            Self::Pattern { direction, found, expected } => {
                write!(f, "the pattern of direction {direction} has {}, not {expected}", count(*found, "sign"))
            }
            Self::Slopes { direction, found, expected } => {
                write!(f, "direction {direction} has {} for {}", count(*found, "slope"), count(*expected, "held kink"))
            }
            Self::Radius(value) => write!(f, "the radius is {value}, which is not positive"),
            Self::Inverse { row: None, found, expected } => {
                write!(f, "`inverse` has {}, but the system has {}", count(*found, "row"), count(*expected, "unknown"))
            }
            Self::Inverse { row: Some(row), found, expected } => {
                write!(f, "row {row} of `inverse` has {}, not {expected}", count(*found, "number"))
            }
            Self::NotContracting { contraction, radius } if contraction.factor >= Rational::from(1) => write!(
                f,
                "no contraction: in row {} the absolute values of I - Y F' sum to as much as {}, which is not below 1; either the \
                 box of radius {} is too large, or `inverse` is no approximate inverse of the derivative",
                contraction.row,
                About(&contraction.factor),
                About(radius)
            ),
            Self::NotContracting { contraction, radius } => write!(
                f,
                "the box of radius {} is not mapped into itself: in row {} the step Y F is as large as {} and the factor {}, so that \
                 the image may reach {}; a larger radius, or more digits of the unknowns, may do",
                About(radius),
                contraction.row,
                About(&contraction.step),
                About(&contraction.factor),
                About(&contraction.reach)
            ),
            Self::NotPositive { what, index, lower } => {
                write!(f, "{what} {index} may be as small as {}, which is not positive", About(lower))
            }
            Self::SlopeRange { direction, sample, lower, upper } => write!(
                f,
                "the slope of the held kink of direction {direction} on sample {sample}, between {} and {}, is not strictly between \
                 the activation's two",
                About(lower),
                About(upper)
            ),
            Self::Side { direction, sample, lower, upper } => write!(
                f,
                "the preactivation of direction {direction} on sample {sample}, between {} and {}, has not the sign of the pattern \
                 on the whole box",
                About(lower),
                About(upper)
            ),
            Self::Margin { sample, lower, upper } => {
                let one = Rational::from(1);
                let (least, greatest) = (lower - &one, upper - &one);
                write!(
                    f,
                    "the margin of sample {sample} is 1 plus something between {} and {}, not above 1 on the whole box, and the sample \
                     is not listed as active",
                    About(&least),
                    About(&greatest)
                )
            }
            Self::Distance { bound_squared, distance } => write!(
                f,
                "the squared distance between the KKT point and the document's point may be {}, more than the square of the distance \
                 stated, {}",
                About(bound_squared),
                About(distance)
            ),
            Self::Patterns { sample: None, found, expected, .. } => {
                write!(
                    f,
                    "there are {}, not one for each of {}",
                    count(*found, "list of patterns"),
                    count(*expected, "active sample")
                )
            }
            Self::Patterns { sample: Some(sample), layer: None, found, expected } => {
                write!(f, "sample {sample} has {} for {}", count(*found, "pattern"), count(*expected, "hidden layer"))
            }
            Self::Patterns { sample: Some(sample), layer: Some(layer), found, expected } => write!(
                f,
                "the pattern of sample {sample} in layer {layer} has {}, but the layer has {}",
                count(*found, "character"),
                count(*expected, "unit")
            ),
            Self::HeldSlopes { found, expected } => {
                write!(f, "there are {} for {}", count(*found, "slope"), count(*expected, "held kink"))
            }
            Self::UnitSlope { sample, unit, lower, upper } => write!(
                f,
                "the slope of the held kink of unit {} of layer {} on sample {sample}, between {} and {}, is not strictly between \
                 the activation's two",
                unit.unit,
                unit.layer,
                About(lower),
                About(upper)
            ),
            Self::UnitSide { sample, unit, lower, upper } => write!(
                f,
                "the preactivation of unit {} of layer {} on sample {sample}, between {} and {}, has not the sign of the pattern \
                 on the whole box",
                unit.unit,
                unit.layer,
                About(lower),
                About(upper)
            ),
            Self::Loose { sample, unit } => write!(
                f,
                "unit {} of layer {} is at 0 on sample {sample} without being held, and its slope may matter: it reads something that is \
                 not 0 near the point, what it passes on changes the output, and no weight that it does not share moves it off 0",
                unit.unit, unit.layer
            ),
            Self::ZeroParameter { layer, parameter, lower, upper } => write!(
                f,
                "parameter {parameter} of layer {layer} is 0, but what stationarity asks of it lies between {} and {}: it must be 0 \
                 whatever the others are, or the parameter not 0",
                About(lower),
                About(upper)
            ),
        }
    }
}

impl<F: OrderedField> fmt::Display for EnclosedOptimumRejection<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::Dead { unit } => write!(f, "hidden unit {unit} is 0, so that nothing is known of what it could do"),
            Self::Descends { direction, sample } => write!(
                f,
                "the norm decreases where direction {direction} leaves its kink on sample {sample}: the point is no local optimum"
            ),
            Self::NoRidge { direction, sample } => {
                write!(f, "direction {direction} has no held kink on sample {sample} at which the norm decreases")
            }
            Self::NoDeadUnit => f.write_str("no hidden unit is 0"),
            Self::Length { what, found, expected } => {
                write!(f, "the {what} has {}, not {expected}", count(*found, "number"))
            }
            Self::NoGain { gain, norm_squared } => write!(
                f,
                "the unit gains no more than {} for sure, against weights of squared norm {}",
                About(gain),
                About(norm_squared)
            ),
            Self::NotConvex => f.write_str("the activation is not convex, so that the bounds do not hold"),
            Self::SlopeNode { sign, node } => {
                write!(f, "node {node} of the tree of {} units makes no sense in its place", sign_name(*sign))
            }
            Self::Incomplete { sign, nodes } => write!(
                f,
                "the {} of the tree of {} units are not a whole tree",
                count(*nodes, "node"),
                sign_name(*sign)
            ),
            Self::Slope { sign, choice, slope } => write!(
                f,
                "choice {choice} of the tree of {} units has the slope {slope}, which is not between the activation's two",
                sign_name(*sign)
            ),
            Self::Bound { sign, node, norm_squared } => write!(
                f,
                "node {node} of the tree of {} units: the squared norm may be {}, more than 1",
                sign_name(*sign),
                About(norm_squared)
            ),
            Self::Shape(value) => write!(f, "the better point has {value}"),
            Self::Infeasible { sample, margin } => {
                write!(f, "the better point is not feasible: the margin of sample {sample} is {margin}, less than 1")
            }
            Self::NotSmaller { better, point } => {
                write!(f, "the better point has squared norm {better}, the enclosed point may have {}", About(point))
            }
            Self::NoKink { sample, unit } => write!(
                f,
                "unit {} of layer {} has no held kink on sample {sample} at which the norm decreases",
                unit.unit, unit.layer
            ),
            Self::Lives { unit } => {
                write!(f, "unit {} of layer {} is no hidden unit all of whose weights are 0", unit.unit, unit.layer)
            }
            Self::NoLayer { layer } => write!(f, "the network has no layer {layer}"),
            Self::NoValley { sample, unit, lower, upper } => write!(
                f,
                "unit {} of layer {} is at 0 on sample {sample}, and the derivative of the output by what it passes on, between {} and \
                 {}, has not the sign for which it can only lower the margin",
                unit.unit,
                unit.layer,
                About(lower),
                About(upper)
            ),
            Self::Pivot { index, lower } => write!(
                f,
                "the matrix is not positive definite for sure: elimination meets the pivot {} in row {index}, at worst",
                About(lower)
            ),
            Self::Feeds { sample, unit } => write!(
                f,
                "the unit would feed unit {} of layer {}, whose preactivation is 0 on sample {sample} without being held",
                unit.unit, unit.layer
            ),
        }
    }
}
