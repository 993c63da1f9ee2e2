//! A collection: many certificates in one file, an entry a line, with who found each, when, and why it is kept.
//!
//! A line is a JSON object `{"id", "finder", "date", "reasons", "certificate"}`. The certificate is a document as in a file of its own, and is read and checked like one: what
//! stands beside it is believed by nobody. An entry has a path, that of the collection, `#` and its id: `proofs/collection.jsonl#fb79...`.

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::FileProblem;

/// The extension of collections that are searched for in a folder.
pub const EXTENSION: &str = "jsonl";

/// The largest file that is read.
const MAX_BYTES: u64 = 1 << 30;

/// What stands beside a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name of the instance, the same for all that are equal up to symmetry.
    pub id: String,
    /// Who found it.
    pub finder: String,
    /// When, as `2026-11-27`.
    pub date: String,
    /// Why it is kept, at least one reason.
    pub reasons: Vec<String>,
    certificate: Range<usize>,
}

/// A collection that has been read.
#[derive(Debug)]
pub struct Collection {
    text: String,
    entries: Vec<Entry>,
    places: HashMap<String, usize>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    id: String,
    finder: String,
    date: String,
    reasons: Vec<String>,
    #[serde(borrow)]
    certificate: &'a RawValue,
}

/// Collections that this process has read. Their entries are asked for one by one.
static OPENED: LazyLock<Mutex<HashMap<PathBuf, Arc<Collection>>>> = LazyLock::new(Mutex::default);

impl Collection {
    /// Reads a collection, or gives the one that was read before.
    ///
    /// # Errors
    /// When the file cannot be read, and for the first line that is no entry or has an id that was there before.
    pub fn open(path: &Path) -> Result<Arc<Self>, FileProblem> {
        if let Some(collection) = OPENED.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Ok(Arc::clone(collection));
        }
        if fs::metadata(path).map_err(FileProblem::Io)?.len() > MAX_BYTES {
            return Err(FileProblem::Line { line: 1, wrong: "the file is larger than a gigabyte".into() });
        }
        let collection = Arc::new(Self::parse(fs::read_to_string(path).map_err(FileProblem::Io)?)?);
        OPENED.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_path_buf(), Arc::clone(&collection));
        Ok(collection)
    }

    /// Reads the text of a collection.
    ///
    /// # Errors
    /// For the first line that is no entry, or has an id that was there before.
    pub fn parse(text: String) -> Result<Self, FileProblem> {
        let (mut entries, mut places) = (Vec::new(), HashMap::new());
        for (index, line) in text.lines().enumerate() {
            let wrong = |wrong: String| FileProblem::Line { line: index + 1, wrong };
            let Line { id, finder, date, reasons, certificate } = serde_json::from_str(line).map_err(|error| {
                wrong(format!("expected an entry, with id, finder, date, reasons and certificate: {error}"))
            })?;
            if reasons.is_empty() {
                return Err(wrong(format!("the entry {id} has no reason to be here")));
            }
            if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Err(wrong(format!("`{id}` is no id: expected letters and digits")));
            }
            // The slice is one of the text.
            let start = certificate.get().as_ptr() as usize - text.as_ptr() as usize;
            let certificate = start..start + certificate.get().len();
            if let Some(earlier) = places.insert(id.clone(), entries.len()) {
                return Err(wrong(format!("a second entry {id}; the first is on line {}", earlier + 1)));
            }
            entries.push(Entry { id, finder, date, reasons, certificate });
        }
        Ok(Collection { text, entries, places })
    }

    /// The entries, in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// An entry, by its id or the beginning of one that no other entry has.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        if let Some(&place) = self.places.get(id) {
            return self.entries.get(place);
        }
        let mut begin_so = self.entries.iter().filter(|entry| !id.is_empty() && entry.id.starts_with(id));
        begin_so.next().filter(|_| begin_so.next().is_none())
    }

    /// The line of an entry, as it stands in the file.
    pub fn line(&self, entry: &Entry) -> &str {
        // Within an entry there is no end of a line.
        let (before, after) = self.text.split_at(entry.certificate.start);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = after.find('\n').map_or(self.text.len(), |end| entry.certificate.start + end);
        self.text[start..end].trim_end_matches('\r')
    }

    /// The text of an entry's certificate.
    pub fn certificate(&self, entry: &Entry) -> &str {
        &self.text[entry.certificate.clone()]
    }
}

/// The line of an entry, without its end.
///
/// # Errors
/// When the certificate is no JSON.
pub fn line(id: &str, finder: &str, date: &str, reasons: &[String], certificate: &str) -> serde_json::Result<String> {
    // Within a line of JSON text there are no ends of lines but between its parts.
    let certificate: String = certificate.lines().map(str::trim_start).collect();
    let line = Line {
        id: id.into(),
        finder: finder.into(),
        date: date.into(),
        reasons: reasons.to_vec(),
        certificate: serde_json::from_str(&certificate)?,
    };
    serde_json::to_string(&line)
}

/// Whether a path names a collection, by its extension.
pub fn is_collection(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == EXTENSION)
}

/// The collection and the id in the path of an entry; nothing if it is the path of something else.
pub fn split(path: &Path) -> Option<(&Path, &str)> {
    let (file, id) = path.to_str()?.rsplit_once('#')?;
    let file = Path::new(file);
    (is_collection(file) && !path.exists()).then_some((file, id))
}

/// The path of an entry.
pub fn path_of(file: &Path, entry: &Entry) -> PathBuf {
    let mut path = file.as_os_str().to_os_string();
    path.push("#");
    path.push(&entry.id);
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: &str = "{\n  \"format\": \"margincert/1\",\n  \"title\": \"a # b\"}";

    fn entry(id: &str) -> String {
        line(id, "me", "2026-11-27", &["the least".into()], CERTIFICATE).expect("JSON")
    }

    #[test]
    fn what_is_written_is_read() {
        let text = format!("{}\n{}\n", entry("aa1"), entry("ab2"));
        let collection = Collection::parse(text).expect("a collection");
        let ids: Vec<&str> = collection.entries().iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["aa1", "ab2"]);
        let one = collection.get("ab").expect("an entry");
        assert_eq!((one.finder.as_str(), one.reasons.len()), ("me", 1));
        assert_eq!(collection.certificate(one), r#"{"format": "margincert/1","title": "a # b"}"#);
        assert!(collection.get("a").is_none() && collection.get("").is_none() && collection.get("c").is_none());
    }

    #[test]
    fn what_is_no_entry_is_refused_by_its_line() {
        let good = entry("aa1");
        let refused = |second: &str| match Collection::parse(format!("{good}\n{second}\n")) {
            Err(FileProblem::Line { line: 2, wrong }) => wrong,
            other => panic!("{other:?}"),
        };
        assert!(refused(&good).contains("a second entry aa1; the first is on line 1"));
        assert!(refused("{}").contains("missing field"));
        assert!(refused("").contains("expected an entry"));
        assert!(refused(&good.replace("aa1", "a#1")).contains("no id"));
        assert!(refused(&good.replace("aa1", "ab1").replace("[\"the least\"]", "[]")).contains("no reason"));
        assert!(refused(&good.replace("\"date\"", "\"day\"")).contains("unknown field"));
    }

    #[test]
    fn paths_of_entries_are_told_from_others() {
        assert_eq!(split(Path::new("p/c.jsonl#ab")), Some((Path::new("p/c.jsonl"), "ab")));
        for other in ["p/c.jsonl", "p/c.json#ab", "-", "a#b"] {
            assert_eq!(split(Path::new(other)), None, "{other}");
        }
    }
}
