//! The students of a run: one course for all arms, or two where a pool without labels gives those who ask the teacher
//! more to learn from than the others. The courses go in step.

use super::course::{Course, Source};
use super::syllabus::Syllabus;
use crate::engine::network::Stack;
use burn::tensor::Device;

/// One course and its arms, by their places among all.
pub struct Group {
    /// Places of its arms among all arms of the run.
    pub arms: Vec<usize>,
    /// The course.
    pub course: Course,
}

/// The students.
pub struct Cohort {
    /// The courses; every arm is in one of them.
    pub groups: Vec<Group>,
    /// What they draw from, where that is not the training set.
    pub source: Option<Source>,
    replicates: usize,
}

impl Cohort {
    /// Students that have not begun.
    pub fn new(groups: Vec<Group>, source: Option<Source>, replicates: usize) -> Self {
        Self { groups, source, replicates }
    }

    /// Steps taken.
    pub fn step(&self) -> usize {
        self.groups.first().map_or(0, |group| group.course.step)
    }

    /// True when there is no step left.
    pub fn finished(&self) -> bool {
        self.groups.iter().all(|group| group.course.finished())
    }

    /// Other recipes from the next step on: one for every arm of the run.
    pub fn supervise(&mut self, syllabus: impl Fn(&[usize]) -> Syllabus, device: &Device) {
        for group in &mut self.groups {
            group.course.supervise(syllabus(&group.arms), device);
        }
    }

    /// Losses read last, `[R][A]` in one row.
    pub fn losses(&self) -> Vec<f32> {
        self.merged(self.groups.iter().map(|group| group.course.losses.clone()).collect())
    }

    /// The stacks of the courses.
    pub fn stacks(&self) -> Vec<&Stack> {
        self.groups.iter().map(|group| &group.course.stack).collect()
    }

    /// What the courses have said of their students, each `[R][A']` in one row, as `[R][A]`; empty while one is.
    pub fn merged<T: Clone>(&self, of_groups: Vec<Vec<T>>) -> Vec<T> {
        self.merged_first(of_groups, self.replicates)
    }

    /// The same of the first so many replicates.
    pub fn merged_first<T: Clone>(&self, of_groups: Vec<Vec<T>>, replicates: usize) -> Vec<T> {
        let arms: usize = self.groups.iter().map(|group| group.arms.len()).sum();
        let place = |arm: usize| {
            self.groups.iter().enumerate().find_map(|(g, group)| Some((g, group.arms.iter().position(|&a| a == arm)?)))
        };
        let mut out = Vec::with_capacity(arms * replicates);
        for r in 0..replicates {
            for arm in 0..arms {
                let value = place(arm).and_then(|(g, i)| of_groups[g].get(r * self.groups[g].arms.len() + i));
                let Some(value) = value else { return Vec::new() };
                out.push(value.clone());
            }
        }
        out
    }
}
