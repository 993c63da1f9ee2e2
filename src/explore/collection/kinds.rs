//! What an instance of a census is like, in the words and numbers by which some are kept and others are not.

use crate::explore::bounds::{ActivationKind, Architecture};
use crate::explore::conjecture::{Atom, Layers, Truth};
use crate::explore::facts::Facts;
use crate::kernel::certificate::Certificate;
use crate::kernel::check::Claim;
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;
use crate::words::count;

/// What an instance is like.
pub struct Kind {
    architecture: &'static str,
    activation: &'static str,
    depth: usize,
    shape: String,
    verdict: &'static str,
    /// Of each layer alone.
    layers: Vec<&'static str>,
    nonzero: &'static str,
    kinks: usize,
    supporting: usize,
    /// The squared norm over that of the better point on record.
    ratio: Option<Rational>,
    /// The highest power in the curve of better points.
    order: usize,
    /// The greatest multiplier over the least that is not 0.
    spread: Option<Rational>,
}

impl Kind {
    /// Asks the facts, which are known by now.
    pub fn of(instance: &Certificate<Rational>, facts: &mut Facts<'_>) -> Self {
        let problem = &instance.problem;
        let network = problem.network();
        let hidden = &network.layers()[..network.depth() - 1];
        let architecture = Architecture::ALL.into_iter().find(|architecture| architecture.wires(network));
        let architecture = match architecture {
            Some(Architecture::Dense) => "dense",
            Some(Architecture::Diagonal) => "diagonal",
            Some(Architecture::Sparse) => "sparse",
            Some(Architecture::Convolution) => "convolutional",
            None => "other",
        };
        let activation = match ActivationKind::of(hidden.iter().map(|layer| layer.activation())) {
            ActivationKind::Linear => "linear",
            ActivationKind::Relu => "ReLU",
            ActivationKind::Leaky => "leaky ReLU",
            ActivationKind::Mixed => "mixed",
        };
        let mut widths = vec![network.inputs().to_string()];
        widths.extend(network.layers().iter().map(|layer| layer.outputs().to_string()));
        let layers = (0..network.depth()).map(|layer| verdict(facts, Layers::Layer(layer))).collect();
        let nonzero = match (facts.truth(&Atom::NonzeroInputs), facts.truth(&Atom::NonzeroWeights)) {
            (Truth::True, _) => "non-zero inputs",
            (_, Truth::True) => "non-zero weights",
            _ => "a dead unit",
        };
        let verdict = verdict(facts, Layers::Whole);
        let norm = problem.point().norm_squared(Scope::All);
        let claims = facts.claims();
        let ratio = claims.iter().find_map(|claim| match claim {
            Claim::NotGlobalOptimum(claim) if claim.layer.is_none() => {
                quotient(&norm, &claim.better.norm_squared(Scope::All))
            }
            _ => None,
        });
        let order = claims.iter().find_map(|claim| match claim {
            Claim::NotLocalOptimum(claim) if claim.layer.is_none() => Some(claim.curve.coefficients().len()),
            _ => None,
        });
        let multipliers = claims.iter().find_map(|claim| match claim {
            Claim::Kkt(kkt) if kkt.layer.is_none() => Some(&kkt.multipliers),
            _ => None,
        });
        let positive: Vec<&Rational> =
            multipliers.into_iter().flatten().filter(|multiplier| multiplier.sign() == Sign::Positive).collect();
        let spread = positive.iter().max().zip(positive.iter().min()).and_then(|(most, least)| quotient(most, least));
        Kind {
            architecture,
            activation,
            depth: network.depth(),
            shape: widths.join("-"),
            verdict,
            layers,
            nonzero,
            kinks: (0..problem.samples().len()).map(|sample| problem.kinks(sample, Scope::All).len()).sum(),
            supporting: positive.len(),
            ratio,
            order: order.unwrap_or(0),
            spread,
        }
    }

    /// The networks that it is compared with.
    pub fn family(&self) -> String {
        format!("{} {} networks of depth {}", self.architecture, self.activation, self.depth)
    }

    /// What makes another of the family one of its kind.
    pub fn words(&self) -> String {
        let kinks = if self.kinks == 0 { "no kink" } else { "kinks" };
        let layers = self.layers.join(", ");
        format!("{}, {}, {kinks}, {}; layer by layer {layers}", self.family(), self.nonzero, self.verdict)
    }

    /// A title.
    pub fn title(&self, problem: &Problem<Rational>) -> String {
        let family = format!("{} {}", self.activation, self.architecture);
        let mut letters = family.chars();
        let family: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        let samples = count(problem.samples().len(), "sample");
        format!("{family} network {}, {samples}, {}: {}", self.shape, self.nonzero, self.verdict)
    }

    /// The numbers of which the greatest in a family are kept, by what they are.
    pub fn numbers(&self) -> Vec<(&'static str, Rational)> {
        let number = |n: usize| Rational::from(i64::try_from(n).unwrap_or(i64::MAX));
        let counts = [
            ("kinks", self.kinks),
            ("supporting samples", self.supporting),
            ("order of the curve of better points", self.order),
        ];
        let ratios = [
            ("squared norm over that of a better point,", &self.ratio),
            ("greatest multiplier over the least,", &self.spread),
        ];
        let counts = counts.into_iter().map(|(name, n)| (name, number(n)));
        counts.chain(ratios.into_iter().filter_map(|(name, ratio)| Some((name, ratio.clone()?)))).collect()
    }
}

fn quotient(a: &Rational, b: &Rational) -> Option<Rational> {
    Some(a * &b.reciprocal()?)
}

fn verdict(facts: &mut Facts<'_>, layers: Layers) -> &'static str {
    match (facts.truth(&Atom::Local(layers)), facts.truth(&Atom::Global(layers))) {
        (_, Truth::True) => "a global optimum",
        (Truth::True, Truth::False) => "a local optimum that is not global",
        (Truth::True, Truth::Unknown) => "a local optimum, whether global unknown",
        (Truth::False, _) => "not a local optimum",
        (Truth::Unknown, Truth::False) => "not a global optimum, whether local unknown",
        (Truth::Unknown, Truth::Unknown) => "optimality unknown",
    }
}
