//! Config to URL hash and back: `#task=mnist&t=4&n=100`.
//!
//! Total: any string gives a config. What cannot be used is left at its default and told in one sentence each,
//! so that a mistyped link opens and says what it ignored. What equals the task's default is left out.

use crate::config::{Choice, Config, DeviceChoice, KNOBS, Method, Optimizer, Task, knob};

/// A link read: the config it gives, and what had to be left out, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The config, valid whatever the string was.
    pub config: Config,
    /// One sentence for each part that could not be used.
    pub notices: Vec<String>,
}

/// Longest value repeated in a notice, in characters: a link can hold anything.
const QUOTE: usize = 40;

/// Reads a hash, with or without its `#`.
pub fn parse(hash: &str) -> Link {
    let pairs: Vec<(String, String)> = hash
        .trim_start_matches('#')
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(key), decode(value))
        })
        .collect();
    let mut notices = Vec::new();

    // The task first, wherever it stands: the other defaults depend on it.
    let mut task = Task::Fashion;
    for (key, value) in &pairs {
        if key == Task::KEY {
            pick(value, &mut task, &mut notices);
        }
    }
    let mut config = Config::for_task(task);

    for (key, value) in &pairs {
        match key.as_str() {
            key if key == Task::KEY => {}
            key if key == DeviceChoice::KEY => pick(value, &mut config.device, &mut notices),
            key if key == Optimizer::KEY => pick(value, &mut config.optimizer, &mut notices),
            key if key == Method::KEY => pick(value, &mut config.method, &mut notices),
            key => match knob(key) {
                None => notices
                    .push(format!("The link sets “{}”, which this page does not know; it was left out.", quote(key))),
                Some(knob) => match value.trim().parse::<f64>() {
                    Ok(number) if number.is_finite() && (knob.min..=knob.max).contains(&number) => {
                        (knob.set)(&mut config, knob.snap(number));
                    }
                    Ok(number) if number.is_finite() => notices.push(format!(
                        "The link sets {} ({key}) to {}, outside {} to {}; {} is used instead.",
                        knob.name.to_lowercase(),
                        quote(value),
                        knob.min,
                        knob.max,
                        knob.show((knob.default)(task)),
                    )),
                    _ => notices.push(format!(
                        "The link sets {} ({key}) to “{}”, which is not a number; {} is used instead.",
                        knob.name.to_lowercase(),
                        quote(value),
                        knob.show((knob.default)(task)),
                    )),
                },
            },
        }
    }
    Link { config, notices }
}

/// The hash of a config, without `#`; empty for the default run.
pub fn format(config: &Config) -> String {
    let plain = Config::for_task(config.task);
    let mut parts = Vec::new();
    if config.task != Task::Fashion {
        parts.push(format!("{}={}", Task::KEY, config.task.key()));
    }
    if config.device != plain.device {
        parts.push(format!("{}={}", DeviceChoice::KEY, config.device.key()));
    }
    if config.optimizer != plain.optimizer {
        parts.push(format!("{}={}", Optimizer::KEY, config.optimizer.key()));
    }
    if config.method != plain.method {
        parts.push(format!("{}={}", Method::KEY, config.method.key()));
    }
    for knob in KNOBS {
        let value = knob.snap((knob.get)(config));
        if (value - (knob.default)(config.task)).abs() > 1e-9 {
            parts.push(format!("{}={value}", knob.key));
        }
    }
    parts.join("&")
}

fn pick<C: Choice>(value: &str, slot: &mut C, notices: &mut Vec<String>) {
    match C::from_key(value.trim()) {
        Some(option) => *slot = option,
        None => {
            let known: Vec<_> = C::ALL.iter().map(|option| option.key()).collect();
            notices.push(format!(
                "The link sets {} to “{}”, which is none of {}; {} is used instead.",
                C::NAME.to_lowercase(),
                quote(value),
                known.join(", "),
                slot.label(),
            ));
        }
    }
}

fn quote(text: &str) -> String {
    let short: String = text.chars().filter(|c| !c.is_control()).take(QUOTE).collect();
    if text.chars().count() > QUOTE { format!("{short}…") } else { short }
}

/// Percent-decoding; malformed escapes stand for themselves.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let escaped = (bytes[i] == b'%')
            .then(|| text.get(i + 1..i + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok()))
            .flatten();
        match escaped {
            Some(byte) => {
                out.push(byte);
                i += 3;
            }
            None => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_run_has_an_empty_link() {
        assert_eq!(format(&Config::default()), "");
        assert_eq!(parse("").config, Config::default());
        assert_eq!(parse("#").notices, Vec::<String>::new());
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut config = Config::for_task(Task::Spiral);
        config.device = DeviceChoice::Cpu;
        config.optimizer = Optimizer::Sgd;
        config.method = Method::ReverseKl;
        for (i, knob) in KNOBS.iter().enumerate() {
            (knob.set)(&mut config, knob.at(0.05 * (i + 1) as f64));
        }
        let link = parse(&format(&config));
        assert_eq!(link.notices, Vec::<String>::new());
        assert_eq!(link.config, config);
    }

    #[test]
    fn the_task_counts_wherever_it_stands() {
        let link = parse("#hidden=6&task=moons");
        assert_eq!(link.config.task, Task::Moons);
        assert_eq!(link.config.student_hidden, 6);
        assert_eq!(link.config.transfer_size, Config::for_task(Task::Moons).transfer_size);
    }

    #[test]
    fn what_cannot_be_used_is_said_and_left_at_its_default() {
        let link = parse("#t=900&alpha=much&task=cats&colour=red&n=&device=abacus&seed=NaN");
        assert_eq!(link.config, Config::default());
        assert_eq!(link.notices.len(), 7, "{:?}", link.notices);
        assert!(link.notices.iter().any(|n| n.contains("900") && n.contains("0.5 to 20")));
        assert!(link.notices.iter().any(|n| n.contains("cats") && n.contains("fashion")));
    }

    #[test]
    fn any_string_gives_a_config() {
        for hash in [
            "%",
            "%%%",
            "=&=&=",
            "t",
            "t==",
            "#%F0%28%8C%BC",
            "t=1e999",
            "n=-0",
            "t=%33",
            "\u{1F600}=1",
            &"a=".repeat(9999),
        ] {
            let link = parse(hash);
            assert!(!link.config.temperature.is_nan());
        }
        assert_eq!(parse("t=%34").config.temperature, 4.0);
    }
}
