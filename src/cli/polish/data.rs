//! Samples from a file: `.npz` with `X` and `y`, or `.csv` with the label last.

use std::path::Path;

use super::arrays::{Array, read_npz};
use crate::kernel::exact::Rational;
use crate::kernel::problem::{Label, Sample};
use crate::prove::trained::{exact, labels};

/// The samples, and whether the labels were 0 and 1.
///
/// # Errors
/// What cannot be read, and why.
pub fn read(path: &Path) -> Result<(Vec<Sample<Rational>>, bool), String> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let (inputs, values) = match extension.as_deref() {
        Some("npz") => from_npz(path)?,
        Some("csv") => from_csv(path)?,
        _ => return Err("data is a .npz or a .csv file".into()),
    };
    if inputs.len() != values.len() {
        return Err(format!("X has {} samples, but y has {} labels", inputs.len(), values.len()));
    }
    let has_zeros = values.contains(&0.0);
    let labels = labels(&values).map_err(|(sample, value)| {
        let mixed = if value == 0.0 { ", and there is a label -1 too" } else { "" };
        format!(
            "sample {sample} has the label {value}{mixed}; labels are 1 and -1, or 1 and 0. Name the two classes so"
        )
    })?;
    let samples = inputs.into_iter().zip(labels).map(|(x, y): (Vec<Rational>, Label)| Sample { x, y }).collect();
    Ok((samples, has_zeros))
}

type Table = (Vec<Vec<Rational>>, Vec<f64>);

fn from_npz(path: &Path) -> Result<Table, String> {
    let mut arrays = read_npz(path)?;
    let names = arrays.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>().join(", ");
    let mut take = |wanted: &str| -> Result<Array, String> {
        let place = arrays.iter().position(|(name, _)| name == wanted);
        let missing = || format!("there is no array {wanted}; the file holds {names}");
        Ok(arrays.swap_remove(place.ok_or_else(missing)?).1)
    };
    let (inputs, labels) = (take("X")?, take("y")?);
    if inputs.shape.len() != 2 {
        return Err(format!("X has {} axes; it must have two, samples x inputs", inputs.shape.len()));
    }
    let mut rows = Vec::new();
    for (sample, row) in inputs.rows().map_err(|error| format!("X {error}"))?.into_iter().enumerate() {
        let number = |(input, value): (usize, f64)| {
            exact(value).ok_or(format!("input {input} of sample {sample} is {value}, which is no finite number"))
        };
        rows.push(row.into_iter().enumerate().map(number).collect::<Result<_, _>>()?);
    }
    Ok((rows, labels.values))
}

/// What a line of a CSV file is.
const LINE: &str = "a line holds a sample's inputs and then its label";

fn from_csv(path: &Path) -> Result<Table, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let mut builder = csv::ReaderBuilder::new();
    let mut reader = builder.has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(&bytes[..]);
    let (mut rows, mut labels) = (Vec::new(), Vec::new());
    let mut first: Option<(u64, usize)> = None;
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|error| error.to_string())?;
        let line = line_of(&record, &bytes);
        let fields: Vec<&str> = record.iter().collect();
        let (of, expected) = *first.get_or_insert((line, fields.len()));
        if fields.len() != expected {
            let found = fields.len();
            return Err(format!("line {line} has {found} fields, but line {of} has {expected}: {LINE}"));
        }
        let Some((label, inputs)) = fields.split_last().filter(|(_, inputs)| !inputs.is_empty()) else {
            return Err(format!("line {line} has no input: {LINE}"));
        };
        let numbers: Result<Vec<Rational>, _> = inputs.iter().map(|field| number(field)).collect();
        match (numbers, label.parse::<f64>()) {
            (Ok(numbers), Ok(label)) => {
                rows.push(numbers);
                labels.push(label);
            }
            // A first line without numbers names the columns.
            _ if index == 0 && fields.iter().all(|field| number(field).is_err()) => {}
            (Err(field), _) => return Err(format!("line {line}: `{field}` is no finite number")),
            (_, Err(_)) => return Err(format!("line {line}: the label `{label}` is no number")),
        }
    }
    Ok((rows, labels))
}

/// The line on which a record stands. Its position is that of the empty lines before it.
fn line_of(record: &csv::StringRecord, bytes: &[u8]) -> u64 {
    let Some(position) = record.position() else { return 1 };
    let rest = &bytes[bytes.len().min(position.byte() as usize)..];
    let empty = rest.iter().take_while(|byte| b"\r\n".contains(byte)).filter(|byte| **byte == b'\n');
    position.line() + empty.count() as u64
}

/// A decimal exactly; with an exponent, the float that it stands for.
fn number(field: &str) -> Result<Rational, String> {
    let float = || field.parse::<f64>().ok().and_then(exact);
    field.parse::<Rational>().ok().or_else(float).ok_or_else(|| field.to_string())
}
