//! Units that are given up in the middle: soon, and without a trace.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use margincert::explore::bounds::Bounds;
use margincert::explore::database::{Run, Unit};
use margincert::explore::hunt::{Hunt, Source};
use margincert::explore::run::{self, Ended, GRACE, Plan, Work};
use margincert::prove::halt::Halt;

use crate::scratch::Scratch;
use crate::synthetic::{content, plan, synthetic_run};

/// How long it may take on a busy machine until something is noticed.
const SOON: Duration = Duration::from_secs(30);

/// Work that never ends by itself.
struct Endless;

impl Work for Endless {
    fn unit(&self, _: u64, halt: &Halt) -> Option<Unit> {
        while !halt.is_set() {
            std::thread::sleep(Duration::from_millis(1));
        }
        None
    }
}

#[test]
fn the_time_limit_gives_up_what_is_under_way() {
    let folder = Scratch::new();
    let mut database = folder.create("endless.db");
    let (stop, since) = (AtomicBool::new(false), Instant::now());
    let limited = Plan { time_limit: Some(Duration::from_millis(100)), ..plan() };
    let outcome = run::run(&Endless, &mut database, &synthetic_run(), &limited, &stop, &mut |_| ()).expect("no error");
    assert_eq!((outcome.ended, outcome.summary.done), (Ended::TimeLimit, 0));
    assert!(since.elapsed() < SOON, "{:?}", since.elapsed());
}

#[test]
fn a_stop_gives_units_a_grace_and_then_gives_them_up() {
    let folder = Scratch::new();
    let mut database = folder.create("endless.db");
    let (stop, since) = (AtomicBool::new(false), Instant::now());
    let mut watch = |_: run::Event<'_>| stop.store(true, Ordering::Relaxed);
    let outcome = run::run(&Endless, &mut database, &synthetic_run(), &plan(), &stop, &mut watch).expect("no error");
    assert_eq!((outcome.ended, outcome.summary.done), (Ended::Stopped, 0));
    assert!((GRACE..GRACE + SOON).contains(&since.elapsed()), "{:?}", since.elapsed());
}

/// Each of these hunts has units of minutes, spent on different things: drawing, deciding, shrinking.
#[test]
fn a_unit_is_given_up_wherever_it_is() {
    let bounds = [
        Bounds { depth: 60..=60, ..Bounds::default() },
        Bounds { width: 20..=30, ..Bounds::default() },
        Bounds { samples: 90..=100, ..Bounds::default() },
        Bounds { inputs: 20..=30, ..Bounds::default() },
    ];
    for (bounds, source) in bounds.into_iter().flat_map(|b| [(b.clone(), Source::Inverse), (b, Source::Forward)]) {
        let hunt = Hunt {
            bounds: bounds.clone(),
            source,
            draws: u32::MAX,
            ..Hunt::new("kkt & relu -> local_optimum".parse().expect("a conjecture"))
        };
        let halt = Halt::default();
        let (report, late) = std::thread::scope(|scope| {
            let unit = scope.spawn(|| (hunt.unit_unless(0, &halt), Instant::now()));
            std::thread::sleep(Duration::from_millis(500));
            halt.set();
            let since = Instant::now();
            let (report, end) = unit.join().expect("no panic");
            (report, end.saturating_duration_since(since))
        });
        assert!(late < SOON, "{source:?} {bounds:?}: {late:?}");
        // A source that seldom finds anything may be done before.
        assert!(report.is_none() || late.is_zero(), "{source:?} {bounds:?}");
    }
}

#[test]
fn a_run_that_was_given_up_again_and_again_comes_to_the_same() {
    let mut hunt =
        Hunt::new("kkt & diagonal & linear & depth == 2 & inputs <= 2 -> local_optimum".parse().expect("one"));
    hunt.draws = 6;
    let run = Run::of(&hunt).expect("narrow bounds");
    let (folder, stop) = (Scratch::new(), AtomicBool::new(false));
    let work_on = |name: &str, time_limit: Option<Duration>| {
        let mut database = folder.create(name);
        let plan = Plan { units: 4, time_limit, ..plan() };
        let outcome = run::run(&hunt, &mut database, &run, &plan, &stop, &mut |_| ()).expect("no error");
        (outcome.ended, content(&database))
    };
    let (_, expected) = work_on("unbroken.db", None);
    assert!(expected.contains("not_local_optimum"), "something is found");
    // Longer each time, so that the longest unit has its time in the end.
    let mut limit = Duration::from_millis(1);
    let mut given_up = 0;
    loop {
        match work_on("given-up.db", Some(limit)) {
            (Ended::Complete, content) => break assert_eq!(content, expected),
            (ended, _) => assert_eq!(ended, Ended::TimeLimit),
        }
        limit = limit * 3 / 2;
        given_up += 1;
    }
    assert!(given_up > 1, "{given_up}");
}
