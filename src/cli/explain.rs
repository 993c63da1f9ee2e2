//! `margincert explain`: the proof that a certificate carries, in words and formulas.

use std::path::PathBuf;

use super::collect::{self, Job, Refused};
use super::output::{Output, diagnose};
use super::{Failure, Status, status};
use crate::report::accepted;
use crate::report::document::Document;
use crate::report::explain::Explain;
use crate::report::print;

const EXAMPLES: &str = "\
Examples:
  margincert explain proofs/paper/convolution-relu.json
  margincert explain a.json --format latex > appendix.tex               for \\input; comments name the packages
  margincert explain a.json --format latex --standalone > proof.tex     compiles as it is";

/// Explain a certificate: the whole proof in words and formulas.
///
/// Every number is printed, so that the proof can be followed with pen and paper. The certificate is checked first;
/// of one with a rejected claim nothing is printed.
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
}

/// Explains what the arguments name.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    if arguments.standalone && arguments.format != Format::Latex {
        diagnose("--standalone needs --format latex");
        return Ok(Status::Unreadable);
    }
    let id = arguments.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let job = Job { path: arguments.path, id };
    match collect::read(&job, |_, document| accepted::read(document, &Explain(&job.id))) {
        Ok(document) => {
            let printed = print(&document, arguments.format, arguments.standalone);
            Output::stdout().line(printed.trim_end())?;
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
            Format::Latex => print::Format::Latex,
        },
    )
}
