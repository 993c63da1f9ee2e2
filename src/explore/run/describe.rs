//! A hunt as a database knows it.

use sha2::{Digest, Sha256};

use crate::explore::bounds::Bounds;
use crate::explore::conjecture::Conjecture;
use crate::explore::database::Run;
use crate::explore::hunt::{Hunt, HuntError, Source};
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::Rational;

/// The version of the program. Another solver draws other instances.
const VERSION: &str =
    if cfg!(feature = "highs") { concat!(env!("CARGO_PKG_VERSION"), "+highs") } else { env!("CARGO_PKG_VERSION") };

impl Run {
    /// The hunt in the words of this version of the program.
    ///
    /// # Errors
    /// When the bounds are too wide for the hunt.
    pub fn of(hunt: &Hunt) -> Result<Self, HuntError> {
        let census = hunt.units()?;
        let mut bounds = hunt.bounds.to_string();
        if census.is_none() {
            bounds.push_str(&format!("; {} instances a unit", hunt.draws));
        }
        let mut source = hunt.source.name().to_string();
        if !hunt.known.is_empty() && census.is_none() {
            source.push_str(&format!(" ({} known, {})", hunt.known.len(), fingerprint(&hunt.known)));
        }
        Ok(Run {
            conjecture: hunt.conjecture.to_string(),
            source,
            bounds,
            // A census draws nothing.
            seed: if census.is_some() { 0 } else { hunt.seed },
            version: VERSION.into(),
            census,
        })
    }

    /// The conjecture, if this version of the program can read it.
    pub fn parsed(&self) -> Option<Conjecture> {
        self.conjecture.parse().ok()
    }

    /// The class of instances that the run goes through if it is a census, with what the conjecture's hypothesis excludes by sizes, wiring and
    /// activations left out. Nothing if this version of the program cannot read it.
    pub fn class(&self) -> Option<Bounds> {
        let bounds: Bounds = self.bounds.parse().ok()?;
        Some(Bounds { condition: self.parsed()?.scope().condition, ..bounds })
    }

    /// The hunt that does the run anew, if it is a census that this version of the program can read.
    pub fn census_again(&self) -> Option<Hunt> {
        self.census?;
        Some(Hunt { source: Source::Census, bounds: self.class()?, ..Hunt::new(self.parsed()?) })
    }
}

/// Twelve hexadecimal digits that depend on the instances and their order.
fn fingerprint(instances: &[Certificate<Rational>]) -> String {
    let mut hash = Sha256::new();
    for instance in instances {
        let bare = Certificate { title: None, source: None, claims: Vec::new(), ..instance.clone() };
        // A document ends where it says it does.
        hash.update(bare.to_text());
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
