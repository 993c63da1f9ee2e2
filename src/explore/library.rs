//! Conjectures on file: `proofs/conjectures/*.conj`.

use std::fmt;
use std::str::FromStr;

use super::conjecture::{Conjecture, ParseError};

/// A conjecture on file.
///
/// Lines `key: value`, then an empty line and the comment. A value goes on in lines that begin with a blank. `title`, `status` and
/// `statement` are required, `result` is not.
///
/// ```
/// use margincert::explore::library::{Entry, Status};
///
/// let entry: Entry = "\
/// title: Linear networks
/// status: true
/// result: fc-linear-global
/// statement: kkt & dense & linear
///     -> global_optimum
///
/// Every KKT point of a dense linear network is a global optimum.
/// ".parse()?;
/// assert_eq!(entry.status, Status::True);
/// assert_eq!(entry.conjecture.to_string(), "kkt & dense & linear -> global_optimum");
/// # Ok::<(), margincert::explore::library::EntryError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it says, in a line.
    pub title: String,
    /// What is known of it.
    pub status: Status,
    /// The name of the result that settles it, if that has one.
    pub result: Option<String>,
    /// The statement.
    pub conjecture: Conjecture,
    /// Whatever else is to be said.
    pub comment: String,
}

/// What is known of a conjecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is a theorem.
    True,
    /// There is a counterexample.
    False,
    /// Neither is known to its author.
    Open,
}

/// What is wrong with a file of a conjecture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A line of the head that is no `key: value`.
    #[error("line {0}: expected `title:`, `status:`, `result:` or `statement:`, or an empty line before the comment")]
    Key(usize),
    /// A key that stands twice.
    #[error("line {line}: a second `{key}`")]
    Twice {
        /// The line, from 1.
        line: usize,
        /// The key.
        key: String,
    },
    /// A key that is not there.
    #[error("there is no `{0}`")]
    Missing(&'static str),
    /// A status that is none.
    #[error("the status is `{0}`; expected `true`, `false` or `open`")]
    Status(String),
    /// A statement that is no conjecture.
    #[error("in the statement: {0}")]
    Statement(#[from] ParseError),
}

const KEYS: [&str; 4] = ["title", "status", "result", "statement"];

impl FromStr for Entry {
    type Err = EntryError;

    fn from_str(text: &str) -> Result<Self, EntryError> {
        let mut values: [Option<String>; 4] = Default::default();
        let mut last = None;
        let mut lines = text.lines().enumerate();
        for (index, line) in lines.by_ref().take_while(|(_, line)| !line.trim().is_empty()) {
            let number = index + 1;
            if line.starts_with([' ', '\t']) {
                let value: &mut Option<String> =
                    last.and_then(|key: usize| values.get_mut(key)).ok_or(EntryError::Key(number))?;
                if let Some(value) = value {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                continue;
            }
            let (key, value) = line.split_once(':').ok_or(EntryError::Key(number))?;
            let place = KEYS.iter().position(|known| *known == key).ok_or(EntryError::Key(number))?;
            if values[place].is_some() {
                return Err(EntryError::Twice { line: number, key: key.into() });
            }
            values[place] = Some(value.trim().to_string());
            last = Some(place);
        }
        let comment: Vec<&str> = lines.map(|(_, line)| line).collect();
        let [title, status, result, statement] = values;
        let status = match status.ok_or(EntryError::Missing("status"))?.as_str() {
            "true" => Status::True,
            "false" => Status::False,
            "open" => Status::Open,
            other => return Err(EntryError::Status(other.into())),
        };
        Ok(Entry {
            title: title.ok_or(EntryError::Missing("title"))?,
            status,
            result,
            conjecture: statement.ok_or(EntryError::Missing("statement"))?.parse()?,
            comment: comment.join("\n").trim().to_string(),
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::True => "true",
            Status::False => "false",
            Status::Open => "open",
        })
    }
}
