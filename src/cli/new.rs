//! `margincert new`: an instance to fill in.

use std::path::PathBuf;

use num_traits::{One, Zero};

use super::output::{Output, diagnose};
use super::replace::{Force, Place};
use super::values::{activation, positive};
use super::{Failure, Status, status};
use crate::kernel::certificate::{Certificate, Document, MAX_BYTES};
use crate::kernel::exact::Rational;
use crate::kernel::network::{
    Activation, LayerError, MAX_CONNECTIONS, MAX_LAYERS, Network, NetworkError, Parameters, Weights,
};
use crate::kernel::problem::{Label, Problem, Sample};
use crate::words::count;

const EXAMPLES: &str = "\
Examples:
  margincert new --dense 2,2,1 --activation relu --samples 2 -o instance.json
  margincert new --diagonal 3 --depth 4
  margincert new --convolution 6 --patch 2 --stride 2 --activation relu
  margincert new --template '0 1 - / - 2 3' --activation leaky:1/10

The hidden layers all have the activation; the last layer of each but --dense is dense with one output. Then fill in \
the data and the point: numbers are strings like \"-3/4\", \"0.125\" or \"2\". With a key
  \"field\": {\"minimal_polynomial\": [\"-2\", \"0\", \"1\"],
            \"root_between\": [\"1\", \"2\"], \"symbol\": \"sqrt2\"}
a number may also be a list, [\"1\", \"3\"] for 1 + 3 sqrt2.";

/// Write an instance to fill in.
///
/// The file is complete and readable as it is; its data and point are placeholders.
#[derive(Debug, clap::Args)]
#[command(after_help = status::NEW_HELP, after_long_help = format!("{EXAMPLES}\n\n{}", status::NEW_HELP))]
#[command(group(clap::ArgGroup::new("architecture").required(true)))]
pub struct Arguments {
    /// A dense network: the number of inputs, then the width of each layer, the last 1.
    #[arg(long, value_name = "N,W,..,1", value_delimiter = ',', value_parser = positive, group = "architecture")]
    #[arg(allow_negative_numbers = true)]
    dense: Vec<usize>,

    /// Diagonal hidden layers on so many inputs.
    #[arg(long, value_name = "N", value_parser = positive, allow_negative_numbers = true, group = "architecture")]
    diagonal: Option<usize>,

    /// A convolution on so many inputs.
    #[arg(long, value_name = "N", value_parser = positive, allow_negative_numbers = true, group = "architecture")]
    convolution: Option<usize>,

    /// A sparse or shared hidden layer: rows of parameter indices or `-`, separated by `/`.
    #[arg(long, value_name = "ROWS", group = "architecture")]
    template: Option<String>,

    /// The number of layers, with --diagonal.
    #[arg(long, value_name = "L", default_value = "2", value_parser = positive, allow_negative_numbers = true)]
    #[arg(requires = "diagonal", conflicts_with_all = ["dense", "convolution", "template"])]
    depth: usize,

    /// The length of a filter, with --convolution.
    #[arg(long, value_name = "K", default_value = "2", value_parser = positive, allow_negative_numbers = true)]
    #[arg(requires = "convolution", conflicts_with_all = ["dense", "diagonal", "template"])]
    patch: usize,

    /// The distance of neighbouring patches, with --convolution.
    #[arg(long, value_name = "S", default_value = "1", value_parser = positive, allow_negative_numbers = true)]
    #[arg(requires = "convolution", conflicts_with_all = ["dense", "diagonal", "template"])]
    stride: usize,

    /// The number of filters, with --convolution.
    #[arg(long, value_name = "F", default_value = "1", value_parser = positive, allow_negative_numbers = true)]
    #[arg(requires = "convolution", conflicts_with_all = ["dense", "diagonal", "template"])]
    filters: usize,

    /// The hidden units' activation: linear, relu, or leaky: and a slope, as in leaky:1/10.
    #[arg(long, default_value = "linear", value_parser = activation)]
    activation: Activation<Rational>,

    /// The number of samples.
    #[arg(long, value_name = "N", default_value = "1", value_parser = positive, allow_negative_numbers = true)]
    samples: usize,

    /// Where to write the instance, instead of standard output; a file that is there already is replaced only with --force.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    force: Force,
}

/// Writes the instance that the arguments describe.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    let text = match readable(&arguments) {
        Ok(text) => text,
        Err(error) => {
            diagnose(error);
            return Ok(Status::Unreadable);
        }
    };
    match &arguments.output {
        Some(path) => Place::at(path, Some(arguments.force))?.write(&text)?,
        None => Output::stdout().line(text.trim_end())?,
    }
    Ok(Status::Accepted)
}

/// The instance as a file that the other commands do not refuse.
fn readable(arguments: &Arguments) -> Result<String, String> {
    let text = instance(arguments)?.to_text();
    match Document::parse(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(format!("this would be a file that cannot be read: {}", error.problem)),
    }
}

/// A number of the data takes no fewer bytes in the file: the digit, its quotes and a comma.
const LEAST_BYTES: usize = 4;

fn instance(arguments: &Arguments) -> Result<Certificate<Rational>, String> {
    let (inputs, hidden) = architecture(arguments)?;
    let mut layers: Vec<_> = hidden.into_iter().map(|weights| (weights, arguments.activation.clone())).collect();
    layers.push((Weights::Dense { outputs: 1 }, Activation::Linear));
    let network = Network::new(inputs, layers).map_err(|error| error.to_string())?;
    let (samples, greatest) = (arguments.samples, MAX_BYTES / LEAST_BYTES / inputs);
    if samples > greatest {
        let inputs = count(inputs, "input");
        return Err(format!(
            "{samples} samples of {inputs} make a file of more than {MAX_BYTES} bytes, which is the limit"
        ));
    }
    // Sample after sample one input is 1, so that a network of ones is feasible.
    let sample = |index: usize| {
        let entry = |input: usize| if input == index % inputs { Rational::one() } else { Rational::zero() };
        Sample { x: (0..inputs).map(entry).collect(), y: Label::Positive }
    };
    let samples = (0..samples).map(sample).collect();
    let mut point = Parameters::zero(&network);
    point.layers_mut().iter_mut().flatten().for_each(|entry| *entry = Rational::one());
    let problem = Problem::new(network, samples, point).map_err(|error| error.to_string())?;
    let mut instance = Certificate::instance(None, problem);
    instance.title = Some("a new instance: fill in data and point".into());
    Ok(instance)
}

/// The number of inputs, and the hidden layers.
fn architecture(arguments: &Arguments) -> Result<(usize, Vec<Weights>), String> {
    if let Some(inputs) = arguments.diagonal {
        let hidden = arguments.depth.saturating_sub(1);
        if hidden == 0 {
            return Err("the last layer is dense, so with --diagonal there are 2 layers at least".into());
        }
        if hidden >= MAX_LAYERS {
            return Err(NetworkError::TooManyLayers { found: arguments.depth }.to_string());
        }
        return Ok((inputs, vec![Weights::Diagonal; hidden]));
    }
    if let Some(inputs) = arguments.convolution {
        let (length, stride) = (arguments.patch, arguments.stride);
        if length > inputs {
            return Err(format!("a patch of length {length} does not fit into {}", count(inputs, "input")));
        }
        // The patches overlap, so they can be far longer together than the list of inputs.
        if ((inputs - length) / stride + 1).saturating_mul(length) > MAX_CONNECTIONS {
            return Err(LayerError::TooManyConnections.to_string());
        }
        let patches = (0..=inputs - length).step_by(stride).map(|start| (start..start + length).collect()).collect();
        return Ok((inputs, vec![Weights::Convolution { patches, filters: arguments.filters }]));
    }
    if let Some(template) = &arguments.template {
        let entry = |text: &str| match text {
            "-" => Ok(None),
            index => index.parse().map(Some).map_err(|_| format!("`{index}` is neither a parameter's index nor `-`")),
        };
        let row = |row: &str| row.split_whitespace().map(entry).collect::<Result<Vec<_>, _>>();
        let entries = template.split('/').map(row).collect::<Result<Vec<_>, _>>()?;
        let inputs = entries.first().map_or(0, Vec::len);
        if inputs == 0 {
            return Err("--template needs rows with an entry for each input, as in '0 1 - / - 2 3'".into());
        }
        return Ok((inputs, vec![Weights::Template { entries }]));
    }
    match arguments.dense.as_slice() {
        [inputs, widths @ .., 1] => Ok((*inputs, widths.iter().map(|&outputs| Weights::Dense { outputs }).collect())),
        _ => Err("--dense needs the number of inputs and then the widths, the last 1, as in 2,2,1".into()),
    }
}
