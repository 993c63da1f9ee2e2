//! Arrays of floats from numpy's files: the `.npy` header, and the `.npz` archive around it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::half::binary16;

/// An array with its shape, in row order.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// The length of each axis.
    pub shape: Vec<usize>,
    /// The numbers.
    pub values: Vec<f64>,
}

/// The most numbers of an array.
const MOST_NUMBERS: usize = 1 << 24;

impl Array {
    /// The rows of a matrix; a list is one row.
    ///
    /// # Errors
    /// When it has more axes.
    pub fn rows(self) -> Result<Vec<Vec<f64>>, String> {
        let width = match *self.shape.as_slice() {
            [length] => length,
            [_, columns] => columns,
            _ => return Err(format!("has {} axes; a matrix has two, outputs x inputs", self.shape.len())),
        };
        if width == 0 || self.values.is_empty() {
            return Err("is empty".into());
        }
        Ok(self.values.chunks(width).map(<[f64]>::to_vec).collect())
    }
}

/// Every array of an `.npz` archive with its name, in the archive's order.
///
/// # Errors
/// What cannot be read, and why.
pub fn read_npz(path: &Path) -> Result<Vec<(String, Array)>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut archive = zip::ZipArchive::new(file).map_err(|error| format!("no .npz archive: {error}"))?;
    let mut arrays = Vec::new();
    for index in 0..archive.len() {
        let entry =
            archive.by_index(index).map_err(|error| format!("a part of the archive cannot be read: {error}"))?;
        let name = entry.name().trim_end_matches(".npy").to_string();
        let mut bytes = Vec::new();
        let limit = 8 * MOST_NUMBERS as u64 + 65_536;
        entry.take(limit).read_to_end(&mut bytes).map_err(|error| format!("array {name} cannot be read: {error}"))?;
        arrays.push((name.clone(), parse_npy(&bytes).map_err(|error| format!("array {name} {error}"))?));
    }
    Ok(arrays)
}

/// An array from the bytes of an `.npy` file.
fn parse_npy(bytes: &[u8]) -> Result<Array, String> {
    let broken = || "is no .npy file".to_string();
    let version = *bytes.get(6).filter(|_| bytes.starts_with(b"\x93NUMPY")).ok_or_else(broken)?;
    let (start, length) = match version {
        1 => (10, bytes.get(8..10).map(|b| usize::from(u16::from_le_bytes([b[0], b[1]])))),
        _ => (12, bytes.get(8..12).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize)),
    };
    let end = length.and_then(|length| length.checked_add(start)).ok_or_else(broken)?;
    let header = bytes.get(start..end).and_then(|header| std::str::from_utf8(header).ok()).ok_or_else(broken)?;
    let after = |key: &str| header.split_once(&format!("'{key}':")).map(|(_, rest)| rest.trim_start());
    let kind = after("descr").and_then(|rest| rest.strip_prefix('\'')).and_then(|rest| rest.split('\'').next());
    let kind = kind.ok_or("has numbers of several kinds")?;
    let is_by_column = after("fortran_order").is_some_and(|rest| rest.starts_with("True"));
    let axes = after("shape").and_then(|rest| rest.strip_prefix('(')).and_then(|rest| rest.split(')').next());
    let axes = axes.ok_or_else(broken)?.split(',').map(str::trim).filter(|axis| !axis.is_empty());
    let shape: Vec<usize> = axes.map(str::parse).collect::<Result<_, _>>().map_err(|_| broken())?;
    let count = shape.iter().try_fold(1_usize, |product, axis| product.checked_mul(*axis));
    let count = count.filter(|count| *count <= MOST_NUMBERS);
    let count = count.ok_or(format!("is too large; at most {MOST_NUMBERS} numbers are read"))?;
    let data = &bytes[end..];
    let values = numbers(kind, data).ok_or(format!("has numbers of the kind {kind}; floats and integers are read"))?;
    if values.len() < count {
        return Err(format!("ends after {} of {count} numbers", values.len()));
    }
    let values: Vec<f64> = values.into_iter().take(count).collect();
    let values = match (is_by_column, shape.as_slice()) {
        (true, [rows, columns]) => {
            (0..*rows).flat_map(|r| (0..*columns).map(move |c| c * rows + r)).map(|place| values[place]).collect()
        }
        _ => values,
    };
    Ok(Array { shape, values })
}

/// The numbers of a kind that numpy names.
fn numbers(kind: &str, data: &[u8]) -> Option<Vec<f64>> {
    macro_rules! each {
        ($type:ty, $size:literal, $from:ident) => {
            data.chunks_exact($size).map(|b| <$type>::$from(b.try_into().unwrap_or_default()) as f64).collect()
        };
    }
    Some(match kind {
        "<f8" => each!(f64, 8, from_le_bytes),
        ">f8" => each!(f64, 8, from_be_bytes),
        "<f4" => each!(f32, 4, from_le_bytes),
        ">f4" => each!(f32, 4, from_be_bytes),
        "<f2" => data.chunks_exact(2).map(|b| binary16(u16::from_le_bytes(b.try_into().unwrap_or_default()))).collect(),
        "<i8" => each!(i64, 8, from_le_bytes),
        "<i4" => each!(i32, 4, from_le_bytes),
        "<i2" => each!(i16, 2, from_le_bytes),
        "|i1" => each!(i8, 1, from_le_bytes),
        "|u1" | "|b1" => each!(u8, 1, from_le_bytes),
        "<u4" => each!(u32, 4, from_le_bytes),
        "<u8" => each!(u64, 8, from_le_bytes),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn npy(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend(u16::try_from(header.len()).expect("a short header").to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn arrays_are_read_in_row_order() {
        let data: Vec<u8> = [1.0_f64, 2.0, 3.0, 4.0, 5.0, 6.0].iter().flat_map(|x| x.to_le_bytes()).collect();
        let header = |order| format!("{{'descr': '<f8', 'fortran_order': {order}, 'shape': (2, 3), }}\n");
        let by_row = parse_npy(&npy(&header("False"), &data)).expect("an array");
        assert_eq!(by_row.rows(), Ok(vec![vec![1.0, 2.0, 3.0], vec![4.0, 5.0, 6.0]]));
        let by_column = parse_npy(&npy(&header("True"), &data)).expect("an array");
        assert_eq!(by_column.rows(), Ok(vec![vec![1.0, 3.0, 5.0], vec![2.0, 4.0, 6.0]]));
        let list = parse_npy(&npy("{'descr': '|i1', 'fortran_order': False, 'shape': (3,), }", &[1, 255, 0]));
        assert_eq!(list.expect("an array").values, [1.0, -1.0, 0.0]);
    }

    #[test]
    fn what_is_no_array_is_said() {
        let said = |bytes: &[u8]| parse_npy(bytes).expect_err("no array");
        assert_eq!(said(b"PK"), "is no .npy file");
        assert_eq!(said(&npy("{'descr': '<f8'}", &[])), "is no .npy file");
        let header = |kind, shape| format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}");
        assert!(said(&npy(&header("<c16", "(1,)"), &[0; 16])).contains("kind <c16"));
        assert_eq!(said(&npy(&header("<f8", "(2,)"), &[0; 8])), "ends after 1 of 2 numbers");
        assert!(said(&npy(&header("<f8", "(99999999999, 99999999999)"), &[])).contains("too large"));
    }
}
