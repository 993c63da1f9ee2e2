//! The choices that a construction makes, recorded, so that it can be run again on smaller ones.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::kernel::exact::Rational;
use crate::prove::halt::is_halted;
use crate::prove::search::Random;

/// How many drafts were made in this process.
static DRAFTS: AtomicU64 = AtomicU64::new(0);

/// How many drafts of instances, or of parts of them, were made in this process, on all threads: for those who watch a hunt in which most come to
/// nothing.
pub fn drafts() -> u64 {
    DRAFTS.load(Ordering::Relaxed)
}

/// A sequence of small integers, each drawn at random below a limit of its own, or replayed.
///
/// In every choice 0 is the simplest. A replay that runs out of recorded choices goes on with zeros, and a recorded choice
/// that is no longer possible becomes the greatest possible one.
#[derive(Clone, Debug)]
pub struct Choices {
    made: Vec<u32>,
    from: From,
}

#[derive(Clone, Debug)]
enum From {
    Random(Random),
    Record { record: Vec<u32>, next: usize },
}

impl Choices {
    /// Choices at random.
    pub fn random(seed: u64) -> Self {
        DRAFTS.fetch_add(1, Ordering::Relaxed);
        Choices { made: Vec::new(), from: From::Random(Random::new(seed)) }
    }

    /// The same choices again.
    pub fn replay(record: Vec<u32>) -> Self {
        Choices { made: Vec::new(), from: From::Record { record, next: 0 } }
    }

    /// Tries a part of a construction again and again at random, up to `times`, and forgets the choices of the attempts that failed.
    /// A replay makes one attempt.
    pub fn attempt<T>(&mut self, times: u32, part: impl Fn(&mut Self) -> Option<T>) -> Option<T> {
        let mark = self.made.len();
        let times = if matches!(self.from, From::Random(_)) { times } else { 1 };
        (0..times).take_while(|_| !is_halted()).find_map(|_| {
            DRAFTS.fetch_add(1, Ordering::Relaxed);
            self.made.truncate(mark);
            part(self)
        })
    }

    /// What was chosen.
    pub fn into_made(self) -> Vec<u32> {
        self.made
    }

    /// An integer below `limit`, which must not be 0.
    pub fn below(&mut self, limit: usize) -> usize {
        if limit <= 1 {
            return 0;
        }
        let choice = match &mut self.from {
            From::Random(random) => random.below(limit as u64) as usize,
            From::Record { record, next } => {
                let recorded = record.get(*next).copied().unwrap_or(0) as usize;
                *next += 1;
                recorded.min(limit - 1)
            }
        };
        self.made.push(choice as u32);
        choice
    }

    /// An integer of a range, which must not be empty; the least is the simplest.
    pub fn within(&mut self, range: &std::ops::RangeInclusive<usize>) -> usize {
        range.start() + self.below(range.end() - range.start() + 1)
    }

    /// True in `cases` out of `of`; false is the simplest.
    pub fn chance(&mut self, cases: usize, of: usize) -> bool {
        cases > 0 && self.below(of) >= of - cases
    }

    /// An integer of absolute value up to `size`, as a number.
    pub fn integer(&mut self, size: u32) -> Rational {
        let size = self.below(size as usize + 1) as i64;
        Rational::from(if size > 0 && self.chance(1, 2) { -size } else { size })
    }

    /// One of a list, which must not be empty; the first is the simplest.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_makes_the_same_choices() {
        let mut random = Choices::random(5);
        let first: Vec<usize> = (1..40).map(|limit| random.below(limit)).collect();
        let mut replay = Choices::replay(random.into_made());
        let second: Vec<usize> = (1..40).map(|limit| replay.below(limit)).collect();
        assert_eq!(first, second);
        assert!(first.iter().any(|&choice| choice > 10));
    }

    #[test]
    fn a_replay_stays_within_smaller_limits_and_ends_in_zeros() {
        let mut replay = Choices::replay(vec![7, 3]);
        assert_eq!([replay.below(4), replay.below(4), replay.below(4)], [3, 3, 0]);
        assert_eq!(replay.into_made(), [3, 3, 0]);
    }

    #[test]
    fn attempts_that_failed_are_forgotten() {
        let build = |choices: &mut Choices| {
            let first = choices.below(10);
            let rest = choices.attempt(1000, |choices| Some(choices.below(50)).filter(|choice| *choice == 7));
            (first, rest, choices.below(10))
        };
        let mut random = Choices::random(3);
        let built = build(&mut random);
        assert_eq!(built.1, Some(7));
        let made = random.into_made();
        assert_eq!(made.len(), 3);
        assert_eq!(build(&mut Choices::replay(made)), built);
        assert_eq!(build(&mut Choices::replay(vec![1, 8, 1])), (1, None, 1));
    }

    #[test]
    fn chances_are_what_they_say() {
        let mut choices = Choices::random(1);
        let hits = (0..4000).filter(|_| choices.chance(1, 4)).count();
        assert!((850..1150).contains(&hits), "{hits}");
        assert!((0..100).all(|_| !choices.chance(0, 3)));
    }
}
