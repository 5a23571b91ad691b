//! Extra arms and teacher assistants in a link.

use super::{assign, quote};
use crate::config::{Config, Method, OPTIONS, Options, PARAMETERS, Supervision};

/// Key of the further arms: `arms=argmax~jsd,t:4,beta:0.3`, or `arms=none`.
pub(super) const EXTRA_ARMS: &str = "arms";
/// No further arms.
pub(super) const NONE: &str = "none";
/// Key of the teacher assistants' hidden units: `assistants=64,32`.
pub(super) const ASSISTANTS: &str = "assistants";

pub(super) fn extra_arms(value: &str, config: &mut Config, notices: &mut Vec<String>) {
    let mut read = Vec::new();
    for words in value.split('~').map(str::trim).filter(|words| !words.is_empty() && *words != NONE) {
        let mut parts = words.split(',');
        let method = parts.next().unwrap_or("").trim();
        let Some(method) = Method::from_key(method) else {
            let known: Vec<_> = Method::ALL.iter().map(|method| method.key()).collect();
            notices.push(format!(
                "The link asks for an arm “{}”, which is none of {}; it was left out.",
                quote(method),
                known.join(", ")
            ));
            continue;
        };
        if read.len() == Config::MAX_EXTRA_ARMS {
            notices.push(format!(
                "The link asks for more than {} further arms; the rest was left out.",
                Config::MAX_EXTRA_ARMS
            ));
            break;
        }
        // Read into a config of its own, by the same table as the distilled student's settings.
        let mut scratch = Config { distilled: Supervision::of(method), ..Config::for_task(config.task) };
        for part in parts {
            let (key, value) = part.split_once(':').unwrap_or((part, ""));
            if Supervision::owns(key) && key != Method::KEY {
                assign(key, value, &mut scratch, notices);
            } else {
                notices.push(format!(
                    "The link sets “{}” for an arm, which arms do not have; it was left out.",
                    quote(key)
                ));
            }
        }
        read.push(scratch.distilled);
    }
    config.extra_arms = read;
}

/// A supervision's words: `jsd,t:4,beta:0.3`; what equals its method's default is left out.
pub(super) fn supervision(supervision: &Supervision) -> String {
    let with = |supervision: Supervision| Config { distilled: supervision, ..Config::default() };
    let (own, plain) = (with(supervision.clone()), with(Supervision::of(supervision.method)));
    let mut words = supervision.method.key().to_string();
    for slot in OPTIONS.iter().filter(|slot| Supervision::owns(slot.key) && (slot.get)(&own) != (slot.get)(&plain)) {
        words.push_str(&format!(",{}:{}", slot.key, (slot.get)(&own)));
    }
    for parameter in PARAMETERS.iter().filter(|parameter| Supervision::owns(parameter.key)) {
        let value = parameter.snap((parameter.get)(&own));
        if (value - parameter.snap((parameter.get)(&plain))).abs() > 1e-9 {
            words.push_str(&format!(",{}:{value}", parameter.key));
        }
    }
    words
}

pub(super) fn assistants(value: &str, config: &mut Config, notices: &mut Vec<String>) {
    match read_assistants(value) {
        Ok(widths) => config.assistants = widths,
        Err(why) => {
            notices.push(format!("The link sets teacher assistants to “{}”, {why}; none are used.", quote(value)))
        }
    }
}

/// Hidden units of teacher assistants from words: `64, 32`; at most [`Config::MAX_ASSISTANTS`], each like a teacher's.
///
/// # Errors
/// Why not, a clause.
pub fn read_assistants(words: &str) -> Result<Vec<usize>, String> {
    let (least, most) = (Config::ASSISTANT_HIDDEN.start(), Config::ASSISTANT_HIDDEN.end());
    let mut widths = Vec::new();
    for word in words.split(',').map(str::trim).filter(|word| !word.is_empty() && *word != NONE) {
        match word.parse::<usize>() {
            Ok(width) if Config::ASSISTANT_HIDDEN.contains(&width) => widths.push(width),
            _ => return Err(format!("but “{}” is not a number of hidden units from {least} to {most}", quote(word))),
        }
    }
    if widths.len() > Config::MAX_ASSISTANTS {
        return Err(format!("but there can be {} of them at most", Config::MAX_ASSISTANTS));
    }
    Ok(widths)
}
