//! Files: upstream ones, refused where they are not the pinned ones, and those that are made.

use crate::error::PackError;
use crate::idx::Idx;
use crate::sources::Upstream;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

/// Rounds of Zopfli's search; the default of 15 gains another 0.1 %.
const ZOPFLI_ITERATIONS: NonZeroU64 = NonZeroU64::new(5).expect("5 is not 0");

/// Zopfli: 1 to 5 % smaller than `gzip -9`, for minutes of work once; no time stamp, so the same bytes every time.
pub fn gzip(data: &[u8]) -> Vec<u8> {
    let options = zopfli::Options { iteration_count: ZOPFLI_ITERATIONS, ..Default::default() };
    let mut out = Vec::new();
    zopfli::compress(options, zopfli::Format::Gzip, data, &mut out).expect("writing to memory cannot fail");
    out
}

pub fn sha256(data: &[u8]) -> String {
    Sha256::digest(data).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to memory cannot fail");
        hex
    })
}

pub fn read(path: &Path) -> Result<Vec<u8>, PackError> {
    fs::read(path).map_err(|error| PackError::Io { path: path.to_owned(), error })
}

pub fn read_idx<const D: usize>(directory: &Path, file: &Upstream) -> Result<Idx<D>, PackError> {
    let (path, data) = fetch(directory, file)?;
    Idx::parse(&data).map_err(|error| PackError::Idx { path, error })
}

/// An upstream file, unzipped, if it is the pinned one.
pub fn fetch(directory: &Path, file: &Upstream) -> Result<(PathBuf, Vec<u8>), PackError> {
    let plain = directory.join(file.name);
    let (path, data) = if plain.exists() {
        let data = read(&plain)?;
        (plain, data)
    } else {
        let path = directory.join(format!("{}.gz", file.name));
        let mut data = Vec::new();
        flate2::read::MultiGzDecoder::new(read(&path)?.as_slice())
            .read_to_end(&mut data)
            .map_err(|error| PackError::Io { path: path.clone(), error })?;
        (path, data)
    };
    let found = sha256(&data);
    if found != file.sha256 {
        return Err(PackError::Checksum { path, expected: file.sha256, found });
    }
    Ok((path, data))
}

/// Writes `content`, or, when only checking, compares it with what is there.
pub fn put(path: &Path, content: &[u8], check: bool) -> Result<(), PackError> {
    if !check {
        println!("{} ({} bytes)", path.display(), content.len());
        return fs::write(path, content).map_err(|error| PackError::Io { path: path.to_owned(), error });
    }
    if read(path)? != content {
        return Err(PackError::Stale { path: path.to_owned() });
    }
    println!("{} is up to date", path.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_carries_no_time_stamp_and_unpacks_to_what_went_in() {
        let data = b"soft labels soft labels soft labels";
        let packed = gzip(data);
        assert_eq!(packed[4..8], [0; 4], "the time stamp's place");
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).expect("it is gzip");
        assert_eq!(unpacked, data);
    }
}
