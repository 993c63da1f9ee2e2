//! What accepted claims say about the point, or about one layer of it.

use crate::kernel::check::{Claim, EnclosedOptimum, Implied, ParametersOptimum, Property};
use crate::kernel::exact::OrderedField;
use crate::report::accepted::Accepted;

/// What is known of a point within all parameters or within one layer. Only accepted claims set these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// A constraint fails.
    pub is_infeasible: bool,
    /// It is a KKT point.
    pub is_kkt: bool,
    /// It is none.
    pub is_not_kkt: bool,
    /// It is a local optimum, by these methods.
    pub local: Vec<&'static str>,
    /// It is not a local optimum.
    pub is_not_local: bool,
    /// It is a global optimum, by these methods.
    pub global: Vec<&'static str>,
    /// It is not a global optimum.
    pub is_not_global: bool,
    /// What is known of an exact KKT point near it that was enclosed. That is another point, so it is no example of anything that
    /// is claimed of this one.
    pub enclosed: Option<Verdict>,
}

/// What the facts come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// No feasible point nearby, nor anywhere, is better.
    Global,
    /// None nearby is better, but one elsewhere is.
    LocalNotGlobal,
    /// None nearby is better; whether one elsewhere is has not been claimed.
    Local,
    /// Better ones lie elsewhere; whether any nearby has not been claimed.
    NotGlobal,
    /// Better ones are arbitrarily near.
    NotLocal,
    /// A KKT point of which nothing more has been claimed.
    Kkt,
    /// Not a KKT point.
    NotKkt,
    /// Not feasible.
    Infeasible,
    /// Nothing of this kind has been claimed.
    Open,
}

impl Facts {
    /// The facts within all parameters (`None`) or within a layer, with all that follows from claims about another scope.
    pub fn of<F: OrderedField>(accepted: &Accepted<'_, F>, layer: Option<usize>) -> Self {
        let mut facts = Facts::default();
        for claim in accepted.claims().filter(|claim| claim.layer() == layer) {
            facts.add(claim);
        }
        if let Some(layer) = layer {
            facts.enclosed = accepted.claims().find_map(|claim| match claim {
                Claim::KktEnclosed(evidence) => Verdict::of_enclosed_layer(&evidence.optimum, layer),
                Claim::ParametersEnclosed(evidence) => {
                    Verdict::of_layer_enclosed_by_parameters(&evidence.optimum, layer)
                }
                _ => None,
            });
        }
        // What is stronger comes later in the list.
        for property in Property::ALL.into_iter().rev() {
            let wanted = Implied { property, layer, claim_index: 0 };
            if accepted.claims().any(|claim| wanted.follows_from(claim)) {
                facts.follows(property);
            }
        }
        facts
    }

    fn follows(&mut self, property: Property) {
        let by_claim = |methods: &mut Vec<_>| {
            if methods.is_empty() {
                methods.push("claim");
            }
        };
        match property {
            Property::Kkt => self.is_kkt = true,
            Property::NotKkt => self.is_not_kkt = true,
            Property::LocalOptimum if self.global.is_empty() => by_claim(&mut self.local),
            Property::LocalOptimum => {}
            Property::NotLocalOptimum => self.is_not_local = true,
            Property::GlobalOptimum => by_claim(&mut self.global),
            Property::NotGlobalOptimum => self.is_not_global = true,
        }
    }

    fn add<F>(&mut self, claim: &Claim<F>) {
        match claim {
            Claim::Feasible(_) | Claim::NonzeroWeights(_) | Claim::NonzeroInputs(_) => {}
            // They are about the network's answers, not about optimality.
            Claim::Adversarial(_) | Claim::Robust(_) => {}
            // An approximate KKT point need be none.
            Claim::ApproximateKkt(_) => {}
            Claim::KktEnclosed(evidence) => self.enclosed = Some(Verdict::of_enclosed(&evidence.optimum)),
            Claim::ParametersEnclosed(evidence) => {
                self.enclosed = Some(Verdict::of_enclosed_parameters(&evidence.optimum));
            }
            // The direction of a flow is a KKT point, but the flow's claim proves no multipliers: `kkt` does.
            Claim::FlowConverges(_) => {}
            Claim::Implied(implied) => self.follows(implied.property),
            Claim::Infeasible(_) => self.is_infeasible = true,
            Claim::Kkt(_) => self.is_kkt = true,
            Claim::NotKkt(_) => self.is_not_kkt = true,
            Claim::NotLocalOptimum(_) => self.is_not_local = true,
            Claim::NotGlobalOptimum(_) => self.is_not_global = true,
            Claim::LocalOptimum(evidence) => self.local.push(evidence.by.name()),
            Claim::GlobalOptimum(evidence) => self.global.push(evidence.by.name()),
        }
    }

    /// What they come to.
    pub fn verdict(&self) -> Verdict {
        if self.is_infeasible {
            Verdict::Infeasible
        } else if !self.global.is_empty() {
            Verdict::Global
        } else if self.is_not_kkt {
            Verdict::NotKkt
        } else if self.is_not_local {
            Verdict::NotLocal
        } else if !self.local.is_empty() {
            if self.is_not_global { Verdict::LocalNotGlobal } else { Verdict::Local }
        } else if self.is_not_global {
            Verdict::NotGlobal
        } else if self.is_kkt {
            Verdict::Kkt
        } else {
            self.enclosed.unwrap_or(Verdict::Open)
        }
    }
}

impl Verdict {
    /// Every verdict, best first.
    pub const ALL: [Verdict; 9] = [
        Verdict::Global,
        Verdict::LocalNotGlobal,
        Verdict::Local,
        Verdict::NotGlobal,
        Verdict::NotLocal,
        Verdict::Kkt,
        Verdict::NotKkt,
        Verdict::Infeasible,
        Verdict::Open,
    ];

    /// What the claims about an enclosed point come to.
    pub fn of_enclosed<F>(claims: &[EnclosedOptimum<F>]) -> Verdict {
        let has = |wanted: fn(&EnclosedOptimum<F>) -> bool| claims.iter().any(wanted);
        if has(|claim| matches!(claim, EnclosedOptimum::Global { .. })) {
            return Verdict::Global;
        }
        // Of a single layer nothing follows for the whole.
        Verdict::of_kkt_point(
            has(|claim| matches!(claim, EnclosedOptimum::Local)),
            has(|claim| matches!(claim, EnclosedOptimum::Ridge { .. } | EnclosedOptimum::DeadUnit { .. })),
            has(|claim| matches!(claim, EnclosedOptimum::NotGlobal { .. })),
        )
    }

    /// What is said of a KKT point that may be a global optimum for all one knows.
    fn of_kkt_point(is_local: bool, is_not_local: bool, is_not_global: bool) -> Verdict {
        match (is_not_local, is_local, is_not_global) {
            (true, ..) => Verdict::NotLocal,
            (_, true, true) => Verdict::LocalNotGlobal,
            (_, true, false) => Verdict::Local,
            (_, false, true) => Verdict::NotGlobal,
            (_, false, false) => Verdict::Kkt,
        }
    }

    /// What they say of one layer, the other being held; nothing if they do not.
    fn of_enclosed_layer<F>(claims: &[EnclosedOptimum<F>], layer: usize) -> Option<Verdict> {
        claims.iter().find_map(|claim| match claim {
            EnclosedOptimum::Local | EnclosedOptimum::Global { .. } => Some(Verdict::Local),
            EnclosedOptimum::Layer { layer: of } => (*of == layer).then_some(Verdict::Local),
            EnclosedOptimum::Ridge { .. } => (layer == 0).then_some(Verdict::NotLocal),
            EnclosedOptimum::DeadUnit { .. } | EnclosedOptimum::NotGlobal { .. } => None,
        })
    }

    /// The same where the parameters themselves were enclosed.
    fn of_layer_enclosed_by_parameters<F>(claims: &[ParametersOptimum<F>], layer: usize) -> Option<Verdict> {
        claims.iter().find_map(|claim| match claim {
            ParametersOptimum::Local { of_live_units: false, .. } => Some(Verdict::Local),
            ParametersOptimum::Layer { layer: of } => (*of == layer).then_some(Verdict::Local),
            _ => None,
        })
    }

    /// What the claims come to where the parameters themselves were enclosed.
    pub fn of_enclosed_parameters<F>(claims: &[ParametersOptimum<F>]) -> Verdict {
        let has = |what: fn(&ParametersOptimum<F>) -> bool| claims.iter().any(what);
        // Of a single layer, or of the units that live, nothing follows for the whole.
        Verdict::of_kkt_point(
            has(|claim| matches!(claim, ParametersOptimum::Local { of_live_units: false, .. })),
            has(|claim| matches!(claim, ParametersOptimum::Kink { .. } | ParametersOptimum::DeadUnit { .. })),
            has(|claim| matches!(claim, ParametersOptimum::NotGlobal { .. })),
        )
    }

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Global => "global",
            Verdict::LocalNotGlobal => "local, not global",
            Verdict::Local => "local",
            Verdict::NotGlobal => "not global",
            Verdict::NotLocal => "not local",
            Verdict::Kkt => "KKT point",
            Verdict::NotKkt => "not a KKT point",
            Verdict::Infeasible => "infeasible",
            Verdict::Open => "not claimed",
        }
    }

    /// As a word without spaces, for filters and style sheets.
    pub fn key(self) -> String {
        self.name().replace(", ", "-").replace(' ', "-").to_lowercase()
    }

    /// As one word for programs: the claims' names, as [`certify`](crate::prove::certify) uses them.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Global => "global_optimum",
            Verdict::LocalNotGlobal => "local_not_global_optimum",
            Verdict::Local => "local_optimum",
            Verdict::NotGlobal => "not_global_optimum",
            Verdict::NotLocal => "not_local_optimum",
            Verdict::Kkt => "kkt",
            Verdict::NotKkt => "not_kkt",
            Verdict::Infeasible => "infeasible",
            Verdict::Open => "not_claimed",
        }
    }
}
