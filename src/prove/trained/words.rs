//! What was found near a trained network, in words.

use std::fmt;

use super::report::{NotEnclosed, Polished, Standing};

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
