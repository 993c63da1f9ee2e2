//! `margincert table`: tables of accepted certificates, for papers.

use std::path::PathBuf;

use super::collect;
use super::output::{Output, diagnose};
use super::replace::{Force, Place};
use super::{Failure, Status, status, trials};
use crate::report::accepted;
use crate::report::print;
use crate::report::table::{Summarise, Summary, detail};
use crate::report::text;
use crate::report::trials::Counts;

const EXAMPLES: &str = "\
Examples:
  margincert table                  what holds for which networks, from ./proofs
  margincert table --compact        one verdict per cell, and a list below
  margincert table --trials 100     and try the theorems on random instances
  margincert table proofs/paper --format latex -o table.tex
                                    for \\input; comments name the packages
  margincert table --detail --format csv -o certificates.csv
                                    one line per certificate";

/// Print tables of certificates: what holds for which networks, or one row per certificate.
///
/// Everything is computed from claims that passed the checker just now. A file with a rejected claim, or that cannot be
/// read, is named on standard error and is in no table.
#[derive(Debug, clap::Args)]
#[command(after_help = status::CHECK_HELP, after_long_help = format!("{EXAMPLES}\n\n{}", status::CHECK_HELP))]
pub struct Arguments {
    /// Files, and folders to search for *.json with their subfolders; - for standard input [default: proofs].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How the tables are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// One row per certificate instead of the summary tables.
    #[arg(long)]
    detail: bool,

    /// One verdict per cell, with numbers that refer to a list of certificates below.
    #[arg(long, conflicts_with = "detail")]
    compact: bool,

    /// With `--format latex`: a whole file that compiles as it is.
    #[arg(long)]
    standalone: bool,

    /// Where to write the tables, instead of standard output; a file that is there already is replaced only with --force.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    force: Force,

    #[command(flatten)]
    trials: trials::TrialArguments,
}

/// Formats of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Aligned columns of Unicode text.
    Text,
    /// Markdown.
    Markdown,
    /// LaTeX with booktabs and longtable.
    Latex,
    /// Comma-separated values.
    Csv,
    /// One JSON value, for programs.
    Json,
}

/// Prints what the arguments ask for.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    if arguments.detail && arguments.trials.are_asked() {
        diagnose("--trials is for the summary tables, not for --detail");
        return Ok(Status::Unreadable);
    }
    if arguments.standalone && arguments.format != Format::Latex {
        diagnose("--standalone needs --format latex");
        return Ok(Status::Unreadable);
    }
    if arguments.compact && matches!(arguments.format, Format::Csv | Format::Json) {
        diagnose("--compact is for people; csv and json hold the same without it");
        return Ok(Status::Unreadable);
    }
    let place = arguments.output.as_deref().map(|path| Place::at(path, Some(arguments.force))).transpose()?;
    let (jobs, mut refused) = collect::find(&collect::given_or_default(&arguments.paths)?);
    let mut summaries = Vec::with_capacity(jobs.len());
    let read = |job: &collect::Job, _: &[u8], document: &_| accepted::read(document, &Summarise(&job.id));
    for result in collect::read_all(&jobs, read) {
        match result {
            Ok(summary) => summaries.push(summary),
            Err(file) => refused.push(file),
        }
    }
    // Tables of nothing would only hide why there is nothing.
    if summaries.is_empty() {
        return Ok(collect::tell(&refused));
    }
    let trials = match arguments.trials.run(summaries.iter().map(|summary| summary.class)) {
        Ok(trials) => trials,
        Err(failure) => return Ok(trials::tell(&failure)),
    };
    let mut output = Output::stdout();
    let width = output.width().filter(|_| place.is_none());
    let printed = print(&arguments, &summaries, &trials, width);
    match place {
        Some(place) => place.write(&format!("{}\n", printed.trim_end()))?,
        None => output.line(printed.trim_end())?,
    }
    Ok(collect::tell(&refused))
}

/// `width` is that of the terminal, if the tables go to one.
fn print(arguments: &Arguments, summaries: &[Summary], trials: &Counts, width: Option<usize>) -> String {
    let format = match arguments.format {
        Format::Csv => return print::comma_separated(summaries, trials, arguments.detail),
        Format::Json => return print::json(summaries, trials, arguments.detail),
        Format::Text => print::Format::Text,
        Format::Markdown => print::Format::Markdown,
        Format::Latex if arguments.standalone => print::Format::StandaloneLatex,
        Format::Latex => print::Format::Latex,
    };
    if arguments.compact {
        return print::compact(summaries, trials, format);
    }
    if !arguments.detail {
        return print::outcomes(summaries, trials, format);
    }
    let printed = print::details(summaries, format);
    match width {
        Some(width) if format == print::Format::Text && !text::fits(&printed, width) => {
            text::records(&detail::table(summaries), width)
        }
        _ => printed,
    }
}
