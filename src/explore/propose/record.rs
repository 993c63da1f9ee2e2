//! What is certified of each instance.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::vocabulary::Vocabulary;
use crate::explore::canonical::ContentId;
use crate::explore::conjecture::{Atom, Formula, Truth, Value};
use crate::explore::facts::Facts;
use crate::explore::shrink::Extent;
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::Rational;

/// The work that each search for evidence may take, some hundredths of a second's worth: a record is of many instances.
const STEPS: u64 = 20_000_000;

/// Who found an instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// It is in a file, of this name.
    File(String),
    /// It is in a database, under this id.
    Database(String),
    /// A census drew it.
    Census,
    /// Another source drew it, with this name.
    Drawn(&'static str),
    /// It was found by a hunt for this statement.
    Hunt(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File(name) => write!(f, "in {name}"),
            Origin::Database(id) => write!(f, "in the database, {}", &id[..id.len().min(8)]),
            Origin::Census => f.write_str("by census"),
            Origin::Drawn(source) => write!(f, "by source {source}"),
            Origin::Hunt(statement) => write!(f, "by a hunt against {statement}"),
        }
    }
}

/// An instance that shows something.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// How large it is.
    pub extent: Extent,
    /// Its name.
    pub id: ContentId,
    /// Who found it.
    pub origin: Origin,
    /// The instance.
    pub instance: Certificate<Rational>,
}

/// Instances of which the same is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    /// A bit for each assumption of the vocabulary that is certified.
    pub assumed: u128,
    /// A bit for each conclusion that is certified.
    pub proved: u32,
    /// A bit for each conclusion whose negation is.
    pub refuted: u32,
    /// How many instances there are.
    pub count: u64,
    /// The smallest.
    pub smallest: Witness,
}

/// What is known of instances that are KKT points, each counted once up to symmetry.
#[derive(Clone, Debug)]
pub struct Record {
    pub(super) vocabulary: Vocabulary,
    groups: BTreeMap<(u128, u32, u32), Group>,
    ids: BTreeSet<ContentId>,
}

/// What is found out about an instance, to be put on record.
#[derive(Clone, Debug)]
pub struct Entry(Group);

impl Record {
    /// A record without instances.
    pub fn new(vocabulary: Vocabulary) -> Self {
        Record { vocabulary, groups: BTreeMap::new(), ids: BTreeSet::new() }
    }

    /// The facts that it tells of each instance.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// How many instances there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Puts an instance on record, unless it, or a symmetric copy, is there.
    pub fn insert(&mut self, Entry(entry): Entry) {
        if !self.ids.insert(entry.smallest.id) {
            return;
        }
        let key = (entry.assumed, entry.proved, entry.refuted);
        match self.groups.get_mut(&key) {
            None => {
                self.groups.insert(key, entry);
            }
            Some(group) => {
                group.count += 1;
                if (entry.smallest.extent, entry.smallest.id) < (group.smallest.extent, group.smallest.id) {
                    group.smallest = entry.smallest;
                }
            }
        }
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }
}

impl Vocabulary {
    /// What is certified of an instance; nothing if it is not known to be a KKT point.
    pub fn examine(&self, instance: Certificate<Rational>, origin: Origin) -> Option<Entry> {
        let mut facts = Facts::within(STEPS, &instance);
        if facts.truth(&Atom::Kkt) != Truth::True {
            return None;
        }
        let (mut assumed, mut proved, mut refuted) = (0, 0, 0);
        for (place, formula) in self.concluded.iter().enumerate() {
            match truth(formula, &mut facts) {
                Truth::True => proved |= 1 << place,
                Truth::False => refuted |= 1 << place,
                Truth::Unknown => {}
            }
        }
        for (place, formula) in self.assumed.iter().enumerate() {
            assumed |= u128::from(truth(formula, &mut facts) == Truth::True) << place;
        }
        let (extent, id) = (Extent::of(&instance.problem), ContentId::of(&instance.problem));
        let smallest = Witness { extent, id, origin, instance: bare(instance) };
        Some(Entry(Group { assumed, proved, refuted, count: 1, smallest }))
    }
}

/// The instance without what was claimed of it.
fn bare(instance: Certificate<Rational>) -> Certificate<Rational> {
    Certificate { title: None, source: None, claims: Vec::new(), ..instance }
}

/// Whether a formula is true of an instance; asks for no more facts than it takes, cheap ones first.
pub(super) fn truth(formula: &Formula, facts: &mut Facts<'_>) -> Truth {
    let formula = formula.for_depth(facts.depth());
    loop {
        let open = match formula.value(&|atom| facts.known(atom)) {
            Value::Settled(truth) => return truth,
            Value::Open(atoms) => atoms.into_iter().min_by_key(|atom| Facts::cost(atom)).cloned(),
        };
        if let Some(atom) = open {
            facts.truth(&atom);
        }
    }
}
