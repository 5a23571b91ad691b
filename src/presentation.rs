//! How the page is shown, beside what is set: which panels and controls there are, as a part of another page or not,
//! theme, type size, the example looked at, and where a demonstration waits.
//!
//! A lecturer sets this up once and shares it as a link ([`crate::link`]); it never changes what a run computes.

mod tabs;

pub use tabs::{STAGE, TABS, Tab, tab_of};

use crate::config::{Measure, OPTIONS, Options, PARAMETERS, Task};

/// A part of the page that can be hidden, jumped to, or shown alone in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panel {
    /// Its word in links.
    pub key: &'static str,
    /// Its name, as its heading has it.
    pub name: &'static str,
    /// The selector of its element.
    pub selector: &'static str,
}

const fn panel(key: &'static str, name: &'static str, selector: &'static str) -> Panel {
    Panel { key, name, selector }
}

/// Every panel, in the order of the page.
pub const PANELS: &[Panel] = &[
    panel("train", "Train and progress", ".p-train"),
    panel("data", "Data", ".p-data"),
    panel("teacher", "Teacher", ".p-teacher"),
    panel("soft", "Soft labels", ".p-soft"),
    panel("students", "Students", ".p-students"),
    panel("verdict", "Verdict", ".p-verdict"),
    panel("results", "Results", ".p-results"),
    panel("saves", "Efficiency", ".p-saves"),
    panel("bias", "A bias for the missing class", ".p-bias"),
    panel("draw", "Try them", ".p-draw"),
    panel("regions", "Decision regions", ".p-regions"),
    panel("texts", "Generated names", ".p-texts"),
    panel("transfer", "Transfer set and production", ".p-transfer"),
    panel("dark", "Similar classes", ".p-dark"),
    panel("confusion", "Confusion matrix", ".p-confusion"),
    panel("loss", "The loss in numbers", ".p-loss"),
    panel("sweep", "Sweep", ".p-sweep"),
    panel("runs", "Runs", ".p-runs"),
    panel("more", "More settings", ".p-more"),
    panel("bench", "Benchmark", ".p-bench"),
];

/// The panel of that word.
pub fn panel_of(key: &str) -> Option<&'static Panel> {
    PANELS.iter().find(|panel| panel.key == key)
}

/// Controls that can be hidden: word and name, in the order of the settings.
pub fn controls() -> impl Iterator<Item = (&'static str, &'static str)> {
    let task = std::iter::once((Task::KEY, Task::NAME));
    let slots = OPTIONS.iter().map(|slot| (slot.key, slot.name));
    task.chain(slots).chain(PARAMETERS.iter().map(|parameter| (parameter.key, parameter.name)))
}

/// Light or dark, whatever the user's system prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// How the page is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presentation {
    /// Place of the example looked at, from 0.
    pub example: usize,
    /// The panel that the page opens at.
    pub panel: Option<&'static str>,
    /// The theme, where the link has one.
    pub theme: Option<Theme>,
    /// Panels that are not shown.
    pub hidden: Vec<&'static str>,
    /// Controls that are not shown: what they set stays as the link has it.
    pub fixed: Vec<&'static str>,
    /// The panels that alone are shown, for a frame in another page; none for the whole page.
    pub embed: Vec<&'static str>,
    /// Large type, for the back row.
    pub large: bool,
    /// The students' step at which a run that begins by itself waits, for a demonstration to go on from.
    pub wait_at: Option<usize>,
    /// What verdicts compare the students by.
    pub measure: Measure,
    /// The slide that is projected, from 0; `None` for the page.
    pub slide: Option<usize>,
}

const EXAMPLE: &str = "example";
const PANEL: &str = "panel";
const THEME: &str = "theme";
const HIDE: &str = "hide";
const FIX: &str = "fix";
const EMBED: &str = "embed";
const SIZE: &str = "size";
const WAIT: &str = "wait";
const PRESENT: &str = "present";

/// Examples there are to look at, at most (`engine::session::examples`).
const MAX_EXAMPLES: usize = 12;

/// Highest number of a slide; what is past the last slide shows the last.
const MAX_SLIDES: usize = 99;

/// Longest word repeated in a notice, in characters.
const QUOTE: usize = 40;

impl Presentation {
    /// Whether that key of a link is one of these.
    pub fn owns(key: &str) -> bool {
        [EXAMPLE, PANEL, THEME, HIDE, FIX, EMBED, SIZE, WAIT, PRESENT, Measure::KEY].contains(&key)
    }

    /// What a link's pairs of key and value say; what cannot be used is reported, a sentence each.
    pub fn read(pairs: &[(String, String)], notices: &mut Vec<String>) -> Self {
        let mut read = Self::default();
        for (key, value) in pairs {
            let value = value.trim();
            match key.as_str() {
                EXAMPLE => match value.parse::<usize>() {
                    Ok(place) if (1..=MAX_EXAMPLES).contains(&place) => read.example = place - 1,
                    _ => notices.push(refused("example", value, &format!("a place from 1 to {MAX_EXAMPLES}"))),
                },
                PANEL => match panel_of(value) {
                    Some(panel) => read.panel = Some(panel.key),
                    None => notices.push(refused("panel", value, &format!("one of {}", panels()))),
                },
                THEME => match value {
                    "light" => read.theme = Some(Theme::Light),
                    "dark" => read.theme = Some(Theme::Dark),
                    _ => notices.push(refused("theme", value, "light or dark")),
                },
                HIDE => read.hidden = words(value, |word| panel_of(word).map(|p| p.key), notices, HIDE),
                EMBED => read.embed = words(value, |word| panel_of(word).map(|p| p.key), notices, EMBED),
                FIX => {
                    let known = |word: &str| controls().map(|(key, _)| key).find(|key| *key == word);
                    read.fixed = words(value, known, notices, FIX);
                }
                SIZE => match value {
                    "large" => read.large = true,
                    "normal" => read.large = false,
                    _ => notices.push(refused("type size", value, "large or normal")),
                },
                WAIT => match value.parse::<usize>() {
                    Ok(step) => read.wait_at = Some(step),
                    Err(_) => {
                        notices.push(refused("step to wait at", value, "a number of steps; nothing begins by itself"))
                    }
                },
                // Alone, it is the first slide.
                PRESENT if value.is_empty() => read.slide = Some(0),
                PRESENT => match value.parse::<usize>() {
                    Ok(number) if (1..=MAX_SLIDES).contains(&number) => read.slide = Some(number - 1),
                    _ => notices.push(refused("slide", value, &format!("a number from 1 to {MAX_SLIDES}"))),
                },
                Measure::KEY => match Measure::from_key(value) {
                    Some(measure) => read.measure = measure,
                    None => {
                        let all: Vec<&str> = Measure::ALL.iter().map(|measure| measure.key()).collect();
                        notices.push(refused("measure of the verdict", value, &format!("one of {}", all.join(", "))));
                    }
                },
                _ => {}
            }
        }
        read
    }

    /// Its parts of a link; none for the page as it comes.
    pub fn words(&self) -> Vec<String> {
        let mut parts = Vec::new();
        let mut list = |key: &str, words: &[&str]| {
            if !words.is_empty() {
                parts.push(format!("{key}={}", words.join(",")));
            }
        };
        list(HIDE, &self.hidden);
        list(FIX, &self.fixed);
        list(EMBED, &self.embed);
        if self.example > 0 {
            parts.push(format!("{EXAMPLE}={}", self.example + 1));
        }
        if let Some(panel) = self.panel {
            parts.push(format!("{PANEL}={panel}"));
        }
        if let Some(theme) = self.theme {
            parts.push(format!("{THEME}={}", if theme == Theme::Dark { "dark" } else { "light" }));
        }
        if self.large {
            parts.push(format!("{SIZE}=large"));
        }
        if let Some(step) = self.wait_at {
            parts.push(format!("{WAIT}={step}"));
        }
        if self.measure != Measure::Auto {
            parts.push(format!("{}={}", Measure::KEY, self.measure.key()));
        }
        match self.slide {
            Some(0) => parts.push(PRESENT.into()),
            Some(slide) => parts.push(format!("{PRESENT}={}", slide + 1)),
            None => {}
        }
        parts
    }

    /// Whether all panels of a tab are hidden.
    pub fn hides(&self, tab: &Tab) -> bool {
        tab.panels.iter().all(|panel| self.hidden.contains(panel))
    }

    /// The style rules that hide what is hidden. Only words of the tables above come into them.
    pub fn rules(&self) -> String {
        let mut out: Vec<String> = Vec::new();
        let gone = |panel: &&Panel| {
            if self.embed.is_empty() { self.hidden.contains(&panel.key) } else { !self.embed.contains(&panel.key) }
        };
        out.extend(PANELS.iter().filter(gone).map(|panel| panel.selector.to_string()));
        out.extend(self.fixed.iter().map(|key| format!("[data-knob=\"{key}\"]")));
        if out.is_empty() { String::new() } else { format!("{}{{display:none!important}}", out.join(",")) }
    }
}

fn panels() -> String {
    PANELS.iter().map(|panel| panel.key).collect::<Vec<_>>().join(", ")
}

fn refused(what: &str, value: &str, wanted: &str) -> String {
    let short: String = value.chars().filter(|c| !c.is_control()).take(QUOTE).collect();
    format!("The link sets the {what} to “{short}”, which is not {wanted}; it was left out.")
}

/// Known words of a list; the others are reported.
fn words(
    value: &str,
    known: impl Fn(&str) -> Option<&'static str>,
    notices: &mut Vec<String>,
    key: &str,
) -> Vec<&'static str> {
    let mut out = Vec::new();
    for word in value.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match known(word) {
            Some(word) if !out.contains(&word) => out.push(word),
            Some(_) => {}
            None => {
                let what = if key == FIX { "control" } else { "panel" };
                notices.push(refused(&format!("list “{key}”"), word, &format!("a {what} of this page")));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
