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

mod error;
mod facts;
mod files;
mod idx;
mod images;
mod names;
mod sources;

use error::PackError;
use files::{gzip, put};
use images::Packed;
use names::{Text, names};
use sources::{FASHION, MNIST};
use std::path::Path;
use std::process::ExitCode;

/// Where the facts about the packed files go.
const FACTS: &str = "src/data/manifest.rs";

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
    use crate::files::sha256;
    use std::io::Read as _;
    use std::{fs, path::Path};

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
