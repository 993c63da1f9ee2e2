//! Weights from a file: one array per layer, in the natural order of their names.

use std::fs;
use std::path::Path;

use super::arrays::{Array, read_npz};
use super::half::{bfloat16, binary16};

type Matrix = Vec<Vec<f64>>;

/// The matrices of a model, first layer first.
///
/// # Errors
/// What cannot be read, and why.
pub fn read(path: &Path) -> Result<Vec<Matrix>, String> {
    layers(named(path)?)
}

/// The arrays of a model, first layer first, for a network whose layers need not be dense.
///
/// # Errors
/// What cannot be read, and why.
pub fn arrays(path: &Path) -> Result<Vec<Array>, String> {
    let mut named = named(path)?;
    named.sort_by_key(|(name, _)| natural(name));
    match named.iter().find(|(name, _)| says_bias(name)) {
        Some((name, array)) => Err(bias(name, array)),
        None => Ok(named.into_iter().map(|(_, array)| array).collect()),
    }
}

fn named(path: &Path) -> Result<Vec<(String, Array)>, String> {
    match path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).as_deref() {
        Some("npz") => read_npz(path),
        Some("safetensors") => safetensors(path),
        Some("json") => json(&fs::read_to_string(path).map_err(|error| error.to_string())?),
        _ => Err("a model is a .npz, .safetensors or .json file".into()),
    }
}

fn says_bias(name: &str) -> bool {
    name.to_lowercase().contains("bias")
}

fn bias(name: &str, array: &Array) -> String {
    let shape = array.shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ");
    format!(
        "array {name} ({shape}) looks like a bias, and margincert is about networks without biases. A bias of the first layer \
         can be folded in: add an input that is always 1 to the data, and the bias as that column of the first layer's weights. \
         A bias of a later layer cannot, since the network is then not homogeneous"
    )
}

/// The arrays as layers.
fn layers(mut named: Vec<(String, Array)>) -> Result<Vec<Matrix>, String> {
    if named.is_empty() {
        return Err("holds no array".into());
    }
    let is_list = |array: &Array| array.shape.len() <= 1;
    named.sort_by_key(|(name, _)| natural(name));
    // A list is the last layer's row. Another one is a bias.
    let last = named.len() - 1;
    let found =
        named.iter().enumerate().find(|(place, (name, array))| says_bias(name) || is_list(array) && *place < last);
    if let Some((_, (name, array))) = found {
        return Err(bias(name, array));
    }
    let mut layers = Vec::new();
    for (name, array) in named {
        layers.push(array.rows().map_err(|error| format!("array {name} {error}"))?);
    }
    Ok(with_row(layers))
}

/// The last layer as one row, if it was given as a column.
fn with_row(mut layers: Vec<Matrix>) -> Vec<Matrix> {
    let before = layers.len().checked_sub(2).map(|place| layers[place].len());
    if let (Some(width), Some(last)) = (before, layers.last_mut())
        && last.len() == width
        && width > 1
        && last.iter().all(|row| row.len() == 1)
    {
        *last = vec![last.iter().flatten().copied().collect()];
    }
    layers
}

fn safetensors(path: &Path) -> Result<Vec<(String, Array)>, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let tensors =
        safetensors::SafeTensors::deserialize(&bytes).map_err(|error| format!("no safetensors file: {error}"))?;
    let array = |(name, view): (String, safetensors::tensor::TensorView<'_>)| {
        let data = view.data();
        let halves = |number: fn(u16) -> f64| {
            data.chunks_exact(2).map(|b| number(u16::from_le_bytes(b.try_into().unwrap_or_default()))).collect()
        };
        let values: Vec<f64> = match view.dtype() {
            safetensors::Dtype::F64 => {
                data.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap_or_default())).collect()
            }
            safetensors::Dtype::F32 => {
                data.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap_or_default()).into()).collect()
            }
            safetensors::Dtype::F16 => halves(binary16),
            safetensors::Dtype::BF16 => halves(bfloat16),
            other => {
                return Err(format!("array {name} has numbers of the kind {other:?}; F16, BF16, F32 and F64 are read"));
            }
        };
        Ok((name, Array { shape: view.shape().to_vec(), values }))
    };
    tensors.tensors().into_iter().map(array).collect()
}

/// Matrices as lists of rows, or lists of numbers, in a list or by name.
fn json(text: &str) -> Result<Vec<(String, Array)>, String> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
        let is_no_number = text.contains("NaN") || text.contains("Infinity");
        format!("no JSON: {error}{}", if is_no_number { "; JSON has no NaN and no Infinity" } else { "" })
    })?;
    let items: Vec<_> = match value {
        serde_json::Value::Array(items) => {
            items.into_iter().enumerate().map(|(l, item)| (l.to_string(), item)).collect()
        }
        serde_json::Value::Object(entries) => entries.into_iter().collect(),
        _ => return Err("a model is a list, or an object, of matrices".into()),
    };
    let array = |(name, item): (String, serde_json::Value)| {
        if let Ok(values) = serde_json::from_value::<Vec<f64>>(item.clone()) {
            return Ok((name, Array { shape: vec![values.len()], values }));
        }
        let rows: Matrix = serde_json::from_value(item).map_err(|error| {
            format!("layer {name} is no matrix: expected a list of rows, each a list of numbers ({error})")
        })?;
        let width = rows.first().map_or(0, Vec::len);
        if let Some(row) = rows.iter().position(|row| row.len() != width) {
            return Err(format!("layer {name}, row {row}, has {} weights, but row 0 has {width}", rows[row].len()));
        }
        Ok((name, Array { shape: vec![rows.len(), width], values: rows.into_iter().flatten().collect() }))
    };
    items.into_iter().map(array).collect()
}

/// A name with its numbers as numbers: `W2` before `W10`.
fn natural(name: &str) -> Vec<(u64, String)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let text = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (word, after) = after.split_at(text);
        parts.push((number.parse().unwrap_or(0), word.to_string()));
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(shape: &[usize]) -> Array {
        Array { shape: shape.to_vec(), values: (0..shape.iter().product::<usize>()).map(|x| x as f64).collect() }
    }

    #[test]
    fn layers_come_in_natural_order() {
        let named = [("W10", vec![1, 2]), ("W2", vec![2, 3]), ("W1", vec![3, 1])];
        let named = named.map(|(name, shape)| (name.to_string(), array(&shape))).to_vec();
        let shapes: Vec<_> = layers(named).expect("layers").iter().map(|l| (l.len(), l[0].len())).collect();
        assert_eq!(shapes, [(3, 1), (2, 3), (1, 2)]);
    }

    #[test]
    fn the_last_layer_may_be_a_list_or_a_column_and_biases_are_named() {
        let two = |last: &[usize]| layers(vec![("a".into(), array(&[3, 2])), ("b".into(), array(last))]);
        for last in [&[3][..], &[1, 3], &[3, 1]] {
            assert_eq!(two(last).expect("layers")[1], [[0.0, 1.0, 2.0]]);
        }
        let bias = layers(vec![
            ("0.bias".into(), array(&[3])),
            ("0.weight".into(), array(&[3, 2])),
            ("1".into(), array(&[3])),
        ]);
        assert!(bias.expect_err("a bias").contains("array 0.bias (3) looks like a bias"));
    }
}
