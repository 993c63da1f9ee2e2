//! Explanations, tables, the atlas, and what notebooks show.

use std::path::PathBuf;
use std::sync::Arc;

use margincert::kernel::certificate;
use margincert::prove::halt::Halt;
use margincert::report::accepted::{self, NotAccepted};
use margincert::report::atlas::card::card as card_of;
use margincert::report::atlas::index::Entry;
use margincert::report::atlas::page::{Page, Place, Rendered};
use margincert::report::atlas::site::{Site, SiteError};
use margincert::report::atlas::{index, names};
use margincert::report::explain::Explain;
use margincert::report::html;
use margincert::report::print::{self, Format};
use margincert::report::table::{Summarise, Summary};
use margincert::report::trials::Counts;
use pyo3::exceptions::{PyFileExistsError, PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::document::Document;
use crate::errors::exception;
use crate::interrupt::interruptible;

/// A document with the name that reports know it by.
type Named<'py> = (String, PyRef<'py, Document>);
type Owned = (String, Arc<certificate::Document>);

fn owned(documents: Vec<Named<'_>>) -> Vec<Owned> {
    documents.into_iter().map(|(name, document)| (name, document.0.clone())).collect()
}

/// Why nothing may be printed of a document: `Rejected` or `NoClaims`.
fn not_accepted(py: Python<'_>, why: &NotAccepted) -> PyErr {
    let facts = PyDict::new(py);
    match why {
        NotAccepted::Exhausted(_) => pyo3::exceptions::PyRuntimeError::new_err(why.to_string()),
        NotAccepted::NoClaims => exception(py, "NoClaims", &why.to_string(), &facts),
        NotAccepted::Rejected { index, claim, layer, reason } => {
            let told = [
                ("index", facts.set_item("index", index)),
                ("claim", facts.set_item("claim", claim)),
                ("layer", facts.set_item("layer", layer)),
            ];
            match told.into_iter().find_map(|(_, told)| told.err()) {
                Some(error) => error,
                None => exception(py, "Rejected", reason, &facts),
            }
        }
    }
}

fn format(name: &str, standalone: bool, more: &str) -> PyResult<Format> {
    match (name, standalone) {
        ("text", false) => Ok(Format::Text),
        ("markdown", false) => Ok(Format::Markdown),
        ("latex", false) => Ok(Format::Latex),
        ("latex", true) => Ok(Format::StandaloneLatex),
        ("text" | "markdown" | "html" | "csv", true) => {
            Err(PyValueError::new_err("standalone=True needs format=\"latex\""))
        }
        _ => Err(PyValueError::new_err(format!("format: expected text, markdown, latex or {more}, found {name:?}"))),
    }
}

/// Gives up between documents once it is asked to.
fn each<T>(
    documents: &[Owned],
    halt: &Halt,
    read: impl Fn(&Owned) -> Result<T, NotAccepted>,
) -> Vec<Result<T, NotAccepted>> {
    documents.iter().take_while(|_| !halt.is_set()).map(read).collect()
}

/// The proof that a certificate carries, printed.
#[pyfunction]
pub fn explain(
    py: Python<'_>,
    document: &Document,
    format_name: &str,
    standalone: bool,
    title: String,
) -> PyResult<String> {
    let is_html = format_name == "html" && !standalone;
    let format = if is_html { Format::Text } else { format(format_name, standalone, "html")? };
    let document = document.0.clone();
    let printed = interruptible(
        py,
        |_| Ok(()),
        move |_| {
            let explained = accepted::read(&document, &Explain(&title))?;
            Ok(if is_html {
                format!(
                    "<h2>{}</h2>\n{}",
                    html::inline(&explained.title).into_string(),
                    html::blocks(&explained).into_string()
                )
            } else {
                print::explanation(&explained, format)
            })
        },
    )?;
    printed.map_err(|why| not_accepted(py, &why))
}

/// Tables of certificates: what holds for which networks, or a row a certificate.
#[pyfunction]
pub fn table(
    py: Python<'_>,
    documents: Vec<Named<'_>>,
    format_name: &str,
    standalone: bool,
    detail: bool,
) -> PyResult<String> {
    let is_csv = format_name == "csv" && !standalone;
    let format = if is_csv { Format::Text } else { format(format_name, standalone, "csv")? };
    let documents = owned(documents);
    let printed = interruptible(
        py,
        |_| Ok(()),
        move |halt| {
            let summaries = each(&documents, halt, |(name, document)| accepted::read(document, &Summarise(name)));
            let summaries = summaries.into_iter().collect::<Result<Vec<Summary>, _>>()?;
            let trials = Counts::default();
            Ok(match (is_csv, detail) {
                (true, _) => print::comma_separated(&summaries, &trials, detail),
                (false, true) => print::details(&summaries, format),
                (false, false) => print::outcomes(&summaries, &trials, format),
            })
        },
    )?;
    printed.map_err(|why| not_accepted(py, &why))
}

/// What keeps an atlas from being written.
enum NoAtlas {
    NotAccepted(NotAccepted),
    Site(SiteError),
}

/// Writes a site with a page for each certificate; returns the path of its index.
#[pyfunction]
pub fn atlas(py: Python<'_>, documents: Vec<Named<'_>>, folder: PathBuf) -> PyResult<PathBuf> {
    let documents = owned(documents);
    let place = folder.join("index.html");
    let written = interruptible(
        py,
        |_| Ok(()),
        move |halt| {
            let site = Site::begin(&folder).map_err(NoAtlas::Site)?;
            let names = names::file_names(documents.iter().map(|(id, _)| id.as_str()));
            let mut certificates = Vec::with_capacity(documents.len());
            for ((id, document), name) in documents.iter().zip(&names) {
                if halt.is_set() {
                    // What was begun goes when it is dropped, and what stood in its place stays.
                    return Ok(());
                }
                let text = document.to_text();
                let page = Page { id, name, bytes: text.as_bytes(), place: Place::Atlas, theorems: None };
                let Rendered { summary, page, thumbnail } =
                    accepted::read(document, &page).map_err(NoAtlas::NotAccepted)?;
                site.write(&format!("certificates/{name}.html"), page.as_bytes()).map_err(NoAtlas::Site)?;
                site.write(&format!("files/{name}.json"), text.as_bytes()).map_err(NoAtlas::Site)?;
                certificates.push(Entry { summary, name, thumbnail });
            }
            site.write(
                "index.html",
                index::page(&certificates, &Counts::default(), &[], &index::More::default()).as_bytes(),
            )
            .map_err(NoAtlas::Site)?;
            site.finish().map_err(NoAtlas::Site)
        },
    )?;
    match written {
        Ok(()) => Ok(place),
        Err(NoAtlas::NotAccepted(why)) => Err(not_accepted(py, &why)),
        Err(NoAtlas::Site(error @ SiteError::Taken(_))) => Err(PyFileExistsError::new_err(error.to_string())),
        Err(NoAtlas::Site(error)) => Err(PyOSError::new_err(error.to_string())),
    }
}

/// What a notebook shows of a document.
#[pyfunction]
pub fn card(py: Python<'_>, document: &Document) -> PyResult<String> {
    let document = document.0.clone();
    interruptible(py, |_| Ok(()), move |_| card_of(&document))
}
