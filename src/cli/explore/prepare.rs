//! What is to be done, out of what the arguments ask for.

use std::path::PathBuf;

use super::refusal::Refusal;
use super::{Arguments, bounds, read};
use crate::explore::bounds::Bounds;
use crate::explore::conjecture::Conjecture;
use crate::explore::database::Run;
use crate::explore::hunt::{Hunt, HuntError, Source};
use crate::explore::run::Plan;
use crate::explore::sources;

/// How many instances are drawn when no number is given.
const INSTANCES: u64 = 100_000;

/// How many networks are drawn before it is said that there are none.
pub const TRIED: u64 = 4096;

/// What is about to be done.
pub struct Task {
    pub hunt: Hunt,
    pub run: Run,
    pub plan: Plan,
    pub database: PathBuf,
}

/// The hunt and the work that the arguments ask for, if there can be any instances.
pub fn prepare(arguments: &Arguments, conjecture: Conjecture) -> Result<Task, Refusal> {
    let mut hunt = Hunt::new(conjecture);
    hunt.source = arguments.source.unwrap_or(hunt.source);
    // A census counts whatever the conjecture says something of, the other sources seek what may break it.
    let implied = if hunt.source == Source::Census { hunt.conjecture.scope() } else { hunt.bounds.clone() };
    let implied = if hunt.source == Source::Patterns { sources::roomier(implied) } else { implied };
    hunt.bounds = arguments.bounds.within(implied);
    hunt.bounds.check().map_err(HuntError::from)?;
    has_its_layers(&hunt.conjecture, &hunt.bounds)?;
    if hunt.bounds.is_empty() {
        return Err(Refusal::Empty(bounds::what_is_missing(&hunt.bounds)));
    }
    hunt.bounds = hunt.bounds.normalised();
    hunt.draws = hunt.fitting_draws();
    hunt.seed = arguments.seed;
    hunt.known = read::known(&arguments.known)?;
    match hunt.source {
        Source::Neighbours if hunt.known.is_empty() => return Err(Refusal::NothingKnown),
        Source::Neighbours | Source::Census => {}
        _ => has_networks(&hunt)?,
    }
    let run = Run::of(&hunt)?;
    let asked = arguments.units.or(arguments.instances.map(|instances| instances.div_ceil(hunt.draws.max(1).into())));
    let units = match run.census {
        Some(all) => asked.unwrap_or(all).min(all),
        None => asked.unwrap_or(INSTANCES.div_ceil(hunt.draws.max(1).into())),
    };
    let plan = Plan {
        units,
        shard: arguments.shard,
        keep_going: arguments.keep_going,
        threads: arguments.threads.map_or_else(processors, usize::from),
        time_limit: arguments.time_limit,
    };
    Ok(Task { hunt, run, plan, database: arguments.db.clone() })
}

/// Whether a network within the bounds can meet the hypothesis, as far as one can tell by drawing.
fn has_networks(hunt: &Hunt) -> Result<(), Refusal> {
    let networks = sources::networks(hunt.bounds.clone());
    if (0..TRIED).any(|seed| networks.attempt_once(seed).is_some()) {
        return Ok(());
    }
    let condition = hunt.conjecture.hypothesis().map_or_else(String::new, ToString::to_string);
    Err(Refusal::NoNetwork { condition, most: hunt.bounds.max_parameters() })
}

/// Of a layer that no network has nothing is true or false.
pub fn has_its_layers(conjecture: &Conjecture, bounds: &Bounds) -> Result<(), Refusal> {
    let depth = *bounds.depth.end();
    match conjecture.deepest_layer().filter(|layer| *layer >= depth) {
        Some(layer) => Err(Refusal::NoSuchLayer { layer, depth }),
        None => Ok(()),
    }
}

/// How many threads work where the user names no number.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
