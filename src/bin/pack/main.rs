//! Makes `www/data/*.gz`: the part of Fashion-MNIST and MNIST that the page trains on, and a list of first names; one
//! small file a task.
//!
//! A browser should not download 60,000 images to show what 10,000 show as well, and the four IDX files a task comes as
//! upstream are four requests. So this native program takes the upstream files (`scripts/fetch-data` gets them), refuses
//! any whose SHA-256 is not the pinned one, and writes one gzip file a task, together with `src/data/manifest.rs`, which
//! tells the page what to expect. The same input always gives the same bytes.
//!
//! The packed format, after gunzip (all counts are `u32`, little endian):
//!
//! ```text
//! "SLB1"  n_train  n_test  width  height  classes
//! train pixels   u8 [n_train · height · width]   row by row, 0 = background, 255 = ink
//! train labels   u8 [n_train]
//! test pixels    u8 [n_test · height · width]
//! test labels    u8 [n_test]
//! ```
//!
//! The names are text, one a line: the distinct ones of both of the census's lists, in lower case and sorted.
//!
//! Usage: `pack [--check] --fashion DIR --mnist DIR --names DIR`, from the repository's root. With `--check` nothing is
//! written: it fails if what is committed is not what it would write.

mod facts;
mod idx;
mod sources;

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    io::{self, Read as _},
    num::NonZeroU64,
    path::{Path, PathBuf},
    process::ExitCode,
};

use sha2::{Digest as _, Sha256};

use idx::{Idx, IdxError};
use sources::{FASHION, MNIST, NAMES, Source, Upstream};

/// The first bytes of an unpacked file: Softlabel, format 1.
const MAGIC: &[u8; 4] = b"SLB1";
/// How many of the 60,000 upstream training images are kept: the first ones.
const KEEP_TRAIN: usize = 10_000;
/// Of the 10,000 upstream test images every fifth is kept: 2,000, spread over the whole file, because the second half of
/// MNIST's test set was written by other people than the first.
const TEST_STRIDE: usize = 5;
/// Both tasks have ten classes.
const CLASSES: u8 = 10;
/// Rounds of Zopfli's search; the default of 15 gains another 0.1 %.
const ZOPFLI_ITERATIONS: NonZeroU64 = NonZeroU64::new(5).expect("5 is not 0");
/// Where the facts about the packed files go.
const FACTS: &str = "src/data/manifest.rs";

#[derive(Debug, thiserror::Error)]
enum PackError {
    #[error("usage: pack [--check] --fashion DIR --mnist DIR --names DIR")]
    Usage,
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: io::Error },
    #[error("{path}: SHA-256 is {found}, not the pinned {expected}")]
    Checksum { path: PathBuf, expected: &'static str, found: String },
    #[error("{path}: {error}")]
    Idx { path: PathBuf, error: IdxError },
    #[error("{title}: {images} images, but {labels} labels")]
    Unpaired { title: &'static str, images: usize, labels: usize },
    #[error("{title}: label {label} is not below {CLASSES}")]
    Label { title: &'static str, label: u8 },
    #[error("{title}: the test images are not of the training images' size")]
    Size { title: &'static str },
    #[error("{title}: {found} training images, fewer than {KEEP_TRAIN}")]
    TooFew { title: &'static str, found: usize },
    #[error("{path}: line {line} is not a name and its figures")]
    Name { path: PathBuf, line: usize },
    #[error("{path} is not what `scripts/fetch-data` makes; run it")]
    Stale { path: PathBuf },
}

/// Labelled images, as read or as kept.
struct Split {
    height: usize,
    width: usize,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Split {
    fn read(source: &Source, directory: &Path, images: &Upstream, labels: &Upstream) -> Result<Self, PackError> {
        let images: Idx<3> = read_idx(directory, images)?;
        let labels: Idx<1> = read_idx(directory, labels)?;
        let title = source.title;
        let [count, height, width] = images.shape;
        if count != labels.shape[0] {
            return Err(PackError::Unpaired { title, images: count, labels: labels.shape[0] });
        }
        if let Some(&label) = labels.data.iter().find(|&&label| label >= CLASSES) {
            return Err(PackError::Label { title, label });
        }
        Ok(Self { height, width, pixels: images.data, labels: labels.data })
    }

    /// Keeps every `stride`th image, at most `limit` of them.
    fn thin(&self, stride: usize, limit: usize) -> Self {
        let images = self.pixels.chunks_exact(self.height * self.width);
        Self {
            height: self.height,
            width: self.width,
            pixels: images.step_by(stride).take(limit).flatten().copied().collect(),
            labels: self.labels.iter().step_by(stride).take(limit).copied().collect(),
        }
    }
}

/// A packed file, ready to be written.
struct Packed {
    source: &'static Source,
    gzip: Vec<u8>,
    n_train: usize,
    n_test: usize,
    width: usize,
    height: usize,
}

/// The packed list of names, ready to be written.
struct Text {
    gzip: Vec<u8>,
    count: usize,
}

impl Text {
    /// The packed file, relative to the page.
    const PATH: &'static str = "data/names.txt.gz";
}

impl Packed {
    fn make(source: &'static Source, directory: &Path) -> Result<Self, PackError> {
        let train = Split::read(source, directory, &source.train_images, &source.train_labels)?;
        let test = Split::read(source, directory, &source.test_images, &source.test_labels)?;
        let title = source.title;
        if train.labels.len() < KEEP_TRAIN {
            let found = train.labels.len();
            return Err(PackError::TooFew { title, found });
        }
        if (train.width, train.height) != (test.width, test.height) {
            return Err(PackError::Size { title });
        }
        let train = train.thin(1, KEEP_TRAIN);
        let test = test.thin(TEST_STRIDE, usize::MAX);
        Ok(Self {
            source,
            gzip: gzip(&encode(&train, &test)),
            n_train: train.labels.len(),
            n_test: test.labels.len(),
            width: train.width,
            height: train.height,
        })
    }
}

/// The distinct first names of the census's lists, sorted.
fn names(directory: &Path) -> Result<Vec<String>, PackError> {
    let mut out = BTreeSet::new();
    for file in &NAMES {
        let (path, data) = fetch(directory, file)?;
        collect(&String::from_utf8_lossy(&data), &mut out).map_err(|line| PackError::Name { path, line })?;
    }
    Ok(out.into_iter().collect())
}

/// Adds the names of one list, or gives the line, from 1, that begins with none.
fn collect(list: &str, names: &mut BTreeSet<String>) -> Result<(), usize> {
    for (line, i) in list.lines().zip(1..) {
        let name = line.split_whitespace().next().unwrap_or("").to_lowercase();
        if name.is_empty() || !name.bytes().all(|letter| letter.is_ascii_lowercase()) {
            return Err(i);
        }
        names.insert(name);
    }
    Ok(())
}

/// The packed format, before gzip.
fn encode(train: &Split, test: &Split) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let counts = [train.labels.len(), test.labels.len(), train.width, train.height, CLASSES.into()];
    for count in counts {
        let count = u32::try_from(count).expect("an IDX size is a u32");
        out.extend(count.to_le_bytes());
    }
    for split in [train, test] {
        out.extend(&split.pixels);
        out.extend(&split.labels);
    }
    out
}

/// Zopfli: 1 to 5 % smaller than `gzip -9`, for minutes of work once; no time stamp, so the same bytes every time.
fn gzip(data: &[u8]) -> Vec<u8> {
    let options = zopfli::Options { iteration_count: ZOPFLI_ITERATIONS, ..Default::default() };
    let mut out = Vec::new();
    zopfli::compress(options, zopfli::Format::Gzip, data, &mut out).expect("writing to memory cannot fail");
    out
}

fn sha256(data: &[u8]) -> String {
    Sha256::digest(data).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to memory cannot fail");
        hex
    })
}

fn read(path: &Path) -> Result<Vec<u8>, PackError> {
    fs::read(path).map_err(|error| PackError::Io { path: path.to_owned(), error })
}

fn read_idx<const D: usize>(directory: &Path, file: &Upstream) -> Result<Idx<D>, PackError> {
    let (path, data) = fetch(directory, file)?;
    Idx::parse(&data).map_err(|error| PackError::Idx { path, error })
}

/// An upstream file, unzipped, if it is the pinned one.
fn fetch(directory: &Path, file: &Upstream) -> Result<(PathBuf, Vec<u8>), PackError> {
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
fn put(path: &Path, content: &[u8], check: bool) -> Result<(), PackError> {
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

fn run() -> Result<(), PackError> {
    let (mut check, mut fashion, mut mnist, mut census) = (false, None, None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--check" => check = true,
            "--fashion" => fashion = arguments.next(),
            "--mnist" => mnist = arguments.next(),
            "--names" => census = arguments.next(),
            _ => return Err(PackError::Usage),
        }
    }
    let (Some(fashion), Some(mnist), Some(census)) = (fashion, mnist, census) else {
        return Err(PackError::Usage);
    };
    let files = [Packed::make(&FASHION, Path::new(&fashion))?, Packed::make(&MNIST, Path::new(&mnist))?];
    for file in &files {
        put(&Path::new("www").join(file.source.path), &file.gzip, check)?;
    }
    let names = names(Path::new(&census))?;
    let text = Text { count: names.len(), gzip: gzip((names.join("\n") + "\n").as_bytes()) };
    put(&Path::new("www").join(Text::PATH), &text.gzip, check)?;
    put(Path::new(FACTS), facts::facts(&files, &text).as_bytes(), check)
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pack: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(labels: &[u8]) -> Split {
        Split {
            height: 1,
            width: 2,
            pixels: labels.iter().flat_map(|&label| [label, 100 + label]).collect(),
            labels: labels.to_vec(),
        }
    }

    #[test]
    fn thinning_keeps_images_and_labels_together() {
        let all: Vec<u8> = (0..9).collect();
        let kept = split(&all).thin(4, 2);
        assert_eq!(kept.labels, [0, 4]);
        assert_eq!(kept.pixels, [0, 100, 4, 104]);
    }

    #[test]
    fn the_packed_format_is_the_documented_one() {
        let packed = encode(&split(&[1, 2]), &split(&[3]));
        let mut expected = b"SLB1".to_vec();
        expected.extend([2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 10, 0, 0, 0]);
        expected.extend([1, 101, 2, 102, 1, 2, 3, 103, 3]);
        assert_eq!(packed, expected);
    }

    #[test]
    fn gzip_carries_no_time_stamp_and_unpacks_to_what_went_in() {
        let data = b"soft labels soft labels soft labels";
        let packed = gzip(data);
        assert_eq!(packed[4..8], [0; 4], "the time stamp's place");
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).expect("it is gzip");
        assert_eq!(unpacked, data);
    }

    #[test]
    fn a_name_on_both_lists_is_kept_once_and_a_line_without_one_is_reported() {
        let mut names = BTreeSet::new();
        assert_eq!(collect("MARY  2.6  2.6  1\nLEE   0.1  9.9  2\n", &mut names), Ok(()));
        assert_eq!(collect("LEE   0.3  3.0  1\n", &mut names), Ok(()));
        assert_eq!(names.iter().collect::<Vec<_>>(), ["lee", "mary"]);
        for bad in ["ANN 1\n\nEVE 1", "ANN 1\nO'NEIL 1", "ANN 1\n0.004 1"] {
            assert_eq!(collect(bad, &mut names), Err(2));
        }
    }

    #[test]
    fn the_committed_files_are_what_the_page_expects() {
        use softlabel::data::manifest::{DataFile, FASHION, MNIST, NAMES};
        let unpacked = |served: DataFile| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www").join(served.path);
            let file = fs::read(&path).expect("it is committed");
            assert_eq!(file.len(), served.bytes, "{}", served.path);
            assert_eq!(sha256(&file), served.sha256, "{}", served.path);
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(file.as_slice()).read_to_end(&mut unpacked).expect("it is gzip");
            unpacked
        };
        let names = String::from_utf8(unpacked(NAMES.file)).expect("text");
        assert_eq!(names.lines().count(), NAMES.names);
        assert!(names.lines().is_sorted_by(|a, b| a < b), "in order, each once");
        for facts in [FASHION, MNIST] {
            let unpacked = unpacked(facts.file);
            let images = facts.n_train + facts.n_test;
            let length = 4 + 5 * 4 + images * (facts.width * facts.height + 1);
            assert_eq!(unpacked.len(), length, "{}", facts.file.path);
        }
    }
}
