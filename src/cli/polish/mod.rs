//! `margincert polish`: from a trained network to a certificate about the KKT point that it approaches.

mod arrays;
mod data;
mod half;
mod json;
mod model;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::output::{Colour, Output, Printable, diagnose};
use super::replace::{Force, Place};
use super::values::{activation, seconds};
use super::{Failure, Status, status};
use crate::kernel::certificate::Source;
use crate::kernel::exact::Rational;
use crate::kernel::network::{Activation, Network};
use crate::prove::trained::{Polished, Task, TaskError, parameters_of, polish};
use crate::words::parse_network;

const EXAMPLES: &str = "\
Examples:
  margincert polish model.npz data.npz -o certificate.json
  margincert polish model.safetensors data.csv --activation leaky:0.1
  margincert polish model.json data.csv --json
  margincert polish model.npz data.npz --network network.json

MODEL holds one array per layer, outputs x inputs, in the natural order of their names (W1, W2, ..., W10): .npz, \
.safetensors, or .json with lists of lists. The last layer has one output; a list of numbers, or one column, will do \
for it.

DATA holds the inputs X, samples x inputs, and the labels y, 1 and -1, or 1 and 0: .npz with these names, or .csv with \
one sample per line, its label last. Decimals in a .csv are read exactly; floats elsewhere are the exact numbers that \
they are.

margincert is about networks without biases. A bias of the first layer can be folded in: give every \
sample one more input that is always 1, and put the bias into that column of the weights. A bias of a later layer \
cannot: the network would not be homogeneous.

Networks that are not dense, or whose layers differ in activation, need --network: a .json file with the object that a \
certificate has under `network`. MODEL then has for each layer an array of its shape: outputs x inputs for dense and \
template layers, 0 where there is no connection; one number per unit for diagonal ones; filters x width for \
convolutions.

The certificate goes to FILE, and what was found to standard output. Without -o the certificate goes to standard output \
and what was found to standard error.";

/// Find the exact KKT point that a trained network approaches: is it a local optimum, a global one?
///
/// A network trained in floats is hardly ever a KKT point itself, but its direction approaches one. This finds that point, proves that it
/// exists near the certificate's point, and decides, where it can, whether it is a local or a global optimum. At
/// depth 3 and more, and for networks that are not dense, global optima are not proved.
#[derive(Debug, clap::Args)]
#[command(after_help = status::POLISH_HELP, after_long_help = format!("{EXAMPLES}\n\n{}", status::POLISH_HELP))]
pub struct Arguments {
    /// The weights: .npz, .safetensors or .json, one array per layer.
    #[arg(value_name = "MODEL")]
    model: PathBuf,

    /// The data: .npz with X and y, or .csv with the label last.
    #[arg(value_name = "DATA")]
    data: PathBuf,

    /// The activation of the hidden layers: relu, linear, or leaky:SLOPE with the slope for negative inputs.
    #[arg(long, value_name = "ACTIVATION", default_value = "relu", value_parser = activation)]
    activation: Activation<Rational>,

    /// The network, where it is not dense: a .json file with the object `network` of the certificates.
    #[arg(long, value_name = "FILE", conflicts_with = "activation")]
    network: Option<PathBuf>,

    /// Where to write the certificate; a file that is there already is replaced only with --force.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    force: Force,

    /// Stop searching after so many seconds.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds, allow_negative_numbers = true)]
    time_limit: Duration,

    /// Print what was found as one JSON object.
    #[arg(long)]
    json: bool,

    /// Say nothing of what was found; errors are told all the same.
    #[arg(short, long, conflicts_with = "json")]
    quiet: bool,
}

/// Polishes what the arguments name.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    let task = match read(&arguments) {
        Ok(task) => task,
        Err(error) => {
            diagnose(error);
            return Ok(Status::Unreadable);
        }
    };
    let place = arguments.output.as_deref().map(|path| Place::at(path, Some(arguments.force))).transpose()?;
    let written = place.is_some();
    let mut polished = polish(&task, arguments.time_limit);
    let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let model = name(&arguments.model);
    let title = match &polished.enclosed {
        Ok(_) => format!("the KKT point that the trained network {model} approaches"),
        Err(_) => format!("the trained network {model}, scaled to margin 1"),
    };
    let note = format!("{model}, trained on {}", name(&arguments.data));
    let text = polished.certificate.as_mut().map(|certificate| {
        certificate.title = Some(title);
        certificate.source = Some(Source::Reference { paper: None, result: None, note: Some(note) });
        certificate.to_text()
    });
    let written = written && text.is_some();
    if let (Some(place), Some(text)) = (place, &text) {
        place.write(text)?;
    }
    let mut output = Output::stdout();
    if arguments.json {
        output.line(json::object(
            &arguments.model.to_string_lossy(),
            &polished,
            text.as_deref().filter(|_| !written),
        ))?;
    } else if written {
        if !arguments.quiet {
            for_people(&mut output, &polished)?;
        }
    } else {
        text.iter().try_for_each(|text| output.line(text.trim_end()))?;
        if !arguments.quiet {
            polished.to_string().lines().for_each(diagnose);
        }
    }
    let is_decided = matches!(&polished.enclosed, Ok(point) if point.standing.is_decided());
    Ok(if is_decided { Status::Accepted } else { Status::Undecided })
}

/// Reads model and data; says on standard error how labels 0 and 1 are taken.
fn read(arguments: &Arguments) -> Result<Task, String> {
    let in_model = |error: String| format!("{}: {error}", arguments.model.display());
    let in_data = |error: String| format!("{}: {error}", arguments.data.display());
    let (samples, has_zeros) = data::read(&arguments.data).map_err(in_data)?;
    if has_zeros {
        diagnose(format!("{}: the labels are 0 and 1; 0 is taken as -1", arguments.data.display()));
    }
    let task = match &arguments.network {
        None => Task::new(model::read(&arguments.model).map_err(in_model)?, arguments.activation.clone(), samples),
        Some(path) => {
            let network = network(path).map_err(|error| format!("{}: {error}", path.display()))?;
            let arrays = model::arrays(&arguments.model).map_err(in_model)?;
            let arrays = arrays.into_iter().map(|array| (array.shape, array.values)).collect();
            let parameters = parameters_of(&network, arrays).map_err(in_model)?;
            Task::of_network(network, parameters, samples)
        }
    };
    task.map_err(|error| match (&arguments.network, &error) {
        (None, TaskError::Sample { .. }) => format!("{error}; a network that is not dense is named with --network"),
        _ => error.to_string(),
    })
}

/// A network from a file.
fn network(path: &Path) -> Result<Network<Rational>, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    parse_network(&text).map_err(|error| error.to_string())
}

fn for_people(output: &mut Output, polished: &Polished) -> Result<(), Failure> {
    let colour = match &polished.enclosed {
        Ok(point) if point.standing.is_decided() => Colour::Green,
        _ => Colour::Yellow,
    };
    for (place, line) in polished.to_string().lines().enumerate() {
        let line = Printable(line).to_string();
        let line = if place <= 1 { output.paint(colour, &line).into_owned() } else { line };
        output.line(line)?;
    }
    Ok(())
}
