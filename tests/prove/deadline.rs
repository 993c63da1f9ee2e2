//! Limits in steps of work.

use margincert::kernel::exact::{Rational, guarded};
use margincert::prove::deadline::{Deadline, OutOfTime};
use std::time::Duration;

/// Powers of 3 until the deadline passes.
fn powers(deadline: Deadline) -> usize {
    let three = Rational::from(3);
    let mut power = three.clone();
    (0..100_000)
        .take_while(|_| {
            power = power.clone() * &three;
            !deadline.passed()
        })
        .count()
}

#[test]
fn more_steps_go_further_and_as_many_go_as_far() {
    let reached =
        [10_000, 100_000, 1_000_000, 10_000_000].map(|steps| Deadline::within(steps, powers).expect("it asks"));
    assert!(reached.is_sorted_by(|a, b| a < b), "{reached:?}");
    assert_eq!(Deadline::within(1_000_000, powers), Ok(reached[2]));
    assert_eq!(Deadline::within(0, powers), Ok(0));
}

/// The numbers grow, so that a question after each of them comes to ever more steps.
#[test]
fn arithmetic_counts_and_not_only_questions() {
    let questions = |deadline: Deadline| (0..100_000).take_while(|_| !deadline.passed()).count();
    let (idle, busy) = (Deadline::within(100_000_000, questions), Deadline::within(100_000_000, powers));
    assert!(busy.expect("it asks") < idle.expect("it asks") / 2, "{busy:?} {idle:?}");
}

#[test]
fn a_check_within_a_deadline_gets_what_is_left() {
    let heavy = || (0..2000).fold(Rational::from(3), |power, _| power * &Rational::from(3)) == Rational::from(0);
    let bounded = |deadline: Deadline| deadline.bounded(heavy);
    assert_eq!(Deadline::within(1000, bounded), Ok(Err(OutOfTime)));
    assert_eq!(Deadline::within(100_000_000, bounded), Ok(Ok(false)));
    assert_eq!(Deadline::none().bounded(heavy), Ok(false));
    // What has a guard of its own, as the kernel's check has, does not hide that it was cut short.
    let guarded = |deadline: Deadline| deadline.bounded(|| guarded(heavy));
    assert_eq!(Deadline::within(1000, guarded), Ok(Err(OutOfTime)));
    assert_eq!(Deadline::within(100_000_000, guarded), Ok(Ok(Ok(false))));
    assert_eq!(guarded(Deadline::after(Duration::from_micros(1))), Err(OutOfTime));
}

/// The earlier of two deadlines is the one that leaves fewer steps, or the one that is over by the clock.
#[test]
fn the_earlier_of_two_deadlines_counts() {
    let both = |other: Deadline| Deadline::within(10_000_000, |deadline| powers(deadline.min(other))).expect("it asks");
    assert_eq!(Ok(both(Deadline::none())), Deadline::within(10_000_000, powers));
    assert_eq!(both(Deadline::after(Duration::ZERO)), 0);
    let nested = Deadline::within(10_000_000, |outer| Deadline::within(100_000, |inner| powers(outer.min(inner))));
    assert_eq!(nested, Ok(Deadline::within(100_000, powers)));
}
