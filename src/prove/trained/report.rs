//! What polishing came to.

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
