//! Lists in a link: classes that the transfer set leaves out, points that the user added.

use super::{arms::NONE, quote};
use crate::config::{AddedPoint, Config, MAX_CUSTOM_CLASSES, Options};

/// Key of the classes that the transfer set leaves out, by number from 0: `without=3`.
pub(super) const WITHOUT: &str = "without";
/// Key of the points that the user added, in hundredths, with their class: `points=-30,120,0~5,5,1`.
pub(super) const ADDED: &str = "points";

pub(super) fn without(value: &str, config: &mut Config, notices: &mut Vec<String>) {
    let mut classes: Vec<usize> = Vec::new();
    for word in value.split(',').map(str::trim).filter(|word| !word.is_empty() && *word != NONE) {
        match word.parse::<usize>() {
            Ok(class) if class < config.task.classes().unwrap_or(MAX_CUSTOM_CLASSES) => classes.push(class),
            _ => notices.push(format!(
                "The link leaves out class “{}”, which is no number of a class of {} (0 is the first); it was ignored.",
                quote(word),
                config.task.label()
            )),
        }
    }
    classes.sort_unstable();
    classes.dedup();
    config.left_out = classes;
}

pub(super) fn added(value: &str, config: &mut Config, notices: &mut Vec<String>) {
    if !config.task.is_plane() {
        notices
            .push(format!("The link adds points, which {} has no place for; they were left out.", config.task.label()));
        return;
    }
    let task = config.task;
    let read = |word: &str| -> Option<AddedPoint> {
        let mut parts = word.split(',').map(str::trim);
        let point = AddedPoint {
            x: parts.next()?.parse().ok()?,
            y: parts.next()?.parse().ok()?,
            class: parts.next()?.parse().ok()?,
        };
        let there = task.classes().is_none_or(|classes| usize::from(point.class) < classes);
        (parts.next().is_none() && there && point.fits()).then_some(point)
    };
    for word in value.split('~').filter(|word| !word.is_empty()) {
        if config.added.len() == Config::MAX_ADDED {
            notices.push(format!("The link adds more than {} points; the rest was left out.", Config::MAX_ADDED));
            break;
        }
        match read(word) {
            Some(point) => config.added.push(point),
            None => notices.push(format!(
                "The link adds a point “{}”, which is not x,y in hundredths within ±{}, and a class of this task; it was left out.",
                quote(word),
                AddedPoint::MAX_DISTANCE
            )),
        }
    }
}
