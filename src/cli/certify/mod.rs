//! `margincert certify`: from instances to certificates.

mod json;
mod many;
mod one;

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::output::{Colour, diagnose};
use super::replace::{Force, Place};
use super::values::{seconds, whole};
use super::{Failure, Status, status};
use crate::files::{self, STANDARD_INPUT, collection};
use crate::prove::certify::{Account, Prover, Topic, Verdict};

const EXAMPLES: &str = "\
Examples:
  margincert certify a.json -o certificate.json
  margincert certify a.json | margincert check -
  margincert certify a.json --claims kkt,local --time-limit 10
  margincert certify instances more/a.json -o certificates

The certificate of one instance goes to FILE, and the account of what was found to standard output. \
Without -o the certificate goes to standard output and the account to standard error.

Of a folder, or of several paths, every certificate goes into the folder DIR, under the name of its instance and in \
the same subfolders. Each gets a line, and a summary follows. If one cannot be certified, the \
command says so and goes on with the others. It replaces nothing that is there already, so the same command takes up \
a run that was ended.

With --json there is one object per line for each instance:
  {\"file\", \"verdict\", \"decided\", \"steps\", \"certificate\", \"error\"}
with steps of the form
  {\"question\", \"layer\", \"claims\", \"how\", \"tried\", \"milliseconds\"}

`verdict` is infeasible, not_kkt, global_optimum, local_optimum, not_local_optimum, not_optimal (whether a KKT point \
is open), kkt or feasible. `certificate` is the document itself, or null where it was written to a file. `error` is \
null, or says why there is neither a verdict nor a certificate.";

/// Certify instances: is the point a KKT point, a local optimum, a global one, layer by layer too?
///
/// Every claim of the certificate has passed the same checks as `margincert check` runs. What cannot be decided is left
/// open, and the account says what was tried. Claims that the instance makes are ignored.
#[derive(Debug, clap::Args)]
#[command(after_help = status::CERTIFY_HELP, after_long_help = format!("{EXAMPLES}\n\n{}", status::CERTIFY_HELP))]
pub struct Arguments {
    /// The instance: a network, a dataset and a point; - for standard input. Or several, or folders of them.
    #[arg(value_name = "INSTANCE", required = true)]
    instances: Vec<PathBuf>,

    /// Where to write the certificate, or the folder for several; what is there already is replaced only with --force.
    #[arg(short, long, value_name = "FILE|DIR")]
    output: Option<PathBuf>,

    #[command(flatten)]
    force: Force,

    /// Ask about these topics only: hypotheses, kkt, local, global, layers, flow.
    ///
    /// The names of claims work as well. For status 0 all the topics that are named must be settled.
    #[arg(long, value_name = "TOPIC", value_delimiter = ',')]
    claims: Vec<Topic>,

    /// Give up an instance after this many seconds.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds, allow_negative_numbers = true)]
    time_limit: Duration,

    /// The seed of the randomised searches; equal seeds give equal certificates.
    #[arg(long, value_name = "N", default_value = "0", value_parser = whole::<u64>, allow_negative_numbers = true)]
    seed: u64,

    /// Print the account as one JSON object per instance.
    #[arg(long)]
    json: bool,

    /// Say nothing of what was found; errors are told all the same.
    #[arg(short, long, conflicts_with = "json")]
    quiet: bool,
}

/// Certifies what the arguments name.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    match arguments.instances.as_slice() {
        [path] if !path.is_dir() && !collection::is_collection(path) => one::run(path, &arguments),
        several if several.iter().any(|path| path == Path::new(STANDARD_INPUT)) => {
            diagnose(format_args!("`{STANDARD_INPUT}`, standard input, is certified by itself"));
            Ok(Status::Unreadable)
        }
        _ => many::run(&arguments),
    }
}

/// What came of an instance.
struct Certified {
    account: Account,
    /// The certificate, unless it was written to a file.
    certificate: Option<String>,
}

/// Reads an instance, makes sure that there is a place for its certificate, proves what can be proved, and writes it.
fn certify(instance: &Path, output: Option<&Path>, arguments: &Arguments) -> Result<Certified, String> {
    let document = files::read(instance).map_err(|error| error.to_string())?;
    let place = output.map(|path| Place::at(path, Some(arguments.force))).transpose();
    let place = place.map_err(|failure| failure.to_string())?;
    let mut prover = Prover::new().time_limit(Some(arguments.time_limit)).seed(arguments.seed);
    if !arguments.claims.is_empty() {
        prover = prover.topics(arguments.claims.iter().copied());
    }
    let (certificate, account) = prover.certify(&document);
    let text = certificate.to_text();
    let certificate = match place {
        Some(place) => place.write(&text).map(|()| None).map_err(|failure| failure.to_string())?,
        None => Some(text),
    };
    Ok(Certified { account, certificate })
}

/// The status of an instance by itself.
fn status_of(certified: &Result<Certified, String>) -> Status {
    match certified {
        Err(_) => Status::Unreadable,
        Ok(Certified { account, .. }) if account.decided() => Status::Accepted,
        Ok(_) => Status::Undecided,
    }
}

fn colour(verdict: Verdict) -> Colour {
    match verdict {
        Verdict::Kkt | Verdict::Feasible => Colour::Yellow,
        Verdict::Infeasible => Colour::Red,
        _ => Colour::Green,
    }
}
