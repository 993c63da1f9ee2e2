//! Work that costs nothing and is known beforehand, and databases to do it in.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use margincert::explore::database::{Counts, Database, Kept, Run, Unit};
use margincert::explore::run::{self, Outcome, Plan, Shard, Work};
use margincert::kernel::certificate::Document;
use margincert::prove::halt::Halt;

use crate::scratch::Scratch;

/// Finds something in a few units, leaves something undecided in some.
pub struct Synthetic {
    /// How long a unit takes.
    pub delay: Duration,
    /// The units that end in a panic.
    pub panics: Vec<u64>,
    /// How many units were asked for.
    pub calls: AtomicU64,
}

impl Synthetic {
    pub fn new() -> Self {
        Synthetic { delay: Duration::ZERO, panics: Vec::new(), calls: AtomicU64::new(0) }
    }

    /// A unit, which is never given up.
    pub fn done(&self, unit: u64) -> Unit {
        self.unit(unit, &Halt::default()).expect("it is done")
    }
}

/// The first unit with a find, and the second.
pub const FIRST_FIND: u64 = 11;
pub const SECOND_FIND: u64 = 16;

impl Work for Synthetic {
    fn unit(&self, unit: u64, _: &Halt) -> Option<Unit> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        // Units do not take equally long, so that threads overtake one another.
        std::thread::sleep(self.delay * (1 + (unit * 7 % 5) as u32));
        assert!(!self.panics.contains(&unit), "unit {unit} was to fail");
        let finds: Vec<Kept> = if unit >= FIRST_FIND && unit % 5 == 1 { vec![find(2 + unit % 7)] } else { Vec::new() };
        let undecided: Vec<Kept> = if unit % 9 == 4 { vec![open(2 + unit % 3)] } else { Vec::new() };
        let (broken, left) = (finds.len() as u64, undecided.len() as u64);
        let counts = Counts {
            instances: 20 + broken + left,
            kkt: 10 + unit % 3,
            holds: 20,
            undecided: left,
            broken,
            vacuous: 0,
        };
        Some(Unit { unit, counts, finds, undecided })
    }
}

fn text(scale: u64, claims: &str) -> String {
    format!(
        r#"{{
        "format": "margincert/1",
        "network": {{"inputs": 2, "layers": [
            {{"weights": "diagonal", "activation": "linear"}},
            {{"weights": "dense", "outputs": 1, "activation": "linear"}}
        ]}},
        "data": [{{"x": ["1", "{scale}"], "y": 1}}],
        "point": [["1", "0"], ["1", "0"]],
        "claims": [{claims}]
    }}"#
    )
}

/// A counterexample to the conjecture of [`synthetic_run`].
pub fn find(scale: u64) -> Kept {
    let claims = r#"
        {"claim": "kkt", "multipliers": ["1"]},
        {"claim": "not_local_optimum", "curve": [[["0", "1"], ["0", "1"]], [["-1", "0"], ["-1", "0"]]], "until": "1/8"}"#;
    Kept::checked(&Document::parse(&text(scale, claims)).expect("a certificate")).expect("it is accepted")
}

fn open(scale: u64) -> Kept {
    Kept::of(&Document::parse(&text(scale + 100, "")).expect("an instance"))
}

pub fn synthetic_run() -> Run {
    Run {
        conjecture: "kkt -> local_optimum".into(),
        source: "synthetic".into(),
        bounds: "none".into(),
        seed: u64::MAX,
        version: "0".into(),
        census: None,
    }
}

/// The number of units in most tests.
pub const UNITS: u64 = 60;

pub fn plan() -> Plan {
    Plan { units: UNITS, shard: Shard::ALL, keep_going: true, threads: 2, time_limit: None }
}

impl Scratch {
    /// A new database in the folder.
    pub fn create(&self, name: &str) -> Database {
        Database::create(&self.path(name)).expect("a database")
    }
}

/// Does the synthetic run.
pub fn work_on(database: &mut Database, work: &Synthetic, plan: &Plan) -> Outcome {
    let stop = AtomicBool::new(false);
    run::run(work, database, &synthetic_run(), plan, &stop, &mut |_| ()).expect("it can be recorded")
}

/// Everything that a database holds, as text, once it has been found sound.
pub fn content(database: &Database) -> String {
    let verified = database.verify(&|_, _| ()).expect("it can be read");
    assert_eq!(verified.defects, [], "{}", database.path().display());
    let mut text = String::new();
    for (run, scope) in database.runs().expect("runs") {
        let (summary, done) = (database.summary(&run.id(), scope), database.done(&run.id()));
        text += &format!("{run:?}\n{scope:?}\n{:?}\n{:?}\n", summary.expect("a summary"), done.expect("units"));
    }
    for id in database.instance_ids().expect("ids") {
        text += &format!("{:?}\n", database.find(&id).expect("an instance"));
    }
    for file in database.export(&[]).expect("files") {
        text += &format!("{file:?}\n");
    }
    text
}
