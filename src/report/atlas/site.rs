//! A site on disk: written beside its place, and moved there when it is whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{collection, conjectures};

/// The file that marks a folder as an atlas, which a new one may replace.
const MARKER: &str = ".margincert-atlas";

/// The folder of the pages, one a certificate.
const PAGES: &str = "certificates";

/// The folder of the certificates themselves, and of their theorems.
const FILES: &str = "files";

/// What every site has alike.
const SAME: [(&str, &str); 5] = [
    collection::SCRIPT,
    ("style.css", super::STYLE),
    ("check.js", super::CHECK),
    ("checker.js", super::CHECKER),
    ("playground.html", super::PLAYGROUND),
];

/// What a site has besides if it holds a collection or conjectures.
const MAY_HAVE: [&str; 5] =
    [collection::PAGE, collection::ROWS, collection::LINES, conjectures::PAGE, conjectures::FOLDER];

/// The page about theorems.
const THEOREMS: &str = "theorems.html";

/// A site that is being written. If it is not finished, nothing is left of it.
#[derive(Debug)]
pub struct Site {
    target: PathBuf,
    partial: PathBuf,
}

/// Why a site cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The place is taken by something else.
    #[error("{}: exists and is not an atlas; it is left as it is", .0.display())]
    Taken(PathBuf),
    /// An atlas holds a file that no atlas has.
    #[error("{}: this is not the atlas's own and would be lost; move it away", .0.display())]
    Foreign(PathBuf),
    /// The place has no name.
    #[error("{}: names no folder that can be replaced", .0.display())]
    Nameless(PathBuf),
    /// A file or folder cannot be written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, SiteError> {
    result.map_err(|source| SiteError::Io { path: path.into(), source })
}

impl Site {
    /// Begins a site that is to stand at `target`: a new or empty folder, or an atlas that it replaces.
    ///
    /// # Errors
    /// When the place is taken, or nothing can be written beside it.
    pub fn begin(target: &Path) -> Result<Self, SiteError> {
        let name = target.file_name().ok_or_else(|| SiteError::Nameless(target.into()))?.to_string_lossy();
        check_place(target)?;
        let partial = target.with_file_name(format!(".{name}.partial-{}", std::process::id()));
        if let Some(parent) = target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            at(parent, fs::create_dir_all(parent))?;
        }
        // Errors name the place that was asked for, not the folder beside it in which the site is made.
        at(target, fs::create_dir(&partial))?;
        let site = Site { target: target.into(), partial };
        for folder in [PAGES, FILES, conjectures::FOLDER] {
            at(&target.join(folder), fs::create_dir(site.partial.join(folder)))?;
        }
        site.write(MARKER, b"This folder was written by `margincert atlas`, which may replace it.\n")?;
        for (name, content) in SAME {
            site.write(name, content.as_bytes())?;
        }
        site.write(THEOREMS, super::theorems::page().as_bytes())?;
        Ok(site)
    }

    /// Writes a file of the site.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), SiteError> {
        at(&self.target.join(name), fs::write(self.partial.join(name), bytes))
    }

    /// Moves the whole site to its place. A folder there is replaced only if it is still empty or an atlas.
    ///
    /// # Errors
    /// When the place has been taken meanwhile, or cannot be moved to; what stood there stays.
    pub fn finish(self) -> Result<(), SiteError> {
        check_place(&self.target)?;
        if !self.target.exists() {
            return at(&self.target, fs::rename(&self.partial, &self.target));
        }
        let mut old = self.partial.clone().into_os_string();
        old.push(".old");
        let old = PathBuf::from(old);
        at(&self.target, fs::rename(&self.target, &old))?;
        if let Err(error) = fs::rename(&self.partial, &self.target) {
            at(&self.target, fs::rename(&old, &self.target))?;
            return at(&self.target, Err(error));
        }
        at(&old, fs::remove_dir_all(&old))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // Once the site has been moved there is nothing here any more.
        let _ = fs::remove_dir_all(&self.partial);
    }
}

/// Whether a site may stand here.
fn check_place(target: &Path) -> Result<(), SiteError> {
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => at(target, Err(error)),
        Ok(metadata) if !metadata.is_dir() => Err(SiteError::Taken(target.into())),
        Ok(_) => {
            let is_empty = at(target, fs::read_dir(target))?.next().is_none();
            if !is_empty && !target.join(MARKER).is_file() {
                return Err(SiteError::Taken(target.into()));
            }
            let own = [MARKER, "index.html", THEOREMS, PAGES, FILES];
            let known = || own.iter().chain(&MAY_HAVE).chain(SAME.iter().map(|(name, _)| name));
            let own = |name: &Path| known().any(|own| name == Path::new(own));
            only(target, own)?;
            for folder in [PAGES, conjectures::FOLDER] {
                only(&target.join(folder), |name| name.extension().is_some_and(|end| end == "html"))?;
            }
            only(&target.join(FILES), |name| name.extension().is_some_and(|end| end == "json" || end == "v"))
        }
    }
}

/// Whether a folder, if there is one, holds nothing but such names.
fn only(folder: &Path, own: impl Fn(&Path) -> bool) -> Result<(), SiteError> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let entry = at(folder, entry)?;
        if !own(Path::new(&entry.file_name())) {
            return Err(SiteError::Foreign(entry.path()));
        }
    }
    Ok(())
}
