//! Strategies whose values are built from choices, and which shrink by building again from smaller ones.

use std::fmt;
use std::sync::Arc;

use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::choices::Choices;
use crate::prove::halt::is_halted;

/// Something that can be built from choices, or fails to be.
pub trait Construction: Clone + fmt::Debug {
    /// What is built.
    type Value: Clone + fmt::Debug + PartialEq;

    /// Builds a value; `None` if these choices lead to none. Equal choices lead to equal values.
    fn build(&self, choices: &mut Choices) -> Option<Self::Value>;

    /// How many times choices are made anew before it is said that nothing is found.
    fn attempts(&self) -> u32 {
        ATTEMPTS
    }
}

/// How many times choices are made anew, unless an attempt is long.
pub const ATTEMPTS: u32 = 20_000;

/// The strategy of a construction: random choices until they lead to a value. Shrinking lowers the choices one by one,
/// and whatever it hands out was built, so it is as valid as the first value.
#[derive(Clone, Debug)]
pub struct Constructed<C> {
    /// Shared with every tree: it may hold long lists of numbers.
    construction: Arc<C>,
}

impl<C: Construction> Constructed<C> {
    /// The strategy of a construction.
    pub fn new(construction: C) -> Self {
        Constructed { construction: Arc::new(construction) }
    }

    /// The value of a seed, without a runner; `None` if 20,000 attempts, or fewer where they are long, led to none.
    ///
    /// Equal seeds give equal values, on every machine, so a range of seeds is a reproducible piece of work.
    pub fn draw(&self, seed: u64) -> Option<C::Value> {
        self.attempt(seed).map(|(_, value)| value)
    }

    /// One attempt with the choices of a seed; `None` if they lead to no value. To measure how many do.
    pub fn attempt_once(&self, seed: u64) -> Option<C::Value> {
        self.construction.build(&mut Choices::random(seed))
    }

    fn attempt(&self, seed: u64) -> Option<(Vec<u32>, C::Value)> {
        let mut seeds = crate::prove::search::Random::new(seed);
        (0..self.construction.attempts()).take_while(|_| !is_halted()).find_map(|_| {
            let mut choices = Choices::random(seeds.bits());
            let value = self.construction.build(&mut choices)?;
            Some((choices.into_made(), value))
        })
    }
}

impl<C: Construction> Strategy for Constructed<C> {
    type Tree = Tree<C>;
    type Value = C::Value;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let seed = proptest::num::u64::ANY.new_tree(runner)?.current();
        let (choices, value) = self.attempt(seed).ok_or("no instance within the bounds was found")?;
        let construction = Arc::clone(&self.construction);
        Ok(Tree { construction, choices, value, place: 0, step: Step::ToZero, before: None, progress: false })
    }
}

/// A value with the choices that led to it.
#[derive(Clone, Debug)]
pub struct Tree<C: Construction> {
    construction: Arc<C>,
    choices: Vec<u32>,
    value: C::Value,
    /// The choice that is lowered next, and how.
    place: usize,
    step: Step,
    /// What the last simplification replaced.
    before: Option<(Vec<u32>, C::Value)>,
    /// Whether a simplification has been kept since the first choice was last looked at.
    progress: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    ToZero,
    Halve,
    Decrement,
}

impl<C: Construction> Tree<C> {
    /// The next list of smaller choices, until a whole round has brought nothing.
    fn candidate(&mut self) -> Option<Vec<u32>> {
        loop {
            if self.place >= self.choices.len() {
                if !std::mem::take(&mut self.progress) {
                    return None;
                }
                self.place = 0;
            }
            let (place, step, choice) = (self.place, self.step, self.choices[self.place]);
            (self.place, self.step) = match step {
                Step::ToZero => (place, Step::Halve),
                Step::Halve => (place, Step::Decrement),
                Step::Decrement => (place + 1, Step::ToZero),
            };
            let lower = match step {
                Step::ToZero if choice > 0 => 0,
                Step::Halve if choice > 1 => choice / 2,
                Step::Decrement if choice > 2 => choice - 1,
                _ => continue,
            };
            let mut choices = self.choices.clone();
            choices[place] = lower;
            return Some(choices);
        }
    }
}

impl<C: Construction> ValueTree for Tree<C> {
    type Value = C::Value;

    fn current(&self) -> C::Value {
        self.value.clone()
    }

    fn simplify(&mut self) -> bool {
        self.progress |= self.before.take().is_some();
        while let Some(candidate) = self.candidate().filter(|_| !is_halted()) {
            let mut choices = Choices::replay(candidate);
            let Some(value) = self.construction.build(&mut choices) else {
                continue;
            };
            let choices = choices.into_made();
            // Only choices that are smaller, so that this ends: fewer, or as many and earlier in the lexicographic order.
            let smaller = (choices.len(), &choices) < (self.choices.len(), &self.choices);
            if value == self.value || !smaller {
                continue;
            }
            self.before =
                Some((std::mem::replace(&mut self.choices, choices), std::mem::replace(&mut self.value, value)));
            return true;
        }
        false
    }

    fn complicate(&mut self) -> bool {
        match self.before.take() {
            Some((choices, value)) => {
                (self.choices, self.value) = (choices, value);
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::test_runner::{Config, TestError};

    /// A list of up to 9 digits with an even sum.
    #[derive(Clone, Debug)]
    struct EvenDigits;

    impl Construction for EvenDigits {
        type Value = Vec<usize>;

        fn build(&self, choices: &mut Choices) -> Option<Vec<usize>> {
            let length = choices.below(10);
            let digits: Vec<usize> = (0..length).map(|_| choices.below(10)).collect();
            (digits.iter().sum::<usize>() % 2 == 0).then_some(digits)
        }
    }

    #[test]
    fn shrinking_keeps_what_holds_by_construction() {
        let mut runner = TestRunner::deterministic();
        let outcome = runner.run(&Constructed::new(EvenDigits), |digits| {
            assert_eq!(digits.iter().sum::<usize>() % 2, 0);
            proptest::prop_assert!(digits.iter().sum::<usize>() < 8);
            Ok(())
        });
        let Err(TestError::Fail(_, smallest)) = outcome else { panic!("{outcome:?}") };
        assert!(smallest.len() <= 3 && smallest.iter().sum::<usize>() <= 10, "{smallest:?}");
    }

    #[test]
    fn equal_seeds_give_equal_values() {
        let strategy = Constructed::new(EvenDigits);
        let values: Vec<_> = (0..50).map(|seed| strategy.draw(seed)).collect();
        assert_eq!(values, (0..50).map(|seed| strategy.draw(seed)).collect::<Vec<_>>());
        assert!(values.iter().any(|value| *value != values[0]));
        let draw = || {
            let mut runner = TestRunner::new_with_rng(
                Config::default(),
                proptest::test_runner::TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &[7; 32]),
            );
            strategy.new_tree(&mut runner).map(|tree| tree.current())
        };
        assert_eq!(draw(), draw());
    }
}
