//! Whatever a source hands out is a KKT point within its bounds; and it hands out what counterexamples are made of.

mod census;
mod forward;
mod inverse;
mod neighbours;
mod parts;
mod patterns;

use margincert::explore::bounds::Bounds;
use margincert::explore::hunt::Hunt;
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

#[test]
fn sources_draw_what_the_conjecture_names() {
    let conjectures = [
        "leaky(0) & depth == 2",
        "leaky(1)",
        "leaky(2)",
        "leaky(9/10)",
        "filters == 2",
        "filters == 5",
        "dense & parameters == 9",
        "support == 4",
        "diagonal & support == 3 & depth == 3",
        "kinks == 2",
        "!relu & !leaky & !linear",
        "samples == 5 & inputs == 5",
        "height >= 7",
    ];
    for hypothesis in conjectures {
        let conjecture = format!("kkt & {hypothesis} -> feasible");
        let hunt = Hunt { draws: 16, ..Hunt::new(conjecture.parse().expect("a conjecture")) };
        // Mixed sources take turns: inverse design, and data first.
        for report in [0, 1].map(|unit| hunt.unit(unit)) {
            assert_eq!((report.holds, report.kkt), (report.instances, report.instances), "{conjecture}");
            assert!(report.instances > 0, "{conjecture}");
        }
    }
}
