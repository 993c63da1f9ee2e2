//! What every search carries with it: when to give up, where its randomness comes from, and what it has tried.

use super::deadline::{Deadline, OutOfTime};

/// The conditions of a search, and its diary.
///
/// Results depend on the seed alone, as long as the deadline does not cut a search short: a step takes its randomness
/// from a [`branch`](Self::branch) of its own, so that leaving out one step does not change another.
///
/// ```
/// use margincert::prove::{deadline::Deadline, search::Search};
///
/// let mut search = Search::new(Deadline::none(), 7);
/// let mut again = Search::new(Deadline::none(), 7);
/// assert_eq!(search.random().below(100), again.random().below(100));
/// search.tried("nothing yet");
/// assert_eq!(search.attempts(), ["nothing yet"]);
/// ```
#[derive(Clone, Debug)]
pub struct Search {
    deadline: Deadline,
    seed: u64,
    random: Random,
    attempts: Vec<String>,
}

impl Search {
    /// A search that gives up at the deadline.
    pub fn new(deadline: Deadline, seed: u64) -> Self {
        Search { deadline, seed, random: Random(seed), attempts: Vec::new() }
    }

    /// A search for a step of this one, with the randomness of its name, an empty diary, and a deadline that is
    /// not later than this one's.
    pub fn branch(&self, name: &str, deadline: Deadline) -> Self {
        // The hash function FNV-1a.
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        let seed = name.bytes().fold(self.seed ^ 0xcbf2_9ce4_8422_2325, step);
        Search::new(self.deadline.min(deadline), seed)
    }

    /// When to give up.
    pub fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// Whether it is time to give up.
    ///
    /// # Errors
    /// [`OutOfTime`] once the deadline has passed.
    pub fn check(&self) -> Result<(), OutOfTime> {
        self.deadline.check()
    }

    /// Where randomness comes from.
    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Notes what was tried without success, in words that finish the sentence "undecided; tried ...". What failed twice is
    /// told once.
    pub fn tried(&mut self, what: impl Into<String>) {
        let what = what.into();
        if !self.attempts.contains(&what) {
            self.attempts.push(what);
        }
    }

    /// What was tried without success.
    pub fn attempts(&self) -> &[String] {
        &self.attempts
    }
}

/// A stream of pseudo-random numbers that a seed determines on every machine (SplitMix64, Steele, Lea and Flood 2014).
/// Fit for spreading a search, for nothing else.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An integer from 0 to `limit - 1`; 0 if `limit` is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(limit)) >> 64) as u64
    }

    /// An integer from `-size` to `size`.
    pub fn integer(&mut self, size: u32) -> i64 {
        self.below(2 * u64::from(size) + 1) as i64 - i64::from(size)
    }

    /// A float from -1 to 1.
    pub fn float(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    /// Heads or tails.
    pub fn coin(&mut self) -> bool {
        self.bits() >> 63 == 1
    }

    /// Puts a list into a random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for place in (1..list.len()).rev() {
            list.swap(place, self.below(place as u64 + 1) as usize);
        }
    }
}
