//! What is read before a hunt: the conjecture, and instances that are known.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Refusal;
use crate::explore::conjecture::Conjecture;
use crate::files;
use crate::kernel::certificate::{Certificate, Document};
use crate::kernel::exact::Rational;

/// The most bytes that are read of a file: comments may be long, but a pipe must not fill the memory.
const MAX_FILE: u64 = 1 << 20;

/// The conjecture in a text, in the file of that name, or on standard input for `-`.
pub fn conjecture(text: &str) -> Result<Conjecture, Refusal> {
    let path = Path::new(text);
    if text == "-" {
        return parse("standard input", content(io::stdin().lock(), path)?);
    }
    // What looks like a path is none of the language.
    let has_end = [".conj", ".txt"].iter().any(|end| text.ends_with(end));
    let has_folder = text.contains(std::path::MAIN_SEPARATOR) && !text.contains("->");
    let nowhere = match fs::metadata(path) {
        Ok(file) if !file.is_dir() => {
            let opened = fs::File::open(path).map_err(|error| Refusal::File { path: path.into(), error })?;
            return parse(&path.to_string_lossy(), content(opened, path)?);
        }
        Ok(_) => Some("this is a folder, and a conjecture is read from a file"),
        Err(_) => (has_end || has_folder).then_some("there is no such file to read a conjecture from"),
    };
    match nowhere {
        Some(why) => Err(Refusal::NoFile { path: path.into(), why }),
        None => text.parse().map_err(|error| Refusal::Conjecture(format!("the conjecture cannot be read: {error}"))),
    }
}

fn content(source: impl Read, path: &Path) -> Result<String, Refusal> {
    let mut content = String::new();
    let failure = |error| Refusal::File { path: path.into(), error };
    source.take(MAX_FILE + 1).read_to_string(&mut content).map_err(failure)?;
    if content.len() as u64 > MAX_FILE {
        return Err(Refusal::NoFile {
            path: path.into(),
            why: "this has more than a megabyte, and no conjecture is so long",
        });
    }
    Ok(content)
}

fn parse(name: &str, content: String) -> Result<Conjecture, Refusal> {
    // Some editors begin a file with a mark of its encoding.
    let content = content.strip_prefix('\u{feff}').unwrap_or(&content);
    content.parse().map_err(|error| Refusal::Conjecture(format!("{name}: the conjecture cannot be read: {error}")))
}

/// The instances in files, in an order that does not depend on where they are. Their claims do not matter.
pub fn known(paths: &[PathBuf]) -> Result<Vec<Certificate<Rational>>, Refusal> {
    let mut known = Vec::new();
    for path in paths.iter().flat_map(|path| files::find_all(path)) {
        match files::read(&path?)? {
            Document::Rational(certificate) => {
                let bare = Certificate { title: None, source: None, claims: Vec::new(), ..certificate };
                known.push((bare.to_text(), bare));
            }
            // What is near them would not be rational.
            Document::Algebraic(_) => {}
        }
    }
    known.sort_by(|(a, _), (b, _)| a.cmp(b));
    known.dedup_by(|(a, _), (b, _)| a == b);
    Ok(known.into_iter().map(|(_, instance)| instance).collect())
}
