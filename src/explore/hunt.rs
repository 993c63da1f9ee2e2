//! The unit of work of a hunt: so many instances drawn and judged.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::explore::bounds::{Bounds, TooWide};
use crate::explore::canonical::ContentId;
use crate::explore::conjecture::{Atom, Conjecture, Truth};
use crate::explore::facts::Facts;
use crate::explore::judge::{Judgement, examine};
use crate::explore::shrink::{Extent, down_the_tree, redraw, shrink};
use crate::explore::sources::{self, Census, CensusError};
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::Rational;
use crate::prove::halt::Halt;

/// How many instances a unit draws, unless a hunt says otherwise.
pub const DRAWS: u32 = 128;
/// The most counterexamples of a unit that are shrunk and kept: the smallest.
pub const MAX_FINDS: usize = 4;
/// The most undecided instances of a unit that are kept: the first.
pub const MAX_UNDECIDED: usize = 4;

/// How many counterexamples of a census are held at a time.
const ROOM: usize = 256;

/// Where a hunt takes its instances from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// Points first, then data for which they are KKT points.
    Inverse,
    /// Data first, then KKT points of them.
    Forward,
    /// Points first, then activation patterns by mixed-integer programs, then data.
    Patterns,
    /// Small changes of known instances.
    Neighbours,
    /// Every instance within the bounds, once up to symmetry.
    Census,
    /// By turns, unit after unit: inverse design; data first; where instances are known, their neighbours.
    Mixed,
}

impl Source {
    /// All sources.
    pub const ALL: [Source; 6] =
        [Source::Inverse, Source::Forward, Source::Patterns, Source::Neighbours, Source::Census, Source::Mixed];

    /// The source's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Source::Inverse => "inverse",
            Source::Forward => "forward",
            Source::Patterns => "patterns",
            Source::Neighbours => "neighbours",
            Source::Census => "census",
            Source::Mixed => "mixed",
        }
    }
}

/// A hunt for counterexamples, which falls into units of work that can be done in any order, anywhere.
///
/// ```
/// use margincert::explore::hunt::Hunt;
///
/// let mut hunt = Hunt::new("kkt & diagonal & linear & depth == 2 -> local_optimum".parse()?);
/// hunt.draws = 16;
/// let report = hunt.unit(0);
/// let find = report.found.first().expect("every other KKT point breaks it");
/// assert!(find.certificate.check().iter().all(Result::is_ok));
/// assert_eq!(report, hunt.unit(0));
/// # Ok::<(), margincert::explore::conjecture::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Hunt {
    /// What is to be broken.
    pub conjecture: Conjecture,
    /// Where instances come from.
    pub source: Source,
    /// What instances are drawn.
    pub bounds: Bounds,
    /// The seed of the draws.
    pub seed: u64,
    /// How many instances a unit draws.
    pub draws: u32,
    /// The instances whose neighbours are drawn.
    pub known: Vec<Certificate<Rational>>,
}

/// Why there is nothing to hunt for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HuntError {
    /// The bounds have no census.
    #[error(transparent)]
    Census(#[from] CensusError),
    /// Instances within the bounds may be too large to be drawn.
    #[error(transparent)]
    TooWide(#[from] TooWide),
}

/// What came of a unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitReport {
    /// Instances drawn. Fewer than asked for where the source has no more within the bounds, or does not find any.
    pub instances: u64,
    /// Those certified to be KKT points.
    pub kkt: u64,
    /// Those on which the conjecture holds.
    pub holds: u64,
    /// Those on which its hypothesis fails.
    pub vacuous: u64,
    /// Those that break it.
    pub broken: u64,
    /// Those on which it is undecided.
    pub undecided: u64,
    /// The first of these, at most [`MAX_UNDECIDED`].
    pub undecided_instances: Vec<Certificate<Rational>>,
    /// The smallest counterexamples, shrunk, each once, at most [`MAX_FINDS`], smallest first.
    pub found: Vec<Find>,
}

/// A counterexample.
#[derive(Clone, Debug, PartialEq)]
pub struct Find {
    /// Its name, the same for all that are equal to it up to symmetry.
    pub id: ContentId,
    /// How large it is.
    pub extent: Extent,
    /// The instance, with claims that prove the hypothesis and refute the conclusion, all accepted by the kernel.
    pub certificate: Certificate<Rational>,
}

impl Hunt {
    /// A hunt with mixed sources in the bounds that the conjecture implies, with seed 0 and no known instances.
    pub fn new(conjecture: Conjecture) -> Self {
        let bounds = conjecture.bounds();
        Hunt { conjecture, source: Source::Mixed, bounds, seed: 0, draws: DRAWS, known: Vec::new() }
    }

    /// How many instances a unit should draw from the source within the bounds, so that it is seldom longer than some seconds.
    pub fn fitting_draws(&self) -> u32 {
        let draws = self.bounds.draws();
        // Before each there are programs to be solved, some hundreds where few designs have data.
        if self.source == Source::Patterns { 1 } else { draws }
    }

    /// How many units there are; nothing if there is no end of them.
    ///
    /// # Errors
    /// When the bounds are too wide for the source.
    pub fn units(&self) -> Result<Option<u64>, HuntError> {
        self.bounds.check()?;
        match self.source {
            Source::Census => Ok(Some(Census::new(&self.bounds)?.len_units() as u64)),
            _ => Ok(None),
        }
    }

    /// Does a unit of work. Its report depends on the hunt and the unit alone: not on a clock, nor on other units.
    ///
    /// A unit of a census holds as many instances as there are; it is empty beyond the last, or if the bounds have no census.
    pub fn unit(&self, unit: u64) -> UnitReport {
        self.unit_unless(unit, &Halt::default()).unwrap_or_default()
    }

    /// The same, but the unit, which may be long, is given up soon after `halt` is set: there is no report then.
    ///
    /// Searches that a halt ends early know less than they would. So nothing that was come to by then is kept, and whoever does the unit
    /// again does it from its beginning.
    pub fn unit_unless(&self, unit: u64, halt: &Halt) -> Option<UnitReport> {
        let report = halt.during(|| self.attempt(unit, halt));
        (!halt.is_set()).then_some(report)
    }

    fn attempt(&self, unit: u64, halt: &Halt) -> UnitReport {
        let mut report = UnitReport::default();
        if self.bounds.is_empty() {
            return report;
        }
        let bounds = self.bounds.clone();
        let mut broken = match self.turn(unit) {
            Source::Census => self.enumerate(unit, &mut report, halt),
            Source::Forward => self.draw(unit, &sources::forward(bounds), &mut report),
            Source::Patterns => self.draw(unit, &sources::patterns(bounds), &mut report),
            Source::Neighbours => self.draw(unit, &sources::neighbours(self.known.clone(), bounds), &mut report),
            Source::Inverse | Source::Mixed => self.draw(unit, &sources::inverse(bounds), &mut report),
        };
        keep_smallest(&mut broken);
        let mut finds = BTreeMap::new();
        for Broken { certificate, tree, .. } in broken {
            let certificate = match tree {
                Some(mut tree) => down_the_tree(&self.conjecture, certificate, tree.as_mut()),
                None => shrink(&self.conjecture, certificate),
            };
            let find = Find::of(certificate);
            finds.entry((find.extent, find.id)).or_insert(find);
        }
        // A census meets the smallest by itself, and what programs find is not met by drawing.
        if !matches!(self.source, Source::Census | Source::Patterns)
            && let Some((_, smallest)) = finds.pop_first()
        {
            let mut runner = runner(self.seed, unit, Purpose::Redrawing);
            let find = Find::of(redraw(&self.conjecture, &self.bounds, smallest.certificate, &mut runner));
            finds.insert((find.extent, find.id), find);
        }
        report.found = finds.into_values().collect();
        report
    }

    /// The source of a unit.
    fn turn(&self, unit: u64) -> Source {
        if self.source != Source::Mixed {
            return self.source;
        }
        let mut turns = vec![Source::Inverse, Source::Forward];
        if !self.known.is_empty() {
            turns.push(Source::Neighbours);
        }
        turns[(unit % turns.len() as u64) as usize]
    }

    /// Judges as many instances as a unit draws from a strategy; returns those that break the conjecture.
    fn draw<S>(&self, unit: u64, strategy: &S, report: &mut UnitReport) -> Vec<Broken>
    where
        S: Strategy<Value = Certificate<Rational>>,
        S::Tree: 'static,
    {
        let mut runner = runner(self.seed, unit, Purpose::Drawing);
        let mut broken = Vec::new();
        for _ in 0..self.draws {
            // There is none either once the unit is given up.
            let Ok(tree) = strategy.new_tree(&mut runner) else { break };
            if let Some(certificate) = self.judge(tree.current(), report) {
                broken.push(Broken {
                    extent: Extent::of(&certificate.problem),
                    certificate,
                    // To go down the tree is to solve programs again.
                    tree: (self.source != Source::Patterns).then(|| Box::new(tree) as Box<_>),
                });
            }
        }
        broken
    }

    /// The same for a unit of the census.
    fn enumerate(&self, unit: u64, report: &mut UnitReport, halt: &Halt) -> Vec<Broken> {
        let mut broken = Vec::new();
        let is_over = || halt.is_set();
        let census = Census::opened(&self.bounds);
        let unit = usize::try_from(unit).unwrap_or(usize::MAX);
        for member in census.iter().flat_map(|census| census.unit_unless(unit, &is_over)) {
            if let Some(certificate) = self.judge(member.instance, report) {
                broken.push(Broken { extent: Extent::of(&certificate.problem), certificate, tree: None });
            }
            // The tail of a long list is not worth its room.
            if broken.len() > ROOM {
                keep_smallest(&mut broken);
            }
        }
        broken
    }

    /// Judges an instance and counts it; returns it if it breaks the conjecture.
    fn judge(&self, instance: Certificate<Rational>, report: &mut UnitReport) -> Option<Certificate<Rational>> {
        report.instances += 1;
        let mut facts = Facts::of(&instance);
        let judgement = examine(&self.conjecture, &mut facts, &instance);
        // Asked for also where the conjecture did not: what is counted must not depend on how it was judged.
        report.kkt += u64::from(facts.truth(&Atom::Kkt) == Truth::True);
        match judgement {
            Judgement::Holds => report.holds += 1,
            Judgement::HypothesisFails => report.vacuous += 1,
            Judgement::Undecided { .. } => {
                report.undecided += 1;
                if report.undecided_instances.len() < MAX_UNDECIDED {
                    report.undecided_instances.push(instance);
                }
            }
            Judgement::Broken(certificate) => {
                report.broken += 1;
                return Some(*certificate);
            }
        }
        None
    }
}

/// A counterexample before it is shrunk.
struct Broken {
    extent: Extent,
    certificate: Certificate<Rational>,
    /// The tree that it comes from, if it was drawn.
    tree: Option<Box<dyn ValueTree<Value = Certificate<Rational>>>>,
}

/// Leaves the [`MAX_FINDS`] smallest; of equally small ones the first.
fn keep_smallest(broken: &mut Vec<Broken>) {
    broken.sort_by_key(|broken| broken.extent);
    broken.truncate(MAX_FINDS);
}

impl Find {
    /// The counterexample with its name and size.
    pub fn of(certificate: Certificate<Rational>) -> Self {
        Find { id: ContentId::of(&certificate.problem), extent: Extent::of(&certificate.problem), certificate }
    }
}

/// What a unit needs randomness for.
#[derive(Clone, Copy)]
enum Purpose {
    Drawing,
    Redrawing,
}

/// The runner of a unit, whose randomness the hunt's seed, the unit's number and the purpose determine.
fn runner(seed: u64, unit: u64, purpose: Purpose) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&unit.to_le_bytes());
    bytes[16] = purpose as u8;
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, random)
}
