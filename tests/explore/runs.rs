//! Runs in parallel, in shards, broken off and taken up again: all come to the same.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use margincert::explore::database::{Database, Problem, Scope, Status};
use margincert::explore::hunt::Hunt;
use margincert::explore::run::{self, Ended, Event, Plan, Shard};

use crate::scratch::Scratch;
use crate::synthetic::{FIRST_FIND, SECOND_FIND, Synthetic, UNITS, content, find, plan, synthetic_run, work_on};

fn slow() -> Synthetic {
    Synthetic { delay: Duration::from_micros(300), ..Synthetic::new() }
}

/// What an unbroken run on one thread holds.
fn unbroken(folder: &Scratch) -> String {
    let mut database = folder.create("unbroken.db");
    let outcome = work_on(&mut database, &Synthetic::new(), &Plan { threads: 1, ..plan() });
    assert_eq!(outcome.ended, Ended::Complete);
    assert_eq!((outcome.summary.done, outcome.summary.finds.len()), (UNITS, 7));
    content(&database)
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let folder = Scratch::new();
    let expected = unbroken(&folder);
    for threads in [1, 2, 4, 16] {
        let mut database = folder.create(&format!("{threads}.db"));
        work_on(&mut database, &slow(), &Plan { threads, ..plan() });
        assert_eq!(content(&database), expected, "{threads} threads");
    }
}

#[test]
fn a_run_that_stops_at_its_first_find_finds_the_same_with_any_number_of_threads() {
    let folder = Scratch::new();
    for threads in [1, 2, 4, 16] {
        let mut database = folder.create(&format!("{threads}.db"));
        let work = slow();
        let outcome = work_on(&mut database, &work, &Plan { threads, keep_going: false, ..plan() });
        assert_eq!(outcome.ended, Ended::Complete);
        let summary = outcome.summary;
        assert_eq!((summary.end, summary.units, summary.done), (FIRST_FIND + 1, FIRST_FIND + 1, FIRST_FIND + 1));
        assert_eq!(summary.counts.broken, 1);
        assert_eq!(summary.finds.iter().map(|find| find.unit).collect::<Vec<_>>(), [FIRST_FIND]);
        let calls = work.calls.load(Ordering::Relaxed);
        // How far other threads get meanwhile is up to the system.
        assert!(calls == FIRST_FIND + 1 || threads > 1, "one thread did {calls} units");
        content(&database);
    }
}

#[test]
fn shards_come_to_the_same_whatever_their_number_and_the_order_in_which_they_are_joined() {
    let folder = Scratch::new();
    let expected = unbroken(&folder);
    for count in [1, 2, 3, 7] {
        let mut shards = Vec::new();
        for index in 0..count {
            let mut database = folder.create(&format!("{index}-of-{count}.db"));
            let shard: Shard = format!("{index}/{count}").parse().expect("a shard");
            let outcome = work_on(&mut database, &slow(), &Plan { shard, ..plan() });
            assert_eq!(outcome.ended, Ended::Complete);
            assert_eq!(outcome.summary.done, (UNITS - index).div_ceil(count), "shard {shard}");
            shards.push(database);
        }
        for reverse in [false, true] {
            let mut joined = folder.create(&format!("joined-{count}-{reverse}.db"));
            let order: Vec<&Database> = if reverse { shards.iter().rev().collect() } else { shards.iter().collect() };
            // One of them twice.
            for shard in order.iter().chain(order.first()) {
                joined.merge(shard).expect("they agree");
            }
            assert_eq!(content(&joined), expected, "{count} shards");
        }
    }
}

#[test]
fn shards_that_stop_at_their_first_find_have_the_first_of_all_between_them() {
    let folder = Scratch::new();
    for count in [1, 2, 3] {
        let mut joined = folder.create(&format!("joined-{count}.db"));
        for index in 0..count {
            let mut database = folder.create(&format!("{index}-of-{count}.db"));
            let shard = format!("{index}/{count}").parse().expect("a shard");
            work_on(&mut database, &slow(), &Plan { shard, keep_going: false, ..plan() });
            joined.merge(&database).expect("they agree");
        }
        let scope = Scope { units: UNITS, shard: (0, 1), keep_going: false };
        let summary = joined.summary(&synthetic_run().id(), scope).expect("a summary");
        assert!(summary.is_complete());
        assert_eq!(summary.finds.iter().map(|find| find.unit).collect::<Vec<_>>(), [FIRST_FIND], "{count} shards");
    }
}

#[test]
fn a_run_that_was_stopped_again_and_again_comes_to_the_same_and_does_nothing_twice() {
    let folder = Scratch::new();
    let expected = unbroken(&folder);
    let mut database = folder.create("broken.db");
    let work = slow();
    for after in 1.. {
        let (stop, mut recorded) = (AtomicBool::new(false), 0);
        let mut watch = |event: Event<'_>| {
            if let Event::Recorded(units) = event {
                recorded += units.len();
                stop.store(recorded > after % 5, Ordering::Relaxed);
            }
        };
        let outcome = run::run(&work, &mut database, &synthetic_run(), &plan(), &stop, &mut watch).expect("no error");
        if outcome.ended == Ended::Complete {
            break;
        }
        assert_eq!(outcome.ended, Ended::Stopped);
    }
    assert_eq!(content(&database), expected);
    assert_eq!(work.calls.load(Ordering::Relaxed), UNITS);
}

#[test]
fn a_run_can_be_made_longer_and_told_to_keep_going() {
    let folder = Scratch::new();
    let expected = unbroken(&folder);
    let mut database = folder.create("longer.db");
    let work = Synthetic::new();
    let short = Plan { units: 5, keep_going: false, ..plan() };
    assert_eq!(work_on(&mut database, &work, &short).summary.done, 5);
    let found = work_on(&mut database, &work, &Plan { units: UNITS, ..short }).summary;
    assert_eq!((found.done, found.finds.len()), (FIRST_FIND + 1, 1));
    // Asked again for less it says what was found, and plans no less.
    assert!(work_on(&mut database, &work, &short).summary.is_complete());
    work_on(&mut database, &work, &plan());
    assert_eq!(content(&database), expected);
    assert!(work.calls.load(Ordering::Relaxed) <= UNITS + 4);
}

#[test]
fn the_time_limit_ends_a_run_and_keeps_what_is_done() {
    let folder = Scratch::new();
    let mut database = folder.create("time.db");
    let work = Synthetic { delay: Duration::from_millis(5), ..Synthetic::new() };
    let limited = Plan { units: 10_000, time_limit: Some(Duration::from_millis(100)), ..plan() };
    let outcome = work_on(&mut database, &work, &limited);
    assert_eq!(outcome.ended, Ended::TimeLimit);
    assert_eq!(outcome.summary.done, work.calls.load(Ordering::Relaxed));
    assert!((1..100).contains(&outcome.summary.done), "{}", outcome.summary.done);
}

#[test]
fn a_unit_that_panics_is_left_undone_and_the_rest_is_done() {
    let folder = Scratch::new();
    let expected = unbroken(&folder);
    let mut database = folder.create("panic.db");
    let work = Synthetic { panics: vec![3, SECOND_FIND], ..Synthetic::new() };
    let (stop, mut failed) = (AtomicBool::new(false), Vec::new());
    let mut watch = |event: Event<'_>| {
        if let Event::Failed { unit, message } = event {
            failed.push((unit, message.to_string()));
        }
    };
    let outcome = run::run(&work, &mut database, &synthetic_run(), &plan(), &stop, &mut watch).expect("no error");
    assert_eq!((outcome.ended, outcome.summary.done), (Ended::Failed, UNITS - 2));
    failed.sort();
    let said = |unit: u64| (unit, format!("unit {unit} was to fail"));
    assert_eq!(failed, [said(3), said(SECOND_FIND)]);
    // A program without the error does what was left.
    let mended = Synthetic::new();
    assert_eq!(work_on(&mut database, &mended, &plan()).ended, Ended::Complete);
    assert_eq!((mended.calls.load(Ordering::Relaxed), content(&database)), (2, expected));
}

#[test]
fn two_runs_at_the_same_time_share_a_database() {
    let folder = Scratch::new();
    let expected = unbroken(&folder);
    // Once the same work twice, once a half each.
    for shards in [["0/1", "0/1"], ["0/2", "1/2"]] {
        let name = shards[1].replace('/', "-");
        std::thread::scope(|scope| {
            for shard in shards {
                let (folder, name) = (&folder, &name);
                scope.spawn(move || {
                    let mut database = folder.create(name);
                    let shard = shard.parse().expect("a shard");
                    let outcome = work_on(&mut database, &slow(), &Plan { shard, ..plan() });
                    assert_eq!(outcome.ended, Ended::Complete);
                });
            }
        });
        assert_eq!(content(&folder.create(&name)), expected, "{shards:?}");
    }
}

#[test]
fn databases_that_contradict_each_other_are_not_joined() {
    let folder = Scratch::new();
    let (mut one, mut other) = (folder.create("one.db"), folder.create("other.db"));
    work_on(&mut one, &Synthetic::new(), &Plan { units: 20, ..plan() });
    let before = content(&one);
    let run = synthetic_run();
    other.begin(&run, 30, true).expect("a run");
    let mut unit = Synthetic::new().done(25);
    other.record(&run.id(), &[unit.clone()]).expect("a unit");
    (unit.unit, unit.counts.kkt) = (19, 0);
    other.record(&run.id(), &[unit]).expect("a unit");
    let error = one.merge(&other).expect_err("unit 19 came out differently");
    assert!(matches!(error.problem, Problem::Contradiction { unit: 19, .. }), "{error}");
    assert_eq!(content(&one), before, "all or nothing");
}

#[test]
fn conjectures_stand_as_their_runs_say() {
    let folder = Scratch::new();
    let mut database = folder.create("standing.db");
    let open = synthetic_run();
    let census = |conjecture: &str, units| {
        let run = margincert::explore::database::Run {
            conjecture: conjecture.into(),
            census: Some(units),
            ..synthetic_run()
        };
        (run, Plan { units, ..plan() })
    };
    let stop = AtomicBool::new(false);
    // The first four units find nothing and leave nothing undecided, the fifth leaves something.
    for (run, plan) in [(open, plan()), census("kkt -> feasible", 4), census("feasible -> kkt", 5)] {
        run::run(&Synthetic::new(), &mut database, &run, &plan, &stop, &mut |_| ()).expect("no error");
    }
    let standing = database.conjectures().expect("conjectures").into_iter();
    let standing: Vec<_> = standing.map(|(one, finds)| (one.text, one.status, one.undecided, finds.len())).collect();
    assert_eq!(
        standing,
        [
            ("feasible -> kkt".into(), Status::Open, 1, 0),
            ("kkt -> feasible".into(), Status::Proved, 0, 0),
            ("kkt -> local_optimum".into(), Status::Broken, 7, 7),
        ]
    );
}

/// Threads that were ahead leave later units with finds on record. Nothing that is told of the run counts them, and no file is written for them.
#[test]
fn what_is_exported_of_a_run_is_what_is_told_of_it() {
    let folder = Scratch::new();
    let mut database = folder.create("ahead.db");
    let run = synthetic_run();
    database.begin(&run, UNITS, false).expect("a run");
    let units = [FIRST_FIND, SECOND_FIND].map(|unit| Synthetic::new().done(unit));
    let ids = units.clone().map(|unit| unit.finds[0].id.clone());
    assert_ne!(ids[0], ids[1]);
    database.record(&run.id(), &units).expect("units");
    let conjecture = run.conjecture_id();
    let exported = |database: &Database, id: &str| -> Vec<String> {
        database.export(&[id.to_string()]).expect("files").into_iter().map(|file| file.name).collect()
    };
    let told = |database: &Database| -> Vec<String> {
        let (run, scope) = database.runs().expect("runs").swap_remove(0);
        let finds = database.summary(&run.id(), scope).expect("a summary").finds;
        finds.into_iter().map(|find| format!("{}.json", find.instance)).collect()
    };
    assert_eq!(told(&database), [format!("{}.json", ids[0])]);
    assert_eq!(exported(&database, &run.id()), told(&database));
    // The conjecture stands by all that is on record, whoever found it.
    let of_conjecture = exported(&database, &conjecture);
    assert!(told(&database).iter().all(|file| of_conjecture.contains(file)), "{of_conjecture:?}");
    // Told to keep going, it counts both.
    database.begin(&run, UNITS, true).expect("a run");
    assert_eq!(told(&database).len(), 2);
    for id in [run.id(), conjecture] {
        let (mut files, mut told) = (exported(&database, &id), told(&database));
        files.sort();
        told.sort();
        assert_eq!(files, told);
    }
}

/// There is no claim that multipliers are unique, or that a sample has none: the files say so, and only those of counterexamples that rest on it.
#[test]
fn a_counterexample_that_rests_on_what_has_no_claim_says_so() {
    let folder = Scratch::new();
    let note = |conjecture: &str| {
        let mut database = folder.create(&format!("{}.db", conjecture.len()));
        let run = margincert::explore::database::Run { conjecture: conjecture.into(), ..synthetic_run() };
        database.begin(&run, UNITS, true).expect("a run");
        let unit = Synthetic::new().done(FIRST_FIND);
        let id = unit.finds[0].id.clone();
        database.record(&run.id(), &[unit]).expect("a unit");
        assert_eq!(database.verify(&|_, _| ()).expect("it can be read").defects, []);
        let shown = match database.find(&id).expect("an instance") {
            margincert::explore::database::Entry::Instance(instance) => instance.unclaimed,
            other => panic!("{other:?}"),
        };
        let file = database.export(&[id]).expect("a file").swap_remove(0).text;
        let document = margincert::kernel::certificate::Document::parse(&file).expect("a certificate");
        assert!(document.check().iter().all(Result::is_ok));
        assert_eq!(shown.is_some(), file.contains("linear programs"), "{file}");
        shown
    };
    assert_eq!(note("kkt -> local_optimum"), None);
    for conjecture in ["kkt & unique_multipliers -> local_optimum", "kkt & supporting <= samples -> local_optimum"] {
        assert!(note(conjecture).is_some_and(|note| note.contains("db verify")), "{conjecture}");
    }
}

#[test]
fn what_is_imported_is_what_was_exported() {
    let folder = Scratch::new();
    let (mut from, mut to) = (folder.create("from.db"), folder.create("to.db"));
    work_on(&mut from, &Synthetic::new(), &plan());
    let files = from.export(&[]).expect("files");
    assert_eq!(files.len(), 7);
    let parse = |text: &str| margincert::kernel::certificate::Document::parse(text).expect("a certificate");
    let kept = |text: &str| margincert::explore::database::Kept::checked(&parse(text)).expect("it is accepted");
    to.import(&files.iter().map(|file| kept(&file.text)).collect::<Vec<_>>()).expect("there is room");
    assert_eq!(to.export(&[]).expect("files"), files);
    let one = find(2);
    assert_eq!(to.export(&[one.id[..9].to_string()]).expect("a file")[0].name, format!("{}.json", one.id));
    assert!(matches!(to.export(&["0000".into()]).expect_err("no such id").problem, Problem::Unknown(_)));
    // All of them begin with one of 16 digits.
    let ambiguous = |digit: &str| matches!(to.export(&[digit.into()]), Err(error) if matches!(error.problem, Problem::Ambiguous(..)));
    assert!(files.len() < 16 && (0..16).any(|digit| ambiguous(&format!("{digit:x}"))));
    assert!(matches!(to.export(&[String::new()]).expect_err("no id").problem, Problem::NoId));
}

#[test]
fn a_real_hunt_finds_the_same_with_any_number_of_threads_and_shards() {
    let conjecture = "kkt & diagonal & linear & depth == 2 & inputs <= 2 & samples == 1 -> local_optimum";
    let mut hunt = Hunt::new(conjecture.parse().expect("a conjecture"));
    hunt.draws = 6;
    let run = margincert::explore::database::Run::of(&hunt).expect("no census");
    let (folder, stop) = (Scratch::new(), AtomicBool::new(false));
    let mut expected = None;
    for (threads, count) in [(1, 1), (4, 1), (2, 2), (1, 3)] {
        let mut joined = folder.create(&format!("{threads}-{count}.db"));
        for index in 0..count {
            let shard = format!("{index}/{count}").parse().expect("a shard");
            let plan = Plan { units: 4, shard, threads, ..plan() };
            run::run(&hunt, &mut joined, &run, &plan, &stop, &mut |_| ()).expect("no error");
        }
        let content = content(&joined);
        assert_eq!(expected.get_or_insert_with(|| content.clone()), &content, "{threads} threads, {count} shards");
    }
    assert!(expected.is_some_and(|content| content.contains("not_local_optimum")), "something is found");
}
