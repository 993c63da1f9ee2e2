//! What can be run.

use crate::explore::database::{Counts, Kept, Unit};
use crate::explore::hunt::{Hunt, UnitReport};
use crate::kernel::certificate::{Certificate, Document};
use crate::kernel::exact::Rational;
use crate::prove::halt::Halt;

/// Work in numbered units.
pub trait Work: Sync {
    /// Does a unit. What comes of it must depend on the work and the number alone; but a unit is to be given up soon after `halt` is set,
    /// and then there is nothing to record.
    fn unit(&self, unit: u64, halt: &Halt) -> Option<Unit>;
}

impl Work for Hunt {
    fn unit(&self, unit: u64, halt: &Halt) -> Option<Unit> {
        let done = halt.during(|| self.unit_unless(unit, halt).map(|report| Unit::of(unit, report)));
        // Names and checks of what was found take their time too.
        done.filter(|_| !halt.is_set())
    }
}

impl Unit {
    /// A hunt's report on a unit, to be recorded. The kernel checks every claim once more.
    ///
    /// # Panics
    /// When the kernel rejects a claim of a counterexample, which would be an error in this program.
    pub fn of(unit: u64, report: UnitReport) -> Self {
        let UnitReport { instances, kkt, holds, vacuous, broken, undecided, undecided_instances, found } = report;
        let find = |certificate: Certificate<Rational>| {
            let kept = Kept::checked(&Document::Rational(certificate));
            kept.unwrap_or_else(|rejected| panic!("unit {unit} found what is no counterexample: {rejected}"))
        };
        // What comes without a certified claim is still an instance.
        let open = |instance: Certificate<Rational>| {
            let kept = Kept::checked(&Document::Rational(instance.clone()));
            kept.unwrap_or_else(|_| Kept::of(&Document::Rational(Certificate { claims: Vec::new(), ..instance })))
        };
        Unit {
            unit,
            counts: Counts { instances, kkt, holds, vacuous, undecided, broken },
            finds: found.into_iter().map(|found| find(found.certificate)).collect(),
            undecided: undecided_instances.into_iter().map(open).collect(),
        }
    }
}
