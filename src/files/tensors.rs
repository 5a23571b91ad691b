//! Named tensors with a description beside them, as safetensors.
//!
//! The description is one JSON text under the key `softlabel` of the format's own metadata, so that equal runs give
//! equal files.

use super::FileError;
use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView};
use serde::Serialize;
use std::borrow::Cow;

/// Key of the description among the metadata.
const KEY: &str = "softlabel";

/// One tensor to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor<'a> {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    dtype: Dtype,
    // Borrowed where they are there as they are written: images come in tens of megabytes.
    bytes: Cow<'a, [u8]>,
}

impl<'a> Tensor<'a> {
    /// Numbers.
    pub fn floats(name: impl Into<String>, shape: Vec<usize>, values: &[f32]) -> Self {
        let mut bytes = Vec::with_capacity(4 * values.len());
        values.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
        Self { name: name.into(), shape, dtype: Dtype::F32, bytes: bytes.into() }
    }

    /// Bytes.
    pub fn bytes(name: impl Into<String>, shape: Vec<usize>, values: &'a [u8]) -> Self {
        Self { name: name.into(), shape, dtype: Dtype::U8, bytes: values.into() }
    }

    /// Row numbers, `[N]`; signed, since PyTorch has no others.
    pub fn rows(name: impl Into<String>, rows: &[usize]) -> Self {
        let bytes: Vec<u8> = rows.iter().flat_map(|&row| (row as i32).to_le_bytes()).collect();
        Self { name: name.into(), shape: vec![rows.len()], dtype: Dtype::I32, bytes: bytes.into() }
    }
}

/// The file of those tensors and their description.
///
/// # Errors
/// [`FileError::Damaged`] when a tensor's length is not that of its shape.
pub fn write(tensors: &[Tensor<'_>], about: &impl Serialize) -> Result<Vec<u8>, FileError> {
    let damaged = |error: SafeTensorError| FileError::Damaged(error.to_string());
    let about = serde_json::to_string(about).map_err(|error| FileError::Damaged(error.to_string()))?;
    let mut views = Vec::with_capacity(tensors.len());
    for tensor in tensors {
        let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.bytes).map_err(damaged)?;
        views.push((tensor.name.as_str(), view));
    }
    let metadata = [(KEY.to_string(), about)].into_iter().collect();
    safetensors::serialize(views, Some(metadata)).map_err(damaged)
}

/// A file read: its tensors stay where they are.
pub struct File<'a> {
    tensors: SafeTensors<'a>,
    /// The description, a JSON text.
    pub about: String,
}

/// The longest header that the format allows, in bytes.
const MAX_HEADER: u64 = 100_000_000;

/// Whether a file begins as safetensors do: the length of a header, and the header's JSON. One that was cut off does too.
pub fn looks_like(bytes: &[u8]) -> bool {
    let length = bytes.first_chunk().map(|length| u64::from_le_bytes(*length));
    length.is_some_and(|length| (2..=MAX_HEADER).contains(&length)) && bytes.get(8) == Some(&b'{')
}

/// Reads a file.
///
/// # Errors
/// [`FileError::Damaged`] when it is no whole safetensors file, [`FileError::Foreign`] when it is not this page's.
pub fn read(bytes: &[u8]) -> Result<File<'_>, FileError> {
    let damaged = |error: SafeTensorError| FileError::Damaged(error.to_string());
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
    let tensors = SafeTensors::deserialize(bytes).map_err(damaged)?;
    let about = header.metadata().as_ref().and_then(|all| all.get(KEY)).ok_or(FileError::Foreign)?.clone();
    Ok(File { tensors, about })
}

impl File<'_> {
    /// The shape of a tensor.
    ///
    /// # Errors
    /// [`FileError::Shape`] when it is missing.
    pub fn shape(&self, name: &str) -> Result<Vec<usize>, FileError> {
        self.tensor(name).map(|tensor| tensor.shape().to_vec())
    }

    fn tensor(&self, name: &str) -> Result<TensorView<'_>, FileError> {
        self.tensors.tensor(name).map_err(|_| FileError::Shape(format!("“{name}” is missing")))
    }

    /// The numbers of a tensor, which must have that shape and be finite.
    ///
    /// # Errors
    /// [`FileError::Shape`] and [`FileError::NotFinite`].
    pub fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, FileError> {
        let tensor = self.tensor(name)?;
        if tensor.dtype() != Dtype::F32 || tensor.shape() != shape {
            let found = tensor.shape();
            return Err(FileError::Shape(format!("“{name}” is {} {found:?} instead of F32 {shape:?}", tensor.dtype())));
        }
        let values: Vec<f32> =
            tensor.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        if values.iter().all(|v| v.is_finite()) { Ok(values) } else { Err(FileError::NotFinite(name.into())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let tensors = [
            Tensor::floats("a", vec![2, 1], &[1.0, -2.5]),
            Tensor::bytes("b", vec![3], &[1, 2, 3]),
            Tensor::rows("c", &[7, 9]),
        ];
        write(&tensors, &"about").unwrap()
    }

    #[test]
    fn a_file_is_read_back_and_equal_tensors_give_equal_files() {
        let bytes = file();
        let read = read(&bytes).unwrap();
        assert_eq!((read.about.as_str(), read.floats("a", &[2, 1])), ("\"about\"", Ok(vec![1.0, -2.5])));
        assert_eq!(bytes, file());
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_refused_wherever_it_breaks() {
        let whole = file();
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "cut at {end}");
        }
        assert!(read(b"<!doctype html><html></html>").is_err());
        assert!(read(&[0xff; 64]).is_err());
        let foreign = safetensors::serialize(Vec::<(&str, TensorView<'_>)>::new(), None).unwrap();
        assert_eq!(read(&foreign).err(), Some(FileError::Foreign));
    }

    #[test]
    fn a_wrong_shape_or_no_number_is_reported_with_the_tensors_name() {
        let bytes = write(&[Tensor::floats("a", vec![2], &[1.0, f32::NAN])], &1).unwrap();
        let read = read(&bytes).unwrap();
        assert_eq!(read.floats("a", &[2]), Err(FileError::NotFinite("a".into())));
        assert!(matches!(read.floats("a", &[1, 2]), Err(FileError::Shape(why)) if why.contains("“a” is F32 [2]")));
        assert!(matches!(read.floats("z", &[2]), Err(FileError::Shape(why)) if why.contains("missing")));
    }
}
