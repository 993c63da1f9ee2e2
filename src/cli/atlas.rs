//! `margincert atlas`: a static site about accepted certificates.

mod record;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use self::record::{Collected, Judged, write_conjectures};
use super::collect::{self, Refused};
use super::output::{Output, Printable, diagnose};
use super::{Failure, Status, status, trials};
use crate::explore::library;
use crate::export::rocq::{Export, module_names};
use crate::kernel::exact::OrderedField;
use crate::report::accepted::{self, Accepted, Reader};
use crate::report::atlas::index::{Entry, More};
use crate::report::atlas::page::{Page, Place, Rendered, Theorems};
use crate::report::atlas::site::{Site, SiteError};
use crate::report::atlas::{collection, index, names};
use crate::report::trials::TrialFailure;

const EXAMPLES: &str = "\
Examples:
  margincert atlas -o atlas                of ./proofs; open atlas/index.html
  margincert atlas --trials 100 -o atlas   and try its theorems at random
  margincert atlas proofs/paper a.json -o /tmp/atlas";

/// Write an atlas: a static site with a page for each certificate.
///
/// It opens from the file system and needs no network and no script. A file with a rejected claim, or that cannot be
/// read, is listed as such and has no page. The site is written beside its place and moved there when it is whole; a
/// folder that is not empty is replaced only if it is an atlas.
#[derive(Debug, clap::Args)]
#[command(after_help = status::CHECK_HELP, after_long_help = format!("{EXAMPLES}\n\n{}", status::CHECK_HELP))]
pub struct Arguments {
    /// Files, and folders to search for *.json with their subfolders; - for standard input [default: proofs].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The folder of the site.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    #[command(flatten)]
    trials: trials::TrialArguments,

    /// Conjectures (*.conj) to tell the record of [default: proofs/conjectures, if it is there].
    #[arg(long, value_name = "DIR")]
    conjectures: Option<PathBuf>,
}

/// Writes the site that the arguments ask for.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    let paths = collect::given_or_default(&arguments.paths)?;
    match write(&arguments, &paths) {
        Ok((0, refused)) => Ok(collect::tell(&refused)),
        Ok((pages, refused)) => {
            let index = arguments.output.join("index.html");
            let pages = crate::words::count(pages, "certificate");
            Output::stdout().line(format_args!("{pages}: {}", Printable(&index.to_string_lossy())))?;
            Ok(collect::tell(&refused))
        }
        Err(NotWritten::Site(error)) => {
            diagnose(error);
            Ok(Status::Unreadable)
        }
        Err(NotWritten::Conjectures(error)) => {
            diagnose(error);
            Ok(Status::Unreadable)
        }
        Err(NotWritten::Trial(failure)) => Ok(trials::tell(&failure)),
    }
}

/// Renders a page, and the theorems that it offers.
struct WithTheorems<'p> {
    page: Page<'p>,
    module: &'p str,
}

impl Reader for WithTheorems<'_> {
    type Output = (Rendered, Option<String>);

    fn read<F: OrderedField>(&self, accepted: &Accepted<'_, F>) -> Self::Output {
        let file = Export(self.page.id).read(accepted);
        let (proved, left_out) = (file.proved, file.uncovered.len());
        let theorems = (proved > 0).then_some(Theorems { module: self.module, proved, left_out });
        let Page { id, name, bytes, place, .. } = self.page;
        let rendered = Page { id, name, bytes, place, theorems }.read(accepted);
        (rendered, theorems.map(|_| file.text))
    }
}

/// Where conjectures are looked for if no place is named.
const CONJECTURES: &str = "proofs/conjectures";

/// Why there is no site.
enum NotWritten {
    Site(SiteError),
    Conjectures(library::Unreadable),
    Trial(Box<TrialFailure>),
}

impl From<SiteError> for NotWritten {
    fn from(error: SiteError) -> Self {
        NotWritten::Site(error)
    }
}

/// The number of pages and what was left out; without pages no site is written.
fn write(arguments: &Arguments, paths: &[PathBuf]) -> Result<(usize, Vec<Refused>), NotWritten> {
    let (jobs, mut refused) = collect::find_outside(paths, &arguments.output);
    if jobs.is_empty() {
        return Ok((0, refused));
    }
    let library = match &arguments.conjectures {
        Some(folder) => library::read(folder).map_err(NotWritten::Conjectures)?,
        None if Path::new(CONJECTURES).is_dir() => {
            library::read(Path::new(CONJECTURES)).map_err(NotWritten::Conjectures)?
        }
        None => Vec::new(),
    };
    let site = Site::begin(&arguments.output)?;
    let names = names::file_names(jobs.iter().map(|job| job.id.as_str()));
    let modules = module_names(names.iter().map(String::as_str));
    let modules: HashMap<String, String> = names.iter().cloned().zip(modules).collect();
    let names: HashMap<&str, &str> =
        jobs.iter().map(|job| job.id.as_str()).zip(names.iter().map(String::as_str)).collect();
    // Each page is written where it is made, so that no more than a summary of it stays in memory.
    let results = collect::read_all(&jobs, |job, bytes, document| {
        let (id, name) = (job.id.as_str(), names[job.id.as_str()]);
        let (page, module) = (Page { id, name, bytes, place: Place::Atlas, theorems: None }, modules[name].as_str());
        let (Rendered { summary, page, thumbnail }, theorems) =
            accepted::read(document, &WithTheorems { page, module })?;
        let judged = Judged::of(document, &library);
        let collected = match Collected::of(job, document, &judged, &library, name) {
            Some(entry) => Some((entry.told(), accepted::read(document, &entry.reader())?)),
            None => None,
        };
        let written = site
            .write(&format!("certificates/{name}.html"), page.as_bytes())
            .and_then(|()| site.write(&format!("files/{name}.json"), bytes))
            .and_then(|()| match theorems {
                Some(text) => site.write(&format!("files/{module}.v"), text.as_bytes()),
                None => Ok(()),
            });
        let judged = judged.named(&summary.title, name);
        Ok(written.map(|()| (summary, thumbnail, judged, collected)))
    });
    let (mut certificates, mut judged) = (Vec::with_capacity(results.len()), Vec::with_capacity(results.len()));
    let (mut rows, mut lines, mut ids) = (Vec::new(), Vec::new(), HashSet::new());
    for result in results {
        match result {
            Ok(written) => {
                let (summary, thumbnail, said, collected) = written?;
                judged.push(said);
                // Those of a collection have a page of their own, each once: thousands of cards are no help.
                match collected {
                    Some(((id, line), row)) if ids.insert(id.clone()) => {
                        lines.push(line);
                        rows.push(row);
                    }
                    _ => {
                        let name = names[summary.id.as_str()];
                        certificates.push(Entry { summary, name, thumbnail });
                    }
                }
            }
            Err(file) => refused.push(file),
        }
    }
    // A site of nothing would only hide why there is nothing, and take the place of an older one.
    if certificates.is_empty() && rows.is_empty() {
        return Ok((0, refused));
    }
    // The page may be read elsewhere: it does not tell of the folders of this machine.
    let left_out: Vec<String> = refused.iter().map(Refused::without_folders).collect();
    let classes = certificates.iter().map(|entry| entry.summary.class);
    let trials = arguments.trials.run(classes).map_err(NotWritten::Trial)?;
    let more = More { collected: rows.len(), conjectures: library.len() };
    site.write("index.html", index::page(&certificates, &trials, &left_out, &more).as_bytes())?;
    write_conjectures(&site, &library, &judged, &certificates)?;
    if !rows.is_empty() {
        let broken = (0..library.len()).filter(|&place| judged.iter().any(|said| said.breaks(place)));
        let broken: Vec<String> = broken.map(|place| library[place].0.clone()).collect();
        site.write(collection::PAGE, collection::page(rows.len(), &broken).as_bytes())?;
        site.write(collection::ROWS, collection::rows(&rows).as_bytes())?;
        site.write(collection::LINES, collection::lines(&rows, &lines).as_bytes())?;
    }
    site.finish()?;
    Ok((judged.len(), refused))
}
