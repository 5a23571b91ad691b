//! Config to URL hash and back: `#task=mnist&t=4&n=100`.
//!
//! Total: any string gives a config. What cannot be used is left at its default and told in one sentence each,
//! so that a mistyped link opens and says what it ignored. What equals the task's default is left out.

use crate::config::{
    AddedPoint, CHOICES, Choice, Config, KNOBS, Knob, Method, ProductionShift, Recipe, Shift, Task, knob,
};
use crate::lab::lessons::{LESSONS, Lesson, Run, lesson};

/// A link read: the config it gives, and what had to be left out, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The config, valid whatever the string was.
    pub config: Config,
    /// The lesson, where there is one.
    pub lesson: Option<&'static str>,
    /// One sentence for each part that could not be used.
    pub notices: Vec<String>,
}

/// Key of the lesson: `lesson=api`.
const LESSON: &str = "lesson";
/// Key of the lesson's run, from 1: `run=2`.
const RUN: &str = "run";

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

    // The lesson and the task first, wherever they stand: the other defaults depend on them.
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
    let mut task = base.task;
    for (key, value) in &pairs {
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

    for (key, value) in pairs.iter().filter(|(key, _)| key != Task::KEY) {
        match key.as_str() {
            LESSON | RUN => {}
            RIVALS => rivals(value, &mut config, &mut notices),
            ASSISTANTS => assistants(value, &mut config, &mut notices),
            WITHOUT => without(value, &mut config, &mut notices),
            ADDED => added(value, &mut config, &mut notices),
            key => assign(key, value, &mut config, &mut notices),
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
            "The link asks for production “{}”, which {} cannot have; it is as it was instead.",
            config.production.label().to_lowercase(),
            config.task.label()
        ));
        config.production = ProductionShift::None;
    }
    Link { config, lesson: open.map(|lesson| lesson.key), notices }
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

/// The hash of a config within a lesson: what equals the lesson's settings is left out.
pub fn format_in(open: Option<&Lesson>, config: &Config) -> String {
    let mut parts = Vec::new();
    let mut plain = Config::default();
    if let Some(lesson) = open {
        parts.push(format!("{LESSON}={}", lesson.key));
        let mut runs = (lesson.runs)();
        let same = |run: &Run| Config { device: config.device, ..run.config.clone() } == *config;
        let place = runs.iter().position(same).unwrap_or(0);
        if place > 0 {
            parts.push(format!("{RUN}={}", place + 1));
        }
        plain = runs.swap_remove(place).config;
    }
    if config.task != plain.task {
        plain = Config::for_task(config.task);
        parts.push(format!("{}={}", Task::KEY, config.task.key()));
    }
    for slot in CHOICES {
        let word = (slot.get)(config);
        if word != (slot.get)(&plain) {
            parts.push(format!("{}={word}", slot.key));
        }
    }
    for knob in KNOBS {
        let value = knob.snap((knob.get)(config));
        if (value - knob.snap((knob.get)(&plain))).abs() > 1e-9 {
            parts.push(format!("{}={value}", knob.key));
        }
    }
    if config.rivals != plain.rivals {
        let words: Vec<String> = config.rivals.iter().map(recipe).collect();
        parts.push(format!("{RIVALS}={}", if words.is_empty() { NONE.into() } else { words.join("~") }));
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

/// One setting of that key; what cannot be used is told.
fn assign(key: &str, value: &str, config: &mut Config, notices: &mut Vec<String>) {
    if let Some(slot) = CHOICES.iter().find(|slot| slot.key == key) {
        if !(slot.set)(config, value.trim()) {
            notices.push(no_option(slot.name, value, &(slot.options)(), (slot.label)(config)));
        }
    } else if let Some(knob) = knob(key) {
        number(knob, value, config, notices);
    } else {
        notices.push(format!("The link sets “{}”, which this page does not know; it was left out.", quote(key)));
    }
}

fn number(knob: &Knob, value: &str, config: &mut Config, notices: &mut Vec<String>) {
    let (name, key, default) = (knob.name.to_lowercase(), knob.key, knob.show((knob.get)(config)));
    match value.trim().parse::<f64>() {
        Ok(number) if number.is_finite() && (knob.min..=knob.max).contains(&number) => {
            (knob.set)(config, knob.snap(number));
        }
        Ok(number) if number.is_finite() => notices.push(format!(
            "The link sets {name} ({key}) to {}, outside {} to {}; {default} is used instead.",
            quote(value),
            knob.min,
            knob.max,
        )),
        _ => notices.push(format!(
            "The link sets {name} ({key}) to “{}”, which is not a number; {default} is used instead.",
            quote(value),
        )),
    }
}

/// Key of the further arms: `arms=argmax~jsd,t:4,beta:0.3`, or `arms=none`.
const RIVALS: &str = "arms";
/// No further arms.
const NONE: &str = "none";
/// Key of the teacher assistants' hidden units: `assistants=64,32`.
const ASSISTANTS: &str = "assistants";

fn rivals(value: &str, config: &mut Config, notices: &mut Vec<String>) {
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
        if read.len() == Config::MOST_RIVALS {
            notices.push(format!(
                "The link asks for more than {} further arms; the rest was left out.",
                Config::MOST_RIVALS
            ));
            break;
        }
        // Read into a config of its own, by the same table as the distilled student's settings.
        let mut scratch = Config { distilled: Recipe::of(method), ..Config::for_task(config.task) };
        for part in parts {
            let (key, value) = part.split_once(':').unwrap_or((part, ""));
            if Recipe::owns(key) && key != Method::KEY {
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
    config.rivals = read;
}

/// A recipe's words: `jsd,t:4,beta:0.3`; what equals its method's default is left out.
fn recipe(recipe: &Recipe) -> String {
    let with = |recipe: Recipe| Config { distilled: recipe, ..Config::default() };
    let (own, plain) = (with(recipe.clone()), with(Recipe::of(recipe.method)));
    let mut words = recipe.method.key().to_string();
    for slot in CHOICES.iter().filter(|slot| Recipe::owns(slot.key) && (slot.get)(&own) != (slot.get)(&plain)) {
        words.push_str(&format!(",{}:{}", slot.key, (slot.get)(&own)));
    }
    for knob in KNOBS.iter().filter(|knob| Recipe::owns(knob.key)) {
        let value = knob.snap((knob.get)(&own));
        if (value - knob.snap((knob.get)(&plain))).abs() > 1e-9 {
            words.push_str(&format!(",{}:{value}", knob.key));
        }
    }
    words
}

fn assistants(value: &str, config: &mut Config, notices: &mut Vec<String>) {
    match read_assistants(value) {
        Ok(widths) => config.assistants = widths,
        Err(why) => {
            notices.push(format!("The link sets teacher assistants to “{}”, {why}; none are used.", quote(value)))
        }
    }
}

/// Hidden units of teacher assistants from words: `64, 32`; at most [`Config::MOST_ASSISTANTS`], each like a teacher's.
///
/// # Errors
/// Why not, a clause.
pub fn read_assistants(words: &str) -> Result<Vec<usize>, String> {
    let (least, most) = (Config::ASSISTANT_HIDDEN.start(), Config::ASSISTANT_HIDDEN.end());
    let mut widths = Vec::new();
    for word in words.split(',').map(str::trim).filter(|word| !word.is_empty() && *word != NONE) {
        match word.parse::<usize>() {
            Ok(width) if Config::ASSISTANT_HIDDEN.contains(&width) => widths.push(width),
            _ => return Err(format!("but “{}” is no number of hidden units from {least} to {most}", quote(word))),
        }
    }
    if widths.len() > Config::MOST_ASSISTANTS {
        return Err(format!("but there can be {} of them at most", Config::MOST_ASSISTANTS));
    }
    Ok(widths)
}

/// Key of the classes that the transfer set leaves out, by number from 0: `without=3`.
const WITHOUT: &str = "without";
/// Key of the points that the reader added, in hundredths, with their class: `points=-30,120,0~5,5,1`.
const ADDED: &str = "points";
/// Classes that a task can have at most: those of the largest one, and of a table of the reader's.
pub const MOST_CLASSES: usize = 32;

fn without(value: &str, config: &mut Config, notices: &mut Vec<String>) {
    let mut classes: Vec<usize> = Vec::new();
    for word in value.split(',').map(str::trim).filter(|word| !word.is_empty() && *word != NONE) {
        match word.parse::<usize>() {
            Ok(class) if class < MOST_CLASSES => classes.push(class),
            _ => notices.push(format!(
                "The link leaves out class “{}”, which is no number of a class (0 is the first); it was ignored.",
                quote(word)
            )),
        }
    }
    classes.sort_unstable();
    classes.dedup();
    config.left_out = classes;
}

fn added(value: &str, config: &mut Config, notices: &mut Vec<String>) {
    if !config.task.is_plane() {
        notices
            .push(format!("The link adds points, which {} has no place for; they were left out.", config.task.label()));
        return;
    }
    let read = |word: &str| -> Option<AddedPoint> {
        let mut parts = word.split(',').map(str::trim);
        let point = AddedPoint {
            x: parts.next()?.parse().ok()?,
            y: parts.next()?.parse().ok()?,
            class: parts.next()?.parse().ok()?,
        };
        (parts.next().is_none() && point.fits()).then_some(point)
    };
    for word in value.split('~').filter(|word| !word.is_empty()) {
        if config.added.len() == Config::MOST_ADDED {
            notices.push(format!("The link adds more than {} points; the rest was left out.", Config::MOST_ADDED));
            break;
        }
        match read(word) {
            Some(point) => config.added.push(point),
            None => notices.push(format!(
                "The link adds a point “{}”, which is not x,y,class in hundredths within ±{}; it was left out.",
                quote(word),
                AddedPoint::FARTHEST
            )),
        }
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
    use crate::config::{DeviceChoice, Optimizer, TSquared};

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
        config.distilled.method = Method::ReverseKl;
        config.assistants = vec![64, 16];
        config.rivals = vec![
            Recipe::of(Method::Hint),
            Recipe { temperature: 4.5, beta: 0.3, t_squared: TSquared::Off, ..Recipe::of(Method::Jsd) },
        ];
        for (i, knob) in KNOBS.iter().enumerate() {
            (knob.set)(&mut config, knob.at(0.05 * (i + 1) as f64));
        }
        let hash = format(&config);
        assert!(hash.contains("arms=hint~jsd,t2:off,t:4.5,beta:0.3"), "{hash}");
        let link = parse(&hash);
        assert_eq!(link.notices, Vec::<String>::new());
        assert_eq!(link.config, config);
    }

    #[test]
    fn a_lesson_opens_with_its_settings_and_what_differs_is_told() {
        let api = lesson("api").unwrap();
        let base = || (api.runs)().swap_remove(0).config;
        assert_eq!(format_in(Some(api), &base()), "lesson=api");
        let link = parse("#lesson=api");
        assert_eq!((link.config, link.lesson), (base(), Some("api")));
        for change in api.next.iter().map(|next| next.change).chain([api.bigger]) {
            let mut config = base();
            change(&mut config);
            config.rivals.clear();
            let link = parse(&format_in(Some(api), &config));
            assert_eq!((link.config, link.lesson, link.notices), (config, Some("api"), Vec::new()));
        }
        let moved = parse("lesson=wrong-transfer&task=moons&run=2");
        assert_eq!((moved.config, moved.lesson), (Config::for_task(Task::Moons), Some("wrong-transfer")));
        let second = parse("lesson=few-labels&run=2&seed=7").config;
        assert_eq!((second.transfer_size, second.seed), (300, 7));
        assert_eq!(parse("lesson=nonsense").notices.len(), 1);
        assert_eq!(parse("lesson=api&run=9").notices.len(), 1);
    }

    #[test]
    fn a_shift_that_a_task_cannot_have_is_told_and_not_made() {
        let link = parse("task=moons&shift=other");
        assert_eq!((link.config.shift, link.notices.len()), (Shift::None, 1));
        assert_eq!(parse("task=names&production=blurred").notices.len(), 1);
    }

    #[test]
    fn classes_left_out_and_added_points_are_read_back() {
        let mut config = Config { left_out: vec![1, 3], ..Config::for_task(Task::Blobs) };
        config.added = vec![AddedPoint { x: -30, y: 120, class: 0 }, AddedPoint { x: 5, y: 5, class: 3 }];
        let hash = format(&config);
        assert!(hash.contains("without=1,3") && hash.contains("points=-30,120,0~5,5,3"), "{hash}");
        assert_eq!(parse(&hash).config, config);
        let bad = parse("task=blobs&without=1,x&points=1,2~9999,0,0~1,2,3");
        assert_eq!((bad.config.left_out, bad.config.added.len(), bad.notices.len()), (vec![1], 1, 3));
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
    fn arms_that_cannot_be_are_left_out_and_told() {
        assert_eq!(parse("arms=none").config.rivals, []);
        let link = parse("arms=argmax~cat~top_k,k:99,n:300~argmax~argmax~argmax~argmax&assistants=64,x");
        assert_eq!(link.config.rivals[1], Recipe::of(Method::TopK));
        assert_eq!(link.config.rivals.len(), Config::MOST_RIVALS);
        assert!(link.config.assistants.is_empty());
        assert_eq!(link.notices.len(), 5, "{:?}", link.notices);
        assert_eq!(parse("assistants=64, 32").config.assistants, [64, 32]);
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
            assert!(!link.config.distilled.temperature.is_nan());
        }
        assert_eq!(parse("t=%34").config.distilled.temperature, 4.0);
    }
}
