//! Custom images, already decoded to grey levels: classes by folder, or by the beginning of the file name.

use super::{Dataset, Split, images, table::split};
use crate::config::MAX_CUSTOM_CLASSES;
use crate::config::{Task, thousands};
use crate::data::card::{DataCard, Warning};
use crate::data::example::Form;
use std::ops::RangeInclusive;
use std::rc::Rc;

/// Images that are taken.
pub const IMAGES: RangeInclusive<usize> = 20..=3_000;
/// Fewest of a class.
pub const FEWEST_OF_CLASS: usize = 3;
/// Width and height to which images are scaled, in pixels.
pub const SIDE: u32 = 28;

/// A decoded image.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// Path of its file, folders and all.
    pub path: String,
    /// Grey levels `[SIDE · SIDE]`, 0 black.
    pub grey: Vec<u8>,
}

/// Images that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PicturesError {
    /// Too few or too many.
    #[error("There are {count} images; {least} to {most} can be used.", count = thousands(*.0 as f64), least = IMAGES.start(), most = thousands(*IMAGES.end() as f64))]
    Count(usize),
    /// An image of another size.
    #[error("“{path}” has {found} pixels instead of {expected}. Leave it out.", expected = SIDE * SIDE)]
    Size {
        /// Its file.
        path: String,
        /// Pixels it has.
        found: usize,
    },
    /// A file whose class nobody can tell.
    #[error(
        "“{0}” does not say its class. Put the images into a folder for each class, or begin their names with it: cat_01.png."
    )]
    Nameless(String),
    /// Too few classes.
    #[error(
        "All images are of one class, “{0}”. There must be at least two to tell apart: a folder for each, or names like cat_01.png and dog_01.png."
    )]
    OneClass(String),
    /// Too many classes.
    #[error(
        "There are {0} classes, more than the {MAX_CUSTOM_CLASSES} that can be used. Are the folders, or the beginnings of the names, the classes?"
    )]
    Classes(usize),
    /// A class with too few images.
    #[error(
        "Class “{class}” has {found} images; each needs at least {FEWEST_OF_CLASS}. Add some, or leave the class out."
    )]
    Rare {
        /// The class.
        class: String,
        /// Images it has.
        found: usize,
    },
}

/// Grey levels `[SIDE · SIDE]` of a picture drawn whole into the middle of a transparent square, `rgba` its pixels row by row;
/// `drawn` is the rectangle that it fills: left, top, width, height. Luma as in ITU-R BT.601. A picture with transparent parts,
/// as icons have them, is put on white, the ground that it is drawn for; any other on black.
pub fn grey_levels(rgba: &[u8], drawn: (f64, f64, f64, f64)) -> Vec<u8> {
    let (left, top, width, height) = drawn;
    // The edge of what is drawn may be blended with the ground.
    let inside = |place: usize| {
        let (x, y) = ((place % SIDE as usize) as f64, (place / SIDE as usize) as f64);
        x >= left + 1.0 && x + 2.0 <= left + width && y >= top + 1.0 && y + 2.0 <= top + height
    };
    let transparent = rgba.chunks_exact(4).enumerate().any(|(place, p)| p[3] < 255 && inside(place));
    let ground = if transparent { 255.0 } else { 0.0 };
    let luma = |p: &[u8]| {
        let y = 0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2]);
        let opaque = f32::from(p[3]) / 255.0;
        (y * opaque + ground * (1.0 - opaque)).round() as u8
    };
    rgba.chunks_exact(4).map(luma).collect()
}

/// The card of a set of images: its classes, and what to look out for. `skipped` files were left out as debris.
pub fn card(pictures: &[Decoded], data: &Dataset, skipped: usize) -> DataCard {
    let count = |class: usize| {
        data.train.labels.iter().chain(&data.test.labels).filter(|&&label| usize::from(label) == class).count()
    };
    let mut card = DataCard {
        format: format!("Images, brought to {SIDE} × {SIDE} grey pixels"),
        rows: pictures.len(),
        classes: data.classes.iter().enumerate().map(|(class, name)| (name.clone(), count(class))).collect(),
        ..DataCard::default()
    };
    if skipped > 0 {
        card.notes.push(format!("{} hidden files (as in __MACOSX) were skipped.", thousands(skipped as f64)));
    }
    let different: std::collections::BTreeSet<&[u8]> = pictures.iter().map(|picture| picture.grey.as_slice()).collect();
    if different.len() == 1 {
        let text = "All images are alike, pixel by pixel: nothing can be learned from them. Are they empty, or drawn in the colour of \
                    their ground?";
        card.warnings.push(Warning { text: text.into(), remedy: None });
    } else if 2 * different.len() < pictures.len() {
        let text = format!(
            "Only {} of {} images are different: those that repeat may be both learned from and tested on.",
            thousands(different.len() as f64),
            thousands(pictures.len() as f64)
        );
        card.warnings.push(Warning { text, remedy: None });
    }
    card
}

/// The class of a file: the folder that holds it, where images lie in more than one; else its name up to the first
/// digit, underscore, hyphen or space.
fn class_of(path: &str, by_folder: bool) -> Option<String> {
    let mut parts = path.rsplit('/');
    let name = parts.next()?;
    let class = if by_folder {
        parts.next()?.to_string()
    } else {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        stem.split(|c: char| c.is_ascii_digit() || matches!(c, '_' | '-' | ' ')).next()?.to_string()
    };
    (!class.is_empty()).then_some(class)
}

/// The task of a set of images.
///
/// # Errors
/// [`PicturesError`], the first that is met.
pub fn dataset(pictures: &[Decoded], seed: u32) -> Result<Dataset, PicturesError> {
    if !IMAGES.contains(&pictures.len()) {
        return Err(PicturesError::Count(pictures.len()));
    }
    if let Some(p) = pictures.iter().find(|p| p.grey.len() != (SIDE * SIDE) as usize) {
        return Err(PicturesError::Size { path: p.path.clone(), found: p.grey.len() });
    }
    let folder = |p: &Decoded| p.path.rsplit_once('/').map(|(folder, _)| folder.to_string());
    let first = folder(&pictures[0]);
    let by_folder = pictures.iter().any(|p| folder(p) != first);
    let words: Result<Vec<String>, PicturesError> = pictures
        .iter()
        .map(|p| class_of(&p.path, by_folder).ok_or_else(|| PicturesError::Nameless(p.path.clone())))
        .collect();
    let words = words?;
    let mut classes = words.clone();
    classes.sort_unstable();
    classes.dedup();
    if classes.len() < 2 {
        return Err(PicturesError::OneClass(classes.swap_remove(0)));
    }
    if classes.len() > MAX_CUSTOM_CLASSES {
        return Err(PicturesError::Classes(classes.len()));
    }
    let labels: Vec<u8> = words.iter().filter_map(|word| classes.binary_search(word).ok()).map(|c| c as u8).collect();
    for (i, class) in classes.iter().enumerate() {
        let found = labels.iter().filter(|&&label| usize::from(label) == i).count();
        if found < FEWEST_OF_CLASS {
            return Err(PicturesError::Rare { class: class.clone(), found });
        }
    }
    let test = split::split(&labels, classes.len(), seed);
    let part = |wanted: bool| {
        let mut split = Split::default();
        for ((picture, &label), _) in pictures.iter().zip(&labels).zip(&test).filter(|(_, is_test)| **is_test == wanted)
        {
            split.bytes.extend_from_slice(&picture.grey);
            split.labels.push(label);
        }
        split
    };
    let train = part(false);
    Ok(Dataset {
        task: Task::Own,
        dimensions: (SIDE * SIDE) as usize,
        form: Form::Image(SIDE, SIDE),
        moments: vec![images::moments(&train.bytes)],
        classes,
        train: Rc::new(train),
        test: part(true),
        unlabelled: Rc::default(),
        given: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(paths: impl Iterator<Item = String>) -> Vec<Decoded> {
        paths.enumerate().map(|(i, path)| Decoded { path, grey: vec![i as u8; 784] }).collect()
    }

    #[test]
    fn what_is_transparent_is_white_and_what_is_beside_a_picture_black() {
        let side = SIDE as usize;
        let at = |place: usize, pixel: [u8; 4], all: &mut [u8]| all[4 * place..4 * place + 4].copy_from_slice(&pixel);
        // A black dot on transparency.
        let mut icon = vec![0; 4 * side * side];
        at(14 * side + 14, [0, 0, 0, 255], &mut icon);
        let grey = grey_levels(&icon, (0.0, 0.0, 28.0, 28.0));
        assert_eq!((grey[0], grey[14 * side + 14], grey[14 * side + 15]), (255, 0, 255));
        // An opaque picture of half the height.
        let mut photo = vec![0; 4 * side * side];
        (7 * side..21 * side).for_each(|place| at(place, [100, 100, 100, 255], &mut photo));
        let grey = grey_levels(&photo, (0.0, 7.0, 28.0, 14.0));
        assert_eq!((grey[0], grey[14 * side]), (0, 100));
    }

    #[test]
    fn images_that_are_all_alike_are_warned_of() {
        let mut same = set((0..40).map(|i| format!("pets/{}/{i}.png", ["cat", "dog"][i % 2])));
        let of = |pictures: &[Decoded]| card(pictures, &dataset(pictures, 1).unwrap(), 2);
        assert!(of(&same).warnings.is_empty() && of(&same).notes[0].starts_with("2 hidden files"));
        same.iter_mut().for_each(|picture| picture.grey.fill(0));
        assert!(of(&same).warnings[0].text.starts_with("All images are alike"));
    }

    #[test]
    fn folders_are_classes() {
        let data =
            dataset(&set((0..40).map(|i| format!("pets/{}/{i}.png", if i % 2 == 0 { "cat" } else { "dog" }))), 1)
                .unwrap();
        assert_eq!(
            (data.classes.as_slice(), data.train.len(), data.test.len()),
            (&["cat".to_string(), "dog".into()][..], 32, 8)
        );
        assert_eq!(data.train.bytes.len(), 32 * 784);
    }

    #[test]
    fn without_folders_the_beginning_of_the_name_is_the_class() {
        let names =
            |i: usize| ["cat_%.png", "dog-%.jpg", "fish%.webp", "owl %.png"][i % 4].replace('%', &i.to_string());
        assert_eq!(dataset(&set((0..40).map(names)), 1).unwrap().classes, ["cat", "dog", "fish", "owl"]);
        assert_eq!(dataset(&set((0..40).map(|i| format!("all/{}", names(i)))), 1).unwrap().classes.len(), 4);
    }

    #[test]
    fn unusable_images_are_reported_with_their_file_or_class() {
        assert_eq!(dataset(&set((0..5).map(|i| format!("cat{i}.png"))), 1), Err(PicturesError::Count(5)));
        assert_eq!(dataset(&set((0..30).map(|i| format!("{i}.png"))), 1), Err(PicturesError::Nameless("0.png".into())));
        assert_eq!(
            dataset(&set((0..30).map(|i| format!("cat{i}.png"))), 1),
            Err(PicturesError::OneClass("cat".into()))
        );
        let mut cut = set((0..30).map(|i| format!("{}{i}.png", ["cat", "dog"][i % 2])));
        cut[4].grey.pop();
        assert_eq!(dataset(&cut, 1), Err(PicturesError::Size { path: "cat4.png".into(), found: 783 }));
        let rare =
            set((0..30).map(|i| if i == 3 { "owl.png".into() } else { format!("{}{i}.png", ["cat", "dog"][i % 2]) }));
        assert_eq!(dataset(&rare, 1), Err(PicturesError::Rare { class: "owl".into(), found: 1 }));
    }
}
