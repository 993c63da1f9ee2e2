//! Instances for a record: small ones all, or evenly spread, and larger ones drawn.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::record::{Entry, Origin, Record};
use super::vocabulary::Vocabulary;
use crate::explore::bounds::{ActivationKind, Architecture, Bounds, Slopes};
use crate::explore::sources::{Census, forward, inverse};
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::Rational;
use crate::prove::halt::Halt;

/// How many instances are gathered, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// About how many instances the censuses give, and about how many each other source draws.
    pub instances: usize,
    /// The seed of the draws.
    pub seed: u64,
    /// How many threads share the work. The record does not depend on it.
    pub threads: usize,
}

/// A piece of work: it gives the same instances whenever it is done.
enum Task {
    /// So many instances of a unit of a census.
    Census(Box<Bounds>, usize, usize),
    /// An instance of a source, with its seed.
    Inverse(u64),
    Forward(u64),
}

/// Puts instances on record: of censuses of all architectures and activations with one or two samples, inputs and units a layer, and of the sources
/// `inverse` and `forward` within their default bounds. It ends early once `halt` is set.
pub fn gather(record: &mut Record, sampling: &Sampling, halt: &Halt) {
    let tasks = tasks(sampling);
    let vocabulary = record.vocabulary().clone();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done: Vec<(usize, Vec<Entry>)> = Vec::new();
        let (inverse, forward) = (inverse(Bounds::default()), forward(Bounds::default()));
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = tasks.get(place).filter(|_| !halt.is_set()) else { return done };
            let entries = halt.during(|| {
                let drawn = |instance: Option<Certificate<Rational>>, source| {
                    let examine = |instance| vocabulary.examine(instance, Origin::Drawn(source));
                    instance.and_then(examine).into_iter().collect()
                };
                match task {
                    Task::Census(bounds, unit, most) => census(&vocabulary, bounds, *unit, *most, halt),
                    Task::Inverse(seed) => drawn(inverse.draw(*seed), "inverse"),
                    Task::Forward(seed) => drawn(forward.draw(*seed), "forward"),
                }
            });
            // What was cut short knows less than it would.
            if !halt.is_set() {
                done.push((place, entries));
            }
        }
    };
    let mut all: Vec<(usize, Vec<Entry>)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..sampling.threads.max(1)).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().flat_map(|(_, entries)| entries).for_each(|entry| record.insert(entry));
}

fn census(vocabulary: &Vocabulary, bounds: &Bounds, unit: usize, most: usize, halt: &Halt) -> Vec<Entry> {
    let Ok(census) = Census::opened(bounds) else { return Vec::new() };
    let is_over = || halt.is_set();
    let members = census.unit_unless(unit, &is_over).take(most);
    members.filter_map(|member| vocabulary.examine(member.instance, Origin::Census)).collect()
}

fn tasks(sampling: &Sampling) -> Vec<Task> {
    let classes = classes();
    let share = sampling.instances.div_ceil(classes.len());
    let mut tasks = Vec::new();
    for bounds in classes {
        let Ok(census) = Census::new(&bounds) else { continue };
        // Spread evenly over the units, so that no kind of network is left out.
        let units = census.len_units();
        let chosen = units.min(share).max(1);
        let most = share.div_ceil(chosen);
        tasks.extend((0..chosen).map(|i| Task::Census(Box::new(bounds.clone()), i * units / chosen, most)));
    }
    let seeds = |source: u64| {
        let mut seeds = crate::prove::search::Random::new(sampling.seed.wrapping_mul(2).wrapping_add(source));
        (0..sampling.instances).map(move |_| seeds.bits())
    };
    tasks.extend(seeds(0).map(Task::Inverse));
    tasks.extend(seeds(1).map(Task::Forward));
    tasks
}

/// The classes whose censuses are taken.
fn classes() -> Vec<Bounds> {
    let mut classes = Vec::new();
    for architecture in Architecture::ALL {
        for activation in [ActivationKind::Linear, ActivationKind::Relu, ActivationKind::Leaky] {
            for depth in 2..=3 {
                let inputs = if architecture == Architecture::Convolution { 2..=3 } else { 1..=2 };
                classes.push(Bounds {
                    architectures: vec![architecture],
                    activations: vec![activation],
                    slopes: Slopes::OfHeight(Vec::new()),
                    depth: depth..=depth,
                    inputs,
                    samples: 1..=2,
                    width: 1..=2,
                    height: 1,
                    ..Bounds::default()
                });
            }
        }
    }
    classes
}
