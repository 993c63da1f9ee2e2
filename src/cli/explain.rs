//! `margincert explain`: the proof that a certificate carries, in words and formulas.

use std::path::{Path, PathBuf};

use super::collect::{self, Job, Refused};
use super::output::{Output, diagnose};
use super::replace::{Force, Place as FilePlace};
use super::{Failure, Status, status};
use crate::files::STANDARD_INPUT;
use crate::report::accepted;
use crate::report::atlas::page::{Page, Place};
use crate::report::document::Document;
use crate::report::explain::Explain;
use crate::report::{print, provenance};

const EXAMPLES: &str = "\
Examples:
  margincert explain proofs/paper/convolution-relu.json
  margincert explain a.json --format latex -o appendix.tex
                               for \\input; comments name the packages
  margincert explain a.json --format latex --standalone -o proof.tex
                               compiles as it is
  margincert explain a.json --format html -o proof.html
                               one page that can check itself";

/// Explain a certificate: the whole proof in words and formulas.
///
/// The proof is printed with its numbers, so that it can be followed with pen and paper; of numbers too long for a line,
/// the first digits. The certificate is checked first; if a claim is rejected, nothing is printed.
#[derive(Debug, clap::Args)]
#[command(after_help = status::CHECK_HELP, after_long_help = format!("{EXAMPLES}\n\n{}", status::CHECK_HELP))]
pub struct Arguments {
    /// The certificate, or - for standard input.
    #[arg(value_name = "FILE")]
    path: PathBuf,

    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// With `--format latex`: a whole file that compiles as it is.
    #[arg(long)]
    standalone: bool,

    /// Where to write the proof, instead of standard output; a file that is there already is replaced only with --force.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    force: Force,
}

/// Formats of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Unicode text.
    Text,
    /// Markdown with formulas between dollars.
    Markdown,
    /// LaTeX.
    Latex,
    /// One HTML page with drawings, and with the checker for the reader's own browser.
    Html,
}

/// Explains what the arguments name.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    if arguments.standalone && arguments.format != Format::Latex {
        diagnose("--standalone needs --format latex");
        return Ok(Status::Unreadable);
    }
    let place = arguments.output.map(|path| FilePlace::at(&path, Some(arguments.force))).transpose()?;
    let job = Job::of(arguments.path);
    let printed = collect::read(&job, |bytes, document| {
        let file = job.path.file_name().unwrap_or_default().to_string_lossy();
        if arguments.format == Format::Html {
            let page = Page { id: &job.id, name: &file, bytes, place: Place::Alone, theorems: None };
            return Ok(accepted::read(document, &page)?.page);
        }
        let mut explanation = accepted::read(document, &Explain(&job.id))?;
        let file = Some(file).filter(|_| job.path != Path::new(STANDARD_INPUT));
        explanation.paragraph(provenance::paragraph(file.as_deref(), &provenance::sha256(bytes)));
        Ok(print(&explanation, arguments.format, arguments.standalone))
    });
    match printed {
        Ok(printed) => {
            match place {
                Some(place) => place.write(&format!("{}\n", printed.trim_end()))?,
                None => Output::stdout().line(printed.trim_end())?,
            }
            Ok(Status::Accepted)
        }
        Err(refused) => {
            diagnose(&refused);
            Ok(Refused::status(&refused))
        }
    }
}

fn print(document: &Document, format: Format, standalone: bool) -> String {
    print::explanation(
        document,
        match format {
            Format::Text => print::Format::Text,
            Format::Markdown => print::Format::Markdown,
            Format::Latex if standalone => print::Format::StandaloneLatex,
            Format::Latex | Format::Html => print::Format::Latex,
        },
    )
}
