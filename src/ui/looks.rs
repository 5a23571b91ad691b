//! What a run lets one look into beside its figures: regions of the plane, texts, answers to a drawing, and every
//! student's logits on the test set.

use super::soft_view::Shared;
use crate::protocol::{Event, Example, OwnData, Regions};

/// The students' logits on the whole test set.
#[derive(Clone, Debug, PartialEq)]
pub struct StudentLogits {
    /// `[R][A][N][C]` in one row.
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

/// What the networks say of the reader's drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// The teacher's logits, `[C]`.
    pub teacher: Vec<f32>,
    /// The students', `[R][A][C]` in one row.
    pub students: Vec<f32>,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Looks {
    /// Over the plane.
    pub regions: Option<Shared<Regions>>,
    /// Written.
    pub texts: Option<Shared<Texts>>,
    /// Of the finished students.
    pub students: Option<Shared<StudentLogits>>,
    /// Of the last drawing.
    pub answers: Option<Shared<Answers>>,
    /// The transfer set that the teacher wrote.
    pub written: Option<Shared<Vec<Example>>>,
    /// The reader's own data, or why they could not be used.
    pub own: Option<Result<OwnData, String>>,
}

impl Looks {
    /// Takes a message of this kind in.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Regions(regions) => self.regions = Some(Shared::new(regions)),
            Event::Samples { teacher, arms } => self.texts = Some(Shared::new(Texts { teacher, arms })),
            Event::StudentLogits { logits, labels } => {
                self.students = Some(Shared::new(StudentLogits { logits, labels }));
            }
            Event::Answered { teacher, students } => self.answers = Some(Shared::new(Answers { teacher, students })),
            Event::Written(examples) => self.written = Some(Shared::new(examples)),
            Event::Taken(own) => self.own = Some(own),
            _ => {}
        }
    }

    /// Another run is set up: what the last one said is not of it. The reader's own data stay.
    pub fn forget(&mut self) {
        *self = Self { own: self.own.take(), ..Self::default() };
    }
}
