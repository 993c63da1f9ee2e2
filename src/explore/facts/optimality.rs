//! Local and global optimality, of all layers or of one.
//!
//! What implies what saves searches: a global optimum is a local one, an optimum of all layers is one of each layer, and so on
//! by contraposition. Multipliers that come with the instance are tried as they are before any are looked for.

use super::{Facts, decided};
use crate::explore::conjecture::{Layers, Truth};
use crate::kernel::check::{Claim, GlobalOptimum, Implied, Kkt, Lagrangian, LocalOptimum, Method, Property};
use crate::kernel::exact::Rational;
use crate::kernel::network::Scope;
use crate::prove::better::not_global_optimum;
use crate::prove::curves::not_local_optimum;
use crate::prove::optimality::{global_optimum, local_optimum};

impl Facts<'_> {
    pub(super) fn local(&mut self, layers: Layers) -> Truth {
        let Some(layer) = self.single(layers) else { return Truth::Unknown };
        let scope = Scope::of(layer);
        if self.holds(|claim| says(claim, Property::LocalOptimum, layer)) {
            return Truth::True;
        }
        if self.holds(|claim| says(claim, Property::NotLocalOptimum, layer)) {
            return Truth::False;
        }
        if !self.searches {
            return Truth::Unknown;
        }
        let kkt = self.kkt();
        if let Some(kkt) = &kkt {
            let of_layer = Kkt { layer, ..kkt.clone() };
            if self.local_by_multipliers(&of_layer) || self.global_where_linear(scope, &of_layer) {
                return Truth::True;
            }
            let prove = |problem, search: &mut _| local_optimum(problem, scope, &of_layer, search);
            let proof = self.search(&format!("local {layer:?}"), prove);
            if proof.is_some_and(|evidence| self.keep(Claim::LocalOptimum(evidence))) {
                return Truth::True;
            }
        }
        // The multipliers' curves may leave the layer.
        let kkt = kkt.filter(|_| layer.is_none());
        let refute = |problem, search: &mut _| not_local_optimum(problem, scope, kkt.as_ref(), search);
        let refutation = self.search(&format!("not local {layer:?}"), refute);
        decided(refutation.is_some_and(|evidence| self.keep(Claim::NotLocalOptimum(evidence))), Truth::False)
    }

    pub(super) fn global(&mut self, layers: Layers) -> Truth {
        let Some(layer) = self.single(layers) else { return Truth::Unknown };
        let scope = Scope::of(layer);
        if self.holds(|claim| says(claim, Property::GlobalOptimum, layer)) {
            return Truth::True;
        }
        if self.holds(|claim| says(claim, Property::NotGlobalOptimum, layer)) {
            return Truth::False;
        }
        if !self.searches {
            return Truth::Unknown;
        }
        if let Some(kkt) = self.kkt() {
            let of_layer = Kkt { layer, ..kkt };
            if self.global_by_multipliers(&of_layer) {
                return Truth::True;
            }
            let prove = |problem, search: &mut _| global_optimum(problem, scope, &of_layer, search);
            let proof = self.search(&format!("global {layer:?}"), prove);
            if proof.is_some_and(|evidence| self.keep(Claim::GlobalOptimum(evidence))) {
                return Truth::True;
            }
        }
        let refute = |problem, search: &mut _| not_global_optimum(problem, scope, search);
        let better = self.search(&format!("not global {layer:?}"), refute);
        if better.is_some_and(|evidence| self.keep(Claim::NotGlobalOptimum(evidence))) {
            return Truth::False;
        }
        // A better point close by may be found only along a curve.
        decided(self.local(layers) == Truth::False, Truth::False)
    }

    /// The free layer, or all; nothing if the network has no such layer.
    fn single(&self, layers: Layers) -> Option<Option<usize>> {
        let depth = self.problem.network().depth();
        match layers {
            Layers::Layer(layer) if layer < depth => Some(Some(layer)),
            Layers::Layer(_) => None,
            Layers::Last => Some(Some(depth - 1)),
            // Statements about each layer are taken apart before facts are asked for.
            Layers::Whole | Layers::Every | Layers::Some => Some(None),
        }
    }

    /// Whether a claim that was accepted, or comes with the instance and is now, settles the question.
    fn holds(&mut self, settles: impl Fn(&Claim<Rational>) -> bool) -> bool {
        self.claims.iter().any(&settles) || self.keep_given(settles)
    }

    /// The Lagrangian of the multipliers in hand.
    fn local_by_multipliers(&mut self, kkt: &Kkt<Rational>) -> bool {
        let by = Method::Lagrangian(Lagrangian { multipliers: kkt.multipliers.clone() });
        self.quadratic(kkt.layer) && self.keep(Claim::LocalOptimum(LocalOptimum { layer: kkt.layer, by }))
    }

    fn global_by_multipliers(&mut self, kkt: &Kkt<Rational>) -> bool {
        let linear = self.problem.network().is_linear_from(Scope::of(kkt.layer).first());
        let by = Method::Lagrangian(Lagrangian { multipliers: kkt.multipliers.clone() });
        linear && self.quadratic(kkt.layer) && self.keep(Claim::GlobalOptimum(GlobalOptimum { layer: kkt.layer, by }))
    }

    /// Whether the Lagrangian is quadratic in the free layers.
    fn quadratic(&self, layer: Option<usize>) -> bool {
        layer.is_some() || self.problem.network().depth() <= 2
    }

    /// Linear networks have proofs of global optimality where there is none of local optimality.
    fn global_where_linear(&mut self, scope: Scope, kkt: &Kkt<Rational>) -> bool {
        if !self.problem.network().is_linear_from(scope.first()) {
            return false;
        }
        let prove = |problem, search: &mut _| global_optimum(problem, scope, kkt, search);
        let proof = self.search(&format!("global {:?}", kkt.layer), prove);
        proof.is_some_and(|evidence| self.keep(Claim::GlobalOptimum(evidence)))
    }
}

/// Whether a claim is that the point has a property over the layers that are wanted, or implies it.
fn says<F>(claim: &Claim<F>, property: Property, layer: Option<usize>) -> bool {
    Implied { property, layer, claim_index: 0 }.follows_from(claim)
}
