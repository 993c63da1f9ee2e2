//! Conjectures on file: `proofs/conjectures/*.conj`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::conjecture::{Conjecture, ParseError};

/// A conjecture on file.
///
/// Lines that begin with `#` are for people, and the rest is the statement. The first of those lines say `# key: value`, where `title`
/// and `status` are required and `result` is not; after an empty one comes the comment.
///
/// ```
/// use margincert::explore::library::{Entry, Status};
///
/// let entry: Entry = "\
/// ## title: Dense linear networks: every KKT point is a global optimum
/// ## status: true
/// ## result: fc-linear-global
/// ##
/// ## The linear predictor of a KKT point is the support vector machine's.
///
/// kkt & dense & linear
///     -> global_optimum
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
    /// A line of the head that is no `# key: value`.
    #[error("line {0}: expected `# title:`, `# status:` or `# result:`, or `#` before the comment")]
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

/// A folder or file of conjectures that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", .path.display())]
pub struct Unreadable {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub problem: String,
}

/// The conjectures in a folder (`*.conj`) by the names of their files without extension, in order.
///
/// # Errors
/// For the first file that cannot be read or holds none.
pub fn read(folder: &Path) -> Result<Vec<(String, Entry)>, Unreadable> {
    let at = |path: &Path, problem: &dyn fmt::Display| Unreadable { path: path.into(), problem: problem.to_string() };
    let mut entries = Vec::new();
    for file in fs::read_dir(folder).map_err(|error| at(folder, &error))? {
        let path = file.map_err(|error| at(folder, &error))?.path();
        if path.extension().is_none_or(|extension| extension != "conj") {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|error| at(&path, &error))?;
        let entry = text.parse().map_err(|error: EntryError| at(&path, &error))?;
        entries.push((path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), entry));
    }
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(entries)
}

const KEYS: [&str; 3] = ["title", "status", "result"];

impl FromStr for Entry {
    type Err = EntryError;

    fn from_str(text: &str) -> Result<Self, EntryError> {
        let mut values: [Option<String>; 3] = Default::default();
        let (mut comment, mut head) = (Vec::new(), true);
        for (index, line) in text.lines().enumerate() {
            let Some(line) = line.strip_prefix('#').map(str::trim) else { continue };
            head &= !line.is_empty();
            if !head {
                comment.push(line);
                continue;
            }
            let (key, value) = line.split_once(':').ok_or(EntryError::Key(index + 1))?;
            let place = KEYS.iter().position(|known| *known == key).ok_or(EntryError::Key(index + 1))?;
            if values[place].replace(value.trim().to_string()).is_some() {
                return Err(EntryError::Twice { line: index + 1, key: key.into() });
            }
        }
        let [title, status, result] = values;
        let status = match status.ok_or(EntryError::Missing("status"))?.as_str() {
            "true" => Status::True,
            "false" => Status::False,
            "open" => Status::Open,
            other => return Err(EntryError::Status(other.into())),
        };
        // Lines that are not part of the statement are left empty, so that an error names the right line.
        let statement: Vec<&str> = text.lines().map(|line| if line.starts_with('#') { "" } else { line }).collect();
        Ok(Entry {
            title: title.ok_or(EntryError::Missing("title"))?,
            status,
            result,
            conjecture: statement.join("\n").parse()?,
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
