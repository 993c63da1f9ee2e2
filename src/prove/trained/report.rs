//! What polishing came to, as types; in words by [`Display`](std::fmt::Display).

use std::fmt;

use crate::kernel::certificate::Certificate;
use crate::kernel::exact::Rational;

/// What became of a trained network. Every claim of the certificate has passed the kernel's checks.
#[derive(Clone, Debug)]
pub struct Polished {
    /// The polished point with the claim `kkt_enclosed`; where no KKT point was enclosed, the trained point, scaled to margin 1, with
    /// what is true of it; nothing where even that is too much for exact arithmetic.
    pub certificate: Option<Certificate<Rational>>,
    /// The enclosed KKT point, or why there is none.
    pub enclosed: Result<EnclosedPoint, NotEnclosed>,
    /// The trained network's least margin, to which it was scaled.
    pub least_margin: f64,
}

impl Polished {
    /// What came of it as one word for programs: that of the enclosed point's standing, or `not_enclosed`.
    pub fn word(&self) -> &'static str {
        self.enclosed.as_ref().map_or("not_enclosed", |point| point.standing.word())
    }
}

/// A KKT point that was enclosed.
#[derive(Clone, Debug, PartialEq)]
pub struct EnclosedPoint {
    /// The directions of the live units, for depth 2.
    pub directions: Vec<DirectionFound>,
    /// The hidden layers, for depth 3 and more and for networks that are not dense.
    pub layers: Vec<LayerFound>,
    /// The active samples with their multipliers.
    pub active: Vec<(usize, f64)>,
    /// The hidden units that are 0 at the KKT point, for depth 2.
    pub dead: Vec<usize>,
    /// `1/2 ||theta*||^2`.
    pub half_norm_squared: f64,
    /// The same of the trained network, scaled to margin 1. Training makes it smaller, so that from below it hardly comes to this point.
    pub trained_half_norm_squared: f64,
    /// The distance of the trained network, scaled to margin 1, from the KKT point, relative to the latter's norm.
    pub moved: f64,
    /// How far the KKT point may be from the certificate's point.
    pub distance: f64,
    /// The radius of the box in which it is unique.
    pub radius: f64,
    /// An estimate of the system's condition number.
    pub condition: f64,
    /// How many cone programs were solved.
    pub rounds: usize,
    /// What kind of a KKT point it is.
    pub standing: Standing,
    /// The layers that are proved to be at a local optimum by themselves.
    pub optimal_layers: Vec<usize>,
}

/// A direction of live units.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectionFound {
    /// The hidden units.
    pub units: Vec<usize>,
    /// `1` or `-1`: the sign of their outgoing weights.
    pub sign: i8,
    /// The sum of the squares of their outgoing weights.
    pub amount: f64,
    /// The samples on which the preactivation is exactly 0, with the slopes.
    pub held: Vec<(usize, f64)>,
}

/// A hidden layer of a network of depth 3 or more.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerFound {
    /// The units that live, each with those of the trained network that it stands for, the first in its own place; the others are 0.
    pub live: Vec<Vec<usize>>,
    /// The number of units.
    pub width: usize,
    /// The held kinks: sample, unit and slope.
    pub held: Vec<(usize, usize, f64)>,
}

/// What kind of a KKT point was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// A global optimum, for every width.
    Global,
    /// A local optimum; what is known of its being a global one.
    Local {
        /// Why that is open.
        global: String,
    },
    /// Not a local optimum: a unit leaves a kink.
    NotLocalRidge {
        /// The direction.
        direction: usize,
        /// The sample.
        sample: usize,
    },
    /// Not a local optimum: a unit that is 0 comes to life.
    NotLocalDeadUnit {
        /// The unit.
        unit: usize,
        /// What it gains for a cost of 1.
        gain: f64,
    },
    /// Not a local optimum: a unit of a network of depth 3 or more leaves a kink.
    NotLocalKink {
        /// The hidden layer.
        layer: usize,
        /// The unit.
        unit: usize,
        /// The sample.
        sample: usize,
    },
    /// Not a local optimum: a unit of a network of depth 3 or more that is 0 comes to life.
    NotLocalUnit {
        /// The hidden layer.
        layer: usize,
        /// The unit.
        unit: usize,
        /// What it gains for a cost of 1.
        gain: f64,
    },
    /// A local optimum among networks in which the units stay 0 that are; what these could do is open.
    LocalOfLiveUnits {
        /// How many units are 0.
        zero: usize,
        /// What is known of them.
        reason: String,
    },
    /// Not decided.
    Open {
        /// Why.
        reason: String,
    },
}

impl Standing {
    /// Whether it is known whether the point is a local optimum.
    pub fn is_decided(&self) -> bool {
        !matches!(self, Standing::Open { .. } | Standing::LocalOfLiveUnits { .. })
    }

    /// As one word for programs: the claim's name, `local_optimum_of_live_units`, or `open`.
    pub fn word(&self) -> &'static str {
        match self {
            Standing::Global => "global_optimum",
            Standing::Local { .. } => "local_optimum",
            Standing::NotLocalRidge { .. }
            | Standing::NotLocalDeadUnit { .. }
            | Standing::NotLocalKink { .. }
            | Standing::NotLocalUnit { .. } => "not_local_optimum",
            Standing::LocalOfLiveUnits { .. } => "local_optimum_of_live_units",
            Standing::Open { .. } => "open",
        }
    }
}

/// Why no KKT point was enclosed.
#[derive(Clone, Debug, PartialEq)]
pub enum NotEnclosed {
    /// The network has depth 1: the problem is that of a support vector machine.
    NoHiddenLayer,
    /// The network is too large for the search.
    TooManyParameters {
        /// How many parameters it has.
        parameters: usize,
        /// How many it may have.
        most: usize,
    },
    /// The time is up.
    OutOfTime {
        /// What was being done.
        doing: &'static str,
    },
    /// The program of the cells of the live units has no solution.
    CellsInfeasible {
        /// How many were solved.
        rounds: usize,
    },
    /// The units crossed sides without end.
    CellsUnsettled {
        /// How many programs were solved.
        rounds: usize,
    },
    /// There are more directions than units.
    TooNarrow {
        /// The number of hidden units.
        width: usize,
        /// The number of directions.
        directions: usize,
    },
    /// The system of equations is singular, or Newton's method does not converge.
    System {
        /// The number of active samples.
        active: usize,
        /// The number of directions.
        directions: usize,
        /// The number of held kinks.
        held: usize,
        /// The size of the last step; absent where the system is singular.
        condition: Option<f64>,
    },
    /// The same for the equations in the parameters of a network of depth 3 or more.
    Equations {
        /// The number of parameters that are not 0.
        parameters: usize,
        /// The number of active samples.
        active: usize,
        /// The number of held kinks.
        held: usize,
        /// The size of the last step; absent where the system is singular.
        condition: Option<f64>,
    },
    /// The kernel did not accept the enclosure.
    Refused {
        /// Its reason.
        reason: String,
    },
}

impl fmt::Display for NotEnclosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHiddenLayer => f.write_str(
                "the network has no hidden layer, so that the problem is that of a support vector machine, which `margincert certify` \
                 solves exactly",
            ),
            Self::TooManyParameters { parameters, most } => write!(
                f,
                "the network has {parameters} parameters; for depth 3 and more, and where it is not dense, the search goes up to {most}"
            ),
            Self::OutOfTime { doing } => write!(f, "the time was up while {doing}; allow more with --time-limit"),
            Self::CellsInfeasible { rounds } => write!(
                f,
                "after {rounds} steps the units, kept on their sides of the samples, cannot reach margin 1: the network is far from \
                 a KKT point; train on"
            ),
            Self::CellsUnsettled { rounds } => write!(
                f,
                "after {rounds} steps units still want to change their side of samples: the network is far from a KKT point, or the \
                 data are in special position; train on"
            ),
            Self::TooNarrow { width, directions } => {
                write!(f, "the solution has {directions} directions, but the network has {width} hidden units")
            }
            Self::System { active, directions, held, condition } => {
                let size = active + directions + held;
                write!(
                    f,
                    "the {size} KKT equations ({active} active samples, {directions} directions of live units, {held} held kinks) "
                )?;
                unsolved(f, *condition)
            }
            Self::Equations { parameters, active, held, condition } => {
                write!(
                    f,
                    "the {} KKT equations ({parameters} parameters that are not 0, {active} active samples, {held} held kinks) ",
                    parameters + active + held
                )?;
                unsolved(f, *condition)
            }
            Self::Refused { reason } => write!(f, "the guess of active samples and held kinks is refuted: {reason}"),
        }
    }
}

/// A number for people, with so many digits: as a decimal unless it is very small or large.
fn plain(value: f64, digits: i32) -> String {
    let magnitude = value.abs().log10().floor();
    if (-4.0..9.0).contains(&magnitude) {
        format!("{value:.*}", (digits - 1 - magnitude as i32).max(0) as usize)
    } else {
        format!("{value:.*e}", (digits - 1).max(0) as usize)
    }
}

fn unsolved(f: &mut fmt::Formatter<'_>, condition: Option<f64>) -> fmt::Result {
    match condition {
        None => f.write_str(
            "are singular: the data are in special position, a multiplier is 0 on an active sample, or units that look \
             different are one",
        ),
        Some(step) => write!(
            f,
            "are not solved by Newton's method, whose last step was {step:.1e}: the guess of active samples and held kinks is wrong"
        ),
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Global => f.write_str(
                "It is a GLOBAL OPTIMUM: no network of this kind, of any width, separates the data with a smaller norm.",
            ),
            Self::Local { global } => write!(
                f,
                "It is a LOCAL OPTIMUM: no network near it has margin 1 and a smaller norm. Whether it is a global one is open: {global}."
            ),
            Self::NotLocalRidge { direction, sample } => write!(
                f,
                "It is NOT A LOCAL OPTIMUM: the units of direction {direction} gain by leaving the kink at sample {sample}, to either side, \
                 even if the last layer stays as it is."
            ),
            Self::NotLocalDeadUnit { unit, gain } => write!(
                f,
                "It is NOT A LOCAL OPTIMUM: hidden unit {unit}, which is 0, gains {gain:.6} for a cost of 1 when it comes to life."
            ),
            Self::NotLocalKink { layer, unit, sample } => write!(
                f,
                "It is NOT A LOCAL OPTIMUM: unit {unit} of layer {layer} gains by leaving the kink at sample {sample}, to either side."
            ),
            Self::NotLocalUnit { layer, unit, gain } => write!(
                f,
                "It is NOT A LOCAL OPTIMUM: unit {unit} of layer {layer}, which is 0, gains {gain:.6} for a cost of 1 when it comes to life."
            ),
            Self::LocalOfLiveUnits { zero, reason } => write!(
                f,
                "It is a LOCAL OPTIMUM OF THE UNITS THAT LIVE: no other network near it in which the {} that are 0 stay 0 has margin 1 and as \
                 small a norm. Whether these could help is OPEN: {reason}.",
                crate::words::count(*zero, "unit")
            ),
            Self::Open { reason } => write!(f, "Whether it is a local optimum is OPEN: {reason}."),
        }
    }
}

impl fmt::Display for Polished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::words::count;
        let point = match &self.enclosed {
            Ok(point) => point,
            Err(reason) => {
                writeln!(f, "No KKT point was enclosed: {reason}.")?;
                return match self.certificate.as_ref().and_then(|certificate| certificate.claims.first()) {
                    None => f.write_str("Nothing is claimed of the trained network."),
                    Some(_) => {
                        f.write_str("The certificate holds what is true of the trained network, scaled to margin 1.")
                    }
                };
            }
        };
        writeln!(
            f,
            "There is an exact KKT point within {:.1e} of the certificate's point; it is the only one with these active samples and sides.",
            point.distance
        )?;
        writeln!(f, "{}", point.standing)?;
        if !point.optimal_layers.is_empty() {
            let layers = point.optimal_layers.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
            writeln!(f, "By itself, the others being held, each of these layers is at a local optimum: {layers}.")?;
        }
        writeln!(
            f,
            "The trained network (least margin {}), scaled to margin 1, is {} away from it, relative to its norm.",
            plain(self.least_margin, 7),
            plain(point.moved, 3)
        )?;
        let excess = point.half_norm_squared / point.trained_half_norm_squared - 1.0;
        if excess > 1e-9 {
            writeln!(
                f,
                "The trained network's norm, at margin 1, is already less than that of this point (squared, by {:.1e} of it): training will \
                 hardly come to this point. Train on.",
                excess
            )?;
        } else if point.moved > 0.1 {
            writeln!(f, "That is far: train on to be surer that this is the point which the network approaches.")?;
        }
        let others = |are_there: bool| if are_there { "; the others are exactly 0" } else { "" };
        for (l, layer) in point.layers.iter().enumerate() {
            let live = layer.live.iter().map(|parts| match parts.len() {
                1 => parts[0].to_string(),
                n => format!("{} (for {n} that are parallel)", parts[0]),
            });
            let held = match layer.held.len() {
                0 => String::new(),
                n => format!("; {} held", count(n, "kink")),
            };
            let (units, others) = (count(layer.width, "unit"), others(layer.live.len() < layer.width));
            writeln!(f, "  layer {l}: of {units} live {}{others}{held}", live.collect::<Vec<_>>().join(", "))?;
        }
        let live: usize = point.directions.iter().map(|direction| direction.units.len()).sum();
        if !point.directions.is_empty() {
            let units = count(live + point.dead.len(), "hidden unit");
            let directions = count(point.directions.len(), "direction");
            writeln!(f, "Of {units}, {live} live, in {directions}{}.", others(!point.dead.is_empty()))?;
        }
        for (j, direction) in point.directions.iter().enumerate() {
            let units = direction.units.iter().take(12).map(usize::to_string).collect::<Vec<_>>().join(", ");
            let more = if direction.units.len() > 12 { ", ..." } else { "" };
            let held = match direction.held.len() {
                0 => String::new(),
                n => format!(", {} held", count(n, "kink")),
            };
            let merged = if direction.units.len() > 1 { " (parallel)" } else { "" };
            let of = if direction.units.len() == 1 { "unit" } else { "units" };
            writeln!(
                f,
                "  direction {j}: {of} {units}{more}{merged}, outgoing sign {}, amount {:.6}{held}",
                direction.sign, direction.amount
            )?;
        }
        let samples = point.active.iter().take(20).map(|(i, _)| i.to_string()).collect::<Vec<_>>().join(", ");
        let more = if point.active.len() > 20 { ", ..." } else { "" };
        writeln!(f, "{} on the margin: {samples}{more}.", count(point.active.len(), "sample"))?;
        write!(
            f,
            "Half the squared norm is {:.12}; the equations' condition number is about {:.0e}; unique within {:.0e} in each unknown.",
            point.half_norm_squared, point.condition, point.radius
        )
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn numbers_of_everyday_size_have_no_exponent() {
        let told = [0.3352711, 1.086185, 0.0792, 12_345_678.0, 3.2e-7, -0.5].map(|value| plain(value, 3));
        assert_eq!(told, ["0.335", "1.09", "0.0792", "12345678", "3.20e-7", "-0.500"]);
        assert_eq!((plain(0.3352711, 7).as_str(), plain(0.0, 3).as_str()), ("0.3352711", "0.00e0"));
    }
}
