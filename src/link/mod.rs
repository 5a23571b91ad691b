//! Config to URL hash and back: `#task=mnist&t=4&n=100`.
//!
//! Total: any string gives a config. What cannot be used is left at its default and reported in one sentence each,
//! so that a mistyped link opens and names what it ignored. What equals the task's default is left out.

mod arms;
mod lists;

pub use arms::read_assistants;

use crate::config::{
    Config, DeviceChoice, OPTIONS, Options, PARAMETERS, Parameter, ProductionShift, Shift, Task, parameter, thousands,
};
use crate::lab::lessons::{LESSONS, Lesson, LessonRun, lesson};
use crate::presentation::Presentation;
use arms::{ASSISTANTS, EXTRA_ARMS, NONE, assistants, extra_arms, supervision};
use lists::{ADDED, WITHOUT, added, without};
use percent_encoding::percent_decode_str;

/// A parsed link: its config, and sentences on what had to be left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The config, valid whatever the string was.
    pub config: Config,
    /// The lesson, where there is one.
    pub lesson: Option<&'static str>,
    /// How the page shall be shown.
    pub presentation: Presentation,
    /// One sentence for each part that could not be used.
    pub notices: Vec<String>,
}

/// Key of the lesson: `lesson=api`.
const LESSON: &str = "lesson";
/// Key of the lesson's run, from 1: `run=2`.
const RUN: &str = "run";

/// Key of the version of links: `v=1`; left out while there is only one.
const VERSION_KEY: &str = "v";
/// The version of links that this page writes. Raised when a key changes its meaning, never when one is added.
const VERSION: u32 = 1;

/// Longest value repeated in a notice, in characters: a link can hold anything.
const QUOTE: usize = 40;

/// Reads a hash, with or without its `#`.
pub fn parse(hash: &str) -> Link {
    let pairs = pairs(hash);
    let mut notices = Vec::new();
    let presentation = Presentation::read(&pairs, &mut notices);

    // The lesson first, wherever it stands: the other settings differ from its own.
    let of = |wanted: &str| pairs.iter().rev().find(|(key, _)| key == wanted).map(|(_, value)| value.trim());
    let open = of(LESSON).and_then(|key| {
        let found = lesson(key);
        if found.is_none() {
            let known: Vec<_> = LESSONS.iter().map(|lesson| lesson.key).collect();
            notices.push(format!(
                "The link asks for the lesson “{}”, which is none of {}; none is opened.",
                quote(key),
                known.join(", ")
            ));
        }
        found
    });
    let mut base = open.map_or_else(Config::default, |lesson| run_of(lesson, of(RUN), &mut notices));
    if let Some(replicates) = open.and_then(replicates_before).filter(|_| pairs.iter().any(|(key, _)| is_setting(key)))
    {
        base.replicates = replicates;
    }
    let config = settings(&pairs, base, &mut notices);
    Link { config, lesson: open.map(|lesson| lesson.key), presentation, notices }
}

/// The settings that a hash without a lesson gives, and one sentence for each part that could not be used. For the
/// engine, which has no use of lessons and is the smaller without their texts.
pub fn parse_settings(hash: &str) -> (Config, Vec<String>) {
    let mut notices = Vec::new();
    let config = settings(&pairs(hash), Config::default(), &mut notices);
    (config, notices)
}

/// A hash as it was before a program on its way changed it: one that encodes whole addresses, one that writes `&` for HTML, or
/// one that takes the end of a sentence into the link.
fn mended(hash: &str) -> String {
    let hash = hash.trim_start_matches('#').trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '>', '”', '"', ' ']);
    let whole = if hash.contains('=') { hash.to_string() } else { decode(hash) };
    whole.replace("&amp;", "&")
}

/// Keys and values of a hash, decoded.
fn pairs(hash: &str) -> Vec<(String, String)> {
    mended(hash)
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// The settings that differ from those of `base`, or of another task.
fn settings(pairs: &[(String, String)], mut base: Config, notices: &mut Vec<String>) -> Config {
    // The task first, wherever it stands: the other defaults depend on it.
    let mut task = base.task;
    for (key, value) in pairs {
        if key == Task::KEY {
            match Task::from_key(value.trim()) {
                Some(option) => task = option,
                None => {
                    let known: Vec<_> = Task::ALL.iter().map(|task| task.key()).collect();
                    notices.push(no_option(Task::NAME, value, &known, task.label()));
                }
            }
        }
    }
    if task != base.task {
        base = Config::for_task(task);
    }
    let mut config = base;

    for (key, value) in pairs.iter().filter(|(key, _)| key != Task::KEY && !Presentation::owns(key)) {
        match key.as_str() {
            LESSON | RUN => {}
            VERSION_KEY => version(value, notices),
            EXTRA_ARMS => extra_arms(value, &mut config, notices),
            ASSISTANTS => assistants(value, &mut config, notices),
            WITHOUT => without(value, &mut config, notices),
            ADDED => added(value, &mut config, notices),
            key => assign(key, value, &mut config, notices),
        }
    }
    if !config.shift.fits(config.task) {
        notices.push(format!(
            "The link asks for a transfer set “{}”, which {} cannot have; it matches production instead.",
            config.shift.label().to_lowercase(),
            config.task.label()
        ));
        config.shift = Shift::None;
    }
    if !config.production.shift().fits(config.task) {
        notices.push(format!(
            "The link asks for production “{}”, which {} cannot have; production is left unchanged.",
            config.production.label().to_lowercase(),
            config.task.label()
        ));
        config.production = ProductionShift::None;
    }
    config
}

/// A link of a later version may mean something else by a word that this page knows.
fn version(value: &str, notices: &mut Vec<String>) {
    if value.trim().parse::<u32>() != Ok(VERSION) {
        notices.push(format!(
            "The link is of version “{}” and this page reads version {VERSION}: some of its settings may mean something else. Reload \
             the page to get its newest version.",
            quote(value)
        ));
    }
}

/// Replicates that a lesson had when links were first made to variations of it, where it has others now. A link to the lesson
/// itself opens it as it is; one that sets more than its seed keeps the run that it stood for.
fn replicates_before(lesson: &Lesson) -> Option<usize> {
    (lesson.key == "temperature").then_some(3)
}

/// Whether a key makes another run of a lesson's.
fn is_setting(key: &str) -> bool {
    ![LESSON, RUN, VERSION_KEY, "seed", DeviceChoice::KEY].contains(&key) && !Presentation::owns(key)
}

/// The settings of a lesson's run, by its number from 1.
fn run_of(lesson: &Lesson, number: Option<&str>, notices: &mut Vec<String>) -> Config {
    let mut runs = (lesson.runs)();
    let place = match number.map(str::parse::<usize>) {
        None => 0,
        Some(Ok(number)) if (1..=runs.len()).contains(&number) => number - 1,
        Some(_) => {
            notices.push(format!(
                "The link asks for run “{}” of a lesson that has {}; the first is opened.",
                quote(number.unwrap_or_default()),
                runs.len()
            ));
            0
        }
    };
    runs.swap_remove(place).config
}

/// The hash of a config, without `#`; empty for the default run.
pub fn format(config: &Config) -> String {
    format_in(None, config)
}

/// The hash of all that is on screen.
pub fn format_all(open: Option<&Lesson>, config: &Config, presentation: &Presentation) -> String {
    let mut parts = vec![format_in(open, config)];
    parts.extend(presentation.words());
    parts.retain(|part| !part.is_empty());
    parts.join("&")
}

/// The hash of a config within a lesson: what equals the lesson's settings is left out.
pub fn format_in(open: Option<&Lesson>, config: &Config) -> String {
    let mut parts = Vec::new();
    let mut plain = Config::default();
    if let Some(lesson) = open {
        parts.push(format!("{LESSON}={}", lesson.key));
        let mut runs = (lesson.runs)();
        let same = |run: &LessonRun| Config { device: config.device, ..run.config.clone() } == *config;
        let place = runs.iter().position(same).unwrap_or(0);
        if place > 0 {
            parts.push(format!("{RUN}={}", place + 1));
        }
        plain = runs.swap_remove(place).config;
        // As `parse` reads what sets something besides the lesson.
        let is = |plain: &Config| Config { device: config.device, seed: config.seed, ..plain.clone() } == *config;
        if let Some(replicates) = replicates_before(lesson).filter(|_| !is(&plain)) {
            plain.replicates = replicates;
            if is(&plain) {
                parts.push(format!("replicates={replicates}"));
            }
        }
    }
    if config.task != plain.task {
        plain = Config::for_task(config.task);
        parts.push(format!("{}={}", Task::KEY, config.task.key()));
    }
    for slot in OPTIONS {
        let word = (slot.get)(config);
        if word != (slot.get)(&plain) {
            parts.push(format!("{}={word}", slot.key));
        }
    }
    for parameter in PARAMETERS {
        let value = parameter.snap((parameter.get)(config));
        if (value - parameter.snap((parameter.get)(&plain))).abs() > 1e-9 {
            parts.push(format!("{}={value}", parameter.key));
        }
    }
    if config.extra_arms != plain.extra_arms {
        let words: Vec<String> = config.extra_arms.iter().map(supervision).collect();
        parts.push(format!("{EXTRA_ARMS}={}", if words.is_empty() { NONE.into() } else { words.join("~") }));
    }
    let numbers = |list: &[usize]| {
        let words: Vec<String> = list.iter().map(ToString::to_string).collect();
        if words.is_empty() { NONE.into() } else { words.join(",") }
    };
    if config.assistants != plain.assistants {
        parts.push(format!("{ASSISTANTS}={}", numbers(&config.assistants)));
    }
    if config.left_out != plain.left_out {
        parts.push(format!("{WITHOUT}={}", numbers(&config.left_out)));
    }
    if config.added != plain.added {
        let points: Vec<String> = config.added.iter().map(|p| format!("{},{},{}", p.x, p.y, p.class)).collect();
        parts.push(format!("{ADDED}={}", points.join("~")));
    }
    parts.join("&")
}

/// One setting of that key; a value that cannot be used is reported.
fn assign(key: &str, value: &str, config: &mut Config, notices: &mut Vec<String>) {
    if let Some(slot) = OPTIONS.iter().find(|slot| slot.key == key) {
        if !(slot.set)(config, value.trim()) {
            notices.push(no_option(slot.name, value, &(slot.options)(), (slot.label)(config)));
        }
    } else if let Some(parameter) = parameter(key) {
        number(parameter, value, config, notices);
    } else {
        notices.push(format!("The link sets “{}”, which this page does not know; it was left out.", quote(key)));
    }
}

fn number(parameter: &Parameter, value: &str, config: &mut Config, notices: &mut Vec<String>) {
    let (name, key, default) = (parameter.name.to_lowercase(), parameter.key, parameter.show((parameter.get)(config)));
    match value.trim().parse::<f64>() {
        Ok(number) if number.is_finite() && (parameter.min..=parameter.max).contains(&number) => {
            (parameter.set)(config, parameter.snap(number));
        }
        Ok(number) if number.is_finite() => notices.push(format!(
            "The link sets {name} ({key}) to {}, outside {} to {}; {default} is used instead.",
            plain(number),
            plain(parameter.min),
            plain(parameter.max),
        )),
        _ => notices.push(format!(
            "The link sets {name} ({key}) to “{}”, which is not a number; {default} is used instead.",
            quote(value),
        )),
    }
}

/// Largest number that is written out in a notice.
const WRITTEN_OUT: f64 = 1e15;

/// A number of a link as the page writes them: `10,000`, `−5`, `0.5`.
fn plain(value: f64) -> String {
    if value.abs() > WRITTEN_OUT {
        format!("{value:e}").replace('-', "−")
    } else if value.fract() == 0.0 {
        thousands(value)
    } else {
        quote(&value.to_string().replace('-', "−"))
    }
}

/// A word that is none of a closed list.
fn no_option(name: &str, value: &str, options: &[&str], used: &str) -> String {
    format!(
        "The link sets {} to “{}”, which is none of {}; {used} is used instead.",
        name.to_lowercase(),
        quote(value),
        options.join(", "),
    )
}

fn quote(text: &str) -> String {
    let short: String = text.chars().filter(|c| !c.is_control()).take(QUOTE).collect();
    if text.chars().count() > QUOTE { format!("{short}…") } else { short }
}

/// The text behind percent escapes; malformed escapes stand for themselves, invalid UTF-8 becomes replacement characters.
fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests;
