//! What a test from outside cannot set up: a full disk, rows changed behind the program's back.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::kernel::certificate::Document;

/// A folder that is removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("margincert-database-{}-{count}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        Folder(folder)
    }

    fn database(&self) -> PathBuf {
        self.0.join("margincert.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run() -> Run {
    Run {
        conjecture: "kkt -> local_optimum".into(),
        source: "inverse".into(),
        bounds: "small".into(),
        seed: 7,
        version: "0.1.0".into(),
        census: None,
    }
}

/// A counterexample: the diagonal network of depth 2 with a dead unit, `scale` times as large an input there.
fn find(scale: usize) -> Kept {
    let text = format!(
        r#"{{
        "format": "margincert/1",
        "network": {{"inputs": 2, "layers": [
            {{"weights": "diagonal", "activation": "linear"}},
            {{"weights": "dense", "outputs": 1, "activation": "linear"}}
        ]}},
        "data": [{{"x": ["1", "{scale}"], "y": 1}}],
        "point": [["1", "0"], ["1", "0"]],
        "claims": [
            {{"claim": "kkt", "multipliers": ["1"]}},
            {{"claim": "not_local_optimum", "curve": [[["0", "1"], ["0", "1"]], [["-1", "0"], ["-1", "0"]]], "until": "1/8"}}
        ]
    }}"#
    );
    Kept::checked(&Document::parse(&text).expect("a certificate")).expect("it is accepted")
}

fn unit(unit: u64, finds: Vec<Kept>) -> Unit {
    let broken = finds.len() as u64;
    let counts = Counts { instances: 10 + broken, kkt: 9, holds: 10, broken, ..Counts::default() };
    Unit { unit, counts, finds, undecided: Vec::new() }
}

fn problems(database: &Database) -> Vec<String> {
    let verified = database.verify(&|_, _| ()).expect("it can be read");
    verified.defects.iter().map(ToString::to_string).collect()
}

#[test]
fn a_full_disk_loses_nothing_that_was_recorded_and_says_what_to_do() {
    let folder = Folder::new();
    let mut database = Database::create(&folder.database()).expect("a database");
    let id = run().id();
    database.begin(&run(), 10_000, true).expect("there is room");
    let pages: i64 = database.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("a count");
    database.connection.pragma_update(None, "max_page_count", pages + 4).expect("a limit");
    let mut recorded = 0;
    let error = loop {
        match database.record(&id, &[unit(recorded, vec![find(recorded as usize + 3)])]) {
            Ok(_) => recorded += 1,
            Err(error) => break error,
        }
    };
    assert!(recorded > 0 && matches!(error.problem, Problem::Full), "{recorded}: {error}");
    assert!(error.to_string().contains("free some room, then go on with --resume"), "{error}");
    drop(database);
    let mut database = Database::open(&folder.database()).expect("it opens");
    assert_eq!(database.done(&id).expect("units"), (0..recorded).collect::<Vec<_>>());
    assert_eq!(problems(&database), [""; 0]);
    // With room again the same unit goes in.
    database.record(&id, &[unit(recorded, vec![find(recorded as usize + 3)])]).expect("there is room");
    assert_eq!(database.summary(&id, Scope::whole(10_000, true)).expect("a summary").finds.len() as u64, recorded + 1);
}

#[test]
fn units_of_a_transaction_are_recorded_all_or_none() {
    let folder = Folder::new();
    let mut database = Database::create(&folder.database()).expect("a database");
    let id = run().id();
    database.begin(&run(), 10, true).expect("a run");
    database.record(&id, &[unit(3, vec![])]).expect("a unit");
    let mut other = unit(3, vec![]);
    other.counts.kkt = 1;
    let error = database.record(&id, &[unit(2, vec![find(2)]), other]).expect_err("unit 3 came out differently");
    assert!(matches!(error.problem, Problem::Contradiction { unit: 3, .. }), "{error}");
    assert_eq!(database.done(&id).expect("units"), [3]);
    assert!(database.instance_ids().expect("ids").is_empty());
    assert_eq!(database.record(&id, &[unit(2, vec![]), unit(3, vec![])]).expect("they agree"), 1);
}

#[test]
fn a_run_that_stops_at_the_first_find_counts_only_what_comes_before_and_it() {
    let folder = Folder::new();
    let mut database = Database::create(&folder.database()).expect("a database");
    let id = run().id();
    database.begin(&run(), 10, false).expect("a run");
    for number in [9, 4, 6, 0, 2, 7, 1, 3] {
        let finds = if number == 4 || number == 7 { vec![find(number as usize)] } else { Vec::new() };
        database.record(&id, &[unit(number, finds)]).expect("a unit");
    }
    let summary = database.summary(&id, Scope::whole(10, false)).expect("a summary");
    assert_eq!((summary.end, summary.units, summary.done), (5, 5, 5));
    assert!(summary.is_complete());
    assert_eq!(summary.finds.iter().map(|find| find.unit).collect::<Vec<_>>(), [4]);
    let odd = database.summary(&id, Scope { units: 10, shard: (1, 2), keep_going: false }).expect("a summary");
    assert_eq!((odd.units, odd.done, odd.finds.len()), (4, 3, 1));
    let all = database.summary(&id, Scope::whole(10, true)).expect("a summary");
    assert_eq!((all.units, all.done, all.finds.len()), (10, 8, 2));
}

#[test]
fn verifying_notices_every_row_that_was_changed() {
    let certificate = find(2).certificates[0].clone();
    let rejected = certificate.text.replace("\"until\": \"1/8\"", "\"until\": \"3\"");
    assert_ne!(rejected, certificate.text);
    let other = find(5);
    let cases = [
        ("UPDATE certificates SET text = ?1", rejected.as_str(), "is rejected"),
        ("UPDATE certificates SET text = ?1", "{}", "it cannot be read"),
        ("UPDATE certificates SET text = ?1", other.certificates[0].text.as_str(), "it is about the instance"),
        ("UPDATE certificates SET claims = ?1", "kkt", "it claims kkt,not_local_optimum"),
        ("UPDATE instances SET document = ?1", other.document.as_str(), "its document has the id"),
        ("UPDATE instances SET document = ?1", certificate.text.as_str(), "its document makes claims"),
        ("DELETE FROM certificates WHERE ?1 = ''", "", "no certificate of it breaks the conjecture"),
        ("UPDATE conjectures SET text = ?1", "kkt -> feasible", "its content has the id"),
        ("UPDATE units SET holds = ?1", "8", "are not 11 instances"),
        ("UPDATE units SET broken = 0, holds = ?1", "11", "1 counterexamples are on record"),
        ("DELETE FROM units WHERE ?1 = ''", "", "a row refers to what is not in the table"),
    ];
    for (sql, value, expected) in cases {
        let folder = Folder::new();
        let mut database = Database::create(&folder.database()).expect("a database");
        database.begin(&run(), 10, true).expect("a run");
        database.record(&run().id(), &[unit(3, vec![find(2)])]).expect("a unit");
        assert_eq!(problems(&database), [""; 0]);
        database.connection.pragma_update(None, "foreign_keys", false).expect("a switch");
        database.connection.execute(sql, [value]).expect(sql);
        let found = problems(&database);
        assert!(found.iter().any(|problem| problem.contains(expected)), "{sql}: {found:?}");
    }
}

#[test]
fn of_two_texts_for_one_claim_the_same_one_is_kept_whichever_comes_first() {
    let long = find(2);
    let mut short = long.clone();
    short.certificates[0].text = short.certificates[0].text.replace("\"1/8\"", "\"1/9\"");
    let texts = |instances: &[&Kept]| {
        let folder = Folder::new();
        let mut database = Database::create(&folder.database()).expect("a database");
        instances.iter().for_each(|kept| database.import(&[(*kept).clone()]).expect("it is kept"));
        database.export(&[]).expect("files")
    };
    let kept = texts(&[&long, &short]);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept, texts(&[&short, &long]));
    assert_eq!(kept, texts(&[&short, &long, &short]));
}
