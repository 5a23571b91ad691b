//! Progress of a lesson: its finished runs, the user's prediction, its judgement. Pure.

use crate::config::Config;
use crate::lab::lessons::{Judgement, Lesson, LessonRun, RunRecord, lesson};
use crate::protocol;
use crate::ui::state::examples::Shared;
use crate::ui::state::run_state::RunState;
use serde::{Deserialize, Serialize};

/// A lesson that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct LessonProgress {
    /// Its word.
    pub key: &'static str,
    /// The prediction chosen, if one was.
    pub prediction: Option<usize>,
    /// The finished runs, from the first on.
    pub runs_done: Vec<Shared<RunRecord>>,
    /// The judgement on them.
    pub judgement: Judgement,
    /// The same, bigger.
    pub bigger: bool,
    /// Goes on to its next run by itself.
    pub going: bool,
}

/// What is kept of a lesson over a reload. Judges need logits, which are too many to keep: so of a lesson that is not
/// finished only the prediction.
#[derive(Serialize, Deserialize)]
struct Kept {
    prediction: Option<usize>,
    bigger: bool,
    runs: Vec<RunRecord>,
    judgement: Judgement,
}

impl LessonProgress {
    /// Whether its runs have been judged.
    pub fn is_finished(&self) -> bool {
        self.judgement.verdict.is_some()
    }

    /// What is kept of it over a reload, for [`LessonProgress::recall`].
    pub fn kept(&self) -> Vec<u8> {
        let finished = self.is_finished();
        let runs = if finished { self.runs_done.iter().map(|run| (**run).clone()).collect() } else { Vec::new() };
        let judgement = if finished { self.judgement.clone() } else { Judgement::default() };
        protocol::encode(&Kept { prediction: self.prediction, bigger: self.bigger, runs, judgement })
    }

    /// The lesson of that word as it was kept; `None` for bytes of another version, or of another lesson's runs.
    pub fn recall(key: &str, bytes: &[u8]) -> Option<Self> {
        let Kept { prediction, bigger, runs, judgement } = protocol::decode(bytes).ok()?;
        let open = Self { prediction, bigger, judgement, ..Self::open(key)? };
        let own = runs.iter().enumerate().all(|(place, run)| open.place(run.config()) == Some(place));
        let possible = prediction.is_none_or(|chosen| open.lesson().is_some_and(|l| chosen < l.predictions.len()));
        let whole = runs.len() == if open.is_finished() { open.runs().len() } else { 0 };
        (own && possible && whole).then(|| Self { runs_done: runs.into_iter().map(Shared::new).collect(), ..open })
    }

    /// A lesson just opened; `None` when there is none of that word.
    pub fn open(key: &str) -> Option<Self> {
        Some(Self {
            key: lesson(key)?.key,
            prediction: None,
            runs_done: Vec::new(),
            judgement: Judgement::default(),
            bigger: false,
            going: false,
        })
    }

    /// The lesson.
    pub fn lesson(&self) -> Option<&'static Lesson> {
        lesson(self.key)
    }

    /// Its runs, as big as they are asked for.
    pub fn runs(&self) -> Vec<LessonRun> {
        let mut runs = self.lesson().map_or_else(Vec::new, |lesson| (lesson.runs)());
        if let Some(lesson) = self.lesson().filter(|_| self.bigger) {
            runs.iter_mut().for_each(|run| (lesson.bigger)(&mut run.config));
        }
        runs
    }

    /// Which of its runs has these settings, whatever the device and the seed.
    pub fn place(&self, config: &Config) -> Option<usize> {
        let same =
            |run: &LessonRun| Config { device: config.device, seed: config.seed, ..run.config.clone() } == *config;
        self.runs().iter().position(same)
    }

    /// True of the settings of one of its runs that is to follow others which are not there.
    pub fn too_early(&self, config: &Config) -> bool {
        self.place(config).is_some_and(|place| place > self.runs_done.len())
    }

    /// The settings of a run, on the device and with the seed of these.
    pub fn settings(&self, place: usize, like: &Config) -> Option<Config> {
        let mut runs = self.runs();
        (place < runs.len()).then(|| Config { device: like.device, seed: like.seed, ..runs.swap_remove(place).config })
    }

    /// The run that is due: the first that is not there, or the first again of a finished lesson.
    pub fn due(&self) -> usize {
        if self.is_finished() { 0 } else { self.runs_done.len() }
    }

    /// Adds a finished run, and returns the settings of the next, if the lesson goes on. Runs of other settings than
    /// the lesson's, or out of turn, are not its.
    pub fn finished(&mut self, record: RunRecord) -> Option<Config> {
        let place = self.place(record.config())?;
        let seed = |run: &Shared<RunRecord>| run.config().seed;
        if place > self.runs_done.len()
            || self.runs_done.first().is_some_and(|first| place > 0 && seed(first) != record.config().seed)
        {
            return None;
        }
        self.runs_done.truncate(place);
        let like = record.config().clone();
        self.runs_done.push(Shared::new(record));
        self.judge();
        let next = self.settings(place + 1, &like).filter(|_| self.going);
        self.going = next.is_some();
        next
    }

    /// The same lesson from its start.
    pub fn again(&mut self, bigger: bool) {
        *self = Self { bigger, runs_done: Vec::new(), judgement: Judgement::default(), going: false, ..self.clone() };
    }

    fn judge(&mut self) {
        let runs: Vec<&RunRecord> = self.runs_done.iter().map(|run| &**run).collect();
        self.judgement = self.lesson().map_or_else(Judgement::default, |lesson| (lesson.judge)(&runs));
    }

    /// What the user's prediction came to, a sentence; `None` before the verdict, or without a prediction.
    pub fn outcome(&self) -> Option<String> {
        let (verdict, chosen) = (self.judgement.verdict.as_ref()?, self.prediction?);
        let words = self.lesson()?.predictions;
        Some(match verdict.came_true {
            Some(came_true) if came_true == chosen => "As you expected.".into(),
            Some(came_true) => format!("You expected “{}”; it was “{}”.", words.get(chosen)?, words.get(came_true)?),
            None => format!("You expected “{}”; these runs confirm none of the predictions.", words.get(chosen)?),
        })
    }
}

/// Record of the run that has just finished; `None` when something of it is missing.
pub fn record_of(model: &RunState) -> Option<RunRecord> {
    let results = &model.results;
    let (outcome, setup) = (results.outcome.as_ref()?, results.setup.as_ref()?);
    let teacher = model.test_logits.as_ref();
    let students = model.probes.students.as_ref();
    Some(RunRecord {
        outcome: (**outcome).clone(),
        classes: setup.classes.clone(),
        curves: results.arm_curves.iter().map(|curve| curve.iter().map(|s| (s.step, s.mean)).collect()).collect(),
        teacher_logits: teacher.map_or_else(Vec::new, |t| t.logits.clone()),
        student_logits: students.map_or_else(Vec::new, |s| s.logits.clone()),
        labels: teacher.map_or_else(Vec::new, |t| t.labels.clone()),
        transfer_examples: setup.transfer_examples,
        queries: setup.queries.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Evaluation, Metrics, Outcome};

    /// A finished run of settings whose students are right that often, `[R][A]`.
    fn run(config: Config, accuracy: impl Fn(usize) -> f64) -> RunRecord {
        let students = (0..config.replicates * config.arms().len())
            .map(|i| Metrics { accuracy: accuracy(i), ..Metrics::default() })
            .collect();
        let teacher = Metrics { accuracy: 0.9, ..Metrics::default() };
        let evaluation = Evaluation { teacher, students, ..Evaluation::default() };
        RunRecord {
            transfer_examples: config.transfer_size,
            outcome: Outcome { config, evaluation, ..Outcome::default() },
            classes: Vec::new(),
            curves: Vec::new(),
            teacher_logits: Vec::new(),
            student_logits: Vec::new(),
            labels: Vec::new(),
            queries: Vec::new(),
        }
    }

    /// Soft labels (every third student) far ahead.
    fn soft_ahead(i: usize) -> f64 {
        // Replicates differ: gains that all are equal say nothing of their spread.
        (if i % 3 == 2 { 0.8 } else { 0.7 }) + 0.001 * (i / 3) as f64
    }

    #[test]
    fn a_lesson_goes_from_run_to_run_and_ends_with_a_verdict() {
        let mut lesson_progress = LessonProgress::open("few-labels").unwrap();
        lesson_progress.going = true;
        lesson_progress.prediction = Some(2);
        let first = lesson_progress.settings(0, &Config::default()).unwrap();
        let next = lesson_progress.finished(run(first, soft_ahead)).expect("a second run");
        assert_eq!(next.transfer_size, 300);
        assert_eq!((lesson_progress.judgement.verdict.is_none(), lesson_progress.judgement.rows.len()), (true, 3));
        assert_eq!(lesson_progress.finished(run(next, soft_ahead)), None);
        assert_eq!(lesson_progress.judgement.verdict.as_ref().unwrap().came_true, Some(0));
        assert!(lesson_progress.outcome().unwrap().starts_with("You expected “Nothing beats"));
    }

    #[test]
    fn a_run_of_other_settings_or_out_of_turn_is_not_the_lessons() {
        let mut lesson_progress = LessonProgress::open("few-labels").unwrap();
        let first = lesson_progress.settings(0, &Config::default()).unwrap();
        assert_eq!(lesson_progress.finished(run(Config { label_noise: 0.5, ..first.clone() }, soft_ahead)), None);
        let second = lesson_progress.settings(1, &Config::default()).unwrap();
        assert!(lesson_progress.too_early(&second) && !lesson_progress.too_early(&first));
        lesson_progress.finished(run(second.clone(), soft_ahead));
        assert!(lesson_progress.runs_done.is_empty());
        lesson_progress.finished(run(first, soft_ahead));
        lesson_progress.finished(run(Config { seed: 9, ..second }, soft_ahead));
        assert_eq!(lesson_progress.runs_done.len(), 1, "runs of two seeds are not one lesson");
    }

    #[test]
    fn a_finished_lesson_is_kept_over_a_reload_and_an_unfinished_ones_prediction() {
        let mut lesson_progress = LessonProgress::open("few-labels").unwrap();
        lesson_progress.prediction = Some(1);
        lesson_progress.going = true;
        let first = lesson_progress.settings(0, &Config::default()).unwrap();
        let next = lesson_progress.finished(run(first, soft_ahead)).unwrap();
        let recalled = LessonProgress::recall("few-labels", &lesson_progress.kept()).unwrap();
        assert_eq!((recalled.prediction, recalled.runs_done.len(), recalled.going), (Some(1), 0, false));
        lesson_progress.finished(run(next, soft_ahead));
        let recalled = LessonProgress::recall("few-labels", &lesson_progress.kept()).unwrap();
        assert_eq!(recalled.judgement, lesson_progress.judgement);
        assert_eq!(recalled.outcome(), lesson_progress.outcome());
        assert_eq!(recalled.runs_done.len(), 2);
        assert_eq!(recalled.runs_done[1].outcome, lesson_progress.runs_done[1].outcome);
        // Not another lesson's, nor bytes that are none.
        assert_eq!(LessonProgress::recall("knows", &lesson_progress.kept()), None);
        assert_eq!(LessonProgress::recall("few-labels", &[1, 2, 3]), None);
    }

    #[test]
    fn bigger_is_another_lesson_of_the_same_question() {
        let mut lesson_progress = LessonProgress::open("few-labels").unwrap();
        let first = lesson_progress.settings(0, &Config::default()).unwrap();
        lesson_progress.finished(run(first.clone(), soft_ahead));
        lesson_progress.again(true);
        assert!(lesson_progress.runs_done.is_empty() && lesson_progress.place(&first).is_none());
        assert!(lesson_progress.settings(0, &first).unwrap().replicates > first.replicates);
    }
}
