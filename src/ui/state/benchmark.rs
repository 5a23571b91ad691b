//! What a benchmark link asks for: `#bench&device=cpu&teacher=784,256,256,10&student=784,32,10&batch=128&steps=60`.
//!
//! Total, as [`crate::link`] is: what cannot be used is left at its default and reported.

use crate::config::{DeviceChoice, Options};
use crate::protocol::BenchSpec;
use std::ops::RangeInclusive;

/// A benchmark asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct BenchRequest {
    /// On which device.
    pub device: DeviceChoice,
    /// What to measure.
    pub spec: BenchSpec,
    /// One sentence for each part that could not be used.
    pub notices: Vec<String>,
}

const WIDTHS: RangeInclusive<usize> = 1..=4096;
const LAYERS: RangeInclusive<usize> = 2..=6;
const CLASSES: RangeInclusive<usize> = 2..=64;
const BATCH: RangeInclusive<usize> = 1..=1024;
const STEPS: RangeInclusive<usize> = 1..=2000;

impl Default for BenchRequest {
    fn default() -> Self {
        Self {
            device: DeviceChoice::Auto,
            spec: BenchSpec { teacher: vec![784, 256, 256, 10], student: vec![784, 32, 10], batch: 128, steps: 60 },
            notices: Vec::new(),
        }
    }
}

/// The benchmark that a hash asks for; `None` of a hash that asks for none.
pub fn parse(hash: &str) -> Option<BenchRequest> {
    let mut parts = hash.trim_start_matches('#').split('&');
    if parts.next() != Some("bench") {
        return None;
    }
    let mut asked = BenchRequest::default();
    for part in parts.filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        // Browsers write the commas of a typed address in either way.
        let value = value.replace("%2C", ",").replace("%2c", ",");
        if let Err(why) = take(&mut asked, key, value.trim()) {
            let value: String = value.chars().filter(|c| !c.is_control()).take(40).collect();
            let key: String = key.chars().filter(|c| !c.is_control()).take(40).collect();
            asked.notices.push(format!("The benchmark link sets “{key}” to “{value}”, {why}; it was left out."));
        }
    }
    Some(asked)
}

fn take(asked: &mut BenchRequest, key: &str, value: &str) -> Result<(), String> {
    match key {
        "device" => {
            let none = || "which is none of auto, cpu, webgpu".to_string();
            asked.device = DeviceChoice::from_key(value).ok_or_else(none)?;
        }
        "teacher" => asked.spec.teacher = widths(value)?,
        "student" => asked.spec.student = widths(value)?,
        "batch" => asked.spec.batch = number(value, &BATCH)?,
        "steps" => asked.spec.steps = number(value, &STEPS)?,
        _ => return Err("which this page does not know".into()),
    }
    Ok(())
}

fn number(word: &str, range: &RangeInclusive<usize>) -> Result<usize, String> {
    let found = word.trim().parse::<usize>().ok().filter(|n| range.contains(n));
    found.ok_or_else(|| format!("which is no whole number from {} to {}", range.start(), range.end()))
}

/// Layer widths from input to output.
fn widths(words: &str) -> Result<Vec<usize>, String> {
    let widths = words.split(',').map(|word| number(word, &WIDTHS)).collect::<Result<Vec<_>, _>>();
    let widths = widths.map_err(|why| why.replace("which is no whole number", "but a width is a whole number"))?;
    if !LAYERS.contains(&widths.len()) {
        return Err(format!("but a network has {} to {} widths, from input to output", LAYERS.start(), LAYERS.end()));
    }
    match widths.last() {
        Some(classes) if CLASSES.contains(classes) => Ok(widths),
        _ => Err(format!("but the last width is a number of classes, {} to {}", CLASSES.start(), CLASSES.end())),
    }
}

/// The benchmark that a hash asks for, and its notices.
pub fn requested_by(hash: &str) -> Option<(BenchRequest, Vec<String>)> {
    let mut asked = parse(hash)?;
    let notices = std::mem::take(&mut asked.notices);
    Some((asked, notices))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_benchmark_link_is_read() {
        let asked =
            parse("#bench&device=webgpu&teacher=20,30,5&student=20,5&batch=16&steps=7").expect("it asks for one");
        assert_eq!(asked.device, DeviceChoice::WebGpu);
        let spec = BenchSpec { teacher: vec![20, 30, 5], student: vec![20, 5], batch: 16, steps: 7 };
        assert_eq!((asked.spec, asked.notices), (spec, vec![]));
        assert_eq!(parse("bench&teacher=784%2C64%2C10").map(|a| a.spec.teacher), Some(vec![784, 64, 10]));
    }

    #[test]
    fn the_bare_word_is_the_usual_benchmark() {
        assert_eq!(parse("#bench"), Some(BenchRequest::default()));
    }

    #[test]
    fn other_links_ask_for_none() {
        for hash in ["", "#", "#task=moons", "#benchmark", "#t=3&bench"] {
            assert_eq!(parse(hash), None, "{hash}");
        }
    }

    #[test]
    fn unusable_values_are_reported_and_left_out() {
        let asked =
            parse("#bench&device=abacus&teacher=784&student=784,x,10&batch=0&steps=1e9&colour=red&student=5,4096");
        let asked = asked.expect("it asks for one");
        assert_eq!((asked.spec, asked.device), (BenchRequest::default().spec, DeviceChoice::Auto));
        assert_eq!(asked.notices.len(), 7, "{:?}", asked.notices);
    }

    #[test]
    fn any_string_is_survived() {
        for rest in [
            "&",
            "&&&",
            "&=",
            "&batch",
            "&batch==",
            "&teacher=,,,",
            "&steps=-1",
            "&%F0%28=%",
            "&batch=99999999999999999999",
        ] {
            assert!(parse(&format!("#bench{rest}")).is_some());
        }
    }
}
