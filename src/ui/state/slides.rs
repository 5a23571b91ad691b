//! The slides of a presentation: the stage as it runs, or the states of the lesson that is open. Pure.

/// One slide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slide {
    /// The transfer set.
    Data,
    /// The teacher and how often it is right.
    Teacher,
    /// A soft label and its temperature.
    SoftLabels,
    /// How far each arm's students are.
    Students,
    /// The verdict of the run.
    Verdict,
    /// The question of the lesson.
    Question,
    /// What the class expects.
    Guess,
    /// The lesson under way.
    Run,
    /// What one of its runs gave, by its place.
    RunEnd(usize),
    /// The verdict of the lesson.
    LessonVerdict,
    /// What others found, and what five seeds found here.
    Why,
}

/// The slides: of the stage, or of a lesson with so many runs.
pub fn slides(runs: Option<usize>) -> Vec<Slide> {
    let Some(runs) = runs else {
        return vec![Slide::Data, Slide::Teacher, Slide::SoftLabels, Slide::Students, Slide::Verdict];
    };
    let begin = [Slide::Question, Slide::Guess, Slide::Run];
    let end = [Slide::LessonVerdict, Slide::Why];
    begin.into_iter().chain((0..runs).map(Slide::RunEnd)).chain(end).collect()
}

impl Slide {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "The transfer set",
            Self::Teacher => "The teacher",
            Self::SoftLabels => "Soft labels",
            Self::Students => "The students",
            Self::Verdict | Self::LessonVerdict => "The verdict",
            Self::Question => "The question",
            Self::Guess => "Your guess",
            Self::Run => "The run",
            Self::RunEnd(_) => "What came out",
            Self::Why => "Why",
        }
    }
}

/// The slide that a key leads to, from one of so many; `None` of other keys. Presenters' remote controls send Page Up and
/// Page Down. `in_use`: the focus is in a control that has a use of its own for arrows, Home and End.
pub fn turned(key: &str, at: usize, count: usize, in_use: bool) -> Option<usize> {
    let last = count.saturating_sub(1);
    match key {
        "PageDown" => Some((at + 1).min(last)),
        "PageUp" => Some(at.saturating_sub(1)),
        "ArrowRight" if !in_use => Some((at + 1).min(last)),
        "ArrowLeft" if !in_use => Some(at.saturating_sub(1)),
        "Home" if !in_use => Some(0),
        "End" if !in_use => Some(last),
        _ => None,
    }
}

/// Places of the likeliest classes at T = 1, the likeliest first, at most `count`; the true class takes the last place
/// where it is none of them. The same at every temperature: no row comes or goes while T is moved.
pub fn likeliest(plain: &[f64], label: usize, count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..plain.len()).collect();
    order.sort_by(|&a, &b| plain[b].total_cmp(&plain[a]));
    let shown = count.min(order.len());
    if let Some(at) = order.iter().position(|&class| class == label).filter(|&at| at >= shown && shown > 0) {
        order.swap(shown - 1, at);
    }
    order.truncate(shown);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_goes_from_its_question_over_every_run_to_why() {
        let of_two = slides(Some(2));
        assert_eq!((of_two.len(), of_two[0], of_two[6]), (7, Slide::Question, Slide::Why));
        assert_eq!(of_two[3..5], [Slide::RunEnd(0), Slide::RunEnd(1)]);
        assert_eq!(slides(None).last(), Some(&Slide::Verdict));
    }

    #[test]
    fn keys_turn_slides_and_stop_at_the_ends() {
        for (key, at, to) in [
            ("ArrowRight", 0, Some(1)),
            ("PageDown", 4, Some(4)),
            ("ArrowLeft", 0, Some(0)),
            ("PageUp", 3, Some(2)),
            ("Home", 3, Some(0)),
            ("End", 1, Some(4)),
            ("a", 2, None),
        ] {
            assert_eq!(turned(key, at, 5, false), to, "{key}");
        }
        // The arrows are the slider's while it is in use; a remote control turns the slides all the same.
        assert_eq!((turned("ArrowRight", 0, 5, true), turned("PageDown", 0, 5, true)), (None, Some(1)));
    }

    #[test]
    fn the_true_class_is_always_among_the_likeliest() {
        let plain = [0.05, 0.5, 0.01, 0.3, 0.14];
        assert_eq!(likeliest(&plain, 1, 3), [1, 3, 4]);
        assert_eq!(likeliest(&plain, 2, 3), [1, 3, 2]);
        assert_eq!(likeliest(&plain, 9, 9), [1, 3, 4, 0, 2]);
        assert_eq!(likeliest(&[], 0, 5), Vec::<usize>::new());
    }
}
