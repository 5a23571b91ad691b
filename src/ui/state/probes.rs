//! What a run lets one look into beside its figures: regions of the plane, texts, answers to a drawing, and every
//! student's logits on the test set.

use crate::data::example::Example;
use crate::experiment::{Activations, Setup};
use crate::protocol::{CustomDataInfo, Event, Regions};
use crate::ui::state::examples::Shared;

/// The students' logits on the whole test set.
#[derive(Clone, Debug, PartialEq)]
pub struct StudentLogits {
    /// `[R][A][N][C]` flattened, row-major.
    pub logits: Vec<f32>,
    /// True classes, `[N]`.
    pub labels: Vec<u8>,
}

/// Texts that the networks have written.
#[derive(Clone, Debug, PartialEq)]
pub struct Texts {
    /// The teacher's.
    pub teacher: Vec<String>,
    /// One list an arm; none while the teacher trains.
    pub arms: Vec<Vec<String>>,
}

/// What the networks say of the user's drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// The teacher's logits, `[C]`.
    pub teacher: Vec<f32>,
    /// The students', `[R][A][C]` flattened, row-major.
    pub students: Vec<f32>,
}

/// Predictions, and the run whose networks made them: its arms and classes label them.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe<T> {
    /// The run's setup.
    pub setup: Shared<Setup>,
    /// The predictions.
    pub value: Shared<T>,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Probes {
    /// Over the plane.
    pub regions: Option<Probe<Regions>>,
    /// Written.
    pub texts: Option<Probe<Texts>>,
    /// Of the finished students.
    pub students: Option<Shared<StudentLogits>>,
    /// Of the last drawing.
    pub answers: Option<Probe<Answers>>,
    /// The transfer set that the teacher wrote.
    pub written: Option<Shared<Vec<Example>>>,
    /// How the networks compute the example looked at.
    pub activations: Option<Probe<Activations>>,
    /// Custom data, or why they could not be used.
    pub own: Option<Result<CustomDataInfo, String>>,
}

fn of<T>(setup: Option<&Shared<Setup>>, value: T) -> Option<Probe<T>> {
    setup.map(|setup| Probe { setup: setup.clone(), value: Shared::new(value) })
}

impl Probes {
    /// Takes a message of this kind in, which is of the run that is set up.
    pub fn apply(&mut self, event: Event, setup: Option<&Shared<Setup>>) {
        match event {
            Event::Regions(regions) => self.regions = of(setup, regions),
            Event::Samples { teacher, arms } => self.texts = of(setup, Texts { teacher, arms }),
            Event::StudentLogits { logits, labels } => {
                self.students = Some(Shared::new(StudentLogits { logits, labels }));
            }
            Event::Activations(activations) => self.activations = of(setup, activations),
            Event::Predicted { teacher, students } => self.answers = of(setup, Answers { teacher, students }),
            Event::TransferTexts(examples) => self.written = Some(Shared::new(examples)),
            Event::CustomDataRead(own) => self.own = Some(own),
            _ => {}
        }
    }

    /// Forgets the probes of an earlier run; custom data stay.
    pub fn forget(&mut self) {
        *self = Self { own: self.own.take(), ..Self::default() };
    }
}
