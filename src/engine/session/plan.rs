//! From a config to the networks, samples and schedules of its run.

use crate::config::{Architecture, Arm, Config, Method, SecondTeacher, Shift, Supervision};
use crate::data::example::{Example, Form};
use crate::data::{Dataset, Part, transfer};
use crate::engine::nn::{Stack, initial_weights};
use crate::engine::session::supervision::GroupSupervision;
use crate::engine::session::training_run::{Sample, TeacherTargets, TrainConfig, TrainingRun};
use crate::experiment::{Setup, Stage, StateDict};
use crate::export::TeacherRun;
use burn::tensor::Device;

/// Images of the contact sheet.
pub const SHEET: usize = 40;
/// Points drawn of the plane.
const PLANE: usize = 300;

/// Steps of a teacher's epoch: as many full batches as cover its examples.
pub fn teacher_epoch(config: &Config, data: &Dataset) -> usize {
    data.train.len().div_ceil(config.teacher_batch).max(1)
}

/// One of the teachers that are trained one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct TeacherPlan {
    /// Its name on the page.
    pub name: String,
    /// Its architecture.
    pub architecture: Architecture,
    /// Networks whose mean it is.
    pub members: usize,
    /// Whether an independent second teacher is trained beside it.
    pub second: bool,
    /// Its place in the chain; 0 learns from hard labels, the others from the one before.
    place: usize,
    train_config: TrainConfig,
    smoothing: f32,
}

/// The teachers of a run: the first, then born-again generations (Furlanello et al. 2018), then teacher assistants
/// (Mirzadeh et al. 2020).
pub fn teachers(config: &Config, data: &Dataset) -> Vec<TeacherPlan> {
    // A given teacher is the only one; a network of its size stands in its place, and is neither trained nor asked.
    let alone = Config {
        ensemble: 1,
        generations: 0,
        assistants: Vec::new(),
        second_teacher: SecondTeacher::Off,
        ..config.clone()
    };
    let config = if data.given.is_some() { &alone } else { config };
    let (d, c) = (data.dimensions, data.classes.len());
    let architecture = config.teacher_architecture(d, c);
    let decay = teacher_epoch(config, data) * config.teacher_epochs;
    let train_config = TrainConfig {
        optimizer: config.optimizer,
        batch: config.teacher_batch,
        peak_lr: config.teacher_lr,
        steps: decay,
        decay,
        seed: config.seed,
        purpose: "teacher-batches".into(),
        first: 0,
    };
    let stopped = ((decay as f32 * config.teacher_stop).round() as usize).clamp(1, decay);
    let first = TeacherPlan {
        name: if config.ensemble > 1 { format!("Ensemble of {}", config.ensemble) } else { "Teacher".into() },
        architecture: architecture.clone(),
        members: config.ensemble.max(1),
        second: config.second_teacher == SecondTeacher::On,
        place: 0,
        train_config: TrainConfig { steps: stopped, ..train_config.clone() },
        smoothing: config.teacher_smoothing,
    };
    let generations = (1..=config.generations).map(|g| (format!("Generation {g}"), architecture.clone()));
    let assistants = config
        .assistants
        .iter()
        .map(|&hidden| (format!("Assistant ({hidden} units)"), Config::assistant_architecture(hidden, d, c)));
    let chain = generations.chain(assistants).enumerate().map(|(i, (name, architecture))| TeacherPlan {
        name,
        architecture,
        members: 1,
        second: false,
        place: i + 1,
        train_config: TrainConfig { purpose: "chain-batches".into(), seed: config.seed, ..train_config.clone() },
        smoothing: 0.0,
    });
    std::iter::once(first).chain(chain).collect()
}

impl TeacherPlan {
    /// Steps it takes.
    pub fn steps(&self) -> usize {
        self.train_config.steps
    }

    /// Trainable parameters, of all members.
    pub fn parameters(&self) -> usize {
        self.members * self.architecture.parameter_count()
    }

    /// The settings of its training, for a script.
    pub fn record(&self) -> TeacherRun {
        TeacherRun {
            name: self.name.clone(),
            architecture: self.architecture.clone(),
            members: self.members,
            smoothing: self.smoothing,
            batch: self.train_config.batch,
            lr: self.train_config.peak_lr,
            steps: self.train_config.steps,
            decay: self.train_config.decay,
        }
    }

    /// Its training run before the first step; `answers` are the targets of the teacher before it, on the whole training set.
    /// `labels` are the training labels, wrong ones among them.
    pub fn training_run(
        &self,
        data: &Dataset,
        labels: &[u8],
        answers: Option<TeacherTargets>,
        device: &Device,
    ) -> TrainingRun {
        let networks = self.members + usize::from(self.second);
        let start = |r: usize| match (self.place, r == self.members) {
            (0, false) => self.weights("teacher", r),
            (0, true) => self.weights("second-teacher", 0),
            (place, _) => self.weights("chain", place),
        };
        let starts: Vec<StateDict> = (0..networks).map(start).collect();
        let stack = Stack::new(&self.architecture, &starts, 1, device);
        let group_supervision = if self.place == 0 {
            GroupSupervision::hard(self.smoothing, networks)
        } else {
            GroupSupervision::new(vec![Some(Supervision::of_chain())], networks)
        };
        debug_assert_eq!(data.train.len(), labels.len());
        let all: Vec<Sample> = labels.iter().enumerate().map(|(row, &label)| Sample::labelled(row, label)).collect();
        TrainingRun::new(stack, group_supervision, vec![all; networks], answers, self.train_config.clone(), device)
    }

    fn weights(&self, purpose: &str, index: usize) -> StateDict {
        initial_weights(&self.architecture, self.train_config.seed, purpose, index)
    }
}

/// Supervision of a group of arms, given by their places, in each of `replicates`.
pub fn group_supervision(config: &Config, arms: &[Arm], group: &[usize], replicates: usize) -> GroupSupervision {
    let supervisions = group.iter().map(|&place| config.supervision(arms[place]).cloned()).collect();
    GroupSupervision::new(supervisions, replicates)
}

/// Which examples a group of arms learns from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Examples {
    /// The transfer set.
    Transfer,
    /// The transfer set and the pool without labels.
    WithPool,
    /// All labelled examples of the training set.
    All,
}

/// Places of the arms that learn together, with what they learn from: those that ask the teacher apart from those that do not,
/// where there is a pool, those on all labels where these are `more` than the transfer set's, and every arm with hints by
/// itself. (It begins its optimizer anew when the hints are over.)
pub fn groups(config: &Config, arms: &[Arm], more: bool) -> Vec<(Vec<usize>, Examples)> {
    let method = |place: usize| config.supervision(arms[place]).map(|supervision| supervision.method);
    let examples = |place: usize| match method(place) {
        Some(Method::AllLabels) if more => Examples::All,
        Some(method) if config.pool > 0 && method.asks_teacher() => Examples::WithPool,
        _ => Examples::Transfer,
    };
    let mut groups: Vec<(Vec<usize>, Examples)> = Vec::new();
    for place in 0..arms.len() {
        let hint = |place: usize| method(place) == Some(Method::Hint);
        let fits =
            |group: &&mut (Vec<usize>, Examples)| group.1 == examples(place) && !hint(group.0[0]) && !hint(place);
        match groups.iter_mut().find(fits) {
            Some((places, _)) => places.push(place),
            None => groups.push((vec![place], examples(place))),
        }
    }
    groups
}

/// How students are trained, from replicate number `first` on.
pub fn students_train_config(config: &Config, first: usize) -> TrainConfig {
    TrainConfig {
        optimizer: config.optimizer,
        batch: config.student_batch,
        peak_lr: config.student_lr,
        steps: config.student_steps,
        decay: config.student_steps,
        seed: config.seed,
        purpose: "student-batches".into(),
        first,
    }
}

/// The students of one group before their first step; `examples` are those of its replicates, `answers` the teacher's to them,
/// unless no arm asks it.
pub fn students(
    architecture: &Architecture,
    group_supervision: GroupSupervision,
    examples: Vec<Vec<Sample>>,
    answers: Option<TeacherTargets>,
    train_config: TrainConfig,
    device: &Device,
) -> TrainingRun {
    let replicates = train_config.first..train_config.first + examples.len();
    let starts: Vec<_> = replicates.map(|r| initial_weights(architecture, train_config.seed, "student", r)).collect();
    let stack = Stack::new(architecture, &starts, group_supervision.arms(), device);
    TrainingRun::new(stack, group_supervision, examples, answers, train_config, device)
}

/// Summary of what a run will train on, for the page. `labels` are the training labels, wrong ones among them.
pub fn setup(config: &Config, data: &Dataset, other: Option<&Dataset>, labels: &[u8]) -> Setup {
    let classes = data.classes.len();
    // The first replicate's transfer set, as its students will see it.
    let drawn = transfer::draw(data, other, labels, &Config { replicates: 1, ..config.clone() });
    let sample = &drawn.labelled[0];
    let split = drawn.made.as_ref().unwrap_or(&data.train);
    let example = |&row: &usize| {
        let (split, place) = if drawn.made.is_some() { (split, row) } else { data.row(row) };
        Example { index: row, given: usize::from(drawn.labels[row]), ..data.example_of(split, place) }
    };
    // What the teacher generates does not exist before the teacher, and replaces a pool, too.
    let written = config.alters_inputs() && config.shift == Shift::Written;
    let shown_sample: &[usize] = if written { &[] } else { sample };
    let pool: &[usize] = if written { &[] } else { &drawn.pool[0] };
    let shown = if data.form == Form::Plane { sample.len() } else { SHEET };
    let plane = if data.form == Form::Plane { PLANE.min(data.test.len()) } else { 0 };
    let plans = teachers(config, data);
    // Nothing is known of a given teacher's network.
    let plans = if data.given.is_some() { Vec::new() } else { plans };
    let last = plans.last().map(|plan| (plan.parameters(), plan.members * plan.architecture.macs()));
    let (teacher_parameters, teacher_macs) = last.unwrap_or_default();
    let student = config.student_architecture(data.dimensions, classes);
    let arms = config.arms();
    let asked = |arm: &Arm| match config.supervision(*arm) {
        Some(supervision) => supervision.queries(sample.len() + pool.len()),
        None => 0,
    };
    Setup {
        config: config.clone(),
        classes: data.classes.clone(),
        form: data.form.clone(),
        teacher_examples: data.train.len(),
        given_teacher: data.given.is_some(),
        without_truth: data.given.as_ref().is_some_and(|given| !given.has_truth),
        test_examples: data.test.len(),
        teacher_parameters,
        student_parameters: student.parameter_count(),
        teacher_macs,
        student_macs: student.macs(),
        teacher_steps: plans.iter().map(TeacherPlan::steps).sum(),
        stages: plans
            .iter()
            .map(|plan| Stage {
                name: plan.name.clone(),
                steps: plan.steps(),
                parameters: plan.parameters(),
                macs: plan.members * plan.architecture.macs(),
            })
            .collect(),
        queries: arms.iter().map(asked).collect(),
        transfer: shown_sample.iter().take(shown).map(example).collect(),
        pool: pool.iter().take(shown).map(example).collect(),
        transfer_examples: sample.len(),
        pool_examples: pool.len(),
        production: (0..SHEET.min(data.test.len()))
            .map(|i| data.example(Part::Test, i, data.test.labels[i], None))
            .collect(),
        plane: (0..plane).map(|i| data.example(Part::Test, i, data.test.labels[i], None)).collect(),
        arms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Task;

    #[test]
    fn arms_learn_together_where_they_learn_from_the_same_examples() {
        let methods = [Method::Hint, Method::Smoothing, Method::AllLabels, Method::Argmax];
        let config = Config { extra_arms: methods.map(Supervision::of).to_vec(), ..Config::default() };
        let arms = config.arms();
        let (plain, pooled, all) = (Examples::Transfer, Examples::WithPool, Examples::All);
        let of = |config: &Config, more| groups(config, &arms, more);
        assert_eq!(of(&config, false), [(vec![0, 2, 3, 4, 5], plain), (vec![1], plain)]);
        assert_eq!(of(&config, true), [(vec![0, 2, 4, 5], plain), (vec![1], plain), (vec![3], all)]);
        let with_pool = Config { pool: 100, ..config };
        assert_eq!(
            of(&with_pool, true),
            [(vec![0, 2], plain), (vec![1], pooled), (vec![3], all), (vec![4, 5], pooled)]
        );
    }

    #[test]
    fn files_state_the_networks_that_are_trained() {
        let plain = Config { ensemble: 3, second_teacher: SecondTeacher::On, ..Config::for_task(Task::Spiral) };
        let born_again = Config { generations: 2, ..plain.clone() };
        let assisted = Config { assistants: vec![32, 8], ..born_again.clone() };
        for config in [plain, born_again, assisted] {
            let data = Dataset::generated(&config).expect("a generated task");
            let networks = config.run_networks(data.dimensions, data.classes.len());
            let last = teachers(&config, &data).pop().expect("a run has a teacher");
            let files = (networks.teacher, networks.members, networks.second);
            assert_eq!(files, (last.architecture, last.members, last.second));
        }
    }
}
