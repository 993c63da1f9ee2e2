//! `margincert certify`: from an instance to a certificate.

mod json;

use std::path::PathBuf;
use std::time::Duration;

use super::output::{Colour, Output, Printable, diagnose};
use super::replace::{Force, Place};
use super::values::{seconds, whole};
use super::{Failure, Status, status};
use crate::files;
use crate::prove::certify::{Account, Prover, Topic, Verdict};

const EXAMPLES: &str = "\
Examples:
  margincert certify instance.json > certificate.json
  margincert certify instance.json -o certificate.json && margincert check certificate.json
  margincert certify instance.json | margincert check -
  margincert certify instance.json --claims kkt,local --time-limit 10

The certificate goes to FILE, and the account of what was found to standard output; without -o the certificate goes to
standard output and the account to standard error. With --json standard output holds one object:
  {\"file\", \"verdict\", \"decided\", \"steps\": [{\"question\", \"layer\", \"claims\", \"how\", \"tried\", \"milliseconds\"}],
   \"certificate\"}
where `certificate` is the document itself, or null where it was written to FILE.";

/// Certify an instance: is the point a KKT point, a local optimum, a global one, layer by layer too?
///
/// Every claim of the certificate has passed the same checks as `margincert check` runs. What cannot be decided is left open,
/// and the account says what was tried. Claims that the instance makes are ignored.
#[derive(Debug, clap::Args)]
#[command(after_help = status::CERTIFY_HELP, after_long_help = format!("{EXAMPLES}\n\n{}", status::CERTIFY_HELP))]
pub struct Arguments {
    /// The instance: a network, a dataset and a point; - for standard input.
    #[arg(value_name = "INSTANCE")]
    instance: PathBuf,

    /// Where to write the certificate; a file that is there already is replaced only with --force.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    force: Force,

    /// Ask about these topics only: hypotheses, kkt, local, global, layers, flow.
    ///
    /// The names of claims will do as well. All the topics named must be settled for status 0.
    #[arg(long, value_name = "TOPIC", value_delimiter = ',')]
    claims: Vec<Topic>,

    /// Give up after so many seconds.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds, allow_negative_numbers = true)]
    time_limit: Duration,

    /// The seed of the randomised searches; equal seeds give equal certificates.
    #[arg(long, value_name = "N", default_value = "0", value_parser = whole::<u64>, allow_negative_numbers = true)]
    seed: u64,

    /// Print the account as one JSON object.
    #[arg(long)]
    json: bool,
}

/// Certifies what the arguments name.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    let document = match files::read(&arguments.instance) {
        Ok(document) => document,
        Err(error) => {
            diagnose(error);
            return Ok(Status::Unreadable);
        }
    };
    let place = arguments.output.as_deref().map(|path| Place::at(path, Some(arguments.force))).transpose()?;
    let written = place.is_some();
    let mut prover = Prover::new().time_limit(Some(arguments.time_limit)).seed(arguments.seed);
    if !arguments.claims.is_empty() {
        prover = prover.topics(arguments.claims);
    }
    let (certificate, account) = prover.certify(&document);
    let text = certificate.to_text();
    if let Some(place) = place {
        place.write(&text)?;
    }
    let mut output = Output::stdout();
    if arguments.json {
        let embedded = (!written).then_some(text.as_str());
        output.line(json::object(&arguments.instance.to_string_lossy(), &account, embedded))?;
    } else if written {
        for_people(&mut output, &account)?;
    } else {
        output.line(text.trim_end())?;
        account.to_string().lines().for_each(diagnose);
    }
    Ok(if account.decided() { Status::Accepted } else { Status::Undecided })
}

fn for_people(output: &mut Output, account: &Account) -> Result<(), Failure> {
    let colour = match account.verdict() {
        Verdict::Kkt | Verdict::Feasible => Colour::Yellow,
        Verdict::Infeasible => Colour::Red,
        _ => Colour::Green,
    };
    for (place, line) in account.to_string().lines().enumerate() {
        let line = Printable(line).to_string();
        if place == 0 {
            output.line(output.paint(colour, &line).into_owned())?;
        } else {
            output.line(line)?;
        }
    }
    Ok(())
}
