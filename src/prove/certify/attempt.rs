//! An attempt at a question, and one after the other.

use std::time::Duration;

use super::account::Answer;

/// An answer and the time it took.
pub struct Attempt {
    pub answer: Answer,
    pub elapsed: Duration,
}

impl Attempt {
    pub fn is_found(&self) -> bool {
        !matches!(self.answer, Answer::Open { .. })
    }

    /// This attempt, and if it failed another at the same question, if there is one.
    pub fn or_else<A: Into<Option<Attempt>>>(self, next: impl FnOnce() -> A) -> Self {
        if self.is_found() {
            return self;
        }
        match next().into() {
            Some(next) => self.then(next),
            None => self,
        }
    }

    /// This attempt, which failed, and then another at the same question.
    pub fn then(self, next: Self) -> Self {
        let elapsed = self.elapsed + next.elapsed;
        let answer = match (self.answer, next.answer) {
            (Answer::Open { mut tried }, Answer::Open { tried: more }) => {
                for what in more {
                    if !tried.contains(&what) {
                        tried.push(what);
                    }
                }
                Answer::Open { tried }
            }
            (_, found) => found,
        };
        Attempt { answer, elapsed }
    }
}
