//! Whatever a source hands out is a KKT point within its bounds; and it hands out what counterexamples are made of.

mod census;
mod forward;
mod inverse;
mod neighbours;
mod parts;
mod patterns;

use margincert::explore::bounds::Bounds;
use margincert::kernel::certificate::Certificate;
use margincert::kernel::check::Claim;
use margincert::kernel::exact::Rational;
use margincert::kernel::network::Weights;

/// The instance is within the bounds and carries one claim, `kkt`, which the kernel accepts.
pub fn assert_kkt(bounds: &Bounds, instance: &Certificate<Rational>) {
    assert!(matches!(instance.claims[..], [Claim::Kkt(_)]), "{instance:?}");
    assert!(instance.check().iter().all(Result::is_ok), "{instance:?}");
    assert!(bounds.admits(&instance.problem), "{instance:?}");
}

/// Whether every hidden layer is of a kind.
pub fn hidden_layers(instance: &Certificate<Rational>, kind: impl Fn(&Weights) -> bool) -> bool {
    let layers = instance.problem.network().layers();
    layers[..layers.len() - 1].iter().all(|layer| kind(layer.weights()))
}
