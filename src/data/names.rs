//! First names as a task: which character comes next? A language model is a classifier over the next token.
//!
//! Characters are numbered: 0 stands for the end of a name, and for what is before its beginning; 1 to 26 are a to z.

use super::{Dataset, Split, rng};
use crate::config::{Config, Task};
use crate::data::example::Form;
use std::rc::Rc;

/// Characters there are.
pub const CHARACTERS: usize = 27;
/// Characters that the teacher trains on, ends among them.
pub const TRAIN: usize = Config::NAMES_TRAIN;
/// Characters that everything is measured on.
pub const TEST: usize = 6_000;

/// A list of names that is none.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NamesError {
    /// A line that is no name.
    #[error("line {0} is not a name of the letters a to z")]
    Line(usize),
    /// Too few characters.
    #[error("it has {0} characters, too few for {TRAIN} to learn from and {TEST} to be tested on")]
    TooFew(usize),
}

/// The task of a list of names, one a line, for networks that see `context` characters. The names (not the characters)
/// are split by the seed: none is in both parts.
///
/// # Errors
/// [`NamesError`] when it is no such list.
pub fn dataset(text: &str, context: usize, seed: u32) -> Result<Dataset, NamesError> {
    let mut names: Vec<Vec<u8>> = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let codes: Option<Vec<u8>> =
            line.bytes().map(|letter| letter.is_ascii_lowercase().then_some(letter.wrapping_sub(b'a') + 1)).collect();
        names.push(codes.filter(|codes| !codes.is_empty()).ok_or(NamesError::Line(i + 1))?);
    }
    rng::shuffle(&mut rng::stream(seed, "names-split", 0), &mut names);
    let all: usize = names.iter().map(|name| name.len() + 1).sum();
    let mut names = names.into_iter();
    let mut take = |characters: usize| -> Option<Split> {
        let mut split = Split::default();
        while split.labels.len() < characters {
            let name = names.next()?;
            for at in 0..=name.len() {
                if split.labels.len() < characters {
                    split.bytes.extend(before(&name[..at], context));
                    split.labels.push(name.get(at).copied().unwrap_or(0));
                }
            }
        }
        Some(split)
    };
    let (Some(train), Some(test)) = (take(TRAIN), take(TEST)) else { return Err(NamesError::TooFew(all)) };
    let letters = (1..CHARACTERS as u8).map(|code| character(code).to_string());
    Ok(Dataset {
        task: Task::Names,
        dimensions: context * CHARACTERS,
        form: Form::Text(context),
        moments: Vec::new(),
        classes: std::iter::once("end".to_string()).chain(letters).collect(),
        train: Rc::new(train),
        test,
        unlabelled: Rc::default(),
        given: None,
    })
}

/// A character as it is shown; what is before a name's beginning, and its end, as `·`.
pub fn character(code: u8) -> char {
    if code == 0 { '·' } else { char::from(b'a' + code - 1) }
}

/// Where texts begin: examples before whose character there is nothing.
pub fn starts(split: &Split, context: usize) -> Vec<usize> {
    let nothing = |i: &usize| split.bytes.get((i + 1) * context - 1).is_none_or(|&code| code == 0);
    (0..split.len()).filter(nothing).collect()
}

/// The last `context` of some characters, with nothing (0) before them where they are fewer.
pub fn before(codes: &[u8], context: usize) -> impl Iterator<Item = u8> + '_ {
    let missing = context.saturating_sub(codes.len());
    std::iter::repeat_n(0, missing).chain(codes[codes.len() - (context - missing)..].iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Enough made-up names.
    fn list() -> String {
        (0..6_000_u32)
            .map(|i| format!("n{}\n", i.to_string().bytes().map(|d| char::from(d + 49)).collect::<String>()))
            .collect()
    }

    fn words(split: &Split) -> Vec<String> {
        let mut out = vec![String::new()];
        for &label in &split.labels {
            if label == 0 {
                out.push(String::new());
            } else {
                out.last_mut().unwrap().push(character(label));
            }
        }
        out
    }

    #[test]
    fn every_character_is_predicted_from_those_before_it() {
        let data = dataset(&list(), 3, 1).unwrap();
        assert_eq!((data.train.len(), data.test.len(), data.dimensions, data.classes.len()), (TRAIN, TEST, 81, 27));
        assert_eq!(data.task.classes(), Some(27));
        let first_end = data.train.labels.iter().position(|&l| l == 0).unwrap();
        assert_eq!(data.train.bytes[..3], [0, 0, 0]);
        assert_eq!(data.train.bytes[3..6], [0, 0, data.train.labels[0]]);
        assert_eq!(starts(&data.train, 3)[..2], [0, first_end + 1]);
        let inputs = data.encode(&data.train);
        assert_eq!(inputs.len(), TRAIN * 81);
        assert_eq!(inputs[..81].iter().sum::<f32>(), 3.0, "one of the characters in each place");
    }

    #[test]
    fn no_name_is_both_learned_from_and_tested_on() {
        let data = dataset(&list(), 2, 1).unwrap();
        let (train, test) = (words(&data.train), words(&data.test));
        // The last of each may be cut short.
        assert!(test[..test.len() - 1].iter().all(|name| !train[..train.len() - 1].contains(name)));
        assert_ne!(data.train, dataset(&list(), 2, 2).unwrap().train, "the seed decides");
    }

    #[test]
    fn what_is_no_list_of_names_is_refused_by_its_line() {
        assert_eq!(dataset("anna\nBob\n", 3, 1), Err(NamesError::Line(2)));
        assert_eq!(dataset("anna\n\nbob", 3, 1), Err(NamesError::Line(2)));
        assert_eq!(dataset("anna\nbob\n", 3, 1), Err(NamesError::TooFew(9)));
    }

    #[cfg(feature = "pack")]
    #[test]
    fn the_shipped_names_are_enough_for_every_seed() {
        use crate::data::manifest::NAMES;
        use std::io::Read;
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("www").join(NAMES.file.path);
        let mut text = String::new();
        flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
        assert_eq!(text.lines().count(), NAMES.names);
        // What is cut off a name at the end of either part is at most its length.
        let longest = text.lines().map(str::len).max().unwrap();
        assert!(text.len() >= TRAIN + TEST + 2 * longest, "{} characters, ends among them", text.len());
        for seed in 1..=20 {
            let data = dataset(&text, 4, seed).unwrap();
            assert_eq!((data.train.len(), data.test.len()), (TRAIN, TEST));
        }
    }
}
