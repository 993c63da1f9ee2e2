//! Dividing a run between machines.

use std::fmt;
use std::str::FromStr;

/// One of so many parts of a run: the units whose number leaves `index` when divided by `count`.
///
/// Every unit is in exactly one of the shards with the same count, so that together they do the same work for every
/// count.
///
/// ```
/// use margincert::explore::run::Shard;
///
/// let shard: Shard = "1/3".parse()?;
/// assert_eq!((shard.index(), shard.count()), (1, 3));
/// assert!("3/3".parse::<Shard>().is_err());
/// # Ok::<(), margincert::explore::run::ShardError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    count: u64,
}

/// A text that names no shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected i/n with i from 0 to n - 1, as in 0/4")]
pub struct ShardError;

impl Shard {
    /// The whole.
    pub const ALL: Shard = Shard { index: 0, count: 1 };

    /// Its number, from 0.
    pub fn index(self) -> u64 {
        self.index
    }

    /// How many there are.
    pub fn count(self) -> u64 {
        self.count
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (index, count) = text.split_once('/').ok_or(ShardError)?;
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| ShardError);
        let (index, count) = (number(index)?, number(count)?);
        let is_sound = index < count && count <= i64::MAX.cast_unsigned();
        if is_sound { Ok(Shard { index, count }) } else { Err(ShardError) }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}
