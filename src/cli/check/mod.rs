//! `margincert check`: checks certificates.

mod json;
mod people;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::collect;
use super::output::{Output, Printable, diagnose};
use super::progress::Progress;
use super::{Failure, Status, status};
use crate::files::{self, FileError, STANDARD_INPUT};
use crate::instance::Difference;
use crate::kernel::certificate::Document;
use crate::kernel::check::Claim;
use crate::report::table::facts::Verdict as Standing;

const EXAMPLES: &str = "\
Examples:
  margincert check                       every certificate in ./proofs
  margincert check proofs/paper a.json   a folder with subfolders, and a file
  margincert check --instance my.json theirs.json
                                         is it about my network, data and point?
  margincert check --json proofs | jq 'select(.accepted | not)'

With --json there is one object per claim:
  {\"file\", \"index\", \"claim\", \"layer\", \"accepted\", \"verdict\", \"reason\"}
and for a document whose claims cannot be judged
  {\"file\", \"index\": null, \"accepted\": false, \"verdict\", \"reason\"}

`layer` is null for a claim about all layers, and `reason` for one that is accepted. `verdict` is accepted or rejected \
for a claim, and unreadable, no_claim or elsewhere, about another instance, for a document.";

/// Check certificates: is every claim confirmed by its evidence?
///
/// Each claim is confirmed by exact arithmetic or rejected, with the place and the exact values that are at fault.
/// There is no tolerance and no third outcome.
#[derive(Debug, clap::Args)]
#[command(after_help = status::CHECK_HELP, after_long_help = format!("{EXAMPLES}\n\n{}", status::CHECK_HELP))]
pub struct Arguments {
    /// Files, and folders to search for *.json with their subfolders; - for standard input [default: proofs].
    ///
    /// A folder that holds no certificate is an error, and so is a document without claims: it has nothing to check.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Print one JSON object per claim instead of one line per file.
    #[arg(long)]
    json: bool,

    /// Print only what is wrong: nothing at all if every claim is accepted.
    #[arg(short, long, conflicts_with = "json")]
    quiet: bool,

    /// Reject every certificate that is not about this network, dataset and point.
    ///
    /// A valid proof about another problem proves nothing about this one. The networks must be written alike, and all numbers equal in
    /// value. A certificate about another one is not checked further; the first difference is printed, and the status is 1. Claims in FILE do
    /// not matter.
    #[arg(long, value_name = "FILE")]
    instance: Option<PathBuf>,
}

/// A claim and what its check came to.
struct Verdict {
    claim: &'static str,
    layer: Option<usize>,
    /// Of an enclosed KKT point: what the claim says of its optimality.
    standing: Option<Standing>,
    /// Why it is rejected.
    rejection: Option<String>,
}

/// A document that was read and checked.
struct Examined {
    path: PathBuf,
    title: Option<String>,
    verdicts: Vec<Verdict>,
    elapsed: Duration,
}

/// Why there is nothing to say about the claims of a document.
#[derive(Debug, thiserror::Error)]
enum Unexamined {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{}: the document makes no claim, so there is nothing to check (it is an instance; `margincert certify` looks for claims)", .0.display())]
    NoClaims(PathBuf),
    #[error("{}: this is about another instance than {}: {difference}", .path.display(), .instance.display())]
    Elsewhere { path: PathBuf, instance: PathBuf, difference: Box<Difference> },
}

/// Tells of each document in turn, then of all.
trait Reporter {
    fn document(&mut self, output: &mut Output, document: &Result<Examined, Unexamined>) -> Result<(), Failure>;
    fn end(&mut self, output: &mut Output, elapsed: Duration) -> Result<(), Failure>;
}

/// Checks what the arguments name.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    let start = Instant::now();
    let instance = match instance(&arguments) {
        Ok(instance) => instance,
        Err(problem) => {
            diagnose(problem);
            return Ok(Status::Unreadable);
        }
    };
    let paths = collect::given_or_default(&arguments.paths)?;
    let documents: Vec<_> = paths.iter().flat_map(|path| files::find_all(path)).collect();
    let mut reporter: Box<dyn Reporter> = match arguments.json {
        true => Box::new(json::Reporter),
        false => Box::new(people::Reporter::new(&documents, arguments.quiet)),
    };
    let mut output = Output::stdout();
    let progress = if arguments.quiet { Progress::hidden() } else { Progress::new(documents.len()) };
    let mut status = Status::Accepted;
    for found in documents {
        let document = found.map_err(Unexamined::from).and_then(|path| {
            progress.at(Printable(&path.to_string_lossy()).to_string());
            examine(path, instance.as_ref())
        });
        status = status.max(status_of(&document));
        progress.suspend(|| reporter.document(&mut output, &document))?;
        progress.step();
    }
    drop(progress);
    reporter.end(&mut output, start.elapsed())?;
    Ok(status)
}

/// What every certificate must be about, with its file.
type Instance = (PathBuf, Document);

fn instance(arguments: &Arguments) -> Result<Option<Instance>, String> {
    let named = arguments.paths.iter().chain(&arguments.instance);
    if named.filter(|path| *path == Path::new(STANDARD_INPUT)).count() > 1 {
        return Err(format!("`{STANDARD_INPUT}`, standard input, can be read once only"));
    }
    let Some(path) = &arguments.instance else { return Ok(None) };
    let document = files::read(path).map_err(|error| error.to_string())?;
    Ok(Some((path.clone(), document)))
}

fn examine(path: PathBuf, instance: Option<&Instance>) -> Result<Examined, Unexamined> {
    let start = Instant::now();
    let document = files::read(&path)?;
    if let Some((instance, expected)) = instance
        && let Err(difference) = document.is_about(expected)
    {
        return Err(Unexamined::Elsewhere { path, instance: instance.clone(), difference: Box::new(difference) });
    }
    let claims = document.claims();
    if claims.is_empty() {
        return Err(Unexamined::NoClaims(path));
    }
    let standings = match &document {
        Document::Rational(certificate) => certificate.claims.iter().map(standing).collect::<Vec<_>>(),
        Document::Algebraic(certificate) => certificate.claims.iter().map(standing).collect(),
    };
    let verdicts = claims.into_iter().zip(standings).zip(document.check());
    let verdict = |(((claim, layer), standing), verdict): ((_, Option<Standing>), Result<_, _>)| Verdict {
        claim,
        layer,
        standing,
        rejection: verdict.err(),
    };
    let verdicts = verdicts.map(verdict).collect();
    let title = document.title().map(str::to_string);
    Ok(Examined { path, title, verdicts, elapsed: start.elapsed() })
}

fn standing<F>(claim: &Claim<F>) -> Option<Standing> {
    match claim {
        Claim::KktEnclosed(evidence) => Some(Standing::of_enclosed(&evidence.optimum)),
        Claim::ParametersEnclosed(evidence) => Some(Standing::of_enclosed_parameters(&evidence.optimum)),
        _ => None,
    }
}

fn status_of(document: &Result<Examined, Unexamined>) -> Status {
    match document {
        Ok(examined) if examined.is_accepted() => Status::Accepted,
        Ok(_) | Err(Unexamined::Elsewhere { .. }) => Status::Rejected,
        Err(_) => Status::Unreadable,
    }
}

impl Examined {
    fn is_accepted(&self) -> bool {
        self.verdicts.iter().all(|verdict| verdict.rejection.is_none())
    }
}

impl Unexamined {
    fn path(&self) -> &Path {
        match self {
            Unexamined::File(error) => &error.path,
            Unexamined::NoClaims(path) | Unexamined::Elsewhere { path, .. } => path,
        }
    }

    /// As one word, for programs.
    fn key(&self) -> &'static str {
        match self {
            Unexamined::File(_) => "unreadable",
            Unexamined::NoClaims(_) => "no_claim",
            Unexamined::Elsewhere { .. } => "elsewhere",
        }
    }

    /// What is wrong, without the path.
    fn reason(&self) -> String {
        match self {
            Unexamined::File(error) => error.problem.to_string(),
            Unexamined::NoClaims(_) => "the document makes no claim, so there is nothing to check".into(),
            Unexamined::Elsewhere { instance, difference, .. } => {
                format!("this is about another instance than {}: {difference}", instance.display())
            }
        }
    }
}
