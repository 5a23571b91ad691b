//! Which panels a shared link shows: a preset to start from, and what the lecturer ticks by hand, which no preset and no
//! frame unticks. Pure.

use crate::lab::lessons::{LESSONS, Lesson};
use crate::presentation::{PANELS, Presentation};

/// A set of panels to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// A soft label with its temperature.
    SoftLabels,
    /// Train, the result line and the verdict.
    TrainAndVerdict,
    /// The lesson that is open, with what it is about.
    Lesson,
    /// The whole page.
    Everything,
}

impl Preset {
    /// Every preset, in the order of the dialog.
    pub const ALL: [Self; 4] = [Self::SoftLabels, Self::TrainAndVerdict, Self::Lesson, Self::Everything];

    /// Its name; that of a lesson has its number.
    pub fn name(self, lesson: Option<&Lesson>) -> String {
        match self {
            Self::SoftLabels => "Soft labels only".into(),
            Self::TrainAndVerdict => "Train and verdict".into(),
            Self::Lesson => lesson.map_or_else(String::new, |lesson| format!("Lesson {}", number(lesson))),
            Self::Everything => "Everything".into(),
        }
    }

    /// Its panels.
    fn panels(self, lesson: Option<&Lesson>) -> Vec<&'static str> {
        let wanted: &[&str] = match self {
            Self::SoftLabels => &["soft"],
            Self::TrainAndVerdict => &["train", "verdict"],
            Self::Lesson => &["train", "soft", lesson.map_or("", |lesson| lesson.watch)],
            Self::Everything => return all().collect(),
        };
        all().filter(|key| wanted.contains(key)).collect()
    }

    /// Whether the lesson that is open is a part of it.
    fn with_lesson(self) -> bool {
        matches!(self, Self::Lesson | Self::Everything)
    }
}

/// Number of a lesson, from 1.
pub fn number(lesson: &Lesson) -> usize {
    LESSONS.iter().position(|other| other.key == lesson.key).map_or(1, |place| place + 1)
}

fn all() -> impl Iterator<Item = &'static str> {
    PANELS.iter().map(|panel| panel.key)
}

/// What is chosen in the dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    ticked: Vec<&'static str>,
    by_hand: Vec<&'static str>,
    /// A preset was pressed, or a panel ticked or unticked: the panels are the lecturer's.
    chosen: bool,
    /// Only the panels ticked, for a frame in another page.
    pub framed: bool,
    /// Whether the link opens the lesson.
    pub lesson: bool,
}

impl Choice {
    /// Panels of a frame of which nothing else is said.
    const FRAME: [&str; 3] = ["train", "soft", "verdict"];

    /// What is on screen.
    pub fn of(shown: &Presentation) -> Self {
        let framed = !shown.embed.is_empty();
        let there = |key: &&str| if framed { shown.embed.contains(key) } else { !shown.hidden.contains(key) };
        let chosen = framed || !shown.hidden.is_empty();
        Self { ticked: all().filter(there).collect(), by_hand: Vec::new(), chosen, framed, lesson: true }
    }

    /// Whether a panel is ticked.
    pub fn has(&self, panel: &str) -> bool {
        self.ticked.contains(&panel)
    }

    /// Ticks or unticks a panel by hand.
    pub fn tick(&mut self, panel: &'static str, on: bool) {
        self.chosen = true;
        self.ticked.retain(|key| *key != panel);
        self.by_hand.retain(|key| *key != panel);
        if on {
            self.ticked.push(panel);
            self.by_hand.push(panel);
        }
    }

    /// Starts from a preset; what was ticked by hand stays.
    pub fn start_from(&mut self, preset: Preset, lesson: Option<&Lesson>) {
        self.chosen = true;
        self.lesson = preset.with_lesson();
        self.ticked = preset.panels(lesson);
        let kept = self.kept(preset, lesson);
        self.ticked.extend(kept);
    }

    /// For a frame, or the whole page. A frame of panels that nobody has chosen begins with few.
    pub fn frame(&mut self, on: bool) {
        if on && !self.chosen {
            self.ticked = Self::FRAME.to_vec();
        }
        self.framed = on;
    }

    /// The panels ticked by hand that a preset would not have.
    fn kept(&self, preset: Preset, lesson: Option<&Lesson>) -> Vec<&'static str> {
        let its = preset.panels(lesson);
        self.by_hand.iter().copied().filter(|key| !its.contains(key)).collect()
    }

    /// The preset that this is, but for what was ticked by hand.
    pub fn preset(&self, lesson: Option<&Lesson>) -> Option<Preset> {
        let is = |preset: &Preset| {
            let its = preset.panels(lesson);
            (lesson.is_none() || self.lesson == preset.with_lesson())
                && its.iter().all(|key| self.has(key))
                && self.ticked.iter().all(|key| its.contains(key) || self.by_hand.contains(key))
        };
        Preset::ALL.into_iter().filter(|preset| lesson.is_some() || *preset != Preset::Lesson).find(is)
    }

    /// Names of the panels that were ticked by hand and are more than the preset's, in the order of the page.
    pub fn kept_names(&self, lesson: Option<&Lesson>) -> Vec<&'static str> {
        let Some(preset) = self.preset(lesson) else { return Vec::new() };
        let kept = self.kept(preset, lesson);
        PANELS.iter().filter(|panel| kept.contains(&panel.key)).map(|panel| panel.name).collect()
    }

    /// How the page is shown where the link is opened.
    pub fn applied_to(&self, shown: Presentation) -> Presentation {
        let of = |there: bool| all().filter(|key| self.has(key) == there).collect();
        match self.framed {
            true => Presentation { hidden: Vec::new(), embed: of(true), ..shown },
            false => Presentation { hidden: of(false), embed: Vec::new(), ..shown },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::lessons::lesson;

    fn whole() -> Choice {
        Choice::of(&Presentation::default())
    }

    #[test]
    fn the_whole_page_is_everything_and_hides_nothing() {
        assert_eq!(whole().preset(None), Some(Preset::Everything));
        assert_eq!(whole().applied_to(Presentation::default()), Presentation::default());
    }

    #[test]
    fn a_frame_that_nobody_chose_panels_for_begins_with_few() {
        let mut choice = whole();
        choice.frame(true);
        assert_eq!(choice.applied_to(Presentation::default()).embed, ["train", "soft", "verdict"]);
        choice.frame(false);
        assert!(!choice.has("sweep") && choice.has("soft"), "what is ticked stays as it is");
    }

    #[test]
    fn a_frame_unticks_nothing_that_the_lecturer_chose() {
        let mut choice = whole();
        choice.tick("bench", false);
        choice.frame(true);
        let shown = choice.applied_to(Presentation::default());
        assert!(shown.embed.contains(&"sweep") && !shown.embed.contains(&"bench"), "{:?}", shown.embed);
        assert_eq!(shown.embed.len(), PANELS.len() - 1);
    }

    #[test]
    fn presets_keep_what_was_ticked_by_hand() {
        let mut choice = whole();
        choice.start_from(Preset::SoftLabels, None);
        assert_eq!(choice.applied_to(Presentation::default()).hidden.len(), PANELS.len() - 1);
        choice.tick("loss", true);
        choice.start_from(Preset::TrainAndVerdict, None);
        choice.frame(true);
        let shown = choice.applied_to(Presentation::default());
        assert_eq!(shown.embed, ["train", "verdict", "loss"]);
        assert_eq!(
            (choice.preset(None), choice.kept_names(None)),
            (Some(Preset::TrainAndVerdict), vec!["The loss in numbers"])
        );
        choice.tick("loss", false);
        choice.start_from(Preset::TrainAndVerdict, None);
        assert_eq!(choice.kept_names(None), Vec::<&str>::new());
    }

    #[test]
    fn a_lesson_comes_with_what_it_is_about() {
        for lesson in LESSONS {
            let mut choice = whole();
            choice.start_from(Preset::Lesson, Some(lesson));
            assert!(choice.lesson && choice.has("train") && choice.has(lesson.watch), "{}", lesson.key);
            assert_eq!(choice.preset(Some(lesson)), Some(Preset::Lesson), "{}", lesson.key);
            choice.start_from(Preset::SoftLabels, Some(lesson));
            assert!(!choice.lesson, "soft labels only: without the lesson");
        }
        assert_eq!(Preset::Lesson.name(lesson("few-labels")), "Lesson 2");
    }

    #[test]
    fn a_shared_frame_opens_as_it_was_shared() {
        let shown = Presentation { embed: vec!["soft", "verdict"], ..Presentation::default() };
        let mut choice = Choice::of(&shown);
        choice.frame(false);
        choice.frame(true);
        assert_eq!(choice.applied_to(shown.clone()), shown);
    }
}
