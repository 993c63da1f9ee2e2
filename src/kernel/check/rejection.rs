//! Why a claim is rejected.

use super::prelude::*;

/// Why a claim is rejected: the first condition that fails, with its place and the exact values.
///
/// One enum for all checks: many of them ask the same things, and what is asked once is named once.
#[derive(Clone, Debug, PartialEq)]
pub enum Rejection<F> {
    // What several checks ask.
    /// The exact arithmetic came to no result.
    Fault(Fault),
    /// A layer that the network has not.
    NoSuchLayer { layer: usize, depth: usize },
    /// A sample that does not exist.
    NoSuchSample { sample: usize, samples: usize },
    /// The point is not feasible.
    Infeasible { sample: usize, margin: F },
    /// A parameter vector of the wrong shape.
    Shape { what: &'static str, error: ShapeError },
    /// A vector that must stay within the claim's layer moves another one.
    LeavesLayer { what: &'static str, moved: usize, layer: usize },
    /// A list of multipliers of the wrong length.
    MultiplierCount { what: &'static str, found: usize, expected: usize },
    /// A negative multiplier.
    NegativeMultiplier { index: usize, value: F },
    /// A method that speaks of all layers, in a claim about one.
    NotLayerwise,
    /// A method that proves local optima only.
    LocalOnly,

    // claims `by` an earlier one
    /// There are not so many claims before this one.
    NotEarlier { claim_index: usize, earlier: usize },
    /// The earlier claim was rejected.
    NotAccepted { claim_index: usize },
    /// The earlier claim says something else.
    DoesNotFollow { claim_index: usize, premise: &'static str, premise_layer: Option<usize> },

    // `infeasible`
    /// The sample's margin is at least 1.
    Satisfied { sample: usize, margin: F },

    // `nonzero_weights`, `nonzero_inputs`
    /// A hidden unit whose incoming weights are all zero.
    ZeroWeights(Unit),
    /// A hidden unit whose preactivation vanishes on a sample.
    ZeroInput { unit: Unit, sample: usize },

    // `kkt`
    /// A positive multiplier of a sample whose margin is not 1.
    Slack { sample: usize, multiplier: F, margin: F },
    /// A sample needs a selection and has none.
    MissingSelection { sample: usize, unit: Unit },
    /// A negative weight in a selection.
    NegativeWeight { sample: usize, term: usize, weight: F },
    /// Weights that do not sum to 1.
    WeightSum { sample: usize, sum: F },
    /// A kink that a selection's curve does not resolve.
    Unresolved { sample: usize, term: usize, unit: Unit },
    /// Stationarity fails.
    NotStationary { layer: usize, parameter: usize, point: F, combination: F },

    // `approximate_kkt`
    /// A negative `epsilon` or `delta`.
    NegativeTolerance { what: &'static str, value: F },
    /// Complementary slackness fails by more than `delta`.
    SlackAbove { sample: usize, product: F, delta: F },
    /// Stationarity fails by more than `epsilon`.
    ResidualAbove { residual_squared: F, epsilon: F },

    // `kkt_enclosed`
    /// The KKT point is not enclosed.
    KktEnclosed(KktEnclosedRejection),
    /// What is claimed of its optimality does not follow.
    EnclosedOptimum { index: usize, error: Box<EnclosedOptimumRejection<F>> },

    // `not_kkt`
    /// The norm does not decrease.
    NotDescending { derivative: F },
    /// Too many patterns to look at.
    TooManyKinks { sample: usize, kinks: usize },
    /// An active sample whose margin can decrease.
    MarginDecreases { sample: usize, derivative: F, active: Vec<Unit> },

    // `lagrangian`, `second_order`
    /// A supporting sample has a kink that the method has no answer to.
    Kink { sample: usize, unit: Unit },
    /// The network is deeper than 2 and the claim has no layer.
    Depth { depth: usize },
    /// A layer that must be linear is not.
    NotLinear { from: usize },
    /// The Lagrangian's Hessian has a negative direction.
    NotSemidefinite { index: usize, pivot: F },
    /// A slope is stated where there is no preactivation of 0 of a unit that bends.
    NoKink { sample: usize, unit: Unit },
    /// The penalty is negative.
    NegativePenalty(F),
    /// The penalised Hessian is not positive definite.
    NotDefinite { index: usize, pivot: F },
    /// The penalised Hessian is positive semidefinite, but singular.
    Singular,

    // `cells`
    /// Not a dense network of depth 2 with a ReLU or leaky ReLU hidden layer.
    NotTwoDenseLayers,
    /// The multipliers do not match the point's norm.
    MultiplierSum { sum: F, half_norm: F },
    /// A cell with a unit where none belongs, without one where one belongs, or with one that does not exist.
    CellUnit { cell: usize, unit: Option<usize>, local: bool },
    /// A pattern of the wrong length.
    PatternLength { cell: usize, found: usize, expected: usize },
    /// A cell given twice.
    RepeatedCell { cell: usize },
    /// The cell's multipliers are not one non-negative number a supporting sample.
    CellMultipliers { cell: usize, error: Box<Rejection<F>> },
    /// The cell's bound fails.
    CellBound { cell: usize, norm_squared: F },
    /// Cells that are needed are not there.
    MissingCells { unit: Option<usize>, given: usize, needed: u64 },

    // `cases`
    /// The network is deeper than 2 and the claim has no layer.
    CasesDepth { depth: usize },
    /// Trees with units of their own, where a tree must look at all; units that do not exist, share parameters or meet in one that bends
    /// later; or not all units.
    TreeUnits { tree: usize },
    /// A case with multipliers of its own beside other trees.
    OwnMultipliers { tree: usize, node: usize },
    /// A split of a sample, unit or parameter that does not exist, is linear, or is held.
    NoSuchSplit { node: usize },
    /// The list of cases ends within a branch.
    UnfinishedTree { nodes: usize },
    /// The list goes on after the last case.
    SuperfluousNode { node: usize },
    /// Not one number a split on the way.
    SignCount { node: usize, found: usize, expected: usize },
    /// A negative multiplier of a sign or product.
    NegativeSign { node: usize, value: F },
    /// A product of splits that are not on the way.
    NoSuchProduct { node: usize, a: usize, b: usize },
    /// A kink that needs a split, since it is not known that its activation can only lower the margin.
    UndecidedKink { node: usize, sample: usize, unit: Unit },
    /// A slope that is not between the two of its activation: of a case, or of a method without cases.
    SlopeRange { node: Option<usize>, sample: usize, unit: Unit, slope: F },
    /// A split's preactivation that depends on a kink which is not decided.
    CloudedSplit { node: usize, sample: usize, unit: Unit },
    /// The Hessian of a case has a negative direction.
    CaseNotSemidefinite { tree: usize, node: usize, index: usize, pivot: F },
    /// No minimum of a case was found at 0 nor at the point.
    NoMinimum { tree: usize, node: usize },
    /// The cases show less than half the squared norm.
    CasesBound { bound: F, half_norm: F },

    // `chain`
    /// A layer whose activation has a slope above 1, or below 0 (-1 where only the set of all supporting samples counts).
    SteepActivation { layer: usize },
    /// Too many subsets of samples to look at.
    TooManySubsets { samples: usize },
    /// The point does not attain the bound: `M^2 C (||theta~||^2 / L)^L` against `(sum mu_i)^2`, which must not be 0.
    ChainBound { attained: F, needed: F },
    /// By label, a network of another depth than 2 or 3.
    LabelDepth { depth: usize },
    /// A hidden layer that is not ReLU.
    NotRelu { layer: usize },
    /// Supporting samples of unlike labels that make an acute angle on what a unit of the first layer reads.
    AcuteAngle { first: usize, second: usize, product: F },
    /// The last layer has less than its share of the squared norm.
    LastLayerShort { last: F, mean: F },
    /// The weights `v` of a label's sign in the last layer are more than its samples need: `M^2 C ||v||^(2L)` against `(sum mu_i)^2`.
    LabelBound { label: Label, attained: F, needed: F },

    // `paths`
    /// The network has one layer.
    PathsDepth,
    /// A unit that reads several inputs, or by a parameter of another connection.
    NotAPath { unit: Unit },
    /// A split of a path that does not exist.
    NoSuchPath { node: usize, path: usize },
    /// A split at a negative size.
    NegativeSize { node: usize, size: F },
    /// A path whose size has no upper bound in a case, and that the samples ask too much of.
    PathUnbounded { node: usize, path: usize },
    /// A case that shows less than half the squared norm.
    PathsBound { node: usize, bound: F, half_norm: F },

    // `not_local_optimum`
    /// The interval is empty.
    Until(F),
    /// The measure `margin` in a claim about one layer.
    MarginOfLayer,
    /// The point's least margin is not 1.
    NoActiveSample,
    /// A preactivation that does not keep one sign on the curve.
    PatternChanges { sample: usize, unit: Unit, polynomial: Polynomial<F> },
    /// The norm is not smaller on the whole interval.
    NormNotSmaller(Polynomial<F>),
    /// A constraint fails on the interval.
    Constraint { sample: usize, margin: Polynomial<F> },
    /// A margin is not positive on the interval.
    MarginSign { sample: usize, margin: Polynomial<F> },
    /// A normalised margin does not grow.
    NormalisedMargin { sample: usize, difference: Polynomial<F> },

    // `not_global_optimum`
    /// The better point differs in a layer that is not free.
    DiffersElsewhere { differs: usize, layer: usize },
    /// The better point is not feasible.
    BetterInfeasible { sample: usize, margin: F },
    /// The better point's norm is not smaller.
    NotSmaller { better: F, point: F },

    // `flow_converges`
    /// The start is not positive.
    Start(F),
    /// The ray is not a positive multiple of the point.
    Direction { layer: usize, parameter: usize },
    /// The point is zero and has no direction.
    ZeroPoint,
    /// A preactivation that vanishes or changes sign on the ray.
    PatternChangesOnRay { sample: usize, unit: Unit, polynomial: Polynomial<F> },
    /// Two samples have different margins.
    MarginsDiffer { sample: usize, first: Polynomial<F>, other: Polynomial<F> },
    /// The gradient leaves the ray.
    GradientLeaves { layer: usize, parameter: usize, gradient: Polynomial<F>, share: Polynomial<F> },
    /// The flow does not move outward.
    Kappa(Polynomial<F>),

    // `adversarial`, `robust`
    /// The output on a sample has not the sample's sign to begin with.
    WrongSign { sample: usize, margin: F },
    /// A perturbation that is no input.
    PerturbationLength { found: usize, expected: usize },
    /// The output on the changed input has not the other sign.
    SameSign { sample: usize, margin: F },
    /// The radius is not positive.
    Radius(F),
    /// A margin that the output may lose within the radius, as far as the bound on it says.
    MarginWithinBound { sample: usize, margin: F, bound_squared: F },
}

impl<F> From<KktEnclosedRejection> for Rejection<F> {
    fn from(rejection: KktEnclosedRejection) -> Self {
        match rejection {
            KktEnclosedRejection::Fault(fault) => Rejection::Fault(fault),
            other => Rejection::KktEnclosed(other),
        }
    }
}
